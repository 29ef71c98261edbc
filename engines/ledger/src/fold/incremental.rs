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
use crate::value::Value;
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
    let (folded, graph, _) = build(entry, id, place, &ops);
    finish(&folded, &graph.basis_missing, &graph.on_cycle, quarantined(&ops))
}

/// The fold of these ops, what was found of their order, and the node of each that carries order.
fn build(
    entry: &Entry,
    id: EntityId,
    place: Option<PlaceCode>,
    ops: &[(&FoldOp, &Standing)],
) -> (Folded, Graph, BTreeMap<OpId, u32>) {
    let mut graph = Graph::of(ops);
    let mut folded = Folded::new(entry, id, place);
    let (mut nodes, mut node_of) = (BTreeMap::new(), vec![0u32; ops.len()]);
    for (i, preds) in std::mem::take(&mut graph.order) {
        let preds: Vec<u32> = preds.iter().map(|p| node_of[*p]).collect();
        node_of[i] = folded.push(ops[i].0, ops[i].1, &preds);
        nodes.insert(ops[i].0.id, node_of[i]);
    }
    (folded, graph, nodes)
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

/// An op as it is kept: its body in bytes, which is a tenth of the size.
struct Kept {
    /// Without its body.
    op: FoldOp,
    body: Option<Box<[u8]>>,
    standing: Standing,
    /// Its node in the fold; `None` where it carries no order.
    node: Option<u32>,
}

impl Kept {
    fn new(op: &FoldOp, standing: Standing) -> Self {
        let body = op.body.as_ref().map(|body| Value::encode_map(body).into_boxed_slice());
        let mut op = FoldOp { body: None, sup: op.sup.clone(), ..*op };
        op.sup.shrink_to_fit();
        Kept { op, body, standing, node: None }
    }

    fn is(&self, other: &Kept) -> bool {
        self.standing == other.standing && self.op == other.op && self.body == other.body
    }

    fn op(&self) -> FoldOp {
        let read = |bytes: &[u8]| {
            let value = Value::decode_within(bytes, usize::MAX, usize::MAX).ok()?;
            value.as_map().cloned()
        };
        let body = self.body.as_deref().and_then(read);
        FoldOp { body, sup: self.op.sup.clone(), ..self.op }
    }
}

/// An entity that is kept folded while ops come in.
pub struct EntityFold {
    entry: Entry,
    id: EntityId,
    code: Option<String>,
    /// Boxed: most entities have one op, and a node of the map holds eleven.
    ops: BTreeMap<OpId, Box<Kept>>,
    /// Prefixes that ops here name and none here has.
    missing: BTreeSet<Prefix>,
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
            missing: BTreeSet::new(),
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
        let ops: BTreeMap<OpId, (FoldOp, Standing)> =
            about.map(|(op, standing)| (op.id, (op, standing))).collect();
        fold.ops = ops.values().map(|(op, s)| (op.id, Box::new(Kept::new(op, *s)))).collect();
        let ops: Vec<(&FoldOp, &Standing)> = ops.values().map(|o| (&o.0, &o.1)).collect();
        fold.fold_all(&ops);
        fold
    }

    /// Takes an op, or an op again with another standing or with its body now here.
    pub fn push(&mut self, op: &FoldOp, standing: Standing) -> Pushed {
        if op.ent != Some(self.id) {
            return Pushed::Nothing;
        }
        let kept = Box::new(Kept::new(op, standing));
        if let Some(old) = self.ops.get(&op.id) {
            if old.is(&kept) {
                return Pushed::Nothing;
            }
            if standing.verified() {
                self.ops.insert(op.id, kept);
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
        self.ops.insert(op.id, kept);
        if onto {
            self.onto(op, &standing);
            return Pushed::Onto;
        }
        self.refold();
        Pushed::Refold
    }

    /// The entity's id.
    pub fn id(&self) -> EntityId {
        self.id
    }

    /// The entity as folded.
    pub fn view(&self) -> View {
        let quarantined = self.quarantined.iter().copied().collect();
        finish(&self.folded, &self.basis_missing, &self.on_cycle, quarantined)
    }

    /// The verified ops it keeps, by id.
    pub fn ops(&self) -> impl Iterator<Item = (FoldOp, Standing)> {
        self.ops.values().map(|kept| (kept.op(), kept.standing))
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
        if self.missing.contains(&prefix) || self.with_prefix(&prefix).next().is_some() {
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
        if matches!(standing.verdict, Verdict::Quarantined(_)) {
            self.quarantined.insert(op.id);
        }
        if !standing.carries_order() {
            return;
        }
        let mut preds = BTreeSet::new();
        for prefix in &op.sup {
            let named: Vec<Option<u32>> = self.with_prefix(prefix).map(|k| k.node).collect();
            match named.as_slice() {
                [] => {
                    self.missing.insert(*prefix);
                    self.basis_missing.insert(op.id);
                }
                [one] => preds.extend(*one),
                _ => {}
            }
        }
        preds.extend(self.folded.seen.last_of(&op.log).into_iter().flat_map(|last| last.1));
        let preds: Vec<u32> = preds.into_iter().collect();
        let node = self.folded.push(op, standing, &preds);
        if let Some(kept) = self.ops.get_mut(&op.id) {
            kept.node = Some(node);
        }
    }

    /// Ops here, at most two, that have this prefix.
    fn with_prefix(&self, prefix: &Prefix) -> impl Iterator<Item = &Kept> {
        let prefix = *prefix;
        let mut low = [0; 32];
        low[..8].copy_from_slice(&prefix.0);
        let from = self.ops.range(OpId(low)..);
        from.take_while(move |o| o.0.prefix() == prefix).map(|o| &**o.1).take(2)
    }

    fn refold(&mut self) {
        let ops: Vec<(FoldOp, Standing)> =
            self.ops.values().map(|kept| (kept.op(), kept.standing)).collect();
        let ops: Vec<(&FoldOp, &Standing)> = ops.iter().map(|o| (&o.0, &o.1)).collect();
        self.fold_all(&ops);
    }

    fn fold_all(&mut self, ops: &[(&FoldOp, &Standing)]) {
        self.place = place_in_code(&self.entry, self.id, self.code.as_deref(), ops);
        let (folded, graph, nodes) = build(&self.entry, self.id, self.place, ops);
        for (op, _) in ops {
            if let Some(kept) = self.ops.get_mut(&op.id) {
                kept.node = nodes.get(&op.id).copied();
            }
        }
        let here: BTreeSet<Prefix> = self.ops.keys().map(OpId::prefix).collect();
        let carries = ops.iter().filter(|o| o.1.carries_order());
        let named = carries.flat_map(|o| o.0.sup.iter());
        self.missing = named.filter(|p| !here.contains(*p)).copied().collect();
        self.quarantined = quarantined(ops).into_iter().collect();
        self.folded = folded;
        (self.basis_missing, self.on_cycle) = (graph.basis_missing, graph.on_cycle);
    }
}
