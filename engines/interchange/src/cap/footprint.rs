//! The area an alert names, over all its languages and areas.

use std::collections::BTreeSet;

use kernel::LonLat;

use super::{Alert, circle_of, ring_of};

/// Where an alert applies, as far as it says so in positions.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Footprint {
    /// Closed rings, each the outline of one area; equal ones stand once. They may overlap, so
    /// they are areas of their own and never the rings of one area.
    pub rings: Vec<Vec<LonLat>>,
    /// Centres of circles of radius zero: places without extent.
    pub points: Vec<LonLat>,
    /// Whether a polygon or circle could not be used, so that the area is larger than the rings.
    pub incomplete: bool,
}

impl Footprint {
    /// Whether no area is known. Not the same as "nowhere".
    pub fn is_unknown(&self) -> bool {
        self.rings.is_empty()
    }
}

/// The footprint of an alert. An `info` for each language repeats its areas: equal rings count
/// once. What cannot be used is in the alert's faults.
pub fn footprint(alert: &Alert) -> Footprint {
    let mut found = Footprint::default();
    let (mut rings, mut points) = (BTreeSet::new(), BTreeSet::new());
    for area in alert.info.iter().flat_map(|info| &info.area) {
        for text in &area.polygon {
            match ring_of(text) {
                Ok(ring) => add(&mut rings, &mut found.rings, ring),
                Err(_) => found.incomplete = true,
            }
        }
        for text in &area.circle {
            match circle_of(text) {
                Ok(circle) if circle.radius_mm == 0 => {
                    add(&mut points, &mut found.points, circle.centre)
                }
                Ok(circle) => match circle.ring() {
                    Some(ring) => add(&mut rings, &mut found.rings, ring),
                    None => found.incomplete = true,
                },
                Err(_) => found.incomplete = true,
            }
        }
    }
    found
}

fn add<T: Ord + Clone>(seen: &mut BTreeSet<T>, list: &mut Vec<T>, value: T) {
    if seen.insert(value.clone()) {
        list.push(value);
    }
}
