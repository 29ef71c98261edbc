//! A real node from `init` to its first event: the set-up code, the account, the board's calls.

use serde_json::{Value as Json, json};

use crate::client::{Node, number};

const PASSWORD: &str = "seven cats at the sea";

fn first(code: &str) -> Json {
    json!({"code": code, "account": "wang.duty", "person": "王值班", "password": PASSWORD})
}

fn with(mut body: Json, field: &str, value: &str) -> Json {
    body[field] = json!(value);
    body
}

#[test]
fn the_set_up_code_makes_one_account_that_can_work() {
    let (node, code) = Node::init(&[]);
    let stranger = node.stranger();
    let session = stranger.read("/session");
    assert_eq!((&session["setup"], &session["accounts"]), (&json!(true), &json!([])));
    assert_eq!(session["node"]["exercise"], false);
    let post = |body: &Json| stranger.post("/setup", body);
    post(&with(first(&code), "code", "vy3wm-pdgsk-p6h54-s2e4g")).refused(403, "wrong-code");
    post(&with(first(&code), "code", "")).refused(403, "wrong-code");
    post(&with(first(&code), "password", "short")).refused(422, "weak-password");
    post(&with(first(&code), "password", "wang.duty wang.duty")).refused(422, "weak-password");
    post(&with(first(&code), "account", "wang duty")).refused(422, "bad-account-name");
    post(&with(first(&code), "person", "  ")).refused(422, "person-missing");
    post(&with(first(&code), "extra", "x")).refused(400, "bad-json");
    stranger.post("/session", &json!({"account": "wang.duty"})).refused(401, "wrong-password");
    let made = post(&first(&code.to_uppercase().replace('-', " ")));
    assert_eq!((made.good()["signed_in"].clone(), made.cookie.is_empty()), (json!(true), false));
    post(&with(first(&code), "account", "li.duty")).refused(409, "setup-done");
    assert_eq!(stranger.read("/session")["setup"], false);
    let keys = node.dir().join("keys");
    assert!(!keys.join("setup").exists(), "the code is gone");
    let kept = std::fs::read_to_string(keys.join("accounts.json")).unwrap();
    assert!(kept.contains("argon2id$") && !kept.contains(PASSWORD), "{kept}");
    assert!(!kept.contains(first(&code)["person"].as_str().unwrap()), "{kept}");

    let node = node.again();
    let stranger = node.stranger();
    assert_eq!(stranger.read("/session")["setup"], false);
    assert_eq!(stranger.read("/session")["accounts"], json!([]), "no one-click sign-in");
    stranger.post("/setup", &first(&code)).refused(409, "setup-done");
    stranger.post("/session", &json!({"account": "wang.duty"})).refused(401, "wrong-password");
    works(&node);
}

/// A real alert comes in, makes an event, and every call of its board answers.
fn works(node: &Node) {
    let duty = node.person_with("wang.duty", PASSWORD);
    let session = duty.read("/session");
    assert_eq!(session["post"]["en"], "Administrator / County duty officer");
    assert_eq!(session["post"]["zh"], "系统管理员 / 县级值班员");
    let alert = "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>R-1</identifier>\
         <sender>a@example.org</sender><sent>2026-07-23T08:00:00+08:00</sent>\
         <status>Actual</status><msgType>Alert</msgType><scope>Public</scope><info>\
         <category>Met</category><event>rainstorm</event><urgency>Immediate</urgency>\
         <severity>Severe</severity><certainty>Likely</certainty><headline>h</headline><area>\
         <areaDesc>x</areaDesc><polygon>27,119 27,119.2 27.2,119.2 27,119</polygon></area></info>\
         </alert>";
    let headers = [("content-type", "application/xml"), ("idempotency-key", "real-1")];
    let answer = duty.ask("POST", "/imports/cap?event=true", &headers, alert.as_bytes()).good();
    assert_eq!(answer["event_refused"], json!([]));
    let event = answer["events"][0].as_str().unwrap().replace(':', "/");
    assert_eq!(duty.read(&format!("/{event}"))["state"], "Open");
    for step in ["impact", "level", "calls", "tasks", "forces", "needs", "relief", "map", "report"]
    {
        duty.read(&format!("/{event}/{step}"));
    }
    let impact = duty.read(&format!("/{event}/impact"));
    assert_eq!(impact["people"]["value"], json!(null), "no data: unknown, not nobody");
    let level = duty.read(&format!("/{event}/level"));
    assert_eq!(level["proposal"], json!(null), "no plan is loaded");
    let above = &level["above"][0];
    assert_eq!(above["table"], "cn/command/flood_response", "the nation's is beside it");
    assert!(level["above"][1].is_null(), "the made-up plans are no plans of a real place");
    let refused = duty.post(&format!("/{event}/propose"), &json!({}));
    let refused = refused.refused(422, "no-proposal");
    assert!(refused["title"]["en"].as_str().unwrap().contains("no plan"), "{refused}");
    let people = duty.read("/person");
    assert_eq!(people["items"][0]["fields"]["name"]["value"], "王值班");
    let op = duty.read("/ops?kind=event")["items"][0].clone();
    assert_eq!((&op["account"], &op["state"]), (&json!("wang.duty"), &json!("folded")), "{op}");
    let verified = duty.read("/verify");
    assert_eq!((&verified["good"], &verified["invalid"]), (&json!(true), &json!(0)));
}

#[test]
fn the_set_up_is_for_whoever_sits_at_this_machine() {
    let (node, code) = Node::init(&[]);
    let body = first(&code).to_string();
    let ask = |name: &'static str, value: &'static str| {
        let headers = [("content-type", "application/json"), (name, value)];
        node.stranger().ask("POST", "/setup", &headers, body.as_bytes())
    };
    for (name, value) in [("x-forwarded-for", "192.0.2.7"), ("forwarded", "for=192.0.2.7")] {
        ask(name, value).refused(403, "not-on-this-machine");
    }
    ask("origin", "http://192.0.2.7").refused(403, "bad-origin");
    assert_eq!(node.stranger().read("/session")["setup"], true, "nothing was made");
}

#[test]
fn guessing_the_code_soon_has_to_wait() {
    let (node, code) = Node::init(&["--exercise"]);
    let guess = || {
        let code = format!("{:05}-00000-00000-00000", number());
        node.stranger().post("/setup", &first(&code))
    };
    for _ in 0..5 {
        guess().refused(403, "wrong-code");
    }
    guess().refused(429, "wait");
    node.stranger().post("/setup", &first(&code)).refused(429, "wait");
}

#[test]
fn a_node_with_accounts_has_no_set_up() {
    let node = Node::new();
    assert_eq!(node.stranger().read("/session")["setup"], false);
    node.stranger().post("/setup", &first("x")).refused(409, "setup-done");
}
