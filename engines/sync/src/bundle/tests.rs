//! Out and in again, twice, damaged, cut, for the other sort; and that no bytes make it panic.

use std::io::Cursor;

use kernel::{Hash32, PlaceCode, UnixMillis, hash};
use ledger::op_store::conformance::Desk;
use ledger::op_store::memory::MemoryStore;
use ledger::op_store::{Generation, OpState, StoredOp};
use ledger::verify::heads_digest;
use ledger::{Batch, OpRead, OpStore, SecretKey, StoreError};
use proptest::prelude::*;

use super::import::{Import, Step};
use super::*;

type Blobs = Vec<std::io::Result<(Hash32, u64, Box<dyn std::io::Read>)>>;

fn maker() -> SecretKey {
    SecretKey::from_bytes(&[3; 32])
}

fn head() -> Head {
    Head {
        maker: maker().public(),
        made_at: UnixMillis(1_784_000_000_000),
        place: PlaceCode(990_101_000_000),
        exercise: true,
    }
}

fn empty() -> MemoryStore {
    MemoryStore::new(Generation([1; 8]))
}

fn full(authors: u8, ops: usize) -> MemoryStore {
    let mut store = empty();
    for author in 1..=authors {
        store.append(&Desk::new(author).batch(ops)).unwrap();
    }
    store
}

fn bundle(store: &MemoryStore, blobs: Blobs) -> (Vec<u8>, Summary) {
    export(store, &head(), &maker(), Vec::new(), &mut blobs.into_iter()).unwrap()
}

#[derive(Default, Debug)]
struct Took {
    ops: usize,
    damage: Vec<Damage>,
    waiting: usize,
    forks: usize,
    blob: Vec<u8>,
    held: u64,
}

fn take(bytes: &[u8], store: &mut MemoryStore) -> Result<Took, BundleError> {
    let mut import = Import::new(Bundle::open(Cursor::new(bytes))?);
    let mut took = Took::default();
    while let Some(step) = import.next(store)? {
        match step {
            Step::Ops(list) => {
                for incoming in list {
                    assert_eq!(incoming.verified(), incoming.ops.len());
                    took.ops += incoming.ops.len();
                    let stored =
                        |op| StoredOp { op, received: UnixMillis(7), state: OpState::Folded };
                    let ops = incoming.ops.into_iter().map(stored).collect();
                    let batch = Batch { logs: vec![incoming.log], ops, ..Batch::default() };
                    store.append(&batch).unwrap();
                }
            }
            Step::Blob { offset, bytes, .. } => {
                assert_eq!(offset, took.blob.len() as u64);
                took.blob.extend(bytes);
            }
            Step::Damaged(damage) => took.damage.push(damage),
            Step::Waiting { .. } => took.waiting += 1,
            Step::Fork { .. } => took.forks += 1,
        }
    }
    took.held = import.held;
    Ok(took)
}

fn heads(store: &MemoryStore) -> Hash32 {
    heads_digest(&store.logs().unwrap())
}

#[test]
fn a_bundle_carries_a_store_and_twice_is_once() {
    let from = full(3, 200);
    let blob: Vec<u8> = (0..5_000_000u32).map(|i| (i.wrapping_mul(i) >> 7) as u8).collect();
    let piece = Box::new(Cursor::new(blob.clone()));
    let (bytes, summary) = bundle(&from, vec![Ok((hash(&blob), blob.len() as u64, piece))]);
    assert_eq!((summary.ops, summary.logs, summary.blobs), (600, 6, 1));
    assert_eq!(summary.bytes, bytes.len() as u64);
    let mut to = empty();
    let took = take(&bytes, &mut to).unwrap();
    assert_eq!((took.ops, took.damage.len(), took.held), (600, 0, 0));
    assert_eq!(took.blob, blob);
    assert_eq!(heads(&to), heads(&from));
    let before = to.clone().logs().unwrap();
    let again = take(&bytes, &mut to).unwrap();
    assert_eq!((again.ops, again.held, again.forks, again.waiting), (0, 600, 0, 0));
    assert_eq!(to.logs().unwrap(), before);
    assert_eq!(bundle(&from, Vec::new()).0, bundle(&from, Vec::new()).0, "same store, same bytes");
}

#[test]
fn what_is_newer_is_added_to_what_is_held() {
    let mut desk = Desk::new(1);
    let mut from = empty();
    from.append(&desk.batch(50)).unwrap();
    let mut to = empty();
    take(&bundle(&from, Vec::new()).0, &mut to).unwrap();
    from.append(&desk.batch(30)).unwrap();
    let took = take(&bundle(&from, Vec::new()).0, &mut to).unwrap();
    assert_eq!((took.ops, took.held), (30, 50));
    assert_eq!(heads(&to), heads(&from));
    let mut back = from.clone();
    let took = take(&bundle(&to, Vec::new()).0, &mut back).unwrap();
    assert_eq!((took.ops, took.held), (0, 80));
}

#[test]
fn f23_a_damaged_segment_is_named_and_the_rest_is_taken() {
    let from = full(40, 400);
    let (bytes, summary) = bundle(&from, Vec::new());
    assert!(summary.segments >= 3, "{summary:?}");
    let whole = Bundle::open(Cursor::new(&bytes[..])).unwrap();
    assert_eq!(whole.signed(), Signed::Good);
    let middle = bytes.len() / 2;
    let mut harmed = bytes.clone();
    harmed[middle] ^= 1;
    let mut to = empty();
    let took = take(&harmed, &mut to).unwrap();
    assert_eq!(took.damage.len(), 1);
    assert!(took.damage[0].segment > 1);
    assert!(took.ops > 0 && took.ops < 16_000);
    let took = take(&bytes, &mut to).unwrap();
    assert!(took.damage.is_empty());
    assert_eq!(heads(&to), heads(&from), "a good copy brings the rest");

    let late = bytes.len() * 3 / 4;
    for cut in [bytes.len() - 1, bytes.len() - 200, late, middle / 2] {
        let mut to = empty();
        let took = take(&bytes[..cut], &mut to).unwrap();
        assert!(!took.damage.is_empty(), "cut at {cut}");
        assert!(took.ops > 0 || cut < late, "cut at {cut}");
        let signed = Bundle::open(Cursor::new(&bytes[..cut])).unwrap().signed();
        assert_eq!(signed, Signed::Missing);
    }
}

#[test]
fn segments_swapped_or_signed_by_another_are_found() {
    let from = full(2, 50);
    let (bytes, _) = bundle(&from, Vec::new());
    let other = SecretKey::from_bytes(&[4; 32]);
    let (forged, _) = export(&from, &head(), &other, Vec::new(), &mut std::iter::empty()).unwrap();
    assert_eq!(Bundle::open(Cursor::new(&forged[..])).unwrap().signed(), Signed::Bad);
    let took = take(&forged, &mut empty()).unwrap();
    assert_eq!((took.ops, took.damage.len()), (100, 1), "ops stand for themselves");
    let later = [b"ANLB2\n".as_slice(), &bytes[6..]].concat();
    let error = Bundle::open(Cursor::new(&later[..])).err().unwrap();
    assert_eq!(error.code(), "newer-bundle");
    let error = Bundle::open(Cursor::new(b"PK\x03\x04whatever".as_slice())).err().unwrap();
    assert_eq!(error.code(), "not-a-bundle");
    let mut bad = bytes.clone();
    bad[20] ^= 1;
    assert_eq!(Bundle::open(Cursor::new(&bad[..])).err().unwrap().code(), "bad-head");
}

#[test]
fn exercise_and_real_never_mix() {
    assert!(head().refuse_other_sort(true).is_ok());
    let error = head().refuse_other_sort(false).unwrap_err();
    assert_eq!(error.code(), "other-sort");
    assert!(error.to_string().contains("exercise"));
}

#[test]
fn personal_bodies_and_the_audit_log_stay_here() {
    use kernel::{ClockQuality, EntityId, Kind, OpId};
    use ledger::crypt::DataKey;
    use ledger::seal::{Author, Chains, LogState, Source, Unsealed, seal};
    use ledger::{DataClass, Lane, OpType, PublicKey, Topic};

    struct Own(PublicKey);
    impl Source for Own {
        fn log(
            &mut self,
            author: &PublicKey,
            place: PlaceCode,
            topic: Topic,
            lane: Lane,
        ) -> Result<LogState, String> {
            self.0 = *author;
            let log = Descriptor { author: *author, place, topic, lane, epoch: 0 };
            Ok(LogState { log, head: None, older: Vec::new() })
        }
        fn heads(&mut self, _: &EntityId) -> Result<Vec<OpId>, String> {
            Ok(Vec::new())
        }
        fn data_key(&mut self, _: &Unsealed) -> Option<DataKey> {
            Some(DataKey::new([1; 32]))
        }
        fn nonce(&mut self) -> [u8; 24] {
            [2; 24]
        }
    }
    let key = maker();
    let item = |topic, class| Unsealed {
        op: OpType { code: 300, version: 1, topic, lane: Lane::Relief, class },
        ent: Some((Kind { number: 18, name: "person" }, EntityId([1; 10]))),
        body: BTreeMap::from([(9, Value::from("张三"))]),
        place: None,
        dep: Vec::new(),
        seen: None,
    };
    let items = vec![
        item(Topic::Registers, DataClass::Sensitive),
        item(Topic::Registers, DataClass::Internal),
        item(Topic::Audit, DataClass::Open),
    ];
    let author = Author {
        key: &key,
        place: PlaceCode(990_101_000_000),
        obo: None,
        wall: UnixMillis(1),
        clk: ClockQuality::SyncedDay,
    };
    let sealed = seal(&author, items, &mut Chains::default(), &mut Own(key.public())).unwrap();
    let mut batch = Batch::default();
    batch.push_sealed(&sealed, UnixMillis(1));
    let mut from = empty();
    from.append(&batch).unwrap();
    let (bytes, summary) = bundle(&from, Vec::new());
    assert_eq!((summary.ops, summary.logs, summary.withheld), (2, 1, 1));
    let mut to = empty();
    take(&bytes, &mut to).unwrap();
    let id = sealed[0].op.id();
    let held = to.op(&id).unwrap().unwrap();
    assert_eq!(held.op.body_bytes(), None);
    assert!(held.op.signed_by(&key.public()));
    let open = to.op(&sealed[1].op.id()).unwrap().unwrap();
    assert!(open.op.body().is_ok());
    assert!(to.op(&sealed[2].op.id()).unwrap().is_none());
    assert_eq!(heads(&to), heads(&from), "the digest leaves topic 12 out as well");
}

#[test]
fn a_fork_is_told_and_what_lacks_its_past_waits() {
    let mut ours = empty();
    let mut desk = Desk::new(1);
    ours.append(&desk.batch(20)).unwrap();
    let mut theirs = empty();
    let mut twin = Desk::new(1);
    theirs.append(&twin.batch(10)).unwrap();
    let mut other = Batch::default();
    let sealed: Vec<_> = (0..4).map(|_| twin.write(1, "otherwise")).collect();
    other.push_sealed(&sealed, UnixMillis(1));
    theirs.append(&other).unwrap();
    let took = take(&bundle(&theirs, Vec::new()).0, &mut ours).unwrap();
    assert_eq!((took.ops, took.forks), (0, 1));

    let mut writer = BundleWriter::new(Vec::new(), &head()).unwrap();
    let store = full(1, 20);
    let logs = store.logs().unwrap();
    writer.logs(&[logs[0].log.clone()]).unwrap();
    let later = store.read(&logs[0].log.id(), 3, 100).unwrap();
    later.iter().for_each(|stored| writer.op(&stored.op).unwrap());
    let (bytes, _) = writer.finish(&maker()).unwrap();
    let took = take(&bytes, &mut empty()).unwrap();
    assert_eq!((took.ops, took.waiting), (0, 1));
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    let raw = vec![0u8; 3_000_000];
    let small = zstd::bulk::compress(&raw, 3).unwrap();
    let mut bytes = Vec::new();
    let head = head().encode();
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&(head.len() as u32).to_be_bytes());
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(&hash(&head).0);
    bytes.extend_from_slice(SEGMENT_MARK);
    bytes.extend_from_slice(&[2, 1]);
    bytes.extend_from_slice(&(raw.len() as u32).to_be_bytes());
    bytes.extend_from_slice(&(small.len() as u32).to_be_bytes());
    bytes.extend_from_slice(&hash(&small).0);
    bytes.extend_from_slice(&small);
    let took = take(&bytes, &mut empty()).unwrap();
    assert!(took.damage.iter().any(|d| d.what.contains("bomb")), "{took:?}");
}

#[test]
fn an_export_of_a_store_that_cannot_be_read_is_an_error() {
    let e: BundleError = StoreError::Damaged("page 7".to_owned()).into();
    assert_eq!(e.code(), "store-damaged");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_make_the_reader_panic_and_none_make_an_op(
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        end in any::<prop::sample::Index>(),
    ) {
        thread_local! {
            static SAMPLE: (Vec<u8>, usize) = {
                let store = full(2, 30);
                (bundle(&store, Vec::new()).0, store.op_count().unwrap() as usize)
            };
        }
        let (mut bytes, ops) = SAMPLE.with(Clone::clone);
        for (at, byte) in cuts {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(end.index(bytes.len()) + 1);
        let mut store = empty();
        if let Ok(took) = take(&bytes, &mut store) {
            prop_assert!(took.ops <= ops);
        }
    }

    #[test]
    fn arbitrary_bytes_after_the_magic_never_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let bytes = [MAGIC.as_slice(), &bytes].concat();
        let _ = take(&bytes, &mut empty());
        let head = head().encode();
        let len = (head.len() as u32).to_be_bytes();
        let tail = &bytes[6..];
        let bytes = [MAGIC.as_slice(), &len, &head, &hash(&head).0, tail].concat();
        let _ = take(&bytes, &mut empty());
    }
}
