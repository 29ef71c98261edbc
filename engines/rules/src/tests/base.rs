//! The base packs: complete, right, and what the plans say.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::{CivilDate, Input, Inputs, Library, Mark};

pub(crate) fn day(text: &str) -> CivilDate {
    text.parse().unwrap()
}

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
    assert_eq!(listed, on_disk, "the list in packs.rs is not the folder tables/");
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
