//! Roads cut at the nodes where they meet.

use std::collections::BTreeMap;

use kernel::{LonLat, geodesic_mm};

use super::Road;

/// A piece of road between two nodes at which something may be decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment<'r> {
    /// `way/17.0.2`: way, part, and place along it.
    pub source_id: String,
    /// The road it is a piece of.
    pub road: &'r Road,
    /// The node where it begins.
    pub from_node: i64,
    /// The node where it ends.
    pub to_node: i64,
    /// Its course.
    pub line: &'r [LonLat],
    /// Its length over the ground, mm.
    pub length_mm: i64,
}

/// The roads cut wherever two of them share a node, in the order of the roads.
///
/// Two segments meet exactly where they name the same node: a bridge that crosses another road
/// without a common node does not meet it.
pub fn segments(roads: &[Road]) -> Vec<Segment<'_>> {
    let mut uses: BTreeMap<i64, u32> = BTreeMap::new();
    for road in roads {
        for (at, node) in road.nodes.iter().enumerate() {
            let is_end = at == 0 || at + 1 == road.nodes.len();
            *uses.entry(*node).or_default() += if is_end { 2 } else { 1 };
        }
    }
    let mut all = Vec::new();
    for road in roads {
        let mut start = 0;
        let mut piece = 0;
        for (at, node) in road.nodes.iter().enumerate().skip(1) {
            if uses.get(node).copied().unwrap_or_default() < 2 {
                continue;
            }
            let line = &road.line[start..=at];
            all.push(Segment {
                source_id: format!("way/{}.{}.{piece}", road.way, road.part),
                road,
                from_node: road.nodes[start],
                to_node: *node,
                line,
                length_mm: line.windows(2).map(|pair| geodesic_mm(pair[0], pair[1])).sum(),
            });
            start = at;
            piece += 1;
        }
    }
    all
}
