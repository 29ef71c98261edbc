//! Measures how many response-level proposals and evaluations with their full explanation one core
//! makes in a second: `cargo run --release -p rules --example evaluations_per_second`.

#![allow(clippy::disallowed_methods, reason = "a measurement needs a clock")]

use std::time::{Duration, Instant};

use rules::{Input, Inputs, Library};

const FOR: Duration = Duration::from_secs(2);

fn per_second(mut once: impl FnMut() -> usize) -> f64 {
    let start = Instant::now();
    let (mut times, mut seen) = (0u32, 0usize);
    while start.elapsed() < FOR {
        for _ in 0..100 {
            seen += once();
        }
        times += 100;
    }
    assert!(seen > 0);
    f64::from(times) / start.elapsed().as_secs_f64()
}

fn main() {
    let start = Instant::now();
    let library = match Library::base() {
        Ok(library) => library,
        Err(faults) => return eprintln!("{faults}"),
    };
    println!(
        "base packs loaded and their cases run in {:.1} ms",
        start.elapsed().as_secs_f64() * 1e3
    );
    let Ok(on) = "2026-07-23".parse() else { return };
    let at = "2026-07-23T02:51:00Z".parse().ok();
    let inputs = Inputs::from([
        ("red_signal_townships".into(), Input::known(5, "alert:0000000000000001", at)),
        ("cut_off_villages".into(), Input::known(3, "roads 2026-07", at)),
        ("moved".into(), Input::known(1_240, "situation:0000000000000002", at)),
        ("dead".into(), Input::unknown("casualty:0000000000000003")),
    ]);
    for id in ["exercise/command/county_flood_response", "cn/command/relief_response"] {
        let proposals = per_second(|| library.propose(id, &inputs, on).map_or(0, |p| p.rows.len()));
        let answers = per_second(|| library.evaluate(id, &inputs, on).map_or(0, |e| e.rows.len()));
        let json = per_second(|| {
            let proposal = library.propose(id, &inputs, on).ok();
            serde_json::to_string(&proposal).map_or(0, |text| text.len())
        });
        println!(
            "{id}: {proposals:.0} proposals/s, {answers:.0} evaluations/s, {json:.0} as JSON/s"
        );
    }
}
