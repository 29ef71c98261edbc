//! `anlan bench NAME`: one measurement, its figures as one JSON object.

use clap::ArgMatches;

use super::{Failure, Printer, args, told};
use crate::bench;

/// `anlan bench`.
pub fn bench(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let name = args::text(matches, "name").unwrap_or_default();
    let found = bench::BENCHES.iter().find(|(known, _)| *known == name);
    let Some((_, measure)) = found else {
        let names: Vec<&str> = bench::BENCHES.iter().map(|(known, _)| *known).collect();
        return Err(Failure::usage("bench").with("name", name).with("names", names.join(" ")));
    };
    printer.say("measuring", &[("name", &name)]);
    let mut answer = measure(printer)?;
    let debug = cfg!(debug_assertions);
    let measured = printer.words(&format!("measured.{name}"), &[]);
    answer["bench"] = serde_json::json!(name);
    answer["measured"] = serde_json::json!(measured);
    answer["debug_assertions"] = serde_json::json!(debug);
    answer["cores"] = serde_json::json!(bench::cores());
    printer.answer(&answer, told::measured);
    Ok(())
}
