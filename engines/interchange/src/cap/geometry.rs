//! Polygons and circles of CAP, from text to positions.

use kernel::{LonLat, geodesic_mm};

use super::FaultCode;
use crate::ring::{self, RingError};

/// A circle on the ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circle {
    /// Its centre.
    pub centre: LonLat,
    /// Its radius in millimetres.
    pub radius_mm: i64,
}

/// Why a polygon or circle cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GeometryError {
    /// Not of the form `lat,lon lat,lon …`.
    #[error("{0:?} is no position of the form lat,lon")]
    Position(String),
    /// A position that is not finite or not on the globe.
    #[error("{0:?} is not on the globe")]
    OffGlobe(String),
    /// More vertices than an area may have.
    #[error("{0} vertices, more than the {max} allowed", max = ring::VERTICES_MAX)]
    TooLarge(usize),
    /// Too short, or crossing itself.
    #[error(transparent)]
    Ring(#[from] RingError),
    /// Not of the form `lat,lon radius` with a radius in kilometres from 0 to 2,000.
    #[error("{0:?} is no circle of the form lat,lon radius")]
    Circle(String),
}

impl GeometryError {
    pub(super) fn fault(&self) -> FaultCode {
        match self {
            GeometryError::Circle(_) => FaultCode::BadCircle,
            GeometryError::Ring(RingError::SelfCrossing { .. }) => FaultCode::PolygonSelfCrossing,
            _ => FaultCode::BadPolygon,
        }
    }
}

/// The ring of a CAP polygon, its last position equal to its first.
///
/// Positions are WGS 84 and taken as CGCS2000, from which they differ by centimetres.
///
/// # Errors
/// A text that gives no sound ring.
pub fn ring_of(polygon: &str) -> Result<Vec<LonLat>, GeometryError> {
    let count = polygon.split_whitespace().count();
    if count > ring::VERTICES_MAX {
        return Err(GeometryError::TooLarge(count));
    }
    let mut points = polygon.split_whitespace().map(position).collect::<Result<Vec<_>, _>>()?;
    if let (Some(first), Some(last)) = (points.first().copied(), points.last())
        && first != *last
    {
        points.push(first);
    }
    ring::check(&points)?;
    Ok(points)
}

/// Whether a readable polygon's last position is not its first.
pub(super) fn is_open(polygon: &str) -> bool {
    let first = polygon.split_whitespace().next().map(position);
    let last = polygon.split_whitespace().next_back().map(position);
    first != last
}

/// The circle of a CAP `circle`: `lat,lon radius`, the radius in kilometres.
///
/// # Errors
/// A text that gives no circle.
pub fn circle_of(text: &str) -> Result<Circle, GeometryError> {
    let wrong = || GeometryError::Circle(short(text));
    let mut parts = text.split_whitespace();
    let (Some(centre), Some(radius), None) = (parts.next(), parts.next(), parts.next()) else {
        return Err(wrong());
    };
    let centre = position(centre).map_err(|_| wrong())?;
    let radius_km = number(radius).ok_or_else(wrong)?;
    if !(0.0..=2_000.0).contains(&radius_km) {
        return Err(wrong());
    }
    Ok(Circle { centre, radius_mm: (radius_km * 1e6 + 0.5) as i64 })
}

impl Circle {
    /// A ring of 64 sides around the circle, so that nothing inside it is left out; closed.
    ///
    /// `None` for radius zero, and where the ring would leave the globe or cross the date line.
    /// Good to 0.5 % of the radius up to 500 km.
    pub fn ring(&self) -> Option<Vec<LonLat>> {
        if self.radius_mm == 0 {
            return None;
        }
        // A step of 1/64 of a turn: cosine and sine, and 1 / cos(1/128 turn) for the outer ring.
        const STEP: (f64, f64) = (0.995_184_726_672_196_9, 0.098_017_140_329_560_6);
        const OUTER: f64 = 1.001_206_105_464_463;
        let radius = self.radius_mm as f64 * OUTER;
        let (mut east, mut north) = (1.0, 0.0);
        let mut points = Vec::with_capacity(65);
        for _ in 0..64 {
            let lat = self.centre.lat() + radius * north / mm_per_degree(self.centre, (0.0, 0.1))?;
            let at = LonLat::from_degrees(self.centre.lon(), lat)?;
            let middle = LonLat::from_degrees(self.centre.lon(), (self.centre.lat() + lat) / 2.0)?;
            let lon = at.lon() + radius * east / mm_per_degree(middle, (0.1, 0.0))?;
            points.push(LonLat::from_degrees(lon, lat)?);
            (east, north) = (east * STEP.0 - north * STEP.1, east * STEP.1 + north * STEP.0);
        }
        points.push(*points.first()?);
        Some(points)
    }
}

/// Millimetres over the ground for a degree in the direction of `step` (in degrees).
fn mm_per_degree(at: LonLat, step: (f64, f64)) -> Option<f64> {
    let toward =
        |sign: f64| LonLat::from_degrees(at.lon() + sign * step.0, at.lat() + sign * step.1);
    let to = toward(1.0).or_else(|| toward(-1.0))?;
    let mm = geodesic_mm(at, to);
    (mm > 0).then(|| mm as f64 / (step.0 + step.1))
}

fn position(text: &str) -> Result<LonLat, GeometryError> {
    let wrong = || GeometryError::Position(short(text));
    let (lat, lon) = text.split_once(',').ok_or_else(wrong)?;
    let (lat, lon) = (number(lat).ok_or_else(wrong)?, number(lon).ok_or_else(wrong)?);
    LonLat::from_degrees(lon, lat).ok_or_else(|| GeometryError::OffGlobe(short(text)))
}

/// A plain decimal number; `NaN`, `inf` and the like are none.
fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    if plain && text.len() <= 64 { text.parse().ok() } else { None }
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}
