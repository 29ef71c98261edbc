//! A file made here opens in pyarrow, pandas and DuckDB, and they see the same rows.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use datasets::{Cell, Meta, Reader, Table};

fn buildings() -> Vec<u8> {
    let mut table = Table::of("building").unwrap();
    for i in 0..9_000 {
        let (lon, lat) = (1_080_000_000 + (i % 90) * 9_000, 300_000_000 + (i / 90) * 9_000);
        let ring = [lon, lat, lon + 900, lat, lon + 900, lat + 900, lon, lat];
        let cells = [
            ("lon", Cell::Int(lon)),
            ("lat", Cell::Int(lat)),
            ("name", if i % 2 == 0 { Cell::Text("龙潭小学") } else { Cell::Unknown }),
            ("structure", Cell::Int(1 + i % 6)),
            ("built_year", (i % 3 != 0).then_some(1950 + i % 70).into()),
            ("footprint", if i % 5 == 0 { Cell::Unknown } else { Cell::List(&ring) }),
        ];
        table.push(&format!("B{i:06}"), &cells).unwrap();
    }
    let meta = Meta::new("building", "1", "house test", "2026-07-01", "CC0-1.0").with_seed(7);
    table.finish(&meta).unwrap()
}

fn python() -> PathBuf {
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/pyvenv/bin/python");
    if venv.exists() { venv } else { PathBuf::from("python3") }
}

/// What the script printed; `None`, with a line that says why, where Python lacks a library.
fn seen_elsewhere(bytes: &[u8]) -> Option<serde_json::Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/open_elsewhere.py");
    let started = Command::new(python())
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = started else {
        eprintln!("skipped: no python3 here");
        return None;
    };
    // A script that ends early (a library is missing) closes the pipe; its exit code says so.
    let _ = child.stdin.take().unwrap().write_all(bytes);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(3) {
        eprintln!("{}; pip install pyarrow pandas duckdb into target/pyvenv", said.trim());
        return None;
    }
    assert!(output.status.success(), "{said}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn pandas_and_duckdb_see_the_same_rows() {
    let bytes = buildings();
    let Some(seen) = seen_elsewhere(&bytes) else { return };
    let reader = Reader::open(bytes).unwrap();
    let (mut lon_sum, mut unknown, mut numbers) = (0i64, 0, 0);
    let mut by_structure: BTreeMap<i32, i32> = BTreeMap::new();
    for batch in reader.batches() {
        let batch = batch.unwrap();
        for row in 0..batch.len() {
            lon_sum += i64::from(batch.ints("lon").unwrap().get(row).unwrap());
            unknown += i32::from(batch.ints("built_year").unwrap().get(row).is_none());
            numbers += batch.lists("footprint").unwrap().get(row).map_or(0, <[i32]>::len);
            *by_structure.entry(batch.ints("structure").unwrap().values()[row]).or_default() += 1;
        }
    }
    let first = reader.batch(0).unwrap();
    assert_eq!(seen["rows"], reader.rows());
    assert_eq!(seen["batches"], reader.batch_count());
    assert_eq!(seen["lon_sum"], lon_sum);
    assert_eq!(seen["year_unknown"], unknown);
    assert_eq!(seen["footprint_numbers"], numbers);
    assert_eq!(seen["first_id"], first.texts("id").unwrap().get(0).unwrap());
    assert_eq!(seen["first_name"], "龙潭小学");
    assert_eq!(seen["unit_of_lon"], "1e-7 degree");
    assert_eq!(seen["about"]["anlan.seed"], "7");
    assert_eq!(seen["about"]["anlan.crs"], "EPSG:4490");
    let expected: Vec<[i32; 2]> = by_structure.into_iter().map(|(s, n)| [s, n]).collect();
    assert_eq!(seen["by_structure"], serde_json::json!(expected));
}
