//! An exercise begins again at the same address, with what it had at first; nothing is lost.

use std::path::PathBuf;

use serde_json::json;

use crate::client::Node;

#[test]
fn an_exercise_begins_again_while_a_console_listens() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let count = || node.person("county.duty").read("/danger?limit=1")["total"].as_i64().unwrap();
    let before = count();
    let args = json!({"title": "a", "place": "990102100201"});
    duty.command("danger", None, "find", args).good();
    assert_eq!(count(), before + 1);
    let listening = duty.listen();
    duty.post("/exercise/restart", &json!({})).good();
    drop(listening);
    assert_eq!(count(), before, "all is as at first");
    duty.get("/danger").refused(401, "not-signed-in");
    let mut old = node.dir().as_os_str().to_owned();
    old.push("-old-1");
    assert!(PathBuf::from(old).join("store.sqlite").exists(), "the old folder stays");
}
