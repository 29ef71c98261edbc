//! From what callers give to what rows may ask: each input as a set of values that it may still be.
//!
//! An unknown count is [0, ∞); a sum with unknown parts reaches from the known parts upward; a
//! quantity in another unit is turned into the column's, outward where that is not exact.

use kernel::UnixSeconds;

use crate::cell::{Column, Fact};
use crate::decimal::Decimal;
use crate::span::Span;
use crate::table::Table;
use crate::unit::Unit;
use crate::value::{Absence, Input, Inputs, Quantity, Value};

/// An evaluation that cannot be done as asked. A caller's mistake, never a matter of what is known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationError {
    /// The value is of another sort than the column.
    #[error("{table}: input {input} needs {expected}, found {found}")]
    WrongType {
        /// The table.
        table: String,
        /// The input.
        input: String,
        /// What the column takes.
        expected: String,
        /// What was given.
        found: String,
    },
    /// The value is in a unit that measures something else.
    #[error("{table}: input {input} is in {expected}, found {found}")]
    UnitMismatch {
        /// The table.
        table: String,
        /// The input.
        input: String,
        /// The column's unit.
        expected: String,
        /// What was given.
        found: String,
    },
    /// The value is none that the column can have.
    #[error("{table}: input {input} cannot be {found}: {expected}")]
    NotAllowed {
        /// The table.
        table: String,
        /// The input.
        input: String,
        /// What the column allows.
        expected: String,
        /// What was given.
        found: String,
    },
    /// No version of the table is in force on that day.
    #[error("{table} has no version in force on {on}; there are: {versions}")]
    NotInForce {
        /// The table.
        table: String,
        /// The day asked for.
        on: String,
        /// The versions there are, with their periods.
        versions: String,
    },
    /// There is no such table.
    #[error("there is no table {table}")]
    UnknownTable {
        /// The id asked for.
        table: String,
    },
    /// The table proposes no level: its first output is no ordered list of whole numbers.
    #[error("{table} gives no level: its first output needs whole numbers, most severe first")]
    NoLevel {
        /// The table.
        table: String,
    },
}

/// What is known of an input column, and where it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Known<'i> {
    pub fact: Fact,
    pub value: Option<Value>,
    pub low: Option<Value>,
    pub high: Option<Value>,
    pub absent: Option<Absence>,
    pub origin: Origin<'i>,
}

/// Who said it.
#[derive(Clone, Debug)]
pub(crate) enum Origin<'i> {
    Nobody,
    Given(&'i Input),
    /// A sum: the parts that have said something, and those that have not.
    Sum {
        sources: Vec<String>,
        observed_at: Option<UnixSeconds>,
        missing_parts: Vec<String>,
        missing: Vec<String>,
    },
}

impl Known<'_> {
    /// Whether more than one value is still possible.
    pub fn is_open(&self) -> bool {
        match &self.fact {
            Fact::NotApplicable => false,
            Fact::Words(mask) => mask.count_ones() > 1,
            Fact::Numbers(span) => span.low.is_none() || span.low != span.high,
        }
    }

    pub fn source(&self) -> String {
        match &self.origin {
            Origin::Nobody => String::new(),
            Origin::Given(input) => input.source.clone(),
            Origin::Sum { sources, .. } => sources.join(" + "),
        }
    }

    pub fn observed_at(&self) -> Option<UnixSeconds> {
        match &self.origin {
            Origin::Nobody => None,
            Origin::Given(input) => input.observed_at,
            Origin::Sum { observed_at, .. } => *observed_at,
        }
    }

    /// The parts of a sum that are not known, by their input names.
    pub fn missing_parts(&self) -> Vec<String> {
        match &self.origin {
            Origin::Sum { missing_parts, .. } => missing_parts.clone(),
            Origin::Nobody | Origin::Given(_) => Vec::new(),
        }
    }

    pub fn missing(&self) -> Vec<String> {
        match &self.origin {
            Origin::Nobody => Vec::new(),
            Origin::Given(input) => input.missing.clone(),
            Origin::Sum { missing, .. } => missing.clone(),
        }
    }
}

/// Resolves every input column of a table.
pub(crate) fn resolve<'i>(
    table: &Table,
    inputs: &'i Inputs,
) -> Result<Vec<Known<'i>>, EvaluationError> {
    let mut known: Vec<Option<Known<'i>>> = vec![None; table.inputs.len()];
    for place in 0..table.inputs.len() {
        resolve_one(table, inputs, place, &mut known)?;
    }
    Ok(known.into_iter().flatten().collect())
}

/// Sums are resolved after their parts; a table has no sum that contains itself.
fn resolve_one<'i>(
    table: &Table,
    inputs: &'i Inputs,
    place: usize,
    known: &mut Vec<Option<Known<'i>>>,
) -> Result<(), EvaluationError> {
    if known[place].is_some() {
        return Ok(());
    }
    let spec = &table.inputs[place];
    let given = inputs.get(&spec.name);
    // A joint figure that somebody reported stands over the sum of its parts.
    let says_something = given.is_some_and(|i| {
        i.value.is_some() || i.low.is_some() || i.high.is_some() || i.absent.is_some()
    });
    if spec.parts.is_empty() || says_something {
        known[place] = Some(read_input(table, place, given)?);
        return Ok(());
    }
    for part in &spec.parts {
        resolve_one(table, inputs, *part, known)?;
    }
    let sum = sum(table, &spec.parts, known);
    known[place] = Some(sum);
    Ok(())
}

fn sum<'i>(table: &Table, parts: &[usize], known: &[Option<Known<'i>>]) -> Known<'i> {
    let (mut low, mut high) = (Some(Decimal::ZERO), Some(Decimal::ZERO));
    let (mut sources, mut missing_parts) = (Vec::new(), Vec::new());
    let mut missing: Vec<String> = Vec::new();
    let mut observed_at: Option<UnixSeconds> = None;
    let mut applicable = false;
    for part in parts {
        let Some(known) = &known[*part] else { continue };
        let Fact::Numbers(span) = &known.fact else { continue };
        applicable = true;
        let add = |sum: Option<Decimal>, end: Option<crate::span::End>| Some(sum?.plus(end?.at));
        low = add(low, span.low);
        high = add(high, span.high);
        if span.high.is_none() {
            missing_parts.push(table.inputs[*part].name.clone());
        }
        missing.extend(known.missing());
        let source = known.source();
        if !source.is_empty() && !sources.contains(&source) {
            sources.push(source);
        }
        // A sum is as old as its oldest part.
        observed_at = match (observed_at, known.observed_at()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
    if !applicable {
        return absent(Fact::NotApplicable, Absence::NotApplicable, Origin::Nobody);
    }
    missing.sort();
    missing.dedup();
    let exact = low.is_some() && low == high;
    let nothing = low.is_none_or(|l| l == Decimal::ZERO) && high.is_none();
    Known {
        fact: Fact::Numbers(Span::closed(low, high)),
        value: exact.then_some(()).and(low).map(Value::Number),
        low: if exact || nothing { None } else { low.map(Value::Number) },
        high: if exact { None } else { high.map(Value::Number) },
        absent: nothing.then_some(Absence::Unknown),
        origin: Origin::Sum { sources, observed_at, missing_parts, missing },
    }
}

fn absent<'i>(fact: Fact, why: Absence, origin: Origin<'i>) -> Known<'i> {
    Known { fact, value: None, low: None, high: None, absent: Some(why), origin }
}

fn read_input<'i>(
    table: &Table,
    place: usize,
    given: Option<&'i Input>,
) -> Result<Known<'i>, EvaluationError> {
    let column = &table.inputs[place].column;
    let unknown = match column {
        Column::Numbers { .. } => Fact::Numbers(Span::closed(column.floor(), None)),
        Column::Words { words } => Fact::Words(all_words(words)),
    };
    let Some(input) = given else {
        return Ok(absent(unknown, Absence::Unknown, Origin::Nobody));
    };
    if input.absent == Some(Absence::NotApplicable) {
        let origin = Origin::Given(input);
        return Ok(absent(Fact::NotApplicable, Absence::NotApplicable, origin));
    }
    let fact = match column {
        Column::Words { words } => match (&input.value, &input.low, &input.high) {
            (None, None, None) => unknown,
            (Some(value), None, None) => Fact::Words(1 << word(table, place, words, value)?),
            _ => return Err(wrong_type(table, place, "one value, no bounds", "bounds")),
        },
        Column::Numbers { unit, .. } => {
            read_span(table, place, unit.as_ref(), input)?.map_or(unknown, Fact::Numbers)
        }
    };
    let silent = input.value.is_none() && input.low.is_none() && input.high.is_none();
    Ok(Known {
        fact,
        value: input.value.clone(),
        low: input.low.clone(),
        high: input.high.clone(),
        absent: silent.then(|| input.absent.unwrap_or(Absence::Unknown)),
        origin: Origin::Given(input),
    })
}

fn all_words(words: &[String]) -> u128 {
    if words.len() >= crate::cell::WORDS_MAX { u128::MAX } else { (1u128 << words.len()) - 1 }
}

fn wrong_type(table: &Table, place: usize, expected: &str, found: &str) -> EvaluationError {
    EvaluationError::WrongType {
        table: table.identity.id.clone(),
        input: table.inputs[place].name.clone(),
        expected: expected.into(),
        found: found.into(),
    }
}

fn not_allowed(table: &Table, place: usize, expected: String, found: String) -> EvaluationError {
    let input = table.inputs[place].name.clone();
    EvaluationError::NotAllowed { table: table.identity.id.clone(), input, expected, found }
}

fn word(
    table: &Table,
    place: usize,
    words: &[String],
    value: &Value,
) -> Result<usize, EvaluationError> {
    let yes_no = table.inputs[place].values.is_empty();
    let text = match value {
        Value::Bool(flag) if yes_no => return Ok(usize::from(*flag)),
        Value::Text(text) if !yes_no => text,
        other => {
            let expected = if yes_no { "yes or no" } else { "a word" };
            return Err(wrong_type(table, place, expected, other.sort_name()));
        }
    };
    words.iter().position(|w| w == text).ok_or_else(|| {
        not_allowed(table, place, format!("one of {}", words.join(", ")), text.clone())
    })
}

/// The interval that an input leaves open; `None` where it says nothing.
fn read_span(
    table: &Table,
    place: usize,
    unit: Option<&Unit>,
    input: &Input,
) -> Result<Option<Span>, EvaluationError> {
    let read =
        |value: &Option<Value>| value.as_ref().map(|v| number(table, place, unit, v)).transpose();
    let (value, low, high) = (read(&input.value)?, read(&input.low)?, read(&input.high)?);
    let column = &table.inputs[place].column;
    let (low, high) = match (value, low, high) {
        (None, None, None) => return Ok(None),
        (Some((down, up)), None, None) => (Some(down), Some(up)),
        // Bounds decide; a middle beside a single bound closes nothing.
        (_, low, high) => (low.map(|l| l.0).or(column.floor()), high.map(|h| h.1)),
    };
    let (low, high) = match column.is_whole() {
        true => (low.map(Decimal::floor), high.map(Decimal::ceil)),
        false => (low, high),
    };
    let said = |end: Option<Decimal>| end.map_or("unbounded".into(), |d| d.to_string());
    if column.floor().zip(low).is_some_and(|(floor, low)| low < floor) {
        return Err(not_allowed(table, place, "a count is not below zero".into(), said(low)));
    }
    if low.zip(high).is_some_and(|(low, high)| low > high) {
        let found = format!("{} to {}", said(low), said(high));
        return Err(not_allowed(table, place, "low is not above high".into(), found));
    }
    Ok(Some(Span::closed(low, high)))
}

/// A number in the column's unit, rounded down and up.
fn number(
    table: &Table,
    place: usize,
    unit: Option<&Unit>,
    value: &Value,
) -> Result<(Decimal, Decimal), EvaluationError> {
    match value {
        Value::Number(n) => {
            let whole = table.inputs[place].column.is_whole();
            if whole && !n.is_whole() {
                return Err(not_allowed(table, place, "a whole number".into(), n.to_string()));
            }
            Ok((*n, *n))
        }
        Value::Quantity(Quantity { amount, unit: from }) => {
            let ratio = unit.zip(Unit::parse(from).ok()).and_then(|(to, from)| from.ratio_to(to));
            ratio.and_then(|r| amount.scaled(r)).ok_or_else(|| EvaluationError::UnitMismatch {
                table: table.identity.id.clone(),
                input: table.inputs[place].name.clone(),
                expected: unit.map_or("no unit".into(), |u| u.to_string()),
                found: value.to_string(),
            })
        }
        other => Err(wrong_type(table, place, "a number", other.sort_name())),
    }
}
