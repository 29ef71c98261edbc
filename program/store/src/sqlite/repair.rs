//! `anlan repair`: what can be mended in a folder, without losing what is there.
//!
//! A file whose pages are bad is moved aside and what reads of it is taken into a new one, log by
//! log up to the first op that does not check; indexes are built anew. Torn sentinel tails are cut
//! by every start. Nothing is deleted.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kernel::LogId;
use ledger::op_store::{LogRow, Stored};
use ledger::sentinel::log8;
use ledger::verify::{Chunk, Row, Verifier, check};
use ledger::{Batch, OpRead, OpStore, StoreError};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::Serialize;

use super::read::Reader;
use super::schema::{self, fault};
use super::start;
use super::verify::verify;
use super::{FILE, Finding, Options, SqliteStore, StartReport};

/// Ops read and written at a time.
const STEP: usize = 2_000;

/// What a repair did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Repaired {
    /// Indexes were built anew from good tables.
    pub reindexed: bool,
    /// Where the damaged file was moved, if it was.
    pub aside: Option<PathBuf>,
    /// Ops taken over from the damaged file.
    pub kept: u64,
    /// Logs whose later ops do not read or check: log, first seq not taken over, last seq known.
    pub cut: Vec<(LogId, u32, Option<u32>)>,
    /// What earlier starts had found, acknowledged by this repair.
    pub found: Vec<String>,
    /// What the start after it found.
    pub start: StartReport,
}

/// Mends the store of a folder that nobody serves. Views are to be folded anew afterwards.
///
/// # Errors
/// `StoreError` where the disk does not let it.
pub fn repair(dir: &Path, options: &Options) -> Stored<Repaired> {
    let mut done = Repaired::default();
    let path = dir.join(FILE);
    if path.exists() && reindex(&path)? {
        done.reindexed = true;
    }
    let options = Options { check: true, ..options.clone() };
    // Of a file that does not open the start after it says what is wrong.
    done.found = Reader::open(dir).and_then(|old| start::noted(&old.conn)).unwrap_or_default();
    let (mut store, start) = SqliteStore::open(dir, &options)?;
    let mut moved = start.findings.iter().find_map(|finding| match finding {
        Finding::MovedAside { to, .. } => Some(to.clone()),
        _ => None,
    });
    done.start = start;
    if moved.is_none() && !done.found.is_empty() {
        moved = moved_earlier(dir, &done.found);
    }
    if moved.is_none() && has_bad_ops(dir, &options)? {
        drop(store);
        let aside = start::move_store_aside(&path, options.now)?;
        let (fresh, again) = SqliteStore::open(dir, &options)?;
        done.start.findings.extend(again.findings);
        (store, moved) = (fresh, Some(aside));
    }
    if let Some(aside) = moved {
        salvage(&aside, &mut store, &mut done)?;
        // Of a log that was taken over `cut` says what is not there any more.
        let kept: BTreeSet<[u8; 8]> = store.logs()?.iter().map(|row| log8(&row.log.id())).collect();
        done.start.findings.retain(|finding| match finding {
            Finding::Lost(loss) => !kept.contains(&loss.log8),
            _ => true,
        });
        done.aside = Some(aside);
    }
    start::acknowledge(&store.reader.conn)?;
    Ok(done)
}

/// The damaged store that an earlier start moved aside, where its alarm still waits.
fn moved_earlier(dir: &Path, found: &[String]) -> Option<PathBuf> {
    let files = std::fs::read_dir(dir).ok()?.filter_map(|e| e.ok().map(|e| e.path()));
    let named = |path: &PathBuf| {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let is_store = name.starts_with(&format!("{FILE}.damaged-"));
        is_store
            && !name.ends_with("-wal")
            && !name.ends_with("-shm")
            && found.iter().any(|line| line.ends_with(&*name))
    };
    files.filter(named).max()
}

/// Whether pages read well and what stands in them does not check.
fn has_bad_ops(dir: &Path, options: &Options) -> Stored<bool> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    match verify(dir, &options.node, threads, &mut |_| {}) {
        Ok(report) => Ok(report.record.bad_count > 0),
        Err(StoreError::Damaged(_)) => Ok(true),
        Err(e) => Err(e),
    }
}

/// Builds indexes anew where only they are bad. `false`: nothing to do, or not enough.
fn reindex(path: &Path) -> Stored<bool> {
    let conn = match schema::open_writer(path) {
        Ok(conn) => conn,
        Err(StoreError::Damaged(_)) => return Ok(false),
        Err(e) => return Err(e),
    };
    if schema::full_check(&conn).is_ok() {
        return Ok(false);
    }
    let built = conn.execute_batch("REINDEX").map_err(fault);
    Ok(built.is_ok() && schema::full_check(&conn).is_ok())
}

fn salvage(aside: &Path, store: &mut SqliteStore, done: &mut Repaired) -> Stored<()> {
    let old = match schema::open_reader(aside) {
        Ok(conn) => Reader { conn },
        // Not even its head reads: what is left is with peers, bundles and backups.
        Err(_) => return Ok(()),
    };
    for table in ["meta", "data_key", "blob", "retry", "record", "aside"] {
        copy_table(&old.conn, &store.reader.conn, table)?;
    }
    let Ok(logs) = old.logs() else { return Ok(()) };
    for row in logs {
        let (kept, head) = salvage_log(&old, &row, store)?;
        done.kept += u64::from(kept);
        if head.is_none_or(|head| u64::from(kept) <= u64::from(head)) {
            done.cut.push((row.log.id(), kept, head));
        }
    }
    Ok(())
}

/// Copies the rows of a local table as far as they read; none of them is an op.
fn copy_table(from: &Connection, to: &Connection, table: &str) -> Stored<()> {
    let Ok(mut rows) = from.prepare(&format!("SELECT * FROM {table}")) else { return Ok(()) };
    let columns = rows.column_count();
    let places = vec!["?"; columns].join(",");
    let tx = to.unchecked_transaction().map_err(fault)?;
    let mut insert =
        tx.prepare(&format!("INSERT OR IGNORE INTO {table} VALUES({places})")).map_err(fault)?;
    let Ok(mut rows) = rows.query([]) else { return Ok(()) };
    while let Ok(Some(row)) = rows.next() {
        let values: Result<Vec<Value>, _> = (0..columns).map(|at| row.get(at)).collect();
        if let Ok(values) = values {
            insert.execute(params_from_iter(values)).map_err(fault)?;
        }
    }
    drop(insert);
    tx.commit().map_err(fault)
}

/// Takes over one log as far as it checks: how many ops, and where the old head stood.
fn salvage_log(old: &Reader, row: &LogRow, store: &mut SqliteStore) -> Stored<(u32, Option<u32>)> {
    let (log, head) = (row.log.id(), row.head.map(|head| head.seq));
    let mut kept = 0u32;
    loop {
        let step = match old.read(&log, kept, STEP) {
            Ok(step) if !step.is_empty() => step,
            // One page that does not read: what comes before it is taken op by op.
            Err(_) => match old.op_at(&log, kept) {
                Ok(Some(one)) => vec![one],
                _ => return Ok((kept, head)),
            },
            Ok(_) => return Ok((kept, head)),
        };
        let rows = step.iter().map(|stored| Row {
            id: stored.op.id(),
            header: stored.op.header_bytes().to_vec(),
            body: stored.op.body_bytes().map(<[u8]>::to_vec),
            sig: stored.op.signature().copied(),
        });
        let mut one = Verifier::new(Vec::new());
        one.link(check(&Chunk { log: row.log.clone(), rows: rows.collect() }));
        let report = one.finish(&mut |_, _| None);
        // The first op of a step is linked to the one before it by the append itself.
        let bad = report.bad.iter().find(|b| b.seq > kept || b.id.is_some()).map(|b| b.seq);
        let good: Vec<_> =
            step.into_iter().take_while(|s| bad.is_none_or(|b| s.op.header().seq < b)).collect();
        let (count, ended) = (good.len() as u32, bad.is_some());
        let batch = Batch { logs: vec![row.log.clone()], ops: good, ..Batch::default() };
        match store.append(&batch) {
            Ok(()) => kept += count,
            Err(e) if e.is_fatal() || matches!(e, StoreError::DiskFull(_)) => return Err(e),
            Err(_) => return Ok((kept, head)),
        }
        if ended || count == 0 {
            return Ok((kept, head));
        }
    }
}
