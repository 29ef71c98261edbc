//! Lists the files of `tables/` for `packs.rs`, so that a new table costs no line of code.
//!
//! It runs when the program is compiled; the engine itself reads no file.

#![allow(clippy::disallowed_methods, reason = "a build script reads folders and writes its list")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let missing = |e| io::Error::new(io::ErrorKind::NotFound, e);
    let own = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(missing)?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(missing)?);
    let tables = own.join("../../tables").canonicalize()?;
    println!("cargo::rerun-if-changed={}", tables.display());
    println!("cargo::rerun-if-changed=build.rs");
    let mut files = Vec::new();
    collect(&tables, &mut files)?;
    files.sort();
    let mut list = String::from("&[\n");
    for file in files {
        let inside = file.strip_prefix(&tables).unwrap_or(&file);
        let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        let _ = writeln!(list, "    ({:?}, include_str!({file:?})),", parts.join("/"));
    }
    list.push_str("]\n");
    fs::write(out.join("packs.rs"), list)
}

/// Every `.toml` file below a folder; scenarios are data of the exercise, not tables.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "scenarios") {
                collect(&path, files)?;
            }
        } else if path.extension().is_some_and(|end| end == "toml") {
            files.push(path);
        }
    }
    Ok(())
}
