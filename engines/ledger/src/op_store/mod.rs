//! Where ops and views are kept, as the rest of the program sees it.
//!
//! A store appends a [`Batch`] whole or not at all and answers reads; it knows bytes, positions and
//! facets, never an entity. [`memory`] is the store of tests, [`conformance`] what every store must
//! pass. Which disk and how is the store's own business. Source: sync §5, §6.

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
pub mod memory;
mod rows;

use kernel::{EntityId, Hash32, KeyId, LogId, OpId, PlaceCode, Prefix, UnixMillis};

pub use rows::{
    AsideRow, Batch, BlobRow, DataKeyRow, DisputeRow, EntityRow, FacetQuery, Facets, Generation,
    LogRow, OpState, RecordRow, RetryRow, StoredOp,
};

use crate::entity::{Lane, Topic};
use crate::key::PublicKey;
use crate::seal::{LogState, next_epoch};

/// What a store could not do. Nothing half-written is left behind by any of these.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk or the file's limit is full: writes are refused, reads go on.
    #[error("disk-full: {0}")]
    DiskFull(String),
    /// The disk refused or the file cannot be written: nothing was changed.
    #[error("the store cannot be written: {0}")]
    ReadOnly(String),
    /// A sync failed, or what was committed could not be promised: this process must stop.
    #[error("sync-failed: {0}; this process must stop and start anew")]
    SyncFailed(String),
    /// The file is damaged.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// The folder was written by a later program.
    #[error("the folder has version {found}, this program knows {known}: use the newer program")]
    Newer {
        /// Version in the folder.
        found: u64,
        /// Highest version known here.
        known: u64,
    },
    /// The op does not follow its log's head here.
    #[error("log {log} stands at {head:?}, op {seq} does not follow it")]
    NotNext {
        /// The log.
        log: LogId,
        /// Its head seq here.
        head: Option<u32>,
        /// The op's seq.
        seq: u32,
    },
    /// Another op stands at this position: a fork.
    #[error("log {log} holds another op at {seq}")]
    Fork {
        /// The log.
        log: LogId,
        /// The position.
        seq: u32,
    },
    /// An op of a log that the store was not told of.
    #[error("log {0} is not known: its descriptor must come first")]
    UnknownLog(LogId),
    /// Anything else the store says.
    #[error("store: {0}")]
    Other(String),
}

impl StoreError {
    /// Whether the process must stop: what is on disk is no longer known.
    pub fn is_fatal(&self) -> bool {
        matches!(self, StoreError::SyncFailed(_))
    }

    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            StoreError::DiskFull(_) => "disk-full",
            StoreError::ReadOnly(_) => "read-only",
            StoreError::SyncFailed(_) => "sync-failed",
            StoreError::Damaged(_) => "store-damaged",
            StoreError::Newer { .. } => "newer-folder",
            StoreError::NotNext { .. } => "not-next",
            StoreError::Fork { .. } => "fork",
            StoreError::UnknownLog(_) => "unknown-log",
            StoreError::Other(_) => "store",
        }
    }
}

/// A store's answer.
pub type Stored<T> = Result<T, StoreError>;

/// What may be asked of a store. A reader sees whole batches only.
pub trait OpRead {
    /// The store's generation: new with every new, restored or copied store and every named loss.
    fn generation(&self) -> Stored<Generation>;
    /// All logs, sorted by id.
    fn logs(&self) -> Stored<Vec<LogRow>>;
    /// One log.
    fn log(&self, id: &LogId) -> Stored<Option<LogRow>>;
    /// Up to `most` ops of a log from a seq on.
    fn read(&self, log: &LogId, from: u32, most: usize) -> Stored<Vec<StoredOp>>;
    /// The op at a position.
    fn op_at(&self, log: &LogId, seq: u32) -> Stored<Option<StoredOp>>;
    /// The op with an id.
    fn op(&self, id: &OpId) -> Stored<Option<StoredOp>>;
    /// All ops whose id begins with a prefix.
    fn ops_with_prefix(&self, prefix: &Prefix) -> Stored<Vec<StoredOp>>;
    /// All ops about an entity, sorted by log id and seq.
    fn ops_about(&self, ent: &EntityId) -> Stored<Vec<StoredOp>>;
    /// Every op, log by log in no promised order of logs, each log in seq order. Stops where `each`
    /// says no.
    fn each_op(&self, each: &mut dyn FnMut(StoredOp) -> bool) -> Stored<()>;
    /// How many ops there are.
    fn op_count(&self) -> Stored<u64>;
    /// Ops kept beside a log: other branches of a fork, ops ahead of their log's head.
    fn aside(&self, log: &LogId) -> Stored<Vec<AsideRow>>;

    /// The folded state of an entity.
    fn state(&self, kind: u16, ent: &EntityId) -> Stored<Option<EntityRow>>;
    /// States of a kind by entity id, after one, at most so many.
    fn states(&self, kind: u16, after: Option<&EntityId>, most: usize) -> Stored<Vec<EntityRow>>;
    /// Entities of a kind by facet, sorted by id, after one, at most so many.
    fn find(
        &self,
        kind: u16,
        query: &FacetQuery,
        after: Option<&EntityId>,
        most: usize,
    ) -> Stored<Vec<EntityId>>;
    /// The facets of an entity, sorted.
    fn facets(&self, kind: u16, ent: &EntityId) -> Stored<Vec<(String, String)>>;
    /// Open disputes of an entity, or all. Sorted.
    fn disputes(&self, ent: Option<&EntityId>) -> Stored<Vec<DisputeRow>>;
    /// Records of an entity in a span of time, inclusive, oldest first, at most so many.
    fn records(
        &self,
        kind: u16,
        ent: &EntityId,
        span: (UnixMillis, UnixMillis),
        most: usize,
    ) -> Stored<Vec<RecordRow>>;
    /// The first answer to a retry key.
    fn retry(&self, key: &Hash32) -> Stored<Option<RetryRow>>;
    /// A wrapped data key.
    fn data_key(&self, id: &KeyId) -> Stored<Option<DataKeyRow>>;
    /// The data key that belongs to a subject or register.
    fn data_key_of(&self, owner: &str) -> Stored<Option<DataKeyRow>>;
    /// What is known of a blob.
    fn blob(&self, hash: &Hash32) -> Stored<Option<BlobRow>>;
    /// A value of the node's own settings.
    fn meta(&self, key: &str) -> Stored<Option<Vec<u8>>>;
    /// Whether own ops may go on in a log: not after a loss, not from another generation.
    fn may_append(&self, log: &LogRow) -> Stored<bool>;
    /// The lowest epoch a new own log may have, for logs whose past is not known here.
    fn epoch_min(&self) -> Stored<u32>;
}

/// A store that one writer appends to.
pub trait OpStore: OpRead {
    /// Appends a batch: all of it is on disk and promised when this returns, or none of it.
    ///
    /// # Errors
    /// [`StoreError`]; after a fatal one every further append is refused.
    fn append(&mut self, batch: &Batch) -> Stored<()>;
    /// Removes retry rows older than this.
    fn forget_retries(&mut self, before: UnixMillis) -> Stored<u64>;
    /// Drops all states, facets and disputes, so that they are folded anew.
    fn drop_views(&mut self) -> Stored<()>;
    /// Upkeep from time to time: gives back what is no longer needed beside the ops.
    ///
    /// # Errors
    /// [`StoreError`]; nothing that is needed was given up.
    fn tidy(&mut self) -> Stored<()> {
        Ok(())
    }
}

/// Where an author may go on in the log of a place, topic and lane: what sealing asks.
///
/// # Errors
/// What the store says.
pub fn own_log(
    store: &dyn OpRead,
    author: &PublicKey,
    place: PlaceCode,
    topic: Topic,
    lane: Lane,
    wall: UnixMillis,
) -> Stored<LogState> {
    let line = |row: &LogRow| {
        let log = &row.log;
        (log.author, log.place, log.topic, log.lane) == (*author, place, topic, lane)
    };
    let mut rows: Vec<LogRow> = store.logs()?.into_iter().filter(line).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.log.epoch));
    let older = |rows: &[LogRow]| rows.iter().filter_map(LogRow::position).collect();
    if let Some(newest) = rows.first()
        && newest.frozen.is_none()
        && store.may_append(newest)?
    {
        let (log, head) = (newest.log.clone(), newest.head);
        return Ok(LogState { log, head, older: older(&rows[1..]) });
    }
    let floor = store.epoch_min()?;
    let epoch = rows.first().map_or(floor, |row| next_epoch(row.log.epoch, wall).max(floor));
    let log = crate::log::Descriptor { author: *author, place, topic, lane, epoch };
    let fresh = LogRow { log, head: None, frozen: None };
    // A log that was lost whole is known only by its id in the sentinel.
    let log = match store.may_append(&fresh)? {
        true => fresh.log,
        false => {
            let epoch = next_epoch(epoch, wall);
            crate::log::Descriptor { epoch, ..fresh.log }
        }
    };
    Ok(LogState { log, head: None, older: older(&rows) })
}
