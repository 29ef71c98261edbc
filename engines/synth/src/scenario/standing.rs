//! What a scenario has come to at a moment.

use std::collections::{BTreeMap, BTreeSet};

use kernel::PlaceCode;
use serde::Serialize;

use super::{InjectKind, RoadGraph, Scenario};
use crate::model::County;

/// Counts that a scenario stands at, at a moment: what tests and the exercise's strip say of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Townships under a red signal.
    pub red_townships: usize,
    /// Villages that vehicles cannot reach over roads not reported closed.
    pub villages_cut_off: Vec<PlaceCode>,
    /// The county's own figure of people moved; `None` where it has none.
    pub moved: Option<i64>,
    /// Whether anybody has reported dead or missing.
    pub casualties_known: bool,
    /// Townships whose post did not answer its last call.
    pub silent_townships: usize,
}

impl Scenario {
    /// What the injects up to this second come to.
    pub fn standing(&self, county: &County, at_s: i64) -> Standing {
        let mut standing = Standing::default();
        let mut colour: BTreeMap<PlaceCode, &str> = BTreeMap::new();
        let mut answers: BTreeMap<&str, &str> = BTreeMap::new();
        let mut closed = BTreeSet::new();
        for inject in self.injects.iter().filter(|i| i.at_s <= at_s) {
            match &inject.what {
                InjectKind::Alert { colour: now, areas, .. } => {
                    colour.extend(areas.iter().map(|area| (*area, now.as_str())));
                }
                InjectKind::CallAnswer { post, outcome, .. } => {
                    answers.insert(post, outcome);
                }
                InjectKind::RoadReport { road, status, .. } if status == "closed" => {
                    closed.extend(county.roads.segments.iter().position(|s| s.source_id == *road));
                }
                InjectKind::Situation { place, moved, .. } if *place == county.place => {
                    standing.moved = *moved;
                }
                InjectKind::Casualty { .. } => standing.casualties_known = true,
                _ => {}
            }
        }
        standing.red_townships = colour.values().filter(|c| **c == "red").count();
        standing.silent_townships = answers.values().filter(|o| **o != "heard").count();
        let cut = RoadGraph::new(county).cut_off(&closed);
        standing.villages_cut_off = cut.into_iter().map(|v| county.villages[v].code).collect();
        standing
    }
}
