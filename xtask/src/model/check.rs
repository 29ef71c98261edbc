//! What must hold of any history: other orders and copies give the same bytes, and taking ops one
//! by one gives at each step what folding all of them anew gives.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{EntityId, LogId, OpId};
use ledger::authority::{Authority, KeyFact, LogSet, Standing};
use ledger::{Chained, EntityFold, Entry, FoldOp, Pushed, fold_entity};
use serde_json::Value as Json;

use super::history::{History, Log};
use super::kinds::{KINDS, registry};
use super::result::{code, evaluate, standings};

/// How often an op was folded onto what was there, and how often a fold was made again.
pub type Counts = (usize, usize);

/// All of it for one line.
///
/// # Errors
/// Says what differs.
pub fn check(line: &str) -> Result<Counts, String> {
    let json: Json = serde_json::from_str(line).map_err(|e| e.to_string())?;
    let json = json.get("history").unwrap_or(&json);
    let history = History::from_json(json)?;
    let result = evaluate(&history);
    for seed in 0..4 {
        if evaluate(&History::from_json(&disturbed(json, seed))?) != result {
            return Err(format!("another order ({seed}) gives another result"));
        }
    }
    let order: Vec<usize> = (0..history.ops.len()).collect();
    let in_order = deliver(&history, &order)?;
    let late = deliver(&history, &shuffled(&order, 5))?;
    Ok((in_order.0 + late.0, in_order.1 + late.1))
}

/// The same list in another order, from a seed.
pub fn shuffled<T: Clone>(list: &[T], seed: u64) -> Vec<T> {
    let mut out = list.to_vec();
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for i in (1..out.len()).rev() {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        out.swap(i, (state >> 33) as usize % (i + 1));
    }
    out
}

/// The history with its ops in another order and a third of them twice.
pub fn disturbed(history: &Json, seed: u64) -> Json {
    let ops = history["ops"].as_array().cloned().unwrap_or_default();
    let mut all = ops.clone();
    all.extend(shuffled(&ops, seed).into_iter().take(ops.len() / 3));
    let mut out = history.clone();
    out["ops"] = Json::Array(shuffled(&all, seed + 1));
    out
}

/// A node that takes ops one by one, with all that it keeps between.
struct Desk<'a> {
    history: &'a History,
    set: LogSet,
    authority: Authority,
    held: BTreeMap<OpId, FoldOp>,
    stands: BTreeMap<OpId, Standing>,
    folds: BTreeMap<(EntityId, u16), EntityFold>,
    codes: BTreeMap<EntityId, Option<String>>,
    onto: usize,
    refolds: usize,
}

/// Delivers ops in an order; after each, all that was kept must equal what is made anew.
/// Answers how often an op was folded onto what was there, and how often a fold was made again.
pub fn deliver(history: &History, order: &[usize]) -> Result<(usize, usize), String> {
    let known = registry().header_types();
    let mut desk = Desk {
        history,
        set: LogSet::new(),
        authority: Authority::new(history.roots.iter().copied(), known),
        held: BTreeMap::new(),
        stands: BTreeMap::new(),
        folds: BTreeMap::new(),
        codes: history.entities.iter().map(|(name, id)| (*id, code(name))).collect(),
        onto: 0,
        refolds: 0,
    };
    for log in history.logs.values() {
        desk.set.log(log.id, log.key);
    }
    for (n, i) in order.iter().enumerate() {
        desk.take(*i);
        desk.compare(&order[..=n])?;
    }
    Ok((desk.onto, desk.refolds))
}

impl Desk<'_> {
    /// Takes one op: logs, authority, and the folds of what it changes.
    fn take(&mut self, i: usize) {
        let (op, fact) = self.history.ops[i].clone();
        let signed = self.history.signed[&op.id];
        let forks = self.set.forks().clone();
        let changed = self.set.insert(&op, signed);
        self.held.insert(op.id, op.clone());
        let mut again: Vec<OpId> = changed.clone();
        for id in changed {
            let held = self.held.get_mut(&id).unwrap();
            held.chained = self.set.chained(&id).unwrap_or(Chained::Broken);
            let held = held.clone();
            let fact = if id == op.id { fact.clone() } else { self.fact(&id) };
            let change = self.authority.admit(&held, fact, &self.set);
            again.extend(self.of_logs(&change.logs));
        }
        if *self.set.forks() != forks {
            let logs = self.set.forks().keys().copied().collect();
            again.extend(self.of_logs(&logs));
            let change = self.authority.refresh(&self.set);
            again.extend(self.of_logs(&change.logs));
        }
        again.sort();
        again.dedup();
        self.judge(&again);
    }

    fn fact(&self, id: &OpId) -> Option<KeyFact> {
        self.history.ops.iter().find(|o| o.0.id == *id).and_then(|o| o.1.clone())
    }

    fn of_logs(&self, logs: &BTreeSet<LogId>) -> Vec<OpId> {
        self.held.values().filter(|op| logs.contains(&op.log)).map(|op| op.id).collect()
    }

    fn judge(&mut self, again: &[OpId]) {
        for id in again {
            let op = self.held[id].clone();
            let standing = self.authority.standing(&op, &self.set);
            self.stands.insert(*id, standing);
            let Some(ent) = op.ent else { continue };
            for entry in KINDS {
                let code = self.codes[&ent].clone();
                let fold = self.folds.entry((ent, entry.kind.number));
                let fold = fold.or_insert_with(|| EntityFold::new(entry, ent, code.as_deref()));
                match fold.push(&op, standing) {
                    Pushed::Nothing => {}
                    Pushed::Onto => self.onto += 1,
                    Pushed::Refold => self.refolds += 1,
                }
            }
        }
    }

    fn compare(&self, so_far: &[usize]) -> Result<(), String> {
        let ops = so_far.iter().map(|i| self.history.ops[*i].clone()).collect();
        let mut anew = History {
            roots: self.history.roots.clone(),
            tree: BTreeMap::new(),
            logs: BTreeMap::new(),
            ops,
            signed: self.history.signed.clone(),
            entities: self.history.entities.clone(),
            names: BTreeMap::new(),
        };
        for (name, log) in &self.history.logs {
            let log = Log { id: log.id, key: log.key, place: log.place };
            anew.logs.insert(name.clone(), log);
        }
        anew.lie_in_logs();
        let standings = standings(&anew);
        if let Some((id, s)) = standings.iter().find(|(id, s)| self.stands.get(id) != Some(s)) {
            return Err(format!("{id} stands {:?}, anew {s:?}", self.stands.get(id)));
        }
        for ((ent, kind), fold) in &self.folds {
            let entry: &'static Entry = registry().by_kind(*kind).unwrap();
            let ops = anew.ops.iter().map(|(op, _)| (op, standings[&op.id]));
            let full = fold_entity(entry, *ent, self.codes[ent].as_deref(), ops);
            if full.encode() != fold.view().encode() {
                return Err(format!(
                    "{} of {ent}: {:?}\nanew {full:?}",
                    entry.kind.name,
                    fold.view()
                ));
            }
        }
        Ok(())
    }
}
