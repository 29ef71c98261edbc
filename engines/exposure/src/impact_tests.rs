use datasets::{Cell, Meta, Reader, Table};
use kernel::{Estimate, LonLat};

use super::*;

fn reader(layer: &str, rows: &[(&str, Vec<(&str, Cell)>)]) -> Reader {
    let mut table = Table::of(layer).unwrap();
    for (id, cells) in rows {
        table.push(id, cells).unwrap();
    }
    let meta = Meta::new(layer, "1", "test", "2026-06-01", "CC0-1.0");
    Reader::open(table.finish(&meta).unwrap()).unwrap()
}

fn point(x: i32, y: i32) -> Vec<(&'static str, Cell<'static>)> {
    vec![("lon", x.into()), ("lat", y.into())]
}

fn with<'a>(
    mut cells: Vec<(&'a str, Cell<'a>)>,
    more: &[(&'a str, Cell<'a>)],
) -> Vec<(&'a str, Cell<'a>)> {
    cells.extend_from_slice(more);
    cells
}

/// Two overlapping squares, 0 to 1000 and 500 to 1500.
fn index() -> Index {
    let mut footprint = Footprint::new();
    for west in [0, 500] {
        let at = |lon_e7, lat_e7| LonLat { lon_e7, lat_e7 };
        let east = west + 1000;
        footprint.push(&[vec![at(west, 0), at(east, 0), at(east, 1000), at(west, 1000)]]).unwrap();
    }
    Index::new(&footprint)
}

#[test]
fn a_layer_that_is_not_there_is_unknown() {
    let out = impact(&index(), &Layers::default()).unwrap();
    let all = [out.people.is_none(), out.buildings.is_none(), out.sites.is_none()];
    assert_eq!(all, [true; 3]);
    assert!(out.enterprises.is_none() && out.roads.is_none());
}

#[test]
fn buildings_count_once_and_the_unknown_is_not_zero() {
    let place = |code: i64| ("place", Cell::Long(code));
    let building = reader(
        "building",
        &[
            ("a", with(point(700, 10), &[place(5), ("use", 1.into()), ("people_night", 4.into())])),
            ("b", with(point(100, 10), &[place(5), ("use", 1.into())])),
            ("c", with(point(100, 20), &[("use", 5.into()), ("people_night", 0.into())])),
            ("d", with(point(9000, 10), &[place(5), ("people_night", 7.into())])),
        ],
    );
    let layers = Layers { building: Some(&building), ..Layers::default() };
    let out = impact(&index(), &layers).unwrap().buildings.unwrap();
    assert_eq!(out.count, 3);
    assert_eq!(out.by_use["dwelling"], 2);
    assert_eq!(out.by_use["school"], 1);
    assert_eq!(out.by_structure[UNKNOWN], 3);
    let night = out.people_night;
    assert_eq!((night.estimate.mid, night.rows_known, night.rows_unknown), (4, 2, 1));
    assert_eq!(out.people_day.rows_unknown, 3);
    assert_eq!(out.about.as_of_on, "2026-06-01");
}

#[test]
fn people_go_by_the_buildings_of_their_village() {
    let village = |x, code: i64, people: [i32; 3]| {
        let [low, mid, high] = people.map(Cell::from);
        let more = [
            ("place", Cell::Long(code)),
            ("basis", 2.into()),
            ("people_low", low),
            ("people_mid", mid),
            ("people_high", high),
            ("bedridden", 10.into()),
        ];
        with(point(x, 10), &more)
    };
    let settlement = reader(
        "settlement",
        &[
            // Its point lies outside, a quarter of its people's buildings inside.
            ("v5", village(9000, 5, [80, 100, 140])),
            // Its point lies inside, its buildings do not.
            ("v6", village(10, 6, [10, 20, 30])),
            // No building on the map: its point decides, and perhaps nobody is hit.
            ("v7", village(20, 7, [10, 20, 30])),
            ("v8", with(point(30, 10), &[("place", Cell::Long(8))])),
            ("v9", village(9000, 9, [10, 20, 30])),
        ],
    );
    let home = |x, code: i64, people: i32| {
        with(point(x, 10), &[("place", Cell::Long(code)), ("people_night", people.into())])
    };
    let building = reader(
        "building",
        &[("a", home(10, 5, 1)), ("b", home(9000, 5, 3)), ("c", home(9000, 6, 3))],
    );
    let layers =
        Layers { settlement: Some(&settlement), building: Some(&building), ..Layers::default() };
    let out = impact(&index(), &layers).unwrap().people.unwrap();
    let ids: Vec<Option<i64>> = out.settlements.iter().map(|s| s.place).collect();
    assert_eq!(out.settlements.len(), 3, "{ids:?}");
    let of = |code| out.settlements.iter().find(|s| s.place == Some(code)).unwrap();
    assert_eq!(of(5).people, Some(Estimate { low: 20, mid: 25, high: 35 }));
    assert_eq!((of(5).share_ppm, of(5).by_buildings), (250_000, true));
    assert_eq!(of(7).people, Some(Estimate { low: 0, mid: 20, high: 30 }));
    assert_eq!(of(8).people, None);
    assert_eq!(of(8).basis, UNKNOWN);
    assert_eq!(out.total.estimate, Estimate { low: 20, mid: 45, high: 65 });
    assert_eq!((out.total.rows_known, out.total.rows_unknown), (2, 1));
    let bedridden = out.groups["bedridden"];
    assert_eq!(bedridden.estimate, Estimate { low: 2, mid: 13, high: 19 });
    assert_eq!(bedridden.rows_unknown, 1);
    assert_eq!(out.households.rows_unknown, 3);
}

#[test]
fn sites_enterprises_and_roads_are_named() {
    let site = reader(
        "site",
        &[
            ("s1", with(point(10, 10), &[("kind", 1.into()), ("capacity", 300.into())])),
            ("s2", with(point(20, 10), &[("kind", 1.into())])),
            ("s3", with(point(5000, 10), &[("kind", 2.into())])),
        ],
    );
    let enterprise = reader(
        "enterprise",
        &[
            ("e1", with(point(10, 10), &[("sector", 1.into()), ("open_major_dangers", 2.into())])),
            ("e2", with(point(20, 10), &[("hazardous_chemicals", 1.into())])),
        ],
    );
    let line = [-1000, 500, 1000, 500];
    let far = [5000, 500, 6000, 500];
    let road = |line, structure: i32| {
        vec![
            ("from_node", Cell::Long(1)),
            ("to_node", Cell::Long(2)),
            ("line", Cell::List(line)),
            ("class", 4.into()),
            ("structure", structure.into()),
            ("oneway", 0.into()),
            ("length_mm", 20_000.into()),
        ]
    };
    let roads =
        reader("road", &[("r1", road(&line, 1)), ("r2", road(&line, 0)), ("r3", road(&far, 1))]);
    let layers = Layers {
        site: Some(&site),
        enterprise: Some(&enterprise),
        road: Some(&roads),
        ..Layers::default()
    };
    let out = impact(&index(), &layers).unwrap();
    let sites = out.sites.as_ref().unwrap();
    assert_eq!((sites.count, sites.by_kind["school"]), (2, 2));
    let capacity = sites.capacity["school"];
    assert_eq!((capacity.estimate.mid, capacity.rows_unknown), (300, 1));
    let enterprises = out.enterprises.as_ref().unwrap();
    assert_eq!((enterprises.count, enterprises.with_hazardous_chemicals), (2, 1));
    assert_eq!(enterprises.open_major_dangers.estimate.mid, 2);
    assert_eq!(enterprises.open_major_dangers.rows_unknown, 1);
    let roads = out.roads.as_ref().unwrap();
    assert_eq!((roads.segments, roads.length_mm), (2, 20_000));
    assert_eq!(roads.length_mm_by_class["county"], 20_000);
    assert_eq!(roads.bridges, [datasets::row_id("road", "r1").to_string()]);
    let json = serde_json::to_string(&out).unwrap();
    assert_eq!(serde_json::from_str::<Impact>(&json).unwrap(), out);
}

#[test]
fn the_age_of_a_dataset_is_counted_in_days() {
    assert_eq!(age_days("2026-06-01", "2026-07-23"), Some(52));
    assert_eq!(age_days("2024-02-28", "2024-03-01"), Some(2));
    assert_eq!(age_days("2023-12-31", "2024-12-31"), Some(366));
    assert_eq!(age_days("2026-07-23", "2026-07-22"), Some(-1));
    assert_eq!(age_days("2026-13-01", "2026-07-22"), None);
    assert_eq!(age_days("", "2026-07-22"), None);
}
