//! Who is at the desk and what the post may do.

use serde_json::json;

use crate::client::Node;

#[test]
fn nobody_reads_or_writes_without_signing_in() {
    let node = Node::new();
    let stranger = node.stranger();
    stranger.get("/event/open/level").refused(401, "not-signed-in");
    stranger.post("/event/open/approve", &json!({"level": 2})).refused(401, "not-signed-in");
    let session = stranger.read("/session");
    assert_eq!(session["signed_in"], false);
    let wrong = json!({"account": "county.duty", "password": "guess"});
    stranger.post("/session", &wrong).refused(401, "wrong-password");
    stranger.post("/session", &json!({"account": "nobody"})).refused(401, "wrong-password");
    let right = json!({"account": "county.duty", "password": "anlan-exercise-7"});
    assert_eq!(stranger.post("/session", &right).good()["signed_in"], true);
    let duty = node.person("county.duty");
    assert_eq!(duty.read("/session")["account"], "county.duty");
    assert_eq!(duty.ask("DELETE", "/session", &[], b"").status, 200);
    assert_eq!(duty.read("/session")["signed_in"], false);
}

#[test]
fn guessing_passwords_soon_has_to_wait_and_hinders_no_other_account() {
    let node = Node::new();
    let guess = |n: u32| {
        let body = json!({"account": "county.commander", "password": format!("guess {n}")});
        node.stranger().post("/session", &body)
    };
    let commander = node.person("county.commander");
    for n in 0..5 {
        guess(n).refused(401, "wrong-password");
    }
    let problem = guess(5).refused(429, "wait");
    assert!(problem["details"]["seconds"].as_str().unwrap().parse::<u32>().unwrap() > 0);
    node.person("county.duty");
    let own = json!({"account": "county.commander", "password": "anlan-exercise-7"});
    node.stranger().post("/session", &own).refused(429, "wait");
    commander.post("/session", &own).good();
}

#[test]
fn an_approval_by_the_wrong_post_is_refused_and_says_who_may() {
    let node = Node::new();
    let township = node.person("township.1.duty");
    let problem = township.post("/event/open/approve", &json!({"level": 2}));
    let problem = problem.refused(403, "no-right");
    assert_eq!(problem["details"]["act"], "response.decide");
    let commander = node.person("county.commander").read("/session")["person"]["zh"].clone();
    let who = problem["details"]["who"].as_str().unwrap();
    assert!(who.contains(commander.as_str().unwrap()), "{who}");
    assert!(problem["detail"]["zh"].as_str().unwrap().contains(who), "{problem}");
    let level = township.read("/event/open/level");
    assert_eq!(level["in_force"]["level"], json!(null), "nothing of it was written");
    assert_eq!(township.read("/event/open/tasks")["total"], 0);
}

/// Every call with its answer to a stranger: only these five are open.
#[test]
fn strangers_read_the_first_page_and_the_map_and_nothing_else() {
    let node = Node::new();
    let stranger = node.stranger();
    let steps = ["impact", "level", "calls", "tasks", "forces", "needs", "relief", "map", "report"];
    let steps = steps.map(|step| format!("/event/open/{step}"));
    let calls = [
        "/ops",
        "/ops/00",
        "/verify",
        "/disputes",
        "/mine",
        "/stream",
        "/exercise",
        "/event",
        "/person",
        "/event/open",
        "/danger/0000000000000000/why",
        "/blobs/0000000000000000000000000000000000000000000000000000000000000000",
    ];
    for path in calls.into_iter().chain(steps.iter().map(String::as_str)) {
        stranger.get(path).refused(401, "not-signed-in");
    }
    let writes = [
        "/commands",
        "/imports/cap",
        "/exercise/clock",
        "/exercise/restart",
        "/event/open/propose",
        "/event/open/approve",
        "/event/open/relief",
        "/event/open/relief/issue",
        "/event/open/replan",
        "/event/open/report/sign",
        "/danger/0000000000000000/judge",
    ];
    for path in writes {
        stranger.post(path, &json!({})).refused(401, "not-signed-in");
    }
    for path in ["/session", "/kinds", "/area", "/area/places"] {
        let answer = stranger.get(path);
        answer.good();
        assert!(answer.policy.contains("default-src 'self'"), "{path}: {}", answer.policy);
    }
}
