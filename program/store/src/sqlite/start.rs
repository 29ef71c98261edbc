//! What is done at a start: the store is held against the sentinel before anything is written.
//!
//! The table of sync §6, row by row. Nothing is deleted: what is damaged or belongs to another
//! generation is moved aside with the date in its name, and a loss is always named.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use kernel::{LogId, Prefix, UnixMillis};
use ledger::op_store::{Generation, LogRow, Stored};
use ledger::sentinel::{Ending, Promise, Record, SentinelError, log8};
use ledger::{OpRead, PublicKey, StoreError};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Serialize, Serializer};

use super::guard::{self, Found, Guard, io_fault};
use super::read::Reader;
use super::schema::{self, fault};

/// Ops that were promised and are not there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Loss {
    /// The log, where it is known here.
    pub log: Option<LogId>,
    /// First 8 bytes of its id.
    #[serde(serialize_with = "as_hex")]
    pub log8: [u8; 8],
    /// First seq lost.
    pub from: u32,
    /// Last seq lost.
    pub to: u32,
}

/// What a start found and did. As JSON `{"what": "torn-tail", …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Finding {
    /// A new store was made.
    Created,
    /// The file does not read: it was moved aside, never deleted.
    MovedAside {
        /// Where it is now.
        to: PathBuf,
        /// What SQLite said.
        why: String,
    },
    /// The sentinel's newest record was torn and not answered: cut.
    TornTail {
        /// The file.
        file: PathBuf,
    },
    /// Logs were ahead of the sentinel: kept, and now promised. Nothing is lost.
    Promised {
        /// How many logs.
        logs: usize,
    },
    /// Promised ops are not there. Their logs go on in a new epoch.
    Lost(Loss),
    /// Something promised is not there, and its record cannot be read.
    LostUnnamed,
    /// The sentinel is damaged, or a file of it is gone.
    SentinelDamaged {
        /// What was found.
        why: String,
    },
    /// The store and the sentinel are not of one generation or node: a restored or copied folder.
    OtherGeneration,
    /// The store has a new generation; own logs go on in new epochs where `restored`.
    NewGeneration {
        /// It.
        generation: Generation,
        /// Whether all own logs go on in new epochs, not only those that lost ops.
        restored: bool,
    },
}

fn as_hex<S: Serializer>(log8: &[u8; 8], s: S) -> Result<S::Ok, S::Error> {
    s.collect_str(&Prefix(*log8))
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finding::Created => write!(f, "a new store was made"),
            Finding::MovedAside { to, why } => {
                write!(f, "the store does not read ({why}); it is kept as {}", to.display())
            }
            Finding::TornTail { file } => {
                write!(f, "an unanswered record was cut from the end of {}", file.display())
            }
            Finding::Promised { logs } => {
                write!(f, "{logs} logs were ahead of the sentinel: nothing is lost")
            }
            Finding::Lost(loss) => {
                let Loss { log, log8, from, to } = loss;
                let log = log.map_or(format!("{}…", Prefix(*log8)), |log| log.to_string());
                write!(f, "LOST: ops {from} to {to} of log {log} were promised and are not there")
            }
            Finding::LostUnnamed => write!(f, "LOST: something promised is not there"),
            Finding::SentinelDamaged { why } => write!(f, "the sentinel is damaged: {why}"),
            Finding::OtherGeneration => {
                write!(f, "store and sentinel do not belong together: a restored or copied folder")
            }
            Finding::NewGeneration { generation, restored } => {
                let logs = if *restored { "all own logs" } else { "the logs named" };
                write!(f, "new generation {generation}; {logs} go on in new epochs")
            }
        }
    }
}

impl Finding {
    /// Whether a person must be told: something promised is gone, or a disk is bad.
    pub fn is_alarm(&self) -> bool {
        !matches!(self, Finding::Created | Finding::TornTail { .. } | Finding::Promised { .. })
    }
}

/// All that a start found, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StartReport {
    /// Findings.
    pub findings: Vec<Finding>,
}

impl StartReport {
    /// What was lost.
    pub fn losses(&self) -> Vec<&Loss> {
        let mut losses = Vec::new();
        for finding in &self.findings {
            if let Finding::Lost(loss) = finding {
                losses.push(loss);
            }
        }
        losses
    }

    /// Whether a person must be told of something.
    pub fn has_alarm(&self) -> bool {
        self.findings.iter().any(Finding::is_alarm)
    }
}

/// What the sentinel's files say, against the store.
pub(super) struct Judged {
    /// Highest promise of each log in good records.
    pub highest: BTreeMap<[u8; 8], Promise>,
    /// Losses and damage.
    pub findings: Vec<Finding>,
    /// Whether all own logs must go on in new epochs.
    pub restore: bool,
    /// A newest file that was never finished.
    pub half_made: Option<PathBuf>,
}

/// Compares the sentinel with the store. Reads only.
pub(super) fn judge(reader: &Reader, files: &mut Vec<Found>, node: &PublicKey) -> Stored<Judged> {
    let generation = reader.generation()?;
    let group: i64 = reader.promise("grp")?;
    let mut judged = Judged {
        highest: BTreeMap::new(),
        findings: Vec::new(),
        restore: false,
        half_made: take_half_made(files),
    };
    if files.is_empty() && group > 0 {
        judged.damaged("its files are gone");
    }
    let mut last_group = 0;
    let mut claims: Vec<Promise> = Vec::new();
    let mut before: Option<(u32, [u8; 16])> = None;
    let newest = files.last().map(|file| file.number);
    for file in files.iter() {
        let name = file.path.display();
        let scan = match &file.scan {
            Ok(scan) => scan,
            Err(e) => {
                judged.damaged(&format!("{name}: {e}"));
                continue;
            }
        };
        if scan.head.node != *node || scan.head.generation != generation {
            judged.other_generation();
        }
        if before.is_some_and(|(number, _)| number + 1 != file.number) {
            judged.damaged(&format!("a file before {name} is gone"));
        } else if before.is_some_and(|(_, check)| check != scan.head.before) {
            judged.damaged(&format!("{name} does not follow the file before it"));
        }
        before = Some((file.number, scan.last));
        judged.take(&scan.records, &mut last_group);
        match &scan.ending {
            Ending::Clean => {}
            Ending::Torn { claim } if newest == Some(file.number) => {
                judged.findings.push(Finding::TornTail { file: file.path.clone() });
                // What was torn was committed before it was written.
                if group <= last_group as i64 {
                    claims = claim.as_ref().map(|c| c.ops.clone()).unwrap_or_default();
                    judged.findings.push(Finding::LostUnnamed);
                    judged.restore = true;
                }
            }
            Ending::Torn { .. } => judged.damaged(&format!("{name} ends in a bad record")),
            Ending::Damaged { after } => {
                judged.damaged(&format!("{name} has a bad record with good ones after it"));
                judged.take(after, &mut last_group);
            }
        }
    }
    let lost = lost(reader, &judged.highest, &claims)?;
    if lost.is_empty() && group < last_group as i64 && !judged.restore {
        judged.findings.push(Finding::LostUnnamed);
        judged.restore = true;
    }
    if !lost.is_empty() {
        judged.findings.retain(|f| *f != Finding::LostUnnamed);
    }
    judged.findings.extend(lost.into_iter().map(Finding::Lost));
    Ok(judged)
}

impl Judged {
    /// What is known of a folder that was put back from a backup.
    pub(super) fn restored() -> Self {
        let (highest, findings) = (BTreeMap::new(), Vec::new());
        Judged { highest, findings, restore: true, half_made: None }
    }

    fn damaged(&mut self, why: &str) {
        self.findings.push(Finding::SentinelDamaged { why: why.to_owned() });
        self.restore = true;
    }

    fn other_generation(&mut self) {
        if !self.findings.contains(&Finding::OtherGeneration) {
            self.findings.push(Finding::OtherGeneration);
        }
        self.restore = true;
    }

    fn take(&mut self, records: &[Record], last_group: &mut u64) {
        for record in records {
            *last_group = record.group.max(*last_group);
            for promise in &record.ops {
                let highest = self.highest.entry(promise.log8).or_insert(*promise);
                if promise.seq >= highest.seq {
                    *highest = *promise;
                }
            }
        }
    }

    /// Whether the store needs a new generation.
    pub(super) fn lost(&self) -> bool {
        self.restore || self.findings.iter().any(|f| matches!(f, Finding::Lost(_)))
    }
}

/// A newest file whose head was never written: the process ended while it was made.
fn take_half_made(files: &mut Vec<Found>) -> Option<PathBuf> {
    let half = |file: &Found| {
        matches!(file.scan, Err(SentinelError::Short(_) | SentinelError::NotSentinel([0, 0, 0, 0])))
    };
    if files.last().is_some_and(half) { files.pop().map(|file| file.path) } else { None }
}

/// Promised ops that are not there; a torn record's claims count only for logs that are known.
fn lost(
    reader: &Reader,
    highest: &BTreeMap<[u8; 8], Promise>,
    claims: &[Promise],
) -> Stored<Vec<Loss>> {
    let mut logs: BTreeMap<[u8; 8], LogRow> = BTreeMap::new();
    for row in reader.logs()? {
        logs.insert(log8(&row.log.id()), row);
    }
    let mut wanted = highest.clone();
    for claim in claims.iter().filter(|claim| logs.contains_key(&claim.log8)) {
        let near = logs[&claim.log8].head.map_or(0, |h| h.seq).saturating_add(100_000);
        if claim.seq <= near && wanted.get(&claim.log8).is_none_or(|w| w.seq < claim.seq) {
            wanted.insert(claim.log8, *claim);
        }
    }
    let mut losses = Vec::new();
    for (log8, promise) in &wanted {
        let row = logs.get(log8);
        let log = row.map(|row| row.log.id());
        let head = row.and_then(|row| row.head).map(|head| head.seq);
        let first_missing = head.map_or(0, |seq| seq.saturating_add(1));
        let (log8, to) = (*log8, promise.seq);
        if first_missing <= to {
            losses.push(Loss { log, log8, from: first_missing, to });
            continue;
        }
        let held = match &log {
            Some(log) => reader.op_at(log, to)?,
            None => None,
        };
        if held.is_none_or(|stored| stored.op.id().prefix() != promise.id8) {
            losses.push(Loss { log, log8, from: to, to });
        }
    }
    Ok(losses)
}

/// Heads that no record covers yet.
pub(super) fn unpromised(
    reader: &Reader,
    highest: &BTreeMap<[u8; 8], Promise>,
) -> Stored<Vec<Promise>> {
    let mut promises = Vec::new();
    for row in reader.logs()? {
        let Some(head) = row.head else { continue };
        let log8 = log8(&row.log.id());
        if highest.get(&log8).is_none_or(|promise| promise.seq < head.seq) {
            promises.push(Promise { log8, seq: head.seq, id8: head.id.prefix() });
        }
    }
    Ok(promises)
}

/// Text of an instant for file names.
pub(super) fn dated(now: UnixMillis) -> String {
    match jiff::Timestamp::from_millisecond(now.0) {
        Ok(t) => t.strftime("%Y%m%dT%H%M%SZ").to_string(),
        Err(_) => now.0.to_string(),
    }
}

/// Moves a file aside with the date in its name; a number is added where that name is taken.
pub(super) fn move_aside(path: &Path, now: UnixMillis, why: &str) -> Stored<PathBuf> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    for number in 0..1000u32 {
        let suffix = if number == 0 { String::new() } else { format!("-{number}") };
        let to = path.with_file_name(format!("{name}.{why}-{}{suffix}", dated(now)));
        if to.exists() {
            continue;
        }
        fs::rename(path, &to).map_err(|e| io_fault("moving a file aside", &e))?;
        return Ok(to);
    }
    Err(StoreError::Other(format!("no free name beside {}", path.display())))
}

/// Moves a damaged store aside with the files that SQLite keeps beside it.
pub(super) fn move_store_aside(path: &Path, now: UnixMillis) -> Stored<PathBuf> {
    let to = move_aside(path, now, "damaged")?;
    for ending in ["-wal", "-shm"] {
        let file = PathBuf::from(format!("{}{ending}", path.display()));
        if file.exists() {
            let beside = PathBuf::from(format!("{}{ending}", to.display()));
            fs::rename(&file, beside).map_err(|e| io_fault("moving a file aside", &e))?;
        }
    }
    Ok(to)
}

/// Opens the file for work. One that does not read is moved aside, and a new one made.
pub(super) fn open_file(
    path: &Path,
    now: UnixMillis,
    check: bool,
    report: &mut StartReport,
) -> Stored<Connection> {
    let side = |ending: &str| PathBuf::from(format!("{}{ending}", path.display()));
    let unclean = fs::metadata(side("-wal")).is_ok_and(|wal| wal.len() > 0);
    let open = || -> Stored<Connection> {
        let conn = schema::open_writer(path)?;
        if check || unclean {
            schema::quick_check(&conn)?;
        }
        schema::has_tables(&conn)?;
        Ok(conn)
    };
    match open() {
        Err(StoreError::Damaged(why)) => {
            let to = move_store_aside(path, now)?;
            report.findings.push(Finding::MovedAside { to, why });
            schema::open_writer(path)
        }
        other => other,
    }
}

/// Key in `meta` of the alarms of earlier starts that no repair has acknowledged, one a line.
const ALARMS: &str = "start_alarms";

/// Adds alarms to those that wait for a repair.
fn note_alarms(conn: &Connection, findings: &[Finding]) -> Stored<()> {
    let mut lines = noted(conn)?;
    for finding in findings.iter().filter(|f| f.is_alarm()) {
        let line = finding.to_string();
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO meta(k, v) VALUES(?1, ?2) ON CONFLICT(k) DO UPDATE SET v = excluded.v";
    conn.execute(sql, params![ALARMS, lines.join("\n").into_bytes()]).map(drop).map_err(fault)
}

/// What earlier starts found that a person must be told of, until a repair acknowledges it.
pub(super) fn noted(conn: &Connection) -> Stored<Vec<String>> {
    let sql = "SELECT v FROM meta WHERE k = ?1";
    let kept = conn.query_row(sql, [ALARMS], |row| row.get::<_, Vec<u8>>(0)).optional();
    let text = String::from_utf8_lossy(&kept.map_err(fault)?.unwrap_or_default()).into_owned();
    Ok(text.lines().map(str::to_owned).collect())
}

/// Takes the alarms of earlier starts as known.
pub(super) fn acknowledge(conn: &Connection) -> Stored<()> {
    conn.execute("DELETE FROM meta WHERE k = ?1", [ALARMS]).map(drop).map_err(fault)
}

/// Writes a new generation, the losses, and which epochs own logs may go on in; alarms are kept for
/// whoever asks later, since the sentinel that showed them is set aside.
pub(super) fn renew(
    conn: &Connection,
    now: UnixMillis,
    random: [u8; 8],
    judged: &Judged,
    found: &[Finding],
) -> Stored<()> {
    let tx = conn.unchecked_transaction().map_err(fault)?;
    tx.execute("UPDATE promise SET generation = ?1", [&random[..]]).map_err(fault)?;
    note_alarms(&tx, found)?;
    for finding in &judged.findings {
        let Finding::Lost(loss) = finding else { continue };
        let sql = "INSERT OR REPLACE INTO loss(log8, from_seq, to_seq, at) VALUES(?,?,?,?)";
        tx.execute(sql, params![&loss.log8[..], loss.from, loss.to, now.0]).map_err(fault)?;
        if let Some(log) = &loss.log {
            tx.execute("UPDATE log SET closed = 1 WHERE id = ?1", [&log.0[..]]).map_err(fault)?;
        }
    }
    if judged.restore {
        let newest: Option<u32> =
            tx.query_row("SELECT MAX(epoch) FROM log", [], |row| row.get(0)).map_err(fault)?;
        let epoch = ledger::seal::next_epoch(newest.unwrap_or(0), now);
        let sql = "UPDATE promise SET epoch_min = MAX(epoch_min, ?1)";
        tx.execute(sql, [epoch]).map_err(fault)?;
    }
    tx.commit().map_err(fault)
}

/// Moves the files of another generation into a folder of their own; they stay readable.
pub(super) fn set_aside_files(dir: &Path, files: &[Found], now: UnixMillis) -> Stored<()> {
    if files.is_empty() {
        return Ok(());
    }
    let what = "setting old sentinel files aside";
    let mut folder = dir.join(format!("before-{}", dated(now)));
    let mut number = 1;
    while folder.exists() {
        folder = dir.join(format!("before-{}-{number}", dated(now)));
        number += 1;
    }
    fs::create_dir_all(&folder).map_err(|e| io_fault(what, &e))?;
    for file in files {
        let name = file.path.file_name().unwrap_or_default();
        fs::rename(&file.path, folder.join(name)).map_err(|e| io_fault(what, &e))?;
    }
    guard::sync_dir(dir).map_err(|e| io_fault(what, &e))
}

/// Goes on with the sentinel as it was judged, or begins a new chain.
pub(super) fn open_guard(
    dir: &Path,
    files: &[Found],
    judged: &Judged,
    node: PublicKey,
    generation: Generation,
    now: UnixMillis,
) -> Stored<Guard> {
    if let Some(half) = &judged.half_made {
        fs::remove_file(half).map_err(|e| io_fault("removing an unfinished sentinel file", &e))?;
    }
    let newest = files.last().and_then(|file| Some((file, file.scan.as_ref().ok()?)));
    match newest {
        Some((file, scan)) if !judged.lost() => Guard::resume(dir, file, scan),
        _ => {
            let number = files.last().map_or(1, |file| file.number + 1);
            set_aside_files(dir, files, now)?;
            Guard::begin(dir, node, generation, number)
        }
    }
}
