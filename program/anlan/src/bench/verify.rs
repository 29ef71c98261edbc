//! Verifying county 7's folder on all cores, held against bare strict signature checks of its ops.

use std::collections::BTreeMap;

use kernel::{LogId, OpId};
use ledger::{PublicKey, Signature};
use serde_json::{Value as Json, json};

use super::{County, cores, median, round, timed};
use crate::cli::{Failure, Printer};
use crate::open::{node, node_failure, store_failure};

const RUNS: usize = 5;

/// Measures.
pub fn measure(printer: &Printer) -> Result<Json, Failure> {
    let folder = County::make("county", printer)?;
    let opened = node(&folder.dir())?;
    let record = &opened.desk.record;
    let signed = record.read(signatures).map_err(node_failure)?;
    let node_key = record.author().public();
    let threads = cores();
    let (mut whole, mut bare) = (Vec::new(), Vec::new());
    let mut good = true;
    // In turn, so that a machine that is busy for a while is busy for both.
    for _ in 0..RUNS {
        let (report, took) = timed(1, || {
            store::sqlite::verify::verify(&folder.dir(), &node_key, threads, &mut |_| {})
        });
        let report = report.transpose().map_err(store_failure)?;
        good &= report.is_some_and(|r| r.is_good());
        whole.extend(took);
        let (all_good, took) = timed(1, || bare_checks(&signed, threads));
        good &= all_good == Some(signed.len());
        bare.extend(took);
    }
    let (whole_ms, bare_ms) =
        (median(&whole).unwrap_or_default(), median(&bare).unwrap_or_default());
    Ok(json!({
        "ops": signed.len(), "threads": threads, "good": good,
        "verify_ms": round(whole_ms), "bare_ms": round(bare_ms),
        "verify_ms_all": whole.iter().map(|t| round(*t)).collect::<Vec<_>>(),
        "bare_ms_all": bare.iter().map(|t| round(*t)).collect::<Vec<_>>(),
        "ratio_to_bare": round(bare_ms / whole_ms.max(f64::MIN_POSITIVE)),
        "ops_per_second": round(signed.len() as f64 / (whole_ms / 1e3)),
    }))
}

type Signed = (PublicKey, OpId, Signature);

fn signatures(store: &dyn ledger::OpRead) -> Result<Vec<Signed>, ledger::StoreError> {
    let logs: BTreeMap<LogId, PublicKey> =
        store.logs()?.into_iter().map(|row| (row.log.id(), row.log.author)).collect();
    let mut all = Vec::new();
    store.each_op(&mut |stored| {
        let author = logs.get(&stored.op.header().log);
        if let Some((author, signature)) = author.zip(stored.op.signature()) {
            all.push((*author, stored.op.id(), *signature));
        }
        true
    })?;
    Ok(all)
}

/// How many signatures are good.
fn bare_checks(signed: &[Signed], threads: usize) -> usize {
    let keys: BTreeMap<PublicKey, _> =
        signed.iter().filter_map(|s| Some((s.0, s.0.checker()?))).collect();
    let (keys, part) = (&keys, signed.len().div_ceil(threads.max(1)).max(1));
    std::thread::scope(|scope| {
        let workers: Vec<_> = signed
            .chunks(part)
            .map(|chunk| {
                scope.spawn(move || {
                    let good = |s: &&Signed| keys.get(&s.0).is_some_and(|k| k.verify(&s.1, &s.2));
                    chunk.iter().filter(good).count()
                })
            })
            .collect();
        workers.into_iter().map(|w| w.join().unwrap_or(0)).sum()
    })
}
