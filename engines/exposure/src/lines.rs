//! How much of a line lies in a footprint.

use crate::index::{Extent, Index};

/// The share of a line (lon, lat, lon, lat ... in 1e-7 degree) that lies in the footprint, from 0
/// to 1, measured on the drawing with longitude shortened by latitude. Touching the edge is
/// nothing.
pub fn share_inside(index: &Index, line: &[i32]) -> f64 {
    let (mut inside, mut whole) = (0.0, 0.0);
    for p in line.windows(4).step_by(2) {
        let [ax, ay, bx, by] = [p[0], p[1], p[2], p[3]].map(f64::from);
        let shorten = cosine_e7((ay + by) / 2.0);
        let (dx, dy) = ((bx - ax) * shorten, by - ay);
        let length = (dx * dx + dy * dy).sqrt();
        whole += length;
        if length > 0.0 {
            inside += length * stretch_inside(index, [p[0], p[1], p[2], p[3]]);
        }
    }
    if whole > 0.0 { (inside / whole).clamp(0.0, 1.0) } else { 0.0 }
}

/// Cosine of a latitude in 1e-7 degree.
fn cosine_e7(lat_e7: f64) -> f64 {
    libm::cos(lat_e7 * 1e-7 * (std::f64::consts::PI / 180.0))
}

/// The share of one straight stretch that lies inside: cut at all sides it crosses, each piece
/// judged at its middle.
fn stretch_inside(index: &Index, stretch: [i32; 4]) -> f64 {
    let own = extent_of(stretch);
    if index.extent().is_none_or(|all| apart(all, own)) {
        return 0.0;
    }
    let mut cuts = vec![0.0, 1.0];
    for polygon in index.polygons().iter().filter(|p| !apart(p.extent, own)) {
        for side in &polygon.sides {
            if !apart(extent_of(*side), own) {
                cuts.extend(cut(stretch, *side));
            }
        }
    }
    cuts.sort_by(f64::total_cmp);
    let [ax, ay, bx, by] = stretch.map(f64::from);
    let mut inside = 0.0;
    for pair in cuts.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let middle = (from + to) / 2.0;
        let round = |v: f64| (v + if v < 0.0 { -0.5 } else { 0.5 }) as i32;
        let (x, y) = (round(ax + (bx - ax) * middle), round(ay + (by - ay) * middle));
        if to > from && index.holds(x, y) {
            inside += to - from;
        }
    }
    inside
}

fn extent_of(stretch: [i32; 4]) -> Extent {
    Extent {
        west: stretch[0].min(stretch[2]),
        south: stretch[1].min(stretch[3]),
        east: stretch[0].max(stretch[2]),
        north: stretch[1].max(stretch[3]),
    }
}

fn apart(a: Extent, b: Extent) -> bool {
    a.west > b.east || b.west > a.east || a.south > b.north || b.south > a.north
}

/// Where along a stretch a side crosses it; parallels do not.
fn cut(stretch: [i32; 4], side: [i32; 4]) -> Option<f64> {
    let [ax, ay, bx, by] = stretch.map(f64::from);
    let [cx, cy, dx, dy] = side.map(f64::from);
    let (rx, ry, sx, sy) = (bx - ax, by - ay, dx - cx, dy - cy);
    let cross = rx * sy - ry * sx;
    if cross == 0.0 {
        return None;
    }
    let t = ((cx - ax) * sy - (cy - ay) * sx) / cross;
    let u = ((cx - ax) * ry - (cy - ay) * rx) / cross;
    ((0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u)).then_some(t)
}
