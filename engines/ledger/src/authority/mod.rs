//! What a signature was worth, decided from the root down and equal on every node.
//!
//! Knows certificates, revocations, pins and clock corrections, and asks [`Chains`] about logs. It
//! knows no post table and grants nothing: who may do or see what on a node is decided elsewhere.
//!
//! Level 0 are the roots; a key's level is its issuers' plus 1; a certificate, revocation or pin
//! counts only from a smaller level, so that no keys can certify or revoke each other in a circle.
//! The worth is a function of the set of ops; the order in which they came cannot show.

mod chain;
mod facts;
mod level;
mod standing;
mod worth;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use kernel::{KeyId, LogId, OpId};

pub use chain::{Chains, LogSet};
pub use facts::{
    CertFact, ClockFixFact, KeyFact, KeyHash, PinFact, RevokeFact, Roles, Trust, key_id,
};
pub use standing::{Ground, Marks, Standing, Verdict};

use crate::fold::FoldOp;
use level::Levels;

/// How long an expired certificate still works in a cut, seconds. Source: sync §12.
pub const STALE_S: i64 = 30 * 86_400;

/// Type codes that are a node's own acts: a person named in them does not lower their worth.
/// Certificates, revocations, clock corrections, receipts. Source: sync §4.
pub const OWN_ACTS: &[u32] = &[40, 41, 44, 50];

/// Codes of ops about stock and team rights, whose logs lie at a store's place. Source: sync §3.
pub(crate) const RIGHTS: std::ops::RangeInclusive<u32> = 20..=27;

/// What an admitted op changes for others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Keys of which signatures may be worth something else now; ops of their logs, and ops that
    /// name them in `obo`, are to be judged again.
    pub keys: BTreeSet<KeyHash>,
    /// Logs of which ops are to be judged again: those of `keys`, those that are known to name
    /// them in `obo`, and forked logs with new pins.
    pub logs: BTreeSet<LogId>,
}

impl Change {
    /// Whether nothing else changed.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.logs.is_empty()
    }
}

/// A key op without its body, and what it says.
#[derive(Clone, Debug)]
pub(crate) struct KeyOp {
    op: FoldOp,
    fact: Option<KeyFact>,
}

/// All that decides what signatures are worth.
pub struct Authority {
    roots: BTreeSet<KeyHash>,
    known: BTreeSet<u32>,
    ops: BTreeMap<OpId, KeyOp>,
    authors: BTreeSet<KeyHash>,
    obo: BTreeMap<KeyId, BTreeSet<LogId>>,
    levels: Levels,
}

impl Authority {
    /// With these trusted roots, for a program that knows these header types.
    pub fn new(roots: impl IntoIterator<Item = KeyHash>, known: BTreeSet<u32>) -> Self {
        let roots: BTreeSet<_> = roots.into_iter().collect();
        let levels = Levels::roots(&roots);
        let (ops, authors, obo) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
        Authority { roots, known, ops, authors, obo, levels }
    }

    /// Takes many ops at once, in any order: at start, or a bundle.
    ///
    /// Key ops are those with type codes 40, 41, 44, 50 (and 62 as a pin); `fact` is what the body
    /// says, `None` where the body is not here. Other ops are only noted for whom they name.
    pub fn admit_all<'a>(
        &mut self,
        ops: impl IntoIterator<Item = (&'a FoldOp, Option<KeyFact>)>,
        chains: &dyn Chains,
    ) -> Change {
        for (op, fact) in ops {
            self.note(op);
            if fact.is_some() || OWN_ACTS.contains(&op.code()) {
                self.keep(op, fact);
            }
        }
        self.derive(chains)
    }

    /// Takes one op that is in the log already: key ops change what others are worth, all others
    /// nothing. Call it for every op; it costs a look-up for those that are no key ops.
    pub fn admit(&mut self, op: &FoldOp, fact: Option<KeyFact>, chains: &dyn Chains) -> Change {
        self.note(op);
        let is_key_op = fact.is_some() || OWN_ACTS.contains(&op.code());
        let forked = chains.fork(&op.log).is_some();
        if !is_key_op {
            return Change { keys: BTreeSet::new(), logs: forked_log(forked, op) };
        }
        let same =
            self.ops.get(&op.id).is_some_and(|k| k.fact == fact && k.op.chained == op.chained);
        if same && !forked {
            return Change::default();
        }
        let plain = !forked && !self.ops.contains_key(&op.id) && self.is_plain(&fact);
        self.keep(op, fact);
        let mut change = if plain { self.take_plain(&op.id, chains) } else { self.derive(chains) };
        change.logs.extend(forked_log(forked, op));
        change
    }

    /// Decides everything again, where logs changed without a new op here: a fork, a descriptor,
    /// a signature that vouches for earlier ops.
    pub fn refresh(&mut self, chains: &dyn Chains) -> Change {
        self.derive(chains)
    }

    /// The level of a key: 0 for a root, `None` for one that nobody with a level certified.
    pub fn level(&self, key: &KeyHash) -> Option<u32> {
        self.levels.level.get(key).copied()
    }

    /// Certificates that count for this key, in the order of their ids.
    pub fn certificates(&self, key: &KeyHash) -> Vec<(OpId, CertFact)> {
        let certs = self.levels.certs.get(key);
        certs.into_iter().flatten().map(|c| (c.id, c.fact.clone())).collect()
    }

    /// The one certified key or root with this short name.
    pub fn key_of(&self, id: &KeyId) -> Option<KeyHash> {
        self.levels.key_of(id)
    }

    fn note(&mut self, op: &FoldOp) {
        if let Some(person) = op.obo {
            self.obo.entry(person).or_default().insert(op.log);
        }
    }

    fn keep(&mut self, op: &FoldOp, fact: Option<KeyFact>) {
        let op = FoldOp { body: None, sup: op.sup.clone(), ..*op };
        self.authors.insert(op.author);
        self.ops.insert(op.id, KeyOp { op, fact });
    }

    /// Whether a fact cannot change what other key ops are worth: a pin, or a first certificate of
    /// a key that has written no key op.
    fn is_plain(&self, fact: &Option<KeyFact>) -> bool {
        match fact {
            None => true,
            Some(KeyFact::Pins(_)) => true,
            Some(KeyFact::Cert(c)) => {
                !self.levels.level.contains_key(&c.subject) && !self.authors.contains(&c.subject)
            }
            Some(_) => false,
        }
    }

    fn take_plain(&mut self, id: &OpId, chains: &dyn Chains) -> Change {
        let Some(key_op) = self.ops.get(id) else { return Change::default() };
        if let Some(KeyFact::Pins(pins)) = &key_op.fact
            && pins.iter().any(|p| chains.fork(&p.log).is_some())
        {
            return self.derive(chains);
        }
        let before = match &key_op.fact {
            Some(KeyFact::Cert(c)) => Some(c.subject),
            _ => None,
        };
        self.levels.take(key_op, &self.known, chains);
        let certified = before.filter(|key| self.levels.level.contains_key(key));
        self.change(certified.into_iter().collect(), BTreeSet::new(), chains)
    }

    fn derive(&mut self, chains: &dyn Chains) -> Change {
        let next = Levels::derive(&self.roots, &self.ops, &self.known, chains);
        let (keys, logs) = self.levels.differences(&next, chains);
        self.levels = next;
        self.change(keys, logs, chains)
    }

    fn change(
        &self,
        keys: BTreeSet<KeyHash>,
        mut logs: BTreeSet<LogId>,
        chains: &dyn Chains,
    ) -> Change {
        for key in &keys {
            logs.extend(chains.logs_of(key));
            logs.extend(self.obo.get(&key_id(key)).into_iter().flatten());
        }
        Change { keys, logs }
    }
}

fn forked_log(forked: bool, op: &FoldOp) -> BTreeSet<LogId> {
    if forked { BTreeSet::from([op.log]) } else { BTreeSet::new() }
}
