//! The program by command line: a folder of its own for each test, and what the program answers.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value as Json;

/// A folder of this test, gone at the end.
pub struct Folder(PathBuf);

impl Folder {
    /// A new one.
    pub fn new(name: &str) -> Folder {
        let unique = format!("anlan-cli-{}-{name}", std::process::id());
        let dir = std::env::temp_dir().join(unique);
        std::fs::create_dir_all(&dir).unwrap();
        Folder(dir)
    }

    /// A path in it.
    pub fn at(&self, inside: &str) -> PathBuf {
        self.0.join(inside)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs a command with paths as the values of flags.
pub fn run(args: &[&str], paths: &[(&str, &Path)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anlan"));
    command.args(args).env("ANLAN_LANG", "en").env_remove("ANLAN_DIR");
    for (flag, path) in paths {
        command.arg(flag).arg(path);
    }
    command.output().unwrap()
}

/// The JSON that a command answers, which must do what it said.
pub fn answer(args: &[&str], paths: &[(&str, &Path)]) -> Json {
    let output = run(args, paths);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {said}");
    serde_json::from_slice(&output.stdout).unwrap()
}
