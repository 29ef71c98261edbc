//! The four colours of Chinese warnings beside the severity of CAP.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Info, Severity};

/// The name of the parameter that carries the colour in our own messages.
///
/// Source: house, CAP mapping: the colour is kept in a parameter too.
pub const COLOUR_PARAMETER: &str = "AlertColour";

/// A warning colour; the number is the level, 1 the gravest.
///
/// Source: Emergency Response Law of 2024, article 63: red, orange, yellow and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// Level 1.
    Red = 1,
    /// Level 2.
    Orange = 2,
    /// Level 3.
    Yellow = 3,
    /// Level 4.
    Blue = 4,
}

impl Colour {
    /// The level, 1 to 4.
    pub fn level(self) -> u8 {
        self as u8
    }

    /// The colour of a level.
    pub fn from_level(level: u8) -> Option<Self> {
        [Colour::Red, Colour::Orange, Colour::Yellow, Colour::Blue]
            .into_iter()
            .find(|colour| colour.level() == level)
    }

    /// The severity that stands for the colour, one to one.
    pub fn severity(self) -> Severity {
        match self {
            Colour::Red => Severity::Extreme,
            Colour::Orange => Severity::Severe,
            Colour::Yellow => Severity::Moderate,
            Colour::Blue => Severity::Minor,
        }
    }

    /// The colour of a severity; an unknown severity has none.
    pub fn from_severity(severity: Severity) -> Option<Self> {
        match severity {
            Severity::Extreme => Some(Colour::Red),
            Severity::Severe => Some(Colour::Orange),
            Severity::Moderate => Some(Colour::Yellow),
            Severity::Minor => Some(Colour::Blue),
            Severity::Unknown => None,
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        match name.trim().to_ascii_lowercase().as_str() {
            "red" => Some(Colour::Red),
            "orange" => Some(Colour::Orange),
            "yellow" => Some(Colour::Yellow),
            "blue" => Some(Colour::Blue),
            _ => None,
        }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Colour::Red => "red",
            Colour::Orange => "orange",
            Colour::Yellow => "yellow",
            Colour::Blue => "blue",
        })
    }
}

/// The warning colour of an `info`: the issuer's own where the parameter names it, else that of
/// the severity. `None` is "not known", not "none".
pub fn colour_of(info: &Info) -> Option<Colour> {
    info.parameter(COLOUR_PARAMETER)
        .and_then(Colour::from_name)
        .or_else(|| Colour::from_severity(info.severity))
}

/// The named colour and the one that severity means, where both are there and differ.
pub(super) fn disagreement(info: &Info) -> Option<(Colour, Colour)> {
    let named = info.parameter(COLOUR_PARAMETER).and_then(Colour::from_name)?;
    let meant = Colour::from_severity(info.severity)?;
    (named != meant).then_some((named, meant))
}
