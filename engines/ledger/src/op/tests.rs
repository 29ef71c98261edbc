//! Exact bytes, limits, and that no input makes the readers panic.

use std::collections::BTreeMap;

use kernel::{ClockQuality, EntityId, KeyId, LogId, OpId, PlaceCode, Prefix, Stamp};
use proptest::prelude::*;

use super::*;
use crate::entity::{DataClass, Lane, Topic};
use crate::log::Descriptor;

fn key() -> SecretKey {
    let seed: [u8; 32] = std::array::from_fn(|i| i as u8);
    SecretKey::from_bytes(&seed)
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn header(log: LogId, seq: u32, prev: Option<OpId>, t: u64) -> Header {
    Header {
        log,
        seq,
        prev,
        t: Stamp(t),
        op_type: 0x21,
        ent: EntityId::from_slice(&unhex("00112233445566778899")),
        sup: Vec::new(),
        body_hash: Default::default(),
        body_len: 0,
        clk: ClockQuality::SyncedDay,
        class: DataClass::Open,
        key: None,
        obo: None,
        dep: Vec::new(),
        other: BTreeMap::new(),
    }
}

/// The vectors printed in sync §2.
#[test]
fn printed_vectors_come_out_exactly() {
    let key = key();
    let log = Descriptor {
        author: key.public(),
        place: PlaceCode(510_184_000_000),
        topic: Topic::Incidents,
        lane: Lane::LifeSafety,
        epoch: 0,
    };
    assert_eq!(
        hex(&log.encode()),
        "870101582003a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8\
         1b00000076c9560a00020000"
    );
    assert_eq!(log.id().to_string(), "dbc11d1ce31e4a0943cece61a9e1996d");
    let body0 = unhex("a5011a66f8988002821a009e30181a002ebcd8031b00000076c9560a000403056447333138");
    let op0 = Op::sign(header(log.id(), 0, None, 0x0192_3b13_b5dc_0000), body0, &key).unwrap();
    assert_eq!(
        hex(op0.header_bytes()),
        "a9010102010350dbc11d1ce31e4a0943cece61a9e1996d0400061b01923b13b5dc0000071821084a0011\
         22334455667788990a582096ccb001210acd36967ef13f0d068c53b469e3edcfd0c6bff2f44864f2479a6a\
         0b1825"
    );
    assert_eq!(
        op0.id().to_string(),
        "4111e8bac274b96427dc6bf1377a08be3060a1b582f0ff99bf391e1f272547d1"
    );
    assert_eq!(
        op0.signature().unwrap().to_string(),
        "8223f040b4aebb1eaa993621e8ffa6733f90a7d9494daa148fb652c82864da3aefaca14d5c52f5b5332543\
         f5302bbd4626d599b6dbfceb8d1e19ab821f191b08"
    );
    let mut header1 = header(log.id(), 1, Some(op0.id()), 0x0192_3b4a_a280_0000);
    header1.sup = vec![op0.id().prefix()];
    header1.clk = ClockQuality::FreeRunning;
    let mut open = body_map(op0.body_bytes().unwrap()).unwrap();
    open.insert(1, Value::Int(1_727_571_600));
    open.insert(4, Value::Int(1));
    let op1 = Op::sign(header1, body_bytes(&open), &key).unwrap();
    assert_eq!(
        op1.id().to_string(),
        "b7c34e30c5a8991fb1a283e3f890887e752f2cf8f88de73a99c2a9f7e9c0866b"
    );
    assert_eq!(
        op1.signature().unwrap().to_string(),
        "355a4f013efd575eefcd63d4b28b9c65f1331159feaea4321646d595872a1d7e61fb4517ccfd2c88f40e8d\
         5c10858cf99c28c9871e2c491115c5a3df6c612801"
    );
    assert!(op0.signed_by(&key.public()));
    assert!(op1.signed_by(&key.public()));
    assert_eq!(op1.to_frame(true).len(), 145);
    assert_eq!(op1.to_frame(false).len(), 80);
}

fn any_header() -> impl Strategy<Value = Header> {
    let links = (
        prop::collection::vec(any::<[u8; 8]>().prop_map(Prefix), 0..=16),
        prop::collection::vec((any::<[u8; 16]>(), any::<u32>()), 0..=4),
        prop::collection::btree_map(17u64..80, any::<u64>().prop_map(Value::from), 0..3),
    );
    let plain = (any::<[u8; 16]>(), any::<u32>(), any::<[u8; 32]>(), any::<u64>(), 0u32..=0xffff);
    let rest = (
        any::<Option<[u8; 10]>>(),
        0u64..5,
        0usize..4,
        any::<Option<[u8; 8]>>(),
        any::<Option<[u8; 8]>>(),
    );
    (plain, links, rest).prop_map(|(plain, (sup, dep, other), (ent, clk, class, key, obo))| {
        let (log, seq, prev, t, op_type) = plain;
        use DataClass::*;
        Header {
            log: LogId(log),
            seq,
            prev: (seq > 0).then_some(OpId(prev)),
            t: Stamp(t),
            op_type,
            ent: ent.map(EntityId),
            sup,
            body_hash: Default::default(),
            body_len: 0,
            clk: ClockQuality::from_number(clk).unwrap(),
            class: [Open, Internal, Personal, Sensitive][class],
            key: key.map(KeyId),
            obo: obo.map(KeyId),
            dep: dep.into_iter().map(|(log, seq)| Dep { log: LogId(log), seq }).collect(),
            other,
        }
    })
}

proptest! {
    #[test]
    fn an_op_reads_back_from_its_stored_form_and_its_frame(
        header in any_header(),
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let op = Op::sign(header, body, &key()).unwrap();
        let sig = op.signature().copied();
        let stored = op.body_bytes().map(<[u8]>::to_vec);
        prop_assert_eq!(&Op::decode(op.header_bytes(), stored, sig).unwrap(), &op);
        let h = op.header();
        let (log, seq, prev) = (h.log, h.seq, h.prev);
        let again = Op::from_frame(&op.to_frame(true), log, seq, prev).unwrap();
        prop_assert_eq!(&again, &op);
        prop_assert!(again.signed_by(&key().public()));
        let bare = op.clone().without_body();
        let again = Op::from_frame(&bare.to_frame(true), log, seq, prev).unwrap();
        prop_assert_eq!(again.id(), op.id());
    }

    #[test]
    fn one_flipped_bit_is_refused(
        header in any_header(),
        at in any::<prop::sample::Index>(),
        bit in 0u8..8,
    ) {
        let op = Op::sign(header, vec![0xa0], &key()).unwrap();
        let mut bytes = op.header_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(other) = Op::decode(&bytes, Some(vec![0xa0]), op.signature().copied()) {
            prop_assert!(!other.signed_by(&key().public()));
        }
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(header) = Header::decode(&bytes) {
            prop_assert_eq!(header.encode(), bytes.clone());
        }
        if let Ok(log) = Descriptor::decode(&bytes) {
            prop_assert_eq!(log.encode(), bytes.clone());
        }
        let _ = body_map(&bytes);
        let _ = Op::from_frame(&bytes, LogId([0; 16]), 1, Some(OpId([0; 32])));
    }

    #[test]
    fn damaged_headers_and_frames_never_panic(
        header in any_header(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let op = Op::sign(header, vec![0xa0], &key()).unwrap();
        for mut bytes in [op.header_bytes().to_vec(), op.to_frame(true)] {
            for (at, byte) in &cuts {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            let _ = Header::decode(&bytes);
            let _ = Op::from_frame(&bytes, LogId([0; 16]), 1, Some(OpId([0; 32])));
        }
    }
}

#[test]
fn each_limit_is_kept_and_broken_by_one() {
    let log = LogId([1; 16]);
    let make = |header: Header, len: usize| Op::sign(header, vec![0; len], &key());
    assert!(make(header(log, 0, None, 1), BODY_MAX).is_ok());
    let over = make(header(log, 0, None, 1), BODY_MAX + 1).unwrap_err();
    assert_eq!(over.code(), "op-too-large");
    for (count, good) in [(SUP_MAX, true), (SUP_MAX + 1, false)] {
        let mut h = header(log, 0, None, 1);
        h.sup = vec![Prefix([0; 8]); count];
        let code = make(h.clone(), 1).map_err(|e| e.code());
        assert_eq!(code.is_ok(), good);
        let read = Header::decode(&h.encode()).map_err(|e| e.code());
        assert_eq!(read.map(drop), if good { Ok(()) } else { Err("too-many-links") });
    }
    for (count, good) in [(DEP_MAX, true), (DEP_MAX + 1, false)] {
        let mut h = header(log, 0, None, 1);
        h.dep = vec![Dep { log, seq: 0 }; count];
        assert_eq!(make(h.clone(), 1).is_ok(), good);
        assert_eq!(Header::decode(&h.encode()).is_ok(), good);
    }
    let mut wide = header(log, 0, None, 1);
    wide.op_type = 0x1_0000;
    assert!(make(wide, 1).is_err());
    let mut long = header(log, 0, None, 1);
    long.other.insert(17, Value::Bytes(vec![0; HEADER_MAX]));
    assert_eq!(make(long, 1).unwrap_err().code(), "op-too-large");
    assert!(make(header(log, 1, None, 1), 1).is_err(), "seq 1 without prev");
    assert!(make(header(log, 0, Some(OpId([0; 32])), 1), 1).is_err(), "seq 0 with prev");
}

#[test]
fn later_formats_are_refused_by_name_and_later_keys_are_kept() {
    let log = LogId([1; 16]);
    let bytes = header(log, 0, None, 1).encode();
    for (at, what) in [(2, "version"), (4, "algorithm")] {
        let mut later = bytes.clone();
        later[at] = 2;
        let error = Header::decode(&later).unwrap_err();
        assert!(matches!(error, OpError::Newer { what: w, number: 2 } if w == what), "{error}");
    }
    let mut h = header(log, 0, None, 1);
    h.other.insert(17, Value::from("kept"));
    assert!(!Header::decode(&h.encode()).unwrap().needs_newer_program());
    h.other.insert(32, Value::Null);
    let read = Header::decode(&h.encode()).unwrap();
    assert!(read.needs_newer_program());
    assert_eq!(read, h);
}

#[test]
fn codes_are_unique_and_in_order() {
    assert!(CODES.windows(2).all(|w| w[0].number < w[1].number));
    assert_eq!(Code::of(code::ROAD).unwrap().lane, Some(Lane::LifeSafety));
    assert_eq!(Code::of(19), None);
}
