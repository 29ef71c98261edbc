//! Upkeep of the record: checkpoints, and folding everything anew.

use std::sync::{Arc, PoisonError};

use kernel::{ClockQuality, Hash32, PlaceCode, UnixMillis};
use ledger::cert::{Body, Checkpoint, Position};
use ledger::checkpoint::{checkpoint, root};
use ledger::op_store::{Batch, LogRow};
use ledger::seal::{Author, seal};
use ledger::{OpRead, PublicKey, Topic};

use super::asked::FromStore;
use super::group::{Overlay, put_view};
use super::{Record, Views, lock, store_error};
use crate::error::Error;

/// States written in one append of a rebuild.
const STATES_AT_ONCE: usize = 5_000;

impl Record {
    /// Writes a checkpoint over the node's own logs; `false` where nothing but checkpoints was
    /// written since the last. Source: sync §14.
    ///
    /// # Errors
    /// What the store says.
    pub fn checkpoint(&self, place: PlaceCode, now: UnixMillis) -> Result<bool, Error> {
        let mut writer = lock(&self.writer);
        let rows = writer.store.logs().map_err(store_error)?;
        let author = writer.key.public();
        let own = rows.iter().filter(|r| r.log.author == author && r.log.topic != Topic::Audit);
        let heads: Vec<Position> = own
            .filter_map(|r| r.head.map(|h| Position { log: r.log.id(), seq: h.seq, id: h.id }))
            .collect();
        if last_root(&*writer.store, &rows, &author)? == Some(root(&heads)) {
            return Ok(false);
        }
        let Some(item) = checkpoint(&heads) else { return Ok(false) };
        let key = writer.key.clone();
        let mut chains = std::mem::take(&mut writer.chains);
        let overlay = Overlay::default();
        let sealed = {
            let author =
                Author { key: &key, place, obo: None, wall: now, clk: ClockQuality::SyncedDay };
            let mut source = FromStore { writer: &mut writer, overlay: &overlay, wall: now };
            seal(&author, vec![item], &mut chains, &mut source)
        };
        writer.chains = chains;
        let sealed = sealed.map_err(|e| Error::Store(e.to_string()))?;
        let mut batch = Batch::default();
        batch.push_sealed(&sealed, now);
        if let Err(e) = writer.store.append(&batch) {
            writer.chains.forget();
            return Err(store_error(e));
        }
        for one in &sealed {
            let id = one.log.id();
            writer.descriptors.entry(id).or_insert_with(|| one.log.clone());
            writer.logs.log(id, kernel::hash(&one.log.author.0));
            if let Some(op) = writer.fold_op(&one.op) {
                writer.logs.insert(&op, true);
            }
        }
        Ok(true)
    }

    /// Upkeep of the store: what is no longer needed beside the ops is given back.
    ///
    /// # Errors
    /// What the store says.
    pub fn tidy(&self) -> Result<(), Error> {
        lock(&self.writer).store.tidy().map_err(store_error)
    }

    /// How many states the store does not keep as the ops say.
    ///
    /// # Errors
    /// What the store says.
    pub fn stale_states(&self) -> Result<usize, Error> {
        let writer = lock(&self.writer);
        let mut stale = 0;
        for view in self.views().all() {
            let kept = writer.store.state(view.kind.number, &view.id);
            let kept = match kept {
                // A row that does not read is as good as none.
                Err(ledger::StoreError::Damaged(_)) => None,
                kept => kept.map_err(store_error)?,
            };
            stale += usize::from(kept.is_none_or(|row| row.bytes != view.encode_kept()));
        }
        Ok(stale)
    }

    /// Drops all views and folds every entity again from the ops; how many views there are.
    ///
    /// # Errors
    /// What the store says.
    pub fn rebuild(&self) -> Result<usize, Error> {
        let mut writer = lock(&self.writer);
        writer.forget();
        writer.store.drop_views().map_err(store_error)?;
        writer.load(&self.registry)?;
        let rows = writer.each_view(|entry, view| {
            let mut rows = Batch::default();
            put_view(&mut rows, entry, &view, UnixMillis(0));
            // The table is empty: there is nothing to take away.
            rows.disputes.retain(|(_, _, disputes)| !disputes.is_empty());
            (entry, Arc::new(view), rows)
        });
        let (count, mut fresh, mut batch) = (rows.len(), Views::default(), Batch::default());
        for (entry, view, mut rows) in rows {
            let facets = rows.facets.first().map(|f| f.2.clone()).unwrap_or_default();
            fresh.add(entry, view, facets);
            batch.states.append(&mut rows.states);
            batch.facets.append(&mut rows.facets);
            batch.disputes.append(&mut rows.disputes);
            if batch.states.len() >= STATES_AT_ONCE {
                writer.store.append(&std::mem::take(&mut batch)).map_err(store_error)?;
            }
        }
        writer.store.append(&batch).map_err(store_error)?;
        *self.views.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(count)
    }
}

/// The root of an author's last checkpoint here.
fn last_root(
    store: &dyn OpRead,
    rows: &[LogRow],
    author: &PublicKey,
) -> Result<Option<Hash32>, Error> {
    let audit = rows.iter().filter(|r| r.log.author == *author && r.log.topic == Topic::Audit);
    let mut newest = None;
    for row in audit {
        let Some(head) = row.head else { continue };
        let Some(stored) = store.op_at(&row.log.id(), head.seq).map_err(store_error)? else {
            continue;
        };
        let body = stored.op.body().ok().and_then(|b| Checkpoint::from_map(&b).ok());
        newest = newest.max(body.map(|b| (head.t, b.root)));
    }
    Ok(newest.map(|(_, root)| root))
}
