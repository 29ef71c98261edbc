//! One field over a closed set of ops: heads to value, and the value that stood.
//!
//! A set is closed when it holds all that its ops have seen: what an author had seen, what several
//! authors all had seen, or everything.

use std::sync::Arc;

use super::entity::Folded;
use super::seen::Row;
use crate::fault::{self, Fault};
use crate::rule::{Picked, Reason, RuleCx, Write, reason};
use crate::value::Value;
use crate::view::FieldState;

/// Heads of a field, as nodes.
pub(super) type HeadList = Arc<[u32]>;
/// Heads of every field that somebody wrote, by the field's index, sorted.
pub(super) type Heads = Arc<Vec<(u8, HeadList)>>;

/// A field as decided over a closed set.
#[derive(Clone, Debug)]
pub struct Decided {
    /// Value or unknown.
    pub state: FieldState,
    /// Writes that no other write replaces, sorted by op id.
    pub heads: Vec<Arc<Write>>,
    /// Heads that did not win, with the reason.
    pub aside: Vec<(Arc<Write>, Reason)>,
    /// Heads of the value that holds.
    pub winners: Vec<Arc<Write>>,
    /// Writes of the value that stood, where it holds against the heads.
    pub stood: Vec<Arc<Write>>,
}

impl Decided {
    fn nothing() -> Self {
        let (heads, aside) = (Vec::new(), Vec::new());
        let (winners, stood) = (Vec::new(), Vec::new());
        Decided { state: FieldState::None, heads, aside, winners, stood }
    }

    /// Heads that were no broken step or write without right.
    pub fn lawful(&self) -> Vec<&Arc<Write>> {
        self.heads.iter().filter(|h| h.reason.is_none()).collect()
    }

    /// Lawful heads that are set aside.
    pub fn lost(&self) -> Vec<&Arc<Write>> {
        self.aside.iter().map(|a| &a.0).filter(|w| w.reason.is_none()).collect()
    }

    /// The writes the value rests on.
    pub fn base(&self) -> &[Arc<Write>] {
        if self.winners.is_empty() { &self.stood } else { &self.winners }
    }
}

/// A closed set that rules are asked over.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(super) fold: &'a Folded,
    pub(super) row: &'a Row,
    pub(super) heads: Given<'a>,
}

/// Where the heads of a closed set are known from.
#[derive(Clone, Copy)]
pub(super) enum Given<'a> {
    /// Kept with the op whose past it is.
    Kept(&'a Heads),
    /// The set is everything.
    All,
    /// To be found.
    Unknown,
}

impl Scope<'_> {
    pub(crate) fn seen(&self, a: u32, b: u32) -> bool {
        self.fold.seen.seen(a, b)
    }

    pub(crate) fn over(&self, field: u8) -> Arc<Decided> {
        match self.fold.index_of(field) {
            Some(index) => self.fold.resolve(index, self),
            None => Arc::new(Decided::nothing()),
        }
    }

    pub(super) fn head_list(&self, index: u8) -> HeadList {
        match self.heads {
            Given::Kept(heads) => list_in(heads, index),
            Given::All => self.fold.fields[index as usize].heads.clone(),
            Given::Unknown => self.fold.heads_in(index, self.row),
        }
    }
}

pub(super) fn list_in(heads: &Heads, index: u8) -> HeadList {
    match heads.binary_search_by_key(&index, |h| h.0) {
        Ok(at) => heads[at].1.clone(),
        Err(_) => HeadList::from([]),
    }
}

/// What a decision rests on: field, its heads, and the heads of the field its rule looks at beside.
pub(super) type Key = (u8, HeadList, HeadList);

/// A contest of differing values that waits for the value that stood.
struct Open {
    key: Key,
    heads: Vec<Arc<Write>>,
    lawful: Vec<Arc<Write>>,
    contest: Vec<usize>,
}

enum Choice {
    Done(Decided),
    Open(Open),
}

impl Folded {
    /// Heads of a field in a closed set: heads of each part that no other part has replaced.
    pub(super) fn heads_in(&self, index: u8, row: &Row) -> HeadList {
        let parts = self.seen.maximal(row);
        self.merge(index, &parts)
    }

    /// Heads of a field in the union of the closed sets of these nodes, none of which has seen
    /// another. A write that one part holds as replaced is replaced; who has not got it cannot
    /// have replaced it.
    pub(super) fn merge(&self, index: u8, parts: &[u32]) -> HeadList {
        if let [one] = parts {
            return list_in(&self.after[*one as usize], index);
        }
        let lists: Vec<HeadList> =
            parts.iter().map(|p| list_in(&self.after[*p as usize], index)).collect();
        let mut all: Vec<u32> = lists.iter().flat_map(|l| l.iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        let replaced = |head: &u32| {
            let known_to = |p: u32| p == *head || self.seen.seen(p, *head);
            parts.iter().zip(&lists).any(|(p, list)| known_to(*p) && !list.contains(head))
        };
        all.retain(|head| !replaced(head));
        all.into()
    }

    /// The field over a closed set. A contest is decided by the value that stood, that is by the
    /// same field over what all contenders had seen, and so on down; sets only get smaller.
    pub(super) fn resolve(&self, index: u8, scope: &Scope<'_>) -> Arc<Decided> {
        let companion = self.fields[index as usize].rule.companion();
        let companion = companion.and_then(|number| self.index_of(number));
        let beside = |scope: &Scope<'_>| match companion {
            Some(index) => scope.head_list(index),
            None => HeadList::from([]),
        };
        let mut key: Key = (index, scope.head_list(index), beside(scope));
        let mut row: Option<Row> = None;
        let mut open: Vec<Open> = Vec::new();
        let mut below = loop {
            if let Some(known) = self.memo.borrow().get(&key) {
                break known.clone();
            }
            let here = match &row {
                None => *scope,
                Some(row) => Scope { fold: self, row, heads: Given::Unknown },
            };
            match self.choose(index, key.clone(), &here) {
                Choice::Done(decided) => break self.keep(key, decided),
                Choice::Open(contest) => {
                    let nodes = |heads: &[Arc<Write>], among: &[usize]| -> Vec<u32> {
                        among.iter().map(|i| heads[*i].node).collect()
                    };
                    let contenders = if fault::on(Fault::StoodOverAllHeads) {
                        contest.lawful.iter().map(|w| w.node).collect()
                    } else {
                        nodes(&contest.lawful, &contest.contest)
                    };
                    let common = self.seen.common(contenders);
                    let next = Scope { fold: self, row: &common, heads: Given::Unknown };
                    key = (index, next.head_list(index), beside(&next));
                    row = Some(common);
                    open.push(contest);
                }
            }
        };
        while let Some(contest) = open.pop() {
            let key = contest.key.clone();
            let decided = self.close(index, contest, &below);
            below = self.keep(key, decided);
        }
        below
    }

    fn keep(&self, key: Key, decided: Decided) -> Arc<Decided> {
        let decided = Arc::new(decided);
        if key.1.len() > 1 {
            self.memo.borrow_mut().insert(key, decided.clone());
        }
        decided
    }

    fn choose(&self, index: u8, key: Key, scope: &Scope<'_>) -> Choice {
        let field = &self.fields[index as usize];
        let mut heads: Vec<Arc<Write>> =
            key.1.iter().filter_map(|n| field.writes.get(n).cloned()).collect();
        if !fault::on(Fault::ArrivalOrder) {
            heads.sort_by_key(|w| w.op);
        }
        let lawful: Vec<Arc<Write>> =
            heads.iter().filter(|h| h.reason.is_none()).cloned().collect();
        if lawful.is_empty() {
            return Choice::Done(Decided { aside: unlawful(&heads), heads, ..Decided::nothing() });
        }
        let cx = self.rule_cx(index, *scope, &[]);
        match field.rule.pick(&lawful, &cx) {
            Picked::Holds { value, aside } => {
                let lost = |i: usize| aside.iter().any(|a| a.0 == i);
                let won = lawful.iter().enumerate().filter(|h| !lost(h.0));
                let winners = won.map(|h| h.1.clone()).collect();
                let mut set_aside = unlawful(&heads);
                set_aside.extend(aside.iter().map(|(i, why)| (lawful[*i].clone(), *why)));
                let (state, stood) = (FieldState::Set(value), Vec::new());
                Choice::Done(Decided { state, heads, aside: set_aside, winners, stood })
            }
            Picked::Contest(contest) => {
                let first = contest.first().map(|i| lawful[*i].value.clone());
                let agree = contest.iter().all(|i| Some(&lawful[*i].value) == first.as_ref());
                let open = Open { key, heads, lawful, contest };
                match first.filter(|_| agree) {
                    Some(value) => {
                        let state = FieldState::Set(value);
                        Choice::Done(self.finish(index, open, state, Vec::new()))
                    }
                    None => Choice::Open(open),
                }
            }
        }
    }

    /// A contest of differing values, with the field as it was decided over what all had seen.
    fn close(&self, index: u8, open: Open, below: &Decided) -> Decided {
        let (state, stood) = match &below.state {
            FieldState::Set(value) => (FieldState::Set(value.clone()), below.base().to_vec()),
            _ if fault::on(Fault::ValueByIdOrder) => {
                let first = open.contest.first().map(|i| open.lawful[*i].value.clone());
                (FieldState::Set(first.unwrap_or(Value::Null)), Vec::new())
            }
            _ => (FieldState::Undetermined, Vec::new()),
        };
        self.finish(index, open, state, stood)
    }

    fn finish(&self, index: u8, open: Open, state: FieldState, stood: Vec<Arc<Write>>) -> Decided {
        let row = Row::new();
        let scope = Scope { fold: self, row: &row, heads: Given::Unknown };
        let cx = self.rule_cx(index, scope, &[]);
        let contest: Vec<&Write> = open.contest.iter().map(|i| open.lawful[*i].as_ref()).collect();
        let (mut winners, mut aside) = (Vec::new(), unlawful(&open.heads));
        for (i, head) in open.lawful.iter().enumerate() {
            if matches!(&state, FieldState::Set(value) if *value == head.value) {
                winners.push(head.clone());
            } else if open.contest.contains(&i) {
                if !fault::on(Fault::LostHead) {
                    aside.push((head.clone(), reason::CONCURRENT));
                }
            } else {
                let why = self.fields[index as usize].rule.lost(head, &contest, &cx);
                aside.push((head.clone(), why));
            }
        }
        Decided { state, heads: open.heads, aside, winners, stood }
    }

    pub(super) fn rule_cx<'a>(
        &'a self,
        index: u8,
        scope: Scope<'a>,
        brought: &'a [(u8, Value)],
    ) -> RuleCx<'a> {
        RuleCx {
            entry: &self.entry,
            field: self.fields[index as usize].number,
            place_in_code: self.place_in_code,
            brought,
            scope,
        }
    }
}

fn unlawful(heads: &[Arc<Write>]) -> Vec<(Arc<Write>, Reason)> {
    heads.iter().filter_map(|h| Some((h.clone(), h.reason?))).collect()
}
