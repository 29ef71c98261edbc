//! What of an issued plan still stands under a new problem: broken trips go, the rest stays.

use std::collections::BTreeMap;

use crate::fleet::Obstacle;
use crate::index::Index;
use crate::problem::{Plan, Stop, Vehicle};
use crate::walk::{aboard_after, walk};

/// One vehicle's route as far as it stands.
#[derive(Clone, Debug)]
pub struct KeptRoute {
    /// Index of the vehicle.
    pub vehicle: usize,
    /// Stops.
    pub stops: Vec<Stop>,
    /// Whether anything was taken out.
    pub changed: bool,
}

/// Why an order of the previous plan does not stand, by (need, vehicle).
pub type Lost = BTreeMap<(String, String), Obstacle>;

/// What stands, and why the rest does not.
#[derive(Debug, Default)]
pub struct Kept {
    pub routes: Vec<KeptRoute>,
    pub lost: Lost,
}

/// Takes out of the previous plan what cannot stand.
pub fn keep(ix: &Index, previous: &Plan) -> Kept {
    let mut kept = Kept::default();
    let mut seen = vec![false; ix.problem.vehicles.len()];
    for route in &previous.routes {
        let vehicle = ix.vehicles.get(route.vehicle.as_str()).copied();
        match vehicle.filter(|at| !seen[*at]) {
            Some(at) => {
                seen[at] = true;
                let mut mine =
                    KeptRoute { vehicle: at, stops: route.stops.clone(), changed: false };
                kept.mend(ix, &mut mine);
                kept.routes.push(mine);
            }
            None => note(&mut kept.lost, &route.stops, &route.vehicle, Obstacle::Gone),
        }
    }
    kept.shed_stock(ix);
    kept.shed_needs(ix);
    kept.shed_crowds(ix);
    kept.routes.retain(|r| !r.stops.is_empty());
    kept
}

fn note(lost: &mut Lost, stops: &[Stop], vehicle: &str, why: Obstacle) {
    for goods in stops.iter().flat_map(|s| &s.unload) {
        lost.entry((goods.need.clone(), vehicle.to_string())).or_insert(why);
    }
}

/// Ranges of stops from empty to empty: the trips of a route; a last halt without goods is none.
fn trips(vehicle: &Vehicle, stops: &[Stop]) -> Vec<(usize, usize)> {
    let aboard = aboard_after(vehicle, stops);
    let (mut out, mut from) = (Vec::new(), 0);
    for (at, stop) in stops.iter().enumerate() {
        if aboard[at] == 0 && !stop.is_bare() {
            out.push((from, at + 1));
            from = at + 1;
        }
    }
    // Goods that never come off belong to a trip that cannot stand.
    if stops[from..].iter().any(|s| !s.is_bare()) {
        out.push((from, stops.len()));
    }
    out
}

impl Kept {
    /// Takes out broken trips until the route stands or nothing is left.
    fn mend(&mut self, ix: &Index, route: &mut KeptRoute) {
        let vehicle = ix.vehicle(route.vehicle);
        while !route.stops.is_empty() {
            let Err(found) = walk(ix, route.vehicle, &route.stops) else { return };
            let trips = trips(vehicle, &route.stops);
            let mine = |stop: usize| trips.iter().position(|(a, b)| (*a..*b).contains(&stop));
            // Where the way into a trip is gone, the trip before it ends where nobody gets out.
            let entry = trips.iter().any(|(from, _)| *from == found.stop);
            let before = found.stop.checked_sub(1).and_then(mine);
            let trip = match mine(found.stop) {
                Some(_) if found.no_way && entry && before.is_some() => before,
                Some(at) => Some(at),
                None => trips.len().checked_sub(1),
            };
            match trip {
                Some(at) => self.remove(ix, route, trips[at], found.why),
                None => self.clear(ix, route, found.why),
            }
        }
    }

    fn clear(&mut self, ix: &Index, route: &mut KeptRoute, why: Obstacle) {
        note(&mut self.lost, &route.stops, &ix.vehicle(route.vehicle).id, why);
        route.stops.clear();
        route.changed = true;
    }

    /// Takes out one trip; the vehicle waits meanwhile, or goes home earlier.
    fn remove(&mut self, ix: &Index, route: &mut KeptRoute, trip: (usize, usize), why: Obstacle) {
        let vehicle = ix.vehicle(route.vehicle);
        let begin = route.stops[0].arrive;
        let gone: Vec<Stop> = route.stops.drain(trip.0..trip.1).collect();
        note(&mut self.lost, &gone, &vehicle.id, why);
        route.changed = true;
        if route.stops.iter().all(Stop::is_bare) {
            route.stops.clear();
            return;
        }
        if trip.0 == 0 {
            route.stops.insert(0, Stop::bare(&vehicle.start, begin.max(vehicle.shift.0)));
        }
        go_home(ix, route.vehicle, &mut route.stops);
    }

    /// Takes packs off one delivery and off the loads that brought them.
    fn trim(
        &mut self,
        ix: &Index,
        at: usize,
        (stop, entry): (usize, usize),
        packs: i64,
        why: Obstacle,
    ) {
        let route = &mut self.routes[at];
        let vehicle = ix.vehicle(route.vehicle);
        let (stops, mut open) = (&mut route.stops, packs);
        route.changed = true;
        let goods = &mut stops[stop].unload[entry];
        self.lost.entry((goods.need.clone(), vehicle.id.clone())).or_insert(why);
        let lot = goods.lot.clone();
        goods.packs -= packs;
        stops[stop].unload.retain(|g| g.packs > 0);
        for load in stops[..stop].iter_mut().rev().flat_map(|s| &mut s.load) {
            if load.lot == lot {
                let less = open.min(load.packs);
                load.packs -= less;
                open -= less;
            }
        }
        for s in stops.iter_mut() {
            s.load.retain(|g| g.packs > 0);
        }
        if stops.iter().all(Stop::is_bare) {
            stops.clear();
        }
        let mut mine = route.clone();
        self.mend(ix, &mut mine);
        self.routes[at] = mine;
    }

    /// Deliveries, the last to be made first: (start, route, stop, entry).
    fn deliveries(&self) -> Vec<(i64, usize, usize, usize)> {
        let mut all = Vec::new();
        for (at, route) in self.routes.iter().enumerate() {
            for (number, stop) in route.stops.iter().enumerate() {
                all.extend((0..stop.unload.len()).map(|entry| (stop.start, at, number, entry)));
            }
        }
        all.sort_unstable_by(|a, b| b.cmp(a));
        all
    }

    /// Packs the routes take from each lot, less what they give back.
    fn taken(&self) -> BTreeMap<&str, i64> {
        let mut taken = BTreeMap::new();
        for stop in self.routes.iter().flat_map(|r| &r.stops) {
            for goods in &stop.load {
                *taken.entry(goods.lot.as_str()).or_insert(0) += goods.packs;
            }
            for goods in &stop.back {
                *taken.entry(goods.lot.as_str()).or_insert(0) -= goods.packs;
            }
        }
        taken
    }

    /// Where a lot holds less than the routes take, the last deliveries from it shrink.
    fn shed_stock(&mut self, ix: &Index) {
        for lot in &ix.lots {
            loop {
                let over = self.taken().get(lot.id.as_str()).copied().unwrap_or(0) - lot.packs;
                if over <= 0 {
                    break;
                }
                let of_lot = |d: &(i64, usize, usize, usize)| {
                    self.routes[d.1].stops[d.2].unload[d.3].lot == lot.id
                };
                let last = self.deliveries().into_iter().find(of_lot);
                let Some((_, at, stop, entry)) = last else { break };
                let there = self.routes[at].stops[stop].unload[entry].packs;
                self.trim(ix, at, (stop, entry), over.min(there), Obstacle::Gone);
            }
        }
    }

    /// Where a need became smaller or takes fewer deliveries, its last deliveries shrink.
    fn shed_needs(&mut self, ix: &Index) {
        let mut brought: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for goods in self.routes.iter().flat_map(|r| &r.stops).flat_map(|s| &s.unload) {
            let sum = brought.entry(goods.need.clone()).or_default();
            *sum = (sum.0 + goods.packs, sum.1 + 1);
        }
        for need in &ix.problem.needs {
            let (packs, times) = brought.get(&need.id).copied().unwrap_or_default();
            if packs <= need.packs && need.max_splits.is_none_or(|most| times <= most) {
                continue;
            }
            loop {
                let mine: Vec<_> = self
                    .deliveries()
                    .into_iter()
                    .filter(|d| self.routes[d.1].stops[d.2].unload[d.3].need == need.id)
                    .collect();
                let packs =
                    |d: &(i64, usize, usize, usize)| self.routes[d.1].stops[d.2].unload[d.3].packs;
                let over = mine.iter().map(packs).sum::<i64>() - need.packs;
                let split = need.max_splits.is_some_and(|most| mine.len() as i64 > most);
                let Some(last) = mine.first() else { break };
                let less = if split { packs(last) } else { over.min(packs(last)) };
                if less <= 0 {
                    break;
                }
                self.trim(ix, last.1, (last.2, last.3), less, Obstacle::Gone);
            }
        }
    }

    /// Where a place takes fewer vehicles at once, the latest trips to it go.
    fn shed_crowds(&mut self, ix: &Index) {
        for place in &ix.problem.places {
            let most = place.max_vehicles_at_once.unwrap_or(0);
            if most <= 0 {
                continue;
            }
            while let Some((at, stop)) = self.crowded(ix, &place.id, most) {
                let mut mine = self.routes[at].clone();
                let vehicle = ix.vehicle(mine.vehicle);
                let trips = trips(vehicle, &mine.stops);
                match trips.iter().find(|(a, b)| (*a..*b).contains(&stop)) {
                    Some(trip) => self.remove(ix, &mut mine, *trip, Obstacle::Window),
                    None => self.clear(ix, &mut mine, Obstacle::Window),
                }
                self.mend(ix, &mut mine);
                self.routes[at] = mine;
            }
        }
    }

    /// The latest stop at a place that is one vehicle too many.
    fn crowded(&self, ix: &Index, place: &str, most: i64) -> Option<(usize, usize)> {
        let at = ix.places[place];
        let mut served = Vec::new();
        for (number, route) in self.routes.iter().enumerate() {
            for (stop_at, stop) in route.stops.iter().enumerate() {
                let takes = ix.service_s(at, stop.moved());
                if stop.place == place && takes > 0 {
                    served.push((stop.start, stop.start + takes, number, stop_at));
                }
            }
        }
        served.sort_unstable();
        served.iter().enumerate().rev().find_map(|(i, s)| {
            let there = served[..i].iter().filter(|earlier| earlier.1 > s.0).count() as i64;
            (there + 1 > most).then_some((s.2, s.3))
        })
    }
}

/// Times the last way home anew.
pub fn go_home(ix: &Index, vehicle: usize, stops: &mut Vec<Stop>) {
    let Some(end) = ix.vehicle(vehicle).end.as_deref() else { return };
    if stops.len() > 1 && stops.last().is_some_and(|s| s.is_bare() && s.place == end) {
        stops.pop();
    }
    let Some(last) = stops.last() else { return };
    let (place, depart) = (ix.places.get(last.place.as_str()), last.depart);
    if last.place == end {
        return;
    }
    let way = place.and_then(|at| ix.matrix(vehicle)[*at][ix.places[end]]);
    // Without a way the stop keeps its place, and following the route finds the break.
    stops.push(Stop::bare(end, depart.saturating_add(way.unwrap_or(0))));
}
