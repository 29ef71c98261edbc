//! Puts a made-up place together: the ground first, then people, then what they set up.

use std::collections::BTreeMap;

use kernel::{Estimate, PlaceCode};

use crate::building::{self, Building};
use crate::frame::{Frame, town_code, village_code};
use crate::grid::{CELL_M2, Grid};
use crate::hamlet::{self, Layout};
use crate::hazard;
use crate::layers;
use crate::model::{County, Division, Figures, Name, Village};
use crate::names::Names;
use crate::network::{self, Built, structure};
use crate::outline;
use crate::people;
use crate::plan::{self, Plan};
use crate::relief::Relief;
use crate::rng::Rng;
use crate::settle::{self, NOBODY, Settled};
use crate::size::{Numbers, Size};
use crate::{enterprise, forces, posts, site};

/// The civil date that a made-up place describes.
pub(crate) const AS_OF_ON: &str = "2026-07-01";
/// The made-up province; an exercise's root stands for it. Source: house, decision 10.
pub(crate) const PROVINCE: PlaceCode = PlaceCode(990_000_000_000);
pub(crate) const PREFECTURE: PlaceCode = PlaceCode(990_100_000_000);
pub(crate) const COUNTY: PlaceCode = PlaceCode(990_102_000_000);

/// The ground and what stands on it, before anything has a row.
pub(crate) struct Ground {
    pub(crate) seed: u64,
    pub(crate) numbers: Numbers,
    pub(crate) grid: Grid,
    pub(crate) relief: Relief,
    pub(crate) settled: Settled,
    pub(crate) plan: Plan,
    pub(crate) built: Built,
    pub(crate) buildings: Vec<Building>,
    /// Bare names of townships and villages, by index.
    pub(crate) town_names: Vec<Name>,
    pub(crate) bare: Vec<Name>,
    /// Codes of townships and villages, by index.
    pub(crate) town_codes: Vec<PlaceCode>,
    pub(crate) codes: Vec<PlaceCode>,
}

impl Ground {
    /// The road node at a cell or near it, within about 700 m.
    pub(crate) fn road_node(&self, cell: usize) -> Option<u32> {
        let near = settle::by_distance(self.grid, cell, 6);
        near.into_iter().find_map(|c| self.built.node_of_cell.get(&c).copied())
    }

    /// The village that a cell lies in.
    pub(crate) fn village(&self, cell: usize) -> Option<usize> {
        let owner = self.settled.owner[cell];
        (owner != NOBODY).then_some(owner as usize)
    }

    /// The code of the village that a cell lies in; the county's outside.
    pub(crate) fn place(&self, cell: usize) -> PlaceCode {
        self.village(cell).map_or(COUNTY, |v| self.codes[v])
    }

    pub(crate) fn county(&self) -> PlaceCode {
        COUNTY
    }
}

/// A made-up village or county. The same seed and size give the same value and the same bytes.
///
/// # Examples
/// ```
/// let county = synth::generate(7, synth::Size::Village);
/// assert_eq!(county.figures.people, 9_600);
/// assert!(county.place.is_made_up());
/// ```
pub fn generate(seed: u64, size: Size) -> County {
    let mut names = Names::new(seed);
    let ground = ground(seed, size.numbers(), &mut names);
    let (mut villages, mut divisions) = divide(&ground, &mut names);
    let sites = site::sites(&ground, &villages, &mut names);
    let enterprises = enterprise::enterprises(&ground, &mut names);
    let frame = Frame::of(&ground);
    let forces = forces::forces(&frame, &sites, &mut names);
    let staff = posts::staff(&frame, &villages, &sites, &enterprises, &forces, &mut names);
    for (village, officer) in villages.iter_mut().zip(&staff.officers) {
        village.officer.clone_from(officer);
    }
    divisions.sort_by_key(|d| d.code);
    let mut county = County {
        seed,
        size: Some(size),
        as_of_on: AS_OF_ON.to_owned(),
        place: COUNTY,
        name: names.county(),
        divisions,
        villages,
        organisations: staff.organisations,
        posts: staff.posts,
        sites,
        items: forces.items,
        lots: forces.lots,
        teams: forces.teams,
        vehicles: forces.vehicles,
        enterprises,
        figures: Figures::default(),
        roads: ground.built.network.clone(),
        layers: Vec::new(),
    };
    county.layers = layers::layers(&ground, &county, &mut names);
    county.figures = figures(&ground, &county);
    county
}

fn ground(seed: u64, numbers: Numbers, names: &mut Names) -> Ground {
    let grid = numbers.grid;
    let relief = Relief::new(seed, grid);
    let settled = settle::settle(seed, &numbers, &relief);
    let plan = plan::plan(seed, &numbers, &relief, &settled);
    let layouts = layouts(seed, &relief, &settled);
    let built = network::build(&relief, &settled, &plan, &layouts);
    let buildings = building::buildings(seed, &relief, &settled, &layouts);
    let town_names: Vec<Name> = settled.towns.iter().map(|_| names.town()).collect();
    let (mut bare, mut codes) = (Vec::new(), Vec::new());
    let towns = settled.towns.len();
    let town_codes: Vec<PlaceCode> = (0..towns).map(|t| town_code(COUNTY, t, towns)).collect();
    let mut serial: BTreeMap<(usize, bool), u64> = BTreeMap::new();
    for spot in &settled.spots {
        let n = serial.entry((spot.township, spot.urban)).or_insert(0);
        *n += 1;
        bare.push(match (spot.urban, spot.township) {
            (true, 0) => names.community(*n as usize - 1),
            (true, t) => town_names[t].clone(),
            _ => names.place(),
        });
        codes.push(village_code(town_codes[spot.township], spot.urban, *n));
    }
    Ground {
        seed,
        numbers,
        grid,
        relief,
        settled,
        plan,
        built,
        buildings,
        town_names,
        bare,
        town_codes,
        codes,
    }
}

/// Streets and plots of every hamlet, with the cell of its middle.
fn layouts(seed: u64, relief: &Relief, settled: &Settled) -> Vec<(usize, Layout)> {
    let mut rng = Rng::of(seed, "layout");
    let mut layouts = Vec::new();
    for spot in settled.spots.iter().filter(|s| !s.urban) {
        let houses = building::houses_of_hamlets(spot.people, spot.hamlets.len());
        let mut short = 0;
        for (cell, houses) in spot.hamlets.iter().zip(houses) {
            let (x, y) = relief.grid.xy(*cell);
            let middle = (f64::from(x) + 0.5, f64::from(y) + 0.5);
            // What one hamlet's ground does not hold is built in the next.
            let wanted = houses as usize + short;
            let layout = hamlet::hamlet(relief, middle, wanted, &mut rng);
            short = wanted - layout.plots.len();
            layouts.push((*cell, layout));
        }
    }
    layouts
}

fn divide(ground: &Ground, names: &mut Names) -> (Vec<Village>, Vec<Division>) {
    let (grid, settled) = (ground.grid, &ground.settled);
    let mut rng = Rng::of(ground.seed, "people");
    let mut cells: Vec<Vec<usize>> = vec![Vec::new(); settled.spots.len()];
    for cell in 0..grid.cells() {
        if let Some(village) = ground.village(cell) {
            cells[village].push(cell);
        }
    }
    let mut houses = vec![(0i32, 0i64); settled.spots.len()];
    for building in &ground.buildings {
        houses[building.village].0 += 1;
        if hazard::flood_depth_m(&ground.relief, building.cell, 20) > 0.0 {
            houses[building.village].1 += i64::from(building.people_night);
        }
    }
    let (mut villages, mut divisions) = (Vec::new(), upper(ground, names));
    for (i, spot) in settled.spots.iter().enumerate() {
        let pattern = if spot.urban { "community" } else { "village" };
        let name = names.by(pattern, &[&ground.bare[i]]);
        let township = ground.town_codes[spot.township];
        let people = people::people(spot.people, spot.urban, &mut rng);
        let per_household = i64::from(rng.range(27, 34));
        divisions.push(Division {
            code: ground.codes[i],
            parent: Some(township),
            level: 5,
            kind: pattern,
            name: name.clone(),
            centre: grid.centre(spot.cell),
            boundary: boundary(grid, &cells[i]),
            area_m2: cells[i].len() as i64 * CELL_M2,
        });
        villages.push(Village {
            code: ground.codes[i],
            township,
            name,
            is_community: spot.urban,
            centre: grid.centre(spot.cell),
            households: Some((people.total() * 10 / per_household) as i32),
            estimate: counted(people.total()),
            people: Some(people),
            buildings: houses[i].0,
            road_node: ground.built.node_of_cell.get(&spot.cell).copied(),
            flood_20_years_people: Some(houses[i].1),
            officer: String::new(),
        });
    }
    for (t, town) in settled.towns.iter().enumerate() {
        let own: Vec<usize> = (0..settled.spots.len())
            .filter(|i| settled.spots[*i].township == t)
            .flat_map(|i| cells[i].iter().copied())
            .collect();
        let is_town = ground.town_codes[t].0 % 1_000_000 < 200_000;
        let kind = if is_town { "town" } else { "township" };
        divisions.push(Division {
            code: ground.town_codes[t],
            parent: Some(COUNTY),
            level: 4,
            kind,
            name: names.by(kind, &[&ground.town_names[t]]),
            centre: grid.centre(*town),
            boundary: boundary(grid, &own),
            area_m2: own.len() as i64 * CELL_M2,
        });
    }
    (villages, divisions)
}

/// The county and the units above it.
fn upper(ground: &Ground, names: &Names) -> Vec<Division> {
    let (grid, settled) = (ground.grid, &ground.settled);
    let land: Vec<usize> = (0..grid.cells()).filter(|c| settled.is_land(*c)).collect();
    let centre = grid.centre(settled.towns[0]);
    let unit = |code, parent, level, name, cells: &[usize]| Division {
        code,
        parent,
        level,
        kind: "administrative_area",
        name,
        centre,
        boundary: boundary(grid, cells),
        area_m2: cells.len() as i64 * CELL_M2,
    };
    vec![
        unit(PROVINCE, None, 1, names.province(), &[]),
        unit(PREFECTURE, Some(PROVINCE), 2, names.prefecture(), &[]),
        unit(COUNTY, Some(PREFECTURE), 3, names.county(), &land),
    ]
}

fn boundary(grid: Grid, cells: &[usize]) -> Vec<i32> {
    let mut inside = vec![false; if cells.is_empty() { 0 } else { grid.cells() }];
    cells.iter().for_each(|c| inside[*c] = true);
    outline::area(grid, &outline::outlines(grid, cells, |c| inside[c]))
}

/// People who are away or visiting: what a count may be off by on a given day.
fn counted(total: i64) -> Estimate {
    Estimate { low: total - total * 8 / 100, mid: total, high: total + total * 5 / 100 }
}

/// All people of some villages.
pub(crate) fn whole(villages: &[Village]) -> Estimate {
    villages.iter().fold(Estimate::exact(0), |sum, v| sum.plus(v.estimate))
}

fn figures(ground: &Ground, county: &County) -> Figures {
    let segments = &county.roads.segments;
    let people = whole(&county.villages);
    let carried = |what| segments.iter().filter(|s| s.structure == what).count();
    Figures {
        people: people.mid,
        people_low: people.low,
        people_high: people.high,
        townships: ground.settled.towns.len(),
        villages: county.villages.len(),
        buildings: ground.buildings.len(),
        road_segments: segments.len(),
        road_arcs: segments.len() * 2,
        road_km: segments.iter().map(|s| s.length_mm).sum::<i64>() / 1_000_000,
        bridges: carried(structure::BRIDGE),
        tunnels: carried(structure::TUNNEL),
        area_km2: county.division(COUNTY).map_or(0, |d| d.area_m2 / 1_000_000),
        sites: county.sites.len(),
        enterprises: county.enterprises.len(),
        open_dangers: county.enterprises.iter().map(|e| e.dangers.len()).sum(),
        teams: county.teams.len(),
        lots: county.lots.len(),
        posts: county.posts.len(),
        flood_20_years_people: county.villages.iter().map(|v| v.flood_20_years_people).sum(),
    }
}
