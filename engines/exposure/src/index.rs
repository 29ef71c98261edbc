//! Decides for many positions whether they lie in a footprint, exactly and fast.
//!
//! One written rule, in whole numbers: a position lies in a polygon if the straight way east from
//! it crosses its edges an odd number of times. An edge from (x0, y0) up to (x1, y1), y0 < y1, is
//! crossed if y0 <= y < y1 and the position lies strictly west of it; level edges are never
//! crossed. So a polygon holds its west and south sides and not its east and north ones, and two
//! polygons that share a side never both hold a position on it.
//!
//! For speed, edges lie in slabs of equal height, and a grid over the footprint remembers for each
//! cell which polygons hold all of it and which only part: its cell decides most positions.

use rayon::prelude::*;

use crate::footprint::{Footprint, Polygon};

/// Positions a thread takes at a time; a whole number of words of [`Hits`].
const CHUNK: usize = 4096;
/// Cells on a side of the grid, at most.
const GRID_MAX: i64 = 256;
/// Slabs of one polygon, at most.
const SLABS_MAX: usize = 4096;

/// An edge, from its lower to its upper end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    pub x0: i32,
    pub y0: i32,
    pub x1: i32,
    pub y1: i32,
}

impl Edge {
    /// Whether the way east from a position crosses it.
    fn crossed(&self, x: i32, y: i32) -> bool {
        if y < self.y0 || y >= self.y1 {
            return false;
        }
        let wide = |a: i32, b: i32| i128::from(i64::from(a) - i64::from(b));
        wide(self.x1, self.x0) * wide(y, self.y0) - wide(self.y1, self.y0) * wide(x, self.x0) > 0
    }
}

/// West, south, east, north; edges included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    pub west: i32,
    pub south: i32,
    pub east: i32,
    pub north: i32,
}

impl Extent {
    fn of(polygon: &Polygon) -> Option<Extent> {
        let all = || polygon.rings.iter().flatten();
        Some(Extent {
            west: all().map(|p| p.lon_e7).min()?,
            south: all().map(|p| p.lat_e7).min()?,
            east: all().map(|p| p.lon_e7).max()?,
            north: all().map(|p| p.lat_e7).max()?,
        })
    }

    fn with(self, other: Extent) -> Extent {
        Extent {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    fn holds(&self, x: i32, y: i32) -> bool {
        x >= self.west && x <= self.east && y >= self.south && y <= self.north
    }
}

/// One polygon with its edges in slabs.
#[derive(Debug)]
pub(crate) struct Slabs {
    pub extent: Extent,
    /// Edges that rise.
    edges: Vec<Edge>,
    /// Every edge, level ones too, as drawn: for crossings with lines.
    pub sides: Vec<[i32; 4]>,
    height: i64,
    first: Vec<u32>,
    list: Vec<u32>,
}

impl Slabs {
    fn new(polygon: &Polygon, extent: Extent) -> Slabs {
        let mut sides = Vec::new();
        for ring in &polygon.rings {
            for (at, a) in ring.iter().enumerate() {
                let b = ring[(at + 1) % ring.len()];
                sides.push([a.lon_e7, a.lat_e7, b.lon_e7, b.lat_e7]);
            }
        }
        let rising = sides.iter().filter(|s| s[1] != s[3]).map(|s| match s[1] < s[3] {
            true => Edge { x0: s[0], y0: s[1], x1: s[2], y1: s[3] },
            false => Edge { x0: s[2], y0: s[3], x1: s[0], y1: s[1] },
        });
        let edges: Vec<Edge> = rising.collect();
        let range = i64::from(extent.north) - i64::from(extent.south) + 1;
        let mut slabs = edges.len().clamp(1, SLABS_MAX) as i64;
        let span = |slabs: i64| -> (i64, i64) {
            let height = (range + slabs - 1) / slabs;
            let of = |e: &Edge| {
                (i64::from(e.y1) - 1 - i64::from(extent.south)) / height
                    - (i64::from(e.y0) - i64::from(extent.south)) / height
                    + 1
            };
            (height, edges.iter().map(of).sum())
        };
        // Many long edges would fill every slab: fewer slabs keep the lists short in all.
        while slabs > 1 && span(slabs).1 > 8 * edges.len() as i64 + 4096 {
            slabs /= 2;
        }
        let height = span(slabs).0;
        let slab = |y: i64| ((y - i64::from(extent.south)) / height) as usize;
        let count = slab(i64::from(extent.north)) + 1;
        let mut first = vec![0u32; count + 1];
        let of = |e: &Edge| slab(i64::from(e.y0))..=slab(i64::from(e.y1) - 1);
        for at in edges.iter().flat_map(&of) {
            first[at + 1] += 1;
        }
        for at in 0..count {
            first[at + 1] += first[at];
        }
        let mut next = first.clone();
        let mut list = vec![0u32; first[count] as usize];
        for (number, edge) in edges.iter().enumerate() {
            for at in of(edge) {
                list[next[at] as usize] = number as u32;
                next[at] += 1;
            }
        }
        Slabs { extent, edges, sides, height, first, list }
    }

    /// The rule of this module.
    pub fn holds(&self, x: i32, y: i32) -> bool {
        if !self.extent.holds(x, y) {
            return false;
        }
        let slab = ((i64::from(y) - i64::from(self.extent.south)) / self.height) as usize;
        let list = &self.list[self.first[slab] as usize..self.first[slab + 1] as usize];
        list.iter().filter(|e| self.edges[**e as usize].crossed(x, y)).count() % 2 == 1
    }
}

/// What a cell of the grid knows: polygons that hold all of it, then polygons that hold part.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    from: u32,
    whole: u32,
    to: u32,
}

/// A footprint, ready for many positions.
#[derive(Debug)]
pub struct Index {
    slabs: Vec<Slabs>,
    extent: Extent,
    /// Size of a cell, 1e-7 degree.
    cell: (i64, i64),
    columns: i64,
    cells: Vec<Cell>,
    lists: Vec<u32>,
}

/// Positions in columns, in 1e-7 degree, in place.
#[derive(Clone, Copy, Debug)]
pub struct Points<'a> {
    /// East.
    pub lon: &'a [i32],
    /// North.
    pub lat: &'a [i32],
}

/// Which rows are hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hits {
    words: Vec<u64>,
    rows: usize,
}

impl Hits {
    /// Number of rows that are hit.
    pub fn count(&self) -> u64 {
        self.words.iter().map(|w| u64::from(w.count_ones())).sum()
    }

    /// Whether a row is hit.
    pub fn get(&self, row: usize) -> bool {
        row < self.rows && self.words[row / 64] >> (row % 64) & 1 == 1
    }

    /// Rows that are hit, ascending.
    pub fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.rows).filter(|row| self.get(*row))
    }
}

const OUTSIDE: u8 = 0;
const PART: u8 = 1;
const WHOLE: u8 = 2;

impl Index {
    /// Builds the index.
    pub fn new(footprint: &Footprint) -> Index {
        let slabs: Vec<Slabs> = footprint
            .polygons
            .par_iter()
            .filter_map(|p| Extent::of(p).map(|extent| Slabs::new(p, extent)))
            .collect();
        let none = Extent { west: 0, south: 0, east: 0, north: 0 };
        let extent = slabs.iter().map(|s| s.extent).reduce(Extent::with).unwrap_or(none);
        let size =
            |least: i32, most: i32| (i64::from(most) - i64::from(least) + GRID_MAX) / GRID_MAX;
        let cell = (size(extent.west, extent.east), size(extent.south, extent.north));
        let columns = (i64::from(extent.east) - i64::from(extent.west)) / cell.0 + 1;
        let rows = (i64::from(extent.north) - i64::from(extent.south)) / cell.1 + 1;
        let mut index =
            Index { slabs, extent, cell, columns, cells: Vec::new(), lists: Vec::new() };
        let marks: Vec<Marks> =
            (0..index.slabs.len()).into_par_iter().map(|at| index.mark(&index.slabs[at])).collect();
        index.gather(&marks, (columns * rows) as usize);
        index
    }

    fn gather(&mut self, marks: &[Marks], count: usize) {
        self.cells = vec![Cell::default(); count];
        let mut whole = vec![Vec::new(); count];
        let mut part = vec![Vec::new(); count];
        for (polygon, marks) in marks.iter().enumerate() {
            for (row, line) in marks.cells.chunks(marks.columns).enumerate() {
                for (column, mark) in line.iter().enumerate() {
                    let y = (marks.south + row) * self.columns as usize;
                    let at = y + marks.west + column;
                    match *mark {
                        WHOLE => whole[at].push(polygon as u32),
                        PART => part[at].push(polygon as u32),
                        _ => {}
                    }
                }
            }
        }
        for at in 0..count {
            let from = self.lists.len() as u32;
            self.lists.extend(&whole[at]);
            let middle = self.lists.len() as u32;
            self.lists.extend(&part[at]);
            self.cells[at] = Cell { from, whole: middle, to: self.lists.len() as u32 };
        }
    }

    fn column(&self, x: i32) -> i64 {
        (i64::from(x) - i64::from(self.extent.west)) / self.cell.0
    }

    fn row(&self, y: i32) -> i64 {
        (i64::from(y) - i64::from(self.extent.south)) / self.cell.1
    }

    /// Which cells a polygon holds whole or in part.
    fn mark(&self, slabs: &Slabs) -> Marks {
        let (west, east) = (self.column(slabs.extent.west), self.column(slabs.extent.east));
        let (south, north) = (self.row(slabs.extent.south), self.row(slabs.extent.north));
        let columns = (east - west + 1) as usize;
        let rows = (north - south + 1) as usize;
        let mut cells = vec![OUTSIDE; columns * rows];
        for side in &slabs.sides {
            let [x0, y0, x1, y1] =
                if side[1] <= side[3] { *side } else { [side[2], side[3], side[0], side[1]] };
            for row in self.row(y0)..=self.row(y1) {
                let (from, to) = self.columns_in_row([x0, y0, x1, y1], row);
                let line = (row - south) as usize * columns;
                for column in from.max(west)..=to.min(east) {
                    cells[line + (column - west) as usize] = PART;
                }
            }
        }
        for row in 0..rows {
            let mut inside = None;
            for column in 0..columns {
                let at = row * columns + column;
                if cells[at] == PART {
                    inside = None;
                    continue;
                }
                // Between two sides every cell is as the first.
                let this = *inside.get_or_insert_with(|| {
                    let corner = |least: i32, cell: i64, size: i64| {
                        (i64::from(least) + cell * size).min(i64::from(i32::MAX)) as i32
                    };
                    let x = corner(self.extent.west, west + column as i64, self.cell.0);
                    let y = corner(self.extent.south, south + row as i64, self.cell.1);
                    slabs.holds(x, y)
                });
                cells[at] = if this { WHOLE } else { OUTSIDE };
            }
        }
        Marks { west: west as usize, south: south as usize, columns, cells }
    }

    /// Columns that a rising or level side may touch in a row of cells, with one to spare.
    fn columns_in_row(&self, [x0, y0, x1, y1]: [i32; 4], row: i64) -> (i64, i64) {
        let least = i64::from(self.extent.south) + row * self.cell.1;
        let (low, high) = (least.max(i64::from(y0)), (least + self.cell.1).min(i64::from(y1)));
        let at = |y: i64| -> i64 {
            if y0 == y1 {
                return i64::from(x0);
            }
            let (dx, dy) = (i64::from(x1) - i64::from(x0), i64::from(y1) - i64::from(y0));
            let part = i128::from(dx) * i128::from(y - i64::from(y0)) / i128::from(dy);
            i64::from(x0) + part as i64
        };
        let ends = match y0 == y1 {
            true => [i64::from(x0), i64::from(x1)],
            false => [at(low), at(high)],
        };
        let column = |x: i64| (x - i64::from(self.extent.west)).div_euclid(self.cell.0);
        (column(ends[0].min(ends[1]) - 1), column(ends[0].max(ends[1]) + 1))
    }

    fn cell_at(&self, x: i32, y: i32) -> Option<Cell> {
        if self.slabs.is_empty() || !self.extent.holds(x, y) {
            return None;
        }
        self.cells.get((self.row(y) * self.columns + self.column(x)) as usize).copied()
    }

    /// Whether a position lies in any polygon.
    pub fn holds(&self, x: i32, y: i32) -> bool {
        let Some(cell) = self.cell_at(x, y) else { return false };
        cell.whole > cell.from
            || self.lists[cell.whole as usize..cell.to as usize]
                .iter()
                .any(|p| self.slabs[*p as usize].holds(x, y))
    }

    /// Which positions lie in any polygon: each is hit once, however many overlap there.
    pub fn hits(&self, points: Points) -> Hits {
        let rows = points.lon.len().min(points.lat.len());
        let words = (0..rows.div_ceil(CHUNK)).into_par_iter().flat_map_iter(|chunk| {
            let (from, to) = (chunk * CHUNK, (chunk * CHUNK + CHUNK).min(rows));
            (from..to).step_by(64).map(move |start| {
                let end = (start + 64).min(to);
                (start..end).fold(0u64, |word, row| {
                    word | u64::from(self.holds(points.lon[row], points.lat[row])) << (row - start)
                })
            })
        });
        Hits { words: words.collect(), rows }
    }

    /// How many positions lie in each polygon; one in several counts in each.
    pub fn count_by_polygon(&self, points: Points) -> Vec<u64> {
        let rows = points.lon.len().min(points.lat.len());
        let zero = || vec![0u64; self.slabs.len()];
        let count = |mut counts: Vec<u64>, chunk: usize| {
            for row in chunk * CHUNK..(chunk * CHUNK + CHUNK).min(rows) {
                let (x, y) = (points.lon[row], points.lat[row]);
                let Some(cell) = self.cell_at(x, y) else { continue };
                for p in &self.lists[cell.from as usize..cell.whole as usize] {
                    counts[*p as usize] += 1;
                }
                for p in &self.lists[cell.whole as usize..cell.to as usize] {
                    counts[*p as usize] += u64::from(self.slabs[*p as usize].holds(x, y));
                }
            }
            counts
        };
        let add = |a: Vec<u64>, b: Vec<u64>| a.iter().zip(&b).map(|(a, b)| a + b).collect();
        (0..rows.div_ceil(CHUNK)).into_par_iter().fold(zero, count).reduce(zero, add)
    }

    pub(crate) fn polygons(&self) -> &[Slabs] {
        &self.slabs
    }

    pub(crate) fn extent(&self) -> Option<Extent> {
        (!self.slabs.is_empty()).then_some(self.extent)
    }
}

/// The cells of one polygon's own part of the grid.
struct Marks {
    west: usize,
    south: usize,
    columns: usize,
    cells: Vec<u8>,
}
