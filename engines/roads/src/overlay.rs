//! Live reports and active hazards laid over a map, and the metrics that follow from them.

use std::collections::BTreeMap;

use kernel::{EntityId, UnixSeconds};

use crate::graph::{ArcKey, Graph};
use crate::profile::{Mode, Profile};
use crate::search::Towards;
use crate::state::{Report, State, resolve};
use crate::weight::{Policy, Weight, weight};

/// Chance that a road is open under an active hazard of which nothing else is known, of 65,536.
/// Source: house.
pub const P_HAZARD_Q16: u32 = 32_768;

/// Reports and hazards on the arcs of one map at one time.
#[derive(Debug)]
pub struct Overlay<'a> {
    graph: &'a Graph,
    by_arc: BTreeMap<u32, Vec<&'a Report>>,
    prior: BTreeMap<u32, u32>,
    t: UnixSeconds,
    orphans: Vec<(EntityId, ArcKey)>,
}

impl<'a> Overlay<'a> {
    /// Lays reports and hazards over a map for the time `t`.
    ///
    /// `prior` holds the segments under an active hazard with the chance that they are open (of
    /// 65,536); [`Graph::segments_in`] finds them. Reports about arcs that this map does not have
    /// are listed and not lost.
    pub fn at(
        graph: &'a Graph,
        reports: &'a [Report],
        prior: &BTreeMap<u32, u32>,
        t: UnixSeconds,
    ) -> Overlay<'a> {
        let mut by_arc: BTreeMap<u32, Vec<&Report>> = BTreeMap::new();
        let mut orphans = Vec::new();
        for report in reports {
            for key in &report.arcs {
                match graph.arc(*key) {
                    Some(arc) => by_arc.entry(arc).or_default().push(report),
                    None => orphans.push((report.id, *key)),
                }
            }
        }
        orphans.sort_unstable();
        orphans.dedup();
        Overlay { graph, by_arc, prior: prior.clone(), t, orphans }
    }

    /// The map.
    pub fn graph(&self) -> &'a Graph {
        self.graph
    }

    /// Reports about arcs that this map does not have, for a person to match.
    pub fn orphans(&self) -> &[(EntityId, ArcKey)] {
        &self.orphans
    }

    /// The state of an arc for a mode.
    pub fn state(&self, arc: u32, mode: Mode) -> State {
        let prior = self.prior.get(&self.graph.arcs()[arc as usize].segment).copied();
        match self.by_arc.get(&arc) {
            None => resolve(&[], prior, self.t),
            Some(reports) => {
                let mine: Vec<&Report> =
                    reports.iter().copied().filter(|r| r.modes.has(mode)).collect();
                resolve(&mine, prior, self.t)
            }
        }
    }

    /// Arcs that anything is reported about.
    pub fn reported_arcs(&self) -> impl Iterator<Item = u32> + '_ {
        self.by_arc.keys().copied()
    }
}

/// The times of one profile under one policy on all arcs of a map.
#[derive(Clone, Debug)]
pub struct Metric<'a> {
    graph: &'a Graph,
    weights: Vec<Weight>,
    out: Hops,
    into: Hops,
}

/// A step of a search.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hop {
    pub to: u32,
    pub ms: u32,
    pub arc: u32,
}

/// The arcs with a way, by node, close together in memory.
#[derive(Clone, Debug)]
struct Hops {
    first: Vec<u32>,
    hops: Vec<Hop>,
}

impl Hops {
    fn new<I: Iterator<Item = Hop>>(nodes: usize, of: impl Fn(u32) -> I) -> Hops {
        let (mut first, mut hops) = (vec![0], Vec::new());
        for node in 0..nodes as u32 {
            hops.extend(of(node));
            first.push(hops.len() as u32);
        }
        Hops { first, hops }
    }

    fn of(&self, node: u32) -> &[Hop] {
        let node = node as usize;
        &self.hops[self.first[node] as usize..self.first[node + 1] as usize]
    }
}

impl<'a> Metric<'a> {
    /// Works out all weights.
    pub fn full(overlay: &Overlay<'a>, profile: &Profile, policy: Policy) -> Metric<'a> {
        let graph = overlay.graph;
        let plain = State::open();
        let one = |at: usize| {
            let arc = &graph.arcs()[at];
            let touched = overlay.by_arc.contains_key(&(at as u32))
                || overlay.prior.contains_key(&arc.segment);
            let segment = &graph.segments()[arc.segment as usize];
            match touched {
                false => weight(arc, segment, &plain, profile, policy),
                true => {
                    let state = overlay.state(at as u32, profile.mode);
                    weight(arc, segment, &state, profile, policy)
                }
            }
        };
        let weights: Vec<Weight> = (0..graph.arcs().len()).map(one).collect();
        let hop = |arc: u32, to: u32| {
            let weight = weights[arc as usize];
            weight.is_way().then(|| Hop { to, ms: weight.ms(), arc })
        };
        let arcs = graph.arcs();
        let nodes = graph.node_count();
        let out = Hops::new(nodes, |node| {
            graph.arcs_out(node).filter_map(|arc| hop(arc, arcs[arc as usize].head))
        });
        let into = Hops::new(nodes, |node| {
            graph.arcs_in(node).filter_map(|arc| hop(arc, arcs[arc as usize].tail))
        });
        Metric { graph, weights, out, into }
    }

    /// The map.
    pub fn graph(&self) -> &'a Graph {
        self.graph
    }

    /// The steps from a node (`Towards::All`), or those that lead to it.
    pub(crate) fn hops(&self, node: u32, towards: Towards) -> &[Hop] {
        match towards {
            Towards::All => self.out.of(node),
            Towards::Given => self.into.of(node),
        }
    }

    /// The weight of an arc.
    pub fn weight(&self, arc: u32) -> Weight {
        self.weights[arc as usize]
    }
}
