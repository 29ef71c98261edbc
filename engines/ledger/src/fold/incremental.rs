//! The fold of an entity: all at once, or op by op.
//!
//! An op that comes after all it has seen, is named by no op here and shares no prefix is folded
//! onto what is there; otherwise, or where an op stands differently than before, the entity is
//! folded again. Both give the same view.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{EntityId, OpId, PlaceCode, Prefix};

use super::entity::Folded;
use super::graph::Graph;
use super::op::FoldOp;
use super::write::code_in;
use crate::authority::{Standing, Verdict};
use crate::entity::Entry;
use crate::view::View;

/// What taking an op came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It changes nothing: here already, or not verified yet.
    Nothing,
    /// Folded onto what was there.
    Onto,
    /// The entity was folded again.
    Refold,
}

/// Folds an entity from all its verified ops at once, in any order, copies allowed.
///
/// `code` is its public code where the caller knows it; else it is read from the ops, whose bodies
/// repeat it. Ops that are not about `id` are left out.
pub fn fold_entity<'a>(
    entry: &Entry,
    id: EntityId,
    code: Option<&str>,
    ops: impl IntoIterator<Item = (&'a FoldOp, Standing)>,
) -> View {
    let about = ops.into_iter().filter(|(op, s)| op.ent == Some(id) && s.verified());
    let about: BTreeMap<OpId, (&FoldOp, Standing)> =
        about.map(|(op, standing)| (op.id, (op, standing))).collect();
    let ops: Vec<(&FoldOp, &Standing)> = about.values().map(|o| (o.0, &o.1)).collect();
    let place = place_in_code(entry, id, code, &ops);
    let (folded, graph) = build(entry, id, place, &ops);
    finish(&folded, &graph.basis_missing, &graph.on_cycle, quarantined(&ops))
}

fn build(
    entry: &Entry,
    id: EntityId,
    place: Option<PlaceCode>,
    ops: &[(&FoldOp, &Standing)],
) -> (Folded, Graph) {
    let mut graph = Graph::of(ops);
    let mut folded = Folded::new(entry, id, place);
    let mut node_of = vec![0u32; ops.len()];
    for (i, preds) in std::mem::take(&mut graph.order) {
        let preds: Vec<u32> = preds.iter().map(|p| node_of[*p]).collect();
        node_of[i] = folded.push(ops[i].0, ops[i].1, &preds);
    }
    (folded, graph)
}

fn needs_code(entry: &Entry) -> bool {
    entry.fields.iter().any(|f| f.rule.needs_code())
}

/// The place in the public code `<place>/<hazard>`: as given, else from an op that repeats it.
fn place_in_code(
    entry: &Entry,
    id: EntityId,
    code: Option<&str>,
    ops: &[(&FoldOp, &Standing)],
) -> Option<PlaceCode> {
    if !needs_code(entry) {
        return None;
    }
    let place = |code: &str| code.split('/').next()?.parse().ok();
    match code {
        Some(code) => place(code),
        None => {
            let counts = ops.iter().filter(|o| o.1.verdict == Verdict::Folded);
            place(&counts.filter_map(|o| code_in(entry, id, o.0)).next()?)
        }
    }
}

fn quarantined(ops: &[(&FoldOp, &Standing)]) -> Vec<OpId> {
    let is = |o: &&(&FoldOp, &Standing)| matches!(o.1.verdict, Verdict::Quarantined(_));
    ops.iter().filter(is).map(|o| o.0.id).collect()
}

fn finish(
    folded: &Folded,
    basis_missing: &BTreeSet<OpId>,
    on_cycle: &BTreeSet<OpId>,
    mut quarantined: Vec<OpId>,
) -> View {
    let mut view = folded.view();
    quarantined.sort_unstable();
    view.in_quarantine = quarantined;
    view.basis_missing = basis_missing.iter().copied().collect();
    view.on_cycle = on_cycle.iter().copied().collect();
    view
}

/// An entity that is kept folded while ops come in.
pub struct EntityFold {
    entry: Entry,
    id: EntityId,
    code: Option<String>,
    ops: BTreeMap<OpId, (FoldOp, Standing)>,
    prefixes: BTreeMap<Prefix, OpId>,
    named: BTreeSet<Prefix>,
    nodes: BTreeMap<OpId, u32>,
    basis_missing: BTreeSet<OpId>,
    on_cycle: BTreeSet<OpId>,
    quarantined: BTreeSet<OpId>,
    place: Option<PlaceCode>,
    folded: Folded,
}

impl EntityFold {
    /// An entity nobody wrote about yet.
    pub fn new(entry: &Entry, id: EntityId, code: Option<&str>) -> Self {
        let place = place_in_code(entry, id, code, &[]);
        EntityFold {
            entry: *entry,
            id,
            code: code.map(str::to_owned),
            ops: BTreeMap::new(),
            prefixes: BTreeMap::new(),
            named: BTreeSet::new(),
            nodes: BTreeMap::new(),
            basis_missing: BTreeSet::new(),
            on_cycle: BTreeSet::new(),
            quarantined: BTreeSet::new(),
            place,
            folded: Folded::new(entry, id, place),
        }
    }

    /// An entity from all its ops, to be kept folded from there.
    pub fn from_ops(
        entry: &Entry,
        id: EntityId,
        code: Option<&str>,
        ops: impl IntoIterator<Item = (FoldOp, Standing)>,
    ) -> Self {
        let mut fold = EntityFold::new(entry, id, code);
        let about = ops.into_iter().filter(|(op, s)| op.ent == Some(id) && s.verified());
        fold.ops = about.map(|(op, standing)| (op.id, (op, standing))).collect();
        fold.refold();
        fold
    }

    /// Takes an op, or an op again with another standing or with its body now here.
    pub fn push(&mut self, op: &FoldOp, standing: Standing) -> Pushed {
        if op.ent != Some(self.id) {
            return Pushed::Nothing;
        }
        if let Some((old, stands)) = self.ops.get(&op.id) {
            if *stands == standing && old == op {
                return Pushed::Nothing;
            }
            if standing.verified() {
                self.ops.insert(op.id, (op.clone(), standing));
            } else {
                self.ops.remove(&op.id);
            }
            self.refold();
            return Pushed::Refold;
        }
        if !standing.verified() {
            return Pushed::Nothing;
        }
        let onto = self.fits(op, &standing);
        self.ops.insert(op.id, (op.clone(), standing));
        match onto {
            true => {
                self.onto(op, &standing);
                Pushed::Onto
            }
            false => {
                self.refold();
                Pushed::Refold
            }
        }
    }

    /// The entity as folded.
    pub fn view(&self) -> View {
        let quarantined = self.quarantined.iter().copied().collect();
        finish(&self.folded, &self.basis_missing, &self.on_cycle, quarantined)
    }

    /// How many verified ops it keeps.
    pub fn len(&self) -> usize {
        self.ops.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    /// Whether a new op can be folded onto what is there.
    fn fits(&self, op: &FoldOp, standing: &Standing) -> bool {
        let prefix = op.id.prefix();
        if self.named.contains(&prefix) || self.prefixes.contains_key(&prefix) {
            return false;
        }
        if !standing.carries_order() {
            return true;
        }
        let late = self.folded.seen.last_of(&op.log).is_some_and(|last| op.seq <= last.0);
        let code_comes = self.place.is_none()
            && needs_code(&self.entry)
            && code_in(&self.entry, self.id, op).is_some();
        !late && !op.sup.contains(&prefix) && !code_comes
    }

    fn onto(&mut self, op: &FoldOp, standing: &Standing) {
        self.prefixes.insert(op.id.prefix(), op.id);
        if matches!(standing.verdict, Verdict::Quarantined(_)) {
            self.quarantined.insert(op.id);
        }
        if !standing.carries_order() {
            return;
        }
        self.named.extend(&op.sup);
        let mut preds = BTreeSet::new();
        for prefix in &op.sup {
            match self.prefixes.get(prefix) {
                None => drop(self.basis_missing.insert(op.id)),
                Some(_) if self.twins(prefix) => {}
                Some(id) => preds.extend(self.nodes.get(id)),
            }
        }
        preds.extend(self.folded.seen.last_of(&op.log).into_iter().flat_map(|last| last.1));
        let preds: Vec<u32> = preds.into_iter().collect();
        let node = self.folded.push(op, standing, &preds);
        self.nodes.insert(op.id, node);
    }

    /// Whether two verified ops share a prefix.
    fn twins(&self, prefix: &Prefix) -> bool {
        let mut low = [0; 32];
        low[..8].copy_from_slice(&prefix.0);
        let same = self.ops.range(OpId(low)..).take_while(|o| o.0.prefix() == *prefix);
        same.take(2).count() > 1
    }

    fn refold(&mut self) {
        let ops: Vec<(&FoldOp, &Standing)> = self.ops.values().map(|o| (&o.0, &o.1)).collect();
        let place = place_in_code(&self.entry, self.id, self.code.as_deref(), &ops);
        let mut graph = Graph::of(&ops);
        let mut folded = Folded::new(&self.entry, self.id, place);
        let (mut nodes, mut node_of) = (BTreeMap::new(), vec![0u32; ops.len()]);
        for (i, preds) in std::mem::take(&mut graph.order) {
            let preds: Vec<u32> = preds.iter().map(|p| node_of[*p]).collect();
            node_of[i] = folded.push(ops[i].0, ops[i].1, &preds);
            nodes.insert(ops[i].0.id, node_of[i]);
        }
        let carries = ops.iter().filter(|o| o.1.carries_order());
        self.named = carries.flat_map(|o| o.0.sup.iter().copied()).collect();
        self.prefixes = ops.iter().map(|o| (o.0.id.prefix(), o.0.id)).collect();
        self.quarantined = quarantined(&ops).into_iter().collect();
        (self.place, self.nodes, self.folded) = (place, nodes, folded);
        (self.basis_missing, self.on_cycle) = (graph.basis_missing, graph.on_cycle);
    }
}
