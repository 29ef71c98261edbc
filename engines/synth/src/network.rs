//! The road network as nodes and segments, cut from the plan on the grid.

use std::collections::BTreeMap;

use kernel::{LonLat, geodesic_mm};

use crate::grid::{CELL_M, STEPS};
use crate::hamlet::Layout;
use crate::plan::{Plan, class};
use crate::relief::Relief;
use crate::rng::mix;
use crate::settle::{NOBODY, Settled};

/// What carries a road segment, numbered as in the dataset.
pub mod structure {
    /// The ground.
    pub const GROUND: u8 = 0;
    /// A bridge.
    pub const BRIDGE: u8 = 1;
    /// A tunnel.
    pub const TUNNEL: u8 = 2;
    /// A ford.
    pub const FORD: u8 = 3;
}

/// A place where road segments meet or end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoadNode {
    /// Where it lies.
    pub at: LonLat,
    /// Height above sea level, metres, where that is known.
    pub elevation_m: Option<i32>,
}

/// A road between two nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct RoadSegment {
    /// Its id in the dataset, such as `R000123`.
    pub source_id: String,
    /// Node where its line begins, an index into the network's nodes.
    pub from: u32,
    /// Node where its line ends.
    pub to: u32,
    /// Class, numbered as in the dataset (1 expressway to 9 path).
    pub class: u8,
    /// What carries it, see [`structure`].
    pub structure: u8,
    /// Its course from `from` to `to`.
    pub line: Vec<LonLat>,
    /// Length over the ground, millimetres.
    pub length_mm: i64,
    /// Metres climbed and descended from `from` to `to`, where they are known.
    pub rise_fall_m: Option<(i32, i32)>,
    /// The number of the road, such as `X012`; empty where it has none.
    pub number: String,
    /// Villages that the road connects, as indices; `None` where it has no name of its own.
    pub ends: Option<(usize, usize)>,
    /// The village it lies in, as an index.
    pub village: Option<usize>,
}

impl RoadSegment {
    /// Whether motor vehicles can use it: everything but paths.
    pub fn is_for_vehicles(&self) -> bool {
        self.class < class::PATH
    }
}

/// All roads of a made-up place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RoadNetwork {
    /// The nodes; a segment names them by their place here.
    pub nodes: Vec<RoadNode>,
    /// The segments.
    pub segments: Vec<RoadSegment>,
}

/// The network, and the node of each cell that has one.
pub(crate) struct Built {
    pub(crate) network: RoadNetwork,
    pub(crate) node_of_cell: BTreeMap<usize, u32>,
}

const SEGMENT_M_MAX: f64 = 560.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Cell(usize),
    Bank(usize, usize),
    Corner(usize, usize),
}

#[derive(Clone, Copy)]
struct Station {
    key: Key,
    x: f64,
    y: f64,
    height: f64,
    wet: bool,
}

struct Builder<'a> {
    relief: &'a Relief,
    settled: &'a Settled,
    plan: &'a Plan,
    node: BTreeMap<Key, u32>,
    network: RoadNetwork,
}

pub(crate) fn build(
    relief: &Relief,
    settled: &Settled,
    plan: &Plan,
    layouts: &[(usize, Layout)],
) -> Built {
    let network = RoadNetwork::default();
    let mut builder = Builder { relief, settled, plan, node: BTreeMap::new(), network };
    builder.chains();
    builder.tunnels();
    for (i, (cell, layout)) in layouts.iter().enumerate() {
        builder.hamlet(i, *cell, layout);
    }
    let network = connected(builder.network, builder.node.get(&Key::Cell(settled.towns[0])));
    let node_of_cell = builder.node.iter().filter_map(|(key, node)| match key {
        Key::Cell(cell) => Some((*cell, network.1.get(node).copied()?)),
        _ => None,
    });
    let node_of_cell = node_of_cell.collect();
    Built { network: network.0, node_of_cell }
}

impl Builder<'_> {
    fn station(&self, cell: usize) -> Station {
        let (x, y) = self.relief.grid.xy(cell);
        let spread = if self.relief.is_stream(cell) {
            0.0
        } else if self.settled.built[cell] {
            0.1
        } else {
            0.42
        };
        let chance = mix(cell as u64 ^ 0xa5a5);
        let shift = |bits: u64| ((bits & 0xffff) as f64 / 65_536.0 - 0.5) * spread;
        Station {
            key: Key::Cell(cell),
            x: f64::from(x) + 0.5 + shift(chance),
            y: f64::from(y) + 0.5 + shift(chance >> 16),
            height: self.relief.height_m[cell],
            wet: self.relief.is_stream(cell),
        }
    }

    fn is_node(&self, cell: usize) -> bool {
        let links = &self.plan.links;
        let roads: Vec<usize> = links.steps(cell).filter_map(|s| links.road(cell, s)).collect();
        let portal = self.plan.tunnels.iter().any(|(a, b, _)| *a == cell || *b == cell);
        let class = |r: usize| self.plan.roads[r].class;
        roads.len() != 2 || portal || class(roads[0]) != class(roads[1])
    }

    /// Segments along the chains of links between nodes.
    fn chains(&mut self) {
        let grid = self.relief.grid;
        let middles: std::collections::BTreeSet<usize> =
            self.settled.spots.iter().flat_map(|s| s.hamlets.iter().copied()).collect();
        let nodes: Vec<bool> = (0..grid.cells())
            .map(|c| self.plan.links.any(c) && (middles.contains(&c) || self.is_node(c)))
            .collect();
        for start in (0..grid.cells()).filter(|c| nodes[*c]) {
            let steps: Vec<usize> = self.plan.links.steps(start).collect();
            for step in steps {
                let Some(road) = self.plan.links.road(start, step) else { continue };
                let cells = self.follow(start, step, &nodes);
                let last = cells[cells.len() - 1];
                // Each chain is found from both ends; it is kept once.
                let back = (last, cells[cells.len() - 2]);
                if (start, cells[1]) <= back {
                    self.chain(&cells, road);
                }
            }
        }
    }

    fn follow(&self, start: usize, step: usize, nodes: &[bool]) -> Vec<usize> {
        let grid = self.relief.grid;
        let ((mut x, mut y), mut step) = (grid.xy(start), step);
        let mut cells = vec![start];
        loop {
            (x, y) = (x + STEPS[step].0, y + STEPS[step].1);
            let Some(cell) = grid.at(x, y) else { return cells };
            cells.push(cell);
            if nodes[cell] || cell == start {
                return cells;
            }
            let back = crate::paths::back(step);
            match self.plan.links.steps(cell).find(|s| *s != back) {
                Some(next) => step = next,
                None => return cells,
            }
        }
    }

    fn chain(&mut self, cells: &[usize], road: usize) {
        let mut stations = vec![self.station(cells[0])];
        for pair in cells.windows(2) {
            let (a, b) = (self.station(pair[0]), self.station(pair[1]));
            if a.wet != b.wet {
                stations.push(self.bank(pair, &a, &b));
            }
            stations.push(b);
        }
        let mut run = vec![stations[0]];
        let mut length = 0.0;
        for (i, pair) in stations.windows(2).enumerate() {
            let bridge = pair[0].wet || pair[1].wet;
            run.push(pair[1]);
            let ((dx, dy), last) =
                ((pair[1].x - pair[0].x, pair[1].y - pair[0].y), i + 2 == stations.len());
            length += (dx * dx + dy * dy).sqrt() * CELL_M;
            let next_bridge = !last && (stations[i + 1].wet || stations[i + 2].wet);
            if last || next_bridge != bridge || (!bridge && length > SEGMENT_M_MAX) {
                self.segment(
                    &run,
                    road,
                    if bridge { structure::BRIDGE } else { structure::GROUND },
                );
                run = vec![pair[1]];
                length = 0.0;
            }
        }
    }

    /// Where a road leaves the ground for a bridge: half the river's width from its middle.
    fn bank(&self, pair: &[usize], a: &Station, b: &Station) -> Station {
        let wet = if a.wet { pair[0] } else { pair[1] };
        let half_m = river_width_m(self.relief.drainage.catchment[wet]) / 2.0 + 9.0;
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let length = (dx * dx + dy * dy).sqrt() * CELL_M;
        let share = (half_m / length).min(0.8);
        let from_a = if a.wet { share } else { 1.0 - share };
        Station {
            key: Key::Bank(pair[0].min(pair[1]), pair[0].max(pair[1])),
            x: a.x + dx * from_a,
            y: a.y + dy * from_a,
            height: if a.wet { b.height } else { a.height },
            wet: false,
        }
    }

    fn tunnels(&mut self) {
        for (a, b, road) in &self.plan.tunnels {
            let run = [self.station(*a), self.station(*b)];
            self.segment(&run, *road, structure::TUNNEL);
        }
    }

    /// The streets of a hamlet, hung on the node of its middle.
    fn hamlet(&mut self, index: usize, cell: usize, layout: &Layout) {
        if !self.plan.links.any(cell) {
            return;
        }
        let corner = |i: usize| {
            let (x, y) = layout.corners[i];
            if i == 0 {
                return self.station(cell);
            }
            Station {
                key: Key::Corner(index, i),
                x,
                y,
                height: self.relief.height_m[cell],
                wet: false,
            }
        };
        let runs: Vec<[Station; 2]> =
            layout.streets.iter().map(|(a, b)| [corner(*a), corner(*b)]).collect();
        for run in runs {
            self.add(&run, class::VILLAGE, structure::GROUND, String::new(), None);
        }
    }

    fn segment(&mut self, run: &[Station], road: usize, carried: u8) {
        let road = &self.plan.roads[road];
        let (class, number, ends) = (road.class, road.number.clone(), road.ends);
        let carried = match (carried, class) {
            (structure::BRIDGE, class::TRACK) => structure::FORD,
            (carried, _) => carried,
        };
        self.add(run, class, carried, number, ends);
    }

    fn add(
        &mut self,
        run: &[Station],
        class: u8,
        carried: u8,
        number: String,
        ends: Option<(usize, usize)>,
    ) {
        let (from, to) = (self.node(&run[0]), self.node(&run[run.len() - 1]));
        if from == to {
            return;
        }
        let line: Vec<LonLat> = run.iter().map(|s| self.position(s)).collect();
        let length_mm = line.windows(2).map(|w| geodesic_mm(w[0], w[1])).sum::<i64>().max(1000);
        let (mut rise, mut fall) = (0.0, 0.0);
        for pair in run.windows(2) {
            let climb = pair[1].height - pair[0].height;
            if climb > 0.0 { rise += climb } else { fall -= climb }
        }
        let middle = &run[run.len() / 2];
        let cell = self.relief.grid.at(middle.x as i32, middle.y as i32).unwrap_or(0);
        let owner = self.settled.owner[cell];
        self.network.segments.push(RoadSegment {
            source_id: String::new(),
            from,
            to,
            class,
            structure: carried,
            line,
            length_mm,
            rise_fall_m: Some((rise as i32, fall as i32)),
            number,
            ends,
            village: (owner != NOBODY).then_some(owner as usize),
        });
    }

    fn position(&self, station: &Station) -> LonLat {
        self.relief.grid.position(station.x, station.y)
    }

    fn node(&mut self, station: &Station) -> u32 {
        let next = self.network.nodes.len() as u32;
        let node = *self.node.entry(station.key).or_insert(next);
        if node == next {
            let at = self.position(station);
            let elevation_m = Some(station.height as i32);
            self.network.nodes.push(RoadNode { at, elevation_m });
        }
        node
    }
}

/// Width of a river from its catchment in cells, metres.
pub(crate) fn river_width_m(catchment: u32) -> f64 {
    let km2 = f64::from(catchment) * 0.0121;
    3.0 + 3.1 * km2.sqrt()
}

/// Keeps what vehicles and walkers can reach from the seat, and numbers it anew.
fn connected(network: RoadNetwork, seat: Option<&u32>) -> (RoadNetwork, BTreeMap<u32, u32>) {
    let mut near: Vec<Vec<u32>> = vec![Vec::new(); network.nodes.len()];
    for s in network.segments.iter().filter(|s| s.is_for_vehicles()) {
        near[s.from as usize].push(s.to);
        near[s.to as usize].push(s.from);
    }
    let mut reached = vec![false; network.nodes.len()];
    let mut open: Vec<u32> = seat.copied().into_iter().collect();
    open.iter().for_each(|n| reached[*n as usize] = true);
    while let Some(node) = open.pop() {
        for next in &near[node as usize] {
            if !reached[*next as usize] {
                reached[*next as usize] = true;
                open.push(*next);
            }
        }
    }
    let mut number = BTreeMap::new();
    let mut out = RoadNetwork::default();
    for s in network.segments {
        // A path may end where no road is, but one of its ends must be reached.
        if !reached[s.from as usize] && !reached[s.to as usize] {
            continue;
        }
        let mut renumber = |node: u32| {
            *number.entry(node).or_insert_with(|| {
                out.nodes.push(network.nodes[node as usize]);
                out.nodes.len() as u32 - 1
            })
        };
        let (from, to) = (renumber(s.from), renumber(s.to));
        out.segments.push(RoadSegment { from, to, ..s });
    }
    for (i, segment) in out.segments.iter_mut().enumerate() {
        segment.source_id = format!("R{i:06}");
    }
    (out, number)
}
