//! What checks and sealing ask while a group is made: other entities, logs, heads, data keys.

use kernel::{EntityId, KeyId, OpId, PlaceCode, Ref, UnixMillis};
use ledger::cert::KeyWrap;
use ledger::crypt::{DataKey, wrap};
use ledger::fold::FoldOp;
use ledger::op_store::{Batch, DataKeyRow, own_log};
use ledger::seal::{LogState, Sealed, Source, Unsealed};
use ledger::{Lane, Lookup, PublicKey, Topic, View};

use super::group::Overlay;
use super::{Record, Writer, store_error};
use crate::error::Error;

/// Other entities as this group sees them: what it has written first.
pub(super) struct Looking<'a> {
    pub record: &'a Record,
    pub overlay: &'a Overlay,
}

impl Lookup for Looking<'_> {
    fn view(&self, what: &Ref) -> View {
        let number = self.record.registry.by_name(&what.kind).map_or(0, |e| e.kind.number);
        if let Some((_, view)) = self.overlay.views.get(&(what.id, number)) {
            return (**view).clone();
        }
        let views = self.record.views();
        match views.get(&what.kind, &what.id) {
            Some(view) => (**view).clone(),
            None => {
                let entry = self.record.registry.by_name(&what.kind);
                let kind = entry.map_or(kernel::Kind { number: 0, name: "" }, |e| e.kind);
                View::empty(kind, what.id)
            }
        }
    }

    fn find(&self, kind: &str, facet: &str, value: &str) -> Vec<Ref> {
        let views = self.record.views();
        views.find(kind, facet, value).iter().map(|v| v.reference()).collect()
    }

    fn is_under(&self, place: PlaceCode, above: PlaceCode) -> bool {
        self.record.is_under(place, above)
    }
}

/// What sealing asks, answered from the store and what the group has written.
pub(super) struct FromStore<'a> {
    pub writer: &'a mut Writer,
    pub overlay: &'a Overlay,
    pub wall: UnixMillis,
}

impl Source for FromStore<'_> {
    fn log(
        &mut self,
        author: &PublicKey,
        place: PlaceCode,
        topic: Topic,
        lane: Lane,
    ) -> Result<LogState, String> {
        own_log(&*self.writer.store, author, place, topic, lane, self.wall)
            .map_err(|e| e.to_string())
    }

    fn heads(&mut self, ent: &EntityId) -> Result<Vec<OpId>, String> {
        let first = self.overlay.views.range((*ent, 0)..=(*ent, u16::MAX)).next();
        let view = first.map(|(_, (_, v))| v.heads.clone());
        let kept = || Some(self.writer.views_of(ent).into_iter().next()?.1.heads);
        Ok(view.or_else(kept).unwrap_or_default())
    }

    fn data_key(&mut self, item: &Unsealed) -> Option<DataKey> {
        let id = self.writer.owners.get(&owner_of(item))?;
        self.writer.data_keys.get(id).cloned()
    }

    fn nonce(&mut self) -> [u8; 24] {
        let mut bytes = [0; 24];
        self.writer.chance.fill(&mut bytes);
        bytes
    }
}

/// Whose data key a body is encrypted with: the subject's.
fn owner_of(item: &Unsealed) -> String {
    item.ent.map(|(kind, id)| Ref::new(kind.name, id).to_string()).unwrap_or_default()
}

impl Writer {
    /// Makes the subject's data key where there is none: its row, and the op that keeps it wrapped.
    pub(super) fn data_key_for(
        &mut self,
        item: &Unsealed,
        batch: &mut Batch,
    ) -> Result<Option<Unsealed>, Error> {
        let owner = owner_of(item);
        if self.owners.contains_key(&owner) {
            return Ok(None);
        }
        if let Some(row) = self.store.data_key_of(&owner).map_err(store_error)? {
            self.owners.insert(owner, row.id);
            return Ok(None);
        }
        let (mut random, mut once) = ([0; 32], [0; 32]);
        self.chance.fill(&mut random);
        self.chance.fill(&mut once);
        let key = DataKey::new(random);
        let id: KeyId = key.id();
        let node = self.key.public();
        let wrapped = wrap(&key, &node, once).map_err(|e| Error::Store(e.to_string()))?;
        batch.data_keys.push(DataKeyRow {
            id,
            owner: owner.clone(),
            wrapped: Some(wrapped.clone()),
        });
        self.data_keys.insert(id, key);
        self.owners.insert(owner, id);
        let body = KeyWrap { data_key: id, node, wrapped };
        Ok(Some(Unsealed::bare(ledger::cert::KEY_WRAP, &body)))
    }

    /// Own key ops count at once for what is written after them.
    pub(super) fn admit_own(&mut self, op: &FoldOp, sealed: &Sealed) {
        let fact = super::fold::fact(op);
        if fact.is_some() {
            self.logs.log(op.log, kernel::hash(&sealed.log.author.0));
            self.logs.insert(op, true);
            self.authority.admit(op, fact, &self.logs);
        }
    }

    /// What the signature of an op here was worth; 0 where it is not here.
    pub(super) fn rank_of(&mut self, id: &OpId) -> u8 {
        let Ok(Some(stored)) = self.store.op(id) else { return 0 };
        let Some(op) = self.fold_op(&stored.op) else { return 0 };
        self.authority.standing(&op, &self.logs).rank
    }

    /// Folds an entity from what the store holds of it.
    pub(super) fn refold_from_store(&mut self, registry: &ledger::fold::Registry, ent: &EntityId) {
        self.folds.remove(ent);
        let Ok(stored) = self.store.ops_about(ent) else { return };
        for one in stored {
            let Some(op) = self.fold_op(&one.op) else { continue };
            let standing = self.authority.standing(&op, &self.logs);
            self.push(registry, &op, standing);
        }
        for op in self.twins.get(ent).cloned().unwrap_or_default() {
            let standing = self.authority.standing(&op, &self.logs);
            self.push(registry, &op, standing);
        }
    }
}
