//! An entity in the folding: ops taken one by one, each after all it has seen.
//!
//! Whatever order keeps causality gives the same: what an op does to a field depends on what it
//! has seen, and the heads of everything are those no op has replaced.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kernel::{EntityId, OpId, PlaceCode};

use super::op::FoldOp;
use super::resolve::{Decided, Given, HeadList, Heads, Key, Scope, list_in};
use super::seen::{Row, Seen};
use super::write::{brought, is_settle, may_have_written};
use crate::authority::{Ground, Standing, Verdict};
use crate::entity::{DataClass, Entry, VERB};
use crate::fault::{self, Fault};
use crate::rule::{Collect, Judged, Reason, Rule, Write};
use crate::view::{Aside, FieldState, FieldView, View};

/// One field in the folding.
pub(super) struct FieldFold {
    pub number: u8,
    pub rule: &'static dyn Rule,
    /// Heads over everything.
    pub heads: HeadList,
    pub writes: BTreeMap<u32, Arc<Write>>,
    collect: Option<Box<dyn Collect>>,
    writers: u32,
    open: bool,
    told_in_private: bool,
    /// Ops without a body that may have written it, seen by no write of it.
    gaps: Vec<u32>,
}

/// An entity in the folding.
pub(super) struct Folded {
    pub entry: Entry,
    pub id: EntityId,
    pub place_in_code: Option<PlaceCode>,
    pub seen: Seen,
    /// Heads of every field over what a node has seen and the node itself.
    pub after: Vec<Heads>,
    pub fields: Vec<FieldFold>,
    pub memo: RefCell<BTreeMap<Key, Arc<Decided>>>,
    ids: Vec<OpId>,
    heads: Vec<u32>,
    newer: BTreeSet<OpId>,
    personal: BTreeSet<OpId>,
}

impl Folded {
    pub fn new(entry: &Entry, id: EntityId, place_in_code: Option<PlaceCode>) -> Self {
        let field = |f: &crate::entity::Field| FieldFold {
            number: f.number,
            rule: f.rule,
            heads: HeadList::from([]),
            writes: BTreeMap::new(),
            collect: f.rule.collect(),
            writers: 0,
            open: false,
            told_in_private: false,
            gaps: Vec::new(),
        };
        Folded {
            entry: *entry,
            id,
            place_in_code,
            seen: Seen::default(),
            after: Vec::new(),
            fields: entry.fields.iter().map(field).collect(),
            memo: RefCell::default(),
            ids: Vec::new(),
            heads: Vec::new(),
            newer: BTreeSet::new(),
            personal: BTreeSet::new(),
        }
    }

    pub(super) fn index_of(&self, number: u8) -> Option<u8> {
        let at = self.fields.iter().position(|f| f.number == number)?;
        self.fields[at].collect.is_none().then_some(at as u8)
    }

    /// Takes an op that has seen `preds` and what they have.
    pub fn push(&mut self, op: &FoldOp, standing: &Standing, preds: &[u32]) -> u32 {
        let node = self.seen.push(op.log, op.seq, preds);
        self.ids.push(op.id);
        let parts = self.seen.unseen(preds.to_vec());
        let past = self.past(&parts);
        self.after.push(past.clone());
        let seen = &self.seen;
        self.heads.retain(|head| !seen.seen(node, *head));
        self.heads.push(node);
        let folded = standing.verdict == Verdict::Folded;
        if standing.verdict == Verdict::Unknown(Ground::Type) {
            self.newer.insert(op.id);
        }
        if op.body.is_none() {
            self.gap(node, op);
        } else if folded || fault::on(Fault::OrderThroughQuarantine) {
            self.write(node, op, standing, past);
        }
        node
    }

    /// Heads of every field over what these nodes have seen and themselves.
    fn past(&self, parts: &[u32]) -> Heads {
        match parts {
            [] => Heads::default(),
            [one] => self.after[*one as usize].clone(),
            _ => {
                let lists = parts.iter().flat_map(|p| self.after[*p as usize].iter());
                let written: BTreeSet<u8> = lists.map(|h| h.0).collect();
                Arc::new(written.into_iter().map(|i| (i, self.merge(i, parts))).collect())
            }
        }
    }

    fn gap(&mut self, node: u32, op: &FoldOp) {
        if op.class >= DataClass::Personal {
            self.personal.insert(op.id);
        }
        let may = may_have_written(&self.entry, op);
        for field in self.fields.iter_mut().filter(|f| may.contains(&f.number)) {
            field.gaps.push(node);
        }
    }

    fn write(&mut self, node: u32, op: &FoldOp, standing: &Standing, past: Heads) {
        let brought = brought(&self.entry, op);
        let settle = is_settle(op);
        let verb = op.body.as_ref().and_then(|b| b.get(&u64::from(VERB))?.as_int());
        let verb = verb.and_then(|v| u8::try_from(v).ok());
        let mut after: Option<Vec<(u8, HeadList)>> = None;
        for (number, value) in &brought {
            let Some(at) = self.fields.iter().position(|f| f.number == *number) else { continue };
            if !self.fields[at].rule.accepts(value, settle) {
                continue;
            }
            let raw = Write {
                op: op.id,
                node,
                value: value.clone(),
                reason: None,
                author: op.author,
                place: op.place,
                rank: standing.rank,
                roles: standing.roles,
                settle,
                verb,
            };
            let field = &mut self.fields[at];
            if field.collect.is_some() {
                self.add(at, raw);
            } else {
                let Some((write, left)) = self.judge(at as u8, raw, &past, &brought) else {
                    continue;
                };
                self.decide(at, node, write, &left);
                let heads = after.get_or_insert_with(|| past.to_vec());
                match heads.binary_search_by_key(&(at as u8), |h| h.0) {
                    Ok(i) => heads[i].1 = left,
                    Err(i) => heads.insert(i, (at as u8, left)),
                }
            }
            let field = &mut self.fields[at];
            field.writers += 1;
            field.open |= op.class < DataClass::Personal;
            field.told_in_private |= op.class >= DataClass::Personal;
            let seen = &self.seen;
            field.gaps.retain(|gap| !seen.seen(node, *gap));
        }
        if let Some(after) = after {
            self.after[node as usize] = Arc::new(after);
        }
    }

    /// A write as judged against what its author had seen, and the heads it leaves there.
    fn judge(
        &self,
        at: u8,
        mut write: Write,
        past: &Heads,
        brought: &[(u8, crate::value::Value)],
    ) -> Option<(Write, HeadList)> {
        let rule = self.fields[at as usize].rule;
        let row = self.seen.row(write.node);
        let scope = Scope { fold: self, row, heads: Given::Kept(past) };
        let all = self.seen.all();
        let folded = Scope { fold: self, row: &all, heads: Given::All };
        let judged_over = if fault::on(Fault::StepsInFoldedOrder) { folded } else { scope };
        match rule.judge(&write, &self.rule_cx(at, judged_over, brought)) {
            Judged::Nothing => return None,
            Judged::Lawful(value) => write.value = value,
            Judged::Aside(value, why) => (write.value, write.reason) = (value, Some(why)),
        }
        let cx = self.rule_cx(at, scope, brought);
        let writes = &self.fields[at as usize].writes;
        let replaced =
            |head: &u32| writes.get(head).is_some_and(|seen| rule.replaces(&write, seen, &cx));
        let old = list_in(past, at);
        let left = old.iter().copied().filter(|head| !replaced(head)).chain([write.node]);
        let left: HeadList = left.collect();
        Some((write, left))
    }

    /// Heads over everything after a write: less those it had seen and replaced.
    fn decide(&mut self, at: usize, node: u32, write: Write, left: &HeadList) {
        let seen = &self.seen;
        let field = &mut self.fields[at];
        let stays = |head: &u32| !seen.seen(node, *head) || left.contains(head);
        let kept = field.heads.iter().copied().filter(stays).chain([node]);
        field.heads = kept.collect();
        field.writes.insert(node, Arc::new(write));
    }

    fn add(&mut self, at: usize, raw: Write) {
        let Some(mut collect) = self.fields[at].collect.take() else { return };
        let row = Row::new();
        let scope = Scope { fold: self, row: &row, heads: Given::Unknown };
        collect.add(&Arc::new(raw), &self.rule_cx(at as u8, scope, &[]));
        self.fields[at].collect = Some(collect);
    }

    fn sorted(&self, nodes: &[u32]) -> Vec<OpId> {
        let mut ids: Vec<OpId> = nodes.iter().map(|n| self.ids[*n as usize]).collect();
        if !fault::on(Fault::ArrivalOrder) {
            ids.sort_unstable();
        }
        ids
    }

    /// The entity as folded so far; quarantined ops and marks are added by the caller.
    pub fn view(&self) -> View {
        let mut view = View::empty(self.entry.kind, self.id);
        view.ops = self.seen.len() as u32;
        view.heads = self.sorted(&self.heads);
        view.newer_program = self.newer.iter().copied().collect();
        let all = self.seen.all();
        let scope = Scope { fold: self, row: &all, heads: Given::All };
        for (at, field) in self.fields.iter().enumerate() {
            if field.writers == 0 && field.gaps.is_empty() {
                continue;
            }
            let mut shown = match &field.collect {
                Some(collect) => collected(collect.show(&self.rule_cx(at as u8, scope, &[]))),
                None => decided(&self.resolve(at as u8, &scope)),
            };
            if !fault::on(Fault::PurgedOpReplacesNothing) {
                shown.incomplete = self.sorted(&field.gaps);
            }
            let personal = shown.incomplete.iter().filter(|id| self.personal.contains(id));
            shown.withheld = personal.copied().collect();
            shown.writes = field.writers;
            shown.open = field.open;
            shown.personal = field.told_in_private;
            view.fields.insert(field.number, shown);
        }
        view
    }
}

fn ids(writes: &[Arc<Write>]) -> Vec<OpId> {
    writes.iter().map(|w| w.op).collect()
}

fn decided(decided: &Decided) -> FieldView {
    let one =
        |a: &(Arc<Write>, Reason)| Aside { op: a.0.op, value: a.0.value.clone(), reason: a.1 };
    let mut aside: Vec<Aside> = decided.aside.iter().map(one).collect();
    aside.sort();
    FieldView {
        state: decided.state.clone(),
        heads: ids(&decided.heads),
        winners: ids(&decided.winners),
        stood: ids(&decided.stood),
        aside,
        ..FieldView::default()
    }
}

fn collected(
    (value, listed): (Option<crate::value::Value>, Vec<(OpId, crate::value::Value, Reason)>),
) -> FieldView {
    let one = |(op, value, reason)| Aside { op, value, reason };
    let mut aside: Vec<Aside> = listed.into_iter().map(one).collect();
    aside.sort();
    let heads = aside.iter().map(|a| a.op).collect();
    let state = value.map_or(FieldState::None, FieldState::Set);
    FieldView { state, heads, aside, ..FieldView::default() }
}
