//! What goes into a store and comes out of it.

use std::fmt;

use kernel::{EntityId, Hash32, KeyId, LogId, OpId, UnixMillis};
use serde::{Serialize, Serializer};

use crate::log::Descriptor;
use crate::op::{Dep, Op};
use crate::seal::Head;

/// A store's generation: 8 random bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(pub [u8; 8]);

impl Serialize for Generation {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What became of an op here. Source: sync §5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OpState {
    /// Held: not yet chained or signed.
    Held = 0,
    /// Folded.
    Folded = 1,
    /// Of a type this program does not know: kept and forwarded.
    Unknown = 2,
    /// Quarantined: kept and shown, not folded.
    Quarantined = 3,
    /// Invalid for ever: kept, not folded.
    Invalid = 4,
}

impl OpState {
    /// The state with this number.
    pub fn from_number(number: i64) -> Option<Self> {
        use OpState::*;
        [Held, Folded, Unknown, Quarantined, Invalid].into_iter().find(|s| *s as i64 == number)
    }
}

/// An op as a store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredOp {
    /// The op.
    pub op: Op,
    /// When this node got it.
    pub received: UnixMillis,
    /// What became of it here.
    pub state: OpState,
}

/// A log as a store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    /// Its descriptor.
    pub log: Descriptor,
    /// Its last op here; `None`: none yet.
    pub head: Option<Head>,
    /// From this seq on it is frozen by a fork.
    pub frozen: Option<u32>,
}

impl LogRow {
    /// The position of its head.
    pub fn position(&self) -> Option<Dep> {
        self.head.map(|head| Dep { log: self.log.id(), seq: head.seq })
    }
}

/// An op kept beside its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsideRow {
    /// The op.
    pub op: Op,
    /// `fork`, `ahead`.
    pub why: String,
    /// When this node got it.
    pub received: UnixMillis,
}

/// The folded state of an entity, with what is searchable of it and what is disputed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityRow {
    /// Number of its kind.
    pub kind: u16,
    /// Which one.
    pub ent: EntityId,
    /// Version of the fold that made it.
    pub fold_version: u32,
    /// The state's bytes.
    pub bytes: Vec<u8>,
}

/// A head that was set aside.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DisputeRow {
    /// The entity.
    pub ent: EntityId,
    /// Number of the entity's kind.
    pub kind: u16,
    /// Number of the field.
    pub field: u8,
    /// The op set aside.
    pub op: OpId,
    /// Why.
    pub reason: String,
    /// Since when it is known here.
    pub since: UnixMillis,
}

/// How a facet is searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FacetQuery {
    /// Facet `name` has this value.
    Is {
        /// Name.
        name: String,
        /// Value.
        value: String,
    },
    /// Facet `name` lies between the two, inclusive, by bytes.
    Between {
        /// Name.
        name: String,
        /// Lowest.
        low: String,
        /// Highest.
        high: String,
    },
}

/// A local row of a high-rate fact: no op, no edge, no refold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRow {
    /// Number of the entity's kind.
    pub kind: u16,
    /// Which one.
    pub ent: EntityId,
    /// When it was observed.
    pub at: UnixMillis,
    /// What.
    pub bytes: Vec<u8>,
}

/// The first answer to a retry key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryRow {
    /// H(principal ‖ idempotency key).
    pub key: Hash32,
    /// Hash of the request.
    pub request: Hash32,
    /// Status of the answer.
    pub status: u16,
    /// The answer's bytes.
    pub answer: Vec<u8>,
    /// When.
    pub at: UnixMillis,
}

/// A data key as it lies on disk: wrapped to this node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataKeyRow {
    /// Its id.
    pub id: KeyId,
    /// The subject or register it belongs to, such as `person:9f…`.
    pub owner: String,
    /// The wrapped key; `None`: erased, its bodies are gone for good.
    pub wrapped: Option<Vec<u8>>,
}

/// What is known of a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobRow {
    /// Its hash.
    pub hash: Hash32,
    /// Its length in bytes.
    pub len: u64,
    /// Whether its bytes are here.
    pub here: bool,
}

/// Facets of an entity: name and value.
pub type Facets = Vec<(String, String)>;

/// Everything that one append writes: all or nothing.
///
/// Ops come in the order in which they follow their logs' heads. An op that the store holds already
/// is skipped; rows of views replace what was there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Logs that may be new; known ones are skipped.
    pub logs: Vec<Descriptor>,
    /// Ops with when they were received and what became of them.
    pub ops: Vec<StoredOp>,
    /// Ops kept beside their log.
    pub aside: Vec<AsideRow>,
    /// Logs frozen from a seq on.
    pub frozen: Vec<(LogId, u32)>,
    /// New standing of ops held already.
    pub restate: Vec<(LogId, u32, OpState)>,
    /// States.
    pub states: Vec<EntityRow>,
    /// All facets of an entity: (kind, entity, facets).
    pub facets: Vec<(u16, EntityId, Facets)>,
    /// All disputes of an entity: (kind, entity, disputes).
    pub disputes: Vec<(u16, EntityId, Vec<DisputeRow>)>,
    /// Records.
    pub records: Vec<RecordRow>,
    /// Retry rows.
    pub retries: Vec<RetryRow>,
    /// Data keys.
    pub data_keys: Vec<DataKeyRow>,
    /// Blobs.
    pub blobs: Vec<BlobRow>,
    /// Settings; `None` removes.
    pub meta: Vec<(String, Option<Vec<u8>>)>,
}

impl Batch {
    /// Adds what was sealed here, received now.
    pub fn push_sealed(&mut self, sealed: &[crate::seal::Sealed], received: UnixMillis) {
        for one in sealed {
            if one.op.header().seq == 0 {
                self.logs.push(one.log.clone());
            }
            let (op, state) = (one.op.clone(), OpState::Folded);
            self.ops.push(StoredOp { op, received, state });
        }
    }

    /// Takes out all that is in it; room for so many ops and answers is kept.
    pub fn clear(&mut self, room: usize) {
        let (mut ops, mut retries) =
            (std::mem::take(&mut self.ops), std::mem::take(&mut self.retries));
        ops.clear();
        ops.shrink_to(room);
        retries.clear();
        retries.shrink_to(room);
        *self = Batch { ops, retries, ..Batch::default() };
    }

    /// Adds another batch behind this one: a group is written as one.
    pub fn extend(&mut self, other: Batch) {
        self.logs.extend(other.logs);
        self.ops.extend(other.ops);
        self.aside.extend(other.aside);
        self.frozen.extend(other.frozen);
        self.restate.extend(other.restate);
        self.states.extend(other.states);
        self.facets.extend(other.facets);
        self.disputes.extend(other.disputes);
        self.records.extend(other.records);
        self.retries.extend(other.retries);
        self.data_keys.extend(other.data_keys);
        self.blobs.extend(other.blobs);
        self.meta.extend(other.meta);
    }
}
