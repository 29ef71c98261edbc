//! The geometry of a GeoPackage: its header and the well-known binary behind it.

use interchange::geojson::Polygon;
use interchange::ring::{self, VERTICES_MAX};
use kernel::LonLat;

use super::GpkgError;

/// What a geometry holds, sorted by kind.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Shape {
    /// Positions.
    pub points: Vec<LonLat>,
    /// Lines.
    pub lines: Vec<Vec<LonLat>>,
    /// Areas; rings are closed and sound.
    pub polygons: Vec<Polygon>,
}

impl Shape {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty() && self.lines.is_empty() && self.polygons.is_empty()
    }
}

/// A geometry with the number of its coordinate system. Heights and measures are passed over.
///
/// # Errors
/// Bytes that are no GeoPackage geometry, coordinates that are not finite or not on the globe,
/// rings that are not sound, more vertices than an area may have.
pub fn parse_geometry(blob: &[u8]) -> Result<(i32, Shape), GpkgError> {
    let unreadable = GpkgError::Geometry;
    let [b'G', b'P', 0, flags, srs @ ..] = blob else {
        return Err(unreadable("it does not begin with the GeoPackage mark"));
    };
    if flags & 0x20 != 0 {
        return Err(unreadable("an extended geometry type"));
    }
    let mut bytes = Bytes { rest: srs, little: flags & 1 == 1, vertices: 0 };
    let srs_id = bytes.u32()? as i32;
    let envelope = match (flags >> 1) & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err(unreadable("an unknown envelope")),
    };
    bytes.skip(envelope)?;
    let mut shape = Shape::default();
    if flags & 0x10 == 0 {
        bytes.geometry(0, &mut shape)?;
    }
    Ok((srs_id, shape))
}

struct Bytes<'b> {
    rest: &'b [u8],
    little: bool,
    vertices: u64,
}

impl Bytes<'_> {
    fn skip(&mut self, count: usize) -> Result<(), GpkgError> {
        self.rest = self.rest.get(count..).ok_or(GpkgError::Geometry("it is cut off"))?;
        Ok(())
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], GpkgError> {
        let Some((taken, rest)) = self.rest.split_first_chunk::<N>() else {
            return Err(GpkgError::Geometry("it is cut off"));
        };
        self.rest = rest;
        Ok(*taken)
    }

    fn u32(&mut self) -> Result<u32, GpkgError> {
        let taken = self.take()?;
        Ok(if self.little { u32::from_le_bytes(taken) } else { u32::from_be_bytes(taken) })
    }

    fn f64(&mut self) -> Result<f64, GpkgError> {
        let taken = self.take()?;
        Ok(if self.little { f64::from_le_bytes(taken) } else { f64::from_be_bytes(taken) })
    }

    /// A count of things that take at least `size` bytes each, so that a wrong one costs nothing.
    fn count(&mut self, size: usize) -> Result<usize, GpkgError> {
        let count = self.u32()? as usize;
        if count > self.rest.len() / size {
            return Err(GpkgError::Geometry("it is cut off"));
        }
        Ok(count)
    }

    fn geometry(&mut self, depth: u32, shape: &mut Shape) -> Result<(), GpkgError> {
        if depth > 4 {
            return Err(GpkgError::Geometry("collections too deep inside each other"));
        }
        self.little = match self.take::<1>()? {
            [0] => false,
            [1] => true,
            _ => return Err(GpkgError::Geometry("an unknown byte order")),
        };
        let code = self.u32()?;
        let more = match code / 1000 {
            0 => 0,
            1 | 2 => 1,
            3 => 2,
            _ => return Err(GpkgError::Geometry("an unknown type")),
        };
        match code % 1000 {
            1 => {
                let (lon, lat) = self.pair(more)?;
                // A point of two NaN is an empty one. Source: GeoPackage 1.3, geometry encoding.
                if !(lon.is_nan() && lat.is_nan() && depth == 0) {
                    shape.points.push(position(lon, lat)?);
                }
            }
            2 => {
                let line = self.line(more)?;
                match line.len() {
                    0 => {}
                    1 => return Err(GpkgError::Geometry("a line of one position")),
                    _ => shape.lines.push(line),
                }
            }
            3 => {
                let rings = self.count(4)?;
                let mut all = Vec::new();
                for _ in 0..rings {
                    let points = self.line(more)?;
                    if points.first() != points.last() {
                        return Err(GpkgError::NotClosed);
                    }
                    ring::check(&points)?;
                    all.push(points);
                }
                let mut all = all.into_iter();
                if let Some(exterior) = all.next() {
                    shape.polygons.push(Polygon { exterior, holes: all.collect() });
                }
            }
            4..=7 => {
                for _ in 0..self.count(5)? {
                    self.geometry(depth + 1, shape)?;
                }
            }
            _ => return Err(GpkgError::Geometry("a type that is not read here")),
        }
        Ok(())
    }

    fn pair(&mut self, more: usize) -> Result<(f64, f64), GpkgError> {
        let pair = (self.f64()?, self.f64()?);
        self.skip(8 * more)?;
        self.vertices += 1;
        if self.vertices > VERTICES_MAX as u64 + 1 {
            return Err(GpkgError::GeometryTooLarge(self.vertices));
        }
        Ok(pair)
    }

    fn line(&mut self, more: usize) -> Result<Vec<LonLat>, GpkgError> {
        let count = self.count(16 + 8 * more)?;
        // The closing position of a ring is not counted as a vertex.
        if count as u64 + self.vertices > VERTICES_MAX as u64 + 1 {
            return Err(GpkgError::GeometryTooLarge(count as u64 + self.vertices - 1));
        }
        let mut points = Vec::with_capacity(count);
        for _ in 0..count {
            let (lon, lat) = self.pair(more)?;
            points.push(position(lon, lat)?);
        }
        Ok(points)
    }
}

fn position(lon: f64, lat: f64) -> Result<LonLat, GpkgError> {
    if !lon.is_finite() || !lat.is_finite() {
        return Err(GpkgError::NotFinite);
    }
    LonLat::from_degrees(lon, lat).ok_or(GpkgError::OffGlobe)
}

/// The bytes of a geometry: a point, a line, or areas as a multi-polygon; several kinds together
/// are a collection. Little-endian, with the box around everything but a point.
pub fn write_geometry(srs_id: i32, shape: &Shape) -> Vec<u8> {
    let all = || {
        let rings = shape.polygons.iter().flat_map(Polygon::rings).flatten();
        shape.points.iter().chain(shape.lines.iter().flatten()).chain(rings)
    };
    let boxed = shape.points.is_empty() && !shape.is_empty();
    let flags = 1 | if boxed { 2 } else { 0 } | if shape.is_empty() { 0x10 } else { 0 };
    let mut out = vec![b'G', b'P', 0, flags];
    out.extend(srs_id.to_le_bytes());
    if boxed {
        let lon = || all().map(|p| p.lon_e7);
        let lat = || all().map(|p| p.lat_e7);
        for edge in [lon().min(), lon().max(), lat().min(), lat().max()] {
            out.extend((f64::from(edge.unwrap_or_default()) / 1e7).to_le_bytes());
        }
    }
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for at in &shape.points {
        let mut part = head(1);
        put(at, &mut part);
        parts.push(part);
    }
    for line in &shape.lines {
        let mut part = head(2);
        put_all(line, &mut part);
        parts.push(part);
    }
    if !shape.polygons.is_empty() {
        let mut part = head(6);
        part.extend((shape.polygons.len() as u32).to_le_bytes());
        for polygon in &shape.polygons {
            part.extend(head(3));
            part.extend((1 + polygon.holes.len() as u32).to_le_bytes());
            polygon.rings().for_each(|ring| put_all(ring, &mut part));
        }
        parts.push(part);
    }
    if parts.len() != 1 {
        out.extend(head(7));
        out.extend((parts.len() as u32).to_le_bytes());
    }
    parts.iter().for_each(|part| out.extend(part));
    out
}

fn head(code: u32) -> Vec<u8> {
    let mut out = vec![1];
    out.extend(code.to_le_bytes());
    out
}

fn put_all(line: &[LonLat], out: &mut Vec<u8>) {
    out.extend((line.len() as u32).to_le_bytes());
    line.iter().for_each(|at| put(at, out));
}

fn put(at: &LonLat, out: &mut Vec<u8>) {
    out.extend(at.lon().to_le_bytes());
    out.extend(at.lat().to_le_bytes());
}
