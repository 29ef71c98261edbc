//! What a decision table is once it has been read: inputs, outputs, rows, and their sources.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use kernel::{Hash32, HazardKind, PlaceCode, UnixSeconds};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::cell::{Cell, Column};
use crate::value::Value;

/// A day of the civil calendar, without time and zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CivilDate(jiff::civil::Date);

/// A text that is not a day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a day needs the form 2026-07-23, found {0:?}")]
pub struct DateError(pub String);

impl CivilDate {
    /// The day in China (+08:00 everywhere in the country) at an instant; clamped to the calendar.
    pub fn in_china(at: UnixSeconds) -> CivilDate {
        let days = at.0.saturating_add(8 * 3600).div_euclid(86_400).clamp(-3_000_000, 2_900_000);
        let span = jiff::Span::new().days(days);
        CivilDate(jiff::civil::date(1970, 1, 1).saturating_add(span))
    }
}

impl fmt::Display for CivilDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for CivilDate {
    type Err = DateError;
    fn from_str(text: &str) -> Result<Self, DateError> {
        let wrong = || DateError(text.chars().take(40).collect());
        let form = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        if !form {
            return Err(wrong());
        }
        text.parse().map(CivilDate).map_err(|_| wrong())
    }
}

impl Serialize for CivilDate {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CivilDate {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Words for people in both languages; empty where the table gives none. Shared with the table,
/// so that an explanation of many cells copies no text.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Label {
    /// Chinese.
    pub zh: Arc<str>,
    /// English.
    pub en: Arc<str>,
}

/// What a row rests on. Source: domain reference §0 (marks).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Statute or official plan text, known article.
    Law,
    /// Located in a published secondary source.
    Found,
    /// A reasonable default that a pack's author confirms before production use.
    Assumed,
    /// Our own choice.
    House,
    /// A made-up place's own rule, for exercises only.
    Exercise,
}

/// Whether the result is a duty or a choice, where the source says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// The source says it must be done.
    Must,
    /// The source leaves it to whoever decides.
    May,
}

/// What happens when several rows hold. Source: DMN 1.5, 8.2.8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HitPolicy {
    /// Two rows can never hold at once.
    Unique,
    /// Rows that hold together give the same result.
    Any,
    /// The first row that holds.
    First,
    /// The row whose result stands first in the output's list of values.
    Priority,
    /// All rows that hold, as a set.
    Collect,
    /// The sum of the first output over all rows that hold.
    CollectSum,
    /// The least of the first output.
    CollectMin,
    /// The greatest of the first output.
    CollectMax,
    /// How many rows hold.
    CollectCount,
    /// All rows that hold, in the order of the table.
    RuleOrder,
}

impl HitPolicy {
    /// Whether at most one result comes out.
    pub fn is_single(self) -> bool {
        use HitPolicy::*;
        matches!(self, Unique | Any | First | Priority)
    }
}

/// The rung of the administrative tree whose plan a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdminLevel {
    /// The whole country.
    Nation,
    /// A province.
    Province,
    /// A prefecture or city.
    City,
    /// A county or district.
    County,
    /// A township or street.
    Township,
    /// A village or community.
    Village,
}

/// Which table, which edition, which bytes. A judgement keeps this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// `<pack>/<context>/<name>`.
    pub id: String,
    /// The edition, as its author names it.
    pub version: String,
    /// BLAKE3-256 of the file's bytes.
    pub hash: Hash32,
    /// What it is called.
    pub title: Label,
    /// Whether it is a made-up place's, for exercises only.
    pub exercise: bool,
    /// The rung whose plan it is; absent for what holds everywhere.
    pub level: Option<AdminLevel>,
    /// The place whose plan it is; absent for what holds at every place of the rung.
    pub place: Option<PlaceCode>,
}

/// The sort of values of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Yes or no.
    Bool,
    /// Whole numbers.
    Int,
    /// Numbers with decimals.
    Decimal,
    /// One of a list of words.
    Text,
    /// A number with its own unit (outputs only).
    Quantity,
}

/// An input column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InputSpec {
    /// The name that inputs are given by.
    pub name: String,
    /// What it is called; as a question where people are asked.
    pub label: Label,
    /// The sort of values.
    pub kind: ColumnKind,
    /// The unit of its numbers.
    pub unit: Option<String>,
    /// The words that it may be.
    pub values: Vec<String>,
    /// What those words are called; empty where people never read them.
    pub labels: Arc<BTreeMap<String, Label>>,
    /// The inputs whose sum it is, where nobody gives it directly.
    pub sum_of: Vec<String>,
    /// The table and output whose result it is.
    pub from: Option<TableOutput>,
    /// Changes count only within these days from the occurrence.
    pub window_days: Option<i64>,
    #[serde(skip)]
    pub(crate) column: Column,
    #[serde(skip)]
    pub(crate) parts: Vec<usize>,
}

/// An output of another table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct TableOutput {
    /// `<pack>/<context>/<name>`.
    pub table: String,
    /// The output's name.
    pub output: String,
}

/// An output column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutputSpec {
    /// The name that results are read by.
    pub name: String,
    /// What it is called.
    pub label: Label,
    /// The sort of values.
    pub kind: ColumnKind,
    /// The unit of its numbers.
    pub unit: Option<String>,
    /// The values that it may be; under hit policy priority, first is strongest.
    pub values: Vec<Value>,
    /// What its words are called; empty where people never read them.
    pub labels: Arc<BTreeMap<String, Label>>,
}

/// Where a row comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The instrument's short name in the table.
    pub instrument: String,
    /// Article, section or page.
    pub clause: String,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Stable, never reused.
    pub id: String,
    /// What it says, for people.
    pub label: Label,
    /// Where it comes from.
    pub source: Arc<Source>,
    /// What that rests on.
    pub mark: Mark,
    /// Whether the source says that the text is still to be confirmed.
    pub confirm: bool,
    /// Whether the result is a duty or a choice; absent where the source does not say.
    pub binding: Option<Binding>,
    /// First day in force; absent: from the table's.
    pub valid_from: Option<CivilDate>,
    /// First day no longer in force; absent: to the table's.
    pub valid_to: Option<CivilDate>,
    /// Whether it holds only where no other row does.
    pub otherwise: bool,
    /// The result.
    pub values: Arc<BTreeMap<String, Value>>,
    #[serde(skip)]
    pub(crate) cells: Vec<RowCell>,
    /// How many alternatives: the row needs its plain cells and one of them, if there are any.
    #[serde(skip)]
    pub(crate) alternatives: usize,
    /// The strength of its result under hit policy priority; less is stronger.
    #[serde(skip)]
    pub(crate) rank: Vec<usize>,
    #[serde(skip)]
    pub(crate) line: usize,
}

/// A condition in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RowCell {
    pub input: usize,
    pub cell: Cell,
    /// As written.
    pub text: Arc<str>,
    /// `None` for a plain cell, else the alternative it belongs to.
    pub alternative: Option<usize>,
}

impl Row {
    pub(crate) fn in_force(&self, on: CivilDate) -> bool {
        self.valid_from.is_none_or(|from| from <= on) && self.valid_to.is_none_or(|to| on < to)
    }
}

/// A decision table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Which table this is.
    pub identity: Identity,
    /// The question it answers, shared with the tables of other places (`response_level/flood`).
    pub subject: Option<String>,
    /// The hazard it is about.
    pub hazard: Option<HazardKind>,
    /// First day in force.
    pub valid_from: Option<CivilDate>,
    /// First day no longer in force.
    pub valid_to: Option<CivilDate>,
    /// What happens when several rows hold.
    pub hit_policy: HitPolicy,
    /// The instruments that rows name.
    pub instruments: BTreeMap<String, Label>,
    /// Input columns, in order.
    pub inputs: Vec<InputSpec>,
    /// Output columns, in order.
    pub outputs: Vec<OutputSpec>,
    /// Rows, in order.
    pub rows: Vec<Row>,
}

impl Table {
    /// Whether the table is in force on a day.
    pub fn in_force(&self, on: CivilDate) -> bool {
        self.valid_from.is_none_or(|from| from <= on) && self.valid_to.is_none_or(|to| on < to)
    }

    /// The rows in force on a day, in order.
    pub fn rows_on(&self, on: CivilDate) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.in_force(on))
    }

    /// The input with this name.
    pub fn input(&self, name: &str) -> Option<&InputSpec> {
        self.inputs.iter().find(|input| input.name == name)
    }

    /// The `<context>` of its id.
    pub fn context(&self) -> &str {
        self.identity.id.split('/').nth(1).unwrap_or("")
    }

    /// The `<name>` of its id.
    pub fn name(&self) -> &str {
        self.identity.id.split('/').nth(2).unwrap_or("")
    }
}
