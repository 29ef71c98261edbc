//! Proposes a response level: the most severe level of which a row holds, with everything counted.
//!
//! It proposes and explains; a named person decides, and may decide otherwise.

use kernel::Truth;
use serde::{Deserialize, Serialize};

use crate::evaluate::{self, Explanation, MissingInput, RowExplanation};
use crate::facts::EvaluationError;
use crate::table::{CivilDate, ColumnKind, HitPolicy, Identity, Table};
use crate::value::{Inputs, Value};

/// A proposed level with the reason for each criterion.
///
/// Counted are the rows of the proposed level and of the levels above it (all rows where none is
/// proposed); rows of lower levels are listed and not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Which plan and edition.
    pub table: Identity,
    /// The day whose rows were used.
    pub on: CivilDate,
    /// The proposed level, 1 most severe; `None` where no row holds for certain.
    pub level: Option<i64>,
    /// Counted rows that hold.
    pub met: usize,
    /// Counted rows that do not.
    pub not_met: usize,
    /// Counted rows of which it cannot be told.
    pub undetermined: usize,
    /// The more severe level that it would be if the undetermined rows held.
    pub level_if_undetermined_met: Option<i64>,
    /// The counted rows: those that hold, the undetermined, those that do not.
    pub rows: Vec<RowExplanation>,
    /// Rows of lower levels, in the order of the table.
    pub rows_below: Vec<RowExplanation>,
    /// What is not known in the counted rows.
    pub missing: Vec<MissingInput>,
    /// The answers of other tables that went in.
    pub required: Vec<Explanation>,
}

/// Proposes a level from a table whose first output is whole numbers, most severe first.
///
/// # Errors
/// [`EvaluationError::NoLevel`] for another sort of table; else as [`crate::evaluate()`].
pub fn propose(table: &Table, inputs: &Inputs, on: CivilDate) -> Result<Proposal, EvaluationError> {
    let no_level = || EvaluationError::NoLevel { table: table.identity.id.clone() };
    let output = table.outputs.first().ok_or_else(no_level)?;
    if output.kind != ColumnKind::Int
        || output.values.is_empty()
        || table.hit_policy != HitPolicy::Priority
    {
        return Err(no_level());
    }
    let done = evaluate::compute(table, inputs, on)?;
    let severity = |place: usize| {
        let value = table.rows[place].values.get(&output.name);
        output.values.iter().position(|v| Some(v) == value)
    };
    let most_severe = |truth: Truth| {
        let rows = done.places.iter().zip(&done.truths).filter(move |(_, t)| **t == truth);
        rows.filter_map(|(p, _)| severity(*p)).min()
    };
    let proposed = most_severe(Truth::Met);
    let possible = most_severe(Truth::Undetermined);
    let level = |place: usize| output.values.get(place).and_then(Value::as_i64);
    let (mut rows, mut rows_below, mut open) = (Vec::new(), Vec::new(), Vec::new());
    let mut counts = [0usize; 3];
    for (place, truth) in done.places.iter().zip(&done.truths) {
        let row = done.explain_row(*place, *truth);
        let counted = match (proposed, severity(*place)) {
            (Some(proposed), Some(severity)) => severity <= proposed,
            _ => true,
        };
        if !counted {
            rows_below.push(row);
            continue;
        }
        counts[order(*truth)] += 1;
        rows.push(row);
        if *truth == Truth::Undetermined {
            open.push(*place);
        }
    }
    rows.sort_by_key(|row| order(row.truth));
    Ok(Proposal {
        table: table.identity.clone(),
        on,
        level: proposed.and_then(level),
        met: counts[0],
        undetermined: counts[1],
        not_met: counts[2],
        level_if_undetermined_met: possible
            .filter(|possible| proposed.is_none_or(|proposed| *possible < proposed))
            .and_then(level),
        rows,
        rows_below,
        missing: done.missing(&open),
        required: Vec::new(),
    })
}

fn order(truth: Truth) -> usize {
    match truth {
        Truth::Met => 0,
        Truth::Undetermined => 1,
        Truth::NotMet => 2,
    }
}
