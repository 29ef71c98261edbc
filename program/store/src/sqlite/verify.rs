//! `anlan verify` over a folder: reads only, on all cores.
//!
//! This thread reads rows and cuts them into chunks; workers check hashes and signatures; results
//! are linked in order by `ledger::verify`. The sentinel is held against the store as at a start,
//! without changing anything.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};

use ledger::op_store::Stored;
use ledger::verify::{Checked, Chunk, Report, Row, Verifier, check};
use ledger::{Descriptor, OpRead, PublicKey};
use serde::Serialize;

use super::read::{RawRow, Reader, damaged};
use super::{Finding, SENTINEL, guard, schema, start};

/// Ops in a chunk.
const CHUNK: usize = 256;

/// What a folder's record looks like.
#[derive(Clone, Debug, Serialize)]
pub struct FolderReport {
    /// Hashes, signatures, chains, heads and checkpoints.
    pub record: Report,
    /// What a start would find in the sentinel.
    pub sentinel: Vec<Finding>,
    /// What earlier starts found lost or damaged, and no repair has acknowledged.
    pub found: Vec<String>,
    /// What SQLite's own check of the file's pages says, where it is not well.
    pub file: Option<String>,
}

impl FolderReport {
    /// Whether nothing is wrong.
    pub fn is_good(&self) -> bool {
        let quiet = !self.sentinel.iter().any(Finding::is_alarm);
        self.record.is_good() && quiet && self.found.is_empty() && self.file.is_none()
    }
}

/// Verifies the record in a node's folder. `progress` hears the number of ops read so far.
///
/// # Errors
/// `StoreError` where the file does not open at all.
pub fn verify(
    dir: &Path,
    node: &PublicKey,
    threads: usize,
    progress: &mut dyn FnMut(u64),
) -> Stored<FolderReport> {
    let reader = Reader::open(dir)?;
    let mut files = guard::find(&dir.join(SENTINEL))?;
    // The folder may be served meanwhile: one picture for all, taken after the sentinel was read.
    let _picture = reader.picture()?;
    let sentinel = start::judge(&reader, &mut files, node)?.findings;
    let found = start::noted(&reader.conn)?;
    let file = schema::quick_check(&reader.conn).err().map(|e| e.to_string());
    let rows = reader.logs()?;
    let mut verifier = Verifier::new(rows);
    let read = spread(&reader, threads.max(1), &mut verifier, progress);
    let mut file = file;
    if let Err(e) = read {
        file.get_or_insert(e.to_string());
    }
    let mut id_at =
        |log: &_, seq| reader.op_at(log, seq).ok().flatten().map(|stored| stored.op.id());
    let record = verifier.finish(&mut id_at);
    Ok(FolderReport { record, sentinel, found, file })
}

fn spread(
    reader: &Reader,
    threads: usize,
    verifier: &mut Verifier,
    progress: &mut dyn FnMut(u64),
) -> Stored<()> {
    let logs = reader.log_numbers()?;
    let (work, queue) = sync_channel::<(usize, Chunk)>(threads * 4);
    let (done, results) = channel::<(usize, Checked)>();
    let queue = Mutex::new(queue);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (queue, done) = (&queue, done.clone());
            scope.spawn(move || {
                while let Some((at, chunk)) = next(queue) {
                    if done.send((at, check(&chunk))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(done);
        let mut cut = Cut { work, logs, chunk: None, log_no: 0, sent: 0, read: 0 };
        let mut order = Order { verifier, waiting: BTreeMap::new(), next: 0 };
        let outcome = reader.each_raw(&mut |raw| {
            cut.push(raw)?;
            if cut.read.is_multiple_of(4096) {
                progress(cut.read);
            }
            results.try_iter().for_each(|(at, checked)| order.take(at, checked));
            Ok(true)
        });
        cut.send();
        progress(cut.read);
        drop(cut);
        results.iter().for_each(|(at, checked)| order.take(at, checked));
        outcome
    })
}

fn next(queue: &Mutex<Receiver<(usize, Chunk)>>) -> Option<(usize, Chunk)> {
    // A worker that panicked leaves the queue usable: it holds no half-made state.
    queue.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).recv().ok()
}

/// Cuts rows into chunks of one log.
struct Cut {
    work: SyncSender<(usize, Chunk)>,
    logs: BTreeMap<i64, Descriptor>,
    chunk: Option<Chunk>,
    log_no: i64,
    sent: usize,
    read: u64,
}

impl Cut {
    fn push(&mut self, raw: RawRow) -> Stored<()> {
        self.read += 1;
        let full = self.chunk.as_ref().is_some_and(|c| c.rows.len() >= CHUNK);
        if full || raw.log_no != self.log_no {
            self.send();
        }
        self.log_no = raw.log_no;
        if self.chunk.is_none() {
            let log = self.logs.get(&raw.log_no).ok_or_else(|| damaged("the log of an op"))?;
            self.chunk = Some(Chunk { log: log.clone(), rows: Vec::with_capacity(CHUNK) });
        }
        if let Some(chunk) = &mut self.chunk {
            chunk.rows.push(Row { id: raw.id, header: raw.hdr, body: raw.body, sig: raw.sig });
        }
        Ok(())
    }

    fn send(&mut self) {
        if let Some(chunk) = self.chunk.take() {
            // Workers end only when this end is dropped.
            let _ = self.work.send((self.sent, chunk));
            self.sent += 1;
        }
    }
}

/// Hands results to the verifier in the order in which they were read.
struct Order<'a> {
    verifier: &'a mut Verifier,
    waiting: BTreeMap<usize, Checked>,
    next: usize,
}

impl Order<'_> {
    fn take(&mut self, at: usize, checked: Checked) {
        self.waiting.insert(at, checked);
        while let Some(checked) = self.waiting.remove(&self.next) {
            self.verifier.link(checked);
            self.next += 1;
        }
    }
}
