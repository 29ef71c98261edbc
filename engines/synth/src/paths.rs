//! Roads as people lay them: the cheapest way over the ground, along roads that are there already.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::grid::{CELL_M, Grid, STEPS, step_length};
use crate::relief::Relief;

/// The step back.
pub(crate) fn back(step: usize) -> usize {
    if step < 4 { (step + 2) % 4 } else { 4 + (step - 2) % 4 }
}

/// Which road, if any, leads from each cell in each of the eight directions.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    grid: Grid,
    road: Vec<[u16; 8]>,
    /// Roads below this index are expressways: other roads cross them and do not run along them.
    expressways: u16,
}

impl Links {
    pub(crate) fn new(grid: Grid) -> Self {
        Links { grid, road: vec![[0; 8]; grid.cells()], expressways: 0 }
    }

    /// The road of a link, as an index.
    pub(crate) fn road(&self, cell: usize, step: usize) -> Option<usize> {
        match self.road[cell][step] {
            0 => None,
            road => Some(road as usize - 1),
        }
    }

    pub(crate) fn set(&mut self, cell: usize, step: usize, road: Option<usize>) {
        let (x, y) = self.grid.xy(cell);
        let (dx, dy) = STEPS[step];
        let Some(next) = self.grid.at(x + dx, y + dy) else { return };
        let value = road.map_or(0, |r| r as u16 + 1);
        self.road[cell][step] = value;
        self.road[next][back(step)] = value;
    }

    pub(crate) fn any(&self, cell: usize) -> bool {
        self.road[cell].iter().any(|r| *r != 0)
    }

    /// Whether a road that anybody may join leads to the cell.
    pub(crate) fn any_to_join(&self, cell: usize) -> bool {
        self.road[cell].iter().any(|r| *r > self.expressways)
    }

    /// Says that all roads so far, below this index, are expressways.
    pub(crate) fn set_expressways(&mut self, roads: usize) {
        self.expressways = roads as u16;
    }

    pub(crate) fn steps(&self, cell: usize) -> impl Iterator<Item = usize> + '_ {
        (0..8).filter(move |step| self.road[cell][*step] != 0)
    }

    /// Whether a diagonal step would cross another road without meeting it.
    fn crosses(&self, cell: usize, step: usize) -> bool {
        if step < 4 {
            return false;
        }
        let ((x, y), (dx, dy)) = (self.grid.xy(cell), STEPS[step]);
        let Some(beside) = self.grid.at(x + dx, y) else { return true };
        let other = STEPS.iter().position(|s| *s == (-dx, dy)).unwrap_or(0);
        self.road[beside][other] != 0
    }
}

/// How a road is laid.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Gradient that is still easy, metres a metre.
    pub(crate) easy: f64,
    /// The most that a steep step costs, as a multiple of its length.
    pub(crate) cap: f64,
    /// What a step along a road already there costs, in hundredths of its length.
    pub(crate) reuse_percent: u32,
    /// What crossing a stream and a river costs, metres of road.
    pub(crate) stream_m: u32,
    pub(crate) river_m: u32,
}

/// Finds ways on the grid; keeps its tables between searches.
pub(crate) struct Finder {
    cost: Vec<u32>,
    came: Vec<u8>,
    stamp: Vec<u32>,
    now: u32,
}

impl Finder {
    pub(crate) fn new(grid: Grid) -> Self {
        let cells = grid.cells();
        Finder { cost: vec![0; cells], came: vec![0; cells], stamp: vec![0; cells], now: 0 }
    }

    /// The cheapest way from `from` to the first cell where `goal` holds, as cells with both ends.
    /// `allowed` bounds the search.
    pub(crate) fn find(
        &mut self,
        relief: &Relief,
        links: &Links,
        style: &Style,
        from: usize,
        allowed: impl Fn(usize) -> bool,
        goal: impl Fn(usize) -> bool,
    ) -> Option<Vec<usize>> {
        let grid = relief.grid;
        self.now += 1;
        let now = self.now;
        let mut heap = BinaryHeap::new();
        self.stamp[from] = now;
        self.cost[from] = 0;
        self.came[from] = u8::MAX;
        heap.push(Reverse((0u32, from)));
        while let Some(Reverse((cost, cell))) = heap.pop() {
            if cost > self.cost[cell] {
                continue;
            }
            if goal(cell) {
                return Some(self.way(grid, cell));
            }
            for (next, step) in grid.neighbours(cell) {
                if !allowed(next) {
                    continue;
                }
                let Some(more) = step_cost(relief, links, style, cell, next, step) else {
                    continue;
                };
                let total = cost.saturating_add(more);
                if self.stamp[next] != now || total < self.cost[next] {
                    self.stamp[next] = now;
                    self.cost[next] = total;
                    self.came[next] = step as u8;
                    heap.push(Reverse((total, next)));
                }
            }
        }
        None
    }

    fn way(&self, grid: Grid, end: usize) -> Vec<usize> {
        let (mut way, mut cell) = (vec![end], end);
        while self.came[cell] != u8::MAX {
            let ((x, y), (dx, dy)) = (grid.xy(cell), STEPS[self.came[cell] as usize]);
            match grid.at(x - dx, y - dy) {
                Some(before) => cell = before,
                None => break,
            }
            way.push(cell);
        }
        way.reverse();
        way
    }
}

/// What one step costs in decimetres of easy road; `None` where no road can lead.
fn step_cost(
    relief: &Relief,
    links: &Links,
    style: &Style,
    cell: usize,
    next: usize,
    step: usize,
) -> Option<u32> {
    let length = CELL_M * step_length(step);
    if let Some(road) = links.road(cell, step) {
        if road < usize::from(links.expressways) {
            return None;
        }
        return Some((length * 10.0) as u32 * style.reuse_percent / 100);
    }
    if links.crosses(cell, step) {
        return None;
    }
    let (here_wet, next_wet) = (relief.is_stream(cell), relief.is_stream(next));
    if step >= 4 {
        let ((x, y), (dx, dy)) = (relief.grid.xy(cell), STEPS[step]);
        let sides = [relief.grid.at(x + dx, y)?, relief.grid.at(x, y + dy)?];
        // Between two wet cells that touch at a corner a road would cross without a bridge.
        if sides.iter().all(|s| relief.is_stream(*s)) {
            return None;
        }
    }
    let grade = (relief.height_m[next] - relief.height_m[cell]).abs() / length;
    let steep = grade / style.easy;
    let mut cost = length * (1.0 + (steep * steep).min(style.cap));
    if next_wet {
        cost += f64::from(if relief.is_river(next) { style.river_m } else { style.stream_m });
        if here_wet {
            cost += length * 12.0;
        }
    } else if relief.above_stream_m[next] < 2.0 {
        cost *= 1.3;
    }
    Some((cost * 10.0) as u32)
}
