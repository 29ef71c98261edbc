//! The sentinel's bytes: what a store has promised, so that a loss is always named.
//!
//! A file is a head and then records, each chained to the one before by its check; the rest of the
//! file is zeros. This module makes and reads the bytes. Files, syncs and what a difference from
//! the store means are the store's business. Source: sync §6; `docs/formats/ledger.md`.

use kernel::{LogId, OpId, Prefix};

use crate::key::PublicKey;
use crate::op::Op;
use crate::op_store::Generation;

#[cfg(test)]
mod tests;

/// First bytes of a sentinel file; the digit is the format's version.
pub const MAGIC: [u8; 4] = *b"ANS1";
/// Length of a file's head.
pub const HEAD_LEN: usize = 60;
/// Length a file is made with.
pub const FILE_LEN: usize = 4 * 1024 * 1024;
/// Most ops in one record; a larger group is several records of one group number.
pub const RECORD_OPS_MAX: usize = 8_192;
/// Longest file that is read.
pub const FILE_LEN_MAX: usize = 2 * FILE_LEN;

const PROMISE_LEN: usize = 20;
const CHECK_LEN: usize = 16;

/// The running check: the first 16 bytes of `BLAKE3(check before ‖ record)`.
pub type Check = [u8; CHECK_LEN];

/// An op that was promised: the first 8 bytes of its log's id, its seq, the first 8 of its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Promise {
    /// First 8 bytes of the log id.
    pub log8: [u8; 8],
    /// Seq in the log.
    pub seq: u32,
    /// First 8 bytes of the op's id.
    pub id8: Prefix,
}

impl Promise {
    /// The promise of an op.
    pub fn of(op: &Op) -> Self {
        let header = op.header();
        Promise { log8: log8(&header.log), seq: header.seq, id8: op.id().prefix() }
    }

    /// Whether this op is the promised one.
    pub fn names(&self, log: &LogId, seq: u32, id: &OpId) -> bool {
        self.log8 == log8(log) && self.seq == seq && self.id8 == id.prefix()
    }
}

/// The first 8 bytes of a log id, as a promise names it.
pub fn log8(log: &LogId) -> [u8; 8] {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&log.0[..8]);
    bytes
}

/// What a file begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileHead {
    /// The node whose store it is.
    pub node: PublicKey,
    /// The store's generation.
    pub generation: Generation,
    /// Last check of the file before; zeros in the first.
    pub before: Check,
}

impl FileHead {
    /// The head's bytes.
    pub fn encode(&self) -> [u8; HEAD_LEN] {
        let mut out = [0; HEAD_LEN];
        out[..4].copy_from_slice(&MAGIC);
        out[4..36].copy_from_slice(&self.node.0);
        out[36..44].copy_from_slice(&self.generation.0);
        out[44..].copy_from_slice(&self.before);
        out
    }

    /// The check that the first record is chained to.
    pub fn check(&self) -> Check {
        chain(&[0; CHECK_LEN], &self.encode())
    }
}

/// Why bytes are no sentinel file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SentinelError {
    /// Shorter than its head.
    #[error("sentinel file of {0} bytes is shorter than its head")]
    Short(usize),
    /// Longer than any file this program writes.
    #[error("sentinel file of {0} bytes is longer than {FILE_LEN_MAX}")]
    Long(usize),
    /// Another file, or a sentinel of a later program.
    #[error("not a sentinel file of version 1: it begins with {0:02x?}")]
    NotSentinel([u8; 4]),
}

/// One group of promised ops, or a part of a large one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Number of the group.
    pub group: u64,
    /// Its ops.
    pub ops: Vec<Promise>,
}

impl Record {
    /// The record's bytes with its check, and that check for the next record.
    pub fn encode(&self, before: &Check) -> (Vec<u8>, Check) {
        let len = 8 + PROMISE_LEN * self.ops.len();
        let mut out = Vec::with_capacity(4 + len + CHECK_LEN);
        out.extend_from_slice(&(len as u32).to_be_bytes());
        out.extend_from_slice(&self.group.to_be_bytes());
        for op in &self.ops {
            out.extend_from_slice(&op.log8);
            out.extend_from_slice(&op.seq.to_be_bytes());
            out.extend_from_slice(&op.id8.0);
        }
        let check = chain(before, &out);
        out.extend_from_slice(&check);
        (out, check)
    }
}

fn chain(before: &Check, record: &[u8]) -> Check {
    let mut hasher = blake3::Hasher::new();
    hasher.update(before);
    hasher.update(record);
    let mut check = [0; CHECK_LEN];
    check.copy_from_slice(&hasher.finalize().as_bytes()[..CHECK_LEN]);
    check
}

/// How a file ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With a good record, zeros after it.
    Clean,
    /// With a bad record and no good one after it: a torn write, cut at the scan's `end`.
    Torn {
        /// What can be read of the bad record.
        claim: Option<Record>,
    },
    /// A bad record has good ones after it: the disk damaged the file.
    Damaged {
        /// Good records found after the bad one.
        after: Vec<Record>,
    },
}

/// What a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// Its head.
    pub head: FileHead,
    /// Good records in order, up to the first bad one.
    pub records: Vec<Record>,
    /// Offset after the last good record: where the next one goes.
    pub end: usize,
    /// Check of the last good record.
    pub last: Check,
    /// How it ends.
    pub ending: Ending,
}

/// Reads a whole file.
///
/// # Errors
/// [`SentinelError`] where it is none; damage inside is told by [`Scan::ending`].
pub fn scan(bytes: &[u8]) -> Result<Scan, SentinelError> {
    if bytes.len() > FILE_LEN_MAX {
        return Err(SentinelError::Long(bytes.len()));
    }
    let (head, _) = bytes.split_at_checked(HEAD_LEN).ok_or(SentinelError::Short(bytes.len()))?;
    let magic = [head[0], head[1], head[2], head[3]];
    if magic != MAGIC {
        return Err(SentinelError::NotSentinel(magic));
    }
    let node = head[4..36].try_into().map_err(|_| SentinelError::Short(bytes.len()))?;
    let generation = head[36..44].try_into().map_err(|_| SentinelError::Short(bytes.len()))?;
    let before = head[44..60].try_into().map_err(|_| SentinelError::Short(bytes.len()))?;
    let head = FileHead { node: PublicKey(node), generation: Generation(generation), before };
    let (mut records, mut end, mut last) = (Vec::new(), HEAD_LEN, head.check());
    while let Some((record, next, check)) = record_at(bytes, end, &last) {
        records.push(record);
        (end, last) = (next, check);
    }
    let ending = ending(bytes, end);
    Ok(Scan { head, records, end, last, ending })
}

/// The record at an offset, where it is chained to `before`.
fn record_at(bytes: &[u8], at: usize, before: &Check) -> Option<(Record, usize, Check)> {
    let (record, end) = shape_at(bytes, at)?;
    let check = chain(before, &bytes[at..end]);
    let stored = bytes.get(end..end + CHECK_LEN)?;
    (stored == check).then_some((record, end + CHECK_LEN, check))
}

/// What a record at an offset would say, whether or not its check is good, and where its check is.
fn shape_at(bytes: &[u8], at: usize) -> Option<(Record, usize)> {
    let len = bytes.get(at..at + 4)?;
    let len = u32::from_be_bytes(len.try_into().ok()?) as usize;
    let most = 8 + PROMISE_LEN * RECORD_OPS_MAX;
    if len < 8 || len > most || !(len - 8).is_multiple_of(PROMISE_LEN) {
        return None;
    }
    let body = bytes.get(at + 4..at + 4 + len)?;
    let (group, ops) = body.split_at(8);
    let mut record = Record { group: u64::from_be_bytes(group.try_into().ok()?), ops: Vec::new() };
    for op in ops.chunks_exact(PROMISE_LEN) {
        record.ops.push(Promise {
            log8: op[..8].try_into().ok()?,
            seq: u32::from_be_bytes(op[8..12].try_into().ok()?),
            id8: Prefix(op[12..].try_into().ok()?),
        });
    }
    Some((record, at + 4 + len))
}

fn ending(bytes: &[u8], end: usize) -> Ending {
    let used = bytes.iter().rposition(|b| *b != 0).map_or(0, |last| last + 1);
    if used <= end {
        return Ending::Clean;
    }
    // A later record is chained to the check stored just before it, whatever came before that.
    let mut after = Vec::new();
    let mut at = end + CHECK_LEN;
    while at < used {
        let before: Option<Check> = bytes.get(at - CHECK_LEN..at).and_then(|b| b.try_into().ok());
        match before.and_then(|before| record_at(bytes, at, &before)) {
            Some((record, next, _)) => {
                after.push(record);
                at = next;
            }
            None => at += 1,
        }
    }
    if after.is_empty() {
        Ending::Torn { claim: shape_at(bytes, end).map(|(record, _)| record) }
    } else {
        Ending::Damaged { after }
    }
}
