//! The steps of the main job: what is hit, which level, which relief.

use serde_json::Value as Json;

use super::line::{Lines, each};

/// Rows, places and orders that are named one by one; `--json` has all.
const SHOWN: usize = 20;
/// Stops of a route that are named.
const STOPS_SHOWN: usize = 12;

/// What `anlan level` found.
pub fn level(lines: &mut Lines<'_>, answer: &Json) {
    let own = &answer["proposal"];
    if !own.is_null() {
        plan(lines, own);
    }
    for above in each(&answer["above"]) {
        let level = match above["level"].is_null() {
            true => lines.words("above-none", &[]),
            false => lines.level(&above["level"]),
        };
        let table = titled(lines, above);
        let count = [("met", above["met"].to_string())];
        let open = [("undetermined", above["undetermined"].to_string())];
        let details = pairs(&[&table, &count, &open, &[("level", level)]]);
        say(lines, "above", &details);
    }
    match &answer["in_force"] {
        Json::Null => lines.say("in-force-none", &[]),
        held => {
            let level = lines.level(&held["level"]);
            let (by, at) = (lines.plain(&held["by"]), lines.plain(&held["at"]));
            lines.say("in-force", &[("level", &level), ("by", &by), ("at", &at)]);
        }
    }
    for person in each(&answer["approvers"]) {
        let (name, post) = (lines.name(&person["person"]), lines.name(&person["post"]));
        let phone = lines.plain(&person["phone"]);
        lines.say("approver", &[("person", &name), ("post", &post), ("phone", &phone)]);
    }
    if !answer["consequences"].is_null() {
        let count = |key: &str| answer["consequences"][key].to_string();
        let (tasks, calls) = (count("tasks"), count("calls"));
        lines.say("consequences", &[("tasks", &tasks), ("calls", &calls)]);
    }
}

/// The plan that proposes, with the rows that count.
fn plan(lines: &mut Lines<'_>, own: &Json) {
    let table = titled(lines, own);
    match own["level"].is_null() {
        true => say(lines, "plan-none", &table),
        false => {
            let level = [("level", lines.level(&own["level"]))];
            say(lines, "plan", &pairs(&[&table, &level]));
        }
    }
    let count = |key: &'static str| (key, own[key].to_string());
    say(lines, "plan-count", &[count("met"), count("not_met"), count("undetermined")]);
    let more_severe = match (own["if_undetermined"].as_i64(), own["level"].as_i64()) {
        (Some(then), Some(now)) => then < now,
        (then, _) => then.is_some(),
    };
    if more_severe {
        let level = lines.level(&own["if_undetermined"]);
        lines.say("plan-if", &[("level", &level)]);
    }
    let counted = |r: &&Json| r["counted"].as_bool() == Some(true);
    for row in each(&own["rows"]).iter().filter(counted).take(SHOWN) {
        let figures = lines.list(each(&row["cells"]).iter().map(|c| cell(lines, c)));
        let details = [
            ("truth", lines.truth(&row["truth"])),
            ("level", lines.level(&row["level"])),
            ("clause", lines.plain(&row["clause"])),
            ("text", lines.name(&row["text"])),
            ("figures", figures),
        ];
        say(lines, "row", &details);
    }
}

fn cell(lines: &Lines<'_>, cell: &Json) -> String {
    let (name, value) = (lines.name(&cell["name"]), lines.figure(&cell["figure"]));
    let missing = lines.list(each(&cell["missing"]).iter().map(|m| lines.name(m)));
    let details = [("name", &*name), ("value", &*value), ("missing", &*missing)];
    match each(&cell["missing"]).is_empty() {
        true => lines.words("row-figure", &details),
        false => lines.words("row-missing", &details),
    }
}

type Details = Vec<(&'static str, String)>;

/// Place, name and version of a plan.
fn titled(lines: &Lines<'_>, plan: &Json) -> Details {
    vec![
        ("place", lines.name(&plan["place_name"])),
        ("name", lines.name(&plan["name"])),
        ("version", lines.plain(&plan["version"])),
    ]
}

fn pairs(parts: &[&[(&'static str, String)]]) -> Details {
    parts.concat()
}

fn say(lines: &mut Lines<'_>, key: &str, details: &[(&'static str, String)]) {
    let details: Vec<(&str, &str)> = details.iter().map(|(k, v)| (*k, v.as_str())).collect();
    lines.say(key, &details);
}

/// What `anlan impact` found.
pub fn impact(lines: &mut Lines<'_>, answer: &Json) {
    let event = &answer["event"];
    let (name, reference) = (lines.titled(event), lines.plain(&event["ref"]));
    lines.say("event", &[("name", &name), ("ref", &reference)]);
    if answer["footprint"].is_null() {
        lines.say("no-footprint", &[]);
    }
    if let Some(date) = answer["dataset_as_of"].as_str() {
        lines.say("as-of", &[("date", date)]);
    }
    for key in ["people", "villages", "buildings"] {
        let value = lines.figure(&answer[key]);
        lines.say(key, &[("value", &value)]);
    }
    let (value, bridges) = (lines.figure(&answer["road_m"]), lines.figure(&answer["bridges"]));
    lines.say("road", &[("value", &value), ("bridges", &bridges)]);
    let value = lines.figure(&answer["enterprises"]);
    let dangers = lines.figure(&answer["open_major_dangers"]);
    lines.say("enterprises", &[("value", &value), ("dangers", &dangers)]);
    keyed(lines, "groups", "group", &answer["groups"]);
    keyed(lines, "sites", "site", &answer["sites"]);
    let count = |lines: &Lines<'_>, key: &str| lines.figure(&answer["casualties"][key]);
    let (dead, missing, injured) =
        (count(lines, "dead"), count(lines, "missing"), count(lines, "injured"));
    lines.say("casualties", &[("dead", &dead), ("missing", &missing), ("injured", &injured)]);
    let moved = lines.figure(&answer["moved"]);
    lines.say("moved", &[("value", &moved)]);
    let cut_off = lines.figure(&answer["cut_off"]["figure"]);
    lines.say("cut-off", &[("value", &cut_off)]);
    for village in each(&answer["cut_off"]["list"]).iter().take(SHOWN) {
        let named = serde_json::json!({"zh": village["name"], "en": village["pinyin"]});
        let link = |key: &str| lines.code("link", &village[key]);
        let details = [
            ("name", lines.name(&named)),
            ("people", lines.plain(&village["people"])),
            ("road", link("road")),
            ("network", link("network")),
            ("power", link("power")),
            ("since", lines.plain(&village["since"])),
        ];
        say(lines, "cut-off-village", &details);
    }
}

/// Figures by key, such as groups of people.
fn keyed(lines: &mut Lines<'_>, title: &str, group: &str, list: &Json) {
    if each(list).is_empty() {
        return;
    }
    lines.say(title, &[]);
    for item in each(list) {
        let (name, value) = (lines.code(group, &item["key"]), lines.figure(&item["figure"]));
        lines.say("item", &[("name", &name), ("value", &value)]);
    }
}

/// What `anlan relief plan` drafted.
pub fn relief_plan(lines: &mut Lines<'_>, answer: &Json) {
    let checked = &answer["checked"];
    if checked["accepted"].as_bool() == Some(true) {
        let count = |key: &'static str| (key, answer[key].to_string());
        let unmet = ("unmet", answer["packs_unmet"].to_string());
        say(lines, "draft-good", &[count("orders"), count("packs"), count("needs"), unmet]);
    } else {
        lines.say("draft-bad", &[]);
        for found in each(&checked["violations"]) {
            let code = lines.plain(&found["code"]);
            lines.say("draft-violation", &[("code", &code)]);
        }
    }
    if let Some(ppm) = answer["lowest_share_ppm"].as_i64() {
        let (place, percent) = (lines.name(&answer["lowest_place"]), (ppm / 10_000).to_string());
        lines.say("draft-lowest", &[("place", &place), ("percent", &percent)]);
    }
    for route in each(&answer["routes"]).iter().take(SHOWN) {
        let stops = each(&route["stops"]).iter().take(STOPS_SHOWN);
        let stops: Vec<String> = stops.map(|s| lines.name(&s["name"])).collect();
        let (vehicle, way) = (lines.name(&route["name"]), lines.code("way", &route["way"]));
        let stops = stops.join(" → ");
        lines.say("draft-route", &[("vehicle", &vehicle), ("way", &way), ("stops", &stops)]);
    }
    if !each(&answer["unserved"]).is_empty() {
        lines.say("draft-unserved", &[]);
    }
    for left in each(&answer["unserved"]).iter().take(SHOWN) {
        let details = [
            ("place", lines.name(&left["name"])),
            ("commodity", lines.code("commodity", &left["commodity"])),
            ("packs", lines.plain(&left["packs"])),
            ("reason", lines.code("reason", &left["reason"]["code"])),
        ];
        say(lines, "draft-left", &details);
    }
    let at = lines.plain(&answer["starts_at"]);
    lines.say("draft-starts", &[("at", &at)]);
}
