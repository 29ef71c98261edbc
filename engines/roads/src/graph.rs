//! The road graph: segments between nodes, each one or two directed arcs with stable keys.
//!
//! What is reported about a road is kept by key and never by number, so that a new map build takes
//! it up again. Limits that the map does not tell are unknown here too; what a profile makes of an
//! unknown limit is the profile's rule.

use std::collections::BTreeMap;

use kernel::{EntityId, LonLat};
use serde::{Deserialize, Serialize};

/// Class of a road; the numbers are those of the dataset layer `road`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Expressway.
    Expressway = 1,
    /// National road.
    National = 2,
    /// Provincial road.
    Provincial = 3,
    /// County road.
    County = 4,
    /// Township road.
    Township = 5,
    /// Village road.
    Village = 6,
    /// Street in a town.
    Street = 7,
    /// Track.
    Track = 8,
    /// Footpath.
    Path = 9,
    /// Water that boats use.
    Water = 10,
}

impl Class {
    /// All classes, by number from 1.
    pub const ALL: [Class; 10] = [
        Class::Expressway,
        Class::National,
        Class::Provincial,
        Class::County,
        Class::Township,
        Class::Village,
        Class::Street,
        Class::Track,
        Class::Path,
        Class::Water,
    ];

    /// The class with this number.
    pub fn from_number(number: i32) -> Option<Class> {
        usize::try_from(number).ok()?.checked_sub(1).and_then(|at| Self::ALL.get(at)).copied()
    }
}

/// What carries the road; the numbers are those of the dataset layer `road`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// The ground.
    Ground = 0,
    /// A bridge.
    Bridge = 1,
    /// A tunnel.
    Tunnel = 2,
    /// A ford.
    Ford = 3,
    /// A ferry.
    Ferry = 4,
}

impl Carrier {
    /// The carrier with this number.
    pub fn from_number(number: i32) -> Option<Carrier> {
        use Carrier::*;
        let at = usize::try_from(number).ok()?;
        [Ground, Bridge, Tunnel, Ford, Ferry].get(at).copied()
    }
}

/// A row of the map: a road segment between two nodes.
#[derive(Clone, Copy, Debug)]
pub struct RoadRow<'a> {
    /// Lasting id of the row.
    pub id: EntityId,
    /// Node where the line begins.
    pub from_node: i64,
    /// Node where the line ends.
    pub to_node: i64,
    /// Lon, lat, lon, lat ... in 1e-7 degree, in travel order; at least two positions.
    pub line: &'a [i32],
    /// Class.
    pub class: Class,
    /// What carries it.
    pub carrier: Carrier,
    /// Only along the line.
    pub oneway: bool,
    /// Length over the ground, millimetres.
    pub length_mm: u32,
    /// Metres climbed from beginning to end; `None` is unknown.
    pub rise_m: Option<u32>,
    /// Metres descended from beginning to end; `None` is unknown.
    pub fall_m: Option<u32>,
    /// Usable width, centimetres; `None` is unknown.
    pub width_cm: Option<u32>,
    /// Clear height, centimetres; `None` is unknown.
    pub height_cm: Option<u32>,
    /// Gross mass of the heaviest vehicle allowed; `None` is unknown.
    pub load_kg: Option<u32>,
    /// Speed of a car in ordinary weather, km/h; `None` is unknown.
    pub speed_km_h: Option<u32>,
}

/// Names one direction of one segment for ever: the first bits of the row's id and the direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ArcKey(pub u64);

/// Which way along a segment's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// As the line is drawn.
    Along,
    /// Against it.
    Against,
}

impl ArcKey {
    /// The key of a direction of the segment with this row id.
    pub fn of(segment: EntityId, direction: Direction) -> ArcKey {
        let bytes: [u8; 8] = std::array::from_fn(|i| segment.0[i]);
        let against = u64::from(direction == Direction::Against);
        ArcKey((u64::from_be_bytes(bytes) & !1) | against)
    }

    /// The keys of both directions of a segment.
    pub fn both(segment: EntityId) -> [ArcKey; 2] {
        [Direction::Along, Direction::Against].map(|d| ArcKey::of(segment, d))
    }

    /// Which direction it names.
    pub fn direction(self) -> Direction {
        if self.0 & 1 == 0 { Direction::Along } else { Direction::Against }
    }
}

/// A directed arc.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arc {
    /// Node it leaves.
    pub tail: u32,
    /// Node it enters.
    pub head: u32,
    /// Its segment.
    pub segment: u32,
    /// Its key.
    pub key: ArcKey,
    /// Metres climbed; `None` is unknown.
    pub climb_m: Option<u32>,
}

/// What both directions of a segment share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Lasting id of the row.
    pub id: EntityId,
    /// Class.
    pub class: Class,
    /// What carries it.
    pub carrier: Carrier,
    /// Length over the ground, millimetres.
    pub length_mm: u32,
    /// Usable width, centimetres; `None` is unknown.
    pub width_cm: Option<u32>,
    /// Clear height, centimetres; `None` is unknown.
    pub height_cm: Option<u32>,
    /// Gross mass of the heaviest vehicle allowed; `None` is unknown.
    pub load_kg: Option<u32>,
    /// Speed of a car, km/h; `None` is unknown.
    pub speed_km_h: Option<u32>,
    /// The arc along the line.
    pub along: u32,
    /// The arc against it, where traffic may take it.
    pub against: Option<u32>,
    line: (u32, u32),
}

/// Why no graph can be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoadsError {
    /// A segment's line has fewer than two positions, or half of one.
    #[error("road segment {0} has no line")]
    NoLine(EntityId),
    /// Two segments with ids too alike to tell their arcs apart.
    #[error("road segments {0} and {1} have the same key")]
    SameKey(EntityId, EntityId),
    /// A row whose class or carrier is none that is known.
    #[error("road segment {id}: {what} {code} is not known")]
    Code {
        /// The row.
        id: EntityId,
        /// Which column.
        what: &'static str,
        /// The code.
        code: i32,
    },
    /// More nodes, arcs or positions than can be numbered.
    #[error("the map has more than 4,294,967,294 {0}")]
    TooLarge(&'static str),
    /// The dataset could not be read.
    #[error("road layer: {0}")]
    Dataset(#[from] datasets::DatasetError),
    /// A row id that is no id.
    #[error("road layer, row {row}: {what}")]
    Row {
        /// Number of the row.
        row: usize,
        /// What is wrong.
        what: String,
    },
}

/// A road graph.
#[derive(Clone, Debug)]
pub struct Graph {
    node_ids: Vec<i64>,
    positions: Vec<LonLat>,
    arcs: Vec<Arc>,
    segments: Vec<Segment>,
    lines: Vec<i32>,
    first_out: Vec<u32>,
    first_in: Vec<u32>,
    arcs_in: Vec<u32>,
    by_key: BTreeMap<ArcKey, u32>,
}

/// Collects rows for a graph.
#[derive(Clone, Debug, Default)]
pub struct GraphBuilder {
    rows: Vec<Kept>,
    lines: Vec<i32>,
}

#[derive(Clone, Copy, Debug)]
struct Kept {
    segment: Segment,
    ends: (i64, i64),
    oneway: bool,
    rise_m: Option<u32>,
    fall_m: Option<u32>,
}

fn number(count: usize, what: &'static str) -> Result<u32, RoadsError> {
    u32::try_from(count).ok().filter(|n| *n < u32::MAX).ok_or(RoadsError::TooLarge(what))
}

impl GraphBuilder {
    /// No rows yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a segment; zero for a limit or a speed is taken as unknown.
    ///
    /// # Errors
    /// A row without a line.
    pub fn push(&mut self, row: &RoadRow) -> Result<(), RoadsError> {
        if row.line.len() < 4 || row.line.len() % 2 == 1 {
            return Err(RoadsError::NoLine(row.id));
        }
        let start = number(self.lines.len(), "positions")?;
        self.lines.extend_from_slice(row.line);
        let known = |limit: Option<u32>| limit.filter(|l| *l > 0);
        let segment = Segment {
            id: row.id,
            class: row.class,
            carrier: row.carrier,
            length_mm: row.length_mm,
            width_cm: known(row.width_cm),
            height_cm: known(row.height_cm),
            load_kg: known(row.load_kg),
            speed_km_h: known(row.speed_km_h),
            along: 0,
            against: None,
            line: (start, number(self.lines.len(), "positions")?),
        };
        self.rows.push(Kept {
            segment,
            ends: (row.from_node, row.to_node),
            oneway: row.oneway,
            rise_m: row.rise_m,
            fall_m: row.fall_m,
        });
        Ok(())
    }

    /// Builds the graph. The order in which rows came decides nothing but internal numbers.
    ///
    /// # Errors
    /// Two rows with the same key, or more than can be numbered.
    pub fn build(self) -> Result<Graph, RoadsError> {
        let mut rows = self.rows;
        rows.sort_by_key(|r| r.segment.id);
        let mut nodes: BTreeMap<i64, LonLat> = BTreeMap::new();
        for row in &rows {
            let (from, to) = row.segment.line;
            let line = &self.lines[from as usize..to as usize];
            let at = |i: usize| LonLat { lon_e7: line[i], lat_e7: line[i + 1] };
            nodes.entry(row.ends.0).or_insert(at(0));
            nodes.entry(row.ends.1).or_insert(at(line.len() - 2));
        }
        number(nodes.len(), "nodes")?;
        number(2 * rows.len(), "arcs")?;
        let node_ids: Vec<i64> = nodes.keys().copied().collect();
        let positions: Vec<LonLat> = nodes.into_values().collect();
        let index = |id: i64| node_ids.binary_search(&id).unwrap_or_default() as u32;
        let mut arcs = Vec::with_capacity(2 * rows.len());
        for (segment, row) in rows.iter().enumerate() {
            let (tail, head) = (index(row.ends.0), index(row.ends.1));
            let key = |direction| ArcKey::of(row.segment.id, direction);
            let segment = segment as u32;
            let along = key(Direction::Along);
            arcs.push(Arc { tail, head, segment, key: along, climb_m: row.rise_m });
            if !row.oneway {
                let against = key(Direction::Against);
                let (tail, head) = (head, tail);
                arcs.push(Arc { tail, head, segment, key: against, climb_m: row.fall_m });
            }
        }
        arcs.sort_by_key(|a| (a.tail, a.key));
        let mut segments: Vec<Segment> = rows.into_iter().map(|r| r.segment).collect();
        let mut by_key = BTreeMap::new();
        for (at, arc) in arcs.iter().enumerate() {
            let segment = arc.segment as usize;
            if let Some(other) = by_key.insert(arc.key, at as u32) {
                let other: &Arc = &arcs[other as usize];
                let other = segments[other.segment as usize].id;
                return Err(RoadsError::SameKey(other, segments[segment].id));
            }
            match arc.key.direction() {
                Direction::Along => segments[segment].along = at as u32,
                Direction::Against => segments[segment].against = Some(at as u32),
            }
        }
        let first_out = firsts(node_ids.len(), arcs.iter().map(|a| a.tail));
        let mut arcs_in: Vec<u32> = (0..arcs.len() as u32).collect();
        arcs_in.sort_by_key(|a| (arcs[*a as usize].head, arcs[*a as usize].key));
        let first_in = firsts(node_ids.len(), arcs_in.iter().map(|a| arcs[*a as usize].head));
        let lines = self.lines;
        Ok(Graph {
            node_ids,
            positions,
            arcs,
            segments,
            lines,
            first_out,
            first_in,
            arcs_in,
            by_key,
        })
    }
}

/// Where each node's arcs begin in a list sorted by node.
fn firsts(nodes: usize, sorted: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut first = vec![0u32; nodes + 1];
    for node in sorted {
        first[node as usize + 1] += 1;
    }
    for at in 0..nodes {
        first[at + 1] += first[at];
    }
    first
}

impl Graph {
    /// Number of nodes.
    pub fn node_count(&self) -> usize {
        self.node_ids.len()
    }

    /// All arcs, by number.
    pub fn arcs(&self) -> &[Arc] {
        &self.arcs
    }

    /// All segments, by number.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The segment of an arc.
    pub fn segment_of(&self, arc: u32) -> &Segment {
        &self.segments[self.arcs[arc as usize].segment as usize]
    }

    /// A segment's line: lon, lat, lon, lat ... in 1e-7 degree.
    pub fn line(&self, segment: u32) -> &[i32] {
        let (from, to) = self.segments[segment as usize].line;
        &self.lines[from as usize..to as usize]
    }

    /// The number of the node with this id of the map.
    pub fn node(&self, id: i64) -> Option<u32> {
        self.node_ids.binary_search(&id).ok().map(|at| at as u32)
    }

    /// The map's id of a node.
    pub fn node_id(&self, node: u32) -> i64 {
        self.node_ids[node as usize]
    }

    /// Where a node lies.
    pub fn position(&self, node: u32) -> LonLat {
        self.positions[node as usize]
    }

    /// The arc with this key, if this map has it.
    pub fn arc(&self, key: ArcKey) -> Option<u32> {
        self.by_key.get(&key).copied()
    }

    /// Arcs that leave a node.
    pub fn arcs_out(&self, node: u32) -> impl Iterator<Item = u32> + use<> {
        self.first_out[node as usize]..self.first_out[node as usize + 1]
    }

    /// Arcs that enter a node.
    pub fn arcs_in(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        let (from, to) = (self.first_in[node as usize], self.first_in[node as usize + 1]);
        self.arcs_in[from as usize..to as usize].iter().copied()
    }
}
