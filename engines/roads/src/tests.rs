use std::collections::BTreeMap;

use kernel::{ClockQuality, EntityId, LonLat, UnixSeconds};

use super::*;

pub(crate) const NOW: UnixSeconds = UnixSeconds(1_800_000_000);
pub(crate) const HOUR: i64 = 3600;

fn id(n: u64) -> EntityId {
    EntityId::from_code("test", &n.to_string())
}

/// A small generator of whole numbers.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n.max(1)
    }
}

fn node_at(node: i64) -> [i32; 2] {
    // A grid of about 1 km.
    [1_100_000_000 + (node % 8) as i32 * 100_000, 300_000_000 + (node / 8) as i32 * 90_000]
}

fn row<'a>(n: u64, ends: [i64; 2], line: &'a [i32], class: Class) -> RoadRow<'a> {
    RoadRow {
        id: id(n),
        from_node: ends[0],
        to_node: ends[1],
        line,
        class,
        carrier: Carrier::Ground,
        oneway: false,
        length_mm: length_mm(line) as u32,
        rise_m: None,
        fall_m: None,
        width_cm: None,
        height_cm: None,
        load_kg: None,
        speed_km_h: None,
    }
}

fn line(ends: [i64; 2]) -> Vec<i32> {
    [node_at(ends[0]), node_at(ends[1])].concat()
}

/// A grid of 8 × 8 nodes with some segments left out, some one-way, of many classes.
fn grid(seed: u64) -> Graph {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut builder = GraphBuilder::new();
    let mut n = 0;
    for node in 0..64i64 {
        for next in [node + 1, node + 8] {
            let edge = (next == node + 1 && node % 8 == 7) || next >= 64;
            if edge || dice.below(7) == 0 {
                continue;
            }
            n += 1;
            let line = line([node, next]);
            let class = Class::ALL[dice.below(9) as usize];
            let mut row = row(n, [node, next], &line, class);
            row.oneway = dice.below(6) == 0;
            row.rise_m = Some(dice.below(80) as u32);
            row.carrier = [Carrier::Ground, Carrier::Bridge, Carrier::Ford, Carrier::Ferry]
                [(dice.below(20) as usize).min(3)];
            builder.push(&row).unwrap();
        }
    }
    builder.build().unwrap()
}

pub(crate) fn report(
    n: u64,
    arcs: Vec<ArcKey>,
    says: Says,
    source: Source,
    hours_ago: i64,
) -> Report {
    Report {
        id: id(1_000_000 + n),
        arcs,
        modes: Modes::EVERY,
        says,
        source,
        author: id(2_000_000 + n),
        observed_at: Some(UnixSeconds(NOW.0 - hours_ago * HOUR)),
        clock: ClockQuality::SyncedDay,
        valid_until: None,
    }
}

fn random_reports(graph: &Graph, seed: u64, count: u64) -> Vec<Report> {
    let mut dice = Dice(seed.wrapping_mul(0xD134_2543_DE82_EF95) | 1);
    (0..count)
        .map(|n| {
            let arc = graph.arcs()[dice.below(graph.arcs().len() as u64) as usize].key;
            let says = match dice.below(5) {
                0 | 1 => Says::Open,
                2 => Says::Slow { factor_q8: 256 + dice.below(600) as u32 },
                3 => {
                    Says::Limited { load_kg: dice.below(30_000) as u32, width_cm: 0, height_cm: 0 }
                }
                _ => Says::Closed,
            };
            let source = match dice.below(5) {
                0 => Source::Traversal,
                1 => Source::Official,
                2 => Source::Order(dice.below(4) as u16 * 10),
                _ => Source::Citizen,
            };
            let mut report = report(seed * 1000 + n, vec![arc], says, source, 0);
            report.author = id(2_000_000 + dice.below(4));
            let ago = dice.below(60 * HOUR as u64) as i64 - HOUR;
            report.observed_at = (dice.below(12) > 0).then_some(UnixSeconds(NOW.0 - ago));
            report.valid_until = (dice.below(5) == 0)
                .then_some(UnixSeconds(NOW.0 + dice.below(20 * HOUR as u64) as i64 - 10 * HOUR));
            report
        })
        .collect()
}

/// An independent oracle: Bellman-Ford over the arcs with the weights given.
fn bellman_ford(graph: &Graph, metric: &Metric, start: u32, towards: Towards) -> Vec<u64> {
    let mut ms = vec![u64::MAX; graph.node_count()];
    ms[start as usize] = 0;
    for _ in 0..graph.node_count() {
        for (at, arc) in graph.arcs().iter().enumerate() {
            let weight = metric.weight(at as u32);
            let (from, to) = match towards {
                Towards::All => (arc.tail, arc.head),
                Towards::Given => (arc.head, arc.tail),
            };
            if weight.is_way() && ms[from as usize] < u64::MAX {
                let next = ms[from as usize] + u64::from(weight.ms());
                ms[to as usize] = ms[to as usize].min(next);
            }
        }
    }
    ms
}

#[test]
fn dijkstra_gives_what_bellman_ford_gives_and_its_paths_add_up() {
    for seed in 1..6 {
        let graph = grid(seed);
        let reports = random_reports(&graph, seed, 60);
        let overlay = Overlay::at(&graph, &reports, &BTreeMap::new(), NOW);
        for profile in Profile::BY_LOAD {
            for policy in [Policy::Sure, Policy::Hopeful, Policy::Priced { lambda_q8: 300 }] {
                let metric = Metric::full(&overlay, &profile, policy);
                for towards in [Towards::All, Towards::Given] {
                    let start = (seed as u32 * 13) % graph.node_count() as u32;
                    let ours = sweep(&metric, &[Snap::Node(start)], towards);
                    let oracle = bellman_ford(&graph, &metric, start, towards);
                    for node in 0..graph.node_count() as u32 {
                        let theirs = oracle[node as usize].min(u64::from(INF_MS)) as u32;
                        assert_eq!(ours.node_ms(node), theirs);
                        let path = ours.path(&metric, &Snap::Node(node));
                        assert_eq!(path.is_some(), theirs < INF_MS);
                        let sum = |keys: Vec<ArcKey>| -> u32 {
                            keys.iter().map(|k| metric.weight(graph.arc(*k).unwrap()).ms()).sum()
                        };
                        assert_eq!(path.map_or(INF_MS, sum), theirs);
                    }
                }
            }
        }
    }
}

#[test]
fn closing_an_arc_never_shortens_a_way_and_unknown_is_never_open() {
    for seed in 1..8 {
        let graph = grid(seed);
        let mut reports = random_reports(&graph, seed, 40);
        let profile = Profile::LIGHT_TRUCK;
        let all: Vec<Vec<Snap>> = (0..64).step_by(5).map(|n| vec![Snap::Node(n)]).collect();
        let priors: BTreeMap<u32, u32> = (0..10).map(|s| (s, P_HAZARD_Q16)).collect();
        let times = |reports: &[Report], policy| {
            let overlay = Overlay::at(&graph, reports, &priors, NOW);
            matrix(&Metric::full(&overlay, &profile, policy), &all, &all).ms
        };
        for policy in [Policy::Sure, Policy::Hopeful] {
            let before = times(&reports, policy);
            let key = graph.arcs()[(seed * 17) as usize % graph.arcs().len()].key;
            reports.push(report(900 + seed, vec![key], Says::Closed, Source::Citizen, 2));
            let after = times(&reports, policy);
            assert!(before.iter().zip(&after).all(|(b, a)| b <= a));
        }
        let (sure, hopeful) = (times(&reports, Policy::Sure), times(&reports, Policy::Hopeful));
        assert!(sure.iter().zip(&hopeful).all(|(s, h)| h <= s));
        let n = all.len();
        for (i, j, k) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j, (i * j + 1) % n))) {
            assert!(sure[i * n + j] <= sure[i * n + k].saturating_add(sure[k * n + j]));
        }
    }
}

#[test]
fn order_and_copies_of_reports_do_not_matter() {
    let graph = grid(3);
    for seed in 1..200 {
        let mut reports = random_reports(&graph, seed, 7);
        let same: Vec<ArcKey> = reports[0].arcs.clone();
        reports.iter_mut().for_each(|r| r.arcs = same.clone());
        let refs: Vec<&Report> = reports.iter().collect();
        let prior = (seed % 3 == 0).then_some(20_000);
        let state = resolve(&refs, prior, NOW);
        let mut turned: Vec<&Report> = refs.iter().rev().copied().collect();
        turned.extend(&refs[2..5]);
        turned.rotate_left(seed as usize % 7);
        assert_eq!(resolve(&turned, prior, NOW), state);
        // One more closing never makes it more open.
        let says =
            [Says::Closed, Says::Closed, Says::Limited { load_kg: 1, width_cm: 0, height_cm: 0 }];
        let mut closing = random_reports(&graph, seed + 5000, 1).remove(0);
        closing.says = says[seed as usize % 2];
        let mut more = refs.clone();
        more.push(&closing);
        let closed = resolve(&more, prior, NOW);
        let chance = |s: &State| match s.passable {
            Passable::Open => 65_537,
            Passable::Unknown { p_open_q16 } => p_open_q16,
            Passable::Closed => 0,
        };
        assert!(chance(&closed) <= chance(&state), "{seed}: {closed:?} after {state:?}");
    }
}

/// Depot at node 0, village at node 2, over node 1; a long way round over nodes 8, 9, 10.
fn valley() -> Graph {
    let mut builder = GraphBuilder::new();
    let ways: [(u64, [i64; 2], Class); 6] = [
        (1, [0, 1], Class::County),
        (2, [1, 2], Class::County),
        (3, [0, 8], Class::Village),
        (4, [8, 9], Class::Track),
        (5, [9, 10], Class::Path),
        (6, [10, 2], Class::Village),
    ];
    for (n, ends, class) in ways {
        let line = line(ends);
        let mut row = row(n, ends, &line, class);
        if n == 2 {
            row.carrier = Carrier::Bridge;
        }
        builder.push(&row).unwrap();
    }
    builder.build().unwrap()
}

fn at(node: i64) -> LonLat {
    let [lon_e7, lat_e7] = node_at(node);
    LonLat { lon_e7, lat_e7 }
}

fn both(n: u64) -> Vec<ArcKey> {
    ArcKey::both(id(n)).to_vec()
}

#[test]
fn villages_are_classed_by_who_gets_through() {
    let graph = valley();
    let index = SnapIndex::new(&graph);
    let (depot, village) = ([at(0)], [at(2)]);
    let far = [LonLat { lon_e7: 1_100_000_000, lat_e7: 310_000_000 }];
    let classes = |reports: &[Report]| {
        let overlay = Overlay::at(&graph, reports, &BTreeMap::new(), NOW);
        let out = reach(&overlay, &index, &Profile::BY_LOAD, &[&depot], &[&village, &far]);
        assert!(out[1].by_profile.iter().all(|r| r.class == ReachClass::NotOnMap));
        let held = held_up_by(&overlay, &index, &Profile::LIGHT_TRUCK, &[&depot], &village);
        (out[0].clone(), held)
    };
    // A bridge of unknown load is no sure way for 25 t.
    let (open, held) = classes(&[]);
    assert_eq!(open.by_profile[0].class, ReachClass::Doubtful);
    assert_eq!((open.best, held), (Some(1), Some(vec![])));
    let fell = report(1, both(2), Says::Closed, Source::Citizen, 1);
    let (closed, held) = classes(&[fell]);
    assert_eq!(closed.by_profile[1].class, ReachClass::CutOff);
    assert_eq!(closed.best, Some(3), "a motorcycle still gets over the path");
    assert!(closed.by_profile[3].there_ms < closed.by_profile[4].there_ms);
    assert_eq!(held, Some(vec![ArcKey::of(id(2), Direction::Along)]));
    let old = report(2, both(2), Says::Closed, Source::Citizen, 30);
    let (stale, _) = classes(&[old]);
    assert_eq!(stale.by_profile[1].class, ReachClass::Doubtful);
    assert_eq!((stale.best, stale.best_doubtful), (Some(3), None));
}

#[test]
fn closing_one_direction_leaves_the_other() {
    let graph = valley();
    let one_way =
        report(1, vec![ArcKey::of(id(2), Direction::Along)], Says::Closed, Source::Official, 1);
    let reports = [one_way];
    let overlay = Overlay::at(&graph, &reports, &BTreeMap::new(), NOW);
    let metric = Metric::full(&overlay, &Profile::LIGHT_TRUCK, Policy::Sure);
    let (depot, village) = (graph.node(0).unwrap(), graph.node(2).unwrap());
    let from = |node| sweep(&metric, &[Snap::Node(node)], Towards::All);
    assert_eq!(from(depot).node_ms(village), INF_MS);
    assert!(from(village).node_ms(depot) < INF_MS);
}

#[test]
fn a_village_beside_a_closed_road_is_cut_off_and_not_moved() {
    let graph = valley();
    let index = SnapIndex::new(&graph);
    // 100 m beside the middle of segment 2; segment 1 is 500 m away.
    let village = [LonLat { lon_e7: at(1).lon_e7 + 50_000, lat_e7: at(1).lat_e7 + 9_000 }];
    let snap = index.snap(village[0], &Profile::LIGHT_TRUCK).unwrap();
    let Snap::On { segment, offset_mm, distance_mm } = snap else { panic!("{snap:?}") };
    assert_eq!(graph.segments()[segment as usize].id, id(2));
    let length = graph.segments()[segment as usize].length_mm;
    assert!(offset_mm.abs_diff(length / 2) < 1000, "{offset_mm} of {length}");
    assert!(distance_mm.abs_diff(99_800) < 500, "{distance_mm}");
    let reports = [report(1, both(2), Says::Closed, Source::Citizen, 1)];
    let depot = [at(0)];
    let class = |reports: &[Report]| {
        let overlay = Overlay::at(&graph, reports, &BTreeMap::new(), NOW);
        reach(&overlay, &index, &[Profile::LIGHT_TRUCK], &[&depot], &[&village])[0].by_profile[0]
    };
    assert_eq!(class(&reports).class, ReachClass::CutOff);
    let open = class(&[]);
    assert_eq!(open.class, ReachClass::Reachable);
    // One and a half segments of about 963 m at 40 km/h.
    assert!(open.there_ms.unwrap().abs_diff(130_000) < 2_000, "{open:?}");
}

#[test]
fn limits_classes_and_the_unknown_decide_the_weight() {
    let line = line([0, 1]);
    let one = |change: &dyn Fn(&mut RoadRow), profile: Profile, policy| {
        let mut row = row(1, [0, 1], &line, Class::County);
        change(&mut row);
        let mut builder = GraphBuilder::new();
        builder.push(&row).unwrap();
        let graph = builder.build().unwrap();
        weight(&graph.arcs()[0], &graph.segments()[0], &State::open(), &profile, policy)
    };
    let sure = |change: &dyn Fn(&mut RoadRow), p| one(change, p, Policy::Sure).is_way();
    assert!(sure(&|_| (), Profile::HEAVY_TRUCK));
    assert!(!sure(&|r| r.load_kg = Some(10_000), Profile::HEAVY_TRUCK));
    assert!(sure(&|r| r.load_kg = Some(10_000), Profile::LIGHT_TRUCK));
    assert!(!sure(&|r| r.height_cm = Some(300), Profile::LIGHT_TRUCK));
    assert!(!sure(&|r| r.width_cm = Some(210), Profile::LIGHT_TRUCK));
    assert!(!sure(&|r| r.class = Class::Path, Profile::FOUR_BY_FOUR));
    assert!(!sure(&|r| r.class = Class::Water, Profile::FOOT));
    assert!(sure(&|r| r.class = Class::Water, Profile::BOAT));
    assert!(!sure(&|r| r.carrier = Carrier::Bridge, Profile::HEAVY_TRUCK));
    assert!(!sure(&|r| r.carrier = Carrier::Ford, Profile::FOUR_BY_FOUR));
    let ford = |policy| one(&|r| r.carrier = Carrier::Ford, Profile::FOUR_BY_FOUR, policy).ms();
    // -ln(1/2) × 10 minutes.
    let price = ford(Policy::Priced { lambda_q8: 256 }) - ford(Policy::Hopeful);
    assert!(price.abs_diff(415_888) < 50, "{price}");
    let climb = |m| one(&|r| r.rise_m = Some(m), Profile::FOOT, Policy::Sure).ms();
    assert_eq!(climb(600) - climb(0), 3_600_000);
    assert_eq!(one(&|r| r.length_mm = u32::MAX, Profile::FOOT, Policy::Sure), Weight::INF);
}

#[test]
fn a_matrix_is_its_sweeps_and_a_spot_finds_its_roads() {
    let graph = grid(4);
    let index = SnapIndex::new(&graph);
    let reports = random_reports(&graph, 4, 30);
    let overlay = Overlay::at(&graph, &reports, &BTreeMap::new(), NOW);
    let mut dice = Dice(77);
    for profile in Profile::BY_LOAD {
        let metric = Metric::full(&overlay, &profile, Policy::Hopeful);
        let mut places = Vec::new();
        for _ in 0..12 {
            let [lon, lat] = node_at(dice.below(64) as i64);
            let (east, north) = (dice.below(90_000) as i32, dice.below(90_000) as i32);
            let place = LonLat { lon_e7: lon + east, lat_e7: lat + north };
            places.push(snaps(&index, &[place], &profile));
            let near = index.near(place, 1_000_000);
            assert!(near.windows(2).all(|p| p[0].1 <= p[1].1));
            assert!(near.iter().all(|(_, mm)| *mm <= 1_000_000));
        }
        let times = matrix(&metric, &places, &places);
        for (from, source) in places.iter().enumerate() {
            let one = sweep(&metric, source, Towards::All);
            for (to, target) in places.iter().enumerate() {
                let ms = target.iter().map(|s| one.ms(&metric, s)).min().unwrap_or(INF_MS);
                assert_eq!(times.ms[from * places.len() + to], ms);
                let back = sweep(&metric, target, Towards::Given);
                let ms = source.iter().map(|s| back.ms(&metric, s)).min().unwrap_or(INF_MS);
                assert_eq!(times.ms[from * places.len() + to], ms);
            }
            assert!(source.is_empty() || times.get(from, from) == Some(0));
        }
    }
}

#[test]
fn reports_about_roads_the_map_does_not_have_are_listed() {
    let graph = valley();
    let lost = [report(1, both(77), Says::Closed, Source::Citizen, 1)];
    let overlay = Overlay::at(&graph, &lost, &BTreeMap::new(), NOW);
    assert_eq!(overlay.orphans().len(), 2);
    assert_eq!(overlay.reported_arcs().count(), 0);
}

#[test]
fn a_hazard_lies_over_the_segments_it_touches() {
    let graph = valley();
    let [lon, lat] = node_at(1);
    let west = lon - 20_000;
    let ring =
        [west, lat - 10_000, lon - 5_000, lat - 10_000, lon - 5_000, lat + 10_000, west, lat];
    let touched: Vec<_> =
        graph.segments_in(&[&ring]).iter().map(|s| graph.segments()[*s as usize].id).collect();
    assert_eq!(touched, [id(1)]);
    let prior = graph.segments_in(&[&ring]).into_iter().map(|s| (s, P_HAZARD_Q16)).collect();
    let overlay = Overlay::at(&graph, &[], &prior, NOW);
    let metric = Metric::full(&overlay, &Profile::LIGHT_TRUCK, Policy::Sure);
    let depot = sweep(&metric, &[Snap::Node(graph.node(0).unwrap())], Towards::All);
    assert_eq!(depot.node_ms(graph.node(2).unwrap()), INF_MS);
}

#[test]
fn the_air_and_the_water_have_their_own_ways() {
    let places = [at(0), at(7), at(63)];
    let air = air_times(&places, &[true, true, false], 230, LANDING_MS);
    assert_eq!((air.get(0, 0), air.get(0, 2)), (Some(0), None));
    // 6.75 km at 230 km/h are 106 s, and a landing.
    assert!(air.get(0, 1).unwrap().abs_diff(480_000 + 105_600) < 1_500, "{air:?}");
    assert_eq!(air.seconds()[0][2], None);
    let main = [node_at(0), node_at(1), node_at(2)].concat();
    let arm = [node_at(1), node_at(9)].concat();
    let graph = Graph::from_waters([(id(1), main.as_slice()), (id(2), arm.as_slice())]).unwrap();
    assert_eq!((graph.node_count(), graph.segments().len()), (4, 3));
    let overlay = Overlay::at(&graph, &[], &BTreeMap::new(), NOW);
    let metric = Metric::full(&overlay, &Profile::BOAT, Policy::Sure);
    let index = SnapIndex::new(&graph);
    let snap = |node| vec![index.snap(at(node), &Profile::BOAT).unwrap()];
    let times = matrix(&metric, &[snap(0)], &[snap(9), snap(2)]);
    assert!(times.get(0, 0).unwrap().abs_diff(352_000) < 4_000, "{times:?}");
    assert_eq!(index.snap(at(0), &Profile::LIGHT_TRUCK), None);
}

#[test]
fn rows_that_are_no_roads_are_refused() {
    let mut builder = GraphBuilder::new();
    assert!(builder.push(&row(1, [0, 1], &[1, 2], Class::County)).is_err());
    let line = line([0, 1]);
    builder.push(&row(1, [0, 1], &line, Class::County)).unwrap();
    builder.push(&row(1, [0, 1], &line, Class::County)).unwrap();
    assert_eq!(builder.build().unwrap_err(), RoadsError::SameKey(id(1), id(1)));
    let empty = GraphBuilder::new().build().unwrap();
    assert_eq!((empty.node_count(), empty.arcs().len()), (0, 0));
}
