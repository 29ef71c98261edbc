//! Outlines of sets of cells: boundaries, flood zones, woods, contours.

use std::collections::BTreeMap;

use crate::grid::Grid;

/// The rings around the cells for which `inside` holds, as closed rings of cell coordinates.
/// Corners are cut at the middles of cell sides, so that neighbours share their border.
/// `cells` lists the inside cells.
pub(crate) fn outlines(
    grid: Grid,
    cells: &[usize],
    inside: impl Fn(usize) -> bool,
) -> Vec<Vec<(f64, f64)>> {
    let mut edges: BTreeMap<(i32, i32), Vec<(i32, i32)>> = BTreeMap::new();
    for cell in cells {
        let (x, y) = grid.xy(*cell);
        let sides = [
            ((0, -1), (x, y), (x + 1, y)),
            ((1, 0), (x + 1, y), (x + 1, y + 1)),
            ((0, 1), (x + 1, y + 1), (x, y + 1)),
            ((-1, 0), (x, y + 1), (x, y)),
        ];
        for ((dx, dy), from, to) in sides {
            if !grid.at(x + dx, y + dy).is_some_and(&inside) {
                edges.entry(from).or_default().push(to);
            }
        }
    }
    let mut rings = Vec::new();
    while let Some((start, _)) = edges.iter().next() {
        rings.push(smooth(&walk(*start, &mut edges)));
    }
    rings.sort_by_key(|ring| std::cmp::Reverse(ring.len()));
    rings
}

type Corner = (i32, i32);

fn walk(start: Corner, edges: &mut BTreeMap<Corner, Vec<Corner>>) -> Vec<Corner> {
    let mut ring = vec![start];
    let (mut here, mut came) = (start, (0, 0));
    while let Some(ways) = edges.get_mut(&here) {
        // Where two cells meet at a corner the walk turns left and keeps to its own cell.
        let turn = |to: &Corner| {
            let step = (to.0 - here.0, to.1 - here.1);
            came.0 * step.1 - came.1 * step.0
        };
        let best = (0..ways.len()).max_by_key(|i| turn(&ways[*i])).unwrap_or(0);
        let next = ways.swap_remove(best);
        if ways.is_empty() {
            edges.remove(&here);
        }
        came = (next.0 - here.0, next.1 - here.1);
        here = next;
        if here == start {
            break;
        }
        ring.push(here);
    }
    ring
}

fn smooth(ring: &[Corner]) -> Vec<(f64, f64)> {
    let middle = |i: usize| {
        let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
        (f64::from(a.0 + b.0) / 2.0, f64::from(a.1 + b.1) / 2.0)
    };
    let points: Vec<(f64, f64)> = (0..ring.len()).map(middle).collect();
    let count = points.len();
    let straight = |i: usize| {
        let (a, b, c) = (points[(i + count - 1) % count], points[i], points[(i + 1) % count]);
        ((b.0 - a.0) * (c.1 - b.1) - (b.1 - a.1) * (c.0 - b.0)).abs() < 1e-9
    };
    let mut kept: Vec<(f64, f64)> =
        (0..count).filter(|i| !straight(*i)).map(|i| points[i]).collect();
    if let Some(first) = kept.first().copied() {
        kept.push(first);
    }
    kept
}

/// Rings as the value of an area column.
pub(crate) fn area(grid: Grid, rings: &[Vec<(f64, f64)>]) -> Vec<i32> {
    let mut list = Vec::new();
    for (x, y) in rings.iter().flatten() {
        let point = grid.position(*x, *y);
        list.extend([point.lon_e7, point.lat_e7]);
    }
    list
}

/// Groups of cells that touch by a side, each in ascending order; by the first cell of the group.
pub(crate) fn groups(grid: Grid, inside: impl Fn(usize) -> bool) -> Vec<Vec<usize>> {
    let mut seen = vec![false; grid.cells()];
    let mut groups = Vec::new();
    for cell in 0..grid.cells() {
        if seen[cell] || !inside(cell) {
            continue;
        }
        seen[cell] = true;
        let (mut group, mut next) = (vec![cell], 0);
        while next < group.len() {
            for (near, step) in grid.neighbours(group[next]) {
                if step < 4 && !seen[near] && inside(near) {
                    seen[near] = true;
                    group.push(near);
                }
            }
            next += 1;
        }
        group.sort_unstable();
        groups.push(group);
    }
    groups
}
