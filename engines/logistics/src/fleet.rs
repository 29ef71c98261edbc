//! The state of a plan while it is made: stock left, each vehicle's day, who is served where when.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::index::Index;
use crate::problem::{Packs, Plan, Route, Stop, Unload};
use crate::walk::aboard_after;

/// Why one vehicle cannot bring goods from one depot to one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// No way from where it stands to the depot, from there to the place, or back.
    NoWay,
    /// The vehicle is too large for the place.
    Class,
    /// One pack is heavier or larger than the vehicle carries.
    PackTooLarge,
    /// The vehicle has goods aboard that its route does not put off.
    Loaded,
    /// Nothing of the goods may go there (a donor's wish).
    Earmark,
    /// No window of depot or place is long enough in time.
    Window,
    /// The goods would be too old.
    Expiry,
    /// After the end of the plan.
    Horizon,
    /// Not back before the shift ends.
    Shift,
    /// More driving than allowed.
    DriveTime,
    /// More trips than allowed.
    Trips,
    /// The need would be split into more deliveries than allowed.
    Splits,
    /// The vehicle has an order for this need already, which would change.
    OrderStands,
    /// Vehicle, place, lot or need is no longer in the problem.
    Gone,
    /// The times do not fit together, or less goods are there than the route moves.
    Broken,
}

/// A place in a vehicle's day at which a trip can be put in.
#[derive(Clone, Copy, Debug)]
pub struct Gap {
    /// Index of the stop before it; `None` for a day without stops.
    pub after: Option<usize>,
    /// Where the vehicle is.
    pub at: usize,
    /// From when it is free.
    pub t: i64,
    /// Place and start of the stop that follows and stays as it is.
    pub next: Option<(usize, i64)>,
}

/// What one vehicle does.
#[derive(Clone, Debug)]
pub struct Day {
    /// Stops, without the last way home.
    pub stops: Vec<Stop>,
    /// Where it is after them.
    pub at: usize,
    /// When it is free there.
    pub t: i64,
    /// Driving so far, without the last way home.
    pub drive_s: i64,
    /// Loadings so far.
    pub trips: i64,
    /// Whether trips may be put in between the stops that a previous plan left.
    pub fill: bool,
    /// Gaps between stops, where they may be filled.
    pub gaps: Vec<Gap>,
    /// Goods are aboard and nothing puts them off.
    pub loaded: bool,
    /// The route as it was issued, as long as nothing was added.
    pub issued: Option<Vec<Stop>>,
}

/// A trip depot to place that fits a gap.
#[derive(Clone, Copy, Debug)]
pub struct Trip {
    pub vehicle: usize,
    pub gap: Gap,
    pub need: usize,
    pub lot: usize,
    pub packs: i64,
    pub depot: usize,
    pub depot_arrive: i64,
    pub depot_start: i64,
    pub depot_depart: i64,
    pub arrive: i64,
    pub start: i64,
    pub done: i64,
    pub drive_s: i64,
    /// New arrival at the stop that follows.
    pub next_arrive: Option<i64>,
}

/// A plan being made.
pub struct Fleet<'a> {
    pub ix: &'a Index<'a>,
    /// No new trip begins before, seconds.
    pub now_s: i64,
    /// Packs left, by lot.
    pub left: Vec<i64>,
    /// By vehicle.
    pub days: Vec<Day>,
    /// When vehicles are served, by place.
    pub busy: Vec<Vec<(i64, i64)>>,
    /// Packs brought and number of deliveries, by need.
    pub brought: Vec<(i64, i64)>,
    /// Orders of a previous plan that stand: (need, vehicle).
    pub standing: BTreeSet<(usize, usize)>,
}

impl<'a> Fleet<'a> {
    /// Nothing planned; no new trip begins before `now_s`.
    pub fn new(ix: &'a Index<'a>, now_s: i64) -> Self {
        let days = ix.problem.vehicles.iter().map(|v| Day {
            stops: Vec::new(),
            at: ix.places[v.start.as_str()],
            t: v.shift.0.max(now_s),
            drive_s: 0,
            trips: 0,
            fill: false,
            gaps: Vec::new(),
            loaded: !v.aboard.is_empty(),
            issued: None,
        });
        Fleet {
            ix,
            now_s,
            left: ix.lots.iter().map(|l| l.packs).collect(),
            days: days.collect(),
            busy: vec![Vec::new(); ix.problem.places.len()],
            brought: vec![(0, 0); ix.problem.needs.len()],
            standing: BTreeSet::new(),
        }
    }

    /// The gaps of a vehicle's day: those a previous plan left, then its end.
    pub fn gaps(&self, vehicle: usize) -> impl Iterator<Item = Gap> + '_ {
        let day = &self.days[vehicle];
        let after = day.stops.len().checked_sub(1);
        let end = Gap { after, at: day.at, t: day.t, next: None };
        day.gaps.iter().copied().chain([end])
    }

    /// Finds the halts after which a vehicle is empty and has time before it must be on.
    pub fn find_gaps(&mut self, vehicle: usize) {
        let (ix, now_s) = (self.ix, self.now_s);
        let day = &mut self.days[vehicle];
        day.gaps.clear();
        if !day.fill {
            return;
        }
        let aboard = aboard_after(ix.vehicle(vehicle), &day.stops);
        for (after, pair) in day.stops.windows(2).enumerate() {
            let (stop, next) = (&pair[0], &pair[1]);
            let t = stop.depart.max(now_s);
            if aboard[after] == 0 && t < next.start {
                day.gaps.push(Gap {
                    after: Some(after),
                    at: ix.places[stop.place.as_str()],
                    t,
                    next: Some((ix.places[next.place.as_str()], next.start)),
                });
            }
        }
    }

    /// The first second at which a place serves one vehicle more; `None` where no window is left.
    fn free_start(&self, place: usize, t: i64, takes: i64) -> Option<i64> {
        let mut start = self.ix.service_start(place, t, takes)?;
        let most = self.ix.place(place).max_vehicles_at_once.unwrap_or(0);
        if most <= 0 {
            return Some(start);
        }
        let busy = &self.busy[place];
        loop {
            let here = busy.iter().filter(|(a, b)| *a < start + takes && start < *b).count();
            if (here as i64) < most {
                return Some(start);
            }
            let free = busy.iter().map(|(_, b)| *b).filter(|b| *b > start).max()?;
            start = self.ix.service_start(place, free, takes)?;
        }
    }

    /// Whether a vehicle can bring `packs` of a lot in a gap, and when.
    pub fn try_trip(
        &self,
        vehicle: usize,
        gap: Gap,
        need: usize,
        lot: usize,
        packs: i64,
    ) -> Result<Trip, Obstacle> {
        let ix = self.ix;
        let (v, day) = (ix.vehicle(vehicle), &self.days[vehicle]);
        let (matrix, depot) = (ix.matrix(vehicle), ix.lot_place[lot]);
        let place = ix.need_at[need].0;
        let (goods, commodity) = (ix.lots[lot], ix.goods(lot));
        let approach = matrix[gap.at][depot].ok_or(Obstacle::NoWay)?;
        let leg = matrix[depot][place].ok_or(Obstacle::NoWay)?;
        if v.max_trips.is_some_and(|most| day.trips + 1 > most) {
            return Err(Obstacle::Trips);
        }
        let loading = ix.service_s(depot, packs);
        let depot_arrive = gap.t + approach;
        let depot_start = self
            .free_start(depot, depot_arrive.max(goods.from_s), loading)
            .ok_or(Obstacle::Window)?;
        let depot_depart = depot_start + loading;
        let serving = ix.service_s(place, packs);
        let arrive = depot_depart + leg;
        let start = self.free_start(place, arrive, serving).ok_or(Obstacle::Window)?;
        let done = start + serving;
        let (on_s, next_arrive) = self.go_on(vehicle, gap, place, done)?;
        let drive_s = day.drive_s + approach + leg + on_s;
        self.go_home(vehicle, gap, place, (done, drive_s))?;
        if done > ix.problem.horizon_s {
            return Err(Obstacle::Horizon);
        }
        if goods.expires_s.is_some_and(|expires| done + commodity.min_life_s > expires) {
            return Err(Obstacle::Expiry);
        }
        Ok(Trip {
            vehicle,
            gap,
            need,
            lot,
            packs,
            depot,
            depot_arrive,
            depot_start,
            depot_depart,
            arrive,
            start,
            done,
            drive_s,
            next_arrive,
        })
    }

    /// More driving, and the new arrival, at the stop that follows the gap.
    fn go_on(
        &self,
        vehicle: usize,
        gap: Gap,
        place: usize,
        done: i64,
    ) -> Result<(i64, Option<i64>), Obstacle> {
        let Some((next, next_start)) = gap.next else { return Ok((0, None)) };
        let matrix = self.ix.matrix(vehicle);
        let on = matrix[place][next].ok_or(Obstacle::NoWay)?;
        if done + on > next_start {
            return Err(Obstacle::Shift);
        }
        Ok((on - matrix[gap.at][next].unwrap_or(0), Some(done + on)))
    }

    /// Whether the vehicle still gets home at the end of its day, in time and driving.
    fn go_home(
        &self,
        vehicle: usize,
        gap: Gap,
        place: usize,
        (done, drive_s): (i64, i64),
    ) -> Result<(), Obstacle> {
        let (ix, v) = (self.ix, self.ix.vehicle(vehicle));
        let last = if gap.next.is_some() { self.days[vehicle].at } else { place };
        let home = match ix.vehicle_end[vehicle] {
            Some(end) => ix.matrix(vehicle)[last][end].ok_or(Obstacle::NoWay)?,
            None => 0,
        };
        if gap.next.is_none() && done + home > v.shift.1 {
            return Err(Obstacle::Shift);
        }
        if v.max_drive_s.is_some_and(|most| drive_s + home > most) {
            return Err(Obstacle::DriveTime);
        }
        Ok(())
    }

    /// Books a trip.
    pub fn take(&mut self, trip: &Trip) {
        let ix = self.ix;
        let place = ix.need_at[trip.need].0;
        let lot = ix.lots[trip.lot].id.clone();
        let mut pick_up = Stop::bare(&ix.place(trip.depot).id, trip.depot_start);
        (pick_up.arrive, pick_up.depart) = (trip.depot_arrive, trip.depot_depart);
        pick_up.load = vec![Packs { lot: lot.clone(), packs: trip.packs }];
        let mut hand_out = Stop::bare(&ix.place(place).id, trip.start);
        (hand_out.arrive, hand_out.depart) = (trip.arrive, trip.done);
        let need = ix.need(trip.need).id.clone();
        hand_out.unload = vec![Unload { lot, need, packs: trip.packs }];

        let day = &mut self.days[trip.vehicle];
        day.issued = None;
        day.drive_s = trip.drive_s;
        day.trips += 1;
        if day.stops.is_empty() {
            day.stops.push(Stop::bare(&ix.vehicle(trip.vehicle).start, trip.gap.t));
        }
        let after = trip.gap.after.unwrap_or(0);
        let idle = after == 0 && day.stops[0].is_bare() && day.stops[0].place == pick_up.place;
        // The vehicle loads where it stands: no second stop at the same place.
        let at = if idle {
            pick_up.arrive = day.stops[0].arrive;
            day.stops[0] = pick_up;
            1
        } else {
            day.stops.insert(after + 1, pick_up);
            after + 2
        };
        day.stops.insert(at, hand_out);
        match trip.next_arrive {
            Some(arrive) => {
                if let Some(next) = day.stops.get_mut(at + 1) {
                    next.arrive = arrive;
                }
            }
            None => (day.at, day.t) = (place, trip.done),
        }
        self.busy[trip.depot].push((trip.depot_start, trip.depot_depart));
        self.busy[place].push((trip.start, trip.done));
        self.left[trip.lot] -= trip.packs;
        self.brought[trip.need].0 += trip.packs;
        self.brought[trip.need].1 += 1;
        self.find_gaps(trip.vehicle);
    }

    /// The plan, with the ways home and what nobody brings (need, packs, reason).
    pub fn plan(self, unserved: &BTreeMap<usize, (i64, &'static str)>) -> Plan {
        let ix = self.ix;
        let mut plan = Plan::empty(&ix.problem.name);
        for (at, day) in self.days.into_iter().enumerate() {
            let v = ix.vehicle(at);
            let stops = match day.issued {
                Some(stops) => stops,
                None => {
                    let mut stops = day.stops;
                    let end = v.end.as_deref().filter(|_| !stops.is_empty());
                    if let Some(end) = end.filter(|end| *end != ix.place(day.at).id) {
                        let home = ix.matrix(at)[day.at][ix.places[end]].unwrap_or(0);
                        stops.push(Stop::bare(end, day.t + home));
                    }
                    stops
                }
            };
            if !stops.is_empty() {
                plan.routes.push(Route { stops, vehicle: v.id.clone() });
            }
        }
        let mut short: Vec<_> = unserved.iter().collect();
        short.sort_by_key(|(need, _)| &ix.need(**need).id);
        plan.unserved = short
            .into_iter()
            .map(|(need, (packs, reason))| crate::problem::Unserved {
                need: ix.need(*need).id.clone(),
                packs: *packs,
                reason: reason.to_string(),
            })
            .collect();
        plan
    }
}
