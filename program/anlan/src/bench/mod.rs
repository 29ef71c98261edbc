//! Measurements of the program by itself: each small, each on input that it makes or names.
//!
//! A figure is printed only if it was measured in this run. A peer that is not on the machine is
//! said to be missing; no earlier figure of it stands in.

mod exposure;
mod fold;
mod level;
mod loopback;
mod main_job;
mod peer;
mod rebuild;
mod submit;
mod verify;

use std::path::PathBuf;
use std::time::Instant;

use serde_json::Value as Json;

use crate::cli::exercise::{Recipe, make};
use crate::cli::scratch::Scratch;
use crate::cli::{Failure, Printer};

/// One measurement: prints what it says along the way and gives its figures.
pub type Measure = fn(&Printer) -> Result<Json, Failure>;

/// All measurements, by name.
pub const BENCHES: &[(&str, Measure)] = &[
    ("exposure", exposure::measure),
    ("fold", fold::measure),
    ("level", level::measure),
    ("main-job", main_job::measure),
    ("rebuild", rebuild::measure),
    ("submit", submit::measure),
    ("verify", verify::measure),
];

/// Processors that this process may use.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Runs a work so many times; its last result and the milliseconds of each run.
fn timed<T>(runs: usize, mut work: impl FnMut() -> T) -> (Option<T>, Vec<f64>) {
    let (mut last, mut took) = (None, Vec::new());
    for _ in 0..runs {
        let began = Instant::now();
        let result = work();
        took.push(began.elapsed().as_secs_f64() * 1e3);
        last = Some(result);
    }
    (last, took)
}

/// The middle of some figures; `None` where there are none.
fn median(figures: &[f64]) -> Option<f64> {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

/// A figure with three digits after the point.
fn round(figure: f64) -> f64 {
    (figure * 1e3).round() / 1e3
}

/// County 7 in a scratch folder, its township's node beside it.
struct County {
    scratch: Scratch,
}

impl County {
    /// Makes it.
    fn make(size: &str, printer: &Printer) -> Result<County, Failure> {
        let county = County { scratch: Scratch::empty()? };
        let recipe = Recipe { seed: 7, size: size.to_owned(), scenario: "typhoon-rain".to_owned() };
        make(&county.dir(), &recipe, printer)?;
        Ok(county)
    }

    /// The county's own folder.
    fn dir(&self) -> PathBuf {
        self.scratch.dir().join("county")
    }
}
