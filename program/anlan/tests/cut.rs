//! A cut: the county's node and the township's, apart, then a file carried each way, and settled.
//!
//! Runs the binary itself on folders of its own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kernel::{EntityId, Ref};
use serde_json::{Value as Json, json};

/// What a run of the binary came to.
struct Ran {
    code: i32,
    out: Json,
    said: String,
}

fn anlan(args: &[&str], input: &str) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_anlan"))
        .args(args)
        .args(["--lang", "en"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    Ran {
        code: done.status.code().unwrap_or(-1),
        out: serde_json::from_slice(&done.stdout).unwrap_or(Json::Null),
        said: String::from_utf8_lossy(&done.stderr).into_owned(),
    }
}

/// Runs, and it must do what it says.
fn good(args: &[&str], input: &str) -> Json {
    let ran = anlan(args, input);
    assert_eq!(ran.code, 0, "{args:?}: {}", ran.said);
    ran.out
}

/// A node's folder.
struct Node(PathBuf);

impl Node {
    fn dir(&self) -> &str {
        self.0.to_str().unwrap()
    }

    fn submit(&self, account: &str, command: Json) -> Json {
        let args = ["submit", "-", "--dir", self.dir(), "--as", account, "--json"];
        good(&args, &command.to_string())
    }

    /// Enters one command about a new thing; its reference.
    fn enter(&self, account: &str, entity: &str, verb: &str, args: Json) -> String {
        let done = self.submit(account, json!({"entity": entity, "verb": verb, "args": args}));
        done["refs"][0].as_str().unwrap().to_owned()
    }

    fn act(&self, account: &str, on: &str, verb: &str, args: Json) {
        let on: Ref = on.parse().unwrap();
        let command = json!({"entity": on.kind, "id": on.id, "verb": verb, "args": args});
        self.submit(account, command);
    }

    fn show(&self, what: &str) -> Json {
        good(&["show", what, "--dir", self.dir(), "--json"], "")
    }

    fn verify(&self) -> Json {
        good(&["verify", "--dir", self.dir(), "--json"], "")
    }

    fn export(&self, name: &str) -> PathBuf {
        let file = self.0.with_file_name(name);
        let out = file.to_str().unwrap();
        good(&["bundle", "export", "--dir", self.dir(), "--out", out, "--json"], "");
        file
    }

    fn import(&self, file: &Path) -> Ran {
        let file = file.to_str().unwrap();
        anlan(&["bundle", "import", file, "--dir", self.dir(), "--json"], "")
    }

    /// Carries all that this node holds to another.
    fn carry_to(&self, other: &Node, name: &str) -> Json {
        let came = other.import(&self.export(name));
        assert_eq!(came.code, 0, "{}", came.said);
        assert_eq!(came.out["came"]["quarantined"], json!([]));
        assert_eq!(came.out["came"]["aside"], json!([]));
        came.out["came"].clone()
    }
}

/// A county of village size and its township, in an empty folder of this test.
fn exercise(test: &str) -> (Node, Node) {
    let room = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("cut-{test}"));
    let _ = std::fs::remove_dir_all(&room);
    std::fs::create_dir_all(&room).unwrap();
    let dir = room.join("county");
    let args = ["exercise", "new", "--seed", "7", "--size", "village", "--json", "--out"];
    good(&[&args[..], &[dir.to_str().unwrap()]].concat(), "");
    (Node(dir), Node(room.join("county-township")))
}

fn only_event(node: &Node) -> String {
    let events = node.show("event");
    assert_eq!(events["total"], 1);
    events["items"][0]["ref"].as_str().unwrap().to_owned()
}

fn value<'a>(shown: &'a Json, field: &str) -> &'a Json {
    &shown["fields"][field]["value"]
}

/// What a node's relief problem says of times by lorry between its places.
fn truck_times(node: &Node, name: &str) -> Json {
    problem(node, name)["matrices"]["heavy_truck"].clone()
}

fn problem(node: &Node, name: &str) -> Json {
    let out = node.0.join("run").join(name);
    good(&["export", "case", "--dir", node.dir(), "--out", out.to_str().unwrap(), "--json"], "");
    serde_json::from_slice(&std::fs::read(out.join("problem.json")).unwrap()).unwrap()
}

/// The road that every lorry of the first depot leaves by.
fn road_at_the_depot(node: &Node) -> String {
    let depot = problem(node, "depot")["places"][0]["id"].as_str().unwrap().to_owned();
    let at = value(&node.show(&format!("site:{depot}")), "position").clone();
    let degree = |i: usize| (at[i].as_f64().unwrap() * 1e7).round() as i32;
    let at = kernel::LonLat { lon_e7: degree(0), lat_e7: degree(1) };
    let bytes = std::fs::read(node.0.join("datasets/road.arrow")).unwrap();
    let reader = datasets::Reader::open(datasets::Buffer::from_vec(bytes)).unwrap();
    let graph = roads::Graph::from_dataset(&reader).unwrap();
    let index = roads::SnapIndex::new(&graph);
    let segment = match index.snap(at, &roads::Profile::HEAVY_TRUCK).unwrap() {
        roads::Snap::On { segment, .. } => &graph.segments()[segment as usize],
        roads::Snap::Node(node) => graph.segment_of(graph.arcs_out(node).next().unwrap()),
    };
    Ref::new("road", segment.id).to_string()
}

const DUTY: &str = "township.1.duty";
const PLACE: &str = "990102100000";

#[test]
fn apart_each_goes_on_and_a_file_each_way_brings_them_together() {
    let (county, township) = exercise("story");
    assert_eq!(county.verify()["heads"], township.verify()["heads"]);
    let open_before = county.verify()["disputes"].as_u64().unwrap();
    let event = only_event(&township);
    let post = Ref::new("post", EntityId::from_code("post", DUTY)).to_string();
    let (first, later) = ("2026-07-23T06:00:00Z", "2026-07-23T09:00:00Z");
    let task = county.enter(
        "county.duty",
        "task",
        "issue",
        json!({"title": "转移沿河住户", "addressee": post, "deadline_at": first, "event": event}),
    );
    let came = county.carry_to(&township, "before.anlb");
    assert_eq!((&came["new"], &came["refused"]), (&json!(1), &json!([])));

    // Apart.
    let road = json!(road_at_the_depot(&county));
    let as_it_was = truck_times(&township, "was");
    let seen = |status: &str| {
        json!({"road": road, "status": status, "seen_how": "on_site", "place": PLACE,
            "observed_at": "2026-07-23T02:30:00Z", "event": event})
    };
    let open = county.enter("county.duty", "road_report", "report", seen("one_lane"));
    let closed = township.enter(DUTY, "road_report", "report", seen("closed"));
    let (slow, shut) = (truck_times(&county, "slow"), truck_times(&township, "shut"));
    assert!(slow != as_it_was && shut != as_it_was && shut != slow, "{as_it_was} {slow} {shut}");
    township.act(DUTY, &task, "accept", json!({}));
    county.act("county.duty", &task, "change", json!({"deadline_at": later}));
    let dead = |n: u32| json!({"event": event, "place": PLACE, "dead": n});
    let casualty = county.enter("county.duty", "casualty", "count", dead(2));
    assert_eq!(casualty, township.enter(DUTY, "casualty", "count", dead(3)));
    assert_eq!(value(&township.show(&casualty), "dead"), 3);
    assert_eq!(township.show(&task)["state"], "Accepted");
    assert_eq!(value(&township.show(&task), "deadline_at"), first);

    // A file each way.
    assert_eq!(township.carry_to(&county, "up.anlb")["new"], 3);
    assert_eq!(county.carry_to(&township, "down.anlb")["new"], 3);
    for node in [&county, &township] {
        for report in [&open, &closed] {
            assert_eq!(node.show(report)["state"], "Live");
            assert_eq!(value(&node.show(report), "road"), &road);
        }
        // Routes take the more cautious of the two.
        assert_eq!(truck_times(node, "both"), shut);
        let task = node.show(&task);
        assert_eq!(
            (&task["state"], value(&task, "deadline_at")),
            (&json!("Accepted"), &json!(later))
        );
        assert_eq!(task["disputes"], 0);
        let shown = node.show(&casualty);
        let figure = &shown["fields"]["dead"];
        assert_eq!(figure["value"], 2);
        assert_eq!(figure["aside"].as_array().map(Vec::len), Some(1));
        assert_eq!(figure["aside"][0]["value"], 3);
        assert_eq!(figure["aside"][0]["reason"], "after-verification");
        assert_eq!(
            (&shown["disputes"], figure["aside"][0]["place"].as_str()),
            (&json!(1), Some(PLACE))
        );
        assert_eq!(node.verify()["disputes"], json!(open_before + 1));
    }
    assert_eq!(county.verify()["views"], township.verify()["views"]);

    // Settled by the county's verifier, and carried.
    county.act("county.verifier", &casualty, "settle", json!({"dead": 3, "note": "逐户核实"}));
    assert_eq!(value(&county.show(&casualty), "dead"), 3);
    assert_eq!(county.carry_to(&township, "settled.anlb")["new"], 1);
    let (at_county, at_township) = (county.verify(), township.verify());
    for same in ["heads", "views", "disputes"] {
        assert_eq!(at_county[same], at_township[same], "{same}");
    }
    assert_eq!(at_county["disputes"], json!(open_before));
    assert_eq!(open_before, 0);
    let shown = township.show(&casualty);
    assert_eq!((value(&shown, "dead"), &shown["disputes"]), (&json!(3), &json!(0)));
}

#[test]
fn the_same_file_twice_is_once() {
    let (county, township) = exercise("twice");
    let before = township.verify();
    let file = county.export("again.anlb");
    let came = township.import(&file);
    assert_eq!((came.code, &came.out["came"]["new"]), (0, &json!(0)));
    assert_eq!(came.out["came"]["known"], before["ops"]);
    let after = township.verify();
    for same in ["ops", "logs", "heads", "views"] {
        assert_eq!(after[same], before[same], "{same}");
    }
    // A file that is there is not written over.
    let args = ["bundle", "export", "--dir", county.dir(), "--out", file.to_str().unwrap()];
    assert_eq!(anlan(&args, "").code, 1);
}

#[test]
fn a_damaged_segment_is_named_and_the_rest_is_taken() {
    let (county, township) = exercise("damage");
    let blob: Vec<u8> =
        (0..3_000_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let name = kernel::hash(&blob).to_string();
    std::fs::write(county.0.join("blobs").join(&name), &blob).unwrap();
    let event = only_event(&county);
    let dead = json!({"event": event, "place": PLACE, "dead": 1});
    county.enter("county.duty", "casualty", "count", dead);
    let file = county.export("whole.anlb");
    let bytes = std::fs::read(&file).unwrap();
    let marks: Vec<usize> = (0..bytes.len()).filter(|i| bytes[*i..].starts_with(b"SEG1")).collect();
    assert_eq!(marks.len(), 4, "logs, ops, two pieces of the blob");

    // Ops damaged: the blob comes. A piece of the blob damaged: the ops come.
    for (segment, new, blobs_new) in [(2, 0, 1), (4, 1, 0)] {
        let mut bad = bytes.clone();
        bad[marks[segment - 1] + 60] ^= 1;
        let path = file.with_file_name(format!("bad-{segment}.anlb"));
        std::fs::write(&path, bad).unwrap();
        let inspected = anlan(&["bundle", "inspect", path.to_str().unwrap(), "--json"], "");
        let came = township.import(&path);
        for (ran, part) in [(&inspected, "holds"), (&came, "came")] {
            assert_eq!((ran.code, &ran.out["whole"]), (1, &json!(false)));
            assert_eq!(ran.out[part]["damaged"][0]["segment"], segment);
            assert!(ran.said.contains(&format!("segment {segment} ")), "{}", ran.said);
        }
        assert_eq!(came.out["came"]["new"], new);
        assert_eq!(came.out["came"]["blobs_new"], blobs_new);
    }
    assert!(township.0.join("blobs").join(&name).exists());
    assert_eq!(county.verify()["heads"], township.verify()["heads"]);

    // Cut short, and no bundle at all.
    std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    let cut = anlan(&["bundle", "inspect", file.to_str().unwrap(), "--json"], "");
    assert_eq!((cut.code, &cut.out["holds"]["signed"]), (1, &json!("missing")));
    std::fs::write(&file, "no bundle").unwrap();
    assert_eq!(township.import(&file).code, 1);
}

#[test]
fn a_file_of_the_other_sort_is_refused() {
    let (county, _) = exercise("sort");
    let real = Node(county.0.with_file_name("real"));
    good(&["init", "--dir", real.dir(), "--json"], "");
    let before = (county.verify(), real.verify());
    for (from, to) in [(&county, &real), (&real, &county)] {
        let name = format!("to-{}.anlb", to.0.file_name().unwrap().to_str().unwrap());
        let ran = to.import(&from.export(&name));
        assert_eq!(ran.code, 1);
        assert!(ran.said.contains("never mix"), "{}", ran.said);
    }
    assert_eq!(county.verify()["heads"], before.0["heads"]);
    assert_eq!(real.verify()["heads"], before.1["heads"]);
}

#[test]
fn two_exercises_of_one_seed_are_equal_and_each_township_has_its_own_key() {
    let (a, b) = (exercise("seed-a"), exercise("seed-b"));
    for (one, other) in [(&a.0, &b.0), (&a.1, &b.1)] {
        for part in ["heads", "views"] {
            assert_eq!(one.verify()[part], other.verify()[part]);
        }
        for file in ["keys/node.key", "keys/accounts.json", "datasets/road.arrow"] {
            let read = |node: &Node| std::fs::read(node.0.join(file)).unwrap();
            assert_eq!(read(one), read(other), "{file}");
        }
    }
    let key = |node: &Node| std::fs::read(node.0.join("keys/node.key")).unwrap();
    assert_ne!(key(&a.0), key(&a.1));
    assert!(!a.1.0.join("keys/root.key").exists());
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (path, name) = entry.map(|e| (e.path(), e.file_name())).unwrap();
        match path.is_dir() {
            true => copy(&path, &to.join(name)),
            false => drop(std::fs::copy(&path, to.join(name)).unwrap()),
        }
    }
}

#[test]
fn two_branches_of_one_log_are_both_kept_and_neither_counts() {
    let (county, township) = exercise("fork");
    let twin = Node(township.0.with_file_name("twin"));
    copy(&township.0, &twin.0);
    let event = only_event(&township);
    let dead = |n: u32| json!({"event": event, "place": PLACE, "dead": n});
    let casualty = township.enter(DUTY, "casualty", "count", dead(3));
    twin.enter(DUTY, "casualty", "count", dead(5));
    assert_eq!(township.carry_to(&county, "branch-1.anlb")["new"], 1);
    assert_eq!(value(&county.show(&casualty), "dead"), 3);

    let came = county.import(&twin.export("branch-2.anlb"));
    assert_eq!((came.code, came.said.contains("ALARM")), (1, true), "{}", came.said);
    assert_eq!(came.out["came"]["aside"][0][2], "fork");
    assert_eq!(value(&county.show(&casualty), "dead"), &Json::Null);
    let verify = |node: &Node| anlan(&["verify", "--dir", node.dir(), "--json"], "");
    let alarmed = verify(&county);
    assert_eq!((alarmed.code, alarmed.said.contains("ALARM")), (1, true), "{}", alarmed.said);
    assert_eq!(alarmed.out["good"], true, "every op is whole");
    assert_eq!(alarmed.out["forked"].as_array().unwrap().len(), 1);
    let ops = alarmed.out["ops"].clone();
    // Said again, it is still once; and a rebuild finds the same.
    county.import(&county.0.with_file_name("branch-2.anlb"));
    assert_eq!(verify(&county).out["ops"], ops);
    let rebuilt = good(&["rebuild", "--dir", county.dir(), "--json"], "");
    assert_eq!(rebuilt["same"], true);

    // A file carries the proof on: to the one that wrote a branch, and to a node that held neither.
    let proof = county.export("proof.anlb");
    let third = Node(county.0.with_file_name("third"));
    copy(&exercise("fork-third").1.0, &third.0);
    for node in [&township, &third, &twin] {
        let came = node.import(&proof);
        assert_eq!((came.code, &came.out["came"]["aside"][0][2]), (1, &json!("fork")));
        assert_eq!(value(&node.show(&casualty), "dead"), &Json::Null);
        assert_eq!(verify(node).out["views"], verify(&county).out["views"]);
    }
}

#[test]
fn a_submit_that_is_refused_says_why_and_writes_nothing() {
    let (_, township) = exercise("refused");
    let before = township.verify()["heads"].clone();
    let refused = |account: &str, text: &str| {
        let ran = anlan(&["submit", "-", "--dir", township.dir(), "--as", account], text);
        assert_eq!(ran.code, 1, "{}", ran.said);
        ran.said
    };
    let event = only_event(&township);
    let count = json!({"entity": "casualty", "verb": "count",
        "args": {"event": event, "place": PLACE, "dead": 3}});
    let close = json!({"entity": "plan", "verb": "draft", "args": {"title": "x"}});
    assert!(refused(DUTY, &json!([count, close]).to_string()).contains("Emergency plan: "));
    assert!(refused("county.duty", &count.to_string()).contains("county.duty"));
    assert!(refused(DUTY, "{").contains("1:1"));
    assert!(
        refused(DUTY, r#"{"entity": "casualty", "verb": "count", "more": 1}"#).contains("more")
    );
    assert_eq!(township.verify()["heads"], before);
}
