//! The carried file, `ANLB1`: a head, segments of at most 4 MiB, an index, a signature.
//!
//! A segment is compressed and hashed by itself, so that a damaged one is named and the rest is
//! taken. Without encryption it carries bodies of class 0 and 1 only: the others are left out and
//! their headers kept, so that chains stay whole. The bytes are told in `docs/formats/bundle.md`.
//! Source: sync §7; house, the carried file.

pub mod import;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeMap;

use kernel::{Hash32, LogId, OpId, PlaceCode, UnixMillis, hash_tagged};
use ledger::{Descriptor, PublicKey, Value};

pub use read::{Bundle, Signed};
pub use write::{BundleWriter, Summary, export};

/// First bytes of a bundle; the digit is the format's version.
pub const MAGIC: &[u8; 6] = b"ANLB1\n";
/// Most bytes of a segment, before and after compression.
pub const SEGMENT_MAX: usize = 4 * 1024 * 1024;
/// Most times larger than its stored form a segment may be.
pub const RATIO_MAX: usize = 32;
/// Most bytes of a bundle.
pub const BUNDLE_MAX: u64 = 64 * 1024 * 1024 * 1024;
/// Most segments of a bundle.
pub const SEGMENTS_MAX: usize = 200_000;
/// Most bytes of a head.
pub const HEAD_MAX: usize = 64 * 1024;
/// Domain tag of the maker's signature.
pub const SIGNATURE_TAG: &str = "anlan/bundle/1\0";

pub(crate) const SEGMENT_MARK: &[u8; 4] = b"SEG1";
pub(crate) const INDEX_MARK: &[u8; 4] = b"INDX";
pub(crate) const END_MARK: &[u8; 6] = b"ANLBE\n";
/// Mark, kind, method, raw length, stored length, hash.
pub(crate) const SEGMENT_HEAD: usize = 4 + 1 + 1 + 4 + 4 + 32;
/// Offset of the index, end mark.
pub(crate) const TRAILER: usize = 8 + 6;

/// Why a file is no bundle, or cannot be read or written at all.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// Another sort of file.
    #[error("not a bundle: it does not begin with ANLB1")]
    NotBundle,
    /// A bundle of a later program.
    #[error("the bundle is of version {0}: use the newer program")]
    Newer(char),
    /// The head is damaged, so that nothing is known of the rest.
    #[error("the bundle's head is damaged: {0}")]
    BadHead(String),
    /// An exercise's bundle for a real folder, or the other way round.
    #[error("the bundle is of {found}, this folder is of {here}: they never mix")]
    OtherSort {
        /// The bundle's sort.
        found: &'static str,
        /// The folder's sort.
        here: &'static str,
    },
    /// Over a limit.
    #[error("bundle-too-large: {what}, at most {limit}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// The store could not give or take.
    #[error(transparent)]
    Store(#[from] ledger::StoreError),
    /// The file could not be read or written.
    #[error("bundle file: {0}")]
    Io(#[from] std::io::Error),
}

impl BundleError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            BundleError::NotBundle => "not-a-bundle",
            BundleError::Newer(_) => "newer-bundle",
            BundleError::BadHead(_) => "bad-head",
            BundleError::OtherSort { .. } => "other-sort",
            BundleError::TooLarge { .. } => "bundle-too-large",
            BundleError::Store(e) => e.code(),
            BundleError::Io(_) => "file",
        }
    }
}

/// Who made a bundle, when, and of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// 1: the node that made and signed it.
    pub maker: PublicKey,
    /// 2: when, by its clock.
    pub made_at: UnixMillis,
    /// 3: the node's place.
    pub place: PlaceCode,
    /// 4: whether it is an exercise's.
    pub exercise: bool,
}

impl Head {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let bytes = Value::Bytes(self.maker.0.to_vec());
        let map = BTreeMap::from([
            (1, bytes),
            (2, Value::from(self.made_at.0)),
            (3, Value::from(self.place.0)),
            (4, Value::from(self.exercise)),
            // 5: recipients it is encrypted to; none in this version. 6: topics left out.
            (5, Value::List(Vec::new())),
            (6, Value::List(vec![Value::from(12u64)])),
        ]);
        Value::Map(map).encode()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Head, BundleError> {
        let bad = |why: &str| BundleError::BadHead(why.to_owned());
        let value = Value::decode(bytes).map_err(|e| BundleError::BadHead(e.to_string()))?;
        let map = value.as_map().ok_or_else(|| bad("no map"))?;
        let int = |key: u64| map.get(&key).and_then(Value::as_int).ok_or_else(|| bad("a number"));
        let maker = map.get(&1).and_then(Value::as_bytes).and_then(PublicKey::from_slice);
        let exercise = match map.get(&4) {
            Some(Value::Bool(exercise)) => *exercise,
            _ => return Err(bad("exercise or real")),
        };
        if map.get(&5).and_then(Value::as_list).is_none_or(|list| !list.is_empty()) {
            return Err(bad("it is encrypted, which needs a newer program"));
        }
        Ok(Head {
            maker: maker.ok_or_else(|| bad("the maker's key"))?,
            made_at: UnixMillis(int(2)?),
            place: PlaceCode(u64::try_from(int(3)?).map_err(|_| bad("the place"))?),
            exercise,
        })
    }

    /// Refuses a bundle of the other sort: exercise and real never mix.
    ///
    /// # Errors
    /// [`BundleError::OtherSort`].
    pub fn refuse_other_sort(&self, exercise: bool) -> Result<(), BundleError> {
        let word = |exercise| if exercise { "an exercise" } else { "real events" };
        if self.exercise == exercise {
            return Ok(());
        }
        Err(BundleError::OtherSort { found: word(self.exercise), here: word(exercise) })
    }
}

/// Ops of one log that follow each other, as frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The log.
    pub log: LogId,
    /// Seq of the first frame.
    pub first: u32,
    /// Id of the op before it; `None` at seq 0.
    pub prev: Option<OpId>,
    /// Wire frames.
    pub frames: Vec<Vec<u8>>,
}

/// What a good segment holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Kind 1: descriptors of logs that follow.
    Logs(Vec<Descriptor>),
    /// Kind 2: runs of ops.
    Ops(Vec<Run>),
    /// Kind 3: a piece of a blob.
    Blob {
        /// Hash of the whole blob.
        hash: Hash32,
        /// Length of the whole blob.
        len: u64,
        /// Where the piece begins.
        offset: u64,
        /// The piece.
        bytes: Vec<u8>,
    },
    /// A kind of a later program: kept out, not damaged.
    Unknown(u8),
}

/// A segment that could not be taken, named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Number of the segment, from 1; 0: head, index or end of the file.
    pub segment: usize,
    /// Where it begins in the file.
    pub offset: u64,
    /// What is wrong with it.
    pub what: String,
}

/// One line of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub offset: u64,
    pub kind: u8,
    pub method: u8,
    pub raw_len: u32,
    pub len: u32,
    pub hash: Hash32,
}

/// What the maker signs: the head and the index, which names every segment by hash.
pub(crate) fn signed_message(head: &[u8], index: &[u8]) -> Vec<u8> {
    let mut message = SIGNATURE_TAG.as_bytes().to_vec();
    let len = (head.len() as u32).to_be_bytes();
    message.extend_from_slice(&hash_tagged("ANLB1\n", &[&len, head, index]).0);
    message
}
