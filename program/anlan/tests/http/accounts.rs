//! A real node with more than its first person: a level is decided there by a second one.

use serde_json::{Value as Json, json};

use crate::client::{Node, Person};
use crate::local::{anlan, room};

const FIRST: &str = "seven cats at the sea";
const SECOND: &str = "nine herons on a dyke";
const ALERT: &str = "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">\
     <identifier>A-1</identifier><sender>a@example.org</sender>\
     <sent>2026-07-23T08:00:00+08:00</sent><status>Actual</status><msgType>Alert</msgType>\
     <scope>Public</scope><info><category>Met</category><event>rainstorm</event>\
     <urgency>Immediate</urgency><severity>Severe</severity><certainty>Likely</certainty>\
     <headline>h</headline><area><areaDesc>x</areaDesc>\
     <polygon>27,119 27,119.2 27.2,119.2 27,119</polygon></area></info></alert>";

/// A real node whose first person has signed in.
fn set_up() -> Node {
    let (node, code) = Node::init(&[]);
    let first =
        json!({"code": code, "account": "wang.duty", "person": "王值班", "password": FIRST});
    node.stranger().post("/setup", &first).good();
    node
}

fn commander() -> Json {
    json!({"account": "li.head", "post": "county_commander", "person": "李县长",
        "password": SECOND})
}

fn with(field: &str, value: Json) -> Json {
    let mut asked = commander();
    asked[field] = value;
    asked
}

/// An alert comes in and is an event: its path.
fn event(duty: &Person<'_>) -> String {
    let headers = [("content-type", "application/xml"), ("idempotency-key", "alert-1")];
    let answer = duty.ask("POST", "/imports/cap?event=true", &headers, ALERT.as_bytes()).good();
    format!("/{}", answer["events"][0].as_str().unwrap().replace(':', "/"))
}

#[test]
fn a_level_is_decided_by_a_second_person() {
    let node = set_up();
    let duty = node.person_with("wang.duty", FIRST);
    let made = duty.post_again("/accounts", &commander(), "commander-1").good();
    assert_eq!((&made["account"], &made["post"]), (&json!("li.head"), &json!("county_commander")));
    assert!(!made.to_string().contains(SECOND), "{made}");
    let again = duty.post_again("/accounts", &commander(), "commander-1").good();
    assert_eq!(again["replayed"], true);
    let other = duty.post_again("/accounts", &with("password", json!(FIRST)), "commander-1");
    other.refused(409, "retry-key-reused");
    let other = duty.post_again("/accounts", &with("person", json!("赵县长")), "commander-1");
    other.refused(409, "retry-key-reused");
    let event = event(&duty);
    let approve = format!("{event}/approve");
    let level = json!({"level": 3, "basis": "the river is over the dyke"});
    let refused = duty.post(&approve, &level).refused(403, "no-right");
    assert_eq!(refused["details"]["who"], "李县长", "{refused}");

    let node = node.again();
    let head = node.person_with("li.head", SECOND);
    assert_eq!(head.read("/session")["post"]["en"], "County commander");
    let decided = head.post(&approve, &level).good();
    let response = decided["response"].as_str().unwrap().replace(':', "/");

    let node = node.again();
    let duty = node.person_with("wang.duty", FIRST);
    let shown = duty.read(&format!("/{response}"));
    assert_eq!(shown["state"], "Active");
    assert_eq!(shown["fields"]["level"]["value"]["level"], "level_3");
    let ops = duty.read("/ops?kind=response");
    let ops = ops["items"].as_array().unwrap();
    assert_eq!(ops.len(), 3, "monitor, decide, activate");
    for op in ops {
        assert_eq!((&op["account"], &op["state"]), (&json!("li.head"), &json!("folded")), "{op}");
    }
    let posts = duty.read("/post");
    assert_eq!(posts["total"], 2, "{posts}");
    assert_eq!(duty.read("/organisation")["total"], 1);
    assert_eq!(duty.read("/person")["total"], 2);
    let verified = duty.read("/verify");
    assert_eq!((&verified["good"], &verified["invalid"]), (&json!(true), &json!(0)));
    let level = duty.read(&format!("{event}/level"));
    assert_eq!(level["proposal"], json!(null), "no plan is loaded");
}

#[test]
fn a_level_decided_by_telephone_is_entered_by_who_heard_it() {
    let node = set_up();
    let duty = node.person_with("wang.duty", FIRST);
    duty.post("/accounts", &commander()).good();
    let event = event(&duty);
    let by = kernel::Ref::new("post", kernel::EntityId::from_code("post", "li.head"));
    let at = duty.read("/session")["clock"]["now"].clone();
    let heard = json!({"level": 3, "basis": "the river is over the dyke", "approved_by": by,
        "approved_at": at});
    duty.post(&format!("{event}/approve"), &heard).good();
    let in_force = duty.read(&format!("{event}/level"))["in_force"].clone();
    assert_eq!((&in_force["level"], &in_force["state"]), (&json!(3), &json!("Active")));
    assert_eq!(
        (&in_force["by"], &in_force["heard_by"]["zh"]),
        (&json!("李县长"), &json!("王值班"))
    );
    let ops = duty.read("/ops?kind=response");
    let who = ops["items"].as_array().unwrap().iter().map(|o| (&o["verb"], &o["account"]));
    let (duty, head) = (json!("wang.duty"), json!("li.head"));
    let expected = [("activate", &head), ("decide", &head), ("monitor", &duty)];
    assert!(who.eq(expected.map(|(v, a)| (json!(v), a)).iter().map(|(v, a)| (v, *a))), "{ops}");
}

#[test]
fn an_account_is_refused_with_the_reason() {
    let node = set_up();
    let duty = node.person_with("wang.duty", FIRST);
    let post = |asked: &Json| duty.post("/accounts", asked);
    post(&with("password", json!("short"))).refused(422, "weak-password");
    post(&with("password", json!("li.head li.head"))).refused(422, "weak-password");
    post(&with("account", json!("li head"))).refused(422, "bad-account-name");
    post(&with("account", json!("WANG.duty"))).refused(422, "account-taken");
    post(&with("person", json!(" "))).refused(422, "person-missing");
    let unknown = post(&with("post", json!("king"))).refused(422, "unknown-post");
    let known = unknown["details"]["expected"].as_str().unwrap();
    assert!(known.contains("county_commander, county_deputy"), "{unknown}");
    post(&with("place", json!("990102000000"))).refused(422, "place-not-under");
    post(&with("place", json!("99"))).refused(400, "bad-json");
    post(&with("rank", json!(99))).refused(400, "bad-json");
    node.stranger().post("/accounts", &commander()).refused(401, "not-signed-in");
    post(&with("place", json!("999999000000"))).good();
    post(&commander()).refused(422, "account-taken");
    let head = node.person_with("li.head", SECOND);
    let third = with("account", json!("zhao.head"));
    let refused = head.post("/accounts", &third).refused(403, "no-right");
    assert_eq!(refused["details"]["who"], "王值班");
    assert_eq!(duty.read("/person")["total"], 2, "nothing was made by what was refused");
}

#[test]
fn the_password_in_the_open_session_renews_it() {
    let node = set_up();
    let duty = node.person_with("wang.duty", FIRST);
    let renew = |password: &str| {
        duty.post("/session", &json!({"account": "wang.duty", "password": password}))
    };
    renew("wrong").refused(401, "wrong-password");
    let renewed = renew(FIRST);
    assert_eq!((renewed.good()["signed_in"].clone(), renewed.cookie.as_str()), (json!(true), ""));
    assert_eq!(duty.read("/session")["account"], "wang.duty", "the same session goes on");
    duty.post("/accounts", &commander()).good();
    let other = duty.post("/session", &json!({"account": "li.head", "password": SECOND}));
    assert!(!other.cookie.is_empty(), "another person has a session of their own");
}

#[test]
fn an_account_is_made_at_the_command_line_too() {
    let (mut node, at) = (set_up(), room());
    let add = |node: &Node, name: &str, more: &[&str], input: &str| {
        let args = ["account", "add", name, "--person", "李县长"];
        anlan(&at, node.dir(), &[&args, more].concat(), input)
    };
    let post = ["--post", "county_commander", "--as", "wang.duty"];
    let made = add(&node, "li.head", &[&post[..], &["--json"]].concat(), "").good();
    let password = made["password"].as_str().unwrap();
    let served = node.person_with("li.head", password);
    assert_eq!(served.read("/session")["post"]["en"], "County commander");
    let read = [&post[..], &["--stdin", "--json"]].concat();
    let made = add(&node, "zhao.head", &read, &format!("{SECOND}\n")).good();
    assert_eq!(made["password"], json!(null), "it is known already");
    node.person_with("zhao.head", SECOND);

    node.stop();
    let made = add(&node, "sun.head", &read, SECOND).good();
    assert_eq!(made["title"]["en"], "County commander");
    let weak = add(&node, "qian.head", &read, "short\n");
    assert_eq!((weak.code, weak.out.as_str()), (Some(1), ""));
    assert!(weak.said.contains("too easy to guess"), "{weak:?}");
    let by = ["--post", "county_commander", "--as", "sun.head"];
    let refused = add(&node, "qian.head", &by, "");
    assert!(refused.said.contains("王值班"), "who may: {refused:?}");
    let unknown = add(&node, "qian.head", &["--post", "king", "--as", "wang.duty"], "");
    assert!(unknown.said.contains("county_verifier"), "{unknown:?}");
    assert_eq!(add(&node, "qian.head", &["--as", "wang.duty"], "").code, Some(2));
    let verified = anlan(&at, node.dir(), &["verify", "--json"], "").good();
    assert_eq!(verified["good"], true, "{verified}");
    let node = node.again();
    node.person_with("sun.head", SECOND);
    let _ = std::fs::remove_dir_all(&at);
}

const THIRD: &str = "two otters under a bridge";

#[test]
fn a_person_changes_their_own_password_and_other_sessions_end() {
    let node = set_up();
    let (duty, elsewhere) =
        (node.person_with("wang.duty", FIRST), node.person_with("wang.duty", FIRST));
    let change =
        |old: &str, new: &str| duty.post("/accounts/password", &json!({"old": old, "new": new}));
    change(SECOND, THIRD).refused(403, "password-wrong");
    change(FIRST, "short").refused(422, "weak-password");
    change(FIRST, "password-2026!!").refused(422, "weak-password");
    change(FIRST, "wang.duty wang.duty").refused(422, "weak-password");
    assert_eq!(elsewhere.read("/session")["signed_in"], true, "nothing has changed");
    change(FIRST, THIRD).good();
    change(FIRST, THIRD).good();
    assert_eq!(duty.read("/session")["signed_in"], true);
    assert_eq!(elsewhere.read("/session")["signed_in"], false);
    let sign_in = |node: &Node, password: &str| {
        let asked = json!({"account": "wang.duty", "password": password});
        node.stranger().post("/session", &asked)
    };
    sign_in(&node, FIRST).refused(401, "wrong-password");
    let at = room();
    let change = |node: &Node, input: &str| {
        anlan(&at, node.dir(), &["account", "password", "wang.duty", "--stdin"], input)
    };
    assert_eq!(change(&node, &format!("{FIRST}\n{SECOND}\n")).code, Some(1), "served");
    assert_eq!(change(&node, &format!("{THIRD}\n{SECOND}\n")).code, Some(0), "served");
    let mut node = node.again();
    sign_in(&node, SECOND).good();
    node.stop();
    assert_eq!(change(&node, &format!("{SECOND}\n{FIRST}\n")).code, Some(0));
    let node = node.again();
    sign_in(&node, FIRST).good();
    node.stranger()
        .post("/accounts/password", &json!({"old": FIRST, "new": SECOND}))
        .refused(401, "not-signed-in");
    std::fs::remove_dir_all(at).unwrap();
}

#[test]
fn a_closed_account_does_nothing_more_and_what_it_signed_stays() {
    let node = set_up();
    let duty = node.person_with("wang.duty", FIRST);
    duty.post("/accounts", &commander()).good();
    let head = node.person_with("li.head", SECOND);
    let event = event(&duty);
    let level = json!({"level": 3, "basis": "the river is over the dyke"});
    head.post(&format!("{event}/approve"), &level).good();
    let kept = duty.read("/accounts");
    assert_eq!(kept["items"].as_array().map(Vec::len), Some(2), "{kept}");
    assert_eq!(head.read("/accounts")["items"], json!([]), "whoever keeps none sees none");
    let why = json!({"note": "moved to the city"});
    head.post("/accounts/wang.duty/close", &why).refused(403, "no-right");
    duty.post("/accounts/wang.duty/close", &why).refused(422, "own-account");
    duty.post("/accounts/nobody/close", &why).refused(404, "not-found");
    duty.post("/accounts/li.head/close", &why).good();
    head.get("/event").refused(401, "not-signed-in");
    let enter = json!({"account": "li.head", "password": SECOND});
    node.stranger().post("/session", &enter).refused(401, "wrong-password");

    let node = node.again();
    node.stranger().post("/session", &enter).refused(401, "wrong-password");
    let duty = node.person_with("wang.duty", FIRST);
    let account = duty.read("/accounts")["items"][0].clone();
    assert_eq!(account["account"], "li.head");
    assert!(account["closed_at"].is_string(), "{account}");
    duty.post("/accounts", &commander()).refused(422, "account-taken");
    let ops = duty.read("/ops?account=li.head");
    assert_eq!(ops["total"].as_i64().or(ops["items"].as_array().map(|i| i.len() as i64)), Some(3));
    assert_eq!(duty.read("/response")["items"][0]["state"], "Active");
    let people = duty.read("/person");
    let states: Vec<&Json> =
        people["items"].as_array().unwrap().iter().map(|p| &p["state"]).collect();
    assert!(states.contains(&&json!("Left")) && states.contains(&&json!("Active")), "{states:?}");
    let at = room();
    let close = |more: &[&str]| {
        anlan(&at, node.dir(), &[&["account", "close", "li.head"], more].concat(), "")
    };
    assert_eq!(close(&["--as", "wang.duty"]).code, Some(2), "without a reason");
    assert_eq!(close(&["--as", "wang.duty", "--note", "x"]).code, Some(0), "it is closed already");
    assert_eq!(close(&["--as", "li.head", "--note", "x"]).code, Some(1), "it may do nothing");
    std::fs::remove_dir_all(at).unwrap();
}

#[test]
fn one_click_is_for_this_machine_unless_the_operator_says_otherwise() {
    let node = Node::new();
    let click = json!({"account": "county.duty"}).to_string();
    let with = json!({"account": "county.duty", "password": "anlan-exercise-7"}).to_string();
    let far = [("content-type", "application/json"), ("x-forwarded-for", "192.0.2.7")];
    let stranger = node.stranger();
    let enter = |body: &str| stranger.ask("POST", "/session", &far, body.as_bytes());
    enter(&click).refused(401, "wrong-password");
    enter(&with).good();
    assert_eq!(stranger.ask("GET", "/session", &far[1..], b"").good()["one_click"], false);
    assert_eq!(stranger.read("/session")["one_click"], true);
    let opened = stranger.ask("POST", "/session", &far, with.as_bytes());
    let renewed = node.person_of(&opened.cookie);
    let renewed = renewed.ask("POST", "/session", &far, with.as_bytes()).good();
    let closed = stranger.ask("DELETE", "/session", &far[1..], b"").good();
    for told in [opened.good(), renewed, closed] {
        assert_eq!((&told["one_click"], &told["accounts"]), (&json!(false), &json!([])), "{told}");
    }
    let near = stranger.ask("DELETE", "/session", &[], b"").good();
    assert_eq!(near["accounts"], stranger.read("/session")["accounts"]);
    assert!(!near["accounts"].as_array().unwrap().is_empty());
    let dir = node.leave();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_anlan"));
    command.args(["serve", "--port", "0", "--json", "--one-click", "--dir"]).arg(&dir);
    command.stderr(std::process::Stdio::null());
    let node = Node::start(dir, command);
    node.stranger().ask("POST", "/session", &far, click.as_bytes()).good();
}

#[test]
fn a_townships_head_keeps_the_accounts_of_the_township_and_no_others() {
    let county = Node::new();
    let head = county.person("township.1.head");
    let asked = |post: &str, place: &str| {
        json!({"account": "night.duty", "post": post, "person": "夜班",
            "place": place, "password": SECOND})
    };
    let (town, above) = ("990102100000", "990102000000");
    head.post("/accounts", &asked("township_duty", above)).refused(422, "place-not-under");
    head.post("/accounts", &asked("county_commander", town)).refused(422, "post-above-node");
    head.post("/accounts/county.duty/close", &json!({"note": "x"})).refused(422, "place-not-under");
    head.post("/accounts", &asked("township_duty", town)).good();
    let beside = std::path::PathBuf::from(format!("{}-township", county.dir().display()));
    let township = Node::of(&beside);
    let head = township.person("township.1.head");
    head.post("/accounts", &asked("township_duty", town)).good();
    let night = township.person_with("night.duty", SECOND);
    let event = night.read("/event")["items"][0]["ref"].clone();
    let count = json!({"event": event, "place": town, "dead": 1});
    night.command("casualty", None, "count", count).good();
    let op = night.read("/ops?account=night.duty")["items"][0].clone();
    assert_eq!((&op["kind"], &op["state"]), (&json!("casualty"), &json!("folded")), "{op}");
}

#[test]
fn an_account_at_a_unit_under_the_node_signs_there() {
    let node = Node::new();
    let keeper = node.person("county.admin");
    let village = "990102100201";
    let asked = json!({"account": "li.head", "post": "township_head", "person": "李镇长",
        "place": village, "password": SECOND});
    keeper.post("/accounts", &asked).good();
    let above = json!({"account": "a.head", "post": "nation_commander", "person": "某",
        "password": SECOND});
    let refused = keeper.post("/accounts", &above).refused(422, "post-above-node");
    assert_eq!(refused["details"]["rank"], "80", "{refused}");
    let outside = json!({"account": "a.head", "post": "reporter", "person": "某",
        "place": "990000000000", "password": SECOND});
    keeper.post("/accounts", &outside).refused(422, "place-not-under");

    let node = node.again();
    let head = node.person_with("li.head", SECOND);
    assert_eq!(head.read("/session")["place"], village);
    let event = head.read("/event")["items"][0]["ref"].clone();
    let count = json!({"event": event, "place": village, "dead": 1});
    let counted = head.command("casualty", None, "count", count);
    assert_eq!(counted.status, 200, "{}", counted.text());
    let op = head.read("/ops?account=li.head")["items"][0].clone();
    assert_eq!((&op["kind"], &op["state"]), (&json!("casualty"), &json!("folded")), "{op}");
}

#[test]
fn a_post_whose_holder_left_is_not_called_where_somebody_else_holds_it() {
    let node = Node::new();
    let at = room();
    let reader = node.person("county.duty");
    let calls = || reader.read("/event/open/level")["consequences"]["calls"].clone();
    let before = calls().as_i64().unwrap();
    let post = ["account", "add", "second.head", "--post", "county_commander", "--person", "Li"];
    anlan(&at, node.dir(), &[&post[..], &["--as", "county.admin", "--json"]].concat(), "").good();
    assert_eq!(calls(), before + 1, "two hold the post, both are called");
    let close = ["account", "close", "second.head", "--note", "moved", "--as", "county.admin"];
    anlan(&at, node.dir(), &[&close[..], &["--json"]].concat(), "").good();
    assert_eq!(calls(), before, "one holds it");
}
