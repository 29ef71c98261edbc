//! Which op had seen which: prefixes made into edges, cycles taken out, and an order.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{LogId, OpId, Prefix};

use super::op::FoldOp;
use crate::authority::Standing;
use crate::fault::{self, Fault};

/// Edges between the ops that carry order, and what is said beside them.
pub(super) struct Graph {
    /// Ops in an order that keeps causality: index into the input, and its predecessors' indices.
    pub order: Vec<(usize, Vec<usize>)>,
    /// Ops that name a prefix of which no op is here.
    pub basis_missing: BTreeSet<OpId>,
    /// Ops whose naming runs in a circle.
    pub on_cycle: BTreeSet<OpId>,
}

/// Ops about an entity by the first 8 bytes of their ids, quarantined ones counted.
pub(super) fn by_prefix(ops: &[(&FoldOp, &Standing)]) -> BTreeMap<Prefix, Vec<usize>> {
    let mut by: BTreeMap<Prefix, Vec<usize>> = BTreeMap::new();
    for (i, (op, standing)) in ops.iter().enumerate() {
        if !standing.carries_order() && fault::on(Fault::PrefixAmongFoldedOnly) {
            continue;
        }
        by.entry(op.id.prefix()).or_default().push(i);
    }
    by
}

impl Graph {
    /// Of verified ops about one entity, each once.
    pub fn of(ops: &[(&FoldOp, &Standing)]) -> Graph {
        let by8 = by_prefix(ops);
        let member: Vec<bool> = ops.iter().map(|o| o.1.carries_order()).collect();
        let mut basis_missing = BTreeSet::new();
        let mut sup = vec![Vec::new(); ops.len()];
        for (i, (op, _)) in ops.iter().enumerate().filter(|o| member[o.0]) {
            for prefix in &op.sup {
                match by8.get(prefix).map(Vec::as_slice) {
                    None => drop(basis_missing.insert(op.id)),
                    Some([one]) if *one != i && member[*one] => sup[i].push(*one),
                    Some([first, ..]) if fault::on(Fault::PrefixFirstMatch) => {
                        if *first != i && member[*first] {
                            sup[i].push(*first);
                        }
                    }
                    Some(_) => {}
                }
            }
        }
        let log = log_edges(ops, &member);
        let mut on_cycle = BTreeSet::new();
        let mut order = sorted(&member, &sup, &log);
        if order.len() < member.iter().filter(|m| **m).count() {
            let component = components(&member, &sup, &log);
            for i in 0..ops.len() {
                let before = sup[i].len();
                let kept = |j: usize| fault::on(Fault::CycleKept) && j < i;
                sup[i].retain(|j| component[*j] != component[i] || kept(*j));
                if sup[i].len() < before {
                    on_cycle.insert(ops[i].0.id);
                }
            }
            order = sorted(&member, &sup, &log);
        }
        Graph { order, basis_missing, on_cycle }
    }
}

/// For each op the ops of its own log with the next lower seq.
fn log_edges(ops: &[(&FoldOp, &Standing)], member: &[bool]) -> Vec<Vec<usize>> {
    let mut logs: BTreeMap<LogId, BTreeMap<u64, Vec<usize>>> = BTreeMap::new();
    for (i, (op, _)) in ops.iter().enumerate().filter(|o| member[o.0]) {
        logs.entry(op.log).or_default().entry(op.seq).or_default().push(i);
    }
    let mut edges = vec![Vec::new(); ops.len()];
    for seqs in logs.values() {
        let mut before: &[usize] = &[];
        for here in seqs.values() {
            for i in here {
                edges[*i] = before.to_vec();
            }
            before = here;
        }
    }
    edges
}

/// Ops after all they have seen, with their predecessors; ops on or behind a cycle are left out.
fn sorted(member: &[bool], sup: &[Vec<usize>], log: &[Vec<usize>]) -> Vec<(usize, Vec<usize>)> {
    let mut preds: Vec<Vec<usize>> = vec![Vec::new(); member.len()];
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); member.len()];
    for i in (0..member.len()).filter(|i| member[*i]) {
        preds[i] = sup[i].iter().chain(&log[i]).copied().collect();
        preds[i].sort_unstable();
        preds[i].dedup();
        for j in &preds[i] {
            next[*j].push(i);
        }
    }
    let mut missing: Vec<usize> = preds.iter().map(Vec::len).collect();
    let ready = |i: &usize| member[*i] && missing[*i] == 0;
    let mut todo: Vec<usize> = (0..member.len()).filter(ready).collect();
    let mut order = Vec::new();
    while let Some(i) = todo.pop() {
        for j in &next[i] {
            missing[*j] -= 1;
            if missing[*j] == 0 {
                todo.push(*j);
            }
        }
        order.push((i, std::mem::take(&mut preds[i])));
    }
    order
}

/// Strongly connected components (Tarjan, 1972), without recursion: a number for each op.
fn components(member: &[bool], sup: &[Vec<usize>], log: &[Vec<usize>]) -> Vec<usize> {
    const NEW: usize = usize::MAX;
    let n = member.len();
    let (mut index, mut low, mut component) = (vec![NEW; n], vec![0; n], vec![NEW; n]);
    let (mut stack, mut counter, mut found) = (Vec::new(), 0, 0);
    for start in (0..n).filter(|i| member[*i]) {
        if index[start] != NEW {
            continue;
        }
        let mut calls = vec![(start, 0)];
        while let Some((i, edge)) = calls.pop() {
            if edge == 0 {
                (index[i], low[i]) = (counter, counter);
                counter += 1;
                stack.push(i);
            }
            let target = sup[i].get(edge).or_else(|| log[i].get(edge - sup[i].len()));
            let Some(target) = target.copied() else {
                if low[i] == index[i] {
                    while let Some(j) = stack.pop() {
                        component[j] = found;
                        if j == i {
                            break;
                        }
                    }
                    found += 1;
                }
                if let Some((caller, _)) = calls.last() {
                    low[*caller] = low[*caller].min(low[i]);
                }
                continue;
            };
            calls.push((i, edge + 1));
            if index[target] == NEW {
                calls.push((target, 0));
            } else if component[target] == NEW {
                low[i] = low[i].min(index[target]);
            }
        }
    }
    component
}
