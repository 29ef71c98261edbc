//! The golden bundle: `vectors/bundle.json` is what this makes, byte for byte, and
//! `vectors/check.py` reads it without any code of ours.
//!
//! `ANLAN_WRITE_VECTORS=1 cargo test -p sync --test vectors` writes the file again. Compressed
//! bytes are those of one version of zstd: another may pack them otherwise, and is as right.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use kernel::{EntityId, Kind, PlaceCode, UnixMillis, hash};
use ledger::op_store::conformance::Desk;
use ledger::op_store::memory::MemoryStore;
use ledger::op_store::{Generation, OpState, StoredOp};
use ledger::seal::Sealed;
use ledger::verify::heads_digest;
use ledger::{Batch, DataClass, Descriptor, Lane, Op, OpRead, OpStore, SecretKey, Topic};
use sync::{Bundle, Head, Import, Step};

const KIND: Kind = Kind { number: 18, name: "person" };

fn path() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    root.join("vectors/bundle.json")
}

/// A log of class 2 with one encrypted op, made by hand.
fn personal(key: &SecretKey) -> Sealed {
    let log = Descriptor {
        author: key.public(),
        place: PlaceCode(990_101_000_000),
        topic: Topic::Registers,
        lane: Lane::Relief,
        epoch: 0,
    };
    let data_key = ledger::crypt::DataKey::new([4; 32]);
    let ent = EntityId([6; 10]);
    let plain = ledger::op::body_bytes(&BTreeMap::from([(9, ledger::Value::from("name"))]));
    let stored =
        ledger::crypt::encrypt_body(&data_key, [5; 24], Some(&ent), 4_801, &plain).unwrap();
    let header = ledger::Header {
        log: log.id(),
        seq: 0,
        prev: None,
        t: kernel::Stamp::at(UnixMillis(1_784_000_000_000)),
        op_type: 4_801,
        ent: Some(ent),
        sup: Vec::new(),
        body_hash: Default::default(),
        body_len: 0,
        clk: kernel::ClockQuality::SyncedDay,
        class: DataClass::Personal,
        key: Some(data_key.id()),
        obo: None,
        dep: Vec::new(),
        other: BTreeMap::new(),
    };
    Sealed { log, op: Op::sign(header, stored, key).unwrap(), kind: Some(KIND.number) }
}

fn store() -> MemoryStore {
    let mut store = MemoryStore::new(Generation([1; 8]));
    for author in 1..=3 {
        store.append(&Desk::new(author).batch(12)).unwrap();
    }
    let mut batch = Batch::default();
    batch.push_sealed(&[personal(&SecretKey::from_bytes(&[9; 32]))], UnixMillis(1));
    store.append(&batch).unwrap();
    store
}

fn bundle(store: &MemoryStore) -> Vec<u8> {
    let maker = SecretKey::from_bytes(&[3; 32]);
    let head = Head {
        maker: maker.public(),
        made_at: UnixMillis(1_784_000_000_000),
        place: PlaceCode(990_101_000_000),
        exercise: true,
    };
    let blob = b"a photo".repeat(40);
    let from: Box<dyn std::io::Read> = Box::new(Cursor::new(blob.clone()));
    let blobs = vec![Ok((hash(&blob), blob.len() as u64, from))];
    sync::export(store, &head, &maker, Vec::new(), &mut blobs.into_iter()).unwrap().0
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn the_golden_bundle_is_what_this_program_makes_and_reads() {
    let store = store();
    let heads = heads_digest(&store.logs().unwrap());
    let made = format!(
        "{{\n\"bundles\": [\n{{\"bytes\":\"{}\",\"heads\":\"{heads}\",\"logs\":7,\"ops\":37,\
         \"withheld\":1,\"blobs\":1,\"exercise\":true}}\n]\n}}\n",
        hex(&bundle(&store))
    );
    if std::env::var_os("ANLAN_WRITE_VECTORS").is_some() {
        write(&made);
    }
    let held = std::fs::read_to_string(path()).unwrap();
    assert!(held == made, "vectors/bundle.json is not what this makes");

    let text = held.split('"').find(|part| part.len() > 1_000).unwrap();
    let byte = |i: usize| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap();
    let bytes: Vec<u8> = (0..text.len() / 2).map(byte).collect();
    let mut import = Import::new(Bundle::open(Cursor::new(bytes)).unwrap());
    let mut to = MemoryStore::new(Generation([2; 8]));
    while let Some(step) = import.next(&to).unwrap() {
        let Step::Ops(list) = step else { continue };
        for incoming in list {
            let stored = |op| StoredOp { op, received: UnixMillis(1), state: OpState::Folded };
            let ops = incoming.ops.into_iter().map(stored).collect();
            to.append(&Batch { logs: vec![incoming.log], ops, ..Batch::default() }).unwrap();
        }
    }
    assert_eq!(heads_digest(&to.logs().unwrap()), heads);
}

#[allow(clippy::disallowed_methods, reason = "only when asked to write the vectors")]
fn write(text: &str) {
    std::fs::write(path(), text).unwrap();
}
