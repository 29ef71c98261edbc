//! Bodies of the ops that no entity owns: keys and offices, receipts, settles, checkpoints.
//!
//! Each is a typed struct with one codec, so that the node that writes and the fold that judges
//! read the same thing. Bodies are maps from key 12 on; key 9 is free text. Keys of later programs
//! are ignored. What a certificate is worth is decided by the fold, not here. Source: sync §3, §9,
//! §12.

mod codec;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use kernel::{Hash32, KeyId, LogId, OpId, PlaceCode, Ref, UnixSeconds};

use crate::entity::{DataClass, Lane, OpType, Topic};
use crate::key::PublicKey;
use crate::op::code;
use crate::value::Value;

/// Most items in a list of a body here; the body's own limit comes on top.
pub const LIST_MAX: usize = 2_000;
/// Most characters in a reason.
pub const REASON_MAX: usize = 4_000;

/// A map that is not the body it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{body}: body key {key} is missing or has the wrong form")]
pub struct BodyError {
    /// Which body.
    pub body: &'static str,
    /// Which key.
    pub key: u8,
}

/// A typed body with its type code.
pub trait Body: Sized {
    /// Type code.
    const CODE: u32;
    /// Name for messages.
    const NAME: &'static str;

    /// The body map.
    fn to_map(&self) -> BTreeMap<u64, Value>;

    /// Reads the body map.
    ///
    /// # Errors
    /// [`BodyError`] names the first key that is missing or wrong.
    fn from_map(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError>;
}

const fn keys_op(code: u32, lane: Lane) -> OpType {
    OpType { code, version: 1, topic: Topic::Keys, lane, class: DataClass::Open }
}

/// Op type of a certificate.
pub const CERT: OpType = keys_op(code::CERT, Lane::Command);
/// Op type of a revocation.
pub const REVOKE: OpType = keys_op(code::REVOKE, Lane::Command);
/// Op type of a grant.
pub const GRANT: OpType = keys_op(code::GRANT, Lane::Command);
/// Op type of a duty take-over or hand-over.
pub const DUTY: OpType = keys_op(code::DUTY, Lane::Command);
/// Op type of a clock correction.
pub const CLOCK_FIX: OpType = keys_op(code::CLOCK_FIX, Lane::Command);
/// Op type of a wrapped data key.
pub const KEY_WRAP: OpType = keys_op(code::KEY_WRAP, Lane::Command);
/// Op type of a checkpoint.
pub const CHECKPOINT: OpType = OpType {
    code: code::CHECKPOINT,
    version: 1,
    topic: Topic::Audit,
    lane: Lane::Routine,
    class: DataClass::Open,
};

/// The type of an op that lies in the topic and lane of what it is about: receipts and settles.
pub const fn beside(code: u32, topic: Topic, lane: Lane) -> OpType {
    OpType { code, version: 1, topic, lane, class: DataClass::Open }
}

/// What a certificate's key belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyKind {
    /// A root, trusted because a node's settings say so.
    Root = 1,
    /// An office that may certify below it.
    Office = 2,
    /// A node.
    Node = 3,
    /// A person.
    Person = 4,
    /// A device.
    Device = 5,
}

impl KeyKind {
    /// The kind with this number.
    pub fn from_number(number: i64) -> Option<Self> {
        use KeyKind::*;
        [Root, Office, Node, Person, Device].into_iter().find(|k| *k as i64 == number)
    }
}

/// Code 40: a key acts at one place with this rank and these roles. The issuer is the op's author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cert {
    /// 12: the key certified.
    pub subject: PublicKey,
    /// 13: what it belongs to.
    pub kind: KeyKind,
    /// 14: the codes from the root's place down to the place it acts at.
    pub path: Vec<PlaceCode>,
    /// 15: `issue`, `owner`, `road`, `expert`, `response`.
    pub roles: Vec<String>,
    /// 16: rank. Source: house, decision 10.
    pub rank: u8,
    /// 17: the two digits of a node in numbers for voice and paper; nodes only.
    pub node_number: Option<u8>,
    /// 18: whether it is for exercises.
    pub exercise: bool,
    /// 19: first second it is good for.
    pub from: UnixSeconds,
    /// 20: last second it is good for.
    pub to: UnixSeconds,
}

impl Cert {
    /// The place the key acts at.
    pub fn place(&self) -> Option<PlaceCode> {
        self.path.last().copied()
    }
}

/// A log up to a position, with the id of the op there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The log.
    pub log: LogId,
    /// The seq.
    pub seq: u32,
    /// The op there.
    pub id: OpId,
}

/// Code 41: a key is no longer trusted but for these logs up to these ops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoke {
    /// 12: the key.
    pub key: PublicKey,
    /// 13: last trusted op of each log; a log not listed is trusted nowhere.
    pub trust: Vec<Position>,
    /// 9: why.
    pub reason: Option<String>,
}

/// Code 42: a key may read more, for mutual aid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// 12: who may read.
    pub reader: PublicKey,
    /// 13: places, each with its subtree.
    pub places: Vec<PlaceCode>,
    /// 14: topics.
    pub topics: Vec<Topic>,
    /// 15: lanes.
    pub lanes: Vec<Lane>,
    /// 16: highest data class.
    pub class_max: u8,
    /// 17: until.
    pub until: UnixSeconds,
}

/// Code 43: a duty is taken over or handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// 12: the key on duty.
    pub subject: PublicKey,
    /// 13: path of the place.
    pub path: Vec<PlaceCode>,
    /// 14: roles while on duty.
    pub roles: Vec<String>,
    /// 15: rank while on duty.
    pub rank: u8,
    /// 16: from.
    pub from: UnixSeconds,
    /// 17: planned end; a missed hand-over in a cut lengthens it.
    pub to: UnixSeconds,
    /// 18: `true` ends the duty.
    pub handed_over: bool,
}

/// A range of seqs of a log whose stamps were wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeqRange {
    /// The log.
    pub log: LogId,
    /// First seq.
    pub from: u32,
    /// Last seq.
    pub to: u32,
}

/// Code 44: what the entry times of these ops should have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockFix {
    /// 12: which ops.
    pub ranges: Vec<SeqRange>,
    /// 13: milliseconds to add.
    pub offset_ms: i64,
    /// 14: how wrong that may be, milliseconds.
    pub uncertainty_ms: u64,
}

/// Code 47: a data key, wrapped so that one node can open it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyWrap {
    /// 12: id of the data key, as header key 14 names it.
    pub data_key: KeyId,
    /// 13: the node that can open it.
    pub node: PublicKey,
    /// 14: the wrapped key.
    pub wrapped: Vec<u8>,
}

/// Code 50: the node holds these logs up to there, on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptNode {
    /// 12: positions held.
    pub held: Vec<Position>,
}

/// Code 51: a person opened an op.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptRead {
    /// 12: the op.
    pub op: OpId,
    /// 13: the person, where the author is a node.
    pub person: Option<Ref>,
}

/// What was answered to something that is not a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Accepted.
    Accepted = 1,
    /// Declined.
    Declined = 2,
    /// Not possible.
    Unable = 3,
}

/// Code 52: a person answered an op.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptAnswer {
    /// 12: the op.
    pub op: OpId,
    /// 13: the answer.
    pub answer: Answer,
    /// 14: the person, where the author is a node.
    pub person: Option<Ref>,
    /// 9: why.
    pub reason: Option<String>,
}

/// Code 60: a person settles fields of an entity, or only names heads as seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settle {
    /// 12: number of the entity's kind.
    pub kind: u16,
    /// 13: what the fields are.
    pub fields: BTreeMap<u64, Value>,
    /// 9: why.
    pub reason: Option<String>,
}

/// Code 62: which logs of its author stood where; see [`crate::checkpoint`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// 12: the root over (log, seq, head id).
    pub root: Hash32,
    /// 13: logs with their head seq, sorted by log: 20 bytes each.
    pub heads: Vec<(LogId, u32)>,
}
