//! Layers of the working area in and out: CSV, GeoPackage, GeoJSON.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use datasets::Reader;
use serde_json::Value as Json;

/// A folder of this test with an exercise village in it, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let unique = format!("anlan-layers-{}-{name}", std::process::id());
        let dir = std::env::temp_dir().join(unique);
        std::fs::create_dir_all(&dir).unwrap();
        let folder = Folder(dir);
        let made = folder.anlan(&["exercise", "new", "--size", "village", "--out"], "node", &[]);
        assert!(made.status.success(), "{}", said(&made));
        folder
    }

    fn at(&self, inside: &str) -> PathBuf {
        self.0.join(inside)
    }

    fn anlan(&self, args: &[&str], last: &str, more: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_anlan"));
        command.args(args).arg(self.at(last)).args(more);
        command.env("ANLAN_LANG", "en").env("ANLAN_DIR", self.at("node")).output().unwrap()
    }

    fn layer(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.at(&format!("node/datasets/{name}.arrow"))).unwrap()
    }

    fn ops(&self) -> u64 {
        let checked = self.anlan(&["verify", "--json", "--dir"], "node", &[]);
        answer(&checked)["ops"].as_u64().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn answer(output: &Output) -> Json {
    assert!(output.status.success(), "{}", said(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

const TERMS: &[&str] =
    &["--source", "land survey", "--licence", "CC0-1.0", "--as-of", "2026-08-01", "--json"];

#[test]
fn a_csv_table_goes_out_and_comes_back_as_the_version_in_force() {
    let folder = Folder::new("csv");
    let before = folder.layer("site");
    let out = folder.anlan(&["export", "csv", "--layer", "site", "--json", "--out"], "s.csv", &[]);
    let rows = Reader::open(before.clone()).unwrap().rows();
    assert_eq!(answer(&out)["rows"].as_u64(), Some(rows as u64));
    // The same file is not written over.
    let again = folder.anlan(&["export", "csv", "--layer", "site", "--out"], "s.csv", &[]);
    assert!(!again.status.success() && said(&again).contains("already"));
    let args = ["import", "csv", "--layer", "site", "--crs", "EPSG:4490"];
    let ops = folder.ops();
    let first = answer(&folder.anlan(&args, "s.csv", TERMS));
    assert_eq!((first["named"].as_bool(), folder.ops()), (Some(true), ops + 1));
    let second = answer(&folder.anlan(&args, "s.csv", TERMS));
    assert_eq!((second["named"].as_bool(), folder.ops()), (Some(false), ops + 1));
    let after = Reader::open(folder.layer("site")).unwrap();
    assert_eq!((after.rows(), after.meta().source.as_str()), (rows, "land survey"));
    assert_eq!(after.meta().as_of_on, "2026-08-01");
    let old = folder.at(&format!("node/datasets/old/{}.arrow", kernel::hash(&before)));
    assert_eq!(std::fs::read(old).unwrap(), before, "the version before stays");
    // The version before in the place of the one in force is named, not used.
    std::fs::write(folder.at("node/datasets/site.arrow"), before).unwrap();
    let verified = folder.anlan(&["verify", "--dir"], "node", &[]);
    assert!(!verified.status.success() && said(&verified).contains("site.arrow"));
}

#[test]
fn a_geopackage_comes_in_with_its_rows() {
    let folder = Folder::new("gpkg");
    let before = Reader::open(folder.layer("building")).unwrap();
    formats::gpkg::write(&folder.at("b.gpkg"), &[&before]).unwrap();
    let done = folder.anlan(&["import", "gpkg", "--layer", "building"], "b.gpkg", TERMS);
    assert_eq!(answer(&done)["rows"].as_u64(), Some(before.rows() as u64));
    let after = Reader::open(folder.layer("building")).unwrap();
    let ids = |reader: &Reader| -> Vec<String> {
        let mut all = Vec::new();
        for batch in reader.batches() {
            let batch = batch.unwrap();
            let ids = batch.texts("id").unwrap();
            all.extend((0..batch.len()).map(|r| ids.get(r).unwrap().to_owned()));
        }
        all.sort();
        all
    };
    assert_eq!(ids(&before), ids(&after));
    assert!(folder.anlan(&["level", "--dir"], "node", &[]).status.success());
}

#[test]
fn a_table_of_any_name_is_taken_where_it_is_named_or_the_only_one() {
    let folder = Folder::new("table");
    let before = Reader::open(folder.layer("building")).unwrap();
    let site = Reader::open(folder.layer("site")).unwrap();
    let (one, two) = (folder.at("one.gpkg"), folder.at("two.gpkg"));
    formats::gpkg::write(&one, &[&before]).unwrap();
    formats::gpkg::write(&two, &[&before, &site]).unwrap();
    for file in [&one, &two] {
        renamed(file, "building", "houses 2026");
    }
    let args = ["import", "gpkg", "--layer", "building"];
    let rows = Some(before.rows() as u64);
    assert_eq!(answer(&folder.anlan(&args, "one.gpkg", TERMS))["rows"].as_u64(), rows);
    let unnamed = folder.anlan(&args, "two.gpkg", TERMS);
    let words = said(&unnamed);
    assert!(!unnamed.status.success() && words.contains("--table"), "{words}");
    assert!(words.contains("houses 2026") && words.contains("site"), "{words}");
    let named = [TERMS, &["--table", "houses 2026"]].concat();
    assert_eq!(answer(&folder.anlan(&args, "two.gpkg", &named))["rows"].as_u64(), rows);
}

/// Gives a table of a GeoPackage another name.
fn renamed(file: &Path, from: &str, to: &str) {
    let script = "import sqlite3, sys\n\
        file, old, new = sys.argv[1:]\n\
        with sqlite3.connect(file) as db:\n\
        \x20   db.execute(f'ALTER TABLE \"{old}\" RENAME TO \"{new}\"')\n\
        \x20   for table in ('gpkg_contents', 'gpkg_geometry_columns'):\n\
        \x20       set = f'UPDATE {table} SET table_name = ? WHERE table_name = ?'\n\
        \x20       db.execute(set, (new, old))\n";
    let mut python = Command::new("python3");
    let done = python.args(["-c", script]).arg(file).args([from, to]).output().unwrap();
    assert!(done.status.success(), "{}", said(&done));
}

#[test]
fn an_extract_is_taken_into_a_node_as_new_versions_of_its_layers() {
    let folder = Folder::new("osm");
    let extract = r#"<osm version="0.6">
        <node id="1" lon="109.26" lat="28.74"/><node id="2" lon="109.27" lat="28.75"/>
        <way id="3"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way></osm>"#;
    std::fs::write(folder.at("a.osm"), extract).unwrap();
    let (ops, sites) = (folder.ops(), folder.layer("site"));
    let args = ["import", "osm", "--as-of", "2026-08-01", "--json", "--layer", "road"];
    let done = answer(&folder.anlan(&args, "a.osm", &[]));
    assert_eq!((done["named"][0]["layer"].as_str(), folder.ops()), (Some("road"), ops + 1));
    assert_eq!(Reader::open(folder.layer("road")).unwrap().meta().as_of_on, "2026-08-01");
    let all = answer(&folder.anlan(&args[..5], "a.osm", &[]));
    let layers: Vec<&str> =
        all["named"].as_array().unwrap().iter().map(|l| l["layer"].as_str().unwrap()).collect();
    assert_eq!(layers, ["building", "river", "road"], "what has the node's codes stays");
    assert_eq!(folder.layer("site"), sites);
    let (ops, roads) = (folder.ops(), folder.layer("road"));
    let elsewhere = extract.replace("109.2", "9.5").replace("28.7", "47.1");
    std::fs::write(folder.at("b.osm"), elsewhere).unwrap();
    let far = folder.anlan(&args, "b.osm", &[]);
    assert!(!far.status.success() && said(&far).contains("elsewhere"), "{}", said(&far));
    assert_eq!((folder.layer("road"), folder.ops()), (roads, ops), "nothing was changed");
    assert_eq!(answer(&folder.anlan(&["verify", "--json", "--dir"], "node", &[]))["good"], true);
}

#[test]
fn a_column_that_the_layer_does_not_have_and_fewer_rows_are_told() {
    let folder = Folder::new("told");
    let rows = Reader::open(folder.layer("site")).unwrap().rows();
    let table = "source_id,lon,lat,kind,beds_free\nA,109.26,28.74,shelter,7\n";
    std::fs::write(folder.at("s.csv"), table).unwrap();
    let args = ["import", "csv", "--layer", "site", "--crs", "EPSG:4490"];
    let done = folder.anlan(&args, "s.csv", &[TERMS, &["--unknown"]].concat());
    assert_eq!(answer(&done)["ignored_columns"], serde_json::json!(["beds_free"]));
    let told = said(&done);
    assert!(told.contains("beds_free") && told.contains(&format!("before {rows}")), "{told}");

    let band = "source_id,lon,lat,class,people_low,people_mid,people_high\n\
                A,109.26,28.74,village,900,400,500\n";
    std::fs::write(folder.at("p.csv"), band).unwrap();
    let args = ["import", "csv", "--layer", "settlement", "--crs", "EPSG:4490"];
    let crossed = folder.anlan(&args, "p.csv", &[TERMS, &["--unknown"]].concat());
    assert!(!crossed.status.success() && said(&crossed).contains("A"), "{}", said(&crossed));
    assert!(said(&crossed).contains("band"), "{}", said(&crossed));
}

#[test]
fn geojson_goes_out_with_a_feature_for_each_row() {
    let folder = Folder::new("geojson");
    let args = ["export", "geojson", "--layer", "site", "--json", "--out"];
    let rows = answer(&folder.anlan(&args, "s.geojson", &[]))["rows"].as_u64().unwrap();
    let text = std::fs::read(folder.at("s.geojson")).unwrap();
    let value: Json = serde_json::from_slice(&text).unwrap();
    assert_eq!(value["features"].as_array().unwrap().len() as u64, rows);
    let args = ["export", "geojson", "--layer", "sites", "--out"];
    let none = folder.anlan(&args, "x.geojson", &[]);
    assert!(!none.status.success() && said(&none).contains("building"), "{}", said(&none));
    assert!(!folder.at("x.geojson").exists());
}

#[test]
fn what_does_not_say_its_terms_or_does_not_fit_changes_nothing() {
    let folder = Folder::new("refused");
    let (before, ops) = (folder.layer("site"), folder.ops());
    let table = "source_id,lon,lat,kind\nA,110.1,29.1,shelter\nB,110.2,95.0,school\n";
    std::fs::write(folder.at("bad.csv"), table).unwrap();
    std::fs::write(folder.at("good.csv"), table.replace("95.0", "29.2")).unwrap();
    std::fs::write(folder.at("no.gpkg"), "SQLite format 3\0 but not really").unwrap();
    std::fs::write(folder.at("far.csv"), table.replace("95.0", "23.1")).unwrap();
    let placed = "source_id,lon,lat,kind,place\nA,110.1,29.1,shelter,990102999000\n";
    std::fs::write(folder.at("nowhere.csv"), placed).unwrap();
    std::fs::write(folder.at("empty.csv"), "source_id,lon,lat,kind\n").unwrap();
    let csv = ["import", "csv", "--layer", "site"];
    let crs = ["import", "csv", "--layer", "site", "--crs", "EPSG:4326"];
    let road = ["import", "csv", "--layer", "road", "--crs", "EPSG:4326"];
    let gauss = ["import", "csv", "--layer", "site", "--crs", "EPSG:4547"];
    let gpkg = ["import", "gpkg", "--layer", "site"];
    let duty = [TERMS, &["--as", "township.1.duty", "--unknown"]].concat();
    let tries: &[(&[&str], &str, &[&str], &str)] = &[
        (&csv, "good.csv", TERMS, "--crs"),
        (&gauss, "good.csv", TERMS, "EPSG:4547"),
        (&crs, "good.csv", &TERMS[2..], "--source"),
        (&crs, "good.csv", &TERMS[..4], "--as-of"),
        (&crs, "bad.csv", TERMS, "line 3"),
        (&crs, "far.csv", TERMS, "row B"),
        (&crs, "nowhere.csv", TERMS, "990102999000"),
        (&crs, "empty.csv", TERMS, "--empty"),
        (&road, "good.csv", TERMS, "from_node"),
        (&gpkg, "no.gpkg", TERMS, "no.gpkg"),
        (&gpkg, "nowhere.gpkg", TERMS, "nowhere.gpkg"),
        (&crs, "good.csv", &duty, "Dataset"),
        (&crs, "good.csv", TERMS, "capacity"),
    ];
    for (args, file, more, expected) in tries {
        let output = folder.anlan(args, file, more);
        assert!(!output.status.success(), "{args:?} {file}");
        assert!(said(&output).contains(expected), "{args:?} {file}: {}", said(&output));
    }
    assert_eq!((folder.layer("site"), folder.ops()), (before, ops));
    let left = Path::new(&folder.at("node/datasets/site.next")).exists();
    assert!(!left, "nothing is left beside");
}

/// Puts a polygon of so many vertices into the first row of a GeoPackage's table.
const LARGE: &str = "import array, sqlite3, struct, sys\n\
    file, table, vertices = sys.argv[1], sys.argv[2], int(sys.argv[3])\n\
    head = b'GP' + bytes([0, 1]) + struct.pack('<i', 4490)\n\
    wkb = struct.pack('<BIII', 1, 3, 1, vertices)\n\
    points = (array.array('d', [109.25, 28.74]) * vertices).tobytes()\n\
    with sqlite3.connect(file) as db:\n\
    \x20   column = db.execute('SELECT column_name FROM gpkg_geometry_columns').fetchone()[0]\n\
    \x20   set = f'UPDATE \"{table}\" SET \"{column}\" = ? WHERE rowid = 1'\n\
    \x20   db.execute(set, (head + wkb + points,))\n";
/// Runs a command and prints its exit code and the most memory that it held, KiB.
const MEASURED: &str = "import resource, subprocess, sys\n\
    done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)\n\
    print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n";
/// Most memory that a refused file may take, KiB.
const REFUSED_KIB: u64 = 300 << 10;

#[test]
fn a_polygon_of_ten_million_vertices_is_refused_in_words_within_little_memory() {
    let folder = Folder::new("large");
    let (file, before) = (folder.at("large.gpkg"), folder.layer("building"));
    formats::gpkg::write(&file, &[&Reader::open(before.clone()).unwrap()]).unwrap();
    let mut python = Command::new("python3");
    let made = python.args(["-c", LARGE]).arg(&file).args(["building", "10000000"]).output();
    let made = made.unwrap();
    assert!(made.status.success(), "{}", said(&made));
    assert!(std::fs::metadata(&file).unwrap().len() > 160_000_000);
    let mut python = Command::new("python3");
    python.args(["-c", MEASURED, env!("CARGO_BIN_EXE_anlan"), "import", "gpkg"]).arg(&file);
    python.args(["--layer", "building"]).args(TERMS).env("ANLAN_LANG", "en");
    let output = python.env("ANLAN_DIR", folder.at("node")).output().unwrap();
    let words = said(&output);
    assert!(
        words.contains("large.gpkg") && words.contains("more than the 1000000 allowed"),
        "{words}"
    );
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut told = told.split_whitespace().map(|n| n.parse::<u64>().unwrap());
    assert_eq!(told.next(), Some(1));
    let held = told.next().unwrap();
    assert!(held < REFUSED_KIB, "{held} KiB");
    assert_eq!(folder.layer("building"), before, "nothing was changed");
}
