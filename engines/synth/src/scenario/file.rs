//! The form of a scenario file; a field that it does not know is refused with its line.

use serde::{Deserialize, Serialize};

use super::{Line, ScenarioError};
use crate::model::Name;

/// A text in both languages. `{0}` stands for the name of the place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Text {
    /// The text about this place.
    pub(super) fn with(&self, name: &Name) -> Text {
        Text { zh: self.zh.replace("{0}", &name.zh), en: self.en.replace("{0}", &name.en) }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    format: u32,
    pub(super) id: String,
    pub(super) title: Text,
    pub(super) summary: Text,
    pub(super) hazard: String,
    pub(super) starts_at: String,
    pub(super) decision_at_s: i64,
    #[serde(default)]
    pub(super) pick: Vec<Pick>,
    pub(super) inject: Vec<Row>,
}

impl File {
    pub(super) fn read(text: &str) -> Result<Self, ScenarioError> {
        let file: File = toml::from_str(text).map_err(|e| ScenarioError::File(e.to_string()))?;
        if file.format != 1 {
            let what = format!("format {} is not known here, only 1", file.format);
            return Err(ScenarioError::File(what));
        }
        Ok(file)
    }
}

/// Places or roads that are picked by what they are.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pick {
    pub(super) name: String,
    pub(super) select: Select,
    /// What they are ranked by, highest first.
    #[serde(default)]
    pub(super) by: Option<String>,
    /// How many; fewer where there are fewer.
    #[serde(default)]
    pub(super) count: usize,
    /// Only among these places, or within them.
    #[serde(default)]
    pub(super) within: Option<String>,
    /// Not these, and not those that hold them.
    #[serde(default)]
    pub(super) except: Vec<String>,
    /// How many of `within` must be left over.
    #[serde(default)]
    pub(super) leave: usize,
    /// `bridge`, `ground` or `any` of the roads.
    #[serde(default)]
    pub(super) structure: Option<String>,
    /// Most roads that are closed to reach the count.
    #[serde(default)]
    pub(super) roads_max: usize,
    /// Fewer, down to none, where there are not so many: for areas that nobody has seen before.
    #[serde(default)]
    pub(super) or_fewer: bool,
    /// Roads that are closed before.
    #[serde(default)]
    pub(super) after: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Select {
    /// Townships, by rank.
    Townships,
    /// Villages and communities, by rank.
    Villages,
    /// Roads whose closing cuts off exactly `count` villages; these are `<name>.villages`.
    Cut,
    /// The road whose closing makes ways longest and cuts nobody off.
    Detour,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) at_s: i64,
    /// A post id, or `@duty`: the duty post of the township of the place or road.
    pub(super) by: String,
    /// One inject for each of these.
    #[serde(default)]
    pub(super) each: Option<String>,
    /// Seconds between them.
    #[serde(default)]
    pub(super) every_s: i64,
    /// The inject is about the county.
    #[serde(default)]
    pub(super) county: bool,
    /// With `@duty`: these townships write nothing; `else_by` does for them.
    #[serde(default)]
    pub(super) not_from: Option<String>,
    #[serde(default)]
    pub(super) else_by: Option<String>,
    pub(super) what: What,
}

/// A figure: a number, a share of a whole by rank, or how many picked places lie within.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Figure {
    Number(i64),
    Share { share: i64, by: String },
    CountOf { count_of: String },
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum What {
    Alert(Alert),
    CallAnswer {
        outcome: String,
        #[serde(default)]
        note: Text,
    },
    RoadReport {
        status: String,
        seen_how: String,
        /// Left out: a bridge is out, another road has slid.
        #[serde(default)]
        cause: Option<String>,
        #[serde(default)]
        seen_before_s: i64,
        #[serde(default)]
        note: Text,
    },
    Situation(Situation),
    Casualty {
        #[serde(default)]
        dead: Option<i64>,
        #[serde(default)]
        missing: Option<i64>,
        #[serde(default)]
        injured: Option<i64>,
        #[serde(default)]
        note: Text,
    },
    VillageContact {
        #[serde(default)]
        road: Option<Line>,
        #[serde(default)]
        network: Option<Line>,
        #[serde(default)]
        power: Option<Line>,
        #[serde(default)]
        note: Text,
    },
    TelecomCut {
        townships: String,
        lines: Vec<String>,
        #[serde(default)]
        note: Text,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Alert {
    pub(super) event: String,
    pub(super) colour: String,
    pub(super) urgency: String,
    pub(super) severity: String,
    pub(super) certainty: String,
    pub(super) response_types: Vec<String>,
    /// Seconds from its issue to onset and to expiry.
    pub(super) onset_s: i64,
    pub(super) expires_s: i64,
    pub(super) townships: String,
    pub(super) headline: Text,
    pub(super) description: Text,
    pub(super) instruction: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Situation {
    #[serde(default)]
    pub(super) moved: Option<Figure>,
    #[serde(default)]
    pub(super) villages_cut_off: Option<Figure>,
    #[serde(default)]
    pub(super) houses_collapsed: Option<Figure>,
    #[serde(default)]
    pub(super) houses_severe: Option<Figure>,
    #[serde(default)]
    pub(super) needing_relief: Option<Figure>,
    #[serde(default)]
    pub(super) note: Text,
}
