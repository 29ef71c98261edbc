//! Exercises and measurements: how far a scenario came, what a whole run and a bench came to.

use serde_json::Value as Json;

use super::line::{Lines, each};

/// What `anlan exercise play` did.
pub fn played(lines: &mut Lines<'_>, answer: &Json) {
    let played = &answer["played"];
    let (injects, ops) = (played["injects"].to_string(), played["ops"].to_string());
    let at = lines.plain(&answer["now"]);
    lines.say("played", &[("injects", &injects), ("ops", &ops), ("at", &at)]);
    for refused in each(&played["refused"]) {
        let text = |i: usize| lines.plain(&refused[i]);
        let (number, author) = (text(0), text(1));
        // A refusal's details stand in it as an object.
        let why = text(2).replace(['{', '}', '"'], "");
        lines.say("played-refused", &[("number", &number), ("author", &author), ("why", &why)]);
    }
}

/// What the whole chain came to.
pub fn main_job(lines: &mut Lines<'_>, answer: &Json) {
    let at = |step: &str, key: &str| lines.plain(&answer[step][key]);
    let (people, buildings) = (at("impact", "people"), at("impact", "buildings"));
    let cut_off = at("impact", "villages_cut_off");
    let level = lines.level(&answer["level"]["level"]);
    let (met, not_met) = (at("level", "met"), at("level", "not_met"));
    let undetermined = at("level", "undetermined");
    let decided = lines.level(&answer["decide"]["level"]);
    let (tasks, calls) = (at("decide", "tasks"), at("decide", "calls"));
    let (can, total) = (at("forces", "can_be_there"), at("forces", "total"));
    let (orders, packs) = (at("relief", "orders"), at("relief", "packs"));
    let unmet = at("relief", "packs_unmet");
    let (kept, changed, gone) =
        (at("replan", "kept"), at("replan", "changed"), at("replan", "gone"));
    let ms = lines.plain(&answer["total_ms"]);
    lines.say(
        "main-impact",
        &[("people", &people), ("buildings", &buildings), ("cut_off", &cut_off)],
    );
    lines.say(
        "main-level",
        &[("level", &level), ("met", &met), ("not_met", &not_met), ("undetermined", &undetermined)],
    );
    lines.say("main-decide", &[("level", &decided), ("tasks", &tasks), ("calls", &calls)]);
    lines.say("main-forces", &[("can", &can), ("total", &total)]);
    lines.say("main-relief", &[("orders", &orders), ("packs", &packs), ("unmet", &unmet)]);
    lines.say("main-replan", &[("kept", &kept), ("changed", &changed), ("gone", &gone)]);
    lines.say("main-job", &[("ms", &ms)]);
}

/// What `anlan bench` measured: each figure on a line of its own.
pub fn measured(lines: &mut Lines<'_>, answer: &Json) {
    let (name, what) = (lines.plain(&answer["bench"]), lines.plain(&answer["measured"]));
    lines.say("measured", &[("name", &name), ("what", &what)]);
    let named = |key: &&String| *key != "bench" && *key != "measured";
    let keys: Vec<String> =
        answer.as_object().map(|o| o.keys().filter(named).cloned().collect()).unwrap_or_default();
    for key in keys {
        let value = lines.plain(&answer[&key]);
        lines.say("item", &[("name", &key), ("value", &value)]);
    }
}
