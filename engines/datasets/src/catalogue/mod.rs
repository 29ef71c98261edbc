//! The columns of every layer: name, type, unit, meaning and codes, said once.
//!
//! Readers and writers check against it and `docs/formats/dataset.md` is written from it. A column
//! is never renamed and never changes its meaning or unit; a new one may be added to the end.

mod assets;
mod ground;
mod people;
mod print;

pub use print::document;

/// How a column's values lie in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// Arrow `Int32`.
    Int32,
    /// Arrow `Int64`.
    Int64,
    /// Arrow `Utf8`.
    Text,
    /// Arrow `List<Int32>`: lon, lat, lon, lat ... in 1e-7 degree, open, in travel order.
    Line,
    /// Arrow `List<Int32>`: closed rings one after another, see [`crate::rings`].
    Area,
}

/// One column of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in the file.
    pub name: &'static str,
    /// How its values lie in the file.
    pub column_type: ColumnType,
    /// The unit of its numbers; empty where there is none.
    pub unit: &'static str,
    /// Whether every row must have a value; else null means unknown.
    pub required: bool,
    /// What it means in the field.
    pub meaning: &'static str,
    /// Each code with its meaning, where the numbers are codes.
    pub codes: &'static [(i32, &'static str)],
}

impl Column {
    /// The same column, with a value in every row.
    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same column, its numbers being these codes.
    const fn codes(mut self, codes: &'static [(i32, &'static str)]) -> Self {
        self.codes = codes;
        self
    }

    /// The code with this name.
    pub fn code(&self, name: &str) -> Option<i32> {
        self.codes.iter().find(|(_, n)| *n == name).map(|(code, _)| *code)
    }

    /// The name of this code.
    pub fn code_name(&self, code: i32) -> Option<&'static str> {
        self.codes.iter().find(|(c, _)| *c == code).map(|(_, name)| *name)
    }
}

const fn column(
    name: &'static str,
    column_type: ColumnType,
    unit: &'static str,
    meaning: &'static str,
) -> Column {
    Column { name, column_type, unit, required: false, meaning, codes: &[] }
}

const fn int(name: &'static str, unit: &'static str, meaning: &'static str) -> Column {
    column(name, ColumnType::Int32, unit, meaning)
}

const fn long(name: &'static str, unit: &'static str, meaning: &'static str) -> Column {
    column(name, ColumnType::Int64, unit, meaning)
}

const fn text(name: &'static str, meaning: &'static str) -> Column {
    column(name, ColumnType::Text, "", meaning)
}

const fn line(name: &'static str, meaning: &'static str) -> Column {
    column(name, ColumnType::Line, "1e-7 degree", meaning)
}

const fn area(name: &'static str, meaning: &'static str) -> Column {
    column(name, ColumnType::Area, "1e-7 degree", meaning)
}

const ID: Column =
    text("id", "Lasting row id: 16 characters from layer and source id (see below).").required();
const SOURCE_ID: Column = text("source_id", "The row's id at its source.").required();
const LON: Column = int("lon", "1e-7 degree", "Longitude of the row's point.").required();
const LAT: Column = int("lat", "1e-7 degree", "Latitude of the row's point.").required();
const PLACE: Column = long("place", "", "Division code of the village it lies in, as a number.");
const NAME: Column = text("name", "Name as written at the place.");
const NAME_EN: Column = text("name_en", "Name in Latin letters (Hanyu Pinyin without tones).");
const PHONE: Column = text("phone", "Duty telephone of a post, never a private one.");

/// One layer: a kind of thing with its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Its name in files, ids and addresses.
    pub name: &'static str,
    /// What one row is.
    pub meaning: &'static str,
    /// Its columns, in file order; the first two are `id` and `source_id`.
    pub columns: &'static [Column],
}

impl Layer {
    /// The column with this name.
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// The code of a coded column, by name.
    pub fn code(&self, column: &str, name: &str) -> Option<i32> {
        self.column(column)?.code(name)
    }
}

/// Every layer, by name in the order of the document.
pub const LAYERS: &[&Layer] = &[
    &people::DIVISION,
    &people::SETTLEMENT,
    &assets::BUILDING,
    &assets::ROAD,
    &assets::SITE,
    &assets::ENTERPRISE,
    &ground::RIVER,
    &ground::HAZARD_ZONE,
    &ground::COVERAGE,
    &ground::LAND,
];

/// The layer with this name.
pub fn layer(name: &str) -> Option<&'static Layer> {
    LAYERS.iter().copied().find(|l| l.name == name)
}
