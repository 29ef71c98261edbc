//! A power cut: of what was not synced, any sectors are on the disk and any are not.
//!
//! The disk is played with two pictures of a folder: one after an answered group, which a sync made
//! sure of, and one later. Sectors that differ are taken from either by chance. The order of syncs
//! is kept: no byte of a group's record is on the disk before its commit is. Source: reliability
//! F3.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use ledger::op_store::conformance::Desk;

use super::tests::{Folder, options};
use super::*;

const SECTOR: usize = 512;

/// Files of a folder by name.
type Picture = BTreeMap<String, Vec<u8>>;

fn picture(dir: &Path) -> Picture {
    let mut files = BTreeMap::new();
    for name in [FILE.to_owned(), format!("{FILE}-wal")] {
        if let Ok(bytes) = fs::read(dir.join(&name)) {
            files.insert(name, bytes);
        }
    }
    for file in guard::find(&dir.join(SENTINEL)).unwrap() {
        let name = file.path.file_name().unwrap().to_str().unwrap();
        files.insert(format!("{SENTINEL}/{name}"), fs::read(&file.path).unwrap());
    }
    files
}

fn folder(files: &Picture) -> Folder {
    let folder = Folder::new();
    fs::create_dir_all(folder.0.join(SENTINEL)).unwrap();
    for (name, bytes) in files {
        fs::write(folder.0.join(name), bytes).unwrap();
    }
    folder
}

struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % limit
    }
}

/// Sectors of `old` and `new`, each of those that differ from either.
fn mixed(old: &[u8], new: &[u8], chance: &mut Chance) -> Vec<u8> {
    let len = if chance.below(2) == 0 { new.len() } else { old.len() };
    let mut out = vec![0; len];
    for at in (0..len).step_by(SECTOR) {
        let from = if chance.below(2) == 0 { old } else { new };
        let end = (at + SECTOR).min(len);
        let have = &from[at.min(from.len())..end.min(from.len())];
        out[at..at + have.len()].copy_from_slice(have);
    }
    out
}

#[test]
fn f03_a_power_cut_loses_nothing_that_was_answered() {
    let live = Folder::new();
    let (mut store, _) = SqliteStore::open(&live.0, &options()).unwrap();
    let mut desk = Desk::new(1);
    store.append(&desk.batch(30)).unwrap();
    let mut chance = Chance(3);
    let (mut cut, mut kept_more) = (0, 0);
    for _ in 0..12 {
        let answered = store.op_count().unwrap();
        let before = picture(&live.0);
        store.append(&desk.batch(4)).unwrap();
        let after = picture(&live.0);
        for round in 0..6 {
            let mut disk = after.clone();
            // First the commit's own bytes are in doubt, then, once they are safe, the record's.
            let in_commit = round % 2 == 0;
            for (name, old) in &before {
                let sentinel = name.starts_with(SENTINEL);
                let bytes = match (sentinel, in_commit) {
                    (true, true) => old.clone(),
                    (false, false) => after[name].clone(),
                    _ => mixed(old, &after[name], &mut chance),
                };
                disk.insert(name.clone(), bytes);
            }
            let disk = folder(&disk);
            let (again, report) = SqliteStore::open(&disk.0, &options()).unwrap();
            let found = again.op_count().unwrap();
            assert!(found >= answered, "{found} of {answered}: {report:?}");
            assert!(!report.has_alarm(), "{report:?}");
            let whole = verify::verify(&disk.0, &options().node, 1, &mut |_| {}).unwrap();
            assert!(whole.is_good(), "{whole:?}");
            cut += u32::from(found == answered);
            kept_more += u32::from(found > answered);
        }
    }
    assert!(cut > 5 && kept_more > 20, "{cut} {kept_more}");
}
