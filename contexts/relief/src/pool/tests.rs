use kernel::OpId;
use ledger::{Entity, Value, View};
use serde_json::{Value as Json, json};

use super::{Pool, balance};
use crate::desk::{Desk, view};

/// Ops of the test by number: 12 is the opening, as the desk's views name it.
fn hex(n: u8) -> String {
    OpId([n; 32]).to_string()
}

fn epoch() -> String {
    hex(12)
}

/// A pool of 200 tents with these promises: op, packs, taken back, handed out.
fn tents(spends: &[(u8, i64, i64, i64)]) -> View {
    let series = |name: &str, rows: Vec<(u8, Json)>| {
        let field = Pool::FIELDS.iter().find(|f| f.name == name).unwrap();
        let one = |(op, json): (u8, Json)| {
            let value = field.shape.read(name, &json).unwrap();
            Value::List(vec![Value::Bytes(vec![op; 32]), value])
        };
        (field.number, Value::List(rows.into_iter().map(one).collect()))
    };
    let about = |op: u8, packs: i64| json!({"epoch": epoch(), "packs": packs, "spend": hex(op)});
    let task = "delivery_order:0000000000000099";
    let promised =
        spends.iter().map(|s| (s.0, json!({"epoch": epoch(), "packs": s.1, "task": task})));
    let back = spends.iter().filter(|s| s.2 > 0).map(|s| (s.0 + 100, about(s.0, s.2)));
    let out = spends.iter().filter(|s| s.3 > 0).map(|s| (s.0 + 150, about(s.0, s.3)));
    let opening = json!({"sort": "goods", "base": 200});
    let mut seen = view::<Pool>(7, None, &[("opening", opening)]);
    for (number, value) in [
        series("spend", promised.collect()),
        series("back", back.collect()),
        series("out", out.collect()),
    ] {
        let state = ledger::FieldState::Set(value);
        seen.fields.insert(number, ledger::FieldView { state, ..Default::default() });
    }
    seen
}

fn refusal(seen: &View, verb: &str, args: Json) -> String {
    Desk::of("depot.keeper").refusal::<Pool>(seen, verb, args)
}

#[test]
fn the_last_tent_is_promised_once() {
    let seen = tents(&[(31, 120, 0, 100), (32, 50, 5, 0)]);
    let now = balance(&seen);
    assert_eq!((now.may_promise(), now.promised(), now.on_hand()), (35, 165, 100));
    let task = "delivery_order:0000000000000098";
    let spend = |packs: i64| json!({"spend": {"epoch": epoch(), "packs": packs, "task": task}});
    assert_eq!(refusal(&seen, "spend", spend(35)), "");
    assert_eq!(refusal(&seen, "spend", spend(36)), "pool-not-enough");
    let nobody = json!({"spend": {"epoch": epoch(), "packs": 1}});
    assert_eq!(refusal(&seen, "spend", nobody), "pool-spend-unnamed");
    let old = json!({"spend": {"epoch": hex(11), "packs": 1, "task": task}});
    assert_eq!(refusal(&seen, "spend", old), "pool-other-epoch");
}

#[test]
fn what_was_handed_out_is_not_taken_back() {
    let seen = tents(&[(31, 50, 0, 45)]);
    let back = |packs: i64| json!({"back": {"epoch": epoch(), "packs": packs, "spend": hex(31)}});
    assert_eq!(refusal(&seen, "take_back", back(5)), "");
    assert_eq!(refusal(&seen, "take_back", back(6)), "pool-not-enough");
    let out =
        |op: u8, packs: i64| json!({"out": {"epoch": epoch(), "packs": packs, "spend": hex(op)}});
    assert_eq!(refusal(&seen, "hand_out", out(31, 6)), "pool-not-enough");
    assert_eq!(refusal(&seen, "hand_out", out(33, 1)), "pool-no-such-spend");
}

#[test]
fn a_count_closes_the_epoch_and_carries_what_is_still_promised() {
    let seen = tents(&[(31, 50, 0, 45)]);
    let open = |after: Json, base: i64, carried: i64| {
        let carry = json!([{"spend": hex(31), "packs": carried}]);
        let opening = json!({"sort": "goods", "base": base, "after": after, "carry": carry});
        refusal(&seen, "open", json!({"opening": opening}))
    };
    assert_eq!(open(json!(epoch()), 155, 5), "");
    assert_eq!(open(json!(null), 155, 5), "pool-opens-after-another");
    assert_eq!(open(json!(epoch()), 155, 6), "pool-not-enough");
    assert_eq!(open(json!(epoch()), 4, 5), "pool-not-enough");
    let never = View::empty(Pool::KIND, kernel::EntityId([7; 10]));
    assert_eq!(balance(&never), super::Balance::default());
    let first = json!({"opening": {"sort": "thing", "base": 1}});
    assert_eq!(refusal(&never, "open", first), "");
    assert_eq!(refusal(&never, "open", json!({"opening": {"base": 1}})), "pool-opening-incomplete");
}
