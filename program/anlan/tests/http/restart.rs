//! An exercise begins again at the same address, with what it had at first; nothing is lost.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::client::{Node, number};

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

/// A street with two villages.
const AREA: &str = r#"<osm version="0.6">
    <node id="1" lon="7.40" lat="43.72"><tag k="place" v="village"/></node>
    <node id="2" lon="7.43" lat="43.74"><tag k="place" v="village"/></node>
    <way id="3"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way></osm>"#;

fn anlan(args: &[&str], paths: &[&Path]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anlan"));
    let output = command.args(args).args(paths).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn an_exercise_over_a_real_area_begins_again_from_its_layers() {
    let dir = std::env::temp_dir().join(format!("anlan-http-{}-{}", std::process::id(), number()));
    let file = dir.with_extension("osm");
    std::fs::write(&file, AREA).unwrap();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide/samples");
    anlan(&["import", "osm", "--as-of", "2026-07-01", "--dir"], &[&dir, &file]);
    let alert = samples.join("monaco-flood.cap.xml");
    anlan(&["exercise", "overlay", "--dir"], &[&dir, Path::new("--alert"), &alert]);
    std::fs::remove_file(&file).unwrap();
    let node = Node::of(&dir);
    let event = || {
        // Whoever signs in at the last moment of the old record signs in again at the new one.
        let asked = || node.person("county.duty").get("/event/open/impact");
        let answer = std::iter::repeat_with(asked).take(20).find(|a| a.status != 401).unwrap();
        answer.good()["event"]["ref"].as_str().unwrap().to_owned()
    };
    let before = event();
    node.person("county.duty").post("/exercise/restart", &json!({})).good();
    assert_eq!(event(), before, "the same seed, area and alert give the same record");
    let old = PathBuf::from(format!("{}-old-1", node.dir().display()));
    assert!(old.join("store.sqlite").exists() && old.join("area/area.toml").exists());
}
