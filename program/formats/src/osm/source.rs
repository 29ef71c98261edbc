//! Which form a file has, and the passes over it.

use std::io::{BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use kernel::{LonLat, UnixSeconds};

use super::collect::{Collector, Wanted};
use super::{Extract, OsmError, pbf, xml};

/// What a file may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of the text in a gzipped file.
    pub unpacked_bytes: u64,
    /// Nodes; each takes 16 bytes of memory.
    pub nodes: u64,
    /// Ways and relations.
    pub ways: u64,
    /// Nodes of one way, members of one relation. OpenStreetMap itself allows 2,000 and 32,000.
    pub members: u64,
}

impl Default for Limits {
    /// 1 GiB, 4 GiB unpacked, 40 million nodes, 10 million ways, 40,000 members.
    fn default() -> Self {
        Limits {
            bytes: 1 << 30,
            unpacked_bytes: 4 << 30,
            nodes: 40_000_000,
            ways: 10_000_000,
            members: 40_000,
        }
    }
}

/// A member of a relation that is a way.
pub(super) struct Member<'a> {
    pub way: i64,
    pub role: &'a str,
}

/// What takes the elements of a file, in its order.
pub(super) trait Sink {
    /// A node; `at` is `None` where it is not on the globe.
    fn node(&mut self, id: i64, at: Option<LonLat>, tags: &[(&str, &str)]) -> Result<(), OsmError>;
    /// A way.
    fn way(&mut self, id: i64, nodes: &[i64], tags: &[(&str, &str)]) -> Result<(), OsmError>;
    /// A relation with its ways; `others` counts its other members.
    fn relation(
        &mut self,
        id: i64,
        ways: &[Member<'_>],
        tags: &[(&str, &str)],
    ) -> Result<(), OsmError>;
    /// When an element was last changed, or the file was cut, where the file says so.
    fn changed(&mut self, _at: UnixSeconds) {}
}

/// The rows of an OpenStreetMap extract: PBF, XML or gzipped XML.
///
/// # Errors
/// A file that is none of these, is cut off or damaged, goes beyond the limits, or holds nothing
/// of use; see [`OsmError`]. A PBF file cut off exactly between two blocks cannot be told from a
/// whole one; the missing nodes are then in the list of problems.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Extract, OsmError> {
    if bytes.len() as u64 > limits.bytes {
        return Err(OsmError::TooLarge { what: "bytes", limit: limits.bytes });
    }
    // Relations come last in a file, and say which ways their outlines are made of.
    let mut wanted = Wanted::new(limits);
    pass(bytes, limits, &mut wanted)?;
    let mut collector = Collector::new(wanted, limits);
    pass(bytes, limits, &mut collector)?;
    let extract = collector.finish();
    let nothing = extract.roads.is_empty()
        && extract.buildings.is_empty()
        && extract.places.is_empty()
        && extract.sites.is_empty()
        && extract.waters.is_empty();
    if nothing { Err(OsmError::Empty) } else { Ok(extract) }
}

fn pass(bytes: &[u8], limits: &Limits, sink: &mut dyn Sink) -> Result<(), OsmError> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let guard = xml::Guard::new(MultiGzDecoder::new(bytes), limits.unpacked_bytes);
        return xml::read(guard, true, sink, limits);
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if text.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'<') {
        let guard = xml::Guard::new(text, limits.unpacked_bytes);
        return xml::read(guard, false, sink, limits);
    }
    let head = &bytes[..bytes.len().min(64)];
    if head.windows(9).any(|part| part == b"OSMHeader") {
        return pbf::read(bytes, sink, limits);
    }
    Err(OsmError::NotOsm)
}

/// A reader of text in pieces that fit the decoder.
pub(super) fn buffered<R: Read>(inner: R) -> BufReader<R> {
    BufReader::with_capacity(64 << 10, inner)
}
