//! How concurrent writes of a field are decided. No rule can reach a clock, another entity or the
//! order of arrival.
//!
//! A rule judges one write against what its author had seen, says whether a later write replaces
//! one it has seen, and picks among the heads that are left. Fields that only collect (sets,
//! tallies, series, movements) have no heads: they give a [`Collect`] instead.
//! Source: sync §4, §8; house, "One fold, declared by the entities".

mod casualty;
mod cautious;
mod collect;
mod engaged;
mod hazard;
mod keeper;
mod rank;
mod response_level;
mod steps;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use kernel::{OpId, PlaceCode};

use crate::authority::{KeyHash, Roles};
use crate::entity::{Edge, Entry, Verb};
use crate::fault::{self, Fault};
use crate::fold::{Decided, Scope};
use crate::value::Value;

/// Why a write is set aside: a stable code, worded in the console.
pub type Reason = &'static str;

/// Reasons a write can be set aside for, as stable codes.
pub mod reason {
    use super::Reason;

    /// Another write of equal authority, unseen by this one and not having seen it.
    pub const CONCURRENT: Reason = "concurrent";
    /// A write of higher authority holds.
    pub const LOWER_RANK: Reason = "lower-rank";
    /// A step that its author's state does not allow.
    pub const BROKEN_EDGE: Reason = "broken-edge";
    /// Not the lawful body of this level.
    pub const NOT_LAWFUL: Reason = "not-lawful";
    /// Not from the keeper.
    pub const NOT_KEEPER: Reason = "not-keeper";
    /// The team was engaged already.
    pub const TEAM_ENGAGED: Reason = "team-engaged";
    /// A figure of lower rank that had seen the official one.
    pub const CLAIM: Reason = "claim";
    /// A figure of lower rank that had not seen the official one.
    pub const AFTER_VERIFICATION: Reason = "after-verification";
    /// A more open road status without the right to open.
    pub const NO_RIGHT_TO_OPEN: Reason = "no-right-to-open";
    /// A less cautious road status, unseen.
    pub const LESS_CAUTIOUS: Reason = "less-cautious";
    /// A less severe response level.
    pub const LESS_SEVERE: Reason = "less-severe";
    /// An expert's lowering that did not list this raise.
    pub const NOT_JUDGED: Reason = "not-judged";
    /// A lowering by somebody who is not the expert body.
    pub const NOT_EXPERT: Reason = "not-expert";
    /// An expert's lowering that had not seen a raise.
    pub const UNSEEN_RAISE: Reason = "unseen-raise";
    /// A lower hazard level, unseen.
    pub const LOWER_LEVEL: Reason = "lower-level";
    /// A movement that neither saw the standing count nor was seen by it: listed, not added.
    pub const UNSURE: Reason = "unsure";

    /// All of them.
    pub const ALL: &[Reason] = &[
        CONCURRENT,
        LOWER_RANK,
        BROKEN_EDGE,
        NOT_LAWFUL,
        NOT_KEEPER,
        TEAM_ENGAGED,
        CLAIM,
        AFTER_VERIFICATION,
        NO_RIGHT_TO_OPEN,
        LESS_CAUTIOUS,
        LESS_SEVERE,
        NOT_JUDGED,
        NOT_EXPERT,
        UNSEEN_RAISE,
        LOWER_LEVEL,
        UNSURE,
    ];
}

/// One op's write of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The op.
    pub op: OpId,
    /// Its place in the fold; means nothing outside of it.
    pub(crate) node: u32,
    /// The value it stands for; before [`Rule::judge`], the value as the body holds it.
    pub value: Value,
    /// Why it is set aside whatever else is there; `None`: lawful.
    pub reason: Option<Reason>,
    /// Author's key.
    pub author: KeyHash,
    /// Place of its log.
    pub place: PlaceCode,
    /// Rank of its signature.
    pub rank: u8,
    /// Roles of its signature.
    pub roles: Roles,
    /// Whether it is a `settle`.
    pub settle: bool,
    /// Verb in the body.
    pub verb: Option<u8>,
}

impl Write {
    /// Whether `key` (a keeper field's value: the 32-byte key hash, the 8-byte short name, or
    /// either in hex) names its author.
    pub fn is_by(&self, key: &Value) -> bool {
        match key {
            Value::Bytes(b) => b[..] == self.author.0 || b[..] == self.author.0[..8],
            Value::Text(t) => {
                let hex = self.author.to_string();
                *t == hex || *t == hex[..16]
            }
            _ => false,
        }
    }
}

/// What a rule makes of one write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// It writes nothing of this field.
    Nothing,
    /// It stands for this value.
    Lawful(Value),
    /// It would stand for this value, and is set aside for this reason.
    Aside(Value, Reason),
}

/// What a rule makes of the lawful heads, at least one, sorted by op id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picked {
    /// This value holds; heads that are not set aside are its winners.
    Holds {
        /// The value.
        value: Value,
        /// Index of each head set aside, with its reason.
        aside: Vec<(usize, Reason)>,
    },
    /// Only these contend (indices, at least one): equal values hold, else the value that stood.
    Contest(Vec<usize>),
}

/// A field that collects writes instead of deciding between them.
pub trait Collect: Send {
    /// Takes a write; all that it has seen were taken before.
    fn add(&mut self, write: &Arc<Write>, cx: &RuleCx<'_>);
    /// What they come to, and writes that are listed without counting.
    fn show(&self, cx: &RuleCx<'_>) -> (Option<Value>, Vec<(OpId, Value, Reason)>);
}

/// Decides one field. See sync §4 and §8.
pub trait Rule: Sync {
    /// Whether a body's value is one of the rule's domain: what is not writes nothing and still
    /// carries order. `settle`: the value is what a person settled on, else what a verb's op holds.
    fn accepts(&self, _value: &Value, _settle: bool) -> bool {
        true
    }

    /// What a write stands for, against what its author had seen (`cx.over`).
    fn judge(&self, write: &Write, _cx: &RuleCx<'_>) -> Judged {
        Judged::Lawful(write.value.clone())
    }

    /// Whether `later` replaces `seen`; only asked where `later` has seen it.
    fn replaces(&self, later: &Write, seen: &Write, cx: &RuleCx<'_>) -> bool {
        goes_on(later, seen, cx)
    }

    /// What holds among lawful heads.
    fn pick(&self, heads: &[Arc<Write>], _cx: &RuleCx<'_>) -> Picked {
        Picked::Contest(top_rank(heads, (0..heads.len()).collect()))
    }

    /// Why a lawful head outside the contest is set aside.
    fn lost(&self, _head: &Write, _contest: &[&Write], _cx: &RuleCx<'_>) -> Reason {
        reason::LOWER_RANK
    }

    /// The field that [`Rule::pick`] looks at beside its own, by number.
    fn companion(&self) -> Option<u8> {
        None
    }

    /// Whether it asks for the entity's public code.
    fn needs_code(&self) -> bool {
        false
    }

    /// An empty collection, for fields without heads.
    fn collect(&self) -> Option<Box<dyn Collect>> {
        None
    }
}

/// All that a rule can know beside the writes.
pub struct RuleCx<'a> {
    /// The entity's declaration.
    pub entry: &'a Entry,
    /// Number of the field that is decided.
    pub field: u8,
    /// Place in the entity's public code, where it has one.
    pub place_in_code: Option<PlaceCode>,
    /// What the judged op's body brings, by field number; empty in [`Rule::pick`].
    pub(crate) brought: &'a [(u8, Value)],
    pub(crate) scope: Scope<'a>,
}

impl RuleCx<'_> {
    /// Whether the author of `a` had seen `b`.
    pub fn seen(&self, a: &Write, b: &Write) -> bool {
        self.scope.seen(a.node, b.node)
    }

    /// The same rules over a field: of what the judged op's author had seen, or, in
    /// [`Rule::pick`] and [`Collect::show`], of all that is decided over.
    pub fn over(&self, field: u8) -> Arc<Decided> {
        self.scope.over(field)
    }

    /// A field of the judged op's body, by name.
    pub fn brought(&self, name: &str) -> Option<&Value> {
        let number = self.entry.field(name)?.number;
        self.brought.iter().find(|b| b.0 == number).map(|b| &b.1)
    }

    /// Whether a write comes from the office of the very place in the entity's public code.
    pub fn lawful(&self, write: &Write) -> bool {
        write.roles.has(Roles::RESPONSE) && self.place_in_code == Some(write.place)
    }
}

/// The default's answer whether `later` replaces `seen`: with at least its rank, or at least that
/// of every lawful head that was set aside where `later` was written. So anyone may go on from an
/// undisputed value, and a dispute is settled only with the rank of those set aside.
pub fn goes_on(later: &Write, seen: &Write, cx: &RuleCx<'_>) -> bool {
    if later.rank >= seen.rank || fault::on(Fault::SeenIsEnough) {
        return true;
    }
    let past = cx.over(cx.field);
    if fault::on(Fault::AllOrSome) {
        let lost = past.lost();
        return lost.is_empty() || past.aside.iter().all(|a| a.0.op != seen.op);
    }
    past.lost().iter().all(|h| later.rank >= h.rank)
}

/// Whether a write that is set aside replaces another such one: with at least its rank.
fn aside_replaces_aside(later: &Write, seen: &Write) -> bool {
    seen.reason.is_some() && later.rank >= seen.rank
}

/// Those of `among` that have the highest rank.
fn top_rank(heads: &[Arc<Write>], among: Vec<usize>) -> Vec<usize> {
    let top = among.iter().map(|i| heads[*i].rank).max();
    among.into_iter().filter(|i| Some(heads[*i].rank) == top).collect()
}

/// The values a field may have had in what an author had seen: none, the one, or any head's where
/// it is undetermined.
fn possible(decided: &Decided) -> Vec<Option<Value>> {
    use crate::view::FieldState;
    match &decided.state {
        FieldState::None => vec![None],
        FieldState::Set(value) => vec![Some(value.clone())],
        FieldState::Undetermined => {
            decided.lawful().into_iter().map(|w| Some(w.value.clone())).collect()
        }
    }
}

/// The whole number of a value.
fn int(value: &Value) -> Option<i64> {
    value.as_int()
}

/// The default: the higher authority holds; at equal authority the value that stood.
pub struct Rank;

/// Steps of a state over a state table; the body holds the verb's number, the value is the state's.
pub struct Steps {
    /// States with their numbers.
    pub states: &'static [(u8, &'static str)],
    /// Verbs with their numbers.
    pub verbs: &'static [Verb],
    /// The state table.
    pub edges: &'static [Edge],
    /// Verbs that any office may write; `None`: all. Others need the role `response` and the
    /// entity's place.
    pub free: Option<&'static [&'static str]>,
}

/// A set: items added and removed; a removal takes the adds it had seen.
///
/// Body value: a map {1: items added, 2: items removed}, or a list of items added. The folded
/// value is the list of items, sorted.
pub struct Set;

/// A tally: numbers are added.
pub struct Tally;

/// A series: all writes stand. The folded value is a list of [op id, value], sorted by id.
pub struct Series;

/// A keeper (one key), moved by handover or by the owner. The value is the key's hash.
pub struct Keeper;

/// A count that holds only from the keeper in the field of this number.
pub struct KeptCount(
    /// Number of the keeper's field.
    pub u8,
);

/// Movements that adjust the kept count in the field of this number.
///
/// The folded value is the count with the movements that have seen it; none where no count holds.
pub struct Movement(
    /// Number of the count's field.
    pub u8,
);

/// Casualty figures: one official figure by rank; lower figures are claims.
pub struct Casualty;

/// The most cautious holds; values are numbers, larger is more cautious; opening needs role `road`.
pub struct Cautious;

/// Hazard levels, numbers, larger is worse: the highest holds until an expert has judged it, by a
/// lower level whose op lists the raises it judged, op ids in a field named `judged`.
pub struct Hazard;

/// Response level with its area, lawful only from the office of the place in the entity's code.
///
/// Value: the level alone, a number, or a list [level, covered places] or a map with these two as
/// its first entries; larger is more severe; no places means the whole subtree.
pub struct ResponseLevel;

/// What a team is engaged in: the first accepted stands; the keeper is in the field of this number.
///
/// Body value: [verb, task] with verb "accept" or "done", or the task alone with the op's verb
/// (`done` ends it, any other accepts). A settle holds the task or null. The folded value is the
/// task; null where the team is free again.
pub struct Engaged(
    /// Number of the keeper's field.
    pub u8,
);
