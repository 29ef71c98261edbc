//! Lists the scenarios of `tables/`, so that a new one costs no line of code.

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
    let mut list = String::from("&[\n");
    for pack in sorted(&tables)? {
        let scenarios = pack.join("scenarios");
        if !scenarios.is_dir() {
            continue;
        }
        for file in sorted(&scenarios)? {
            if file.extension().is_none_or(|end| end != "toml") {
                continue;
            }
            let inside = file.strip_prefix(&tables).unwrap_or(&file);
            let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
            let _ = writeln!(list, "    ({:?}, include_str!({file:?})),", parts.join("/"));
        }
    }
    list.push_str("]\n");
    fs::write(out.join("scenarios.rs"), list)
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut all: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<io::Result<_>>()?;
    all.sort();
    Ok(all)
}
