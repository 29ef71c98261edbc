//! The ground a hazard reaches: polygons of positions, checked once.

use kernel::{LonLat, geodesic_mm};

/// Vertices a footprint may have. Source: house, decision 16.
pub const VERTICES_MAX: usize = 1_000_000;
/// Largest radius of a circle, millimetres: beyond, a circle on the map is none on the ground.
pub const RADIUS_MAX_MM: i64 = 500_000_000;

/// Why a footprint is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FootprintError {
    /// A ring with fewer than three different positions.
    #[error("polygon {polygon}, ring {ring} has fewer than three different positions")]
    Ring {
        /// Number of the polygon, from 0.
        polygon: usize,
        /// Number of the ring, from 0.
        ring: usize,
    },
    /// A position that is not on the globe.
    #[error("polygon {polygon} has a position that is not on the globe")]
    OffGlobe {
        /// Number of the polygon, from 0.
        polygon: usize,
    },
    /// More vertices than a footprint may have.
    #[error("geometry-too-large: {found} vertices, at most {VERTICES_MAX}")]
    TooLarge {
        /// Vertices found.
        found: usize,
    },
    /// A step of more than half the globe: the polygon crosses the 180th meridian.
    #[error("polygon {polygon} crosses the 180th meridian; split it there")]
    Meridian {
        /// Number of the polygon, from 0.
        polygon: usize,
    },
    /// A circle without a radius, or with too large a one, or of too few vertices.
    #[error("a circle of {radius_mm} mm and {vertices} vertices is none")]
    Circle {
        /// Radius, millimetres.
        radius_mm: i64,
        /// Vertices.
        vertices: u32,
    },
}

/// An area: an outer ring and its holes, taken even-odd, so that the order of rings and their
/// direction do not matter. Rings are not closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Polygon {
    pub rings: Vec<Vec<LonLat>>,
}

/// The ground a hazard reaches. What lies in any of its polygons is hit, and hit once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    pub(crate) polygons: Vec<Polygon>,
    vertices: usize,
}

impl Footprint {
    /// No ground.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of polygons.
    pub fn len(&self) -> usize {
        self.polygons.len()
    }

    /// Whether there is no polygon.
    pub fn is_empty(&self) -> bool {
        self.polygons.is_empty()
    }

    /// Adds a polygon: rings of positions, the last may repeat the first.
    ///
    /// # Errors
    /// A ring that encloses nothing, a position off the globe, or too many of them.
    pub fn push(&mut self, rings: &[Vec<LonLat>]) -> Result<(), FootprintError> {
        let polygon = self.polygons.len();
        let count = rings.iter().map(Vec::len).sum::<usize>();
        let found = self.vertices.saturating_add(count);
        if found > VERTICES_MAX {
            return Err(FootprintError::TooLarge { found });
        }
        let mut kept = Vec::new();
        for (at, ring) in rings.iter().enumerate() {
            let on = |p: &LonLat| {
                (-1_800_000_000..=1_800_000_000).contains(&p.lon_e7)
                    && (-900_000_000..=900_000_000).contains(&p.lat_e7)
            };
            if !ring.iter().all(on) {
                return Err(FootprintError::OffGlobe { polygon });
            }
            let mut ring = ring.clone();
            ring.dedup();
            while ring.len() > 1 && ring.first() == ring.last() {
                ring.pop();
            }
            let mut different = ring.clone();
            different.sort_by_key(|p| (p.lon_e7, p.lat_e7));
            different.dedup();
            if different.len() < 3 {
                return Err(FootprintError::Ring { polygon, ring: at });
            }
            let half = |a: &LonLat, b: &LonLat| {
                i64::from(a.lon_e7).abs_diff(i64::from(b.lon_e7)) > 1_800_000_000
            };
            let next = ring.iter().cycle().skip(1);
            if ring.iter().zip(next).any(|(a, b)| half(a, b)) {
                return Err(FootprintError::Meridian { polygon });
            }
            kept.push(ring);
        }
        if kept.is_empty() {
            return Err(FootprintError::Ring { polygon, ring: 0 });
        }
        self.vertices = found;
        self.polygons.push(Polygon { rings: kept });
        Ok(())
    }

    /// Adds a polygon of a dataset's area column: closed rings of lon, lat, lon, lat ... one after
    /// another, in 1e-7 degree.
    ///
    /// # Errors
    /// As [`Footprint::push`].
    pub fn push_area(&mut self, area: &[i32]) -> Result<(), FootprintError> {
        let ring = |ring: &[i32]| {
            ring.chunks_exact(2).map(|p| LonLat { lon_e7: p[0], lat_e7: p[1] }).collect()
        };
        self.push(&datasets::rings(area).into_iter().map(ring).collect::<Vec<_>>())
    }

    /// Adds a circle as a polygon of `vertices` corners around it: nobody in the circle is missed,
    /// and what is counted too much is less than 0.3 % of its area at 64 corners.
    ///
    /// # Errors
    /// A radius or number of corners that makes no circle; else as [`Footprint::push`].
    pub fn push_circle(
        &mut self,
        centre: LonLat,
        radius_mm: i64,
        vertices: u32,
    ) -> Result<(), FootprintError> {
        if !(1..=RADIUS_MAX_MM).contains(&radius_mm) || !(8..=100_000).contains(&vertices) {
            return Err(FootprintError::Circle { radius_mm, vertices });
        }
        let turn = 2.0 * std::f64::consts::PI / f64::from(vertices);
        // The sides touch the circle, so the corners lie outside it.
        let reach = radius_mm as f64 / libm::cos(turn / 2.0);
        let ring = (0..vertices).map(|k| {
            let angle = f64::from(k) * turn;
            offset(centre, reach * libm::sin(angle), reach * libm::cos(angle))
        });
        self.push(&[ring.collect()])
    }
}

/// The position so many millimetres east and north of another.
fn offset(from: LonLat, east_mm: f64, north_mm: f64) -> LonLat {
    const STEP: i32 = 1_000_000;
    let per = |a: LonLat, b: LonLat| geodesic_mm(a, b) as f64 / f64::from(STEP);
    let clamp = |v: f64, most: i32| v.clamp(-f64::from(most), f64::from(most)) as i32;
    let below = LonLat { lon_e7: 0, lat_e7: from.lat_e7.clamp(-890_000_000, 890_000_000) };
    let above = LonLat { lat_e7: below.lat_e7 + STEP, ..below };
    let lat = f64::from(from.lat_e7) + north_mm / per(below, above);
    let middle = clamp((lat + f64::from(from.lat_e7)) / 2.0, 890_000_000);
    let west = LonLat { lon_e7: 0, lat_e7: middle };
    let east = LonLat { lon_e7: STEP, lat_e7: middle };
    let lon = f64::from(from.lon_e7) + east_mm / per(west, east);
    LonLat { lon_e7: clamp(lon, 1_800_000_000), lat_e7: clamp(lat, 900_000_000) }
}
