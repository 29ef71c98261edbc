//! Writing a bundle: segments as they fill, then the index and the signature.

use std::io::{self, Write};

use kernel::{Hash32, LogId, OpId, hash};
use ledger::op_store::LogRow;
use ledger::{DataClass, Descriptor, Op, OpRead, SecretKey, Topic};
use minicbor::Encoder;

use super::{
    BundleError, END_MARK, Entry, HEAD_MAX, Head, INDEX_MARK, MAGIC, RATIO_MAX, SEGMENT_MARK,
    SEGMENT_MAX, SEGMENTS_MAX, signed_message,
};

/// A segment is closed when it has grown to this many bytes: damage takes no more than that.
const SEGMENT_FULL: usize = 1024 * 1024;
/// Ops read from the store at a time.
const STEP: usize = 1_000;
/// Why an op lies beside its log: it is another branch of it.
const FORK: &str = "fork";
/// Bytes of a blob in one segment.
const PIECE: usize = 2 * 1024 * 1024;

/// What a bundle came to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Logs.
    pub logs: u64,
    /// Ops.
    pub ops: u64,
    /// Bodies left out because of their class.
    pub withheld: u64,
    /// Blobs.
    pub blobs: u64,
    /// Bytes written.
    pub bytes: u64,
    /// Segments.
    pub segments: u64,
}

/// Writes a bundle in one pass; memory is bounded by a segment.
pub struct BundleWriter<W: Write> {
    out: W,
    head: Vec<u8>,
    at: u64,
    index: Vec<Entry>,
    run: Option<OpenRun>,
    runs: Vec<u8>,
    run_count: u64,
    summary: Summary,
}

struct OpenRun {
    log: LogId,
    first: u32,
    prev: Option<OpId>,
    last: u32,
    frames: Vec<u8>,
    count: u64,
}

impl<W: Write> BundleWriter<W> {
    /// Begins a bundle.
    ///
    /// # Errors
    /// [`BundleError::Io`].
    pub fn new(mut out: W, head: &Head) -> Result<Self, BundleError> {
        let head = head.encode();
        if head.len() > HEAD_MAX {
            return Err(BundleError::TooLarge { what: "the head", limit: HEAD_MAX as u64 });
        }
        out.write_all(MAGIC)?;
        out.write_all(&(head.len() as u32).to_be_bytes())?;
        out.write_all(&head)?;
        out.write_all(&hash(&head).0)?;
        let at = (MAGIC.len() + 4 + head.len() + 32) as u64;
        let (index, runs, summary) = (Vec::new(), Vec::new(), Summary::default());
        Ok(BundleWriter { out, head, at, index, run: None, runs, run_count: 0, summary })
    }

    /// Writes descriptors; they come before the first op of their log.
    ///
    /// # Errors
    /// [`BundleError::Io`].
    pub fn logs(&mut self, logs: &[Descriptor]) -> Result<(), BundleError> {
        self.close_ops()?;
        for part in logs.chunks(10_000) {
            let mut raw = Vec::new();
            let mut e = Encoder::new(&mut raw);
            // Writing to a Vec cannot fail.
            let _ = e.array(part.len() as u64);
            for log in part {
                let _ = e.bytes(&log.encode());
            }
            self.segment(1, &raw)?;
        }
        self.summary.logs += logs.len() as u64;
        Ok(())
    }

    /// Writes an op; ops of a log come in order. A body of class 2 or 3 is left out.
    ///
    /// # Errors
    /// [`BundleError::Io`].
    pub fn op(&mut self, op: &Op) -> Result<(), BundleError> {
        let header = op.header();
        let frame = if header.class >= DataClass::Personal && op.body_bytes().is_some() {
            self.summary.withheld += 1;
            op.clone().without_body().to_frame(true)
        } else {
            op.to_frame(true)
        };
        let follows = self.run.as_ref().is_some_and(|run| {
            run.log == header.log && run.last.checked_add(1) == Some(header.seq)
        });
        if !follows {
            self.close_run();
        }
        let run = self.run.get_or_insert_with(|| OpenRun {
            log: header.log,
            first: header.seq,
            prev: header.prev,
            last: header.seq,
            frames: Vec::new(),
            count: 0,
        });
        run.last = header.seq;
        run.count += 1;
        let _ = Encoder::new(&mut run.frames).bytes(&frame);
        self.summary.ops += 1;
        if self.runs.len() + run.frames.len() >= SEGMENT_FULL {
            self.close_ops()?;
        }
        Ok(())
    }

    /// Writes a blob from a reader of `len` bytes.
    ///
    /// # Errors
    /// [`BundleError::Io`] also where the reader ends early.
    pub fn blob(
        &mut self,
        hash: Hash32,
        len: u64,
        from: &mut dyn io::Read,
    ) -> Result<(), BundleError> {
        self.close_ops()?;
        let mut offset = 0;
        let mut piece = vec![0; PIECE];
        while offset < len || (len == 0 && offset == 0) {
            let part = usize::try_from(len - offset).unwrap_or(PIECE).min(PIECE);
            from.read_exact(&mut piece[..part])?;
            let mut raw = Vec::with_capacity(part + 64);
            let mut e = Encoder::new(&mut raw);
            let _ = e.array(4).and_then(|e| e.bytes(&hash.0)).and_then(|e| e.u64(len));
            let _ = e.u64(offset).and_then(|e| e.bytes(&piece[..part]));
            self.segment(3, &raw)?;
            offset += part as u64;
            if len == 0 {
                break;
            }
        }
        self.summary.blobs += 1;
        Ok(())
    }

    /// Writes index and signature. The bundle is whole only after this.
    ///
    /// # Errors
    /// [`BundleError::Io`].
    pub fn finish(mut self, key: &SecretKey) -> Result<(W, Summary), BundleError> {
        self.close_ops()?;
        let mut index = Vec::with_capacity(self.index.len() * 56);
        let mut e = Encoder::new(&mut index);
        let _ = e.array(self.index.len() as u64);
        for entry in &self.index {
            let _ = e.array(6).and_then(|e| e.u64(entry.offset)).and_then(|e| e.u8(entry.kind));
            let _ = e.u8(entry.method).and_then(|e| e.u32(entry.raw_len));
            let _ = e.u32(entry.len).and_then(|e| e.bytes(&entry.hash.0));
        }
        let signature = key.sign_bytes(&signed_message(&self.head, &index));
        let at = self.at;
        self.put(INDEX_MARK)?;
        self.put(&(index.len() as u32).to_be_bytes())?;
        self.put(&index)?;
        self.put(&signature.0)?;
        self.put(&at.to_be_bytes())?;
        self.put(END_MARK)?;
        self.out.flush()?;
        self.summary.bytes = self.at;
        self.summary.segments = self.index.len() as u64;
        Ok((self.out, self.summary))
    }

    fn close_run(&mut self) {
        let Some(run) = self.run.take() else { return };
        let mut e = Encoder::new(&mut self.runs);
        let _ = e.array(4).and_then(|e| e.bytes(&run.log.0)).and_then(|e| e.u32(run.first));
        let _ = match &run.prev {
            Some(prev) => e.bytes(&prev.0).map(drop),
            None => e.null().map(drop),
        };
        let _ = e.array(run.count);
        self.runs.extend_from_slice(&run.frames);
        self.run_count += 1;
    }

    fn close_ops(&mut self) -> Result<(), BundleError> {
        self.close_run();
        if self.run_count == 0 {
            return Ok(());
        }
        let mut raw = Vec::with_capacity(self.runs.len() + 9);
        let _ = Encoder::new(&mut raw).array(self.run_count);
        raw.append(&mut self.runs);
        self.run_count = 0;
        self.segment(2, &raw)
    }

    fn segment(&mut self, kind: u8, raw: &[u8]) -> Result<(), BundleError> {
        if raw.len() > SEGMENT_MAX || self.index.len() >= SEGMENTS_MAX {
            return Err(BundleError::TooLarge { what: "a segment", limit: SEGMENT_MAX as u64 });
        }
        let small = zstd::bulk::compress(raw, 3)?;
        let worth = small.len() < raw.len() && raw.len() <= small.len() * RATIO_MAX;
        let (method, stored) = if worth { (1, &small[..]) } else { (0, raw) };
        let entry = Entry {
            offset: self.at,
            kind,
            method,
            raw_len: raw.len() as u32,
            len: stored.len() as u32,
            hash: hash(stored),
        };
        self.put(SEGMENT_MARK)?;
        self.put(&[kind, method])?;
        self.put(&entry.raw_len.to_be_bytes())?;
        self.put(&entry.len.to_be_bytes())?;
        self.put(&entry.hash.0)?;
        self.put(stored)?;
        self.index.push(entry);
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), BundleError> {
        self.out.write_all(bytes)?;
        self.at += bytes.len() as u64;
        Ok(())
    }
}

/// Writes every log of a store but those of topic 12: keys first, then by lane, so that what is
/// read first is what matters first. `blobs` opens the blobs that go with it.
///
/// # Errors
/// [`BundleError`].
pub fn export<W: Write>(
    store: &dyn OpRead,
    head: &Head,
    key: &SecretKey,
    out: W,
    blobs: &mut dyn Iterator<Item = io::Result<(Hash32, u64, Box<dyn io::Read>)>>,
) -> Result<(W, Summary), BundleError> {
    let mut writer = BundleWriter::new(out, head)?;
    let mut rows: Vec<LogRow> = store.logs()?;
    rows.retain(|row| row.log.topic != Topic::Audit && row.head.is_some());
    rows.sort_by_key(|row| (row.log.topic != Topic::Keys, row.log.lane, row.log.id()));
    let logs: Vec<Descriptor> = rows.iter().map(|row| row.log.clone()).collect();
    if !logs.is_empty() {
        writer.logs(&logs)?;
    }
    for row in &rows {
        let (log, mut from) = (row.log.id(), 0u32);
        loop {
            let step = store.read(&log, from, STEP)?;
            let Some(last) = step.last() else { break };
            let next = last.op.header().seq.checked_add(1);
            step.iter().try_for_each(|stored| writer.op(&stored.op))?;
            match next {
                Some(next) => from = next,
                None => break,
            }
        }
        // Proof of a fork: whoever holds the one branch learns of the others.
        for beside in store.aside(&log)?.iter().filter(|beside| beside.why == FORK) {
            writer.close_run();
            writer.op(&beside.op)?;
        }
        writer.close_run();
    }
    for blob in blobs {
        let (hash, len, mut from) = blob?;
        writer.blob(hash, len, &mut from)?;
    }
    writer.finish(key)
}
