//! Evaluates one table and explains the result: every row, every cell, every source and time.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{Truth, UnixSeconds};
use serde::{Deserialize, Serialize};

use crate::cell::{Cell, Fact};
use crate::decide::{self, Decided};
use crate::facts::{self, EvaluationError, Known};
use crate::table::{
    Binding, CivilDate, ColumnKind, HitPolicy, Identity, Label, Mark, Row, RowCell, Source, Table,
};
use crate::value::{Absence, Inputs, Value};

/// A result with the rows that give it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The ids of the rows.
    pub rows: Vec<String>,
    /// Whether it is a duty or a choice, where the source says so.
    pub binding: Option<Binding>,
    /// The outputs.
    pub values: Arc<BTreeMap<String, Value>>,
}

/// The bounds of a sum, least, greatest or count. `None`: there may be no figure at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aggregate {
    /// Not below this, whatever is still unknown.
    pub low: Option<Value>,
    /// Not above this, whatever is still unknown.
    pub high: Option<Value>,
}

/// What comes out of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Met: the result is certain. Not met: certainly no row holds. Else undetermined.
    pub truth: Truth,
    /// Results that are certain with what is known now.
    pub must: Vec<Outcome>,
    /// Results that are possible, the certain ones included.
    pub may: Vec<Outcome>,
    /// For a collecting table with an aggregate.
    pub aggregate: Option<Aggregate>,
    /// Rows that hold together say different things where they may not: the table is at fault.
    pub conflict: bool,
}

/// One condition with what it was asked of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellExplanation {
    /// The input's name.
    pub input: String,
    /// What it is called.
    pub label: Label,
    /// The condition, as the table writes it.
    pub condition: Arc<str>,
    /// The number of the alternative it belongs to; absent where the row always needs it.
    pub alternative: Option<usize>,
    /// Whether it holds.
    pub truth: Truth,
    /// The value; absent where there is none.
    pub value: Option<Value>,
    /// The lower bound, where only bounds are known or the figure is an estimate.
    pub low: Option<Value>,
    /// The upper bound.
    pub high: Option<Value>,
    /// The unit of the column.
    pub unit: Option<String>,
    /// Why there is no value.
    pub absent: Option<Absence>,
    /// Where the value comes from.
    pub source: String,
    /// When it was seen in the world.
    pub observed_at: Option<UnixSeconds>,
    /// The parts of a sum that are not known, by their input names.
    pub missing_parts: Vec<String>,
    /// Places or things that have said nothing.
    pub missing: Vec<String>,
}

/// One row with its conditions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowExplanation {
    /// The row's id.
    pub row: String,
    /// What it says, for people.
    pub label: Label,
    /// Whether it holds.
    pub truth: Truth,
    /// Where it comes from.
    pub source: Arc<Source>,
    /// What that rests on.
    pub mark: Mark,
    /// Whether the text is still to be confirmed.
    pub confirm: bool,
    /// Whether the result is a duty or a choice.
    pub binding: Option<Binding>,
    /// Whether it holds only where no other row does.
    pub otherwise: bool,
    /// The result that it gives where it holds.
    pub values: Arc<BTreeMap<String, Value>>,
    /// Its conditions.
    pub cells: Vec<CellExplanation>,
}

/// An input that is not known and on which the result still depends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingInput {
    /// The input's name.
    pub input: String,
    /// What it is called, or the question to ask.
    pub label: Label,
    /// The sort of values.
    pub kind: ColumnKind,
    /// The unit of its numbers.
    pub unit: Option<String>,
    /// The words that it may be.
    pub values: Vec<String>,
    /// What those words are called; empty where people never read them.
    pub labels: Arc<BTreeMap<String, Label>>,
    /// The parts of a sum that are not known, by their input names.
    pub missing_parts: Vec<String>,
    /// Places or things that have said nothing.
    pub missing: Vec<String>,
    /// The rows that wait for it.
    pub rows: Vec<String>,
}

/// A table's answer with everything it rests on. Goes to screens and judgements as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// Which table and edition.
    pub table: Identity,
    /// The day whose rows were used.
    pub on: CivilDate,
    /// What happens when several rows hold.
    pub hit_policy: HitPolicy,
    /// The result.
    pub decision: Decision,
    /// Every row in force.
    pub rows: Vec<RowExplanation>,
    /// What is not known and would matter.
    pub missing: Vec<MissingInput>,
    /// The answers of other tables that went in.
    pub required: Vec<Explanation>,
}

/// Everything computed before it is put into words.
pub(crate) struct Evaluated<'t, 'i> {
    pub table: &'t Table,
    pub known: Vec<Known<'i>>,
    pub facts: Vec<Fact>,
    pub places: Vec<usize>,
    pub truths: Vec<Truth>,
    pub decided: Decided,
}

pub(crate) fn compute<'t, 'i>(
    table: &'t Table,
    inputs: &'i Inputs,
    on: CivilDate,
) -> Result<Evaluated<'t, 'i>, EvaluationError> {
    let known = facts::resolve(table, inputs)?;
    let facts: Vec<Fact> = known.iter().map(|k| k.fact.clone()).collect();
    let places: Vec<usize> =
        (0..table.rows.len()).filter(|p| table.rows[*p].in_force(on)).collect();
    let truths = decide::truths(table, &places, &facts);
    let decided = decide::decide(table, &places, &truths);
    Ok(Evaluated { table, known, facts, places, truths, decided })
}

/// Evaluates a table for what is known, with the rows in force on a day, and explains it.
///
/// Inputs that other tables give (`from`) are read from `inputs` like any other here;
/// [`crate::Library::evaluate`] fills them in.
///
/// # Errors
/// A value of the wrong sort, unit or range: a caller's mistake, named with table and input.
///
/// # Examples
/// ```
/// # use rules::{Input, Inputs, Table, evaluate};
/// let text = r#"
/// format = 1
/// version = "1"
/// title = { zh = "雨级", en = "Rain class" }
/// hit_policy = "unique"
/// source = "GBT"
/// mark = "law"
/// instruments = { GBT = { zh = "国标", en = "National standard" } }
/// input = [{ name = "rain", kind = "decimal", unit = "mm" }]
/// output = [{ name = "class", kind = "text" }]
/// [[row]]
/// id = "R1"
/// when = { rain = "[50..100)" }
/// then = { class = "rainstorm" }
/// clause = "table 1"
/// "#;
/// let table = Table::read("cn/warning/rain.toml", text).unwrap();
/// let day = "2026-07-23".parse().unwrap();
/// let inputs = Inputs::from([("rain".into(), Input::known(62, "gauge", None))]);
/// let answer = evaluate(&table, &inputs, day).unwrap();
/// assert_eq!(answer.decision.must[0].values["class"].as_text(), Some("rainstorm"));
/// ```
pub fn evaluate(
    table: &Table,
    inputs: &Inputs,
    on: CivilDate,
) -> Result<Explanation, EvaluationError> {
    let done = compute(table, inputs, on)?;
    let rows = done.places.iter().zip(&done.truths);
    Ok(Explanation {
        table: table.identity.clone(),
        on,
        hit_policy: table.hit_policy,
        decision: done.decision(),
        rows: rows.map(|(place, truth)| done.explain_row(*place, *truth)).collect(),
        missing: done.missing(&done.decided.open),
        required: Vec::new(),
    })
}

impl Evaluated<'_, '_> {
    pub fn decision(&self) -> Decision {
        let outcome = |group: &Vec<usize>| {
            let first = &self.table.rows[group[0]];
            Outcome {
                rows: group.iter().map(|p| self.table.rows[*p].id.clone()).collect(),
                binding: first.binding,
                values: first.values.clone(),
            }
        };
        let bounds = decide::aggregate(self.table, &self.places, &self.truths);
        Decision {
            truth: self.decided.truth,
            must: self.decided.must.iter().map(outcome).collect(),
            may: self.decided.may.iter().map(outcome).collect(),
            aggregate: bounds.map(|(low, high)| Aggregate {
                low: low.map(Value::Number),
                high: high.map(Value::Number),
            }),
            conflict: self.decided.conflict,
        }
    }

    pub fn explain_row(&self, place: usize, truth: Truth) -> RowExplanation {
        let row = &self.table.rows[place];
        RowExplanation {
            row: row.id.clone(),
            label: row.label.clone(),
            truth,
            source: row.source.clone(),
            mark: row.mark,
            confirm: row.confirm,
            binding: row.binding,
            otherwise: row.otherwise,
            values: row.values.clone(),
            cells: row.cells.iter().map(|cell| self.explain_cell(cell)).collect(),
        }
    }

    fn explain_cell(&self, cell: &RowCell) -> CellExplanation {
        let spec = &self.table.inputs[cell.input];
        let known = &self.known[cell.input];
        CellExplanation {
            input: spec.name.clone(),
            label: spec.label.clone(),
            condition: cell.text.clone(),
            alternative: cell.alternative,
            truth: cell.cell.truth(&known.fact, &self.facts),
            value: known.value.clone(),
            low: known.low.clone(),
            high: known.high.clone(),
            unit: spec.unit.clone(),
            absent: known.absent,
            source: known.source(),
            observed_at: known.observed_at(),
            missing_parts: known.missing_parts(),
            missing: known.missing(),
        }
    }

    /// The open inputs that these undetermined rows wait for.
    pub fn missing(&self, open_rows: &[usize]) -> Vec<MissingInput> {
        let mut waiting: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for place in open_rows {
            let row = &self.table.rows[*place];
            for input in self.waits_for(row) {
                let rows = waiting.entry(input).or_default();
                if rows.last() != Some(&row.id) {
                    rows.push(row.id.clone());
                }
            }
        }
        let explain = |(place, rows): (usize, Vec<String>)| {
            let spec = &self.table.inputs[place];
            MissingInput {
                input: spec.name.clone(),
                label: spec.label.clone(),
                kind: spec.kind,
                unit: spec.unit.clone(),
                values: spec.values.clone(),
                labels: Arc::clone(&spec.labels),
                missing_parts: self.known[place].missing_parts(),
                missing: self.known[place].missing(),
                rows,
            }
        };
        waiting.into_iter().map(explain).collect()
    }

    /// The open inputs that decide whether an undetermined row holds.
    pub fn waits_for(&self, row: &Row) -> Vec<usize> {
        if row.otherwise {
            // It waits for whatever the other undetermined rows wait for.
            let others = self.places.iter().zip(&self.truths);
            let open = others
                .filter(|(p, t)| **t == Truth::Undetermined && !self.table.rows[**p].otherwise);
            let mut inputs: Vec<usize> =
                open.flat_map(|(p, _)| self.waits_for(&self.table.rows[*p])).collect();
            inputs.sort_unstable();
            inputs.dedup();
            return inputs;
        }
        let truth = |c: &RowCell| c.cell.truth(&self.facts[c.input], &self.facts);
        let of = |number: usize| row.cells.iter().filter(move |c| c.alternative == Some(number));
        let lost: Vec<usize> = (0..row.alternatives)
            .filter(|number| of(*number).any(|c| truth(c) == Truth::NotMet))
            .collect();
        let won = (0..row.alternatives).any(|n| of(n).all(|c| truth(c) == Truth::Met));
        let mut inputs = Vec::new();
        for cell in &row.cells {
            let counts = cell.alternative.is_none_or(|number| !won && !lost.contains(&number));
            if counts && truth(cell) == Truth::Undetermined {
                inputs.push(cell.input);
                if let Cell::Compare(_, other) = cell.cell {
                    inputs.push(other);
                }
            }
        }
        inputs.retain(|input| self.known[*input].is_open());
        inputs.sort_unstable();
        inputs.dedup();
        inputs
    }
}
