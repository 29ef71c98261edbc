//! Where a place meets the road: the nearest segment its profile can use at all, in any state.
//!
//! The state is applied only afterwards: a village beside a closed road is cut off and is not moved
//! to the next valley.

use std::collections::BTreeMap;

use kernel::{LonLat, geodesic_mm};
use serde::{Deserialize, Serialize};

use crate::graph::Graph;
use crate::profile::Profile;

/// Farther than this from any road a place is not on the map. Source: house, relief design §5.
pub const SNAP_LIMIT_MM: u32 = 2_000_000;

/// A position this near the end of a segment is at its node.
const END_MM: u32 = 1_000;
/// Side of an index cell, 1e-7 degree (about 2 km).
const CELL_E7: i32 = 200_000;
/// Cells that one stretch of a line may lie in; longer ones are kept apart and always looked at.
const CELLS_MAX: i64 = 4_096;

/// A place on the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Snap {
    /// At a node.
    Node(u32),
    /// On a segment.
    On {
        /// Number of the segment.
        segment: u32,
        /// Way from the beginning of its line, millimetres.
        offset_mm: u32,
        /// From the place to the road, millimetres.
        distance_mm: u32,
    },
}

impl Snap {
    /// From the place to the road, millimetres.
    pub fn distance_mm(&self) -> u32 {
        match self {
            Snap::Node(_) => 0,
            Snap::On { distance_mm, .. } => *distance_mm,
        }
    }
}

/// Finds segments by where they lie.
#[derive(Clone, Debug)]
pub struct SnapIndex<'a> {
    graph: &'a Graph,
    cells: BTreeMap<(i32, i32), Vec<u32>>,
    /// Segments too long for cells.
    anywhere: Vec<u32>,
}

/// Millimetres of 1e-7 degree of longitude and latitude near a position.
fn scale(at: LonLat) -> (f64, f64) {
    const STEP: i32 = 100_000;
    let lat = at.lat_e7.clamp(-899_000_000, 899_000_000);
    let here = LonLat { lon_e7: 0, lat_e7: lat };
    let east = LonLat { lon_e7: STEP, lat_e7: lat };
    let north = LonLat { lon_e7: 0, lat_e7: lat + STEP };
    let per = |other| geodesic_mm(here, other) as f64 / f64::from(STEP);
    (per(east), per(north))
}

impl<'a> SnapIndex<'a> {
    /// Indexes all segments.
    pub fn new(graph: &'a Graph) -> Self {
        let mut index = SnapIndex { graph, cells: BTreeMap::new(), anywhere: Vec::new() };
        for segment in 0..graph.segments().len() as u32 {
            let mut mine = Vec::new();
            let mut long = false;
            for p in graph.line(segment).windows(4).step_by(2) {
                let (west, east) = (cell(p[0].min(p[2])), cell(p[0].max(p[2])));
                let (south, north) = (cell(p[1].min(p[3])), cell(p[1].max(p[3])));
                let count = (i64::from(east) - i64::from(west) + 1)
                    * (i64::from(north) - i64::from(south) + 1);
                if count > CELLS_MAX {
                    long = true;
                    break;
                }
                mine.extend((west..=east).flat_map(|x| (south..=north).map(move |y| (x, y))));
            }
            if long {
                index.anywhere.push(segment);
                continue;
            }
            mine.sort_unstable();
            mine.dedup();
            for at in mine {
                index.cells.entry(at).or_default().push(segment);
            }
        }
        index
    }

    /// The nearest position on a segment that the profile can use at all; `None` where none is
    /// within 2 km.
    pub fn snap(&self, place: LonLat, profile: &Profile) -> Option<Snap> {
        let admitted = |s: &u32| profile.admits(&self.graph.segments()[*s as usize]);
        let feet = self.candidates(place, SNAP_LIMIT_MM).into_iter().filter(admitted).map(|s| {
            let (distance_mm, offset_mm) = self.foot(place, s, scale(place));
            (distance_mm, s, offset_mm)
        });
        let (distance_mm, segment, offset_mm) = feet.min()?;
        (distance_mm <= SNAP_LIMIT_MM).then(|| self.at(segment, offset_mm, distance_mm))
    }

    /// Segments within a radius of a place with their distance, nearest first: what a report that
    /// names a spot may be about. The radius is at most the snap limit.
    pub fn near(&self, place: LonLat, radius_mm: u32) -> Vec<(u32, u32)> {
        let radius_mm = radius_mm.min(SNAP_LIMIT_MM);
        let feet = self.candidates(place, radius_mm).into_iter();
        let mut near: Vec<(u32, u32)> = feet
            .map(|segment| (segment, self.foot(place, segment, scale(place)).0))
            .filter(|(_, distance_mm)| *distance_mm <= radius_mm)
            .collect();
        near.sort_by_key(|(segment, distance_mm)| (*distance_mm, *segment));
        near
    }

    /// Segments in the cells around a place, by number.
    fn candidates(&self, place: LonLat, radius_mm: u32) -> Vec<u32> {
        let (lon_mm, lat_mm) = scale(place);
        let reach = |mm: f64| (f64::from(radius_mm) / mm.max(0.01)) as i64 + 1;
        let range = |at: i32, reach: i64| {
            let edge = |v: i64| cell(v.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32);
            edge(i64::from(at) - reach)..=edge(i64::from(at) + reach)
        };
        let mut near = self.anywhere.clone();
        for x in range(place.lon_e7, reach(lon_mm)) {
            for y in range(place.lat_e7, reach(lat_mm)) {
                near.extend(self.cells.get(&(x, y)).into_iter().flatten());
            }
        }
        near.sort_unstable();
        near.dedup();
        near
    }

    /// A position on a segment; at its end it is the node, from which every road leads on.
    fn at(&self, segment: u32, offset_mm: u32, distance_mm: u32) -> Snap {
        let s = &self.graph.segments()[segment as usize];
        let along = self.graph.arcs()[s.along as usize];
        if offset_mm <= END_MM {
            Snap::Node(along.tail)
        } else if s.length_mm - offset_mm <= END_MM {
            Snap::Node(along.head)
        } else {
            Snap::On { segment, offset_mm, distance_mm }
        }
    }

    /// Distance to a segment and how far along it the nearest position lies, millimetres.
    fn foot(&self, place: LonLat, segment: u32, (lon_mm, lat_mm): (f64, f64)) -> (u32, u32) {
        let line = self.graph.line(segment);
        let x = |lon: i32| (f64::from(lon) - f64::from(place.lon_e7)) * lon_mm;
        let y = |lat: i32| (f64::from(lat) - f64::from(place.lat_e7)) * lat_mm;
        let (mut best, mut offset, mut walked) = (f64::INFINITY, 0.0, 0.0);
        for p in line.windows(4).step_by(2) {
            let (ax, ay, bx, by) = (x(p[0]), y(p[1]), x(p[2]), y(p[3]));
            let (dx, dy) = (bx - ax, by - ay);
            let square = dx * dx + dy * dy;
            let length = square.sqrt();
            let part = if square > 0.0 { -(ax * dx + ay * dy) / square } else { 0.0 };
            let part = part.clamp(0.0, 1.0);
            let (px, py) = (ax + part * dx, ay + part * dy);
            let distance = (px * px + py * py).sqrt();
            if distance < best {
                (best, offset) = (distance, walked + part * length);
            }
            walked += length;
        }
        // The line's own length is the map's; the drawing only tells the share.
        let length_mm = self.graph.segments()[segment as usize].length_mm;
        let share = if walked > 0.0 { offset / walked } else { 0.0 };
        let whole = |mm: f64| if mm < f64::from(u32::MAX) { (mm + 0.5) as u32 } else { u32::MAX };
        (whole(best), whole(share * f64::from(length_mm)).min(length_mm))
    }
}

fn cell(e7: i32) -> i32 {
    e7.div_euclid(CELL_E7)
}
