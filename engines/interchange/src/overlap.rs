//! How sound rings lie to each other, so that an area counts no ground twice and none as outside.

use std::fmt;

use kernel::LonLat;

use crate::geojson::Polygon;

/// Why polygons are not one area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AreaError {
    /// Two polygons share ground.
    #[error("two of its polygons overlap near {0}")]
    Overlap(Near),
    /// A hole is not inside its outline, or two holes share ground.
    #[error("a hole is not inside its outline near {0}")]
    Hole(Near),
    /// Too many edges lie across each other to be judged.
    #[error("its rings are too tangled to be judged")]
    TooTangled,
}

/// A position near the place, as people read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near(pub LonLat);

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.lon(), self.0.lat())
    }
}

/// How two rings lie to each other; common borders do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lie {
    Apart,
    Crossing,
    FirstInside,
    SecondInside,
}

/// Steps of comparing edges that an area may cost.
const STEPS_MAX: u64 = 50_000_000;

/// Checks that polygons of sound rings share no ground, and that holes lie in their outlines.
/// Borders and corners may be common.
///
/// # Errors
/// [`AreaError`], with a position near the first fault.
pub fn check_area(polygons: &[Polygon]) -> Result<(), AreaError> {
    let mut steps = 0;
    let near = |ring: &[LonLat]| Near(ring.first().copied().unwrap_or_default());
    for polygon in polygons {
        for hole in &polygon.holes {
            if lie(hole, &polygon.exterior, &mut steps)? != Lie::FirstInside {
                return Err(AreaError::Hole(near(hole)));
            }
        }
        let holes: Vec<&[LonLat]> = polygon.holes.iter().map(Vec::as_slice).collect();
        for (a, b) in boxed_pairs(&holes, &mut steps)? {
            if lie(holes[a], holes[b], &mut steps)? != Lie::Apart {
                return Err(AreaError::Hole(near(holes[b])));
            }
        }
    }
    let outlines: Vec<&[LonLat]> = polygons.iter().map(|p| p.exterior.as_slice()).collect();
    for (a, b) in boxed_pairs(&outlines, &mut steps)? {
        let (inner, outer) = match lie(outlines[a], outlines[b], &mut steps)? {
            Lie::Apart => continue,
            Lie::Crossing => return Err(AreaError::Overlap(near(outlines[a]))),
            Lie::FirstInside => (a, b),
            Lie::SecondInside => (b, a),
        };
        let mut in_a_hole = false;
        for hole in &polygons[outer].holes {
            in_a_hole |= lie(outlines[inner], hole, &mut steps)? == Lie::FirstInside;
        }
        if !in_a_hole {
            return Err(AreaError::Overlap(near(outlines[inner])));
        }
    }
    Ok(())
}

fn spend(steps: &mut u64, count: usize) -> Result<(), AreaError> {
    *steps += count as u64;
    if *steps > STEPS_MAX { Err(AreaError::TooTangled) } else { Ok(()) }
}

/// A box: west, south, east, north.
type Box4 = (i32, i32, i32, i32);

fn box_of(points: &[LonLat]) -> Box4 {
    let start = (i32::MAX, i32::MAX, i32::MIN, i32::MIN);
    points.iter().fold(start, |(w, s, e, n), p| {
        (w.min(p.lon_e7), s.min(p.lat_e7), e.max(p.lon_e7), n.max(p.lat_e7))
    })
}

fn meet(a: Box4, b: Box4) -> bool {
    a.0 <= b.2 && b.0 <= a.2 && a.1 <= b.3 && b.1 <= a.3
}

/// The pairs of rings whose boxes meet.
fn boxed_pairs(rings: &[&[LonLat]], steps: &mut u64) -> Result<Vec<(usize, usize)>, AreaError> {
    let mut boxes: Vec<(Box4, usize)> =
        rings.iter().enumerate().map(|(at, ring)| (box_of(ring), at)).collect();
    boxes.sort_unstable();
    let (mut pairs, mut active) = (Vec::new(), Vec::<(Box4, usize)>::new());
    for (found, at) in boxes {
        active.retain(|(other, _)| other.2 >= found.0);
        spend(steps, active.len())?;
        let meeting = active.iter().filter(|(other, _)| meet(*other, found));
        pairs.extend(meeting.map(|(_, other)| (*other.min(&at), *other.max(&at))));
        active.push((found, at));
    }
    pairs.sort_unstable();
    Ok(pairs)
}

fn edges(ring: &[LonLat]) -> impl Iterator<Item = (LonLat, LonLat)> + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1)).filter(|(a, b)| a != b)
}

fn lie(a: &[LonLat], b: &[LonLat], steps: &mut u64) -> Result<Lie, AreaError> {
    if !meet(box_of(a), box_of(b)) {
        return Ok(Lie::Apart);
    }
    if edges_cross(a, b, steps)? {
        return Ok(Lie::Crossing);
    }
    let (a_in, a_out) = sides(a, &Slabs::of(b), steps)?;
    let (b_in, b_out) = sides(b, &Slabs::of(a), steps)?;
    Ok(match (a_in, a_out, b_in, b_out) {
        (true, true, _, _) | (_, _, true, true) => Lie::Crossing,
        (true, false, _, _) => Lie::FirstInside,
        (_, _, true, false) => Lie::SecondInside,
        // All on the other's border: the same ring, perhaps with more corners.
        (false, false, _, _) => Lie::FirstInside,
        (_, _, false, false) => Lie::SecondInside,
        (false, true, false, true) => Lie::Apart,
    })
}

/// Whether an edge of one ring runs through an edge of the other, ends not counted.
fn edges_cross(a: &[LonLat], b: &[LonLat], steps: &mut u64) -> Result<bool, AreaError> {
    let of = |ring, first| edges(ring).map(move |(p, q)| (box_of(&[p, q]), first, p, q));
    let mut all: Vec<_> = of(a, true).chain(of(b, false)).collect();
    all.sort_unstable();
    let mut active: [Vec<(Box4, LonLat, LonLat)>; 2] = [Vec::new(), Vec::new()];
    for (found, first, p, q) in all {
        for list in &mut active {
            // Sweeping up now and then is enough: an edge left behind is only compared in vain.
            if list.len() > 64 && list.len().is_power_of_two() {
                list.retain(|(other, ..)| other.2 >= found.0);
            }
        }
        let others = &active[usize::from(first)];
        spend(steps, 1 + others.len())?;
        let through = others.iter().filter(|(other, ..)| meet(*other, found));
        if through.into_iter().any(|(_, r, s)| cross(p, q, *r, *s)) {
            return Ok(true);
        }
        active[usize::from(!first)].push((found, p, q));
    }
    Ok(false)
}

fn side(a: LonLat, b: LonLat, p: (i64, i64)) -> i128 {
    // Positions are doubled, so that the middle of an edge is a whole number.
    let (ax, ay) = (2 * i128::from(a.lon_e7), 2 * i128::from(a.lat_e7));
    let (bx, by) = (2 * i128::from(b.lon_e7), 2 * i128::from(b.lat_e7));
    (bx - ax) * (i128::from(p.1) - ay) - (by - ay) * (i128::from(p.0) - ax)
}

fn doubled(p: LonLat) -> (i64, i64) {
    (2 * i64::from(p.lon_e7), 2 * i64::from(p.lat_e7))
}

fn cross(p: LonLat, q: LonLat, r: LonLat, s: LonLat) -> bool {
    let first = side(p, q, doubled(r)).signum() * side(p, q, doubled(s)).signum();
    let second = side(r, s, doubled(p)).signum() * side(r, s, doubled(q)).signum();
    first < 0 && second < 0
}

/// Whether any corner or middle of an edge of a ring is strictly inside the other, and outside.
fn sides(ring: &[LonLat], other: &Slabs, steps: &mut u64) -> Result<(bool, bool), AreaError> {
    let (mut any_in, mut any_out) = (false, false);
    for (a, b) in edges(ring) {
        let middle =
            (i64::from(a.lon_e7) + i64::from(b.lon_e7), i64::from(a.lat_e7) + i64::from(b.lat_e7));
        for at in [doubled(a), middle] {
            match other.holds(at, steps)? {
                Some(true) => any_in = true,
                Some(false) => any_out = true,
                None => {}
            }
        }
        if any_in && any_out {
            break;
        }
    }
    Ok((any_in, any_out))
}

/// The edges of a ring by bands of latitude.
struct Slabs {
    south: i64,
    height: i64,
    bands: Vec<Vec<(LonLat, LonLat)>>,
}

impl Slabs {
    fn of(ring: &[LonLat]) -> Self {
        let (_, south, _, north) = box_of(ring);
        let count = (ring.len() as i64).clamp(1, 1024);
        let (south, north) = (2 * i64::from(south), 2 * i64::from(north));
        let height = (north - south) / count + 1;
        let mut bands = vec![Vec::new(); count as usize];
        for (a, b) in edges(ring) {
            let band = |p: LonLat| ((2 * i64::from(p.lat_e7) - south) / height) as usize;
            let (low, high) = (band(a).min(band(b)), band(a).max(band(b)));
            for list in bands.iter_mut().take(high + 1).skip(low) {
                list.push((a, b));
            }
        }
        Slabs { south, height, bands }
    }

    /// Whether the ring holds a (doubled) position; `None` on its border.
    fn holds(&self, at: (i64, i64), steps: &mut u64) -> Result<Option<bool>, AreaError> {
        let band = usize::try_from((at.1 - self.south).div_euclid(self.height)).ok();
        let Some(list) = band.and_then(|band| self.bands.get(band)) else {
            return Ok(Some(false));
        };
        spend(steps, list.len())?;
        let mut odd = false;
        for (a, b) in list {
            let (da, db) = (doubled(*a), doubled(*b));
            let turn = side(*a, *b, at);
            let within = at.0 >= da.0.min(db.0) && at.0 <= da.0.max(db.0);
            if turn == 0 && within && at.1 >= da.1.min(db.1) && at.1 <= da.1.max(db.1) {
                return Ok(None);
            }
            if (da.1 > at.1) != (db.1 > at.1) {
                odd ^= (turn > 0) == (db.1 > da.1);
            }
        }
        Ok(Some(odd))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(west: i32, south: i32, size: i32) -> Vec<LonLat> {
        let (e, n) = (west + size, south + size);
        [(west, south), (e, south), (e, n), (west, n), (west, south)]
            .map(|(lon_e7, lat_e7)| LonLat { lon_e7, lat_e7 })
            .to_vec()
    }

    fn plain(exterior: Vec<LonLat>) -> Polygon {
        Polygon { exterior, holes: Vec::new() }
    }

    fn check(outlines: &[(i32, i32, i32)]) -> Result<(), AreaError> {
        let all: Vec<Polygon> = outlines
            .iter()
            .map(|(west, south, size)| plain(square(*west, *south, *size)))
            .collect();
        check_area(&all)
    }

    #[test]
    fn neighbours_are_one_area_and_overlaps_are_not() {
        assert_eq!(check(&[(0, 0, 2), (2, 0, 2), (0, 2, 2), (2, 2, 2)]), Ok(()));
        assert_eq!(check(&[(0, 0, 4), (4, 1, 2), (10, 10, 1)]), Ok(()));
        for bad in [
            [(0, 0, 4), (2, 2, 4)],
            [(0, 0, 4), (2, 0, 4)],
            [(0, 0, 4), (0, 0, 4)],
            [(0, 0, 9), (3, 3, 2)],
            [(0, 0, 4), (0, 0, 2)],
            [(3, 3, 2), (0, 0, 9)],
        ] {
            assert!(matches!(check(&bad), Err(AreaError::Overlap(_))), "{bad:?}");
        }
        let turned = plain(
            [(0, 2), (2, 0), (4, 2), (2, 4), (0, 2)]
                .map(|(lon_e7, lat_e7)| LonLat { lon_e7, lat_e7 })
                .to_vec(),
        );
        let both = [plain(square(0, 0, 4)), turned];
        assert!(matches!(check_area(&both), Err(AreaError::Overlap(_))));
    }

    #[test]
    fn holes_lie_in_their_outlines_and_islands_in_holes() {
        let with = |holes: Vec<Vec<LonLat>>| Polygon { exterior: square(0, 0, 100), holes };
        assert_eq!(check_area(&[with(vec![square(10, 10, 20), square(30, 10, 20)])]), Ok(()));
        let ring = with(vec![square(10, 10, 80)]);
        assert_eq!(check_area(&[ring.clone(), plain(square(20, 20, 60))]), Ok(()));
        assert_eq!(check_area(&[plain(square(10, 10, 80)), ring]), Ok(()));
        for holes in [
            vec![square(90, 90, 20)],
            vec![square(200, 200, 20)],
            vec![square(10, 10, 20), square(20, 20, 20)],
            vec![square(10, 10, 20), square(15, 15, 5)],
        ] {
            assert!(matches!(check_area(&[with(holes)]), Err(AreaError::Hole(_))));
        }
    }

    #[test]
    fn many_polygons_are_judged_and_a_tangle_is_refused() {
        let many: Vec<(i32, i32, i32)> =
            (0..10_000).map(|at| (at % 100 * 10, at / 100 * 10, 10)).collect();
        assert_eq!(check(&many), Ok(()));
        // Two combs whose long teeth lie between each other without touching.
        let combs = |teeth: i32, long: i32| {
            let (mut up, mut down) = (Vec::new(), Vec::new());
            for at in (0..teeth).map(|tooth| tooth * 4) {
                up.extend([(at, 0), (at + long, long), (at + 1, 0)]);
                let top = long + 10;
                down.extend([(at + 2 + top, top), (at + 12, 10), (at + 3 + top, top)]);
            }
            let end = teeth * 4;
            up.extend([(end, -10), (-1, -10), (0, 0)]);
            down.extend([(end + long, long + 99), (long, long + 99), (long + 12, long + 10)]);
            [up, down].map(|points| {
                plain(
                    points.into_iter().map(|(lon_e7, lat_e7)| LonLat { lon_e7, lat_e7 }).collect(),
                )
            })
        };
        for polygon in combs(5_000, 1_000_000) {
            assert_eq!(crate::ring::check(&polygon.exterior), Ok(()));
        }
        assert_eq!(check_area(&combs(50, 1_000_000)), Ok(()));
        assert_eq!(check_area(&combs(5_000, 1_000_000)), Err(AreaError::TooTangled));
    }
}
