//! The base packs: complete, right, and what the plans say.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::day;
use crate::{Input, Inputs, Library, Mark};

fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files_under(folder: &Path, found: &mut Vec<String>, base: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            // Scenarios are data of the exercise engine, not tables.
            if path.file_name().unwrap() != "scenarios" {
                files_under(&path, found, base);
            }
        } else if path.extension().is_some_and(|e| e == "toml") {
            found.push(path.strip_prefix(base).unwrap().to_str().unwrap().to_owned());
        }
    }
}

#[test]
fn no_file_of_the_base_packs_is_forgotten() {
    let base = checkout().join("tables");
    let mut on_disk = Vec::new();
    files_under(&base, &mut on_disk, &base);
    on_disk.sort();
    let listed: Vec<&str> = crate::base_packs().iter().map(|(path, _)| *path).collect();
    assert_eq!(listed, on_disk, "what was built in is not the folder tables/");
}

#[test]
fn the_base_packs_load_and_every_worked_case_holds() {
    if let Err(faults) = Library::base() {
        panic!("{faults}");
    }
}

#[test]
fn the_scenario_proposes_level_two_and_says_why() {
    let library = Library::base().unwrap();
    let at = "2026-07-23T02:51:00Z".parse().unwrap();
    let inputs = Inputs::from([
        ("red_signal_townships".into(), Input::known(5, "alert:0000000000000001", Some(at))),
        ("cut_off_villages".into(), Input::known(3, "roads 2026-07", Some(at))),
        ("moved".into(), Input::known(1_240, "situation", Some(at))),
        ("dead".into(), Input { missing: vec!["龙潭".into()], ..Input::unknown("casualty") }),
    ]);
    let id = "exercise/command/county_flood_response";
    let proposal = library.propose(id, &inputs, day("2026-07-23")).unwrap();
    assert_eq!(proposal.level, Some(2));
    assert_eq!((proposal.met, proposal.not_met, proposal.undetermined), (2, 1, 1));
    assert_eq!(proposal.level_if_undetermined_met, Some(1));
    let clauses: Vec<&str> = proposal.rows.iter().map(|r| r.source.clause.as_str()).collect();
    assert_eq!(clauses, ["5.1(2)", "5.1(4)", "5.1(1)", "5.1(3)"]);
    let red = &proposal.rows[0].cells[0];
    assert_eq!(red.value, Some(5.into()));
    assert_eq!((red.source.as_str(), red.observed_at), ("alert:0000000000000001", Some(at)));
    assert_eq!(proposal.missing.len(), 1);
    assert_eq!(proposal.missing[0].missing_parts, ["dead", "missing"]);
    assert_eq!(proposal.missing[0].missing, ["龙潭"]);
    assert_eq!(proposal.rows_below.len(), 8);
    assert!(proposal.rows.iter().all(|r| r.mark == Mark::Exercise));
    let json = serde_json::to_value(&proposal).unwrap();
    assert_eq!(json["table"]["version"], "2025-2");
    assert_eq!(json["rows"][2]["truth"], "undetermined");
    assert_eq!(serde_json::from_value::<crate::Proposal>(json).unwrap(), proposal);
}

#[test]
fn row_ids_are_not_used_twice_in_a_pack_and_context() {
    let library = Library::base().unwrap();
    let mut seen = BTreeSet::new();
    for table in library.tables() {
        for row in &table.rows {
            let key = (table.identity.id.clone(), table.identity.version.clone(), row.id.clone());
            assert!(seen.insert(key), "{} {}", table.identity.id, row.id);
        }
    }
}

#[test]
fn level_two_gives_thirty_eight_tasks_to_fourteen_departments() {
    let library = Library::base().unwrap();
    let on = day("2026-07-23");
    let tasks = |level: i64| {
        let inputs = Inputs::from([("level".into(), Input::known(level, "decision", None))]);
        let id = "exercise/command/county_flood_tasks";
        library.evaluate(id, &inputs, on).unwrap().decision.must
    };
    let departments: BTreeSet<String> =
        tasks(2).iter().map(|t| t.values["department"].as_text().unwrap().to_owned()).collect();
    assert_eq!((tasks(2).len(), departments.len()), (38, 14));
    assert_eq!([tasks(1).len(), tasks(3).len(), tasks(4).len()], [46, 22, 5]);
    // What the county does not command is a request. Source: house, decision 8; ERL art. 23.
    let requests = |level: i64| {
        let asked = |t: &&crate::Outcome| t.values["request"].as_bool() == Some(true);
        tasks(level).iter().filter(asked).count()
    };
    assert_eq!((requests(1), requests(2)), (3, 0));
}

#[test]
fn every_row_of_the_exercise_pack_is_marked_and_no_other() {
    let library = Library::base().unwrap();
    let mut rows = 0;
    for table in library.tables() {
        let exercise = table.identity.id.starts_with("exercise/");
        assert_eq!(table.identity.exercise, exercise, "{}", table.identity.id);
        for row in &table.rows {
            assert_eq!(row.mark == Mark::Exercise, exercise, "{} {}", table.identity.id, row.id);
            rows += usize::from(!exercise);
        }
    }
    assert!(rows >= 60, "{rows}");
}

#[test]
fn rows_are_in_both_languages_and_every_table_has_cases() {
    let paths: BTreeSet<&str> = crate::base_packs().iter().map(|(path, _)| *path).collect();
    for (path, _) in crate::base_packs() {
        // The table of posts is data of the node and no decision table.
        let other = |p: &&str| p.ends_with(".cases") || p.ends_with("directory/posts");
        if let Some(stem) = path.strip_suffix(".toml").filter(|p| !other(p)) {
            assert!(paths.contains(format!("{stem}.cases.toml").as_str()), "{path} has no cases");
        }
    }
    for table in Library::base().unwrap().tables() {
        for row in &table.rows {
            assert!(!row.label.is_empty(), "{} {}", table.identity.id, row.id);
        }
    }
}

#[test]
fn the_same_numbers_mean_other_things_in_the_plans_of_2016_and_2024() {
    let library = Library::base().unwrap();
    let known = |n: i64| Input::known(n, "report", None);
    let inputs = Inputs::from([
        ("dead".into(), known(150)),
        ("missing".into(), known(60)),
        ("evacuated_resettled".into(), known(0)),
        ("needing_living_relief".into(), known(0)),
        ("collapsed_severe_rooms".into(), known(0)),
        ("collapsed_severe_households".into(), known(0)),
        ("drought_share".into(), known(0)),
        ("drought_people".into(), known(0)),
    ]);
    let level = |on: &str| {
        let proposal = library.propose("cn/command/relief_response", &inputs, day(on)).unwrap();
        (proposal.table.version, proposal.level)
    };
    assert_eq!(level("2024-01-19"), ("2016".into(), Some(2)));
    assert_eq!(level("2024-01-20"), ("2024".into(), Some(1)));
}

#[test]
fn a_table_that_needs_another_shows_how_that_one_answered() {
    let library = Library::base().unwrap();
    let at = "2026-07-23T02:51:00Z".parse().unwrap();
    let inputs = Inputs::from([
        ("people_threatened".into(), Input::known(600, "survey", Some(at))),
        ("property_threatened".into(), Input::known(0, "survey", None)),
    ]);
    let id = "cn/command/geological_response";
    let proposal = library.propose(id, &inputs, day("2026-07-23")).unwrap();
    assert_eq!(proposal.level, Some(2));
    let cell = &proposal.rows.iter().find(|r| r.row == "GEO-R-2").unwrap().cells[0];
    assert_eq!(cell.source, "table:cn/command/geological_danger_grade@2026");
    assert_eq!(cell.observed_at, Some(at));
    assert_eq!(proposal.required[0].decision.must[0].rows, ["GRD-GEOD-II-P"]);
}
