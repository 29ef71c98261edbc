//! From a foreign cell to a value of a column.

use datasets::{Column, ColumnType};

use super::Value;
use super::date::{civil_date, narrow};

/// The most characters of a text. Source: house, limits on input.
pub(crate) const TEXT_CHARS_MAX: usize = 4_000;

/// A cell as another file has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Raw<'a> {
    /// Nothing.
    Null,
    /// A whole number.
    Whole(i64),
    /// A number with a fraction, or one that is none.
    Real(f64),
    /// A text.
    Text(&'a str),
}

/// Why a cell is no value of its column.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    /// A column that must have a value has none.
    #[error("the column {column} needs a value")]
    Missing {
        /// The column.
        column: &'static str,
    },
    /// A value that the column cannot hold.
    #[error("the column {column}: {value:?} is {expected}")]
    Value {
        /// The column.
        column: &'static str,
        /// The value, cut short.
        value: String,
        /// What it is not, as "no whole number".
        expected: &'static str,
    },
}

impl RowError {
    pub(crate) fn value(column: &'static str, value: &str, expected: &'static str) -> Self {
        RowError::Value { column, value: value.chars().take(60).collect(), expected }
    }
}

/// The value of a column that a cell means. An empty text is "not known"; a position is in
/// degrees, as everywhere outside our own files.
///
/// # Errors
/// A cell that does not fit: see [`RowError`].
pub fn value_of(column: &'static Column, raw: Raw<'_>) -> Result<Value, RowError> {
    let wrong = |value: &str, expected| Err(RowError::value(column.name, value, expected));
    let found = match (column.column_type, raw) {
        (_, Raw::Null) => Value::Unknown,
        (ColumnType::Text, Raw::Text(text)) => text_value(column, text)?,
        (ColumnType::Text, Raw::Whole(whole)) => Value::Text(whole.to_string()),
        (ColumnType::Text, Raw::Real(real)) => return wrong(&real.to_string(), "no text"),
        (ColumnType::Int32 | ColumnType::Int64, raw) => number(column, raw)?,
        (_, Raw::Text(text)) if text.trim().is_empty() => Value::Unknown,
        (_, Raw::Text(text)) => return wrong(text, "no geometry"),
        (_, _) => return wrong("a number", "no geometry"),
    };
    Ok(found)
}

fn text_value(column: &'static Column, text: &str) -> Result<Value, RowError> {
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(RowError::value(column.name, text, "longer than 4,000 characters"));
    }
    if text.is_empty() {
        return Ok(Value::Unknown);
    }
    plain(column.name, text)?;
    // Columns of civil dates end in `_on`, as everywhere.
    if column.name.ends_with("_on") {
        return match civil_date(text) {
            Some(date) => Ok(Value::Text(date)),
            None => Err(RowError::value(column.name, text, "no date of the calendar")),
        };
    }
    Ok(Value::Text(text.to_owned()))
}

/// Marks of writing direction, from and to. Source: Unicode Standard Annex 9.
const TURNS: &[(char, char)] = &[
    ('\u{61c}', '\u{61c}'),
    ('\u{200e}', '\u{200f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2066}', '\u{2069}'),
];

/// Refuses a text with characters that nobody sees, or that turn what stands beside them around.
pub(crate) fn plain(column: &'static str, text: &str) -> Result<(), RowError> {
    let unseen = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    let turns = |c: char| TURNS.iter().any(|(from, to)| (*from..=*to).contains(&c));
    match text.chars().any(|c| unseen(c) || turns(c)) {
        true => Err(RowError::value(column, text, "a text with unseen control characters")),
        false => Ok(()),
    }
}

/// Units of which there cannot be fewer than none.
const COUNTED: &[&str] = &["persons", "households", "storeys"];

/// Whether the column holds positions, in units of 1e-7 degree.
pub(crate) fn is_degrees(column: &Column) -> bool {
    column.unit == "1e-7 degree"
}

fn number(column: &'static Column, raw: Raw<'_>) -> Result<Value, RowError> {
    let wrong = |value: &str, expected| Err(RowError::value(column.name, value, expected));
    let degrees = is_degrees(column);
    let limit = if column.name == "lat" { 90.0 } else { 180.0 };
    let real = |real: f64| from_real(real, degrees.then_some(limit));
    let whole = match raw {
        Raw::Null => return Ok(Value::Unknown),
        Raw::Whole(whole) if degrees => match real(whole as f64) {
            Some(whole) => whole,
            None => return wrong(&whole.to_string(), "no number of degrees"),
        },
        Raw::Whole(whole) => whole,
        Raw::Real(found) => match real(found) {
            Some(whole) => whole,
            None => return wrong(&found.to_string(), "no number that it can hold"),
        },
        Raw::Text(text) => {
            let plain = narrow(text.trim());
            if plain.is_empty() {
                return Ok(Value::Unknown);
            }
            if let Some(code) = column.code(&plain) {
                return Ok(Value::Whole(i64::from(code)));
            }
            let decimal = degrees || plain.contains('.');
            let number =
                if decimal { plain.parse().ok().and_then(real) } else { plain.parse().ok() };
            match number {
                Some(whole) => whole,
                None if degrees => return wrong(text, "no number of degrees"),
                None if column.codes.is_empty() => return wrong(text, "no whole number"),
                None => return wrong(text, "no code of the column"),
            }
        }
    };
    if column.column_type == ColumnType::Int32 && i32::try_from(whole).is_err() {
        return wrong(&whole.to_string(), "too large a number");
    }
    if whole < 0 && COUNTED.contains(&column.unit) {
        return wrong(&whole.to_string(), "less than none");
    }
    let is_code = i32::try_from(whole).is_ok_and(|code| column.code_name(code).is_some());
    if !column.codes.is_empty() && !is_code {
        return wrong(&whole.to_string(), "no code of the column");
    }
    Ok(Value::Whole(whole))
}

/// A whole number from one with a fraction: degrees become 1e-7 degree, else there must be none.
fn from_real(real: f64, degrees_max: Option<f64>) -> Option<i64> {
    let scaled = if degrees_max.is_some() { real * 1e7 } else { real };
    if !scaled.is_finite() || scaled.abs() > 9e15 || degrees_max.is_some_and(|m| real.abs() > m) {
        return None;
    }
    let whole = (scaled + if scaled < 0.0 { -0.5 } else { 0.5 }) as i64;
    (degrees_max.is_some() || whole as f64 == scaled).then_some(whole)
}
