//! `anlan export case`: a relief plan with its problem, for the independent checker.

use std::path::Path;

use clap::ArgMatches;
use node::Case;
use serde_json::json;

use super::main_job::{exercise_only, run};
use super::scratch::Scratch;
use super::{Failure, Printer, args};
use crate::folder::choose;
use crate::open::{Opened, node_failure, work};

/// `anlan export case --dir DIR --out DIR2 [--replan]`.
pub fn case(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let dir = choose(args::path(matches, "dir"));
    let out = args::path(matches, "out").unwrap_or_else(|| ".".into());
    let again = args::flag(matches, "replan");
    let opened = work(&dir, printer)?;
    let now = opened.clock.now();
    let found = match again {
        false => opened.desk.relief_case("open", now),
        true => opened.desk.replan_case("open", now),
    };
    let (case, from) = match found {
        Err(node::Error::NotFound(_)) if again && exercise_only(&dir).is_ok() => {
            (of_chain(opened, &dir, printer)?, "main_job_on_a_copy")
        }
        found => (found.map_err(node_failure)?, "folder"),
    };
    if case.of == node::CaseOf::Drafted {
        printer.say("drafted", &[]);
    }
    let report = case.report();
    let mut files =
        vec![("problem.json", case.problem.to_json()), ("plan.json", case.plan.to_json())];
    files.extend(case.previous.as_ref().map(|p| ("previous.json", p.to_json())));
    std::fs::create_dir_all(&out).map_err(|e| unwritten(&out, e))?;
    for (name, text) in &files {
        let path = out.join(name);
        std::fs::write(&path, text).map_err(|e| unwritten(&path, e))?;
    }
    let written = files.iter().map(
        |(name, text)| json!({"file": out.join(name), "blake3": kernel::hash(text.as_bytes())}),
    );
    printer.tell("case", &[("dir", &out.display().to_string())]);
    printer.json(&json!({
        "of": case.of, "from": from, "plan": case.entity,
        "files": written.collect::<Vec<_>>(), "accepted": report.accepted,
        "violations": report.violations, "metrics": report.metrics,
    }));
    match report.accepted {
        true => Ok(()),
        false => {
            let codes: Vec<String> = report.violations.iter().map(|v| v.code.to_string()).collect();
            Err(Failure::refused("plan").with("codes", codes.join(" ")))
        }
    }
}

/// Where no plan is in force in an exercise: the chain on a copy, and what it came to.
fn of_chain(opened: Opened, dir: &Path, printer: &Printer) -> Result<Case, Failure> {
    printer.say("chain", &[]);
    drop(opened);
    let scratch = Scratch::copy_of(dir)?;
    let opened = work(scratch.dir(), printer)?;
    run(&opened, printer)?;
    opened.desk.replan_case("open", opened.clock.now()).map_err(node_failure)
}

fn unwritten(path: &Path, why: impl std::fmt::Display) -> Failure {
    Failure::fault("folder").with("dir", path.display()).with("why", why)
}
