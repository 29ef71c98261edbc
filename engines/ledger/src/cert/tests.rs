//! Every body reads back as written, and anything else is an error that names the key.

use kernel::{EntityId, Hash32, KeyId, LogId, OpId, PlaceCode, Ref, UnixSeconds};
use proptest::prelude::*;

use super::*;
use crate::op::{Code, body_bytes, body_map};

fn round<B: Body + PartialEq + std::fmt::Debug>(body: B) {
    let map = body.to_map();
    assert_eq!(body_map(&body_bytes(&map)).unwrap(), map);
    assert_eq!(B::from_map(&map).unwrap(), body);
    let mut later = map.clone();
    later.insert(200, Value::Null);
    assert_eq!(B::from_map(&later).unwrap(), body, "keys of later programs are ignored");
    for key in map.keys() {
        let mut other = map.clone();
        other.insert(*key, Value::Int(-1));
        if let Err(e) = B::from_map(&other) {
            assert_eq!(u64::from(e.key), *key);
        }
    }
}

#[test]
fn bodies_read_back_as_written() {
    let subject = PublicKey([7; 32]);
    let path = vec![PlaceCode(990_000_000_000), PlaceCode(990_100_000_000)];
    let at = Position { log: LogId([1; 16]), seq: 9, id: OpId([2; 32]) };
    round(Cert {
        subject,
        kind: KeyKind::Node,
        path: path.clone(),
        roles: vec!["issue".into(), "road".into()],
        rank: 40,
        node_number: Some(3),
        exercise: true,
        from: UnixSeconds(1_784_000_000),
        to: UnixSeconds(1_792_000_000),
    });
    round(Revoke { key: subject, trust: vec![at], reason: Some("手机丢失".into()) });
    round(Grant {
        reader: subject,
        places: path.clone(),
        topics: vec![Topic::Orders],
        lanes: vec![Lane::LifeSafety, Lane::Command],
        class_max: 1,
        until: UnixSeconds(1_792_000_000),
    });
    round(Duty {
        subject,
        path,
        roles: vec![],
        rank: 40,
        from: UnixSeconds(0),
        to: UnixSeconds(3600),
        handed_over: false,
    });
    let range = SeqRange { log: at.log, from: 3, to: 8 };
    round(ClockFix { ranges: vec![range], offset_ms: -3_600_000, uncertainty_ms: 500 });
    round(KeyWrap { data_key: KeyId([4; 8]), node: subject, wrapped: vec![5; 80] });
    round(ReceiptNode { held: vec![at] });
    let person = Some(Ref::new("person", EntityId([9; 10])));
    round(ReceiptRead { op: at.id, person: person.clone() });
    round(ReceiptAnswer { op: at.id, answer: Answer::Declined, person, reason: None });
    round(Settle { kind: 2, fields: BTreeMap::from([(4, Value::Int(3))]), reason: None });
    round(Checkpoint {
        root: Hash32([6; 32]),
        heads: vec![(LogId([1; 16]), 4), (LogId([2; 16]), 0)],
    });
}

#[test]
fn op_types_agree_with_the_list_of_codes() {
    for op in [CERT, REVOKE, GRANT, DUTY, CLOCK_FIX, KEY_WRAP, CHECKPOINT] {
        assert_eq!(Code::of(op.code).unwrap().op_type(op.class), Some(op));
    }
}

proptest! {
    #[test]
    fn no_bytes_make_a_body_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(map) = body_map(&bytes) {
            let _ = (Cert::from_map(&map), Revoke::from_map(&map), Checkpoint::from_map(&map));
            let _ = (Settle::from_map(&map), ReceiptNode::from_map(&map), Grant::from_map(&map));
        }
    }
}
