//! Upkeep of the record: checkpoints, and folding everything anew.

use std::sync::mpsc::sync_channel;
use std::sync::{Arc, PoisonError};

use kernel::{ClockQuality, Hash32, PlaceCode, UnixMillis};
use ledger::cert::{Body, Checkpoint, Position};
use ledger::checkpoint::{checkpoint, root};
use ledger::op_store::{Batch, LogRow};
use ledger::seal::{Author, seal};
use ledger::{Entry, OpRead, PublicKey, Topic, View};

use super::asked::FromStore;
use super::behind::{self, AT_ONCE, is_stale};
use super::fold::Folding;
use super::group::{Overlay, put_view};
use super::{Record, Views, Writer, lock, split, store_error};
use crate::error::Error;

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
        let mut writer = lock(&self.writer);
        self.write_states(&mut writer)?;
        writer.store.tidy().map_err(store_error)
    }

    /// How many states the store does not keep as the ops say.
    ///
    /// # Errors
    /// What the store says.
    pub fn stale_states(&self) -> Result<usize, Error> {
        let mut writer = lock(&self.writer);
        self.write_states(&mut writer)?;
        let mut stale = 0;
        for view in self.views().all() {
            stale += usize::from(is_stale(&*writer.store, view)?);
        }
        Ok(stale)
    }

    /// How many states the store keeps with a personal value in the clear, as earlier versions did.
    ///
    /// # Errors
    /// What the store says.
    pub fn states_in_clear(&self) -> Result<usize, Error> {
        let writer = lock(&self.writer);
        let mut found = 0;
        for view in self.views().all().filter(|v| v.fields.values().any(|f| f.personal)) {
            let kept = match writer.store.state(view.kind.number, &view.id) {
                Err(ledger::StoreError::Damaged(_)) => None,
                kept => kept.map_err(store_error)?,
            };
            let kept = kept.and_then(|row| ledger::View::decode(view.kind, &row.bytes).ok());
            let personal = |n: &u8| view.fields.get(n).is_some_and(|f| f.personal);
            found += usize::from(kept.is_some_and(|kept| kept.fields.keys().any(personal)));
        }
        Ok(found)
    }

    /// Drops all views and folds every entity again from the ops; how many views there are.
    ///
    /// # Errors
    /// What the store says.
    pub fn rebuild(&self) -> Result<usize, Error> {
        let mut writer = lock(&self.writer);
        writer.forget();
        let torn = Batch { meta: vec![behind::marked()], ..Batch::default() };
        writer.store.append(&torn).map_err(store_error)?;
        writer.store.drop_views().map_err(store_error)?;
        writer.load(&self.registry)?;
        let (fresh, count) = writer.fold_and_keep()?;
        writer.behind = behind::Behind::default();
        *self.views.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(count)
    }
}

impl Writer {
    /// All views, while the store writes those that are there already.
    fn fold_and_keep(&mut self) -> Result<(Views, usize), Error> {
        let Writer { folds, store, .. } = self;
        let mut all: Vec<&mut Folding> = folds.values_mut().flatten().collect();
        // The order of the tables: their pages fill one after the other.
        all.sort_by_key(|f| (f.entry.kind.number, f.fold.id()));
        let (count, mut fresh) = (all.len(), Views::default());
        let (sends, batches) = sync_channel::<Batch>(2);
        let kept = std::thread::scope(|scope| {
            let keeps = scope.spawn(move || {
                let mut kept = Ok(());
                for batch in batches {
                    kept = kept.and_then(|()| store.append(&batch));
                }
                kept
            });
            let mut all = all.into_iter();
            loop {
                let part: Vec<&mut Folding> = all.by_ref().take(AT_ONCE).collect();
                let last = part.is_empty();
                let rows = split::each(part, |f| rows_of(f.entry, f.fold.view()));
                let mut batch = Batch::default();
                for (entry, view, mut rows) in rows {
                    let facets = rows.facets.first().map(|f| f.2.clone()).unwrap_or_default();
                    fresh.add(entry, view, facets);
                    batch.states.append(&mut rows.states);
                    batch.facets.append(&mut rows.facets);
                    batch.disputes.append(&mut rows.disputes);
                }
                if last {
                    batch.meta.push(behind::unmarked());
                }
                // Where the store has failed, its error is the answer.
                if sends.send(batch).is_err() || last {
                    break;
                }
            }
            drop(sends);
            keeps.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        kept.map_err(store_error)?;
        Ok((fresh, count))
    }
}

/// A view with its rows, for tables that hold nothing of it.
fn rows_of(entry: &'static Entry, view: View) -> (&'static Entry, Arc<View>, Batch) {
    let mut rows = Batch::default();
    put_view(&mut rows, entry, &view, UnixMillis(0));
    rows.disputes.retain(|(_, _, disputes)| !disputes.is_empty());
    (entry, Arc::new(view), rows)
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
