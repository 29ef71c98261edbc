//! A folder that cannot be written is shown as it lies there, and takes nothing.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value as Json, json};

use crate::client::{Node, number};

/// Who owns nothing: the tests' own rights would let everything be written.
const NOBODY: u32 = 65_534;

/// An exercise's folder that nobody can write, and the program where that person can run it.
struct Shut {
    room: PathBuf,
    is_root: bool,
}

impl Shut {
    fn new() -> Shut {
        let name = format!("anlan-shut-{}-{}", std::process::id(), number());
        let room = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&room).unwrap();
        let id = Command::new("id").arg("-u").output().unwrap();
        let is_root = String::from_utf8_lossy(&id.stdout).trim() == "0";
        let shut = Shut { room, is_root };
        if std::fs::hard_link(env!("CARGO_BIN_EXE_anlan"), shut.program()).is_err() {
            std::fs::copy(env!("CARGO_BIN_EXE_anlan"), shut.program()).unwrap();
        }
        let mut made = Command::new(shut.program());
        made.args(["exercise", "new", "--size", "village", "--out"]).arg(shut.dir());
        assert!(made.output().unwrap().status.success());
        shut
    }

    fn program(&self) -> PathBuf {
        self.room.join("anlan")
    }

    fn dir(&self) -> PathBuf {
        self.room.join("node")
    }

    /// Takes away, or gives back, the right to write.
    fn writable(&self, yes: bool) {
        modes(&self.dir(), yes, self.is_root);
    }

    /// The program as somebody who may not write.
    fn anlan(&self, args: &[&str]) -> Command {
        let mut command = Command::new(self.program());
        command.args(args).args(["--lang", "en", "--dir"]).arg(self.dir());
        command.current_dir("/");
        if self.is_root {
            command.uid(NOBODY);
        }
        command
    }

    fn run(&self, args: &[&str]) -> (Output, String) {
        let output = self.anlan(args).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output, said)
    }
}

impl Drop for Shut {
    fn drop(&mut self) {
        if self.dir().exists() {
            self.writable(true);
        }
        let _ = std::fs::remove_dir_all(&self.room);
    }
}

fn modes(path: &Path, writable: bool, give: bool) {
    let mode = match (path.is_dir(), writable) {
        (true, true) => 0o700,
        (true, false) => 0o500,
        (false, true) => 0o600,
        (false, false) => 0o400,
    };
    if path.is_dir() {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).unwrap();
        for entry in std::fs::read_dir(path).unwrap() {
            modes(&entry.unwrap().path(), writable, give);
        }
    }
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    if give {
        std::os::unix::fs::chown(path, Some(if writable { 0 } else { NOBODY }), None).unwrap();
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_read_and_told_to_be_so() {
    let shut = Shut::new();
    let before = shut.verified();
    shut.writable(false);
    let reading: [&[&str]; 6] = [
        &["level", "--json"],
        &["impact", "--json"],
        &["relief", "plan", "--json"],
        &["show", "event", "--json"],
        &["verify", "--json"],
        &["exercise", "main-job", "--json"],
    ];
    for args in reading {
        let (output, said) = shut.run(args);
        assert!(output.status.success(), "{args:?}: {said}");
        let answer: Json = serde_json::from_slice(&output.stdout).unwrap();
        assert!(answer.is_object(), "{args:?}");
        let told = said.contains("cannot be written");
        assert!(told || ["verify", "exercise"].contains(&args[0]), "{args:?}: {said}");
    }
    for (args, file) in [(["export", "csv"], "s.csv"), (["export", "geojson"], "s.json")] {
        let out = std::env::temp_dir().join(format!("{}-{file}", std::process::id()));
        let _ = std::fs::remove_file(&out);
        let args = [&args[..], &["--layer", "site", "--out", out.to_str().unwrap()]].concat();
        let (output, said) = shut.run(&args);
        assert!(output.status.success() && out.exists(), "{said}");
        let _ = std::fs::remove_file(&out);
    }
    let (output, said) = shut.run(&["exercise", "play", "--until", "end"]);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("cannot be written"), "{said}");
    shut.writable(true);
    assert_eq!(shut.verified(), before, "nothing was written");
}

impl Shut {
    fn verified(&self) -> (Json, Json) {
        let output = self.run_as_owner(&["verify", "--json"]);
        let answer: Json = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answer["good"], true);
        (answer["heads"].clone(), answer["views"].clone())
    }

    fn run_as_owner(&self, args: &[&str]) -> Output {
        Command::new(self.program()).args(args).arg("--dir").arg(self.dir()).output().unwrap()
    }
}

#[test]
fn a_served_folder_that_cannot_be_written_shows_all_and_refuses_every_write() {
    let shut = Shut::new();
    shut.writable(false);
    let mut command = shut.anlan(&["serve", "--port", "0", "--json"]);
    command.stderr(Stdio::null());
    // The folder stays when the node is dropped: it is not the node's own.
    let mut node = Node::start(PathBuf::new(), command);
    let duty = node.person("county.duty");
    let session = duty.read("/session");
    assert!(session["read_only"].as_str().is_some_and(|why| !why.is_empty()), "{session}");
    assert_eq!(duty.read("/event")["total"], 1);
    duty.read("/event/open/impact");
    duty.read("/event/open/level");
    assert_eq!(duty.read("/verify")["good"], true);
    let danger = json!({"title": "a", "place": "990102100201"});
    duty.command("danger", None, "find", danger).refused(403, "read-only");
    duty.post("/event/open/relief", &json!({})).refused(403, "read-only");
    duty.post("/exercise/restart", &json!({})).refused(403, "read-only");
    let pid = node.child().id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(node.child().wait().unwrap().code(), Some(0), "it ends well");
}

#[test]
fn a_folder_that_can_be_written_does_not_say_so() {
    let node = Node::new();
    assert_eq!(node.person("county.duty").read("/session")["read_only"], Json::Null);
}
