//! A figure as screens show it: value or unknown, band, unit, source and times. Never a bare
//! number.

use kernel::{Estimate, UnixMillis, UnixSeconds};
use ledger::{FieldState, FieldView, View};
use serde::{Deserialize, Serialize};

use crate::beside::Beside;
use crate::text::Text;

/// How far a figure is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureStatus {
    /// Counted or reported.
    Known,
    /// Estimated: the band is open.
    Estimated,
    /// Nobody has said: never 0.
    Unknown,
    /// Two figures stand against each other.
    Disputed,
    /// Not for this reader.
    Withheld,
    /// Computed from other figures.
    Derived,
}

/// Where a figure comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Source {
    /// `op`, `dataset`, `table` or `derived`.
    pub kind: String,
    /// What it names: an entity, a layer, a table.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Name for people.
    pub name: Text,
    /// The op that holds, where it is one.
    pub op: Option<String>,
    /// Who wrote it.
    pub by: Option<String>,
}

/// A figure with all that must stand beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// The figure; `None` is unknown.
    pub value: Option<i64>,
    /// Lower end of the band.
    pub low: Option<i64>,
    /// Upper end of the band.
    pub high: Option<i64>,
    /// Unit: `person`, `building`, `m`, …
    pub unit: String,
    /// How far it is known.
    pub status: FigureStatus,
    /// Where it comes from.
    pub source: Source,
    /// When its author learned it.
    pub observed_at: Option<UnixSeconds>,
    /// When this node got it.
    pub received_at: Option<UnixMillis>,
    /// From what age on it counts as stale, seconds.
    pub age_limit_s: Option<i64>,
    /// What the parts of the place say beside it, never added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<Box<Beside>>,
}

impl Figure {
    /// A figure nobody has given.
    pub fn unknown(unit: &str, source: Source) -> Self {
        Figure {
            value: None,
            low: None,
            high: None,
            unit: unit.to_owned(),
            status: FigureStatus::Unknown,
            source,
            observed_at: None,
            received_at: None,
            age_limit_s: None,
            beside: None,
        }
    }

    /// A figure from a dataset or an engine, with its band.
    pub fn estimate(
        unit: &str,
        count: Estimate,
        source: Source,
        as_of: Option<UnixSeconds>,
    ) -> Self {
        let status = if count.is_exact() { FigureStatus::Known } else { FigureStatus::Estimated };
        Figure {
            value: Some(count.mid),
            low: Some(count.low),
            high: Some(count.high),
            status,
            observed_at: as_of,
            ..Figure::unknown(unit, source)
        }
    }

    /// A figure computed from others; unknown as soon as one of them is.
    pub fn derived(unit: &str, value: Option<i64>, reference: &str, name: Text) -> Self {
        let source = Source {
            kind: "derived".to_owned(),
            reference: reference.to_owned(),
            name,
            ..Source::default()
        };
        let mut figure = Figure::unknown(unit, source);
        if let Some(value) = value {
            figure.value = Some(value);
            figure.status = FigureStatus::Derived;
        }
        figure
    }
}

/// What is known of the op that a field's value rests on.
pub fn winner(field: &FieldView) -> Option<&kernel::OpId> {
    field.winners.first().or_else(|| field.stood.first())
}

/// Whether the field holds a number, and which; disputed where heads are set aside.
pub fn status_of(view: &View, number: u8) -> (Option<i64>, FigureStatus) {
    let Some(field) = view.fields.get(&number) else { return (None, FigureStatus::Unknown) };
    match &field.state {
        FieldState::Set(value) => match value.as_int() {
            Some(int) if field.aside.is_empty() => (Some(int), FigureStatus::Known),
            Some(int) => (Some(int), FigureStatus::Disputed),
            None => (None, FigureStatus::Unknown),
        },
        FieldState::Undetermined => (None, FigureStatus::Disputed),
        FieldState::None => (None, FigureStatus::Unknown),
    }
}
