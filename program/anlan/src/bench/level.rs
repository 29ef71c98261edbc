//! Response-level proposals a second on one core, each with its full explanation.

use std::time::{Duration, Instant};

use rules::{Input, Inputs, Library};
use serde_json::{Value as Json, json};

use super::round;
use crate::cli::{Failure, Printer};

/// How long it is measured.
const FOR: Duration = Duration::from_secs(2);
/// The made-up county's own plan.
const TABLE: &str = "exercise/command/county_flood_response";

/// Measures.
pub fn measure(_printer: &Printer) -> Result<Json, Failure> {
    let library = Library::base().map_err(|e| bad(TABLE, e))?;
    let on = "2026-07-23".parse().map_err(|_| bad("date", "2026-07-23"))?;
    let at = "2026-07-23T02:31:00Z".parse().ok();
    let inputs = Inputs::from([
        ("red_signal_townships".to_owned(), Input::known(5, "alert:0000000000000001", at)),
        ("cut_off_villages".to_owned(), Input::known(3, "situation:0000000000000002", at)),
        ("moved".to_owned(), Input::known(1_240, "situation:0000000000000003", at)),
        ("dead".to_owned(), Input::unknown("casualty:0000000000000004")),
    ]);
    let first = library.propose(TABLE, &inputs, on).map_err(|e| bad(TABLE, e))?;
    let began = Instant::now();
    let (mut times, mut bytes) = (0u64, 0usize);
    while began.elapsed() < FOR {
        for _ in 0..100 {
            let proposal = library.propose(TABLE, &inputs, on).map_err(|e| bad(TABLE, e))?;
            bytes += serde_json::to_string(&proposal).map_or(0, |text| text.len());
            times += 1;
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    Ok(json!({
        "per_second": round(times as f64 / seconds), "evaluations": times,
        "seconds": round(seconds), "threads": 1, "table": TABLE,
        "rows": first.rows.len() + first.rows_below.len(), "level": first.level,
        "explanation_bytes_each": bytes as u64 / times.max(1),
    }))
}

fn bad(what: &str, why: impl std::fmt::Display) -> Failure {
    Failure::refused("bad-file")
        .with("file", what)
        .with("what", "table")
        .with("where", "")
        .with("why", why)
}
