//! What can be wrong with a dataset file or with the rows meant for one.

use std::fmt;

/// The part of a dataset file that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The first eight bytes, `ARROW1` and padding.
    Start,
    /// The last ten bytes: the footer's length and `ARROW1`.
    End,
    /// The footer: schema, places of the batches, bounds.
    Footer,
    /// The list of columns in the footer.
    Columns,
    /// Source, date, licence and the rest of what the file says about itself.
    About,
    /// The bounds of the batches in the footer.
    BatchBounds,
    /// One batch of rows, counted from 0.
    Batch(usize),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Start => f.write_str("start of the file"),
            Part::End => f.write_str("end of the file"),
            Part::Footer => f.write_str("footer"),
            Part::Columns => f.write_str("columns"),
            Part::About => f.write_str("description (schema metadata)"),
            Part::BatchBounds => f.write_str("batch bounds (footer metadata)"),
            Part::Batch(n) => write!(f, "batch {n}"),
        }
    }
}

/// A dataset that cannot be read, or rows that cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatasetError {
    /// The file is cut short, changed, or not a dataset at all.
    #[error("dataset {part}: {what}")]
    Damaged {
        /// Where in the file.
        part: Part,
        /// What was expected and what was found.
        what: String,
    },
    /// The file was written by a newer version of the format.
    #[error("dataset format {found} is newer than {known}, the newest known here")]
    Newer {
        /// The version in the file.
        found: u32,
        /// The newest version this program reads.
        known: u32,
    },
    /// A layer lacks a column, or has it in another type.
    #[error("layer {layer}, column {column}: {what}")]
    Column {
        /// The layer's name.
        layer: String,
        /// The column's name.
        column: String,
        /// What is wrong with it.
        what: String,
    },
    /// A row cannot be written.
    #[error("layer {layer}, row {row:?}: {what}")]
    Row {
        /// The layer's name.
        layer: String,
        /// The row's id at its source, cut to 80 characters.
        row: String,
        /// What is wrong with it.
        what: String,
    },
    /// A tile that is not on the grid.
    #[error("there is no tile {z}/{x}/{y}")]
    NoTile {
        /// Zoom.
        z: u8,
        /// Column from the west.
        x: u32,
        /// Row from the north.
        y: u32,
    },
    /// A tile that could not be encoded.
    #[error("tile: {0}")]
    Tile(String),
    /// A layer has no column list.
    #[error("no layer is called {0:?}")]
    NoLayer(String),
}

impl DatasetError {
    pub(crate) fn damaged(part: Part, what: impl Into<String>) -> Self {
        DatasetError::Damaged { part, what: what.into() }
    }

    pub(crate) fn column(layer: &str, column: &str, what: impl Into<String>) -> Self {
        DatasetError::Column {
            layer: layer.to_owned(),
            column: column.to_owned(),
            what: what.into(),
        }
    }

    pub(crate) fn row(layer: &str, row: &str, what: impl Into<String>) -> Self {
        DatasetError::Row {
            layer: layer.to_owned(),
            row: row.chars().take(80).collect(),
            what: what.into(),
        }
    }
}
