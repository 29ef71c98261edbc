//! Which questions to ask next about a danger, and what the enterprise's data say already.
//!
//! A handful at a time: a question whose answer only matters after another's is not asked before
//! that one. Criteria are tables; nothing here knows one of them.

use std::collections::BTreeSet;

use kernel::UnixSeconds;
use ledger::View;
use prevention::danger::AT;
use rules::{MissingInput, Table, Value};

use crate::danger::organisation_of;
use crate::desk::Desk;

/// Questions that are asked at once.
pub(crate) const HANDFUL: usize = 5;

/// A column of the layer of enterprises that a table asks by the same name.
pub(crate) struct KnownFact {
    /// The input's name.
    pub input: &'static str,
    /// Its value.
    pub value: Value,
    /// The day of the data.
    pub as_of: Option<UnixSeconds>,
}

/// The questions to ask next: those that no other open question decides before, without those whose
/// answer is not known to anybody here.
pub(crate) fn next<'a>(ask: &'a [MissingInput], unknown: &BTreeSet<&str>) -> Vec<&'a MissingInput> {
    let open: Vec<(&MissingInput, BTreeSet<&str>)> = ask
        .iter()
        .filter(|q| !unknown.contains(q.input.as_str()))
        .map(|q| (q, q.rows.iter().map(String::as_str).collect()))
        .collect();
    let waits = |rows: &BTreeSet<&str>| {
        open.iter().any(|(_, other)| rows.len() < other.len() && rows.is_subset(other))
    };
    open.iter().filter(|(_, rows)| !waits(rows)).map(|(q, _)| *q).collect()
}

impl Desk {
    /// What the data of the enterprise that a danger is at say of a table's inputs.
    pub(crate) fn known_facts(&self, view: &View, table: &Table) -> Vec<KnownFact> {
        let Some(at) = view.reference_in(AT).map(|at| at.to_string()) else { return Vec::new() };
        let mut rows = self.area.built.enterprises.iter();
        let Some(row) = rows.find(|e| organisation_of(&e.source_id) == at) else {
            return Vec::new();
        };
        let as_of = self.area.layer("enterprise").map(|v| v.reader.meta().as_of_on.clone());
        let as_of = as_of.and_then(|day| format!("{day}T00:00:00+08:00").parse().ok());
        row.facts
            .iter()
            .filter(|(name, _)| table.input(name).is_some())
            .map(|(name, value)| KnownFact { input: name, value: (*value).into(), as_of })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(input: &str, rows: &[&str]) -> MissingInput {
        MissingInput {
            input: input.to_owned(),
            label: rules::Label::default(),
            kind: rules::ColumnKind::Bool,
            unit: None,
            values: Vec::new(),
            labels: Default::default(),
            missing_parts: Vec::new(),
            missing: Vec::new(),
            rows: rows.iter().map(|r| (*r).to_owned()).collect(),
        }
    }

    #[test]
    fn what_decides_over_others_is_asked_before_them() {
        let ask = [
            question("finding", &["1", "2", "3"]),
            question("class", &["1", "2"]),
            question("cut", &["1"]),
            question("alarm", &["3"]),
        ];
        let names = |unknown: &[&str]| {
            let unknown = unknown.iter().copied().collect();
            next(&ask, &unknown).iter().map(|q| q.input.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(names(&[]), ["finding"]);
        assert_eq!(names(&["finding"]), ["class", "alarm"]);
        assert_eq!(names(&["finding", "class"]), ["cut", "alarm"]);
        assert_eq!(names(&["finding", "class", "cut", "alarm"]), [""; 0]);
    }
}
