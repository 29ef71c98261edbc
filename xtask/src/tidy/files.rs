//! Rules on any text file: length, width, unfinished words, traces of one machine.

use std::path::Path;

use super::{Fault, Source};

/// Most lines of a code file. Source: house, page 8.
pub const LINES_MAX: usize = 500;
/// Most columns of a line of code.
pub const COLUMNS_MAX: usize = 100;

const CODE: &[&str] = &["rs", "ts", "svelte", "css", "mjs", "py"];
const TEXT: &[&str] = &["md", "toml", "json", "html", "sh", "txt"];
const SKIPPED: &[&str] = &["target", "node_modules", ".git", "dist", "anlan-data", "shots", "run"];

/// Every code and text file of the checkout.
pub fn read(root: &Path) -> Result<Vec<Source>, String> {
    let mut found = Vec::new();
    walk(root, root, &mut found)?;
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<Source>) -> Result<(), String> {
    let named = |e: std::io::Error| format!("{}: {e}", folder.display());
    for entry in std::fs::read_dir(folder).map_err(named)? {
        let path = entry.map_err(named)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                walk(root, &path, found)?;
            }
            continue;
        }
        let ending = name.rsplit('.').next().unwrap_or_default();
        if !(CODE.contains(&ending) || TEXT.contains(&ending) || name == "Makefile") {
            continue;
        }
        let text =
            std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let relative =
            path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        found.push(Source { path: relative, text });
    }
    Ok(())
}

/// The rules on one file.
pub fn check(source: &Source, faults: &mut Vec<Fault>) {
    let ending = source.path.rsplit('.').next().unwrap_or_default();
    let mut fault = |line, rule, advice: &str| {
        faults.push(Fault { path: source.path.clone(), line, rule, advice: advice.to_owned() });
    };
    if CODE.contains(&ending) {
        let lines = source.text.lines().count();
        if lines > LINES_MAX {
            fault(
                0,
                "long-file",
                &format!("{lines} lines; split it by concern, {LINES_MAX} at most"),
            );
        }
    }
    if source.path.ends_with("package-lock.json") {
        return;
    }
    for (i, line) in source.text.lines().enumerate() {
        if ending == "rs" && line.chars().count() > COLUMNS_MAX {
            fault(i + 1, "wide-line", &format!("break it at {COLUMNS_MAX} columns"));
        }
        if CODE.contains(&ending) && unfinished(line) {
            fault(i + 1, "unfinished", "finish it or take it out");
        }
        if of_one_machine(line) {
            fault(i + 1, "machine-trace", "name no path or host of one machine");
        }
    }
}

fn unfinished(line: &str) -> bool {
    // Written in pieces so that this file does not accuse itself.
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")];
    words.iter().any(|w| line.contains(w))
}

fn of_one_machine(line: &str) -> bool {
    let traces = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/home", "/")];
    traces.iter().any(|t| line.contains(t))
}
