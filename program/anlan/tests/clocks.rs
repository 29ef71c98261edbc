//! Nodes whose clocks are hours apart: what comes is taken, flagged where it is ahead, and counts.

mod cli;

use std::path::Path;

use serde_json::{Value as Json, json};

use cli::{Folder, answer, run};

/// Enters a danger at a folder; its reference.
fn danger(folder: &Folder, dir: &Path, account: &str, title: &str) -> String {
    let file = folder.at(&format!("{title}.json"));
    let found = json!({"entity": "danger", "verb": "find",
        "args": {"title": title, "place": "990102100201"}});
    std::fs::write(&file, found.to_string()).unwrap();
    let args = ["submit", file.to_str().unwrap(), "--as", account, "--json"];
    answer(&args, &[("--dir", dir)])["refs"][0].as_str().unwrap().to_owned()
}

/// Carries all from one folder to another; what it came to, and what was said.
fn carried(folder: &Folder, from: &Path, to: &Path, name: &str) -> (Json, String) {
    let file = folder.at(name);
    answer(&["bundle", "export", "--json"], &[("--dir", from), ("--out", &file)]);
    let args = ["bundle", "import", file.to_str().unwrap(), "--json"];
    let output = run(&args, &[("--dir", to)]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let came: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&came["whole"], &came["came"]["quarantined"]), (&json!(true), &json!([])));
    assert_eq!(came["came"]["refused"], json!([]), "no clock refuses what was signed");
    (came["came"].clone(), said)
}

#[test]
fn what_is_hours_ahead_is_taken_flagged_and_counts_and_what_is_behind_counts_too() {
    let folder = Folder::new("clocks");
    let (county, township) = (folder.at("county"), folder.at("county-township"));
    answer(&["exercise", "new", "--size", "village", "--json"], &[("--out", &county)]);
    // The county's clock goes on to the scenario's end; the township's stands where it was.
    answer(&["exercise", "play", "--until", "end", "--json"], &[("--dir", &county)]);
    let ahead = danger(&folder, &county, "county.duty", "ahead");
    let (came, said) = carried(&folder, &county, &township, "down");
    let flagged = came["clock_ahead"].as_u64().unwrap();
    assert!(flagged > 0 && flagged <= came["new"].as_u64().unwrap(), "{came}");
    assert!(said.contains("ahead of this machine's clock"), "{said}");
    let shown = answer(&["show", &ahead, "--json"], &[("--dir", &township)]);
    assert_eq!(shown["fields"]["title"]["value"], "ahead", "it counts");

    let behind = danger(&folder, &township, "township.1.duty", "behind");
    let (came, said) = carried(&folder, &township, &county, "up");
    assert_eq!(came["clock_ahead"], 0, "{came}");
    assert!(!said.contains("ahead of this machine"), "{said}");
    let shown = answer(&["show", &behind, "--json"], &[("--dir", &county)]);
    assert_eq!(shown["fields"]["title"]["value"], "behind", "it counts");
    let (last, _) = carried(&folder, &county, &township, "again");
    assert_eq!(last["new"], 0, "both hold all: {last}");
    let verified = |dir: &Path| answer(&["verify", "--json"], &[("--dir", dir)]);
    let (one, other) = (verified(&county), verified(&township));
    assert_eq!((&one["good"], &other["good"]), (&json!(true), &json!(true)));
    assert_eq!((&one["heads"], &one["views"]), (&other["heads"], &other["views"]));
}
