//! The store in one SQLite file, with a sentinel that says what was promised.
//!
//! `synchronous=FULL` in WAL mode is the durability point; the sentinel beside it makes every loss
//! known (a damaged WAL opens cleanly with its newest commits gone). One writer; any number of
//! readers, each with its own connection. What an append's group is decides the caller.
//! Source: sync §5, §6; reliability §1 I3.

#[cfg(test)]
mod faults;
mod guard;
#[cfg(test)]
mod power;
mod read;
pub mod repair;
mod schema;
mod start;
#[cfg(test)]
mod tests;
pub mod verify;
mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kernel::{EntityId, Hash32, KeyId, LogId, OpId, Prefix, UnixMillis};
use ledger::op_store::{
    AsideRow, BlobRow, DataKeyRow, DisputeRow, EntityRow, FacetQuery, Generation, LogRow,
    RecordRow, RetryRow, Stored, StoredOp,
};
use ledger::sentinel::Promise;
use ledger::{Batch, OpRead, OpStore, PublicKey, StoreError};
use rusqlite::params;

pub use read::Reader;
pub use schema::SCHEMA_VERSION;
pub use start::{Finding, Loss, StartReport};

use guard::Guard;
use schema::fault;
use write::{Places, Write};

/// Name of the store's file in a node's folder.
pub const FILE: &str = "store.sqlite";
/// Name of the sentinel's folder in a node's folder.
pub const SENTINEL: &str = "sentinel";

/// What opening a store for work needs to know.
#[derive(Clone, Debug)]
pub struct Options {
    /// The node whose store it is.
    pub node: PublicKey,
    /// Wall clock, for names of what is moved aside and for new epochs.
    pub now: UnixMillis,
    /// Eight random bytes: the generation, should a new one be needed.
    pub random: [u8; 8],
    /// Whether every page is checked even after a clean end.
    pub check: bool,
}

/// The store of a node, open for work: the only writer of its folder.
pub struct SqliteStore {
    reader: Reader,
    dir: PathBuf,
    places: Places,
    guard: Guard,
    group: u64,
    stopped: Option<String>,
    tell: Option<Tell>,
}

/// Told once, when the store takes nothing more.
pub type Tell = Box<dyn FnOnce(&str) + Send>;

impl SqliteStore {
    /// Opens the store in a node's folder, or makes a new one, and holds it against the sentinel.
    ///
    /// # Errors
    /// [`StoreError`]; a damaged file is none: it is moved aside and reported.
    pub fn open(dir: &Path, options: &Options) -> Stored<(SqliteStore, StartReport)> {
        let Options { node, now, random, check } = options;
        let (node, now, random) = (*node, *now, *random);
        let mut report = StartReport::default();
        std::fs::create_dir_all(dir).map_err(|e| guard::io_fault("making the folder", &e))?;
        let conn = start::open_file(&dir.join(FILE), now, *check, &mut report)?;
        if !schema::has_tables(&conn)? {
            let tx = conn.unchecked_transaction().map_err(fault)?;
            schema::create(&tx)?;
            let sql =
                "INSERT INTO promise(one, generation, node, grp, epoch_min) VALUES(1,?,?,0,0)";
            tx.execute(sql, params![&random[..], &node.0[..]]).map_err(fault)?;
            tx.commit().map_err(fault)?;
            report.findings.push(Finding::Created);
        }
        let reader = Reader { conn };
        let sentinel = dir.join(SENTINEL);
        let mut files = guard::find(&sentinel)?;
        let mut judged = start::judge(&reader, &mut files, &node)?;
        if report.findings.iter().any(|f| matches!(f, Finding::MovedAside { .. })) {
            judged.restore = true;
        }
        report.findings.append(&mut judged.findings.clone());
        if judged.lost() {
            start::renew(&reader.conn, now, random, &judged, &report.findings)?;
            judged.highest = BTreeMap::new();
        }
        let generation = reader.generation()?;
        let guard = start::open_guard(&sentinel, &files, &judged, node, generation, now)?;
        if judged.lost() {
            let restored = judged.restore;
            report.findings.push(Finding::NewGeneration { generation, restored });
        }
        let group: i64 = reader.promise("grp")?;
        let (places, stopped, dir) = (Places::new(), None, dir.to_owned());
        let group = group as u64;
        let tell = None;
        let mut store = SqliteStore { reader, dir, places, guard, group, stopped, tell };
        let heads = start::unpromised(&store.reader, &judged.highest)?;
        store.promise(&heads)?;
        if !heads.is_empty() && !judged.lost() {
            report.findings.push(Finding::Promised { logs: heads.len() });
        }
        Ok((store, report))
    }

    /// A connection of its own for reads: sees whole batches, never waits for the writer.
    ///
    /// # Errors
    /// [`StoreError`] where the file does not open.
    pub fn reader(&self) -> Stored<Reader> {
        Reader::open(&self.dir)
    }

    /// Whom to tell when a fatal error stops the store.
    pub fn when_stopped(&mut self, tell: Tell) {
        self.tell = Some(tell);
    }

    /// The node's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Lets SQLite grow to so many pages only: for tests of a full disk, and for small devices.
    ///
    /// # Errors
    /// [`StoreError`] where SQLite refuses.
    pub fn limit_pages(&mut self, most: u32) -> Stored<()> {
        self.reader.conn.pragma_update(None, "max_page_count", most).map_err(fault)
    }

    /// Removes sentinel files but the newest two, once the WAL is written back and every page was
    /// found good.
    fn drop_old_sentinel(&mut self) -> Stored<()> {
        let newest = self.guard.number();
        let mut files = guard::find(&self.dir.join(SENTINEL))?;
        let old: Vec<PathBuf> =
            files.iter().filter(|f| f.number + 1 < newest).map(|f| f.path.clone()).collect();
        if old.is_empty() {
            return Ok(());
        }
        schema::quick_check(&self.reader.conn)?;
        files.retain(|file| file.number + 1 >= newest);
        // What only the old files promised is promised again before they go.
        let node = self.reader.promise::<Vec<u8>>("node")?;
        let node = PublicKey::from_slice(&node).ok_or_else(|| read::damaged("the node's key"))?;
        let kept = start::judge(&self.reader, &mut files, &node)?;
        let heads = start::unpromised(&self.reader, &kept.highest)?;
        self.promise(&heads)?;
        for path in old {
            std::fs::remove_file(&path)
                .map_err(|e| guard::io_fault("removing an old sentinel file", &e))?;
        }
        Ok(())
    }

    /// Promises heads that no record covers.
    fn promise(&mut self, heads: &[Promise]) -> Stored<()> {
        if heads.is_empty() {
            return Ok(());
        }
        self.guard.reserve(heads.len())?;
        self.guard.promise(self.group, heads)
    }

    /// Gives a restored or copied folder a generation of its own: own logs go on in new epochs.
    ///
    /// A start notices a store that does not fit its sentinel; a whole folder put back from a
    /// backup fits it, so whoever restores calls this before anything is written.
    ///
    /// # Errors
    /// [`StoreError`] where the disk refuses.
    pub fn mark_restored(dir: &Path, options: &Options) -> Stored<StartReport> {
        let (store, report) = SqliteStore::open(dir, options)?;
        let sentinel = dir.join(SENTINEL);
        let restored = start::Judged::restored();
        start::renew(&store.reader.conn, options.now, options.random, &restored, &[])?;
        drop(store);
        start::set_aside_files(&sentinel, &guard::find(&sentinel)?, options.now)?;
        let (store, again) = SqliteStore::open(dir, options)?;
        start::acknowledge(&store.reader.conn)?;
        let findings = report.findings.into_iter().chain(again.findings).collect();
        Ok(StartReport { findings })
    }

    fn write(&mut self, batch: &Batch) -> Stored<()> {
        self.guard.reserve(batch.ops.len())?;
        let tx = rusqlite::Transaction::new_unchecked(
            &self.reader.conn,
            rusqlite::TransactionBehavior::Immediate,
        )
        .map_err(fault)?;
        let mut write =
            Write { conn: &tx, known: &self.places, changed: Places::new(), written: Vec::new() };
        write.batch(batch)?;
        let Write { changed, written, .. } = write;
        let group = self.group + u64::from(!written.is_empty());
        if !written.is_empty() {
            tx.prepare_cached("UPDATE promise SET grp = ?1")
                .and_then(|mut s| s.execute([group as i64]))
                .map_err(fault)?;
        }
        tx.commit().map_err(fault)?;
        self.places.extend(changed);
        if !written.is_empty() {
            self.group = group;
            let promises: Vec<Promise> =
                written.iter().map(|at| Promise::of(&batch.ops[*at].op)).collect();
            self.guard.promise(group, &promises)?;
        }
        Ok(())
    }
}

impl OpStore for SqliteStore {
    fn append(&mut self, batch: &Batch) -> Stored<()> {
        if let Some(why) = &self.stopped {
            return Err(StoreError::SyncFailed(why.clone()));
        }
        let done = self.write(batch);
        if let Err(e) = &done
            && e.is_fatal()
        {
            self.stopped = Some(e.to_string());
            if let Some(tell) = self.tell.take() {
                tell(&e.to_string());
            }
        }
        done
    }

    /// Writes the WAL back and removes sentinel files that are no longer needed.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where a page is bad: then no sentinel file is removed.
    fn tidy(&mut self) -> Stored<()> {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy: i64 = self.reader.conn.query_row(sql, [], |row| row.get(0)).map_err(fault)?;
        if busy == 0 { self.drop_old_sentinel() } else { Ok(()) }
    }

    fn forget_retries(&mut self, before: UnixMillis) -> Stored<u64> {
        let sql = "DELETE FROM retry WHERE at < ?1";
        self.reader.conn.execute(sql, [before.0]).map(|n| n as u64).map_err(fault)
    }

    fn drop_views(&mut self) -> Stored<()> {
        let sql =
            "BEGIN IMMEDIATE; DELETE FROM state; DELETE FROM facet; DELETE FROM dispute; COMMIT";
        self.reader.conn.execute_batch(sql).map_err(fault)
    }
}

/// A reader takes nothing: a record that is opened on it can only be looked at.
impl OpStore for Reader {
    fn append(&mut self, _batch: &Batch) -> Stored<()> {
        Err(only_read())
    }

    fn forget_retries(&mut self, _before: UnixMillis) -> Stored<u64> {
        Err(only_read())
    }

    fn drop_views(&mut self) -> Stored<()> {
        Err(only_read())
    }
}

fn only_read() -> StoreError {
    StoreError::ReadOnly("opened to be read only".to_owned())
}

impl Reader {
    /// Opens a node's store for reading only.
    ///
    /// # Errors
    /// [`StoreError`] where the file is not there, damaged or of a later version.
    pub fn open(dir: &Path) -> Stored<Reader> {
        Ok(Reader { conn: schema::open_reader(&dir.join(FILE))? })
    }
}

macro_rules! read_through {
    ($($name:ident($($arg:ident: $ty:ty),*) -> $out:ty;)*) => {
        impl OpRead for SqliteStore {
            $(fn $name(&self, $($arg: $ty),*) -> Stored<$out> {
                self.reader.$name($($arg),*)
            })*
        }
    };
}

read_through! {
    generation() -> Generation;
    logs() -> Vec<LogRow>;
    log(id: &LogId) -> Option<LogRow>;
    read(log: &LogId, from: u32, most: usize) -> Vec<StoredOp>;
    op_at(log: &LogId, seq: u32) -> Option<StoredOp>;
    op(id: &OpId) -> Option<StoredOp>;
    ops_with_prefix(prefix: &Prefix) -> Vec<StoredOp>;
    ops_about(ent: &EntityId) -> Vec<StoredOp>;
    each_op(each: &mut dyn FnMut(StoredOp) -> bool) -> ();
    op_count() -> u64;
    aside(log: &LogId) -> Vec<AsideRow>;
    state(kind: u16, ent: &EntityId) -> Option<EntityRow>;
    states(kind: u16, after: Option<&EntityId>, most: usize) -> Vec<EntityRow>;
    find(kind: u16, query: &FacetQuery, after: Option<&EntityId>, most: usize) -> Vec<EntityId>;
    facets(kind: u16, ent: &EntityId) -> Vec<(String, String)>;
    disputes(ent: Option<&EntityId>) -> Vec<DisputeRow>;
    records(kind: u16, ent: &EntityId, span: (UnixMillis, UnixMillis), most: usize)
        -> Vec<RecordRow>;
    retry(key: &Hash32) -> Option<RetryRow>;
    data_key(id: &KeyId) -> Option<DataKeyRow>;
    data_key_of(owner: &str) -> Option<DataKeyRow>;
    blob(hash: &Hash32) -> Option<BlobRow>;
    meta(key: &str) -> Option<Vec<u8>>;
    may_append(log: &LogRow) -> bool;
    epoch_min() -> u32;
}
