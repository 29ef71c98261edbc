//! From a dataset to a CSV table.

use datasets::{ColumnType, DatasetError, Reader};

use super::{is_formula_start, wkt};
use crate::rows::{Rows, Value, columns, polygons, positions, shown};

/// The rows of a dataset as a CSV table: UTF-8 with its mark, so that spreadsheets read Chinese,
/// lines ended as RFC 4180 wants, not-known cells empty. The same dataset gives the same bytes.
///
/// # Errors
/// A dataset that cannot be read.
pub fn write(reader: &Reader) -> Result<Vec<u8>, DatasetError> {
    let rows = Rows::of(reader)?;
    let layer = rows.layer;
    let failed = |error: csv::Error| DatasetError::Row {
        layer: layer.name.to_owned(),
        row: String::new(),
        what: error.to_string(),
    };
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(layer.columns.iter().map(|column| column.name)).map_err(failed)?;
    for row in &rows.rows {
        let id = datasets::row_id(layer.name, &row.source_id).to_string();
        let mut cells = vec![id, guarded(&row.source_id)];
        for (column, value) in columns(layer).iter().zip(&row.values) {
            cells.push(match (value, column.column_type) {
                (Value::List(list), ColumnType::Line) => wkt::line(&positions(list)),
                (Value::List(list), _) => wkt::area(&polygons(list)),
                (Value::Text(text), _) => guarded(text),
                (value, _) => shown(column, value).unwrap_or_default(),
            });
        }
        writer.write_record(&cells).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| failed(error.into_error().into()))
}

/// A text that no spreadsheet takes for a formula.
///
/// Source: house, threats: cells that begin with = + - @, tab or carriage return get a leading
/// apostrophe. One that begins with an apostrophe gets another, so that reading is exact.
fn guarded(text: &str) -> String {
    if text.starts_with(|c| c == '\'' || is_formula_start(c)) {
        return format!("'{text}");
    }
    text.to_owned()
}
