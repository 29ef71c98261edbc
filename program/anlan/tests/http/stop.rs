//! How a served node ends, and what it refuses before it begins.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::client::{Node, number};
use crate::local::{anlan, room};

fn serve_command(dir: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anlan"));
    command.args(["serve", "--port", "0", "--json", "--lang", "en", "--dir"]).arg(dir);
    command.stderr(Stdio::piped());
    command
}

/// What a process says until its end, and its exit code; one that does not end fails its test.
fn end_of(node: &mut Node) -> (String, Option<i32>) {
    let mut from = node.child().stderr.take().unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut said = String::new();
        let _ = tell.send(from.read_to_string(&mut said).map(|_| said));
    });
    let said = told.recv_timeout(Duration::from_secs(60)).expect("it ends").unwrap();
    (said, node.child().wait().unwrap().code())
}

#[test]
fn a_stop_with_an_open_stream_closes_the_record() {
    let mut dir = Node::new().leave();
    for signal in ["-TERM", "-INT"] {
        let mut node = Node::start(dir.clone(), serve_command(&dir));
        let duty = node.person("county.duty");
        let args = json!({"title": signal, "place": "990102100201"});
        duty.command("danger", None, "find", args).good();
        let before = duty.read("/verify");
        let mut stream = duty.listen();
        // One who has sent half a request and one who has sent nothing are there as well.
        let mut half = TcpStream::connect(node.address()).unwrap();
        half.write_all(b"GET /api/v1/session HTTP/1.1\r\nhost: ").unwrap();
        let silent = TcpStream::connect(node.address()).unwrap();
        let pid = node.child().id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let mut rest = Vec::new();
        // A stream that stays open fails here, after the socket's own limit.
        stream.read_to_end(&mut rest).unwrap();
        let (said, code) = end_of(&mut node);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("Stopped; the record is safe."), "{said}");
        drop((half, silent));
        dir = node.leave();
        assert!(!dir.join("run/anlan.sock").exists());
        assert!(!dir.join("store.sqlite-wal").exists(), "all is in the one file");
        let after = anlan(&dir, &dir, &["verify", "--json"], "").good();
        assert_eq!((&after["good"], &after["heads"]), (&json!(true), &before["heads"]));
        assert_eq!(after["ops"].as_i64().unwrap(), before["ops"].as_i64().unwrap() + 1);
        assert!(checkpoints(&after) > checkpoints(&before), "the record is closed: {after}");
    }
    remove(&dir);
}

/// Where the newest checkpoint stands in its log.
fn checkpoints(verified: &Json) -> i64 {
    let covered = verified["covered"].as_array().unwrap();
    covered.iter().map(|c| c["seq"].as_i64().unwrap()).max().unwrap_or(-1)
}

fn remove(dir: &std::path::Path) {
    for beside in ["", "-township"] {
        let mut dir = dir.as_os_str().to_owned();
        dir.push(beside);
        let _ = std::fs::remove_dir_all(dir);
    }
}

#[test]
fn a_stop_right_after_a_restart_of_the_exercise_is_not_lost() {
    let dir = Node::new().leave();
    let mut node = Node::start(dir.clone(), serve_command(&dir));
    node.person("county.duty").post("/exercise/restart", &json!({})).good();
    let pid = node.child().id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let (said, code) = end_of(&mut node);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("begins again") && said.contains("Stopped"), "{said}");
    let dir = node.leave();
    assert_eq!(anlan(&dir, &dir, &["verify", "--json"], "").good()["good"], true);
    let old = format!("{}-old-1", dir.display());
    assert!(std::path::Path::new(&old).join("store.sqlite").exists(), "the old one stays");
    for left in ["-old-1", "-old-1-township"] {
        let _ = std::fs::remove_dir_all(format!("{}{left}", dir.display()));
    }
    remove(&dir);
}

#[test]
fn a_port_in_use_is_answered_in_words() {
    let (first, _) = Node::init(&[]);
    let at = room();
    let made = anlan(&at, &at.join("second"), &["init"], "");
    assert_eq!(made.code, Some(0), "{made:?}");
    let port = first.address().rsplit(':').next().unwrap();
    let ran = anlan(&at, &at.join("second"), &["serve", "--port", port], "");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let words = format!("Port {port} on 127.0.0.1 is in use");
    assert!(ran.said.contains(&words) && ran.said.contains("--port"), "{ran:?}");
    std::fs::remove_dir_all(at).unwrap();
}

#[test]
fn a_folder_of_a_newer_version_is_refused_in_words_and_not_touched() {
    let at = room();
    let dir = at.join("node");
    assert_eq!(anlan(&at, &dir, &["init"], "").code, Some(0));
    let (settings, store) = (dir.join("anlan.toml"), dir.join("store.sqlite"));
    let commands: [&[&str]; 4] =
        [&["serve", "--port", "0"], &["verify"], &["repair"], &["show", "event"]];
    let refused = |found: &str| {
        for args in commands {
            let ran = anlan(&at, &dir, args, "");
            assert_eq!(ran.code, Some(1), "{args:?} {ran:?}");
            assert!(ran.said.contains("newer program"), "{args:?} {ran:?}");
            assert!(ran.said.contains(found), "{args:?} {ran:?}");
        }
    };
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, text.replace("format = 1", "format = 99")).unwrap();
    refused("99");
    std::fs::write(&settings, text).unwrap();
    let good = std::fs::read(&store).unwrap();
    let mut newer = good.clone();
    // The version of a SQLite file's user: four bytes at 60.
    newer[60..64].copy_from_slice(&77u32.to_be_bytes());
    std::fs::write(&store, &newer).unwrap();
    refused("77");
    assert!(std::fs::read(&store).unwrap() == newer, "not touched");
    std::fs::write(&store, &good).unwrap();
    assert_eq!(anlan(&at, &dir, &["verify"], "").code, Some(0));
    std::fs::remove_dir_all(at).unwrap();
}

#[test]
fn a_disk_that_refuses_a_write_stops_the_program_and_nothing_answered_is_lost() {
    let dir = Node::new().leave();
    let mut command = Command::new("sh");
    // No file may grow beyond a few hundred KiB: the write-ahead log soon meets a refused write.
    command.args(["-c", "trap '' XFSZ; ulimit -f 600; exec \"$0\" \"$@\""]);
    let serve = serve_command(&dir);
    command.arg(serve.get_program()).args(serve.get_args()).stderr(Stdio::piped());
    let mut node = Node::start(dir.clone(), command);
    let duty = node.person("county.duty");
    let mut answered = Vec::new();
    for _ in 0..400 {
        let args = json!({"title": format!("d{}", number()), "place": "990102100201"});
        let answer = duty.command("danger", None, "find", args);
        if answer.status != 200 {
            assert_eq!((answer.status, &answer.json()["code"]), (500, &json!("store-failed")));
            break;
        }
        answered.push(answer.json()["ref"].as_str().unwrap().to_owned());
    }
    let (said, code) = end_of(&mut node);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("The disk refused a write") && said.contains("anlan repair"), "{said}");
    assert!(!said.contains("the record is safe"), "{said}");
    let dir = node.leave();
    assert!(!answered.is_empty());
    let repaired = anlan(&dir, &dir, &["repair", "--json"], "").good();
    assert_eq!(repaired["good"], true);
    let shown = anlan(&dir, &dir, &["show", "danger", "--json"], "").good();
    let all: Vec<&str> =
        shown["items"].as_array().unwrap().iter().map(|i| i["ref"].as_str().unwrap()).collect();
    for one in &answered {
        assert!(all.contains(&one.as_str()), "{one} was answered");
    }
    remove(&dir);
}
