//! Golden vectors: `vectors/*.json` is what these make, byte for byte, and `vectors/check.py`,
//! which shares no code with this, agrees with every line of it.
//!
//! `ANLAN_WRITE_VECTORS=1 cargo test -p ledger --test vectors` writes the files again; a change of
//! them is a change of the format. The Python check needs `vectors/requirements.txt`.

mod golden;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_path_buf()
}

/// One entry a line, so that a difference names its entry.
fn text(entries: &[(&str, Vec<Json>)]) -> String {
    let mut out = String::from("{\n");
    for (i, (name, lines)) in entries.iter().enumerate() {
        let lines: Vec<String> = lines.iter().map(Json::to_string).collect();
        let comma = if i + 1 < entries.len() { "," } else { "" };
        out.push_str(&format!("\"{name}\": [\n{}\n]{comma}\n", lines.join(",\n")));
    }
    out.push_str("}\n");
    out
}

#[test]
fn golden_vectors_are_what_this_program_makes() {
    let files = [
        ("op.json", text(&golden::ops())),
        ("refused.json", text(&golden::refused())),
        ("crypt.json", text(&golden::crypt())),
        ("sentinel.json", text(&golden::sentinel())),
        ("cert.json", text(&golden::certs())),
    ];
    for (name, made) in files {
        let path = root().join("vectors").join(name);
        if std::env::var_os("ANLAN_WRITE_VECTORS").is_some() {
            write(&path, &made);
        }
        let held = std::fs::read_to_string(&path).unwrap();
        for (number, (held, made)) in held.lines().zip(made.lines()).enumerate() {
            assert_eq!(held, made, "{name} line {}", number + 1);
        }
        assert_eq!(held.len(), made.len(), "{name} has lines missing or to spare");
    }
}

#[allow(clippy::disallowed_methods, reason = "only when asked to write the vectors")]
fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

#[test]
fn golden_vectors_agree_with_the_independent_check() {
    let check = root().join("vectors/check.py");
    let venv = root().join("target/venv/bin/python3");
    let python = if venv.exists() { venv } else { PathBuf::from("python3") };
    let has = Command::new(&python).args(["-c", "import blake3, cryptography, zstandard"]).output();
    if !has.is_ok_and(|out| out.status.success()) {
        println!("skipped: no python3 with vectors/requirements.txt (make python)");
        return;
    }
    let out = Command::new(&python).arg(check).output().unwrap();
    let told = String::from_utf8_lossy(&out.stdout);
    let failed = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{told}{failed}");
    println!("{told}");
}

/// The table of type codes in the format page.
fn codes() -> String {
    let number = |n: Option<u8>| n.map_or("–".to_owned(), |n| n.to_string());
    let mut out = String::from("| code | name | topic | lane |\n| --- | --- | --- | --- |\n");
    for code in ledger::op::CODES {
        let (topic, lane) = (code.topic.map(|t| t as u8), code.lane.map(|l| l as u8));
        let (topic, lane) = (number(topic), number(lane));
        out.push_str(&format!("| {} | {} | {topic} | {lane} |\n", code.number, code.name));
    }
    out
}

#[test]
fn the_format_page_lists_every_code() {
    let path = root().join("docs/formats/ledger.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let mark =
        "<!-- generated from the constants by the test `the_format_page_lists_every_code` -->\n";
    let (before, table) = page.split_once(mark).expect("the mark before the table");
    if std::env::var_os("ANLAN_WRITE_VECTORS").is_some() {
        write(&path, &format!("{before}{mark}{}", codes()));
        return;
    }
    assert_eq!(table, codes(), "run `make vectors`");
}
