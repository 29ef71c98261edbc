use std::path::PathBuf;

use datasets::{Cell, Meta, Reader, Table};
use interchange::ring::RingError;
use kernel::LonLat;
use proptest::prelude::*;
use rusqlite::Connection;

use super::*;
use crate::rows::Rows;
use crate::spoil::{edits, spoil};

/// A folder of this test that is removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("anlan-gpkg-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn square(west: i32, south: i32, size: i32) -> Vec<i32> {
    let (east, north) = (west + size, south + size);
    vec![west, south, east, south, east, north, west, north, west, south]
}

fn dataset(layer: &str, rows: &[(&str, Vec<(&str, Cell<'_>)>)]) -> Reader {
    let mut table = Table::of(layer).unwrap();
    for (id, cells) in rows {
        table.push(id, cells).unwrap();
    }
    let meta = Meta::new(layer, "3", "test", "2026-07-01", "CC0-1.0");
    Reader::open(table.finish(&meta).unwrap()).unwrap()
}

fn sample() -> Vec<Reader> {
    let outline = [square(95_000_000, 471_000_000, 1_000), square(95_000_100, 471_000_100, 100)];
    let outline = outline.concat();
    let line = [95_000_000, 471_000_000, 95_010_000, 471_020_000];
    let at = |lon: i32, lat: i32| vec![("lon", Cell::Int(lon)), ("lat", Cell::Int(lat))];
    let mut house = at(95_000_050, 471_000_050);
    house.extend([("footprint", Cell::List(&outline)), ("use", Cell::Int(2))]);
    let mut school = at(-95_000_000, -471_000_001);
    school.extend([("kind", Cell::Int(1)), ("name", Cell::Text("=A1 \u{5b66}\u{6821} 'x'"))]);
    let road = vec![
        ("from_node", Cell::Long(1)),
        ("to_node", Cell::Long(i64::MAX)),
        ("line", Cell::List(&line)),
        ("class", Cell::Int(3)),
        ("structure", Cell::Int(1)),
        ("oneway", Cell::Int(0)),
        ("length_mm", Cell::Int(5)),
    ];
    vec![
        dataset("building", &[("way/1", house), ("way/2", at(95_000_000, 471_000_000))]),
        dataset("site", &[("node/7", school)]),
        dataset("road", &[("way/3.0.0", road)]),
        dataset(
            "river",
            &[
                ("way/4", vec![("kind", Cell::Int(2)), ("line", Cell::List(&line))]),
                ("way/5", vec![("kind", Cell::Int(3)), ("area", Cell::List(&outline))]),
            ],
        ),
    ]
}

fn layer(name: &str) -> &'static datasets::Layer {
    datasets::layer(name).unwrap()
}

#[test]
fn datasets_go_out_and_come_in_the_same() {
    let folder = Folder::new("same");
    let path = folder.file("a.gpkg");
    let readers = sample();
    write(&path, &readers.iter().collect::<Vec<_>>()).unwrap();
    let limits = Limits::default();
    assert_eq!(feature_tables(&path, &limits).unwrap(), ["building", "river", "road", "site"]);
    for reader in &readers {
        let name = reader.meta().layer.clone();
        let imported = read_strictly(&path, &name, layer(&name), &limits).unwrap();
        assert_eq!(imported.rows, Rows::of(reader).unwrap(), "{name}");
        assert_eq!(imported.crs, "EPSG:4490");
        assert_eq!((imported.ignored_columns.len(), imported.absent_columns.len()), (0, 0));
        let again = imported.rows.to_dataset(reader.meta()).unwrap();
        assert_eq!(Rows::of(&Reader::open(again).unwrap()).unwrap(), imported.rows);
    }
    assert!(matches!(write(&path, &[]), Err(GpkgError::Write(_))));
}

/// A GeoPackage of one site table, with the schema and the geometry that a test wants.
fn site_file(folder: &Folder, columns: &str, crs: (i64, &str, i64), blob: &[u8]) -> PathBuf {
    let path = folder.file("b.gpkg");
    let _ = std::fs::remove_file(&path);
    write(&path, &[]).unwrap();
    let db = Connection::open(&path).unwrap();
    db.execute(
        "INSERT OR REPLACE INTO gpkg_spatial_ref_sys VALUES ('some name', ?1, ?2, ?3, '', NULL)",
        rusqlite::params![crs.0, crs.1, crs.2],
    )
    .unwrap();
    db.execute_batch(&format!(
        "CREATE TABLE t (fid INTEGER PRIMARY KEY, geom BLOB, {columns});
         INSERT INTO gpkg_contents VALUES ('t', 'features', 't', '', '', 0, 0, 0, 0, {0});
         INSERT INTO gpkg_geometry_columns VALUES ('t', 'geom', 'GEOMETRY', {0}, 0, 0);",
        crs.0
    ))
    .unwrap();
    let count = columns.split(',').count();
    let values = ", 'school'".repeat(count);
    db.execute(&format!("INSERT INTO t VALUES (5, ?1{values})"), [blob]).unwrap();
    path
}

fn point(lon: f64, lat: f64) -> Vec<u8> {
    let mut blob = vec![b'G', b'P', 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0];
    blob.extend(lon.to_le_bytes());
    blob.extend(lat.to_le_bytes());
    blob
}

fn polygon(points: &[(f64, f64)]) -> Vec<u8> {
    let mut blob = vec![b'G', b'P', 0, 1, 0, 0, 0, 0, 1, 3, 0, 0, 0, 1, 0, 0, 0];
    blob.extend((points.len() as u32).to_le_bytes());
    for (lon, lat) in points {
        blob.extend(lon.to_le_bytes());
        blob.extend(lat.to_le_bytes());
    }
    blob
}

const EPSG_4326: (i64, &str, i64) = (4326, "EPSG", 4326);

fn refused(path: &std::path::Path, name: &str) -> GpkgError {
    read_strictly(path, "t", layer(name), &Limits::default()).unwrap_err()
}

#[test]
fn columns_and_coordinate_systems_are_asked_for_by_name() {
    let folder = Folder::new("names");
    let sound = site_file(&folder, "kind TEXT, extra TEXT", EPSG_4326, &point(9.5, 47.1));
    let imported = read_strictly(&sound, "t", layer("site"), &Limits::default()).unwrap();
    assert_eq!((imported.rows.rows.len(), imported.crs.as_str()), (1, "EPSG:4326"));
    assert_eq!(imported.ignored_columns, ["extra"]);
    assert!(imported.absent_columns.contains(&"capacity"));
    let at = imported.rows.rows[0].point(layer("site"));
    assert_eq!(at, LonLat::from_degrees(9.5, 47.1));

    let path = site_file(&folder, "name TEXT", EPSG_4326, &point(9.5, 47.1));
    let want = GpkgError::MissingColumn { table: "t".to_owned(), column: "kind".to_owned() };
    assert_eq!(refused(&path, "site"), want);
    let path = site_file(&folder, "kind TEXT", (3857, "EPSG", 3857), &point(9.5, 47.1));
    let error = refused(&path, "site").to_string();
    assert_eq!(error, "the table t is in EPSG:3857 (some name); EPSG:4490 or EPSG:4326 is needed");
    for crs in [(-1, "NONE", -1), (0, "NONE", 0), (7, "NONE", 7), (100_001, "custom", 1)] {
        let path = site_file(&folder, "kind TEXT", crs, &point(9.5, 47.1));
        assert!(matches!(refused(&path, "site"), GpkgError::UnnamedCrs { .. }), "{crs:?}");
    }
    let missing = read(&path, "none", layer("site"), &Limits::default());
    assert_eq!(missing.unwrap_err(), GpkgError::NoTable("none".to_owned()));
    let path = site_file(&folder, "kind TEXT", EPSG_4326, &point(f64::NAN, f64::NAN));
    let wrong = [0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0];
    let pairs: Vec<(f64, f64)> = wrong.chunks(2).map(|p| (p[0], p[1])).collect();
    assert_eq!(refused(&path, "site").code(), "value-wrong");
    let path = site_file(&folder, "kind TEXT", EPSG_4326, &polygon(&pairs));
    assert_eq!(refused(&path, "site").code(), "geometry-wrong-kind");
}

#[test]
fn bad_geometries_are_refused_by_what_is_wrong_and_good_rows_stay() {
    let folder = Folder::new("shapes");
    let tie = polygon(&[(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)]);
    let nan = polygon(&[(0.0, 0.0), (f64::NAN, 0.0), (1.0, 1.0), (0.0, 0.0)]);
    let far = polygon(&[(0.0, 0.0), (200.0, 0.0), (1.0, 1.0), (0.0, 0.0)]);
    let open = polygon(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)]);
    let short = polygon(&[(0.0, 0.0), (1.0, 0.0), (0.0, 0.0)]);
    let cut = tie[..tie.len() - 3].to_vec();
    for (blob, code) in [
        (tie, "geometry-self-crossing"),
        (nan, "geometry-not-finite"),
        (far, "geometry-off-globe"),
        (open, "geometry-not-closed"),
        (short, "geometry-too-short"),
        (cut, "geometry-unreadable"),
        (b"nonsense".to_vec(), "geometry-unreadable"),
        (vec![], "geometry-unreadable"),
    ] {
        let path = site_file(&folder, "name TEXT", EPSG_4326, &blob);
        let error = refused(&path, "building");
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains("row 5"), "{error}");
        let good = polygon(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)]);
        let db = Connection::open(&path).unwrap();
        db.execute("INSERT INTO t VALUES (6, ?1, 'x')", [good]).unwrap();
        drop(db);
        let imported = read(&path, "t", layer("building"), &Limits::default()).unwrap();
        assert_eq!((imported.rows.rows.len(), imported.rejected_count), (1, 1));
        assert_eq!(imported.rejected[0].fid, 5);
    }
}

#[test]
fn polygons_that_share_ground_are_refused() {
    let folder = Folder::new("overlap");
    let two = |west: i32, south: i32| Shape {
        polygons: [square(0, 0, 100), square(west, south, 50)]
            .map(|list| crate::rows::polygons(&list).remove(0))
            .to_vec(),
        ..Shape::default()
    };
    let path = site_file(&folder, "name TEXT", EPSG_4326, &write_geometry(0, &two(100, 0)));
    let imported = read_strictly(&path, "t", layer("building"), &Limits::default()).unwrap();
    assert_eq!(imported.rows.rows.len(), 1);
    for (west, south) in [(80, 80), (20, 20)] {
        let path =
            site_file(&folder, "name TEXT", EPSG_4326, &write_geometry(0, &two(west, south)));
        assert_eq!(refused(&path, "building").code(), "geometry-overlap");
    }
    let mut outside = two(200, 200);
    let hole = outside.polygons.remove(1).exterior;
    outside.polygons[0].holes.push(hole);
    let path = site_file(&folder, "name TEXT", EPSG_4326, &write_geometry(0, &outside));
    assert_eq!(refused(&path, "building").code(), "geometry-hole-outside");
}

#[test]
fn ten_million_vertices_are_refused_without_being_read() {
    let folder = Folder::new("large");
    let path = site_file(&folder, "name TEXT", EPSG_4326, &[]);
    let db = Connection::open(&path).unwrap();
    db.execute("UPDATE t SET geom = zeroblob(160000050)", []).unwrap();
    drop(db);
    let error = refused(&path, "building");
    assert_eq!(error.code(), "geometry-too-large");
    assert!(error.to_string().contains("10000003 vertices"), "{error}");
    let mut many = polygon(&[]);
    let count = many.len() - 4;
    many[count..].copy_from_slice(&1_000_003_u32.to_le_bytes());
    many.extend(vec![0; 1_000_003 * 16]);
    assert_eq!(parse_geometry(&many), Err(GpkgError::GeometryTooLarge(1_000_002)));
    let mut claims = polygon(&[]);
    claims[count..].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(parse_geometry(&claims), Err(GpkgError::Geometry("it is cut off")));
}

#[test]
fn other_and_cut_files_are_refused() {
    let folder = Folder::new("other");
    let limits = Limits::default();
    let path = folder.file("c.gpkg");
    let tables = |path: &std::path::Path| feature_tables(path, &limits);
    assert!(matches!(tables(&path), Err(GpkgError::NotGeoPackage(_))));
    for bytes in [b"PK\x03\x04 this is a zip".as_slice(), b"", &[0; 5_000]] {
        std::fs::write(&path, bytes).unwrap();
        assert!(matches!(tables(&path), Err(GpkgError::NotGeoPackage(_))), "{:?}", tables(&path));
    }
    let whole = folder.file("d.gpkg");
    write(&whole, &sample().iter().collect::<Vec<_>>()).unwrap();
    let bytes = std::fs::read(&whole).unwrap();
    for part in [bytes.len() / 4, bytes.len() / 2, bytes.len() - 4096] {
        std::fs::write(&path, &bytes[..part]).unwrap();
        let all = ["building", "river", "road", "site"]
            .map(|name| read_strictly(&path, name, layer(name), &limits));
        let error = all.into_iter().find_map(Result::err).expect("a part of a file is refused");
        assert_eq!(error.code(), "file-damaged", "{error}");
    }
    let small = Limits { file_bytes: 100, rows: 1 };
    assert_eq!(feature_tables(&whole, &small).unwrap_err().code(), "file-too-large");
    let few = Limits { rows: 1, ..limits };
    let error = read(&whole, "building", layer("building"), &few).unwrap_err();
    assert_eq!(error, GpkgError::TooLarge { what: "rows", found: 2, limit: 1 });
}

#[test]
fn no_view_of_a_stranger_is_run() {
    let folder = Folder::new("view");
    let path = site_file(&folder, "kind TEXT", EPSG_4326, &point(9.5, 47.1));
    let db = Connection::open(&path).unwrap();
    db.execute_batch(
        "ALTER TABLE t RENAME TO hidden;
         CREATE VIEW t AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
         SELECT i AS fid, NULL AS geom, 'school' AS kind FROM n;",
    )
    .unwrap();
    drop(db);
    assert_eq!(refused(&path, "site"), GpkgError::NoTable("t".to_owned()));
}

#[test]
fn collections_and_heights_are_read() {
    let shape = Shape {
        points: vec![LonLat { lon_e7: 5, lat_e7: -5 }],
        lines: vec![vec![LonLat { lon_e7: 1, lat_e7: 1 }, LonLat { lon_e7: 2, lat_e7: 2 }]],
        polygons: crate::rows::polygons(&square(0, 0, 10)),
    };
    let blob = write_geometry(4490, &shape);
    assert_eq!(parse_geometry(&blob), Ok((4490, shape)));
    assert_eq!(
        parse_geometry(&write_geometry(4490, &Shape::default())),
        Ok((4490, Shape::default()))
    );
    // A big-endian point with height: type 1001.
    let mut high = vec![b'G', b'P', 0, 0, 0, 0, 0x11, 0x8a, 0, 0, 0, 3, 0xe9];
    for number in [9.5_f64, 47.1, 400.0] {
        high.extend(number.to_be_bytes());
    }
    let (srs_id, found) = parse_geometry(&high).unwrap();
    assert_eq!((srs_id, found.points), (4490, vec![LonLat::from_degrees(9.5, 47.1).unwrap()]));
    let crossing = GpkgError::Ring(RingError::TooShort);
    assert_eq!(crossing.code(), "geometry-too-short");
}

proptest! {
    #![proptest_config(crate::spoil::cases(500))]

    #[test]
    fn any_geometry_gives_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse_geometry(&bytes);
        let _ = parse_geometry(&[b"GP\0\x01\0\0\0\0\x01".as_slice(), &bytes].concat());
    }

    #[test]
    fn spoiled_geometries_give_an_answer(
        edits in edits(&[b"\xff\xff\xff\x7f", b"\x01\x07\0\0\0"])
    ) {
        let polygons = crate::rows::polygons(&square(0, 0, 10));
        let shape = Shape { polygons, ..Shape::default() };
        let _ = parse_geometry(&spoil(write_geometry(4490, &shape), &edits));
    }
}

proptest! {
    #![proptest_config(crate::spoil::cases(60))]

    #[test]
    fn spoiled_files_give_an_answer(edits in edits(&[b"\0\0\0\0", b"\xff\xff", b"CREATE VIEW"])) {
        let folder = Folder::new("spoiled");
        static WHOLE: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
        let whole = WHOLE.get_or_init(|| {
            let path = folder.file("whole.gpkg");
            write(&path, &sample().iter().collect::<Vec<_>>()).unwrap();
            std::fs::read(&path).unwrap()
        });
        let spoiled = folder.file("spoiled.gpkg");
        std::fs::write(&spoiled, spoil(whole.clone(), &edits)).unwrap();
        for name in ["building", "river", "road", "site"] {
            let _ = read(&spoiled, name, layer(name), &Limits::default());
        }
    }
}
