//! From JSON to areas, in one pass, with the vertices counted as they come.

use std::cell::{Cell, RefCell};
use std::fmt;

use kernel::LonLat;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{Areas, BYTES_MAX, GeoJsonError, Polygon, Reason};
use crate::ring::{self, VERTICES_MAX};

/// The areas of a Polygon, MultiPolygon, GeometryCollection, Feature or FeatureCollection.
///
/// ```
/// use interchange::geojson::parse_area;
/// let vaduz = br#"{"type": "Polygon", "coordinates":
///     [[[9.50, 47.13], [9.53, 47.13], [9.53, 47.15], [9.50, 47.15], [9.50, 47.13]]]}"#;
/// assert_eq!(parse_area(vaduz)?.vertices(), 4);
/// let crossing = br#"{"type": "Polygon", "coordinates":
///     [[[9.50, 47.13], [9.53, 47.15], [9.53, 47.13], [9.50, 47.15], [9.50, 47.13]]]}"#;
/// assert_eq!(parse_area(crossing).unwrap_err().code(), "geometry-self-crossing");
/// # Ok::<(), interchange::geojson::GeoJsonError>(())
/// ```
///
/// # Errors
/// Not JSON or not GeoJSON, over the limits, a position or ring that is not sound, another
/// coordinate system, or no area at all; see [`Reason`]. Nothing is mended.
pub fn parse_area(bytes: &[u8]) -> Result<Areas, GeoJsonError> {
    let whole = |reason| GeoJsonError { at: "document".to_owned(), reason };
    if bytes.len() > BYTES_MAX {
        return Err(whole(Reason::TooManyBytes { bytes: bytes.len(), limit: BYTES_MAX }));
    }
    let budget = Budget::default();
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = ObjectSeed(&budget).deserialize(&mut json).and_then(|raw| json.end().map(|()| raw));
    let raw = read.map_err(|error| {
        let noted = budget.reason.borrow_mut().take();
        whole(noted.unwrap_or_else(|| syntax(bytes, &error)))
    })?;
    let mut areas = Areas::default();
    gather(raw, "document", &mut areas, &mut 0)?;
    if areas.polygons.is_empty() {
        return Err(whole(Reason::NoArea));
    }
    Ok(areas)
}

/// JSON has no `NaN` and no `Infinity`; who writes them is told so, not just "not JSON".
fn syntax(bytes: &[u8], error: &serde_json::Error) -> Reason {
    let (line, column) = (error.line(), error.column());
    let start = bytes.split(|b| *b == b'\n').take(line.saturating_sub(1));
    let at = start.map(|l| l.len() + 1).sum::<usize>() + column;
    let near = &bytes[at.saturating_sub(5).min(bytes.len())..bytes.len().min(at + 10)];
    let says = |word: &[u8]| near.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    if says(b"NaN") || says(b"Infinity") || error.to_string().contains("number out of range") {
        return Reason::NotFinite;
    }
    match error.is_data() {
        true => Reason::WrongType { line, column },
        false => Reason::NotJson { line, column },
    }
}

/// What may still be read, and why reading was stopped.
#[derive(Default)]
struct Budget {
    used: Cell<usize>,
    reason: RefCell<Option<Reason>>,
}

impl Budget {
    /// Objects and lists count like vertices, so that empty ones cost too.
    fn spend<E: Error>(&self) -> Result<(), E> {
        self.used.set(self.used.get() + 1);
        if self.used.get() > 3 * VERTICES_MAX {
            return Err(self.stop(Reason::TooManyVertices));
        }
        Ok(())
    }

    fn stop<E: Error>(&self, reason: Reason) -> E {
        let error = E::custom(&reason);
        self.reason.borrow_mut().get_or_insert(reason);
        error
    }
}

/// A GeoJSON object before its meaning is asked.
#[derive(Default)]
struct Raw {
    of_type: Option<String>,
    coordinates: Option<Coords>,
    geometry: Option<Box<Raw>>,
    geometries: Option<Vec<Raw>>,
    features: Option<Vec<Raw>>,
    crs: Option<String>,
}

enum Coords {
    Number(f64),
    Position(f64, f64),
    List(Vec<Coords>),
}

struct ObjectSeed<'b>(&'b Budget);

impl<'de> DeserializeSeed<'de> for ObjectSeed<'_> {
    type Value = Raw;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Raw, D::Error> {
        d.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ObjectSeed<'_> {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a GeoJSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        self.0.spend()?;
        let mut raw = Raw::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => raw.of_type = Some(map.next_value()?),
                "coordinates" => raw.coordinates = Some(map.next_value_seed(CoordsSeed(self.0))?),
                "geometry" => raw.geometry = map.next_value_seed(OptionSeed(self.0))?.map(Box::new),
                "geometries" => raw.geometries = Some(map.next_value_seed(ListSeed(self.0))?),
                "features" => raw.features = Some(map.next_value_seed(ListSeed(self.0))?),
                "crs" => {
                    let crs = map.next_value::<Option<Crs>>()?;
                    raw.crs = crs.map(|crs| crs.properties.name.chars().take(80).collect());
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(raw)
    }
}

struct OptionSeed<'b>(&'b Budget);

impl<'de> DeserializeSeed<'de> for OptionSeed<'_> {
    type Value = Option<Raw>;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Option<Raw>, D::Error> {
        d.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for OptionSeed<'_> {
    type Value = Option<Raw>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a geometry or null")
    }

    fn visit_none<E: Error>(self) -> Result<Option<Raw>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<Raw>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<Option<Raw>, D::Error> {
        ObjectSeed(self.0).deserialize(d).map(Some)
    }
}

struct ListSeed<'b>(&'b Budget);

impl<'de> DeserializeSeed<'de> for ListSeed<'_> {
    type Value = Vec<Raw>;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Vec<Raw>, D::Error> {
        d.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ListSeed<'_> {
    type Value = Vec<Raw>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of GeoJSON objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<Raw>, A::Error> {
        let mut list = Vec::new();
        while let Some(raw) = seq.next_element_seed(ObjectSeed(self.0))? {
            list.push(raw);
        }
        Ok(list)
    }
}

struct CoordsSeed<'b>(&'b Budget);

impl<'de> DeserializeSeed<'de> for CoordsSeed<'_> {
    type Value = Coords;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Coords, D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for CoordsSeed<'_> {
    type Value = Coords;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("coordinates")
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Coords, E> {
        Ok(Coords::Number(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Coords, E> {
        Ok(Coords::Number(number as f64))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Coords, E> {
        Ok(Coords::Number(number as f64))
    }

    fn visit_unit<E: Error>(self) -> Result<Coords, E> {
        Err(self.0.stop(Reason::NotFinite))
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Coords, E> {
        Err(self.0.stop(Reason::NotFinite))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Coords, E> {
        Err(self.0.stop(Reason::NotFinite))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Coords, A::Error> {
        self.0.spend()?;
        let budget = self.0;
        let mut list = Vec::new();
        match seq.next_element_seed(CoordsSeed(budget))? {
            None => return Ok(Coords::List(list)),
            Some(Coords::Number(lon)) => {
                let Some(Coords::Number(lat)) = seq.next_element_seed(CoordsSeed(budget))? else {
                    return Err(budget.stop(Reason::Shape("position")));
                };
                // A height and whatever follows it are not part of an area.
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(Coords::Position(lon, lat));
            }
            Some(inner) => list.push(inner),
        }
        while let Some(inner) = seq.next_element_seed(CoordsSeed(budget))? {
            list.push(inner);
        }
        Ok(Coords::List(list))
    }
}

/// A `crs` member of the older form.
#[derive(serde::Deserialize)]
struct Crs {
    properties: CrsName,
}

#[derive(serde::Deserialize)]
struct CrsName {
    name: String,
}

fn crs_is_known(name: &str) -> bool {
    let end = name.rsplit([':', '/']).next().unwrap_or_default();
    matches!(end, "CRS84" | "4326" | "4490")
}

fn gather(raw: Raw, at: &str, areas: &mut Areas, vertices: &mut usize) -> Result<(), GeoJsonError> {
    let wrong = |reason| Err(GeoJsonError { at: at.to_owned(), reason });
    if let Some(name) = raw.crs.filter(|name| !crs_is_known(name)) {
        return wrong(Reason::Crs(name));
    }
    let Some(of_type) = raw.of_type else { return wrong(Reason::Member("type")) };
    match of_type.as_str() {
        "FeatureCollection" => {
            let Some(features) = raw.features else { return wrong(Reason::Member("features")) };
            for (number, feature) in features.into_iter().enumerate() {
                gather(feature, &format!("features[{number}]"), areas, vertices)?;
            }
        }
        "Feature" => match raw.geometry {
            Some(geometry) => gather(*geometry, &format!("{at}.geometry"), areas, vertices)?,
            None => left_out(areas, "Feature"),
        },
        "GeometryCollection" => {
            let Some(list) = raw.geometries else { return wrong(Reason::Member("geometries")) };
            for (number, geometry) in list.into_iter().enumerate() {
                gather(geometry, &format!("{at}.geometries[{number}]"), areas, vertices)?;
            }
        }
        "Polygon" | "MultiPolygon" => {
            let Some(Coords::List(list)) = raw.coordinates else {
                return wrong(Reason::Member("coordinates"));
            };
            let several = if of_type == "Polygon" { vec![Coords::List(list)] } else { list };
            for coords in several {
                let found =
                    polygon(coords).map_err(|reason| GeoJsonError { at: at.to_owned(), reason })?;
                *vertices += found.rings().map(|ring| ring.len() - 1).sum::<usize>();
                if *vertices > VERTICES_MAX {
                    return wrong(Reason::TooManyVertices);
                }
                areas.polygons.push(found);
            }
        }
        "Point" | "MultiPoint" | "LineString" | "MultiLineString" => left_out(areas, &of_type),
        other => return wrong(Reason::Type(other.chars().take(40).collect())),
    }
    Ok(())
}

fn left_out(areas: &mut Areas, of_type: &str) {
    *areas.left_out.entry(of_type.to_owned()).or_default() += 1;
}

fn polygon(coords: Coords) -> Result<Polygon, Reason> {
    let Coords::List(rings) = coords else { return Err(Reason::Shape("Polygon")) };
    let mut rings = rings.into_iter().map(ring_of);
    let exterior = rings.next().ok_or(Reason::Shape("Polygon"))??;
    Ok(Polygon { exterior, holes: rings.collect::<Result<_, _>>()? })
}

fn ring_of(coords: Coords) -> Result<Vec<LonLat>, Reason> {
    let Coords::List(list) = coords else { return Err(Reason::Shape("Polygon")) };
    if list.len() > VERTICES_MAX + 1 {
        return Err(Reason::TooManyVertices);
    }
    let mut points = Vec::with_capacity(list.len());
    for coords in list {
        let Coords::Position(lon, lat) = coords else { return Err(Reason::Shape("Polygon")) };
        points.push(position(lon, lat)?);
    }
    if points.first() != points.last() {
        return Err(Reason::NotClosed);
    }
    ring::check(&points)?;
    Ok(points)
}

fn position(lon: f64, lat: f64) -> Result<LonLat, Reason> {
    if !lon.is_finite() || !lat.is_finite() {
        return Err(Reason::NotFinite);
    }
    LonLat::from_degrees(lon, lat).ok_or(Reason::OffGlobe(lon, lat))
}
