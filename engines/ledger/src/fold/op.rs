//! An op as the fold and authority see it: read, its signature checked, its place in its log known.

use std::collections::BTreeMap;

use kernel::{ClockQuality, EntityId, KeyId, LogId, OpId, PlaceCode, Prefix, Stamp};

use crate::authority::KeyHash;
use crate::entity::DataClass;
use crate::value::Value;

/// How an op lies in its log, as its header and signatures tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chained {
    /// Chained to the log's first op, signed by itself or by a later op, stamp rising.
    Verified,
    /// The same, but an earlier op of its chain has a stamp as high: the op alone is invalid.
    NotRising,
    /// Chained to the log's first op, no signature on it yet.
    Unsigned,
    /// An op before it is not here, or the log's descriptor is not.
    Broken,
}

/// One op.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldOp {
    /// Its id.
    pub id: OpId,
    /// Its log.
    pub log: LogId,
    /// Its number in the log, from 0.
    pub seq: u64,
    /// The op before it in the log; `None` at seq 0.
    pub prev: Option<OpId>,
    /// Entry stamp.
    pub t: Stamp,
    /// How far the author's clock could be trusted.
    pub clk: ClockQuality,
    /// The entity it is about.
    pub ent: Option<EntityId>,
    /// Prefixes of the ops its author had seen.
    pub sup: Vec<Prefix>,
    /// Type code × 16 + version.
    pub header_type: u32,
    /// Class of its body.
    pub class: DataClass,
    /// Its body; `None`: purged, withheld or not yet come.
    pub body: Option<BTreeMap<u64, Value>>,
    /// How it lies in its log.
    pub chained: Chained,
    /// Whether it has an unknown critical header key (≥ 32).
    pub critical: bool,
    /// The person a node signs for.
    pub obo: Option<KeyId>,
    /// Author's key: the log's.
    pub author: KeyHash,
    /// The unit in whose name it is: the log's place.
    pub place: PlaceCode,
}

impl FoldOp {
    /// Type code, without the version.
    pub const fn code(&self) -> u32 {
        self.header_type / 16
    }

    /// Entry time in UTC seconds since 1970, rounded down.
    pub fn entered_s(&self) -> i64 {
        self.t.millis().seconds().0
    }
}
