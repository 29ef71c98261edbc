use num_bigint::BigInt;

use super::*;

const PROBLEM: &str = r#"{"format":"anlan-relief-problem/1","name":"p","horizon_s":86400,
  "max_changed_percent":10,
  "commodities":[{"id":"water","pack_g":20000,"pack_l":22,"min_life_s":0},
                 {"id":"fuel","pack_g":20000,"pack_l":25,"tier":2}],
  "places":[{"id":"D","service":{"fixed_s":60,"per_pack_s":1},
             "lots":[{"id":"L","commodity":"water","packs":10},
                     {"id":"F","commodity":"fuel","packs":5}]},
            {"id":"V","service":{"fixed_s":60,"per_pack_s":2}}],
  "needs":[{"id":"N","place":"V","commodity":"water","people":40,"packs":10,"deprived_min":60}],
  "vehicles":[{"id":"T","matrix":"truck","class":3,"capacity_g":500000,"capacity_l":400,
               "start":"D","end":"D","shift":[0,86400]}],
  "matrices":{"truck":[[0,3600],[3600,0]]},"forbidden_together":[["water","fuel"]]}"#;

const PLAN: &str = r#"{"format":"anlan-relief-plan/1","problem":"p","routes":[
  {"vehicle":"T","stops":[
  {"place":"D","arrive":0,"start":0,"depart":70,"load":[{"lot":"L","packs":10}]},
  {"place":"V","arrive":3670,"start":3670,"depart":3750,
   "unload":[{"need":"N","lot":"L","packs":10}]},
  {"place":"D","arrive":7350,"start":7350,"depart":7350}]}],"unserved":[]}"#;

fn codes(problem: &str, plan: &str) -> Vec<&'static str> {
    check_text(problem, plan, None).violations.iter().map(|v| v.code.text()).collect()
}

#[test]
fn a_sound_plan_passes_with_its_figures() {
    let report = check_text(PROBLEM, PLAN, None);
    assert!(report.accepted, "{:?}", report.violations);
    let metrics = report.metrics.unwrap();
    assert_eq!(metrics.packs_delivered, 10);
    assert_eq!((metrics.drive_s, metrics.legs, metrics.vehicles_used), (7200, 2, 1));
    // 3750 s is minute 63; 40 people had gone without for an hour before.
    let water = Curve::named("water").unwrap();
    let cost = 40 * (water.cents(60 + 63) - water.cents(60));
    assert_eq!(i128::from(metrics.deprivation_cent), cost);
    assert_eq!(metrics.wait_mean_min, 63);
    assert_eq!(metrics.tiers["1"].min_ratio_ppm, 1_000_000);
}

#[test]
fn faults_are_named_with_their_figures() {
    let overload = PLAN.replace("\"packs\":10", "\"packs\":30");
    let report = check_text(PROBLEM, &overload, None);
    let weight = report.violations.iter().find(|v| v.code == Code::Weight).unwrap();
    assert_eq!((weight.found, weight.limit), (Some(600_000), Some(500_000)));
    assert!(codes(PROBLEM, &overload).contains(&"E27_STOCK"));
    let pair = PLAN.replace("\"packs\":10}]},\n", "\"packs\":10},{\"lot\":\"F\",\"packs\":1}]},\n");
    assert!(codes(PROBLEM, &pair).contains(&"E23_FORBIDDEN_PAIR"));
    assert!(codes(PROBLEM, &pair).contains(&"E24_LEFT_ABOARD"));
    let half = PLAN.replace("\"start\":3670", "\"start\":3670.5");
    assert_eq!(codes(PROBLEM, &half), ["E05_BAD_NUMBER", "E30_UNSERVED"]);
}

#[test]
fn what_cannot_be_read_is_a_verdict_and_no_panic() {
    for problem in ["", "{", "[]", "{}", "null", &PROBLEM.replace("problem/1", "problem/2")] {
        assert_eq!(codes(problem, PLAN), ["E00_UNREADABLE"]);
    }
    let huge = PLAN.replace("3670", "99999999999999999999");
    assert_eq!(codes(PROBLEM, &huge), ["E05_BAD_NUMBER", "E30_UNSERVED"]);
    let packs = PROBLEM.replace("\"people\":40,\"packs\":10", "\"people\":40,\"packs\":0");
    assert_eq!(codes(&packs, PLAN), ["E00_UNREADABLE"]);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(codes(&deep, PLAN), ["E00_UNREADABLE"]);
}

/// Each value of a document in turn, replaced by each odd one.
fn spoiled(text: &str) -> Vec<String> {
    let whole: Value = serde_json::from_str(text).unwrap();
    let mut paths = Vec::new();
    let mut open = vec![(String::new(), &whole)];
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
    let odd = ["null", "-1", "0", "1e300", "1000000000000", "9223372036854775807", "\"D\"", "[]"];
    let odd = odd.into_iter().chain(["{}", "true", "[[]]", "-1000000000000", r#""\u0000""#]);
    let odd: Vec<Value> = odd.map(|text| serde_json::from_str(text).unwrap()).collect();
    let mut out = Vec::new();
    for path in &paths {
        for value in &odd {
            let mut spoiled = whole.clone();
            *spoiled.pointer_mut(path).unwrap() = value.clone();
            out.push(spoiled.to_string());
        }
    }
    out
}

#[test]
fn no_value_of_any_field_makes_it_panic() {
    for problem in spoiled(PROBLEM) {
        check_text(&problem, PLAN, Some(PLAN));
    }
    for plan in spoiled(PLAN) {
        check_text(PROBLEM, &plan, Some(PLAN));
        check_text(PROBLEM, PLAN, Some(&plan));
    }
}

#[test]
fn a_change_is_forced_only_where_the_checker_finds_the_old_order_broken() {
    let nothing = r#"{"format":"anlan-relief-plan/1","problem":"p",
        "unserved":[{"need":"N","packs":10,"reason":"none"}]}"#;
    let report = check_text(PROBLEM, nothing, Some(PLAN));
    let changes = report.metrics.unwrap().changes.unwrap();
    assert_eq!(changes, Changes { issued: 1, changed: 1, forced: 0 });
    assert_eq!(report.violations[0].code, Code::TooManyChanges);
    let closed = PROBLEM.replace("[0,3600],", "[0,null],");
    let report = check_text(&closed, nothing, Some(PLAN));
    assert!(report.accepted);
    let changes = report.metrics.unwrap().changes.unwrap();
    assert_eq!(changes, Changes { issued: 1, changed: 0, forced: 1 });
}

#[test]
fn a_report_is_written_in_stable_words() {
    let report = check_text(PROBLEM, &PLAN.replace("\"arrive\":3670", "\"arrive\":3669"), None);
    let json = serde_json::to_value(&report.violations).unwrap();
    assert_eq!(
        json,
        serde_json::json!([{"code": "E10_TRAVEL_TIME", "where": "route 0 (T) stop 1 at V",
            "found": 3669, "limit": 3670}])
    );
}

/// e^(p/q) times 2^200, by its series in whole numbers.
fn exp_fixed(p: i64, q: i64) -> BigInt {
    let mut term: BigInt = BigInt::from(1) << 200;
    let (mut sum, mut n) = (term.clone(), 1);
    while term > BigInt::ZERO {
        term = term * p / (q * n);
        sum += &term;
        n += 1;
    }
    sum
}

/// The tables are what their formula gives, computed here in whole numbers.
#[test]
fn the_curves_follow_their_formula_to_the_cent() {
    for (name, slower) in [("water", 1i64), ("food", 3), ("medicine", 2), ("shelter", 6)] {
        let curve = Curve::named(name).unwrap();
        assert_eq!(Curve::table(name).unwrap().lines().count(), LINEAR_FROM_MIN + 1);
        let base = exp_fixed(15_031, 10_000);
        for minute in (0..=LINEAR_FROM_MIN as i64).step_by(37) {
            // a + b m / 60 = (15031 * 60 k + 1172 m) / (10000 * 60 k)
            let q = 10_000 * 60 * slower;
            let value = (exp_fixed(15_031 * 60 * slower + 1172 * minute, q) - &base) * 100;
            let cents: BigInt = (value * 2 + (BigInt::from(1) << 200)) >> 201;
            assert_eq!(BigInt::from(curve.cents(i128::from(minute))), cents, "{name} {minute}");
        }
    }
    let water = Curve::named("water").unwrap();
    assert_eq!((water.cents(60), water.cents(1440), water.cents(5760)), (56, 7_039, 34_603_216));
    assert_eq!(water.cents(5770) - water.cents(5760), 10 * (water.cents(5760) - water.cents(5759)));
}
