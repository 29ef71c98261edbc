//! Holds the search to exact answers on a real road graph of 76,595 nodes.
//!
//! Runs where `../shared/data/roads` lies beside the checkout (or `ANLAN_SHARED` names `shared`)
//! and `tar` can unpack it; elsewhere it says so and ends.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use kernel::{EntityId, UnixSeconds};
use roads::{
    Carrier, Class, Graph, GraphBuilder, Metric, Overlay, Policy, Profile, RoadRow, Snap, Towards,
    sweep,
};

const QUERIES: usize = 60;

fn archive() -> Option<PathBuf> {
    let beside =
        || Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).map(|p| p.join("shared"));
    let shared = std::env::var_os("ANLAN_SHARED").map(PathBuf::from).or_else(beside)?;
    let file = shared.join("data/roads/luxembourg-graph.tar.xz");
    file.is_file().then_some(file)
}

fn array(archive: &Path, name: &str) -> Option<Vec<u32>> {
    let out = Command::new("tar")
        .arg("xJOf")
        .arg(archive)
        .arg(format!("luxembourg/{name}"))
        .output()
        .ok()
        .filter(|out| out.status.success())?;
    let word = |b: &[u8]| u32::from_le_bytes([b[0], b[1], b[2], b[3]]);
    Some(out.stdout.chunks_exact(4).map(word).collect())
}

/// At 36 km/h a road of ten millimetres takes a millisecond.
const PROFILE: Profile = Profile { speed_max_km_h: 36, ..Profile::BOAT };

/// A graph whose weights are the file's times `scale`: a road never takes no time here, so a few
/// arcs of length 0 must stay below one unit.
fn graph(first: &[u32], head: &[u32], weights: &[u32], at: &[(i32, i32)], scale: u32) -> Graph {
    let mut builder = GraphBuilder::new();
    for tail in 0..first.len() - 1 {
        for arc in first[tail] as usize..first[tail + 1] as usize {
            let (a, b) = (at[tail], at[head[arc] as usize]);
            builder
                .push(&RoadRow {
                    id: EntityId::from_code("luxembourg", &arc.to_string()),
                    from_node: tail as i64,
                    to_node: i64::from(head[arc]),
                    line: &[a.0, a.1, b.0, b.1],
                    class: Class::Water,
                    carrier: Carrier::Ground,
                    oneway: true,
                    length_mm: weights[arc] * scale * 10,
                    rise_m: None,
                    fall_m: None,
                    width_cm: None,
                    height_cm: None,
                    load_kg: None,
                    speed_km_h: None,
                })
                .expect("a row");
        }
    }
    builder.build().expect("a graph")
}

#[test]
fn every_sampled_query_is_exact() {
    let Some(archive) = archive() else {
        println!("skipped: no ../shared/data/roads beside the checkout and no ANLAN_SHARED");
        return;
    };
    let read = |name: &str| array(&archive, name);
    let Some(first) = read("first_out") else {
        println!("skipped: tar cannot unpack luxembourg-graph.tar.xz");
        return;
    };
    let read = |name: &str| read(name).expect("an array of the archive");
    let degrees = |name: &str| -> Vec<i32> {
        read(name).iter().map(|bits| (f64::from(f32::from_bits(*bits)) * 1e7) as i32).collect()
    };
    let at: Vec<(i32, i32)> = degrees("longitude").into_iter().zip(degrees("latitude")).collect();
    let (head, from, to) = (read("head"), read("source_node"), read("target_node"));
    for (name, scale) in [("travel_time", 16), ("geo_distance", 256)] {
        let answers = read(&format!("query_reference_{name}_length"));
        let graph = graph(&first, &head, &read(name), &at, scale);
        let overlay = Overlay::at(&graph, &[], &BTreeMap::new(), UnixSeconds(0));
        let metric = Metric::full(&overlay, &PROFILE, Policy::Sure);
        for query in (0..answers.len()).step_by(answers.len() / QUERIES) {
            let node = |id: u32| graph.node(i64::from(id)).expect("a node");
            let (from, to) = (node(from[query]), node(to[query]));
            let ours = sweep(&metric, &[Snap::Node(from)], Towards::All).node_ms(to);
            let ours = if ours == roads::INF_MS { ours } else { ours / scale };
            assert_eq!(ours, answers[query], "{name}, query {query}");
        }
    }
    println!("{} queries exact", 2 * QUERIES);
}
