//! Alerts of other makers, as files over HTTP.

use serde_json::{Value as Json, json};

use crate::client::{Answer, Node, Person, number, shared};

fn import(person: &Person<'_>, event: bool, bytes: &[u8]) -> Answer {
    let key = format!("cap-{}", number());
    let headers = [("content-type", "application/xml"), ("idempotency-key", key.as_str())];
    person.ask("POST", &format!("/imports/cap?event={event}"), &headers, bytes)
}

fn alert(status: &str, area: &str) -> String {
    format!(
        "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>A-{}</identifier>\
         <sender>a@example.org</sender><sent>2026-07-23T08:00:00+08:00</sent>\
         <status>{status}</status><msgType>Alert</msgType><scope>Public</scope><info>\
         <category>Met</category><event>rainstorm</event><urgency>Immediate</urgency>\
         <severity>Severe</severity><certainty>Likely</certainty><headline>h</headline>\
         <area><areaDesc>x</areaDesc>{area}</area></info></alert>",
        number()
    )
}

fn faults(answer: &Json) -> Vec<String> {
    let lists = answer["faults"].as_array().unwrap().iter();
    let all = lists.flat_map(|f| f["faults"].as_array().unwrap().clone());
    all.map(|f| f["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn valid_files_of_other_makers_come_in() {
    let Some(folder) = shared("data/cap") else { return };
    let node = Node::new();
    let duty = node.person("county.duty");
    let mut files: Vec<_> = std::fs::read_dir(folder.join("sambro")).unwrap().collect();
    files.sort_by_key(|f| f.as_ref().unwrap().file_name());
    let mut paths: Vec<_> = files.into_iter().map(|f| f.unwrap().path()).collect();
    assert_eq!(paths.len(), 8);
    for name in ["australia.cap", "canada_signed.cap", "earthquake-iso8859-1.cap"] {
        paths.push(folder.join("google").join(name));
    }
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let answer = import(&duty, false, &bytes).good();
        assert_eq!(answer["alerts"].as_array().unwrap().len(), 1, "{path:?}: {answer}");
        let id = answer["alerts"][0]["ref"].as_str().unwrap().replace(':', "/");
        let shown = duty.read(&format!("/{id}"));
        let infos = shown["fields"]["infos"]["value"].as_array().unwrap().len();
        let written = String::from_utf8_lossy(&bytes);
        let count = written.matches("<info>").count() + written.matches("<cap:info>").count();
        assert_eq!(infos, count, "{path:?}: every language");
        let original = answer["original"].as_str().unwrap();
        assert_eq!(duty.get(&format!("/blobs/{original}")).body, bytes, "out unchanged");
    }
    let bytes = std::fs::read(folder.join("google/bushfire_valid.edxlde")).unwrap();
    let answer = import(&duty, false, &bytes).good();
    assert_eq!(answer["alerts"].as_array().unwrap().len(), 7, "{answer}");
    assert_eq!(answer["bad"], json!([]));
    let errors = std::fs::read(folder.join("google/canada_errors.cap")).unwrap();
    let answer = import(&duty, false, &errors).good();
    assert_eq!(answer["alerts"].as_array().unwrap().len(), 1);
    assert!(!faults(&answer).is_empty(), "{answer}");
    let old = std::fs::read(folder.join("google/earthquake.cap")).unwrap();
    let problem = import(&duty, false, &old).refused(422, "bad-file");
    assert!(problem["details"]["why"].as_str().unwrap().contains("1.1"), "{problem}");
    let invalid = std::fs::read(folder.join("google/invalid.cap")).unwrap();
    let problem = import(&duty, false, &invalid).refused(422, "bad-file");
    assert!(problem["details"]["why"].as_str().unwrap().contains("scope"), "{problem}");
}

#[test]
fn an_alert_of_the_other_sort_is_kept_and_makes_no_event() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let events = duty.read("/event")["total"].clone();
    for (status, why) in [
        ("Actual", "other-sort"),
        ("Test", "not-actual"),
        ("System", "not-actual"),
        ("Draft", "not-actual"),
    ] {
        let answer = import(&duty, true, alert(status, "").as_bytes()).good();
        assert_eq!(answer["event_refused"][0]["why"], why, "{status}");
        assert_eq!(answer["events"], json!([]));
        assert_eq!(answer["alerts"][0]["status"], status, "kept, with its status");
    }
    assert_eq!(duty.read("/event")["total"], events);
}

#[test]
fn a_cancellation_whose_alert_is_not_here_is_kept_cancelled_and_starts_nothing() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let events = duty.read("/event")["total"].clone();
    let first = alert("Exercise", "");
    let cancel = first.replace("<msgType>Alert", "<msgType>Cancel");
    assert_ne!(first, cancel);
    let answer = import(&duty, true, cancel.as_bytes()).good();
    assert_eq!(answer["event_refused"][0]["why"], "starts-nothing");
    let kept = answer["alerts"][0]["ref"].as_str().unwrap().replace(':', "/");
    assert_eq!(duty.read(&format!("/{kept}"))["state"], "Cancelled");
    assert_eq!(duty.read("/event")["total"], events);
}

#[test]
fn an_event_from_an_alert_without_geometry_has_an_unknown_footprint() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let answer = import(&duty, true, alert("Exercise", "").as_bytes()).good();
    assert_eq!(answer["alerts"][0]["footprint"], "unknown");
    let event = answer["events"][0].as_str().unwrap().replace(':', "/");
    let impact = duty.read(&format!("/{event}/impact"));
    assert_eq!(impact["footprint"], json!(null));
    for figure in ["people", "buildings", "enterprises", "open_major_dangers"] {
        assert_eq!(impact[figure]["value"], json!(null), "{figure}: unknown, never 0");
        assert_eq!(impact[figure]["status"], "unknown", "{figure}");
    }
    let relief = duty.post(&format!("/{event}/relief"), &json!({}));
    relief.refused(422, "no-need-known");
    assert_eq!(duty.read(&format!("/{event}/relief")), json!(null), "nothing was entered");
    let elsewhere = "<polygon>47.10,9.50 47.10,9.52 47.12,9.52 47.12,9.50 47.10,9.50</polygon>";
    let answer = import(&duty, true, alert("Exercise", elsewhere).as_bytes()).good();
    let event = answer["events"][0].as_str().unwrap().replace(':', "/");
    let impact = duty.read(&format!("/{event}/impact"));
    for figure in ["people", "buildings", "enterprises", "open_major_dangers"] {
        assert_eq!(impact[figure]["value"], json!(null), "{figure} outside what is known here");
    }
    assert!(!impact["footprint"].is_null(), "it is drawn all the same");
    assert_eq!(impact["outside"], true, "and said to lie outside");
    assert_eq!(answer["outside"], answer["events"]);
    assert_eq!(duty.read(&format!("/{event}/level"))["outside"], true);
    let square = "<polygon>28.70,109.26 28.70,109.28 28.72,109.28 28.72,109.26 28.70,109.26\
                  </polygon>";
    let answer = import(&duty, true, alert("Exercise", square).as_bytes()).good();
    assert_eq!(answer["alerts"][0]["footprint"], "known");
    let event = answer["events"][0].as_str().unwrap().replace(':', "/");
    let impact = duty.read(&format!("/{event}/impact"));
    assert!(impact["people"]["value"].as_i64().unwrap() > 0, "{impact}");
    assert_eq!((&impact["outside"], &answer["outside"]), (&json!(null), &json!([])));
    assert_eq!(duty.read(&format!("/{event}/level"))["outside"], false);
}

#[test]
fn a_response_in_force_is_shown_beside_another_event_as_that_of_its_own() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let own = duty.read("/event?limit=1")["items"][0].clone();
    duty.post("/event/open/propose", &json!({})).good();
    node.person("county.commander").post("/event/open/approve", &json!({"level": 2})).good();
    let level = duty.read(&format!("/event/{}/level", own["id"].as_str().unwrap()));
    assert_eq!(level["in_force"]["of_this_event"], true);
    let far = "<polygon>47.10,9.50 47.10,9.52 47.12,9.52 47.12,9.50 47.10,9.50</polygon>";
    let flood = alert("Exercise", far).replace("rainstorm", "flood");
    let answer = import(&duty, true, flood.as_bytes()).good();
    let event = answer["events"][0].as_str().unwrap().replace(':', "/");
    let kind = duty.read(&format!("/{event}"))["fields"]["hazard_kind"]["value"].clone();
    assert_eq!(kind, "flood", "the hazard that the response is for");
    let far = duty.read(&format!("/{event}/level"));
    assert_eq!(far["proposal"]["met"], 0, "a signal over townships here is not its own: {far}");
    assert_eq!(far["proposal"]["level"], json!(null));
    let in_force = far["in_force"].clone();
    assert_eq!((&in_force["level"], &in_force["of_this_event"]), (&json!(2), &json!(false)));
    assert_eq!((&in_force["event"], &in_force["event_name"]["zh"]), (&own["ref"], &own["name"]));
}

#[test]
fn a_file_that_comes_again_is_one_alert_and_one_event() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let square = "<polygon>28.70,109.26 28.70,109.28 28.72,109.28 28.72,109.26 28.70,109.26\
                  </polygon>";
    let file = alert("Exercise", square);
    let first = import(&duty, true, file.as_bytes()).good();
    let again = import(&duty, true, file.as_bytes()).good();
    let known = |answer: &Json| answer["alerts"][0]["known"].clone();
    assert_eq!((known(&first), known(&again)), (json!(false), json!(true)));
    assert_eq!(again["alerts"][0]["ref"], first["alerts"][0]["ref"]);
    assert_eq!(again["events"], first["events"]);
    let later = file.replace("08:00:00+08:00", "09:00:00+08:00");
    let later = import(&duty, false, later.as_bytes()).good();
    assert_eq!(known(&later), false, "the same number sent at another time is another message");
}

#[test]
fn a_reference_to_a_cancelled_alert_is_told() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let first = alert("Exercise", "");
    let identifier = first.split("identifier>").nth(1).unwrap().trim_end_matches("</");
    import(&duty, false, first.as_bytes()).good();
    let referring = |sort: &str| {
        let reference = format!(
            "<scope>Public</scope><references>a@example.org,{identifier},\
             2026-07-23T08:00:00+08:00</references>"
        );
        let text = alert("Exercise", "").replace("<scope>Public</scope>", &reference);
        text.replace("<msgType>Alert", &format!("<msgType>{sort}"))
    };
    let cancel = import(&duty, false, referring("Cancel").as_bytes()).good();
    assert!(!faults(&cancel).contains(&"cancelled_reference".to_owned()), "{cancel}");
    let ack = import(&duty, false, referring("Ack").as_bytes()).good();
    assert!(faults(&ack).iter().any(|f| f.starts_with("cancelled")), "{ack}");
}

#[test]
fn xml_that_attacks_its_reader_is_refused_by_name() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let many: String = (0..50_000).map(|n| format!(" a{n}=\"\"")).collect();
    let own = ["", "not xml", "<alert/>", "<alert", &deep, &format!("<alert{many}/>")];
    for bytes in own {
        import(&duty, true, bytes.as_bytes()).refused(422, "bad-file");
    }
    import(&duty, true, &[0u8; 4096]).refused(422, "bad-file");
    // A file may be larger than a JSON body.
    let padded = format!("<!--{}-->{}", "x".repeat(2 << 20), alert("Exercise", ""));
    assert_ne!(import(&duty, false, padded.as_bytes()).status, 413);
    let Some(folder) = shared("data/badinput/xml") else { return };
    for name in [
        "entity-expansion.xml",
        "external-dtd.xml",
        "external-entity-file.xml",
        "external-entity-http.xml",
        "parameter-entity.xml",
        "quadratic-blowup.xml",
        "not-closed.xml",
        "control-characters.xml",
    ] {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let answer = import(&duty, true, &bytes);
        let problem = answer.refused(422, "bad-file");
        println!("{name}: {}", problem["details"]["why"]);
    }
    for name in ["html-in-text.xml", "processing-instruction.xml", "utf-16.xml", "xinclude.xml"] {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let answer = import(&duty, false, &bytes);
        println!("{name}: {}", answer.status);
        assert!(answer.status == 200 || answer.status == 422, "{}", answer.text());
        assert!(!answer.text().contains("root:"), "no file of this machine comes out");
    }
}

/// What `GET /event/open/level` says of the townships under a red signal.
fn red_townships(person: &Person<'_>) -> Json {
    let level = person.read("/event/open/level");
    let rows = level["proposal"]["rows"].as_array().unwrap().iter();
    let mut cells = rows.flat_map(|r| r["cells"].as_array().unwrap().clone());
    cells.find(|c| c["input"] == "red_signal_townships").unwrap()["figure"].clone()
}

#[test]
fn a_red_signal_counts_until_it_expires_and_unknown_townships_are_never_none() {
    let node = Node::new();
    let duty = node.person("county.duty");
    assert_eq!(red_townships(&duty)["value"], 1);
    let alerts = duty.read("/alert?limit=1000");
    let live = alerts["items"].as_array().unwrap().iter();
    for alert in live.filter(|a| a["state"] != "Cancelled") {
        let field = |name: &str| alert["fields"][name]["value"].clone();
        let text = |name: &str| field(name).as_str().unwrap().to_owned();
        let named = format!("{},{},{}", text("sender"), text("identifier"), text("sent_at"));
        let args = json!({
            "identifier": format!("{}-x", text("identifier")), "sender": field("sender"),
            "sent_at": field("sent_at"), "status": field("status"), "message": "Update",
            "references": [named], "colour": field("colour"), "infos": field("infos"),
            "hazard_kind": field("hazard_kind"), "places": field("places"),
            "original": field("original"),
            "effective_at": "2020-01-01T00:00:00Z", "onset_at": "2020-01-01T00:00:00Z",
            "expires_at": "2020-01-02T00:00:00Z",
        });
        let mut args = args;
        args.as_object_mut().unwrap().retain(|_, v| !v.is_null());
        duty.command("alert", alert["id"].as_str(), "update", args).good();
    }
    assert_eq!(red_townships(&duty)["value"], 0, "expired, whatever the state says");
    let dir = node.leave();
    std::fs::remove_file(dir.join("datasets/division.arrow")).unwrap();
    let node = Node::of(&dir);
    let figure = red_townships(&node.person("county.duty"));
    assert_eq!((&figure["value"], &figure["status"]), (&Json::Null, &json!("unknown")));
}

#[test]
fn the_same_number_of_another_sender_lifts_nothing() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let text = alert("Exercise", "");
    let first = import(&duty, false, text.as_bytes()).good();
    let reference = first["alerts"][0]["ref"].as_str().unwrap().replace(':', "/");
    let identifier = first["alerts"][0]["identifier"].as_str().unwrap();
    let cancel = text
        .replace(&format!("<identifier>{identifier}<"), &format!("<identifier>{identifier}-c<"))
        .replace("<msgType>Alert<", "<msgType>Cancel<")
        .replace(
            "<scope>Public</scope>",
            &format!(
                "<scope>Public</scope><references>b@elsewhere.example,{identifier},\
                 2026-07-23T08:00:00+08:00</references>"
            ),
        );
    let answer = import(&duty, false, cancel.as_bytes()).good();
    assert_eq!(faults(&answer), ["unknown-reference"], "{answer}");
    assert_eq!(duty.read(&format!("/{reference}"))["state"], "Active");
    let own = cancel.replace("b@elsewhere.example", "a@example.org");
    let own = own.replace(&format!("{identifier}-c"), &format!("{identifier}-d"));
    import(&duty, false, own.as_bytes()).good();
    assert_eq!(duty.read(&format!("/{reference}"))["state"], "Cancelled");
}

/// One mark that nobody sees keeps no warning away, and a storm of the day after tomorrow has not
/// begun.
#[test]
fn an_alert_with_hidden_marks_that_begins_in_days_comes_in_with_its_event() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let bytes = alert("Exercise", "<polygon>27,119 27,119.2 27.2,119.2 27,119</polygon>")
        .replace("<headline>h<", "<headline>\u{202b}storm\u{85}<")
        .replace("<headline>", "<onset>2030-07-23T08:00:00+08:00</onset><headline>");
    let answer = import(&duty, true, bytes.as_bytes()).good();
    let path = |of: &Json| format!("/{}", of.as_str().unwrap().replace(':', "/"));
    let event = duty.read(&path(&answer["events"][0]));
    assert_eq!(event["fields"]["title"]["value"], "storm");
    assert_eq!(event["fields"]["happened_at"]["value"], json!(null), "{event}");
    let original = answer["original"].as_str().unwrap();
    assert_eq!(duty.get(&format!("/blobs/{original}")).body, bytes.as_bytes(), "as it came");
}

/// A message of one issuer about a first one, sent at an hour of the day.
fn about(message: &str, identifier: &str, hour: u32, references: &[&str]) -> String {
    let text = alert("Exercise", "");
    let own = text.split_once("<identifier>").unwrap().1.split_once('<').unwrap().0;
    let sent = text.split_once("<sent>").unwrap().1.split_once('<').unwrap().0;
    let lines: Vec<String> =
        references.iter().map(|r| format!("a@example.org,{r},2026-07-23T08:00:00+08:00")).collect();
    let scope = "<scope>Public</scope>";
    let named = match lines.is_empty() {
        true => scope.to_owned(),
        false => format!("{scope}<references>{}</references>", lines.join(" ")),
    };
    text.replace(&format!("<identifier>{own}<"), &format!("<identifier>{identifier}<"))
        .replace(&format!("<sent>{sent}<"), &format!("<sent>2026-07-23T{hour:02}:00:00+08:00<"))
        .replace("<msgType>Alert<", &format!("<msgType>{message}<"))
        .replace(scope, &named)
}

fn state(person: &Person<'_>, answer: &Json) -> Json {
    let reference = answer["alerts"][0]["ref"].as_str().unwrap().replace(':', "/");
    person.read(&format!("/{reference}"))["state"].clone()
}

#[test]
fn an_older_message_does_not_take_the_place_of_a_newer_one() {
    let node = Node::new();
    let duty = node.person("county.duty");
    import(&duty, false, about("Alert", "q1", 8, &[]).as_bytes()).good();
    let newer = about("Update", "q3", 17, &["q1"]);
    let newer = import(&duty, false, newer.as_bytes()).good();
    let older = about("Update", "q2", 15, &["q1"]);
    let refused = import(&duty, false, older.as_bytes());
    refused.refused(422, "alert-older-than-standing");
    let reference = newer["alerts"][0]["ref"].as_str().unwrap().replace(':', "/");
    let stands = duty.read(&format!("/{reference}"));
    assert_eq!(stands["fields"]["identifier"]["value"], "q3");
}

#[test]
fn what_a_later_message_that_came_first_has_ended_starts_nothing() {
    for message in ["Cancel", "Update"] {
        let node = Node::new();
        let duty = node.person("county.duty");
        let events = duty.read("/event")["total"].clone();
        import(&duty, false, about(message, "q2", 10, &["q1"]).as_bytes()).good();
        let first = import(&duty, true, about("Alert", "q1", 8, &[]).as_bytes()).good();
        assert_eq!(state(&duty, &first), "Cancelled", "{message}");
        assert_eq!(first["event_refused"][0]["why"], "superseded", "{message}");
        assert_eq!(duty.read("/event")["total"], events);
    }
}

#[test]
fn an_update_that_was_ended_before_it_came_is_not_in_force() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let first = import(&duty, false, about("Alert", "q1", 8, &[]).as_bytes()).good();
    import(&duty, false, about("Cancel", "q3", 17, &["q2"]).as_bytes()).good();
    import(&duty, false, about("Update", "q2", 15, &["q1"]).as_bytes()).good();
    assert_eq!(state(&duty, &first), "Cancelled", "the update was cancelled before it came");

    let node = Node::new();
    let duty = node.person("county.duty");
    import(&duty, false, about("Alert", "q1", 8, &[]).as_bytes()).good();
    import(&duty, false, about("Cancel", "q3", 16, &["q1"]).as_bytes()).good();
    let events = duty.read("/event")["total"].clone();
    let late = import(&duty, true, about("Update", "q2", 15, &["q1"]).as_bytes()).good();
    assert_eq!(state(&duty, &late), "Cancelled");
    assert_eq!(late["event_refused"][0]["why"], "superseded");
    assert_eq!(duty.read("/event")["total"], events);
}

#[test]
fn a_message_ends_every_alert_that_it_names() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let first = import(&duty, false, about("Alert", "q1", 8, &[]).as_bytes()).good();
    let second = import(&duty, false, about("Alert", "q2", 8, &[]).as_bytes()).good();
    let update = about("Update", "q3", 9, &["q1", "q2"]);
    import(&duty, false, update.as_bytes()).good();
    assert_eq!(
        (state(&duty, &first), state(&duty, &second)),
        (json!("Updated"), json!("Cancelled"))
    );
    let cancel = about("Cancel", "q4", 10, &["q1"]);
    import(&duty, false, cancel.as_bytes()).good();
    assert_eq!(state(&duty, &first), "Cancelled", "the first message's name lifts its update too");
    let receipt = import(&duty, false, about("Ack", "q5", 11, &["q1"]).as_bytes()).good();
    assert_eq!(state(&duty, &receipt), "Cancelled", "kept, and in force it is not");
    // An update of what was cancelled is a new alert, and says so.
    let again = import(&duty, false, about("Update", "q6", 12, &["q1"]).as_bytes()).good();
    assert_eq!(state(&duty, &again), "Active");
    assert!(faults(&again).contains(&"cancelled-reference".to_owned()), "{again}");
}
