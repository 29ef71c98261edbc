//! Scenarios: a data file of timed injects by ordinary authors, resolved to places of one county.
//!
//! The file names places by what they are ("the five townships where most people live in flood
//! zones", "bridges whose loss cuts off exactly three villages"), never by code, so that one file
//! serves every seed and size. Texts have no influence on any figure. Nothing here writes an op:
//! the program does, through the same checks as a person's own act.

mod file;
mod graph;
mod pick;
mod row;
mod standing;
#[cfg(test)]
mod tests;

use kernel::{EntityId, HazardKind, PlaceCode, UnixSeconds};
use serde::Serialize;

pub use file::Text;
pub use graph::RoadGraph;
pub use standing::Standing;

use crate::model::County;
use file::File;
use pick::Picks;
use row::Rows;

/// A scenario file that cannot be used, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    /// The text is not a scenario file.
    #[error("scenario file: {0}")]
    File(String),
    /// A pick that cannot be made in this county.
    #[error("scenario pick {pick:?}: {what}")]
    Pick {
        /// The pick's name.
        pick: String,
        /// What is wrong or missing.
        what: String,
    },
    /// An inject that cannot be made.
    #[error("scenario inject {inject}: {what}")]
    Inject {
        /// The inject's place in the file, from 1.
        inject: usize,
        /// What is wrong or missing.
        what: String,
    },
}

/// A scenario in one county.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scenario {
    /// Its id, such as `typhoon-rain`.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// What it is about.
    pub summary: Text,
    /// The kind of hazard.
    pub hazard: HazardKind,
    /// When it begins.
    pub starts_at: UnixSeconds,
    /// Seconds after its beginning at which the officer must act.
    pub decision_at_s: i64,
    /// What happens, by time; those of one second in the order of the file.
    pub injects: Vec<Inject>,
}

/// One thing that somebody enters.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inject {
    /// Seconds after the scenario's beginning.
    pub at_s: i64,
    /// Post id of its author.
    pub by: String,
    /// What is entered.
    pub what: InjectKind,
}

/// Whether something works at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// It works.
    Up,
    /// It is cut.
    Cut,
}

/// What an inject enters. Figures that the author does not know are `None`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum InjectKind {
    /// A warning, with the elements of CAP 1.2; its status is always Exercise.
    Alert {
        /// CAP identifier.
        identifier: String,
        /// `rainstorm`, `geological_risk` ...
        event: String,
        /// `red`, `orange`, `yellow`, `blue`.
        colour: String,
        /// CAP urgency, severity and certainty.
        urgency: String,
        /// CAP severity.
        severity: String,
        /// CAP certainty.
        certainty: String,
        /// CAP response types.
        response_types: Vec<String>,
        /// Seconds after the scenario's beginning at which it is to begin and to end.
        onset_at_s: i64,
        /// End, seconds after the scenario's beginning.
        expires_at_s: i64,
        /// Townships it is issued for.
        areas: Vec<PlaceCode>,
        /// CAP headline.
        headline: Text,
        /// CAP description.
        description: Text,
        /// CAP instruction.
        instruction: Text,
    },
    /// What came of calling a post.
    CallAnswer {
        /// The post that was called.
        post: String,
        /// `heard`, `no_answer`, `channel_down`.
        outcome: String,
        /// What was said.
        note: Text,
    },
    /// What somebody saw of a road.
    RoadReport {
        /// The row's id at its source, such as `R000123`.
        road: String,
        /// The dataset row.
        row: EntityId,
        /// The village it lies in, where it lies in one.
        place: Option<PlaceCode>,
        /// `open`, `one_lane`, `foot`, `closed`, `unknown`.
        status: String,
        /// `on_site`, `official`, `telephone` ...
        seen_how: String,
        /// `bridge_out`, `landslide`, `flooded` ...
        cause: String,
        /// Seconds after the scenario's beginning at which it was seen.
        observed_at_s: i64,
        /// What was said.
        note: Text,
    },
    /// Figures of a place.
    Situation {
        /// The place; its figure stands for all below it.
        place: PlaceCode,
        /// People moved to safety.
        moved: Option<i64>,
        /// Villages without a passable road.
        villages_cut_off: Option<i64>,
        /// Rooms collapsed.
        houses_collapsed: Option<i64>,
        /// Rooms severely damaged.
        houses_severe: Option<i64>,
        /// People who need relief.
        needing_relief: Option<i64>,
        /// What was said.
        note: Text,
    },
    /// People dead, missing, injured at a place.
    Casualty {
        /// The place.
        place: PlaceCode,
        /// Dead.
        dead: Option<i64>,
        /// Missing.
        missing: Option<i64>,
        /// Injured.
        injured: Option<i64>,
        /// What was said.
        note: Text,
    },
    /// Whether road, network and power reach a village.
    VillageContact {
        /// The village.
        place: PlaceCode,
        /// Road.
        road: Option<Line>,
        /// Network.
        network: Option<Line>,
        /// Power.
        power: Option<Line>,
        /// What was said.
        note: Text,
    },
    /// Lines of whole townships are cut: nothing is heard from there over them any more.
    TelecomCut {
        /// The townships.
        townships: Vec<PlaceCode>,
        /// `road`, `network`, `power`.
        lines: Vec<String>,
        /// What is known of it.
        note: Text,
    },
}

/// Resolves a scenario file for a county. The same county and file give the same scenario.
///
/// # Errors
/// A text that is no scenario file, a pick that the county does not have, an author that is no
/// post, a name that was not picked before.
pub fn resolve(county: &County, text: &str) -> Result<Scenario, ScenarioError> {
    let file = File::read(text)?;
    let hazard = HazardKind::from_name(&file.hazard)
        .ok_or_else(|| ScenarioError::File(format!("no hazard is called {:?}", file.hazard)))?;
    let starts_at: UnixSeconds =
        file.starts_at.parse().map_err(|e| ScenarioError::File(format!("starts_at: {e}")))?;
    let mut picks = Picks::new(county);
    for pick in &file.pick {
        picks.make(pick)?;
    }
    let rows = Rows { county, picks: &picks, id: &file.id };
    let mut injects = Vec::new();
    for (i, row) in file.inject.iter().enumerate() {
        let wrong = |what| ScenarioError::Inject { inject: i + 1, what };
        injects.extend(rows.injects(row).map_err(wrong)?);
    }
    injects.sort_by_key(|inject| inject.at_s);
    Ok(Scenario {
        id: file.id,
        title: file.title,
        summary: file.summary,
        hazard,
        starts_at,
        decision_at_s: file.decision_at_s,
        injects,
    })
}
