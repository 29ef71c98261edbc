//! Plans again after the world changed, changing as few issued orders as it can.
//!
//! Trips that still stand stay exactly as they are; broken ones go; what they would have brought is
//! served again by the clear rule, in the gaps and at the end of the days that stand.
//! Source: house, relief design §10.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::fleet::{Fleet, Obstacle};
use crate::greedy::{CHANGE_CAP, NO_STOCK, NO_TIME, NO_WAY, Touch, order, serve};
use crate::index::{FIGURE_MAX, Index, ProblemError};
use crate::kept::{Kept, Lost, keep};
use crate::problem::{Plan, Problem, Stop};
use crate::walk::walk;
use crate::why::{Why, explain};

/// Packs and start of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brings {
    /// Packs of all its deliveries.
    pub packs: i64,
    /// Start of the first.
    pub start_s: i64,
}

/// An order (one need by one vehicle) that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderChange {
    /// Need.
    pub need: String,
    /// Vehicle.
    pub vehicle: String,
    /// What it was; `None` for a new one.
    pub before: Option<Brings>,
    /// What it is; `None` where it is gone.
    pub after: Option<Brings>,
    /// Why the old one does not stand; `None` where it could have stood, or is new.
    pub cause: Option<Obstacle>,
}

/// What a new plan changes. Forced or not is the checker's to say; the cause is this engine's view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diff {
    /// Orders that stay exactly as they were.
    pub kept: u32,
    /// All others, by need and vehicle.
    pub changes: Vec<OrderChange>,
    /// Needs that now get more: (need, packs before, packs after).
    pub gains: Vec<(String, i64, i64)>,
    /// Needs that now get less.
    pub losses: Vec<(String, i64, i64)>,
}

/// A plan, why each need gets what it gets, and what changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replanned {
    /// The plan.
    pub plan: Plan,
    /// By need, in the order of serving.
    pub why: Vec<Why>,
    /// Against the previous plan.
    pub diff: Diff,
}

/// Plans again; no new trip begins before `now_s`, seconds from the start of the plan.
///
/// `old` is the problem of the previous plan, on the same time axis: where nothing differs from it
/// and the plan stands, the plan stays, even if the rule could now find room for a pack more.
///
/// # Errors
/// [`ProblemError`] where the problem cannot be planned.
pub fn replan(
    problem: &Problem,
    old: &Problem,
    previous: &Plan,
    now_s: i64,
) -> Result<Replanned, ProblemError> {
    let ix = Index::new(problem)?;
    bounded(previous)?;
    let kept = keep(&ix, previous);
    let mut fleet = Fleet::new(&ix, now_s);
    let shaken = !kept.lost.is_empty();
    stand(&mut fleet, &kept, previous, shaken);
    let order = order(&fleet);
    if !shaken && same(problem, old) {
        return Ok(unchanged(&fleet, &order, previous));
    }
    let mut unserved = serve(&mut fleet, &order, Touch::Nothing);
    let spare = spare_changes(problem, previous, &fleet);
    if !unserved.is_empty() && spare > 0 {
        unserved = serve(&mut fleet, &order, Touch::AtMost(spare));
    }
    let mut plan = snapshot(&fleet, &unserved);
    let known = |need: &&String| ix.needs.contains_key(need.as_str());
    plan.drafts = previous.drafts.iter().filter(known).cloned().collect();
    let why = explain(&fleet, &order, &unserved, &plan);
    let diff = diff(previous, &plan, &kept.lost);
    Ok(Replanned { plan, why, diff })
}

/// What `plan` changes against `previous`, with the cause of what could not stay.
///
/// # Errors
/// [`ProblemError`] where the problem cannot be planned.
pub fn compare(problem: &Problem, previous: &Plan, plan: &Plan) -> Result<Diff, ProblemError> {
    let ix = Index::new(problem)?;
    bounded(previous)?;
    bounded(plan)?;
    Ok(diff(previous, plan, &keep(&ix, previous).lost))
}

/// Whether two problems differ in nothing but their names.
fn same(problem: &Problem, old: &Problem) -> bool {
    Problem { name: old.name.clone(), ..problem.clone() } == *old
}

/// The previous plan, explained again.
fn unchanged(fleet: &Fleet, order: &[usize], previous: &Plan) -> Replanned {
    let problem = fleet.ix.problem;
    let plan = Plan { problem: problem.name.clone(), ..previous.clone() };
    let mut unserved: BTreeMap<usize, (i64, &'static str)> = BTreeMap::new();
    for short in &previous.unserved {
        if let Some(need) = fleet.ix.needs.get(short.need.as_str()) {
            let known = [NO_STOCK, NO_WAY, CHANGE_CAP].into_iter().find(|r| *r == short.reason);
            unserved.insert(*need, (short.packs, known.unwrap_or(NO_TIME)));
        }
    }
    let why = explain(fleet, order, &unserved, &plan);
    let diff = diff(previous, &plan, &Lost::new());
    Replanned { plan, why, diff }
}

/// Refuses figures of a previous plan that no sum could hold.
fn bounded(previous: &Plan) -> Result<(), ProblemError> {
    let figure = |what, found: i64| match (-FIGURE_MAX..=FIGURE_MAX).contains(&found) {
        true => Ok(()),
        false => Err(ProblemError::Figure { of: "the previous plan".to_string(), what, found }),
    };
    for stop in previous.routes.iter().flat_map(|r| &r.stops) {
        for time in [stop.arrive, stop.start, stop.depart] {
            figure("a time", time)?;
        }
        let goods = stop.load.iter().chain(&stop.back).map(|g| g.packs);
        for packs in goods.chain(stop.unload.iter().map(|g| g.packs)) {
            figure("a number of packs", packs)?;
        }
    }
    Ok(())
}

/// The plan of a fleet that is still asked about afterwards.
pub fn snapshot(fleet: &Fleet, unserved: &BTreeMap<usize, (i64, &'static str)>) -> Plan {
    Fleet {
        ix: fleet.ix,
        now_s: fleet.now_s,
        left: Vec::new(),
        days: fleet.days.clone(),
        busy: Vec::new(),
        brought: Vec::new(),
        standing: BTreeSet::new(),
    }
    .plan(unserved)
}

/// Books what stands. Gaps inside days are used only where something was lost: without a change
/// the plan stays the same.
fn stand(fleet: &mut Fleet, kept: &Kept, previous: &Plan, shaken: bool) {
    let ix = fleet.ix;
    let drafts: BTreeSet<&str> = previous.drafts.iter().map(String::as_str).collect();
    for route in &kept.routes {
        let vehicle = ix.vehicle(route.vehicle);
        let Ok(walked) = walk(ix, route.vehicle, &route.stops) else { continue };
        for stop in &route.stops {
            let place = ix.places[stop.place.as_str()];
            let takes = ix.service_s(place, stop.moved());
            if takes > 0 {
                fleet.busy[place].push((stop.start, stop.start + takes));
            }
            for goods in &stop.load {
                fleet.left[ix.lot_ids[goods.lot.as_str()]] -= goods.packs;
            }
            for goods in &stop.back {
                fleet.left[ix.lot_ids[goods.lot.as_str()]] += goods.packs;
            }
            for goods in &stop.unload {
                let need = ix.needs[goods.need.as_str()];
                fleet.brought[need].0 += goods.packs;
                fleet.brought[need].1 += 1;
                if !drafts.contains(goods.need.as_str()) {
                    fleet.standing.insert((need, route.vehicle));
                }
            }
        }
        let mut stops = route.stops.clone();
        let mut drive_s = walked.drive_s;
        // The bare last halt at home is timed anew if the day goes on.
        if stops.len() > 1 && stops.last().is_some_and(Stop::is_bare) && vehicle.end.is_some() {
            stops.pop();
            if let Some(last) = stops.last() {
                let from = ix.places[last.place.as_str()];
                let end = vehicle.end.as_deref().map_or(from, |end| ix.places[end]);
                drive_s -= ix.matrix(route.vehicle)[from][end].unwrap_or(0);
            }
        }
        let now_s = fleet.now_s;
        let day = &mut fleet.days[route.vehicle];
        if let Some(last) = stops.last() {
            (day.at, day.t) = (ix.places[last.place.as_str()], last.depart.max(now_s));
        }
        (day.drive_s, day.trips, day.loaded) = (drive_s, walked.trips, false);
        day.issued = Some(route.stops.clone());
        day.stops = stops;
        day.fill = shaken;
        fleet.find_gaps(route.vehicle);
    }
}

/// Issued orders that may still be changed without need under the cap.
fn spare_changes(problem: &Problem, previous: &Plan, fleet: &Fleet) -> i64 {
    let Some(cap) = problem.max_changed_percent else { return i64::MAX };
    let drafts: BTreeSet<&str> = previous.drafts.iter().map(String::as_str).collect();
    let issued = orders(previous).keys().filter(|k| !drafts.contains(k.0)).count() as i64;
    debug_assert!(fleet.standing.len() as i64 <= issued);
    cap.max(0).saturating_mul(issued) / 100
}

/// Orders of a plan by (need, vehicle).
fn orders(plan: &Plan) -> BTreeMap<(&str, &str), Brings> {
    let mut out: BTreeMap<(&str, &str), Brings> = BTreeMap::new();
    for route in &plan.routes {
        for stop in &route.stops {
            for goods in &stop.unload {
                let key = (goods.need.as_str(), route.vehicle.as_str());
                let order = out.entry(key).or_insert(Brings { packs: 0, start_s: stop.start });
                order.packs = order.packs.saturating_add(goods.packs);
                order.start_s = order.start_s.min(stop.start);
            }
        }
    }
    out
}

fn diff(previous: &Plan, plan: &Plan, lost: &Lost) -> Diff {
    let (old, new) = (orders(previous), orders(plan));
    let mut out = Diff::default();
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
    for (need, vehicle) in keys {
        let (before, after) = (old.get(&(need, vehicle)), new.get(&(need, vehicle)));
        if before == after {
            out.kept += 1;
            continue;
        }
        out.changes.push(OrderChange {
            need: need.to_string(),
            vehicle: vehicle.to_string(),
            before: before.copied(),
            after: after.copied(),
            cause: lost.get(&(need.to_string(), vehicle.to_string())).copied(),
        });
    }
    let (before, after) = (sums(&old), sums(&new));
    let needs: BTreeSet<_> = before.keys().chain(after.keys()).copied().collect();
    for need in needs {
        let packs = |of: &BTreeMap<&str, i64>| of.get(need).copied().unwrap_or(0);
        let row = (need.to_string(), packs(&before), packs(&after));
        match row.2.cmp(&row.1) {
            std::cmp::Ordering::Greater => out.gains.push(row),
            std::cmp::Ordering::Less => out.losses.push(row),
            std::cmp::Ordering::Equal => {}
        }
    }
    out
}

fn sums<'a>(orders: &BTreeMap<(&'a str, &'a str), Brings>) -> BTreeMap<&'a str, i64> {
    let mut out = BTreeMap::new();
    for ((need, _), brings) in orders {
        *out.entry(*need).or_insert(0) += brings.packs;
    }
    out
}
