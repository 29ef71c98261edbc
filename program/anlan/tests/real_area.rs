//! Real areas by command line: an OpenStreetMap extract, an exercise over it, the main job.

mod cli;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

use cli::{Folder, answer, run};

/// The parts of the real job that tests look at.
const STEPS: &[&str] =
    &["impact", "level", "decide", "tasks", "calls", "forces", "relief", "replan"];

/// What a command that must be refused says, in one line.
fn refused(args: &[&str], paths: &[(&str, &Path)]) -> String {
    let output = run(args, paths);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(matches!(output.status.code(), Some(1 | 3)), "{args:?}: {said}");
    assert!(output.stdout.is_empty(), "{args:?}");
    said.lines().last().unwrap_or_default().to_owned()
}

/// An extract of the test material; `None`, said, where it is not there.
fn extract(name: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("ANLAN_SHARED").map_or(beside, PathBuf::from);
    let path = shared.join("data/roads").join(name);
    if path.is_file() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide/samples").join(name)
}

fn import(file: &Path, dir: &Path) -> Json {
    answer(&["import", "osm", file.to_str().unwrap(), "--json"], &[("--dir", dir)])
}

fn overlay(dir: &Path, alert: &Path) -> Json {
    let args = ["exercise", "overlay", "--seed", "7", "--json"];
    answer(&args, &[("--dir", dir), ("--alert", alert)])
}

/// Every file of a folder's datasets, by name.
fn datasets(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(dir.join("datasets")).unwrap();
    let named = files.map(|f| f.unwrap().path());
    let mut all: Vec<_> = named
        .map(|p| (p.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(p).unwrap()))
        .collect();
    all.sort();
    all
}

fn names(dir: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn liechtenstein_comes_in_with_its_counts_and_an_estimate_of_its_people() {
    let Some(file) = extract("liechtenstein.osm.pbf") else { return };
    let folder = Folder::new("counts");
    let read = import(&file, &folder.at("li"));
    assert_eq!(read["as_of"], "2024-03-04");
    let counts = &read["counts"];
    let count = |key: &str| counts[key].as_u64().unwrap();
    assert_eq!(
        (count("building_ways"), count("highway_ways"), count("bridges")),
        (17_696, 8_271, 321)
    );
    assert_eq!(read["rows"]["building"], 17_726);
    let people = |key: &str| read["people"][key].as_i64().unwrap();
    assert_eq!((people("low"), people("mid"), people("high")), (27_481, 47_819, 68_157));
    assert!((people("low")..=people("high")).contains(&39_000));
    assert_eq!(read["people"]["basis"], "estimated");
    assert_eq!(names(&folder.at("li")), ["area"]);
}

#[test]
fn an_overlay_follows_from_seed_and_file_alone() {
    let Some(file) = extract("liechtenstein.osm.pbf") else { return };
    let folder = Folder::new("twice");
    let alert = sample("rhine-flood.cap.xml");
    let made: Vec<(Json, Json)> = ["one", "two"]
        .iter()
        .map(|name| {
            import(&file, &folder.at(name));
            let laid = overlay(&folder.at(name), &alert);
            (laid, answer(&["verify", "--json"], &[("--dir", &folder.at(name))]))
        })
        .collect();
    assert_eq!(datasets(&folder.at("one")), datasets(&folder.at("two")));
    for key in ["heads", "views"] {
        assert!(made[0].1[key].as_str().is_some_and(|d| d.len() == 64), "{key}");
        assert_eq!(made[0].1[key], made[1].1[key], "{key}");
    }
    assert_eq!(made[0].1["good"], true);
    let figures = &made[0].0["figures"];
    assert_eq!((figures["townships"].as_u64(), figures["villages"].as_u64()), (Some(9), Some(33)));
    assert_eq!(made[0].0["played"]["refused"], serde_json::json!([]));
    let all = ["one", "one-township", "two", "two-township"];
    assert_eq!(names(&folder.at("")), all, "nothing is left beside them");
    let verified = |name: &str| answer(&["verify", "--json"], &[("--dir", &folder.at(name))]);
    let (first, second) = (verified("one-township"), verified("two-township"));
    for key in ["heads", "views"] {
        assert_eq!(first[key], second[key], "{key}");
    }
    assert_eq!(first["good"], true);
    carried_to_the_township(&folder);
    // Another seed keeps the ground and changes what is made up.
    import(&file, &folder.at("three"));
    answer(&["exercise", "overlay", "--seed", "8", "--json"], &[("--dir", &folder.at("three"))]);
    let (one, three) = (datasets(&folder.at("one")), datasets(&folder.at("three")));
    let same = |layer: &str| {
        let of = |all: &[(String, Vec<u8>)]| all.iter().find(|(n, _)| n == layer).unwrap().clone();
        of(&one) == of(&three)
    };
    assert!(same("road.arrow") && same("building.arrow") && !same("site.arrow"));
}

/// What the county writes later is carried to its township's node and counts there.
fn carried_to_the_township(folder: &Folder) {
    let (dir, beside) = (folder.at("one"), folder.at("one-township"));
    let event = answer(&["show", "event", "--json"], &[("--dir", &dir)])["items"][0].clone();
    let found = folder.at("found.json");
    let command = serde_json::json!({"entity": "casualty", "verb": "count",
        "args": {"event": event["ref"], "place": "990102000000", "dead": 2}});
    std::fs::write(&found, command.to_string()).unwrap();
    let args = ["submit", found.to_str().unwrap(), "--as", "county.duty", "--json"];
    let written = answer(&args, &[("--dir", &dir)]);
    let file = folder.at("carried.anlb");
    answer(&["bundle", "export", "--json"], &[("--dir", &dir), ("--out", &file)]);
    let args = ["bundle", "import", file.to_str().unwrap(), "--json"];
    let came = answer(&args, &[("--dir", &beside)]);
    assert_eq!(
        (&came["whole"], &came["came"]["quarantined"]),
        (&true.into(), &serde_json::json!([]))
    );
    let shown =
        answer(&["show", written["refs"][0].as_str().unwrap(), "--json"], &[("--dir", &beside)]);
    assert_eq!(shown["fields"]["dead"]["value"], 2, "{shown}");
}

/// The whole chain in a folder; every step has its answer.
fn main_job(dir: &Path) -> Json {
    let job = answer(&["exercise", "main-job", "--json"], &[("--dir", dir)]);
    for step in STEPS {
        assert!(job[step]["elapsed_ms"].as_f64().is_some(), "{step}");
    }
    assert_eq!(
        (&job["relief"]["accepted"], &job["replan"]["accepted"]),
        (&true.into(), &true.into())
    );
    job
}

#[test]
fn the_main_job_runs_on_liechtenstein() {
    let Some(file) = extract("liechtenstein.osm.pbf") else { return };
    let folder = Folder::new("job");
    let dir = folder.at("li");
    import(&file, &dir);
    overlay(&dir, &sample("rhine-flood.cap.xml"));
    let job = main_job(&dir);
    println!("{job:#}");
    let impact = &job["impact"];
    // A band of ± 40 to 60 % around the middle; groups that nobody counted stay unknown.
    let people = impact["people"].as_i64().unwrap();
    assert!((10_000..40_000).contains(&people), "{people}");
    assert!(impact["buildings"].as_i64().unwrap() > 5_000);
    assert!(impact["groups"].as_object().unwrap().values().all(Json::is_null));
    assert!(impact["enterprises"].is_null() && impact["dead_missing"].is_null());
    assert_eq!(impact["villages_cut_off"], 3);
    let level = &job["level"];
    // A red warning of a flood is no red rainstorm signal.
    assert_eq!((level["level"].as_i64(), level["met"].as_i64()), (Some(2), Some(1)));
    assert_eq!((level["not_met"].as_i64(), level["undetermined"].as_i64()), (Some(2), Some(1)));
    assert_eq!(job["decide"]["tasks"], 38);
    assert!(job["calls"]["acknowledged"].as_i64().unwrap() >= 8);
    assert!(job["forces"]["can_be_there"].as_i64().unwrap() > 10);
    assert!(job["relief"]["issued"].as_i64().unwrap() > 10);
    assert!(job["replan"]["road_report"]["source_id"].as_str().unwrap().starts_with("way/"));
    judged(&folder, &dir);
}

/// The checker that shares no code with this program agrees with both plans.
fn judged(folder: &Folder, dir: &Path) {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("ANLAN_SHARED").map_or(beside, PathBuf::from);
    let script = shared.join("bench/peers/check_plan.py");
    if !script.is_file() {
        println!("skipped: {} is not there", script.display());
        return;
    }
    let case = folder.at("case");
    answer(&["export", "case", "--replan", "--json"], &[("--dir", dir), ("--out", &case)]);
    let mut command = Command::new("python3");
    command.arg(script).arg(case.join("problem.json")).arg(case.join("plan.json"));
    command.arg("--previous").arg(case.join("previous.json")).arg("--quiet");
    let output = command.output().unwrap();
    let verdict: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(verdict["ok"], true, "{}", verdict["errors"]);
}

#[test]
fn old_and_thin_areas_run_too() {
    let folder = Folder::new("thin");
    for (name, alert) in
        [("andorra.osm.pbf", "andorra-flood.cap.xml"), ("monaco.osm.gz", "monaco-flood.cap.xml")]
    {
        let Some(file) = extract(name) else { return };
        let dir = folder.at(name);
        import(&file, &dir);
        let laid = overlay(&dir, &sample(alert));
        assert_eq!(laid["played"]["refused"], serde_json::json!([]), "{name}");
        let job = main_job(&dir);
        assert!(job["impact"]["people"].as_i64().unwrap() > 0, "{name}");
        assert!(job["level"]["level"].as_i64().is_some(), "{name}");
        let hit = answer(&["impact", "--json"], &[("--dir", &dir)]);
        for figure in ["enterprises", "open_major_dangers"] {
            let figure = &hit[figure];
            assert_eq!((&figure["value"], &figure["low"]), (&Json::Null, &Json::Null), "{figure}");
        }
    }
}

#[test]
fn a_wrong_or_truncated_file_is_refused_and_nothing_is_written() {
    let folder = Folder::new("bad");
    let mut wrong: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("picture", b"\x89PNG\r\n\x1a\n0000".to_vec()),
        ("other.xml", b"<?xml version=\"1.0\"?><kml></kml>".to_vec()),
        ("cut.xml", b"<osm><node id=\"1\" lon=\"9.5\" lat=\"47.1\"/><way id=\"2\">".to_vec()),
        ("bomb.xml", b"<!DOCTYPE osm [<!ENTITY a \"a\">]><osm></osm>".to_vec()),
    ];
    if let Some(file) = extract("liechtenstein.osm.pbf") {
        let whole = std::fs::read(file).unwrap();
        for (name, size) in [("cut.pbf", 100_000), ("head.pbf", 60), ("last.pbf", whole.len() - 1)]
        {
            wrong.push((name, whole[..size].to_vec()));
        }
        let mut turned = whole;
        turned[200_000] ^= 0x55;
        wrong.push(("turned.pbf", turned));
    }
    if let Some(file) = extract("monaco.osm.gz") {
        let whole = std::fs::read(file).unwrap();
        wrong.push(("cut.osm.gz", whole[..whole.len() / 2].to_vec()));
    }
    for (name, bytes) in wrong {
        let (file, dir) = (folder.at(name), folder.at("area"));
        std::fs::write(&file, bytes).unwrap();
        let args = ["import", "osm", file.to_str().unwrap(), "--json"];
        let line = refused(&args, &[("--dir", &dir)]);
        assert!(line.contains(name), "{name}: {line}");
        assert!(names(&dir).is_empty(), "{name}: {:?}", names(&dir));
    }
    let line = refused(&["import", "osm", "nowhere.pbf"], &[("--dir", &folder.at("area"))]);
    assert!(line.contains("nowhere.pbf"), "{line}");
}

#[test]
fn what_cannot_be_laid_out_leaves_the_area_as_it_was() {
    let folder = Folder::new("refused");
    let args = ["exercise", "overlay", "--json"];
    let line = refused(&args, &[("--dir", &folder.at("none"))]);
    assert!(line.contains("import osm"), "{line}");
    let Some(file) = extract("monaco.osm.gz") else { return };
    let dir = folder.at("mc");
    import(&file, &dir);
    let again = ["import", "osm", file.to_str().unwrap(), "--json"];
    assert!(refused(&again, &[("--dir", &dir)]).contains("already"));
    let own = std::fs::read_to_string(sample("monaco-flood.cap.xml")).unwrap();
    let actual = own.replace("<status>Exercise<", "<status>Actual<");
    for (text, said) in [(actual.as_str(), "Exercise"), (&own[..own.len() / 2], "CAP")] {
        let alert = folder.at("alert.xml");
        std::fs::write(&alert, text).unwrap();
        let line = refused(&args, &[("--dir", &dir), ("--alert", &alert)]);
        assert!(line.contains(said), "{line}");
        assert_eq!(names(&dir), ["area"]);
    }
    let alert = sample("rhine-flood.cap.xml");
    let line = refused(&args, &[("--dir", &dir), ("--alert", &alert)]);
    assert!(line.contains("anlan-exercise-li-rhine"), "{line}");
    let layer = dir.join("area/building.arrow");
    let whole = std::fs::read(&layer).unwrap();
    std::fs::write(&layer, &whole[..whole.len() / 2]).unwrap();
    let line = refused(&args, &[("--dir", &dir)]);
    assert!(line.contains("building.arrow"), "{line}");
    std::fs::remove_file(&layer).unwrap();
    assert!(refused(&args, &[("--dir", &dir)]).contains("building"));
    assert_eq!(names(&folder.at("")), ["alert.xml", "mc"], "nothing is left beside it");
    // The area itself was never touched.
    std::fs::write(&layer, whole).unwrap();
    answer(&args, &[("--dir", &dir)]);
}

#[test]
fn a_file_without_a_date_asks_for_it() {
    let folder = Folder::new("date");
    let text = r#"<osm version="0.6">
        <node id="1" lon="9.50" lat="47.10"><tag k="place" v="village"/></node>
        <node id="2" lon="9.51" lat="47.10"/>
        <way id="3"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way></osm>"#;
    let file = folder.at("small.osm");
    std::fs::write(&file, text).unwrap();
    let args = ["import", "osm", file.to_str().unwrap(), "--json"];
    let dir = folder.at("small");
    let line = refused(&args, &[("--dir", &dir)]);
    assert!(line.contains("--as-of"), "{line}");
    let wrong = [&args[..], &["--as-of", "yesterday"]].concat();
    assert!(refused(&wrong, &[("--dir", &dir)]).contains("yesterday"));
    let told = [&args[..], &["--as-of", "2026-07-01"]].concat();
    let read = answer(&told, &[("--dir", &dir)]);
    assert_eq!(
        (read["as_of"].as_str(), read["rows"]["road"].as_u64()),
        (Some("2026-07-01"), Some(1))
    );
    // One village is a county too, if a small one.
    let laid = answer(&["exercise", "overlay", "--json"], &[("--dir", &dir)]);
    assert_eq!(laid["figures"]["people"], 500);
}
