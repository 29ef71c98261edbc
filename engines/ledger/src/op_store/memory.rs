//! A store in memory: for tests and for folding a file without a folder.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{EntityId, Hash32, KeyId, LogId, OpId, Prefix, UnixMillis};

use super::rows::*;
use super::{OpRead, OpStore, StoreError, Stored};
use crate::log::Descriptor;
use crate::seal::Head;

type Of = (u16, EntityId);

/// Ops and views in memory. Nothing survives it.
#[derive(Clone, Debug)]
pub struct MemoryStore {
    generation: Generation,
    inner: Inner,
}

#[derive(Clone, Debug, Default)]
struct Inner {
    logs: BTreeMap<LogId, LogRow>,
    ops: BTreeMap<(LogId, u32), StoredOp>,
    ids: BTreeMap<OpId, (LogId, u32)>,
    about: BTreeMap<EntityId, Vec<(LogId, u32)>>,
    aside: BTreeMap<(LogId, u32, OpId), AsideRow>,
    states: BTreeMap<Of, EntityRow>,
    facets: BTreeMap<Of, Vec<(String, String)>>,
    disputes: BTreeMap<Of, Vec<DisputeRow>>,
    records: BTreeMap<(Of, UnixMillis), Vec<u8>>,
    retries: BTreeMap<Hash32, RetryRow>,
    data_keys: BTreeMap<KeyId, DataKeyRow>,
    blobs: BTreeMap<Hash32, BlobRow>,
    meta: BTreeMap<String, Vec<u8>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new(generation: Generation) -> Self {
        MemoryStore { generation, inner: Inner::default() }
    }
}

impl Inner {
    fn add_log(&mut self, log: &Descriptor) {
        let row = || LogRow { log: log.clone(), head: None, frozen: None };
        self.logs.entry(log.id()).or_insert_with(row);
    }

    /// Whether every op of a batch follows, before anything is written.
    fn follows(&self, batch: &Batch) -> Stored<()> {
        let fresh: BTreeSet<LogId> = batch.logs.iter().map(Descriptor::id).collect();
        let mut heads: BTreeMap<LogId, Option<(u32, OpId)>> = BTreeMap::new();
        let mut met: BTreeMap<(LogId, u32), OpId> = BTreeMap::new();
        for stored in &batch.ops {
            let (header, id) = (stored.op.header(), stored.op.id());
            let (log, seq) = (header.log, header.seq);
            let known = self.logs.get(&log);
            if known.is_none() && !fresh.contains(&log) {
                return Err(StoreError::UnknownLog(log));
            }
            let here = || known.and_then(|row| row.head).map(|head| (head.seq, head.id));
            let head = heads.entry(log).or_insert_with(here);
            let next = head.map_or(0, |(seq, _)| u64::from(seq) + 1);
            if u64::from(seq) < next {
                let at = (log, seq);
                let held = self.ops.get(&at).map(|held| held.op.id()).or(met.get(&at).copied());
                if held != Some(id) {
                    return Err(StoreError::Fork { log, seq });
                }
                continue;
            }
            if u64::from(seq) != next || header.prev != head.map(|(_, id)| id) {
                return Err(StoreError::NotNext { log, head: head.map(|(seq, _)| seq), seq });
            }
            *head = Some((seq, id));
            met.insert((log, seq), id);
        }
        let unknown = |log: &LogId| !self.logs.contains_key(log) && !fresh.contains(log);
        let named = batch.frozen.iter().map(|(log, _)| log);
        match named.chain(batch.restate.iter().map(|(log, ..)| log)).find(|log| unknown(log)) {
            Some(log) => Err(StoreError::UnknownLog(*log)),
            None => Ok(()),
        }
    }

    /// Adds an op that follows, or is held already.
    fn add_op(&mut self, stored: &StoredOp) {
        let (header, id) = (stored.op.header(), stored.op.id());
        let at = (header.log, header.seq);
        if self.ops.contains_key(&at) {
            return;
        }
        if let Some(row) = self.logs.get_mut(&header.log) {
            let t = row.head.map_or(header.t, |head| head.t.max(header.t));
            row.head = Some(Head { seq: header.seq, id, t });
        }
        self.ids.insert(id, at);
        if let Some(ent) = header.ent {
            self.about.entry(ent).or_default().push(at);
        }
        self.ops.insert(at, stored.clone());
    }

    fn apply(&mut self, batch: &Batch) -> Stored<()> {
        self.follows(batch)?;
        batch.logs.iter().for_each(|log| self.add_log(log));
        batch.ops.iter().for_each(|op| self.add_op(op));
        for row in &batch.aside {
            let header = row.op.header();
            let at = (header.log, header.seq, row.op.id());
            self.aside.entry(at).or_insert_with(|| row.clone());
        }
        for (log, seq) in &batch.frozen {
            if let Some(row) = self.logs.get_mut(log) {
                row.frozen = Some(row.frozen.map_or(*seq, |old| old.min(*seq)));
            }
        }
        for (log, seq, state) in &batch.restate {
            if let Some(op) = self.ops.get_mut(&(*log, *seq)) {
                op.state = *state;
            }
        }
        for row in &batch.states {
            self.states.insert((row.kind, row.ent), row.clone());
        }
        for (kind, ent, facets) in &batch.facets {
            let mut facets = facets.clone();
            facets.sort();
            facets.dedup();
            self.facets.insert((*kind, *ent), facets);
        }
        for (kind, ent, rows) in &batch.disputes {
            let mut rows = rows.clone();
            rows.sort();
            self.disputes.insert((*kind, *ent), rows);
        }
        for row in &batch.records {
            self.records.insert(((row.kind, row.ent), row.at), row.bytes.clone());
        }
        for row in &batch.retries {
            self.retries.entry(row.key).or_insert_with(|| row.clone());
        }
        for row in &batch.data_keys {
            self.data_keys.insert(row.id, row.clone());
        }
        for row in &batch.blobs {
            self.blobs.insert(row.hash, row.clone());
        }
        for (key, value) in &batch.meta {
            match value {
                Some(value) => self.meta.insert(key.clone(), value.clone()),
                None => self.meta.remove(key),
            };
        }
        Ok(())
    }
}

impl OpStore for MemoryStore {
    fn append(&mut self, batch: &Batch) -> Stored<()> {
        self.inner.apply(batch)
    }

    fn forget_retries(&mut self, before: UnixMillis) -> Stored<u64> {
        let held = self.inner.retries.len();
        self.inner.retries.retain(|_, row| row.at >= before);
        Ok((held - self.inner.retries.len()) as u64)
    }

    fn drop_views(&mut self) -> Stored<()> {
        self.inner.states.clear();
        self.inner.facets.clear();
        self.inner.disputes.clear();
        Ok(())
    }
}

impl OpRead for MemoryStore {
    fn generation(&self) -> Stored<Generation> {
        Ok(self.generation)
    }

    fn logs(&self) -> Stored<Vec<LogRow>> {
        Ok(self.inner.logs.values().cloned().collect())
    }

    fn log(&self, id: &LogId) -> Stored<Option<LogRow>> {
        Ok(self.inner.logs.get(id).cloned())
    }

    fn read(&self, log: &LogId, from: u32, most: usize) -> Stored<Vec<StoredOp>> {
        let range = (*log, from)..=(*log, u32::MAX);
        Ok(self.inner.ops.range(range).take(most).map(|(_, op)| op.clone()).collect())
    }

    fn op_at(&self, log: &LogId, seq: u32) -> Stored<Option<StoredOp>> {
        Ok(self.inner.ops.get(&(*log, seq)).cloned())
    }

    fn op(&self, id: &OpId) -> Stored<Option<StoredOp>> {
        Ok(self.inner.ids.get(id).and_then(|at| self.inner.ops.get(at)).cloned())
    }

    fn ops_with_prefix(&self, prefix: &Prefix) -> Stored<Vec<StoredOp>> {
        let (mut low, mut high) = ([0; 32], [0xff; 32]);
        low[..8].copy_from_slice(&prefix.0);
        high[..8].copy_from_slice(&prefix.0);
        let found = self.inner.ids.range(OpId(low)..=OpId(high));
        Ok(found.filter_map(|(_, at)| self.inner.ops.get(at)).cloned().collect())
    }

    fn ops_about(&self, ent: &EntityId) -> Stored<Vec<StoredOp>> {
        let mut at = self.inner.about.get(ent).cloned().unwrap_or_default();
        at.sort();
        Ok(at.iter().filter_map(|at| self.inner.ops.get(at)).cloned().collect())
    }

    fn each_op(&self, each: &mut dyn FnMut(StoredOp) -> bool) -> Stored<()> {
        for op in self.inner.ops.values() {
            if !each(op.clone()) {
                break;
            }
        }
        Ok(())
    }

    fn op_count(&self) -> Stored<u64> {
        Ok(self.inner.ops.len() as u64)
    }

    fn aside(&self, log: &LogId) -> Stored<Vec<AsideRow>> {
        let range = (*log, 0, OpId([0; 32]))..=(*log, u32::MAX, OpId([0xff; 32]));
        Ok(self.inner.aside.range(range).map(|(_, row)| row.clone()).collect())
    }

    fn state(&self, kind: u16, ent: &EntityId) -> Stored<Option<EntityRow>> {
        Ok(self.inner.states.get(&(kind, *ent)).cloned())
    }

    fn states(&self, kind: u16, after: Option<&EntityId>, most: usize) -> Stored<Vec<EntityRow>> {
        let rows =
            self.inner.states.range((kind, EntityId([0; 10]))..=(kind, EntityId([0xff; 10])));
        let later = rows.filter(|(of, _)| after.is_none_or(|a| of.1 > *a));
        Ok(later.take(most).map(|(_, row)| row.clone()).collect())
    }

    fn find(
        &self,
        kind: u16,
        query: &FacetQuery,
        after: Option<&EntityId>,
        most: usize,
    ) -> Stored<Vec<EntityId>> {
        let fits = |facet: &(String, String)| match query {
            FacetQuery::Is { name, value } => facet.0 == *name && facet.1 == *value,
            FacetQuery::Between { name, low, high } => {
                facet.0 == *name && *low <= facet.1 && facet.1 <= *high
            }
        };
        let rows =
            self.inner.facets.range((kind, EntityId([0; 10]))..=(kind, EntityId([0xff; 10])));
        let found =
            rows.filter(|(of, facets)| after.is_none_or(|a| of.1 > *a) && facets.iter().any(fits));
        Ok(found.take(most).map(|(of, _)| of.1).collect())
    }

    fn facets(&self, kind: u16, ent: &EntityId) -> Stored<Vec<(String, String)>> {
        Ok(self.inner.facets.get(&(kind, *ent)).cloned().unwrap_or_default())
    }

    fn disputes(&self, ent: Option<&EntityId>) -> Stored<Vec<DisputeRow>> {
        let rows = self.inner.disputes.values().flatten();
        let mut rows: Vec<DisputeRow> =
            rows.filter(|row| ent.is_none_or(|e| row.ent == *e)).cloned().collect();
        rows.sort();
        Ok(rows)
    }

    fn records(
        &self,
        kind: u16,
        ent: &EntityId,
        span: (UnixMillis, UnixMillis),
        most: usize,
    ) -> Stored<Vec<RecordRow>> {
        let of = (kind, *ent);
        if span.0 > span.1 {
            return Ok(Vec::new());
        }
        let rows = self.inner.records.range((of, span.0)..=(of, span.1)).take(most);
        let row = |((_, at), bytes): (&(Of, UnixMillis), &Vec<u8>)| {
            let (ent, at, bytes) = (*ent, *at, bytes.clone());
            RecordRow { kind, ent, at, bytes }
        };
        Ok(rows.map(row).collect())
    }

    fn retry(&self, key: &Hash32) -> Stored<Option<RetryRow>> {
        Ok(self.inner.retries.get(key).cloned())
    }

    fn data_key(&self, id: &KeyId) -> Stored<Option<DataKeyRow>> {
        Ok(self.inner.data_keys.get(id).cloned())
    }

    fn data_key_of(&self, owner: &str) -> Stored<Option<DataKeyRow>> {
        let mut rows = self.inner.data_keys.values();
        Ok(rows.find(|row| row.owner == owner && row.wrapped.is_some()).cloned())
    }

    fn blob(&self, hash: &Hash32) -> Stored<Option<BlobRow>> {
        Ok(self.inner.blobs.get(hash).cloned())
    }

    fn meta(&self, key: &str) -> Stored<Option<Vec<u8>>> {
        Ok(self.inner.meta.get(key).cloned())
    }

    fn may_append(&self, _: &LogRow) -> Stored<bool> {
        Ok(true)
    }

    fn epoch_min(&self) -> Stored<u32> {
        Ok(0)
    }
}
