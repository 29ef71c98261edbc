//! What must hold for every table and every state of knowledge.

use std::collections::BTreeSet;

use kernel::Truth;
use proptest::prelude::*;

use super::{day, head, read};
use crate::{Decision, Explanation, Input, Inputs, Table, Value, evaluate, propose, questions};

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() }
}

/// A made-up table over two numbers, a word and a yes-or-no, with rows of random conditions.
fn tables(policy: &'static str) -> impl Strategy<Value = (String, Vec<String>)> {
    let number = prop_oneof![
        (0i64..10, 0i64..6).prop_map(|(low, wide)| format!("[{low}..{})", low + wide + 1)),
        (0i64..10).prop_map(|n| format!(">= {n}")),
        (0i64..10).prop_map(|n| format!("< {}", n + 1)),
        (0i64..10).prop_map(|n| format!("not({n})")),
        Just("-".to_owned()),
    ];
    let word = prop_oneof![Just("red"), Just("red, blue"), Just("not(blue)"), Just("-"),];
    let flag = prop_oneof![Just("true"), Just("false"), Just("-")];
    let condition = (number.clone(), number, word, flag)
        .prop_map(|(a, b, c, d)| format!("a = \"{a}\", b = \"{b}\", c = \"{c}\", d = \"{d}\""));
    let row = (prop::collection::vec(condition, 1..3), 1i64..4, any::<bool>());
    prop::collection::vec(row, 1..7).prop_map(move |rows| {
        let columns = "input = [{ name = \"a\", kind = \"int\", unit = \"person\" }, \
             { name = \"b\", kind = \"int\" }, \
             { name = \"c\", kind = \"text\", values = [\"red\", \"yellow\", \"blue\"] }, \
             { name = \"d\", kind = \"bool\" }]\n\
             output = [{ name = \"o\", kind = \"int\", values = [1, 2, 3] }]\n";
        let text = |(nth, (conditions, o, alternatives)): (usize, (Vec<String>, i64, bool))| {
            let when = if alternatives {
                let all: Vec<String> = conditions.iter().map(|c| format!("{{ {c} }}")).collect();
                format!("any_of = [{}]", all.join(", "))
            } else {
                format!("when = {{ {} }}", conditions[0])
            };
            format!("[[row]]\nid = \"R{nth}\"\nclause = \"1\"\n{when}\nthen = {{ o = {o} }}\n")
        };
        (head(policy) + columns, rows.into_iter().enumerate().map(text).collect())
    })
}

/// What is known: for each input nothing, a value, or (numbers) bounds around one.
fn knowledge() -> impl Strategy<Value = (Inputs, Inputs)> {
    let number = (0i64..12, 0u8..4, 0i64..4, 0i64..4);
    (number.clone(), number, (0usize..3, any::<bool>()), (any::<bool>(), any::<bool>())).prop_map(
        |(a, b, c, d)| {
            let (mut full, mut half) = (Inputs::new(), Inputs::new());
            let mut put = |name: &str, value: Value, known: Option<Input>| {
                full.insert(name.to_owned(), Input::known(value, "test", None));
                half.extend(known.map(|k| (name.to_owned(), k)));
            };
            for (name, (value, how, below, above)) in [("a", a), ("b", b)] {
                let known = Input::known(value, "test", None);
                let between = Input {
                    low: Some((value - below).max(0).into()),
                    high: Some((value + above).into()),
                    ..Input::default()
                };
                let from = Input::at_least((value - below).max(0), "test", None);
                put(
                    name,
                    value.into(),
                    [None, Some(known), Some(between), Some(from)][how as usize].clone(),
                );
            }
            let word = Value::from(["red", "yellow", "blue"][c.0]);
            put("c", word.clone(), c.1.then(|| Input::known(word, "test", None)));
            put("d", d.0.into(), d.1.then(|| Input::known(d.0, "test", None)));
            (full, half)
        },
    )
}

fn ask(table: &Table, inputs: &Inputs) -> Explanation {
    evaluate(table, inputs, day("2026-07-23")).unwrap()
}

/// Results as a set of values, without the rows that give them.
fn set(outcomes: &[crate::Outcome]) -> BTreeSet<i64> {
    outcomes.iter().map(|o| o.values["o"].as_i64().unwrap()).collect()
}

fn check_more_knowledge(table: &Table, full: &Inputs, half: &Inputs) {
    let (less, more) = (ask(table, half), ask(table, full));
    for (before, after) in less.rows.iter().zip(&more.rows) {
        assert_ne!(after.truth, Truth::Undetermined, "all is known");
        if before.truth != Truth::Undetermined {
            assert_eq!(before.truth, after.truth, "row {}", before.row);
        }
        for (b, a) in before.cells.iter().zip(&after.cells) {
            assert!(b.truth == Truth::Undetermined || b.truth == a.truth);
        }
    }
    assert!(
        set(&less.decision.must).is_subset(&set(&more.decision.must)) || more.decision.conflict
    );
    assert!(set(&more.decision.may).is_subset(&set(&less.decision.may)));
    if less.decision.truth != Truth::Undetermined {
        assert_eq!(less.decision.truth, more.decision.truth);
        assert!(less.missing.is_empty());
    }
    // Whatever is undetermined waits for something that is named.
    if less.decision.truth == Truth::Undetermined && !less.decision.conflict {
        assert!(!less.missing.is_empty());
    }
    let bounds = |d: &Decision| d.aggregate.clone().map(|a| (a.low, a.high));
    if let (Some((low, high)), Some((exact, _))) = (bounds(&less.decision), bounds(&more.decision))
        && let Some(exact) = exact
    {
        assert!(low.is_none_or(|l| l <= exact) && high.is_none_or(|h| exact <= h));
    }
}

macro_rules! for_policies {
    ($($policy:ident)*) => { $(
        mod $policy {
            use super::*;
            proptest! {
                #![proptest_config(config())]
                #[test]
                fn more_knowledge_only_settles(
                    (head, rows) in tables(stringify!($policy)),
                    (full, half) in knowledge(),
                ) {
                    check_more_knowledge(&read(&(head + &rows.concat())), &full, &half);
                }
            }
        }
    )* };
}

for_policies!(
    any first priority collect rule_order collect_sum collect_min collect_max collect_count
);

fn of_policies(policies: &[&'static str]) -> impl Strategy<Value = (String, Vec<String>)> {
    prop::sample::select(policies.to_vec()).prop_flat_map(tables)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_order_of_rows_does_not_matter(
        (head, rows) in of_policies(&["any", "collect", "priority", "collect_sum"]),
        seed in any::<usize>(),
        (_, half) in knowledge(),
    ) {
        let mut turned = rows.clone();
        turned.rotate_left(seed % rows.len());
        if seed % 2 == 0 {
            turned.reverse();
        }
        let (a, b) = (read(&(head.clone() + &rows.concat())), read(&(head + &turned.concat())));
        let (a, b) = (ask(&a, &half).decision, ask(&b, &half).decision);
        prop_assert_eq!(set(&a.must), set(&b.must));
        prop_assert_eq!(set(&a.may), set(&b.may));
        prop_assert_eq!((a.truth, a.aggregate, a.conflict), (b.truth, b.aggregate, b.conflict));
    }

    #[test]
    fn an_answer_to_what_is_not_asked_changes_nothing(
        (head, rows) in of_policies(&["any", "first", "priority", "collect"]),
        (full, half) in knowledge(),
    ) {
        let table = read(&(head + &rows.concat()));
        let left = questions(&table, &half, day("2026-07-23")).unwrap();
        prop_assert!(left.exact);
        let asked: BTreeSet<&str> = left.ask.iter().map(|m| m.input.as_str()).collect();
        // Two worlds that agree on what is known and on the answers to what is asked.
        let mut same = half.clone();
        let answers = full.iter().filter(|(name, _)| asked.contains(name.as_str()));
        same.extend(answers.map(|(name, input)| (name.clone(), input.clone())));
        let known = ask(&table, &full).decision;
        for d in [true, false] {
            for c in ["red", "yellow", "blue"] {
                let mut world = full.clone();
                for (name, value) in [("d", Value::from(d)), ("c", c.into())] {
                    if !same.contains_key(name) {
                        world.insert(name.to_owned(), Input::known(value, "test", None));
                    }
                }
                let found = ask(&table, &world).decision;
                prop_assert_eq!(set(&found.must), set(&known.must));
            }
        }
    }

    #[test]
    fn a_proposal_counts_each_row_once_and_never_falls_with_knowledge(
        (head, rows) in tables("priority"),
        (full, half) in knowledge(),
    ) {
        let table = read(&(head + &rows.concat()));
        let on = day("2026-07-23");
        let less = propose(&table, &half, on).unwrap();
        let more = propose(&table, &full, on).unwrap();
        prop_assert_eq!(less.met + less.not_met + less.undetermined, less.rows.len());
        prop_assert_eq!(less.rows.len() + less.rows_below.len(), table.rows.len());
        prop_assert_eq!(more.undetermined, 0);
        prop_assert_eq!(more.level_if_undetermined_met, None);
        // Level 1 is the most severe: more knowledge can only raise what was proposed.
        if let Some(level) = less.level {
            prop_assert!(more.level.is_some_and(|l| l <= level));
            prop_assert!(less.level_if_undetermined_met.is_none_or(|l| l < level));
        }
        if let Some(level) = more.level {
            let possible = less.level_if_undetermined_met.into_iter().chain(less.level).min();
            prop_assert!(possible.is_some_and(|p| p <= level));
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(
        text in "[a-z0-9_=\"\\[\\]{}(),.<>\n #-]{0,300}",
        at in 0usize..2000,
        with in "\\PC{0,3}",
    ) {
        let _ = Table::read("cn/command/test.toml", &text);
        let (_, good) = crate::base_packs()[1];
        let mut broken = good.to_owned();
        let at = (0..=at.min(good.len())).rev().find(|i| good.is_char_boundary(*i)).unwrap_or(0);
        broken.insert_str(at, &with);
        let _ = Table::read("cn/command/accident_grade.toml", &broken);
    }
}
