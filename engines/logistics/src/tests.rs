use std::collections::BTreeMap;

use kernel::Estimate;

use super::*;

/// One depot, two villages; village B can be reached from the air only.
fn problem() -> Problem {
    serde_json::from_str(
        r#"{"format":"anlan-relief-problem/1","name":"p","horizon_s":86400,"max_changed_percent":10,
        "commodities":[{"id":"water","pack_g":20000,"pack_l":22}],
        "places":[{"id":"D","kind":"depot","service":{"fixed_s":60,"per_pack_s":1},
                   "lots":[{"id":"L","commodity":"water","packs":100}]},
                  {"id":"A","kind":"village","service":{"fixed_s":60,"per_pack_s":2}},
                  {"id":"B","kind":"village","service":{"fixed_s":60,"per_pack_s":2}}],
        "needs":[{"id":"NA","place":"A","commodity":"water","people":40,"packs":30,
                  "deprived_min":60},
                 {"id":"NB","place":"B","commodity":"water","people":20,"packs":20,
                  "deprived_min":90}],
        "vehicles":[{"id":"T","matrix":"truck","class":3,"capacity_g":500000,"capacity_l":900,
                     "start":"D","end":"D","shift":[0,86400]},
                    {"id":"H","matrix":"air","class":1,"capacity_g":300000,"capacity_l":900,
                     "start":"D","end":"D","shift":[0,86400]}],
        "matrices":{"truck":[[0,1800,null],[1800,0,null],[null,null,0]],
                    "air":[[0,900,1000],[900,0,700],[1000,700,0]]}}"#,
    )
    .unwrap()
}

fn sound(problem: &Problem, plan: &Plan, previous: Option<&Plan>) {
    let previous = previous.map(Plan::to_json);
    let verdict = plancheck::check_text(&problem.to_json(), &plan.to_json(), previous.as_deref());
    assert!(verdict.accepted, "{:?}", verdict.violations);
}

fn why<'a>(planned: &'a [Why], need: &str) -> &'a Why {
    planned.iter().find(|w| w.need == need).unwrap()
}

#[test]
fn the_worst_off_come_first_and_all_is_brought() {
    let planned = plan(&problem()).unwrap();
    sound(&problem(), &planned.plan, None);
    assert_eq!(planned.why[0].need, "NB");
    assert!(planned.plan.unserved.is_empty());
    assert_eq!(why(&planned.why, "NB").served[0].vehicle, "H");
    assert_eq!(why(&planned.why, "NB").share_ppm, 1_000_000);
}

#[test]
fn the_same_problem_gives_the_same_bytes_and_comes_back_from_them() {
    let first = plan(&problem()).unwrap().plan.to_json();
    assert_eq!(first, plan(&problem()).unwrap().plan.to_json());
    let back: Problem = serde_json::from_str(&problem().to_json()).unwrap();
    assert_eq!(back, problem());
    let keys: Vec<_> = first.match_indices("\"routes\"").collect();
    assert_eq!(keys.len(), 1);
}

#[test]
fn what_binds_is_named() {
    let mut scarce = problem();
    scarce.places[0].lots[0].packs = 25;
    let planned = plan(&scarce).unwrap();
    sound(&scarce, &planned.plan, None);
    let short = why(&planned.why, "NA");
    assert_eq!((short.packs_brought, short.binds), (5, Some(Binds::StockUsedUp)));
    assert_eq!(short.tried[0].packs_left, 0);

    let mut grounded = problem();
    grounded.vehicles.remove(1);
    let planned = plan(&grounded).unwrap();
    let short = why(&planned.why, "NB");
    assert_eq!(short.binds, Some(Binds::NoVehicleReaches));
    assert_eq!(short.tried[0].vehicles, BTreeMap::from([(Obstacle::NoWay, 1)]));
    assert_eq!(planned.plan.unserved[0].reason, "no vehicle can reach");

    let mut weak = problem();
    weak.vehicles.iter_mut().for_each(|v| v.capacity_g = 19_999);
    assert_eq!(why(&plan(&weak).unwrap().why, "NA").binds, Some(Binds::Weight));

    let mut brief = problem();
    brief.vehicles.iter_mut().for_each(|v| v.shift.1 = 600);
    assert_eq!(why(&plan(&brief).unwrap().why, "NA").binds, Some(Binds::VehicleTime));

    let mut none = problem();
    none.places[0].lots.clear();
    assert_eq!(why(&plan(&none).unwrap().why, "NA").binds, Some(Binds::NoStock));

    let mut wish = problem();
    wish.places[0].lots[0].only = Some(vec!["A".to_string()]);
    let planned = plan(&wish).unwrap();
    sound(&wish, &planned.plan, None);
    assert_eq!(why(&planned.why, "NB").binds, Some(Binds::NoStock));
}

#[test]
fn rules_of_places_and_vehicles_are_kept() {
    let mut tight = problem();
    tight.places[0].lots[0].from_s = 5000;
    tight.places[0].max_vehicles_at_once = Some(1);
    tight.places[1].windows = Some(vec![(0, 100), (9000, 20_000)]);
    tight.vehicles[0].max_trips = Some(1);
    tight.vehicles[0].end = None;
    tight.needs[0].max_splits = Some(1);
    let planned = plan(&tight).unwrap();
    sound(&tight, &planned.plan, None);
    assert!(planned.why.iter().any(|w| w.binds.is_some()));
}

#[test]
fn a_vehicle_with_goods_aboard_is_left_alone() {
    let mut loaded = problem();
    loaded.vehicles[1].aboard = vec![Packs { lot: "L".to_string(), packs: 3 }];
    let planned = plan(&loaded).unwrap();
    sound(&loaded, &planned.plan, None);
    let short = why(&planned.why, "NB");
    assert_eq!(short.tried[0].vehicles[&Obstacle::Loaded], 1);
}

#[test]
fn boats_and_porters_load_only_where_there_is_a_landing() {
    let mut no_pad = problem();
    keep_landings(no_pad.matrices.get_mut("air").unwrap(), &[false, true, true]);
    let planned = plan(&no_pad).unwrap();
    assert_eq!(why(&planned.why, "NB").binds, Some(Binds::NoVehicleReaches));
    assert!(planned.plan.routes.iter().all(|r| r.vehicle != "H"));
}

#[test]
fn a_closed_road_changes_only_what_it_breaks() {
    let mut two = problem();
    two.vehicles[1].capacity_g = 400_000;
    let before = plan(&two).unwrap().plan;
    let mut closed = two.clone();
    closed.matrices.get_mut("truck").unwrap()[1][0] = None;
    let again = replan(&closed, &two, &before, 0).unwrap();
    assert_eq!(compare(&closed, &before, &again.plan).unwrap(), again.diff);
    sound(&closed, &again.plan, Some(&before));
    let air = |p: &Plan| p.routes.iter().find(|r| r.vehicle == "H").unwrap().stops[..2].to_vec();
    assert_eq!(air(&before), air(&again.plan));
    // H has an order for NA already: one of three may not be changed under a cap of 10 %.
    assert_eq!(why(&again.why, "NA").binds, Some(Binds::OrderStands));
    closed.max_changed_percent = Some(50);
    let free = replan(&closed, &two, &before, 0).unwrap();
    sound(&closed, &free.plan, Some(&before));
    assert!(free.plan.unserved.is_empty());
    let gone = again.diff.changes.iter().find(|c| c.vehicle == "T").unwrap();
    assert_eq!((gone.after, gone.cause), (None, Some(Obstacle::NoWay)));
    assert_eq!(replan(&two, &two, &before, 0).unwrap().plan, before);
}

#[test]
fn new_trips_do_not_begin_in_the_past() {
    let before = Plan::empty("p");
    let mut old = problem();
    old.needs.clear();
    let again = replan(&problem(), &old, &before, 7200).unwrap();
    sound(&problem(), &again.plan, None);
    let first = again.plan.routes.iter().map(|r| r.stops[0].arrive).min();
    assert_eq!(first, Some(7200));
}

#[test]
fn a_problem_that_cannot_be_planned_is_refused_by_name() {
    let wrong = |change: fn(&mut Problem)| {
        let mut p = problem();
        change(&mut p);
        plan(&p).unwrap_err().to_string()
    };
    assert_eq!(
        wrong(|p| p.needs[0].place = "X".to_string()),
        "NA names the place X, which the problem does not have"
    );
    assert_eq!(wrong(|p| p.needs[1].id = "NA".to_string()), "duplicate need id NA");
    assert_eq!(wrong(|p| p.needs[0].packs = 0), "NA: packs is 0");
    assert!(wrong(|p| drop(p.matrices.get_mut("air").unwrap().pop())).contains("3 x 3"));
    let mut huge = plan(&problem()).unwrap().plan;
    huge.routes[0].stops[0].depart = i64::MAX;
    assert!(replan(&problem(), &problem(), &huge, 0).is_err());
}

/// Each value of a document in turn, replaced by each odd one.
fn spoiled(whole: &serde_json::Value) -> Vec<serde_json::Value> {
    use serde_json::{Value, json};
    let mut paths = Vec::new();
    let mut open = vec![(String::new(), whole)];
    while let Some((path, value)) = open.pop() {
        match value {
            Value::Array(list) => {
                open.extend(list.iter().enumerate().map(|(i, v)| (format!("{path}/{i}"), v)));
            }
            Value::Object(map) => open.extend(map.iter().map(|(k, v)| (format!("{path}/{k}"), v))),
            _ => {}
        }
        paths.push(path);
    }
    let large = 1_000_000_000_000i64;
    let odd = [json!(null), json!(-1), json!(0), json!(large), json!(-large), json!(i64::MAX)];
    let odd: Vec<Value> = odd.into_iter().chain([json!("D"), json!("A"), json!([])]).collect();
    let mut out = Vec::new();
    for path in &paths {
        for value in &odd {
            let mut spoiled = whole.clone();
            *spoiled.pointer_mut(path).unwrap() = value.clone();
            out.push(spoiled);
        }
    }
    out
}

#[test]
fn no_value_of_any_field_makes_it_panic_and_what_it_plans_is_sound() {
    let before = plan(&problem()).unwrap().plan;
    let mut planned = 0;
    for spoiled in spoiled(&serde_json::to_value(problem()).unwrap()) {
        let Ok(odd) = serde_json::from_value::<Problem>(spoiled) else { continue };
        if odd.format != Problem::FORMAT {
            continue;
        }
        // The checker also wants a curve it knows, and people in every tier.
        let none = plancheck::check_text(&odd.to_json(), &Plan::empty(&odd.name).to_json(), None);
        if none.unreadable.is_some_and(|why| why.contains("curve") || why.contains("people")) {
            continue;
        }
        if let Ok(out) = plan(&odd) {
            sound(&odd, &out.plan, None);
            planned += 1;
        }
        if let Ok(out) = replan(&odd, &problem(), &before, 0) {
            sound(&odd, &out.plan, None);
        }
    }
    assert!(planned > 150, "{planned}");
    for spoiled in self::spoiled(&serde_json::to_value(&before).unwrap()) {
        let Ok(odd) = serde_json::from_value::<Plan>(spoiled) else { continue };
        if let Ok(out) = replan(&problem(), &Problem { horizon_s: 1, ..problem() }, &odd, 0) {
            sound(&problem(), &out.plan, None);
        }
    }
}

fn norm(group: &str, amount_milli: i64, people: i64, per: Per) -> Norm {
    let (commodity, row) = ("water".to_string(), format!("{group}-water"));
    Norm { row, group: group.to_string(), commodity, amount_milli, people, per, pack_milli: 20_000 }
}

fn people(group: &str, count: Option<Estimate>) -> PeopleAt {
    let (place, group) = ("V".to_string(), group.to_string());
    PeopleAt { place, group, people: count, deprived_min: 30 }
}

#[test]
fn needs_follow_norms_and_round_up_to_packs() {
    let norms = [norm("infants", 7_500, 1, Per::Day), norm("others", 15_000, 1, Per::Day)];
    let there = [
        people("others", Some(Estimate { low: 90, mid: 101, high: 120 })),
        people("infants", Some(Estimate::exact(4))),
    ];
    let covered = [Covered {
        place: "V".to_string(),
        commodity: "water".to_string(),
        on_hand_packs: 10,
        promised_packs: 5,
    }];
    let out = needs(&there, &norms, &covered, 2).unwrap();
    // 4 × 7.5 l × 2 days = 60 l = 3 packs, all from what is there.
    let infants = &out.lines[0];
    assert_eq!((infants.gross_packs, infants.on_hand_packs, infants.packs), (3, 3, 0));
    // 101 × 15 l × 2 days = 3,030 l = 151.5 packs.
    let others = &out.lines[1];
    assert_eq!((others.gross_packs, others.on_hand_packs, others.promised_packs), (152, 7, 5));
    assert_eq!((others.packs, others.packs_high), (140, 168));
}

#[test]
fn unknown_people_are_an_unknown_need_and_never_none() {
    let norms = [norm("others", 15_000, 1, Per::Day)];
    let out = needs(&[people("others", None)], &norms, &[], 1).unwrap();
    assert!(out.lines.is_empty());
    assert_eq!(out.unknown_people, [("V".to_string(), "others".to_string())]);
}

#[test]
fn a_household_shares_and_senseless_norms_are_refused() {
    let tent = norm("others", 20_000, 4, Per::Once);
    let out = needs(&[people("others", Some(Estimate::exact(9)))], &[tent], &[], 7).unwrap();
    assert_eq!(out.lines[0].packs, 3);
    let bad = norm("others", 1, 0, Per::Day);
    assert!(matches!(needs(&[], &[bad], &[], 1), Err(NeedsError::Norm { .. })));
    let huge = norm("others", i64::MAX, 1, Per::Day);
    let all = people("others", Some(Estimate::exact(i64::MAX)));
    assert!(matches!(needs(&[all], &[huge], &[], 9), Err(NeedsError::TooLarge { .. })));
}
