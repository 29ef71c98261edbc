//! The relief problem as files hold it: places, needs, lots that may be promised, vehicles, times.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{EntityId, LonLat, PlaceCode, Ref, UnixMillis};
use ledger::shape::position;
use ledger::{Entry, View};
use logistics::{Commodity, Lot, Matrix, Need, Place, Problem, Service, Vehicle};
use roads::{Metric, Policy, Profile, Snap, air_times};
use rules::CivilDate;
use serde_json::Value as Json;

use super::HORIZON_S;
use super::transport::seconds_between;
use crate::desk::Desk;
use crate::error::Error;
use crate::level::EventView;

/// Cruise of a rescue helicopter, km/h. Source: domain §10.7.
const HELICOPTER_KM_H: u32 = 230;
/// Straight-line speed of a boat on flooded ground, km/h. Source: domain §10.7, 20 to 30.
const BOAT_KM_H: u32 = 20;
/// Vehicles of one plan at most: a county's fleet.
const VEHICLES_MAX: usize = 200;

/// A stop of the problem before its matrix is known.
struct Spot {
    id: String,
    at: LonLat,
    landing: bool,
}

impl Desk {
    /// The problem of an event as it stands.
    ///
    /// # Errors
    /// Norms or layers that make no sense.
    pub fn relief_problem(&self, event: &EventView, now: UnixMillis) -> Result<Problem, Error> {
        let day = CivilDate::in_china(event.at);
        let lines = self.need_lines(event, now)?;
        let mut needs: Vec<Need> = lines
            .iter()
            .filter(|l| l.packs > 0)
            .map(|l| Need {
                commodity: l.commodity.clone(),
                deprived_min: l.deprived_min,
                group: l.group.clone(),
                id: l.id.clone(),
                max_splits: None,
                packs: l.packs,
                people: l.people.max(1),
                place: l.place.clone(),
            })
            .collect();
        let asked = self.asked(event, &lines);
        needs.extend(asked.iter().filter(|a| a.packs > 0).map(|a| self.asked_need(a)));
        let wanted: BTreeSet<&str> = needs.iter().map(|n| n.commodity.as_str()).collect();
        let (depots, commodities) = self.depots(&wanted, day, now);
        // What no lot here holds is no part of the problem: it is named as left out.
        let held: BTreeSet<String> = commodities.iter().map(|c| c.id.clone()).collect();
        let stops: BTreeSet<String> = needs.iter().map(|n| n.place.clone()).collect();
        needs.retain(|n| held.contains(&n.commodity));
        let mut spots = Vec::new();
        let mut places = Vec::new();
        for (spot, place) in depots {
            spots.push(spot);
            places.push(place);
        }
        for place in stops {
            let code = place.parse().unwrap_or(PlaceCode::NOT_ASSIGNED);
            let Some(at) = self.position_of(code) else { continue };
            // A helicopter lands and a boat moors at a village that is cut off; the field decides
            // where exactly.
            spots.push(Spot { id: place.clone(), at, landing: true });
            places.push(village(place));
        }
        let vehicles = self.vehicles(&spots);
        let matrices = self.matrices(&spots, &vehicles, now);
        let known: BTreeSet<&str> = spots.iter().map(|s| s.id.as_str()).collect();
        let needs = needs.iter().filter(|n| known.contains(n.place.as_str())).cloned().collect();
        Ok(Problem {
            commodities,
            forbidden_together: Vec::new(),
            format: Problem::FORMAT.to_owned(),
            horizon_s: HORIZON_S,
            max_changed_percent: Some(10),
            matrices,
            name: format!("{}@{}", event.reference, now.seconds()),
            needs,
            places,
            seed: None,
            vehicles,
        })
    }

    /// Depots with the lots that may be promised, and the commodities of what is wanted.
    fn depots(
        &self,
        wanted: &BTreeSet<&str>,
        day: CivilDate,
        now: UnixMillis,
    ) -> (Vec<(Spot, Place)>, Vec<Commodity>) {
        let Ok(entry) = self.entry("lot") else { return Default::default() };
        let views = self.record.views();
        let mut commodities: BTreeMap<String, Commodity> = BTreeMap::new();
        let mut lots: BTreeMap<Ref, Vec<Lot>> = BTreeMap::new();
        for view in views.find("lot", "state", "InStock") {
            let shown = |name: &str| show(entry, &view, name);
            let item = shown("item").as_str().unwrap_or_default().to_owned();
            let Some(depot) = view.reference_in(relief::lot::DEPOT) else { continue };
            let pool = views.get("pool", &view.id);
            let packs = pool.map_or(0, |p| relief::pool::balance(p).may_promise());
            if !wanted.contains(item.as_str()) || packs <= 0 {
                continue;
            }
            let expires = view.int(relief::lot::EXPIRES_AT).map(|at| at - now.seconds().0);
            commodities.entry(item.clone()).or_insert_with(|| Commodity {
                curve: "water".to_owned(),
                tier: self.tier_of(&item, day),
                id: item.clone(),
                min_life_s: 0,
                pack_g: shown("pack_g").as_i64().unwrap_or(1),
                pack_l: shown("pack_l").as_i64().unwrap_or(1),
            });
            lots.entry(depot).or_default().push(Lot {
                commodity: item,
                expires_s: expires.filter(|e| *e < 10 * HORIZON_S),
                from_s: 0,
                id: view.id.to_string(),
                only: None,
                packs,
            });
        }
        let landings = self.landings();
        let mut depots = Vec::new();
        for (depot, mut lots) in lots {
            let Some(at) = views.get("site", &depot.id).and_then(|v| position(v.get(2)?)) else {
                continue;
            };
            lots.sort_by(|a, b| a.id.cmp(&b.id));
            let near = landings.iter().any(|l| kernel::geodesic_mm(*l, at) < 1_500_000);
            let id = depot.id.to_string();
            let place = Place {
                id: id.clone(),
                kind: "depot".to_owned(),
                lots,
                max_class: None,
                max_vehicles_at_once: Some(6),
                service: Service { fixed_s: 900, per_pack_s: 2 },
                windows: None,
            };
            depots.push((Spot { id, at, landing: near }, place));
        }
        (depots, commodities.into_values().collect())
    }

    fn landings(&self) -> Vec<LonLat> {
        let landing = |kind: i32| matches!(kind, 6 | 7);
        self.area.built.sites.iter().filter(|s| landing(s.kind)).map(|s| s.at).collect()
    }

    /// Vehicles that the county commands and that are ready, each at the nearest stop to its base.
    fn vehicles(&self, spots: &[Spot]) -> Vec<Vehicle> {
        let Ok(entry) = self.entry("equipment") else { return Vec::new() };
        let own = Ref::new("organisation", EntityId::from_code("organisation", "county.duty_room"));
        let views = self.record.views();
        let mut vehicles = Vec::new();
        for view in views.find("equipment", "owner", &own.to_string()) {
            let profile = show(entry, &view, "profile");
            let Some(profile) = profile.as_str() else { continue };
            let Some(at) = view.get(2).and_then(position) else { continue };
            let limits = show(entry, &view, "limits");
            let (load_kg, volume_l) = (limits["load_kg"].as_i64(), limits["volume_l"].as_i64());
            let (Some(load_kg), Some(volume_l)) = (load_kg, volume_l) else { continue };
            let lands = matches!(profile, "boat" | "helicopter");
            let depots = spots.iter().filter(|s| s.id.len() == 16 && (s.landing || !lands));
            let nearest = depots.min_by_key(|s| (kernel::geodesic_mm(s.at, at), s.id.clone()));
            let Some(start) = nearest.map(|s| s.id.clone()) else { continue };
            let class = match profile {
                "heavy_truck" => 4,
                "light_truck" => 3,
                "four_by_four" => 2,
                _ => 1,
            };
            vehicles.push(Vehicle {
                aboard: Vec::new(),
                capacity_g: load_kg * 1000,
                capacity_l: volume_l,
                class,
                end: Some(start.clone()),
                id: view.id.to_string(),
                matrix: profile.to_owned(),
                max_drive_s: Some(16 * 3600),
                max_trips: None,
                shift: (0, HORIZON_S),
                start,
            });
        }
        vehicles.sort_by(|a, b| a.id.cmp(&b.id));
        vehicles.truncate(VEHICLES_MAX);
        vehicles
    }

    /// Times between all stops for each sort of vehicle there is, on the roads as they are.
    fn matrices(
        &self,
        spots: &[Spot],
        vehicles: &[Vehicle],
        now: UnixMillis,
    ) -> BTreeMap<String, Matrix> {
        let kinds: BTreeSet<&str> = vehicles.iter().map(|v| v.matrix.as_str()).collect();
        let landing: Vec<bool> = spots.iter().map(|s| s.landing).collect();
        let positions: Vec<LonLat> = spots.iter().map(|s| s.at).collect();
        let mut matrices = BTreeMap::new();
        for kind in kinds {
            let by_road = |profile: Profile| {
                self.on_roads(now.seconds(), |overlay, index| {
                    let metric = Metric::full(overlay, &profile, Policy::Sure);
                    let snaps: Vec<Vec<Snap>> = positions
                        .iter()
                        .map(|p| index.snap(*p, &profile).into_iter().collect())
                        .collect();
                    seconds_between(&metric, &snaps)
                })
            };
            let matrix = match kind {
                "heavy_truck" => by_road(Profile::HEAVY_TRUCK),
                "light_truck" => by_road(Profile::LIGHT_TRUCK),
                "four_by_four" => by_road(Profile::FOUR_BY_FOUR),
                "motorcycle" => by_road(Profile::MOTORCYCLE),
                "foot" => by_road(Profile::FOOT),
                "helicopter" => Some(
                    air_times(&positions, &landing, HELICOPTER_KM_H, roads::LANDING_MS).seconds(),
                ),
                "boat" => Some(air_times(&positions, &landing, BOAT_KM_H, 300_000).seconds()),
                _ => None,
            };
            let none = || vec![vec![None; spots.len()]; spots.len()];
            let mut matrix = matrix.unwrap_or_else(none);
            if matches!(kind, "helicopter" | "boat") {
                logistics::keep_landings(&mut matrix, &landing);
            }
            matrices.insert(kind.to_owned(), matrix);
        }
        matrices
    }
}

fn village(id: String) -> Place {
    Place {
        id,
        kind: "village".to_owned(),
        lots: Vec::new(),
        max_class: None,
        max_vehicles_at_once: Some(3),
        service: Service { fixed_s: 600, per_pack_s: 6 },
        windows: None,
    }
}

fn show(entry: &Entry, view: &View, name: &str) -> Json {
    let field = entry.field(name).and_then(|f| Some((f, view.get(f.number)?)));
    field.map_or(Json::Null, |(f, v)| f.shape.show(v))
}
