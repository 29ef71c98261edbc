//! From areas and rows to GeoJSON; the same input gives the same bytes.

use kernel::LonLat;

use super::{Geometry, Polygon};
use crate::ring::twice_area;

/// The areas as one MultiPolygon. Outlines run counter-clockwise and holes clockwise.
///
/// Source: RFC 7946, 3.1.6.
pub fn write_area(polygons: &[Polygon]) -> Vec<u8> {
    let mut out = String::new();
    area(polygons, &mut out);
    out.into_bytes()
}

/// A property of a feature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Property<'a> {
    /// Not known: written as null.
    Unknown,
    /// A whole number.
    Whole(i64),
    /// A text.
    Text(&'a str),
}

/// A FeatureCollection, written feature by feature.
pub struct FeatureWriter {
    out: String,
    any: bool,
}

impl Default for FeatureWriter {
    fn default() -> Self {
        FeatureWriter::new()
    }
}

impl FeatureWriter {
    /// A collection without features.
    pub fn new() -> Self {
        FeatureWriter {
            out: "{\"type\":\"FeatureCollection\",\"features\":[".to_owned(),
            any: false,
        }
    }

    /// Adds a feature; without a geometry it is written with null.
    pub fn push(
        &mut self,
        id: &str,
        geometry: Option<&Geometry>,
        properties: &[(&str, Property<'_>)],
    ) {
        self.out.push_str(if self.any { ",\n" } else { "\n" });
        self.any = true;
        self.out.push_str("{\"type\":\"Feature\",\"id\":");
        text(id, &mut self.out);
        self.out.push_str(",\"geometry\":");
        match geometry {
            None => self.out.push_str("null"),
            Some(Geometry::Point(at)) => {
                self.out.push_str("{\"type\":\"Point\",\"coordinates\":");
                position(*at, &mut self.out);
                self.out.push('}');
            }
            Some(Geometry::Line(line)) => {
                self.out.push_str("{\"type\":\"LineString\",\"coordinates\":");
                positions(line.iter(), &mut self.out);
                self.out.push('}');
            }
            Some(Geometry::Area(polygons)) => area(polygons, &mut self.out),
        }
        self.out.push_str(",\"properties\":{");
        for (number, (name, value)) in properties.iter().enumerate() {
            if number > 0 {
                self.out.push(',');
            }
            text(name, &mut self.out);
            self.out.push(':');
            match value {
                Property::Unknown => self.out.push_str("null"),
                Property::Whole(whole) => self.out.push_str(&whole.to_string()),
                Property::Text(value) => text(value, &mut self.out),
            }
        }
        self.out.push_str("}}");
    }

    /// The document.
    pub fn finish(mut self) -> Vec<u8> {
        self.out.push_str("\n]}\n");
        self.out.into_bytes()
    }
}

fn area(polygons: &[Polygon], out: &mut String) {
    out.push_str("{\"type\":\"MultiPolygon\",\"coordinates\":[");
    for (number, polygon) in polygons.iter().enumerate() {
        out.push_str(if number > 0 { ",[" } else { "[" });
        turned(&polygon.exterior, true, out);
        for hole in &polygon.holes {
            out.push(',');
            turned(hole, false, out);
        }
        out.push(']');
    }
    out.push_str("]}");
}

/// A ring in the direction asked for.
fn turned(ring: &[LonLat], counter_clockwise: bool, out: &mut String) {
    if (twice_area(ring) > 0) == counter_clockwise {
        positions(ring.iter(), out);
    } else {
        positions(ring.iter().rev(), out);
    }
}

fn positions<'a>(list: impl Iterator<Item = &'a LonLat>, out: &mut String) {
    out.push('[');
    for (number, at) in list.enumerate() {
        if number > 0 {
            out.push(',');
        }
        position(*at, out);
    }
    out.push(']');
}

fn position(at: LonLat, out: &mut String) {
    out.push('[');
    degrees(at.lon_e7, out);
    out.push(',');
    degrees(at.lat_e7, out);
    out.push(']');
}

/// Degrees as a decimal number without rounding.
fn degrees(e7: i32, out: &mut String) {
    if e7 < 0 {
        out.push('-');
    }
    let size = e7.unsigned_abs();
    out.push_str(&(size / 10_000_000).to_string());
    let rest = format!("{:07}", size % 10_000_000);
    let rest = rest.trim_end_matches('0');
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
}

fn text(value: &str, out: &mut String) {
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if u32::from(c) < 0x20 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}
