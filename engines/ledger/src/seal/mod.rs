//! Sealing: drafts become ops with author, log, seq, stamp, hash and signature.
//!
//! One submit is sealed whole or not at all. Time, randomness, data keys and what an author has
//! seen are asked of a [`Source`]; where each log stands is kept in [`Chains`] between commits.
//! Nothing here asks whether an author may: that was `check`'s and the authorizer's question.
//! Source: sync §2, §3, §4.

use std::collections::BTreeMap;

use kernel::{
    CLOCKS_DIFFER_MAX_MS, ClockQuality, EntityId, KeyId, Kind, OpId, PlaceCode, Stamp, UnixMillis,
};

use crate::cert::{Body, Settle, beside};
use crate::crypt::{CryptError, DataKey, encrypt_body};
use crate::entity::{DataClass, Draft, Lane, OpType, Topic};
use crate::key::{PublicKey, SecretKey};
use crate::log::Descriptor;
use crate::op::{DEP_MAX, Dep, Header, Op, OpError, SUP_MAX, body_bytes, code};
use crate::value::Value;

#[cfg(test)]
mod tests;

/// The last op of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its seq.
    pub seq: u32,
    /// Its id.
    pub id: OpId,
    /// The highest stamp of the log.
    pub t: Stamp,
}

/// Where an author may go on: the log, its head, and the older epochs that a new one names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogState {
    /// The log.
    pub log: Descriptor,
    /// Its last op; `None`: it is yet to be opened.
    pub head: Option<Head>,
    /// Heads of older epochs, newest first.
    pub older: Vec<Dep>,
}

impl LogState {
    /// The next epoch of the same log, at wall time `wall`.
    ///
    /// Its number is the time in seconds where that is higher than the next number, so that a
    /// backup restored twice never opens one epoch twice.
    pub fn next_epoch(&self, wall: UnixMillis) -> LogState {
        let mut log = self.log.clone();
        log.epoch = next_epoch(log.epoch, wall);
        let mut older = self.older.clone();
        if let Some(head) = &self.head {
            older.insert(0, Dep { log: self.log.id(), seq: head.seq });
        }
        LogState { log, head: None, older }
    }
}

/// The number of the epoch after `epoch`; see [`LogState::next_epoch`].
pub fn next_epoch(epoch: u32, wall: UnixMillis) -> u32 {
    let seconds = u32::try_from(wall.0.div_euclid(1000)).unwrap_or(0);
    epoch.saturating_add(1).max(seconds)
}

/// Who seals, in whose name, and when.
#[derive(Clone, Copy, Debug)]
pub struct Author<'a> {
    /// The key that signs.
    pub key: &'a SecretKey,
    /// The unit in whose name.
    pub place: PlaceCode,
    /// The person a node signs for.
    pub obo: Option<KeyId>,
    /// Wall clock.
    pub wall: UnixMillis,
    /// How far it can be trusted.
    pub clk: ClockQuality,
}

/// What is to be written, before it has an author.
#[derive(Clone, Debug, PartialEq)]
pub struct Unsealed {
    /// Op type: topic, lane and class follow from it.
    pub op: OpType,
    /// The entity it is about.
    pub ent: Option<(Kind, EntityId)>,
    /// Body map.
    pub body: BTreeMap<u64, Value>,
    /// The log's place, where it is not the author's: a store's, a team's base.
    pub place: Option<PlaceCode>,
    /// Positions in other logs it relies on.
    pub dep: Vec<Dep>,
    /// What its author saw; `None`: all heads here now.
    pub seen: Option<Vec<OpId>>,
}

impl Unsealed {
    /// An op about no entity: a certificate, a receipt, a checkpoint.
    pub fn bare<B: Body>(op: OpType, body: &B) -> Self {
        let body = body.to_map();
        Unsealed { op, ent: None, body, place: None, dep: Vec::new(), seen: None }
    }
}

impl From<Draft> for Unsealed {
    fn from(draft: Draft) -> Self {
        let Draft { kind, id, op, body } = draft;
        Unsealed { op, ent: Some((kind, id)), body, place: None, dep: Vec::new(), seen: None }
    }
}

/// What sealing asks of the node.
pub trait Source {
    /// Where the author may go on in the log of this place, topic and lane.
    ///
    /// # Errors
    /// A sentence where the store cannot tell.
    fn log(
        &mut self,
        author: &PublicKey,
        place: PlaceCode,
        topic: Topic,
        lane: Lane,
    ) -> Result<LogState, String>;
    /// Heads of an entity here: ops about it that no other op has seen.
    ///
    /// # Errors
    /// A sentence where the store cannot tell.
    fn heads(&mut self, ent: &EntityId) -> Result<Vec<OpId>, String>;
    /// The data key for a body of class 2 or 3; `None` where there is none.
    fn data_key(&mut self, item: &Unsealed) -> Option<DataKey>;
    /// Fresh random bytes for one encrypted body.
    fn nonce(&mut self) -> [u8; 24];
}

/// Why a submit could not be sealed. Nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The op would break a limit.
    #[error(transparent)]
    Op(#[from] OpError),
    /// The body could not be encrypted.
    #[error(transparent)]
    Crypt(#[from] CryptError),
    /// A body of class 2 or 3 without a data key.
    #[error("a body of class 2 or 3 (type code {0}) has no data key")]
    NoDataKey(u32),
    /// The store could not say where a log or an entity stands.
    #[error("the store cannot say what stands: {0}")]
    Source(String),
    /// The log is full: 2^32 ops.
    #[error("the log is full")]
    LogFull,
}

/// An op with the descriptor of its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The log.
    pub log: Descriptor,
    /// The op.
    pub op: Op,
    /// Number of the entity's kind, where it is about one.
    pub kind: Option<u16>,
}

type Line = (PublicKey, PlaceCode, Topic, Lane);

/// Where own logs and entities stand after what was sealed and is not yet committed.
///
/// A commit that failed must [`Chains::forget`], so that the store is asked again.
#[derive(Clone, Debug, Default)]
pub struct Chains {
    logs: BTreeMap<Line, LogState>,
    heads: BTreeMap<EntityId, Vec<OpId>>,
}

impl Chains {
    /// Forgets everything: the next seal asks the store.
    pub fn forget(&mut self) {
        *self = Chains::default();
    }

    /// Forgets what is known of entities, after a commit: ops from elsewhere may come.
    pub fn committed(&mut self) {
        self.heads.clear();
    }
}

/// Seals one submit, in order, all or nothing.
///
/// # Errors
/// [`SealError`]; `chains` is then as before.
pub fn seal(
    author: &Author<'_>,
    items: Vec<Unsealed>,
    chains: &mut Chains,
    source: &mut dyn Source,
) -> Result<Vec<Sealed>, SealError> {
    let mut work = Work { author, source, chains, logs: BTreeMap::new(), heads: BTreeMap::new() };
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        work.seal(item, &mut out)?;
    }
    let Work { logs, heads, .. } = work;
    chains.logs.extend(logs);
    chains.heads.extend(heads);
    Ok(out)
}

struct Work<'a> {
    author: &'a Author<'a>,
    source: &'a mut dyn Source,
    chains: &'a Chains,
    logs: BTreeMap<Line, LogState>,
    heads: BTreeMap<EntityId, Vec<OpId>>,
}

impl Work<'_> {
    fn seal(&mut self, mut item: Unsealed, out: &mut Vec<Sealed>) -> Result<(), SealError> {
        let Some((kind, ent)) = item.ent else {
            return self.write(&item, &[], out).map(drop);
        };
        let mut left = self.heads_of(&ent)?;
        let mut sup = item.seen.take().unwrap_or_else(|| left.clone());
        left.retain(|head| !sup.contains(head));
        while sup.len() > SUP_MAX {
            sup = self.name_the_rest(kind, ent, &item, sup, out)?;
        }
        left.push(self.write(&item, &sup, out)?);
        self.heads.insert(ent, left);
        Ok(())
    }

    fn heads_of(&mut self, ent: &EntityId) -> Result<Vec<OpId>, SealError> {
        match self.heads.get(ent).or_else(|| self.chains.heads.get(ent)) {
            Some(heads) => Ok(heads.clone()),
            None => self.source.heads(ent).map_err(SealError::Source),
        }
    }

    /// Writes a settle without a field that names 16 heads, so that one op can stand for them.
    fn name_the_rest(
        &mut self,
        kind: Kind,
        ent: EntityId,
        item: &Unsealed,
        mut sup: Vec<OpId>,
        out: &mut Vec<Sealed>,
    ) -> Result<Vec<OpId>, SealError> {
        let named: Vec<OpId> = sup.drain(..SUP_MAX).collect();
        let settle = Settle { kind: kind.number, fields: BTreeMap::new(), reason: None };
        let op = beside(code::SETTLE, item.op.topic, item.op.lane);
        let body = settle.to_map();
        let place = item.place;
        let settle = Unsealed { op, ent: Some((kind, ent)), body, place, dep: vec![], seen: None };
        let id = self.write(&settle, &named, out)?;
        sup.push(id);
        Ok(sup)
    }

    fn write(
        &mut self,
        item: &Unsealed,
        sup: &[OpId],
        out: &mut Vec<Sealed>,
    ) -> Result<OpId, SealError> {
        let author = self.author;
        let place = item.place.unwrap_or(author.place);
        let line = (author.key.public(), place, item.op.topic, item.op.lane);
        let mut state = match self.logs.get(&line).or_else(|| self.chains.logs.get(&line)) {
            Some(state) => state.clone(),
            None => self.source.log(&line.0, line.1, line.2, line.3).map_err(SealError::Source)?,
        };
        let latest = author.wall.0.saturating_add(CLOCKS_DIFFER_MAX_MS);
        if state.head.is_some_and(|h| h.t.millis().0 > latest) {
            state = state.next_epoch(author.wall);
        }
        let (body, key) = self.body(item)?;
        let seq = match &state.head {
            None => 0,
            Some(head) => head.seq.checked_add(1).ok_or(SealError::LogFull)?,
        };
        let mut dep = item.dep.clone();
        if seq == 0 {
            let room = DEP_MAX.saturating_sub(dep.len());
            dep.extend(state.older.iter().take(room));
        }
        let header = Header {
            log: state.log.id(),
            seq,
            prev: state.head.map(|h| h.id),
            t: Stamp::next(author.wall, state.head.map(|h| h.t)),
            op_type: item.op.header_type(),
            ent: item.ent.map(|(_, ent)| ent),
            sup: sup.iter().map(OpId::prefix).collect(),
            body_hash: Default::default(),
            body_len: 0,
            clk: author.clk,
            class: item.op.class,
            key,
            obo: author.obo,
            dep,
            other: BTreeMap::new(),
        };
        let t = header.t;
        let op = Op::sign(header, body, author.key)?;
        let id = op.id();
        state.head = Some(Head { seq, id, t });
        out.push(Sealed { log: state.log.clone(), op, kind: item.ent.map(|(k, _)| k.number) });
        self.logs.insert(line, state);
        Ok(id)
    }

    fn body(&mut self, item: &Unsealed) -> Result<(Vec<u8>, Option<KeyId>), SealError> {
        let plain = body_bytes(&item.body);
        if item.op.class < DataClass::Personal {
            return Ok((plain, None));
        }
        let key = self.source.data_key(item).ok_or(SealError::NoDataKey(item.op.code))?;
        let ent = item.ent.map(|(_, ent)| ent);
        let nonce = self.source.nonce();
        let stored = encrypt_body(&key, nonce, ent.as_ref(), item.op.header_type(), &plain)?;
        Ok((stored, Some(key.id())))
    }
}
