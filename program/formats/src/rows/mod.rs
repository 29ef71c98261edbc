//! Rows of a dataset layer on their way to and from other people's files.
//!
//! One place knows how a foreign cell becomes a value of ours: codes by number or by name, whole
//! numbers written with full-width digits, civil dates as people write them, positions in degrees.
//! Nothing is guessed: a cell that does not fit is an error with its reason.

mod cell;
mod date;
#[cfg(test)]
mod tests;

pub use cell::{Raw, RowError, value_of};
pub(crate) use cell::{is_degrees, plain};
use datasets::{Cell, ColumnType, DatasetError, Layer, Meta, Reader, Table};
pub use date::civil_date;
use interchange::geojson::Polygon;
use kernel::LonLat;

/// A value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Not known.
    Unknown,
    /// A whole number or a code.
    Whole(i64),
    /// A text.
    Text(String),
    /// Positions: lon, lat, lon, lat … in 1e-7 degree.
    List(Vec<i32>),
}

/// A row: the id at its source, and a value for each column of the layer after `id` and
/// `source_id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The row's id at its source.
    pub source_id: String,
    /// The values, in the order of the layer's columns from the third on.
    pub values: Vec<Value>,
}

/// The rows of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The layer.
    pub layer: &'static Layer,
    /// The rows.
    pub rows: Vec<Row>,
}

/// The columns of a layer that carry its own values.
pub(crate) fn columns(layer: &'static Layer) -> &'static [datasets::Column] {
    layer.columns.get(2..).unwrap_or_default()
}

impl Rows {
    /// The rows of a dataset file.
    ///
    /// # Errors
    /// A file that is damaged, or of a layer that is not known.
    pub fn of(reader: &Reader) -> Result<Rows, DatasetError> {
        let name = &reader.meta().layer;
        let layer = datasets::layer(name).ok_or_else(|| DatasetError::NoLayer(name.clone()))?;
        let mut rows = Vec::with_capacity(reader.rows());
        for batch in reader.batches() {
            let batch = batch?;
            let ids = batch.texts("source_id")?;
            let first = rows.len();
            for at in 0..batch.len() {
                let source_id = ids.get(at).unwrap_or_default().to_owned();
                rows.push(Row { source_id, values: Vec::with_capacity(columns(layer).len()) });
            }
            for column in columns(layer) {
                let mut fill = |get: &dyn Fn(usize) -> Value| {
                    for (at, row) in rows[first..].iter_mut().enumerate() {
                        row.values.push(get(at));
                    }
                };
                // A file of an older program may lack a column that was added later.
                if !reader.has_column(column.name) {
                    fill(&|_| Value::Unknown);
                    continue;
                }
                let known = |value: Option<Value>| value.unwrap_or(Value::Unknown);
                match column.column_type {
                    ColumnType::Int32 => {
                        let ints = batch.ints(column.name)?;
                        fill(&|at| known(ints.get(at).map(|v| Value::Whole(v.into()))));
                    }
                    ColumnType::Int64 => {
                        let longs = batch.longs(column.name)?;
                        fill(&|at| known(longs.get(at).map(Value::Whole)));
                    }
                    ColumnType::Text => {
                        let texts = batch.texts(column.name)?;
                        fill(&|at| known(texts.get(at).map(|v| Value::Text(v.to_owned()))));
                    }
                    ColumnType::Line | ColumnType::Area => {
                        let lists = batch.lists(column.name)?;
                        fill(&|at| known(lists.get(at).map(|v| Value::List(v.to_vec()))));
                    }
                }
            }
        }
        Ok(Rows { layer, rows })
    }

    /// The bytes of a dataset file with these rows.
    ///
    /// # Errors
    /// A row that the layer refuses, or a description of another layer.
    pub fn to_dataset(&self, meta: &Meta) -> Result<Vec<u8>, DatasetError> {
        let mut table = Table::new(self.layer);
        for row in &self.rows {
            let cells: Vec<(&str, Cell<'_>)> = columns(self.layer)
                .iter()
                .zip(&row.values)
                .map(|(column, value)| (column.name, cell(column.column_type, value)))
                .collect();
            table.push(&row.source_id, &cells)?;
        }
        table.finish(meta)
    }
}

fn cell(column_type: ColumnType, value: &Value) -> Cell<'_> {
    match value {
        Value::Unknown => Cell::Unknown,
        Value::Text(text) => Cell::Text(text),
        Value::List(list) => Cell::List(list),
        Value::Whole(whole) => match (column_type, i32::try_from(*whole)) {
            (ColumnType::Int32, Ok(whole)) => Cell::Int(whole),
            // The table refuses a number that the column cannot hold.
            _ => Cell::Long(*whole),
        },
    }
}

impl Row {
    /// The value of a column.
    pub fn value(&self, layer: &'static Layer, name: &str) -> Option<&Value> {
        let at = columns(layer).iter().position(|column| column.name == name)?;
        self.values.get(at)
    }

    /// All positions of a row: its point, and those of its lines and areas.
    pub fn positions(&self, layer: &'static Layer) -> Vec<LonLat> {
        let lists = self.values.iter().filter_map(|value| match value {
            Value::List(list) => Some(positions(list)),
            _ => None,
        });
        self.point(layer).into_iter().chain(lists.flatten()).collect()
    }

    /// The line of a row, where it has one.
    pub(crate) fn list(&self, layer: &'static Layer, of: ColumnType) -> Option<&[i32]> {
        let at = columns(layer).iter().position(|column| column.column_type == of)?;
        match self.values.get(at) {
            Some(Value::List(list)) => Some(list),
            _ => None,
        }
    }

    /// The point of a row, where it has one.
    pub(crate) fn point(&self, layer: &'static Layer) -> Option<LonLat> {
        let whole = |name: &str| match self.value(layer, name) {
            Some(Value::Whole(value)) => i32::try_from(*value).ok(),
            _ => None,
        };
        Some(LonLat { lon_e7: whole("lon")?, lat_e7: whole("lat")? })
    }
}

/// Positions of a line value.
pub(crate) fn positions(list: &[i32]) -> Vec<LonLat> {
    let (pairs, _) = list.as_chunks::<2>();
    pairs.iter().map(|[lon_e7, lat_e7]| LonLat { lon_e7: *lon_e7, lat_e7: *lat_e7 }).collect()
}

/// The polygons of an area value: rings inside an even number of others are outlines, the others
/// are holes in the smallest outline around them.
pub(crate) fn polygons(list: &[i32]) -> Vec<Polygon> {
    let rings: Vec<Vec<LonLat>> = datasets::rings(list).into_iter().map(positions).collect();
    if rings.len() == 1 {
        let holes = Vec::new();
        return rings
            .into_iter()
            .map(|exterior| Polygon { exterior, holes: holes.clone() })
            .collect();
    }
    let around: Vec<Vec<usize>> = rings
        .iter()
        .enumerate()
        .map(|(at, ring)| {
            let others = rings.iter().enumerate().filter(|(other, _)| *other != at);
            others.filter(|(_, other)| lies_in(ring, other)).map(|(other, _)| other).collect()
        })
        .collect();
    let mut owner = vec![None; rings.len()];
    let mut found: Vec<Polygon> = Vec::new();
    for (at, ring) in rings.iter().enumerate() {
        if around[at].len().is_multiple_of(2) {
            owner[at] = Some(found.len());
            found.push(Polygon { exterior: ring.clone(), holes: Vec::new() });
        }
    }
    for (at, ring) in rings.iter().enumerate() {
        if !around[at].len().is_multiple_of(2) {
            // The innermost ring around a hole is the one with the most rings around itself.
            let outline = around[at].iter().max_by_key(|other| around[**other].len());
            if let Some(polygon) = outline.and_then(|o| owner[*o]).and_then(|o| found.get_mut(o)) {
                polygon.holes.push(ring.clone());
            }
        }
    }
    found
}

/// Whether a ring lies in another one, judged by a position that both do not share.
fn lies_in(ring: &[LonLat], other: &[LonLat]) -> bool {
    let Some(at) = ring.iter().find(|point| !other.contains(point)) else { return false };
    let mut odd = false;
    for (a, b) in other.iter().zip(other.iter().cycle().skip(1)) {
        if (a.lat_e7 > at.lat_e7) == (b.lat_e7 > at.lat_e7) {
            continue;
        }
        let d = |to: i32, from: i32| i128::from(to) - i128::from(from);
        let side = d(b.lon_e7, a.lon_e7) * d(at.lat_e7, a.lat_e7)
            - d(at.lon_e7, a.lon_e7) * d(b.lat_e7, a.lat_e7);
        odd ^= (side > 0) == (b.lat_e7 > a.lat_e7);
    }
    odd
}

/// A value as people read it: codes by name, positions in degrees. `None` where it is not known
/// or is a list.
pub(crate) fn shown(column: &'static datasets::Column, value: &Value) -> Option<String> {
    match value {
        Value::Unknown | Value::List(_) => None,
        Value::Text(text) => Some(text.clone()),
        Value::Whole(whole) => {
            let small = i32::try_from(*whole).ok();
            if let (true, Some(e7)) = (is_degrees(column), small) {
                return Some(degrees(e7));
            }
            let name = small.and_then(|code| column.code_name(code));
            Some(name.map_or_else(|| whole.to_string(), str::to_owned))
        }
    }
}

/// Degrees as a decimal number without rounding.
pub(crate) fn degrees(e7: i32) -> String {
    let sign = if e7 < 0 { "-" } else { "" };
    let size = e7.unsigned_abs();
    let text = format!("{sign}{}.{:07}", size / 10_000_000, size % 10_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
