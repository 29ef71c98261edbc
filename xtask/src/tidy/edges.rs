//! Who may import whom: the one table of rooms, compared with every `Cargo.toml`.
//!
//! A new edge between rooms is one visible line here. This table is the architecture.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Fault;

/// Room → rooms it may import. Source: house, page 1.
pub const ALLOWED: &[(&str, &[&str])] = &[
    ("engines/kernel", &[]),
    ("engines/ledger", &["kernel"]),
    ("engines/sync", &["kernel", "ledger"]),
    ("engines/rules", &["kernel"]),
    ("engines/roads", &["kernel", "datasets"]),
    ("engines/logistics", &["kernel"]),
    ("engines/exposure", &["kernel", "datasets"]),
    ("engines/interchange", &["kernel"]),
    ("engines/datasets", &["kernel"]),
    ("engines/synth", &["kernel", "datasets"]),
    ("engines/plancheck", &[]),
    ("contexts/directory", CONTEXT),
    ("contexts/prevention", CONTEXT),
    ("contexts/survey", CONTEXT),
    ("contexts/warning", CONTEXT),
    ("contexts/command", CONTEXT),
    ("contexts/forces", CONTEXT),
    ("contexts/relief", CONTEXT),
    ("contexts/accountability", CONTEXT),
    ("program/store", &["kernel", "ledger"]),
    ("program/carriers", &["kernel", "sync"]),
    ("program/formats", &["kernel", "datasets", "interchange"]),
    ("program/papers", &["kernel", "datasets", "interchange"]),
    ("program/node", NODE),
    ("program/anlan", ANY),
    ("xtask", ANY),
];

const CONTEXT: &[&str] = &["kernel", "ledger", "rules", "interchange"];
const NODE: &[&str] = &[
    "kernel",
    "ledger",
    "sync",
    "rules",
    "roads",
    "logistics",
    "exposure",
    "interchange",
    "datasets",
    "synth",
    "plancheck",
    "directory",
    "prevention",
    "survey",
    "warning",
    "command",
    "forces",
    "relief",
    "accountability",
];
const ANY: &[&str] = &["*"];

/// Crates that engines and contexts never import: I/O, async runtimes, chance.
const NOT_BELOW_PROGRAM: &[&str] =
    &["tokio", "axum", "rusqlite", "getrandom", "rand", "memmap2", "reqwest", "hyper"];

/// Compares the table with the manifests.
pub fn check(root: &Path, faults: &mut Vec<Fault>) -> Result<(), String> {
    let rooms = rooms(root)?;
    let ours: BTreeSet<String> =
        rooms.keys().map(|room| room.rsplit('/').next().unwrap_or(room).to_owned()).collect();
    let table: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    for (room, imports) in &rooms {
        let path = format!("{room}/Cargo.toml");
        let mut fault = |rule, advice: String| {
            faults.push(Fault { path: path.clone(), line: 0, rule, advice });
        };
        let Some(allowed) = table.get(room.as_str()) else {
            fault("unknown-room", "give the room a row in xtask/src/tidy/edges.rs".to_owned());
            continue;
        };
        for import in imports {
            let any = allowed.contains(&"*");
            if ours.contains(import) && !any && !allowed.contains(&import.as_str()) {
                fault("edge", format!("{room} may not import {import}; see ARCHITECTURE.md"));
            }
            let below = room.starts_with("engines/") || room.starts_with("contexts/");
            if below && NOT_BELOW_PROGRAM.contains(&import.as_str()) {
                fault("edge", format!("{import} belongs in program/, not in {room}"));
            }
        }
    }
    Ok(())
}

/// Every crate of the workspace with the names in its `[dependencies]`.
pub fn rooms(root: &Path) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
    let mut rooms = BTreeMap::new();
    for floor in ["engines", "contexts", "program"] {
        let Ok(entries) = std::fs::read_dir(root.join(floor)) else { continue };
        for entry in entries.flatten() {
            let manifest = entry.path().join("Cargo.toml");
            if manifest.exists() {
                let name = format!("{floor}/{}", entry.file_name().to_string_lossy());
                rooms.insert(name, imports(&manifest)?);
            }
        }
    }
    rooms.insert("xtask".to_owned(), imports(&root.join("xtask/Cargo.toml"))?);
    Ok(rooms)
}

fn imports(manifest: &Path) -> Result<BTreeSet<String>, String> {
    let named = |e: &dyn std::fmt::Display| format!("{}: {e}", manifest.display());
    let text = std::fs::read_to_string(manifest).map_err(|e| named(&e))?;
    let table: toml::Table = text.parse().map_err(|e| named(&e))?;
    let dependencies = table.get("dependencies").and_then(toml::Value::as_table);
    Ok(dependencies.map(|d| d.keys().cloned().collect()).unwrap_or_default())
}
