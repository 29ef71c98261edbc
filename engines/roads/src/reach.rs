//! Who is cut off, for whom, and which roads hold them up.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use kernel::LonLat;
use serde::{Deserialize, Serialize};

use crate::graph::ArcKey;
use crate::overlay::{Metric, Overlay};
use crate::profile::Profile;
use crate::search::{Times, Towards, sweep};
use crate::snap::{Snap, SnapIndex};
use crate::state::State;
use crate::weight::{INF_MS, Policy, weight};

/// Whether a place is reached from the depots, there and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReachClass {
    /// On roads known to be open.
    Reachable,
    /// Only if roads of unknown state are open.
    Doubtful,
    /// Not even then.
    CutOff,
    /// No road within 2 km that this profile can use: the map does not tell.
    NotOnMap,
}

/// How one profile reaches one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// Class.
    pub class: ReachClass,
    /// Time from the nearest depot, milliseconds: on sure roads where reachable, on hopeful ones
    /// where doubtful, else `None`.
    pub there_ms: Option<u32>,
    /// Time back to the nearest depot, milliseconds.
    pub back_ms: Option<u32>,
}

/// How all profiles reach one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceReach {
    /// In the order of the profiles asked.
    pub by_profile: Vec<Reach>,
    /// The first profile asked that reaches it for sure.
    pub best: Option<usize>,
    /// The first profile asked that reaches it perhaps, where none does for sure.
    pub best_doubtful: Option<usize>,
}

/// A place: its centre and whatever other approaches are known.
pub type Approaches = [LonLat];

/// Snaps of a place for a profile; none where it is not on the map.
pub fn snaps(index: &SnapIndex, place: &Approaches, profile: &Profile) -> Vec<Snap> {
    let mut snaps: Vec<Snap> = place.iter().filter_map(|at| index.snap(*at, profile)).collect();
    snaps.sort_unstable();
    snaps.dedup();
    snaps
}

/// How each place is reached from the depots by each profile; order `profiles` from the largest
/// load to the smallest, and the best is the largest that gets through.
pub fn reach(
    overlay: &Overlay,
    index: &SnapIndex,
    profiles: &[Profile],
    depots: &[&Approaches],
    places: &[&Approaches],
) -> Vec<PlaceReach> {
    let mut out: Vec<PlaceReach> = places
        .iter()
        .map(|_| PlaceReach { by_profile: Vec::new(), best: None, best_doubtful: None })
        .collect();
    for (at, profile) in profiles.iter().enumerate() {
        for (place, reach) in out.iter_mut().zip(by_one(overlay, index, profile, depots, places)) {
            place.by_profile.push(reach);
            match reach.class {
                ReachClass::Reachable if place.best.is_none() => place.best = Some(at),
                ReachClass::Doubtful if place.best_doubtful.is_none() => {
                    place.best_doubtful = Some(at);
                }
                _ => {}
            }
        }
    }
    for place in out.iter_mut().filter(|p| p.best.is_some()) {
        place.best_doubtful = None;
    }
    out
}

fn by_one(
    overlay: &Overlay,
    index: &SnapIndex,
    profile: &Profile,
    depots: &[&Approaches],
    places: &[&Approaches],
) -> Vec<Reach> {
    let starts: Vec<Snap> = depots.iter().flat_map(|d| snaps(index, d, profile)).collect();
    let ways = [Policy::Sure, Policy::Hopeful].map(|policy| {
        let metric = Metric::full(overlay, profile, policy);
        let there = sweep(&metric, &starts, Towards::All);
        let back = sweep(&metric, &starts, Towards::Given);
        (metric, there, back)
    });
    let one = |place: &&Approaches| {
        let mine = snaps(index, place, profile);
        if mine.is_empty() {
            return Reach { class: ReachClass::NotOnMap, there_ms: None, back_ms: None };
        }
        let times = ways.each_ref().map(|(metric, there, back)| {
            let least = |sweep: &crate::search::Sweep| {
                mine.iter().map(|s| sweep.ms(metric, s)).min().filter(|ms| *ms < INF_MS)
            };
            least(there).zip(least(back))
        });
        let (class, times) = match times {
            [Some(sure), _] => (ReachClass::Reachable, Some(sure)),
            [None, Some(hopeful)] => (ReachClass::Doubtful, Some(hopeful)),
            [None, None] => (ReachClass::CutOff, None),
        };
        Reach { class, there_ms: times.map(|t| t.0), back_ms: times.map(|t| t.1) }
    };
    places.iter().map(one).collect()
}

/// The fewest arcs that must be opened (closed ones) or looked at (unknown ones) so that a depot
/// reaches the place, in the order of travel; the quickest way among equals. `None` where no way
/// exists on the map at all; empty where the place is reachable.
pub fn held_up_by(
    overlay: &Overlay,
    index: &SnapIndex,
    profile: &Profile,
    depots: &[&Approaches],
    place: &Approaches,
) -> Option<Vec<ArcKey>> {
    let mut blockade = Blockade::new(overlay, profile);
    let starts: Vec<Snap> = depots.iter().flat_map(|d| snaps(index, d, profile)).collect();
    blockade.spread(&starts);
    blockade.trace(&snaps(index, place, profile))
}

/// How a node is entered on the way with the fewest blocked arcs.
#[derive(Clone, Copy)]
enum Entry {
    Never,
    /// From a depot beside it, over this arc if the depot lies on one.
    Depot(Option<u32>),
    By(u32),
}

/// A search that counts blocked arcs first and time second.
struct Blockade<'a> {
    sure: Metric<'a>,
    /// Blocked arcs and milliseconds if they were open; `None` is an arc the profile cannot use.
    cost: Vec<Option<(u32, u64)>>,
    best: Vec<((u32, u64), Entry)>,
}

impl<'a> Blockade<'a> {
    fn new(overlay: &Overlay<'a>, profile: &Profile) -> Self {
        let graph = overlay.graph();
        let sure = Metric::full(overlay, profile, Policy::Sure);
        let open = State::open();
        let cost = |at: usize| {
            let arc = &graph.arcs()[at];
            let segment = &graph.segments()[arc.segment as usize];
            // The time if it were open decides only which roads are named.
            let opened = weight(arc, segment, &open, profile, Policy::Hopeful);
            match sure.weight(at as u32) {
                w if w.is_way() => Some((0, u64::from(w.ms()))),
                _ => opened.is_way().then(|| (1, u64::from(opened.ms()))),
            }
        };
        let cost = (0..graph.arcs().len()).map(cost).collect();
        let best = vec![((u32::MAX, u64::MAX), Entry::Never); graph.node_count()];
        Blockade { sure, cost, best }
    }

    /// Nodes beside a snap with the arc between; on the way out of it, or into it.
    fn doors(&self, snap: &Snap, out: bool) -> Vec<(u32, Option<u32>)> {
        let graph = self.sure.graph();
        let Snap::On { segment, .. } = *snap else {
            return match *snap {
                Snap::Node(node) => vec![(node, None)],
                Snap::On { .. } => Vec::new(),
            };
        };
        let s = &graph.segments()[segment as usize];
        let arcs = [Some(s.along), s.against].into_iter().flatten();
        let node = |arc: u32| {
            let arc = graph.arcs()[arc as usize];
            if out { arc.head } else { arc.tail }
        };
        arcs.map(|arc| (node(arc), Some(arc))).collect()
    }

    fn of(&self, arc: Option<u32>) -> Option<(u32, u64)> {
        arc.map_or(Some((0, 0)), |arc| self.cost[arc as usize])
    }

    fn spread(&mut self, starts: &[Snap]) {
        let graph = self.sure.graph();
        let mut heap = BinaryHeap::new();
        for (node, arc) in starts.iter().flat_map(|s| self.doors(s, true)).collect::<Vec<_>>() {
            let Some(cost) = self.of(arc) else { continue };
            if cost < self.best[node as usize].0 {
                self.best[node as usize] = (cost, Entry::Depot(arc));
                heap.push(Reverse((cost, node)));
            }
        }
        while let Some(Reverse((so_far, node))) = heap.pop() {
            if so_far > self.best[node as usize].0 {
                continue;
            }
            for arc in graph.arcs_out(node) {
                let Some((blocked, ms)) = self.cost[arc as usize] else { continue };
                let head = graph.arcs()[arc as usize].head;
                let next = (so_far.0 + blocked, so_far.1 + ms);
                if next < self.best[head as usize].0 {
                    self.best[head as usize] = (next, Entry::By(arc));
                    heap.push(Reverse((next, head)));
                }
            }
        }
    }

    /// The blocked arcs of the way to any of the snaps.
    fn trace(&self, snaps: &[Snap]) -> Option<Vec<ArcKey>> {
        let graph = self.sure.graph();
        let into = |(node, arc): (u32, Option<u32>)| {
            let (so_far, entry) = self.best[node as usize];
            let last = self.of(arc)?;
            (!matches!(entry, Entry::Never))
                .then(|| ((so_far.0 + last.0, so_far.1 + last.1), node, arc))
        };
        let doors = snaps.iter().flat_map(|s| self.doors(s, false));
        let (_, mut node, last) = doors.filter_map(into).min()?;
        let mut arcs: Vec<u32> = last.into_iter().collect();
        loop {
            match self.best[node as usize].1 {
                Entry::By(arc) => {
                    arcs.push(arc);
                    node = graph.arcs()[arc as usize].tail;
                }
                Entry::Depot(arc) => {
                    arcs.extend(arc);
                    break;
                }
                Entry::Never => break,
            }
        }
        arcs.reverse();
        arcs.dedup();
        arcs.retain(|arc| !self.sure.weight(*arc).is_way());
        Some(arcs.into_iter().map(|arc| graph.arcs()[arc as usize].key).collect())
    }
}

/// Times in the air: the straight way at `cruise_km_h` and `landing_ms` for each landing; only
/// between places with a landing. Source: house, relief design §1, 8 minutes a landing.
pub fn air_times(places: &[LonLat], landing: &[bool], cruise_km_h: u32, landing_ms: u32) -> Times {
    let can = |at: usize| landing.get(at).copied().unwrap_or(false);
    let speed = i64::from(cruise_km_h.max(1)) * 1000;
    let mut ms = Vec::with_capacity(places.len() * places.len());
    for (from, a) in places.iter().enumerate() {
        for (to, b) in places.iter().enumerate() {
            let flight = kernel::geodesic_mm(*a, *b).saturating_mul(3600) / speed;
            let whole = flight.saturating_add(i64::from(landing_ms)).min(i64::from(INF_MS));
            ms.push(match (from == to, can(from) && can(to)) {
                (true, _) => 0,
                (false, true) => whole as u32,
                (false, false) => INF_MS,
            });
        }
    }
    Times { width: places.len(), ms }
}

/// Milliseconds for each landing of a helicopter. Source: house, relief design §1.
pub const LANDING_MS: u32 = 8 * 60 * 1000;
