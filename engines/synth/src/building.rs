//! Buildings: what they are built of, how high and how old, and who is in them.

use crate::grid::{CELL_M, Grid};
use crate::hamlet::{self, Layout, Plot};
use crate::relief::Relief;
use crate::rng::Rng;
use crate::settle::{Settled, share};

/// A building on its way into the dataset.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Building {
    pub(crate) plot: Plot,
    pub(crate) cell: usize,
    pub(crate) village: usize,
    pub(crate) usage: Usage,
    pub(crate) structure: Structure,
    pub(crate) storeys: i32,
    pub(crate) built_year: i32,
    /// Front and depth, metres.
    pub(crate) size_m: (f64, f64),
    pub(crate) people_night: i32,
    pub(crate) people_day: i32,
}

/// What a building is used for, numbered as in the dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Usage {
    Dwelling = 1,
    Apartments = 2,
    Commerce = 3,
    Industry = 4,
    Government = 7,
    Farm = 8,
    Other = 9,
}

/// What a building is built of, numbered as in the dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Structure {
    Earth = 1,
    Wood = 2,
    BrickWood = 3,
    BrickConcrete = 4,
    ReinforcedConcrete = 5,
    Steel = 6,
}

const STRUCTURES: [Structure; 6] = [
    Structure::Earth,
    Structure::Wood,
    Structure::BrickWood,
    Structure::BrickConcrete,
    Structure::ReinforcedConcrete,
    Structure::Steel,
];

/// Houses of a village for each thousand people: dwellings and what stands beside them.
const HOUSES_PERMILLE: i64 = 660;

/// How many houses each hamlet of a village gets.
pub(crate) fn houses_of_hamlets(people: i64, hamlets: usize) -> Vec<i64> {
    // The middle of a village is its largest part.
    let weights: Vec<i64> = (0..hamlets).map(|i| if i == 0 { 5 } else { 3 }).collect();
    share(people * HOUSES_PERMILLE / 1000, &weights)
}

/// All buildings, village by village, with every person of a village in one of them at night.
pub(crate) fn buildings(
    seed: u64,
    relief: &Relief,
    settled: &Settled,
    layouts: &[(usize, Layout)],
) -> Vec<Building> {
    let mut rng = Rng::of(seed, "building");
    let mut plots: Vec<Vec<Plot>> = vec![Vec::new(); settled.spots.len()];
    for (cell, layout) in layouts {
        let village = settled.owner[*cell] as usize;
        if let Some(own) = plots.get_mut(village) {
            own.extend_from_slice(&layout.plots);
        }
    }
    town_plots(relief, settled, &mut plots, &mut rng);
    let mut all = Vec::new();
    for (village, plots) in plots.iter().enumerate() {
        let first = all.len();
        let urban = settled.spots[village].urban;
        for plot in plots {
            let Some(cell) = relief.grid.at(plot.x as i32, plot.y as i32) else { continue };
            all.push(make(*plot, cell, village, urban, &mut rng));
        }
        house(&mut all[first..], settled.spots[village].people);
    }
    all
}

/// Plots in the blocks of towns; as many as the town's people need, nearest blocks first.
fn town_plots(relief: &Relief, settled: &Settled, plots: &mut [Vec<Plot>], rng: &mut Rng) {
    let grid = relief.grid;
    let mut blocks: Vec<Vec<usize>> = vec![Vec::new(); plots.len()];
    for cell in (0..grid.cells()).filter(|c| settled.built[*c]) {
        if block_is_whole(grid, settled, cell) {
            blocks[settled.owner[cell] as usize].push(cell);
        }
    }
    for (village, cells) in blocks.iter_mut().enumerate() {
        let centre = settled.spots[village].cell;
        cells.sort_by_key(|c| (grid.apart2(centre, *c), *c));
        let mut left = settled.spots[village].people * 250 / 1000;
        for cell in cells.iter() {
            let (x, y) = grid.xy(*cell);
            for plot in hamlet::block(x, y, rng) {
                if left > 0 && !rng.chance(60) {
                    plots[village].push(plot);
                    left -= 1;
                }
            }
        }
    }
}

fn block_is_whole(grid: Grid, settled: &Settled, cell: usize) -> bool {
    let (x, y) = grid.xy(cell);
    [(1, 0), (0, 1), (1, 1)]
        .iter()
        .all(|(dx, dy)| grid.at(x + dx, y + dy).is_some_and(|c| settled.built[c]))
}

fn make(plot: Plot, cell: usize, village: usize, urban: bool, rng: &mut Rng) -> Building {
    let usage = usage(urban, rng);
    let built_year = match rng.below(100) {
        0..6 => rng.range(1952, 1979),
        6..24 => rng.range(1980, 1994),
        24..58 => rng.range(1995, 2009),
        _ => rng.range(2010, 2025),
    };
    let structure = structure(usage, built_year, rng);
    let storeys = match usage {
        Usage::Apartments => rng.range(5, 11),
        Usage::Dwelling if built_year >= 1995 => rng.range(2, 3),
        Usage::Dwelling => rng.range(1, 2),
        Usage::Commerce | Usage::Government => rng.range(2, 5),
        _ => 1,
    };
    let storeys = if structure == Structure::Earth { storeys.min(2) } else { storeys };
    let size_m = match usage {
        Usage::Apartments => (f64::from(rng.range(150, 170)) / 10.0, 12.5),
        Usage::Farm | Usage::Other => {
            (f64::from(rng.range(50, 80)) / 10.0, f64::from(rng.range(40, 60)) / 10.0)
        }
        _ => (f64::from(rng.range(95, 140)) / 10.0, f64::from(rng.range(80, 110)) / 10.0),
    };
    Building {
        plot,
        cell,
        village,
        usage,
        structure,
        storeys,
        built_year,
        size_m,
        people_night: 0,
        people_day: 0,
    }
}

fn usage(urban: bool, rng: &mut Rng) -> Usage {
    match (urban, rng.below(100)) {
        (true, 0..22) => Usage::Apartments,
        (true, 22..66) => Usage::Dwelling,
        (true, 66..86) => Usage::Commerce,
        (true, 86..92) => Usage::Industry,
        (true, 92..95) => Usage::Government,
        (true, _) => Usage::Other,
        (false, 0..58) => Usage::Dwelling,
        (false, 58..90) => Usage::Farm,
        (false, 90..93) => Usage::Commerce,
        (false, 93..94) => Usage::Government,
        (false, _) => Usage::Other,
    }
}

fn structure(usage: Usage, built_year: i32, rng: &mut Rng) -> Structure {
    let weights: [u32; 6] = match (usage, built_year) {
        (Usage::Apartments, _) => [0, 0, 0, 25, 75, 0],
        (Usage::Industry, _) => [0, 0, 5, 30, 25, 40],
        (Usage::Farm | Usage::Other, _) => [22, 18, 38, 20, 0, 2],
        (_, ..1980) => [46, 30, 22, 2, 0, 0],
        (_, 1980..1995) => [14, 14, 48, 24, 0, 0],
        (_, 1995..2010) => [1, 3, 20, 68, 8, 0],
        _ => [0, 1, 4, 60, 35, 0],
    };
    STRUCTURES[rng.weighted(&weights)]
}

/// Puts a village's people into its dwellings, whole people and all of them.
fn house(buildings: &mut [Building], people: i64) {
    let weight = |b: &Building| match b.usage {
        Usage::Apartments => 18 + 3 * i64::from(b.storeys),
        Usage::Dwelling => 2 + i64::from(b.storeys),
        _ => 0,
    };
    let weights: Vec<i64> = buildings.iter().map(weight).collect();
    for (building, people) in buildings.iter_mut().zip(share(people, &weights)) {
        building.people_night = people as i32;
        building.people_day = match building.usage {
            Usage::Apartments | Usage::Dwelling => (people * 45 / 100) as i32,
            Usage::Commerce => 3 * building.storeys,
            Usage::Industry => 24,
            Usage::Government => 8 * building.storeys,
            Usage::Farm | Usage::Other => 0,
        };
    }
}

impl Building {
    /// The outline as a closed ring.
    pub(crate) fn footprint(&self, grid: Grid) -> [i32; 10] {
        let ((cos, sin), (front, depth)) = (self.plot.along, self.size_m);
        let (a, b) = (front / 2.0 / CELL_M, depth / 2.0 / CELL_M);
        let mut ring = [0; 10];
        let corners = [(-a, -b), (a, -b), (a, b), (-a, b), (-a, -b)];
        for (i, (u, v)) in corners.into_iter().enumerate() {
            let at =
                grid.position(self.plot.x + u * cos - v * sin, self.plot.y + u * sin + v * cos);
            ring[2 * i] = at.lon_e7;
            ring[2 * i + 1] = at.lat_e7;
        }
        ring
    }

    pub(crate) fn floor_area_m2(&self) -> i32 {
        (self.size_m.0 * self.size_m.1) as i32 * self.storeys
    }
}
