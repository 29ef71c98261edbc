//! The main job by command line, on counties that the binary makes, judged by the outside checker.

mod cli;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

use cli::{Folder, answer, run};

const STEPS: &[&str] =
    &["impact", "level", "decide", "tasks", "calls", "forces", "relief", "replan"];

fn exercise(seed: &str, size: &str, out: &Path) {
    let args = ["exercise", "new", "--seed", seed, "--size", size, "--json"];
    answer(&args, &[("--out", out)]);
}

fn main_job(dir: &Path) -> Json {
    answer(&["exercise", "main-job", "--json"], &[("--dir", dir)])
}

/// The checker that shares no code with this program; `None`, said, where it is not there.
fn checker() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("ANLAN_SHARED").map_or(beside, PathBuf::from);
    let script = shared.join("bench/peers/check_plan.py");
    if script.is_file() {
        return Some(script);
    }
    println!("skipped: {} is not there", script.display());
    None
}

fn judged(case: &Path, with_previous: bool) {
    let Some(script) = checker() else { return };
    let mut command = Command::new("python3");
    command.arg(script).arg(case.join("problem.json")).arg(case.join("plan.json"));
    if with_previous {
        command.arg("--previous").arg(case.join("previous.json"));
    }
    let output = command.arg("--quiet").output().unwrap();
    let verdict: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(verdict["ok"], true, "{}: {}", case.display(), verdict["errors"]);
    assert!(output.status.success());
    assert_eq!(with_previous, !verdict["metrics"]["changes"].is_null());
}

fn every_step_with_its_time(job: &Json) {
    for step in STEPS {
        assert!(job[step]["elapsed_ms"].as_f64().is_some_and(|ms| ms >= 0.0), "{step}");
    }
    assert!(job["total_ms"].as_f64().is_some_and(|ms| ms > 0.0));
    let inputs = &job["inputs"];
    for (kind, one) in [("datasets", "building"), ("datasets", "road")] {
        assert_eq!(inputs[kind][one].as_str().map(str::len), Some(64), "{kind} {one}");
    }
    let table = format!(
        "{}@{}",
        job["level"]["table"].as_str().unwrap(),
        job["level"]["version"].as_str().unwrap()
    );
    assert_eq!(inputs["tables"][table], job["level"]["hash"]);
}

/// What holds in every county at the moment of decision.
fn chain_is_whole(job: &Json) {
    every_step_with_its_time(job);
    assert_eq!(job["level"]["level"], 2);
    assert_eq!(job["level"]["undetermined"], 1);
    assert_eq!(job["impact"]["villages_cut_off"], 3);
    assert!(job["impact"]["dead_missing"].is_null(), "nobody has reported");
    assert!(job["impact"]["people"].as_i64().is_some_and(|n| n > 0));
    assert_eq!(job["decide"]["level"], 2);
    assert_eq!(job["decide"]["tasks"], job["tasks"]["total"]);
    assert_eq!(job["tasks"]["total"], job["level"]["consequences"]["tasks"]);
    // Posts that were called before the decision are not called again.
    let calls = |part: &Json| part.as_i64().expect("a number of calls");
    let (all, new) = (&job["calls"]["total"], &job["level"]["consequences"]["calls"]);
    assert!(calls(all) >= calls(new) && calls(new) > 0, "{all} {new}");
    assert!(job["forces"]["can_be_there"].as_i64().is_some_and(|n| n > 0));
    assert_eq!(job["relief"]["accepted"], true);
    assert_eq!(job["relief"]["violations"], 0);
    assert_eq!(job["relief"]["issued"], job["relief"]["orders"]);
    assert_eq!(job["replan"]["accepted"], true);
    assert_eq!(job["replan"]["previous"], job["relief"]["plan"]);
    assert_eq!(job["replan"]["road_report"]["status"], "closed");
}

fn rows_met(job: &Json) -> (i64, i64, i64) {
    let rows = job["level"]["rows"].as_array().unwrap();
    let count = |truth: &str| rows.iter().filter(|r| r["truth"] == truth).count() as i64;
    let counted = (count("met"), count("not_met"), count("undetermined"));
    let said = |key: &str| job["level"][key].as_i64().unwrap();
    assert_eq!(counted, (said("met"), said("not_met"), said("undetermined")));
    counted
}

#[test]
fn at_village_size_the_chain_runs_on_a_copy_and_the_checker_accepts_its_plans() {
    for seed in ["1", "2", "3"] {
        let folder = Folder::new(seed);
        let dir = folder.at("county");
        exercise(seed, "village", &dir);
        let before = answer(&["verify", "--json"], &[("--dir", &dir)]);
        let job = main_job(&dir);
        chain_is_whole(&job);
        // One township only: the red signal over three or more is not met there.
        assert_eq!(rows_met(&job), (1, 2, 1), "seed {seed}");
        assert_eq!(job["calls"]["silent"], 0, "somebody is left to report");
        let after = answer(&["verify", "--json"], &[("--dir", &dir)]);
        assert_eq!(before["heads"], after["heads"], "the folder stays as it is");
        assert_eq!(before["views"], after["views"]);
        let case = folder.at("case");
        let paths = [("--dir", &*dir), ("--out", &*case)];
        assert_eq!(answer(&["export", "case", "--json"], &paths)["of"], "drafted");
        judged(&case, false);
        let again = answer(&["export", "case", "--replan", "--json"], &paths);
        assert_eq!(
            (again["of"].as_str(), again["accepted"].as_bool()),
            (Some("follows"), Some(true))
        );
        judged(&case, true);
    }
}

#[test]
fn at_county_size_the_decision_stands_where_the_scenario_says() {
    let folder = Folder::new("county");
    let dir = folder.at("county");
    exercise("7", "county", &dir);
    let job = main_job(&dir);
    chain_is_whole(&job);
    assert_eq!(rows_met(&job), (2, 1, 1));
    assert_eq!(job["calls"]["silent"], 2);
    assert_eq!(job["calls"]["silent_at"].as_array().map(Vec::len), Some(2));
    assert_eq!(job["impact"]["moved"], 1_240);
    let changes = &job["replan"]["metrics"]["changes"];
    assert_eq!(changes["issued"], job["relief"]["orders"]);
    assert_eq!(changes["changed"], 0, "nothing is changed that still stands");
}

#[test]
fn later_injects_cut_three_townships_and_nothing_of_the_scenario_is_refused() {
    let folder = Folder::new("end");
    let dir = folder.at("county");
    exercise("7", "county", &dir);
    let here = [("--dir", &*dir)];
    let before = answer(&["impact", "--json"], &here);
    let dark = |impact: &Json| impact["cut_off"]["townships"]["list"].as_array().unwrap().clone();
    assert_eq!(dark(&before), Vec::<Json>::new());
    assert_eq!(before["cut_off"]["townships"]["figure"]["value"], Json::Null, "unknown, not none");
    let played = answer(&["exercise", "play", "--until", "end", "--json"], &here);
    assert_eq!(played["played"]["refused"], serde_json::json!([]));
    let dark = dark(&answer(&["impact", "--json"], &here));
    assert_eq!(dark.len(), 3);
    for township in dark {
        for line in ["road", "network", "power"] {
            assert_eq!(township[line], "cut", "{township}");
        }
    }
}

#[test]
fn written_into_the_folder_both_plans_are_there_to_be_judged() {
    let folder = Folder::new("write");
    let dir = folder.at("county");
    exercise("7", "village", &dir);
    let job = answer(&["exercise", "main-job", "--write", "--json"], &[("--dir", &dir)]);
    chain_is_whole(&job);
    let case = folder.at("case");
    let paths = [("--dir", &*dir), ("--out", &*case)];
    let first = answer(&["export", "case", "--json"], &paths);
    assert_eq!((first["of"].as_str(), &first["plan"]), (Some("in_force"), &job["relief"]["plan"]));
    judged(&case, false);
    let second = answer(&["export", "case", "--replan", "--json"], &paths);
    assert_eq!((second["of"].as_str(), &second["plan"]), (Some("follows"), &job["replan"]["plan"]));
    judged(&case, true);
    assert_eq!(answer(&["verify", "--json"], &[("--dir", &dir)])["good"], true);
}

#[test]
fn each_step_is_there_alone_and_writes_nothing() {
    let folder = Folder::new("steps");
    let dir = folder.at("county");
    exercise("1", "village", &dir);
    let before = answer(&["verify", "--json"], &[("--dir", &dir)]);
    let impact = answer(&["impact", "--json"], &[("--dir", &dir)]);
    assert_eq!(impact["cut_off"]["list"].as_array().map(Vec::len), Some(3));
    let event = impact["event"]["ref"].as_str().unwrap().to_owned();
    let level = answer(&["level", "--event", &event, "--json"], &[("--dir", &dir)]);
    assert_eq!(level["proposal"]["level"], 2);
    let plan = answer(&["relief", "plan", "--event", &event, "--json"], &[("--dir", &dir)]);
    assert_eq!((plan["state"].as_str(), &plan["event"]), (Some("Draft"), &Json::from(event)));
    assert_eq!(plan["checked"]["accepted"], true);
    let after = answer(&["verify", "--json"], &[("--dir", &dir)]);
    assert_eq!(before["heads"], after["heads"]);
    let absent = ["level", "--event", "event:0000000000000000"];
    assert_eq!(run(&absent, &[("--dir", &dir)]).status.code(), Some(1));
}

#[test]
fn a_folder_that_is_no_exercise_is_refused_and_left_alone() {
    let folder = Folder::new("real");
    let dir = folder.at("node");
    assert!(run(&["init"], &[("--dir", &dir)]).status.success());
    let before = answer(&["verify", "--json"], &[("--dir", &dir)]);
    let refused = run(&["exercise", "main-job", "--write"], &[("--dir", &dir)]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("exercise"));
    let after = answer(&["verify", "--json"], &[("--dir", &dir)]);
    assert_eq!(before["heads"], after["heads"]);
    let unknown = run(&["bench", "nonsense"], &[]);
    assert_eq!(unknown.status.code(), Some(2));
}
