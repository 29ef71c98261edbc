//! The record carried as a file: out of this node, read without taking in, and into this node.
//!
//! What goes out is every log but those of topic 12, with the blobs; bodies of class 2–3 stay here.
//! What comes in is checked op by op and weighed as if it had come over a wire; a damaged part is
//! named and the rest is taken. Opens no file and decides nothing about who may carry.
//! Source: sync §7, §14.

use std::collections::BTreeSet;
use std::io::{Cursor, Read, Seek, Write};

use kernel::{Hash32, LogId, OpId, PlaceCode, UnixMillis, hash};
use ledger::{Op, PublicKey};
use serde::Serialize;
use sync::bundle::{Damage, Run, Segment, Signed};
use sync::{Bundle, BundleError, Head, Import, Incoming, Step};

use crate::desk::Desk;
use crate::error::Error;

/// Most bytes of a blob that is taken in.
const BLOB_MAX: u64 = 256 << 20;

/// Why nothing could be carried at all.
#[derive(Debug, thiserror::Error)]
pub enum CarryError {
    /// The file is no bundle, of a later program, of the other sort, or cannot be read or written.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The record could not be read or written.
    #[error(transparent)]
    Node(#[from] Error),
}

impl CarryError {
    /// Whether the file is of another sort altogether.
    pub fn is_no_bundle(&self) -> bool {
        matches!(self, CarryError::Bundle(BundleError::NotBundle))
    }

    /// Whether a later program wrote it.
    pub fn is_newer(&self) -> bool {
        matches!(self, CarryError::Bundle(BundleError::Newer(_)))
    }

    /// Whether it is an exercise's file for real events, or the other way round.
    pub fn is_other_sort(&self) -> bool {
        matches!(self, CarryError::Bundle(BundleError::OtherSort { .. }))
    }
}

/// Who made a file, when, and whether the signature binds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Maker {
    /// The node that signed it.
    pub maker: PublicKey,
    /// When, by its clock.
    pub made_at: UnixMillis,
    /// Its place.
    pub place: PlaceCode,
    /// Whether it is an exercise's.
    pub exercise: bool,
    /// `good`, `bad`, or `missing` where the file is cut.
    pub signed: &'static str,
    /// Number of segments by the index, where that is there.
    pub segments: Option<usize>,
}

impl Maker {
    fn of<R: Read + Seek>(bundle: &Bundle<R>) -> Maker {
        let Head { maker, made_at, place, exercise } = *bundle.head();
        let signed = match bundle.signed() {
            Signed::Good => "good",
            Signed::Bad => "bad",
            Signed::Missing => "missing",
        };
        Maker { maker, made_at, place, exercise, signed, segments: bundle.segments() }
    }
}

/// A part of a file that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Damaged {
    /// Number of the segment, from 1; 0: head, index or end of the file.
    pub segment: usize,
    /// Where it begins in the file, bytes.
    pub offset: u64,
    /// What is wrong with it.
    pub why: String,
}

impl From<Damage> for Damaged {
    fn from(d: Damage) -> Self {
        Damaged { segment: d.segment, offset: d.offset, why: d.what }
    }
}

/// What a file that was written holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CarriedOut {
    /// Logs.
    pub logs: u64,
    /// Ops.
    pub ops: u64,
    /// Bodies left out because of their class.
    pub withheld: u64,
    /// Blobs.
    pub blobs: u64,
    /// Blobs that lie here damaged and could not go along.
    pub blobs_damaged: Vec<Hash32>,
    /// Bytes.
    pub bytes: u64,
    /// Segments.
    pub segments: u64,
}

/// What a file holds, read without taking it in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inspected {
    /// Who made it.
    #[serde(flatten)]
    pub maker: Maker,
    /// Logs that are described.
    pub logs: usize,
    /// Ops.
    pub ops: u64,
    /// Ops without their body.
    pub withheld: u64,
    /// Blobs.
    pub blobs: usize,
    /// Parts that are damaged.
    pub damaged: Vec<Damaged>,
}

/// What taking a file in came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CarriedIn {
    /// Who made it.
    #[serde(flatten)]
    pub maker: Maker,
    /// Ops that were new here.
    pub new: usize,
    /// Those of them whose stamp is over 15 minutes ahead of this node's clock.
    pub clock_ahead: usize,
    /// Ops that were here already.
    pub known: u64,
    /// New ops that are kept and do not count: id and reason.
    pub quarantined: Vec<(OpId, String)>,
    /// Ops kept beside their log: log, seq, why.
    pub aside: Vec<(LogId, u32, String)>,
    /// Ops that were refused: log, seq, why.
    pub refused: Vec<(LogId, u32, String)>,
    /// Runs whose predecessors are neither here nor in the file: log, first seq.
    pub waiting: Vec<(LogId, u32)>,
    /// Blobs that were new here.
    pub blobs_new: usize,
    /// Blobs that were here already.
    pub blobs_known: usize,
    /// Blobs that did not come whole.
    pub blobs_damaged: Vec<Hash32>,
    /// Parts that are damaged.
    pub damaged: Vec<Damaged>,
}

impl CarriedIn {
    /// Whether all that the file holds is here now.
    pub fn is_whole(&self) -> bool {
        self.refused.is_empty()
            && self.waiting.is_empty()
            && self.blobs_damaged.is_empty()
            && self.damaged.is_empty()
    }
}

impl Desk {
    /// Writes a checkpoint, then the whole record but topic 12 as one file.
    ///
    /// # Errors
    /// [`CarryError`]: what was written is no whole file.
    pub fn carry_out<W: Write>(
        &self,
        out: W,
        now: UnixMillis,
    ) -> Result<(W, CarriedOut), CarryError> {
        let info = self.info();
        self.record.checkpoint(info.place, now)?;
        let key = self.record.author();
        let (maker, place) = (key.public(), info.place);
        let head = Head { maker, made_at: now, place, exercise: info.exercise };
        let mut blobs_damaged = Vec::new();
        let hashes = self.blobs.all()?;
        let mut blobs = hashes.into_iter().filter_map(|hash| match self.blobs.get(&hash) {
            Some(bytes) => {
                let len = bytes.len() as u64;
                let from: Box<dyn Read> = Box::new(Cursor::new(bytes));
                Some(Ok((hash, len, from)))
            }
            None => {
                blobs_damaged.push(hash);
                None
            }
        });
        let wrote = self.record.read(|store| Ok(sync::export(store, &head, key, out, &mut blobs)));
        let (out, s) = wrote??;
        let summary = CarriedOut {
            logs: s.logs,
            ops: s.ops,
            withheld: s.withheld,
            blobs: s.blobs,
            blobs_damaged,
            bytes: s.bytes,
            segments: s.segments,
        };
        Ok((out, summary))
    }

    /// Takes a file in, segment by segment; `progress` hears the number of each.
    ///
    /// # Errors
    /// [`CarryError`]: no bundle, one of the other sort, or the disk; what was taken in before that
    /// stays.
    pub fn carry_in<R: Read + Seek>(
        &self,
        from: R,
        now: UnixMillis,
        progress: &mut dyn FnMut(usize),
    ) -> Result<CarriedIn, CarryError> {
        let bundle = Bundle::open(from)?;
        bundle.head().refuse_other_sort(self.info().exercise)?;
        let maker = Maker::of(&bundle);
        let mut import = Import::new(bundle);
        let mut coming = Coming { desk: self, now, piece: None, came: nothing(maker) };
        while let Some(step) = self.record.read(|store| Ok(import.next(store)))?? {
            progress(import.bundle().at_segment());
            for log in coming.take(step)? {
                import.refuse(&log);
            }
        }
        coming.came.known += import.held;
        coming.end_blob();
        Ok(coming.came)
    }
}

fn nothing(maker: Maker) -> CarriedIn {
    CarriedIn {
        maker,
        new: 0,
        clock_ahead: 0,
        known: 0,
        quarantined: Vec::new(),
        aside: Vec::new(),
        refused: Vec::new(),
        waiting: Vec::new(),
        blobs_new: 0,
        blobs_known: 0,
        blobs_damaged: Vec::new(),
        damaged: Vec::new(),
    }
}

/// A file that is being taken in.
struct Coming<'a> {
    desk: &'a Desk,
    now: UnixMillis,
    piece: Option<(Hash32, Vec<u8>)>,
    came: CarriedIn,
}

impl Coming<'_> {
    /// Takes one step; answers the logs of which an op was refused.
    fn take(&mut self, step: Step) -> Result<BTreeSet<LogId>, CarryError> {
        match step {
            Step::Ops(incoming) => return self.ops(incoming),
            Step::Fork { log, op } => return self.ops(vec![Incoming { log, ops: vec![*op] }]),
            Step::Blob { hash, len, offset, bytes } => self.piece(hash, len, offset, &bytes)?,
            Step::Damaged(damage) => self.came.damaged.push(damage.into()),
            Step::Waiting { log, from } => self.came.waiting.push((log, from)),
        }
        Ok(BTreeSet::new())
    }

    fn ops(&mut self, incoming: Vec<Incoming>) -> Result<BTreeSet<LogId>, CarryError> {
        let (mut logs, mut ops): (Vec<_>, Vec<Op>) = (Vec::new(), Vec::new());
        for one in incoming {
            logs.push(one.log);
            ops.extend(one.ops);
        }
        let absorbed = self.desk.record.absorb(logs, ops, self.now)?;
        let refused = absorbed.refused.iter().map(|r| r.0).collect();
        self.came.new += absorbed.new;
        self.came.clock_ahead += absorbed.clock_ahead;
        self.came.known += absorbed.known as u64;
        self.came.quarantined.extend(absorbed.quarantined);
        self.came.aside.extend(absorbed.aside);
        self.came.refused.extend(absorbed.refused);
        Ok(refused)
    }

    /// Takes a piece of a blob; pieces come one blob after the other and in order, so that one
    /// that is missing ends the blob.
    fn piece(&mut self, whole: Hash32, len: u64, at: u64, bytes: &[u8]) -> Result<(), CarryError> {
        if at == 0 {
            self.end_blob();
            self.piece = Some((whole, Vec::new()));
        }
        let Some((of, held)) = self.piece.as_mut() else {
            self.blob_failed(whole);
            return Ok(());
        };
        if *of != whole || held.len() as u64 != at || len > BLOB_MAX {
            self.end_blob();
            self.blob_failed(whole);
            return Ok(());
        }
        held.extend_from_slice(bytes);
        if (held.len() as u64) < len {
            return Ok(());
        }
        let Some((_, held)) = self.piece.take() else { return Ok(()) };
        if hash(&held) != whole {
            self.blob_failed(whole);
        } else if self.desk.blobs.get(&whole).is_some() {
            self.came.blobs_known += 1;
        } else {
            self.desk.blobs.put(&held)?;
            self.came.blobs_new += 1;
        }
        Ok(())
    }

    /// Names a blob of which the last piece did not come.
    fn end_blob(&mut self) {
        if let Some((hash, _)) = self.piece.take() {
            self.blob_failed(hash);
        }
    }

    fn blob_failed(&mut self, hash: Hash32) {
        if !self.came.blobs_damaged.contains(&hash) {
            self.came.blobs_damaged.push(hash);
        }
    }
}

/// Reads a file through without taking it in.
///
/// # Errors
/// [`CarryError::Bundle`] where it is no bundle or cannot be read.
pub fn inspect<R: Read + Seek>(
    from: R,
    progress: &mut dyn FnMut(usize),
) -> Result<Inspected, CarryError> {
    let mut bundle = Bundle::open(from)?;
    let maker = Maker::of(&bundle);
    let mut found =
        Inspected { maker, logs: 0, ops: 0, withheld: 0, blobs: 0, damaged: Vec::new() };
    let mut blobs = BTreeSet::new();
    while let Some(segment) = bundle.next_segment()? {
        let at = bundle.at_segment();
        progress(at);
        match segment {
            Ok(Segment::Logs(logs)) => found.logs += logs.len(),
            Ok(Segment::Ops(runs)) => runs.iter().for_each(|run| found.run(at, run)),
            Ok(Segment::Blob { hash, .. }) => drop(blobs.insert(hash)),
            Ok(Segment::Unknown(_)) => {}
            Err(damage) => found.damaged.push(damage.into()),
        }
    }
    found.blobs = blobs.len();
    Ok(found)
}

impl Inspected {
    fn run(&mut self, segment: usize, run: &Run) {
        let mut prev = run.prev;
        for (seq, frame) in (run.first..).zip(&run.frames) {
            match Op::from_frame(frame, run.log, seq, prev) {
                Ok(op) => {
                    prev = Some(op.id());
                    self.ops += 1;
                    self.withheld += u64::from(op.body_bytes().is_none());
                }
                Err(e) => {
                    let why = format!("log {} op {seq}: {e}", run.log);
                    self.damaged.push(Damaged { segment, offset: 0, why });
                    return;
                }
            }
        }
    }
}
