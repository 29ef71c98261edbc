//! Forces, vehicles and relief stock.

use std::collections::BTreeMap;

use kernel::{LonLat, geodesic_mm};
use serde::Deserialize;

use crate::frame::Frame;
use crate::model::{Equipment, Item, Lot, Name, Site, Team, Vehicle};
use crate::names::{Names, fill};
use crate::rng::Rng;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TeamsFile {
    team: Vec<TeamRow>,
    township_team: TownshipTeam,
    vehicle: Vec<VehicleKind>,
    relief: BTreeMap<String, Vec<(String, usize)>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TeamRow {
    key: String,
    name: [String; 2],
    class: String,
    kinds: Vec<String>,
    tier: u8,
    people: i32,
    self_supply_hours: i32,
    leave_minutes: i32,
    night: bool,
    base: String,
    command: String,
    addressee: String,
    equipment: Vec<(String, String, i32)>,
    vehicles: Vec<(String, usize)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TownshipTeam {
    name: [String; 2],
    class: String,
    kinds: Vec<String>,
    tier: u8,
    people: i32,
    self_supply_hours: i32,
    leave_minutes: i32,
    night: bool,
    command: String,
    equipment: Vec<(String, String, i32)>,
    vehicles: Vec<(String, usize)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VehicleKind {
    key: String,
    name: [String; 2],
    profile: String,
    payload_g: i64,
    volume_ml: i64,
    speed_km_h: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StockFile {
    item: Vec<ItemRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemRow {
    key: String,
    name: [String; 2],
    pack_g: i64,
    pack_ml: i64,
    per_10000: i64,
    shelf_months: i32,
}

/// Teams, vehicles and stock.
pub(crate) struct Forces {
    pub(crate) teams: Vec<Team>,
    pub(crate) vehicles: Vec<Vehicle>,
    pub(crate) items: Vec<Item>,
    pub(crate) lots: Vec<Lot>,
}

struct Making<'a> {
    frame: &'a Frame,
    sites: &'a [Site],
    kinds: Vec<VehicleKind>,
    rng: Rng,
    teams: Vec<Team>,
    vehicles: Vec<Vehicle>,
}

fn named(pair: &[String; 2]) -> Name {
    Name { zh: pair[0].clone(), en: pair[1].clone() }
}

pub(crate) fn forces(frame: &Frame, sites: &[Site], names: &mut Names) -> Forces {
    let file: TeamsFile =
        toml::from_str(include_str!("../data/teams.toml")).expect("data/teams.toml is well formed");
    let mut making = Making {
        frame,
        sites,
        kinds: file.vehicle,
        rng: Rng::of(frame.seed, "forces"),
        teams: Vec::new(),
        vehicles: Vec::new(),
    };
    for row in file.team {
        making.team(row);
    }
    for town in 0..frame.towns.len() {
        making.township_team(&file.township_team, town, names);
    }
    let depots: Vec<&Site> = sites.iter().filter(|s| s.kind == "depot").collect();
    for (i, depot) in depots.iter().enumerate() {
        let list = if i == 0 { "county_depot" } else { "township_depot" };
        let wanted = file.relief.get(list).cloned().unwrap_or_default();
        let keeper = format!("depot.{i}.keeper");
        for (kind, count) in wanted {
            let at = (Some(depot.id.clone()), depot.at);
            making.add_vehicles(&kind, count, at, None, (true, &keeper));
        }
    }
    let (items, lots) = stock(frame, &depots);
    Forces { teams: making.teams, vehicles: making.vehicles, items, lots }
}

impl Making<'_> {
    fn team(&mut self, row: TeamRow) {
        let (base, at) = self.base(&row.base);
        let commands = row.command == "county";
        let place = self.frame.county;
        for (kind, count) in &row.vehicles {
            self.add_vehicles(
                kind,
                *count,
                (base.clone(), at),
                Some(&row.key),
                (commands, &row.addressee),
            );
        }
        let equipment = self.equipment(&row.key, &row.equipment);
        self.teams.push(Team {
            name: named(&row.name),
            class: row.class,
            kinds: row.kinds,
            tier: row.tier,
            people: row.people,
            self_supply_hours: row.self_supply_hours,
            leave_minutes: row.leave_minutes,
            works_at_night: row.night,
            base,
            at,
            place,
            county_commands: commands,
            addressee: row.addressee,
            leader: format!("team.{}.leader", row.key),
            equipment,
            id: row.key,
        });
    }

    fn township_team(&mut self, row: &TownshipTeam, town: usize, names: &Names) {
        let own = &self.frame.towns[town];
        let name = names.by(own.kind(), &[&own.bare]);
        let key = format!("township_{}", town + 1);
        let (base, at) = self.base(&(town + 1).to_string());
        let addressee = format!("township.{}.duty", town + 1);
        let commands = row.command == "county";
        for (kind, count) in &row.vehicles {
            self.add_vehicles(kind, *count, (base.clone(), at), Some(&key), (commands, &addressee));
        }
        let equipment = self.equipment(&key, &row.equipment);
        self.teams.push(Team {
            name: fill(&row.name, &[&name]),
            class: row.class.clone(),
            kinds: row.kinds.clone(),
            tier: row.tier,
            people: row.people,
            self_supply_hours: row.self_supply_hours,
            leave_minutes: row.leave_minutes,
            works_at_night: row.night,
            base,
            at,
            place: own.code,
            county_commands: commands,
            addressee,
            leader: format!("team.{key}.leader"),
            equipment,
            id: key,
        });
    }

    /// The site of a base: the seat's fire station, a township's government, or none.
    fn base(&self, base: &str) -> (Option<String>, LonLat) {
        let towns = &self.frame.towns;
        let town = match base {
            "seat" => 0,
            "outside" => {
                // The province's airfield lies some 90 km to the south-west.
                let seat = towns[0].seat;
                let at =
                    LonLat { lon_e7: seat.lon_e7 - 6_500_000, lat_e7: seat.lat_e7 - 5_700_000 };
                return (None, at);
            }
            number => number.parse::<usize>().unwrap_or(1).saturating_sub(1),
        };
        let seat = towns[town.min(towns.len() - 1)].seat;
        let kind = if base == "seat" { "fire_station" } else { "team_base" };
        let near = |s: &&Site| geodesic_mm(s.at, seat);
        match self.sites.iter().filter(|s| s.kind == kind).min_by_key(near) {
            Some(site) => (Some(site.id.clone()), site.at),
            None => (None, seat),
        }
    }

    fn equipment(&mut self, team: &str, rows: &[(String, String, i32)]) -> Vec<Equipment> {
        let mut all = Vec::new();
        for (class, item, units) in rows {
            let broken = if self.rng.chance(250) { self.rng.range(1, 1 + units / 6) } else { 0 };
            // A test more than half a year ago says nothing about today.
            let is_old = self.rng.chance(90);
            let month = if is_old { self.rng.range(8, 11) } else { self.rng.range(2, 6) };
            let year = if is_old { 2025 } else { 2026 };
            all.push(Equipment {
                id: format!("{team}.{item}"),
                class: class.clone(),
                item: item.clone(),
                units: *units,
                units_ready: (!is_old).then_some((units - broken).max(0)),
                tested_on: format!("{year}-{month:02}-{:02}", self.rng.range(1, 28)),
            });
        }
        all
    }

    fn add_vehicles(
        &mut self,
        kind: &str,
        count: usize,
        (base, at): (Option<String>, LonLat),
        team: Option<&str>,
        (county_commands, addressee): (bool, &str),
    ) {
        let Some(kind) = self.kinds.iter().find(|k| k.key == kind) else { return };
        // A small place keeps fewer of them.
        let count = if self.frame.is_large { count } else { count.div_ceil(3) };
        for _ in 0..count {
            self.vehicles.push(Vehicle {
                id: format!("V{:04}", self.vehicles.len() + 1),
                kind: kind.key.clone(),
                name: named(&kind.name),
                profile: kind.profile.clone(),
                payload_g: kind.payload_g,
                volume_ml: kind.volume_ml,
                speed_km_h: kind.speed_km_h,
                base: base.clone(),
                at,
                team: team.map(str::to_owned),
                county_commands,
                addressee: addressee.to_owned(),
            });
        }
    }
}

/// Stock: the county's depot keeps more than half, each township's store some of what is needed
/// first.
fn stock(frame: &Frame, depots: &[&Site]) -> (Vec<Item>, Vec<Lot>) {
    let file: StockFile =
        toml::from_str(include_str!("../data/stock.toml")).expect("data/stock.toml is well formed");
    let mut rng = Rng::of(frame.seed, "stock");
    let mut lots: Vec<Lot> = Vec::new();
    for row in &file.item {
        let all = row.per_10000 * frame.people / 10_000;
        for (i, depot) in depots.iter().enumerate() {
            let (packs, parts) = match i {
                0 => (all * 58 / 100, 1 + rng.below(3) as i64),
                _ if rng.chance(250) => continue,
                _ => (all * 42 / 100 / (depots.len() as i64 - 1).max(1), 1),
            };
            for part in 0..parts {
                let packs = packs / parts + if part == 0 { packs % parts } else { 0 };
                if packs == 0 {
                    continue;
                }
                let owner = if i == 0 { frame.county } else { frame.towns[i - 1].code };
                let earmark = (i == 0 && part == 2).then(|| rng.pick(&frame.spots).code);
                lots.push(Lot {
                    id: format!("L{:05}", lots.len() + 1),
                    depot: depot.id.clone(),
                    item: row.key.clone(),
                    packs,
                    expires_on: expiry(row.shelf_months, &mut rng),
                    owner,
                    earmark,
                });
            }
        }
    }
    let item = |row: ItemRow| Item {
        name: named(&row.name),
        key: row.key,
        pack_g: row.pack_g,
        pack_ml: row.pack_ml,
    };
    (file.item.into_iter().map(item).collect(), lots)
}

/// A date between June 2026 (a few lots have been left too long) and the end of the shelf life.
fn expiry(shelf_months: i32, rng: &mut Rng) -> String {
    let months = if rng.chance(40) { -1 } else { rng.range(1, shelf_months) };
    let month0 = 2026 * 12 + 6 + months;
    format!("{}-{:02}-{:02}", month0 / 12, month0 % 12 + 1, rng.range(1, 28))
}
