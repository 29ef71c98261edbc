//! The house rules as a test: reads files only, ends in seconds, prints `path:line: rule: what to
//! do`.
//!
//! Exceptions stand in `xtask/tidy-exceptions.txt`, one `rule path` a line; a line that no longer
//! excuses anything is itself a fault, so that the list can only shrink.

mod edges;
mod files;
mod papers;
mod rust;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Path from the root of the checkout, with `/`.
    pub path: String,
    /// Line from 1; 0 for the whole file.
    pub line: usize,
    /// Stable name of the rule.
    pub rule: &'static str,
    /// What to do about it.
    pub advice: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.advice)
    }
}

/// A file of the checkout that the rules read.
pub struct Source {
    /// Path from the root, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// All faults of the checkout, sorted, those excused taken out.
pub fn check(root: &Path) -> Result<Vec<Fault>, String> {
    let sources = files::read(root)?;
    let mut faults = Vec::new();
    edges::check(root, &mut faults)?;
    papers::check(root, &mut faults)?;
    for source in &sources {
        files::check(source, &mut faults);
        if source.path.ends_with(".rs") {
            rust::check(source, &mut faults);
        }
    }
    rust::forgotten(&sources, &mut faults);
    excuse(root, faults)
}

fn excuse(root: &Path, faults: Vec<Fault>) -> Result<Vec<Fault>, String> {
    let list = root.join("xtask/tidy-exceptions.txt");
    let text = std::fs::read_to_string(&list).unwrap_or_default();
    let excused: BTreeSet<(String, String)> = text
        .lines()
        .filter(|l| !l.trim().is_empty() && !l.starts_with('#'))
        .filter_map(|l| l.split_once(' '))
        .map(|(rule, path)| (rule.to_owned(), path.trim().to_owned()))
        .collect();
    let key = |f: &Fault| (f.rule.to_owned(), f.path.clone());
    let used: BTreeSet<_> = faults.iter().map(key).filter(|k| excused.contains(k)).collect();
    let mut left: Vec<Fault> = faults.into_iter().filter(|f| !excused.contains(&key(f))).collect();
    for (rule, path) in excused.difference(&used) {
        left.push(Fault {
            path: "xtask/tidy-exceptions.txt".to_owned(),
            line: 0,
            rule: "stale-exception",
            advice: format!("take out `{rule} {path}`: it excuses nothing any more"),
        });
    }
    left.sort();
    Ok(left)
}

/// Runs the rules and prints what they find; the number of faults.
pub fn run(root: &Path) -> Result<usize, String> {
    let faults = check(root)?;
    for fault in &faults {
        println!("{fault}");
    }
    Ok(faults.len())
}

/// The root of the checkout: the folder above this crate.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
