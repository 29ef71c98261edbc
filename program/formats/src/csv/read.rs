//! From a CSV table to rows of a layer.

use ::csv::{ReaderBuilder, StringRecord};
use datasets::{Column, ColumnType, Layer};

use super::{BYTES_MAX, ROWS_MAX, is_formula_start, wkt};
use crate::rows::{Raw, Row, RowError, Rows, Value, columns, plain, value_of};

/// Why a table was refused. Lines count from 1, the one with the names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CsvError {
    /// Larger than allowed.
    #[error("{what}: more than the {limit} allowed")]
    TooLarge {
        /// What.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// Not UTF-8.
    #[error("line {line}: the text is not UTF-8")]
    NotText {
        /// Where.
        line: u64,
    },
    /// A quotation mark that is never closed.
    #[error("a quoted cell is not closed: the file is cut off")]
    OpenQuote,
    /// There is no line at all.
    #[error("the file has no line with the names of the columns")]
    NoHeader,
    /// A column that the layer needs.
    #[error("there is no column {0:?}, which the layer needs")]
    MissingColumn(&'static str),
    /// Two columns of one name.
    #[error("the column {0:?} stands twice")]
    RepeatedColumn(String),
    /// Some lines were refused.
    #[error("{count} lines were refused; the first, line {line}: {first}")]
    Lines {
        /// How many.
        count: usize,
        /// The number of the first.
        line: u64,
        /// Why.
        first: LineError,
    },
}

/// Why a line was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Another number of cells than the first line has.
    #[error("{found} cells, the first line has {expected}")]
    Cells {
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// A value that its column cannot hold.
    #[error(transparent)]
    Value(#[from] RowError),
    /// A geometry that cannot be used.
    #[error("the column {column}: {reason}")]
    Geometry {
        /// The column.
        column: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// The id of an earlier line.
    #[error("the source_id {0:?} stands in an earlier line")]
    RepeatedId(String),
}

/// A line that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedLine {
    /// Its number.
    pub line: u64,
    /// Why.
    pub error: LineError,
}

/// The rows of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The rows that came in.
    pub rows: Rows,
    /// The lines that did not, all of them.
    pub rejected: Vec<RejectedLine>,
    /// Columns of the layer that the table lacks: not known in every row.
    pub absent_columns: Vec<&'static str>,
    /// Columns of the table that the layer does not have.
    pub ignored_columns: Vec<String>,
}

/// The rows of a CSV table as rows of a layer; refused lines stand beside the good ones.
///
/// Comma, semicolon or tab part the cells, as the first line shows. Without a column `source_id`
/// a row's id is `line/` and its number.
///
/// # Errors
/// What concerns the whole file: size, encoding, a missing or repeated column.
pub fn read(bytes: &[u8], layer: &'static Layer) -> Result<Imported, CsvError> {
    if bytes.len() > BYTES_MAX {
        return Err(CsvError::TooLarge { what: "bytes", limit: BYTES_MAX });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Err(error) = std::str::from_utf8(bytes) {
        let before = &bytes[..error.valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count() as u64;
        return Err(CsvError::NotText { line });
    }
    if bytes.iter().filter(|byte| **byte == b'"').count() % 2 == 1 {
        return Err(CsvError::OpenQuote);
    }
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mark = [b',', b';', b'\t'].into_iter().find(|mark| first.contains(mark)).unwrap_or(b',');
    let mut reader =
        ReaderBuilder::new().delimiter(mark).flexible(true).has_headers(false).from_reader(bytes);
    let mut record = StringRecord::new();
    // Reading from memory that was found to be UTF-8 cannot fail.
    if !reader.read_record(&mut record).unwrap_or(false) {
        return Err(CsvError::NoHeader);
    }
    let plan = Plan::of(&record, layer)?;
    let mut imported = Imported {
        rows: Rows { layer, rows: Vec::new() },
        rejected: Vec::new(),
        absent_columns: plan.absent.clone(),
        ignored_columns: plan.ignored.clone(),
    };
    let mut ids = std::collections::BTreeSet::new();
    while reader.read_record(&mut record).unwrap_or(false) {
        let line = record.position().map_or(0, ::csv::Position::line);
        if imported.rows.rows.len() + imported.rejected.len() >= ROWS_MAX {
            return Err(CsvError::TooLarge { what: "rows", limit: ROWS_MAX });
        }
        let row = plan.row(&record, line).and_then(|row| match ids.insert(row.source_id.clone()) {
            true => Ok(row),
            false => Err(LineError::RepeatedId(row.source_id.chars().take(60).collect())),
        });
        match row {
            Ok(row) => imported.rows.rows.push(row),
            Err(error) => imported.rejected.push(RejectedLine { line, error }),
        }
    }
    Ok(imported)
}

/// As [`read`], all lines or none.
///
/// # Errors
/// As [`read`], and the first refused line with the number of them.
pub fn read_strictly(bytes: &[u8], layer: &'static Layer) -> Result<Imported, CsvError> {
    let imported = read(bytes, layer)?;
    match imported.rejected.first() {
        None => Ok(imported),
        Some(first) => Err(CsvError::Lines {
            count: imported.rejected.len(),
            line: first.line,
            first: first.error.clone(),
        }),
    }
}

/// Where in a line the columns of a layer are.
struct Plan {
    layer: &'static Layer,
    width: usize,
    source_id: Option<usize>,
    cells: Vec<(usize, usize)>,
    absent: Vec<&'static str>,
    ignored: Vec<String>,
}

impl Plan {
    fn of(names: &StringRecord, layer: &'static Layer) -> Result<Self, CsvError> {
        let names: Vec<&str> = names.iter().map(str::trim).collect();
        if names.iter().all(|name| name.is_empty()) {
            return Err(CsvError::NoHeader);
        }
        for (at, name) in names.iter().enumerate() {
            if !name.is_empty() && names[..at].contains(name) {
                return Err(CsvError::RepeatedColumn(name.chars().take(60).collect()));
            }
        }
        let (mut cells, mut absent) = (Vec::new(), Vec::new());
        for (at, column) in columns(layer).iter().enumerate() {
            match names.iter().position(|name| *name == column.name) {
                Some(cell) => cells.push((at, cell)),
                None if column.required => return Err(CsvError::MissingColumn(column.name)),
                None => absent.push(column.name),
            }
        }
        let known = |name: &str| layer.columns.iter().any(|column| column.name == name);
        let ignored = names.iter().filter(|name| !name.is_empty() && !known(name));
        Ok(Plan {
            layer,
            width: names.len(),
            source_id: names.iter().position(|name| *name == "source_id"),
            cells,
            absent,
            ignored: ignored.map(|name| (*name).to_owned()).collect(),
        })
    }

    fn row(&self, record: &StringRecord, line: u64) -> Result<Row, LineError> {
        if record.len() != self.width {
            return Err(LineError::Cells { found: record.len(), expected: self.width });
        }
        let cell = |at: usize| unguarded(record.get(at).unwrap_or_default());
        let own = self.source_id.map(cell).filter(|id| !id.is_empty());
        let source_id = own.map_or_else(|| format!("line/{line}"), str::to_owned);
        plain("source_id", &source_id)?;
        let mut values = vec![Value::Unknown; columns(self.layer).len()];
        for (at, place) in &self.cells {
            let column = &columns(self.layer)[*at];
            values[*at] = value(column, cell(*place))?;
            if column.required && values[*at] == Value::Unknown {
                return Err(RowError::Missing { column: column.name }.into());
            }
        }
        Ok(Row { source_id, values })
    }
}

fn value(column: &'static Column, text: &str) -> Result<Value, LineError> {
    let parse = match column.column_type {
        ColumnType::Line => wkt::parse_line,
        ColumnType::Area => wkt::parse_area,
        _ => return Ok(value_of(column, Raw::Text(text))?),
    };
    if text.trim().is_empty() {
        return Ok(Value::Unknown);
    }
    parse(text)
        .map(Value::List)
        .map_err(|reason| LineError::Geometry { column: column.name, reason })
}

/// A cell without the apostrophe that keeps spreadsheets from taking it for a formula.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(|c| c == '\'' || is_formula_start(c)) => rest,
        _ => cell,
    }
}
