//! Files that are cut off, damaged, of another kind, or too large.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use proptest::prelude::*;

use super::*;
use crate::shared;
use crate::spoil::{edits, spoil};

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">
<node id="1" lat="47.1" lon="9.5"/><node id="2" lat="47.1" lon="9.51"/>
<way id="10"><nd ref="1"/><nd ref="2"/><tag k="highway" v="track"/></way></osm>"#;

fn refused(bytes: &[u8]) -> OsmError {
    read(bytes, &Limits::default()).unwrap_err()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A field of the protobuf wire form with bytes in it.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    [varint(u64::from(number << 3 | 2)), varint(bytes.len() as u64), bytes.to_vec()].concat()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 0x7f {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

fn zigzag(value: i64) -> Vec<u8> {
    varint(((value << 1) ^ (value >> 63)) as u64)
}

fn block(kind: &str, data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    let packed = encoder.finish().unwrap();
    let raw_size = [varint(2 << 3), varint(data.len() as u64)].concat();
    let blob = [raw_size, field(3, &packed)].concat();
    let size = [varint(3 << 3), varint(blob.len() as u64)].concat();
    let header = [field(1, kind.as_bytes()), size].concat();
    [(header.len() as u32).to_be_bytes().to_vec(), header, blob].concat()
}

/// A PBF file of two dense nodes, whose numbers are given as differences, and a track.
fn pbf(ids: [i64; 2], lats: [i64; 2]) -> Vec<u8> {
    let packed = |values: &[i64]| values.iter().flat_map(|v| zigzag(*v)).collect::<Vec<u8>>();
    let strings = ["", "highway", "track"].map(|text| field(1, text.as_bytes())).concat();
    let dense = [
        field(1, &packed(&ids)),
        field(8, &packed(&lats)),
        field(9, &packed(&[95_000_000, 1_000])),
    ];
    let way = [
        [varint(1 << 3), varint(10)].concat(),
        field(2, &[1]),
        field(3, &[2]),
        field(8, &packed(&[1, 1])),
    ];
    let data = [
        field(1, &strings),
        field(2, &field(2, &dense.concat())),
        field(2, &field(3, &way.concat())),
    ];
    let header = [field(4, b"OsmSchema-V0.6"), field(4, b"DenseNodes")].concat();
    [block("OSMHeader", &header), block("OSMData", &data.concat())].concat()
}

#[test]
fn a_small_file_of_each_form_gives_the_same_rows() {
    let from_xml = read(XML.as_bytes(), &Limits::default()).unwrap();
    let from_gzip = read(&gzipped(XML.as_bytes()), &Limits::default()).unwrap();
    assert_eq!(from_xml, from_gzip);
    let from_pbf = read(&pbf([1, 1], [471_000_000, 0]), &Limits::default()).unwrap();
    assert_eq!(from_pbf.roads.len(), 1);
    assert_eq!(from_pbf.roads[0].nodes, from_xml.roads[0].nodes);
    assert_eq!(from_pbf.roads[0].class, "track");
    assert_eq!(from_pbf.roads[0].line[0], LonLat { lon_e7: 95_000_000, lat_e7: 471_000_000 });
}

#[test]
fn files_cut_off_anywhere_say_where() {
    let sound = pbf([1, 1], [471_000_000, 0]);
    let header =
        block("OSMHeader", &[field(4, b"OsmSchema-V0.6"), field(4, b"DenseNodes")].concat());
    for size in 70..sound.len() {
        let error = refused(&sound[..size]);
        let whole = size >= header.len();
        match &error {
            OsmError::Empty if size == header.len() => {}
            OsmError::Truncated { offset, .. } => {
                assert_eq!(*offset, if whole { header.len() as u64 } else { 0 }, "{size}");
            }
            other => panic!("{size}: {other}"),
        }
    }
    for size in 60..XML.len() {
        let error = refused(&XML.as_bytes()[..size]);
        assert!(matches!(error, OsmError::Truncated { .. }), "{size}: {error}");
    }
    let cut = XML.find("<nd ref=\"2\"").unwrap();
    let error = refused(&XML.as_bytes()[..cut + 4]).to_string();
    assert!(error.starts_with("the file is cut off at byte"), "{error}");
    assert!(error.ends_with("after node/2"), "{error}");
    let packed = gzipped(XML.as_bytes());
    for size in 20..packed.len() {
        let error = refused(&packed[..size]);
        assert!(
            matches!(error, OsmError::Truncated { .. } | OsmError::Gzip { .. }),
            "{size}: {error}"
        );
    }
}

#[test]
fn a_real_file_cut_in_the_middle_says_where() {
    let Some(bytes) = shared::file("roads/liechtenstein.osm.pbf") else { return };
    let error = refused(&bytes[..bytes.len() / 2]);
    println!("{error}");
    assert!(matches!(error, OsmError::Truncated { offset, .. } if offset > 100_000));
    let Some(bytes) = shared::file("roads/monaco.osm.gz") else { return };
    let error = refused(&bytes[..bytes.len() / 2]);
    println!("{error}");
    assert!(matches!(error, OsmError::Truncated { .. } | OsmError::Gzip { .. }));
}

#[test]
fn other_files_are_refused_by_name() {
    for bytes in [b"".as_slice(), b"PK\x03\x04", b"SQLite format 3\0", b"{\"type\":1}"] {
        assert_eq!(refused(bytes), OsmError::NotOsm);
    }
    assert_eq!(refused(b"<gpx version='1.1'/>"), OsmError::Root("gpx".to_owned()));
    assert_eq!(refused(b"<osm/>"), OsmError::Empty);
    let bomb = b"<!DOCTYPE osm [<!ENTITY a \"b\">]><osm/>";
    assert_eq!(refused(bomb), OsmError::DocumentType { offset: 0 });
    let asks = [field(4, b"OsmSchema-V0.6"), field(4, b"TimeTravel")].concat();
    assert_eq!(refused(&block("OSMHeader", &asks)), OsmError::Feature("TimeTravel".to_owned()));
    let no_id = b"<osm><node lat='1' lon='1'/></osm>";
    let want = OsmError::Attribute { element: "node".to_owned(), attribute: "id" };
    assert_eq!(refused(no_id), want);
    let no_number = b"<osm><node id='7' lat='NaN ' lon='east'/></osm>";
    let want = OsmError::Attribute { element: "node/7".to_owned(), attribute: "lon" };
    assert_eq!(refused(no_number), want);
}

#[test]
fn damaged_blocks_and_numbers_that_cannot_be_are_refused() {
    let mut bytes = pbf([1, 1], [471_000_000, 0]);
    let last = bytes.len() - 10;
    bytes[last] ^= 0xff;
    assert!(matches!(refused(&bytes), OsmError::Block { number: 1, .. }), "{}", refused(&bytes));
    let over = pbf([i64::MAX, i64::MAX], [471_000_000, 0]);
    let answer = read(&over, &Limits::default());
    assert!(answer.is_err(), "{answer:?}");
    let off = read(&pbf([1, 1], [2_000_000_000, 0]), &Limits::default());
    assert!(matches!(off, Err(OsmError::Empty)), "{off:?}");
}

#[test]
fn attacks_by_xml_are_refused_here_and_as_alerts() {
    let names = [
        "control-characters.xml",
        "deep-nesting.xml.gz",
        "entity-expansion.xml",
        "external-dtd.xml",
        "external-entity-file.xml",
        "external-entity-http.xml",
        "many-attributes.xml.gz",
        "not-closed.xml",
        "parameter-entity.xml",
        "quadratic-blowup.xml",
        "xinclude.xml",
    ];
    for name in names {
        let Some(bytes) = shared::file(&format!("badinput/xml/{name}")) else { return };
        refused(&bytes);
        let mut text = Vec::new();
        let whole = if name.ends_with(".gz") {
            flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut text).unwrap();
            text
        } else {
            bytes
        };
        let alert = interchange::cap::parse(&whole).unwrap_err();
        println!("{name}: {}; {alert}", refused(&whole));
    }
}

#[test]
fn limits_hold() {
    let tight = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        read(XML.as_bytes(), &limits).unwrap_err()
    };
    let too_large = |what, limit| OsmError::TooLarge { what, limit };
    assert_eq!(tight(|l| l.bytes = 10), too_large("bytes", 10));
    assert_eq!(tight(|l| l.nodes = 1), too_large("nodes", 1));
    assert_eq!(tight(|l| l.ways = 0), too_large("ways", 0));
    assert_eq!(tight(|l| l.members = 1), too_large("nodes of one way", 1));
    assert!(matches!(tight(|l| l.unpacked_bytes = 50), OsmError::TooLarge { .. }));
    let long = format!("<osm><node id=\"1{}", " ".repeat(3 << 20));
    assert!(matches!(refused(long.as_bytes()), OsmError::TooLarge { .. }));
    let bomb = gzipped(&vec![b' '; 8 << 20]);
    assert!(matches!(refused(&bomb), OsmError::TooLarge { .. }), "{}", refused(&bomb));
}

proptest! {
    #![proptest_config(crate::spoil::cases(300))]

    #[test]
    fn any_bytes_give_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes, &Limits::default());
        let head = b"\0\0\0\x0d\x0a\x09OSMHeader\x18".as_slice();
        let _ = read(&[head, &bytes].concat(), &Limits::default());
        let _ = read(&[b"\x1f\x8b".as_slice(), &bytes].concat(), &Limits::default());
        let data = [
            block("OSMHeader", &field(4, b"OsmSchema-V0.6")),
            block("OSMData", &bytes),
        ];
        let _ = read(&data.concat(), &Limits::default());
    }

    #[test]
    fn spoiled_xml_gives_an_answer(
        edits in edits(&[b"<nd ref='1'/>", b"<!DOCTYPE", b"<relation id='1'>", b"&x;", b"</osm>"])
    ) {
        let _ = read(&spoil(XML.as_bytes().to_vec(), &edits), &Limits::default());
    }

    #[test]
    fn spoiled_pbf_gives_an_answer(
        edits in edits(&[b"\xff\xff\xff\xff\xff\xff\xff\xff\x7f", b"\0"])
    ) {
        let _ = read(&spoil(pbf([1, 1], [471_000_000, 0]), &edits), &Limits::default());
    }
}
