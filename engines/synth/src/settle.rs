//! Where people would live: towns where valleys meet, villages on dry, gentle ground near water;
//! and which ground belongs to which.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::grid::{CELL_M, Grid, step_length};
use crate::relief::{Relief, layered};
use crate::rng::{Rng, mix};
use crate::size::Numbers;

/// No village: ground outside the county.
pub(crate) const NOBODY: u16 = u16::MAX;

/// A village or community.
#[derive(Clone, Debug)]
pub(crate) struct Spot {
    /// Where its centre lies.
    pub(crate) cell: usize,
    /// The township it belongs to.
    pub(crate) township: usize,
    /// A community of a town rather than a village.
    pub(crate) urban: bool,
    /// People who live there.
    pub(crate) people: i64,
    /// The parts it lies in: cells of the middles of its hamlets, its own first.
    pub(crate) hamlets: Vec<usize>,
}

/// Townships, villages and their ground.
#[derive(Clone, Debug)]
pub(crate) struct Settled {
    /// The cell of each township's seat; the county's is 0.
    pub(crate) towns: Vec<usize>,
    /// Villages and communities, ordered by township.
    pub(crate) spots: Vec<Spot>,
    /// The village that each cell belongs to, or [`NOBODY`].
    pub(crate) owner: Vec<u16>,
    /// Built-up cells of towns.
    pub(crate) built: Vec<bool>,
}

impl Settled {
    pub(crate) fn is_land(&self, cell: usize) -> bool {
        self.owner[cell] != NOBODY
    }
}

pub(crate) fn settle(seed: u64, numbers: &Numbers, relief: &Relief) -> Settled {
    let grid = relief.grid;
    let land = land(seed, grid, numbers.land_permille);
    let liking: Vec<f64> =
        (0..grid.cells()).map(|c| if land[c] { liking(seed, relief, c) } else { 0.0 }).collect();
    let mut rng = Rng::of(seed, "settle");
    let towns = towns(numbers, relief, &land, &liking);
    let mut cells: Vec<(usize, bool)> = Vec::new();
    for (i, town) in towns.iter().enumerate() {
        let count = if i == 0 { numbers.seat_communities } else { 1 };
        cells.extend(communities(relief, &land, *town, count).into_iter().map(|c| (c, true)));
    }
    villages(numbers, relief, &liking, &mut cells, &mut rng);
    let owner = owners(relief, &land, &cells);
    let township = townships(grid, &owner, &cells, &towns);
    let mut order: Vec<usize> = (0..cells.len()).collect();
    order.sort_by_key(|i| (township[*i], !cells[*i].1, *i));
    let mut place = vec![0u16; cells.len()];
    for (new, old) in order.iter().enumerate() {
        place[*old] = new as u16;
    }
    let owner: Vec<u16> =
        owner.iter().map(|o| if *o == NOBODY { NOBODY } else { place[*o as usize] }).collect();
    let mut spots: Vec<Spot> = order
        .iter()
        .map(|i| Spot {
            cell: cells[*i].0,
            township: township[*i],
            urban: cells[*i].1,
            people: 0,
            hamlets: vec![cells[*i].0],
        })
        .collect();
    share_people(numbers, &mut spots, &mut rng);
    let built = build_towns(relief, &towns, &spots, &owner);
    hamlets(relief, &liking, &owner, &built, &mut spots);
    Settled { towns, spots, owner, built }
}

/// The county's ground: a rounded shape with a ragged border.
fn land(seed: u64, grid: Grid, permille: u32) -> Vec<bool> {
    let own = mix(seed ^ 0x2f);
    let (w, h) = (grid.width as f64, grid.height as f64);
    let far = |cell: usize| {
        let (x, y) = grid.xy(cell);
        let (fx, fy) = (f64::from(x) / w * 2.0 - 1.0, f64::from(y) / h * 2.0 - 1.0);
        let ragged = layered(own, f64::from(x) / w * 4.6, f64::from(y) / h * 4.6, 5);
        let square = fx * fx * fx * fx + fy * fy * fy * fy;
        0.6 * square + 0.8 * (fx * fx + fy * fy) + 1.15 * ragged
    };
    let values: Vec<f64> = (0..grid.cells()).map(far).collect();
    let mut sorted: Vec<i64> = values.iter().map(|v| (v * 1e6) as i64).collect();
    sorted.sort_unstable();
    let limit = sorted[sorted.len() * permille as usize / 1000] as f64 / 1e6;
    let inside = |c: usize| {
        let (x, y) = grid.xy(c);
        let margin =
            x < 4 || y < 4 || x as usize + 4 >= grid.width || y as usize + 4 >= grid.height;
        values[c] <= limit && !margin
    };
    let groups = crate::outline::groups(grid, inside);
    let mut land = vec![false; grid.cells()];
    if let Some(largest) = groups.iter().max_by_key(|g| g.len()) {
        largest.iter().for_each(|c| land[*c] = true);
    }
    land
}

/// How gladly people would live in a cell, 0 or more.
fn liking(seed: u64, relief: &Relief, cell: usize) -> f64 {
    let (slope, above) = (relief.slope[cell], relief.above_stream_m[cell]);
    if relief.is_stream(cell) || slope > 0.32 {
        return 0.0;
    }
    let gentle = (0.32 - slope) / 0.32;
    let dry = if above < 3.0 {
        0.25
    } else if above < 70.0 {
        1.0
    } else {
        70.0 / above
    };
    let (x, y) = relief.grid.xy(cell);
    let chance = 0.8 + 0.8 * layered(mix(seed ^ 0x77), f64::from(x) / 30.0, f64::from(y) / 30.0, 3);
    let low = 1.0 / (1.0 + relief.height_m[cell] / 900.0);
    let water = f64::from(relief.drainage.catchment[relief.stream_of[cell] as usize]);
    gentle * gentle * dry * low * chance.max(0.15) * (1.0 + water.sqrt() / 90.0)
}

fn around(grid: Grid, cell: usize, radius: i32) -> impl Iterator<Item = usize> {
    let (x, y) = grid.xy(cell);
    (-radius..=radius).flat_map(move |dy| {
        (-radius..=radius)
            .filter(move |dx| dx * dx + dy * dy <= radius * radius)
            .filter_map(move |dx| grid.at(x + dx, y + dy))
    })
}

/// Room for a town: the liking of all ground around.
fn room(relief: &Relief, liking: &[f64], cell: usize, radius: i32) -> f64 {
    around(relief.grid, cell, radius).map(|c| liking[c]).sum()
}

fn towns(numbers: &Numbers, relief: &Relief, land: &[bool], liking: &[f64]) -> Vec<usize> {
    let grid = relief.grid;
    let candidates: Vec<usize> = (0..grid.cells())
        .filter(|c| land[*c] && liking[*c] > 0.0)
        .filter(|c| grid.xy(*c).0 % 3 == 0 && grid.xy(*c).1 % 3 == 0)
        .collect();
    let (cx, cy) = (grid.width as f64 / 2.0, grid.height as f64 / 2.0);
    let score = |c: &usize| {
        let (x, y) = grid.xy(*c);
        let off = ((f64::from(x) - cx) / cx).abs() + ((f64::from(y) - cy) / cy).abs();
        let river = f64::from(relief.drainage.catchment[relief.stream_of[*c] as usize]).sqrt();
        (room(relief, liking, *c, 8) * (1.0 + river / 60.0) / (1.0 + off)) * 1000.0
    };
    let mut towns: Vec<usize> = Vec::new();
    towns.extend(candidates.iter().copied().max_by_key(|c| (score(c) as i64, Reverse(*c))));
    let rooms: Vec<f64> = candidates.iter().map(|c| room(relief, liking, *c, 5)).collect();
    // Each further town: as far as may be from those there are, and with room to grow.
    while towns.len() < numbers.townships && towns.len() < candidates.len() {
        let value = |i: usize| {
            let near = towns.iter().map(|t| grid.apart2(*t, candidates[i])).min().unwrap_or(0);
            let border = around(grid, candidates[i], 14).filter(|c| !land[*c]).count() as f64;
            let reach = (near as f64).sqrt().min(130.0);
            (reach * reach * (2.0 + rooms[i]) / (1.0 + border / 60.0)) as i64
        };
        let best = (0..candidates.len()).max_by_key(|i| (value(*i), Reverse(*i))).unwrap_or(0);
        towns.push(candidates[best]);
    }
    towns
}

/// Middles of the communities of a town: the town's own and others in rings around it.
fn communities(relief: &Relief, land: &[bool], town: usize, count: usize) -> Vec<usize> {
    let grid = relief.grid;
    let mut found = vec![town];
    for cell in by_distance(grid, town, 40) {
        if found.len() >= count {
            break;
        }
        let open = land[cell] && !relief.is_stream(cell) && relief.slope[cell] < 0.25;
        if open && found.iter().all(|f| grid.apart2(*f, cell) >= 49) {
            found.push(cell);
        }
    }
    found
}

/// Cells around one, nearest first.
pub(crate) fn by_distance(grid: Grid, cell: usize, radius: i32) -> Vec<usize> {
    let mut cells: Vec<usize> = around(grid, cell, radius).collect();
    cells.sort_by_key(|c| (grid.apart2(cell, *c), *c));
    cells
}

fn villages(
    numbers: &Numbers,
    relief: &Relief,
    liking: &[f64],
    cells: &mut Vec<(usize, bool)>,
    rng: &mut Rng,
) {
    let grid = relief.grid;
    let mut ranked: Vec<(i64, usize)> = (0..grid.cells())
        .filter(|c| liking[*c] > 0.02)
        .map(|c| ((liking[c] * (0.5 + rng.unit()) * 1e6) as i64, c))
        .collect();
    ranked.sort_unstable_by(|a, b| b.cmp(a));
    let mut apart = 26i64;
    // Villages keep their distance; it shrinks until there are enough of them.
    while cells.len() < numbers.villages && apart > 3 {
        for (_, cell) in &ranked {
            if cells.len() >= numbers.villages {
                break;
            }
            if cells.iter().all(|(c, _)| grid.apart2(*c, *cell) >= apart * apart) {
                cells.push((*cell, false));
            }
        }
        apart -= 2;
    }
}

/// Each cell goes to the village from which it is reached most easily.
fn owners(relief: &Relief, land: &[bool], cells: &[(usize, bool)]) -> Vec<u16> {
    let grid = relief.grid;
    let mut owner = vec![NOBODY; grid.cells()];
    let mut best = vec![u64::MAX; grid.cells()];
    let mut heap = BinaryHeap::new();
    for (i, (cell, _)) in cells.iter().enumerate() {
        best[*cell] = 0;
        heap.push(Reverse((0u64, i as u16, *cell)));
    }
    while let Some(Reverse((cost, village, cell))) = heap.pop() {
        if owner[cell] != NOBODY {
            continue;
        }
        owner[cell] = village;
        for (next, step) in grid.neighbours(cell) {
            if !land[next] || owner[next] != NOBODY {
                continue;
            }
            let climb = (relief.height_m[next] - relief.height_m[cell]).abs();
            let river = if relief.is_river(next) { 900.0 } else { 0.0 };
            let more = step_length(step) * CELL_M + climb * 7.0 + river;
            let total = cost + more as u64;
            if total < best[next] {
                best[next] = total;
                heap.push(Reverse((total, village, next)));
            }
        }
    }
    owner
}

/// Which township each village belongs to: the nearest town over neighbouring villages, so that
/// a township is in one piece.
fn townships(grid: Grid, owner: &[u16], cells: &[(usize, bool)], towns: &[usize]) -> Vec<usize> {
    let mut near: BTreeMap<(u16, u16), ()> = BTreeMap::new();
    for cell in 0..grid.cells() {
        for (next, step) in grid.neighbours(cell) {
            let (a, b) = (owner[cell], owner[next]);
            if step < 4 && a != b && a != NOBODY && b != NOBODY {
                near.insert((a, b), ());
            }
        }
    }
    let mut township = vec![usize::MAX; cells.len()];
    let mut heap = BinaryHeap::new();
    for (t, town) in towns.iter().enumerate() {
        if let Some(i) = cells.iter().position(|(c, urban)| c == town && *urban) {
            heap.push(Reverse((0i64, t, i)));
        }
    }
    while let Some(Reverse((cost, t, i))) = heap.pop() {
        if township[i] != usize::MAX {
            continue;
        }
        township[i] = t;
        let from = i as u16;
        for ((_, to), ()) in near.range((from, 0)..=(from, u16::MAX)) {
            let to = *to as usize;
            if township[to] == usize::MAX {
                let length = (grid.apart2(cells[i].0, cells[to].0) as f64).sqrt() * 10.0;
                heap.push(Reverse((cost + length as i64, t, to)));
            }
        }
    }
    township.iter().map(|t| if *t == usize::MAX { 0 } else { *t }).collect()
}

/// People to villages, by chance around what is usual; the sum is what it has to be.
fn share_people(numbers: &Numbers, spots: &mut [Spot], rng: &mut Rng) {
    let weight = |spot: &Spot, rng: &mut Rng| {
        let spread = (1.0 + 0.34 * rng.normal()).clamp(0.3, 2.6);
        let usual = match (spot.urban, spot.township) {
            (true, 0) => 7_200.0,
            (true, _) => 4_300.0,
            _ => 980.0,
        };
        (usual * spread) as i64
    };
    let weights: Vec<i64> = spots.iter().map(|s| weight(s, rng)).collect();
    for (spot, people) in spots.iter_mut().zip(share(numbers.people, &weights)) {
        spot.people = people;
    }
}

/// Shares a whole number by weights: what is left over goes to the largest remainders.
pub(crate) fn share(whole: i64, weights: &[i64]) -> Vec<i64> {
    let total: i64 = weights.iter().sum::<i64>().max(1);
    let mut parts: Vec<i64> = weights
        .iter()
        .map(|w| (i128::from(whole) * i128::from(*w) / i128::from(total)) as i64)
        .collect();
    let mut rest: Vec<(i128, usize)> = weights
        .iter()
        .enumerate()
        .map(|(i, w)| (i128::from(whole) * i128::from(*w) % i128::from(total), i))
        .collect();
    rest.sort_by_key(|(r, i)| (Reverse(*r), *i));
    let left = (whole - parts.iter().sum::<i64>()).max(0) as usize;
    for (_, i) in rest.into_iter().take(left) {
        parts[i] += 1;
    }
    parts
}

/// The cells that a town covers: gentle dry ground around it, by its people.
fn build_towns(relief: &Relief, towns: &[usize], spots: &[Spot], owner: &[u16]) -> Vec<bool> {
    let grid = relief.grid;
    let mut built = vec![false; grid.cells()];
    for (t, town) in towns.iter().enumerate() {
        let people: i64 =
            spots.iter().filter(|s| s.township == t && s.urban).map(|s| s.people).sum();
        let mut left = (people / 82).max(12);
        for cell in by_distance(grid, *town, 34) {
            if left == 0 {
                break;
            }
            let own = owner[cell] != NOBODY
                && spots[owner[cell] as usize].urban
                && spots[owner[cell] as usize].township == t;
            if own && !relief.is_stream(cell) && relief.slope[cell] < 0.2 {
                built[cell] = true;
                left -= 1;
            }
        }
    }
    built
}

/// The parts of each village: places in its ground where people would live, apart from each other.
fn hamlets(relief: &Relief, liking: &[f64], owner: &[u16], built: &[bool], spots: &mut [Spot]) {
    let grid = relief.grid;
    let mut ground: Vec<Vec<(i64, usize)>> = vec![Vec::new(); spots.len()];
    for cell in 0..grid.cells() {
        if owner[cell] != NOBODY && liking[cell] > 0.02 && !built[cell] {
            ground[owner[cell] as usize].push(((liking[cell] * 1e6) as i64, cell));
        }
    }
    for (spot, mut ground) in spots.iter_mut().zip(ground) {
        if spot.urban {
            continue;
        }
        ground.sort_unstable_by(|a, b| b.cmp(a));
        let wanted = (spot.people / 260).clamp(1, 6) as usize;
        let mut apart = 10i64;
        while spot.hamlets.len() < wanted && apart > 4 {
            for (_, cell) in &ground {
                if spot.hamlets.len() >= wanted {
                    break;
                }
                if spot.hamlets.iter().all(|h| grid.apart2(*h, *cell) >= apart * apart) {
                    spot.hamlets.push(*cell);
                }
            }
            apart -= 2;
        }
    }
}
