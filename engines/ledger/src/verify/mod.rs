//! Verifying a record: every hash, signature, chain, head and checkpoint, and the two digests.
//!
//! The work is cut into chunks of one log that anyone may check on any thread ([`check`]); their
//! results are linked in order ([`Verifier`]). Nothing is trusted but the logs' descriptors, and
//! these are bound by the log id in every header. Reading ops and spreading chunks over threads is
//! the caller's business. Source: sync §2, §14; house, decisions 18 and 26.

use std::collections::BTreeMap;

use kernel::{EntityId, Hash32, LogId, OpId, Stamp};
use serde::Serialize;

use crate::cert::{Body, Checkpoint};
use crate::checkpoint::{Missing, holds};
use crate::entity::Topic;
use crate::key::{PublicKey, Signature};
use crate::log::Descriptor;
use crate::op::{Op, code};
use crate::op_store::LogRow;

#[cfg(test)]
mod tests;

/// Most bad ops that a report lists; all are counted.
pub const BAD_MAX: usize = 100;

/// An op as it lies in a store, nothing of it believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The id it is stored under.
    pub id: OpId,
    /// Header bytes.
    pub header: Vec<u8>,
    /// Body bytes; `None`: not here.
    pub body: Option<Vec<u8>>,
    /// Signature; `None`: in a signed run.
    pub sig: Option<Signature>,
}

/// Ops of one log that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// The log.
    pub log: Descriptor,
    /// Its ops, in order.
    pub rows: Vec<Row>,
}

/// What is wrong with an op or a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The header is no header, or breaks a limit.
    Malformed(String),
    /// The header's hash is not the id it is stored under.
    WrongId,
    /// The header names another log.
    WrongLog,
    /// The body is not the one the header names.
    WrongBody,
    /// The signature is not the author's.
    BadSignature,
    /// No signature, and no later op of the log that vouches for it.
    Unsigned,
    /// Ops before it are missing.
    Gap {
        /// The seq that should come here.
        expected: u32,
    },
    /// It does not name the op before it.
    BrokenChain,
    /// The log's head is not its last op.
    WrongHead,
}

impl Fault {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Fault::Malformed(_) => "malformed-op",
            Fault::WrongId => "wrong-id",
            Fault::WrongLog => "wrong-log",
            Fault::WrongBody => "wrong-body",
            Fault::BadSignature => "bad-signature",
            Fault::Unsigned => "unsigned",
            Fault::Gap { .. } => "gap",
            Fault::BrokenChain => "broken-chain",
            Fault::WrongHead => "wrong-head",
        }
    }
}

/// A bad op: where it is and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bad {
    /// The log.
    pub log: LogId,
    /// The seq, as far as it is known.
    pub seq: u32,
    /// The id it is stored under, where it has one.
    pub id: Option<OpId>,
    /// What is wrong.
    pub fault: Fault,
}

/// What [`check`] found in a chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    log: LogId,
    author: PublicKey,
    first: Option<(u32, Option<OpId>)>,
    last: Option<(u32, OpId)>,
    signed_to: Option<u32>,
    stamps: Vec<(u32, Stamp)>,
    bad: Vec<Bad>,
    checkpoints: Vec<(u32, Checkpoint)>,
    count: u64,
}

/// Checks one chunk: hashes, signatures, and the chain inside it.
pub fn check(chunk: &Chunk) -> Checked {
    let id = chunk.log.id();
    let checker = chunk.log.author.checker();
    let mut out = Checked {
        log: id,
        author: chunk.log.author,
        first: None,
        last: None,
        signed_to: None,
        stamps: Vec::new(),
        bad: Vec::new(),
        checkpoints: Vec::new(),
        count: chunk.rows.len() as u64,
    };
    for row in &chunk.rows {
        let next = out.last.map_or(0, |(seq, _)| seq.saturating_add(1));
        let mut note = |seq: u32, fault: Fault| {
            out.bad.push(Bad { log: id, seq, id: Some(row.id), fault });
        };
        let op = match Op::decode(&row.header, row.body.clone(), row.sig) {
            Ok(op) => op,
            Err(e) => {
                let body = matches!(e, crate::op::OpError::WrongBody { .. });
                let fault = if body { Fault::WrongBody } else { Fault::Malformed(e.to_string()) };
                note(next, fault);
                out.last = Some((next, row.id));
                out.first.get_or_insert((next, None));
                continue;
            }
        };
        let header = op.header();
        if op.id() != row.id {
            note(header.seq, Fault::WrongId);
        }
        if header.log != id {
            note(header.seq, Fault::WrongLog);
        }
        if let Some((seq, before)) = out.last {
            if header.seq != seq.saturating_add(1) {
                note(header.seq, Fault::Gap { expected: seq.saturating_add(1) });
            } else if header.prev != Some(before) {
                note(header.seq, Fault::BrokenChain);
            }
        }
        match (op.signature(), &checker) {
            (None, _) => {}
            (Some(sig), Some(checker)) if checker.verify(&op.id(), sig) => {
                out.signed_to = Some(header.seq);
            }
            _ => note(header.seq, Fault::BadSignature),
        }
        if header.code() == code::CHECKPOINT
            && chunk.log.topic == Topic::Audit
            && let Ok(body) = op.body()
            && let Ok(checkpoint) = Checkpoint::from_map(&body)
        {
            out.checkpoints.push((header.seq, checkpoint));
        }
        out.stamps.push((header.seq, header.t));
        out.first.get_or_insert((header.seq, header.prev));
        out.last = Some((header.seq, op.id()));
    }
    out
}

/// What the newest checkpoint of an author says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Covered {
    /// The author.
    pub author: PublicKey,
    /// The log the checkpoint is in.
    pub log: LogId,
    /// Its seq there: up to it nothing of the author's can have been dropped.
    pub seq: u32,
    /// How many logs it covers.
    pub logs: usize,
}

/// A checkpoint whose logs are not all there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dropped {
    /// The author.
    pub author: PublicKey,
    /// The log the checkpoint is in, and its seq there.
    pub at: (LogId, u32),
    /// What is missing.
    pub missing: Missing,
}

/// What a whole record looks like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Ops checked.
    pub ops: u64,
    /// Logs checked.
    pub logs: u64,
    /// Bad ops in the order they were read, at most [`BAD_MAX`].
    pub bad: Vec<Bad>,
    /// How many there are.
    pub bad_count: u64,
    /// Ops whose stamp does not rise: invalid by themselves, which is no damage.
    pub invalid: u64,
    /// Newest checkpoint of each author that holds.
    pub covered: Vec<Covered>,
    /// Newer checkpoints that do not hold.
    pub dropped: Vec<Dropped>,
    /// See [`heads_digest`].
    pub heads: Hash32,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_good(&self) -> bool {
        self.bad_count == 0 && self.dropped.is_empty()
    }
}

#[derive(Clone, Debug, Default)]
struct Line {
    last: Option<(u32, OpId)>,
    signed_to: Option<u32>,
    highest: Option<Stamp>,
}

/// Links the results of chunks; each log's chunks must come in order.
#[derive(Debug)]
pub struct Verifier {
    rows: Vec<LogRow>,
    lines: BTreeMap<LogId, Line>,
    checkpoints: BTreeMap<PublicKey, Vec<(LogId, u32, Checkpoint)>>,
    bad: Vec<Bad>,
    bad_count: u64,
    invalid: u64,
    ops: u64,
}

impl Verifier {
    /// A verifier of a record with these logs.
    pub fn new(rows: Vec<LogRow>) -> Self {
        Verifier {
            rows,
            lines: BTreeMap::new(),
            checkpoints: BTreeMap::new(),
            bad: Vec::new(),
            bad_count: 0,
            invalid: 0,
            ops: 0,
        }
    }

    fn note(&mut self, bad: Bad) {
        self.bad_count += 1;
        if self.bad.len() < BAD_MAX {
            self.bad.push(bad);
        }
    }

    /// Links the next chunk of a log.
    pub fn link(&mut self, checked: Checked) {
        let mut line = self.lines.remove(&checked.log).unwrap_or_default();
        let log = checked.log;
        self.ops += checked.count;
        if let Some((seq, prev)) = checked.first {
            let expected = line.last.map_or(0, |(last, _)| last.saturating_add(1));
            let id = None;
            if seq != expected {
                self.note(Bad { log, seq, id, fault: Fault::Gap { expected } });
            } else if prev != line.last.map(|(_, before)| before)
                && !checked.bad.iter().any(|b| b.seq == seq)
            {
                self.note(Bad { log, seq, id, fault: Fault::BrokenChain });
            }
        }
        checked.bad.into_iter().for_each(|bad| self.note(bad));
        for (_, t) in checked.stamps {
            self.invalid += u64::from(line.highest.is_some_and(|highest| t <= highest));
            line.highest = line.highest.max(Some(t));
        }
        line.signed_to = line.signed_to.max(checked.signed_to);
        line.last = checked.last.or(line.last);
        for (seq, checkpoint) in checked.checkpoints {
            self.checkpoints.entry(checked.author).or_default().push((log, seq, checkpoint));
        }
        self.lines.insert(log, line);
    }

    /// Ends: heads, unsigned tails and checkpoints are judged. `id_at` looks an op's id up.
    pub fn finish(mut self, id_at: &mut dyn FnMut(&LogId, u32) -> Option<OpId>) -> Report {
        let rows = std::mem::take(&mut self.rows);
        for row in &rows {
            let log = row.log.id();
            let line = self.lines.get(&log).cloned().unwrap_or_default();
            let head = row.head.map(|head| (head.seq, head.id));
            if head != line.last {
                let seq = head.or(line.last).map_or(0, |(seq, _)| seq);
                let id = head.map(|(_, id)| id);
                self.note(Bad { log, seq, id, fault: Fault::WrongHead });
            }
            if let Some((seq, id)) = line.last
                && line.signed_to != Some(seq)
                && !self.bad.iter().any(|b| b.log == log)
            {
                self.note(Bad { log, seq, id: Some(id), fault: Fault::Unsigned });
            }
        }
        let (mut covered, mut dropped) = (Vec::new(), Vec::new());
        for (author, mut list) in std::mem::take(&mut self.checkpoints) {
            // Newest last: by epoch of the log it is in, then by seq.
            let epoch = |log: &LogId| {
                rows.iter().find(|r| r.log.id() == *log).map_or(0, |row| row.log.epoch)
            };
            list.sort_by_key(|(log, seq, _)| (epoch(log), *log, *seq));
            for (log, seq, checkpoint) in list.into_iter().rev() {
                match holds(&checkpoint, id_at) {
                    Ok(()) => {
                        let logs = checkpoint.heads.len();
                        covered.push(Covered { author, log, seq, logs });
                        break;
                    }
                    Err(missing) => dropped.push(Dropped { author, at: (log, seq), missing }),
                }
            }
        }
        let Verifier { bad, bad_count, invalid, ops, .. } = self;
        let (logs, heads) = (rows.len() as u64, heads_digest(&rows));
        Report { ops, logs, bad, bad_count, invalid, covered, dropped, heads }
    }
}

/// `heads`: BLAKE3 over the sorted (log id 16, seq u32 big-endian, head id 32) of all logs but
/// those of topic 12. Two folders that hold the same ops give the same. Source: house, decision 18.
pub fn heads_digest(rows: &[LogRow]) -> Hash32 {
    let mut heads: Vec<(LogId, u32, OpId)> = rows
        .iter()
        .filter(|row| row.log.topic != Topic::Audit)
        .filter_map(|row| row.head.map(|head| (row.log.id(), head.seq, head.id)))
        .collect();
    heads.sort();
    let mut hasher = blake3::Hasher::new();
    for (log, seq, id) in heads {
        hasher.update(&log.0);
        hasher.update(&seq.to_be_bytes());
        hasher.update(&id.0);
    }
    Hash32(*hasher.finalize().as_bytes())
}

/// `views`: BLAKE3 over the canonical dumps of all entities, sorted by kind number and id.
///
/// Each is `kind u16 ‖ id 10 ‖ length u32 ‖ dump`, numbers big-endian. What a dump leaves out
/// (fields that only ops of class 2 and 3 write, received times) is the fold's to know.
#[derive(Debug, Default)]
pub struct ViewsDigest {
    hasher: blake3::Hasher,
    last: Option<(u16, EntityId)>,
    unsorted: bool,
}

impl ViewsDigest {
    /// Adds the next entity's dump.
    pub fn add(&mut self, kind: u16, id: EntityId, dump: &[u8]) {
        self.unsorted |= self.last.is_some_and(|last| last >= (kind, id));
        self.last = Some((kind, id));
        self.hasher.update(&kind.to_be_bytes());
        self.hasher.update(&id.0);
        self.hasher.update(&(dump.len() as u32).to_be_bytes());
        self.hasher.update(dump);
    }

    /// The digest; `None` where the entities did not come sorted and once each.
    pub fn finish(self) -> Option<Hash32> {
        (!self.unsorted).then(|| Hash32(*self.hasher.finalize().as_bytes()))
    }
}
