//! Rivers and streams as reaches, and reservoirs behind dams.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Name;
use crate::names::Names;
use crate::network::river_width_m;
use crate::outline;
use crate::paths::Links;
use crate::relief::{RIVER_CELLS, Relief, STREAM_CELLS};
use crate::settle::Settled;

/// A reach from a source or confluence to the next confluence.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    /// Cells, downstream.
    pub(crate) cells: Vec<usize>,
    pub(crate) stream_order: i32,
    pub(crate) width_m: i32,
    pub(crate) catchment_km2: i32,
    pub(crate) is_river: bool,
    pub(crate) name: Option<Name>,
}

/// A reservoir.
#[derive(Clone, Debug)]
pub(crate) struct Lake {
    pub(crate) cells: Vec<usize>,
    pub(crate) name: Name,
}

/// All reaches whose beginning lies where `shown` holds, largest catchment first.
pub(crate) fn reaches(relief: &Relief, shown: &[bool], names: &mut Names) -> Vec<Reach> {
    let grid = relief.grid;
    let wet: Vec<usize> = (0..grid.cells()).filter(|c| relief.is_stream(*c) && shown[*c]).collect();
    let mut feeders = vec![0u8; grid.cells()];
    let down = |c: usize| relief.drainage.receiver[c] as usize;
    for cell in &wet {
        if down(*cell) != *cell {
            feeders[down(*cell)] += 1;
        }
    }
    let orders = strahler(relief, &wet);
    let mut found = Vec::new();
    for start in wet.iter().copied().filter(|c| feeders[*c] != 1) {
        let mut cells = vec![start];
        let mut cell = start;
        while down(cell) != cell && shown[down(cell)] {
            cell = down(cell);
            cells.push(cell);
            if feeders[cell] != 1 {
                break;
            }
        }
        if cells.len() < 2 {
            continue;
        }
        // The end of a reach belongs to the next one: its size is that of the cell before.
        let last = cells[cells.len() - 2];
        let catchment = relief.drainage.catchment[last];
        found.push(Reach {
            stream_order: orders[&last],
            width_m: river_width_m(catchment) as i32,
            catchment_km2: (f64::from(catchment) * 0.0121) as i32,
            is_river: catchment >= RIVER_CELLS,
            name: None,
            cells,
        });
    }
    found.sort_by_key(|r| (std::cmp::Reverse(r.catchment_km2), r.cells[0]));
    give_names(&mut found, names);
    found
}

fn strahler(relief: &Relief, wet: &[usize]) -> BTreeMap<usize, i32> {
    let is_wet: BTreeSet<usize> = wet.iter().copied().collect();
    let mut best: BTreeMap<usize, (i32, u8)> = BTreeMap::new();
    let mut orders = BTreeMap::new();
    for cell in relief.drainage.order.iter().rev().map(|c| *c as usize) {
        if !is_wet.contains(&cell) {
            continue;
        }
        let order = match best.get(&cell) {
            None => 1,
            Some((highest, 1)) => *highest,
            Some((highest, _)) => highest + 1,
        };
        orders.insert(cell, order);
        let to = relief.drainage.receiver[cell] as usize;
        let entry = best.entry(to).or_insert((0, 0));
        match order.cmp(&entry.0) {
            std::cmp::Ordering::Greater => *entry = (order, 1),
            std::cmp::Ordering::Equal => entry.1 = entry.1.saturating_add(1),
            std::cmp::Ordering::Less => {}
        }
    }
    orders
}

/// A reach carries on the name of the reach it flows into, unless a larger one did already.
fn give_names(reaches: &mut [Reach], names: &mut Names) {
    let mut by_start: BTreeMap<usize, usize> = BTreeMap::new();
    for (i, reach) in reaches.iter().enumerate() {
        by_start.insert(reach.cells[0], i);
    }
    let mut carried: BTreeSet<usize> = BTreeSet::new();
    for i in 0..reaches.len() {
        if !reaches[i].is_river {
            continue;
        }
        let end = reaches[i].cells[reaches[i].cells.len() - 1];
        let next = by_start.get(&end).copied().filter(|n| reaches[*n].name.is_some());
        reaches[i].name = match next {
            Some(next) if carried.insert(next) => reaches[next].name.clone(),
            _ => names.river(),
        };
    }
}

/// Reservoirs: valleys that a dam would fill without drowning a road or a house.
pub(crate) fn lakes(
    relief: &Relief,
    settled: &Settled,
    links: &Links,
    wanted: usize,
    names: &mut Names,
) -> Vec<Lake> {
    let grid = relief.grid;
    let mut upstream: Vec<Vec<u32>> = vec![Vec::new(); grid.cells()];
    for cell in 0..grid.cells() {
        let to = relief.drainage.receiver[cell] as usize;
        if to != cell {
            upstream[to].push(cell as u32);
        }
    }
    let mut lakes: Vec<Lake> = Vec::new();
    let dams = (0..grid.cells()).filter(|c| {
        let catchment = relief.drainage.catchment[*c];
        (2 * STREAM_CELLS..RIVER_CELLS).contains(&catchment) && settled.is_land(*c)
    });
    for dam in dams {
        if lakes.len() >= wanted {
            break;
        }
        if lakes.iter().any(|l| grid.apart2(l.cells[0], dam) < 60 * 60) {
            continue;
        }
        let level = relief.height_m[dam] + 16.0;
        let (mut cells, mut next) = (vec![dam], 0);
        while next < cells.len() && cells.len() < 400 {
            for cell in &upstream[cells[next]] {
                if relief.height_m[*cell as usize] <= level {
                    cells.push(*cell as usize);
                }
            }
            next += 1;
        }
        let free = |c: &usize| settled.is_land(*c) && !links.any(*c) && !settled.built[*c];
        if (25..260).contains(&cells.len()) && cells.iter().all(free) {
            let bare = names.place();
            let name = names.by("lake", &[&bare]);
            // Where water touches only at a corner the outline would fall apart.
            let inside: BTreeSet<usize> = cells.iter().copied().collect();
            let groups = outline::groups(grid, |c| inside.contains(&c));
            if let Some(cells) = groups.into_iter().max_by_key(Vec::len) {
                lakes.push(Lake { cells, name });
            }
        }
    }
    lakes
}
