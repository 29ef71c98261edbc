//! Follows an issued route under a new problem: does it still stand, and where does it break?
//!
//! Only what a re-plan must know; the verdict on a plan is another crate's.

use std::collections::BTreeMap;

use crate::fleet::Obstacle;
use crate::index::Index;
use crate::problem::{Stop, Vehicle};

/// A route that stands.
#[derive(Debug)]
pub struct Walked {
    /// Driving between its stops, seconds.
    pub drive_s: i64,
    /// Loadings.
    pub trips: i64,
}

/// Where a route breaks, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// Index of the stop.
    pub stop: usize,
    /// There is no way to this stop from the one before.
    pub no_way: bool,
    /// Why.
    pub why: Obstacle,
}

/// Packs aboard after each stop, from the moves alone.
pub fn aboard_after(vehicle: &Vehicle, stops: &[Stop]) -> Vec<i64> {
    let mut aboard: i64 = vehicle.aboard.iter().map(|g| g.packs).sum();
    let mut after = Vec::new();
    for stop in stops {
        aboard -= stop.unload.iter().map(|g| g.packs).sum::<i64>();
        aboard -= stop.back.iter().map(|g| g.packs).sum::<i64>();
        aboard += stop.load.iter().map(|g| g.packs).sum::<i64>();
        after.push(aboard);
    }
    after
}

struct Walk<'a> {
    ix: &'a Index<'a>,
    vehicle: &'a Vehicle,
    aboard: BTreeMap<usize, i64>,
}

/// Follows the route.
pub fn walk(ix: &Index, vehicle_at: usize, stops: &[Stop]) -> Result<Walked, Break> {
    let broken = |stop, why| Break { stop, no_way: why == Obstacle::NoWay, why };
    let vehicle = ix.vehicle(vehicle_at);
    let mut walk = Walk { ix, vehicle, aboard: BTreeMap::new() };
    for goods in &vehicle.aboard {
        *walk.aboard.entry(ix.lot_ids[goods.lot.as_str()]).or_insert(0) += goods.packs;
    }
    let (Some(first), Some(last)) = (stops.first(), stops.last()) else {
        return Err(broken(0, Obstacle::Broken));
    };
    if first.place != vehicle.start {
        return Err(broken(0, Obstacle::Broken));
    }
    if first.arrive < vehicle.shift.0 {
        return Err(broken(0, Obstacle::Shift));
    }
    let matrix = ix.matrix(vehicle_at);
    let (mut before, mut drive_s, mut trips) = (None, 0i64, 0);
    for (number, stop) in stops.iter().enumerate() {
        let fail = |why| broken(number, why);
        let place = *ix.places.get(stop.place.as_str()).ok_or_else(|| fail(Obstacle::Gone))?;
        if let Some((from, left)) = before {
            let from: usize = from;
            let leg = matrix[from][place].ok_or_else(|| fail(Obstacle::NoWay))?;
            if stop.arrive < leg.saturating_add(left) {
                return Err(fail(Obstacle::Broken));
            }
            drive_s = drive_s.saturating_add(leg);
        }
        walk.halt(place, stop).map_err(fail)?;
        trips += i64::from(!stop.load.is_empty());
        if stop.depart > vehicle.shift.1 {
            return Err(fail(Obstacle::Shift));
        }
        if vehicle.max_drive_s.is_some_and(|most| drive_s > most) {
            return Err(fail(Obstacle::DriveTime));
        }
        if vehicle.max_trips.is_some_and(|most| trips > most) {
            return Err(fail(Obstacle::Trips));
        }
        before = Some((place, stop.depart));
    }
    let end = vehicle.end.as_ref().is_none_or(|end| last.place == *end);
    if !end || walk.aboard.values().any(|packs| *packs != 0) {
        return Err(broken(stops.len() - 1, Obstacle::Broken));
    }
    Ok(Walked { drive_s, trips })
}

impl Walk<'_> {
    fn halt(&mut self, place: usize, stop: &Stop) -> Result<(), Obstacle> {
        let (ix, vehicle) = (self.ix, self.vehicle);
        let spot = ix.place(place);
        if spot.max_class.is_some_and(|most| vehicle.class > most) {
            return Err(Obstacle::Class);
        }
        let takes = ix.service_s(place, stop.moved());
        let ordered = stop.arrive <= stop.start && stop.start <= stop.depart;
        if !ordered || stop.depart - stop.start < takes {
            return Err(Obstacle::Broken);
        }
        let done = stop.start + takes;
        if stop.moved() > 0 && ix.service_start(place, stop.start, takes) != Some(stop.start) {
            return Err(Obstacle::Window);
        }
        for goods in &stop.unload {
            let need = *ix.needs.get(goods.need.as_str()).ok_or(Obstacle::Gone)?;
            let lot = *ix.lot_ids.get(goods.lot.as_str()).ok_or(Obstacle::Gone)?;
            let (need, stock) = (ix.need(need), ix.lots[lot]);
            let life = ix.goods(lot).min_life_s;
            if need.place != stop.place || need.commodity != stock.commodity {
                return Err(Obstacle::Gone);
            }
            if stock.only.as_ref().is_some_and(|only| !only.contains(&need.place)) {
                return Err(Obstacle::Earmark);
            }
            if stock.expires_s.is_some_and(|expires| done + life > expires) {
                return Err(Obstacle::Expiry);
            }
            if done > ix.problem.horizon_s {
                return Err(Obstacle::Horizon);
            }
            self.off(lot, goods.packs)?;
        }
        for goods in &stop.back {
            let lot = self.lot_here(&goods.lot, place)?;
            self.off(lot, goods.packs)?;
        }
        for goods in &stop.load {
            let lot = self.lot_here(&goods.lot, place)?;
            if goods.packs <= 0 || stop.start < ix.lots[lot].from_s {
                return Err(Obstacle::Broken);
            }
            *self.aboard.entry(lot).or_insert(0) += goods.packs;
        }
        self.burden()
    }

    fn lot_here(&self, id: &str, place: usize) -> Result<usize, Obstacle> {
        let lot = *self.ix.lot_ids.get(id).ok_or(Obstacle::Gone)?;
        if self.ix.lot_place[lot] == place { Ok(lot) } else { Err(Obstacle::Gone) }
    }

    fn off(&mut self, lot: usize, packs: i64) -> Result<(), Obstacle> {
        let aboard = self.aboard.entry(lot).or_insert(0);
        if packs <= 0 || *aboard < packs {
            return Err(Obstacle::Broken);
        }
        *aboard -= packs;
        Ok(())
    }

    /// Weight, volume and goods that must not travel together.
    fn burden(&self) -> Result<(), Obstacle> {
        let (mut grams, mut litres, mut kinds) = (0i128, 0i128, Vec::new());
        for (lot, packs) in self.aboard.iter().filter(|(_, packs)| **packs > 0) {
            let goods = self.ix.goods(*lot);
            grams += i128::from(*packs) * i128::from(goods.pack_g);
            litres += i128::from(*packs) * i128::from(goods.pack_l);
            kinds.push(goods.id.as_str());
        }
        let heavy = grams > i128::from(self.vehicle.capacity_g);
        if heavy || litres > i128::from(self.vehicle.capacity_l) {
            return Err(Obstacle::PackTooLarge);
        }
        let apart = &self.ix.problem.forbidden_together;
        if apart.iter().any(|pair| pair.iter().all(|kind| kinds.contains(&kind.as_str()))) {
            return Err(Obstacle::Broken);
        }
        Ok(())
    }
}
