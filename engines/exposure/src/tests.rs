use geo::coordinate_position::{CoordPos, CoordinatePosition};
use kernel::{LonLat, geodesic_mm};

use super::*;

fn at(lon_e7: i32, lat_e7: i32) -> LonLat {
    LonLat { lon_e7, lat_e7 }
}

fn square(west: i32, south: i32, side: i32) -> Vec<LonLat> {
    vec![
        at(west, south),
        at(west + side, south),
        at(west + side, south + side),
        at(west, south + side),
    ]
}

/// The rule of the index, written again without slabs and grid.
fn by_rule(rings: &[Vec<LonLat>], x: i32, y: i32) -> bool {
    let mut odd = false;
    for ring in rings {
        for (i, a) in ring.iter().enumerate() {
            let b = ring[(i + 1) % ring.len()];
            let (lo, hi) = if a.lat_e7 < b.lat_e7 { (*a, b) } else { (b, *a) };
            if lo.lat_e7 <= y && y < hi.lat_e7 {
                let d = |v: i32, w: i32| i128::from(v) - i128::from(w);
                let east = d(hi.lon_e7, lo.lon_e7) * d(y, lo.lat_e7)
                    - d(hi.lat_e7, lo.lat_e7) * d(x, lo.lon_e7);
                odd ^= east > 0;
            }
        }
    }
    odd
}

#[test]
fn the_index_gives_what_the_rule_gives_and_what_geo_gives_off_the_edge() {
    for seed in 1..4 {
        let BenchCase { lon, lat, footprint, rings } = bench_case(seed).unwrap();
        let index = Index::new(&footprint);
        let step = 37;
        let lon: Vec<i32> = lon.into_iter().step_by(step).collect();
        let lat: Vec<i32> = lat.into_iter().step_by(step).collect();
        let polygons: Vec<geo::Polygon<f64>> = rings
            .iter()
            .map(|ring| {
                let line = ring.iter().map(|p| (f64::from(p.lon_e7), f64::from(p.lat_e7)));
                geo::Polygon::new(line.collect(), Vec::new())
            })
            .collect();
        let points = Points { lon: &lon, lat: &lat };
        let hits = index.hits(points);
        let mut counts = vec![0; rings.len()];
        for row in 0..lon.len() {
            let mut any = false;
            for (at, ring) in rings.iter().enumerate() {
                let rule = by_rule(std::slice::from_ref(ring), lon[row], lat[row]);
                if row % 7 == 0 {
                    let place = geo::coord! { x: f64::from(lon[row]), y: f64::from(lat[row]) };
                    match polygons[at].coordinate_position(&place) {
                        CoordPos::OnBoundary => {}
                        found => assert_eq!(rule, found == CoordPos::Inside),
                    }
                }
                any |= rule;
                counts[at] += u64::from(rule);
            }
            assert_eq!(hits.get(row), any);
            assert_eq!(index.holds(lon[row], lat[row]), any);
        }
        assert_eq!(index.count_by_polygon(points), counts);
        assert!(hits.count() > 500, "the case must hit something");
        assert_eq!(hits.rows().count() as u64, hits.count());
    }
}

#[test]
fn small_polygons_agree_with_the_rule_on_every_position() {
    let mut dice = 88_172_645_463_325_252u64;
    let mut next = |below: i32| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        (dice % below as u64) as i32
    };
    for _ in 0..300 {
        let mut footprint = Footprint::new();
        let mut all = Vec::new();
        for _ in 0..2 {
            let ring: Vec<LonLat> = (0..3 + next(5)).map(|_| at(next(24), next(24))).collect();
            let hole: Vec<LonLat> = (0..3).map(|_| at(next(24), next(24))).collect();
            let rings = vec![ring, hole];
            if footprint.push(&rings).is_ok() {
                all.push(rings);
            }
        }
        let index = Index::new(&footprint);
        for (x, y) in (-2..27).flat_map(|x| (-2..27).map(move |y| (x, y))) {
            let rule = all.iter().any(|rings| by_rule(rings, x, y));
            assert_eq!(index.holds(x, y), rule, "{x} {y} in {all:?}");
        }
    }
}

#[test]
fn neighbours_share_no_position_and_leave_none_out() {
    let mut footprint = Footprint::new();
    for (west, south) in [(0, 0), (10, 0), (0, 10), (10, 10)] {
        footprint.push(&[square(west, south, 10)]).unwrap();
    }
    let index = Index::new(&footprint);
    let (lon, lat): (Vec<i32>, Vec<i32>) =
        (0..20).flat_map(|x| (0..20).map(move |y| (x, y))).unzip();
    let points = Points { lon: &lon, lat: &lat };
    assert_eq!(index.count_by_polygon(points), [100; 4]);
    assert_eq!(index.hits(points).count(), 400);
    assert!(!index.holds(20, 5) && !index.holds(5, 20) && index.holds(0, 0));
}

#[test]
fn what_lies_in_many_polygons_is_hit_once_and_holes_are_not() {
    let mut footprint = Footprint::new();
    for _ in 0..3 {
        footprint.push(&[square(0, 0, 100), square(40, 40, 20)]).unwrap();
    }
    let index = Index::new(&footprint);
    let points = Points { lon: &[10, 50, 200], lat: &[10, 50, 200] };
    let hits = index.hits(points);
    assert_eq!((hits.count(), hits.get(0), hits.get(1)), (1, true, false));
    assert_eq!(index.count_by_polygon(points), [1, 1, 1]);
    let none = Index::new(&Footprint::new());
    assert_eq!(none.hits(points).count(), 0);
}

#[test]
fn a_circle_misses_nobody_in_it_and_few_outside() {
    let centre = at(1_092_000_000, 287_000_000);
    for radius_mm in [100_000, 5_000_000, 80_000_000] {
        let mut footprint = Footprint::new();
        footprint.push_circle(centre, radius_mm, 64).unwrap();
        let index = Index::new(&footprint);
        let step = (radius_mm / 8_000) as i32;
        for (i, j) in (-100..100).flat_map(|i| (-100..100).map(move |j| (i, j))) {
            let p = at(centre.lon_e7 + i * step, centre.lat_e7 + j * step);
            let distance = geodesic_mm(centre, p);
            let inside = index.holds(p.lon_e7, p.lat_e7);
            assert!(inside || distance > radius_mm * 998 / 1000, "{distance} of {radius_mm}");
            assert!(!inside || distance < radius_mm * 1004 / 1000, "{distance} of {radius_mm}");
        }
    }
}

#[test]
fn ground_that_is_none_is_refused() {
    let mut footprint = Footprint::new();
    let ring = vec![at(0, 0), at(1, 1), at(0, 0), at(1, 1)];
    assert_eq!(footprint.push(&[ring]), Err(FootprintError::Ring { polygon: 0, ring: 0 }));
    assert_eq!(footprint.push(&[]), Err(FootprintError::Ring { polygon: 0, ring: 0 }));
    let off = vec![at(0, 0), at(1, 910_000_000), at(5, 5)];
    assert_eq!(footprint.push(&[off]), Err(FootprintError::OffGlobe { polygon: 0 }));
    let round = vec![at(1_790_000_000, 0), at(-1_790_000_000, 0), at(1_790_000_000, 9)];
    assert_eq!(footprint.push(&[round]), Err(FootprintError::Meridian { polygon: 0 }));
    let many = vec![at(0, 0); VERTICES_MAX + 1];
    assert!(matches!(footprint.push(&[many]), Err(FootprintError::TooLarge { .. })));
    assert!(footprint.push_circle(at(0, 0), 0, 64).is_err());
    assert!(footprint.push_circle(at(0, 0), 1000, 3).is_err());
    assert!(footprint.is_empty());
    footprint.push_area(&[0, 0, 10, 0, 10, 10, 0, 0, 2, 1, 4, 1, 4, 2, 2, 1]).unwrap();
    assert_eq!(footprint.polygons[0].rings.len(), 2);
}

#[test]
fn a_line_counts_as_far_as_it_lies_inside() {
    let mut footprint = Footprint::new();
    footprint.push(&[square(0, 0, 1000)]).unwrap();
    footprint.push(&[square(500, 0, 1000)]).unwrap();
    let index = Index::new(&footprint);
    let share = |line: &[i32]| share_inside(&index, line);
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} {b}");
    near(share(&[-500, 500, 500, 500]), 0.5);
    near(share(&[100, 500, 1400, 500]), 1.0);
    near(share(&[-1000, 500, 2000, 500]), 0.5);
    near(share(&[-1000, -1000, -1000, 3000]), 0.0);
    near(share(&[200, 200, 200, 800, 200, 1400]), 0.8 / 1.2);
    near(share(&[7, 7]), 0.0);
}

#[test]
fn an_index_of_many_long_edges_stays_small() {
    let mut ring = Vec::new();
    for k in 0..20_000 {
        ring.push(at(k * 10, if k % 2 == 0 { 0 } else { 1_000_000 }));
    }
    ring.push(at(200_000, -10));
    ring.push(at(0, -10));
    let mut footprint = Footprint::new();
    footprint.push(std::slice::from_ref(&ring)).unwrap();
    let index = Index::new(&footprint);
    for k in 0..200 {
        let (x, y) = (k * 997, (k * 7_919) % 1_000_000);
        assert_eq!(index.holds(x, y), by_rule(std::slice::from_ref(&ring), x, y));
    }
}
