//! The record at work: one writer that checks, seals, folds and keeps; readers that see whole
//! groups.
//!
//! Commands that come while a group is being synced make the next group, so that one sync serves
//! them all; a command's ops are never split. An answer goes out only when the group is safe.
//! Nothing here knows an entity by name, a screen or a file.

mod absorb;
mod asked;
mod behind;
mod fold;
mod group;
mod job;
mod read;
mod settle;
mod split;
mod upkeep;
mod views;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use kernel::{EntityId, KeyId, LogId, OpId, PlaceCode};
use ledger::authority::{Authority, LogSet};
use ledger::crypt::DataKey;
use ledger::fold::{FoldOp, Registry};
use ledger::seal::Chains;
use ledger::{Descriptor, OpRead, OpStore, SecretKey};

pub use absorb::{Absorbed, is_clock_ahead};
pub use job::{Done, Job, Lead, Principal, Reply, ReplyTo, Word, Written};
pub use views::{Views, facets};

use crate::changes::Changes;
use crate::describe::OpInfo;
use crate::error::Error;

/// Where chance comes from: the operating system, or a seed in exercises and tests.
pub trait Chance: Send {
    /// Fills with random bytes.
    fn fill(&mut self, bytes: &mut [u8]);
}

/// The record of one node.
pub struct Record {
    /// Entities this program knows.
    pub registry: Registry,
    /// What changed.
    pub changes: Changes,
    /// Before the writer, so that the writer is closed last and leaves a file that is whole.
    reader: Mutex<Box<dyn OpRead + Send>>,
    writer: Mutex<Writer>,
    views: RwLock<Views>,
    infos: Mutex<BTreeMap<OpId, OpInfo>>,
    queue: Arc<Mutex<job::Queue>>,
    under: RwLock<Under>,
    names: RwLock<Names>,
    author: SecretKey,
}

/// Whether the first unit lies under the second.
pub type Under = Box<dyn Fn(PlaceCode, PlaceCode) -> bool + Send + Sync>;
/// Account and name of the person whose key this is.
pub type Names = Box<dyn Fn(&KeyId) -> Option<(String, String)> + Send + Sync>;

/// Everything that only the one writer touches.
struct Writer {
    store: Box<dyn OpStore + Send>,
    key: SecretKey,
    chains: Chains,
    authority: Authority,
    logs: LogSet,
    descriptors: BTreeMap<LogId, Descriptor>,
    folds: BTreeMap<EntityId, Vec<fold::Folding>>,
    /// Ops of other branches of a forked log, by what they are about: kept beside it, never folded,
    /// shown in quarantine.
    twins: BTreeMap<EntityId, Vec<FoldOp>>,
    data_keys: BTreeMap<KeyId, DataKey>,
    owners: BTreeMap<String, KeyId>,
    behind: behind::Behind,
    /// Room of the last group, for the next.
    spare: group::Overlay,
    chance: Box<dyn Chance>,
}

impl Record {
    /// Opens the record on a store: reads every op once, decides what signatures are worth, and
    /// folds every entity.
    ///
    /// # Errors
    /// [`Error::Store`] where the store cannot be read.
    pub fn open(
        registry: Registry,
        store: Box<dyn OpStore + Send>,
        reader: Box<dyn OpRead + Send>,
        key: SecretKey,
        chance: Box<dyn Chance>,
    ) -> Result<Record, Error> {
        let author = key.clone();
        let mut writer = Writer {
            authority: Authority::new(store_roots(&*store)?, registry.header_types()),
            store,
            key,
            chains: Chains::default(),
            logs: LogSet::new(),
            descriptors: BTreeMap::new(),
            folds: BTreeMap::new(),
            twins: BTreeMap::new(),
            data_keys: BTreeMap::new(),
            owners: BTreeMap::new(),
            behind: behind::Behind::default(),
            spare: group::Overlay::default(),
            chance,
        };
        writer.load(&registry)?;
        let views = Views::load(&mut writer);
        let record = Record {
            registry,
            changes: Changes::default(),
            writer: Mutex::new(writer),
            reader: Mutex::new(reader),
            views: RwLock::new(views),
            infos: Mutex::new(BTreeMap::new()),
            queue: Arc::default(),
            under: RwLock::new(Box::new(|_, _| false)),
            names: RwLock::new(Box::new(|_| None)),
            author,
        };
        record.catch_up()?;
        Ok(record)
    }

    /// Tells the record the division table and the people, once the node knows them.
    pub fn tell(&self, under: Under, names: Names) {
        *self.under.write().unwrap_or_else(PoisonError::into_inner) = under;
        *self.names.write().unwrap_or_else(PoisonError::into_inner) = names;
        lock(&self.infos).clear();
    }

    /// The key that signs here.
    pub fn author(&self) -> &SecretKey {
        &self.author
    }

    /// The views as of the last group.
    pub fn views(&self) -> std::sync::RwLockReadGuard<'_, Views> {
        self.views.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs on the store's reader.
    ///
    /// # Errors
    /// What the store says.
    pub fn read<T>(
        &self,
        work: impl FnOnce(&dyn OpRead) -> Result<T, ledger::StoreError>,
    ) -> Result<T, Error> {
        work(&**lock(&self.reader)).map_err(store_error)
    }
}

/// Key under which the trusted roots stand in `meta`: 32 bytes each. Source: house, decision 10.
pub const ROOTS: &str = "roots";

fn store_roots(store: &dyn OpRead) -> Result<Vec<kernel::Hash32>, Error> {
    let bytes = store.meta(ROOTS).map_err(store_error)?.unwrap_or_default();
    Ok(bytes.chunks_exact(32).map(kernel::hash).collect())
}

/// A store's error as the node's.
pub fn store_error(e: ledger::StoreError) -> Error {
    match e {
        ledger::StoreError::DiskFull(_) => Error::DiskFull,
        ledger::StoreError::ReadOnly(why) => Error::ReadOnly(why),
        other => Error::Store(other.to_string()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
