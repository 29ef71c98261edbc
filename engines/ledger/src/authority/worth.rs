//! The worth of one op: its log, revocations, forks, certificates, clock, and for whom it is
//! signed.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{ClockQuality, OpId, Prefix};

use super::chain::Chains;
use super::facts::{KeyHash, Roles};
use super::level::{Cert, Levels};
use super::standing::{Ground, Marks, Standing, Verdict};
use super::{Authority, OWN_ACTS, RIGHTS, STALE_S};
use crate::fault::{self, Fault};
use crate::fold::{Chained, FoldOp};

/// Rank of a root's own signature.
const ROOT_RANK: u8 = 99;

/// What certificates make of a signature.
pub(super) struct Sworn<'a> {
    pub rank: u8,
    pub roles: Roles,
    pub certs: Vec<&'a Cert>,
    pub marks: Marks,
    pub fault: Option<Ground>,
}

fn doubtful(clk: ClockQuality) -> bool {
    use ClockQuality::{FreeRunning, SetByHand, Unknown};
    matches!(clk, Unknown | FreeRunning | SetByHand)
}

/// What the log alone says of an op that does not count; `None` where it is verified.
pub(super) fn chained(op: &FoldOp) -> Option<Standing> {
    let verdict = match op.chained {
        Chained::Verified => return None,
        Chained::NotRising => Verdict::Invalid(Ground::TimeNotRising),
        Chained::Unsigned => Verdict::Held(Ground::Unsigned),
        Chained::Broken => Verdict::Held(Ground::Chain),
    };
    Some(Standing::not_folded(verdict))
}

impl Authority {
    /// How an op stands now. Key ops are to be admitted first; ops of other types need not be.
    pub fn standing(&self, op: &FoldOp, chains: &dyn Chains) -> Standing {
        match self.levels.judged.get(&op.id) {
            Some(standing) if self.ops.get(&op.id).is_some_and(|k| k.op.chained == op.chained) => {
                *standing
            }
            _ => self.levels.worth(op, &self.known, chains),
        }
    }
}

impl Levels {
    /// How an op stands, with what counts of the levels above its author's.
    pub fn worth(&self, op: &FoldOp, known: &BTreeSet<u32>, chains: &dyn Chains) -> Standing {
        if let Some(standing) = chained(op) {
            return standing;
        }
        let quarantined = |ground| Standing::not_folded(Verdict::Quarantined(ground));
        let Some(level) = self.level.get(&op.author).copied() else {
            return quarantined(Ground::NoCertificate);
        };
        if !self.trusted(op, chains) {
            return quarantined(Ground::Revoked);
        }
        if self.frozen(op, level, chains) {
            return quarantined(Ground::Fork);
        }
        let clk = self.clock(op);
        let sworn = self.sworn(op, &op.author, clk);
        if let Some(ground) = sworn.fault {
            return quarantined(ground);
        }
        let (rank, roles, mut marks) = (sworn.rank, sworn.roles, sworn.marks);
        if doubtful(clk) {
            marks.add(Marks::CLOCK);
        }
        let verdict = if op.critical {
            Verdict::Unknown(Ground::CriticalKey)
        } else if known.contains(&op.header_type) {
            Verdict::Folded
        } else {
            Verdict::Unknown(Ground::Type)
        };
        let standing = Standing { verdict, rank, roles, marks };
        self.for_a_person(op, standing, clk)
    }

    /// A node for a person is worth the lesser of the two, with the roles both have.
    fn for_a_person(&self, op: &FoldOp, mut standing: Standing, clk: ClockQuality) -> Standing {
        let Some(person) = op.obo else { return standing };
        let own_act = OWN_ACTS.contains(&op.code());
        if own_act || standing.verdict != Verdict::Folded || fault::on(Fault::NodesRankForAPerson) {
            return standing;
        }
        let sworn = match self.key_of(&person) {
            Some(key) => self.sworn(op, &key, clk),
            None => Sworn::nothing(Ground::NoCertificate),
        };
        standing.marks.add(sworn.marks);
        if fault::on(Fault::PersonsRankByANode) {
            standing.rank = sworn.rank;
            standing.roles = sworn.roles;
        }
        standing.rank = standing.rank.min(sworn.rank);
        standing.roles = standing.roles.and(sworn.roles);
        if let Some(ground) = sworn.fault {
            standing.verdict = Verdict::Quarantined(ground);
        }
        standing
    }

    /// The clock of an op, after what its author corrected since.
    pub fn clock(&self, op: &FoldOp) -> ClockQuality {
        let fixes = self.fixes.get(&op.log).into_iter().flatten();
        let fixed = fixes.into_iter().any(|(from, to)| (*from..=*to).contains(&op.seq));
        if fixed { ClockQuality::SetByHand } else { op.clk }
    }

    /// No revocation from above takes it: listed log, up to the seq, on the branch of the named op.
    fn trusted(&self, op: &FoldOp, chains: &dyn Chains) -> bool {
        self.revocations(&op.author).iter().all(|revocation| {
            let listed = revocation.trust.iter().rev().find(|t| t.log == op.log);
            let Some(trust) = listed else { return fault::on(Fault::UnlistedLogTrusted) };
            if op.seq > trust.seq {
                return false;
            }
            if chains.locate(&trust.id).is_some() {
                return chains.on_chain(&trust.id, &op.id);
            }
            chains.fork(&op.log).is_none_or(|fork| op.seq < fork)
        })
    }

    /// In the frozen part of a forked log, and not on the one branch that is pinned from above.
    fn frozen(&self, op: &FoldOp, level: u32, chains: &dyn Chains) -> bool {
        let Some(fork) = chains.fork(&op.log) else { return false };
        let after = if fault::on(Fault::ForkNotFrozen) { op.seq == fork } else { op.seq >= fork };
        let revocation = op.code() == 41 && !fault::on(Fault::ForkUndoesARevocation);
        if !after || revocation {
            return false;
        }
        let pins = self.pins.get(&op.log).into_iter().flatten();
        let pins = pins.filter(|p| p.0 < level && !fault::on(Fault::PinsIgnored)).map(|p| p.1);
        let rulings = self.revocations(&op.author);
        let rulings = rulings.iter().flat_map(|r| &r.trust).filter(|t| t.log == op.log);
        let named: BTreeSet<OpId> = pins.chain(rulings.map(|t| t.id)).collect();
        let held = named.into_iter().filter_map(|id| Some((chains.locate(&id)?, id)));
        let held: Vec<_> = held.map(|((log, seq), id)| (log, seq, id)).collect();
        let Some(tip) = held.iter().max_by_key(|h| h.1) else { return true };
        let one = held.iter().all(|h| h.0 == op.log && chains.on_chain(&tip.2, &h.2));
        !(one && chains.on_chain(&tip.2, &op.id))
    }

    /// What the certificates of `key` for the log's place make of this op.
    pub fn sworn(&self, op: &FoldOp, key: &KeyHash, clk: ClockQuality) -> Sworn<'_> {
        if self.level.get(key) == Some(&0) {
            let (rank, roles, certs) = (ROOT_RANK, Roles::ALL, Vec::new());
            return Sworn { rank, roles, certs, marks: Marks::default(), fault: None };
        }
        let of_key = self.certs.get(key).map_or(&[][..], Vec::as_slice);
        // Stock and teams: logs lie at the store's place, and the right decides. Source: sync §3.
        let any_place = RIGHTS.contains(&op.code());
        let here = |c: &&Cert| any_place || c.fact.path.last() == Some(&op.place);
        let here: Vec<&Cert> = of_key.iter().filter(here).collect();
        let t = op.entered_s();
        let covers = |c: &&Cert| c.fact.from_s <= t && t <= c.fact.to_s.saturating_add(STALE_S);
        let covering = unreplaced(of_key, here.iter().copied().filter(covers).collect());
        let mut marks = Marks::default();
        if !covering.is_empty() {
            if covering.iter().all(|c| t > c.fact.to_s) {
                marks.add(Marks::STALE_CERT);
            }
            let rank = covering.iter().map(|c| c.fact.rank).max().unwrap_or(0);
            let roles = covering.iter().fold(Roles::NONE, |r, c| r.or(c.fact.roles));
            return Sworn { rank, roles, certs: covering, marks, fault: None };
        }
        let all = unreplaced(of_key, here);
        if all.is_empty() {
            return Sworn::nothing(Ground::NoCertificate);
        }
        if !doubtful(clk) {
            return Sworn::nothing(Ground::CertificateTime);
        }
        marks.add(Marks::DOUBTFUL_CLOCK);
        let rank = all.iter().map(|c| c.fact.rank).min().unwrap_or(0);
        let roles = all.iter().fold(Roles::ALL, |r, c| r.and(c.fact.roles));
        Sworn { rank, roles, certs: all, marks, fault: None }
    }
}

impl Sworn<'_> {
    fn nothing(ground: Ground) -> Self {
        let (rank, roles, certs) = (0, Roles::NONE, Vec::new());
        Sworn { rank, roles, certs, marks: Marks::default(), fault: Some(ground) }
    }
}

/// Less those that another of them has replaced, directly or through certificates of the subject.
fn unreplaced<'a>(of_key: &[Cert], certs: Vec<&'a Cert>) -> Vec<&'a Cert> {
    let replaces_none = of_key.iter().all(|c| c.sup.is_empty());
    if certs.len() < 2 || replaces_none || fault::on(Fault::CertificateReplacedStays) {
        return certs;
    }
    let sup: BTreeMap<Prefix, &[Prefix]> =
        of_key.iter().map(|c| (c.id.prefix(), c.sup.as_slice())).collect();
    let reach = |from: &Cert| -> BTreeSet<Prefix> {
        let (mut out, mut todo) = (BTreeSet::new(), vec![from.id.prefix()]);
        while let Some(at) = todo.pop() {
            for next in sup.get(&at).copied().unwrap_or_default() {
                if sup.contains_key(next) && out.insert(*next) {
                    todo.push(*next);
                }
            }
        }
        out
    };
    let reached: Vec<BTreeSet<Prefix>> = certs.iter().map(|c| reach(c)).collect();
    let replaced = |i: usize| {
        let prefix = certs[i].id.prefix();
        reached.iter().enumerate().any(|(j, r)| j != i && r.contains(&prefix))
    };
    (0..certs.len()).filter(|i| !replaced(*i)).map(|i| certs[i]).collect()
}
