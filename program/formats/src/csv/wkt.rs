//! Lines and areas as well-known text, in degrees.

use interchange::geojson::Polygon;
use interchange::overlap::{self, AreaError};
use interchange::ring;
use kernel::LonLat;

use crate::rows::degrees;

/// A line as `LINESTRING (9.5 47.1, …)`.
pub(super) fn line(points: &[LonLat]) -> String {
    format!("LINESTRING {}", list(points))
}

/// Areas as `MULTIPOLYGON (((9.5 47.1, …)))`.
pub(super) fn area(polygons: &[Polygon]) -> String {
    let all: Vec<String> = polygons
        .iter()
        .map(|polygon| {
            let rings: Vec<String> = polygon.rings().map(|ring| list(ring)).collect();
            format!("({})", rings.join(", "))
        })
        .collect();
    format!("MULTIPOLYGON ({})", all.join(", "))
}

fn list(points: &[LonLat]) -> String {
    let all: Vec<String> = points
        .iter()
        .map(|point| format!("{} {}", degrees(point.lon_e7), degrees(point.lat_e7)))
        .collect();
    format!("({})", all.join(", "))
}

/// The positions of a `LINESTRING`, as a line value.
pub(super) fn parse_line(text: &str) -> Result<Vec<i32>, &'static str> {
    let mut rest = Rest { text: text.trim() };
    rest.word("LINESTRING")?;
    let points = rest.positions()?;
    rest.end()?;
    if points.len() < 2 {
        return Err("a line of fewer than two positions");
    }
    Ok(flat(&points))
}

/// The rings of a `POLYGON` or `MULTIPOLYGON`, as an area value.
pub(super) fn parse_area(text: &str) -> Result<Vec<i32>, &'static str> {
    let mut rest = Rest { text: text.trim() };
    let mut all: Vec<Polygon> = Vec::new();
    if rest.word("MULTIPOLYGON").is_ok() {
        rest.mark('(')?;
        loop {
            all.push(rest.polygon()?);
            if rest.mark(',').is_err() {
                break;
            }
        }
        rest.mark(')')?;
    } else if rest.word("POLYGON").is_ok() {
        all.push(rest.polygon()?);
    } else {
        return Err("no POLYGON or MULTIPOLYGON");
    }
    rest.end()?;
    let vertices: usize = all.iter().flat_map(Polygon::rings).map(|ring| ring.len() - 1).sum();
    if vertices > ring::VERTICES_MAX {
        return Err("an area of too many vertices");
    }
    overlap::check_area(&all).map_err(|error| match error {
        AreaError::Overlap(_) => "polygons that overlap",
        AreaError::Hole(_) => "a hole that is not inside its outline",
        AreaError::TooTangled => "rings too tangled to be judged",
    })?;
    Ok(all.iter().flat_map(Polygon::rings).flat_map(|ring| flat(ring)).collect())
}

fn flat(points: &[LonLat]) -> Vec<i32> {
    points.iter().flat_map(|point| [point.lon_e7, point.lat_e7]).collect()
}

struct Rest<'t> {
    text: &'t str,
}

impl Rest<'_> {
    fn word(&mut self, word: &str) -> Result<(), &'static str> {
        let head = self.text.get(..word.len()).filter(|head| head.eq_ignore_ascii_case(word));
        head.ok_or("not the kind of geometry that the column takes")?;
        self.text = self.text[word.len()..].trim_start();
        Ok(())
    }

    fn mark(&mut self, mark: char) -> Result<(), &'static str> {
        let rest = self.text.strip_prefix(mark).ok_or("not well-known text")?;
        self.text = rest.trim_start();
        Ok(())
    }

    fn end(&self) -> Result<(), &'static str> {
        if self.text.is_empty() { Ok(()) } else { Err("something after the geometry") }
    }

    fn polygon(&mut self) -> Result<Polygon, &'static str> {
        let mut polygon = Polygon::default();
        self.mark('(')?;
        loop {
            let ring = self.positions()?;
            if ring.first() != ring.last() {
                return Err("a ring that is not closed");
            }
            ring::check(&ring).map_err(|error| match error {
                ring::RingError::TooShort => "a ring of fewer than three positions",
                ring::RingError::SelfCrossing { .. } => "a ring that crosses or touches itself",
            })?;
            if polygon.exterior.is_empty() {
                polygon.exterior = ring;
            } else {
                polygon.holes.push(ring);
            }
            if self.mark(',').is_err() {
                break;
            }
        }
        self.mark(')')?;
        Ok(polygon)
    }

    fn positions(&mut self) -> Result<Vec<LonLat>, &'static str> {
        self.mark('(')?;
        let (inside, rest) = self.text.split_once(')').ok_or("not well-known text")?;
        self.text = rest.trim_start();
        inside.split(',').map(position).collect()
    }
}

fn position(text: &str) -> Result<LonLat, &'static str> {
    let mut parts = text.split_whitespace();
    let mut next = || parts.next().and_then(|part| part.parse::<f64>().ok());
    let (Some(lon), Some(lat)) = (next(), next()) else { return Err("a position without numbers") };
    if !lon.is_finite() || !lat.is_finite() {
        return Err("a position that is not finite");
    }
    if parts.next().is_some() {
        return Err("a position of more than two numbers");
    }
    LonLat::from_degrees(lon, lat).ok_or("a position that is not on the globe")
}
