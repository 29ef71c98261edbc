//! Damage, loss, full disks and newer folders: each named, nothing deleted, nothing half-written.

use std::fs;
use std::path::Path;

use kernel::{PlaceCode, UnixMillis};
use ledger::op_store::conformance::Desk;
use ledger::op_store::own_log;
use ledger::{Lane, SecretKey, Topic};

use super::tests::{Folder, options};
use super::*;

const NODE: u8 = 1;

fn open(dir: &Path) -> (SqliteStore, StartReport) {
    let mut options = options();
    options.random = [9; 8];
    SqliteStore::open(dir, &options).unwrap()
}

/// A folder as a kill leaves it: the files of an open store, copied.
fn killed(store: &SqliteStore) -> Folder {
    let copy = Folder::new();
    fs::create_dir_all(copy.0.join(SENTINEL)).unwrap();
    for name in [FILE.to_owned(), format!("{FILE}-wal")] {
        let from = store.dir().join(&name);
        if from.exists() {
            fs::copy(from, copy.0.join(&name)).unwrap();
        }
    }
    for file in guard::find(&store.dir().join(SENTINEL)).unwrap() {
        let name = file.path.file_name().unwrap().to_owned();
        fs::copy(&file.path, copy.0.join(SENTINEL).join(name)).unwrap();
    }
    copy
}

fn written(batches: usize) -> (Folder, SqliteStore, Desk) {
    let folder = Folder::new();
    let (mut store, _) = SqliteStore::open(&folder.0, &options()).unwrap();
    let mut desk = Desk::new(NODE);
    for _ in 0..batches {
        store.append(&desk.batch(3)).unwrap();
    }
    (folder, store, desk)
}

fn sentinel_file(dir: &Path) -> PathBuf {
    guard::find(&dir.join(SENTINEL)).unwrap().last().unwrap().path.clone()
}

fn change(path: &Path, harm: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    harm(&mut bytes);
    fs::write(path, bytes).unwrap();
}

/// Number of used bytes of a sentinel file.
fn used(path: &Path) -> usize {
    let bytes = fs::read(path).unwrap();
    bytes.iter().rposition(|b| *b != 0).unwrap() + 1
}

fn kinds(report: &StartReport) -> Vec<&'static str> {
    let kind = |finding: &Finding| match finding {
        Finding::Created => "created",
        Finding::MovedAside { .. } => "moved-aside",
        Finding::TornTail { .. } => "torn-tail",
        Finding::Promised { .. } => "promised",
        Finding::Lost(_) => "lost",
        Finding::LostUnnamed => "lost-unnamed",
        Finding::SentinelDamaged { .. } => "sentinel-damaged",
        Finding::OtherGeneration => "other-generation",
        Finding::NewGeneration { restored: false, .. } => "new-generation",
        Finding::NewGeneration { restored: true, .. } => "restored",
    };
    report.findings.iter().map(kind).collect()
}

fn next_epoch(store: &SqliteStore) -> u32 {
    let author = SecretKey::from_bytes(&[NODE; 32]).public();
    let wall = UnixMillis(1_784_000_900_000);
    let place = PlaceCode(990_101_000_000);
    own_log(store, &author, place, Topic::Incidents, Lane::Command, wall).unwrap().log.epoch
}

#[test]
fn f01_a_kill_after_the_commit_loses_nothing() {
    let (_folder, store, _) = written(5);
    let whole = killed(&store);
    let (again, report) = open(&whole.0);
    assert_eq!(report.findings, []);
    assert_eq!(again.op_count().unwrap(), 15);
    assert_eq!(next_epoch(&again), 0);
}

#[test]
fn f02_a_kill_between_commit_and_promise_is_made_good() {
    let (_folder, store, _) = written(5);
    let copy = killed(&store);
    let file = sentinel_file(&copy.0);
    let end = used(&file);
    change(&file, |bytes| bytes[end - 88..].fill(0));
    let (again, report) = open(&copy.0);
    assert_eq!(kinds(&report), ["promised"]);
    assert_eq!(again.op_count().unwrap(), 15);
    assert_eq!(next_epoch(&again), 0);
    let twice = killed(&again);
    assert_eq!(open(&twice.0).1.findings, [], "it was promised for good");
}

#[test]
fn f06_a_torn_sentinel_record_is_cut() {
    let (_folder, store, mut desk) = written(5);
    for cut in [1, 10, 40, 83] {
        let copy = killed(&store);
        let file = sentinel_file(&copy.0);
        let end = used(&file);
        change(&file, |bytes| bytes[end - cut..].fill(0));
        let (again, report) = open(&copy.0);
        assert_eq!(kinds(&report), ["torn-tail", "promised"], "cut {cut}");
        assert_eq!(again.op_count().unwrap(), 15);
        drop(again);
        let (mut again, report) = open(&copy.0);
        assert_eq!(report.findings, []);
        again.append(&desk_after(15).batch(1)).unwrap();
    }
    let _ = desk.batch(1);
}

/// The author as it stands after so many ops.
fn desk_after(ops: usize) -> Desk {
    let mut desk = Desk::new(NODE);
    for _ in 0..ops / 3 {
        desk.batch(3);
    }
    desk
}

#[test]
fn f04_a_damaged_wal_loses_nothing_silently() {
    let (_folder, store, _) = written(12);
    let whole = killed(&store);
    let wal = fs::read(whole.0.join(format!("{FILE}-wal"))).unwrap();
    let mut lost_somewhere = 0;
    for step in 0..40usize {
        let copy = killed(&store);
        let path = copy.0.join(format!("{FILE}-wal"));
        let at = wal.len() * step / 40 + 13;
        change(&path, |bytes| match step % 3 {
            0 => bytes.truncate(at),
            1 => bytes[at] ^= 0x20,
            _ => {
                let end = (at + 4096).min(bytes.len());
                bytes[at..end].fill(0);
            }
        });
        let (again, report) = open(&copy.0);
        let found = again.op_count().unwrap();
        let lost: u64 = report.losses().iter().map(|loss| u64::from(loss.to - loss.from) + 1).sum();
        let moved = report.findings.iter().any(|f| matches!(f, Finding::MovedAside { .. }));
        assert_eq!(found + lost, 36, "step {step}: {report:?}");
        assert!(moved || found > 0 || step < 20);
        if lost > 0 {
            lost_somewhere += 1;
            assert!(report.has_alarm());
            assert!(next_epoch(&again) >= 1_784_000_000, "own log goes on in a new epoch");
            let (third, report) = open_again(again, &copy);
            assert_eq!(report.findings, [], "named once");
            assert!(next_epoch(&third) >= 1_784_000_000);
        }
    }
    assert!(lost_somewhere >= 10, "{lost_somewhere}");
}

fn open_again(store: SqliteStore, folder: &Folder) -> (SqliteStore, StartReport) {
    drop(store);
    open(&folder.0)
}

#[test]
fn f05_a_damaged_page_moves_the_file_aside_and_repair_takes_over_what_reads() {
    let (_folder, mut store, _) = written(120);
    let kept = Batch { meta: vec![("kept".into(), Some(vec![1]))], ..Batch::default() };
    store.append(&kept).unwrap();
    store.tidy().unwrap();
    let mut partly = 0;
    for step in 1..8 {
        let copy = killed(&store);
        let path = copy.0.join(FILE);
        change(&path, |bytes| {
            let at = bytes.len() / 4096 * step / 8 * 4096;
            bytes[at..at + 4096].fill(0xa5);
        });
        let done = repair::repair(&copy.0, &options()).unwrap();
        let aside = done.aside.clone().expect("moved aside");
        assert!(aside.exists(), "never deleted");
        assert!(aside.file_name().unwrap().to_str().unwrap().contains("damaged-2026"));
        let lost: u64 =
            done.cut.iter().map(|(_, from, to)| u64::from(to.unwrap() - from) + 1).sum();
        assert_eq!(done.kept + lost, 360, "{done:?}");
        partly += u32::from(lost > 0 && done.kept > 0);
        assert!(done.start.has_alarm());
        let (again, _) = open(&copy.0);
        assert_eq!(again.meta("kept").unwrap(), Some(vec![1]));
        assert_eq!(again.op_count().unwrap(), done.kept);
        assert!(next_epoch(&again) >= 1_784_000_000);
        let node = options().node;
        assert!(verify::verify(&copy.0, &node, 2, &mut |_| {}).unwrap().record.is_good());
    }
    assert!(partly > 0, "some page held ops");
}

#[test]
fn f05_a_file_that_is_no_database_is_moved_aside() {
    let (_folder, store, _) = written(2);
    let copy = killed(&store);
    fs::remove_file(copy.0.join(format!("{FILE}-wal"))).unwrap();
    fs::write(copy.0.join(FILE), vec![b'x'; 10_000]).unwrap();
    let (again, report) = open(&copy.0);
    assert_eq!(
        kinds(&report),
        ["moved-aside", "created", "other-generation", "lost", "lost", "restored"]
    );
    assert_eq!(again.op_count().unwrap(), 0);
    let lost: u32 = report.losses().iter().map(|loss| loss.to - loss.from + 1).sum();
    assert_eq!(lost, 6);
    assert!(next_epoch(&again) >= 1_784_000_000, "a log known only to the sentinel is not reused");
}

#[test]
fn f06_a_damaged_or_missing_sentinel_is_treated_as_a_restore() {
    let (_folder, store, _) = written(5);
    let inside = killed(&store);
    change(&sentinel_file(&inside.0), |bytes| bytes[100] ^= 1);
    let (again, report) = open(&inside.0);
    assert_eq!(kinds(&report), ["sentinel-damaged", "restored"]);
    assert_eq!(again.generation().unwrap(), Generation([9; 8]));
    assert!(next_epoch(&again) >= 1_784_000_000);
    assert_eq!(open_again(again, &inside).1.findings, []);

    let gone = killed(&store);
    fs::remove_dir_all(gone.0.join(SENTINEL)).unwrap();
    assert_eq!(kinds(&open(&gone.0).1), ["sentinel-damaged", "restored"]);

    let both = killed(&store);
    change(&sentinel_file(&both.0), |bytes| bytes[100] ^= 1);
    let wal = both.0.join(format!("{FILE}-wal"));
    change(&wal, |bytes| bytes.truncate(bytes.len() * 3 / 4));
    let (again, report) = open(&both.0);
    let lost: u64 = report.losses().iter().map(|loss| u64::from(loss.to - loss.from) + 1).sum();
    assert!(lost > 0);
    assert_eq!(again.op_count().unwrap() + lost, 15);
}

#[test]
fn f07_a_restored_store_gets_a_new_generation_and_epoch() {
    let (_folder, mut store, mut desk) = written(3);
    store.tidy().unwrap();
    let backup = killed(&store);
    store.append(&desk.batch(3)).unwrap();
    store.tidy().unwrap();
    let live = killed(&store);
    fs::copy(backup.0.join(FILE), live.0.join(FILE)).unwrap();
    let (again, report) = open(&live.0);
    assert_eq!(kinds(&report), ["lost", "lost", "new-generation"]);
    assert!(next_epoch(&again) >= 1_784_000_000);

    let whole = killed(&store);
    let mut options = options();
    options.random = [5; 8];
    let report = SqliteStore::mark_restored(&whole.0, &options).unwrap();
    assert!(report.has_alarm());
    let (again, report) = open(&whole.0);
    assert_eq!(report.findings, []);
    assert!(next_epoch(&again) >= 1_784_000_000);

    let (_other, others, _) = written(1);
    let copied = killed(&others);
    let mut stranger = self::options();
    stranger.node = SecretKey::from_bytes(&[2; 32]).public();
    let (_, report) = SqliteStore::open(&copied.0, &stranger).unwrap();
    assert_eq!(kinds(&report), ["other-generation", "restored"]);
}

#[test]
fn f08_a_full_disk_refuses_the_batch_and_goes_on_after() {
    let (_folder, mut store, mut desk) = written(2);
    let pages: u32 =
        store.reader.conn.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    store.limit_pages(pages + 2).unwrap();
    let before = store.op_count().unwrap();
    let big = desk.batch(200);
    let error = store.append(&big).unwrap_err();
    assert_eq!((error.code(), error.is_fatal()), ("disk-full", false));
    assert_eq!(store.op_count().unwrap(), before, "nothing half-written");
    assert_eq!(store.reader().unwrap().op_count().unwrap(), before, "reads go on");
    store.limit_pages(1_000_000).unwrap();
    store.append(&big).unwrap();
    assert_eq!(store.op_count().unwrap(), before + 200);
    assert_eq!(open_again(store, &_folder).1.findings, []);
}

/// A file system of a few megabytes, unmounted when dropped; only where this user may mount one.
struct SmallDisk(Folder);

impl SmallDisk {
    fn new() -> Option<Self> {
        let folder = Folder::new();
        let mut mount = std::process::Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(&folder.0);
        mount.stderr(std::process::Stdio::null());
        let mounted = mount.status().is_ok_and(|status| status.success());
        mounted.then(|| SmallDisk(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(&self.0.0).status();
    }
}

#[test]
fn f08_a_disk_that_is_really_full_leaves_nothing_half_written() {
    let Some(disk) = SmallDisk::new() else {
        println!("skipped: this user may not mount a small disk");
        return;
    };
    let dir = &disk.0.0;
    let (mut store, _) = SqliteStore::open(dir, &options()).unwrap();
    let mut desk = Desk::new(NODE);
    let mut answered = 0;
    let mut last = Batch::default();
    let mut refused = None;
    for _ in 0..2_000 {
        last = desk.batch(5);
        match store.append(&last) {
            Ok(()) => answered += 5,
            Err(e) => {
                refused = Some(e);
                break;
            }
        }
    }
    let refused = refused.expect("the disk is small");
    assert_eq!(refused.code(), "disk-full", "{refused}");
    assert!(answered > 0);
    assert_eq!(store.op_count().unwrap(), answered, "reads go on, nothing half-written");
    let bigger = ["-o", "remount,size=16m"];
    let status = std::process::Command::new("mount").args(bigger).arg(dir).status().unwrap();
    assert!(status.success());
    store.append(&last).unwrap();
    assert_eq!(store.op_count().unwrap(), answered + 5, "it goes on after space is freed");
    drop(store);
    let (again, report) = open(dir);
    assert_eq!(report.findings, []);
    assert_eq!(again.op_count().unwrap(), answered + 5);
}

#[test]
fn f08_a_new_sentinel_file_that_has_no_room_refuses_before_anything_is_committed() {
    let Some(disk) = SmallDisk::new() else {
        println!("skipped: this user may not mount a small disk");
        return;
    };
    let dir = &disk.0.0;
    let (mut store, _) = SqliteStore::open(dir, &options()).unwrap();
    let mut desk = Desk::new(NODE);
    store.append(&desk.batch(2)).unwrap();
    let filler = dir.join("filler");
    let _ = fs::write(&filler, vec![1; 1024 * 1024]);
    store.guard.fill_for_test();
    let batch = desk.batch(1);
    let error = store.append(&batch).unwrap_err();
    assert_eq!((error.code(), error.is_fatal()), ("disk-full", false));
    assert_eq!(store.op_count().unwrap(), 2);
    fs::remove_file(filler).unwrap();
    store.append(&batch).unwrap();
    drop(store);
    let (again, report) = open(dir);
    assert_eq!((report.findings.len(), again.op_count().unwrap()), (0, 3));
}

#[test]
fn f09_a_medium_that_cannot_be_written_is_verified_and_refuses_work() {
    let Some(disk) = SmallDisk::new() else {
        println!("skipped: this user may not mount a small disk");
        return;
    };
    let dir = &disk.0.0;
    let (mut store, _) = SqliteStore::open(dir, &options()).unwrap();
    store.append(&Desk::new(NODE).batch(20)).unwrap();
    drop(store);
    let locked = ["-o", "remount,ro"];
    let status = std::process::Command::new("mount").args(locked).arg(dir).status().unwrap();
    assert!(status.success());
    let report = verify::verify(dir, &options().node, 1, &mut |_| {}).unwrap();
    assert!(report.is_good(), "{report:?}");
    assert_eq!(report.record.ops, 20);
    let error = SqliteStore::open(dir, &options()).err().unwrap();
    assert_eq!(error.code(), "read-only", "{error}");
}

#[test]
fn a_newer_folder_is_refused_in_words() {
    let (folder, store, _) = written(1);
    store.reader.conn.pragma_update(None, "user_version", 99).unwrap();
    drop(store);
    let error = SqliteStore::open(&folder.0, &options()).err().unwrap();
    assert_eq!(error.code(), "newer-folder");
    assert!(error.to_string().contains("99") && error.to_string().contains("newer program"));
    assert!(Reader::open(&folder.0).is_err());
    assert!(folder.0.join(FILE).exists());
}

#[test]
fn what_cannot_be_promised_stops_the_store() {
    let (_folder, mut store, mut desk) = written(1);
    // A sentinel file that cannot be written stands for a disk that refuses a sync.
    store.guard.break_for_test();
    let error = store.append(&desk.batch(1)).unwrap_err();
    assert!(error.is_fatal(), "{error}");
    let again = store.append(&desk.batch(1)).unwrap_err();
    assert!(again.is_fatal(), "it is never tried again: {again}");
}

#[test]
fn sentinel_files_roll_over_and_old_ones_go_after_a_checkpoint() {
    let (folder, mut store, _) = written(1);
    for _ in 0..4 {
        store.guard.fill_for_test();
        store.append(&Desk::new(store.op_count().unwrap() as u8 + 50).batch(2)).unwrap();
    }
    let names = |dir: &Path| guard::find(&dir.join(SENTINEL)).unwrap().len();
    assert_eq!(names(&folder.0), 5);
    let copy = killed(&store);
    assert_eq!(open(&copy.0).1.findings, []);
    store.tidy().unwrap();
    assert_eq!(names(&folder.0), 2);
    assert_eq!(open_again(store, &folder).1.findings, []);
    let gap = killed(&open(&copy.0).0);
    fs::remove_file(gap.0.join(SENTINEL).join("000003.ans")).unwrap();
    assert_eq!(kinds(&open(&gap.0).1), ["sentinel-damaged", "restored"]);
}

#[test]
fn verify_names_the_bad_op_and_changes_nothing() {
    let (folder, store, _) = written(40);
    let node = options().node;
    let good = verify::verify(&folder.0, &node, 2, &mut |_| {}).unwrap();
    assert!(good.is_good(), "{good:?}");
    assert_eq!(good.record.ops, 120);
    let sql = "UPDATE op SET sig = zeroblob(64) WHERE log_no = 1 AND seq = 7";
    store.reader.conn.execute(sql, []).unwrap();
    let bad = verify::verify(&folder.0, &node, 2, &mut |_| {}).unwrap();
    assert!(!bad.is_good());
    assert_eq!((bad.record.bad[0].seq, bad.record.bad[0].fault.code()), (7, "bad-signature"));
    let sql = "DELETE FROM op WHERE log_no = 2 AND seq = 30";
    store.reader.conn.execute(sql, []).unwrap();
    let bad = verify::verify(&folder.0, &node, 1, &mut |_| {}).unwrap();
    assert_eq!(bad.record.bad.len(), 2);
    assert_eq!((bad.record.bad[1].seq, bad.record.bad[1].fault.code()), (31, "gap"));
    assert_eq!(bad.record.heads, good.record.heads);
}
