//! Which roads a county has: main roads between its gates and its seat, then roads from town to
//! town, from each village to the nearest road, and on to its parts, fields and woods.

use std::collections::BTreeSet;

use crate::grid::{Grid, STEPS};
use crate::paths::{Finder, Links, Style};
use crate::relief::Relief;
use crate::rng::Rng;
use crate::settle::{NOBODY, Settled};
use crate::size::Numbers;

/// A road class, numbered as in the dataset.
pub(crate) mod class {
    pub(crate) const EXPRESSWAY: u8 = 1;
    pub(crate) const NATIONAL: u8 = 2;
    pub(crate) const PROVINCIAL: u8 = 3;
    pub(crate) const COUNTY: u8 = 4;
    pub(crate) const TOWNSHIP: u8 = 5;
    pub(crate) const VILLAGE: u8 = 6;
    pub(crate) const STREET: u8 = 7;
    pub(crate) const TRACK: u8 = 8;
    pub(crate) const PATH: u8 = 9;
}

/// A road with a number.
#[derive(Clone, Debug)]
pub(crate) struct Road {
    pub(crate) class: u8,
    /// Its number, such as `X012`; empty below township roads.
    pub(crate) number: String,
    /// The villages at its ends, where it has a name.
    pub(crate) ends: Option<(usize, usize)>,
}

/// All roads on the grid.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) links: Links,
    pub(crate) roads: Vec<Road>,
    /// Tunnels: both portals and the road.
    pub(crate) tunnels: Vec<(usize, usize, usize)>,
}

const MAIN: Style = Style { easy: 0.06, cap: 0.8, reuse_percent: 70, stream_m: 60, river_m: 500 };
const TOWN: Style =
    Style { easy: 0.05, cap: 20.0, reuse_percent: 45, stream_m: 120, river_m: 1_200 };
const RURAL: Style =
    Style { easy: 0.08, cap: 20.0, reuse_percent: 40, stream_m: 220, river_m: 2_500 };
const ON_FOOT: Style =
    Style { easy: 0.16, cap: 8.0, reuse_percent: 70, stream_m: 150, river_m: 4_000 };

struct Planner<'a> {
    relief: &'a Relief,
    settled: &'a Settled,
    finder: Finder,
    plan: Plan,
    serial: [u16; 10],
}

pub(crate) fn plan(seed: u64, numbers: &Numbers, relief: &Relief, settled: &Settled) -> Plan {
    let grid = relief.grid;
    let plan = Plan { links: Links::new(grid), roads: Vec::new(), tunnels: Vec::new() };
    let finder = Finder::new(grid);
    let mut planner = Planner { relief, settled, finder, plan, serial: [0; 10] };
    let mut rng = Rng::of(seed, "plan");
    if numbers.has_main_roads {
        planner.main_roads();
    } else {
        let gate = planner.gate(|x, y| (y, x));
        planner.way(class::COUNTY, &TOWN, settled.towns[0], gate, None);
    }
    planner.town_roads();
    planner.village_roads();
    planner.second_roads(&mut rng);
    planner.hamlet_roads();
    planner.streets();
    planner.tracks(&mut rng);
    planner.plan
}

impl Planner<'_> {
    fn grid(&self) -> Grid {
        self.relief.grid
    }

    /// The land cell at the border that is least by this measure of x and y.
    fn gate<K: Ord>(&self, key: impl Fn(i32, i32) -> K) -> usize {
        let grid = self.grid();
        (0..grid.cells())
            .filter(|c| self.settled.is_land(*c) && !self.relief.is_stream(*c))
            .min_by_key(|c| {
                let (x, y) = grid.xy(*c);
                (key(x, y), *c)
            })
            .unwrap_or(self.settled.towns[0])
    }

    fn road(&mut self, class: u8, ends: Option<(usize, usize)>) -> usize {
        let serial = &mut self.serial[class as usize];
        *serial += 1;
        let number = match class {
            class::EXPRESSWAY => format!("G99{serial:02}"),
            class::NATIONAL => format!("G9{serial:02}"),
            class::PROVINCIAL => format!("S9{serial:02}"),
            class::COUNTY => format!("X{serial:03}"),
            class::TOWNSHIP => format!("Y{serial:03}"),
            _ => String::new(),
        };
        self.plan.roads.push(Road { class, number, ends });
        self.plan.roads.len() - 1
    }

    /// Lays a road from one cell to another.
    fn way(
        &mut self,
        class: u8,
        style: &Style,
        from: usize,
        to: usize,
        ends: Option<(usize, usize)>,
    ) {
        let (grid, settled) = (self.grid(), self.settled);
        let ((ax, ay), (bx, by)) = (grid.xy(from), grid.xy(to));
        let margin = 30 + ((ax - bx).abs() + (ay - by).abs()) / 4;
        let (x0, x1) = (ax.min(bx) - margin, ax.max(bx) + margin);
        let (y0, y1) = (ay.min(by) - margin, ay.max(by) + margin);
        let allowed = |c: usize| {
            let (x, y) = grid.xy(c);
            settled.is_land(c) && x >= x0 && x <= x1 && y >= y0 && y <= y1
        };
        let found =
            self.finder.find(self.relief, &self.plan.links, style, from, allowed, |c| c == to);
        if let Some(way) = found {
            let road = self.road(class, ends);
            self.lay(road, &way);
        }
    }

    /// Lays a road from a cell to the nearest road there is.
    fn join(&mut self, class: u8, style: &Style, from: usize, ends: Option<(usize, usize)>) {
        let settled = self.settled;
        let links = &self.plan.links;
        if links.any_to_join(from) {
            return;
        }
        let found = self.finder.find(
            self.relief,
            links,
            style,
            from,
            |c| settled.is_land(c),
            |c| links.any_to_join(c),
        );
        if let Some(way) = found {
            let road = self.road(class, ends);
            self.lay(road, &way);
        }
    }

    fn lay(&mut self, road: usize, way: &[usize]) {
        let class = self.plan.roads[road].class;
        let mut at = 0;
        while at + 1 < way.len() {
            let portal = if class <= class::PROVINCIAL { self.tunnel(&way[at..]) } else { None };
            if let Some(length) = portal {
                self.plan.tunnels.push((way[at], way[at + length], road));
                at += length;
                continue;
            }
            let (a, b) = (self.grid().xy(way[at]), self.grid().xy(way[at + 1]));
            let step = STEPS.iter().position(|s| *s == (b.0 - a.0, b.1 - a.1));
            if let Some(step) = step {
                let there = self.plan.links.road(way[at], step);
                if there.is_none_or(|r| self.plan.roads[r].class > class) {
                    self.plan.links.set(way[at], step, Some(road));
                }
            }
            at += 1;
        }
    }

    /// How many steps of a way a tunnel from its beginning would replace, where one is worth it.
    fn tunnel(&self, way: &[usize]) -> Option<usize> {
        let height = |i: usize| self.relief.height_m[way[i]];
        let clear = |i: usize| !self.relief.is_stream(way[i]) && !self.plan.links.any(way[i]);
        let last = way.len().min(30) - 1;
        (5..=last).rev().find(|end| {
            let run = *end as f64 * 110.0;
            let level = (height(*end) - height(0)).abs() / run < 0.06;
            let top = (0..=*end).map(height).fold(0.0, |a, b| if b > a { b } else { a });
            let buried = (1..*end).all(|i| {
                let line = height(0) + (height(*end) - height(0)) * i as f64 / *end as f64;
                height(i) > line + 4.0
            });
            level && buried && top > height(0).max(height(*end)) + 26.0 && (1..=*end).all(clear)
        })
    }

    fn main_roads(&mut self) {
        let (grid, seat) = (self.grid(), self.settled.towns[0]);
        let (_, seat_y) = grid.xy(seat);
        let (seat_x, _) = grid.xy(seat);
        // The expressway passes beside the seat and meets it at one interchange.
        let beside = seat_y - 22;
        let west = self.gate(|x, y| x * 3 + (y - beside).abs());
        let east = self.gate(|x, y| -x * 3 + (y - beside).abs());
        let middle = self.nearest_dry(seat_x, beside);
        self.way(class::EXPRESSWAY, &MAIN, west, middle, None);
        self.way(class::EXPRESSWAY, &MAIN, middle, east, None);
        self.plan.links.set_expressways(self.plan.roads.len());
        let far = seat_y + 40;
        let west = self.gate(|x, y| x * 3 + (y - far).abs());
        let east = self.gate(|x, y| -x * 3 + (y - far).abs());
        let north = self.gate(|x, y| -y * 3 + (x - seat_x).abs());
        let south = self.gate(|x, y| y * 3 + (x - seat_x).abs());
        self.way(class::NATIONAL, &MAIN, seat, west, None);
        self.way(class::NATIONAL, &MAIN, seat, east, None);
        self.way(class::PROVINCIAL, &TOWN, seat, north, None);
        self.way(class::PROVINCIAL, &TOWN, seat, south, None);
        self.way(class::PROVINCIAL, &TOWN, seat, middle, None);
    }

    fn nearest_dry(&self, x: i32, y: i32) -> usize {
        let grid = self.grid();
        (0..grid.cells())
            .filter(|c| self.settled.is_land(*c) && !self.relief.is_stream(*c))
            .min_by_key(|c| {
                let (cx, cy) = grid.xy(*c);
                ((cx - x) * (cx - x) + (cy - y) * (cy - y), *c)
            })
            .unwrap_or(self.settled.towns[0])
    }

    /// Roads between towns that have no third town between them.
    fn town_roads(&mut self) {
        let (grid, towns) = (self.grid(), self.settled.towns.clone());
        let mut pairs = Vec::new();
        for a in 0..towns.len() {
            for b in a + 1..towns.len() {
                let direct = grid.apart2(towns[a], towns[b]);
                let between = (0..towns.len()).filter(|k| *k != a && *k != b).any(|k| {
                    grid.apart2(towns[a], towns[k]) < direct
                        && grid.apart2(towns[b], towns[k]) < direct
                });
                if !between {
                    pairs.push((direct, a, b));
                }
            }
        }
        pairs.sort_unstable();
        let spot = |t: usize| self.settled.spots.iter().position(|s| s.cell == towns[t]);
        let named: Vec<_> =
            pairs.iter().map(|(_, a, b)| (*a, *b, spot(*a).zip(spot(*b)))).collect();
        for (a, b, ends) in named {
            self.way(class::COUNTY, &TOWN, towns[a], towns[b], ends);
        }
    }

    fn village_roads(&mut self) {
        let grid = self.grid();
        let spots = &self.settled.spots;
        let town = |i: usize| self.settled.towns[spots[i].township];
        let mut order: Vec<usize> = (0..spots.len()).collect();
        order.sort_by_key(|i| (grid.apart2(spots[*i].cell, town(*i)), *i));
        for i in order {
            let seat = spots.iter().position(|s| s.cell == town(i));
            self.join(class::TOWNSHIP, &RURAL, spots[i].cell, seat.map(|s| (s, i)));
        }
    }

    /// Some neighbouring villages have a road of their own between them; some have only a path.
    fn second_roads(&mut self, rng: &mut Rng) {
        let (grid, owner) = (self.grid(), &self.settled.owner);
        let mut near: BTreeSet<(u16, u16)> = BTreeSet::new();
        for cell in 0..grid.cells() {
            for (next, step) in grid.neighbours(cell) {
                let (a, b) = (owner[cell], owner[next]);
                if step < 4 && a < b && b != NOBODY {
                    near.insert((a, b));
                }
            }
        }
        for (a, b) in near {
            let (a, b) = (a as usize, b as usize);
            let (from, to) = (self.settled.spots[a].cell, self.settled.spots[b].cell);
            match rng.below(100) {
                0..30 => self.way(class::VILLAGE, &RURAL, from, to, None),
                30..42 => self.way(class::PATH, &ON_FOOT, from, to, None),
                _ => {}
            }
        }
    }

    fn hamlet_roads(&mut self) {
        let hamlets: Vec<usize> =
            self.settled.spots.iter().flat_map(|s| s.hamlets.iter().copied()).collect();
        for cell in hamlets {
            self.join(class::VILLAGE, &RURAL, cell, None);
        }
    }

    fn streets(&mut self) {
        let (grid, built) = (self.grid(), &self.settled.built);
        let street = self.road(class::STREET, None);
        for cell in (0..grid.cells()).filter(|c| built[*c]) {
            for (next, step) in grid.neighbours(cell) {
                if step < 2 && built[next] && self.plan.links.road(cell, step).is_none() {
                    self.plan.links.set(cell, step, Some(street));
                }
            }
        }
    }

    fn tracks(&mut self, rng: &mut Rng) {
        let grid = self.grid();
        let hills: Vec<usize> = (0..grid.cells())
            .filter(|c| self.settled.is_land(*c) && !self.relief.is_stream(*c))
            .filter(|c| self.relief.above_stream_m[*c] > 60.0 && self.relief.slope[*c] < 0.4)
            .collect();
        for _ in 0..self.settled.spots.len() {
            if !hills.is_empty() {
                self.join(class::TRACK, &ON_FOOT, *rng.pick(&hills), None);
            }
        }
    }
}
