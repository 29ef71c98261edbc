//! A made-up place holds together: people, roads, names and files agree with each other.

use std::collections::{BTreeMap, BTreeSet};

use datasets::Reader;
use datasets::tiles::{MapSource, TILE_BYTES_MAX, TileAt};

use super::*;

fn open(county: &County, layer: &str) -> Reader {
    Reader::open(county.layer(layer).unwrap().to_vec()).unwrap()
}

/// BLAKE3 over all layers and the values, in order.
fn digest(county: &County) -> String {
    let values = serde_json::to_vec(county).unwrap();
    let mut parts: Vec<&[u8]> = vec![&values];
    parts.extend(county.layers.iter().map(|l| l.bytes.as_slice()));
    kernel::hash_tagged("digest", &parts).to_string()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let digests: BTreeSet<String> =
        [7, 8, 9].into_iter().map(|seed| digest(&generate(seed, Size::Village))).collect();
    assert_eq!(digests.len(), 3);
    assert_eq!(digest(&generate(7, Size::Village)), digest(&generate(7, Size::Village)));
}

#[test]
fn a_county_is_as_large_as_a_county() {
    let county = generate(7, Size::County);
    let f = county.figures;
    assert_eq!((f.townships, f.villages, f.people), (18, 300, 420_000));
    assert!((190_000..=210_000).contains(&f.buildings), "{f:?}");
    assert!((28_000..=32_000).contains(&f.road_arcs), "{f:?}");
    assert!(f.bridges > 150 && f.tunnels > 2, "{f:?}");
    let classes: BTreeSet<u8> = county.roads.segments.iter().map(|s| s.class).collect();
    assert_eq!(classes, (1..=9).collect(), "roads of all classes");
    holds_together(&county);
    tiles_fit(&county, &[9, 11, 13]);
    files_agree(&county);
}

#[test]
fn villages_of_many_seeds_hold_together() {
    for seed in 0..10 {
        let county = generate(seed, Size::Village);
        let f = county.figures;
        assert_eq!((f.townships, f.villages, f.people), (1, 8, 9_600), "seed {seed}");
        holds_together(&county);
        files_agree(&county);
        tiles_fit(&county, &[8, 10, 12, 13, 14, 15]);
    }
}

fn holds_together(county: &County) {
    people_add_up(county);
    codes_and_names(county);
    roads_connect(county);
    everything_named_exists(county);
    boundaries_cover(county);
}

fn people_add_up(county: &County) {
    let mut total = 0;
    for v in &county.villages {
        let p = &v.people.expect("counted");
        total += p.total();
        let under_1 = p.men[0] + p.women[0];
        let old = p.men[4] + p.men[5] + p.women[4] + p.women[5];
        assert!(p.infants_under_6_months <= under_1 && p.living_alone_60 <= old);
        assert!(i64::from(p.bedridden + p.disabled) < p.total());
        assert!(v.households.is_some_and(|h| h > 0));
        assert!(v.flood_20_years_people.is_some_and(|n| n <= p.total()));
    }
    assert_eq!(total, county.figures.people);
}

fn codes_and_names(county: &County) {
    let mut names = BTreeSet::new();
    for d in &county.divisions {
        assert!(d.code.is_made_up());
        assert!(names.insert(d.name.zh.clone()), "{} is used twice", d.name.zh);
        assert!(d.name.en.is_ascii() && !d.name.en.is_empty());
        let parent = d.parent.map(|p| county.division(p).unwrap());
        assert_eq!(parent.map_or(0, |p| p.level) + 1, d.level);
    }
    let phones = county.posts.iter().flat_map(|p| [&p.duty_phone, &p.person.phone]);
    for phone in phones.chain(county.enterprises.iter().map(|e| &e.phone)) {
        assert!(phone.starts_with("000-") && phone.len() == 13, "{phone}");
    }
}

fn roads_connect(county: &County) {
    assert_eq!(scenario::RoadGraph::new(county).cut_off(&BTreeSet::new()), Vec::<usize>::new());
    let mut between = BTreeMap::new();
    for s in &county.roads.segments {
        let (from, to) = (&county.roads.nodes[s.from as usize], &county.roads.nodes[s.to as usize]);
        assert_eq!((s.line[0], *s.line.last().unwrap()), (from.at, to.at), "{}", s.source_id);
        assert!((1_000..5_000_000).contains(&s.length_mm), "{}: {} mm", s.source_id, s.length_mm);
        *between.entry((s.from.min(s.to), s.from.max(s.to))).or_insert(0) += 1;
    }
    // Two segments may join the same nodes (a loop road), but not the same road twice.
    assert!(between.values().all(|n| *n <= 2));
}

fn everything_named_exists(county: &County) {
    let posts: BTreeSet<&str> = county.posts.iter().map(|p| p.id.as_str()).collect();
    assert_eq!(posts.len(), county.posts.len(), "post ids are unique");
    for id in [
        "county.duty",
        "county.commander",
        "county.verifier",
        "province.duty",
        "province.air",
        "military.duty",
        "department.water.duty",
        "township.1.duty",
        "depot.0.keeper",
        "inspector.1",
        "team.fire_company_1.leader",
        "enterprise.1.safety",
        "village.1.1.officer",
    ] {
        assert!(posts.contains(id), "{id}");
    }
    let departments = posts.iter().filter(|p| p.starts_with("department.") && p.ends_with(".duty"));
    assert_eq!(departments.count(), 14);
    let sites: BTreeSet<&str> = county.sites.iter().map(|s| s.id.as_str()).collect();
    let organisations: BTreeSet<&str> =
        county.organisations.iter().map(|o| o.id.as_str()).collect();
    for post in &county.posts {
        assert!(organisations.contains(post.organisation.as_str()), "{}", post.id);
    }
    for o in &county.organisations {
        assert!(o.parent.as_deref().is_none_or(|p| organisations.contains(p)), "{}", o.id);
        assert!(county.division(o.place).is_some(), "{}", o.id);
    }
    for s in &county.sites {
        assert!(s.post.as_deref().is_none_or(|p| posts.contains(p)), "{}", s.id);
        assert!(s.road_node.is_none_or(|n| (n as usize) < county.roads.nodes.len()));
    }
    for lot in &county.lots {
        assert!(sites.contains(lot.depot.as_str()) && lot.packs > 0);
        assert!(county.items.iter().any(|i| i.key == lot.item));
    }
    for team in &county.teams {
        assert!(posts.contains(team.addressee.as_str()) && posts.contains(team.leader.as_str()));
        let commanded = team.class != "military" && team.id != "province_helicopter";
        assert!(commanded || !team.county_commands, "{} is asked, never ordered", team.id);
    }
    for vehicle in &county.vehicles {
        assert!(posts.contains(vehicle.addressee.as_str()), "{}", vehicle.id);
        assert!(vehicle.base.as_deref().is_none_or(|b| sites.contains(b)), "{}", vehicle.id);
    }
    assert!(county.enterprises.iter().any(|e| e.is_hazchem));
    assert!(county.enterprises.iter().any(|e| e.dangers.iter().any(|d| d.grade == "major")));
}

/// The ground within a boundary by the shoelace, in square metres of the grid's own measure.
fn ground_m2(boundary: &[i32]) -> f64 {
    let ring_m2 = |ring: &[i32]| {
        let at = |i: usize| {
            let (x, y) = (f64::from(ring[2 * i] - ring[0]), f64::from(ring[2 * i + 1] - ring[1]));
            (x / f64::from(grid::CELL_LON_E7), y / f64::from(grid::CELL_LAT_E7))
        };
        let twice: f64 =
            (0..ring.len() / 2 - 1).map(|i| at(i).0 * at(i + 1).1 - at(i + 1).0 * at(i).1).sum();
        twice / 2.0 * 12_100.0
    };
    datasets::rings(boundary).into_iter().map(ring_m2).sum()
}

fn boundaries_cover(county: &County) {
    for d in county.divisions.iter().filter(|d| d.level >= 3) {
        let (drawn, counted) = (ground_m2(&d.boundary), d.area_m2 as f64);
        assert!((drawn / counted - 1.0).abs() < 0.04, "{}: {drawn} of {counted}", d.name.en);
        let parts = county.divisions.iter().filter(|p| p.parent == Some(d.code));
        let sum: i64 = parts.map(|p| p.area_m2).sum();
        assert!(sum == d.area_m2 || d.level == 5, "{}", d.name.en);
    }
}

fn files_agree(county: &County) {
    let names: Vec<&str> = county.layers.iter().map(|l| l.name).collect();
    assert_eq!(names.len(), datasets::catalogue::LAYERS.len());
    let mut night: BTreeMap<i64, i64> = BTreeMap::new();
    for batch in open(county, "building").batches() {
        let batch = batch.unwrap();
        let (places, people) = (batch.longs("place").unwrap(), batch.ints("people_night").unwrap());
        for row in 0..batch.len() {
            *night.entry(places.get(row).unwrap()).or_default() +=
                i64::from(people.get(row).unwrap());
        }
    }
    for v in &county.villages {
        assert_eq!(night[&(v.code.0 as i64)], v.estimate.mid, "{}", v.name.en);
    }
    assert_eq!(open(county, "building").rows(), county.figures.buildings);
    assert_eq!(open(county, "road").rows(), county.roads.segments.len());
    assert_eq!(open(county, "settlement").rows(), county.villages.len());
    assert_eq!(open(county, "site").rows(), county.sites.len());
    assert_eq!(open(county, "enterprise").rows(), county.enterprises.len());
    for layer in &county.layers {
        let reader = Reader::open(layer.bytes.clone()).unwrap();
        assert!(reader.rows() > 0, "{}", layer.name);
        assert_eq!(reader.meta().seed, Some(county.seed));
    }
}

fn tiles_fit(county: &County, zooms: &[u8]) {
    let readers = county.layers.iter().map(|l| Reader::open(l.bytes.clone()).unwrap());
    let source = MapSource::new(readers);
    let extent = source.extent().unwrap();
    for z in zooms {
        let (_, x0, y0) = TileAt::of(*z, extent.west, extent.north).unwrap().zxy();
        let (_, x1, y1) = TileAt::of(*z, extent.east, extent.south).unwrap().zxy();
        let mut drawn = 0;
        for (x, y) in (x0..=x1).flat_map(|x| (y0..=y1).map(move |y| (x, y))) {
            let bytes = source.tile(*z, x, y).unwrap();
            assert!(bytes.len() < TILE_BYTES_MAX, "{z}/{x}/{y}: {} bytes", bytes.len());
            drawn += usize::from(!bytes.is_empty());
        }
        assert!(drawn > 0);
    }
}

#[test]
fn water_runs_down_and_gathers() {
    let grid = Size::Village.numbers().grid;
    let relief = relief::Relief::new(5, grid);
    for cell in 0..grid.cells() {
        let to = relief.drainage.receiver[cell] as usize;
        if to != cell {
            assert!(relief.height_m[to] < relief.height_m[cell]);
            assert!(relief.drainage.catchment[to] > relief.drainage.catchment[cell]);
        }
    }
    let out = (0..grid.cells()).filter(|c| relief.drainage.receiver[*c] as usize == *c);
    let all: u32 = out.map(|c| relief.drainage.catchment[c]).sum();
    assert_eq!(all as usize, grid.cells(), "every drop leaves the map once");
}

#[test]
fn wholes_are_shared_without_loss() {
    for whole in [0, 1, 7, 1_240] {
        let parts = settle::share(whole, &[3, 0, 9, 1, 1]);
        assert_eq!(parts.iter().sum::<i64>(), whole);
        assert_eq!(parts[1], 0);
    }
    assert_eq!(settle::share(10, &[1, 1]), [5, 5]);
}
