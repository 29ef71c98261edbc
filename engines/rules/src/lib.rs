//! Decision tables as data: read, checked, evaluated with half-known inputs, and explained.
//!
//! A table is a TOML file that a person edits (`docs/formats/rule-table.md`): typed columns with
//! units, conditions in DMN's notation, a hit policy, days in force, and a source on every row.
//! A file that is not right is refused with file, line and what to do. Answers are three-valued:
//! unknown is never false and never zero.
//!
//! It knows no event, no plan and no form; it reads no file, no clock and no network: texts, days
//! and inputs are arguments. It decides nothing for anybody: it proposes, with its reasons.

mod cases;
mod cell;
mod check;
mod decide;
mod decimal;
mod doc;
mod evaluate;
mod facts;
mod fault;
mod library;
mod packs;
mod propose;
mod questions;
mod read;
mod read_rows;
mod span;
mod table;
mod unit;
mod value;

#[cfg(test)]
mod tests;

pub use decimal::{Decimal, DecimalError};
pub use evaluate::{
    Aggregate, CellExplanation, Decision, Explanation, MissingInput, Outcome, RowExplanation,
    evaluate,
};
pub use facts::EvaluationError;
pub use fault::{FaultCode, TableFault, TableFaults};
pub use library::{Layer, Library, Scope};
pub use packs::base_packs;
pub use propose::{Proposal, propose};
pub use questions::{Questions, questions};
pub use table::{
    AdminLevel, Binding, CivilDate, ColumnKind, DateError, HitPolicy, Identity, InputSpec, Label,
    Mark, OutputSpec, Row, Source, Table, TableOutput,
};
pub use value::{Absence, Input, Inputs, Quantity, Value};
