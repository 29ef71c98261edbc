//! That arrival order cannot matter: any permutation, copy or delay of ops gives the same bytes.

use std::collections::BTreeMap;

use kernel::{
    ClockQuality, EntityId, KeyId, Kind, LogId, OpId, PlaceCode, Prefix, Stamp, UnixMillis,
};
use proptest::prelude::*;

use super::*;
use crate::authority::{Ground, KeyHash, Roles, Standing, Verdict};
use crate::entity::{Edge, Field, OpType, SETTLE_CODE, VERB, Verb, writes_by_shape};
use crate::rule::{
    Casualty, Cautious, Engaged, Hazard, Keeper, KeptCount, Movement, Rank, ResponseLevel, Series,
    Set, Steps, Tally,
};
use crate::view::View;
use crate::{DataClass, Entry, Lane, Shape, Topic, Value};

const COUNT: Shape = Shape::Int { min: 0, max: 9, unit: "" };
const ANY: Shape = Shape::Any;
const STATES: &[(u8, &str)] = &[(1, "Open"), (2, "Shut")];
const VERBS: &[Verb] = &[
    Verb { number: 1, name: "open", op: 0, needs: &[], may: &["text"] },
    Verb { number: 2, name: "shut", op: 0, needs: &[], may: &[] },
    Verb { number: 3, name: "note", op: 1, needs: &["secret"], may: &[] },
];
const fn edge(from: Option<&'static str>, verb: &'static str, to: Option<&'static str>) -> Edge {
    Edge { from, verb, to, grant: "thing.do", source: "house" }
}
const EDGES: &[Edge] = &[
    edge(None, "open", Some("Open")),
    edge(Some("Shut"), "open", Some("Open")),
    edge(Some("Open"), "shut", Some("Shut")),
    edge(Some("Open"), "note", None),
];
const STEPS: Steps = Steps { states: STATES, verbs: VERBS, edges: EDGES, free: Some(&["open"]) };
const HAZARDS: Shape = Shape::Code(&[(1, "flood")]);

const fn field(
    number: u8,
    name: &'static str,
    shape: Shape,
    rule: &'static dyn crate::rule::Rule,
) -> Field {
    Field { number, name, shape, rule }
}
const FIELDS: &[Field] = &[
    field(3, "place", Shape::Place, &Rank),
    field(VERB, "state", ANY, &STEPS),
    field(12, "hazard", HAZARDS, &Rank),
    field(20, "text", ANY, &Rank),
    field(21, "dead", COUNT, &Casualty),
    field(22, "road", COUNT, &Cautious),
    field(23, "slope", COUNT, &Hazard),
    field(24, "judged", Shape::List(&Shape::Hash, 100), &Rank),
    field(25, "keeper", Shape::Hash, &Keeper),
    field(26, "people", COUNT, &KeptCount(25)),
    field(27, "moved", COUNT, &Movement(26)),
    field(28, "level", ANY, &ResponseLevel),
    field(29, "engaged", ANY, &Engaged(25)),
    field(30, "tags", ANY, &Set),
    field(31, "sum", COUNT, &Tally),
    field(32, "notes", ANY, &Series),
    field(33, "secret", COUNT, &Rank),
];
const fn op_type(code: u32, class: DataClass) -> OpType {
    OpType { code, version: 1, topic: Topic::Hazards, lane: Lane::Routine, class }
}
const OPS: &[OpType] = &[op_type(400, DataClass::Open), op_type(401, DataClass::Personal)];

pub(crate) static THING: Entry = Entry {
    kind: Kind { number: 25, name: "thing" },
    context: "test",
    ops: OPS,
    states: STATES,
    verbs: VERBS,
    edges: EDGES,
    fields: FIELDS,
    labels: "",
    samples: "",
    writes: |body| writes_by_shape(FIELDS, body),
    check: |_, _, _| Ok(()),
    public_code: |args| {
        let hazard = args.get("hazard")?.as_str()?;
        Some(format!("{}/{hazard}", args.get("place")?.as_str()?))
    },
};

pub(crate) const HERE: PlaceCode = PlaceCode(990_102_000_000);
pub(crate) const THERE: PlaceCode = PlaceCode(990_103_000_000);

pub(crate) fn thing() -> EntityId {
    EntityId::from_code("thing", "990102000000/flood")
}

pub(crate) fn author(who: u8) -> KeyHash {
    kernel::hash(&[who])
}

pub(crate) fn op(
    n: u8,
    who: u8,
    seq: u64,
    sup: Vec<Prefix>,
    header: u32,
    body: BTreeMap<u64, Value>,
) -> FoldOp {
    FoldOp {
        id: OpId(kernel::hash(&[n, who, 77]).0),
        log: LogId([who; 16]),
        seq,
        prev: None,
        t: Stamp::at(UnixMillis(i64::from(n))),
        clk: ClockQuality::SyncedDay,
        ent: Some(thing()),
        sup,
        header_type: header,
        class: if header / 16 == 401 { DataClass::Personal } else { DataClass::Open },
        body: Some(body),
        chained: Chained::Verified,
        critical: false,
        obo: None::<KeyId>,
        author: author(who),
        place: if who.is_multiple_of(3) { THERE } else { HERE },
    }
}

/// What one made-up op is made of, all of it from the test's random source.
#[derive(Clone, Debug)]
struct Seed {
    who: u8,
    settle: bool,
    body: bool,
    personal: bool,
    verdict: u8,
    rank: u8,
    roles: u8,
    fields: Vec<(u8, u8)>,
    seen: Vec<prop::sample::Index>,
    all: bool,
    ahead: bool,
}

fn seeds() -> impl Strategy<Value = Vec<Seed>> {
    let seen = prop::collection::vec(any::<prop::sample::Index>(), 0..4);
    let fields = prop::collection::vec((0u8..17, 0u8..6), 0..4);
    let first = (0u8..5, prop::bool::weighted(0.15), prop::bool::weighted(0.9));
    let second = (prop::bool::weighted(0.1), 0u8..20, 1u8..4, 0u8..32);
    let third = (fields, seen, prop::bool::weighted(0.4), prop::bool::weighted(0.05));
    let one = (first, second, third).prop_map(|(a, b, c)| Seed {
        who: a.0,
        settle: a.1,
        body: a.2,
        personal: b.0,
        verdict: b.1,
        rank: b.2 * 10,
        roles: b.3,
        fields: c.0,
        seen: c.1,
        all: c.2,
        ahead: c.3,
    });
    prop::collection::vec(one, 1..24)
}

fn value(number: u8, pick: u8, settle: bool, ids: &[OpId]) -> Value {
    let small = Value::from(u64::from(pick));
    match number {
        3 => (if pick == 0 { THERE.0 } else { HERE.0 }).into(),
        VERB => (1 + u64::from(pick) % 3).into(),
        12 => 1u64.into(),
        24 => Value::List(ids.iter().step_by(2).map(|id| Value::Bytes(id.0.to_vec())).collect()),
        25 => Value::Bytes(author(pick).0.to_vec()),
        28 => Value::List(vec![small, Value::List(vec![u64::from(pick % 2).into()])]),
        29 if settle => Value::Text(format!("t{}", pick % 2)),
        29 => {
            let verb = if pick.is_multiple_of(3) { "done" } else { "accept" };
            Value::List(vec![verb.into(), Value::Text(format!("t{}", pick % 2))])
        }
        30 => {
            let item = Value::List(vec![u64::from(pick % 3).into()]);
            Value::Map(BTreeMap::from([(1 + u64::from(pick % 2), item)]))
        }
        _ => small,
    }
}

/// A history from seeds: ops that name earlier ones, some of them ones that only come later.
fn history(seeds: &[Seed]) -> Vec<(FoldOp, Standing)> {
    let mut out: Vec<(FoldOp, Standing)> = Vec::new();
    let mut seqs = [0u64; 256];
    for (n, seed) in seeds.iter().enumerate() {
        let ids: Vec<OpId> = out.iter().map(|o| o.0.id).collect();
        let mut sup: Vec<Prefix> = if seed.all {
            ids.iter().rev().take(16).map(OpId::prefix).collect()
        } else {
            let named = seed.seen.iter().filter(|_| !ids.is_empty());
            named.map(|i| i.get(&ids).prefix()).collect()
        };
        if seed.ahead {
            let next = seeds.get(n + 1).map_or(0, |s| s.who);
            sup.push(OpId(kernel::hash(&[n as u8 + 1, next, 77]).0).prefix());
        }
        let fields = seed.fields.iter().map(|(at, pick)| {
            let number = FIELDS[usize::from(*at)].number;
            (u64::from(number), value(number, *pick, seed.settle, &ids))
        });
        let fields: BTreeMap<u64, Value> = fields.collect();
        let (header, body) = if seed.settle {
            let kind = u64::from(THING.kind.number).into();
            let body = BTreeMap::from([(12, kind), (13, Value::Map(fields))]);
            (SETTLE_CODE * 16 + 1, body)
        } else {
            ((400 + u32::from(seed.personal)) * 16 + 1, fields)
        };
        let mut op = op(n as u8, seed.who, seqs[usize::from(seed.who)], sup, header, body);
        seqs[usize::from(seed.who)] += 1;
        if !seed.body {
            op.body = None;
        }
        let folded = Standing::folded(seed.rank, Roles(seed.roles));
        let standing = match seed.verdict {
            0 => Standing::not_folded(Verdict::Quarantined(Ground::Revoked)),
            1 => Standing::not_folded(Verdict::Unknown(Ground::Type)),
            2 => Standing::not_folded(Verdict::Invalid(Ground::TimeNotRising)),
            3 => Standing::not_folded(Verdict::Held(Ground::Unsigned)),
            _ => folded,
        };
        out.push((op, standing));
    }
    out
}

pub(crate) fn fold(ops: &[(FoldOp, Standing)]) -> View {
    fold_entity(&THING, thing(), None, ops.iter().map(|(op, s)| (op, *s)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_permutation_or_copy_gives_the_same_bytes(
        (ops, disturbed) in seeds().prop_map(|s| history(&s)).prop_flat_map(|ops| {
            let mut twice = ops.clone();
            twice.extend(ops.iter().step_by(3).cloned());
            (Just(ops), Just(twice).prop_shuffle())
        })
    ) {
        prop_assert_eq!(fold(&ops).encode(), fold(&disturbed).encode());
    }

    #[test]
    fn any_delay_gives_the_same_bytes(
        (ops, late) in seeds().prop_map(|s| history(&s)).prop_flat_map(|ops| {
            (Just(ops.clone()), Just(ops).prop_shuffle())
        })
    ) {
        let mut kept = EntityFold::new(&THING, thing(), None);
        for n in 0..late.len() {
            kept.push(&late[n].0, late[n].1);
            prop_assert_eq!(kept.view(), fold(&late[..=n]), "after {}", n);
        }
        prop_assert_eq!(kept.view().encode(), fold(&ops).encode());
    }

    #[test]
    fn a_changed_standing_is_as_if_it_had_always_been(
        ops in seeds().prop_map(|s| history(&s)),
        which in any::<prop::sample::Index>(),
    ) {
        let mut after = ops.clone();
        let at = which.index(ops.len());
        after[at].1 = Standing::not_folded(Verdict::Quarantined(Ground::Revoked));
        let mut kept = EntityFold::from_ops(&THING, thing(), None, ops);
        kept.push(&after[at].0, after[at].1);
        prop_assert_eq!(kept.view(), fold(&after));
    }

    #[test]
    fn every_head_wins_or_is_set_aside_with_a_reason(ops in seeds().prop_map(|s| history(&s))) {
        for (number, field) in &fold(&ops).fields {
            let ends = field.winners.len() + field.aside.len();
            prop_assert_eq!(field.heads.len(), ends, "{}", number);
            let ended = field.winners.iter().copied().chain(field.aside.iter().map(|a| a.op));
            let ended: std::collections::BTreeSet<OpId> = ended.collect();
            let heads: std::collections::BTreeSet<OpId> = field.heads.iter().copied().collect();
            prop_assert_eq!(ended, heads);
        }
    }

    #[test]
    fn a_stored_view_reads_back(ops in seeds().prop_map(|s| history(&s))) {
        let view = fold(&ops);
        prop_assert_eq!(View::decode(THING.kind, &view.encode()).unwrap(), view);
    }

    #[test]
    fn a_personal_body_that_is_not_here_does_not_show_in_the_open_view(
        seeds in seeds().prop_map(|seeds| seeds.into_iter().map(apart).collect::<Vec<_>>()),
    ) {
        let ops = history(&seeds);
        let without = ops.iter().cloned().map(|(mut op, s)| {
            if op.class == DataClass::Personal {
                op.body = None;
            }
            (op, s)
        });
        let without: Vec<_> = without.collect();
        prop_assert_eq!(fold(&ops).encode_open(), fold(&without).encode_open());
    }
}

/// A seed of which personal ops write the personal field alone, and others never do.
fn apart(mut seed: Seed) -> Seed {
    let secret = FIELDS.len() as u8 - 1;
    seed.settle &= !seed.personal;
    for field in &mut seed.fields {
        field.0 = if seed.personal { secret } else { field.0 % secret };
    }
    seed
}

fn written(view: &View, number: u8) -> Option<i64> {
    view.int(number)
}

fn step(n: u8, who: u8, seq: u64, sup: &[&FoldOp], verb: u64) -> FoldOp {
    let sup = sup.iter().map(|o| o.id.prefix()).collect();
    let body = BTreeMap::from([
        (3, Value::from(HERE.0)),
        (12, Value::from(1u64)),
        (u64::from(VERB), Value::from(verb)),
    ]);
    op(n, who, seq, sup, 400 * 16 + 1, body)
}

#[test]
fn only_the_office_of_the_place_in_the_code_shuts() {
    let office = Standing::folded(40, Roles::RESPONSE);
    let opened = step(1, 1, 0, &[], 1);
    let theirs = step(2, 3, 0, &[&opened], 2);
    let ours = step(3, 1, 1, &[&opened, &theirs], 2);
    let ops = [(opened, office), (theirs, office)];
    let view = fold(&ops);
    assert_eq!(written(&view, VERB), Some(1));
    assert_eq!(disputes(&view).iter().map(|d| d.reason).collect::<Vec<_>>(), ["not-lawful"]);
    let [a, b] = ops;
    let view = fold(&[a, b, (ours, office)]);
    assert_eq!(written(&view, VERB), Some(2));
}

#[test]
fn an_edge_that_leads_nowhere_keeps_the_state_and_writes_none() {
    let office = Standing::folded(40, Roles::RESPONSE);
    let opened = step(1, 1, 0, &[], 1);
    let noted = step(2, 1, 1, &[&opened], 3);
    let view = fold(&[(opened, office), (noted, office)]);
    assert_eq!(written(&view, VERB), Some(1));
    assert_eq!((view.fields[&VERB].writes, view.disputes()), (1, 0));
}

#[test]
fn a_deep_nest_of_disputes_is_no_recursion() {
    let stands = Standing::folded(40, Roles::NONE);
    let mut ops: Vec<(FoldOp, Standing)> = Vec::new();
    let mut last: Vec<Prefix> = Vec::new();
    for n in 0..3_000u32 {
        let mut pair = Vec::new();
        for who in 1..3u8 {
            let body = BTreeMap::from([(20, Value::from(u64::from(n * 2) + u64::from(who)))]);
            let mut one = op(0, who, n.into(), last.clone(), 400 * 16 + 1, body);
            one.id = OpId(kernel::hash(&(n * 4 + u32::from(who)).to_be_bytes()).0);
            pair.push(one.id.prefix());
            ops.push((one, stands));
        }
        last = pair;
    }
    let view = fold(&ops);
    assert_eq!(view.fields[&20].state, crate::view::FieldState::Undetermined);
    assert_eq!(view.disputes(), 2);
}
