//! What the parts of a place say beside the place's own figure: shown, never added.
//!
//! A place's own figure stands for its subtree. Where its units say something else, or something
//! newer, whoever reads the figure sees that too.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{PlaceCode, Ref, UnixSeconds};
use ledger::View;
use serde::{Deserialize, Serialize};

use crate::count::{Counted, Which};
use crate::desk::Desk;
use crate::text::Text;

/// A unit's own figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The unit.
    pub place: PlaceCode,
    /// Its name.
    pub name: Text,
    /// Its figure; `None`: two stand against each other.
    pub value: Option<i64>,
    /// When its author learned it.
    pub observed_at: Option<UnixSeconds>,
    /// The entity it stands in.
    #[serde(rename = "ref")]
    pub reference: Option<Ref>,
}

/// What the units under a place say, beside the place's own figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside {
    /// The sum of what they say.
    pub sum: i64,
    /// Whether every part of the place is in the sum; else it is a lower bound.
    pub complete: bool,
    /// The oldest of their observations.
    pub oldest_at: Option<UnixSeconds>,
    /// The newest.
    pub newest_at: Option<UnixSeconds>,
    /// The units that say something, by their codes.
    pub parts: Vec<Part>,
}

impl Desk {
    /// What the units under a place say, where that is something else or newer than its own figure.
    pub(crate) fn beside(
        &self,
        which: Which,
        views: &BTreeMap<PlaceCode, Arc<View>>,
        place: PlaceCode,
        own: &Counted,
    ) -> Option<Box<Beside>> {
        let mut parts = Vec::new();
        let complete = self.parts_under(which, views, place, &mut parts);
        let sum = parts.iter().filter_map(|p| p.value).sum();
        let times = || parts.iter().filter_map(|p| p.observed_at);
        let (oldest_at, newest_at) = (times().min(), times().max());
        let differs = own.value != Some(sum) || newest_at > own.observed_at;
        let said = parts.iter().any(|p| p.value.is_some());
        (said && differs).then(|| Box::new(Beside { sum, complete, oldest_at, newest_at, parts }))
    }

    /// What the units under a place have said of a figure, as a sum; `None` where nobody has.
    pub(crate) fn said_below(&self, which: Which, event: &Ref, place: PlaceCode) -> Option<i64> {
        let views = self.figures_of(which, event);
        let mut parts = Vec::new();
        self.parts_under(which, &views, place, &mut parts);
        parts.iter().filter_map(|part| part.value).reduce(|a, b| a.saturating_add(b))
    }

    /// The nearest units under a place that have a figure of their own; whether they are all of it.
    fn parts_under(
        &self,
        which: Which,
        views: &BTreeMap<PlaceCode, Arc<View>>,
        place: PlaceCode,
        parts: &mut Vec<Part>,
    ) -> bool {
        let (mut units, mut all) = (0, true);
        for child in self.area.children(place) {
            units += 1;
            if let Some(own) = views.get(&child.code).and_then(|v| self.own(which, v)) {
                all &= own.value.is_some();
                parts.push(Part {
                    place: child.code,
                    name: self.area.name(child.code),
                    value: own.value,
                    observed_at: own.observed_at,
                    reference: own.refs.first().cloned(),
                });
                continue;
            }
            let has = views.keys().any(|p| self.area.is_under(*p, child.code));
            all &= has && self.parts_under(which, views, child.code, parts);
        }
        units > 0 && all
    }
}
