//! Layers, versions and places.

use kernel::PlaceCode;

use super::{day, head, inputs, row};
use crate::{AdminLevel, EvaluationError, Layer, Library, Scope};

const COLUMNS: &str = "input = [{ name = \"n\", kind = \"int\" }]\n\
     output = [{ name = \"level\", kind = \"int\", values = [1, 2, 3, 4] }]\n";

fn file(path: &str, more: &str, level: i64) -> (String, String) {
    let mut head = head("priority").replace("format = 1", &format!("format = 1\n{more}"));
    if more.contains("exercise = true") {
        head = head.replace("mark = \"house\"", "mark = \"exercise\"");
    }
    (path.to_owned(), head + COLUMNS + &row("R1", "n = \">= 1\"", &format!("level = {level}")))
}

fn layer(name: &str, files: &[(String, String)]) -> Layer {
    Layer { name: name.into(), files: files.to_vec() }
}

fn level(library: &Library, id: &str, on: &str) -> i64 {
    let answer = library.evaluate(id, &inputs(&[("n", 1.into())]), day(on)).unwrap();
    answer.decision.must[0].values["level"].as_i64().unwrap()
}

#[test]
fn the_day_of_the_event_picks_the_version() {
    let old = file("cn/command/x@2016.toml", "valid_to = \"2024-01-20\"", 1);
    let new = file("cn/command/x@2024.toml", "valid_from = \"2024-01-20\"", 2);
    let version = |f: &(String, String), v: &str| {
        (f.0.clone(), f.1.replace("version = \"1\"", &format!("version = \"{v}\"")))
    };
    let files = [version(&old, "2016"), version(&new, "2024")];
    let library = Library::load(&[layer("base", &files)]).unwrap();
    assert_eq!(level(&library, "cn/command/x", "2024-01-19"), 1);
    assert_eq!(level(&library, "cn/command/x", "2024-01-20"), 2);

    let both =
        [files[0].clone(), (files[1].0.clone(), files[1].1.replace("2024-01-20", "2024-01-01"))];
    let faults = Library::load(&[layer("base", &both)]).unwrap_err();
    assert!(faults.to_string().contains("in force at once"), "{faults}");

    let only_new = Library::load(&[layer("base", &files[1..])]).unwrap();
    let error = only_new.in_force("cn/command/x", day("2020-01-01")).unwrap_err();
    assert!(error.to_string().contains("2024 (2024-01-20 to ...)"), "{error}");
    let unknown = only_new.in_force("cn/command/y", day("2024-02-01")).unwrap_err();
    assert!(matches!(unknown, EvaluationError::UnknownTable { .. }));
}

#[test]
fn a_later_layer_stands_over_an_earlier_one() {
    let base = layer("base", &[file("cn/command/x.toml", "", 1), file("cn/command/y.toml", "", 1)]);
    let same = layer("node", &[file("cn/command/x.toml", "", 3)]);
    let library = Library::load(&[base.clone(), same]).unwrap();
    assert_eq!(level(&library, "cn/command/x", "2026-07-23"), 3);
    assert_eq!(level(&library, "cn/command/y", "2026-07-23"), 1);
    // Another version lies over from its first day; before that the earlier one still answers.
    let (path, text) = file("cn/command/x.toml", "valid_from = \"2026-06-01\"", 4);
    let text = text.replace("version = \"1\"", "version = \"2\"");
    let library = Library::load(&[base, layer("node", &[(path, text)])]).unwrap();
    assert_eq!(level(&library, "cn/command/x", "2026-05-31"), 1);
    assert_eq!(level(&library, "cn/command/x", "2026-06-01"), 4);
}

#[test]
fn the_place_itself_answers_first_then_those_above() {
    let subject = "subject = \"response_level/flood\"";
    let at = |pack: &str, more: &str, level| {
        file(&format!("{pack}/command/flood.toml"), &format!("{subject}\n{more}"), level)
    };
    let files = [
        at("cn", "level = \"nation\"", 1),
        at("p51", "level = \"province\"\nplace = \"510000000000\"", 2),
        at("c510104", "level = \"county\"\nplace = \"510104000000\"", 3),
        at("c510105", "level = \"county\"\nplace = \"510105000000\"", 4),
        at("exercise", "level = \"county\"\nexercise = true", 3),
    ];
    let library = Library::load(&[layer("base", &files)]).unwrap();
    let ask = |chain: &[(u64, AdminLevel)], exercise| {
        let chain = chain.iter().map(|(place, level)| (PlaceCode(*place), *level)).collect();
        let scope = Scope { chain, exercise };
        let tables = library.tables_for("response_level/flood", &scope, day("2026-07-23"));
        tables
            .iter()
            .map(|t| t.identity.id.split('/').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    use AdminLevel::{County, Province, Township};
    let real =
        [(510_104_001_000, Township), (510_104_000_000, County), (510_000_000_000, Province)];
    assert_eq!(ask(&real, false), ["c510104", "p51", "cn"]);
    let made_up = [(990_102_000_000, County), (990_000_000_000, Province)];
    assert_eq!(ask(&made_up, true), ["exercise", "cn"]);
    assert_eq!(ask(&made_up, false), ["cn"], "exercise and real never mix");
    assert_eq!(ask(&[], false), ["cn"]);
}

#[test]
fn the_made_up_county_has_its_own_plan_and_the_plans_above_beside_it() {
    let library = Library::base().unwrap();
    let chain = vec![
        (PlaceCode(990_102_000_000), AdminLevel::County),
        (PlaceCode(990_100_000_000), AdminLevel::City),
        (PlaceCode(990_000_000_000), AdminLevel::Province),
    ];
    let scope = Scope { chain, exercise: true };
    let on = day("2026-07-23");
    let ids = |subject: &str| {
        let tables = library.tables_for(subject, &scope, on);
        tables.iter().map(|t| t.identity.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        ids("response_level/flood"),
        [
            "exercise/command/county_flood_response",
            "exercise/command/province_flood_response",
            "cn/command/flood_response"
        ]
    );
    for subject in ["tasks/flood", "duties/flood", "call_list/flood", "authority/flood"] {
        assert_eq!(ids(subject).len(), 1, "{subject}");
    }
}
