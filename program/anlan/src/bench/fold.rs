//! One entity with 10,000 ops from 50 logs, folded cold.

use kernel::{ClockQuality, EntityId, LogId, OpId, PlaceCode, Stamp, UnixMillis};
use ledger::authority::{KeyHash, Roles, Standing};
use ledger::{Chained, Entry, FoldOp, Value, fold_entity};
use serde_json::{Value as Json, json};

use super::{median, round, timed};
use crate::cli::{Failure, Printer};

const OPS: u64 = 10_000;
const LOGS: u64 = 50;
const RUNS: usize = 3;
const KIND: &str = "task";
/// Fields that its ops set in turn.
const FIELDS: &[&str] = &["people", "deadline_at", "answer_by"];
/// An op of the busy history has seen only what was there so many ops before.
const APART: usize = 20;

/// Measures a calm history, where each author had seen all, and one where every fifth had not.
pub fn measure(_printer: &Printer) -> Result<Json, Failure> {
    let registry = ledger::fold::Registry(node::ENTITIES);
    let unknown = || Failure::fault("panic").with("why", KIND);
    let entry = registry.by_name(KIND).ok_or_else(unknown)?;
    let history = |apart_each: u64| {
        let ent = EntityId::from_code(KIND, &format!("bench/{apart_each}"));
        let ops = history(entry, ent, apart_each);
        let stands = |n: usize| Standing::folded(10 + (n % 4) as u8 * 10, Roles::NONE);
        let pairs = || ops.iter().enumerate().map(|(n, op)| (op, stands(n)));
        let (view, took) = timed(RUNS, || fold_entity(entry, ent, None, pairs()));
        json!({
            "ms": median(&took).map(round),
            "ms_all": took.iter().map(|t| round(*t)).collect::<Vec<_>>(),
            "ops_folded": view.as_ref().map(|v| v.ops),
            "disputes": view.as_ref().map(ledger::View::disputes),
        })
    };
    Ok(json!({
        "entity": KIND, "ops": OPS, "logs": LOGS, "threads": 1,
        "calm": history(0), "busy": history(5),
    }))
}

fn key(n: u64) -> KeyHash {
    kernel::hash(&n.to_be_bytes())
}

fn log(n: u64) -> LogId {
    let mut id = [0; 16];
    id.copy_from_slice(&key(n).0[16..]);
    LogId(id)
}

/// Ops that set fields of a task in turn, each naming what its author had seen.
fn history(entry: &Entry, ent: EntityId, apart_each: u64) -> Vec<FoldOp> {
    let fields: Vec<_> = FIELDS.iter().filter_map(|name| entry.field(name)).collect();
    let mut seqs = vec![0u64; LOGS as usize];
    let mut last: Vec<Option<OpId>> = vec![None; LOGS as usize];
    let mut ops: Vec<FoldOp> = Vec::with_capacity(OPS as usize);
    let mut heads: Vec<OpId> = Vec::new();
    for n in 0..OPS {
        let who = (n * 7 + n / LOGS) % LOGS;
        let at = who as usize;
        let apart = apart_each > 0 && n % apart_each == 0 && ops.len() > APART;
        let seen = if apart { vec![ops[ops.len() - APART].id] } else { heads.clone() };
        let field = &fields[n as usize % fields.len()];
        let value = Value::from(n);
        let id = OpId(kernel::hash(&(n << 8 | who).to_be_bytes()).0);
        heads.retain(|h| !seen.contains(h));
        heads.push(id);
        ops.push(FoldOp {
            id,
            log: log(who),
            seq: seqs[at],
            prev: last[at],
            t: Stamp::at(UnixMillis(1_000_000 + n as i64)),
            clk: ClockQuality::SyncedDay,
            ent: Some(ent),
            sup: seen.iter().map(OpId::prefix).collect(),
            header_type: entry.ops[0].header_type(),
            class: entry.ops[0].class,
            body: Some([(u64::from(field.number), value)].into()),
            chained: Chained::Verified,
            critical: false,
            obo: None,
            author: key(who),
            place: PlaceCode(990_102_000_000),
        });
        (seqs[at], last[at]) = (seqs[at] + 1, Some(id));
    }
    ops
}
