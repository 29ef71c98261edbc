//! Commands on a folder that is served: a second process, the same words, answers and exit codes.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};

use crate::client::{Node, number};

/// What a command came to.
#[derive(Debug, PartialEq, Eq)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub said: String,
}

impl Ran {
    /// Its answer, which must be that of a command that did what it said.
    pub fn good(&self) -> Json {
        assert_eq!(self.code, Some(0), "{self:?}");
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
}

/// Runs a command on a folder from a place of its own.
pub fn anlan(at: &Path, dir: &Path, args: &[&str], input: &str) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_anlan"))
        .current_dir(at)
        .args(args)
        .args(["--lang", "en", "--dir"])
        .arg(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses may not read it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let done = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: done.status.code(), out: text(done.stdout), said: text(done.stderr) }
}

/// An empty folder of this test, where its files lie.
pub fn room() -> PathBuf {
    let name = format!("anlan-local-{}-{}", std::process::id(), number());
    let dir = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

/// An alert of an exercise.
pub const ALERT: &str = "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">\
     <identifier>L-1</identifier><sender>a@example.org</sender>\
     <sent>2026-07-23T08:00:00+08:00</sent><status>Exercise</status><msgType>Alert</msgType>\
     <scope>Public</scope><info><category>Met</category><event>rainstorm</event>\
     <urgency>Immediate</urgency><severity>Severe</severity><certainty>Likely</certainty>\
     <headline>h</headline><area><areaDesc>x</areaDesc></area></info></alert>";

#[test]
fn a_second_process_works_on_the_folder_that_is_served() {
    let (node, at) = (Node::new(), room());
    let run = |args: &[&str]| anlan(&at, node.dir(), args, "");
    let duty = node.person("county.duty");
    std::fs::write(at.join("alert.xml"), ALERT).unwrap();
    let done = run(&["import", "cap", "alert.xml", "--event", "--as", "county.duty", "--json"]);
    let event = done.good()["events"][0].as_str().unwrap().to_owned();
    let shown = duty.read(&format!("/{}", event.replace(':', "/")));
    assert_eq!(shown["state"], "Open", "the server knows it at once");
    let level = run(&["level", "--event", &event, "--json"]).good();
    let seen = duty.read(&format!("/{}/level", event.replace(':', "/")));
    assert_eq!(level["proposal"]["rows"], seen["proposal"]["rows"]);
    let verified = run(&["verify", "--json"]).good();
    assert_eq!(verified["good"], true, "{verified}");
    assert_eq!(duty.read("/verify")["heads"], verified["heads"]);
    let carried = run(&["bundle", "export", "--out", "carried.anlb", "--json"]).good();
    assert!(carried["carried"]["ops"].as_u64().unwrap() > 100, "{carried}");
    let inspected = Command::new(env!("CARGO_BIN_EXE_anlan"))
        .current_dir(&at)
        .args(["bundle", "inspect", "carried.anlb", "--json"])
        .output()
        .unwrap();
    assert!(inspected.status.success(), "written where the caller stands");
    let again = run(&["bundle", "import", "carried.anlb", "--json"]).good();
    assert_eq!(again["came"]["new"], 0, "{again}");
    let find = json!({"entity": "danger", "verb": "find",
        "args": {"title": "a", "place": "990102100201"}});
    let args = ["submit", "-", "--as", "county.duty", "--json"];
    let entered = anlan(&at, node.dir(), &args, &find.to_string()).good();
    let danger = entered["refs"][0].as_str().unwrap();
    assert_eq!(run(&["show", danger, "--json"]).good()["state"], "Found");
    std::fs::remove_dir_all(at).unwrap();
}

#[test]
fn words_answers_and_exit_codes_are_those_of_a_folder_that_is_not_served() {
    let (mut node, at) = (Node::new(), room());
    std::fs::write(at.join("bad.json"), "[{\"entity\": 3}]").unwrap();
    let bad = at.join("bad.json");
    let bad = bad.to_str().unwrap();
    let commands: [&[&str]; 8] = [
        &["show", "event"],
        &["show", "event", "--json"],
        &["show", "event:0000000000000000"],
        &["show", "no-such-kind"],
        &["level", "--event=event:0000000000000000", "--json"],
        &["import", "cap", "/nowhere/a.xml"],
        &["submit", bad, "--as", "county.duty"],
        &["submit", bad],
    ];
    let ran = |dir: &Path| commands.map(|args| anlan(&at, dir, args, ""));
    let served = ran(node.dir());
    node.stop();
    let alone = ran(node.dir());
    for (args, (served, alone)) in commands.iter().zip(served.iter().zip(&alone)) {
        assert_eq!(served, alone, "{args:?}");
    }
    let codes = served.map(|r| r.code.unwrap());
    assert_eq!(codes, [0, 0, 1, 1, 1, 1, 1, 2]);
    std::fs::remove_dir_all(at).unwrap();
}

#[test]
fn what_needs_the_folder_for_itself_says_so_and_does_nothing() {
    let (node, at) = (Node::new(), room());
    let run = |args: &[&str]| anlan(&at, node.dir(), args, "");
    for args in [&["rebuild"][..], &["exercise", "play", "--until", "end"]] {
        let ran = run(args);
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{ran:?}");
        assert!(ran.said.contains("needs the folder for itself"), "{ran:?}");
        assert!(ran.said.contains("Stop anlan serve"), "{ran:?}");
    }
    let second = run(&["serve", "--port", "0"]);
    assert_eq!(second.code, Some(1), "{second:?}");
    assert!(second.said.contains("in use by another anlan"), "{second:?}");
    std::fs::remove_dir_all(at).unwrap();
}

#[test]
fn strange_bytes_at_the_socket_harm_nobody() {
    let (node, at) = (Node::new(), room());
    let socket = node.dir().join("run/anlan.sock");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&socket), mode(socket.parent().unwrap())), (0o600, 0o700));
    let long = [b"ANL1".as_slice(), &u32::MAX.to_be_bytes()].concat();
    let text = [b"ANL1".as_slice(), &3u32.to_be_bytes(), b"{}}", &0u32.to_be_bytes()].concat();
    let noise: Vec<u8> = (0..100_000u32).map(|i| (i * 7 % 251) as u8).collect();
    for bytes in [&b"GET / HTTP/1.1\r\n\r\n"[..], &long, &text, &noise, b"", b"ANL1"] {
        let mut stream = UnixStream::connect(&socket).unwrap();
        // The other side may hang up before it has read all.
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(answer.is_empty(), "{answer:?}");
    }
    // More of them than there are places, and none says a word.
    let silent: Vec<_> = (0..3).map(|_| UnixStream::connect(&socket).unwrap()).collect();
    anlan(&at, node.dir(), &["show", "event", "--json"], "").good();
    drop(silent);
    node.person("county.duty").read("/event");
    std::fs::remove_dir_all(at).unwrap();
}

#[test]
fn a_socket_that_was_left_over_is_in_nobodys_way() {
    let (mut node, at) = (Node::new(), room());
    let socket = node.dir().join("run/anlan.sock");
    node.stop();
    assert!(socket.symlink_metadata().is_ok(), "the program was killed");
    let show = |dir: &Path| anlan(&at, dir, &["show", "event", "--json"], "");
    show(node.dir()).good();
    {
        let lock = std::fs::File::options().write(true).open(node.dir().join("lock")).unwrap();
        lock.lock().unwrap();
        let ran = show(node.dir());
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.said.contains("in use by another anlan"), "{ran:?}");
    }
    let node = node.again();
    show(node.dir()).good();
    std::fs::remove_dir_all(at).unwrap();
}

#[test]
fn an_envelope_with_a_bad_alert_brings_the_others_and_does_not_exit_well() {
    let (mut node, at) = (Node::new(), room());
    let bad = ALERT.replace("<scope>Public</scope>", "").replace("L-1", "L-2");
    let all = [ALERT, &bad, &ALERT.replace("L-1", "L-3")].map(|alert| {
        format!(
            "<contentObject><xmlContent><embeddedXMLContent>{alert}</embeddedXMLContent>\
             </xmlContent></contentObject>"
        )
    });
    let envelope = format!(
        "<EDXLDistribution xmlns=\"urn:oasis:names:tc:emergency:EDXL:DE:1.0\">\
         <distributionID>d</distributionID><senderID>s@example.org</senderID>\
         <dateTimeSent>2026-06-01T08:00:00+08:00</dateTimeSent>\
         <distributionStatus>Exercise</distributionStatus>\
         <distributionType>Report</distributionType>{}</EDXLDistribution>",
        all.concat()
    );
    std::fs::write(at.join("all.xml"), envelope).unwrap();
    node.stop();
    let ran = anlan(&at, node.dir(), &["import", "cap", "all.xml", "--json"], "");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.said.contains("2: ") && ran.said.contains("The other 2 did"), "{ran:?}");
    let answer: Json = serde_json::from_str(&ran.out).unwrap();
    let taken = answer["alerts"].as_array().unwrap().iter().map(|a| a["identifier"].clone());
    assert_eq!(taken.collect::<Vec<_>>(), ["L-1", "L-3"]);
    assert_eq!(answer["bad"][0]["number"], 2);
    std::fs::remove_dir_all(at).unwrap();
}

#[test]
fn layers_are_taken_into_a_served_folder_which_goes_on_with_them() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let hash = |layer: &str| {
        // Whoever asks between two rounds of serving waits for the next.
        let area = duty.read("/area");
        let layers = area["layers"].as_array().unwrap().clone();
        layers.iter().find(|l| l["layer"] == layer).unwrap()["hash"].as_str().unwrap().to_owned()
    };
    let (at, before) = (room(), hash("site"));
    let out = ["export", "csv", "--layer", "site", "--out", "sites.csv"];
    assert_eq!(anlan(&at, node.dir(), &out, "").code, Some(0));
    let terms = ["--source", "land survey", "--licence", "CC0-1.0", "--as-of", "2026-08-01"];
    let import = ["import", "csv", "sites.csv", "--layer", "site", "--crs", "EPSG:4490", "--json"];
    let done = anlan(&at, node.dir(), &[&import[..], &terms].concat(), "").good();
    let named = done["hash"].as_str().unwrap();
    assert_ne!(named, before);
    let seen = std::iter::repeat_with(|| hash("site")).take(1_000).find(|h| h == named);
    assert!(seen.is_some(), "it is served");
    duty.read("/event/open/impact");
    let extract = "<osm version=\"0.6\"><node id=\"1\" lon=\"109.26\" lat=\"28.74\"/>\
        <node id=\"2\" lon=\"109.27\" lat=\"28.75\"/><way id=\"3\"><nd ref=\"1\"/>\
        <nd ref=\"2\"/><tag k=\"highway\" v=\"primary\"/></way></osm>";
    std::fs::write(at.join("a.osm"), extract).unwrap();
    let osm = ["import", "osm", "a.osm", "--as-of", "2026-08-01", "--layer", "road", "--json"];
    let done = anlan(&at, node.dir(), &osm, "").good();
    let named = done["named"][0]["hash"].as_str().unwrap();
    assert!(std::iter::repeat_with(|| hash("road")).take(1_000).any(|h| h == named));
    std::fs::remove_dir_all(at).unwrap();
}
