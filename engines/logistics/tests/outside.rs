//! Holds the planner to the outside greedy rule, stop by stop, and its plans to both checkers.
//!
//! Runs where `../shared` lies beside the checkout (or `ANLAN_SHARED` names it) and `python3` is at
//! hand; elsewhere it says so and ends. `outside.py` is the bridge.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use logistics::{Plan, Problem};
use serde_json::{Value, json};

fn peers() -> Option<PathBuf> {
    let beside =
        || Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).map(|p| p.join("shared"));
    let shared = std::env::var_os("ANLAN_SHARED").map(PathBuf::from).or_else(beside)?;
    let peers = shared.join("bench/peers");
    peers.join("make_case.py").is_file().then_some(peers)
}

fn outside(what: &str, lines: &[String]) -> Option<Vec<Value>> {
    let Some(peers) = peers() else {
        println!("skipped: no ../shared/bench/peers beside the checkout and no ANLAN_SHARED");
        return None;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outside.py");
    let run = Command::new("python3")
        .arg(script)
        .arg(peers)
        .arg(what)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut run) = run else {
        println!("skipped: python3 cannot be run");
        return None;
    };
    let mut input = run.stdin.take().expect("a pipe");
    let text = lines.join("\n") + "\n";
    let writer = std::thread::Builder::new()
        .spawn(move || input.write_all(text.as_bytes()).expect("the script reads its input"))
        .expect("a thread");
    let output = run.wait_with_output().expect("the script ends");
    writer.join().expect("all was written");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("JSON lines are UTF-8");
    Some(text.lines().map(|l| serde_json::from_str(l).expect("a JSON line")).collect())
}

fn cases() -> Option<Vec<(Problem, Plan)>> {
    let read = |case: Value| {
        let problem = serde_json::from_value(case["problem"].clone()).expect("a problem");
        (problem, serde_json::from_value(case["plan"].clone()).expect("a plan"))
    };
    Some(outside("greedy", &[])?.into_iter().map(read).collect())
}

#[test]
fn gives_the_outside_greedy_plan_stop_by_stop() {
    let Some(cases) = cases() else { return };
    let mut stops = 0;
    for (problem, theirs) in &cases {
        let ours = logistics::plan(problem).expect("a plan");
        assert_eq!(ours.plan.unserved, theirs.unserved, "{}", problem.name);
        for (mine, their) in ours.plan.routes.iter().zip(&theirs.routes) {
            assert_eq!(mine, their, "{}", problem.name);
            stops += mine.stops.len();
        }
        assert_eq!(&ours.plan, theirs, "{}", problem.name);
        let verdict = plancheck::check_text(&problem.to_json(), &ours.plan.to_json(), None);
        assert!(verdict.accepted, "{}: {:?}", problem.name, verdict.violations.first());
        for why in &ours.why {
            assert_eq!(why.binds.is_none(), why.packs_brought == why.packs_needed, "{why:?}");
            let served: i64 = why.served.iter().map(|s| s.packs).sum();
            assert_eq!(served, why.packs_brought, "{why:?}");
        }
    }
    println!("{} cases, {stops} stops equal", cases.len());
    assert!(stops > 1000);
}

/// Changed worlds, from a small generator of whole numbers.
fn changed(problem: &Problem, plan: &Plan, turn: u64) -> Vec<(&'static str, Problem)> {
    let mut state = turn.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    };
    let mut out = vec![("nothing", problem.clone())];
    let route = &plan.routes[next(plan.routes.len())];
    let hand_outs: Vec<_> =
        route.stops.iter().filter(|s| !s.unload.is_empty()).map(|s| s.place.clone()).collect();
    let place = hand_outs[next(hand_outs.len())].clone();
    let at = problem.places.iter().position(|p| p.id == place).expect("a place");
    let mut closed = problem.clone();
    let matrix = closed.matrices.get_mut("truck").expect("trucks");
    matrix[at].iter_mut().for_each(|way| *way = None);
    matrix.iter_mut().for_each(|row| row[at] = None);
    out.push(("a village is cut off from trucks", closed));
    let mut slow = problem.clone();
    for matrix in slow.matrices.values_mut() {
        for row in matrix.iter_mut() {
            row[at] = row[at].map(|s| s * 3);
        }
    }
    out.push(("ways to a village are slow", slow));
    let mut less = problem.clone();
    for lot in less.places.iter_mut().flat_map(|p| &mut p.lots) {
        lot.packs = lot.packs * 3 / 4;
    }
    out.push(("a quarter of all stock is gone", less));
    let mut fewer = problem.clone();
    fewer.vehicles.retain(|v| v.id != route.vehicle);
    out.push(("a vehicle is lost", fewer));
    let mut other = problem.clone();
    for (at, need) in other.needs.iter_mut().enumerate().filter(|(at, _)| at % 5 == 0) {
        need.packs = if at % 2 == 0 { need.packs * 2 } else { (need.packs / 2).max(1) };
    }
    other.needs.remove(next(problem.needs.len()));
    out.push(("needs are counted again, one is withdrawn", other));
    let mut late = problem.clone();
    for place in &mut late.places {
        place.max_class = place.max_class.map(|c| c.min(3));
    }
    out.push(("roads take no large trucks", late));
    let mut more = problem.clone();
    for lot in more.places.iter_mut().flat_map(|p| &mut p.lots) {
        lot.packs *= 2;
    }
    out.push(("stock arrives", more));
    out
}

#[test]
fn a_new_plan_passes_both_checkers_and_changes_little() {
    let Some(cases) = cases() else { return };
    let (mut lines, mut names) = (Vec::new(), Vec::new());
    for (turn, (problem, plan)) in cases.iter().enumerate() {
        let (mut old, mut last) = (problem.clone(), plan.clone());
        for (name, new) in changed(problem, plan, turn as u64 + 1) {
            // One change after the other, each from the plan before.
            let chained = logistics::replan(&new, &old, &last, 0).expect("a plan");
            let (to, from) = (chained.plan.to_json(), last.to_json());
            let verdict = plancheck::check_text(&new.to_json(), &to, Some(&from));
            assert!(verdict.accepted, "{name} in a chain: {:?}", verdict.violations.first());
            (old, last) = (new.clone(), chained.plan);
            let again = logistics::replan(&new, problem, plan, 0).expect("a plan");
            assert_eq!(again, logistics::replan(&new, problem, plan, 0).expect("a plan"));
            if name == "nothing" {
                assert_eq!(again.plan, *plan, "{}", problem.name);
            }
            let later = logistics::replan(&new, problem, plan, 30_000).expect("a plan");
            let (new, next) = (new.to_json(), again.plan.to_json());
            let verdict = plancheck::check_text(&new, &later.plan.to_json(), Some(&plan.to_json()));
            assert!(verdict.accepted, "{name} later: {:?}", verdict.violations.first());
            let name = format!("{}: {name}", problem.name);
            let verdict = plancheck::check_text(&new, &next, Some(&plan.to_json()));
            assert!(verdict.accepted, "{name}: {:?}", verdict.violations.first());
            let counts = verdict.metrics.expect("figures").changes.expect("counted");
            println!("{name}: {counts:?}, kept {}", again.diff.kept);
            let read = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
            let line = json!({"problem": read(&new), "plan": read(&next), "previous": plan});
            lines.push(line.to_string());
            names.push(name);
        }
    }
    let Some(verdicts) = outside("check", &lines) else { return };
    assert_eq!(verdicts.len(), names.len());
    for (verdict, name) in verdicts.iter().zip(&names) {
        assert_eq!(verdict["errors"], json!([]), "{name}");
    }
}
