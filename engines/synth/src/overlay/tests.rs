//! A small real area: a valley of four villages, a hamlet on the hill behind a bridge, an island.

use datasets::{Cell, Meta, Reader, Table};

use super::*;
use crate::scenario::{RoadGraph, resolve};

/// (source id, lon, lat in 1e-3 degree, people).
const PLACES: &[(&str, i32, i32, i32)] = &[
    ("node/1", 9_500, 47_100, 4_000),
    ("node/2", 9_520, 47_100, 900),
    ("node/3", 9_540, 47_100, 700),
    ("node/4", 9_560, 47_100, 600),
    ("node/5", 9_530, 47_130, 60),
];

fn e7(milli: i32) -> i32 {
    milli * 10_000
}

fn file(layer: &str, fill: impl FnOnce(&mut Table)) -> Reader {
    let mut table = Table::of(layer).unwrap();
    fill(&mut table);
    let meta = Meta::new(layer, "1", "surveyors", "2024-03-04", "ODbL-1.0");
    Reader::open(table.finish(&meta).unwrap()).unwrap()
}

fn settlements() -> Reader {
    file("settlement", |table| {
        for (id, lon, lat, people) in PLACES {
            let row = [
                ("lon", Cell::Int(e7(*lon))),
                ("lat", Cell::Int(e7(*lat))),
                ("name", Cell::Text(id)),
                ("people_low", Cell::Int(people / 2)),
                ("people_mid", Cell::Int(*people)),
                ("people_high", Cell::Int(people * 2)),
            ];
            table.push(id, &row).unwrap();
        }
    })
}

/// A street along the valley with a node every 1e-3 degree, and one up the hill by a bridge.
fn roads() -> Reader {
    file("road", |table| {
        let mut push = |id: &str, from: (i64, i32, i32), to: (i64, i32, i32), structure: i32| {
            let line = [e7(from.1), e7(from.2), e7(to.1), e7(to.2)];
            let row = [
                ("from_node", Cell::Long(from.0)),
                ("to_node", Cell::Long(to.0)),
                ("line", Cell::List(&line)),
                ("class", Cell::Int(5)),
                ("structure", Cell::Int(structure)),
                ("oneway", Cell::Int(0)),
                ("length_mm", Cell::Int(100_000)),
            ];
            table.push(id, &row).unwrap();
        };
        let along = |x: i32| (i64::from(x), x, 47_100);
        for x in 9_500..9_560 {
            push(&format!("way/{x}"), along(x), along(x + 1), 0);
        }
        push("way/bridge", along(9_530), (1, 9_530, 47_110), 1);
        push("way/hill", (1, 9_530, 47_110), (2, 9_530, 47_130), 0);
        // Nothing leads to it.
        push("way/island", (3, 9_501, 47_101), (4, 9_502, 47_101), 0);
    })
}

fn buildings() -> Reader {
    file("building", |table| {
        for (id, lon, lat, _) in PLACES {
            for n in 0..8 {
                let at = [("lon", Cell::Int(e7(*lon) + n * 900)), ("lat", Cell::Int(e7(*lat)))];
                table.push(&format!("{id}/{n}"), &at).unwrap();
            }
        }
    })
}

fn sites() -> Reader {
    file("site", |table| {
        let code = datasets::layer("site").unwrap().code("kind", "hospital").unwrap();
        let row = [
            ("lon", Cell::Int(e7(9_521))),
            ("lat", Cell::Int(e7(47_100))),
            ("kind", Cell::Int(code)),
            ("name", Cell::Text("Spital")),
            ("road_node", Cell::Long(9_521)),
        ];
        table.push("way/77", &row).unwrap();
    })
}

fn area() -> Vec<Reader> {
    vec![buildings(), roads(), settlements(), sites()]
}

fn laid(seed: u64) -> County {
    overlay(seed, &area()).unwrap()
}

#[test]
fn the_same_seed_and_area_give_the_same_bytes() {
    let (one, two, other) = (laid(7), laid(7), laid(8));
    assert!(one.layers == two.layers && one.posts == two.posts && one.lots == two.lots);
    assert!(one.posts != other.posts, "another seed has other people");
    let layer = |c: &County, name: &str| c.layer(name).unwrap().to_vec();
    assert_eq!(layer(&one, "road"), layer(&other, "road"), "the ground is the area's");
}

#[test]
fn units_stand_on_the_settlements() {
    let county = laid(7);
    let f = county.figures;
    assert_eq!((f.townships, f.villages, f.buildings), (2, 5, 40));
    assert_eq!((f.people_low, f.people, f.people_high), (3_130, 6_260, 12_520));
    assert!(county.divisions.iter().all(|d| d.code.is_made_up()));
    for d in &county.divisions {
        assert!(d.parent.is_none_or(|p| county.division(p).is_some()), "{}", d.code);
        assert_eq!(d.boundary.is_empty(), d.level < 3, "{}", d.name.en);
        let parts = county.divisions.iter().filter(|p| p.parent == Some(d.code));
        assert!(d.level != 3 && d.level != 4 || parts.map(|p| p.area_m2).sum::<i64>() == d.area_m2);
    }
    // The largest are seats, and each settlement lies in the nearest one's township.
    let seat = |t: usize| county.villages.iter().filter(|v| v.is_community).nth(t).unwrap();
    assert_eq!((seat(0).estimate.mid, seat(1).estimate.mid), (4_000, 900));
    assert_eq!(county.villages.iter().filter(|v| v.township == seat(0).township).count(), 1);
    assert!(county.villages.iter().all(|v| v.people.is_none() && v.households.is_none()));
    assert!(county.villages.iter().all(|v| v.buildings == 8 && v.road_node.is_some()));
}

#[test]
fn everything_made_up_stands_at_a_real_road() {
    let county = laid(7);
    let made = county.sites.iter().filter(|s| s.id.starts_with('S'));
    let mut kinds = std::collections::BTreeSet::new();
    for site in made {
        let node = site.road_node.unwrap_or_else(|| panic!("{} has no road", site.name.en));
        assert_eq!(county.roads.nodes[node as usize].at, site.at);
        assert_eq!(site.elevation_m, None);
        kinds.insert(site.kind);
    }
    for kind in ["depot", "shelter", "landing_zone", "team_base", "fire_station", "government"] {
        assert!(kinds.contains(kind), "{kind}");
    }
    let own = county.sites.iter().find(|s| s.id == "way/77").unwrap();
    assert_eq!((own.kind, own.name.en.as_str()), ("hospital", "Spital"));
    let depots: Vec<&str> =
        county.sites.iter().filter(|s| s.kind == "depot").map(|s| s.id.as_str()).collect();
    assert_eq!(depots.len(), 3, "the county's and one a township");
    assert!(county.lots.iter().all(|l| depots.contains(&l.depot.as_str()) && l.packs > 0));
    assert!(county.teams.iter().all(|t| county.posts.iter().any(|p| p.id == t.leader)));
}

#[test]
fn layers_keep_their_rows_and_say_whose_they_are() {
    let county = laid(7);
    let open = |name: &str| Reader::open(county.layer(name).unwrap().to_vec()).unwrap();
    assert_eq!((open("road").rows(), open("building").rows()), (63, 40));
    assert_eq!(open("site").rows(), county.sites.len());
    assert_eq!(open("division").rows(), county.divisions.len());
    for name in ["road", "building", "settlement", "site"] {
        let reader = open(name);
        assert!(reader.meta().source.starts_with("surveyors"), "{name}");
        assert_eq!(
            (reader.meta().licence.as_str(), reader.meta().as_of_on.as_str()),
            ("ODbL-1.0", "2024-03-04")
        );
        for batch in reader.batches() {
            let batch = batch.unwrap();
            let places = batch.longs("place").unwrap();
            let known = |row| places.get(row).and_then(|p| u64::try_from(p).ok());
            assert!(
                (0..batch.len())
                    .all(|row| { county.villages.iter().any(|v| Some(v.code.0) == known(row)) }),
                "{name}"
            );
        }
    }
    assert_eq!(open("division").meta().seed, Some(7));
    assert_eq!(open("road").meta().seed, None, "roads are not made up");
    let ids = |reader: &Reader| {
        let batch = reader.batch(0).unwrap();
        let ids = batch.texts("id").unwrap();
        (0..batch.len()).map(|r| ids.get(r).unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (mut before, mut after) = (ids(&roads()), ids(&open("road")));
    before.sort();
    after.sort();
    assert_eq!(before, after, "a row keeps its lasting id");
}

#[test]
fn the_scenario_of_an_area_takes_what_there_is() {
    let path =
        format!("{}/../../tables/exercise/scenarios/area-flood.toml", env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    let mut file = std::fs::OpenOptions::new().read(true).open(path).unwrap();
    std::io::Read::read_to_string(&mut file, &mut text).unwrap();
    let county = laid(7);
    assert_eq!(RoadGraph::new(&county).cut_off(&Default::default()), Vec::<usize>::new());
    let scenario = resolve(&county, &text).unwrap();
    let standing = scenario.standing(&county, scenario.decision_at_s);
    assert!((1..=3).contains(&standing.villages_cut_off.len()), "{standing:?}");
    assert_eq!(standing.moved, Some(620));
    assert!(!standing.casualties_known);
    // Where there is one village and no road to lose, nothing is cut and nothing fails.
    let one = file_of_one();
    let scenario = resolve(&overlay(7, &one).unwrap(), &text).unwrap();
    assert!(
        scenario
            .injects
            .iter()
            .all(|i| !matches!(i.what, crate::scenario::InjectKind::RoadReport { .. }))
    );
}

fn file_of_one() -> Vec<Reader> {
    let settlement = file("settlement", |table| {
        let row = [
            ("lon", Cell::Int(e7(9_500))),
            ("lat", Cell::Int(e7(47_100))),
            ("people_mid", Cell::Int(90)),
        ];
        table.push("node/1", &row).unwrap();
    });
    let empty = |layer: &str| file(layer, |_| {});
    vec![settlement, empty("road"), empty("building"), empty("site")]
}

#[test]
fn an_area_that_cannot_be_laid_out_says_why() {
    let said = |layers: &[Reader]| overlay(7, layers).unwrap_err().to_string();
    assert_eq!(said(&[settlements(), roads(), sites()]), "the area has no layer building");
    let nobody = file("settlement", |_| {});
    let layers = [nobody, roads(), buildings(), sites()];
    assert_eq!(said(&layers), "the area has no settlement with people");
    let crowd = file("settlement", |table| {
        for n in 0..=SETTLEMENTS_MAX as i32 {
            let row = [
                ("lon", Cell::Int(95_000_000 + n * 1_000)),
                ("lat", Cell::Int(471_000_000)),
                ("people_mid", Cell::Int(5)),
            ];
            table.push(&format!("node/{n}"), &row).unwrap();
        }
    });
    assert!(said(&[crowd, roads(), buildings(), sites()]).contains("1501 settlements"));
}
