//! What only shows over all routes: stock, needs met or named unserved, crowded places, the cap on
//! changes, claims.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::code::{Code, Violation, Where};
use crate::index::Index;
use crate::metrics::Changes;
use crate::read::{Plan, Unreadable};
use crate::route::Ledger;

/// A start moved by more than this is a changed order, seconds. Source: house, relief design §10.
const CHANGED_START_S: i64 = 1800;
/// Packs that differ by more than this are a changed order, percent.
/// Source: house, relief design §10.
const CHANGED_PACKS_PERCENT: i128 = 5;

/// More taken from a lot than it holds, more returned than was carried and taken.
pub fn stock(index: &Index, out: &mut Ledger) {
    for (at, entry) in index.lots.iter().enumerate() {
        let (taken, back, carried) = (out.taken[at], out.back[at], out.carried[at]);
        let packs = entry.lot.packs.wide();
        if taken - back > packs || taken + carried - back < 0 {
            out.wrong(Code::Stock, &Where::Lot(entry.lot.id.clone())).figures(taken - back, packs);
        }
    }
}

/// Over-delivery, splits, and that delivered + unserved is the need.
pub fn needs(index: &Index, plan: &Plan, out: &mut Ledger) {
    let delivered = |out: &Ledger, at: usize| -> i128 {
        out.delivered[at].iter().map(|(packs, _)| packs).sum()
    };
    for (at, need) in index.problem.needs.iter().enumerate() {
        let (sum, times) = (delivered(out, at), out.delivered[at].len() as i128);
        let here = || Where::Need(need.id.clone());
        if sum > need.packs.wide() {
            out.wrong(Code::OverDelivery, &here()).figures(sum, need.packs.wide());
        }
        if let Some(most) = need.max_splits
            && times > most.wide()
        {
            out.wrong(Code::Splits, &here()).figures(times, most.wide());
        }
    }
    let mut short = vec![0i128; index.problem.needs.len()];
    for entry in &plan.unserved {
        let need = entry.need.0.as_deref().and_then(|id| index.needs.get(id));
        let packs = entry.packs.0.filter(|packs| *packs > 0);
        match (need, packs, given(&entry.reason)) {
            (Some(&at), Some(packs), true) => short[at] += i128::from(packs),
            _ => {
                let wrong = out.wrong(Code::Unserved, &Where::Unserved);
                wrong.ids.extend(entry.need.0.clone());
            }
        }
    }
    for (at, need) in index.problem.needs.iter().enumerate() {
        let sum = delivered(out, at);
        if sum <= need.packs.wide() && sum + short[at] != need.packs.wide() {
            out.wrong(Code::Unserved, &Where::Need(need.id.clone()))
                .figures(sum + short[at], need.packs.wide());
        }
    }
}

/// Whether a reason is given at all.
fn given(reason: &Value) -> bool {
    match reason {
        Value::Null => false,
        Value::Bool(yes) => *yes,
        Value::Number(n) => n.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}

/// Places at which more vehicles are served at once than they can take.
pub fn crowds(index: &Index, out: &mut Ledger) {
    for (at, place) in index.problem.places.iter().enumerate() {
        let Some(most) = place.max_vehicles_at_once.map(|most| most.wide()) else { continue };
        if most == 0 {
            continue;
        }
        let served = out.presence[at].iter().filter(|(from, to)| to > from);
        // Who leaves at the second another comes makes room for it.
        let mut steps: Vec<(i128, i128)> =
            served.flat_map(|&(from, to)| [(from, 1), (to, -1)]).collect();
        steps.sort_unstable();
        let mut there = 0;
        for (_, step) in steps {
            there += step;
            if there > most {
                out.wrong(Code::Crowded, &Where::Place(place.id.clone())).figures(there, most);
                break;
            }
        }
    }
}

/// An order is one need by one vehicle.
type OrderKey = (String, String);

/// Packs and first start of each order of a plan.
fn orders(plan: &Plan) -> Result<BTreeMap<OrderKey, (i128, i64)>, Unreadable> {
    let mut found: BTreeMap<OrderKey, (i128, i64)> = BTreeMap::new();
    for route in &plan.routes {
        for stop in route.stops() {
            for goods in &stop.unload {
                let fault = |cause: &str| Unreadable::Form {
                    which: "previous plan",
                    cause: format!("a delivery without {cause}"),
                };
                let need = goods.need.0.clone().ok_or_else(|| fault("need"))?;
                let vehicle = route.vehicle.0.clone().ok_or_else(|| fault("vehicle"))?;
                let packs = goods.packs.0.ok_or_else(|| fault("packs"))?;
                let start = stop.start.0.ok_or_else(|| fault("start"))?;
                let entry = found.entry((need, vehicle)).or_insert((0, start));
                entry.0 += i128::from(packs);
                entry.1 = entry.1.min(start);
            }
        }
    }
    Ok(found)
}

/// Orders of the previous plan that cannot stand in the new problem: found by checking it there.
fn broken(previous: &Plan, violations: &[Violation]) -> BTreeSet<OrderKey> {
    let mut out = BTreeSet::new();
    for (number, route) in previous.routes.iter().enumerate() {
        let vehicle = route.vehicle.0.clone().unwrap_or_default();
        let mut mine = BTreeSet::new();
        let mut lots = BTreeSet::new();
        for stop in route.stops() {
            for goods in &stop.unload {
                mine.insert((goods.need.0.clone().unwrap_or_default(), vehicle.clone()));
            }
            lots.extend(stop.load.iter().chain(&stop.unload).filter_map(|g| g.lot.0.as_deref()));
        }
        for violation in violations {
            match &violation.at {
                at if at.route() == Some(number) => out.extend(mine.iter().cloned()),
                Where::Lot(id) if lots.contains(id.as_str()) => out.extend(mine.iter().cloned()),
                Where::Need(id) => out.extend(mine.iter().filter(|k| k.0 == *id).cloned()),
                _ => {}
            }
        }
    }
    out
}

/// Counts the issued orders that the plan changes; `judged` is what checking the previous plan
/// against the new problem found.
pub fn changes(previous: &Plan, plan: &Plan, judged: &[Violation]) -> Result<Changes, Unreadable> {
    let drafts: BTreeSet<&str> = previous.drafts.iter().map(String::as_str).collect();
    let forced = broken(previous, judged);
    let now = orders(plan)?;
    let mut counts = Changes::default();
    for (key, (packs, start)) in orders(previous)? {
        if drafts.contains(key.0.as_str()) {
            continue;
        }
        counts.issued += 1;
        let kept = now.get(&key).is_some_and(|(new_packs, new_start)| {
            (new_packs - packs).abs() * 100 <= CHANGED_PACKS_PERCENT * packs
                && (new_start - start).abs() <= CHANGED_START_S
        });
        if !kept {
            match forced.contains(&key) {
                true => counts.forced += 1,
                false => counts.changed += 1,
            }
        }
    }
    Ok(counts)
}

/// Whether too many issued orders were changed without need.
pub fn change_cap(index: &Index, counts: &Changes, out: &mut Ledger) {
    let Some(cap) = index.problem.max_changed_percent else { return };
    let (changed, allowed) = (i128::from(counts.changed), cap.wide() * i128::from(counts.issued));
    if changed * 100 > allowed {
        out.wrong(Code::TooManyChanges, &Where::Plan).figures(changed, allowed.div_euclid(100));
    }
}

/// Every figure the plan claims must be the one found here.
pub fn claims(plan: &Plan, metrics: &Value, out: &mut Ledger) {
    for (name, claimed) in &plan.claims {
        if !metrics.get(name).is_some_and(|found| same(claimed, found)) {
            let wrong = out.wrong(Code::FalseClaim, &Where::Claims).id(name.clone());
            wrong.found = claimed.as_i64();
            wrong.limit = metrics.get(name).and_then(Value::as_i64);
        }
    }
}

/// Equality of JSON values in which 5 and 5.0 are the same figure.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => match (x.as_i64(), y.as_i64()) {
            (Some(x), Some(y)) => x == y,
            _ => x.as_f64() == y.as_f64(),
        },
        (Value::Array(x), Value::Array(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y))
        }
        (Value::Object(x), Value::Object(y)) => {
            x.len() == y.len() && x.iter().all(|(k, x)| y.get(k).is_some_and(|y| same(x, y)))
        }
        _ => a == b,
    }
}
