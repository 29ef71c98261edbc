//! Levels of keys: what counts of certificates, revocations, pins and clock corrections.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{KeyId, LogId, OpId, Prefix};

use super::KeyOp;
use super::chain::Chains;
use super::facts::{CertFact, ClockFixFact, KeyFact, KeyHash, Roles, Trust, key_id};
use super::standing::{Ground, Standing, Verdict};
use crate::fault::{self, Fault};

/// A certificate that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cert {
    pub id: OpId,
    pub sup: Vec<Prefix>,
    pub fact: CertFact,
}

/// A revocation that counts for those below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Revocation {
    pub by: KeyHash,
    pub level: u32,
    pub trust: Vec<Trust>,
}

/// What counts, key by key.
#[derive(Clone, Debug, Default)]
pub(super) struct Levels {
    pub level: BTreeMap<KeyHash, u32>,
    pub short: BTreeMap<KeyId, BTreeSet<KeyHash>>,
    pub certs: BTreeMap<KeyHash, Vec<Cert>>,
    pub issuers: BTreeMap<KeyHash, BTreeSet<KeyHash>>,
    pub revoked: BTreeMap<KeyHash, Vec<Revocation>>,
    pub pins: BTreeMap<LogId, BTreeSet<(u32, OpId)>>,
    pub fixes: BTreeMap<LogId, BTreeSet<(u64, u64)>>,
    pub judged: BTreeMap<OpId, Standing>,
}

impl Levels {
    /// Roots only.
    pub fn roots(roots: &BTreeSet<KeyHash>) -> Self {
        let mut levels = Levels::default();
        for root in roots {
            levels.set_level(*root, 0);
        }
        levels
    }

    fn set_level(&mut self, key: KeyHash, level: u32) {
        self.level.entry(key).or_insert(level);
        self.short.entry(key_id(&key)).or_default().insert(key);
    }

    /// From the root down: all key ops of one level, then the keys these certify.
    pub fn derive(
        roots: &BTreeSet<KeyHash>,
        ops: &BTreeMap<OpId, KeyOp>,
        known: &BTreeSet<u32>,
        chains: &dyn Chains,
    ) -> Self {
        let mut by_author: BTreeMap<KeyHash, Vec<&KeyOp>> = BTreeMap::new();
        for key_op in ops.values() {
            by_author.entry(key_op.op.author).or_default().push(key_op);
        }
        let mut levels = Levels::roots(roots);
        let mut keys: Vec<KeyHash> = roots.iter().copied().collect();
        let mut level = 0;
        while !keys.is_empty() {
            let of_keys = keys.iter().filter_map(|k| by_author.get(k)).flatten();
            let mut mine: Vec<&KeyOp> = of_keys.copied().collect();
            mine.sort_by_key(|k| k.op.id);
            // What a key itself reports as mis-timed has a doubtful clock: corrections come first.
            let is_fix = |k: &&KeyOp| matches!(k.fact, Some(KeyFact::ClockFix(_)));
            let (fixes, rest): (Vec<&KeyOp>, Vec<&KeyOp>) = mine.iter().partition(|k| is_fix(k));
            for key_op in fixes.into_iter().chain(rest) {
                levels.judge_key_op(key_op, known, chains);
            }
            for key_op in mine {
                levels.take_fact(key_op, level);
            }
            level += 1;
            let at = levels.level.iter().filter(|l| *l.1 == level);
            keys = at.map(|l| *l.0).collect();
        }
        for key_op in ops.values() {
            let nobody = Standing::not_folded(Verdict::Quarantined(Ground::NoCertificate));
            let standing = chained(key_op).unwrap_or(nobody);
            levels.judged.entry(key_op.op.id).or_insert(standing);
        }
        levels
    }

    /// Takes one op that cannot change what other key ops are worth.
    pub fn take(&mut self, key_op: &KeyOp, known: &BTreeSet<u32>, chains: &dyn Chains) {
        self.judge_key_op(key_op, known, chains);
        if let Some(level) = self.level.get(&key_op.op.author).copied() {
            self.take_fact(key_op, level);
        }
    }

    fn judge_key_op(&mut self, key_op: &KeyOp, known: &BTreeSet<u32>, chains: &dyn Chains) {
        let standing = self.worth(&key_op.op, known, chains);
        self.judged.insert(key_op.op.id, standing);
        let Some(KeyFact::ClockFix(fixes)) = &key_op.fact else { return };
        if standing.verdict != Verdict::Folded {
            return;
        }
        for ClockFixFact { log, from, to } in fixes {
            let author = chains.author(log);
            let own = author == Some(key_op.op.author)
                || (author.is_some() && fault::on(Fault::AnybodysClockFix));
            if own {
                self.fixes.entry(*log).or_default().insert((*from, *to));
            }
        }
    }

    fn take_fact(&mut self, key_op: &KeyOp, level: u32) {
        let id = key_op.op.id;
        let Some(standing) = self.judged.get(&id).copied() else { return };
        if standing.verdict != Verdict::Folded {
            return;
        }
        match &key_op.fact {
            Some(KeyFact::Cert(fact)) => {
                if let Err(ground) = self.take_cert(key_op, fact, level, &standing) {
                    let quarantined = Verdict::Quarantined(ground);
                    self.judged.insert(id, Standing { verdict: quarantined, ..standing });
                }
            }
            Some(KeyFact::Revoke(fact)) => {
                let trust = fact.trust.clone();
                let revocation = Revocation { by: key_op.op.author, level, trust };
                self.revoked.entry(fact.key).or_default().push(revocation);
            }
            Some(KeyFact::Pins(pins)) => {
                for pin in pins {
                    self.pins.entry(pin.log).or_default().insert((level, pin.id));
                }
            }
            Some(KeyFact::ClockFix(_)) | None => {}
        }
    }

    fn take_cert(
        &mut self,
        key_op: &KeyOp,
        fact: &CertFact,
        level: u32,
        standing: &Standing,
    ) -> Result<(), Ground> {
        let (id, author) = (key_op.op.id, key_op.op.author);
        // "Under" is read from the paths that certificates carry, from no table.
        let sworn = self.sworn(&key_op.op, &author, self.clock(&key_op.op));
        let under = sworn.certs.iter().any(|c| fact.path.starts_with(&c.fact.path));
        if level > 0 && !(under && standing.roles.has(Roles::ISSUE)) {
            return Err(Ground::NotIssuer);
        }
        if self.level.get(&fact.subject).copied().unwrap_or(level + 1) <= level {
            return Err(Ground::NotAbove);
        }
        self.set_level(fact.subject, level + 1);
        self.issuers.entry(fact.subject).or_default().insert(author);
        let certs = self.certs.entry(fact.subject).or_default();
        let at = certs.partition_point(|c| c.id < id);
        certs.insert(at, Cert { id, sup: key_op.op.sup.clone(), fact: fact.clone() });
        Ok(())
    }

    /// Keys above `key`: its issuers, theirs, and so on.
    pub fn above(&self, key: &KeyHash) -> BTreeSet<KeyHash> {
        let (mut out, mut todo) = (BTreeSet::new(), vec![*key]);
        while let Some(key) = todo.pop() {
            for issuer in self.issuers.get(&key).into_iter().flatten() {
                if out.insert(*issuer) {
                    todo.push(*issuer);
                }
            }
        }
        out
    }

    /// Revocations that count for a key: from above it.
    pub fn revocations(&self, key: &KeyHash) -> Vec<&Revocation> {
        let Some(revoked) = self.revoked.get(key) else { return Vec::new() };
        let level = self.level.get(key).copied().unwrap_or(0);
        let above = self.above(key);
        let counts = |r: &&Revocation| {
            r.level < level && (above.contains(&r.by) || fault::on(Fault::AnybodyRevokes))
        };
        revoked.iter().filter(counts).collect()
    }

    /// The one key with this short name.
    pub fn key_of(&self, id: &KeyId) -> Option<KeyHash> {
        let keys = self.short.get(id)?;
        if keys.len() == 1 { keys.first().copied() } else { None }
    }

    /// Keys, and forked logs, for which two states differ.
    pub fn differences(
        &self,
        next: &Levels,
        chains: &dyn Chains,
    ) -> (BTreeSet<KeyHash>, BTreeSet<LogId>) {
        let mut keys = BTreeSet::new();
        for key in self.level.keys().chain(next.level.keys()) {
            let same = self.level.get(key) == next.level.get(key)
                && self.certs.get(key) == next.certs.get(key)
                && self.revocations(key) == next.revocations(key)
                && self.key_of(&key_id(key)) == next.key_of(&key_id(key));
            if !same {
                keys.insert(*key);
            }
        }
        let mut logs = BTreeSet::new();
        for log in self.pins.keys().chain(next.pins.keys()) {
            if chains.fork(log).is_some() && self.pins.get(log) != next.pins.get(log) {
                logs.insert(*log);
            }
        }
        for log in self.fixes.keys().chain(next.fixes.keys()) {
            if self.fixes.get(log) != next.fixes.get(log) {
                logs.insert(*log);
            }
        }
        for (id, standing) in &next.judged {
            if self.judged.get(id).is_some_and(|s| s != standing)
                && let Some((log, _)) = chains.locate(id)
            {
                logs.insert(log);
            }
        }
        (keys, logs)
    }
}

/// What the log alone says of an op that does not count; `None` where it is verified.
pub(super) fn chained(key_op: &KeyOp) -> Option<Standing> {
    super::worth::chained(&key_op.op)
}
