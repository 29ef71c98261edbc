//! Bands, their edges, and numbers with units.

use kernel::{Estimate, Truth};

use super::{day, head, inputs, read, row};
use crate::{EvaluationError, Input, Inputs, Quantity, Value, evaluate};

/// The truth of one condition on a count of persons.
fn truth(condition: &str, input: Input) -> Truth {
    let text = head("first")
        + "input = [{ name = \"n\", kind = \"int\", unit = \"person\" }]\n\
           output = [{ name = \"o\", kind = \"bool\" }]\n"
        + &row("R", &format!("n = \"{condition}\""), "o = true");
    let given = Inputs::from([("n".to_owned(), input)]);
    evaluate(&read(&text), &given, day("2026-07-23")).unwrap().rows[0].truth
}

fn known(n: i64) -> Input {
    Input::known(n, "test", None)
}

#[test]
fn every_end_of_a_band_is_in_or_out_as_written() {
    use Truth::{Met, NotMet};
    for (band, two, three, five) in [
        ("[3..5)", NotMet, Met, NotMet),
        ("[3..5]", NotMet, Met, Met),
        ("(3..5]", NotMet, NotMet, Met),
        ("]3..5]", NotMet, NotMet, Met),
        ("[3..5[", NotMet, Met, NotMet),
        ("(2..3]", NotMet, Met, NotMet),
        (">= 3", NotMet, Met, Met),
        ("> 3", NotMet, NotMet, Met),
        ("<= 3", Met, Met, NotMet),
        ("< 3", Met, NotMet, NotMet),
        ("3", NotMet, Met, NotMet),
        ("= 3", NotMet, Met, NotMet),
        ("2, 5", Met, NotMet, Met),
        ("not(3)", Met, NotMet, Met),
        ("not(< 3, 5)", NotMet, Met, NotMet),
        ("-", Met, Met, Met),
    ] {
        let found = [truth(band, known(2)), truth(band, known(3)), truth(band, known(5))];
        assert_eq!(found, [two, three, five], "{band}");
    }
}

#[test]
fn an_unknown_count_is_anything_from_zero_up() {
    let unknown = || Input::unknown("nobody");
    assert_eq!(truth(">= 3", unknown()), Truth::Undetermined);
    assert_eq!(truth(">= 0", unknown()), Truth::Met);
    assert_eq!(truth("< 0", unknown()), Truth::NotMet);
    assert_eq!(truth("-", unknown()), Truth::Met);
    assert_eq!(truth(">= 3", Input::at_least(3, "two townships", None)), Truth::Met);
    assert_eq!(truth(">= 3", Input::at_least(2, "two townships", None)), Truth::Undetermined);
    assert_eq!(truth("< 3", Input::at_least(3, "two townships", None)), Truth::NotMet);
}

#[test]
fn an_estimate_decides_only_where_its_whole_band_agrees() {
    let estimate = |low, mid, high| Input::estimate(Estimate { low, mid, high }, "model", None);
    assert_eq!(truth(">= 5_000", estimate(1_100, 1_240, 1_400)), Truth::NotMet);
    assert_eq!(truth(">= 5_000", estimate(4_800, 5_200, 5_600)), Truth::Undetermined);
    assert_eq!(truth(">= 5_000", estimate(5_000, 5_200, 5_600)), Truth::Met);
}

#[test]
fn what_does_not_apply_meets_no_condition() {
    assert_eq!(truth("< 3", Input::not_applicable("form")), Truth::NotMet);
    assert_eq!(truth("not(3)", Input::not_applicable("form")), Truth::NotMet);
    assert_eq!(truth("-", Input::not_applicable("form")), Truth::Met);
}

#[test]
fn quantities_are_turned_into_the_unit_of_the_column() {
    let text = head("first")
        + "input = [{ name = \"area\", kind = \"decimal\", unit = \"ha\" }]\n\
           output = [{ name = \"o\", kind = \"bool\" }]\n"
        + &row("R", "area = \">= 0.3 km2\"", "o = true");
    let table = read(&text);
    let ask = |amount: &str, unit: &str| {
        let value =
            Value::Quantity(Quantity { amount: amount.parse().unwrap(), unit: unit.into() });
        evaluate(&table, &inputs(&[("area", value)]), day("2026-07-23"))
    };
    let truth = |amount, unit| ask(amount, unit).unwrap().rows[0].truth;
    assert_eq!(truth("450", "mu"), Truth::Met);
    assert_eq!(truth("449.999", "mu"), Truth::NotMet);
    assert_eq!(truth("300_000", "m2"), Truth::Met);
    assert!(matches!(ask("3", "person"), Err(EvaluationError::UnitMismatch { .. })));
    assert!(matches!(ask("3", "acre"), Err(EvaluationError::UnitMismatch { .. })));
}

#[test]
fn a_quantity_that_is_not_exact_in_the_column_is_taken_outward() {
    // 1 mu = 0.0666... ha lies on both sides of 0.066666 and 0.066667.
    let text = head("first")
        + "input = [{ name = \"area\", kind = \"decimal\", unit = \"ha\" }]\n\
           output = [{ name = \"o\", kind = \"bool\" }]\n"
        + &row("R", "area = \">= 0.066667\"", "o = true");
    let value = Value::Quantity(Quantity { amount: 1.into(), unit: "mu".into() });
    let answer = evaluate(&read(&text), &inputs(&[("area", value)]), day("2026-07-23")).unwrap();
    assert_eq!(answer.rows[0].truth, Truth::Undetermined);
}

#[test]
fn inputs_of_the_wrong_sort_are_the_callers_mistake() {
    let text = head("first")
        + "input = [{ name = \"n\", kind = \"int\", unit = \"person\" }, \
                    { name = \"c\", kind = \"text\", values = [\"red\", \"blue\"] }]\n\
           output = [{ name = \"o\", kind = \"bool\" }]\n"
        + &row("R", "n = 3, c = \"red\"", "o = true");
    let table = read(&text);
    let ask = |name: &str, input: Input| {
        let given = Inputs::from([(name.to_owned(), input)]);
        evaluate(&table, &given, day("2026-07-23")).unwrap_err()
    };
    let known = |value: Value| Input::known(value, "test", None);
    assert!(matches!(ask("n", known("3".into())), EvaluationError::WrongType { .. }));
    assert!(matches!(ask("n", known((-1).into())), EvaluationError::NotAllowed { .. }));
    let half = "2.5".parse::<crate::Decimal>().unwrap();
    assert!(matches!(ask("n", known(half.into())), EvaluationError::NotAllowed { .. }));
    assert!(matches!(ask("c", known("rde".into())), EvaluationError::NotAllowed { .. }));
    assert!(matches!(ask("c", known(true.into())), EvaluationError::WrongType { .. }));
    let crossed = Input { low: Some(5.into()), high: Some(3.into()), ..Input::default() };
    assert!(matches!(ask("n", crossed), EvaluationError::NotAllowed { .. }));
}

#[test]
fn values_are_plain_json() {
    for (value, json) in [
        (Value::from(true), "true"),
        (Value::from(12), "12"),
        (Value::Number("12.5".parse().unwrap()), "12.5"),
        (Value::Number("-0.000001".parse().unwrap()), "-1e-6"),
        (Value::from("red"), "\"red\""),
        (
            Value::Quantity(Quantity { amount: 3.into(), unit: "h".into() }),
            "{\"amount\":3,\"unit\":\"h\"}",
        ),
    ] {
        assert_eq!(serde_json::to_string(&value).unwrap(), json);
        assert_eq!(serde_json::from_str::<Value>(json).unwrap(), value);
    }
    for bad in ["null", "[]", "1e300", "0.1234567", "{\"amount\":3}"] {
        assert!(serde_json::from_str::<Value>(bad).is_err(), "{bad}");
    }
}

#[test]
fn the_day_in_china_begins_eight_hours_before_that_of_utc() {
    let at = |text: &str| crate::CivilDate::in_china(text.parse().unwrap()).to_string();
    assert_eq!(at("2024-01-19T15:59:59Z"), "2024-01-19");
    assert_eq!(at("2024-01-19T16:00:00Z"), "2024-01-20");
    assert_eq!(at("1969-12-31T16:00:00Z"), "1970-01-01");
    let _far = crate::CivilDate::in_china(kernel::UnixSeconds(i64::MAX));
}

#[test]
fn two_open_inputs_compare_as_all_their_values_do() {
    let ends: Vec<(i64, i64)> = (0..4).flat_map(|l| (l..4).map(move |h| (l, h))).collect();
    for (sign, test) in
        [("<", i64::lt as fn(&i64, &i64) -> bool), ("<=", i64::le), (">", i64::gt), (">=", i64::ge)]
    {
        let text = head("first")
            + "input = [{ name = \"a\", kind = \"int\" }, { name = \"b\", kind = \"int\" }]\n\
               output = [{ name = \"o\", kind = \"bool\" }]\n"
            + &row("R", &format!("a = \"{sign} b\""), "o = true");
        let table = read(&text);
        for (a, b) in ends.iter().flat_map(|a| ends.iter().map(move |b| (*a, *b))) {
            let between = |(low, high): (i64, i64)| Input {
                low: Some(low.into()),
                high: Some(high.into()),
                ..Input::default()
            };
            let given = Inputs::from([("a".into(), between(a)), ("b".into(), between(b))]);
            let found = evaluate(&table, &given, day("2026-07-23")).unwrap().rows[0].truth;
            let pairs = (a.0..=a.1).flat_map(|x| (b.0..=b.1).map(move |y| (x, y)));
            let holds: Vec<bool> = pairs.map(|(x, y)| test(&x, &y)).collect();
            let expected = match (holds.contains(&true), holds.contains(&false)) {
                (true, false) => Truth::Met,
                (false, _) => Truth::NotMet,
                (true, true) => Truth::Undetermined,
            };
            assert_eq!(found, expected, "{a:?} {sign} {b:?}");
        }
    }
}

#[test]
fn a_sum_reaches_from_its_known_parts_upward() {
    let text = head("first")
        + "input = [{ name = \"all\", kind = \"int\", unit = \"person\", \
                      sum_of = [\"dead\", \"missing\"] }, \
                    { name = \"dead\", kind = \"int\", unit = \"person\" }, \
                    { name = \"missing\", kind = \"int\", unit = \"person\" }]\n\
           output = [{ name = \"o\", kind = \"bool\" }]\n"
        + &row("R", "all = \">= 3\"", "o = true");
    let table = read(&text);
    let at = |text: &str| Some(text.parse().unwrap());
    let ask = |given: Vec<(&str, Input)>| {
        let given: Inputs = given.into_iter().map(|(n, i)| (n.to_owned(), i)).collect();
        evaluate(&table, &given, day("2026-07-23")).unwrap().rows[0].clone()
    };
    let truth = |given| ask(given).truth;
    assert_eq!(truth(vec![]), Truth::Undetermined);
    assert_eq!(truth(vec![("dead", known(2))]), Truth::Undetermined);
    assert_eq!(truth(vec![("dead", known(3))]), Truth::Met);
    let some = Input::at_least(1, "township", None);
    assert_eq!(truth(vec![("dead", known(2)), ("missing", some)]), Truth::Met);
    assert_eq!(truth(vec![("dead", known(2)), ("missing", known(0))]), Truth::NotMet);
    let none = Input::not_applicable("form");
    assert_eq!(truth(vec![("dead", known(3)), ("missing", none)]), Truth::Met);
    // A joint figure that somebody reported stands over the sum.
    assert_eq!(truth(vec![("all", known(1)), ("dead", known(3))]), Truth::NotMet);

    let dead = Input::known(2, "casualty", at("2026-07-23T02:00:00Z"));
    let missing = Input::known(1, "situation", at("2026-07-23T01:00:00Z"));
    let cell = ask(vec![("dead", dead), ("missing", missing)]).cells[0].clone();
    assert_eq!(cell.value, Some(3.into()));
    assert_eq!(cell.source, "casualty + situation");
    assert_eq!(cell.observed_at, at("2026-07-23T01:00:00Z"), "as old as its oldest part");
}

/// The truth of one condition on a decimal of a unit.
fn decimal_truth(unit: &str, condition: &str, input: Input) -> Truth {
    let text = head("first")
        + &format!("input = [{{ name = \"n\", kind = \"decimal\", unit = \"{unit}\" }}]\n")
        + "output = [{ name = \"o\", kind = \"bool\" }]\n"
        + &row("R", &format!("n = \"{condition}\""), "o = true");
    let given = Inputs::from([("n".to_owned(), input)]);
    evaluate(&read(&text), &given, day("2026-07-23")).unwrap().rows[0].truth
}

fn between(low: &str, high: &str) -> Input {
    let number = |text: &str| Some(Value::Number(text.parse().unwrap()));
    Input { low: number(low), high: number(high), ..Input::default() }
}

#[test]
fn bands_that_touch_are_one_band() {
    assert_eq!(decimal_truth("mm", "[1..2), [2..3]", between("1.5", "2.5")), Truth::Met);
    assert_eq!(decimal_truth("mm", "[1..2), (2..3]", between("1.5", "2.5")), Truth::Undetermined);
    assert_eq!(truth("[1..2], [3..4]", between("2", "3")), Truth::Met, "no count lies between");
}

#[test]
fn at_most_five_people_are_not_fewer_than_none() {
    let at_most = Input { high: Some(5.into()), ..Input::default() };
    assert_eq!(truth("[0..5]", at_most.clone()), Truth::Met);
    assert_eq!(truth(">= 3", at_most), Truth::Undetermined);
}

#[test]
fn rates_are_turned_in_every_part() {
    let exact = |n: i64| Input::known(n, "norm", None);
    let condition = ">= 1 l/person/h";
    assert_eq!(decimal_truth("l/person/day", condition, exact(24)), Truth::Met);
    assert_eq!(decimal_truth("l/person/day", condition, exact(23)), Truth::NotMet);
}
