//! Why an extract cannot be read.

/// Why an OpenStreetMap file was refused. Offsets count bytes from the start of the file (of the
/// unpacked text in a gzipped one).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OsmError {
    /// The first bytes are those of no form that is read here.
    #[error("not an OpenStreetMap file: it is neither PBF nor OSM XML (gzipped or not)")]
    NotOsm,
    /// The root element is not `osm`.
    #[error("not an OpenStreetMap file: the root element is {0:?}")]
    Root(String),
    /// Larger than allowed.
    #[error("{what}: more than the {limit} allowed")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// The file ends before it is whole.
    #[error("the file is cut off at byte {offset}, after {after}")]
    Truncated {
        /// Where it ends or where the unfinished part begins.
        offset: u64,
        /// The last thing read.
        after: String,
    },
    /// A block of a PBF file cannot be decoded.
    #[error("block {number} at byte {offset} is damaged: {reason}")]
    Block {
        /// Counts the blocks from 0.
        number: usize,
        /// Where it begins.
        offset: u64,
        /// What is wrong.
        reason: String,
    },
    /// The XML is not well formed.
    #[error("byte {offset}: not well-formed XML after {after} ({reason})")]
    Xml {
        /// Where.
        offset: u64,
        /// The last element read.
        after: String,
        /// What is wrong.
        reason: String,
    },
    /// A document type declaration.
    #[error("byte {offset}: a document type declaration (DTD) is not allowed")]
    DocumentType {
        /// Where.
        offset: u64,
    },
    /// The compressed data are damaged.
    #[error("the gzip data are damaged near byte {offset} of the unpacked text, after {after}")]
    Gzip {
        /// How much was unpacked.
        offset: u64,
        /// The last element read.
        after: String,
    },
    /// An element lacks what it must have.
    #[error("{element}: the attribute {attribute} is missing or no number")]
    Attribute {
        /// The element, as `node` or `way/17`.
        element: String,
        /// The attribute.
        attribute: &'static str,
    },
    /// The file asks for a feature that is not known here.
    #[error("the file needs the feature {0:?}, which is not known here")]
    Feature(String),
    /// There is nothing in it that could be used.
    #[error("the file holds no road, building, place, site or water")]
    Empty,
}
