//! Lines and rings cut to a tile and made simpler.
//!
//! References: Y.-D. Liang, B. Barsky, line clipping, 1984; I. Sutherland, G. Hodgman, polygon
//! clipping, 1974; D. Douglas, T. Peucker, line simplification, 1973.

use super::grid::{EXTENT, MARGIN};

/// A position in units of the tile.
pub(super) type Point = (f64, f64);

const LOW: f64 = -MARGIN;
const HIGH: f64 = EXTENT + MARGIN;

/// The parts of a line within the tile.
pub(super) fn line(points: &[Point]) -> Vec<Vec<Point>> {
    let mut parts: Vec<Vec<Point>> = Vec::new();
    let mut open: Vec<Point> = Vec::new();
    for pair in points.windows(2) {
        let Some((a, b)) = segment(pair[0], pair[1]) else {
            close(&mut parts, &mut open);
            continue;
        };
        if open.last() != Some(&a) {
            close(&mut parts, &mut open);
            open.push(a);
        }
        open.push(b);
        if b != pair[1] {
            close(&mut parts, &mut open);
        }
    }
    close(&mut parts, &mut open);
    parts
}

fn close(parts: &mut Vec<Vec<Point>>, open: &mut Vec<Point>) {
    if open.len() > 1 {
        parts.push(std::mem::take(open));
    }
    open.clear();
}

fn segment(a: Point, b: Point) -> Option<(Point, Point)> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    for (p, q) in [(-dx, a.0 - LOW), (dx, HIGH - a.0), (-dy, a.1 - LOW), (dy, HIGH - a.1)] {
        if p == 0.0 {
            if q < 0.0 {
                return None;
            }
        } else if p < 0.0 {
            enter = enter.max(q / p);
        } else {
            leave = leave.min(q / p);
        }
    }
    if enter > leave {
        return None;
    }
    let at = |t: f64| {
        if t == 0.0 {
            a
        } else if t == 1.0 {
            b
        } else {
            (a.0 + t * dx, a.1 + t * dy)
        }
    };
    Some((at(enter), at(leave)))
}

/// A ring within the tile, without its closing point; empty where nothing is left.
pub(super) fn ring(points: &[Point]) -> Vec<Point> {
    let mut ring: Vec<Point> = points.to_vec();
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    // Each side: whether a point is inside, and where an edge crosses it.
    for side in 0..4 {
        let inside = |p: &Point| match side {
            0 => p.0 >= LOW,
            1 => p.0 <= HIGH,
            2 => p.1 >= LOW,
            _ => p.1 <= HIGH,
        };
        if ring.iter().all(inside) {
            continue;
        }
        let edge = if side % 2 == 0 { LOW } else { HIGH };
        let cross = |a: &Point, b: &Point| {
            if side < 2 {
                (edge, a.1 + (b.1 - a.1) * (edge - a.0) / (b.0 - a.0))
            } else {
                (a.0 + (b.0 - a.0) * (edge - a.1) / (b.1 - a.1), edge)
            }
        };
        let mut kept = Vec::with_capacity(ring.len());
        for i in 0..ring.len() {
            let (a, b) = (&ring[i], &ring[(i + 1) % ring.len()]);
            match (inside(a), inside(b)) {
                (true, true) => kept.push(*b),
                (true, false) => kept.push(cross(a, b)),
                (false, true) => kept.extend([cross(a, b), *b]),
                (false, false) => {}
            }
        }
        ring = kept;
    }
    ring
}

/// The line with the points left out that lie within `tolerance` of it.
pub(super) fn simpler(points: &[Point], tolerance: f64) -> Vec<Point> {
    if points.len() < 3 || tolerance <= 0.0 {
        return points.to_vec();
    }
    let mut kept = vec![false; points.len()];
    kept[0] = true;
    kept[points.len() - 1] = true;
    let mut open = vec![(0, points.len() - 1)];
    while let Some((first, last)) = open.pop() {
        let (mut far, mut at) = (tolerance * tolerance, 0);
        for (i, point) in points.iter().enumerate().take(last).skip(first + 1) {
            let distance = distance2(*point, points[first], points[last]);
            if distance > far {
                (far, at) = (distance, i);
            }
        }
        if at > 0 {
            kept[at] = true;
            open.push((first, at));
            open.push((at, last));
        }
    }
    points.iter().zip(kept).filter(|(_, kept)| *kept).map(|(p, _)| *p).collect()
}

/// Distance of a point from a segment, squared.
fn distance2(p: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length2 = dx * dx + dy * dy;
    let t = if length2 > 0.0 {
        (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (x, y) = (a.0 + t * dx - p.0, a.1 + t * dy - p.1);
    x * x + y * y
}

/// Twice the signed area; above 0 where the ring runs clockwise on the screen.
pub(super) fn area2(ring: &[(i32, i32)]) -> i64 {
    let next = |i: usize| ring[(i + 1) % ring.len()];
    let term = |i: usize| {
        let (a, b) = (ring[i], next(i));
        i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1)
    };
    (0..ring.len()).map(term).sum()
}

/// Whether a point lies within a ring, by the parity of crossings.
pub(super) fn is_inside(point: (i32, i32), ring: &[(i32, i32)]) -> bool {
    let mut inside = false;
    for i in 0..ring.len() {
        let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
        if (a.1 > point.1) != (b.1 > point.1) {
            let (dx, dy) = (i64::from(b.0 - a.0), i64::from(b.1 - a.1));
            let (px, py) = (i64::from(point.0 - a.0), i64::from(point.1 - a.1));
            let left = px * dy - dx * py;
            if (left < 0) == (dy > 0) {
                inside = !inside;
            }
        }
    }
    inside
}
