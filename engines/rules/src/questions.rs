//! What still to ask: the unknown inputs that can change the result, most useful first.
//!
//! Where the open inputs have few enough combinations, every one is tried, so that a question whose
//! answer cannot matter is never asked; else an input is taken to matter when a row that can still
//! change the result waits for it.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Truth;
use serde::{Deserialize, Serialize};

use crate::cell::{Cell, CellSet, Fact};
use crate::decide;
use crate::evaluate::{self, Decision, Evaluated, MissingInput};
use crate::facts::EvaluationError;
use crate::span::{NumberSet, Span};
use crate::table::{CivilDate, Table};
use crate::value::Inputs;

/// The most combinations of answers that are tried.
const COMBINATIONS_MAX: usize = 4096;

/// What is decided and what to ask next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Questions {
    /// Whether no answer can change the result any more.
    pub settled: bool,
    /// Whether every combination was tried; else some questions may turn out not to matter.
    pub exact: bool,
    /// The result so far.
    pub decision: Decision,
    /// The inputs that matter, the one that most rows wait for first.
    pub ask: Vec<MissingInput>,
}

/// Finds the inputs that can still change the result of a table.
///
/// # Errors
/// As [`crate::evaluate()`].
pub fn questions(
    table: &Table,
    inputs: &Inputs,
    on: CivilDate,
) -> Result<Questions, EvaluationError> {
    let done = evaluate::compute(table, inputs, on)?;
    let mut ask = done.missing(&done.decided.open);
    let open: Vec<usize> = ask
        .iter()
        .filter_map(|m| table.inputs.iter().position(|spec| spec.name == m.input))
        .collect();
    let tried = matter_exactly(&done, &open);
    if let Some(matter) = &tried {
        ask.retain(|m| matter.contains(m.input.as_str()));
    }
    ask.sort_by_key(|m| std::cmp::Reverse(m.rows.len()));
    Ok(Questions {
        settled: ask.is_empty(),
        exact: tried.is_some(),
        decision: done.decision(),
        ask,
    })
}

/// The names of the inputs of which two answers give two results, all else equal; `None` where
/// there are too many combinations to try.
fn matter_exactly<'t>(done: &Evaluated<'t, '_>, open: &[usize]) -> Option<BTreeSet<&'t str>> {
    let mut choices: Vec<Vec<Fact>> = Vec::new();
    let mut combinations = 1usize;
    for input in open {
        let pieces = pieces(done, *input)?;
        combinations = combinations.checked_mul(pieces.len())?;
        if combinations > COMBINATIONS_MAX {
            return None;
        }
        choices.push(pieces);
    }
    let results: Vec<Vec<usize>> =
        (0..combinations).map(|number| result(done, open, &choices, number)).collect();
    let mut matter = BTreeSet::new();
    let mut stride = 1usize;
    for (input, pieces) in open.iter().zip(&choices) {
        let digit = |number: usize| number / stride % pieces.len();
        let first = |number: usize| number - digit(number) * stride;
        if (0..combinations).any(|n| results[n] != results[first(n)]) {
            matter.insert(done.table.inputs[*input].name.as_str());
        }
        stride *= pieces.len();
    }
    Some(matter)
}

/// The result for one combination of answers, written as the rows whose results come out.
fn result(done: &Evaluated, open: &[usize], choices: &[Vec<Fact>], number: usize) -> Vec<usize> {
    let mut facts = done.facts.clone();
    let mut rest = number;
    for (input, pieces) in open.iter().zip(choices) {
        facts[*input] = pieces[rest % pieces.len()].clone();
        rest /= pieces.len();
    }
    let truths = decide::truths(done.table, &done.places, &facts);
    let decided = decide::decide(done.table, &done.places, &truths);
    if !done.table.hit_policy.is_single() {
        return decided.must.into_iter().flatten().collect();
    }
    // Different rows with the same result are the same result.
    let values = decided.must.first().map(|group| &done.table.rows[group[0]].values);
    let same = |place: &usize| Some(&done.table.rows[*place].values) == values;
    done.places.iter().copied().find(same).into_iter().collect()
}

/// Cuts what an input may still be into pieces that no condition tells apart further; `None` where
/// a comparison of two inputs makes that impossible.
fn pieces(done: &Evaluated, input: usize) -> Option<Vec<Fact>> {
    let rows = done.places.iter().zip(&done.truths);
    let undetermined = rows.filter(|(_, t)| **t == Truth::Undetermined).map(|(p, _)| *p);
    let mut cuts: Vec<&CellSet> = Vec::new();
    for cell in undetermined.flat_map(|place| &done.table.rows[place].cells) {
        match &cell.cell {
            Cell::Compare(_, other) if cell.input == input || *other == input => return None,
            Cell::In(set) if cell.input == input => cuts.push(set),
            _ => {}
        }
    }
    match &done.facts[input] {
        Fact::NotApplicable => None,
        Fact::Words(mask) => {
            let mut by_answer: BTreeMap<Vec<bool>, u32> = BTreeMap::new();
            for bit in (0..128).filter(|bit| mask >> bit & 1 == 1) {
                let holds = |set: &&CellSet| matches!(set, CellSet::Words(m) if m >> bit & 1 == 1);
                by_answer.entry(cuts.iter().map(holds).collect()).or_insert(bit);
            }
            Some(by_answer.into_values().map(|bit| Fact::Words(1 << bit)).collect())
        }
        Fact::Numbers(span) => {
            Some(number_pieces(*span, &cuts, done.table.inputs[input].column.is_whole()))
        }
    }
}

fn number_pieces(span: Span, cuts: &[&CellSet], whole: bool) -> Vec<Fact> {
    let mut pieces = vec![NumberSet::new(vec![span], whole)];
    for cut in cuts {
        let CellSet::Numbers(set) = cut else { continue };
        let halves = |piece: &NumberSet| [piece.and(set), piece.and(&set.not())];
        pieces = pieces.iter().flat_map(halves).filter(|p| !p.is_empty()).collect();
    }
    pieces.iter().flat_map(|p| p.spans().first()).map(|s| Fact::Numbers(*s)).collect()
}
