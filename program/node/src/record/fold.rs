//! From stored ops to folds: bodies opened, lie in the log known, signatures weighed.

use std::collections::BTreeMap;

use kernel::{EntityId, KeyId, LogId, hash};
use ledger::authority::{
    CertFact, ClockFixFact, KeyFact, PinFact, RevokeFact, Roles, Standing, Trust,
};
use ledger::cert::{Body, Cert, Checkpoint, ClockFix, Position, ReceiptNode, Revoke};
use ledger::crypt::{DataKey, decrypt_body, unwrap};
use ledger::entity::SETTLE_CODE;
use ledger::fold::{Chained, EntityFold, FoldOp, Registry};
use ledger::op::{body_map, code};
use ledger::op_store::StoredOp;
use ledger::{Descriptor, Entry, Op, Value, View};

use super::absorb::FORK;
use super::{Writer, split, store_error};
use crate::error::Error;

/// An entity kept folded.
pub(super) struct Folding {
    pub entry: &'static Entry,
    pub fold: EntityFold,
}

impl Writer {
    /// Reads every op once and folds every entity.
    pub(super) fn load(&mut self, registry: &Registry) -> Result<(), Error> {
        let mut forked = Vec::new();
        for row in self.store.logs().map_err(store_error)? {
            let id = row.log.id();
            self.logs.log(id, hash(&row.log.author.0));
            self.descriptors.insert(id, row.log);
            if row.frozen.is_some() {
                forked.push(id);
            }
        }
        let mut stored: Vec<StoredOp> = Vec::new();
        let each = &mut |op: StoredOp| {
            stored.push(op);
            true
        };
        self.store.each_op(each).map_err(store_error)?;
        for one in &stored {
            if let Some(key) = one.op.header().key {
                self.data_key_by_id(&key);
            }
        }
        let opening = Opening { descriptors: &self.descriptors, data_keys: &self.data_keys };
        let read = split::each(stored, |one| {
            let signed = one.op.signature().is_some();
            opening.fold_op(&one.op).map(|op| (op, signed))
        });
        let mut ops: Vec<FoldOp> = Vec::with_capacity(read.len());
        for (op, signed) in read.into_iter().flatten() {
            self.logs.insert(&op, signed);
            ops.push(op);
        }
        for log in forked {
            for beside in self.store.aside(&log).map_err(store_error)? {
                if beside.why == FORK {
                    ops.extend(self.note_twin(&beside.op));
                }
            }
        }
        for op in &mut ops {
            op.chained = self.logs.chained(&op.id).unwrap_or(Chained::Broken);
        }
        self.authority.admit_all(ops.iter().map(|op| (op, fact(op))), &self.logs);
        let mut about: BTreeMap<EntityId, Vec<(FoldOp, Standing)>> = BTreeMap::new();
        for op in ops {
            if let Some(ent) = op.ent {
                let standing = self.authority.standing(&op, &self.logs);
                about.entry(ent).or_default().push((op, standing));
            }
        }
        let fold = |(ent, ops)| (ent, foldings(registry, ent, ops));
        self.folds.extend(split::each(about.into_iter().collect(), fold));
        Ok(())
    }

    /// What each fold comes to, made of its view and the line of its kind.
    pub(super) fn each_view<R: Send>(
        &mut self,
        work: impl Fn(&'static Entry, View) -> R + Sync + Send,
    ) -> Vec<R> {
        let all: Vec<&mut Folding> = self.folds.values_mut().flatten().collect();
        split::each(all, |f| work(f.entry, f.fold.view()))
    }

    /// The plain body; `None` where it is not here, withheld, or cannot be opened.
    pub(super) fn open_body(&mut self, op: &Op) -> Option<BTreeMap<u64, Value>> {
        if let Some(key) = op.header().key {
            self.data_key_by_id(&key);
        }
        Opening { descriptors: &self.descriptors, data_keys: &self.data_keys }.body(op)
    }

    /// An op as the fold sees it; `None` where its log is not known here.
    pub(super) fn fold_op(&mut self, op: &Op) -> Option<FoldOp> {
        if let Some(key) = op.header().key {
            self.data_key_by_id(&key);
        }
        Opening { descriptors: &self.descriptors, data_keys: &self.data_keys }.fold_op(op)
    }

    fn data_key_by_id(&mut self, id: &KeyId) -> Option<()> {
        if self.data_keys.contains_key(id) {
            return Some(());
        }
        let row = self.store.data_key(id).ok().flatten()?;
        let key = unwrap(&self.key, id, row.wrapped.as_deref()?).ok()?;
        self.owners.insert(row.owner, *id);
        self.data_keys.insert(*id, key);
        Some(())
    }

    /// Takes an op into the folds of its entity; the line of the kind it writes, where it has one.
    ///
    /// A lot and its pool share one id: each kind is folded for itself over all ops of the id, so
    /// that order runs through both.
    pub(super) fn push(
        &mut self,
        registry: &Registry,
        op: &FoldOp,
        standing: Standing,
    ) -> Option<&'static Entry> {
        let ent = op.ent?;
        let own = entry_of(registry, op);
        let all = self.folds.entry(ent).or_default();
        if let Some(entry) = own
            && !all.iter().any(|f| f.entry.kind == entry.kind)
        {
            // Nearly every id is one kind's, and a folding is large.
            all.reserve_exact(1);
            let known: Vec<(FoldOp, Standing)> =
                all.first().map(|f| f.fold.ops().collect()).unwrap_or_default();
            all.push(Folding { entry, fold: EntityFold::from_ops(entry, ent, None, known) });
        }
        for folding in all {
            folding.fold.push(op, standing);
        }
        own
    }

    /// The views of an entity, one a kind that writes about its id.
    pub(super) fn views_of(&self, ent: &EntityId) -> Vec<(&'static Entry, View)> {
        let all = self.folds.get(ent).into_iter().flatten();
        all.map(|f| (f.entry, f.fold.view())).collect()
    }
}

/// What ops are opened with: the logs they lie in and the keys of their bodies.
struct Opening<'a> {
    descriptors: &'a BTreeMap<LogId, Descriptor>,
    data_keys: &'a BTreeMap<KeyId, DataKey>,
}

impl Opening<'_> {
    fn fold_op(&self, op: &Op) -> Option<FoldOp> {
        let log = self.descriptors.get(&op.header().log)?;
        Some(as_fold_op(op, log, self.body(op)))
    }

    /// The plain body; `None` where it is not here, withheld, or cannot be opened.
    fn body(&self, op: &Op) -> Option<BTreeMap<u64, Value>> {
        let header = op.header();
        let stored = op.body_bytes()?;
        let Some(key) = header.key else { return body_map(stored).ok() };
        let data_key = self.data_keys.get(&key)?;
        let plain = decrypt_body(data_key, header.ent.as_ref(), header.op_type, stored).ok()?;
        body_map(&plain).ok()
    }
}

/// One fold for each kind that writes about an id, each over all its ops.
fn foldings(registry: &Registry, ent: EntityId, ops: Vec<(FoldOp, Standing)>) -> Vec<Folding> {
    let mut entries: Vec<&'static Entry> = Vec::new();
    for (op, _) in &ops {
        if let Some(entry) = entry_of(registry, op)
            && !entries.iter().any(|e| e.kind == entry.kind)
        {
            entries.push(entry);
        }
    }
    let fold = |entry, ops| Folding { entry, fold: EntityFold::from_ops(entry, ent, None, ops) };
    let Some(last) = entries.pop() else { return Vec::new() };
    let mut all: Vec<Folding> = Vec::with_capacity(entries.len() + 1);
    all.extend(entries.into_iter().map(|e| fold(e, ops.clone())));
    all.push(fold(last, ops));
    all
}

/// The entity's line that an op belongs to: by its type, or the kind that a settle names.
pub(super) fn entry_of(registry: &Registry, op: &FoldOp) -> Option<&'static Entry> {
    if op.code() == SETTLE_CODE {
        let number = op.body.as_ref()?.get(&12)?.as_int()?;
        return registry.by_kind(u16::try_from(number).ok()?);
    }
    registry.by_type(op.header_type)
}

/// An op with its log, as the fold sees it.
pub(super) fn as_fold_op(op: &Op, log: &Descriptor, body: Option<BTreeMap<u64, Value>>) -> FoldOp {
    let header = op.header();
    FoldOp {
        id: op.id(),
        log: header.log,
        seq: u64::from(header.seq),
        prev: header.prev,
        t: header.t,
        clk: header.clk,
        ent: header.ent,
        sup: header.sup.clone(),
        header_type: header.op_type,
        class: header.class,
        body,
        chained: Chained::Verified,
        critical: header.needs_newer_program(),
        obo: header.obo,
        author: hash(&log.author.0),
        place: log.place,
    }
}

/// What a key op says; `None` for any other op or where the body is not here.
pub(super) fn fact(op: &FoldOp) -> Option<KeyFact> {
    let body = op.body.as_ref()?;
    let pin = |p: &Position| PinFact { log: p.log, id: p.id };
    match op.code() {
        code::CERT => {
            let cert = Cert::from_map(body).ok()?;
            Some(KeyFact::Cert(CertFact {
                subject: hash(&cert.subject.0),
                rank: cert.rank,
                roles: Roles::of(cert.roles.iter().map(String::as_str)),
                from_s: cert.from.0,
                to_s: cert.to.0,
                path: cert.path,
            }))
        }
        code::REVOKE => {
            let revoke = Revoke::from_map(body).ok()?;
            let trust = |p: &Position| Trust { log: p.log, seq: p.seq.into(), id: p.id };
            let key = hash(&revoke.key.0);
            Some(KeyFact::Revoke(RevokeFact {
                key,
                trust: revoke.trust.iter().map(trust).collect(),
            }))
        }
        code::CLOCK_FIX => {
            let fix = ClockFix::from_map(body).ok()?;
            let range = |r: &ledger::cert::SeqRange| ClockFixFact {
                log: r.log,
                from: r.from.into(),
                to: r.to.into(),
            };
            Some(KeyFact::ClockFix(fix.ranges.iter().map(range).collect()))
        }
        code::RECEIPT_NODE => {
            let receipt = ReceiptNode::from_map(body).ok()?;
            Some(KeyFact::Pins(receipt.held.iter().map(pin).collect()))
        }
        code::CHECKPOINT => Checkpoint::from_map(body).ok().map(|_| KeyFact::Pins(Vec::new())),
        _ => None,
    }
}
