//! 200,000 points in 50 polygons of 1,000 vertices, and the same files by GeoPandas where it is.

use exposure::{BenchCase, Index, Points, bench_case};
use serde_json::{Value as Json, json};

use super::{median, peer, round, timed};
use crate::cli::scratch::Scratch;
use crate::cli::{Failure, Printer};

const RUNS: usize = 5;
const SEED: u64 = 7;

/// Measures.
pub fn measure(printer: &Printer) -> Result<Json, Failure> {
    let case = bench_case(SEED).map_err(|e| Failure::fault("panic").with("why", e))?;
    let points = Points { lon: &case.lon, lat: &case.lat };
    // What a question costs: the index over the polygons is built each time.
    let (hit, took) = timed(RUNS, || Index::new(&case.footprint).hits(points).count());
    let by_polygon = || Index::new(&case.footprint).count_by_polygon(points);
    let (counts, took_by_polygon) = timed(RUNS, by_polygon);
    let counts = counts.unwrap_or_default();
    let own = median(&took).unwrap_or_default();
    let peer = geopandas(&case, &counts, own, printer)?;
    Ok(json!({
        "points": case.lon.len(), "polygons": case.rings.len(),
        "vertices_each": case.rings.first().map(Vec::len), "seed": SEED,
        "hits_ms": round(own), "hits_ms_all": took.iter().map(|t| round(*t)).collect::<Vec<_>>(),
        "by_polygon_ms": median(&took_by_polygon).map(round), "hit": hit,
        "pairs": counts.iter().sum::<u64>(), "threads": super::cores(),
        "peer": peer,
    }))
}

/// GeoPandas' `sjoin` on the same points and rings, written to files for it.
fn geopandas(
    case: &BenchCase,
    counts: &[u64],
    own_ms: f64,
    printer: &Printer,
) -> Result<Json, Failure> {
    let name = "GeoPandas sjoin";
    let Some(python) = peer::python_with("geopandas") else {
        let why = printer.words("progress.no-geopandas", &[]);
        printer.say("no-geopandas", &[]);
        return Ok(json!({"name": name, "measured": false, "why": why}));
    };
    let scratch = Scratch::empty()?;
    let pairs = case.lon.iter().zip(&case.lat);
    let points: Vec<u8> =
        pairs.flat_map(|(x, y)| [x.to_le_bytes(), y.to_le_bytes()].concat()).collect();
    let rings: Vec<Vec<[i32; 2]>> =
        case.rings.iter().map(|r| r.iter().map(|p| [p.lon_e7, p.lat_e7]).collect()).collect();
    let put = |name: &str, bytes: &[u8]| {
        let path = scratch.dir().join(name);
        let failed = |e| Failure::fault("scratch").with("dir", path.display()).with("why", e);
        std::fs::write(&path, bytes).map_err(failed)
    };
    put("points.bin", &points)?;
    put("rings.json", json!(rings).to_string().as_bytes())?;
    put("peer.py", include_bytes!("geopandas.py"))?;
    let output =
        std::process::Command::new(&python).arg("peer.py").current_dir(scratch.dir()).output();
    let failed = |why: String| Failure::fault("child").with("why", format!("{name}: {why}"));
    let output = output.map_err(|e| failed(e.to_string()))?;
    let answer = serde_json::from_slice::<Json>(&output.stdout);
    let mut answer = answer.map_err(|_| failed(peer::last_line(&output.stderr)))?;
    let theirs: Vec<u64> =
        answer["counts"].as_array().into_iter().flatten().filter_map(Json::as_u64).collect();
    let same = theirs.iter().zip(counts).filter(|(a, b)| a == b).count();
    let all = theirs.len().max(counts.len());
    let their_ms = answer["ms"].as_f64();
    if let Some(map) = answer.as_object_mut() {
        map.remove("counts");
    }
    answer["name"] = json!(name);
    answer["measured"] = json!(true);
    answer["polygons_that_differ"] = json!(all - same);
    answer["times_slower"] = json!(their_ms.filter(|_| own_ms > 0.0).map(|t| round(t / own_ms)));
    Ok(answer)
}
