//! The made-up case that speed is measured on.

use kernel::LonLat;

use crate::footprint::{Footprint, FootprintError};

/// Points in the case.
pub const POINTS: usize = 200_000;
/// Polygons in the case.
pub const POLYGONS: usize = 50;
/// Vertices of each polygon.
pub const VERTICES: usize = 1_000;

/// SplitMix64: the same numbers from the same seed everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to under 1, in steps of 2^-53.
    fn part(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// A case.
#[derive(Clone, Debug)]
pub struct BenchCase {
    /// Longitudes of the points, 1e-7 degree.
    pub lon: Vec<i32>,
    /// Latitudes of the points, 1e-7 degree.
    pub lat: Vec<i32>,
    /// The polygons.
    pub footprint: Footprint,
    /// Their rings, one each, to write the case to a file.
    pub rings: Vec<Vec<LonLat>>,
}

/// 200,000 points in no order over about 60 × 60 km, and 50 ragged polygons of 1,000 vertices that
/// overlap each other.
///
/// # Errors
/// A polygon that is none; the polygons are checked like any others.
pub fn bench_case(seed: u64) -> Result<BenchCase, FootprintError> {
    let mut dice = Dice(seed);
    let (west, south, side) = (1_092_000_000.0, 287_000_000.0, 6_000_000.0);
    let mut lon = Vec::with_capacity(POINTS);
    let mut lat = Vec::with_capacity(POINTS);
    for _ in 0..POINTS {
        lon.push((west + side * dice.part()) as i32);
        lat.push((south + side * dice.part()) as i32);
    }
    let mut footprint = Footprint::new();
    let mut rings = Vec::new();
    for _ in 0..POLYGONS {
        let (x, y) = (west + side * dice.part(), south + side * dice.part());
        let radius = 200_000.0 + 900_000.0 * dice.part();
        let waves: Vec<(f64, f64)> =
            (0..6).map(|_| (dice.part() * 0.15, dice.part() * 6.0)).collect();
        let ring: Vec<LonLat> = (0..VERTICES)
            .map(|k| {
                let angle = k as f64 * (2.0 * std::f64::consts::PI / VERTICES as f64);
                let wave = |(n, (size, phase)): (usize, &(f64, f64))| {
                    size * libm::sin(angle * (n * n + 2) as f64 + phase)
                };
                let ragged = 1.0 + waves.iter().enumerate().map(wave).sum::<f64>();
                let r = radius * (ragged + 0.01 * dice.part());
                LonLat {
                    lon_e7: (x + r * libm::cos(angle)) as i32,
                    lat_e7: (y + r * libm::sin(angle)) as i32,
                }
            })
            .collect();
        footprint.push(std::slice::from_ref(&ring))?;
        rings.push(ring);
    }
    Ok(BenchCase { lon, lat, footprint, rings })
}
