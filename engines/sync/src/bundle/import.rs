//! Taking a bundle in: what is new is rebuilt, chained to what is held, and handed on to be
//! checked, folded and appended by the caller.
//!
//! What is held already is skipped, so that the same file twice is once. Ops whose predecessors are
//! missing are left and named. Two different ops at one position are a fork: it is told, not
//! decided.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use kernel::{Hash32, LogId, OpId};
use ledger::{Descriptor, Op, OpRead};

use super::{Bundle, BundleError, Damage, Run, Segment};

/// New ops of one log, in order, the first of them following what the store holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// The log.
    pub log: Descriptor,
    /// Its new ops.
    pub ops: Vec<Op>,
}

impl Incoming {
    /// How many leading ops count as verified: each, or a later one of the run, has a good
    /// signature of the author. May be called on any thread; it is the costly part of an import.
    pub fn verified(&self) -> usize {
        let Some(checker) = self.log.author.checker() else { return 0 };
        let mut verified = 0;
        for (at, op) in self.ops.iter().enumerate() {
            match op.signature() {
                None => {}
                Some(sig) if checker.verify(&op.id(), sig) => verified = at + 1,
                Some(_) => break,
            }
        }
        verified
    }
}

/// One step of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// New ops of one segment, by log.
    Ops(Vec<Incoming>),
    /// A piece of a blob.
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
    /// A segment, or an op in it, that could not be taken.
    Damaged(Damage),
    /// Ops whose predecessors are not here: they wait for another file.
    Waiting {
        /// The log.
        log: LogId,
        /// First seq of the run.
        from: u32,
    },
    /// Another op than ours at a position: both are kept by the caller, nothing is decided.
    Fork {
        /// The log.
        log: Descriptor,
        /// The other op.
        op: Box<Op>,
    },
}

/// An import in progress.
pub struct Import<R> {
    bundle: Bundle<R>,
    logs: BTreeMap<LogId, Descriptor>,
    /// Heads after what was handed on and is not yet appended.
    heads: BTreeMap<LogId, (u32, OpId)>,
    pending: Vec<Step>,
    /// Ops met that were held already.
    pub held: u64,
}

impl<R: Read + Seek> Import<R> {
    /// Begins to take a bundle in.
    pub fn new(bundle: Bundle<R>) -> Self {
        let (logs, heads) = (BTreeMap::new(), BTreeMap::new());
        Import { bundle, logs, heads, pending: Vec::new(), held: 0 }
    }

    /// The bundle's head.
    pub fn bundle(&self) -> &Bundle<R> {
        &self.bundle
    }

    /// An op that was handed on was refused by the caller: what follows it in its log waits.
    pub fn refuse(&mut self, log: &LogId) {
        self.heads.remove(log);
    }

    /// The next step; `None` at the end.
    ///
    /// # Errors
    /// [`BundleError`] where file or store cannot be read.
    pub fn next(&mut self, store: &dyn OpRead) -> Result<Option<Step>, BundleError> {
        loop {
            if !self.pending.is_empty() {
                return Ok(Some(self.pending.remove(0)));
            }
            let Some(segment) = self.bundle.next_segment()? else { return Ok(None) };
            match segment {
                Err(damage) => return Ok(Some(Step::Damaged(damage))),
                Ok(Segment::Logs(logs)) => {
                    self.logs.extend(logs.into_iter().map(|log| (log.id(), log)));
                }
                Ok(Segment::Ops(runs)) => self.runs(runs, store)?,
                Ok(Segment::Blob { hash, len, offset, bytes }) => {
                    return Ok(Some(Step::Blob { hash, len, offset, bytes }));
                }
                Ok(Segment::Unknown(_)) => {}
            }
        }
    }

    fn runs(&mut self, runs: Vec<Run>, store: &dyn OpRead) -> Result<(), BundleError> {
        let mut new: Vec<Incoming> = Vec::new();
        for run in runs {
            let log = match self.logs.get(&run.log) {
                Some(log) => Some(log.clone()),
                None => store.log(&run.log)?.map(|row| row.log),
            };
            let Some(log) = log else {
                self.tell(&run, "the descriptor of a log is not there");
                continue;
            };
            let head = match self.heads.get(&run.log) {
                Some(head) => Some(*head),
                None => store.log(&run.log)?.and_then(|row| row.head).map(|h| (h.seq, h.id)),
            };
            if let Some(incoming) = self.run(run, log, head, store)? {
                new.push(incoming);
            }
        }
        if !new.is_empty() {
            self.pending.insert(0, Step::Ops(new));
        }
        Ok(())
    }

    fn tell(&mut self, run: &Run, what: &str) {
        let what = format!("log {} from {}: {what}", run.log, run.first);
        let segment = self.bundle.at_segment();
        self.pending.push(Step::Damaged(Damage { segment, offset: 0, what }));
    }

    /// Rebuilds a run and keeps what is new of it.
    fn run(
        &mut self,
        run: Run,
        log: Descriptor,
        head: Option<(u32, OpId)>,
        store: &dyn OpRead,
    ) -> Result<Option<Incoming>, BundleError> {
        let next = head.map_or(0, |(seq, _)| u64::from(seq) + 1);
        if u64::from(run.first) > next {
            self.pending.push(Step::Waiting { log: run.log, from: run.first });
            return Ok(None);
        }
        let (mut prev, mut seq) = (run.prev, u64::from(run.first));
        let mut ops = Vec::new();
        let mut last_held = None;
        for frame in &run.frames {
            let Ok(at) = u32::try_from(seq) else { break };
            let op = match Op::from_frame(frame, run.log, at, prev) {
                Ok(op) => op,
                Err(e) => {
                    self.tell(&run, &format!("op {at}: {e}"));
                    break;
                }
            };
            prev = Some(op.id());
            seq += 1;
            if u64::from(at) < next {
                self.held += 1;
                last_held = Some(op);
            } else {
                ops.push(op);
            }
        }
        if let Some(held) = last_held {
            // One id stands for all before it: each names the one before.
            let at = held.header().seq;
            let ours = store.op_at(&run.log, at)?.map(|stored| stored.op.id());
            // What was handed on just now is not in the store yet: then the caller decides.
            if ours != Some(held.id()) {
                return self.fork(run, log, store).map(|()| None);
            }
        }
        let fits = ops.first().is_none_or(|op| op.header().prev == head.map(|(_, id)| id));
        if !fits {
            return self.fork(run, log, store).map(|()| None);
        }
        let Some(last) = ops.last() else { return Ok(None) };
        self.heads.insert(run.log, (last.header().seq, last.id()));
        Ok(Some(Incoming { log, ops }))
    }

    /// Finds the first op that differs from ours.
    fn fork(&mut self, run: Run, log: Descriptor, store: &dyn OpRead) -> Result<(), BundleError> {
        let mut prev = run.prev;
        for (seq, frame) in (run.first..).zip(&run.frames) {
            let Ok(op) = Op::from_frame(frame, run.log, seq, prev) else { break };
            prev = Some(op.id());
            let ours = store.op_at(&run.log, seq)?.map(|stored| stored.op.id());
            if ours != Some(op.id()) {
                self.pending.push(Step::Fork { log, op: Box::new(op) });
                return Ok(());
            }
        }
        self.pending.push(Step::Waiting { log: run.log, from: run.first });
        Ok(())
    }
}
