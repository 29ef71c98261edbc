//! Holds the checker to the independent one of the bench folder: verdict, codes, places, figures.
//!
//! Runs where `../shared` lies beside the checkout (or `ANLAN_SHARED` names it) and `python3` is at
//! hand; elsewhere it says so and ends. `oracle.py` prints the cases.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use plancheck::Curve;
use serde_json::Value;

const CASES: &str = "6";

fn peers() -> Option<PathBuf> {
    let beside =
        || Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).map(|p| p.join("shared"));
    let shared = std::env::var_os("ANLAN_SHARED").map(PathBuf::from).or_else(beside)?;
    let peers = shared.join("bench/peers");
    peers.join("check_plan.py").is_file().then_some(peers)
}

fn outside_verdicts() -> Option<String> {
    let Some(peers) = peers() else {
        println!("skipped: no ../shared/bench/peers beside the checkout and no ANLAN_SHARED");
        return None;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle.py");
    let run = Command::new("python3").arg(script).arg(peers).arg(CASES).output();
    let Ok(run) = run else {
        println!("skipped: python3 cannot be run");
        return None;
    };
    assert!(run.status.success(), "oracle.py: {}", String::from_utf8_lossy(&run.stderr));
    Some(String::from_utf8(run.stdout).expect("JSON lines are UTF-8"))
}

#[test]
fn agrees_with_the_outside_checker_on_every_case() {
    let Some(lines) = outside_verdicts() else { return };
    let (mut problem, mut judged) = (String::new(), 0);
    let mut codes = BTreeSet::new();
    for line in lines.lines() {
        let case: Value = serde_json::from_str(line).expect("a JSON line");
        if let Some(name) = case.get("curve").and_then(Value::as_str) {
            assert_eq!(Curve::table(name), case["rows"].as_str(), "{name}");
            let beyond = Curve::named(name).expect("a curve").cents(96 * 60 + 1234);
            assert_eq!(Some(beyond as i64), case["beyond_1234"].as_i64(), "{name}");
            continue;
        }
        let name = case["name"].as_str().expect("a name");
        if !case["problem"].is_null() {
            problem = case["problem"].to_string();
        }
        let previous = (!case["previous"].is_null()).then(|| case["previous"].to_string());
        let report =
            plancheck::check_text(&problem, &case["plan"].to_string(), previous.as_deref());
        let found: Vec<Value> = report
            .violations
            .iter()
            .map(|v| serde_json::json!([v.code.text(), v.at.to_string()]))
            .collect();
        assert_eq!(Value::Array(found), case["errors"], "{name}: {:?}", report.unreadable);
        assert_eq!(report.accepted, case["errors"] == serde_json::json!([]), "{name}");
        let metrics = serde_json::to_value(&report.metrics).expect("figures are JSON");
        assert_eq!(metrics, case["metrics"], "{name}");
        codes.extend(report.violations.iter().map(|v| v.code));
        judged += 1;
    }
    println!("{judged} cases judged alike, {} codes seen", codes.len());
    let missing: Vec<_> = plancheck::Code::ALL.iter().filter(|c| !codes.contains(c)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
    assert!(judged > 700, "only {judged} cases");
}
