//! One group: commands checked, sealed and folded one after the other, then kept with one sync.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::mpsc::channel;

use kernel::{ClockQuality, EntityId, OpId, PlaceCode, Ref, UnixMillis};
use ledger::authority::Standing;
use ledger::fold::{Chained, FoldOp, disputes};
use ledger::op_store::{Batch, DisputeRow, EntityRow, RetryRow};
use ledger::seal::{Author, Sealed, Unsealed, seal};
use ledger::{Command, Ctx, Entry, Lookup, Refusal, View};

use super::asked::{FromStore, Looking};
use super::job::{Done, Job, Lead, Prepared, Principal, Reply, ReplyTo, Waiting, Written, enqueue};
use super::settle::settle;
use super::views::facets;
use super::{Record, Writer, lock, store_error};
use crate::check;
use crate::error::Error;

/// Most ops of one group. Source: sync §6.
const GROUP_OPS: usize = 256;
/// Version of the fold whose states lie in the store.
pub(super) const FOLD_VERSION: u32 = 2;

/// What a group has written so far and the store has not.
#[derive(Default)]
pub(super) struct Overlay {
    pub batch: Batch,
    pub views: BTreeMap<(EntityId, u16), (&'static Entry, Arc<View>)>,
    fold_ops: Vec<FoldOp>,
    answered: BTreeMap<kernel::Hash32, (kernel::Hash32, Done)>,
    changed: Vec<(&'static str, EntityId, OpId)>,
}

impl Overlay {
    /// Takes out what a group has written; its room serves the next. Groups are written by whoever
    /// waits, on one thread after another, and each would have to ask the system for room anew.
    fn clear(&mut self) {
        self.batch.clear(GROUP_OPS);
        self.fold_ops.clear();
        self.fold_ops.shrink_to(GROUP_OPS);
        self.views.clear();
        self.answered.clear();
        self.changed.clear();
    }
}

impl Record {
    /// Writes a job: the answer comes only when it is safe on disk.
    ///
    /// # Errors
    /// The refusal of the first command that is refused: nothing of the job is written.
    pub fn submit(&self, job: Job) -> Result<Done, Error> {
        let (tell, told) = channel();
        let mut lead = self.post(job, Arc::new(move |reply| drop(tell.send(reply))));
        let mut done = None;
        loop {
            if let Some(lead) = lead.take() {
                self.lead(lead, &mut || {
                    if let Ok(Reply::Done(answer)) = told.try_recv() {
                        done = Some(answer);
                    }
                    done.is_some()
                });
            }
            if let Some(done) = done {
                return done;
            }
            match told.recv() {
                Ok(Reply::Done(done)) => return done,
                Ok(Reply::Lead(to)) => lead = Some(to),
                Err(_) => return Err(Error::Store("the writer ended".to_owned())),
            }
        }
    }

    /// Puts a job to those that wait for a group, without waiting for it: `reply` is told the
    /// answer once it is safe on disk. Where nobody writes groups the caller gets the lead and must
    /// [`Record::lead`]; so must whoever is told it later.
    pub fn post(&self, job: Job, reply: ReplyTo) -> Option<Lead> {
        enqueue(&self.queue, job, reply)
    }

    /// Writes groups until the own job is `answered` or nobody waits; works on disk.
    pub fn lead(&self, lead: Lead, answered: &mut dyn FnMut() -> bool) {
        let mut writer = lock(&self.writer);
        while let Some(group) = self.next_group() {
            self.write_group(&mut writer, group);
            if answered() {
                break;
            }
        }
        drop(writer);
        drop(lead);
    }

    /// Keeps settings of the node; no op, no group.
    ///
    /// # Errors
    /// What the store says.
    pub fn append_meta(&self, batch: Batch) -> Result<(), Error> {
        lock(&self.writer).store.append(&batch).map_err(store_error)
    }

    fn next_group(&self) -> Option<Vec<Waiting>> {
        let queue = &mut lock(&self.queue).waiting;
        if queue.is_empty() {
            return None;
        }
        let mut ops = 0;
        let fits = |w: &Waiting| {
            ops += (w.job.commands.len() + w.job.bare.len()).max(1);
            ops <= GROUP_OPS
        };
        let count = queue.iter().take_while({
            let mut fits = fits;
            move |w| fits(w)
        });
        let count = count.count().max(1);
        Some(queue.drain(..count).collect())
    }

    fn write_group(&self, writer: &mut Writer, group: Vec<Waiting>) {
        let mut overlay = std::mem::take(&mut writer.spare);
        let mut answers = Vec::with_capacity(group.len());
        for waiting in group {
            let answer = self.prepare(writer, &mut overlay, &waiting.job);
            answers.push((waiting.reply, answer));
        }
        let kept = self.keep(writer, &mut overlay);
        overlay.clear();
        writer.spare = overlay;
        for (reply, answer) in answers {
            let answer = match (&kept, answer) {
                (Ok(()), answer) => answer.map(|p| p.done),
                (Err(_), Err(refused)) => Err(refused),
                (Err(Error::DiskFull), Ok(_)) => Err(Error::DiskFull),
                (Err(Error::ReadOnly(why)), Ok(_)) => Err(Error::ReadOnly(why.clone())),
                (Err(e), Ok(_)) => Err(Error::Store(e.to_string())),
            };
            // Whoever asked may have gone; what was written stays written.
            reply(Reply::Done(answer));
        }
    }

    /// Keeps a group: all of it, or none, and then the views are what they were.
    fn keep(&self, writer: &mut Writer, overlay: &mut Overlay) -> Result<(), Error> {
        if overlay.batch.ops.is_empty() && overlay.batch.meta.is_empty() {
            return Ok(());
        }
        writer.behind.mark(&mut overlay.batch);
        if let Err(e) = writer.store.append(&overlay.batch) {
            writer.chains.forget();
            for (ent, _) in overlay.views.keys() {
                writer.refold_from_store(&self.registry, ent);
            }
            return Err(store_error(e));
        }
        writer.chains.committed();
        writer.behind.note(overlay);
        for log in overlay.batch.logs.drain(..) {
            let (id, author) = (log.id(), kernel::hash(&log.author.0));
            writer.logs.log(id, author);
        }
        for op in &overlay.fold_ops {
            writer.logs.insert(op, true);
        }
        let mut views = self.views.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        for (entry, view) in std::mem::take(&mut overlay.views).into_values() {
            views.put(entry, view);
        }
        drop(views);
        self.changes.add(std::mem::take(&mut overlay.changed));
        if writer.behind.is_long() {
            // The group is safe whatever comes of this; a fatal error the store tells by itself.
            let _ = self.write_states(writer);
        }
        Ok(())
    }

    fn prepare(
        &self,
        writer: &mut Writer,
        overlay: &mut Overlay,
        job: &Job,
    ) -> Result<Prepared, Error> {
        let retry = job.retry_key();
        if let Some(key) = &retry
            && let Some(done) = self.first_answer(writer, overlay, key, job)?
        {
            return Ok(Prepared { done });
        }
        let single = job.commands.len() + job.bare.len() <= 1;
        let before = (!single).then(|| (writer.chains.clone(), overlay.batch.clone()));
        let mut done = Done { entities: Vec::new(), ops: Vec::new(), replayed: false };
        let mut changed = Vec::new();
        let mut touched = BTreeSet::new();
        let wrote = self.write_all(writer, overlay, job, &mut done, &mut changed, &mut touched);
        if let Err(refused) = wrote {
            if let Some((chains, batch)) = before {
                (writer.chains, overlay.batch) = (chains, batch);
                self.undo(writer, overlay, &touched);
            }
            return Err(refused);
        }
        if let Some(key) = retry {
            let (request, at) = (job.request(), job.now);
            let answer = serde_json::to_vec(&done).unwrap_or_default();
            overlay.answered.insert(key, (request, done.clone()));
            overlay.batch.retries.push(RetryRow { key, request, status: 200, answer, at });
        }
        overlay.changed.extend(changed);
        Ok(Prepared { done })
    }

    /// Takes back what a refused job had folded: those entities as the kept ops say.
    fn undo(&self, writer: &mut Writer, overlay: &mut Overlay, touched: &BTreeSet<EntityId>) {
        let ids: BTreeSet<OpId> = overlay.batch.ops.iter().map(|o| o.op.id()).collect();
        overlay.fold_ops.retain(|op| ids.contains(&op.id));
        let pending: Vec<FoldOp> = overlay.fold_ops.clone();
        for ent in touched {
            writer.refold_from_store(&self.registry, ent);
            overlay.views.retain(|(id, _), _| id != ent);
            for op in pending.iter().filter(|op| op.ent == Some(*ent)) {
                let standing = writer.authority.standing(op, &writer.logs);
                writer.push(&self.registry, op, standing);
                for (entry, view) in writer.views_of(ent) {
                    overlay.views.insert((*ent, entry.kind.number), (entry, Arc::new(view)));
                }
            }
        }
    }

    fn first_answer(
        &self,
        writer: &Writer,
        overlay: &Overlay,
        key: &kernel::Hash32,
        job: &Job,
    ) -> Result<Option<Done>, Error> {
        let known = match overlay.answered.get(key) {
            Some((request, done)) => Some((*request, Some(done.clone()))),
            None => writer.store.retry(key).map_err(store_error)?.map(|row| {
                let done = serde_json::from_slice(&row.answer).ok();
                (row.request, done)
            }),
        };
        match known {
            None => Ok(None),
            Some((request, _)) if request != job.request() => Err(Error::RetryReused),
            Some((_, done)) => Ok(done.map(|d: Done| Done { replayed: true, ..d })),
        }
    }

    fn write_all(
        &self,
        writer: &mut Writer,
        overlay: &mut Overlay,
        job: &Job,
        done: &mut Done,
        changed: &mut Vec<(&'static str, EntityId, OpId)>,
        touched: &mut BTreeSet<EntityId>,
    ) -> Result<(), Error> {
        let mut items = Vec::new();
        for (number, command) in job.commands.iter().enumerate() {
            let by = job.principal_of(number);
            let (entry, id, item) = self.item(writer, overlay, (job, by), command)?;
            done.entities.push(Ref::new(entry.kind.name, id));
            touched.insert(id);
            let sealed = self.seal_item(writer, overlay, (job, by), item)?;
            self.fold_sealed(writer, overlay, sealed, job.now, done, changed);
        }
        for item in &job.bare {
            items.push(item.clone());
        }
        for item in items {
            touched.extend(item.ent.map(|(_, id)| id));
            let sealed = self.seal_item(writer, overlay, (job, &job.principal), item)?;
            self.fold_sealed(writer, overlay, sealed, job.now, done, changed);
        }
        Ok(())
    }

    fn seal_item(
        &self,
        writer: &mut Writer,
        overlay: &mut Overlay,
        (job, by): (&Job, &Principal),
        item: Unsealed,
    ) -> Result<Vec<Sealed>, Error> {
        let mut items = Vec::new();
        if item.op.class >= ledger::DataClass::Personal {
            items.extend(writer.data_key_for(&item, &mut overlay.batch)?);
        }
        items.push(item);
        let mut chains = std::mem::take(&mut writer.chains);
        let key = job.author.clone().unwrap_or_else(|| writer.key.clone());
        let author = Author {
            key: &key,
            place: by.actor.place,
            obo: by.obo,
            wall: job.now,
            clk: ClockQuality::SyncedDay,
        };
        let mut source = FromStore { writer, overlay, wall: job.now };
        let sealed = seal(&author, items, &mut chains, &mut source);
        writer.chains = chains;
        sealed.map_err(|e| Error::Store(e.to_string()))
    }

    fn fold_sealed(
        &self,
        writer: &mut Writer,
        overlay: &mut Overlay,
        sealed: Vec<Sealed>,
        now: UnixMillis,
        done: &mut Done,
        changed: &mut Vec<(&'static str, EntityId, OpId)>,
    ) {
        for one in &sealed {
            writer.descriptors.entry(one.log.id()).or_insert_with(|| one.log.clone());
        }
        overlay.batch.push_sealed(&sealed, now);
        for one in sealed {
            let Some(mut op) = writer.fold_op(&one.op) else { continue };
            op.chained = Chained::Verified;
            writer.admit_own(&op, &one);
            let standing = writer.authority.standing(&op, &writer.logs);
            let mut entity = None;
            if let Some(entry) = writer.push(&self.registry, &op, standing)
                && let Some(id) = op.ent
            {
                for (each, view) in writer.views_of(&id) {
                    overlay.views.insert((id, each.kind.number), (each, Arc::new(view)));
                }
                changed.push((entry.kind.name, id, op.id));
                entity = Some(Ref::new(entry.kind.name, id));
            }
            mark_state(&mut overlay.batch, &op.id, &standing);
            let (id, log, seq) = (op.id, op.log, one.op.header().seq);
            done.ops.push(Written { id, entity, place: op.place, log, seq });
            overlay.fold_ops.push(op);
        }
    }

    /// What a command comes to: the entity's line, its id, and the item to seal.
    fn item(
        &self,
        writer: &mut Writer,
        overlay: &Overlay,
        (job, by): (&Job, &Principal),
        command: &Command,
    ) -> Result<(&'static Entry, EntityId, Unsealed), Error> {
        let refused = |refusal: Refusal| Error::refused(&command.entity, refusal);
        let entry = self.registry.by_name(&command.entity);
        let unknown = || refused(check::refuse("unknown-kind").with("kind", &command.entity));
        let entry = entry.ok_or_else(unknown)?;
        let code = (entry.public_code)(&command.args);
        let derived = code.map(|code| EntityId::from_code(entry.kind.name, &code));
        let id = command.id.or(derived).unwrap_or_else(|| {
            let mut bytes = [0; 10];
            writer.chance.fill(&mut bytes);
            EntityId(bytes)
        });
        let look = Looking { record: self, overlay };
        let view = look.view(&Ref::new(entry.kind.name, id));
        if !view.exists() {
            check::own_id(entry, id, derived).map_err(refused)?;
        }
        if command.verb == "settle" {
            let ranks = |op: &OpId| writer.rank_of(op);
            let draft = settle(entry, &view, command, &by.actor, ranks).map_err(refused)?;
            return Ok((entry, id, draft));
        }
        let author = |op: &OpId| self.info(op).and_then(|i| i.account);
        let cx = Ctx { actor: &by.actor, now: job.now, lookup: &look, author: &author };
        let draft = check::check(entry, id, &view, command, &cx).map_err(refused)?;
        let mut item = Unsealed::from(draft);
        item.seen = command.seen.clone();
        if (20..=27).contains(&item.op.code) {
            // Rights in stock lie in a log of the store's place. Source: sync §3.
            let store = look.view(&Ref::new("lot", id)).int(ledger::entity::PLACE);
            item.place = store.and_then(|p| u64::try_from(p).ok()).map(PlaceCode);
        }
        Ok((entry, id, item))
    }
}

pub(super) fn put_view(batch: &mut Batch, entry: &Entry, view: &View, now: UnixMillis) {
    let (kind, ent) = (entry.kind.number, view.id);
    let bytes = view.encode_kept();
    batch.states.push(EntityRow { kind, ent, fold_version: FOLD_VERSION, bytes });
    batch.facets.push((kind, ent, facets(entry, view)));
    let row = |d: ledger::fold::DisputeRow| DisputeRow {
        ent,
        kind,
        field: d.field,
        op: d.op,
        reason: d.reason.to_owned(),
        since: now,
    };
    batch.disputes.push((kind, ent, disputes(view).into_iter().map(row).collect()));
}

fn mark_state(batch: &mut Batch, id: &OpId, standing: &Standing) {
    let state = ledger::op_store::OpState::from_number(standing.verdict.number().into());
    if let (Some(state), Some(stored)) =
        (state, batch.ops.iter_mut().rev().find(|o| o.op.id() == *id))
    {
        stored.state = state;
    }
}
