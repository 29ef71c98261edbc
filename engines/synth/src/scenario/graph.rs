//! What closing a road does: which villages vehicles no longer reach, and how much longer ways get.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::model::County;
use crate::network::RoadNetwork;

/// The roads that motor vehicles use, seen from the county seat.
pub struct RoadGraph<'a> {
    roads: &'a RoadNetwork,
    /// Road node of each village.
    villages: Vec<Option<u32>>,
    /// (segment, other node) of each node.
    near: Vec<Vec<(u32, u32)>>,
    seat: Option<u32>,
}

/// The segment a node was entered by, and the node before it; none at the seat.
type Way = Option<(u32, u32)>;

/// Kilometres an hour of a car by class 1 to 9, as in the road layer.
const SPEED_KM_H: [i64; 9] = [100, 70, 60, 50, 40, 30, 30, 15, 4];

impl<'a> RoadGraph<'a> {
    /// The graph of a county. The seat is where its first village's road node is.
    pub fn new(county: &'a County) -> Self {
        RoadGraph::of(&county.roads, county.villages.iter().map(|v| v.road_node).collect())
    }

    /// The graph of a network with the road node of each village, the seat's first.
    pub(crate) fn of(roads: &'a RoadNetwork, villages: Vec<Option<u32>>) -> Self {
        let mut near = vec![Vec::new(); roads.nodes.len()];
        for (i, s) in roads.segments.iter().enumerate() {
            if s.is_for_vehicles() {
                near[s.from as usize].push((i as u32, s.to));
                near[s.to as usize].push((i as u32, s.from));
            }
        }
        let seat = villages.first().copied().flatten();
        RoadGraph { roads, villages, near, seat }
    }

    /// The villages (as indices) that vehicles cannot reach from the seat while these segments are
    /// closed. A village without any road counts: no vehicle gets there.
    pub fn cut_off(&self, closed: &BTreeSet<usize>) -> Vec<usize> {
        self.unreached(&self.times(closed))
    }

    /// The villages (as indices) that these times do not reach.
    pub(super) fn unreached(&self, times: &[u64]) -> Vec<usize> {
        let reached = |node: Option<u32>| node.is_some_and(|n| times[n as usize] != u64::MAX);
        (0..self.villages.len()).filter(|i| !reached(self.villages[*i])).collect()
    }

    /// Milliseconds by car from the seat to each node; `u64::MAX` where none leads.
    pub(super) fn times(&self, closed: &BTreeSet<usize>) -> Vec<u64> {
        self.tree(closed).0
    }

    /// Times, and the segment by which each node is reached.
    pub(super) fn tree(&self, closed: &BTreeSet<usize>) -> (Vec<u64>, Vec<Option<u32>>) {
        let mut times = vec![u64::MAX; self.near.len()];
        let mut came = vec![None; self.near.len()];
        let mut heap = BinaryHeap::new();
        if let Some(seat) = self.seat {
            times[seat as usize] = 0;
            heap.push(Reverse((0u64, seat)));
        }
        while let Some(Reverse((time, node))) = heap.pop() {
            if time > times[node as usize] {
                continue;
            }
            for (segment, next) in &self.near[node as usize] {
                if closed.contains(&(*segment as usize)) {
                    continue;
                }
                let s = &self.roads.segments[*segment as usize];
                let speed = SPEED_KM_H[usize::from(s.class).clamp(1, 9) - 1];
                let total = time + (s.length_mm * 36 / speed / 10) as u64;
                if total < times[*next as usize] {
                    times[*next as usize] = total;
                    came[*next as usize] = Some(*segment);
                    heap.push(Reverse((total, *next)));
                }
            }
        }
        (times, came)
    }

    /// The segments whose closing alone cuts villages off, with these villages.
    ///
    /// Bridges of the graph by depth-first search (R. Tarjan, 1974); what lies behind one is the
    /// subtree below it.
    pub(crate) fn only_ways(&self) -> BTreeMap<usize, Vec<usize>> {
        let Some(seat) = self.seat else { return BTreeMap::new() };
        let count = self.near.len();
        let (mut entered, mut low) = (vec![0u32; count], vec![0u32; count]);
        let mut order: Vec<(u32, Way)> = Vec::new();
        // Node, the segment it was entered by with the node before, next neighbour to look at.
        let mut stack: Vec<(u32, Way, usize)> = vec![(seat, None, 0)];
        entered[seat as usize] = 1;
        low[seat as usize] = 1;
        order.push((seat, None));
        while let Some((node, way, next)) = stack.pop() {
            let at = node as usize;
            let Some((segment, other)) = self.near[at].get(next).copied() else {
                if let Some((_, before)) = way {
                    low[before as usize] = low[before as usize].min(low[at]);
                }
                continue;
            };
            stack.push((node, way, next + 1));
            if way.is_some_and(|(by, _)| by == segment) {
                continue;
            }
            if entered[other as usize] == 0 {
                let way = Some((segment, node));
                order.push((other, way));
                entered[other as usize] = order.len() as u32;
                low[other as usize] = order.len() as u32;
                stack.push((other, way, 0));
            } else {
                low[at] = low[at].min(entered[other as usize]);
            }
        }
        self.behind(&order, &entered, &low)
    }

    fn behind(
        &self,
        order: &[(u32, Way)],
        entered: &[u32],
        low: &[u32],
    ) -> BTreeMap<usize, Vec<usize>> {
        let mut villages: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (i, node) in self.villages.iter().enumerate() {
            if let Some(node) = node {
                villages.entry(*node).or_default().push(i);
            }
        }
        let mut size = vec![1u32; self.near.len()];
        for (node, way) in order.iter().rev() {
            if let Some((_, before)) = way {
                size[*before as usize] += size[*node as usize];
            }
        }
        let mut found = BTreeMap::new();
        for (i, (node, way)) in order.iter().enumerate() {
            let Some((segment, before)) = way else { continue };
            if low[*node as usize] > entered[*before as usize] {
                let below = &order[i..i + size[*node as usize] as usize];
                let cut: Vec<usize> =
                    below.iter().filter_map(|(n, _)| villages.get(n)).flatten().copied().collect();
                if !cut.is_empty() {
                    found.insert(*segment as usize, cut);
                }
            }
        }
        found
    }
}
