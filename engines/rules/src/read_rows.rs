//! Reads the rows of a table: conditions, results, and where each row comes from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use toml::de::DeValue;

use crate::cell::{self, Cell, CellFault, CellSet, Column};
use crate::decimal::Decimal;
use crate::doc::{self, At, Section};
use crate::fault::{FaultCode, Faults, nearest};
use crate::read::{Defaults, keep, read_label_here, read_period, read_word};
use crate::table::{ColumnKind, Label, Mark, OutputSpec, Row, RowCell, Source, Table};
use crate::value::{Quantity, Value};

const KEYS: &[&str] = &[
    "id",
    "when",
    "any_of",
    "otherwise",
    "then",
    "source",
    "clause",
    "mark",
    "confirm",
    "binding",
    "valid_from",
    "valid_to",
    "zh",
    "en",
];

pub(crate) fn read(
    root: &Section,
    table: &Table,
    defaults: &Defaults,
    faults: &mut Faults,
) -> Vec<Row> {
    let columns: Vec<(String, Column)> =
        table.inputs.iter().map(|i| (i.name.clone(), i.column.clone())).collect();
    let mut seen = BTreeSet::new();
    let mut rows = Vec::new();
    for section in root.sections("row", "a row", faults) {
        section.only(KEYS, faults);
        let id = section.needed_text("id", faults).unwrap_or("").to_owned();
        if !seen.insert(id.clone()) {
            let why = format!("row {id:?} stands twice");
            faults.add(section.line(faults), FaultCode::Duplicate, why, "give it a new id".into());
        }
        let origin = read_origin(&section, table, defaults, &id, faults);
        let (valid_from, valid_to) = read_period(&section, faults);
        let (cells, alternatives) = read_conditions(&section, &columns, faults);
        let values = read_results(&section, table, &id, faults);
        let rank = rank(&values, table);
        let Some((source, mark)) = origin else { continue };
        rows.push(Row {
            id,
            label: read_label_here(&section, faults),
            source,
            mark,
            confirm: section.flag("confirm", faults),
            binding: read_word(&section, "binding", faults),
            valid_from,
            valid_to,
            otherwise: section.flag("otherwise", faults),
            values: Arc::new(values),
            cells,
            alternatives,
            rank,
            line: section.line(faults),
        });
    }
    if rows.is_empty() && faults.list.is_empty() {
        root.missing("[[row]]", faults);
    }
    rows
}

fn read_origin(
    section: &Section,
    table: &Table,
    defaults: &Defaults,
    id: &str,
    faults: &mut Faults,
) -> Option<(Arc<Source>, Mark)> {
    let line = section.line(faults);
    let instrument = section.text("source", faults).or(defaults.source);
    let clause = section.text("clause", faults).filter(|c| !c.trim().is_empty());
    let mark = read_word(section, "mark", faults).or(defaults.mark);
    let (Some(instrument), Some(clause), Some(mark)) = (instrument, clause, mark) else {
        let why = format!("row {id:?} does not say where it comes from");
        let what = "give it source, clause and mark (source and mark may stand in the head)";
        faults.add(line, FaultCode::NoSource, why, what.into());
        return None;
    };
    if !table.instruments.contains_key(instrument) {
        let known = table.instruments.keys().map(String::as_str);
        let why = format!("row {id:?} names instrument {instrument:?}, which is not declared");
        let what =
            format!("add it to [instruments], or did you mean {:?}?", nearest(instrument, known));
        faults.add(line, FaultCode::UnknownInstrument, why, what);
        return None;
    }
    if (mark == Mark::Exercise) != defaults.exercise {
        let why = format!("row {id:?} is marked {mark:?} where exercise = {}", defaults.exercise);
        let what = "rows of an exercise, and only they, have mark = \"exercise\"";
        faults.add(line, FaultCode::ExerciseMark, why, what.into());
        return None;
    }
    let source = Source { instrument: instrument.to_owned(), clause: clause.to_owned() };
    Some((Arc::new(source), mark))
}

fn read_conditions(
    section: &Section,
    columns: &[(String, Column)],
    faults: &mut Faults,
) -> (Vec<RowCell>, usize) {
    let mut cells = Vec::new();
    let when = section.section("when", "when", faults);
    if let Some(when) = &when {
        read_cells(when, columns, None, &mut cells, faults);
    }
    let alternatives = section.sections("any_of", "an alternative", faults);
    for (place, alternative) in alternatives.iter().enumerate() {
        read_cells(alternative, columns, Some(place), &mut cells, faults);
    }
    let otherwise = section.flag("otherwise", faults);
    let conditions = when.is_some() || section.has("any_of");
    if otherwise == conditions {
        let why = if otherwise {
            "an otherwise-row has no conditions of its own"
        } else {
            "a row has neither conditions nor otherwise = true"
        };
        let what = "write when = { ... }, or when = {} for a row that always holds";
        faults.add(section.line(faults), FaultCode::MissingKey, why.into(), what.into());
    }
    // The order of keys in the file decides nothing; people read cells in the order of the inputs.
    cells.sort_by_key(|c| (c.alternative, c.input));
    (cells, alternatives.len())
}

fn read_cells(
    section: &Section,
    columns: &[(String, Column)],
    alternative: Option<usize>,
    cells: &mut Vec<RowCell>,
    faults: &mut Faults,
) {
    for (name, at) in section.entries(faults) {
        let Some(input) = columns.iter().position(|(known, _)| known == name) else {
            let why = format!("a condition on {name:?}, which is no input of the table");
            let near = nearest(name, columns.iter().map(|(known, _)| known.as_str()));
            faults.add(at.line, FaultCode::UnknownInput, why, format!("did you mean {near:?}?"));
            continue;
        };
        let read = cell_text(&at, &columns[input].1)
            .and_then(|text| Ok((cell::parse(&text, &columns[input].1, columns)?, text)));
        if let Some((cell, text)) = keep(read, at.line, faults) {
            cells.push(RowCell { input, cell, text: text.into(), alternative });
        }
    }
}

/// A cell may be a text in DMN's notation, a plain value, or a list of plain values.
fn cell_text(at: &At, column: &Column) -> Result<String, CellFault> {
    let wrong = || CellFault {
        code: FaultCode::WrongType,
        why: format!("a condition cannot be {}", at.value.type_str()),
        what_to_do: "write a text such as \">= 3\", a value, or a list of values".into(),
    };
    let text = match at.value {
        DeValue::Array(items) => {
            let texts: Option<Vec<String>> =
                items.iter().map(|item| doc::literal(item.get_ref())).collect();
            texts.ok_or_else(wrong)?.join(", ")
        }
        plain => doc::literal(plain).ok_or_else(wrong)?,
    };
    let plain_number = matches!(at.value, DeValue::Integer(_) | DeValue::Float(_));
    if plain_number && matches!(column, Column::Words { .. }) {
        return Err(wrong());
    }
    Ok(text)
}

/// Reads the text of a condition that stands for itself (a domain, a test).
pub(crate) fn plain_set(
    at: &At,
    column: &Column,
    columns: &[(String, Column)],
) -> Result<CellSet, CellFault> {
    let text = cell_text(at, column)?;
    match cell::parse(&text, column, columns)? {
        Cell::Any => Ok(column.everything()),
        Cell::In(set) => Ok(set),
        Cell::Compare(..) => Err(CellFault {
            code: FaultCode::BadCell,
            why: format!("{text} is no set of values"),
            what_to_do: "a domain names values, not another input".into(),
        }),
    }
}

fn read_results(
    section: &Section,
    table: &Table,
    id: &str,
    faults: &mut Faults,
) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    let Some(then) = section.section("then", "then", faults) else {
        section.missing("then", faults);
        return values;
    };
    for (name, at) in then.entries(faults) {
        let Some(output) = table.outputs.iter().find(|o| o.name == name) else {
            let why = format!("row {id:?} answers with {name:?}, which is no output of the table");
            let near = nearest(name, table.outputs.iter().map(|o| o.name.as_str()));
            faults.add(at.line, FaultCode::UnknownOutput, why, format!("did you mean {near:?}?"));
            continue;
        };
        if let Some(value) = keep(output_value(at.value, output), at.line, faults) {
            values.insert(name.to_owned(), value);
        }
    }
    if let Some(first) = table.outputs.first()
        && !values.contains_key(&first.name)
        && !then.has(&first.name)
    {
        then.missing(&first.name, faults);
    }
    values
}

/// Reads a result in the form that its output declares.
pub(crate) fn output_value(value: &DeValue, output: &OutputSpec) -> Result<Value, CellFault> {
    let read = typed_value(value, output)?;
    if !output.values.is_empty() && !output.values.contains(&read) {
        let known: Vec<String> = output.values.iter().map(|v| v.to_string()).collect();
        let near = nearest(&read.to_string(), known.iter().map(String::as_str)).to_owned();
        return Err(CellFault {
            code: FaultCode::BadValue,
            why: format!("{read} is not one of the values of output {:?}", output.name),
            what_to_do: format!("did you mean {near}?"),
        });
    }
    Ok(read)
}

fn typed_value(value: &DeValue, output: &OutputSpec) -> Result<Value, CellFault> {
    let wrong = |expected: &str| CellFault {
        code: FaultCode::WrongType,
        why: format!("output {:?} is {}", output.name, value.type_str()),
        what_to_do: format!("write {expected}"),
    };
    match output.kind {
        ColumnKind::Bool => value.as_bool().map(Value::Bool).ok_or_else(|| wrong("true or false")),
        ColumnKind::Text => match value.as_str() {
            Some(text) => Ok(Value::Text(text.to_owned())),
            None => Err(wrong("a text in quotes")),
        },
        ColumnKind::Int | ColumnKind::Decimal => {
            let text = doc::literal(value).ok_or_else(|| wrong("a number"))?;
            let unit = output.unit.as_deref().map(cell::parse_unit).transpose()?;
            let number: Decimal = cell::parse_number(&text, unit.as_ref())?;
            if output.kind == ColumnKind::Int && !number.is_whole() {
                return Err(wrong("a whole number"));
            }
            Ok(Value::Number(number))
        }
        ColumnKind::Quantity => {
            let text = doc::literal(value).ok_or_else(|| wrong("a number with its unit"))?;
            let (_, unit) = text.split_once(' ').ok_or_else(|| wrong("\"15 l/person/day\""))?;
            let unit = cell::parse_unit(unit.trim())?;
            let amount = cell::parse_number(&text, Some(&unit))?;
            Ok(Value::Quantity(Quantity { amount, unit: unit.to_string() }))
        }
    }
}

/// The place of a row's results in the outputs' lists of values; less is stronger.
fn rank(values: &BTreeMap<String, Value>, table: &Table) -> Vec<usize> {
    let place = |output: &OutputSpec| {
        let value = values.get(&output.name);
        output.values.iter().position(|v| Some(v) == value).unwrap_or(usize::MAX)
    };
    table.outputs.iter().filter(|o| !o.values.is_empty()).map(place).collect()
}

impl Label {
    /// Whether there are no words.
    pub fn is_empty(&self) -> bool {
        self.zh.is_empty() && self.en.is_empty()
    }
}
