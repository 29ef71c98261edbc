//! Why each need gets what it gets: figures and codes; the words are made on the screen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::fleet::{Fleet, Obstacle};
use crate::greedy::{CHANGE_CAP, NO_STOCK, NO_WAY, nearest, obstacles};
use crate::problem::Plan;

/// What keeps a need from being met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binds {
    /// No depot ever had these goods for this place.
    NoStock,
    /// All packs that may go there are promised.
    StockUsedUp,
    /// Goods are there, and no vehicle has a way from them to the place.
    NoVehicleReaches,
    /// Vehicles have a way, and none has time: shift, driving, trips, end of the plan.
    VehicleTime,
    /// One pack is too heavy or too large for every vehicle that has a way.
    Weight,
    /// No window of depot or place is long enough.
    Window,
    /// The goods would be too old when handed out.
    Expiry,
    /// More deliveries than the need may be split into.
    Splits,
    /// More would change an order that stands.
    OrderStands,
}

/// A delivery for the need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    /// Vehicle.
    pub vehicle: String,
    /// Lot.
    pub lot: String,
    /// Depot it lies at.
    pub depot: String,
    /// Packs.
    pub packs: i64,
    /// When service starts there, seconds from the plan's start.
    pub start_s: i64,
}

/// A depot, in order of nearness, as it stood when the plan was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// Depot.
    pub depot: String,
    /// Time of the fastest sort of vehicle; `None` where none has a way.
    pub fastest_s: Option<i64>,
    /// Packs for this need that lie there and are not promised.
    pub packs_left: i64,
    /// Vehicles by what keeps them; empty where nothing lies there.
    pub vehicles: BTreeMap<Obstacle, u32>,
}

/// Why a need gets what it gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// Need.
    pub need: String,
    /// Place in the order of serving, from 1.
    pub turn: u32,
    /// Packs needed.
    pub packs_needed: i64,
    /// Packs brought.
    pub packs_brought: i64,
    /// Brought / needed, parts per million, rounded down.
    pub share_ppm: i64,
    /// Deliveries, by start.
    pub served: Vec<Served>,
    /// What binds; `None` where the need is met.
    pub binds: Option<Binds>,
    /// Depots tried, nearest first; only where the need is not met.
    pub tried: Vec<Tried>,
}

/// Explains all needs, in the order in which they were served.
pub fn explain(
    fleet: &Fleet,
    order: &[usize],
    unserved: &BTreeMap<usize, (i64, &'static str)>,
    plan: &Plan,
) -> Vec<Why> {
    let served = deliveries(fleet, plan);
    let one = |(turn, &at): (usize, &usize)| {
        let need = fleet.ix.need(at);
        let brought = fleet.brought[at].0;
        let short = unserved.get(&at);
        let tried = if short.is_some() { tried(fleet, at) } else { Vec::new() };
        Why {
            need: need.id.clone(),
            turn: turn as u32 + 1,
            packs_needed: need.packs,
            packs_brought: brought,
            share_ppm: (i128::from(brought) * 1_000_000 / i128::from(need.packs)) as i64,
            served: served.get(need.id.as_str()).cloned().unwrap_or_default(),
            binds: short.map(|(_, reason)| binds(fleet, at, reason, &tried)),
            tried,
        }
    };
    order.iter().enumerate().map(one).collect()
}

fn deliveries<'p>(fleet: &Fleet, plan: &'p Plan) -> BTreeMap<&'p str, Vec<Served>> {
    let ix = fleet.ix;
    let mut out: BTreeMap<&str, Vec<Served>> = BTreeMap::new();
    for route in &plan.routes {
        for stop in &route.stops {
            for goods in &stop.unload {
                let depot = ix.lot_ids.get(goods.lot.as_str()).map(|lot| ix.lot_place[*lot]);
                out.entry(&goods.need).or_default().push(Served {
                    vehicle: route.vehicle.clone(),
                    lot: goods.lot.clone(),
                    depot: depot.map(|at| ix.place(at).id.clone()).unwrap_or_default(),
                    packs: goods.packs,
                    start_s: stop.start,
                });
            }
        }
    }
    for list in out.values_mut() {
        list.sort_by(|a, b| (a.start_s, &a.vehicle).cmp(&(b.start_s, &b.vehicle)));
    }
    out
}

fn tried(fleet: &Fleet, need: usize) -> Vec<Tried> {
    let place = fleet.ix.need_at[need].0;
    let one = |(depot, fastest_s): (usize, Option<i64>)| {
        let (packs_left, vehicles) = obstacles(fleet, depot, need);
        Tried { depot: fleet.ix.place(depot).id.clone(), fastest_s, packs_left, vehicles }
    };
    nearest(fleet, place).into_iter().map(one).collect()
}

/// One code for what binds: by the reason found while planning, then by what keeps most of the
/// vehicles that have a way.
fn binds(fleet: &Fleet, need: usize, reason: &str, tried: &[Tried]) -> Binds {
    let wanted = fleet.ix.need(need);
    if reason == NO_STOCK {
        let ever = |lot: &crate::problem::Lot| {
            lot.commodity == wanted.commodity
                && lot.packs > 0
                && lot.only.as_ref().is_none_or(|only| only.contains(&wanted.place))
        };
        let ever = fleet.ix.lots.iter().any(|lot| ever(lot));
        return if ever { Binds::StockUsedUp } else { Binds::NoStock };
    }
    if reason == NO_WAY {
        return Binds::NoVehicleReaches;
    }
    if reason == CHANGE_CAP {
        return Binds::OrderStands;
    }
    let mut sums: BTreeMap<Binds, u32> = BTreeMap::new();
    for (obstacle, vehicles) in tried.iter().flat_map(|t| &t.vehicles) {
        let binds = match obstacle {
            Obstacle::PackTooLarge => Binds::Weight,
            Obstacle::Window => Binds::Window,
            Obstacle::Expiry => Binds::Expiry,
            Obstacle::Splits => Binds::Splits,
            Obstacle::OrderStands => Binds::OrderStands,
            Obstacle::Horizon | Obstacle::Shift | Obstacle::DriveTime | Obstacle::Trips => {
                Binds::VehicleTime
            }
            _ => continue,
        };
        *sums.entry(binds).or_insert(0) += vehicles;
    }
    let most = sums.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
    most.map_or(Binds::VehicleTime, |(binds, _)| binds)
}
