//! Prints where a scenario file stands at its decision and at its end: file, size, seeds.

use std::io::Read;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut text = String::new();
    std::fs::OpenOptions::new().read(true).open(&args[0])?.read_to_string(&mut text)?;
    let size: synth::Size = args[1].parse()?;
    for seed in &args[2..] {
        let county = synth::generate(seed.parse()?, size);
        match synth::scenario::resolve(&county, &text) {
            Ok(scenario) => {
                for (when, at_s) in [("decision", scenario.decision_at_s), ("end", i64::MAX)] {
                    let now = scenario.standing(&county, at_s);
                    let cut: Vec<String> =
                        now.villages_cut_off.iter().map(ToString::to_string).collect();
                    println!(
                        "seed {seed} {when}: red {} silent {} moved {:?} casualties {} cut {}",
                        now.red_townships,
                        now.silent_townships,
                        now.moved,
                        now.casualties_known,
                        cut.join(" ")
                    );
                }
            }
            Err(error) => println!("seed {seed}: {error}"),
        }
    }
    Ok(())
}
