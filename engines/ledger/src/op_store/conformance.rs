//! What every store must do. A store's tests call [`run`] with a way to open an empty store.
//!
//! It asserts, and so it panics: it is for tests only.

use std::collections::BTreeMap;

use kernel::{ClockQuality, EntityId, Hash32, KeyId, Kind, LogId, OpId, PlaceCode, UnixMillis};

use super::*;
use crate::entity::{DataClass, OpType};
use crate::key::SecretKey;
use crate::log::Descriptor;
use crate::op::Op;
use crate::seal::{Author, Chains, Head, SealError, Sealed, Source, Unsealed, seal};
use crate::value::Value;

const KIND: Kind = Kind { number: 16, name: "site" };

/// An author of the suite: a key, its chains, and one way to write.
pub struct Desk {
    key: SecretKey,
    chains: Chains,
    wall: i64,
}

struct Empty;

impl Source for Empty {
    fn log(
        &mut self,
        author: &PublicKey,
        place: PlaceCode,
        topic: Topic,
        lane: Lane,
    ) -> Result<LogState, String> {
        let log = Descriptor { author: *author, place, topic, lane, epoch: 0 };
        Ok(LogState { log, head: None, older: Vec::new() })
    }

    fn heads(&mut self, _: &EntityId) -> Result<Vec<OpId>, String> {
        Ok(Vec::new())
    }

    fn data_key(&mut self, _: &Unsealed) -> Option<crate::crypt::DataKey> {
        None
    }

    fn nonce(&mut self) -> [u8; 24] {
        [0; 24]
    }
}

impl Desk {
    /// An author from a seed.
    pub fn new(seed: u8) -> Self {
        Desk {
            key: SecretKey::from_bytes(&[seed; 32]),
            chains: Chains::default(),
            wall: 1_784_000_000_000,
        }
    }

    /// Its key.
    pub fn key(&self) -> &SecretKey {
        &self.key
    }

    /// Seals one op about the entity `about`.
    pub fn write(&mut self, about: u8, note: &str) -> Sealed {
        let topic = Topic::Incidents;
        let lane = if about.is_multiple_of(2) { Lane::LifeSafety } else { Lane::Command };
        let op = OpType { code: 256, version: 1, topic, lane, class: DataClass::Open };
        let item = Unsealed {
            op,
            ent: Some((KIND, EntityId([about; 10]))),
            body: BTreeMap::from([(9, Value::from(note))]),
            place: None,
            dep: Vec::new(),
            seen: None,
        };
        self.wall += 1;
        let author = Author {
            key: &self.key,
            place: PlaceCode(990_101_000_000),
            obo: None,
            wall: UnixMillis(self.wall),
            clk: ClockQuality::SyncedDay,
        };
        let sealed: Result<Vec<Sealed>, SealError> =
            seal(&author, vec![item], &mut self.chains, &mut Empty);
        sealed.unwrap().remove(0)
    }

    /// A batch of `count` ops about entities 0 to 9.
    pub fn batch(&mut self, count: usize) -> Batch {
        let sealed: Vec<Sealed> =
            (0..count).map(|i| self.write((i % 10) as u8, "progress")).collect();
        let mut batch = Batch::default();
        batch.push_sealed(&sealed, UnixMillis(self.wall));
        batch
    }
}

/// Runs the whole suite; `open` gives an empty store each time.
pub fn run<S: OpStore>(mut open: impl FnMut() -> S) {
    ops_come_back_as_written(&mut open());
    what_does_not_follow_is_refused(&mut open());
    a_batch_is_all_or_nothing(&mut open());
    twice_is_once(&mut open());
    views_replace_and_are_found(&mut open());
    local_rows_come_back(&mut open());
    own_logs_go_on_where_they_stood(&mut open());
    asides_and_standing_are_kept(&mut open());
}

fn all(store: &impl OpStore) -> Vec<StoredOp> {
    let mut ops = Vec::new();
    store
        .each_op(&mut |op| {
            ops.push(op);
            true
        })
        .unwrap();
    ops
}

fn ops_come_back_as_written(store: &mut impl OpStore) {
    assert_eq!(store.op_count().unwrap(), 0);
    let mut desk = Desk::new(1);
    let batch = desk.batch(25);
    store.append(&batch).unwrap();
    assert_eq!(store.op_count().unwrap(), 25);
    let mut found = all(store);
    found.sort_by_key(|s| (s.op.header().log, s.op.header().seq));
    let mut written = batch.ops.clone();
    written.sort_by_key(|s| (s.op.header().log, s.op.header().seq));
    assert_eq!(found, written);
    for stored in &batch.ops {
        let (header, id) = (stored.op.header(), stored.op.id());
        assert_eq!(store.op(&id).unwrap().as_ref(), Some(stored));
        assert_eq!(store.op_at(&header.log, header.seq).unwrap().as_ref(), Some(stored));
        let with_prefix = store.ops_with_prefix(&id.prefix()).unwrap();
        assert_eq!(with_prefix, std::slice::from_ref(stored));
    }
    let ent = EntityId([3; 10]);
    let about: Vec<StoredOp> =
        written.iter().filter(|s| s.op.header().ent == Some(ent)).cloned().collect();
    assert_eq!(store.ops_about(&ent).unwrap(), about);
    assert_eq!(store.ops_about(&EntityId([99; 10])).unwrap(), []);
    let log = batch.ops[0].op.header().log;
    let of_log: Vec<StoredOp> =
        written.iter().filter(|s| s.op.header().log == log).cloned().collect();
    assert_eq!(store.read(&log, 0, 1000).unwrap(), of_log);
    assert_eq!(store.read(&log, 2, 3).unwrap(), of_log[2..5]);
    let row = store.log(&log).unwrap().unwrap();
    let last = &of_log.last().unwrap().op;
    let head = Head { seq: last.header().seq, id: last.id(), t: last.header().t };
    assert_eq!((row.head, row.frozen, row.log.id()), (Some(head), None, log));
    let logs: Vec<LogId> = store.logs().unwrap().iter().map(|r| r.log.id()).collect();
    assert_eq!(logs.len(), 2);
    assert!(logs[0] < logs[1]);
    let mut first = 0;
    store
        .each_op(&mut |_| {
            first += 1;
            false
        })
        .unwrap();
    assert_eq!(first, 1, "reading stops where it is told to");
    let unknown = LogId([0; 16]);
    assert!(store.log(&unknown).unwrap().is_none());
    assert!(store.op_at(&unknown, 0).unwrap().is_none());
    assert!(store.op(&OpId([0; 32])).unwrap().is_none());
}

fn what_does_not_follow_is_refused(store: &mut impl OpStore) {
    let mut desk = Desk::new(2);
    let (first, gone, third) = (desk.write(1, "a"), desk.write(1, "b"), desk.write(1, "c"));
    let mut batch = Batch::default();
    batch.push_sealed(std::slice::from_ref(&first), UnixMillis(1));
    let mut orphan = batch.clone();
    orphan.logs.clear();
    let code = |r: Stored<()>| r.map_err(|e| e.code());
    assert_eq!(code(store.append(&orphan)), Err("unknown-log"));
    store.append(&batch).unwrap();
    let mut gap = Batch::default();
    gap.push_sealed(&[third], UnixMillis(1));
    assert_eq!(code(store.append(&gap)), Err("not-next"));
    let mut twin = Desk::new(2).write(1, "another");
    twin.log = first.log.clone();
    let mut fork = Batch::default();
    fork.push_sealed(&[twin], UnixMillis(1));
    assert_eq!(code(store.append(&fork)), Err("fork"));
    let mut next = Batch::default();
    next.push_sealed(&[gone], UnixMillis(1));
    store.append(&next).unwrap();
    assert_eq!(store.op_count().unwrap(), 2);
}

fn a_batch_is_all_or_nothing(store: &mut impl OpStore) {
    let mut desk = Desk::new(3);
    let mut batch = desk.batch(4);
    let skipped = desk.write(1, "never sent");
    let after = desk.write(1, "does not follow");
    batch.push_sealed(&[after], UnixMillis(1));
    batch.meta.push(("key".to_owned(), Some(vec![1])));
    batch.states.push(state(1, 1));
    assert!(store.append(&batch).is_err());
    assert_eq!(store.op_count().unwrap(), 0);
    assert!(store.logs().unwrap().is_empty());
    assert_eq!(store.meta("key").unwrap(), None);
    assert!(store.state(16, &EntityId([1; 10])).unwrap().is_none());
    let last = batch.ops.pop().unwrap();
    batch.push_sealed(&[skipped], UnixMillis(1));
    batch.ops.push(last);
    store.append(&batch).unwrap();
    assert_eq!(store.op_count().unwrap(), 6);
}

fn twice_is_once(store: &mut impl OpStore) {
    let mut desk = Desk::new(4);
    let batch = desk.batch(10);
    store.append(&batch).unwrap();
    let (before, logs) = (all(store), store.logs().unwrap());
    let mut again = batch.clone();
    again.ops.iter_mut().for_each(|op| op.received = UnixMillis(99));
    store.append(&again).unwrap();
    assert_eq!((all(store), store.logs().unwrap()), (before, logs));
}

fn state(ent: u8, version: u8) -> EntityRow {
    EntityRow { kind: 16, ent: EntityId([ent; 10]), fold_version: 1, bytes: vec![version; 3] }
}

fn dispute(ent: u8, field: u8) -> DisputeRow {
    DisputeRow {
        ent: EntityId([ent; 10]),
        kind: 16,
        field,
        op: OpId([field; 32]),
        reason: "concurrent".to_owned(),
        since: UnixMillis(5),
    }
}

fn views_replace_and_are_found(store: &mut impl OpStore) {
    let facet = |n: &str, v: &str| (n.to_owned(), v.to_owned());
    let mut batch = Batch::default();
    for ent in 1..=5 {
        batch.states.push(state(ent, 1));
        let level = facet("level", &ent.to_string());
        let facets = vec![facet("place", "990101"), level];
        batch.facets.push((16, EntityId([ent; 10]), facets));
    }
    batch.disputes.push((16, EntityId([1; 10]), vec![dispute(1, 12), dispute(1, 13)]));
    batch.disputes.push((16, EntityId([2; 10]), vec![dispute(2, 12)]));
    store.append(&batch).unwrap();
    let here = FacetQuery::Is { name: "place".into(), value: "990101".into() };
    let ents = |range: std::ops::RangeInclusive<u8>| -> Vec<EntityId> {
        range.map(|i| EntityId([i; 10])).collect()
    };
    assert_eq!(store.find(16, &here, None, 100).unwrap(), ents(1..=5));
    assert_eq!(store.find(16, &here, Some(&EntityId([2; 10])), 2).unwrap(), ents(3..=4));
    let some = FacetQuery::Between { name: "level".into(), low: "2".into(), high: "4".into() };
    assert_eq!(store.find(16, &some, None, 100).unwrap(), ents(2..=4));
    assert!(store.find(17, &here, None, 100).unwrap().is_empty());
    assert_eq!(store.states(16, Some(&EntityId([3; 10])), 1).unwrap(), [state(4, 1)]);
    assert_eq!(store.disputes(None).unwrap().len(), 3);
    let mut second = Batch::default();
    second.states.push(state(1, 2));
    second.facets.push((16, EntityId([1; 10]), vec![facet("place", "990102")]));
    second.disputes.push((16, EntityId([1; 10]), vec![dispute(1, 13)]));
    store.append(&second).unwrap();
    assert_eq!(store.state(16, &EntityId([1; 10])).unwrap(), Some(state(1, 2)));
    assert_eq!(store.facets(16, &EntityId([1; 10])).unwrap(), [facet("place", "990102")]);
    assert_eq!(store.find(16, &here, None, 100).unwrap(), ents(2..=5));
    assert_eq!(store.disputes(Some(&EntityId([1; 10]))).unwrap(), [dispute(1, 13)]);
    store.drop_views().unwrap();
    assert!(store.states(16, None, 10).unwrap().is_empty());
    assert!(store.find(16, &here, None, 10).unwrap().is_empty());
    assert!(store.disputes(None).unwrap().is_empty());
}

fn local_rows_come_back(store: &mut impl OpStore) {
    let ent = EntityId([7; 10]);
    let record = |at: i64| RecordRow { kind: 16, ent, at: UnixMillis(at), bytes: vec![at as u8] };
    let retry = RetryRow {
        key: Hash32([1; 32]),
        request: Hash32([2; 32]),
        status: 201,
        answer: b"{}".to_vec(),
        at: UnixMillis(100),
    };
    let key =
        DataKeyRow { id: KeyId([3; 8]), owner: "person:a".into(), wrapped: Some(vec![4; 80]) };
    let blob = BlobRow { hash: Hash32([5; 32]), len: 70_000, here: true };
    let batch = Batch {
        records: (1..=5).map(|i| record(i * 10)).collect(),
        retries: vec![retry.clone()],
        data_keys: vec![key.clone()],
        blobs: vec![blob.clone()],
        meta: vec![("a".into(), Some(vec![1])), ("b".into(), Some(vec![]))],
        ..Batch::default()
    };
    store.append(&batch).unwrap();
    let span = (UnixMillis(20), UnixMillis(40));
    assert_eq!(store.records(16, &ent, span, 2).unwrap(), [record(20), record(30)]);
    let second = RetryRow { status: 409, ..retry.clone() };
    store.append(&Batch { retries: vec![second], ..Batch::default() }).unwrap();
    assert_eq!(store.retry(&retry.key).unwrap(), Some(retry.clone()), "the first answer stands");
    assert_eq!(store.data_key(&key.id).unwrap(), Some(key.clone()));
    assert_eq!(store.data_key_of("person:a").unwrap(), Some(key.clone()));
    let erased = DataKeyRow { wrapped: None, ..key.clone() };
    store.append(&Batch { data_keys: vec![erased.clone()], ..Batch::default() }).unwrap();
    assert_eq!(store.data_key(&key.id).unwrap(), Some(erased));
    assert_eq!(store.data_key_of("person:a").unwrap(), None);
    assert_eq!(store.blob(&blob.hash).unwrap(), Some(blob));
    assert_eq!(store.meta("a").unwrap(), Some(vec![1]));
    assert_eq!(store.meta("b").unwrap(), Some(vec![]));
    store.append(&Batch { meta: vec![("a".into(), None)], ..Batch::default() }).unwrap();
    assert_eq!(store.meta("a").unwrap(), None);
    assert_eq!(store.forget_retries(UnixMillis(100)).unwrap(), 0);
    assert_eq!(store.forget_retries(UnixMillis(101)).unwrap(), 1);
    assert_eq!(store.retry(&retry.key).unwrap(), None);
}

fn own_logs_go_on_where_they_stood(store: &mut impl OpStore) {
    let mut desk = Desk::new(5);
    let author = desk.key().public();
    let (place, wall) = (PlaceCode(990_101_000_000), UnixMillis(1_784_000_100_000));
    let ask = |store: &dyn OpRead| {
        own_log(store, &author, place, Topic::Incidents, Lane::Command, wall).unwrap()
    };
    let fresh = ask(store);
    assert_eq!((fresh.head, fresh.older.len()), (None, 0));
    let sealed = desk.write(1, "a");
    let mut batch = Batch::default();
    batch.push_sealed(std::slice::from_ref(&sealed), wall);
    store.append(&batch).unwrap();
    let known = ask(store);
    assert_eq!(known.log, sealed.log);
    assert_eq!(known.head.unwrap().id, sealed.op.id());
    store.append(&Batch { frozen: vec![(sealed.log.id(), 0)], ..Batch::default() }).unwrap();
    let after = ask(store);
    assert_eq!(after.log.epoch, 1_784_000_100, "a frozen log is left for a new epoch");
    assert_eq!(after.older, [crate::op::Dep { log: sealed.log.id(), seq: 0 }]);
}

fn asides_and_standing_are_kept(store: &mut impl OpStore) {
    let mut desk = Desk::new(6);
    let sealed = desk.write(1, "a");
    let twin: Op = Desk::new(6).write(1, "other").op;
    let log = sealed.log.id();
    let mut batch = Batch::default();
    batch.push_sealed(std::slice::from_ref(&sealed), UnixMillis(1));
    let row = AsideRow { op: twin, why: "fork".to_owned(), received: UnixMillis(2) };
    batch.aside.push(row.clone());
    batch.frozen.push((log, 5));
    store.append(&batch).unwrap();
    let restate = vec![(log, 0, OpState::Quarantined)];
    let again = Batch { restate, frozen: vec![(log, 3), (log, 9)], ..batch };
    store.append(&again).unwrap();
    assert_eq!(store.aside(&log).unwrap(), [row]);
    assert_eq!(store.op_at(&log, 0).unwrap().unwrap().state, OpState::Quarantined);
    assert_eq!(store.log(&log).unwrap().unwrap().frozen, Some(3), "the earliest fork counts");
}

#[cfg(test)]
mod tests {
    use super::super::memory::MemoryStore;
    use super::*;

    #[test]
    fn the_store_in_memory_conforms() {
        run(|| MemoryStore::new(Generation([1; 8])));
    }
}
