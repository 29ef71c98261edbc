//! Shortest ways: Dijkstra from one place or many at once, the way itself, and whole matrices.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::graph::ArcKey;
use crate::overlay::Metric;
use crate::snap::Snap;
use crate::weight::INF_MS;

const NONE: u32 = u32::MAX;

/// Which way the arcs are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Towards {
    /// From the given places to all nodes.
    All,
    /// From all nodes to the given places.
    Given,
}

/// Times between given places and every node.
#[derive(Clone, Debug)]
pub struct Sweep {
    towards: Towards,
    ms: Vec<u32>,
    /// The arc by which a node is reached; `NONE` at a start.
    by_arc: Vec<u32>,
    starts: Vec<Snap>,
}

/// Part of an arc's time for a part of its length, rounded up.
fn share(ms: u32, part_mm: u32, whole_mm: u32) -> u32 {
    if ms >= INF_MS {
        return INF_MS;
    }
    let whole = u64::from(whole_mm.max(1));
    (u64::from(ms) * u64::from(part_mm)).div_ceil(whole).min(u64::from(INF_MS)) as u32
}

fn plus(a: u32, b: u32) -> u32 {
    // Both are at most 2^31 - 1, so the sum fits.
    (a + b).min(INF_MS)
}

/// Times from a snap to the nodes it leads to (`Towards::All`) or from the nodes that lead to it.
fn doors(metric: &Metric, snap: &Snap, towards: Towards) -> Vec<(u32, u32)> {
    let graph = metric.graph();
    let (segment, offset) = match *snap {
        Snap::Node(node) => return vec![(node, 0)],
        Snap::On { segment, offset_mm, .. } => (segment, offset_mm),
    };
    let s = &graph.segments()[segment as usize];
    let (before, after) = (offset.min(s.length_mm), s.length_mm - offset.min(s.length_mm));
    let along = graph.arcs()[s.along as usize];
    let along_ms = metric.weight(s.along).ms();
    let against_ms = s.against.map_or(INF_MS, |arc| metric.weight(arc).ms());
    let (to_head, to_tail) = match towards {
        Towards::All => {
            (share(along_ms, after, s.length_mm), share(against_ms, before, s.length_mm))
        }
        Towards::Given => {
            (share(against_ms, after, s.length_mm), share(along_ms, before, s.length_mm))
        }
    };
    vec![(along.head, to_head), (along.tail, to_tail)]
}

/// Dijkstra from all of `starts` at once.
pub fn sweep(metric: &Metric, starts: &[Snap], towards: Towards) -> Sweep {
    sweep_until(metric, starts, towards, None)
}

/// The same; with `wanted`, it ends when the times of all these nodes are known, and those of
/// nodes farther away are not to be used.
fn sweep_until(
    metric: &Metric,
    starts: &[Snap],
    towards: Towards,
    wanted: Option<&Wanted>,
) -> Sweep {
    let nodes = metric.graph().node_count();
    let mut out = Sweep {
        towards,
        ms: vec![INF_MS; nodes],
        by_arc: vec![NONE; nodes],
        starts: starts.to_vec(),
    };
    // Time above, node below: one number to compare, and ties go to the smaller node.
    let entry = |ms: u32, node: u32| Reverse(u64::from(ms) << 32 | u64::from(node));
    let mut heap = BinaryHeap::new();
    for (node, ms) in starts.iter().flat_map(|s| doors(metric, s, towards)) {
        if ms < out.ms[node as usize] {
            out.ms[node as usize] = ms;
            heap.push(entry(ms, node));
        }
    }
    let mut open = wanted.map_or(usize::MAX, |w| w.count);
    while let Some(Reverse(next)) = heap.pop() {
        let (ms, node) = ((next >> 32) as u32, next as u32);
        if ms > out.ms[node as usize] {
            continue;
        }
        if wanted.is_some_and(|w| w.node[node as usize]) {
            open -= 1;
            if open == 0 {
                break;
            }
        }
        for hop in metric.hops(node, towards) {
            let ms = plus(ms, hop.ms);
            if ms < out.ms[hop.to as usize] {
                out.ms[hop.to as usize] = ms;
                out.by_arc[hop.to as usize] = hop.arc;
                heap.push(entry(ms, hop.to));
            }
        }
    }
    out
}

/// Nodes whose times are asked for.
struct Wanted {
    node: Vec<bool>,
    count: usize,
}

impl Wanted {
    fn of(metric: &Metric, targets: &[Vec<Snap>]) -> Wanted {
        let mut node = vec![false; metric.graph().node_count()];
        for snap in targets.iter().flatten() {
            for (at, _) in doors(metric, snap, Towards::Given) {
                node[at as usize] = true;
            }
        }
        let count = node.iter().filter(|n| **n).count();
        Wanted { node, count }
    }
}

/// Time between two positions of one segment without leaving it.
fn within(metric: &Metric, from: &Snap, to: &Snap) -> u32 {
    match (from, to) {
        (Snap::Node(a), Snap::Node(b)) if a == b => 0,
        (Snap::On { segment, offset_mm: a, .. }, Snap::On { segment: other, offset_mm: b, .. })
            if segment == other =>
        {
            let s = &metric.graph().segments()[*segment as usize];
            let arc = if b >= a { Some(s.along) } else { s.against };
            match arc {
                _ if a == b => 0,
                Some(arc) => share(metric.weight(arc).ms(), a.abs_diff(*b), s.length_mm),
                None => INF_MS,
            }
        }
        _ => INF_MS,
    }
}

impl Sweep {
    /// Time of a node; [`INF_MS`] is no way.
    pub fn node_ms(&self, node: u32) -> u32 {
        self.ms[node as usize]
    }

    /// Time between the given places and a snap; [`INF_MS`] is no way.
    pub fn ms(&self, metric: &Metric, snap: &Snap) -> u32 {
        self.best(metric, snap).0
    }

    /// The time, and the node over which it goes (none: along the snap's own segment).
    fn best(&self, metric: &Metric, snap: &Snap) -> (u32, Option<u32>) {
        let near = match self.towards {
            Towards::All => Towards::Given,
            Towards::Given => Towards::All,
        };
        let over = doors(metric, snap, near)
            .into_iter()
            .map(|(node, ms)| (plus(self.ms[node as usize], ms), Some(node)))
            .min()
            .unwrap_or((INF_MS, None));
        let own = |start: &Snap| match self.towards {
            Towards::All => within(metric, start, snap),
            Towards::Given => within(metric, snap, start),
        };
        let direct = self.starts.iter().map(own).min().unwrap_or(INF_MS);
        if direct <= over.0 { (direct, None) } else { over }
    }

    /// The whole arcs of the way between the given places and a snap, in the order of travel,
    /// without the parts of segments at both ends; `None` is no way.
    pub fn path(&self, metric: &Metric, snap: &Snap) -> Option<Vec<ArcKey>> {
        let (ms, over) = self.best(metric, snap);
        if ms >= INF_MS {
            return None;
        }
        let graph = metric.graph();
        let mut keys = Vec::new();
        let mut node = over;
        while let Some(at) = node {
            let arc = self.by_arc[at as usize];
            if arc == NONE {
                break;
            }
            let this = graph.arcs()[arc as usize];
            keys.push(this.key);
            node = Some(match self.towards {
                Towards::All => this.tail,
                Towards::Given => this.head,
            });
        }
        if self.towards == Towards::All {
            keys.reverse();
        }
        Some(keys)
    }
}

/// Times from each source to each target, row by row; [`INF_MS`] is no way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    /// Number of targets.
    pub width: usize,
    /// Row by row, milliseconds.
    pub ms: Vec<u32>,
}

impl Times {
    /// Time from a source to a target; `None` is no way.
    pub fn get(&self, from: usize, to: usize) -> Option<u32> {
        self.ms.get(from * self.width + to).copied().filter(|ms| *ms < INF_MS)
    }

    /// Whole seconds, rounded up, as a relief problem takes them; `None` is no way.
    pub fn seconds(&self) -> Vec<Vec<Option<i64>>> {
        let second = |ms: &u32| (*ms < INF_MS).then(|| i64::from(ms.div_ceil(1000)));
        self.ms.chunks(self.width.max(1)).map(|row| row.iter().map(second).collect()).collect()
    }
}

/// Times between places, each a set of snaps of which any will do; a place without a snap is not
/// on the map and reached by nobody.
pub fn matrix(metric: &Metric, sources: &[Vec<Snap>], targets: &[Vec<Snap>]) -> Times {
    let mut ms = Vec::with_capacity(sources.len() * targets.len());
    let wanted = Wanted::of(metric, targets);
    for source in sources {
        let sweep = sweep_until(metric, source, Towards::All, Some(&wanted));
        for target in targets {
            let best = target.iter().map(|snap| sweep.ms(metric, snap)).min();
            ms.push(best.unwrap_or(INF_MS));
        }
    }
    Times { width: targets.len(), ms }
}
