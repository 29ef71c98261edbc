//! Follows one route stop by stop: time, way, goods on and off, what is aboard.

use std::collections::{BTreeMap, BTreeSet};

use crate::code::{Code, Violation, Where};
use crate::index::Index;
use crate::read::{Move, Route, Stop, Unreadable, Vehicle, Whole};

/// What all routes together have done so far.
pub struct Ledger {
    /// Loaded, by lot.
    pub taken: Vec<i128>,
    /// Aboard vehicles at the start, by lot.
    pub carried: Vec<i128>,
    /// Returned to its own depot, by lot.
    pub back: Vec<i128>,
    /// Packs and minute of completion of each delivery, by need.
    pub delivered: Vec<Vec<(i128, i128)>>,
    /// From when to when a vehicle is served, by place.
    pub presence: Vec<Vec<(i128, i128)>>,
    /// Driving time of all vehicles, seconds.
    pub drive_s: i128,
    /// Legs between different places.
    pub legs: i64,
    /// Vehicles with a route.
    pub used: BTreeSet<usize>,
    /// All that is wrong.
    pub violations: Vec<Violation>,
}

impl Ledger {
    /// Nothing done yet.
    pub fn new(index: &Index) -> Self {
        let lots = index.lots.len();
        Ledger {
            taken: vec![0; lots],
            carried: vec![0; lots],
            back: vec![0; lots],
            delivered: vec![Vec::new(); index.problem.needs.len()],
            presence: vec![Vec::new(); index.problem.places.len()],
            drive_s: 0,
            legs: 0,
            used: BTreeSet::new(),
            violations: Vec::new(),
        }
    }

    /// Adds a violation; figures and ids may be set on what is given back.
    pub fn wrong(&mut self, code: Code, at: &Where) -> &mut Violation {
        self.violations.push(Violation::new(code, at.clone()));
        let last = self.violations.len() - 1;
        &mut self.violations[last]
    }
}

/// A stop whose place is known and whose times are whole.
struct Halt<'a> {
    place: usize,
    arrive: i128,
    start: i128,
    depart: i128,
    load: Vec<Goods<'a>>,
    unload: Vec<Goods<'a>>,
    back: Vec<Goods<'a>>,
}

/// A move with a whole number of packs above 0; need and lot may be unknown.
#[derive(Clone, Copy)]
struct Goods<'a> {
    need: Option<usize>,
    lot: Option<usize>,
    packs: i128,
    raw: &'a Move,
}

/// The route being followed.
struct Walk<'a> {
    index: &'a Index<'a>,
    vehicle: &'a Vehicle,
    route: usize,
    aboard: BTreeMap<usize, i128>,
    driving: i128,
    trips: i128,
}

/// Follows a route and writes into the ledger what it does and what is wrong with it.
pub fn follow(
    index: &Index,
    number: usize,
    route: &Route,
    out: &mut Ledger,
) -> Result<(), Unreadable> {
    let named = route.vehicle.0.as_deref();
    let at = Where::Route(number, route.vehicle.0.clone());
    let Some(vehicle_at) = named.and_then(|id| index.vehicles.get(id)).copied() else {
        out.wrong(Code::UnknownId, &at);
        return Ok(());
    };
    if !out.used.insert(vehicle_at) {
        out.wrong(Code::VehicleTwice, &at);
        return Ok(());
    }
    let vehicle = index.vehicle(vehicle_at);
    let matrix = index.matrix(&vehicle.matrix)?;
    if route.stops().is_empty() {
        out.wrong(Code::EmptyRoute, &at);
        return Ok(());
    }
    let known = |s: &Stop| s.place.0.as_deref().is_some_and(|p| index.places.contains_key(p));
    if !route.stops().iter().all(known) {
        out.wrong(Code::UnknownId, &at);
        return Ok(());
    }
    let timed = |s: &Stop| s.arrive.0.and(s.start.0).and(s.depart.0).is_some();
    if !route.stops().iter().all(timed) {
        out.wrong(Code::BadNumber, &at);
        return Ok(());
    }
    ends(index, vehicle, route, &at, out);
    let mut walk = Walk::begin(index, vehicle, number, out)?;
    let mut last: Option<(usize, i128)> = None;
    for (stop_at, stop) in route.stops().iter().enumerate() {
        let place_id = stop.place.0.clone().unwrap_or_default();
        let here = Where::Stop(number, vehicle.id.clone(), stop_at, place_id);
        let halt = halt(index, stop, &here, out);
        walk.travel(matrix, last, &halt, &here, out);
        walk.goods_off(&halt, &here, out)?;
        walk.goods_on(&halt, &here, out);
        walk.service(&halt, &here, out)?;
        walk.burden(&here, out)?;
        last = Some((halt.place, halt.depart));
    }
    walk.finish(&at, out);
    Ok(())
}

/// Start place, end place and shift.
fn ends(index: &Index, vehicle: &Vehicle, route: &Route, at: &Where, out: &mut Ledger) {
    let stops = route.stops();
    let (Some(first), Some(last)) = (stops.first(), stops.last()) else { return };
    debug_assert!(index.vehicles.contains_key(vehicle.id.as_str()));
    if first.place.0.as_deref() != Some(vehicle.start.as_str()) {
        out.wrong(Code::StartEnd, at).ids.push(vehicle.start.clone());
    }
    if vehicle.end.is_some() && last.place.0 != vehicle.end {
        out.wrong(Code::StartEnd, at).ids.extend(vehicle.end.clone());
    }
    let (begin, end) = (first.arrive.0.unwrap_or(0), last.depart.0.unwrap_or(0));
    if begin < vehicle.shift.0.0 || end > vehicle.shift.1.0 {
        let wrong = out.wrong(Code::Shift, at);
        (wrong.found, wrong.limit) = if begin < vehicle.shift.0.0 {
            (Some(begin), Some(vehicle.shift.0.0))
        } else {
            (Some(end), Some(vehicle.shift.1.0))
        };
    }
}

/// The stop with ids resolved; moves without a whole number of packs are named and left out.
fn halt<'a>(index: &Index, stop: &'a Stop, here: &Where, out: &mut Ledger) -> Halt<'a> {
    let good = |m: &Move| m.packs.0.is_some_and(|packs| packs > 0);
    for m in stop.load.iter().chain(&stop.unload).chain(&stop.back) {
        if !good(m) {
            let wrong = out.wrong(Code::BadNumber, here);
            wrong.found = m.packs.0;
            wrong.ids.extend(m.lot.0.clone());
        }
    }
    let goods = |moves: &'a [Move]| -> Vec<Goods<'a>> {
        moves
            .iter()
            .filter(|m| good(m))
            .map(|raw| Goods {
                need: raw.need.0.as_deref().and_then(|id| index.needs.get(id)).copied(),
                lot: raw.lot.0.as_deref().and_then(|id| index.lot_ids.get(id)).copied(),
                packs: raw.packs.0.map_or(0, i128::from),
                raw,
            })
            .collect()
    };
    let wide = |t: Option<i64>| t.map_or(0, i128::from);
    Halt {
        place: stop.place.0.as_deref().and_then(|p| index.places.get(p)).copied().unwrap_or(0),
        arrive: wide(stop.arrive.0),
        start: wide(stop.start.0),
        depart: wide(stop.depart.0),
        load: goods(&stop.load),
        unload: goods(&stop.unload),
        back: goods(&stop.back),
    }
}

impl<'a> Walk<'a> {
    /// Goods already on a vehicle under way are no longer in the depot's stock.
    fn begin(
        index: &'a Index,
        vehicle: &'a Vehicle,
        route: usize,
        out: &mut Ledger,
    ) -> Result<Self, Unreadable> {
        let mut aboard = BTreeMap::new();
        for goods in &vehicle.aboard {
            let lot = index.lot_at(&goods.lot)?;
            *aboard.entry(lot).or_insert(0) += goods.packs.wide();
            out.carried[lot] += goods.packs.wide();
        }
        Ok(Walk { index, vehicle, route, aboard, driving: 0, trips: 0 })
    }

    fn travel(
        &mut self,
        matrix: &[Vec<Option<Whole>>],
        last: Option<(usize, i128)>,
        halt: &Halt,
        here: &Where,
        out: &mut Ledger,
    ) {
        if !(halt.arrive <= halt.start && halt.start <= halt.depart) {
            out.wrong(Code::TimeOrder, here);
        }
        let Some((from, left_at)) = last else { return };
        let leg = match matrix[from][halt.place] {
            Some(leg) => leg.wide(),
            None => {
                out.wrong(Code::Unreachable, here).ids.push(self.index.place(from).id.clone());
                0
            }
        };
        if halt.arrive < left_at + leg {
            out.wrong(Code::TravelTime, here).figures(halt.arrive, left_at + leg);
        }
        self.driving += leg;
        out.legs += i64::from(from != halt.place);
    }

    /// Takes packs off; named where there are not so many.
    fn take_off(&mut self, lot: usize, packs: i128, here: &Where, out: &mut Ledger) {
        let aboard = self.aboard.entry(lot).or_insert(0);
        if *aboard < packs {
            let id = self.index.lots[lot].lot.id.clone();
            out.wrong(Code::NotAboard, here).figures(packs, *aboard).id(id);
        }
        *aboard -= packs;
    }

    /// Goods off come before goods on: deliveries, then returns.
    fn goods_off(&mut self, halt: &Halt, here: &Where, out: &mut Ledger) -> Result<(), Unreadable> {
        let index = self.index;
        let here_id = &index.place(halt.place).id;
        for goods in &halt.unload {
            let (Some(need_at), Some(lot)) = (goods.need, goods.lot) else {
                let ids = [&goods.raw.need.0, &goods.raw.lot.0];
                out.wrong(Code::UnknownId, here).ids.extend(ids.into_iter().flatten().cloned());
                continue;
            };
            let (need, stock) = (index.need(need_at), index.lots[lot].lot);
            index.commodity(&stock.commodity)?;
            if need.place != *here_id {
                out.wrong(Code::WrongPlace, here).ids.extend([need.id.clone(), need.place.clone()]);
            }
            if need.commodity != stock.commodity {
                out.wrong(Code::WrongGoods, here).ids.extend([need.id.clone(), stock.id.clone()]);
            }
            self.take_off(lot, goods.packs, here, out);
            if stock.only.as_ref().is_some_and(|only| !only.contains(&need.place)) {
                out.wrong(Code::Earmark, here).ids.extend([stock.id.clone(), need.place.clone()]);
            }
        }
        for goods in &halt.back {
            let Some(lot) = goods.lot else {
                out.wrong(Code::UnknownId, here).ids.extend(goods.raw.lot.0.clone());
                continue;
            };
            if index.lots[lot].place != halt.place {
                out.wrong(Code::WrongPlace, here).ids.push(index.lots[lot].lot.id.clone());
            }
            self.take_off(lot, goods.packs, here, out);
            out.back[lot] += goods.packs;
        }
        Ok(())
    }

    fn goods_on(&mut self, halt: &Halt, here: &Where, out: &mut Ledger) {
        let index = self.index;
        for goods in &halt.load {
            let Some(lot) = goods.lot else {
                out.wrong(Code::UnknownId, here).ids.extend(goods.raw.lot.0.clone());
                continue;
            };
            let stock = &index.lots[lot];
            if stock.place != halt.place {
                out.wrong(Code::WrongPlace, here).ids.push(stock.lot.id.clone());
            }
            if halt.start < stock.lot.from_s.wide() {
                out.wrong(Code::NotYet, here)
                    .figures(halt.start, stock.lot.from_s.wide())
                    .id(stock.lot.id.clone());
            }
            *self.aboard.entry(lot).or_insert(0) += goods.packs;
            out.taken[lot] += goods.packs;
        }
        self.trips += i128::from(!halt.load.is_empty());
    }

    /// Service time, windows, class, expiry and horizon; books what was delivered.
    fn service(&mut self, halt: &Halt, here: &Where, out: &mut Ledger) -> Result<(), Unreadable> {
        let index = self.index;
        let place = index.place(halt.place);
        let goods = || halt.load.iter().chain(&halt.unload).chain(&halt.back);
        let moved: i128 = goods().map(|g| g.packs).sum();
        let service = place.service;
        let takes = match moved {
            0 => 0,
            packs => service.fixed_s.wide() + service.per_pack_s.wide() * packs,
        };
        if halt.depart - halt.start < takes {
            out.wrong(Code::Service, here).figures(halt.depart - halt.start, takes);
        }
        let done = halt.start + takes;
        let horizon = index.problem.horizon_s;
        if moved != 0 {
            out.presence[halt.place].push((halt.start, done));
            let whole = [(Whole(0), horizon)];
            let windows = place.windows.as_deref().unwrap_or(&whole);
            if !windows.iter().any(|(a, b)| a.wide() <= halt.start && done <= b.wide()) {
                let wrong = out.wrong(Code::Window, here);
                wrong.found = i64::try_from(halt.start).ok();
            }
        }
        if let Some(most) = place.max_class
            && self.vehicle.class > most
        {
            out.wrong(Code::VehicleClass, here).figures(self.vehicle.class.wide(), most.wide());
        }
        for goods in &halt.unload {
            let (Some(need), Some(lot)) = (goods.need, goods.lot) else { continue };
            let stock = index.lots[lot].lot;
            let until = done + index.commodity(&stock.commodity)?.min_life_s.wide();
            if let Some(expires) = stock.expires_s
                && until > expires.wide()
            {
                out.wrong(Code::Expired, here).figures(until, expires.wide()).id(stock.id.clone());
            }
            if done > horizon.wide() {
                out.wrong(Code::Horizon, here).figures(done, horizon.wide());
            }
            // A delivery counts at the end of its service, rounded up to a minute.
            out.delivered[need].push((goods.packs, -((-done).div_euclid(60))));
        }
        Ok(())
    }

    /// Weight, volume and forbidden pairs of what is aboard when leaving.
    fn burden(&self, here: &Where, out: &mut Ledger) -> Result<(), Unreadable> {
        let (mut grams, mut litres) = (0, 0);
        let mut kinds = BTreeSet::new();
        for (&lot, &packs) in self.aboard.iter().filter(|(_, packs)| **packs > 0) {
            let goods = self.index.commodity(&self.index.lots[lot].lot.commodity)?;
            grams += packs * goods.pack_g.wide();
            litres += packs * goods.pack_l.wide();
            kinds.insert(goods.id.as_str());
        }
        let (most_g, most_l) = (self.vehicle.capacity_g.wide(), self.vehicle.capacity_l.wide());
        if grams > most_g {
            out.wrong(Code::Weight, here).figures(grams, most_g);
        }
        if litres > most_l {
            out.wrong(Code::Volume, here).figures(litres, most_l);
        }
        for pair in self.index.forbidden.iter().filter(|pair| pair.is_subset(&kinds)) {
            out.wrong(Code::ForbiddenPair, here).ids.extend(pair.iter().map(|id| id.to_string()));
        }
        Ok(())
    }

    fn finish(self, at: &Where, out: &mut Ledger) {
        debug_assert_eq!(at.route(), Some(self.route));
        let left: Vec<_> = self.aboard.iter().filter(|(_, packs)| **packs > 0).collect();
        if !left.is_empty() {
            let ids = left.iter().map(|(lot, _)| self.index.lots[**lot].lot.id.clone());
            out.wrong(Code::LeftAboard, at).ids.extend(ids);
        }
        if let Some(most) = self.vehicle.max_drive_s
            && self.driving > most.wide()
        {
            out.wrong(Code::DriveTime, at).figures(self.driving, most.wide());
        }
        if let Some(most) = self.vehicle.max_trips
            && self.trips > most.wide()
        {
            out.wrong(Code::Trips, at).figures(self.trips, most.wide());
        }
        out.drive_s += self.driving;
    }
}
