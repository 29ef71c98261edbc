//! Rules on Rust files: a module says what it is, functions stay short, words live in message
//! files, no file is forgotten.

use std::collections::BTreeSet;

use super::{Fault, Source};

/// Most lines of a function. Source: house, page 8.
pub const FUNCTION_MAX: usize = 70;
/// Most lines of an HTTP handler: it parses, calls one use case, writes.
pub const HANDLER_MAX: usize = 25;

/// The rules on one file.
pub fn check(source: &Source, faults: &mut Vec<Fault>) {
    let mut fault = |line, rule, advice: String| {
        faults.push(Fault { path: source.path.clone(), line, rule, advice });
    };
    let test_file = is_test(&source.path);
    if !test_file && !source.text.trim_start().starts_with("//!") {
        fault(
            1,
            "no-module-doc",
            "open with `//!`: what it is, why, what it does not do".to_owned(),
        );
    }
    let of_http = source.path.starts_with("program/anlan/src/http/");
    let mut in_tests = test_file;
    let mut open: Option<(usize, usize, String, usize)> = None;
    for (i, line) in source.text.lines().enumerate() {
        if line.trim_start().starts_with("#[cfg(test)]") {
            in_tests = true;
        }
        let code = without_comment(line);
        if !in_tests && code.contains('"') && code.chars().any(is_han) {
            let advice = "words for people live in labels.toml, words/ or tables/".to_owned();
            fault(i + 1, "words-in-code", advice);
        }
        let indent = line.len() - line.trim_start().len();
        if let Some((start, depth, name, most)) = &open {
            let ends = indent == *depth && line.trim_start().starts_with('}');
            if ends {
                let lines = i + 1 - start;
                if lines > *most && !in_tests {
                    let advice = format!("`{name}` has {lines} lines; {most} at most");
                    fault(start + 1, "long-function", advice);
                }
                open = None;
            }
        } else if let Some(name) = function_name(code)
            && !code.trim_end().ends_with([';', '}'])
        {
            let handler = of_http && code.trim_start().starts_with("pub async fn");
            open = Some((i, indent, name, if handler { HANDLER_MAX } else { FUNCTION_MAX }));
        }
    }
}

fn is_test(path: &str) -> bool {
    path.ends_with("tests.rs") || path.contains("/tests/") || path.contains("/examples/")
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c) || ('\u{3400}'..='\u{4dbf}').contains(&c)
}

fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with("//") { "" } else { line }
}

fn function_name(code: &str) -> Option<String> {
    let trimmed = code.trim_start();
    let words = ["pub ", "pub(crate) ", "pub(super) ", "const ", "async ", "extern \"C\" "];
    let mut rest = trimmed;
    while let Some(word) = words.iter().find(|w| rest.starts_with(**w)) {
        rest = &rest[word.len()..];
    }
    let rest = rest.strip_prefix("fn ")?;
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    Some(rest[..end].to_owned())
}

/// Every `src/**/x.rs` is named by a `mod x` of its folder's module file.
pub fn forgotten(sources: &[Source], faults: &mut Vec<Fault>) {
    let declared: BTreeSet<(String, String)> = sources
        .iter()
        .filter(|s| s.path.ends_with(".rs"))
        .flat_map(|s| {
            let folder = module_folder(&s.path);
            s.text.lines().filter_map(move |l| Some((folder.clone(), module_name(l)?)))
        })
        .collect();
    for source in sources.iter().filter(|s| s.path.ends_with(".rs") && s.path.contains("/src/")) {
        let (folder, file) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
        let stem = file.trim_end_matches(".rs");
        if matches!(stem, "lib" | "main") || folder.ends_with("/bin") {
            continue;
        }
        let (parent, name) = match stem {
            "mod" => folder.rsplit_once('/').unwrap_or(("", folder)),
            other => (folder, other),
        };
        if !declared.contains(&(parent.to_owned(), name.to_owned())) {
            faults.push(Fault {
                path: source.path.clone(),
                line: 0,
                rule: "forgotten-file",
                advice: format!("no `mod {name}` names it: use it or delete it"),
            });
        }
    }
}

fn module_folder(path: &str) -> String {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    match file {
        "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
        other => format!("{folder}/{}", other.trim_end_matches(".rs")),
    }
}

fn module_name(line: &str) -> Option<String> {
    let mut rest = line.trim();
    for word in ["pub ", "pub(crate) ", "pub(super) "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let name = rest.strip_prefix("mod ")?.trim_end_matches(['{', ' ', ';']);
    name.chars().all(|c| c.is_alphanumeric() || c == '_').then(|| name.to_owned())
}
