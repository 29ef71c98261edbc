//! Chains, stamps, epochs and what an op names as seen.

use super::*;
use crate::cert::{KEY_WRAP, KeyWrap};
use crate::crypt::decrypt_body;

const SITE: Kind = Kind { number: 16, name: "site" };
const ENT: EntityId = EntityId([1; 10]);
const OPEN: OpType = OpType {
    code: 256,
    version: 1,
    topic: Topic::Incidents,
    lane: Lane::Command,
    class: DataClass::Open,
};

struct Desk {
    heads: Vec<OpId>,
    key: Option<DataKey>,
    broken: bool,
}

impl Source for Desk {
    fn log(
        &mut self,
        author: &PublicKey,
        place: PlaceCode,
        topic: Topic,
        lane: Lane,
    ) -> Result<LogState, String> {
        if self.broken {
            return Err("disk".to_owned());
        }
        let log = Descriptor { author: *author, place, topic, lane, epoch: 0 };
        Ok(LogState { log, head: None, older: Vec::new() })
    }

    fn heads(&mut self, _: &EntityId) -> Result<Vec<OpId>, String> {
        Ok(self.heads.clone())
    }

    fn data_key(&mut self, _: &Unsealed) -> Option<DataKey> {
        self.key.clone()
    }

    fn nonce(&mut self) -> [u8; 24] {
        [9; 24]
    }
}

fn desk() -> Desk {
    Desk { heads: Vec::new(), key: None, broken: false }
}

fn draft(op: OpType, note: &str) -> Unsealed {
    let body = BTreeMap::from([(9, Value::from(note))]);
    Draft { kind: SITE, id: ENT, op, body }.into()
}

fn author(key: &SecretKey, wall: i64) -> Author<'_> {
    let place = PlaceCode(990_101_000_000);
    Author { key, place, obo: None, wall: UnixMillis(wall), clk: ClockQuality::SyncedDay }
}

#[test]
fn ops_of_one_submit_chain_and_see_each_other() {
    let key = SecretKey::from_bytes(&[1; 32]);
    let (mut chains, mut desk) = (Chains::default(), desk());
    let known = OpId([7; 32]);
    desk.heads = vec![known];
    let other_lane = OpType { lane: Lane::LifeSafety, ..OPEN };
    let items = vec![draft(OPEN, "a"), draft(other_lane, "b"), draft(OPEN, "c")];
    let ops = seal(&author(&key, 1000), items, &mut chains, &mut desk).unwrap();
    let headers: Vec<_> = ops.iter().map(|s| s.op.header()).collect();
    assert_eq!(headers[0].sup, [known.prefix()]);
    assert_eq!(headers[1].sup, [ops[0].op.id().prefix()]);
    assert_eq!(headers[2].sup, [ops[1].op.id().prefix()]);
    assert_eq!((headers[0].seq, headers[1].seq, headers[2].seq), (0, 0, 1));
    assert_eq!(headers[2].prev, Some(ops[0].op.id()));
    assert!(headers[2].t > headers[0].t, "stamps rise inside a millisecond");
    assert!(ops.iter().all(|s| s.op.signed_by(&key.public()) && s.log.id() == s.op.header().log));
    let more = seal(&author(&key, 10), vec![draft(OPEN, "d")], &mut chains, &mut desk).unwrap();
    assert_eq!(more[0].op.header().prev, Some(ops[2].op.id()));
    assert!(more[0].op.header().t > headers[2].t, "a clock set back does not set stamps back");
}

#[test]
fn a_submit_that_fails_leaves_the_chains_as_they_were() {
    let key = SecretKey::from_bytes(&[1; 32]);
    let (mut chains, mut desk) = (Chains::default(), desk());
    let secret = OpType { class: DataClass::Personal, ..OPEN };
    let items = vec![draft(OPEN, "a"), draft(secret, "b")];
    let error = seal(&author(&key, 1), items, &mut chains, &mut desk).unwrap_err();
    assert_eq!(error, SealError::NoDataKey(256));
    let ops = seal(&author(&key, 1), vec![draft(OPEN, "c")], &mut chains, &mut desk).unwrap();
    assert_eq!(ops[0].op.header().seq, 0);
    desk.broken = true;
    chains.forget();
    let error = seal(&author(&key, 1), vec![draft(OPEN, "c")], &mut chains, &mut desk);
    assert_eq!(error.unwrap_err(), SealError::Source("disk".to_owned()));
}

#[test]
fn more_than_sixteen_heads_are_named_by_settles_first() {
    let key = SecretKey::from_bytes(&[1; 32]);
    let (mut chains, mut desk) = (Chains::default(), desk());
    desk.heads = (0..40).map(|i| OpId([i; 32])).collect();
    let ops = seal(&author(&key, 1), vec![draft(OPEN, "a")], &mut chains, &mut desk).unwrap();
    assert!(ops.iter().all(|s| s.op.header().sup.len() <= SUP_MAX));
    let (last, settles) = ops.split_last().unwrap();
    assert!(settles.iter().all(|s| s.op.header().code() == code::SETTLE));
    let named: Vec<_> = ops.iter().flat_map(|s| s.op.header().sup.clone()).collect();
    assert!(desk.heads.iter().all(|h| named.contains(&h.prefix())));
    assert_eq!(last.op.header().code(), 256);
    assert_eq!(Settle::from_map(&settles[0].op.body().unwrap()).unwrap().kind, 16);
}

#[test]
fn what_the_author_named_as_seen_leaves_other_heads_standing() {
    let key = SecretKey::from_bytes(&[1; 32]);
    let (mut chains, mut desk) = (Chains::default(), desk());
    desk.heads = vec![OpId([1; 32]), OpId([2; 32])];
    let mut item = draft(OPEN, "a");
    item.seen = Some(vec![OpId([1; 32])]);
    let items = vec![item, draft(OPEN, "b")];
    let ops = seal(&author(&key, 1), items, &mut chains, &mut desk).unwrap();
    assert_eq!(ops[0].op.header().sup, [OpId([1; 32]).prefix()]);
    assert_eq!(ops[1].op.header().sup, [OpId([2; 32]).prefix(), ops[0].op.id().prefix()]);
}

#[test]
fn personal_bodies_are_encrypted() {
    let key = SecretKey::from_bytes(&[1; 32]);
    let (mut chains, mut desk) = (Chains::default(), desk());
    let data_key = DataKey::new([3; 32]);
    desk.key = Some(data_key.clone());
    let secret = OpType { class: DataClass::Sensitive, ..OPEN };
    let item = draft(secret, "王小明");
    let plain = body_bytes(&item.body);
    let ops = seal(&author(&key, 1), vec![item], &mut chains, &mut desk).unwrap();
    let op = &ops[0].op;
    assert_eq!(op.header().key, Some(data_key.id()));
    let stored = op.body_bytes().unwrap();
    assert!(!stored.windows(9).any(|w| w == "王小明".as_bytes()));
    let opened = decrypt_body(&data_key, Some(&ENT), secret.header_type(), stored).unwrap();
    assert_eq!(opened, plain);
    assert!(op.body().is_err());
}

#[test]
fn a_log_far_ahead_of_the_clock_goes_on_in_a_new_epoch() {
    let key = SecretKey::from_bytes(&[1; 32]);
    let (mut chains, mut desk) = (Chains::default(), desk());
    let far = 1_800_000_000_000;
    let first = seal(&author(&key, far), vec![draft(OPEN, "a")], &mut chains, &mut desk).unwrap();
    let near = far - CLOCKS_DIFFER_MAX_MS;
    let same = seal(&author(&key, near), vec![draft(OPEN, "b")], &mut chains, &mut desk).unwrap();
    assert_eq!(same[0].log.epoch, 0);
    let now = near - 1;
    let next = seal(&author(&key, now), vec![draft(OPEN, "c")], &mut chains, &mut desk).unwrap();
    assert_eq!(next[0].log.epoch, (now / 1000) as u32);
    let header = next[0].op.header();
    assert_eq!((header.seq, header.t), (0, Stamp::at(UnixMillis(now))));
    assert_eq!(header.dep, [Dep { log: first[0].log.id(), seq: 1 }]);
}

#[test]
fn an_op_about_no_entity_names_nothing_as_seen() {
    let key = SecretKey::from_bytes(&[1; 32]);
    let (mut chains, mut desk) = (Chains::default(), desk());
    let body = KeyWrap { data_key: KeyId([1; 8]), node: key.public(), wrapped: vec![0; 80] };
    let items = vec![Unsealed::bare(KEY_WRAP, &body)];
    let ops = seal(&author(&key, 1), items, &mut chains, &mut desk).unwrap();
    assert_eq!(ops[0].op.header().ent, None);
    assert_eq!(KeyWrap::from_map(&ops[0].op.body().unwrap()).unwrap(), body);
}
