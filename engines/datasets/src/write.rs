//! Rows in, the bytes of one dataset file out. The same rows give the same bytes.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::{Int32Builder, Int64Builder, ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{DataType, Field, Schema};
use kernel::LonLat;

use crate::catalogue::{ColumnType, Layer};
use crate::error::DatasetError;
use crate::meta::Meta;
use crate::{BATCH_ROWS, Bounds, hilbert_key, row_id};

/// One value of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Not known.
    Unknown,
    /// A value of an `Int32` column.
    Int(i32),
    /// A value of an `Int64` column.
    Long(i64),
    /// A value of a text column.
    Text(&'a str),
    /// A value of a line or area column: lon, lat, lon, lat ... in 1e-7 degree.
    List(&'a [i32]),
}

impl From<i32> for Cell<'_> {
    fn from(number: i32) -> Self {
        Cell::Int(number)
    }
}

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Cell::Long(number)
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Cell::Text(text)
    }
}

impl<'a> From<&'a [i32]> for Cell<'a> {
    fn from(list: &'a [i32]) -> Self {
        Cell::List(list)
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Unknown, Into::into)
    }
}

enum Values {
    Ints(Vec<Option<i32>>),
    Longs(Vec<Option<i64>>),
    Texts(Spans<u8>),
    Lists(Spans<i32>),
}

/// Values of changing length in one buffer; `None` is unknown.
struct Spans<T> {
    items: Vec<T>,
    spans: Vec<Option<(usize, usize)>>,
}

impl<T: Copy> Spans<T> {
    fn new() -> Self {
        Spans { items: Vec::new(), spans: Vec::new() }
    }

    fn push(&mut self, items: &[T]) {
        let start = self.items.len();
        self.items.extend_from_slice(items);
        self.spans.push(Some((start, self.items.len())));
    }

    fn get(&self, row: usize) -> Option<&[T]> {
        self.spans[row].map(|(start, end)| &self.items[start..end])
    }
}

/// The rows of one layer on their way into a file.
pub struct Table {
    layer: &'static Layer,
    columns: Vec<Values>,
    bounds: Vec<Option<Bounds>>,
    points: Vec<Option<LonLat>>,
}

impl Table {
    /// An empty table of this layer.
    pub fn new(layer: &'static Layer) -> Self {
        let columns = layer.columns.iter().map(|c| match c.column_type {
            ColumnType::Int32 => Values::Ints(Vec::new()),
            ColumnType::Int64 => Values::Longs(Vec::new()),
            ColumnType::Text => Values::Texts(Spans::new()),
            ColumnType::Line | ColumnType::Area => Values::Lists(Spans::new()),
        });
        Table { layer, columns: columns.collect(), bounds: Vec::new(), points: Vec::new() }
    }

    /// An empty table of the layer with this name.
    ///
    /// # Errors
    /// Where no layer has the name.
    pub fn of(layer: &str) -> Result<Self, DatasetError> {
        let found = crate::catalogue::layer(layer);
        found.map(Table::new).ok_or_else(|| DatasetError::NoLayer(layer.to_owned()))
    }

    /// Rows so far.
    pub fn len(&self) -> usize {
        self.bounds.len()
    }

    /// Whether there is no row yet.
    pub fn is_empty(&self) -> bool {
        self.bounds.is_empty()
    }

    /// Adds a row. Columns not named are unknown; `id` is made here.
    ///
    /// # Errors
    /// A column that the layer lacks or that is named twice, a value of another type, a required
    /// column without value, an odd number of coordinates, a position that is not on the globe.
    /// The table is unchanged then.
    pub fn push(&mut self, source_id: &str, cells: &[(&str, Cell)]) -> Result<(), DatasetError> {
        let row = self.checked(source_id, cells)?;
        let id = row_id(self.layer.name, source_id).to_string();
        let mut bounds: Option<Bounds> = None;
        for (i, column) in self.layer.columns.iter().enumerate() {
            let cell = match i {
                0 => Cell::Text(&id),
                1 => Cell::Text(source_id),
                _ => row[i],
            };
            if let (Cell::List(list), ColumnType::Line | ColumnType::Area) =
                (cell, column.column_type)
                && let Some(more) = Bounds::of_line(list)
            {
                bounds = Some(bounds.map_or(more, |b| b.with(more)));
            }
            self.columns[i].push(cell);
        }
        let point = match (self.number(&row, "lon"), self.number(&row, "lat")) {
            (Some(lon_e7), Some(lat_e7)) => Some(LonLat { lon_e7, lat_e7 }),
            _ => None,
        };
        if let Some(point) = point {
            bounds = Some(bounds.map_or(Bounds::of(point), |b| b.with(Bounds::of(point))));
        }
        self.points.push(point.or(bounds.map(|b| b.centre())));
        self.bounds.push(bounds);
        Ok(())
    }

    fn number(&self, row: &[Cell], name: &str) -> Option<i32> {
        let i = self.layer.columns.iter().position(|c| c.name == name)?;
        match row[i] {
            Cell::Int(number) => Some(number),
            _ => None,
        }
    }

    fn checked<'a>(
        &self,
        source_id: &str,
        cells: &[(&str, Cell<'a>)],
    ) -> Result<Vec<Cell<'a>>, DatasetError> {
        let wrong = |what: String| DatasetError::row(self.layer.name, source_id, what);
        let mut row = vec![Cell::Unknown; self.layer.columns.len()];
        for (name, cell) in cells {
            let i = self.layer.columns.iter().position(|c| c.name == *name);
            let i = i.filter(|i| *i > 1).ok_or_else(|| wrong(format!("no column {name:?}")))?;
            if row[i] != Cell::Unknown {
                return Err(wrong(format!("column {name:?} named twice")));
            }
            row[i] = fitting(*cell, self.layer.columns[i].column_type)
                .map_err(|what| wrong(format!("column {name:?}: {what}")))?;
        }
        for (column, cell) in self.layer.columns.iter().zip(&row).skip(2) {
            if column.required && *cell == Cell::Unknown {
                return Err(wrong(format!("column {:?} needs a value", column.name)));
            }
        }
        for (name, limit) in [("lon", 1_800_000_000), ("lat", 900_000_000)] {
            if self.number(&row, name).is_some_and(|v| v < -limit || v > limit) {
                return Err(wrong(format!("column {name:?}: not on the globe")));
            }
        }
        Ok(row)
    }

    /// The bytes of the dataset file.
    ///
    /// # Errors
    /// A description of another layer, or two rows with one source id.
    pub fn finish(self, meta: &Meta) -> Result<Vec<u8>, DatasetError> {
        if meta.layer != self.layer.name {
            return Err(DatasetError::NoLayer(meta.layer.clone()));
        }
        let order = self.order()?;
        let schema = Arc::new(schema(self.layer, meta));
        let failed = |e: arrow_schema::ArrowError| {
            DatasetError::row(self.layer.name, "", format!("could not be written: {e}"))
        };
        let mut writer = FileWriter::try_new(Vec::new(), &schema).map_err(failed)?;
        let mut all_bounds = Vec::new();
        for rows in order.chunks(BATCH_ROWS) {
            let arrays: Vec<ArrayRef> = self.columns.iter().map(|c| c.gather(rows)).collect();
            let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(failed)?;
            writer.write(&batch).map_err(failed)?;
            let bounds = rows.iter().filter_map(|row| self.bounds[*row]);
            all_bounds.push(bounds.reduce(Bounds::with).map_or("-".to_owned(), |b| {
                format!("{},{},{},{}", b.west, b.south, b.east, b.north)
            }));
        }
        writer.write_metadata("anlan.bounds", all_bounds.join(";"));
        writer.into_inner().map_err(failed)
    }

    fn order(&self) -> Result<Vec<usize>, DatasetError> {
        let id = |row: usize| match &self.columns[1] {
            Values::Texts(texts) => texts.get(row).unwrap_or_default(),
            _ => Default::default(),
        };
        let mut seen: Vec<usize> = (0..self.len()).collect();
        seen.sort_by_key(|row| id(*row));
        if let Some(twice) = seen.windows(2).find(|w| id(w[0]) == id(w[1])) {
            let text = String::from_utf8_lossy(id(twice[0])).into_owned();
            return Err(DatasetError::row(self.layer.name, &text, "source id used twice"));
        }
        let mut keyed: Vec<(Option<u64>, &[u8], usize)> =
            (0..self.len()).map(|row| (self.points[row].map(hilbert_key), id(row), row)).collect();
        keyed.sort_unstable();
        Ok(keyed.into_iter().map(|(_, _, row)| row).collect())
    }
}

fn fitting(cell: Cell<'_>, column_type: ColumnType) -> Result<Cell<'_>, String> {
    match (cell, column_type) {
        (Cell::Unknown, _)
        | (Cell::Int(_), ColumnType::Int32)
        | (Cell::Long(_), ColumnType::Int64)
        | (Cell::Text(_), ColumnType::Text) => Ok(cell),
        (Cell::Int(number), ColumnType::Int64) => Ok(Cell::Long(i64::from(number))),
        (Cell::List(list), ColumnType::Line | ColumnType::Area) => {
            if list.len() % 2 != 0 {
                return Err(format!("{} coordinates, needs pairs of lon and lat", list.len()));
            }
            let off = |p: &[i32]| {
                p[0].unsigned_abs() > 1_800_000_000 || p[1].unsigned_abs() > 900_000_000
            };
            if list.chunks_exact(2).any(off) {
                return Err("a position is not on the globe".to_owned());
            }
            Ok(cell)
        }
        _ => Err(format!("needs {column_type:?}, found {cell:?}").chars().take(120).collect()),
    }
}

impl Values {
    fn push(&mut self, cell: Cell) {
        match (self, cell) {
            (Values::Ints(v), Cell::Int(number)) => v.push(Some(number)),
            (Values::Ints(v), _) => v.push(None),
            (Values::Longs(v), Cell::Long(number)) => v.push(Some(number)),
            (Values::Longs(v), _) => v.push(None),
            (Values::Texts(v), Cell::Text(text)) => v.push(text.as_bytes()),
            (Values::Texts(v), _) => v.spans.push(None),
            (Values::Lists(v), Cell::List(list)) => v.push(list),
            (Values::Lists(v), _) => v.spans.push(None),
        }
    }

    fn gather(&self, rows: &[usize]) -> ArrayRef {
        match self {
            Values::Ints(v) => {
                let mut out = Int32Builder::with_capacity(rows.len());
                rows.iter().for_each(|row| out.append_option(v[*row]));
                Arc::new(out.finish())
            }
            Values::Longs(v) => {
                let mut out = Int64Builder::with_capacity(rows.len());
                rows.iter().for_each(|row| out.append_option(v[*row]));
                Arc::new(out.finish())
            }
            Values::Texts(v) => {
                let mut out = StringBuilder::new();
                for row in rows {
                    out.append_option(v.get(*row).map(String::from_utf8_lossy));
                }
                Arc::new(out.finish())
            }
            Values::Lists(v) => {
                let mut out = ListBuilder::new(Int32Builder::new()).with_field(list_item());
                for row in rows {
                    match v.get(*row) {
                        Some(list) => {
                            out.values().append_slice(list);
                            out.append(true);
                        }
                        None => out.append(false),
                    }
                }
                Arc::new(out.finish())
            }
        }
    }
}

pub(crate) fn list_item() -> Field {
    Field::new("item", DataType::Int32, false)
}

pub(crate) fn arrow_type(column_type: ColumnType) -> DataType {
    match column_type {
        ColumnType::Int32 => DataType::Int32,
        ColumnType::Int64 => DataType::Int64,
        ColumnType::Text => DataType::Utf8,
        ColumnType::Line | ColumnType::Area => DataType::List(Arc::new(list_item())),
    }
}

fn schema(layer: &Layer, meta: &Meta) -> Schema {
    let fields: Vec<Field> = layer
        .columns
        .iter()
        .map(|c| {
            let field = Field::new(c.name, arrow_type(c.column_type), !c.required);
            if c.unit.is_empty() {
                return field;
            }
            field.with_metadata(HashMap::from([("unit".to_owned(), c.unit.to_owned())]))
        })
        .collect();
    Schema::new_with_metadata(fields, meta.to_pairs())
}
