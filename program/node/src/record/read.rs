//! Reading the record: what is known of an op, divisions for "under", look-ups for others.

use kernel::{OpId, PlaceCode, UnixSeconds};
use ledger::authority::CertFact;
use ledger::entity::{HAPPENED_AT, OBSERVED_AT, VERB};
use ledger::op_store::StoredOp;
use ledger::{Descriptor, Value};

use super::{Record, lock};
use crate::describe::{OpInfo, Ops};
use crate::error::Error;

/// How many ops are remembered with what is known of them.
const INFOS: usize = 50_000;

impl Record {
    /// The certificates of this node's own key that count.
    pub fn own_certificates(&self) -> Vec<CertFact> {
        let key = kernel::hash(&self.author.public().0);
        let certificates = lock(&self.writer).authority.certificates(&key);
        certificates.into_iter().map(|(_, fact)| fact).collect()
    }

    /// Whether `place` is `above` or lies under it, by the division table of the working area.
    pub fn is_under(&self, place: PlaceCode, above: PlaceCode) -> bool {
        let under = self.under.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        place == above || under(place, above)
    }

    /// An op as kept, with its log.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is not here.
    pub fn stored(&self, id: &OpId) -> Result<(StoredOp, Descriptor), Error> {
        let found = self.read(|store| {
            let Some(op) = store.op(id)? else { return Ok(None) };
            let log = store.log(&op.op.header().log)?;
            Ok(log.map(|row| (op, row.log)))
        })?;
        found.ok_or_else(|| Error::NotFound(id.to_string()))
    }

    /// Logs of which two signed branches are held, with the seq from which they are frozen: one key
    /// wrote in two places. Source: sync §3.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn forked(&self) -> Result<Vec<(Descriptor, u64)>, Error> {
        let forks = lock(&self.writer).logs.forks().clone();
        let mut found = Vec::with_capacity(forks.len());
        for (log, seq) in forks {
            let row = self.read(|store| store.log(&log))?;
            found.extend(row.map(|row| (row.log, seq)));
        }
        Ok(found)
    }

    /// The plain body of an op, where this node may open it.
    pub fn body(&self, op: &ledger::Op) -> Option<std::collections::BTreeMap<u64, Value>> {
        match op.header().key {
            None => op.body().ok(),
            Some(_) => lock(&self.writer).open_body(op),
        }
    }
}

impl Ops for Record {
    fn info(&self, id: &OpId) -> Option<OpInfo> {
        if let Some(known) = lock(&self.infos).get(id) {
            return Some(known.clone());
        }
        let (stored, log) = self.stored(id).ok()?;
        let info = self.describe(&stored, &log);
        let mut infos = lock(&self.infos);
        if infos.len() >= INFOS {
            infos.clear();
        }
        infos.insert(*id, info.clone());
        Some(info)
    }
}

impl Record {
    /// What is known of an op beside its content.
    pub fn info(&self, id: &OpId) -> Option<OpInfo> {
        Ops::info(self, id)
    }

    /// What is known of a stored op beside its content.
    pub fn describe(&self, stored: &StoredOp, log: &Descriptor) -> OpInfo {
        let header = stored.op.header();
        let body = stored.op.body().unwrap_or_default();
        let seconds = |key: u8| body.get(&u64::from(key)).and_then(Value::as_int).map(UnixSeconds);
        let verb = body.get(&u64::from(VERB)).and_then(Value::as_int);
        let names = self.names.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let person = header.obo.and_then(|key| names(&key));
        let by = match &person {
            Some((_, name)) => name.clone(),
            None => header.obo.unwrap_or_else(|| log.author.key_id()).to_string(),
        };
        OpInfo {
            account: person.map(|p| p.0),
            by,
            place: log.place,
            happened_at: seconds(HAPPENED_AT),
            observed_at: seconds(OBSERVED_AT),
            entered_at: header.t.millis(),
            received_at: stored.received,
            verb: verb.and_then(|v| u8::try_from(v).ok()),
        }
    }
}
