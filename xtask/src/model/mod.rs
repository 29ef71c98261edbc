//! The reference model of the fold, replayed by the ledger: same histories in, same bytes out.
//!
//! `bench/model` beside the checkout is small, slow Python written apart from the Rust. Here its
//! kinds are declared as entities with the ledger's own rules, its text labels become ids and
//! values, and the results are written as it writes them. Knows no file of the model.

mod check;
mod history;
mod kinds;
mod result;
mod time;

#[cfg(test)]
mod mutants;
#[cfg(test)]
mod tests;

use std::io::{BufRead, Write};

/// `model <what>`.
///
/// # Errors
/// Says which line could not be read, or what there is.
pub fn run(args: &[&str]) -> Result<(), String> {
    match args {
        ["fold"] => fold_lines(),
        ["check"] => check_lines(),
        ["time"] => {
            time::run();
            Ok(())
        }
        _ => Err("model fold | model check | model time".to_owned()),
    }
}

fn fold_lines() -> Result<(), String> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line.map_err(|e| e.to_string())?;
        if line.trim().is_empty() {
            continue;
        }
        let result = history::History::read(&line).map(|h| result::evaluate(&h));
        let result = result.map_err(|e| format!("line {}: {e}", number + 1))?;
        writeln!(out, "{result}").map_err(|e| e.to_string())?;
    }
    out.flush().map_err(|e| e.to_string())
}

fn check_lines() -> Result<(), String> {
    let (mut lines, mut onto, mut refolds) = (0, 0, 0);
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line.map_err(|e| e.to_string())?;
        if line.trim().is_empty() {
            continue;
        }
        let counts = check::check(&line).map_err(|e| format!("line {}: {e}", number + 1))?;
        (lines, onto, refolds) = (lines + 1, onto + counts.0, refolds + counts.1);
    }
    println!(
        "{lines} histories: 4 other orders with a third of the ops doubled each, and op by op in \
         order and shuffled, equal at each step; {onto} ops folded onto what was there, \
         {refolds} refolds"
    );
    Ok(())
}
