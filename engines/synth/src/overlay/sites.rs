//! Sites of an area: those that its layer has, and what a county needs besides: depots, shelters,
//! landing zones, bases of teams. Each stands at a road of its village.

use std::collections::BTreeSet;

use kernel::geodesic_mm;

use super::area::Area;
use super::units::Units;
use crate::frame::Frame;
use crate::model::{Name, Site, Village};
use crate::names::Names;
use crate::network::structure;
use crate::rng::Rng;
use crate::scenario::RoadGraph;

/// Road nodes of a village among which sites are placed, nearest to its middle first.
const NODES_KEPT: usize = 64;

struct Sites<'a> {
    units: &'a Units,
    names: &'a mut Names,
    rng: Rng,
    /// Road nodes of each village.
    nodes: Vec<Vec<u32>>,
    /// Middle of each village.
    villages: &'a [Village],
    sites: Vec<Site>,
}

/// What a site is besides its kind and place.
#[derive(Default)]
struct More {
    capacity: Option<i32>,
    area_m2: Option<i32>,
    has_phone: bool,
    post: Option<String>,
}

fn holding(capacity: i32, area_m2: i32) -> More {
    More { capacity: Some(capacity), area_m2: Some(area_m2), has_phone: true, post: None }
}

fn on_ground(area_m2: i32) -> More {
    More { area_m2: Some(area_m2), ..More::default() }
}

/// The sites, made-up ones first; and how many of them are made up.
pub(super) fn sites(
    area: &Area,
    units: &Units,
    frame: &Frame,
    villages: &[Village],
    names: &mut Names,
) -> (Vec<Site>, usize) {
    let rng = Rng::of(frame.seed, "overlay site");
    let nodes = nodes(units, villages);
    let mut sites = Sites { units, names, rng, nodes, villages, sites: Vec::new() };
    let people = frame.people;
    sites.county(people, !area.sites.iter().any(|s| s.kind == "fire_station"));
    for (t, town) in frame.towns.iter().enumerate() {
        let seat = frame.spots.iter().position(|s| s.township == t).unwrap_or(0);
        sites.town(t, seat, &town.bare);
    }
    let one_bridge = behind_one_bridge(&units.roads(area), villages);
    for (i, spot) in units.spots.iter().enumerate() {
        let bare = &area.settlements[spot.settlement].name;
        sites.village(i, bare, spot.urban, one_bridge.contains(&i));
    }
    let made = sites.sites.len();
    let mut all = sites.sites;
    // A depot is where this county keeps its own lots: a store of somebody else's is none.
    for own in area.sites.iter().filter(|s| s.kind != "depot") {
        all.push(Site {
            id: own.source_id.clone(),
            kind: own.kind,
            name: own.name.clone(),
            place: units.place(own.at),
            at: own.at,
            elevation_m: None,
            capacity: own.capacity,
            area_m2: None,
            road_node: own.road_node.and_then(|id| units.nodes.number(id)),
            phone: None,
            post: None,
        });
    }
    (all, made)
}

/// The road nodes of each village that are nearest to its middle.
fn nodes(units: &Units, villages: &[Village]) -> Vec<Vec<u32>> {
    let mut own: Vec<Vec<(i64, u32)>> = vec![Vec::new(); villages.len()];
    for node in units.nodes.reached() {
        let at = units.nodes.at(node);
        let spot = units.spot(at);
        own[spot].push((geodesic_mm(at, villages[spot].centre), node));
    }
    let nearest = |mut nodes: Vec<(i64, u32)>| {
        nodes.sort_unstable();
        nodes.truncate(NODES_KEPT);
        nodes.into_iter().map(|(_, node)| node).collect()
    };
    own.into_iter().map(nearest).collect()
}

/// Villages that a single bridge connects.
fn behind_one_bridge(
    network: &crate::network::RoadNetwork,
    villages: &[Village],
) -> BTreeSet<usize> {
    let graph = RoadGraph::of(network, villages.iter().map(|v| v.road_node).collect());
    let only_ways = graph.only_ways().into_iter();
    only_ways
        .filter(|(road, _)| network.segments[*road].structure == structure::BRIDGE)
        .flat_map(|(_, villages)| villages)
        .collect()
}

impl Sites<'_> {
    /// Adds a site at a road node of a village; `step` sets it apart from others there.
    fn add(
        &mut self,
        kind: &'static str,
        pattern: &str,
        bare: &Name,
        at: (usize, usize),
        more: More,
    ) {
        let (spot, step) = at;
        let own = &self.nodes[spot];
        let node = own.get(step % own.len().max(1)).copied();
        let phone = more.has_phone.then(|| self.names.phone());
        self.sites.push(Site {
            id: format!("S{:05}", self.sites.len() + 1),
            kind,
            name: self.names.by(pattern, &[bare]),
            place: self.villages[spot].code,
            at: node.map_or(self.villages[spot].centre, |n| self.units.nodes.at(n)),
            elevation_m: None,
            capacity: more.capacity,
            area_m2: more.area_m2,
            road_node: node,
            phone,
            post: more.post,
        });
    }

    fn county(&mut self, people: i64, fire_station: bool) {
        let name = self.names.county();
        let depot = More {
            post: Some("depot.0.keeper".to_owned()),
            area_m2: Some(2_400),
            has_phone: true,
            capacity: None,
        };
        self.add("depot", "county_depot", &name, (0, 30), depot);
        self.add("landing_zone", "landing_zone", &name, (0, 36), on_ground(3_600));
        let places = (people / 70).clamp(100, 6_000) as i32;
        self.add("shelter", "square_shelter", &name, (0, 20), holding(places, places * 3));
        if fire_station {
            let phone = More { has_phone: true, ..More::default() };
            self.add("fire_station", "fire_station", &name, (0, 16), phone);
        }
    }

    fn town(&mut self, t: usize, seat: usize, bare: &Name) {
        let phone = || More { has_phone: true, ..More::default() };
        let keeper = More {
            post: Some(format!("depot.{}.keeper", t + 1)),
            area_m2: Some(220),
            has_phone: true,
            capacity: None,
        };
        self.add("government", "government", bare, (seat, 1), phone());
        self.add("depot", "township_depot", bare, (seat, 8), keeper);
        self.add("landing_zone", "landing_zone", bare, (seat, 12), on_ground(2_500));
        self.add("team_base", "government", bare, (seat, 4), phone());
    }

    fn village(&mut self, i: usize, bare: &Name, urban: bool, one_bridge: bool) {
        let people = self.villages[i].estimate.mid as i32;
        let places = (people / 1000 * self.rng.range(70, 160)).max(20);
        // Some shelters have never been surveyed: how many they hold is not known.
        let capacity = (!self.rng.chance(60)).then_some(places);
        let shelter = More { capacity, area_m2: Some(places * 4), ..More::default() };
        self.add("shelter", "village_shelter", bare, (i, 3), shelter);
        // Where one bridge is all there is, a landing zone is planned for.
        if !urban && (self.rng.chance(150) || one_bridge) {
            self.add("landing_zone", "landing_zone", bare, (i, 16), on_ground(2_500));
        }
    }
}
