//! The shapes of fields: what a value may be, and how it reads as JSON and is written in ops.
//!
//! One description serves the form on the screen, the API, the check at entry and the fold.

use std::collections::BTreeMap;

use kernel::{EntityId, Hash32, LonLat, PlaceCode, Ref, UnixSeconds};
use serde_json::{Map, Value as Json, json};

use crate::value::Value;

/// What a field may hold.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Text of at most so many characters.
    Text(usize),
    /// A whole number between the two, inclusive; `unit` is "person", "m", "mm", "fen", "pack" …
    Int {
        /// Smallest allowed.
        min: i64,
        /// Largest allowed.
        max: i64,
        /// Unit, empty for plain numbers.
        unit: &'static str,
    },
    /// Yes or no.
    Bool,
    /// One of a list of codes; stored as its number, never reused.
    Code(&'static [(u8, &'static str)]),
    /// A reference to an entity of one of these kinds (empty: any).
    Ref(&'static [&'static str]),
    /// A BLAKE3 hash of a blob or dataset.
    Hash,
    /// The same of a file that a person brings (a photograph, a document): it has to be here when
    /// its hash is signed.
    Blob,
    /// A unit of the division table.
    Place,
    /// A position, 1e-5 degree CGCS2000; JSON [lon, lat] in degrees.
    Position,
    /// Polygons with rings of positions; JSON is a GeoJSON MultiPolygon's coordinates.
    Area,
    /// An instant, UTC seconds.
    Instant,
    /// A list of at most so many.
    List(&'static Shape, usize),
    /// Named parts.
    Record(&'static [(u8, &'static str, Shape)]),
    /// Anything canonical: for rules that judge the value themselves.
    Any,
}

/// Kinds of hazard by their lasting numbers. Source: house, decision 12.
pub const HAZARD_KINDS: Shape = Shape::Code(&[
    (1, "flood"),
    (2, "drought"),
    (3, "geological"),
    (4, "earthquake"),
    (5, "wildfire"),
    (6, "weather"),
    (7, "marine"),
    (8, "work_safety"),
    (9, "hazchem"),
    (10, "relief"),
    (11, "health"),
    (12, "other"),
]);

/// A value that does not fit its field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {code} (expected {expected})")]
pub struct ShapeError {
    /// Which field, such as `areas[2].name`.
    pub path: String,
    /// Stable code: `wrong-type`, `text-too-long`, `out-of-range`, `unknown-code`,
    /// `too-many-items`,
    /// `unknown-field`, `geometry-too-large`, `bad-reference`.
    pub code: &'static str,
    /// What would be allowed.
    pub expected: String,
}

/// Most vertices of an area held in an op body. Source: house, decision 16.
pub const AREA_VERTICES_MAX: usize = 2_000;

fn err(path: &str, code: &'static str, expected: impl Into<String>) -> ShapeError {
    ShapeError { path: path.to_owned(), code, expected: expected.into() }
}

impl Shape {
    /// Reads JSON into the stored value. JSON null is "not known, said on purpose".
    ///
    /// # Errors
    /// [`ShapeError`] names the path and what would be allowed.
    pub fn read(&self, path: &str, json: &Json) -> Result<Value, ShapeError> {
        if json.is_null() {
            return Ok(Value::Null);
        }
        match self {
            Shape::Text(max) => {
                let text = json.as_str().ok_or_else(|| err(path, "wrong-type", "text"))?;
                if text.chars().count() > *max {
                    return Err(err(path, "text-too-long", format!("at most {max} characters")));
                }
                Ok(text.into())
            }
            Shape::Int { min, max, .. } => {
                let range = || format!("a whole number from {min} to {max}");
                let int = json.as_i64().ok_or_else(|| err(path, "wrong-type", range()))?;
                if int < *min || int > *max {
                    return Err(err(path, "out-of-range", range()));
                }
                Ok(int.into())
            }
            Shape::Bool => json
                .as_bool()
                .map(Value::Bool)
                .ok_or_else(|| err(path, "wrong-type", "true or false")),
            Shape::Code(codes) => read_code(path, json, codes),
            Shape::Ref(kinds) => read_reference(path, json, kinds),
            Shape::Hash | Shape::Blob => {
                let text = json.as_str().unwrap_or_default();
                let hash: Hash32 =
                    text.parse().map_err(|_| err(path, "wrong-type", "64 hex digits"))?;
                Ok(Value::Bytes(hash.0.to_vec()))
            }
            Shape::Place => {
                let text = json.as_str().unwrap_or_default();
                let code: PlaceCode =
                    text.parse().map_err(|_| err(path, "wrong-type", "a 12-digit code"))?;
                Ok(code.0.into())
            }
            Shape::Position => read_position(path, json),
            Shape::Area => read_area(path, json),
            Shape::Instant => {
                let text = json.as_str().unwrap_or_default();
                let at: UnixSeconds =
                    text.parse().map_err(|_| err(path, "wrong-type", "2026-07-23T02:31:00Z"))?;
                Ok(at.0.into())
            }
            Shape::List(inner, max) => read_list(path, json, inner, *max),
            Shape::Record(parts) => read_record(path, json, parts),
            Shape::Any => Err(err(path, "wrong-type", "a value this program writes itself")),
        }
    }

    /// Whether a stored value fits: what does not fit writes nothing and still carries order.
    pub fn fits(&self, value: &Value) -> bool {
        match (self, value) {
            (_, Value::Null) | (Shape::Any, _) => true,
            (Shape::Text(max), Value::Text(t)) => t.chars().count() <= *max,
            (Shape::Int { min, max, .. }, Value::Int(i)) => {
                *i >= i128::from(*min) && *i <= i128::from(*max)
            }
            (Shape::Bool, Value::Bool(_)) => true,
            (Shape::Code(codes), Value::Int(i)) => codes.iter().any(|c| i128::from(c.0) == *i),
            (Shape::Ref(kinds), Value::Text(t)) => {
                t.parse::<Ref>().is_ok_and(|r| kinds.is_empty() || kinds.contains(&r.kind.as_str()))
            }
            (Shape::Hash | Shape::Blob, Value::Bytes(b)) => b.len() == 32,
            (Shape::Place, Value::Int(i)) => (0..1_000_000_000_000_000).contains(i),
            (Shape::Instant, Value::Int(i)) => i64::try_from(*i).is_ok(),
            (Shape::Position, v) => position(v).is_some(),
            (Shape::Area, v) => area(v).is_some(),
            (Shape::List(inner, max), Value::List(l)) => {
                l.len() <= *max && l.iter().all(|v| inner.fits(v))
            }
            (Shape::Record(parts), Value::Map(m)) => m.iter().all(|(k, v)| {
                parts.iter().find(|p| u64::from(p.0) == *k).is_some_and(|p| p.2.fits(v))
            }),
            _ => false,
        }
    }

    /// The value as people and programs read it.
    pub fn show(&self, value: &Value) -> Json {
        match (self, value) {
            (_, Value::Null) => Json::Null,
            (Shape::Code(codes), Value::Int(i)) => codes
                .iter()
                .find(|c| i128::from(c.0) == *i)
                .map_or_else(|| plain(value), |c| json!(c.1)),
            (Shape::Place, Value::Int(i)) => {
                u64::try_from(*i).map_or(Json::Null, |i| json!(PlaceCode(i)))
            }
            (Shape::Instant, Value::Int(i)) => {
                i64::try_from(*i).map_or(Json::Null, |i| json!(UnixSeconds(i)))
            }
            (Shape::Position, v) => position(v).map_or(Json::Null, |p| json!([p.lon(), p.lat()])),
            (Shape::Area, v) => area(v).map_or(Json::Null, |polygons| {
                let ring = |r: &Vec<LonLat>| {
                    Json::Array(r.iter().map(|p| json!([p.lon(), p.lat()])).collect())
                };
                let polygon = |p: &Vec<Vec<LonLat>>| Json::Array(p.iter().map(ring).collect());
                Json::Array(polygons.iter().map(polygon).collect())
            }),
            (Shape::List(inner, _), Value::List(l)) => {
                Json::Array(l.iter().map(|v| inner.show(v)).collect())
            }
            (Shape::Record(parts), Value::Map(m)) => {
                let mut object = Map::new();
                for (number, name, shape) in *parts {
                    if let Some(v) = m.get(&u64::from(*number)) {
                        object.insert((*name).to_owned(), shape.show(v));
                    }
                }
                Json::Object(object)
            }
            _ => plain(value),
        }
    }

    /// The shape for programs that draw forms: type, limits, codes, unit.
    pub fn describe(&self) -> Json {
        match self {
            Shape::Text(max) => json!({"type": "text", "max": max}),
            Shape::Int { min, max, unit } => {
                json!({"type": "int", "min": min, "max": max, "unit": unit})
            }
            Shape::Bool => json!({"type": "bool"}),
            Shape::Code(codes) => {
                json!({"type": "code", "codes": codes.iter().map(|c| c.1).collect::<Vec<_>>()})
            }
            Shape::Ref(kinds) => json!({"type": "ref", "kinds": kinds}),
            Shape::Hash => json!({"type": "hash"}),
            Shape::Blob => json!({"type": "blob"}),
            Shape::Place => json!({"type": "place"}),
            Shape::Position => json!({"type": "position"}),
            Shape::Area => json!({"type": "area", "vertices_max": AREA_VERTICES_MAX}),
            Shape::Instant => json!({"type": "instant"}),
            Shape::List(inner, max) => {
                json!({"type": "list", "max": max, "of": inner.describe()})
            }
            Shape::Record(parts) => {
                let part = |p: &(u8, &str, Shape)| json!({"name": p.1, "shape": p.2.describe()});
                json!({"type": "record", "parts": parts.iter().map(part).collect::<Vec<_>>()})
            }
            Shape::Any => json!({"type": "any"}),
        }
    }
}

/// A value without a shape, as JSON.
pub fn plain(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(b) => json!(b),
        Value::Int(i) => i64::try_from(*i).map_or_else(|_| json!(i.to_string()), |i| json!(i)),
        Value::Bytes(b) if b.len() == 10 => {
            json!(EntityId::from_slice(b).unwrap_or_default().to_string())
        }
        Value::Bytes(b) => json!(b.iter().map(|x| format!("{x:02x}")).collect::<String>()),
        Value::Text(t) => json!(t),
        Value::List(l) => Json::Array(l.iter().map(plain).collect()),
        Value::Map(m) => Json::Object(m.iter().map(|(k, v)| (k.to_string(), plain(v))).collect()),
    }
}

fn read_code(path: &str, json: &Json, codes: &[(u8, &str)]) -> Result<Value, ShapeError> {
    let names = || codes.iter().map(|c| c.1).collect::<Vec<_>>().join(", ");
    let text = json.as_str().ok_or_else(|| err(path, "wrong-type", names()))?;
    let code = codes.iter().find(|c| c.1 == text);
    code.map(|c| Value::Int(c.0.into())).ok_or_else(|| err(path, "unknown-code", names()))
}

fn read_reference(path: &str, json: &Json, kinds: &[&str]) -> Result<Value, ShapeError> {
    let expected = || format!("kind:id of {}", kinds.join(", "));
    let text = json.as_str().ok_or_else(|| err(path, "wrong-type", expected()))?;
    let r: Ref = text.parse().map_err(|_| err(path, "bad-reference", expected()))?;
    if !kinds.is_empty() && !kinds.contains(&r.kind.as_str()) {
        return Err(err(path, "bad-reference", expected()));
    }
    Ok(Value::Text(r.to_string()))
}

fn read_list(path: &str, json: &Json, inner: &Shape, max: usize) -> Result<Value, ShapeError> {
    let items = json.as_array().ok_or_else(|| err(path, "wrong-type", "a list"))?;
    if items.len() > max {
        return Err(err(path, "too-many-items", format!("at most {max}")));
    }
    let read = |(i, item)| inner.read(&format!("{path}[{i}]"), item);
    items.iter().enumerate().map(read).collect::<Result<_, _>>().map(Value::List)
}

fn read_record(path: &str, json: &Json, parts: &[(u8, &str, Shape)]) -> Result<Value, ShapeError> {
    let object = json.as_object().ok_or_else(|| err(path, "wrong-type", "an object"))?;
    let mut map = BTreeMap::new();
    for (name, item) in object {
        let inside = format!("{path}.{name}");
        let names = || parts.iter().map(|p| p.1).collect::<Vec<_>>().join(", ");
        let part = parts.iter().find(|p| p.1 == name);
        let part = part.ok_or_else(|| err(&inside, "unknown-field", names()))?;
        map.insert(part.0.into(), part.2.read(&inside, item)?);
    }
    Ok(Value::Map(map))
}

fn read_position(path: &str, json: &Json) -> Result<Value, ShapeError> {
    let expected = || err(path, "out-of-range", "[lon, lat] in degrees, CGCS2000");
    let pair = json.as_array().filter(|a| a.len() == 2).ok_or_else(expected)?;
    let (lon, lat) =
        (pair[0].as_f64().ok_or_else(expected)?, pair[1].as_f64().ok_or_else(expected)?);
    let [lon, lat] = LonLat::from_degrees(lon, lat).ok_or_else(expected)?.to_e5();
    Ok(Value::List(vec![i64::from(lon).into(), i64::from(lat).into()]))
}

/// A stored position.
pub fn position(value: &Value) -> Option<LonLat> {
    let [lon, lat] = value.as_list()? else { return None };
    LonLat::from_e5([i32::try_from(lon.as_int()?).ok()?, i32::try_from(lat.as_int()?).ok()?])
}

/// A position as stored.
pub fn position_value(at: LonLat) -> Value {
    let [lon, lat] = at.to_e5();
    Value::List(vec![i64::from(lon).into(), i64::from(lat).into()])
}

/// Stored polygons: each a list of rings, outer first; rings are closed.
pub fn area(value: &Value) -> Option<Vec<Vec<Vec<LonLat>>>> {
    let ring = |r: &Value| -> Option<Vec<LonLat>> {
        let flat = r.as_list()?;
        if flat.len() % 2 != 0 || flat.len() < 8 {
            return None;
        }
        let pair = |p: &[Value]| position(&Value::List(p.to_vec()));
        flat.chunks(2).map(pair).collect()
    };
    let polygon = |p: &Value| p.as_list()?.iter().map(ring).collect::<Option<Vec<_>>>();
    let polygons: Vec<_> = value.as_list()?.iter().map(polygon).collect::<Option<_>>()?;
    let vertices: usize = polygons.iter().flatten().map(Vec::len).sum();
    (vertices <= AREA_VERTICES_MAX).then_some(polygons)
}

/// Polygons as stored.
pub fn area_value(polygons: &[Vec<Vec<LonLat>>]) -> Value {
    let ring = |r: &Vec<LonLat>| {
        let flat = r.iter().flat_map(|p| p.to_e5()).map(|v| Value::from(i64::from(v)));
        Value::List(flat.collect())
    };
    let polygon = |p: &Vec<Vec<LonLat>>| Value::List(p.iter().map(ring).collect());
    Value::List(polygons.iter().map(polygon).collect())
}

fn read_area(path: &str, json: &Json) -> Result<Value, ShapeError> {
    let expected = || err(path, "wrong-type", "MultiPolygon coordinates, rings closed");
    let mut vertices = 0usize;
    let mut polygons = Vec::new();
    for polygon in json.as_array().ok_or_else(expected)? {
        let mut rings = Vec::new();
        for ring in polygon.as_array().ok_or_else(expected)? {
            let points = ring.as_array().ok_or_else(expected)?;
            vertices += points.len();
            if vertices > AREA_VERTICES_MAX {
                let most = format!("at most {AREA_VERTICES_MAX} vertices");
                return Err(err(path, "geometry-too-large", most));
            }
            let mut flat = Vec::new();
            for point in points {
                match read_position(path, point)? {
                    Value::List(pair) => flat.extend(pair),
                    _ => return Err(expected()),
                }
            }
            if flat.len() < 8 || flat[..2] != flat[flat.len() - 2..] {
                return Err(expected());
            }
            rings.push(Value::List(flat));
        }
        polygons.push(Value::List(rings));
    }
    Ok(Value::List(polygons))
}
