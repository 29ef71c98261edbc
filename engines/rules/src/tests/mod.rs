//! What a plan officer and a table author would check.

mod base;
mod cells;
mod criteria;
mod dmn;
mod faults;
mod hits;
mod packs;
mod properties;

use crate::{CivilDate, Input, Inputs, Table, Value};

/// A day of the calendar.
fn day(text: &str) -> CivilDate {
    text.parse().unwrap()
}

/// The head of a made-up table with one source.
fn head(hit_policy: &str) -> String {
    format!(
        "format = 1\nversion = \"1\"\ntitle = {{ zh = \"试\", en = \"Test\" }}\n\
         hit_policy = \"{hit_policy}\"\nsource = \"T\"\nmark = \"house\"\n\
         instruments = {{ T = {{ zh = \"试\", en = \"Test\" }} }}\n"
    )
}

/// A row of a made-up table.
fn row(id: &str, when: &str, then: &str) -> String {
    format!("[[row]]\nid = \"{id}\"\nclause = \"1\"\nwhen = {{ {when} }}\nthen = {{ {then} }}\n")
}

fn read(text: &str) -> Table {
    match Table::read("cn/command/test.toml", text) {
        Ok(table) => table,
        Err(faults) => panic!("{faults}\n{text}"),
    }
}

fn inputs(given: &[(&str, Value)]) -> Inputs {
    given
        .iter()
        .map(|(name, v)| ((*name).to_owned(), Input::known(v.clone(), "test", None)))
        .collect()
}
