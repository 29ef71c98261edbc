//! Measures the hit test on the made-up case: `cargo run --release -p exposure --example bench`.

use exposure::{Index, Points, bench_case};

#[allow(clippy::disallowed_methods)] // a measurement reads the clock
fn main() {
    let exposure::BenchCase { lon, lat, footprint, .. } = bench_case(7).expect("the case is sound");
    let points = Points { lon: &lon, lat: &lat };
    let (mut build, mut hits, mut by_polygon) = (f64::MAX, f64::MAX, f64::MAX);
    let (mut hit, mut pairs) = (0, 0);
    for _ in 0..9 {
        let start = std::time::Instant::now();
        let index = Index::new(&footprint);
        build = build.min(start.elapsed().as_secs_f64() * 1e3);
        let start = std::time::Instant::now();
        hit = index.hits(points).count();
        hits = hits.min(start.elapsed().as_secs_f64() * 1e3);
        let start = std::time::Instant::now();
        pairs = index.count_by_polygon(points).iter().sum();
        by_polygon = by_polygon.min(start.elapsed().as_secs_f64() * 1e3);
    }
    println!(
        "build {build:.2} ms, hits {hits:.2} ms ({hit}), by polygon {by_polygon:.2} ms ({pairs})"
    );
}
