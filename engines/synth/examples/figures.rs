//! Prints what a seed and size give: figures, layer sizes and their hashes.

fn main() {
    let mut args = std::env::args().skip(1);
    let seed = args.next().and_then(|s| s.parse().ok()).unwrap_or(7);
    let size = args.next().and_then(|s| s.parse().ok()).unwrap_or(synth::Size::Village);
    let county = synth::generate(seed, size);
    println!("{:?}", county.figures);
    for layer in &county.layers {
        let hash = kernel::hash(&layer.bytes).to_string();
        println!("{:12} {:>10} bytes {}", layer.name, layer.bytes.len(), &hash[..16]);
    }
}
