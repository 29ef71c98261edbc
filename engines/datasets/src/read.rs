//! A dataset file read in place: nothing is copied from the bytes that the caller holds or maps.
//!
//! Whatever the bytes are, opening and reading end in a value or a [`DatasetError`]; a changed
//! number inside a column is found by the file's hash, which the caller compares.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, Int32Array, Int64Array, ListArray, RecordBatch, StringArray};
use arrow_buffer::Buffer;
use arrow_ipc::reader::FileDecoder;
use arrow_ipc::{Block, Footer, MetadataVersion, Type};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use kernel::EntityId;

use crate::Bounds;
use crate::catalogue;
use crate::check::{block_range, check_batch};
use crate::error::{DatasetError, Part};
use crate::meta::Meta;
use crate::write::{arrow_type, list_item};

const MAGIC: &[u8] = b"ARROW1";
/// A footer above this is not one of ours; it bounds what a hostile file can make us read.
const FOOTER_BYTES_MAX: usize = 64 << 20;

/// An open dataset file.
#[derive(Clone, Debug)]
pub struct Reader {
    buffer: Buffer,
    meta: Meta,
    schema: SchemaRef,
    version: MetadataVersion,
    batches: Vec<BatchPlace>,
    rows: usize,
}

#[derive(Clone, Debug)]
struct BatchPlace {
    block: Block,
    first_row: usize,
    rows: usize,
    bounds: Option<Bounds>,
}

impl Reader {
    /// Opens a file from its bytes: `Vec<u8>`, `bytes::Bytes` (a mapped file can be its owner) or
    /// a [`Buffer`]. Reads the footer and each batch's header, no values.
    ///
    /// # Errors
    /// The part of the file that is missing or wrong; a newer format; a known layer without a
    /// column that it must have.
    pub fn open(bytes: impl Into<Buffer>) -> Result<Self, DatasetError> {
        let buffer: Buffer = bytes.into();
        let footer_bytes = footer_bytes(&buffer)?;
        let footer = arrow_ipc::root_as_footer(&footer_bytes)
            .map_err(|e| DatasetError::damaged(Part::Footer, e.to_string()))?;
        let (schema, meta) = read_schema(&footer)?;
        check_layer(&meta.layer, &schema)?;
        let blocks: Vec<Block> =
            footer.recordBatches().map(|all| all.iter().copied().collect()).unwrap_or_default();
        if footer.dictionaries().is_some_and(|d| !d.is_empty()) {
            return Err(DatasetError::damaged(Part::Footer, "dictionaries are not read"));
        }
        let bounds = read_bounds(&footer, blocks.len())?;
        let (mut batches, mut rows) = (Vec::new(), 0);
        for (i, (block, bounds)) in blocks.into_iter().zip(bounds).enumerate() {
            let count = check_batch(&buffer, &schema, &block, i)?;
            batches.push(BatchPlace { block, first_row: rows, rows: count, bounds });
            rows += count;
        }
        let version = footer.version();
        Ok(Reader { meta, schema: Arc::new(schema), version, batches, rows, buffer })
    }

    /// What the file says about itself.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Rows in the file.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Batches in the file.
    pub fn batch_count(&self) -> usize {
        self.batches.len()
    }

    /// Whether the file has a column of this name.
    pub fn has_column(&self, name: &str) -> bool {
        self.schema.column_with_name(name).is_some()
    }

    /// Rows in a batch; 0 where there is no such batch.
    pub fn rows_in(&self, batch: usize) -> usize {
        self.batches.get(batch).map_or(0, |b| b.rows)
    }

    /// The box around all positions of a batch; `None` where it has none or there is no such batch.
    pub fn bounds(&self, batch: usize) -> Option<Bounds> {
        self.batches.get(batch)?.bounds
    }

    /// The box around all positions of the file.
    pub fn extent(&self) -> Option<Bounds> {
        self.batches.iter().filter_map(|b| b.bounds).reduce(Bounds::with)
    }

    /// The numbers of the batches that may hold something within `bounds`.
    pub fn overlapping(&self, bounds: &Bounds) -> Vec<usize> {
        let within = |b: &BatchPlace| b.bounds.is_some_and(|own| own.overlaps(bounds));
        (0..self.batches.len()).filter(|i| within(&self.batches[*i])).collect()
    }

    /// One batch, all columns.
    ///
    /// # Errors
    /// No such batch, or one whose columns do not fit their buffers.
    pub fn batch(&self, batch: usize) -> Result<Batch, DatasetError> {
        self.decode(batch, None)
    }

    /// One batch with these columns only; the others are neither checked nor touched.
    ///
    /// # Errors
    /// As [`Reader::batch`], or a column that the file lacks.
    pub fn batch_of(&self, batch: usize, columns: &[&str]) -> Result<Batch, DatasetError> {
        let mut wanted = Vec::new();
        for name in columns {
            let i = self.schema.index_of(name).map_err(|_| self.no_column(name))?;
            if !wanted.contains(&i) {
                wanted.push(i);
            }
        }
        self.decode(batch, Some(wanted))
    }

    /// All batches in order, all columns.
    pub fn batches(&self) -> impl Iterator<Item = Result<Batch, DatasetError>> + '_ {
        (0..self.batches.len()).map(|i| self.batch(i))
    }

    /// The row with this lasting id, as batch and row within it. Looks through the whole file.
    ///
    /// # Errors
    /// As [`Reader::batch`].
    pub fn find(&self, id: EntityId) -> Result<Option<(usize, usize)>, DatasetError> {
        let text = id.to_string();
        for i in 0..self.batches.len() {
            let batch = self.batch_of(i, &["id"])?;
            let ids = batch.texts("id")?;
            if let Some(row) = (0..batch.len()).find(|row| ids.get(*row) == Some(&text)) {
                return Ok(Some((i, row)));
            }
        }
        Ok(None)
    }

    fn no_column(&self, name: &str) -> DatasetError {
        DatasetError::column(&self.meta.layer, name, "the file lacks it")
    }

    fn decode(&self, i: usize, columns: Option<Vec<usize>>) -> Result<Batch, DatasetError> {
        let damaged = |what: String| DatasetError::damaged(Part::Batch(i), what);
        let place = self.batches.get(i).ok_or_else(|| damaged("there is no such batch".into()))?;
        let range = block_range(&place.block, self.buffer.len(), i)?;
        let data = self.buffer.slice_with_length(range.start, range.len());
        let mut decoder = FileDecoder::new(self.schema.clone(), self.version);
        if let Some(columns) = columns {
            decoder = decoder.with_projection(columns);
        }
        let columns = decoder
            .read_record_batch(&place.block, &data)
            .map_err(|e| damaged(e.to_string()))?
            .ok_or_else(|| damaged("it holds no rows".into()))?;
        Ok(Batch { layer: self.meta.layer.clone(), first_row: place.first_row, columns })
    }
}

/// Some rows of a dataset file, in place.
#[derive(Clone, Debug)]
pub struct Batch {
    layer: String,
    first_row: usize,
    columns: RecordBatch,
}

impl Batch {
    /// Rows in it.
    pub fn len(&self) -> usize {
        self.columns.num_rows()
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number in the file of its first row.
    pub fn first_row(&self) -> usize {
        self.first_row
    }

    /// The values of an `Int32` column.
    ///
    /// # Errors
    /// No such column, or one of another type.
    pub fn ints(&self, name: &str) -> Result<Ints<'_>, DatasetError> {
        let array = self.typed(name, &DataType::Int32)?;
        Ok(Ints(array.as_primitive::<Int32Type>()))
    }

    /// The values of an `Int64` column.
    ///
    /// # Errors
    /// As [`Batch::ints`].
    pub fn longs(&self, name: &str) -> Result<Longs<'_>, DatasetError> {
        let array = self.typed(name, &DataType::Int64)?;
        Ok(Longs(array.as_primitive::<Int64Type>()))
    }

    /// The values of a text column.
    ///
    /// # Errors
    /// As [`Batch::ints`].
    pub fn texts(&self, name: &str) -> Result<Texts<'_>, DatasetError> {
        Ok(Texts(self.typed(name, &DataType::Utf8)?.as_string::<i32>()))
    }

    /// The values of a line or area column.
    ///
    /// # Errors
    /// As [`Batch::ints`].
    pub fn lists(&self, name: &str) -> Result<Lists<'_>, DatasetError> {
        let list = self.typed(name, &arrow_type(catalogue::ColumnType::Line))?.as_list::<i32>();
        Ok(Lists { list, items: list.values().as_primitive::<Int32Type>() })
    }

    fn typed(&self, name: &str, expected: &DataType) -> Result<&ArrayRef, DatasetError> {
        let wrong = |what: String| DatasetError::column(&self.layer, name, what);
        let column = self.columns.column_by_name(name).ok_or_else(|| wrong("not here".into()))?;
        if column.data_type() == expected {
            return Ok(column);
        }
        Err(wrong(format!("needs {expected}, found {}", column.data_type())))
    }
}

macro_rules! numbers {
    ($name:ident, $array:ty, $number:ty, $what:literal) => {
        #[doc = $what]
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'a>(&'a $array);

        impl<'a> $name<'a> {
            /// The value of a row; `None` is unknown (or no such row).
            pub fn get(&self, row: usize) -> Option<$number> {
                (row < self.0.len() && self.0.is_valid(row)).then(|| self.0.value(row))
            }

            /// All values in place; what stands where a row is unknown means nothing.
            pub fn values(&self) -> &'a [$number] {
                self.0.values()
            }

            /// Whether any row is unknown.
            pub fn has_unknown(&self) -> bool {
                self.0.null_count() > 0
            }
        }
    };
}

numbers!(Ints, Int32Array, i32, "The values of an `Int32` column.");
numbers!(Longs, Int64Array, i64, "The values of an `Int64` column.");

/// The values of a text column.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a>(&'a StringArray);

impl<'a> Texts<'a> {
    /// The text of a row; `None` is unknown (or no such row).
    pub fn get(&self, row: usize) -> Option<&'a str> {
        (row < self.0.len() && self.0.is_valid(row)).then(|| self.0.value(row))
    }
}

/// The values of a line or area column.
#[derive(Clone, Copy, Debug)]
pub struct Lists<'a> {
    list: &'a ListArray,
    items: &'a Int32Array,
}

impl<'a> Lists<'a> {
    /// The lon, lat, lon, lat ... of a row in place; `None` is unknown (or no such row).
    pub fn get(&self, row: usize) -> Option<&'a [i32]> {
        if row >= self.list.len() || self.list.is_null(row) {
            return None;
        }
        let offsets = self.list.value_offsets();
        self.items.values().get(offsets[row] as usize..offsets[row + 1] as usize)
    }
}

fn footer_bytes(buffer: &Buffer) -> Result<Vec<u8>, DatasetError> {
    let damaged = |part, what: String| Err(DatasetError::damaged(part, what));
    if buffer.len() < 18 || &buffer[..6] != MAGIC {
        return damaged(Part::Start, "it does not begin with ARROW1: not a dataset file".into());
    }
    let end = buffer.len() - 10;
    if &buffer[end + 4..] != MAGIC {
        return damaged(Part::End, "it does not end with ARROW1: the file is cut short".into());
    }
    let length =
        i32::from_le_bytes([buffer[end], buffer[end + 1], buffer[end + 2], buffer[end + 3]]);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if length > end - 8 || length > FOOTER_BYTES_MAX {
        return damaged(Part::End, format!("a footer of {length} bytes does not fit the file"));
    }
    Ok(buffer[end - length..end].to_vec())
}

/// The columns and the description. The schema is made here, from the few types that a dataset
/// has, so that no other type is ever decoded.
fn read_schema(footer: &Footer) -> Result<(Schema, Meta), DatasetError> {
    let missing = || DatasetError::damaged(Part::Columns, "there is no list of columns");
    let schema = footer.schema().ok_or_else(missing)?;
    if !schema.endianness().equals_to_target_endianness() {
        return Err(DatasetError::damaged(Part::Columns, "numbers are not little-endian"));
    }
    let mut pairs = BTreeMap::new();
    for pair in schema.custom_metadata().iter().flatten() {
        if let (Some(key), Some(value)) = (pair.key(), pair.value()) {
            pairs.insert(key.to_owned(), value.to_owned());
        }
    }
    let meta = Meta::from_pairs(&pairs)?;
    let mut fields = Vec::new();
    for field in schema.fields().ok_or_else(missing)? {
        let name = field.name().ok_or_else(missing)?;
        let wrong = || DatasetError::column(&meta.layer, name, "its type is none of a dataset's");
        if field.dictionary().is_some() {
            return Err(wrong());
        }
        let data_type = match field.type_type() {
            Type::Int => field.type_as_int().and_then(|i| match (i.bitWidth(), i.is_signed()) {
                (32, true) => Some(DataType::Int32),
                (64, true) => Some(DataType::Int64),
                _ => None,
            }),
            Type::Utf8 => Some(DataType::Utf8),
            Type::List => field.children().filter(|c| c.len() == 1).and_then(|children| {
                let item = children.get(0).type_as_int()?;
                (item.bitWidth() == 32 && item.is_signed())
                    .then(|| DataType::List(Arc::new(list_item())))
            }),
            _ => None,
        };
        fields.push(Field::new(name, data_type.ok_or_else(wrong)?, field.nullable()));
    }
    Ok((Schema::new(fields), meta))
}

fn check_layer(name: &str, schema: &Schema) -> Result<(), DatasetError> {
    let Some(layer) = catalogue::layer(name) else { return Ok(()) };
    for column in layer.columns {
        match schema.column_with_name(column.name) {
            None if column.required => {
                return Err(DatasetError::column(name, column.name, "the file lacks it"));
            }
            Some((_, field)) if *field.data_type() != arrow_type(column.column_type) => {
                let what = format!(
                    "needs {}, found {}",
                    arrow_type(column.column_type),
                    field.data_type()
                );
                return Err(DatasetError::column(name, column.name, what));
            }
            _ => {}
        }
    }
    Ok(())
}

fn read_bounds(footer: &Footer, batches: usize) -> Result<Vec<Option<Bounds>>, DatasetError> {
    let damaged = |what: &str| DatasetError::damaged(Part::BatchBounds, what);
    let pairs = footer.custom_metadata();
    let text = pairs
        .iter()
        .flatten()
        .find(|pair| pair.key() == Some("anlan.bounds"))
        .and_then(|pair| pair.value())
        .ok_or_else(|| damaged("anlan.bounds is missing"))?;
    let parts: Vec<&str> = if batches == 0 { Vec::new() } else { text.split(';').collect() };
    if parts.len() != batches {
        return Err(damaged(&format!("{} bounds for {batches} batches", parts.len())));
    }
    let read = |part: &&str| -> Result<Option<Bounds>, DatasetError> {
        if *part == "-" {
            return Ok(None);
        }
        let numbers: Result<Vec<i32>, _> = part.split(',').map(str::parse).collect();
        match numbers.as_deref() {
            Ok([west, south, east, north]) => {
                Ok(Some(Bounds { west: *west, south: *south, east: *east, north: *north }))
            }
            _ => Err(damaged(&format!("{part:?} is not west,south,east,north"))),
        }
    };
    parts.iter().map(read).collect()
}
