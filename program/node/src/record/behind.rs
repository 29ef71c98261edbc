//! States in the store, written behind the ops they are folded from.
//!
//! An answer waits for its op to be safe and not for the state that follows from it: states lie at
//! random places of their tables, and each would cost a page of every sync. They are written some
//! seconds later, at the end, or when many wait. A mark in `meta`, set in the transaction of the
//! first op that is ahead, says that states may be behind; the next start folds from the ops as
//! every start does, and mends what differs.

use std::collections::BTreeMap;

use kernel::{EntityId, UnixMillis};
use ledger::op_store::Batch;
use ledger::{Entry, OpRead, StoreError};

use super::group::{Overlay, put_view};
use super::{Record, Writer, lock, store_error};
use crate::error::Error;

/// Key under which `meta` holds the mark.
const MARK: &str = "views-behind";
/// States that wait before a group writes them itself.
const MOST: usize = 4_000;
/// States folded and written at once in a rebuild.
pub(super) const AT_ONCE: usize = 1_024;

/// What the store does not hold yet.
#[derive(Default)]
pub(super) struct Behind {
    /// Whose states changed, in the order of the table.
    changed: BTreeMap<(u16, EntityId), &'static Entry>,
    /// Whether the mark is set in the store.
    marked: bool,
    /// Time of the last change.
    at: UnixMillis,
}

impl Behind {
    /// Puts the mark into the batch of the first op that is ahead.
    pub fn mark(&self, batch: &mut Batch) {
        if !self.marked {
            batch.meta.push(marked());
        }
    }

    /// Notes what a group that is safe has changed.
    pub fn note(&mut self, overlay: &Overlay) {
        self.marked = true;
        let at = overlay.batch.ops.last().map(|op| op.received);
        self.at = self.at.max(at.unwrap_or_default());
        let keys = overlay.views.iter().map(|((ent, kind), (entry, _))| ((*kind, *ent), *entry));
        self.changed.extend(keys);
    }

    /// Whether so many wait that a group writes them.
    pub fn is_long(&self) -> bool {
        self.changed.len() >= MOST
    }

    /// Whether any wait.
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && !self.marked
    }
}

/// The change of settings that says that no state is behind.
pub(super) fn unmarked() -> (String, Option<Vec<u8>>) {
    (MARK.to_owned(), None)
}

/// The change of settings that says that states may be behind.
pub(super) fn marked() -> (String, Option<Vec<u8>>) {
    (MARK.to_owned(), Some(vec![1]))
}

impl Record {
    /// Writes the states that changed since the last time; how many.
    ///
    /// # Errors
    /// What the store says; what was not written waits for the next time.
    pub fn write_behind(&self) -> Result<usize, Error> {
        self.write_states(&mut lock(&self.writer))
    }

    pub(super) fn write_states(&self, writer: &mut Writer) -> Result<usize, Error> {
        if writer.behind.is_empty() {
            return Ok(0);
        }
        let mut batch = Batch::default();
        {
            let views = self.views();
            for ((_, ent), entry) in &writer.behind.changed {
                if let Some(view) = views.get(entry.kind.name, ent) {
                    put_view(&mut batch, entry, view, writer.behind.at);
                }
            }
        }
        batch.meta.push(unmarked());
        let count = batch.states.len();
        writer.store.append(&batch).map_err(store_error)?;
        writer.behind = Behind::default();
        Ok(count)
    }

    /// Mends the states of a store whose program ended before it had written them. A store that
    /// takes nothing is left as it is: what is read here is folded from the ops.
    pub(super) fn catch_up(&self) -> Result<(), Error> {
        let mut writer = lock(&self.writer);
        if writer.store.meta(MARK).map_err(store_error)?.is_none() {
            return Ok(());
        }
        // A reader takes nothing, not even nothing: then there is no use in looking.
        if writer.store.append(&Batch::default()).is_err() {
            return Ok(());
        }
        let mut batch = Batch::default();
        for view in self.views().all() {
            let Some(entry) = self.registry.by_kind(view.kind.number) else { continue };
            if is_stale(&*writer.store, view)? {
                put_view(&mut batch, entry, view, UnixMillis(0));
            }
        }
        batch.meta.push(unmarked());
        match writer.store.append(&batch) {
            Ok(()) | Err(StoreError::DiskFull(_)) => Ok(()),
            Err(e) => Err(store_error(e)),
        }
    }
}

/// Whether the store keeps another state than this one, or none that reads.
pub(super) fn is_stale(store: &(impl OpRead + ?Sized), view: &ledger::View) -> Result<bool, Error> {
    let kept = match store.state(view.kind.number, &view.id) {
        Err(StoreError::Damaged(_)) => None,
        kept => kept.map_err(store_error)?,
    };
    Ok(kept.is_none_or(|row| row.bytes != view.encode_kept()))
}

impl Drop for Record {
    fn drop(&mut self) {
        // What cannot be written is mended at the next start.
        let _ = self.write_behind();
    }
}
