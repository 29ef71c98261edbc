//! What is wrong with a table: file, line, a stable code, why, and what to do about it.

use std::fmt;

use serde::Serialize;

/// The sort of fault; codes are stable and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    /// The text is not TOML.
    TomlSyntax,
    /// The file is larger than a table may be.
    TooLarge,
    /// The path is not `<pack>/<context>/<name>[@version].toml`.
    BadPath,
    /// A key that the format does not know, mostly a typing error.
    UnknownKey,
    /// A key that must be there is not.
    MissingKey,
    /// A value of another type than the key takes.
    WrongType,
    /// A value that is not one of those the key takes.
    BadValue,
    /// Two things of one file have the same name.
    Duplicate,
    /// A cell or sum names an input that the table does not declare.
    UnknownInput,
    /// An input that no row uses.
    UnusedInput,
    /// A row answers with an output that the table does not declare.
    UnknownOutput,
    /// A unit that is not registered.
    UnknownUnit,
    /// A unit that measures something else than the column.
    UnitMismatch,
    /// A condition that cannot be read.
    BadCell,
    /// A row without source or clause.
    NoSource,
    /// A row names an instrument that the table does not declare.
    UnknownInstrument,
    /// A date that is not a date, or a period that is empty.
    BadDate,
    /// Two rows can hold at once under hit policy unique.
    Overlap,
    /// A point of the declared domain that no row answers.
    Gap,
    /// Inputs or tables that depend on themselves.
    Cycle,
    /// An input is taken from a table or output that is not there.
    UnknownTable,
    /// Two versions of a table are in force at once.
    VersionsOverlap,
    /// A plan without the place whose plan it is, or a place that is none.
    BadPlace,
    /// A row of an exercise that is not marked so, or a marked row outside an exercise.
    ExerciseMark,
    /// A worked case gives another result than its file says.
    CaseFailed,
}

/// One thing that is wrong with one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, thiserror::Error)]
#[error("{path}:{line}: {why}; {what_to_do}")]
pub struct TableFault {
    /// The file, as the caller named it.
    pub path: String,
    /// The line in the file, from 1.
    pub line: usize,
    /// The sort of fault.
    pub code: FaultCode,
    /// What was found, and why it cannot stand.
    pub why: String,
    /// What the table's author does about it.
    pub what_to_do: String,
}

/// Everything that is wrong with a set of files, sorted by file and line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct TableFaults(pub Vec<TableFault>);

impl fmt::Display for TableFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

/// Collects the faults of one file.
pub(crate) struct Faults<'a> {
    path: &'a str,
    text: &'a str,
    pub list: Vec<TableFault>,
}

impl<'a> Faults<'a> {
    pub fn new(path: &'a str, text: &'a str) -> Self {
        Faults { path, text, list: Vec::new() }
    }

    /// The line of a byte offset, from 1.
    pub fn line(&self, offset: usize) -> usize {
        let end = offset.min(self.text.len());
        1 + self.text.as_bytes()[..end].iter().filter(|b| **b == b'\n').count()
    }

    pub fn add(&mut self, line: usize, code: FaultCode, why: String, what_to_do: String) {
        let path = self.path.to_owned();
        self.list.push(TableFault { path, line, code, why, what_to_do });
    }
}

/// The candidate nearest to `found` by edit distance; the first of equals; "" where there is none.
pub(crate) fn nearest<'c>(found: &str, candidates: impl Iterator<Item = &'c str>) -> &'c str {
    candidates.min_by_key(|candidate| edit_distance(found, candidate)).unwrap_or("")
}

fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let cost = if ca == *cb { diagonal } else { diagonal + 1 };
            diagonal = row[j + 1];
            row[j + 1] = cost.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
