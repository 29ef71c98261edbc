//! The reference model of the fold, replayed by the ledger: same histories in, same bytes out.
//!
//! `bench/model` beside the checkout is small, slow Python written apart from the Rust. Here its kinds
//! are declared as entities with the ledger's own rules, its text labels become ids and values,
//! and the results are written as it writes them. Knows no file of the model.

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
        ["time"] => {
            time::run();
            Ok(())
        }
        _ => Err("model fold | model time".to_owned()),
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
