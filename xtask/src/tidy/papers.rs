//! Rules on papers: each outside crate has its reason, the papers that must be there are there.

use std::path::Path;

use super::Fault;

const PAPERS: &[&str] =
    &["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "Makefile"];
const REASONS: &str = "docs/decisions/0001-dependencies.md";

/// Papers exist; every outside crate and web package has a row in the page of reasons.
pub fn check(root: &Path, faults: &mut Vec<Fault>) -> Result<(), String> {
    for paper in PAPERS {
        if !root.join(paper).exists() {
            let advice = "write it; it must stay true at every commit".to_owned();
            faults.push(Fault {
                path: (*paper).to_owned(),
                line: 0,
                rule: "missing-paper",
                advice,
            });
        }
    }
    let reasons = std::fs::read_to_string(root.join(REASONS)).unwrap_or_default();
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).map_err(|e| e.to_string())?;
    let table: toml::Table = manifest.parse().map_err(|e| format!("Cargo.toml: {e}"))?;
    let crates = table
        .get("workspace")
        .and_then(|w| w.get("dependencies"))
        .and_then(toml::Value::as_table)
        .into_iter()
        .flatten()
        .filter(|(_, spec)| spec.get("path").is_none())
        .map(|(name, _)| name.clone());
    let mut names: Vec<(String, String)> = crates.map(|n| ("Cargo.toml".to_owned(), n)).collect();
    if let Ok(text) = std::fs::read_to_string(root.join("web/package.json")) {
        let json: serde_json::Value =
            serde_json::from_str(&text).map_err(|e| format!("web/package.json: {e}"))?;
        for part in ["dependencies", "devDependencies"] {
            let packages = json.get(part).and_then(serde_json::Value::as_object);
            let named = packages.into_iter().flatten().map(|(n, _)| n.clone());
            names.extend(named.map(|n| ("web/package.json".to_owned(), n)));
        }
    }
    for (path, name) in names {
        if !reasons.contains(&format!("`{name}`")) {
            let advice = format!("give `{name}` its reason in {REASONS}");
            faults.push(Fault { path, line: 0, rule: "no-reason", advice });
        }
    }
    Ok(())
}
