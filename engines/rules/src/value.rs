//! What goes in and what comes out: values, and inputs that may be unknown.

use std::collections::BTreeMap;
use std::fmt;

use kernel::{Estimate, UnixSeconds};
use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::unit::Unit;

/// A value of a cell or a result. In JSON: `true`, `12.5`, `"red"`, `{"amount": 3, "unit": "h"}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A number in the unit that the column declares.
    Number(Decimal),
    /// A word.
    Text(String),
    /// A number that brings its own unit.
    Quantity(Quantity),
}

/// A number with its own unit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantity {
    /// The number.
    pub amount: Decimal,
    /// Its unit, as the unit register writes it.
    pub unit: String,
}

impl Value {
    /// A quantity in another unit of the same sort, where that is a whole number; `None` for all
    /// other values.
    pub fn whole_in(&self, unit: &str) -> Option<i64> {
        let Value::Quantity(Quantity { amount, unit: own }) = self else { return None };
        let (own, unit) = (Unit::parse(own).ok()?, Unit::parse(unit).ok()?);
        let (down, up) = amount.scaled(own.ratio_to(&unit)?)?;
        if down == up { down.to_i64() } else { None }
    }

    /// The whole number, if it is one.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Number(n) => n.to_i64(),
            _ => None,
        }
    }

    /// The word, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Yes or no, if it is that.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    pub(crate) fn sort_name(&self) -> &'static str {
        match self {
            Value::Bool(_) => "a yes or no",
            Value::Number(_) => "a number",
            Value::Text(_) => "a word",
            Value::Quantity(_) => "a quantity",
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(b) => write!(f, "{b}"),
            Value::Number(n) => write!(f, "{n}"),
            Value::Text(text) => write!(f, "{text:?}"),
            Value::Quantity(q) => write!(f, "{} {}", q.amount, q.unit),
        }
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Value::Bool(b)
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Value::Number(n.into())
    }
}

impl From<Decimal> for Value {
    fn from(n: Decimal) -> Self {
        Value::Number(n)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

/// Why an input has no value. None of these is zero, and none is false.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Absence {
    /// Nobody has said.
    Unknown,
    /// Somebody was asked and would or could not say.
    Refused,
    /// The question does not arise here; a condition on it is not met.
    NotApplicable,
}

/// What is known of one input.
///
/// A figure may be known (`value`), known within bounds (`low`, `high`), known in part (`low`
/// alone: a sum of which parts are missing) or not at all. Bounds decide where they are given;
/// `value` is then the middle that people read.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The value; `None` where it is unknown.
    #[serde(default)]
    pub value: Option<Value>,
    /// Nothing below this is believed (numbers only).
    #[serde(default)]
    pub low: Option<Value>,
    /// Nothing above this is believed (numbers only).
    #[serde(default)]
    pub high: Option<Value>,
    /// Why there is no value; `None` with no value is read as unknown.
    #[serde(default)]
    pub absent: Option<Absence>,
    /// Where it comes from: a reference such as `casualty:…`, or the name of a dataset.
    #[serde(default)]
    pub source: String,
    /// When it was seen in the world.
    #[serde(default)]
    pub observed_at: Option<UnixSeconds>,
    /// Places or things that have not said anything yet.
    #[serde(default)]
    pub missing: Vec<String>,
}

impl Input {
    /// A known value.
    pub fn known(value: impl Into<Value>, source: &str, observed_at: Option<UnixSeconds>) -> Self {
        Input { value: Some(value.into()), source: source.into(), observed_at, ..Input::default() }
    }

    /// Nobody has said.
    pub fn unknown(source: &str) -> Self {
        Input { source: source.into(), absent: Some(Absence::Unknown), ..Input::default() }
    }

    /// The question does not arise.
    pub fn not_applicable(source: &str) -> Self {
        Input { source: source.into(), absent: Some(Absence::NotApplicable), ..Input::default() }
    }

    /// A figure of which only a part is known: at least `low`.
    pub fn at_least(low: i64, source: &str, observed_at: Option<UnixSeconds>) -> Self {
        Input { low: Some(low.into()), source: source.into(), observed_at, ..Input::default() }
    }

    /// An estimate with its band.
    pub fn estimate(figure: Estimate, source: &str, observed_at: Option<UnixSeconds>) -> Self {
        Input {
            value: Some(figure.mid.into()),
            low: Some(figure.low.into()),
            high: Some(figure.high.into()),
            ..Input::known(figure.mid, source, observed_at)
        }
    }
}

/// The inputs of an evaluation, by name. Names that a table does not declare are not looked at.
pub type Inputs = BTreeMap<String, Input>;
