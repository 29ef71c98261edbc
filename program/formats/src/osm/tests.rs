use kernel::Estimate;

use super::*;
use crate::shared;

fn extract(name: &str) -> Option<Extract> {
    let bytes = shared::file(&format!("roads/{name}"))?;
    let extract =
        read(&bytes, &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
    println!("{name}: {:?}", extract.counts);
    println!(
        "  {} roads, {} segments, {} buildings, {} places, {} sites, {} waters, problems {:?}",
        extract.roads.len(),
        segments(&extract.roads).len(),
        extract.buildings.len(),
        extract.places.len(),
        extract.sites.len(),
        extract.waters.len(),
        extract.problems.counts,
    );
    Some(extract)
}

/// The civil date that a file says it describes.
fn day(extract: &Extract) -> String {
    let newest = extract.counts.newest.map(|at| at.to_string()).unwrap_or_default();
    newest.chars().take(10).collect()
}

fn total(settlements: &[Settlement<'_>]) -> Estimate {
    settlements.iter().fold(Estimate::exact(0), |sum, row| sum.plus(row.people))
}

#[test]
fn liechtenstein_comes_in_whole() {
    let Some(extract) = extract("liechtenstein.osm.pbf") else { return };
    let counts = &extract.counts;
    assert_eq!((counts.nodes, counts.ways, counts.relations), (318_592, 34_073, 921));
    assert_eq!(counts.building_ways, 17_696);
    assert_eq!(day(&extract), "2024-03-04");
    assert_eq!((counts.highway_ways, counts.bridges, counts.tunnels), (8_271, 321, 56));
    let kind = |kind: &str| extract.sites.iter().filter(|site| site.kind == kind).count();
    assert_eq!((kind("hospital"), kind("school"), kind("fire_station")), (2, 18, 9));
    let class = |class| extract.places.iter().filter(|p| p.class == Some(class)).count();
    use PlaceClass::{Hamlet, Town, Village};
    assert_eq!((class(Town), class(Village), class(Hamlet)), (2, 19, 12));
    let with_limit = |f: fn(&Road) -> bool| extract.roads.iter().filter(|road| f(road)).count();
    assert_eq!(with_limit(|road| road.load_kg.is_some()), 4);
    println!("  speeds {}", with_limit(|road| road.speed_km_h.is_some()));
}

#[test]
fn the_people_of_liechtenstein_lie_inside_the_band() {
    let Some(extract) = extract("liechtenstein.osm.pbf") else { return };
    let settlements = settlements(&extract.places, &extract.buildings);
    let people = total(&settlements);
    let off = (people.mid - 39_000) as f64 / 390.0;
    println!("Liechtenstein: {people:?}, the middle is off by {off:+.1} % of 39,000");
    assert!(people.low <= 39_000 && 39_000 <= people.high, "{people:?}");
    assert_eq!((people.low, people.mid, people.high), (27_481, 47_819, 68_157));
    let buildings: u32 = settlements.iter().map(|row| row.buildings).sum();
    assert_eq!(buildings as usize, extract.buildings.len());
}

#[test]
fn andorra_monaco_and_a_tiny_file_come_in() {
    let Some(andorra) = extract("andorra.osm.pbf") else { return };
    assert_eq!(
        (andorra.counts.nodes, andorra.counts.ways, andorra.counts.relations),
        (69_644, 2_725, 74)
    );
    assert_eq!(andorra.counts.highway_ways, 1_615);
    let Some(monaco) = extract("monaco.osm.gz") else { return };
    assert_eq!(
        (monaco.counts.nodes, monaco.counts.ways, monaco.counts.relations),
        (13_739, 1_944, 77)
    );
    assert_eq!(monaco.counts.highway_ways, 866);
    assert_eq!(day(&monaco), "2012-07-06");
    let Some(tiny) = extract("conditional-restrictions.osm.xml") else { return };
    assert_eq!((tiny.counts.highway_ways, tiny.roads.len()), (5, 5));
    assert_eq!(tiny.problems.counts[&ProblemKind::Conditional], 2);
    for extract in [andorra, monaco, tiny] {
        let settlements = settlements(&extract.places, &extract.buildings);
        println!("people {:?}", total(&settlements));
        layers(&extract, &settlements, &About::open_street_map("1", "2013-05-01")).unwrap();
    }
}

#[test]
fn people_follow_buildings_or_the_class_figure() {
    use PlaceClass::{Hamlet, Town, Village};
    let of = |class, buildings| {
        let found = people::estimate(class, buildings);
        (found.low, found.mid, found.high)
    };
    assert_eq!(of(Village, 100), (150, 250, 350));
    assert_eq!(of(Village, 99), (200, 500, 800));
    assert_eq!(of(Town, 1_001), (1_501, 2_503, 3_505));
    assert_eq!(of(Town, 0), (2_000, 5_000, 8_000));
    assert_eq!(of(Hamlet, 10), (15, 25, 35));
    assert_eq!(of(Hamlet, 9), (20, 50, 80));
}

#[test]
fn buildings_belong_to_the_nearest_settlement() {
    let place = |id: &str, lon: f64, lat: f64, place: &str| Place {
        source_id: id.to_owned(),
        point: LonLat::from_degrees(lon, lat).unwrap(),
        place: place.to_owned(),
        class: PlaceClass::of(place),
        name: None,
        name_en: None,
        population_tag: Some(7),
    };
    let places = [
        place("node/1", 9.50, 47.10, "village"),
        place("node/2", 9.52, 47.10, "hamlet"),
        place("node/3", 9.515, 47.10, "locality"),
        place("node/4", 9.50, 47.30, "town"),
    ];
    let building = |lon: f64, lat: f64| Building {
        source_id: format!("way/{lon}"),
        point: LonLat::from_degrees(lon, lat).unwrap(),
        rings: Vec::new(),
        name: None,
        usage: None,
        storeys: None,
        built_year: None,
    };
    let buildings = [
        building(9.501, 47.1),
        building(9.516, 47.101),
        building(9.5, 47.19),
        building(9.5, 47.21),
    ];
    let found = settlements(&places, &buildings);
    let counts: Vec<_> =
        found.iter().map(|row| (row.place.source_id.as_str(), row.buildings)).collect();
    assert_eq!(counts, [("node/1", 2), ("node/2", 1), ("node/4", 1)]);
}

#[test]
fn the_layers_hold_every_row_in_known_codes() {
    let Some(extract) = extract("liechtenstein.osm.pbf") else { return };
    let settlements = settlements(&extract.places, &extract.buildings);
    let about = About::open_street_map("1", "2024-03-04");
    let files = layers(&extract, &settlements, &about).unwrap();
    let rows = |name: &str| {
        let reader = datasets::Reader::open(files[name].clone()).unwrap();
        assert!(reader.meta().source.starts_with("© OpenStreetMap contributors"));
        reader.rows()
    };
    assert_eq!(rows("building"), extract.buildings.len());
    assert_eq!(rows("road"), segments(&extract.roads).len());
    assert_eq!(rows("river"), extract.waters.len());
    assert_eq!(rows("site"), extract.sites.len());
    assert_eq!(rows("settlement"), 33);
    let sites = datasets::Reader::open(files["site"].clone()).unwrap();
    let batch = sites.batch(0).unwrap();
    let nodes = batch.longs("road_node").unwrap();
    let reached = (0..batch.len()).filter_map(|row| nodes.get(row)).collect::<Vec<_>>();
    let names = batch.texts("name").unwrap();
    let far: Vec<_> = (0..batch.len())
        .filter(|row| nodes.get(*row).is_none())
        .map(|row| names.get(row))
        .collect();
    // It lies over the border, where the extract has no roads.
    assert_eq!((reached.len(), far), (54, vec![Some("Landeskrankenhaus Feldkirch")]));
    let ends: std::collections::BTreeSet<i64> = segments(&extract.roads)
        .iter()
        .flat_map(|segment| [segment.from_node, segment.to_node])
        .collect();
    assert!(reached.iter().all(|node| ends.contains(node)));
    let code = |layer: &str, column: &str, name: &str| {
        assert!(datasets::layer(layer).unwrap().code(column, name).is_some(), "{layer} {name}");
    };
    extract.roads.iter().for_each(|road| {
        code("road", "class", road.class);
        code("road", "structure", road.structure);
        road.surface.into_iter().for_each(|surface| code("road", "surface", surface));
    });
    let usages = extract.buildings.iter().filter_map(|building| building.usage);
    usages.for_each(|usage| code("building", "use", usage));
    assert_eq!(layers(&extract, &settlements, &about).unwrap(), files);
}

const TINY: &str = r#"<osm version="0.6">
 <node id="1" lat="47.1" lon="9.5"/><node id="2" lat="47.1" lon="9.51"/>
 <node id="3" lat="47.11" lon="9.51"/><node id="4" lat="47.11" lon="9.5"/>
 <node id="5" lat="47.12" lon="9.52"><tag k="place" v="village"/>
  <tag k="name" v="A &amp; B"/></node>
 <node id="6" lat="97.12" lon="9.52"/>
 <way id="10"><nd ref="1"/><nd ref="2"/><nd ref="99"/><nd ref="3"/><nd ref="4"/>
  <tag k="highway" v="residential"/><tag k="maxspeed" v="fast"/><tag k="oneway" v="-1"/></way>
 <way id="11"><nd ref="2"/><nd ref="3"/><tag k="highway" v="track"/><tag k="bridge" v="yes"/></way>
 <way id="12"><nd ref="1"/><nd ref="3"/><nd ref="2"/><nd ref="4"/><nd ref="1"/>
  <tag k="building" v="house"/></way>
 <way id="13"><nd ref="1"/><nd ref="2"/><nd ref="3"/></way>
 <way id="14"><nd ref="3"/><nd ref="4"/><nd ref="1"/></way>
 <relation id="20"><member type="way" ref="13" role="outer"/><member type="way" ref="14" role=""/>
  <member type="way" ref="98" role="inner"/><member type="node" ref="1" role="label"/>
  <tag k="type" v="multipolygon"/><tag k="building" v="school"/><tag k="amenity" v="school"/>
 </relation></osm>"#;

#[test]
fn what_cannot_be_used_is_listed_and_the_rest_comes_in() {
    let extract = read(TINY.as_bytes(), &Limits::default()).unwrap();
    let named: Vec<_> = extract
        .problems
        .named
        .iter()
        .map(|problem| (problem.kind.name(), problem.element.as_str(), problem.detail.as_str()))
        .collect();
    assert_eq!(
        named,
        [
            ("off-globe", "node/6", "node"),
            ("unreadable-value", "way/10", "maxspeed=fast"),
            ("missing-nodes", "way/10", "1 of 5"),
            ("unsound-outline", "way/12", "the ring meets itself near 9.5 47.11"),
            ("missing-members", "relation/20", "1 of 3 ways"),
        ]
    );
    let roads: Vec<_> =
        extract.roads.iter().map(|road| (road.way, road.part, road.nodes.clone())).collect();
    assert_eq!(roads, [(10, 0, vec![2, 1]), (10, 1, vec![4, 3]), (11, 0, vec![2, 3])]);
    assert_eq!(extract.places[0].name.as_deref(), Some("A & B"));
    assert_eq!(extract.buildings.len(), 2);
    assert_eq!(extract.buildings[0].rings.len(), 0);
    assert_eq!(extract.buildings[1].rings, [extract.buildings[1].rings[0].clone()]);
    assert_eq!((extract.sites.len(), extract.sites[0].kind), (1, "school"));
    let pieces = segments(&extract.roads);
    let names: Vec<_> = pieces.iter().map(|piece| piece.source_id.as_str()).collect();
    assert_eq!(names, ["way/10.0.0", "way/10.1.0", "way/11.0.0"]);
    assert!(pieces[2].length_mm > 1_000_000);
}
