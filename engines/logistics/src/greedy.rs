//! The clear rule: worst-off first, from the nearest depot, on the vehicle that is there first.
//!
//! Needs in the order (tier, hours already gone without, people, id); each takes goods from the
//! nearest depot that has them, on the vehicle that finishes the delivery first, split over
//! vehicles when one is too small; a vehicle goes depot, place, and again. No exchange, no looking
//! ahead: it is the baseline that better engines are measured against.
//! Source: the outside `make_case.py`, whose plans this gives stop by stop.

use std::collections::BTreeMap;

use crate::fleet::{Fleet, Obstacle, Trip};

/// Where the distance to a depot that no vehicle can leave stands in the order: behind all others.
const NEVER_S: i64 = 1_000_000_000;

/// Why packs stay behind, in the words of the plan's format.
pub const NO_STOCK: &str = "no stock";
pub const NO_WAY: &str = "no vehicle can reach";
pub const NO_TIME: &str = "no time";
pub const CHANGE_CAP: &str = "change cap";

/// Which orders of a previous plan a new trip may touch.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    /// None: a vehicle brings nothing more for a need it has a standing order for.
    Nothing,
    /// At most so many.
    AtMost(i64),
}

/// Needs in the order in which they are served.
pub fn order(fleet: &Fleet) -> Vec<usize> {
    let problem = fleet.ix.problem;
    let mut order: Vec<usize> = (0..problem.needs.len()).collect();
    order.sort_by_key(|at| {
        let need = &problem.needs[*at];
        let tier = fleet.ix.need_goods(*at).tier;
        (tier, -need.deprived_min, -need.people, need.id.as_str())
    });
    order
}

/// Depots by the time of the fastest sort of vehicle; with that time, where there is one.
pub fn nearest(fleet: &Fleet, place: usize) -> Vec<(usize, Option<i64>)> {
    let ix = fleet.ix;
    let mut depots: Vec<(usize, Option<i64>)> = ix
        .depots
        .iter()
        .map(|d| (*d, ix.problem.matrices.values().filter_map(|m| m[*d][place]).min()))
        .collect();
    depots.sort_by_key(|(d, fastest)| {
        (fastest.map_or(NEVER_S, |s| s.min(NEVER_S)), ix.place(*d).id.as_str())
    });
    depots
}

/// Lots of a depot that hold something for the need, soonest to expire first.
fn lots(fleet: &Fleet, depot: usize, need: usize) -> Vec<usize> {
    let (ix, wanted) = (fleet.ix, fleet.ix.need(need));
    let commodity = ix.need_at[need].1;
    let all = ix.stock.get(&(depot, commodity)).map(Vec::as_slice).unwrap_or_default();
    let open = |lot: &&usize| {
        let only = ix.lots[**lot].only.as_ref();
        fleet.left[**lot] > 0 && only.is_none_or(|only| only.contains(&wanted.place))
    };
    all.iter().filter(open).copied().collect()
}

/// Serves the needs in order; gives what stays behind, by need, with the reason.
pub fn serve(
    fleet: &mut Fleet,
    order: &[usize],
    mut touch: Touch,
) -> BTreeMap<usize, (i64, &'static str)> {
    let mut unserved = BTreeMap::new();
    for &need in order {
        let depots = nearest(fleet, fleet.ix.need_at[need].0);
        loop {
            let left = fleet.ix.need(need).packs - fleet.brought[need].0;
            if left <= 0 {
                break;
            }
            let found = best(fleet, &depots, need, left, touch);
            let Some(trip) = found.trip else {
                let reason = match (found.stock, found.way) {
                    (false, _) => NO_STOCK,
                    (true, false) => NO_WAY,
                    (true, true) if found.stands => CHANGE_CAP,
                    (true, true) => NO_TIME,
                };
                unserved.insert(need, (left, reason));
                break;
            };
            if let Touch::AtMost(changes) = touch
                && fleet.standing.remove(&(need, trip.vehicle))
            {
                touch = Touch::AtMost(changes - 1);
            }
            fleet.take(&trip);
        }
    }
    unserved
}

#[derive(Default)]
struct Found {
    trip: Option<Trip>,
    /// Some depot had goods.
    stock: bool,
    /// Some vehicle has a way from such a depot.
    way: bool,
    /// Some trip could be made, and would change an order that stands.
    stands: bool,
}

/// The trip that is done first from the nearest depot from which any can be made.
fn best(
    fleet: &Fleet,
    depots: &[(usize, Option<i64>)],
    need: usize,
    left: i64,
    touch: Touch,
) -> Found {
    let mut found = Found::default();
    let ids = |trip: &Trip| (trip.done, -trip.packs, fleet.ix.vehicle(trip.vehicle).id.as_str());
    for &(depot, _) in depots {
        let lots = lots(fleet, depot, need);
        if lots.is_empty() {
            continue;
        }
        found.stock = true;
        for vehicle in 0..fleet.days.len() {
            if !may(fleet, vehicle, depot, need) {
                continue;
            }
            found.way = true;
            if !may_touch(fleet, vehicle, need, touch) {
                found.stands |= trips(fleet, vehicle, &lots, need, left).iter().any(Result::is_ok);
                continue;
            }
            for trip in trips(fleet, vehicle, &lots, need, left).into_iter().flatten() {
                if found.trip.as_ref().is_none_or(|best| ids(&trip) < ids(best)) {
                    found.trip = Some(trip);
                }
            }
        }
        if found.trip.is_some() {
            break;
        }
    }
    found
}

/// Whether a vehicle has a way from where it is over the depot to the place, and fits there.
fn may(fleet: &Fleet, vehicle: usize, depot: usize, need: usize) -> bool {
    let ix = fleet.ix;
    let v = ix.vehicle(vehicle);
    let (matrix, place) = (ix.matrix(vehicle), ix.need_at[need].0);
    let fits = |at: usize| ix.place(at).max_class.is_none_or(|most| v.class <= most);
    !fleet.days[vehicle].loaded
        && matrix[depot][place].is_some()
        && fits(place)
        && fits(depot)
        && fleet.gaps(vehicle).any(|gap| matrix[gap.at][depot].is_some())
}

fn may_touch(fleet: &Fleet, vehicle: usize, need: usize, touch: Touch) -> bool {
    let stands = fleet.standing.contains(&(need, vehicle));
    !stands || matches!(touch, Touch::AtMost(changes) if changes > 0)
}

/// For each gap of a vehicle's day the trip with the first lot that fits, or why none does.
fn trips(
    fleet: &Fleet,
    vehicle: usize,
    lots: &[usize],
    need: usize,
    left: i64,
) -> Vec<Result<Trip, Obstacle>> {
    let (ix, v) = (fleet.ix, fleet.ix.vehicle(vehicle));
    let goods = ix.need_goods(need);
    if ix.need(need).max_splits.is_some_and(|most| fleet.brought[need].1 + 1 > most) {
        return vec![Err(Obstacle::Splits)];
    }
    let most = (v.capacity_g / goods.pack_g).min(v.capacity_l / goods.pack_l);
    if most <= 0 {
        return vec![Err(Obstacle::PackTooLarge)];
    }
    let in_gap = |gap| {
        let mut why = Obstacle::NoWay;
        for &lot in lots {
            let packs = left.min(fleet.left[lot]).min(most);
            match fleet.try_trip(vehicle, gap, need, lot, packs) {
                Ok(trip) => return Ok(trip),
                Err(obstacle) => why = obstacle,
            }
        }
        Err(why)
    };
    fleet.gaps(vehicle).map(in_gap).collect()
}

/// What keeps each vehicle from bringing one pack more from a depot, counted by obstacle; and the
/// packs that lie there.
pub fn obstacles(fleet: &Fleet, depot: usize, need: usize) -> (i64, BTreeMap<Obstacle, u32>) {
    let mut counts = BTreeMap::new();
    let lots = lots(fleet, depot, need);
    let there: i64 = lots.iter().map(|lot| fleet.left[*lot]).sum();
    if lots.is_empty() {
        return (0, counts);
    }
    let left = fleet.ix.need(need).packs - fleet.brought[need].0;
    for vehicle in 0..fleet.days.len() {
        let obstacle = obstacle(fleet, vehicle, depot, need, &lots, left);
        *counts.entry(obstacle).or_insert(0) += 1;
    }
    (there, counts)
}

fn obstacle(
    fleet: &Fleet,
    vehicle: usize,
    depot: usize,
    need: usize,
    lots: &[usize],
    left: i64,
) -> Obstacle {
    let ix = fleet.ix;
    let (v, place) = (ix.vehicle(vehicle), ix.need_at[need].0);
    if fleet.days[vehicle].loaded {
        return Obstacle::Loaded;
    }
    let fits = |at: usize| ix.place(at).max_class.is_none_or(|most| v.class <= most);
    if !may(fleet, vehicle, depot, need) {
        let way = ix.matrix(vehicle)[depot][place].is_some();
        return if way && !(fits(place) && fits(depot)) {
            Obstacle::Class
        } else {
            Obstacle::NoWay
        };
    }
    if !may_touch(fleet, vehicle, need, Touch::Nothing) {
        return Obstacle::OrderStands;
    }
    // The end of the day comes last and is what mostly binds.
    let tried = trips(fleet, vehicle, lots, need, left);
    tried.last().and_then(|t| t.as_ref().err().copied()).unwrap_or(Obstacle::OrderStands)
}
