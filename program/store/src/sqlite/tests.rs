//! The conformance suite.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use kernel::UnixMillis;
use ledger::SecretKey;
use ledger::op_store::conformance;

use super::*;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A folder of its own, removed when dropped.
pub(crate) struct Folder(pub PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("anlan-store-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn options() -> Options {
    Options {
        node: SecretKey::from_bytes(&[1; 32]).public(),
        now: UnixMillis(1_784_000_000_000),
        random: [7; 8],
        check: true,
    }
}

#[test]
fn readers_and_verify_see_whole_batches_while_the_store_is_written() {
    let folder = Folder::new();
    let (mut store, _) = SqliteStore::open(&folder.0, &options()).unwrap();
    let mut desk = conformance::Desk::new(1);
    store.append(&desk.batch(5)).unwrap();
    let reader = store.reader().unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for _ in 0..60 {
                store.append(&desk.batch(5)).unwrap();
            }
        });
        let mut rounds = 0;
        while !writer.is_finished() || rounds < 3 {
            let mut count = 0;
            reader
                .each_op(&mut |_| {
                    count += 1;
                    true
                })
                .unwrap();
            assert_eq!(count % 5, 0, "whole batches only");
            let report = verify::verify(&folder.0, &options().node, 1, &mut |_| {}).unwrap();
            assert!(report.is_good(), "{report:?}");
            rounds += 1;
        }
    });
    assert_eq!(store.op_count().unwrap(), 305);
}

#[test]
fn the_sqlite_store_conforms() {
    let mut folders = Vec::new();
    conformance::run(|| {
        let folder = Folder::new();
        let (store, report) = SqliteStore::open(&folder.0, &options()).unwrap();
        assert_eq!(report.findings, [Finding::Created]);
        folders.push(folder);
        store
    });
}
