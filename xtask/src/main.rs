//! The workshop: tasks on the checkout itself, `cargo xtask <task>`.
//!
//! Nothing here is part of the program that is shipped.

mod model;
mod tidy;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <task>

  model fold    folds histories of the reference model, one JSON a line on standard input,
                and writes one canonical result a line
  model check   the same in other orders, doubled, and op by op: says what differs
  tidy          the house rules: prints `path:line: rule: what to do`
  model time    folds generated logs and prints how long it took
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["model", rest @ ..] => model::run(rest),
        ["tidy"] => tidied(),
        _ => Err(HELP.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn tidied() -> Result<(), String> {
    match tidy::run(&tidy::root())? {
        0 => Ok(()),
        faults => Err(format!("{faults} faults")),
    }
}
