//! Bodies of every shape, typed bodies, and headers that every reader must refuse.

use std::collections::BTreeMap;

use kernel::{EntityId, Hash32, KeyId, LogId, OpId, PlaceCode, Ref, UnixSeconds};
use ledger::cert::*;
use ledger::op::body_bytes;
use ledger::{Header, Lane, PublicKey, Topic, Value};
use serde_json::{Value as Json, json};

use super::{File, Random, hex, printed};

/// A body map with values of every kind.
pub fn body(random: &mut Random) -> Value {
    let mut map = BTreeMap::new();
    for _ in 0..random.below(8) {
        map.insert(random.below(40) + 1, value(random, 0));
    }
    Value::Map(map)
}

fn value(random: &mut Random, depth: u32) -> Value {
    let edges = [0, 1, -1, 23, 24, -24, -25, 255, 256, 65_535, 65_536, -65_537];
    let wide = [u32::MAX as i128, u32::MAX as i128 + 1, u64::MAX as i128, -(u64::MAX as i128) - 1];
    match random.below(if depth > 2 { 7 } else { 9 }) {
        0 => Value::Null,
        1 => Value::Bool(random.maybe()),
        2 => Value::Int(random.pick(&edges)),
        3 => Value::Int(random.pick(&wide)),
        4 => Value::from(random.next()),
        5 => Value::Bytes((0..random.below(40)).map(|_| random.next() as u8).collect()),
        6 => Value::from(random.pick(&[
            "",
            "G318",
            "桥断需直升机",
            "é🚁",
            "a longer text of 30 chars",
        ])),
        7 => Value::List((0..random.below(5)).map(|_| value(random, depth + 1)).collect()),
        _ => {
            let mut map = BTreeMap::new();
            for _ in 0..random.below(4) {
                map.insert(
                    random.pick(&[0, 5, 24, 300, 70_000, u64::MAX]),
                    value(random, depth + 1),
                );
            }
            Value::Map(map)
        }
    }
}

/// Each typed body with its map.
pub fn certs() -> File {
    let subject = PublicKey([7; 32]);
    let path = vec![PlaceCode(990_000_000_000), PlaceCode(990_101_000_000)];
    let at = Position { log: LogId([1; 16]), seq: 9, id: OpId([2; 32]) };
    let line = |code: u32, name: &str, map: BTreeMap<u64, Value>| {
        let body = hex(&body_bytes(&map));
        json!({ "code": code, "name": name, "body": body })
    };
    fn of<B: Body>(body: B) -> (u32, &'static str, BTreeMap<u64, Value>) {
        (B::CODE, B::NAME, body.to_map())
    }
    let person = Some(Ref::new("person", EntityId([9; 10])));
    let all = [
        of(Cert {
            subject,
            kind: KeyKind::Node,
            path: path.clone(),
            roles: vec!["issue".into(), "road".into()],
            rank: 40,
            node_number: Some(3),
            exercise: true,
            from: UnixSeconds(1_784_000_000),
            to: UnixSeconds(1_792_000_000),
        }),
        of(Revoke { key: subject, trust: vec![at], reason: Some("手机丢失".into()) }),
        of(Grant {
            reader: subject,
            places: path.clone(),
            topics: vec![Topic::Orders, Topic::Warnings],
            lanes: vec![Lane::LifeSafety],
            class_max: 1,
            until: UnixSeconds(1_792_000_000),
        }),
        of(Duty {
            subject,
            path,
            roles: vec!["response".into()],
            rank: 40,
            from: UnixSeconds(1_784_000_000),
            to: UnixSeconds(1_784_043_200),
            handed_over: false,
        }),
        of(ClockFix {
            ranges: vec![SeqRange { log: at.log, from: 3, to: 8 }],
            offset_ms: -3_600_000,
            uncertainty_ms: 500,
        }),
        of(KeyWrap { data_key: KeyId([4; 8]), node: subject, wrapped: vec![5; 80] }),
        of(ReceiptNode { held: vec![at] }),
        of(ReceiptRead { op: at.id, person: person.clone() }),
        of(ReceiptAnswer { op: at.id, answer: Answer::Unable, person, reason: None }),
        of(Settle { kind: 1, fields: BTreeMap::from([(12, Value::from(3i64))]), reason: None }),
        of(Checkpoint { root: Hash32([6; 32]), heads: vec![(LogId([1; 16]), 4)] }),
    ];
    vec![("bodies", all.into_iter().map(|(code, name, map)| line(code, name, map)).collect())]
}

/// Headers that every reader refuses, each with the code it says.
pub fn refused() -> File {
    let (_, ops) = printed();
    let good = ops[1].header_bytes().to_vec();
    let mut lines = Vec::new();
    let mut add = |why: &str, bytes: Vec<u8>| {
        let error = Header::decode(&bytes).map(drop).unwrap_err();
        lines.push(json!({ "why": why, "header": hex(&bytes), "code": error.code() }));
    };
    add("nothing", Vec::new());
    add("not a map", vec![0x80]);
    add("bytes after the end", [good.clone(), vec![0]].concat());
    add("cut", good[..good.len() - 1].to_vec());
    add("a map without a length", [vec![0xbf], good[1..].to_vec(), vec![0xff]].concat());
    add(
        "a number longer than it must be",
        [vec![0xac, 0x01, 0x18, 0x01], good[3..].to_vec()].concat(),
    );
    add("version 2", with(&good, 2, 2));
    add("algorithm 2", with(&good, 4, 2));
    add("clk 1 written out", with(&good, good.len() - 1, 1));
    add("clk 5", with(&good, good.len() - 1, 5));
    let mut swapped = good.clone();
    swapped.swap(1, 3);
    add("keys out of order", swapped);
    for (why, harm) in broken() {
        let mut header = ops[1].header().clone();
        harm(&mut header);
        add(why, header.encode());
    }
    let body: Vec<Json> = [
        ("a list", vec![0x80]),
        ("a key twice", vec![0xa2, 0x01, 0x00, 0x01, 0x00]),
        ("a text key", vec![0xa1, 0x61, 0x61, 0x00]),
        ("a float", vec![0xa1, 0x01, 0xf9, 0x3c, 0x00]),
        ("a tag", vec![0xa1, 0x01, 0xc0, 0x60]),
        ("undefined", vec![0xa1, 0x01, 0xf7]),
        ("a list without a length", vec![0xa1, 0x01, 0x9f, 0xff]),
        ("text that is no UTF-8", vec![0xa1, 0x01, 0x61, 0xff]),
        ("33 levels", [vec![0xa1, 0x01], vec![0x81; 33], vec![0x00]].concat()),
        ("more items than there are bytes", vec![0xa1, 0x01, 0x9a, 0xff, 0xff, 0xff, 0xff]),
    ]
    .into_iter()
    .map(|(why, bytes)| {
        assert!(ledger::op::body_map(&bytes).is_err(), "{why}");
        json!({ "why": why, "body": hex(&bytes) })
    })
    .collect();
    vec![("headers", lines), ("bodies", body)]
}

fn with(bytes: &[u8], at: usize, value: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] = value;
    bytes
}

type Harm = (&'static str, fn(&mut Header));

fn broken() -> Vec<Harm> {
    vec![
        ("17 in sup", |h| h.sup = vec![h.sup[0]; 17]),
        ("5 in dep", |h| h.dep = vec![ledger::Dep { log: h.log, seq: 0 }; 5]),
        ("seq 0 with prev", |h| h.seq = 0),
        ("seq 1 without prev", |h| h.prev = None),
        ("type 65536", |h| h.op_type = 65_536),
        ("body of 65537 bytes", |h| h.body_len = 65_537),
        ("a header over its limit", |h| {
            h.other.insert(17, Value::Bytes(vec![0; 4_096]));
        }),
    ]
}
