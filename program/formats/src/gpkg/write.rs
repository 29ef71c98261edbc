//! From datasets to a GeoPackage.

use std::path::Path;

use datasets::{ColumnType, Layer, Meta, Reader};
use rusqlite::{Connection, params, params_from_iter};

use super::{GpkgError, Shape, write_geometry};
use crate::rows::{Row, Rows, Value, columns, is_degrees, polygons, positions};

/// CGCS2000 in a GeoPackage.
const SRS_ID: i32 = 4490;

// The file is new and made whole or not at all, so no journal has to outlive a crash.
const TABLES: &str = "
PRAGMA journal_mode = MEMORY;
PRAGMA synchronous = OFF;
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE,
  max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
";

const WGS_84: &str = concat!(
    r#"GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,"#,
    r#"AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0],"#,
    r#"UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]"#,
);
const CGCS2000: &str = concat!(
    r#"GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000","#,
    r#"SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]],"#,
    r#"AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0],"#,
    r#"UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4490"]]"#,
);

/// Writes datasets as feature tables of a new GeoPackage, one for each, named by its layer.
///
/// Codes are written by name and positions in degrees. The file must not be there yet; on an
/// error what was begun is left for the caller to remove. The same datasets give the same rows
/// and the same dates.
///
/// # Errors
/// A dataset that cannot be read, two of one layer, or a file that cannot be written.
pub fn write(path: &Path, datasets: &[&Reader]) -> Result<(), GpkgError> {
    if path.exists() {
        return Err(GpkgError::Write("the file is there already".to_owned()));
    }
    let mut db = Connection::open(path).map_err(failed)?;
    db.execute_batch(TABLES).map_err(failed)?;
    let tx = db.transaction().map_err(failed)?;
    {
        let sql = "INSERT INTO gpkg_spatial_ref_sys VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let mut insert = tx.prepare(sql).map_err(failed)?;
        for (name, id, organization, definition) in [
            ("Undefined Cartesian SRS", -1, "NONE", "undefined"),
            ("Undefined geographic SRS", 0, "NONE", "undefined"),
            ("WGS 84", 4326, "EPSG", WGS_84),
            ("China Geodetic Coordinate System 2000", SRS_ID, "EPSG", CGCS2000),
        ] {
            let row = params![name, id, organization, id, definition, None::<String>];
            insert.execute(row).map_err(failed)?;
        }
    }
    for reader in datasets {
        let rows = Rows::of(reader).map_err(|error| GpkgError::Write(error.to_string()))?;
        write_table(&tx, reader, &rows)?;
    }
    tx.commit().map_err(failed)?;
    db.close().map_err(|(_, error)| failed(error))?;
    let written = std::fs::File::open(path).and_then(|file| file.sync_all());
    written.map_err(|error| GpkgError::Write(error.to_string()))
}

fn failed(error: rusqlite::Error) -> GpkgError {
    GpkgError::Write(error.to_string().chars().take(200).collect())
}

fn has(layer: &'static Layer, of: ColumnType) -> bool {
    columns(layer).iter().any(|column| column.column_type == of)
}

fn is_shape(column_type: ColumnType) -> bool {
    matches!(column_type, ColumnType::Line | ColumnType::Area)
}

fn write_table(db: &Connection, reader: &Reader, rows: &Rows) -> Result<(), GpkgError> {
    let layer = rows.layer;
    register(db, reader, layer)?;
    let plain: Vec<usize> =
        (0..columns(layer).len()).filter(|at| !is_shape(columns(layer)[*at].column_type)).collect();
    let mut table = format!(
        "CREATE TABLE \"{}\" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom BLOB, \
         id TEXT NOT NULL, source_id TEXT NOT NULL",
        layer.name
    );
    for at in &plain {
        let column = &columns(layer)[*at];
        let kind = match column.column_type {
            ColumnType::Text => "TEXT",
            _ if !column.codes.is_empty() => "TEXT",
            _ if is_degrees(column) => "DOUBLE",
            ColumnType::Int32 => "MEDIUMINT",
            _ => "INTEGER",
        };
        table.push_str(&format!(", \"{}\" {kind}", column.name));
    }
    table.push(')');
    db.execute(&table, []).map_err(failed)?;
    let marks = "?, ".repeat(plain.len() + 2) + "?";
    let sql = format!("INSERT INTO \"{}\" VALUES (NULL, {marks})", layer.name);
    let mut insert = db.prepare(&sql).map_err(failed)?;
    for row in &rows.rows {
        use rusqlite::types::Value as Sql;
        let shape = shape_of(layer, row);
        let geometry = (!shape.is_empty()).then(|| write_geometry(SRS_ID, &shape));
        let id = datasets::row_id(layer.name, &row.source_id).to_string();
        let mut cells = vec![
            geometry.map_or(Sql::Null, Sql::Blob),
            Sql::Text(id),
            Sql::Text(row.source_id.clone()),
        ];
        for at in &plain {
            let column = &columns(layer)[*at];
            cells.push(match &row.values[*at] {
                Value::Unknown | Value::List(_) => Sql::Null,
                Value::Text(text) => Sql::Text(text.clone()),
                Value::Whole(whole) if is_degrees(column) => Sql::Real(*whole as f64 / 1e7),
                Value::Whole(whole) => {
                    let code = i32::try_from(*whole).ok().and_then(|c| column.code_name(c));
                    code.map_or(Sql::Integer(*whole), |name| Sql::Text(name.to_owned()))
                }
            });
        }
        insert.execute(params_from_iter(cells)).map_err(failed)?;
    }
    Ok(())
}

/// The geometry of a row: its line and area, or its point where it has neither.
pub(crate) fn shape_of(layer: &'static Layer, row: &Row) -> Shape {
    let mut shape = Shape::default();
    if let Some(line) = row.list(layer, ColumnType::Line) {
        shape.lines.push(positions(line));
    }
    if let Some(area) = row.list(layer, ColumnType::Area) {
        shape.polygons = polygons(area);
    }
    if shape.is_empty() {
        shape.points.extend(row.point(layer));
    }
    shape
}

fn register(db: &Connection, reader: &Reader, layer: &'static Layer) -> Result<(), GpkgError> {
    let Meta { version, source, as_of_on, licence, .. } = reader.meta();
    let extent = reader.extent();
    let degrees = |e7: i32| f64::from(e7) / 1e7;
    db.execute(
        "INSERT INTO gpkg_contents VALUES (?1, 'features', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            layer.name,
            format!("{source}; {licence}; version {version}; as of {as_of_on}"),
            format!("{as_of_on}T00:00:00.000Z"),
            extent.map(|bounds| degrees(bounds.west)),
            extent.map(|bounds| degrees(bounds.south)),
            extent.map(|bounds| degrees(bounds.east)),
            extent.map(|bounds| degrees(bounds.north)),
            SRS_ID,
        ],
    )
    .map_err(failed)?;
    let point = columns(layer).iter().any(|column| column.name == "lon");
    let kind = match (has(layer, ColumnType::Line), has(layer, ColumnType::Area), point) {
        (false, false, _) => "POINT",
        (true, false, false) => "LINESTRING",
        (false, true, false) => "MULTIPOLYGON",
        _ => "GEOMETRY",
    };
    db.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, ?3, 0, 0)",
        params![layer.name, kind, SRS_ID],
    )
    .map_err(failed)?;
    Ok(())
}
