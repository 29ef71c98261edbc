//! The first report and the next: figures reach the record, and the proposal follows.

use serde_json::{Value as Json, json};

use crate::client::{Node, Person};

fn row<'a>(proposal: &'a Json, name: &str) -> &'a Json {
    let rows = proposal["rows"].as_array().unwrap();
    rows.iter().find(|r| r["row"] == name).unwrap_or_else(|| panic!("{name}: {proposal}"))
}

fn sign(person: &Person<'_>, body: Json) -> Json {
    person.post("/event/open/report/sign", &body).good()
}

fn fields(person: &Person<'_>, reference: &Json) -> Json {
    let path = reference.as_str().unwrap().replace(':', "/");
    person.read(&format!("/{path}"))["fields"].clone()
}

#[test]
fn the_first_report_takes_dead_and_missing_from_unknown_to_three_and_the_level_to_one() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let before = duty.read("/event/open/level")["proposal"].clone();
    assert_eq!(before["level"], 2, "{before}");
    assert_eq!(row(&before, "CFP-1-1")["truth"], "undetermined");
    assert_eq!(before["missing"][0]["input"], "dead_missing");
    let hand = duty.read("/event/open/report");
    assert_eq!((&hand["number"], &hand["stage"]), (&json!(1), &json!("initial")));
    for filled in ["received", "source", "where", "kind"] {
        assert_eq!(hand["fields"][filled]["filled_by"], "system", "{filled}");
    }
    assert_eq!(hand["fields"]["what"]["value"], json!(null));
    let told = json!({
        "what": "青溪河漫堤,两人遇难,一人失联", "measures": "已转移 1240 人",
        "figures": {"dead": 2, "missing": 1}, "observed_at": "2026-07-23T02:20:00Z",
    });
    let signed = sign(&duty, told);
    assert_eq!((&signed["number"], &signed["stage"]), (&json!(1), &json!("initial")));
    let counted = signed["counted"].as_array().unwrap();
    assert_eq!(counted.len(), 1, "people moved are told as the record has them: {signed}");
    let casualty = fields(&duty, &counted[0]);
    assert_eq!(casualty["dead"]["value"], 2);
    assert_eq!(casualty["report"]["value"][0][1], signed["ref"], "its source");
    assert_eq!(casualty["dead"]["observed_at"], "2026-07-23T02:20:00Z", "its time");
    let report = fields(&duty, &signed["ref"]);
    assert_eq!(report["figures"]["value"]["moved"], 1240);
    assert_eq!(report["figures"]["value"]["injured"], json!(null), "asked, not known");
    assert_eq!(report["hazard_kind"]["value"], "flood");
    let after = duty.read("/event/open/level")["proposal"].clone();
    assert_eq!(after["level"], 1, "{after}");
    let reason = row(&after, "CFP-1-1");
    assert_eq!((&reason["truth"], &reason["counted"]), (&json!("met"), &json!(true)));
    let figure = &reason["cells"][0]["figure"];
    assert_eq!(figure["value"], 3);
    assert!(figure["source"]["ref"].as_str().unwrap().contains("casualty:"), "{figure}");
    let impact = duty.read("/event/open/impact")["casualties"].clone();
    assert_eq!(impact["dead_missing"]["value"], 3);
    assert_eq!(impact["dead"]["observed_at"], "2026-07-23T02:20:00Z");
}

#[test]
fn a_continued_report_brings_what_changed_and_supersedes_the_one_before() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let due = duty.read("/event/open/report")["due_at"].clone();
    let owed = duty.read("/mine")["reports_due"].clone();
    assert_eq!((&owed[0]["stage"], &owed[0]["due_at"]), (&json!("initial"), &due));
    let first = sign(&duty, json!({"what": "进水", "figures": {"dead": 1, "missing": 2}}));
    assert_eq!(first["clock"]["due_at"], due);
    assert_eq!(first["clock"]["clock"], "CFP-R-2", "the county's own clock");
    let owed = duty.read("/mine")["reports_due"].clone();
    assert_eq!(owed[0]["stage"], "continued");
    let driver = node.person("enterprise.1.safety").read("/mine");
    assert_eq!(driver["reports_due"], json!([]), "who may not sign owes none");
    let hand = duty.read("/event/open/report");
    assert_eq!((&hand["number"], &hand["stage"]), (&json!(2), &json!("continued")));
    assert_eq!(hand["previous"], first["ref"]);
    assert_eq!(hand["fields"]["figures"]["value"]["dead"], 1);
    assert!(hand["due_at"].as_str() > due.as_str(), "its clock stopped, the next runs");
    assert_eq!(hand["reports"][0]["due_at"], due);
    assert_eq!(hand["reports"][0]["late"].as_bool(), first["clock"]["late"].as_bool());
    let falls = json!({"what": "一人遇难", "figures": {"dead": 2, "missing": 1}});
    let refused = duty.post("/event/open/report/sign", &falls);
    refused.refused(422, "figure-falls-without-reason");
    let mut told = falls;
    told["reason"] = json!("missing_now_dead");
    let second = sign(&duty, told);
    assert_eq!((&second["number"], &second["stage"]), (&json!(2), &json!("continued")));
    let report = fields(&duty, &second["ref"]);
    assert_eq!(report["figures"]["value"], json!({"dead": 2, "missing": 1}), "only what changed");
    assert_eq!(report["previous"]["value"], first["ref"]);
    let before = fields(&duty, &first["ref"]);
    assert_eq!(before["state"]["value"], "Superseded");
    assert_eq!(before["superseded_by"]["value"], second["ref"]);
    assert_eq!(before["figures"]["value"]["dead"], 1, "never edited");
    let empty = duty.post("/event/open/report/sign", &json!({"what": " "}));
    empty.refused(422, "report-says-nothing");
    let unknown = duty.post("/event/open/report/sign", &json!({"what": "x", "mood": "good"}));
    assert_eq!(unknown.refused(422, "unknown-field")["details"]["field"], "mood");
}

#[test]
fn a_report_sent_twice_is_one_report_by_either_way() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let told = json!({"what": "进水", "figures": {"dead": 1, "missing": 0}});
    let path = "/event/open/report/sign";
    let once = duty.post_again(path, &told, "report-1").good();
    let again = duty.post_again(path, &told, "report-1").good();
    assert_eq!((&once["ref"], &again["replayed"]), (&again["ref"], &json!(true)));
    let other = json!({"what": "别的", "figures": {"dead": 1}});
    duty.post_again(path, &other, "report-1").refused(409, "retry-key-reused");
    assert_eq!(duty.read("/event/open/report")["number"], 2);
    let event = once["ref"].clone();
    let args = json!({
        "event": duty.read("/event/open/report")["event"], "sort": "continued", "sequence": 2,
        "previous": event, "what": "续报", "figures": {"injured": 4},
    });
    let command = json!({"entity": "report", "verb": "sign", "args": args});
    let once = duty.post_again("/commands", &command, "report-2").good();
    let again = duty.post_again("/commands", &command, "report-2").good();
    assert_eq!((&once["ref"], &again["replayed"]), (&again["ref"], &json!(true)));
    let impact = duty.read("/event/open/impact");
    assert_eq!(impact["casualties"]["injured"]["value"], 4, "a command counts its figures too");
    assert_eq!(duty.read("/report")["total"], 2);
}

#[test]
fn what_townships_say_stands_beside_the_countys_own_figure() {
    let node = Node::new();
    let (duty, township) = (node.person("county.duty"), node.person("township.1.duty"));
    let event = duty.read("/event?limit=1")["items"][0]["ref"].clone();
    let moved = |who: &Person<'_>, place: &str, people: i64, at: &str| {
        let args = json!({"event": event, "place": place, "moved": people, "observed_at": at});
        who.command("situation", None, "count", args).good();
    };
    moved(&duty, "990102000000", 4_000, "2026-07-23T02:00:00Z");
    let figure = || duty.read("/event/open/impact")["moved"].clone();
    moved(&township, "990102100000", 4_200, "2026-07-23T02:20:00Z");
    let figure = figure();
    assert_eq!(figure["value"], 4_000, "the county's own stands and nothing is added");
    let beside = &figure["beside"];
    assert!(beside["sum"].as_i64().unwrap() >= 4_200, "{beside}");
    assert_eq!(beside["newest_at"], "2026-07-23T02:20:00Z");
    let mut parts = beside["parts"].as_array().unwrap().iter();
    let part = parts.find(|p| p["place"] == "990102100000").unwrap();
    assert_eq!((&part["value"], &part["observed_at"]), (&json!(4_200), &beside["newest_at"]));
    assert!(part["ref"].as_str().unwrap().starts_with("situation:"), "{part}");
}

#[test]
fn a_township_reports_for_its_own_place() {
    let node = Node::new();
    let township = node.person("township.1.duty");
    let signed = sign(&township, json!({"what": "一人失联", "figures": {"missing": 1}}));
    let casualty = fields(&township, &signed["counted"][0]);
    assert_eq!(casualty["place"]["value"], "990102100000");
    let county = node.person("county.duty").read("/event/open/report");
    assert_eq!(county["number"], 1, "the county's chain is its own");
    assert_eq!(county["fields"]["figures"]["value"]["missing"], 1);
}

#[test]
fn a_figure_lower_than_what_the_units_below_have_said_wants_its_reason() {
    let node = Node::new();
    let (duty, township) = (node.person("county.duty"), node.person("township.1.duty"));
    let event = duty.read("/event?limit=1")["items"][0]["ref"].clone();
    let (village, town) = ("990102100201", "990102100000");
    let count = |place: &str, more: Json| {
        let mut args = json!({"event": event, "place": place});
        args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        args
    };
    let three = count(village, json!({"dead": 3, "missing": 0}));
    township.command("casualty", None, "count", three).good();
    let none = count(town, json!({"dead": 0, "missing": 0}));
    let refused =
        township.command("casualty", None, "count", none).refused(422, "figure-below-parts");
    assert_eq!(
        (&refused["details"]["below"], &refused["details"]["now"]),
        (&json!("3"), &json!("0"))
    );
    let why = count(town, json!({"dead": 0, "missing": 0, "reason": "counted_twice"}));
    township.command("casualty", None, "count", why).good();
    let report = json!({"what": "x", "figures": {"dead": 1}, "figures_at": "2026-07-23T02:20:00Z",
        "observed_at": "2026-07-22T20:00:00Z"});
    duty.post("/event/open/report/sign", &report).good();
    let dead = duty.read("/event/open/impact")["casualties"]["dead"].clone();
    assert_eq!((&dead["value"], &dead["observed_at"]), (&json!(1), &json!("2026-07-23T02:20:00Z")));
}
