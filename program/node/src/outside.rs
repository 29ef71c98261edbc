//! Whether an event lies where this node knows anything: an alert may come in from far away.

use serde_json::{Value as Json, json};

use crate::desk::Desk;
use crate::level::EventView;

impl Desk {
    /// Whether an event's footprint is known and no part of it lies in what this node's layers
    /// cover.
    pub(crate) fn is_outside(&self, event: &EventView) -> bool {
        self.counted_impact(event).is_ok_and(|impact| impact["outside"] == json!(true))
    }

    /// Whether an event's footprint is known and lies outside the box of this node's layers.
    pub(crate) fn lies_elsewhere(&self, event: &EventView) -> bool {
        let found = self.footprint(event).ok().flatten();
        found.is_some_and(|(_, coordinates)| !self.is_in_area(&coordinates))
    }

    /// Whether some of a footprint lies in the box of what this node's layers cover.
    pub(crate) fn is_in_area(&self, coordinates: &Json) -> bool {
        let Some(area) = self.area.extent() else { return false };
        let (mut low, mut high) = ([i64::MAX; 2], [i64::MIN; 2]);
        let points = coordinates.as_array().into_iter().flatten();
        let points = points.flat_map(|polygon| polygon.as_array().into_iter().flatten());
        for point in points.flat_map(|ring| ring.as_array().into_iter().flatten()) {
            for axis in 0..2 {
                let at = point[axis].as_f64().map_or(0, |degrees| (degrees * 1e7) as i64);
                (low[axis], high[axis]) = (low[axis].min(at), high[axis].max(at));
            }
        }
        low[0] <= area.east.into()
            && high[0] >= area.west.into()
            && low[1] <= area.north.into()
            && high[1] >= area.south.into()
    }
}
