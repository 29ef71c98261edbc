//! Ops from elsewhere: verified, kept, weighed, folded. `check` is not asked again, and nothing is
//! dropped: what does not count is kept and named.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kernel::{CLOCKS_DIFFER_MAX_MS, EntityId, LogId, OpId, UnixMillis, hash};
use ledger::fold::{Chained, FoldOp};
use ledger::op_store::{AsideRow, Batch, OpState, StoredOp};
use ledger::seal::Head;
use ledger::{Descriptor, Op};
use serde::Serialize;

use super::group::put_view;
use super::{Record, Writer, lock, store_error};
use crate::error::Error;

/// Why an op lies beside its log: it is another branch of it.
pub(super) const FORK: &str = "fork";

/// What taking ops in came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Absorbed {
    /// Ops that were new here.
    pub new: usize,
    /// Ops that were here already.
    pub known: usize,
    /// New ops that are kept and do not count: id and reason.
    pub quarantined: Vec<(OpId, String)>,
    /// Ops kept beside their log: other branches of a fork, ops ahead of their log's head.
    pub aside: Vec<(LogId, u32, String)>,
    /// New ops whose stamp is ahead of this node's clock: taken, and flagged where they are shown.
    pub clock_ahead: usize,
    /// Ops refused: log, seq, why. Only a bad signature or a log that was not told of.
    pub refused: Vec<(LogId, u32, String)>,
}

/// Whether a stamp is so far ahead of the clock that one of the two clocks is wrong.
pub fn is_clock_ahead(stamp: UnixMillis, received: UnixMillis) -> bool {
    stamp.0.saturating_sub(received.0) > CLOCKS_DIFFER_MAX_MS
}

impl Record {
    /// Takes in ops of any logs; those of one log in the order of their seq.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::DiskFull`]: nothing was taken in.
    pub fn absorb(
        &self,
        logs: Vec<Descriptor>,
        ops: Vec<Op>,
        now: UnixMillis,
    ) -> Result<Absorbed, Error> {
        let mut writer = lock(&self.writer);
        let mut result = Absorbed::default();
        let mut batch = Batch::default();
        for log in logs {
            writer.logs.log(log.id(), hash(&log.author.0));
            writer.descriptors.entry(log.id()).or_insert_with(|| log.clone());
            batch.logs.push(log);
        }
        let new = writer.sort_in(ops, now, &mut batch, &mut result)?;
        if new.is_empty() && batch.aside.is_empty() {
            return Ok(result);
        }
        let ahead = batch.ops.iter().filter(|op| is_clock_ahead(op.op.header().t.millis(), now));
        result.clock_ahead = ahead.count();
        let changed = self.weigh_and_fold(&mut writer, new, now, &mut batch, &mut result);
        if let Err(e) = writer.store.append(&batch) {
            writer.forget();
            writer.load(&self.registry)?;
            return Err(store_error(e));
        }
        writer.chains.forget();
        let mut views = self.views.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut seen = Vec::new();
        for (ent, op) in changed {
            for (entry, view) in writer.views_of(&ent) {
                views.put(entry, Arc::new(view));
                seen.push((entry.kind.name, ent, op));
            }
        }
        drop(views);
        self.changes.add(seen);
        Ok(result)
    }

    fn weigh_and_fold(
        &self,
        writer: &mut Writer,
        mut new: Vec<FoldOp>,
        now: UnixMillis,
        batch: &mut Batch,
        result: &mut Absorbed,
    ) -> BTreeMap<EntityId, OpId> {
        for op in &mut new {
            writer.logs.insert(op, true);
            op.chained = writer.logs.chained(&op.id).unwrap_or(Chained::Broken);
        }
        let facts: Vec<_> = new.iter().map(|op| (op, super::fold::fact(op))).collect();
        let mut change = writer.authority.admit_all(facts, &writer.logs);
        // Whatever stood in the part that is frozen now is weighed again.
        change.logs.extend(batch.frozen.iter().map(|frozen| frozen.0));
        let mut states: BTreeMap<OpId, OpState> = BTreeMap::new();
        let mut touched: BTreeMap<EntityId, OpId> = BTreeMap::new();
        for op in &new {
            let standing = writer.authority.standing(op, &writer.logs);
            if let Some(ground) = standing.verdict.ground() {
                result.quarantined.push((op.id, ground.code().to_owned()));
            }
            let state = OpState::from_number(standing.verdict.number().into());
            states.insert(op.id, state.unwrap_or(OpState::Held));
            writer.push(&self.registry, op, standing);
            if let Some(ent) = op.ent {
                touched.insert(ent, op.id);
            }
        }
        for stored in &mut batch.ops {
            if let Some(state) = states.get(&stored.op.id()) {
                stored.state = *state;
            }
        }
        let elsewhere = writer.weigh_again(&change.logs, batch);
        for ent in &elsewhere {
            writer.refold_from_store(&self.registry, ent);
            for op in new.iter().filter(|op| op.ent == Some(*ent)) {
                let standing = writer.authority.standing(op, &writer.logs);
                writer.push(&self.registry, op, standing);
            }
            let any = new.first().map(|op| op.id).unwrap_or_default();
            touched.entry(*ent).or_insert(any);
        }
        for ent in touched.keys() {
            for (entry, view) in writer.views_of(ent) {
                put_view(batch, entry, &view, now);
            }
        }
        touched
    }
}

impl Writer {
    /// Parts ops into those that go on their log, those beside it, and those refused.
    fn sort_in(
        &mut self,
        mut ops: Vec<Op>,
        now: UnixMillis,
        batch: &mut Batch,
        result: &mut Absorbed,
    ) -> Result<Vec<FoldOp>, Error> {
        ops.sort_by_key(|op| (op.header().log, op.header().seq));
        let mut heads: BTreeMap<LogId, Option<Head>> = BTreeMap::new();
        let mut new = Vec::new();
        for op in ops {
            let (log, seq) = (op.header().log, op.header().seq);
            if self.store.op(&op.id()).map_err(store_error)?.is_some() {
                result.known += 1;
                continue;
            }
            let author = self.descriptors.get(&log).map(|d| d.author);
            if !author.is_some_and(|a| op.signed_by(&a)) {
                let why = if author.is_some() { "bad-signature" } else { "unknown-log" };
                result.refused.push((log, seq, why.to_owned()));
                continue;
            }
            let head = match heads.get(&log) {
                Some(head) => *head,
                None => self.store.log(&log).map_err(store_error)?.and_then(|row| row.head),
            };
            let follows =
                head.map_or(seq == 0, |h| seq == h.seq + 1 && op.header().prev == Some(h.id));
            if !follows {
                let ahead = head.map_or(seq > 0, |h| seq > h.seq + 1);
                let why = if ahead { "ahead" } else { FORK };
                if !ahead {
                    new.extend(self.note_twin(&op));
                    batch.frozen.push((log, seq));
                }
                result.aside.push((log, seq, why.to_owned()));
                batch.aside.push(AsideRow { op, why: why.to_owned(), received: now });
                continue;
            }
            let t = head.map_or(op.header().t, |h| h.t.max(op.header().t));
            heads.insert(log, Some(Head { seq, id: op.id(), t }));
            if let Some(fold_op) = self.fold_op(&op) {
                new.push(fold_op);
            }
            result.new += 1;
            batch.ops.push(StoredOp { op, received: now, state: OpState::Folded });
        }
        Ok(new)
    }

    /// Another branch of a log: from there on the log counts for nothing, this op included.
    /// `None` where it was known already.
    pub(super) fn note_twin(&mut self, op: &Op) -> Option<FoldOp> {
        let twin = self.fold_op(op)?;
        self.logs.insert(&twin, op.signature().is_some());
        let known = self.twins.entry(twin.ent?).or_default();
        if known.iter().any(|k| k.id == twin.id) {
            return None;
        }
        known.push(twin.clone());
        Some(twin)
    }

    /// Weighs the kept ops of these logs again; the entities they are about.
    fn weigh_again(&mut self, logs: &BTreeSet<LogId>, batch: &mut Batch) -> BTreeSet<EntityId> {
        let mut found = BTreeSet::new();
        for log in logs {
            let mut from = 0;
            while let Ok(ops) = self.store.read(log, from, 1_000) {
                let Some(last) = ops.last() else { break };
                from = last.op.header().seq + 1;
                for stored in ops {
                    found.extend(stored.op.header().ent);
                    let Some(mut op) = self.fold_op(&stored.op) else { continue };
                    op.chained = self.logs.chained(&op.id).unwrap_or(Chained::Broken);
                    let standing = self.authority.standing(&op, &self.logs);
                    let state = OpState::from_number(standing.verdict.number().into());
                    if let Some(state) = state.filter(|s| *s != stored.state) {
                        batch.restate.push((*log, stored.op.header().seq, state));
                    }
                }
            }
        }
        found
    }

    /// Forgets all that is folded, so that it is read anew.
    pub(super) fn forget(&mut self) {
        self.folds.clear();
        self.twins.clear();
        self.chains.forget();
    }
}
