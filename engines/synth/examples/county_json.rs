//! Prints a made-up place's values, without its layers, as JSON: seed, size.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let county = synth::generate(args[0].parse()?, args[1].parse()?);
    serde_json::to_writer(std::io::stdout(), &county)?;
    Ok(())
}
