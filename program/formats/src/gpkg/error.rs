//! Why a GeoPackage, or a row of it, was refused.

use interchange::overlap::AreaError;
use interchange::ring::{RingError, VERTICES_MAX};

use crate::rows::RowError;

/// Why a GeoPackage cannot be read or written. Rows are named by their `fid`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GpkgError {
    /// Not a GeoPackage at all.
    #[error("not a GeoPackage: {0}")]
    NotGeoPackage(String),
    /// The database is damaged or cut off.
    #[error("the GeoPackage is damaged or cut off: {0}")]
    Damaged(String),
    /// Larger than allowed.
    #[error("{what}: {found}, more than the {limit} allowed")]
    TooLarge {
        /// What.
        what: &'static str,
        /// How much there is.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// No feature table with this name.
    #[error("there is no feature table {0:?} in the GeoPackage")]
    NoTable(String),
    /// The layer is not known.
    #[error("there is no layer {0:?}")]
    NoLayer(String),
    /// A column that the layer needs.
    #[error("the table {table} has no column {column:?}, which the layer needs")]
    MissingColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// The coordinate system is not named.
    #[error(
        "the coordinate system of the table {table} is not named (srs_id {srs_id}); \
         EPSG:4490 or EPSG:4326 is needed"
    )]
    UnnamedCrs {
        /// The table.
        table: String,
        /// Its number in the file.
        srs_id: i64,
    },
    /// Another coordinate system.
    #[error("the table {table} is in {crs}; EPSG:4490 or EPSG:4326 is needed")]
    WrongCrs {
        /// The table.
        table: String,
        /// Its coordinate system, as `EPSG:3857 (WGS 84 / Pseudo-Mercator)`.
        crs: String,
    },
    /// A geometry that cannot be decoded.
    #[error("the geometry cannot be read: {0}")]
    Geometry(&'static str),
    /// A coordinate that is no finite number.
    #[error("a coordinate of the geometry is not a finite number")]
    NotFinite,
    /// A position that is not on the globe.
    #[error("a position of the geometry is not on the globe")]
    OffGlobe,
    /// More vertices than an area may have.
    #[error("the geometry has {0} vertices, more than the {max} allowed", max = VERTICES_MAX)]
    GeometryTooLarge(u64),
    /// A ring that is not closed.
    #[error("a ring of the geometry is not closed")]
    NotClosed,
    /// A ring that is no sound outline.
    #[error(transparent)]
    Ring(#[from] RingError),
    /// Polygons that share ground, or a hole outside its outline.
    #[error("the area cannot be used: {0}")]
    Area(#[from] AreaError),
    /// A geometry of a kind that the layer has no column for.
    #[error("the layer {layer} takes no {kind}")]
    WrongKind {
        /// The layer.
        layer: &'static str,
        /// The kind of geometry.
        kind: &'static str,
    },
    /// A value that its column cannot hold.
    #[error(transparent)]
    Value(#[from] RowError),
    /// Some rows were refused.
    #[error("{count} rows of the table {table} were refused; the first, row {fid}: {first}")]
    Rows {
        /// The table.
        table: String,
        /// How many.
        count: u64,
        /// The `fid` of the first.
        fid: i64,
        /// Why.
        first: Box<GpkgError>,
    },
    /// The file cannot be written.
    #[error("the GeoPackage cannot be written: {0}")]
    Write(String),
}

impl GpkgError {
    /// A stable name for the reason, as problem types use it.
    pub fn code(&self) -> &'static str {
        match self {
            GpkgError::NotGeoPackage(_) => "not-a-geopackage",
            GpkgError::Damaged(_) => "file-damaged",
            GpkgError::TooLarge { .. } => "file-too-large",
            GpkgError::NoTable(_) => "table-missing",
            GpkgError::NoLayer(_) => "layer-unknown",
            GpkgError::MissingColumn { .. } => "column-missing",
            GpkgError::UnnamedCrs { .. } => "geometry-crs-unnamed",
            GpkgError::WrongCrs { .. } => "geometry-crs",
            GpkgError::Geometry(_) => "geometry-unreadable",
            GpkgError::NotFinite => "geometry-not-finite",
            GpkgError::OffGlobe => "geometry-off-globe",
            GpkgError::GeometryTooLarge(_) => "geometry-too-large",
            GpkgError::NotClosed => "geometry-not-closed",
            GpkgError::Ring(RingError::TooShort) => "geometry-too-short",
            GpkgError::Ring(RingError::SelfCrossing { .. }) => "geometry-self-crossing",
            GpkgError::Area(AreaError::Overlap(_)) => "geometry-overlap",
            GpkgError::Area(AreaError::Hole(_)) => "geometry-hole-outside",
            GpkgError::Area(AreaError::TooTangled) => "geometry-too-large",
            GpkgError::WrongKind { .. } => "geometry-wrong-kind",
            GpkgError::Value(_) => "value-wrong",
            GpkgError::Rows { first, .. } => first.code(),
            GpkgError::Write(_) => "file-not-written",
        }
    }
}
