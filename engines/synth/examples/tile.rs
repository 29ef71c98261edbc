//! Writes one tile of a made-up county's base map to standard output: seed, size, z, x, y.
//! With three numbers less, prints how large the tiles of each zoom are and how long they take.

use std::io::Write;

use datasets::Reader;
use datasets::tiles::{MapSource, TileAt};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (seed, size) = (args[0].parse()?, args[1].parse()?);
    let county = synth::generate(seed, size);
    let readers: Result<Vec<Reader>, _> =
        county.layers.iter().map(|l| Reader::open(l.bytes.clone())).collect();
    let source = MapSource::new(readers?);
    if let [_, _, z, x, y] = args.as_slice() {
        std::io::stdout().write_all(&source.tile(z.parse()?, x.parse()?, y.parse()?)?)?;
        return Ok(());
    }
    let extent = source.extent().ok_or("nothing to draw")?;
    for z in 7..=15 {
        let corner = |lon, lat| TileAt::of(z, lon, lat).map(|t| t.zxy());
        let (Some(a), Some(b)) =
            (corner(extent.west, extent.north), corner(extent.east, extent.south))
        else {
            continue;
        };
        let (mut count, mut sum, mut most) = (0usize, 0usize, (0usize, (0, 0, 0)));
        #[allow(clippy::disallowed_methods)]
        let started = std::time::Instant::now();
        for x in a.1..=b.1 {
            for y in a.2..=b.2 {
                let bytes = source.tile(z, x, y)?.len();
                count += usize::from(bytes > 0);
                sum += bytes;
                most = most.max((bytes, (z, x, y)));
            }
        }
        let each_ms = started.elapsed().as_millis() as usize / count.max(1);
        println!(
            "z{z}: {count} tiles, {} bytes each, most {most:?}, {each_ms} ms each",
            sum / count.max(1)
        );
    }
    Ok(())
}
