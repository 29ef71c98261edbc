//! A good record is good; each kind of damage is named with its op.

use kernel::UnixMillis;

use super::*;
use crate::cert::Position;
use crate::checkpoint::checkpoint;
use crate::op_store::conformance::Desk;
use crate::op_store::memory::MemoryStore;
use crate::op_store::{Generation, OpRead, OpStore, StoredOp};
use crate::seal::{Author, Chains, LogState, Source, Unsealed, seal};

fn store() -> MemoryStore {
    let mut store = MemoryStore::new(Generation([1; 8]));
    store.append(&Desk::new(1).batch(50)).unwrap();
    store
}

fn row(stored: &StoredOp) -> Row {
    let op = &stored.op;
    Row {
        id: op.id(),
        header: op.header_bytes().to_vec(),
        body: op.body_bytes().map(<[u8]>::to_vec),
        sig: op.signature().copied(),
    }
}

fn verify(store: &MemoryStore, chunk: usize, harm: impl Fn(&mut Row, u32)) -> Report {
    let rows = store.logs().unwrap();
    let mut verifier = Verifier::new(rows.clone());
    for log in rows {
        let mut ops: Vec<Row> =
            store.read(&log.log.id(), 0, 1000).unwrap().iter().map(row).collect();
        for (seq, op) in ops.iter_mut().enumerate() {
            if log.log.lane == crate::Lane::Command {
                harm(op, seq as u32);
            }
        }
        ops.retain(|op| !op.header.is_empty());
        for rows in ops.chunks(chunk) {
            verifier.link(check(&Chunk { log: log.log.clone(), rows: rows.to_vec() }));
        }
    }
    verifier.finish(&mut |log, seq| store.op_at(log, seq).unwrap().map(|s| s.op.id()))
}

#[test]
fn a_good_record_is_good_however_it_is_cut() {
    let store = store();
    let whole = verify(&store, 1000, |_, _| {});
    assert!(whole.is_good());
    assert_eq!((whole.ops, whole.logs, whole.invalid), (50, 2, 0));
    for chunk in [1, 2, 7] {
        assert_eq!(verify(&store, chunk, |_, _| {}), whole);
    }
    assert_eq!(whole.heads, heads_digest(&store.logs().unwrap()));
}

#[test]
fn i07_each_damage_is_named_with_its_op() {
    let store = store();
    let first = |harm: &dyn Fn(&mut Row)| {
        let report = verify(&store, 4, |row, seq| {
            if seq == 9 {
                harm(row);
            }
        });
        assert!(!report.is_good());
        let bad = report.bad[0].clone();
        (bad.seq, bad.fault.code())
    };
    assert_eq!(first(&|row| row.header[10] ^= 1), (9, "wrong-id"));
    assert_eq!(first(&|row| row.header[0] = 0xff), (9, "malformed-op"));
    assert_eq!(first(&|row| row.body = Some(vec![0xa0])), (9, "wrong-body"));
    assert_eq!(first(&|row| row.id = OpId([3; 32])), (9, "wrong-id"));
    assert_eq!(first(&|row| row.header.clear()), (10, "gap"));
    let forged = |row: &mut Row| {
        let mut sig = row.sig.unwrap();
        sig.0[3] ^= 1;
        row.sig = Some(sig);
    };
    assert_eq!(first(&forged), (9, "bad-signature"));
}

#[test]
fn a_pruned_body_and_a_signed_run_are_no_damage_but_an_unsigned_tail_is() {
    let store = store();
    assert!(verify(&store, 4, |row, _| row.body = None).is_good());
    let run = verify(&store, 4, |row, seq| row.sig = row.sig.filter(|_| seq % 25 == 24));
    assert!(run.is_good(), "{run:?}");
    let tail = verify(&store, 4, |row, seq| row.sig = row.sig.filter(|_| seq < 20));
    assert_eq!(tail.bad[0].fault, Fault::Unsigned);
}

#[test]
fn a_dropped_tail_is_a_wrong_head() {
    let store = store();
    let report = verify(&store, 4, |row, seq| {
        if seq > 20 {
            row.header.clear();
        }
    });
    assert_eq!(report.bad[0].fault, Fault::WrongHead);
}

struct Own<'a>(&'a MemoryStore);

impl Source for Own<'_> {
    fn log(
        &mut self,
        author: &PublicKey,
        place: kernel::PlaceCode,
        topic: Topic,
        lane: crate::Lane,
    ) -> Result<LogState, String> {
        crate::op_store::own_log(self.0, author, place, topic, lane, UnixMillis(1))
            .map_err(|e| e.to_string())
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

#[test]
fn a_log_dropped_after_a_checkpoint_is_missed() {
    let mut store = store();
    let desk = Desk::new(1);
    let heads = |store: &MemoryStore| -> Vec<Position> {
        let at =
            |row: LogRow| row.head.map(|h| Position { log: row.log.id(), seq: h.seq, id: h.id });
        store.logs().unwrap().into_iter().filter_map(at).collect()
    };
    for _ in 0..2 {
        let author = Author {
            key: desk.key(),
            place: kernel::PlaceCode(1),
            obo: None,
            wall: UnixMillis(1_784_000_000_000),
            clk: kernel::ClockQuality::SyncedDay,
        };
        let items = vec![checkpoint(&heads(&store)).unwrap()];
        let sealed = seal(&author, items, &mut Chains::default(), &mut Own(&store)).unwrap();
        let mut batch = crate::Batch::default();
        batch.push_sealed(&sealed, UnixMillis(1));
        store.append(&batch).unwrap();
    }
    let good = verify(&store, 10, |_, _| {});
    assert!(good.is_good());
    assert_eq!((good.covered.len(), good.covered[0].seq, good.covered[0].logs), (1, 1, 3));

    let logs = store.logs().unwrap();
    let gone = logs.iter().find(|r| r.log.lane == crate::Lane::Command).unwrap().log.id();
    let mut cut = MemoryStore::new(Generation([1; 8]));
    for row in logs.iter().filter(|r| r.log.id() != gone) {
        let ops = store.read(&row.log.id(), 0, 1000).unwrap();
        let batch = crate::Batch { logs: vec![row.log.clone()], ops, ..Default::default() };
        cut.append(&batch).unwrap();
    }
    let report = verify(&cut, 10, |_, _| {});
    assert_eq!(report.bad_count, 0, "chains alone cannot tell");
    assert_eq!(report.dropped.len(), 2);
    assert_eq!(report.dropped[0].missing, Missing::Dropped { log: gone, seq: 24 });
    assert!(report.covered.is_empty());
}

#[test]
fn the_views_digest_needs_its_order() {
    let digest = |ids: &[u8]| {
        let mut digest = ViewsDigest::default();
        ids.iter().for_each(|i| digest.add(1, EntityId([*i; 10]), &[*i]));
        digest.finish()
    };
    assert!(digest(&[1, 2, 3]).is_some());
    assert_ne!(digest(&[1, 2]), digest(&[1, 3]));
    assert_eq!(digest(&[2, 1]), None);
    assert_eq!(digest(&[1, 1]), None);
}
