//! `anlan exercise overlay`: a made-up county's offices over a working area, as an exercise.
//!
//! It is made beside the area and put in its place when it is whole; one of its townships gets a
//! node of its own in `DIR-township`.

use std::fs;
use std::path::Path;

use clap::ArgMatches;
use kernel::UnixMillis;
use serde_json::{Value as Json, json};
use synth::scenario::Scenario;

use super::exercise::{SET_UP_BEFORE_S, at, enter, found, scenario_of};
use super::{Failure, Printer, again, args, files, township};
use crate::area;
use crate::folder::{County as MadeOf, choose};
use crate::open::{Opened, exercise_now, node_failure};

/// The scenario of an area: what comes after its alert.
const SCENARIO: &str = "area-flood";
/// Seconds after the scenario's start at which the alert is taken in.
const ALERT_AT_S: i64 = 60;
/// Who takes it in.
const DUTY: &str = "county.duty";

/// `anlan exercise overlay --seed N --dir DIR [--alert FILE]`.
pub fn overlay(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let dir = choose(args::path(matches, "dir"));
    area::refuse_other(&dir)?;
    let seed = matches.get_one::<u64>("seed").copied().unwrap_or(7);
    let alert = args::text(matches, "alert")
        .map(|file| files::read(&file, super::import::CAP_BYTES_MAX))
        .transpose()?;
    // The name beside it is made from the folder's own, whatever it was called here.
    let dir = fs::canonicalize(&dir).map_err(|e| again::unusable(&dir, e))?;
    let beside = township::folder_of(&dir);
    if beside.exists() {
        return Err(Failure::refused("exists").with("what", beside.display()));
    }
    let next = again::beside(&dir, "next");
    again::clear_both(&next)?;
    let made = make(&next, &dir, seed, alert.as_deref(), printer);
    let answer = made.inspect_err(|_| {
        // What was begun of it is of no use to anybody; the area stays as it was.
        let _ = fs::remove_dir_all(&next);
        let _ = fs::remove_dir_all(township::folder_of(&next));
    })?;
    put_in_place(&dir, &next)?;
    printer.json(&answer);
    Ok(())
}

/// The exercise holds a copy of the area, so the area's own folder can go.
fn put_in_place(dir: &Path, next: &Path) -> Result<(), Failure> {
    let old = again::beside(dir, "area");
    again::clear(&old)?;
    fs::rename(dir, &old).map_err(|e| again::unusable(dir, e))?;
    fs::rename(next, dir).map_err(|e| again::unusable(next, e))?;
    again::rename(&township::folder_of(next), &township::folder_of(dir))?;
    fs::remove_dir_all(&old).map_err(|e| again::unusable(&old, e))
}

/// Lays the exercise of an area out in a new folder and plays up to the decision, where there is
/// an alert to play after.
///
/// # Errors
/// An area or alert that cannot be used, or what the record says.
pub fn make(
    out: &Path,
    area: &Path,
    seed: u64,
    alert: Option<&[u8]>,
    printer: &Printer,
) -> Result<Json, Failure> {
    let made_of = MadeOf { seed, size: area::SIZE.to_owned(), scenario: SCENARIO.to_owned() };
    printer.say("county", &[("step", "1/4")]);
    let county = area::county_of(area, &made_of)?;
    let scenario = scenario_of(&county, SCENARIO)?;
    printer.say("county", &[("step", "2/4")]);
    let opened = found(out, &made_of, &county, &scenario)?;
    let set_up = UnixMillis((scenario.starts_at.0 - SET_UP_BEFORE_S) * 1000);
    township::certify_node(&opened.desk, seed, &county, set_up)?;
    printer.say("county", &[("step", "3/4")]);
    enter(&opened.desk, &county, &scenario)?;
    printer.say("county", &[("step", "4/4")]);
    let (mut now, mut event, mut played) = (at(&scenario, 0).millis(), Json::Null, Json::Null);
    if let Some(alert) = alert {
        event = take_in(&opened, &scenario, alert)?;
        let done = opened.desk.play(&scenario, i64::MIN, scenario.decision_at_s);
        played = json!(done.map_err(node_failure)?);
        now = at(&scenario, scenario.decision_at_s).millis();
    }
    stand_at(&opened, now)?;
    area::copy(area, out, alert)?;
    let beside =
        township::Place { dir: &township::folder_of(out), said: &township::folder_of(area) };
    let township = township::found(&beside, &opened, seed, &county, now, printer)?;
    let ops = opened.desk.record.read(|store| store.op_count()).map_err(node_failure)?;
    let figures = county.figures;
    printer.tell(
        "made",
        &[
            ("dir", &area.display().to_string()),
            ("people", &format!("{}–{}", figures.people_low, figures.people_high)),
            ("buildings", &figures.buildings.to_string()),
            ("arcs", &figures.road_arcs.to_string()),
            ("ops", &ops.to_string()),
        ],
    );
    Ok(json!({"dir": area, "seed": seed, "area": area::about(area)?.blake3, "figures": figures,
        "ops": ops, "event": event, "played": played, "stands_at": now, "township": township}))
}

fn stand_at(opened: &Opened, now: UnixMillis) -> Result<(), Failure> {
    opened.desk.record.append_meta(exercise_now(now)).map_err(node_failure)
}

/// The duty officer takes the alert in and opens the event.
fn take_in(opened: &Opened, scenario: &Scenario, alert: &[u8]) -> Result<Json, Failure> {
    let actor = opened.desk.actor(DUTY);
    let actor = actor.ok_or_else(|| Failure::refused("account").with("account", DUTY))?;
    let now = at(scenario, ALERT_AT_S).millis();
    let done = opened.desk.import_cap(&actor, alert, true, "", now).map_err(node_failure)?;
    if let Some(why) = done["event_refused"].as_array().and_then(|r| r.first()) {
        return Err(Failure::refused("no-event").with("why", &why["why"]));
    }
    let taken = &done["alerts"][0];
    if taken["footprint"] == "known" && taken["places"].is_null() {
        return Err(Failure::refused("elsewhere").with("identifier", &taken["identifier"]));
    }
    Ok(done["events"][0].clone())
}

/// Makes the overlaid exercise of `dir` anew in `next`.
///
/// # Errors
/// As [`make`].
pub fn again(dir: &Path, next: &Path, seed: u64, printer: &Printer) -> Result<(), Failure> {
    make(next, dir, seed, area::alert(dir).as_deref(), printer).map(|_| ())
}
