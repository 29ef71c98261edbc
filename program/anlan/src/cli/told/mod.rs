//! Answers as people read them: short sentences in the printer's language, from the same JSON that
//! `--json` prints. Nothing is computed here that the answer does not hold.

mod job;
mod line;
mod record;
mod steps;

pub use job::{main_job, measured, played};
pub use line::Lines;
pub use record::{accounts, alerts, inspected, rebuilt, repaired, shown, submitted, verified};
pub use steps::{impact, level, relief_plan};
