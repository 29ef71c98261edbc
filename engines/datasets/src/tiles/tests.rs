//! Tiles hold what lies in them, once, in the form that viewers expect.

use super::*;
use crate::{Cell, Meta, Table};

/// What a small reader of the format finds: layer name, then (type, geometry commands) a feature.
type Decoded = Vec<(String, Vec<(u64, Vec<u32>)>)>;

fn fields(mut bytes: &[u8]) -> Vec<(u64, u64, &[u8])> {
    fn varint(bytes: &mut &[u8]) -> u64 {
        let (mut value, mut shift) = (0u64, 0);
        loop {
            let byte = bytes[0];
            *bytes = &bytes[1..];
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return value;
            }
        }
    }
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes);
        let value = varint(&mut bytes);
        let mut part: &[u8] = &[];
        if key & 7 == 2 {
            (part, bytes) = bytes.split_at(value as usize);
        }
        found.push((key >> 3, value, part));
    }
    found
}

fn varints(bytes: &[u8]) -> Vec<u32> {
    let (mut all, mut value, mut shift) = (Vec::new(), 0u32, 0);
    for byte in bytes {
        value |= u32::from(byte & 0x7f) << shift;
        shift += 7;
        if *byte < 0x80 {
            all.push(value);
            (value, shift) = (0, 0);
        }
    }
    all
}

fn decode(tile: &[u8]) -> Decoded {
    let layer = |bytes: &[u8]| {
        let (mut name, mut features) = (String::new(), Vec::new());
        for (field, _, part) in fields(bytes) {
            match field {
                1 => name = String::from_utf8(part.to_vec()).unwrap(),
                2 => {
                    let own = fields(part);
                    let kind = own.iter().find(|f| f.0 == 3).map_or(0, |f| f.1);
                    let geometry = own.iter().find(|f| f.0 == 4).map_or(&[][..], |f| f.2);
                    features.push((kind, varints(geometry)));
                }
                _ => {}
            }
        }
        (name, features)
    };
    fields(tile).into_iter().filter(|f| f.0 == 3).map(|f| layer(f.2)).collect()
}

/// Every ring or line of a feature as positions.
fn parts(geometry: &[u32]) -> Vec<Vec<(i32, i32)>> {
    let (mut parts, mut here, mut i) = (Vec::new(), (0, 0), 0);
    while i < geometry.len() {
        let (command, count) = (geometry[i] & 7, geometry[i] >> 3);
        i += 1;
        for _ in 0..count {
            if command == 7 {
                continue;
            }
            let delta = |v: u32| ((v >> 1) as i32) ^ -((v & 1) as i32);
            here = (here.0 + delta(geometry[i]), here.1 + delta(geometry[i + 1]));
            i += 2;
            if command == 1 {
                parts.push(Vec::new());
            }
            parts.last_mut().unwrap().push(here);
        }
    }
    parts
}

fn reader(layer: &str, rows: &[(&str, Vec<(&str, Cell)>)]) -> Reader {
    let mut table = Table::of(layer).unwrap();
    for (id, cells) in rows {
        table.push(id, cells).unwrap();
    }
    let meta = Meta::new(layer, "1", "house test", "2026-07-01", "CC0-1.0");
    Reader::open(table.finish(&meta).unwrap()).unwrap()
}

const LON: i32 = 1_090_000_000;
const LAT: i32 = 290_000_000;

fn source() -> MapSource {
    let line: Vec<i32> = (0..40).flat_map(|i| [LON - 200_000 + i * 10_000, LAT]).collect();
    let square = |half: i32| {
        [(-half, -half), (half, -half), (half, half), (-half, half), (-half, -half)]
            .into_iter()
            .flat_map(|(x, y)| [LON + x, LAT + y])
            .collect::<Vec<i32>>()
    };
    let mut hollow = square(40_000);
    hollow.extend(square(20_000));
    let road = vec![
        ("from_node", Cell::Long(0)),
        ("to_node", Cell::Long(1)),
        ("line", Cell::List(&line)),
        ("class", Cell::Int(3)),
        ("structure", Cell::Int(0)),
        ("oneway", Cell::Int(0)),
        ("length_mm", Cell::Int(1)),
    ];
    let division = vec![
        ("lon", Cell::Int(LON)),
        ("lat", Cell::Int(LAT)),
        ("code", Cell::Long(990_102_000_000)),
        ("level", Cell::Int(4)),
        ("name", Cell::Text("龙潭镇")),
        ("boundary", Cell::List(&hollow)),
    ];
    let wood = vec![("kind", Cell::Int(1)), ("area", Cell::List(&hollow))];
    MapSource::new([
        reader("road", &[("R1", road)]),
        reader("division", &[("990102000000", division)]),
        reader("land", &[("wood-1", wood)]),
    ])
}

fn names(decoded: &Decoded) -> Vec<&str> {
    decoded.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn a_tile_holds_what_lies_in_it_and_nothing_else() {
    let source = source();
    let (z, x, y) = TileAt::of(13, LON, LAT).unwrap().zxy();
    let decoded = decode(&source.tile(z, x, y).unwrap());
    assert_eq!(names(&decoded), ["cover", "boundary", "road", "place"]);
    assert!(source.tile(z, x + 40, y).unwrap().is_empty(), "far away there is nothing");
    assert!(source.tile(3, 8, 0).is_err(), "not on the grid");
}

#[test]
fn names_are_drawn_in_one_tile_only() {
    let source = source();
    let (z, x, y) = TileAt::of(14, LON, LAT).unwrap().zxy();
    let mut found = 0;
    for (dx, dy) in (0..3).flat_map(|dx| (0..3).map(move |dy| (dx, dy))) {
        let decoded = decode(&source.tile(z, x + dx - 1, y + dy - 1).unwrap());
        let places = decoded.iter().filter(|(name, _)| name == "place");
        found += places.map(|(_, features)| features.len()).sum::<usize>();
    }
    assert_eq!(found, 1);
}

#[test]
fn lines_are_cut_at_the_tile_and_meet_across_its_edge() {
    let source = source();
    let (z, x, y) = TileAt::of(15, LON, LAT).unwrap().zxy();
    for dx in 0..3 {
        let decoded = decode(&source.tile(z, x + dx - 1, y).unwrap());
        let roads = decoded.iter().find(|(name, _)| name == "road").unwrap();
        for (kind, geometry) in &roads.1 {
            assert_eq!(*kind, 2);
            for part in parts(geometry) {
                assert!(part.len() >= 2);
                assert!(part.iter().all(|(x, _)| (-96..=4192).contains(x)), "{part:?}");
                let width = part.iter().map(|p| p.0).max().unwrap() - part[0].0.min(4096);
                assert!(width > 0 || dx != 1);
            }
        }
    }
}

#[test]
fn a_hole_runs_the_other_way_and_follows_its_ring() {
    let source = source();
    let (z, x, y) = TileAt::of(11, LON, LAT).unwrap().zxy();
    let decoded = decode(&source.tile(z, x, y).unwrap());
    let (_, features) = decoded.iter().find(|(name, _)| name == "cover").unwrap();
    let rings = parts(&features[0].1);
    assert_eq!((features.len(), features[0].0, rings.len()), (1, 3, 2));
    assert!(clip::area2(&rings[0]) > 0 && clip::area2(&rings[1]) < 0);
    assert!(clip::area2(&rings[0]) > 3 * clip::area2(&rings[1]).abs());
}

#[test]
fn a_straight_line_keeps_its_ends_only() {
    let points: Vec<(f64, f64)> = (0..100).map(|i| (f64::from(i), f64::from(i) * 2.0)).collect();
    assert_eq!(clip::simpler(&points, 1.0), [(0.0, 0.0), (99.0, 198.0)]);
    let mut bent = points.clone();
    bent[50].0 += 9.0;
    assert!(clip::simpler(&bent, 1.0).contains(&bent[50]));
}

#[test]
fn a_ring_around_the_tile_becomes_the_tile() {
    let far = [(-9e5, -9e5), (9e5, -9e5), (9e5, 9e5), (-9e5, 9e5), (-9e5, -9e5)];
    let ring = clip::ring(&far);
    assert_eq!(ring.len(), 4);
    assert!(ring.iter().all(|(x, y)| [-96.0, 4192.0].contains(x) && [-96.0, 4192.0].contains(y)));
    assert!(clip::ring(&[(5e3, 5e3), (6e3, 5e3), (6e3, 6e3)]).is_empty());
}

#[test]
fn the_same_tile_is_the_same_bytes() {
    let (z, x, y) = TileAt::of(12, LON, LAT).unwrap().zxy();
    assert_eq!(source().tile(z, x, y).unwrap(), source().tile(z, x, y).unwrap());
}
