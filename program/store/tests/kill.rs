//! A process that is killed at any moment under write load keeps what it answered.
//!
//! The parent starts this test binary again as the writer, reads its answers, kills it after a
//! random while, opens the folder and checks: each answered op is there, each retry gives the first
//! answer, chains are whole. 40 kills; `ANLAN_KILLS=200` for more. Source: reliability §2 F1, F2.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use kernel::{ClockQuality, EntityId, Hash32, Kind, OpId, PlaceCode, UnixMillis, hash};
use ledger::crypt::DataKey;
use ledger::op_store::{RetryRow, own_log};
use ledger::seal::{Author, Chains, LogState, Source, Unsealed, seal};
use ledger::{Batch, DataClass, Lane, OpRead, OpStore, OpType, PublicKey, SecretKey, Topic, Value};
use store::sqlite::{Options, SqliteStore, verify};

const CHILD: &str = "ANLAN_KILL_FOLDER";
const GROUP: u64 = 4;

fn key() -> SecretKey {
    SecretKey::from_bytes(&[8; 32])
}

fn now() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    UnixMillis(since.as_millis() as i64)
}

fn options() -> Options {
    let random = (now().0 as u64).to_be_bytes();
    Options { node: key().public(), now: now(), random, check: true }
}

struct Desk<'a>(&'a SqliteStore);

impl Source for Desk<'_> {
    fn log(
        &mut self,
        author: &PublicKey,
        place: PlaceCode,
        topic: Topic,
        lane: Lane,
    ) -> Result<LogState, String> {
        own_log(self.0, author, place, topic, lane, now()).map_err(|e| e.to_string())
    }

    fn heads(&mut self, ent: &EntityId) -> Result<Vec<OpId>, String> {
        let ops = self.0.ops_about(ent).map_err(|e| e.to_string())?;
        Ok(ops.last().map(|stored| stored.op.id()).into_iter().collect())
    }

    fn data_key(&mut self, _: &Unsealed) -> Option<DataKey> {
        None
    }

    fn nonce(&mut self) -> [u8; 24] {
        [0; 24]
    }
}

fn retry_key(command: u64) -> Hash32 {
    hash(format!("command {command}").as_bytes())
}

/// One command: an op in one of two lanes. A command sent again gets the first answer.
fn command(number: u64) -> Unsealed {
    let lane = if number.is_multiple_of(3) { Lane::LifeSafety } else { Lane::Command };
    let op =
        OpType { code: 256, version: 1, topic: Topic::Incidents, lane, class: DataClass::Open };
    let mut ent = [0; 10];
    ent[2..].copy_from_slice(&number.to_be_bytes());
    Unsealed {
        op,
        ent: Some((Kind { number: 16, name: "site" }, EntityId(ent))),
        body: BTreeMap::from([(9, Value::from(number))]),
        place: None,
        dep: Vec::new(),
        seen: None,
    }
}

/// The writer: sends commands from the first unanswered on, in groups, and prints each answer.
fn write_until_killed(folder: &Path) {
    let key = key();
    let (mut store, report) = SqliteStore::open(folder, &options()).unwrap();
    assert!(!report.has_alarm(), "{report:?}");
    let mut out = std::io::stdout().lock();
    writeln!(out, "open").unwrap();
    out.flush().unwrap();
    let mut chains = Chains::default();
    let from = std::env::var("ANLAN_KILL_FROM").unwrap().parse::<u64>().unwrap();
    for first in (from..).step_by(GROUP as usize) {
        let mut batch = Batch::default();
        let mut answers = Vec::new();
        for number in first..first + GROUP {
            let key_of = retry_key(number);
            if let Some(row) = store.retry(&key_of).unwrap() {
                answers.push((number, String::from_utf8(row.answer).unwrap()));
                continue;
            }
            let author = Author {
                key: &key,
                place: PlaceCode(990_101_000_000),
                obo: None,
                wall: now(),
                clk: ClockQuality::SyncedDay,
            };
            let items = vec![command(number)];
            let sealed = seal(&author, items, &mut chains, &mut Desk(&store)).unwrap();
            batch.push_sealed(&sealed, now());
            let answer = sealed[0].op.id().to_string();
            let (request, status, at) = (hash(b"request"), 201, now());
            let bytes = answer.clone().into_bytes();
            batch.retries.push(RetryRow { key: key_of, request, status, answer: bytes, at });
            answers.push((number, answer));
        }
        store.append(&batch).unwrap();
        chains.committed();
        for (number, answer) in answers {
            writeln!(out, "{number} {answer}").unwrap();
        }
        out.flush().unwrap();
    }
}

/// A small generator, so that a run can be told by its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Starts the writer and kills it while it works on what follows a random number of answers.
fn run_and_kill(folder: &Path, from: u64, random: &mut Random) -> BTreeMap<u64, String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writer", "--nocapture", "--test-threads=1"])
        .env(CHILD, folder)
        .env("ANLAN_KILL_FROM", from.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = child.stdout.take().unwrap();
    let (lines, spin) = (random.below(200), random.below(20_000));
    let mut answers = BTreeMap::new();
    for (read, line) in BufReader::new(out).lines().map_while(Result::ok).enumerate() {
        if read as u64 == lines {
            (0..spin).for_each(|_| std::hint::spin_loop());
            child.kill().unwrap();
        }
        let Some((number, answer)) = line.split_once(' ') else { continue };
        // The last line may be cut by the kill: only whole answers were given.
        if let (Ok(number), 64) = (number.parse(), answer.len()) {
            answers.insert(number, answer.to_owned());
        }
    }
    child.wait().unwrap();
    answers
}

#[test]
fn writer() {
    if let Some(folder) = std::env::var_os(CHILD) {
        write_until_killed(Path::new(&folder));
    }
}

#[test]
fn f01_what_was_answered_is_there_after_any_kill() {
    if std::env::var_os(CHILD).is_some() {
        return;
    }
    let kills: u32 = std::env::var("ANLAN_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(40);
    let folder = std::env::temp_dir().join(format!("anlan-kill-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let mut random = Random(7);
    let mut answered: BTreeMap<u64, String> = BTreeMap::new();
    let mut unanswered = 0;
    for _ in 0..kills {
        // Some answered commands are sent again, as a client does that lost its answers.
        let next = answered.keys().next_back().map_or(0, |last| last + 1);
        let from = next.saturating_sub(GROUP * 2) / GROUP * GROUP;
        for (number, answer) in run_and_kill(&folder, from, &mut random) {
            let first = answered.entry(number).or_insert_with(|| answer.clone());
            assert_eq!(*first, answer, "command {number} was answered otherwise before");
        }
        let (store, report) = SqliteStore::open(&folder, &options()).unwrap();
        assert!(!report.has_alarm(), "{report:?}");
        for (number, answer) in answered.iter().rev().take(400) {
            let id: OpId = answer.parse().unwrap();
            assert!(store.op(&id).unwrap().is_some(), "answered command {number} is lost");
            let row = store.retry(&retry_key(*number)).unwrap().unwrap();
            assert_eq!(row.answer, answer.as_bytes());
        }
        unanswered += store.op_count().unwrap().saturating_sub(answered.len() as u64);
    }
    let (store, _) = SqliteStore::open(&folder, &options()).unwrap();
    for (number, answer) in &answered {
        let id: OpId = answer.parse().unwrap();
        assert!(store.op(&id).unwrap().is_some(), "answered command {number} is lost");
    }
    let mut bodies: Vec<i64> = Vec::new();
    store
        .each_op(&mut |stored| {
            bodies.extend(stored.op.body().unwrap()[&9].as_int());
            true
        })
        .unwrap();
    let ops = bodies.len();
    bodies.sort_unstable();
    bodies.dedup();
    assert_eq!(bodies.len(), ops, "a command was written twice");
    drop(store);
    let report = verify::verify(&folder, &key().public(), 2, &mut |_| {}).unwrap();
    assert!(report.is_good(), "{report:?}");
    println!(
        "{kills} kills, {} ops answered, {unanswered} times an op was kept that had no answer yet",
        answered.len()
    );
    assert!(answered.len() as u32 > kills, "the writer hardly wrote: {}", answered.len());
    std::fs::remove_dir_all(&folder).unwrap();
}
