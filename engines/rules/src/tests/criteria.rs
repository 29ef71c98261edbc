//! A danger is judged by few questions, and only by those that matter.

use kernel::Truth;

use super::{day, head, inputs, read, row};
use crate::{ColumnKind, Inputs, Library, Value, questions};

const ID: &str = "cn/prevention/major_danger_hazchem";

#[test]
fn what_the_finding_is_about_is_asked_first_and_little_after() {
    let library = Library::base().unwrap();
    let on = day("2026-07-23");
    let first = library.questions(ID, &Inputs::new(), on).unwrap();
    assert!(!first.settled);
    assert_eq!(first.ask[0].input, "finding");
    assert_eq!(&*first.ask[0].labels["filling"].en, "Filling");
    let table = library.in_force(ID, on).unwrap();
    let findings = table.input("finding").unwrap().values.clone();
    assert_eq!(findings.len(), 20, "nineteen kinds, and none of these");
    for finding in &findings {
        // Answer in both ways whatever is asked, until nothing matters any more.
        for yes in [true, false] {
            let mut given = inputs(&[("finding", finding.as_str().into())]);
            let mut asked = 0;
            loop {
                let left = library.questions(ID, &given, on).unwrap();
                let Some(next) = left.ask.first() else {
                    assert!(left.settled);
                    assert_eq!(left.decision.truth, Truth::Met, "{finding} {yes}");
                    break;
                };
                let value: Value = match next.kind {
                    ColumnKind::Bool => yes.into(),
                    _ => 1.into(),
                };
                given.extend(inputs(&[(next.input.as_str(), value)]));
                asked += 1;
            }
            assert!(asked <= 7, "{finding}: {asked} questions");
        }
    }
}

#[test]
fn nothing_is_asked_that_cannot_change_the_result() {
    // Whatever b is, the result is the same: only a matters, and a = false settles it.
    let text = head("any")
        + "input = [{ name = \"a\", kind = \"bool\" }, { name = \"b\", kind = \"bool\" }]\n\
           output = [{ name = \"o\", kind = \"int\" }]\n"
        + &row("R1", "a = true, b = true", "o = 1")
        + &row("R2", "a = true, b = false", "o = 1")
        + &row("R3", "a = false", "o = 2");
    let table = read(&text);
    let on = day("2026-07-23");
    let asked = |given: &Inputs| {
        let left = questions(&table, given, on).unwrap();
        assert!(left.exact);
        left.ask.iter().map(|m| m.input.clone()).collect::<Vec<_>>()
    };
    assert_eq!(asked(&Inputs::new()), ["a"]);
    assert!(asked(&inputs(&[("a", false.into())])).is_empty());
    assert!(asked(&inputs(&[("a", true.into())])).is_empty());
}

#[test]
fn the_scenario_asks_only_for_the_dead_and_missing() {
    let library = Library::base().unwrap();
    let given = inputs(&[
        ("red_signal_townships", 5.into()),
        ("cut_off_villages", 3.into()),
        ("moved", 1_240.into()),
    ]);
    let id = "exercise/command/county_flood_response";
    let left = library.questions(id, &given, day("2026-07-23")).unwrap();
    assert!(left.exact && !left.settled);
    assert_eq!(left.ask.len(), 1);
    assert_eq!(left.ask[0].input, "dead_missing");
}
