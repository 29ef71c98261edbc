//! What threatens: flood zones by return period, slopes that may slide, a fault; and where
//! messages get through.

use kernel::LonLat;

use crate::grid::{CELL_LAT_E7, CELL_LON_E7, CELL_M, Grid};
use crate::outline;
use crate::relief::{Relief, layered};
use crate::rng::{Rng, mix};
use crate::settle::Settled;

/// Return periods of the flood zones, years, with the share of the 100-year stage each reaches.
pub(crate) const FLOODS: [(i32, f64); 4] = [(10, 0.5), (20, 0.64), (50, 0.84), (100, 1.0)];

/// A hazard zone on its way into the dataset.
#[derive(Clone, Debug)]
pub(crate) struct Zone {
    pub(crate) at: LonLat,
    /// Feature as named in the dataset's catalogue.
    pub(crate) feature: &'static str,
    pub(crate) hazard: &'static str,
    pub(crate) cell: usize,
    pub(crate) return_period_years: Option<i32>,
    pub(crate) grade: i32,
    pub(crate) depth_cm: Option<i32>,
    pub(crate) people_threatened: Option<i32>,
    pub(crate) area: Vec<i32>,
    pub(crate) line: Vec<i32>,
}

/// How far the water of this return period stands above a cell, metres; 0 or less: dry.
pub(crate) fn flood_depth_m(relief: &Relief, cell: usize, years: i32) -> f64 {
    let stream = relief.stream_of[cell] as usize;
    let catchment = f64::from(relief.drainage.catchment[stream]);
    if catchment < 400.0 {
        return 0.0;
    }
    let part = FLOODS.iter().find(|(y, _)| *y == years).map_or(1.0, |(_, part)| *part);
    let stage = (1.3 + 0.032 * catchment.sqrt()).min(9.5) * part;
    stage - relief.above_stream_m[cell]
}

/// The flood zones, one for each return period and connected piece of ground.
pub(crate) fn floods(relief: &Relief, settled: &Settled) -> Vec<Zone> {
    let grid = relief.grid;
    let mut zones = Vec::new();
    for (i, (years, _)) in FLOODS.iter().enumerate() {
        let wet = |c: usize| settled.is_land(c) && flood_depth_m(relief, c, *years) > 0.0;
        for group in outline::groups(grid, wet).into_iter().filter(|g| g.len() >= 6) {
            let members: std::collections::BTreeSet<usize> = group.iter().copied().collect();
            let rings = outline::outlines(grid, &group, |c| members.contains(&c));
            let depth: f64 = group.iter().map(|c| flood_depth_m(relief, *c, *years)).sum();
            let middle = group[group.len() / 2];
            zones.push(Zone {
                at: grid.centre(middle),
                feature: "flood_zone",
                hazard: "flood",
                cell: middle,
                return_period_years: Some(*years),
                grade: i as i32 + 1,
                depth_cm: Some((depth / group.len() as f64 * 100.0) as i32),
                people_threatened: None,
                area: outline::area(grid, &rings),
                line: Vec::new(),
            });
        }
    }
    zones
}

/// Slopes and gullies near houses and roads that are watched.
pub(crate) fn slopes(
    seed: u64,
    relief: &Relief,
    settled: &Settled,
    near: &[bool],
    wanted: usize,
) -> Vec<Zone> {
    let grid = relief.grid;
    let mut rng = Rng::of(seed, "slope");
    let mut steep: Vec<usize> = (0..grid.cells())
        .filter(|c| settled.is_land(*c) && near[*c] && relief.slope[*c] > 0.17)
        .filter(|c| !relief.is_stream(*c))
        .collect();
    rng.shuffle(&mut steep);
    let mut chosen: Vec<usize> = Vec::new();
    for cell in steep {
        if chosen.len() >= wanted {
            break;
        }
        if chosen.iter().all(|c| grid.apart2(*c, cell) >= 36) {
            chosen.push(cell);
        }
    }
    let mut zones = Vec::new();
    for cell in chosen {
        let kind = rng.weighted(&[70, 16, 14]);
        let radius = f64::from(rng.range(60, 190));
        let at = grid.centre(cell);
        zones.push(Zone {
            at,
            feature: ["landslide_point", "debris_flow_gully", "rockfall_slope"][kind],
            hazard: "geological",
            cell,
            return_period_years: None,
            grade: rng.weighted(&[12, 30, 38, 20]) as i32 + 1,
            depth_cm: None,
            people_threatened: Some(rng.range(0, 24) * rng.range(0, 6)),
            area: circle(at, radius),
            line: Vec::new(),
        });
    }
    zones
}

/// A fault across the county.
pub(crate) fn fault(seed: u64, relief: &Relief, settled: &Settled) -> Option<Zone> {
    let grid = relief.grid;
    let own = mix(seed ^ 0xfa);
    let (w, h) = (grid.width as f64, grid.height as f64);
    let mut line = Vec::new();
    let (mut middle, mut count) = (None, 0);
    for i in 0..=60 {
        let t = f64::from(i) / 60.0;
        let bend = layered(own, t * 6.0, 0.5, 3) * h * 0.09;
        let (x, y) = (w * (0.08 + 0.84 * t), h * (0.22 + 0.58 * t) + bend);
        let inside = grid.at(x as i32, y as i32).filter(|c| settled.is_land(*c));
        if let Some(cell) = inside {
            let at = grid.position(x, y);
            line.extend([at.lon_e7, at.lat_e7]);
            count += 1;
            if count % 30 == 1 {
                middle = Some(cell);
            }
        }
    }
    let cell = middle.filter(|_| line.len() >= 4)?;
    Some(Zone {
        at: grid.centre(cell),
        feature: "fault",
        hazard: "earthquake",
        cell,
        return_period_years: None,
        grade: 3,
        depth_cm: None,
        people_threatened: None,
        area: Vec::new(),
        line,
    })
}

const HALF_SQRT_2: f64 = core::f64::consts::FRAC_1_SQRT_2;
/// Directions of a circle's 16 corners, exact enough and the same everywhere.
const CORNERS: [(f64, f64); 5] = [
    (1.0, 0.0),
    (0.923_879_5, 0.382_683_4),
    (HALF_SQRT_2, HALF_SQRT_2),
    (0.382_683_4, 0.923_879_5),
    (0.0, 1.0),
];

/// A closed ring of 16 sides around a position.
pub(crate) fn circle(at: LonLat, radius_m: f64) -> Vec<i32> {
    let mut ring = Vec::with_capacity(34);
    for quarter in 0..4 {
        for (cos, sin) in &CORNERS[..4] {
            let (x, y) = match quarter {
                0 => (*cos, *sin),
                1 => (-*sin, *cos),
                2 => (-*cos, -*sin),
                _ => (*sin, -*cos),
            };
            ring.push(at.lon_e7 + (x * radius_m / CELL_M * f64::from(CELL_LON_E7)) as i32);
            ring.push(at.lat_e7 + (y * radius_m / CELL_M * f64::from(CELL_LAT_E7)) as i32);
        }
    }
    ring.extend_from_within(..2);
    ring
}

/// A station with the ground it serves.
#[derive(Clone, Debug)]
pub(crate) struct Station {
    pub(crate) cell: usize,
    /// Service as named in the dataset's catalogue.
    pub(crate) service: &'static str,
    pub(crate) operator: &'static str,
    pub(crate) radius_m: i32,
    pub(crate) backup_hours: Option<i32>,
}

/// Mobile stations by villages, narrowband stations on heights by towns, loudspeakers in villages.
pub(crate) fn stations(seed: u64, relief: &Relief, settled: &Settled) -> Vec<Station> {
    let mut rng = Rng::of(seed, "stations");
    let mut all = Vec::new();
    for town in &settled.towns {
        let cell = highest(relief.grid, relief, *town, 22);
        all.push(Station {
            cell,
            service: "narrowband_370_mhz",
            operator: "emergency",
            radius_m: rng.range(9, 15) * 1000,
            backup_hours: Some(rng.range(8, 72)),
        });
    }
    for spot in &settled.spots {
        if spot.urban || rng.chance(620) {
            let cell = highest(relief.grid, relief, spot.cell, 4);
            all.push(Station {
                cell,
                service: "mobile",
                operator: ["operator_a", "operator_b", "operator_c"][rng.below(3)],
                radius_m: if spot.urban { 1_500 } else { rng.range(20, 46) * 100 },
                backup_hours: (!rng.chance(120)).then(|| rng.range(2, 12)),
            });
        }
        all.push(Station {
            cell: spot.cell,
            service: "broadcast",
            operator: "village",
            radius_m: rng.range(4, 9) * 100,
            backup_hours: rng.chance(300).then(|| rng.range(2, 8)),
        });
    }
    all
}

fn highest(grid: Grid, relief: &Relief, cell: usize, radius: i32) -> usize {
    let top = crate::settle::by_distance(grid, cell, radius);
    top.into_iter().max_by_key(|c| (relief.height_m[*c] as i64, *c)).unwrap_or(cell)
}
