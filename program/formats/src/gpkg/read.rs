//! From a GeoPackage to rows of a layer.

use std::path::Path;

use datasets::{ColumnType, Layer};
use interchange::geojson::Polygon;
use interchange::overlap;
use interchange::ring::VERTICES_MAX;
use kernel::LonLat;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};

use super::{GpkgError, Shape, parse_geometry};
use crate::rows::{Raw, Row, RowError, Rows, Value, columns, value_of};

/// What a GeoPackage may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Rows of a table. Source: house, limits on input.
    pub rows: u64,
}

impl Default for Limits {
    /// 1 GiB and 2 million rows.
    fn default() -> Self {
        Limits { file_bytes: 1 << 30, rows: 2_000_000 }
    }
}

/// A row that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    /// Its `fid`, or the number of the row.
    pub fid: i64,
    /// Why.
    pub error: GpkgError,
}

/// The rows of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The rows that came in.
    pub rows: Rows,
    /// The rows that did not; up to 1,000 are named.
    pub rejected: Vec<RejectedRow>,
    /// How many did not.
    pub rejected_count: u64,
    /// Columns of the layer that the table lacks: not known in every row.
    pub absent_columns: Vec<&'static str>,
    /// Columns of the table that the layer does not have.
    pub ignored_columns: Vec<String>,
    /// The coordinate system, `EPSG:4490` or `EPSG:4326`.
    pub crs: String,
}

/// How many refused rows are named.
const NAMED: usize = 1_000;

/// The names of the feature tables in a GeoPackage.
///
/// # Errors
/// A file that is no GeoPackage, is damaged or too large.
pub fn feature_tables(path: &Path, limits: &Limits) -> Result<Vec<String>, GpkgError> {
    let db = open(path, limits)?;
    let sql = "SELECT table_name FROM gpkg_contents WHERE data_type = 'features' ORDER BY 1";
    let mut query = db.prepare(sql).map_err(damaged)?;
    let names = query.query_map([], |row| row.get(0)).map_err(damaged)?;
    names.collect::<Result<_, _>>().map_err(damaged)
}

/// The rows of a feature table as rows of a layer; refused rows stand beside the good ones.
///
/// # Errors
/// What concerns the file or the whole table: no GeoPackage, damage, a missing table or column,
/// another or no coordinate system, too many rows.
pub fn read(
    path: &Path,
    table: &str,
    layer: &'static Layer,
    limits: &Limits,
) -> Result<Imported, GpkgError> {
    let db = open(path, limits)?;
    let source = Source::of(&db, table, layer)?;
    let count: i64 = db.query_row(&source.count_sql(), [], |row| row.get(0)).map_err(damaged)?;
    let count = count.unsigned_abs();
    if count > limits.rows {
        return Err(GpkgError::TooLarge { what: "rows", found: count, limit: limits.rows });
    }
    let mut imported = Imported {
        rows: Rows { layer, rows: Vec::new() },
        rejected: Vec::new(),
        rejected_count: 0,
        absent_columns: source.absent.clone(),
        ignored_columns: source.ignored.clone(),
        crs: source.crs.clone(),
    };
    let mut query = db.prepare(&source.rows_sql()).map_err(damaged)?;
    let mut rows = query.query([]).map_err(damaged)?;
    let mut number = 0;
    while let Some(row) = rows.next().map_err(damaged)? {
        number += 1;
        let fid = row.get::<_, Option<i64>>(0).ok().flatten().unwrap_or(number);
        match source.row(row, fid) {
            Ok(found) => imported.rows.rows.push(found),
            Err(error) => {
                imported.rejected_count += 1;
                if imported.rejected.len() < NAMED {
                    imported.rejected.push(RejectedRow { fid, error });
                }
            }
        }
    }
    Ok(imported)
}

/// As [`read`], all rows or none.
///
/// # Errors
/// As [`read`], and the first refused row with the number of them.
pub fn read_strictly(
    path: &Path,
    table: &str,
    layer: &'static Layer,
    limits: &Limits,
) -> Result<Imported, GpkgError> {
    let imported = read(path, table, layer, limits)?;
    match imported.rejected.first() {
        None => Ok(imported),
        Some(first) => Err(GpkgError::Rows {
            table: table.to_owned(),
            count: imported.rejected_count,
            fid: first.fid,
            first: Box::new(first.error.clone()),
        }),
    }
}

fn damaged(error: rusqlite::Error) -> GpkgError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => GpkgError::NotGeoPackage("not an SQLite file".to_owned()),
        _ => GpkgError::Damaged(error.to_string().chars().take(200).collect()),
    }
}

fn open(path: &Path, limits: &Limits) -> Result<Connection, GpkgError> {
    let size = std::fs::metadata(path).map_err(|e| GpkgError::NotGeoPackage(e.to_string()))?.len();
    if size > limits.file_bytes {
        let limit = limits.file_bytes;
        return Err(GpkgError::TooLarge { what: "bytes", found: size, limit });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(damaged)?;
    // Nothing in the schema of a stranger's file is trusted to run.
    db.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;",
    )
    .map_err(damaged)?;
    for table in ["gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys"] {
        if !is_table(&db, table)? {
            return Err(GpkgError::NotGeoPackage(format!("there is no table {table}")));
        }
    }
    Ok(db)
}

/// Whether it is a table of its own and no view, whose query would be a stranger's.
fn is_table(db: &Connection, name: &str) -> Result<bool, GpkgError> {
    let sql = "SELECT type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' FROM sqlite_schema \
               WHERE lower(name) = lower(?1) AND type IN ('table', 'view')";
    let found = db.query_row(sql, [name], |row| row.get(0)).optional().map_err(damaged)?;
    Ok(found.unwrap_or(false))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Where in a table the columns of a layer are.
struct Source {
    table: String,
    layer: &'static Layer,
    geometry: String,
    srs_id: i64,
    crs: String,
    key: Option<String>,
    source_id: Option<String>,
    /// The table's columns for the layer's, by place in the layer.
    found: Vec<(usize, String)>,
    absent: Vec<&'static str>,
    ignored: Vec<String>,
}

impl Source {
    fn of(db: &Connection, table: &str, layer: &'static Layer) -> Result<Self, GpkgError> {
        let sql = "SELECT column_name, srs_id FROM gpkg_geometry_columns \
                   WHERE lower(table_name) = lower(?1)";
        let named = db.query_row(sql, [table], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?))
        });
        let named = named.optional().map_err(damaged)?;
        if !is_table(db, table)? {
            return Err(GpkgError::NoTable(table.to_owned()));
        }
        let missing = |column: &str| GpkgError::MissingColumn {
            table: table.to_owned(),
            column: column.to_owned(),
        };
        let (geometry, srs_id) = named.ok_or_else(|| missing("geometry"))?;
        let srs_id = srs_id.unwrap_or_default();
        let crs = crs_of(db, table, srs_id)?;
        // Hidden and computed columns are not looked at.
        let sql = "SELECT name, pk FROM pragma_table_xinfo(?1) WHERE hidden = 0";
        let mut query = db.prepare(sql).map_err(damaged)?;
        let all = query
            .query_map([table], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)? > 0)))
            .map_err(damaged)?
            .collect::<Result<Vec<_>, _>>()
            .map_err(damaged)?;
        let by_name = |name: &str| {
            all.iter().find(|(column, _)| column.eq_ignore_ascii_case(name)).map(|(c, _)| c.clone())
        };
        let geometry = by_name(&geometry).ok_or_else(|| missing(&geometry))?;
        let (mut found, mut absent) = (Vec::new(), Vec::new());
        for (at, column) in columns(layer).iter().enumerate() {
            let shape = matches!(column.column_type, ColumnType::Line | ColumnType::Area);
            match by_name(column.name) {
                Some(name) if !shape => found.push((at, name)),
                _ if shape || matches!(column.name, "lon" | "lat") => {}
                _ if column.required => return Err(missing(column.name)),
                _ => absent.push(column.name),
            }
        }
        let key = all.iter().find(|(_, key)| *key).map(|(name, _)| name.clone());
        let is_used = |name: &str| {
            name.eq_ignore_ascii_case(&geometry)
                || ["id", "source_id"].iter().any(|own| name.eq_ignore_ascii_case(own))
                || found.iter().any(|(_, used)| used == name)
        };
        let ignored = all
            .iter()
            .filter(|(name, key)| !key && !is_used(name))
            .map(|(name, _)| name.clone())
            .collect();
        Ok(Source {
            source_id: by_name("source_id"),
            table: table.to_owned(),
            layer,
            geometry,
            srs_id,
            crs,
            key,
            found,
            absent,
            ignored,
        })
    }

    fn count_sql(&self) -> String {
        format!("SELECT count(*) FROM {}", quoted(&self.table))
    }

    /// Key, id, size of the geometry, the geometry where it is not too large, then the columns.
    fn rows_sql(&self) -> String {
        let or_null = |name: &Option<String>| name.as_deref().map_or("NULL".to_owned(), quoted);
        let geometry = quoted(&self.geometry);
        let columns: String =
            self.found.iter().map(|(_, name)| format!(", {}", quoted(name))).collect();
        let order = if self.key.is_some() { " ORDER BY 1" } else { "" };
        format!(
            "SELECT {}, {}, octet_length({geometry}), CASE WHEN octet_length({geometry}) <= {} \
             THEN {geometry} END{columns} FROM {}{order}",
            or_null(&self.key),
            or_null(&self.source_id),
            BLOB_BYTES_MAX,
            quoted(&self.table),
        )
    }

    fn row(&self, row: &rusqlite::Row<'_>, fid: i64) -> Result<Row, GpkgError> {
        let size = row.get::<_, Option<i64>>(2).map_err(damaged)?.unwrap_or_default();
        let size = size.unsigned_abs();
        if size > BLOB_BYTES_MAX {
            return Err(GpkgError::GeometryTooLarge(size / 16));
        }
        let shape = match row.get_ref(3).map_err(damaged)? {
            ValueRef::Null => Shape::default(),
            ValueRef::Blob(blob) => {
                let (srs_id, shape) = parse_geometry(blob)?;
                if srs_id != 0 && i64::from(srs_id) != self.srs_id {
                    let crs = format!("srs_id {srs_id} in one of its geometries");
                    return Err(GpkgError::WrongCrs { table: self.table.clone(), crs });
                }
                shape
            }
            _ => return Err(GpkgError::Geometry("it is no binary value")),
        };
        let source_id = match row.get_ref(1).map_err(damaged)? {
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            ValueRef::Integer(number) => number.to_string(),
            _ => format!("fid/{fid}"),
        };
        let mut values = vec![Value::Unknown; columns(self.layer).len()];
        for (number, (at, _)) in self.found.iter().enumerate() {
            let column = &columns(self.layer)[*at];
            let raw = match row.get_ref(4 + number).map_err(damaged)? {
                ValueRef::Null => Raw::Null,
                ValueRef::Integer(whole) => Raw::Whole(whole),
                ValueRef::Real(real) => Raw::Real(real),
                ValueRef::Text(text) => match std::str::from_utf8(text) {
                    Ok(text) => Raw::Text(text),
                    Err(_) => return Err(RowError::value(column.name, "", "no UTF-8 text").into()),
                },
                ValueRef::Blob(_) => {
                    return Err(RowError::value(column.name, "", "a binary value").into());
                }
            };
            values[*at] = value_of(column, raw)?;
        }
        let mut row = Row { source_id, values };
        place(self.layer, shape, &mut row)?;
        complete(self.layer, &row)?;
        Ok(row)
    }
}

/// A geometry of this size cannot have few enough vertices, heights and measures included.
const BLOB_BYTES_MAX: u64 = VERTICES_MAX as u64 * 32 + (1 << 20);

fn crs_of(db: &Connection, table: &str, srs_id: i64) -> Result<String, GpkgError> {
    let unnamed = || GpkgError::UnnamedCrs { table: table.to_owned(), srs_id };
    // -1 and 0 stand for "not defined". Source: GeoPackage 1.3, spatial reference systems.
    if srs_id <= 0 {
        return Err(unnamed());
    }
    let sql = "SELECT organization, organization_coordsys_id, srs_name \
               FROM gpkg_spatial_ref_sys WHERE srs_id = ?1";
    let found = db.query_row(sql, [srs_id], |row| {
        let organization: Option<String> = row.get(0)?;
        Ok((organization, row.get::<_, Option<i64>>(1)?, row.get::<_, Option<String>>(2)?))
    });
    let Some((Some(organization), Some(id), name)) = found.optional().map_err(damaged)? else {
        return Err(unnamed());
    };
    let organization = organization.trim().to_ascii_uppercase();
    match (organization.as_str(), id) {
        ("EPSG", 4490 | 4326) => Ok(format!("EPSG:{id}")),
        ("" | "NONE" | "CUSTOM", _) => Err(unnamed()),
        _ => {
            let name = name.unwrap_or_default();
            let crs = format!("{organization}:{id} ({name})").chars().take(120).collect();
            Err(GpkgError::WrongCrs { table: table.to_owned(), crs })
        }
    }
}

/// Puts a geometry into the columns of a row: line, area, and the point where it has none yet.
fn place(layer: &'static Layer, shape: Shape, row: &mut Row) -> Result<(), GpkgError> {
    let wrong = |kind| GpkgError::WrongKind { layer: layer.name, kind };
    let at = |of: ColumnType| columns(layer).iter().position(|column| column.column_type == of);
    let named = |name: &str| columns(layer).iter().position(|column| column.name == name);
    let flat = |points: &[LonLat]| -> Vec<i32> {
        points.iter().flat_map(|point| [point.lon_e7, point.lat_e7]).collect()
    };
    if shape.points.len() > 1 || shape.lines.len() > 1 {
        return Err(wrong("several points or lines in one row"));
    }
    if let Some(line) = shape.lines.first() {
        let at = at(ColumnType::Line).ok_or_else(|| wrong("line"))?;
        row.values[at] = Value::List(flat(line));
    }
    let middle = middle_of(&shape);
    if !shape.polygons.is_empty() {
        let at = at(ColumnType::Area).ok_or_else(|| wrong("area"))?;
        overlap::check_area(&shape.polygons)?;
        let rings = shape.polygons.iter().flat_map(Polygon::rings);
        row.values[at] = Value::List(rings.flat_map(|ring| flat(ring)).collect());
    }
    if let (Some(lon), Some(lat)) = (named("lon"), named("lat")) {
        let unknown = row.values[lon] == Value::Unknown && row.values[lat] == Value::Unknown;
        if let Some(point) = shape.points.first().copied().or(middle).filter(|_| unknown) {
            row.values[lon] = Value::Whole(i64::from(point.lon_e7));
            row.values[lat] = Value::Whole(i64::from(point.lat_e7));
        }
    } else if !shape.points.is_empty() {
        return Err(wrong("point"));
    }
    Ok(())
}

/// The point where a thing without one is counted: inside its area, or halfway along its line.
fn middle_of(shape: &Shape) -> Option<LonLat> {
    let rings: Vec<Vec<LonLat>> =
        shape.polygons.first().map(|p| p.rings().cloned().collect()).unwrap_or_default();
    crate::osm::point_of(&rings)
        .or_else(|| shape.lines.first().and_then(|line| line.get(line.len() / 2)).copied())
}

fn complete(layer: &'static Layer, row: &Row) -> Result<(), GpkgError> {
    let lacks = columns(layer)
        .iter()
        .zip(&row.values)
        .find(|(column, value)| column.required && **value == Value::Unknown);
    match lacks {
        None => Ok(()),
        Some((column, _)) => Err(RowError::Missing { column: column.name }.into()),
    }
}
