//! Why a document gives no area.

use crate::ring::{RingError, VERTICES_MAX};

/// Why a GeoJSON document was refused, and where in it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{at}: {reason}")]
pub struct GeoJsonError {
    /// Where, as `features[3].geometry`; `document` for the whole.
    pub at: String,
    /// Why.
    pub reason: Reason,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Reason {
    /// The document has too many bytes.
    #[error("{bytes} bytes, more than the {limit} allowed")]
    TooManyBytes {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The areas have too many vertices.
    #[error("more than the {max} vertices allowed", max = VERTICES_MAX)]
    TooManyVertices,
    /// Not JSON, or cut off.
    #[error("not well-formed JSON at line {line}, column {column}")]
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// A value of another type than GeoJSON has there.
    #[error("a value of the wrong type at line {line}, column {column}")]
    WrongType {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// A member that must be there is not.
    #[error("the member {0:?} is missing")]
    Member(&'static str),
    /// A type that GeoJSON does not have.
    #[error("{0:?} is no type of GeoJSON")]
    Type(String),
    /// A coordinate that is no finite number.
    #[error("a coordinate is not a finite number")]
    NotFinite,
    /// A position that is not on the globe.
    #[error("the position {0} {1} is not on the globe")]
    OffGlobe(f64, f64),
    /// Coordinates nested in another way than the type says.
    #[error("the coordinates are not those of a {0}")]
    Shape(&'static str),
    /// A ring whose last position is not its first.
    #[error("a ring is not closed")]
    NotClosed,
    /// A ring that is no sound outline.
    #[error(transparent)]
    Ring(#[from] RingError),
    /// Another coordinate system.
    #[error("the coordinate system {0:?} is not CGCS2000 or WGS 84")]
    Crs(String),
    /// Nothing in the document has an area.
    #[error("there is no area in the document")]
    NoArea,
}

impl GeoJsonError {
    /// A stable name for the reason, as problem types use it.
    pub fn code(&self) -> &'static str {
        match &self.reason {
            Reason::TooManyBytes { .. } => "body-too-large",
            Reason::TooManyVertices => "geometry-too-large",
            Reason::NotJson { .. } => "not-json",
            Reason::WrongType { .. } => "geometry-wrong-type",
            Reason::Member(_) => "geometry-member-missing",
            Reason::Type(_) => "geometry-type-unknown",
            Reason::NotFinite => "geometry-not-finite",
            Reason::OffGlobe(..) => "geometry-off-globe",
            Reason::Shape(_) => "geometry-shape",
            Reason::NotClosed => "geometry-not-closed",
            Reason::Ring(RingError::TooShort) => "geometry-too-short",
            Reason::Ring(RingError::SelfCrossing { .. }) => "geometry-self-crossing",
            Reason::Crs(_) => "geometry-crs",
            Reason::NoArea => "geometry-no-area",
        }
    }
}
