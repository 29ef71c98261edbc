//! What comes out when several rows hold, and when it cannot yet be told which do.

use kernel::Truth;

use super::{day, head, inputs, read, row};
use crate::{Decision, Table, Value, evaluate};

const COLUMNS: &str = "input = [{ name = \"a\", kind = \"int\" }, \
     { name = \"b\", kind = \"int\" }]\n\
     output = [{ name = \"o\", kind = \"int\", values = [1, 2, 3] }]\n";

fn table(hit_policy: &str, rows: &[(&str, &str, &str)]) -> Table {
    let rows: Vec<String> = rows.iter().map(|(id, when, then)| row(id, when, then)).collect();
    read(&(head(hit_policy) + COLUMNS + &rows.concat()))
}

fn decide(table: &Table, given: &[(&str, Value)]) -> Decision {
    evaluate(table, &inputs(given), day("2026-07-23")).unwrap().decision
}

/// The certain and the possible results.
fn results(decision: &Decision) -> (Vec<i64>, Vec<i64>) {
    let values = |o: &crate::Outcome| o.values["o"].as_i64().unwrap();
    (decision.must.iter().map(values).collect(), decision.may.iter().map(values).collect())
}

#[test]
fn priority_takes_the_strongest_and_waits_only_for_stronger_rows() {
    let rows = [
        ("R3", "a = \">= 1\"", "o = 3"),
        ("R1", "b = \">= 9\"", "o = 1"),
        ("R2", "a = \">= 5\"", "o = 2"),
    ];
    let table = table("priority", &rows);
    assert_eq!(results(&decide(&table, &[("a", 5.into()), ("b", 0.into())])), (vec![2], vec![2]));
    assert_eq!(results(&decide(&table, &[("a", 5.into())])), (vec![], vec![1, 2]));
    assert_eq!(results(&decide(&table, &[("b", 9.into())])), (vec![1], vec![1]));
    assert_eq!(decide(&table, &[("a", 0.into()), ("b", 0.into())]).truth, Truth::NotMet);
}

#[test]
fn first_waits_for_the_rows_before_the_one_that_holds() {
    let table = table("first", &[("R1", "b = \">= 9\"", "o = 1"), ("R2", "a = \">= 5\"", "o = 2")]);
    assert_eq!(results(&decide(&table, &[("a", 5.into())])), (vec![], vec![1, 2]));
    assert_eq!(results(&decide(&table, &[("b", 9.into())])), (vec![1], vec![1]));
    assert_eq!(results(&decide(&table, &[("a", 5.into()), ("b", 8.into())])), (vec![2], vec![2]));
}

#[test]
fn any_gives_one_result_and_names_all_its_rows() {
    let same = [("R1", "a = \">= 1\"", "o = 1"), ("R2", "b = \">= 1\"", "o = 1")];
    let decision = decide(&table("any", &same), &[("a", 1.into()), ("b", 1.into())]);
    assert_eq!(decision.must[0].rows, ["R1", "R2"]);
    let half = decide(&table("any", &same), &[("a", 1.into())]);
    assert_eq!((half.truth, results(&half)), (Truth::Met, (vec![1], vec![1])));

    let other = [("R1", "a = \">= 1\"", "o = 1"), ("R2", "b = \">= 1\"", "o = 2")];
    let decision = decide(&table("any", &other), &[("a", 1.into()), ("b", 1.into())]);
    assert!(decision.conflict && decision.must.is_empty());
    assert_eq!(results(&decision).1, [1, 2]);
}

#[test]
fn collecting_adds_what_is_sure_and_bounds_what_is_not() {
    let rows = [
        ("R1", "a = \">= 1\"", "o = 1"),
        ("R2", "a = \">= 2\"", "o = 2"),
        ("R3", "b = 1", "o = 3"),
    ];
    let bounds = |policy: &str, given: &[(&str, Value)]| {
        let decision = decide(&table(policy, &rows), given);
        let bounds = decision.aggregate.unwrap();
        (bounds.low.map(|v| v.as_i64().unwrap()), bounds.high.map(|v| v.as_i64().unwrap()))
    };
    let known = [("a", Value::from(2)), ("b", 1.into())];
    assert_eq!(bounds("collect_sum", &known), (Some(6), Some(6)));
    assert_eq!(bounds("collect_min", &known), (Some(1), Some(1)));
    assert_eq!(bounds("collect_max", &known), (Some(3), Some(3)));
    assert_eq!(bounds("collect_count", &known), (Some(3), Some(3)));
    let half = [("a", Value::from(2))];
    assert_eq!(bounds("collect_sum", &half), (Some(3), Some(6)));
    assert_eq!(bounds("collect_max", &half), (Some(2), Some(3)));
    assert_eq!(bounds("collect_count", &half), (Some(2), Some(3)));
    let none = [("a", Value::from(0)), ("b", 0.into())];
    assert_eq!(bounds("collect_sum", &none), (None, None));
    assert_eq!(bounds("collect_count", &none), (Some(0), Some(0)));
}

#[test]
fn rule_order_keeps_the_order_of_the_table() {
    let rows = [("R3", "a = \">= 1\"", "o = 3"), ("R1", "a = \">= 1\", b = \"-\"", "o = 1")];
    let decision = decide(&table("rule_order", &rows), &[("a", 1.into())]);
    assert_eq!(results(&decision), (vec![3, 1], vec![3, 1]));
}

#[test]
fn an_otherwise_row_waits_until_no_other_can_hold() {
    let text = head("any")
        + COLUMNS
        + &row("R1", "a = \">= 1\", b = \">= 1\"", "o = 1")
        + "[[row]]\nid = \"R0\"\nclause = \"1\"\notherwise = true\nthen = { o = 2 }\n";
    let table = read(&text);
    assert_eq!(results(&decide(&table, &[("a", 0.into())])), (vec![2], vec![2]));
    assert_eq!(results(&decide(&table, &[("a", 1.into())])), (vec![], vec![1, 2]));
    let answer = evaluate(&table, &inputs(&[("a", 1.into())]), day("2026-07-23")).unwrap();
    assert_eq!(answer.missing.len(), 1);
    assert_eq!((answer.missing[0].input.as_str(), answer.missing[0].rows.len()), ("b", 2));
}

#[test]
fn alternatives_need_one_and_ask_only_for_what_can_help() {
    let text = head("any")
        + COLUMNS
        + "[[row]]\nid = \"R1\"\nclause = \"1\"\nany_of = [{ a = 1, b = 1 }, { a = 2, b = 2 }]\n\
           then = { o = 1 }\n";
    let table = read(&text);
    let truth = |given: &[(&str, Value)]| decide(&table, given).truth;
    assert_eq!(truth(&[("a", 2.into()), ("b", 2.into())]), Truth::Met);
    assert_eq!(truth(&[("a", 2.into()), ("b", 1.into())]), Truth::NotMet);
    assert_eq!(truth(&[("a", 1.into())]), Truth::Undetermined);
    assert_eq!(truth(&[("a", 3.into())]), Truth::NotMet);
}

#[test]
fn only_an_alternative_that_can_still_help_is_waited_for() {
    let text = head("any")
        + "input = [{ name = \"a\", kind = \"bool\" }, { name = \"b\", kind = \"bool\" }, \
           { name = \"c\", kind = \"bool\" }, { name = \"d\", kind = \"bool\" }]\n\
           output = [{ name = \"o\", kind = \"int\" }]\n\
           [[row]]\nid = \"R1\"\nclause = \"1\"\nwhen = { a = true }\n\
           any_of = [{ b = true, c = true }, { d = true }]\nthen = { o = 1 }\n";
    let table = read(&text);
    let missing = |given: &[(&str, Value)]| {
        let answer = evaluate(&table, &inputs(given), day("2026-07-23")).unwrap();
        answer.missing.into_iter().map(|m| m.input).collect::<Vec<_>>()
    };
    assert_eq!(missing(&[]), ["a", "b", "c", "d"]);
    assert_eq!(missing(&[("d", true.into())]), ["a"], "one alternative holds already");
    assert_eq!(missing(&[("b", false.into())]), ["a", "d"], "the other alternative is lost");
    assert!(missing(&[("a", false.into())]).is_empty());
}

#[test]
fn rows_come_and_go_with_the_day() {
    let text = head("priority")
        + COLUMNS
        + &row("OLD", "a = 1, b = 1", "o = 1")
            .replace("clause", "valid_to = \"2024-01-20\"\nclause")
        + &row("NEW", "a = 1, b = 1", "o = 2")
            .replace("clause", "valid_from = \"2024-01-20\"\nclause");
    let table = read(&text);
    let on = |text: &str| {
        let given = inputs(&[("a", 1.into()), ("b", 1.into())]);
        evaluate(&table, &given, day(text)).unwrap().decision.must[0].rows.clone()
    };
    assert_eq!(on("2024-01-19"), ["OLD"]);
    assert_eq!(on("2024-01-20"), ["NEW"]);
}
