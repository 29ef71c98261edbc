//! Logs as chains: what is whole, what a signature vouches for, where a log forks.
//!
//! [`Chains`] is what authority asks about logs; a store answers it from its tables. [`LogSet`] is
//! the same in memory, for ops that come in any order. Nothing here judges what an op is worth.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use kernel::{LogId, OpId};

use super::facts::KeyHash;
use crate::fault::{self, Fault};
use crate::fold::{Chained, FoldOp};

/// What authority may ask about logs. Only verified ops are known to it.
pub trait Chains {
    /// Key of the log's author; `None` where its descriptor is not here.
    fn author(&self, log: &LogId) -> Option<KeyHash>;
    /// Lowest seq at which two different verified ops lie in the log.
    fn fork(&self, log: &LogId) -> Option<u64>;
    /// Where a verified op lies.
    fn locate(&self, id: &OpId) -> Option<(LogId, u64)>;
    /// Whether `op` is `tip` or lies before it on its chain.
    fn on_chain(&self, tip: &OpId, op: &OpId) -> bool;
    /// Logs of this key.
    fn logs_of(&self, key: &KeyHash) -> Vec<LogId>;
}

#[derive(Clone, Copy)]
struct Held {
    log: LogId,
    seq: u64,
    prev: Option<OpId>,
    t: u64,
    /// Highest stamp of the ops before it; `None` for the first.
    before: Option<u64>,
    signed: bool,
    whole: bool,
    vouched: bool,
}

/// Ids, hardly ever more than one.
enum Few {
    One(OpId),
    Many(BTreeSet<OpId>),
}

impl Few {
    /// Puts an id to those of a key; how many there are then.
    fn put<K: Ord>(all: &mut BTreeMap<K, Few>, key: K, id: OpId) -> usize {
        let few = match all.entry(key) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                entry.insert(Few::One(id));
                return 1;
            }
        };
        if let Few::One(one) = few
            && *one != id
        {
            *few = Few::Many(BTreeSet::from([*one, id]));
        }
        match few {
            Few::One(_) => 1,
            Few::Many(many) => {
                many.insert(id);
                many.len()
            }
        }
    }

    fn iter(&self) -> impl Iterator<Item = &OpId> {
        let (one, many) = match self {
            Few::One(one) => (Some(one), None),
            Few::Many(many) => (None, Some(many)),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }
}

/// Headers of any number of logs, in any order of arrival.
#[derive(Default)]
pub struct LogSet {
    authors: BTreeMap<LogId, KeyHash>,
    ops: BTreeMap<OpId, Held>,
    waiting: BTreeMap<OpId, Few>,
    orphans: BTreeMap<LogId, BTreeSet<OpId>>,
    at: BTreeMap<(LogId, u64), Few>,
    forks: BTreeMap<LogId, u64>,
}

impl LogSet {
    /// None yet.
    pub fn new() -> Self {
        LogSet::default()
    }

    /// Makes a log's author known; answers the ops whose chain that completes.
    pub fn log(&mut self, log: LogId, author: KeyHash) -> Vec<OpId> {
        if self.authors.insert(log, author).is_some() {
            return Vec::new();
        }
        let roots = self.orphans.remove(&log).unwrap_or_default();
        let mut changed = BTreeSet::new();
        for id in roots {
            self.settle(id, &mut changed);
        }
        changed.into_iter().collect()
    }

    /// Takes an op's header; answers the ops, itself included, whose lie in the log is new.
    pub fn insert(&mut self, op: &FoldOp, signed: bool) -> Vec<OpId> {
        if let Some(held) = self.ops.get_mut(&op.id) {
            if !signed || held.signed {
                return Vec::new();
            }
            held.signed = true;
            let mut changed = BTreeSet::new();
            if held.whole {
                self.vouch(op.id, &mut changed);
            }
            return changed.into_iter().collect();
        }
        let (log, seq, prev) = (op.log, op.seq, op.prev);
        let held =
            Held { log, seq, prev, t: op.t.0, before: None, signed, whole: false, vouched: false };
        self.ops.insert(op.id, held);
        match op.prev {
            Some(prev) => drop(Few::put(&mut self.waiting, prev, op.id)),
            None => drop(self.orphans.entry(op.log).or_default().insert(op.id)),
        }
        let mut changed = BTreeSet::from([op.id]);
        self.settle(op.id, &mut changed);
        changed.into_iter().collect()
    }

    /// Marks `id` and what waits for it as whole where it is.
    fn settle(&mut self, id: OpId, changed: &mut BTreeSet<OpId>) {
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            let Some(held) = self.ops.get(&id).copied() else { continue };
            if held.whole || !self.authors.contains_key(&held.log) {
                continue;
            }
            let before = match held.prev {
                None if held.seq == 0 => None,
                None => continue,
                Some(prev) => match self.ops.get(&prev) {
                    Some(p) if p.whole && p.log == held.log && p.seq + 1 == held.seq => {
                        Some(p.before.unwrap_or(0).max(p.t))
                    }
                    _ => continue,
                },
            };
            if let Some(held) = self.ops.get_mut(&id) {
                held.whole = true;
                held.before = before;
            }
            changed.insert(id);
            if held.signed || fault::on(Fault::UnsignedTwinForks) {
                self.vouch(id, changed);
            }
            todo.extend(self.waiting.get(&id).into_iter().flat_map(Few::iter).copied());
        }
    }

    /// A signature on `id` vouches for it and all before it.
    fn vouch(&mut self, id: OpId, changed: &mut BTreeSet<OpId>) {
        let mut at = Some(id);
        while let Some(id) = at {
            let Some(held) = self.ops.get_mut(&id) else { return };
            if held.vouched {
                return;
            }
            held.vouched = true;
            at = held.prev;
            let (log, seq) = (held.log, held.seq);
            changed.insert(id);
            if Few::put(&mut self.at, (log, seq), id) > 1 {
                let fork = self.forks.entry(log).or_insert(seq);
                *fork = seq.min(*fork);
            }
        }
    }

    /// How an op lies in its log; `None` where it is not here.
    pub fn chained(&self, id: &OpId) -> Option<Chained> {
        let held = self.ops.get(id)?;
        Some(match held {
            Held { whole: false, .. } => Chained::Broken,
            Held { vouched: false, .. } => Chained::Unsigned,
            Held { before: Some(before), t, .. } if before >= t => Chained::NotRising,
            _ => Chained::Verified,
        })
    }

    /// Forked logs with the seq from which they are frozen.
    pub fn forks(&self) -> &BTreeMap<LogId, u64> {
        &self.forks
    }
}

impl Chains for LogSet {
    fn author(&self, log: &LogId) -> Option<KeyHash> {
        self.authors.get(log).copied()
    }

    fn fork(&self, log: &LogId) -> Option<u64> {
        self.forks.get(log).copied()
    }

    fn locate(&self, id: &OpId) -> Option<(LogId, u64)> {
        self.ops.get(id).filter(|h| h.whole && h.vouched).map(|h| (h.log, h.seq))
    }

    fn on_chain(&self, tip: &OpId, op: &OpId) -> bool {
        let (Some(mut at), Some(want)) = (self.ops.get(tip), self.ops.get(op)) else {
            return false;
        };
        if at.log != want.log || want.seq > at.seq {
            return false;
        }
        let frozen = self.forks.get(&at.log).copied().unwrap_or(u64::MAX);
        if want.seq < frozen {
            return want.whole && want.vouched;
        }
        let mut id = *tip;
        while at.seq > want.seq {
            let Some(prev) = at.prev else { return false };
            let Some(held) = self.ops.get(&prev) else { return false };
            (id, at) = (prev, held);
        }
        id == *op
    }

    fn logs_of(&self, key: &KeyHash) -> Vec<LogId> {
        self.authors.iter().filter(|a| a.1 == key).map(|a| *a.0).collect()
    }
}
