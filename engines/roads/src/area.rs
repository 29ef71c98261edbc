//! Which segments an area touches: where a hazard lies over the road.

use crate::graph::Graph;

/// Whether a position lies in an area: rings of lon, lat, lon, lat ..., counted even-odd. A ring
/// holds its west and south edges and not its east and north ones.
fn inside(rings: &[&[i32]], lon: i32, lat: i32) -> bool {
    let mut odd = false;
    for ring in rings {
        let points = ring.len() / 2;
        for i in 0..points {
            let j = if i + 1 == points { 0 } else { i + 1 };
            let (ax, ay) = (i64::from(ring[2 * i]), i64::from(ring[2 * i + 1]));
            let (bx, by) = (i64::from(ring[2 * j]), i64::from(ring[2 * j + 1]));
            let (x, y) = (i64::from(lon), i64::from(lat));
            if (ay <= y) != (by <= y) {
                // The sign of the cross product tells on which side of the edge the position lies.
                let cross = i128::from(bx - ax) * i128::from(y - ay)
                    - i128::from(by - ay) * i128::from(x - ax);
                odd ^= if by > ay { cross > 0 } else { cross < 0 };
            }
        }
    }
    odd
}

/// Whether two stretches share a position.
fn cross(a: [i32; 4], b: [i32; 4]) -> bool {
    let side = |l: [i32; 4], x: i32, y: i32| {
        let [ax, ay, bx, by] = l.map(i64::from);
        let (x, y) = (i64::from(x), i64::from(y));
        (i128::from(bx - ax) * i128::from(y - ay) - i128::from(by - ay) * i128::from(x - ax))
            .signum()
    };
    let boxes = a[0].min(a[2]) <= b[0].max(b[2])
        && b[0].min(b[2]) <= a[0].max(a[2])
        && a[1].min(a[3]) <= b[1].max(b[3])
        && b[1].min(b[3]) <= a[1].max(a[3]);
    boxes
        && side(a, b[0], b[1]) * side(a, b[2], b[3]) <= 0
        && side(b, a[0], a[1]) * side(b, a[2], a[3]) <= 0
}

/// West, south, east, north.
fn bounds(line: &[i32]) -> Option<[i32; 4]> {
    let mut points = line.chunks_exact(2);
    let first = points.next()?;
    Some(points.fold([first[0], first[1], first[0], first[1]], |b, p| {
        [b[0].min(p[0]), b[1].min(p[1]), b[2].max(p[0]), b[3].max(p[1])]
    }))
}

fn apart(a: [i32; 4], b: [i32; 4]) -> bool {
    a[0] > b[2] || b[0] > a[2] || a[1] > b[3] || b[1] > a[3]
}

impl Graph {
    /// Numbers of the segments that touch an area, ascending. Each ring is lon, lat, lon, lat ...
    /// in 1e-7 degree, closed or not.
    pub fn segments_in(&self, rings: &[&[i32]]) -> Vec<u32> {
        let Some(all) = rings
            .iter()
            .filter_map(|r| bounds(r))
            .reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
        else {
            return Vec::new();
        };
        (0..self.segments().len() as u32).filter(|s| self.touches(*s, rings, all)).collect()
    }

    fn touches(&self, segment: u32, rings: &[&[i32]], all: [i32; 4]) -> bool {
        let line = self.line(segment);
        let Some(own) = bounds(line).filter(|own| !apart(*own, all)) else { return false };
        if inside(rings, line[0], line[1]) {
            return true;
        }
        let edges = rings.iter().flat_map(|ring| {
            let points = ring.len() / 2;
            (0..points).map(move |i| {
                let j = if i + 1 == points { 0 } else { i + 1 };
                [ring[2 * i], ring[2 * i + 1], ring[2 * j], ring[2 * j + 1]]
            })
        });
        edges.into_iter().any(|edge| {
            let edge_box = [
                edge[0].min(edge[2]),
                edge[1].min(edge[3]),
                edge[0].max(edge[2]),
                edge[1].max(edge[3]),
            ];
            !apart(edge_box, own)
                && line.windows(4).step_by(2).any(|p| cross([p[0], p[1], p[2], p[3]], edge))
        })
    }
}
