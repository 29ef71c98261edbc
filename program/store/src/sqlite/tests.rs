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
