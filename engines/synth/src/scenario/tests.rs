//! Each scenario stands where its page says, in every county.

use std::io::Read;

use super::*;
use crate::{Size, generate};

fn text(name: &str) -> String {
    let path = format!("{}/../../tables/exercise/scenarios/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    let mut file = std::fs::OpenOptions::new().read(true).open(path).expect("the scenario");
    file.read_to_string(&mut text).unwrap();
    text
}

fn reports(scenario: &Scenario, until_s: i64) -> usize {
    let is_report = |i: &&Inject| matches!(i.what, InjectKind::RoadReport { .. });
    scenario.injects.iter().filter(|i| i.at_s <= until_s).filter(is_report).count()
}

#[test]
fn typhoon_rain_stands_at_the_moment_of_decision_in_several_counties() {
    let file = text("typhoon-rain.toml");
    for seed in [1, 7, 42] {
        let county = generate(seed, Size::County);
        let scenario = resolve(&county, &file).unwrap();
        let standing = scenario.standing(&county, scenario.decision_at_s);
        assert_eq!(standing.red_townships, 5, "seed {seed}");
        assert_eq!(standing.villages_cut_off.len(), 3, "seed {seed}");
        assert_eq!(standing.moved, Some(1_240), "seed {seed}");
        assert!(!standing.casualties_known, "seed {seed}");
        assert_eq!(standing.silent_townships, 2, "seed {seed}");
        figures_agree(&scenario, &county);
        later_injects(&scenario, &county);
    }
}

/// Figures of townships add up to the county's, and say the villages that the graph says.
fn figures_agree(scenario: &Scenario, county: &County) {
    let (mut moved, mut cut) = (0, 0);
    for inject in scenario.injects.iter().filter(|i| i.at_s <= scenario.decision_at_s) {
        if let InjectKind::Situation { place, moved: m, villages_cut_off, .. } = &inject.what {
            if *place == county.place {
                assert_eq!(*villages_cut_off, Some(3));
            } else {
                moved += m.unwrap();
                cut += villages_cut_off.unwrap();
            }
        }
    }
    assert_eq!((moved, cut), (1_240, 3));
}

fn later_injects(scenario: &Scenario, county: &County) {
    let end = scenario.standing(county, i64::MAX);
    assert!(end.casualties_known);
    assert_eq!(reports(scenario, i64::MAX), reports(scenario, scenario.decision_at_s) + 1);
    let dark = scenario.injects.iter().find_map(|i| match &i.what {
        InjectKind::TelecomCut { townships, lines, .. } => Some((townships.len(), lines.len())),
        _ => None,
    });
    assert_eq!(dark, Some((3, 3)));
}

#[test]
fn at_village_size_the_same_file_stands_at_the_same_moment_with_fewer_places() {
    let file = text("typhoon-rain.toml");
    for seed in 0..12 {
        let county = generate(seed, Size::Village);
        let scenario = resolve(&county, &file).unwrap();
        let standing = scenario.standing(&county, scenario.decision_at_s);
        assert_eq!(standing.red_townships, 1, "seed {seed}");
        assert_eq!(standing.villages_cut_off.len(), 3, "seed {seed}");
        assert_eq!(standing.moved, Some(1_240), "seed {seed}");
        assert_eq!(standing.silent_townships, 0, "seed {seed}: somebody is left to report");
        assert!(!standing.casualties_known, "seed {seed}");
    }
}

#[test]
fn another_scenario_costs_a_data_file() {
    let file = text("landslide.toml");
    for (seed, size) in [(7, Size::County), (1, Size::Village), (7, Size::Village)] {
        let county = generate(seed, size);
        let scenario = resolve(&county, &file).unwrap();
        assert_eq!(scenario.hazard, HazardKind::Geological);
        let standing = scenario.standing(&county, scenario.decision_at_s);
        assert_eq!((standing.red_townships, standing.villages_cut_off.len()), (0, 1));
        assert_eq!((standing.moved, standing.casualties_known), (Some(320), true));
        let end = scenario.standing(&county, i64::MAX);
        assert!(!end.villages_cut_off.is_empty());
    }
}

#[test]
fn what_is_cut_off_is_cut_off_by_these_roads_and_by_each_of_them() {
    let county = generate(7, Size::Village);
    let scenario = resolve(&county, &text("typhoon-rain.toml")).unwrap();
    let position = |id: &str| county.roads.segments.iter().position(|s| s.source_id == id);
    let closed: std::collections::BTreeSet<usize> = scenario
        .injects
        .iter()
        .filter(|i| i.at_s <= scenario.decision_at_s)
        .filter_map(|i| match &i.what {
            InjectKind::RoadReport { road, .. } => position(road),
            _ => None,
        })
        .collect();
    let graph = RoadGraph::new(&county);
    assert_eq!(graph.cut_off(&Default::default()), Vec::<usize>::new());
    assert_eq!(graph.cut_off(&closed).len(), 3);
    for road in &closed {
        let mut others = closed.clone();
        others.remove(road);
        assert!(graph.cut_off(&others).len() < 3, "segment {road} is needed");
    }
}

#[test]
fn other_texts_change_no_figure() {
    let county = generate(7, Size::Village);
    let file = text("typhoon-rain.toml");
    let strip = |file: &str| -> String {
        let plain = |line: &str| {
            let is_text = ["note", "headline", "description", "instruction", "title", "summary"];
            let key = line.split('=').next().unwrap_or("").trim();
            if is_text.contains(&key) {
                format!("{key} = {{ zh = \"换\", en = \"other\" }}")
            } else {
                line.to_owned()
            }
        };
        file.lines().map(plain).collect::<Vec<_>>().join("\n")
    };
    let (own, other) = (resolve(&county, &file).unwrap(), resolve(&county, &strip(&file)).unwrap());
    assert_ne!(own, other);
    for at_s in [0, own.decision_at_s, i64::MAX] {
        assert_eq!(own.standing(&county, at_s), other.standing(&county, at_s));
    }
    let bare = |s: &Scenario| -> Vec<(i64, String)> {
        s.injects.iter().map(|i| (i.at_s, i.by.clone())).collect()
    };
    assert_eq!(bare(&own), bare(&other));
}

#[test]
fn every_author_is_a_post_and_time_does_not_run_back() {
    let county = generate(3, Size::Village);
    for name in ["typhoon-rain.toml", "landslide.toml"] {
        let scenario = resolve(&county, &text(name)).unwrap();
        assert!(scenario.injects.windows(2).all(|w| w[0].at_s <= w[1].at_s));
        for inject in &scenario.injects {
            assert!(county.posts.iter().any(|p| p.id == inject.by), "{}", inject.by);
        }
        assert!(scenario.starts_at.to_string().starts_with("2026-07"));
        assert_eq!(resolve(&county, &text(name)).unwrap(), scenario, "the same each time");
    }
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let county = generate(7, Size::Village);
    let file = text("landslide.toml");
    let said = |file: String| resolve(&county, &file).unwrap_err().to_string();
    assert!(said("format = 1".into()).starts_with("scenario file"));
    assert!(said(file.replace("format = 1", "format = 2")).contains("format 2"));
    assert!(said(file.replace("geological\"", "volcano\"")).contains("volcano"));
    assert!(said(file.replace("by = \"county.duty\"", "by = \"nobody\"")).contains("nobody"));
    assert!(said(file.replace("each = \"slide\"", "each = \"slid\"")).contains("slid"));
    assert!(said(file.replace("moved = 320", "moved_people = 320")).contains("moved_people"));
    assert!(said(file.replace("count = 1\n", "count = 99\n")).contains("exactly 99"));
    assert!(said(file.replace("\"hill_people\"", "\"taste\"")).contains("taste"));
}
