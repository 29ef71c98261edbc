//! The main job on county 7: in a process that is warm, and from the start of a new one.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Map, Value as Json, json};

use super::{County, round};
use crate::cli::main_job::run;
use crate::cli::scratch::Scratch;
use crate::cli::{Failure, Printer};
use crate::open::node;
use crate::words::{Lang, word};

/// Steps whose times are told.
const STEPS: &[&str] =
    &["impact", "level", "decide", "tasks", "calls", "forces", "relief", "replan"];

/// Measures.
pub fn measure(printer: &Printer) -> Result<Json, Failure> {
    let county = County::make("county", printer)?;
    let cold = cold(&Scratch::copy_of(&county.dir())?)?;
    let copy = Scratch::copy_of(&county.dir())?;
    // A first run warms the process; the second is measured, in a folder where nothing was done.
    run(&node(copy.dir())?, printer)?;
    let opened = node(&county.dir())?;
    let warm = run(&opened, printer)?;
    let steps: Map<String, Json> =
        STEPS.iter().map(|s| ((*s).to_owned(), warm[*s]["elapsed_ms"].clone())).collect();
    Ok(json!({
        "seed": 7, "size": "county",
        "warm_ms": warm["to_checked_plan_ms"], "warm_total_ms": warm["total_ms"],
        "warm_steps_ms": steps, "cold_ms": cold["to_checked_plan_ms"],
        "accepted": warm["relief"]["accepted"], "replan_accepted": warm["replan"]["accepted"],
    }))
}

/// From the start of a new process to the line in which it says that the plan was checked.
fn cold(folder: &Scratch) -> Result<Json, Failure> {
    let failed = |why: String| Failure::fault("child").with("why", why);
    let program = std::env::current_exe().map_err(|e| failed(e.to_string()))?;
    let said = word(Lang::En, "progress.plan-checked");
    let said = said.split('{').next().unwrap_or(said);
    let began = Instant::now();
    let mut child = Command::new(program)
        .args(["--lang", "en", "exercise", "main-job", "--write", "--json", "--dir"])
        .arg(folder.dir())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| failed(e.to_string()))?;
    let (mut checked, mut last) = (None, String::new());
    if let Some(stderr) = child.stderr.take() {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            if checked.is_none() && line.starts_with(said) {
                checked = Some(began.elapsed().as_secs_f64() * 1e3);
            }
            last = line;
        }
    }
    let status = child.wait().map_err(|e| failed(e.to_string()))?;
    match checked.filter(|_| status.success()) {
        Some(ms) => Ok(json!({"to_checked_plan_ms": round(ms)})),
        None => Err(failed(last)),
    }
}
