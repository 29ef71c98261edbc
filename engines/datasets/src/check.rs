//! What a batch's header says is checked here before the decoder takes it on trust.

use std::ops::Range;

use arrow_buffer::Buffer;
use arrow_ipc::{Block, FieldNode, MessageHeader, RecordBatch};
use arrow_schema::{DataType, Schema};

use crate::BATCH_ROWS;
use crate::error::{DatasetError, Part};

/// Where a batch lies in the file.
pub(crate) fn block_range(
    block: &Block,
    bytes: usize,
    i: usize,
) -> Result<Range<usize>, DatasetError> {
    let parts = (
        usize::try_from(block.offset()),
        usize::try_from(block.metaDataLength()),
        usize::try_from(block.bodyLength()),
    );
    if let (Ok(start), Ok(head), Ok(body)) = parts
        && let Some(end) = start.checked_add(head).and_then(|e| e.checked_add(body))
        && end <= bytes
        && head >= 8
    {
        return Ok(start..end);
    }
    Err(DatasetError::damaged(Part::Batch(i), "it lies outside the file"))
}

/// Checks that every column of a batch has buffers as long as its rows need; gives its rows.
pub(crate) fn check_batch(
    buffer: &Buffer,
    schema: &Schema,
    block: &Block,
    i: usize,
) -> Result<usize, DatasetError> {
    let damaged = |what: String| DatasetError::damaged(Part::Batch(i), what);
    let range = block_range(block, buffer.len(), i)?;
    let head = &buffer[range.start..range.start + block.metaDataLength() as usize];
    let skip = if head[..4] == [0xff; 4] { 8 } else { 4 };
    let message = arrow_ipc::root_as_message(&head[skip..]).map_err(|e| damaged(e.to_string()))?;
    if message.header_type() != MessageHeader::RecordBatch {
        return Err(damaged("it is not a batch of rows".into()));
    }
    let batch = message
        .header_as_record_batch()
        .ok_or_else(|| damaged("it is not a batch of rows".into()))?;
    if batch.compression().is_some() || batch.variadicBufferCounts().is_some_and(|v| !v.is_empty())
    {
        return Err(damaged("compressed or split columns are not read".into()));
    }
    let rows = match usize::try_from(batch.length()) {
        Ok(rows) if rows <= BATCH_ROWS * 256 => rows,
        _ => return Err(damaged(format!("{} rows in one batch", batch.length()))),
    };
    let mut columns = Columns::new(&batch, block.bodyLength());
    for field in schema.fields() {
        let wrong = |what| damaged(format!("column {:?}: {what}", field.name()));
        let length = columns.check(field.data_type()).map_err(wrong)?;
        if length != rows {
            return Err(wrong("its length is not that of the batch"));
        }
    }
    Ok(rows)
}

/// Walks the nodes and buffers of a batch in the order of its columns.
struct Columns<'a> {
    nodes: Vec<&'a FieldNode>,
    buffers: Vec<&'a arrow_ipc::Buffer>,
    next_node: usize,
    next_buffer: usize,
    body: i64,
}

impl<'a> Columns<'a> {
    fn new(batch: &RecordBatch<'a>, body: i64) -> Self {
        Columns {
            nodes: batch.nodes().iter().flatten().collect(),
            buffers: batch.buffers().iter().flatten().collect(),
            next_node: 0,
            next_buffer: 0,
            body,
        }
    }

    /// One column (and what it holds); gives its length.
    fn check(&mut self, data_type: &DataType) -> Result<usize, &'static str> {
        let node = self.nodes.get(self.next_node).ok_or("it is missing")?;
        self.next_node += 1;
        let length = usize::try_from(node.length()).map_err(|_| "its length is negative")?;
        let unknown = node.null_count();
        if unknown < 0 || unknown > node.length() {
            return Err("its count of unknowns is wrong");
        }
        let bits = if unknown > 0 { length.div_ceil(8) } else { 0 };
        self.buffer(bits, 1)?;
        let offsets = if length > 0 { length.saturating_add(1) } else { 0 };
        match data_type {
            DataType::Int32 => self.buffer(length.saturating_mul(4), 4)?,
            DataType::Int64 => self.buffer(length.saturating_mul(8), 8)?,
            DataType::Utf8 => {
                self.buffer(offsets.saturating_mul(4), 4)?;
                self.buffer(0, 1)?;
            }
            DataType::List(item) => {
                self.buffer(offsets.saturating_mul(4), 4)?;
                self.check(item.data_type())?;
            }
            _ => return Err("its type is none of a dataset's"),
        }
        Ok(length)
    }

    fn buffer(&mut self, bytes_min: usize, width: usize) -> Result<(), &'static str> {
        let buffer = self.buffers.get(self.next_buffer).ok_or("a part of it is missing")?;
        self.next_buffer += 1;
        let end = buffer.offset().checked_add(buffer.length());
        if buffer.offset() < 0 || end.is_none_or(|end| end > self.body) {
            return Err("it lies outside its batch");
        }
        if buffer.offset() % 8 != 0 {
            return Err("it does not begin at a multiple of 8 bytes");
        }
        match usize::try_from(buffer.length()) {
            Ok(bytes) if bytes % width != 0 => Err("it ends within a number"),
            Ok(bytes) if bytes >= bytes_min => Ok(()),
            _ => Err("it is shorter than its rows need"),
        }
    }
}
