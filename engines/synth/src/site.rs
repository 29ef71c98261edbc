//! Schools, hospitals, shelters, depots, landing zones and whatever else serves in an emergency.

use std::collections::BTreeSet;

use crate::make::Ground;
use crate::model::{Name, Site, Village};
use crate::names::Names;
use crate::network::structure;
use crate::rng::Rng;
use crate::scenario::RoadGraph;
use crate::settle::by_distance;

struct Sites<'a> {
    ground: &'a Ground,
    names: &'a mut Names,
    rng: Rng,
    sites: Vec<Site>,
    /// Villages that a single bridge connects.
    one_bridge: BTreeSet<usize>,
}

/// What a site is besides its kind and place.
#[derive(Default)]
struct More {
    capacity: Option<i32>,
    area_m2: Option<i32>,
    has_phone: bool,
    post: Option<String>,
}

pub(crate) fn sites(ground: &Ground, villages: &[Village], names: &mut Names) -> Vec<Site> {
    let rng = Rng::of(ground.seed, "site");
    let one_bridge = behind_one_bridge(ground, villages);
    let mut sites = Sites { ground, names, rng, sites: Vec::new(), one_bridge };
    sites.county();
    for town in 0..ground.settled.towns.len() {
        sites.town(town);
    }
    for (i, village) in villages.iter().enumerate() {
        sites.village(i, village);
    }
    sites.water();
    sites.sites
}

fn behind_one_bridge(ground: &Ground, villages: &[Village]) -> BTreeSet<usize> {
    let network = &ground.built.network;
    let graph = RoadGraph::of(network, villages.iter().map(|v| v.road_node).collect());
    let only_ways = graph.only_ways().into_iter();
    only_ways
        .filter(|(road, _)| network.segments[*road].structure == structure::BRIDGE)
        .flat_map(|(_, villages)| villages)
        .collect()
}

fn holding(capacity: i32, area_m2: i32) -> More {
    More { capacity: Some(capacity), area_m2: Some(area_m2), has_phone: true, post: None }
}

impl Sites<'_> {
    /// Adds a site at dry ground near a cell; `step` sets it apart from others there.
    fn add(
        &mut self,
        kind: &'static str,
        pattern: &str,
        bare: &Name,
        cell: usize,
        step: usize,
        more: More,
    ) {
        let ground = self.ground;
        let dry = |c: &usize| {
            ground.settled.is_land(*c)
                && !ground.relief.is_stream(*c)
                && ground.relief.slope[*c] < 0.3
                && ground.village(*c) == ground.village(cell)
        };
        let near: Vec<usize> = by_distance(ground.grid, cell, 7).into_iter().filter(dry).collect();
        let own = near.get(step % near.len().max(1)).copied().unwrap_or(cell);
        let (x, y) = ground.grid.xy(own);
        let spread = |rng: &mut Rng| 0.25 + 0.5 * rng.unit();
        let (dx, dy) = (spread(&mut self.rng), spread(&mut self.rng));
        let phone = more.has_phone.then(|| self.names.phone());
        self.sites.push(Site {
            id: format!("S{:05}", self.sites.len() + 1),
            kind,
            name: self.names.by(pattern, &[bare]),
            place: ground.place(own),
            at: ground.grid.position(f64::from(x) + dx, f64::from(y) + dy),
            elevation_m: Some(ground.relief.height_m[own] as i32),
            capacity: more.capacity,
            area_m2: more.area_m2,
            road_node: ground.road_node(own),
            phone,
            post: more.post,
        });
    }

    fn county(&mut self) {
        let (seat, name) = (self.ground.settled.towns[0], self.names.county());
        let big = self.ground.numbers.has_main_roads;
        let keeper = |post: &str| More { post: Some(post.to_owned()), ..holding(0, 2_400) };
        let depot = More { capacity: None, ..keeper("depot.0.keeper") };
        self.add("depot", "county_depot", &name, seat, 30, depot);
        self.add(
            "hospital",
            "county_hospital",
            &name,
            seat,
            12,
            holding(if big { 620 } else { 60 }, 18_000),
        );
        self.add(
            "government",
            "government",
            &name,
            seat,
            3,
            More { has_phone: true, ..More::default() },
        );
        self.add(
            "landing_zone",
            "landing_zone",
            &name,
            seat,
            60,
            More { area_m2: Some(3_600), ..More::default() },
        );
        self.add(
            "shelter",
            "square_shelter",
            &name,
            seat,
            20,
            holding(if big { 6_000 } else { 300 }, 14_000),
        );
        self.add(
            "fire_station",
            "fire_station",
            &name,
            seat,
            16,
            More { has_phone: true, ..More::default() },
        );
        self.add(
            "water_plant",
            "water_plant",
            &name,
            seat,
            44,
            More { has_phone: true, ..More::default() },
        );
        self.add("substation", "substation", &name, seat, 50, More::default());
        if big {
            self.add("hospital", "county_chinese_hospital", &name, seat, 25, holding(280, 9_000));
            self.add(
                "team_base",
                "fire_station",
                &self.ground.town_names[2 % self.ground.town_names.len()].clone(),
                seat,
                38,
                More::default(),
            );
        }
    }

    fn town(&mut self, t: usize) {
        let (cell, bare) = (self.ground.settled.towns[t], self.ground.town_names[t].clone());
        let people: i64 =
            self.ground.settled.spots.iter().filter(|s| s.township == t).map(|s| s.people).sum();
        let phone = || More { has_phone: true, ..More::default() };
        let keeper = More {
            post: Some(format!("depot.{}.keeper", t + 1)),
            area_m2: Some(220),
            has_phone: true,
            capacity: None,
        };
        self.add("government", "government", &bare, cell, 1, phone());
        self.add(
            "hospital",
            "township_hospital",
            &bare,
            cell,
            5,
            holding(20 + (people / 900) as i32, 1_800),
        );
        self.add("depot", "township_depot", &bare, cell, 8, keeper);
        self.add("school", "middle_school", &bare, cell, 10, holding((people / 22) as i32, 16_000));
        self.add(
            "shelter",
            "school_shelter",
            &bare,
            cell,
            11,
            holding((people / 40) as i32, 6_000),
        );
        self.add("school", "primary_school", &bare, cell, 14, holding((people / 26) as i32, 9_000));
        self.add("police", "police", &bare, cell, 7, phone());
        self.add(
            "landing_zone",
            "landing_zone",
            &bare,
            cell,
            24,
            More { area_m2: Some(2_500), ..More::default() },
        );
        let beds = self.rng.range(30, 120);
        self.add("care_home", "care_home", &bare, cell, 18, holding(beds, 2_000));
        self.add("substation", "substation", &bare, cell, 28, More::default());
        self.add("rain_gauge", "rain_gauge", &bare, cell, 2, More::default());
        self.add("team_base", "government", &bare, cell, 4, phone());
        if self.rng.chance(500) {
            self.add("water_plant", "water_plant", &bare, cell, 33, phone());
        }
        if t == 1 {
            self.add("fire_station", "fire_station", &bare, cell, 13, phone());
        }
    }

    fn village(&mut self, i: usize, village: &Village) {
        let (cell, bare) = (self.ground.settled.spots[i].cell, self.ground.bare[i].clone());
        let people = village.estimate.mid as i32;
        let places = (people * self.rng.range(70, 160) / 1000).max(20);
        // Some shelters have never been surveyed: how many they hold is not known.
        let capacity = (!self.rng.chance(60)).then_some(places);
        let shelter = More { capacity, area_m2: Some(places * 4), has_phone: false, post: None };
        self.add("shelter", "village_shelter", &bare, cell, 3, shelter);
        let committee =
            if village.is_community { "residents_committee" } else { "village_committee" };
        self.add(
            "government",
            committee,
            &bare,
            cell,
            0,
            More { has_phone: true, ..More::default() },
        );
        if self.rng.chance(600) {
            self.add("clinic", "clinic", &bare, cell, 5, More::default());
        }
        if !village.is_community && self.rng.chance(340) {
            self.add(
                "school",
                "primary_school",
                &bare,
                cell,
                6,
                holding((people / 14).max(24), 3_000),
            );
        }
        if village.is_community && self.rng.chance(500) {
            self.add("school", "primary_school", &bare, cell, 6, holding(people / 14, 9_000));
        }
        // Where one bridge is all there is, a landing zone is planned for.
        let planned = self.rng.chance(150) || self.one_bridge.contains(&i);
        if !village.is_community && planned {
            self.add(
                "landing_zone",
                "landing_zone",
                &bare,
                cell,
                16,
                More { area_m2: Some(2_500), ..More::default() },
            );
        }
        if self.rng.chance(160) {
            self.add("rain_gauge", "rain_gauge", &bare, cell, 9, More::default());
        }
    }

    /// Landing stages and gauges where villages lie by a river.
    fn water(&mut self) {
        let ground = self.ground;
        for i in 0..ground.settled.spots.len() {
            let spot = &ground.settled.spots[i];
            let river = by_distance(ground.grid, spot.cell, 9)
                .into_iter()
                .find(|c| ground.relief.is_river(*c) && ground.village(*c) == Some(i));
            let Some(river) = river else { continue };
            let bare = ground.bare[i].clone();
            if self.rng.chance(700) {
                self.add("landing_stage", "landing_stage", &bare, river, 1, More::default());
            }
            if self.rng.chance(220) {
                self.add("river_gauge", "river_gauge", &bare, river, 0, More::default());
            }
        }
    }
}
