//! Woods, fields, built-up ground and contours, for the map; and helpers for shapes on the grid.

use std::collections::BTreeSet;

use datasets::{Cell, DatasetError, Table};

use crate::grid::Grid;
use crate::make::Ground;
use crate::outline;
use crate::relief::layered;
use crate::rng::mix;
use crate::settle::by_distance;

/// Cells that the map shows: the county and a margin of about 1.3 km around it.
pub(crate) fn shown(ground: &Ground) -> Vec<bool> {
    let grid = ground.grid;
    let mut shown: Vec<bool> = (0..grid.cells()).map(|c| ground.settled.is_land(c)).collect();
    for _ in 0..12 {
        let before = shown.clone();
        for cell in 0..grid.cells() {
            if !before[cell] {
                shown[cell] = grid.neighbours(cell).any(|(n, step)| step < 4 && before[n]);
            }
        }
    }
    shown
}

/// Cells within about 400 m of a house.
pub(crate) fn near_houses(ground: &Ground) -> Vec<bool> {
    let mut near = vec![false; ground.grid.cells()];
    let cells: BTreeSet<usize> = ground.buildings.iter().map(|b| b.cell).collect();
    for cell in cells {
        for around in by_distance(ground.grid, cell, 4) {
            near[around] = true;
        }
    }
    near
}

/// A line through the middles of cells with its corners cut.
pub(crate) fn rounded_line(ground: &Ground, cells: &[usize]) -> Vec<i32> {
    let centre = |c: usize| ground.grid.centre(c);
    let mut line = Vec::with_capacity(cells.len() * 2 + 2);
    let mut push = |lon: i64, lat: i64| line.extend([lon as i32, lat as i32]);
    let first = centre(cells[0]);
    push(i64::from(first.lon_e7), i64::from(first.lat_e7));
    for pair in cells.windows(2) {
        let (a, b) = (centre(pair[0]), centre(pair[1]));
        push(
            (i64::from(a.lon_e7) + i64::from(b.lon_e7)) / 2,
            (i64::from(a.lat_e7) + i64::from(b.lat_e7)) / 2,
        );
    }
    let last = centre(cells[cells.len() - 1]);
    push(i64::from(last.lon_e7), i64::from(last.lat_e7));
    line
}

/// The outline of some cells as the value of an area column.
pub(crate) fn area_of(grid: Grid, cells: &[usize]) -> Vec<i32> {
    let inside: BTreeSet<usize> = cells.iter().copied().collect();
    outline::area(grid, &outline::outlines(grid, cells, |c| inside.contains(&c)))
}

/// The rows of the layer `land`.
pub(crate) fn land(ground: &Ground, shown: &[bool]) -> Result<Table, DatasetError> {
    let mut table = Table::of("land")?;
    let code = |name| datasets::layer("land").and_then(|l| l.code("kind", name)).unwrap_or(0);
    let (grid, relief) = (ground.grid, &ground.relief);
    let own = mix(ground.seed ^ 0x3d);
    let patch = |c: usize| {
        let (x, y) = grid.xy(c);
        layered(own, f64::from(x) / 12.0, f64::from(y) / 12.0, 3)
    };
    let houses: BTreeSet<usize> = ground.buildings.iter().map(|b| b.cell).collect();
    let is_built = |c: usize| ground.settled.built[c] || houses.contains(&c);
    let is_wood = |c: usize| {
        shown[c]
            && !is_built(c)
            && relief.slope[c] > 0.13
            && relief.above_stream_m[c] > 22.0
            && patch(c) > -0.22
    };
    let is_field = |c: usize| {
        shown[c]
            && !is_built(c)
            && relief.slope[c] < 0.09
            && !relief.is_stream(c)
            && patch(c) > -0.12
    };
    add(&mut table, grid, ("wood", code("wood"), 14), is_wood)?;
    add(&mut table, grid, ("farmland", code("farmland"), 10), is_field)?;
    add(&mut table, grid, ("built_up", code("built_up"), 2), is_built)?;
    let top = (0..grid.cells()).filter(|c| shown[*c]).map(|c| relief.height_m[c] as i32).max();
    for level in (1..=top.unwrap_or(0) / 100).map(|l| l * 100) {
        let above = |c: usize| relief.height_m[c] >= f64::from(level);
        for (g, group) in outline::groups(grid, above).iter().enumerate() {
            if group.len() < 12 {
                continue;
            }
            let rings = outline::outlines(grid, group, above);
            let lines = rings.iter().flat_map(|ring| shown_parts(grid, ring, shown));
            for (r, part) in lines.filter(|part| part.len() > 6).enumerate() {
                let line = outline::area(grid, &[part]);
                let row = [
                    ("kind", Cell::Int(code("contour"))),
                    ("elevation_m", Cell::Int(level)),
                    ("line", Cell::List(&line)),
                ];
                table.push(&format!("contour-{level}-{g}-{r}"), &row)?;
            }
        }
    }
    Ok(table)
}

/// The parts of a ring that run between two shown cells.
fn shown_parts(grid: Grid, ring: &[(f64, f64)], shown: &[bool]) -> Vec<Vec<(f64, f64)>> {
    let is_shown = |x: i32, y: i32| grid.at(x, y).is_some_and(|c| shown[c]);
    let inside = |(x, y): &(f64, f64)| {
        // Points lie in the middle of a cell's side: one of the two coordinates is whole.
        let (cx, cy) = (*x as i32, *y as i32);
        let beside = if *x > f64::from(cx) { (cx, cy - 1) } else { (cx - 1, cy) };
        is_shown(cx, cy) && is_shown(beside.0, beside.1)
    };
    let parts = ring.split(|point| !inside(point));
    parts.filter(|part| part.len() > 1).map(<[(f64, f64)]>::to_vec).collect()
}

fn add(
    table: &mut Table,
    grid: Grid,
    (name, kind, least): (&str, i32, usize),
    inside: impl Fn(usize) -> bool,
) -> Result<(), DatasetError> {
    for (i, group) in outline::groups(grid, inside).iter().enumerate() {
        if group.len() >= least {
            let area = area_of(grid, group);
            let row = [("kind", Cell::Int(kind)), ("area", Cell::List(&area))];
            table.push(&format!("{name}-{i}"), &row)?;
        }
    }
    Ok(())
}
