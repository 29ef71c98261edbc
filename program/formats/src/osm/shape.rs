//! Outlines: rings from the ways of a relation, and the point where a thing is counted.

use std::collections::BTreeMap;

use interchange::ring::twice_area;
use kernel::LonLat;

/// Closed rings of node ids from the node lists of ways, joined where ends meet.
///
/// The second value counts the ways that close no ring. Each way is used once; where more than
/// two ways end at a node, the one that comes first is taken.
pub(super) fn join(ways: &[Vec<i64>]) -> (Vec<Vec<i64>>, usize) {
    let mut rings = Vec::new();
    let mut ends: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    let mut used = vec![false; ways.len()];
    for (number, way) in ways.iter().enumerate() {
        match (way.first(), way.last()) {
            (Some(first), Some(last)) if first == last && way.len() >= 4 => {
                rings.push(way.clone());
                used[number] = true;
            }
            (Some(first), Some(last)) if first != last => {
                ends.entry(*first).or_default().push(number);
                ends.entry(*last).or_default().push(number);
            }
            _ => {}
        }
    }
    let mut open = used.iter().filter(|used| !**used).count();
    for start in 0..ways.len() {
        if used[start] || ways[start].last().is_none_or(|last| ways[start].first() == Some(last)) {
            continue;
        }
        used[start] = true;
        let mut ring = ways[start].clone();
        let mut count = 1;
        while ring.first() != ring.last() {
            let Some(at) = ring.last().copied() else { break };
            let next = ends.get(&at).and_then(|list| list.iter().find(|next| !used[**next]));
            let Some(&next) = next else { break };
            used[next] = true;
            count += 1;
            let way = &ways[next];
            if way.first() == Some(&at) {
                ring.extend(way.iter().skip(1));
            } else {
                ring.extend(way.iter().rev().skip(1));
            }
        }
        if ring.first() == ring.last() && ring.len() >= 4 {
            rings.push(ring);
            open -= count;
        }
    }
    (rings, open)
}

/// The middle of an outline's area where that lies inside, else its first position; `None`
/// without any. Exact integer arithmetic, so equal everywhere.
pub(crate) fn point_of(rings: &[Vec<LonLat>]) -> Option<LonLat> {
    let outline = rings.first()?;
    let first = *outline.first()?;
    let middle = centroid(outline).unwrap_or(first);
    Some(if inside(rings, middle) { middle } else { first })
}

fn centroid(ring: &[LonLat]) -> Option<LonLat> {
    let first = ring.first()?;
    let (lon0, lat0) = (i128::from(first.lon_e7), i128::from(first.lat_e7));
    let near = |p: &LonLat| (i128::from(p.lon_e7) - lon0, i128::from(p.lat_e7) - lat0);
    let (mut x, mut y) = (0, 0);
    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        let (a, b) = (near(a), near(b));
        let cross = a.0 * b.1 - b.0 * a.1;
        x += (a.0 + b.0) * cross;
        y += (a.1 + b.1) * cross;
    }
    let area = twice_area(ring) * 3;
    if area == 0 {
        return None;
    }
    let lon_e7 = i32::try_from(lon0 + x / area).ok()?;
    let lat_e7 = i32::try_from(lat0 + y / area).ok()?;
    Some(LonLat { lon_e7, lat_e7 })
}

/// Whether a ray from the position crosses the rings an odd number of times.
fn inside(rings: &[Vec<LonLat>], at: LonLat) -> bool {
    let mut odd = false;
    for ring in rings {
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            if (a.lat_e7 > at.lat_e7) == (b.lat_e7 > at.lat_e7) {
                continue;
            }
            let d = |to: i32, from: i32| i128::from(to) - i128::from(from);
            let side = d(b.lon_e7, a.lon_e7) * d(at.lat_e7, a.lat_e7)
                - d(at.lon_e7, a.lon_e7) * d(b.lat_e7, a.lat_e7);
            odd ^= (side > 0) == (b.lat_e7 > a.lat_e7);
        }
    }
    odd
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lon_e7: i32, lat_e7: i32) -> LonLat {
        LonLat { lon_e7, lat_e7 }
    }

    #[test]
    fn ways_join_into_rings_whatever_their_direction() {
        let ways = [vec![1, 2, 3], vec![5, 4, 3], vec![5, 6, 1], vec![7, 8, 9, 7], vec![10, 11]];
        let (rings, open) = join(&ways);
        assert_eq!(rings, [vec![7, 8, 9, 7], vec![1, 2, 3, 4, 5, 6, 1]]);
        assert_eq!(open, 1);
        assert_eq!(join(&[vec![], vec![1], vec![1, 1]]), (vec![], 3));
    }

    #[test]
    fn the_point_lies_inside_even_of_a_bent_outline() {
        let square = vec![at(0, 0), at(10, 0), at(10, 10), at(0, 10), at(0, 0)];
        assert_eq!(point_of(&[square]), Some(at(5, 5)));
        let bent =
            vec![at(0, 0), at(100, 0), at(100, 10), at(10, 10), at(10, 100), at(0, 100), at(0, 0)];
        assert_eq!(point_of(&[bent]), Some(at(0, 0)));
        assert_eq!(point_of(&[]), None);
    }
}
