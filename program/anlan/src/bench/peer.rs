//! Looks for peers on this machine: a Python with a package, a server's program, shared scripts.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A Python in which a package can be imported: `ANLAN_PYTHON`, the checkout's or the active
/// environment's, the system's.
pub fn python_with(package: &str) -> Option<PathBuf> {
    let named = std::env::var_os("ANLAN_PYTHON").map(PathBuf::from);
    let active = std::env::var_os("VIRTUAL_ENV").map(|v| PathBuf::from(v).join("bin/python"));
    let others = [PathBuf::from("target/venv/bin/python"), PathBuf::from("python3")];
    let all = named.into_iter().chain(active).chain(others);
    let has = |python: &PathBuf| {
        let import = Command::new(python)
            .args(["-c", &format!("import {package}")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        import.is_ok_and(|s| s.success())
    };
    let found = all.into_iter().find(has)?;
    // A scratch folder is where it runs: a path from here would not be found there.
    if found.components().count() == 1 { Some(found) } else { std::path::absolute(found).ok() }
}

/// A program: named by a variable of the environment, or on the path.
pub fn program(variable: &str, name: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable).map(PathBuf::from).filter(|p| p.is_file());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = || std::env::split_paths(&path).map(|d| d.join(name)).find(|p| p.is_file());
    named.or_else(on_path)
}

/// A file of the shared folder: `ANLAN_SHARED`, else beside the checkout.
pub fn shared(inside: &str) -> Option<PathBuf> {
    let named = std::env::var_os("ANLAN_SHARED").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| Path::new("../shared").to_path_buf());
    let path = std::path::absolute(folder.join(inside)).ok()?;
    path.is_file().then_some(path)
}

/// The last line of what a program said.
pub fn last_line(said: &[u8]) -> String {
    String::from_utf8_lossy(said).trim().lines().last().unwrap_or_default().to_owned()
}
