//! How long folding takes: a long history of one entity, and a rebuild of many.
//!
//! Run in the release profile on an idle machine; figures are printed, nothing is asserted.

use std::time::Instant;

use kernel::{ClockQuality, EntityId, LogId, OpId, PlaceCode, Stamp, UnixMillis};
use ledger::authority::{Authority, CertFact, KeyFact, KeyHash, LogSet, Roles, Standing};
use ledger::{Chained, DataClass, EntityFold, Entry, FoldOp, Value, fold_entity};

use super::kinds::registry;

const PLACE: PlaceCode = PlaceCode(990_102_000_000);

/// Prints the figures.
pub fn run() {
    one_long("calm: each has seen all", 10_000, 50, 0);
    one_long("busy: one in five is cut off", 10_000, 50, 5);
    rebuild(5_000, 40);
}

fn key(n: u64) -> KeyHash {
    kernel::hash(&n.to_be_bytes())
}

fn log(n: u64) -> LogId {
    let mut id = [0; 16];
    id.copy_from_slice(&key(n).0[16..]);
    LogId(id)
}

struct Writer {
    seqs: Vec<u64>,
    last: Vec<Option<OpId>>,
    n: u64,
}

impl Writer {
    fn new(logs: u64) -> Self {
        Writer { seqs: vec![0; logs as usize], last: vec![None; logs as usize], n: 0 }
    }

    fn op(&mut self, who: u64, entry: &Entry, ent: EntityId, seen: &[OpId]) -> FoldOp {
        self.n += 1;
        let at = who as usize;
        let id = OpId(kernel::hash(&(self.n << 20 | who).to_be_bytes()).0);
        let value = Value::from(self.n);
        let field = entry.fields[(self.n % 3) as usize].number;
        let op = FoldOp {
            id,
            log: log(who),
            seq: self.seqs[at],
            prev: self.last[at],
            t: Stamp::at(UnixMillis(1_000_000 + self.n as i64)),
            clk: ClockQuality::SyncedDay,
            ent: Some(ent),
            sup: seen.iter().map(OpId::prefix).collect(),
            header_type: entry.ops[0].header_type(),
            class: DataClass::Open,
            body: Some([(u64::from(field), value)].into()),
            chained: Chained::Verified,
            critical: false,
            obo: None,
            author: key(who),
            place: PLACE,
        };
        (self.seqs[at], self.last[at]) = (self.seqs[at] + 1, Some(id));
        op
    }
}

fn one_long(title: &str, count: u64, logs: u64, cut: u64) {
    let entry = registry().by_name("doc").expect("the model has documents");
    let ent = EntityId::from_code("doc", title);
    let mut writer = Writer::new(logs);
    let mut ops: Vec<FoldOp> = Vec::new();
    let mut heads: Vec<OpId> = Vec::new();
    for n in 0..count {
        let who = (n * 7 + n / logs) % logs;
        let apart = cut > 0 && n % cut == 0 && ops.len() > 20;
        let seen = if apart { vec![ops[ops.len() - 20].id] } else { heads.clone() };
        let op = writer.op(who, entry, ent, &seen);
        let id = op.id;
        heads.retain(|h| !seen.contains(h));
        heads.push(id);
        ops.push(op);
    }
    let stands = |n: u64| Standing::folded(10 + (n % 4) as u8 * 10, Roles::NONE);
    let standings: Vec<Standing> = (0..count).map(stands).collect();
    let start = Instant::now();
    let view = fold_entity(entry, ent, None, ops.iter().zip(standings.iter().copied()));
    let cold = start.elapsed();
    let start = Instant::now();
    let mut fold = EntityFold::new(entry, ent, None);
    let mut bytes = 0;
    for (op, standing) in ops.iter().zip(&standings) {
        fold.push(op, *standing);
        bytes += fold.view().ops as usize;
    }
    let one_by_one = start.elapsed();
    assert_eq!(fold.view(), view);
    println!(
        "{title}: {count} ops of {logs} logs cold in {:.1} ms; op by op with a view each {:.1} ms \
         ({} disputes, {bytes})",
        cold.as_secs_f64() * 1e3,
        one_by_one.as_secs_f64() * 1e3,
        view.disputes(),
    );
}

fn rebuild(entities: u64, each: u64) {
    let entry = registry().by_name("doc").expect("the model has documents");
    let mut writer = Writer::new(51);
    let certifies = |who: u64| {
        let (from_s, to_s) = (0, i64::MAX);
        KeyFact::Cert(CertFact {
            subject: key(who),
            path: vec![PLACE],
            rank: 40,
            roles: Roles::NONE,
            from_s,
            to_s,
        })
    };
    let mut authority = Authority::new([key(0)], registry().header_types());
    let mut logs = LogSet::new();
    for who in 0..51 {
        logs.log(log(who), key(who));
    }
    let certs = (1..51).map(|who| {
        let mut op = writer.op(0, entry, EntityId::default(), &[]);
        (op.ent, op.header_type, op.body) = (None, 40 * 16 + 1, None);
        (op, Some(certifies(who)))
    });
    let certs: Vec<_> = certs.collect();
    authority.admit_all(certs.iter().map(|(op, fact)| (op, fact.clone())), &logs);
    let mut ops: Vec<Vec<FoldOp>> = Vec::new();
    for e in 0..entities {
        let ent = EntityId::from_code("doc", &e.to_string());
        let mut about: Vec<FoldOp> = Vec::new();
        for n in 0..each {
            let seen: Vec<OpId> = about.last().map(|o| o.id).into_iter().collect();
            about.push(writer.op(1 + (e + n * 3) % 50, entry, ent, &seen));
        }
        ops.push(about);
    }
    let start = Instant::now();
    let mut bytes = 0;
    for about in &ops {
        let standing = about.iter().map(|op| (op, authority.standing(op, &logs)));
        bytes +=
            fold_entity(entry, about[0].ent.unwrap_or_default(), None, standing).encode().len();
    }
    let took = start.elapsed().as_secs_f64();
    let count = (entities * each) as f64;
    println!(
        "rebuild: {count} ops of {entities} entities judged, folded and encoded ({bytes} bytes) \
         in {:.0} ms, {:.0} ops/s on one core",
        took * 1e3,
        count / took
    );
    let before = resident_kib();
    let kept: Vec<EntityFold> = ops
        .into_iter()
        .map(|about| {
            let ent = about[0].ent.unwrap_or_default();
            let stands = about.into_iter().map(|op| {
                let standing = authority.standing(&op, &logs);
                (op, standing)
            });
            EntityFold::from_ops(entry, ent, None, stands)
        })
        .collect();
    if let (Some(before), Some(after)) = (before, resident_kib()) {
        println!("kept folded: {} entities, {before} KiB before, {after} KiB after", kept.len());
    }
}

/// Resident memory of this process; `None` where the system does not say.
fn resident_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
