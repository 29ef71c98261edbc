//! Samples of every entity: they fit their shapes, walk the state table, and fold as they should.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{ClockQuality, EntityId, Hash32, LogId, OpId, PlaceCode, Stamp, UnixMillis};
use ledger::entity::VERB;
use ledger::fold::{Chained, FoldOp, fold_entity};
use ledger::{Entry, FieldState, Standing, Value, View};
use serde_json::{Map, Value as Json};

use super::{Posts, each, posts};

/// One op of a sample: who, what, and which earlier ops its author had seen (absent: all).
struct SampleOp<'a> {
    verb: &'a str,
    post: &'a str,
    args: &'a Map<String, Json>,
    seen: Option<Vec<usize>>,
}

fn samples(entry: &Entry) -> Json {
    serde_json::from_str(entry.samples).expect("samples.json")
}

fn ops(sample: &Json) -> Vec<SampleOp<'_>> {
    let no_other_key = |op: &Json| {
        let known = ["verb", "as", "args", "seen"];
        let unknown = op.as_object().and_then(|o| o.keys().find(|k| !known.contains(&k.as_str())));
        assert_eq!(unknown, None, "{op}");
    };
    let list = sample["ops"].as_array().expect("ops");
    list.iter().for_each(no_other_key);
    list.iter().map(sample_op).collect()
}

fn sample_op(op: &Json) -> SampleOp<'_> {
    SampleOp {
        verb: op["verb"].as_str().expect("a verb"),
        post: op["as"].as_str().expect("a post"),
        args: op["args"].as_object().expect("args"),
        seen: op.get("seen").map(|s| serde_json::from_value(s.clone()).expect("indices")),
    }
}

#[test]
fn samples_fit_their_shapes_and_walk_the_state_table() {
    let cn = posts("cn");
    each(|entry, name| {
        let mut verbs = BTreeSet::new();
        let mut disputes = 0;
        for sample in samples(entry).as_array().expect("a list") {
            let title = sample["title"].as_str().expect("a title");
            let mut states: Vec<Option<&str>> = Vec::new();
            for (i, op) in ops(sample).iter().enumerate() {
                let at = format!("{name}: {title}: {i} {}", op.verb);
                let verb = entry.verb(op.verb).unwrap_or_else(|| panic!("{at}: no such verb"));
                verbs.insert(verb.name);
                for (arg, value) in op.args {
                    let named =
                        verb.needs.contains(&arg.as_str()) || verb.may.contains(&arg.as_str());
                    assert!(named, "{at}: may not bring {arg}");
                    let field = entry.field(arg).expect("a field");
                    let read = field.shape.read(arg, value);
                    let stored = read.unwrap_or_else(|e| panic!("{at}: {e}"));
                    assert!(field.shape.fits(&stored), "{at}: {arg} is written and does not fit");
                }
                let missing = verb.needs.iter().find(|n| !op.args.contains_key(**n));
                assert_eq!(missing, None, "{at}");
                let last = match &op.seen {
                    Some(seen) => seen.iter().max().copied(),
                    None => i.checked_sub(1),
                };
                disputes += usize::from(op.seen.is_some());
                let from = last.and_then(|l| states[l]);
                let edge = entry.edges.iter().find(|e| e.verb == verb.name && e.from == from);
                let edge = edge.unwrap_or_else(|| panic!("{at}: no edge from {from:?}"));
                assert!(cn.may(op.post, edge.grant), "{at}: {} has no {}", op.post, edge.grant);
                states.push(edge.to.or(from));
            }
        }
        let unused = entry.verbs.iter().find(|v| !verbs.contains(v.name)).map(|v| v.name);
        assert_eq!(unused, None, "{name}: a verb without a sample");
        assert!(disputes > 0, "{name}: no sample of two that have not seen each other");
    });
}

/// The sample as signed ops: each in a log of its own, by a person of the post it names.
fn signed(entry: &Entry, list: &[SampleOp<'_>], cn: &Posts) -> (EntityId, Vec<(FoldOp, Standing)>) {
    let first = (entry.public_code)(list[0].args);
    let id = match first {
        Some(code) => EntityId::from_code(entry.kind.name, &code),
        None => EntityId([7; 10]),
    };
    let op_id = |i: usize| OpId(kernel::hash(&[entry.kind.number as u8, i as u8]).0);
    let mut ops = Vec::new();
    for (i, op) in list.iter().enumerate() {
        let verb = entry.verb(op.verb).expect("a verb");
        let mut body = BTreeMap::from([(u64::from(VERB), Value::from(u64::from(verb.number)))]);
        for (arg, json) in op.args {
            let field = entry.field(arg).expect("a field");
            body.insert(u64::from(field.number), field.shape.read(arg, json).expect("fits"));
        }
        let seen: Vec<usize> = op.seen.clone().unwrap_or_else(|| (0..i).collect());
        let post = &cn.0[op.post];
        let written = entry.ops[verb.op];
        let fold_op = FoldOp {
            id: op_id(i),
            log: LogId([i as u8 + 1; 16]),
            seq: 0,
            prev: None,
            t: Stamp::at(UnixMillis(1_784_774_700_000 + i as i64)),
            clk: ClockQuality::SyncedDay,
            ent: Some(id),
            sup: seen.iter().map(|s| op_id(*s).prefix()).collect(),
            header_type: written.header_type(),
            class: written.class,
            body: Some(body),
            chained: Chained::Verified,
            critical: false,
            obo: None,
            author: author(op.post),
            place: PlaceCode(990_102_000_000),
        };
        ops.push((fold_op, Standing::folded(post.rank, post.roles)));
    }
    (id, ops)
}

/// A person's key; keepers have the key that the samples name.
fn author(post: &str) -> Hash32 {
    match post {
        "team_leader" | "site_keeper" => {
            let mut key = [0; 32];
            key[..8].copy_from_slice(&[0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]);
            Hash32(key)
        }
        _ => kernel::hash(post.as_bytes()),
    }
}

fn set_aside(view: &View) -> Vec<String> {
    let fields = view.fields.iter();
    fields.flat_map(|(n, f)| f.aside.iter().map(move |a| format!("{n}: {}", a.reason))).collect()
}

/// The state that the sample's steps lead to, where all have seen all before them.
fn last_state(entry: &Entry, list: &[SampleOp<'_>]) -> Option<&'static str> {
    let mut state = None;
    for op in list {
        let edge = entry.edges.iter().find(|e| e.verb == op.verb && e.from == state);
        state = edge.expect("an edge").to.or(state);
    }
    state
}

/// Those that have not seen each other leave something for a person to settle, others nothing.
fn not_as_told(entry: &Entry, list: &[SampleOp<'_>], view: &View) -> Option<String> {
    let aside = set_aside(view);
    if list.iter().any(|op| op.seen.is_some()) {
        let open = view.fields.values().any(|f| f.state == FieldState::Undetermined);
        return (aside.is_empty() && !open).then(|| "no dispute".to_owned());
    }
    if !aside.is_empty() {
        return Some(format!("set aside {aside:?}"));
    }
    let (state, told) = (entry.state_of(view), last_state(entry, list));
    (state != told).then(|| format!("state {state:?}, told {told:?}"))
}

#[test]
fn samples_fold_to_what_they_say_in_any_order() {
    let cn = posts("cn");
    let mut faults = Vec::new();
    each(|entry, name| {
        for sample in samples(entry).as_array().expect("a list") {
            let at = format!("{name}: {}", sample["title"]);
            let list = ops(sample);
            let (id, signed) = signed(entry, &list, &cn);
            let fold = |ops: &[(FoldOp, Standing)]| {
                fold_entity(entry, id, None, ops.iter().map(|(op, s)| (op, *s)))
            };
            let view = fold(&signed);
            let mut shuffled = signed.clone();
            shuffled.reverse();
            shuffled.extend(signed.iter().step_by(2).cloned());
            assert_eq!(fold(&shuffled), view, "{at}: order and copies");
            faults.extend(not_as_told(entry, &list, &view).map(|f| format!("{at}: {f}")));
            for cut in 0..signed.len() {
                assert!(fold(&signed[..cut]).ops as usize <= cut, "{at}: cut at {cut}");
                let mut unread = signed.clone();
                unread[cut].0.body = None;
                fold(&unread);
            }
        }
    });
    assert_eq!(faults, Vec::<String>::new());
}

/// The view and what was set aside of the entity's sample whose title has these words.
fn told(kind: &str, words: &str) -> (View, Vec<String>) {
    let entry = super::ENTITIES.iter().find(|e| e.kind.name == kind).expect("a kind");
    let all = samples(entry);
    let titled = |s: &&Json| s["title"].as_str().is_some_and(|t| t.contains(words));
    let sample = all.as_array().expect("a list").iter().find(titled).expect("a sample");
    let (id, signed) = signed(entry, &ops(sample), &posts("cn"));
    let view = fold_entity(entry, id, None, signed.iter().map(|(op, s)| (op, *s)));
    let aside = set_aside(&view);
    (view, aside)
}

#[test]
fn the_worked_conflicts_come_out_as_written() {
    let (casualty, aside) = told("casualty", "another number of dead");
    assert_eq!(casualty.int(command::casualty::DEAD), Some(2), "the county's figure");
    assert_eq!(aside, ["12: after-verification"], "and nothing else is in dispute");

    let (road, aside) = told("road", "two cut-off nets");
    assert_eq!(road.int(command::road::STATUS), Some(4), "closed");
    assert_eq!(aside, ["12: less-cautious"]);

    let (response, aside) = told("response", "cut-off backup");
    let level = command::response::level(&response).expect("a level");
    assert_eq!((level.level, level.places), (2, Vec::new()), "the more severe one");
    assert!(aside.contains(&"15: less-severe".to_owned()), "{aside:?}");

    let (site, aside) = told("site", "a medic");
    assert_eq!(site.int(survey::site::COUNT), Some(412), "the keeper's count");
    assert_eq!(aside, ["15: not-keeper"]);

    let (team, aside) = told("team", "both get the team");
    assert!(team.get(forces::team::ENGAGED).is_none() && aside.len() == 2, "{aside:?}");

    let (task, aside) = told("task", "cut off, accepts");
    assert_eq!(task.int(VERB), Some(7), "withdrawn by the higher rank");
    assert_eq!(aside.len(), 1, "{aside:?}");
}
