//! Durable ops a second through `Record::submit`, each answered only when it is safe on disk.
//!
//! Each op is its own submit with its own signature: in this process, and over HTTP on loopback.
//! NATS JetStream with a sync before each answer is measured in the same run where it is on the
//! machine; the ratio is that of the figure over HTTP.

use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ledger::{Actor, Command};
use node::Desk;
use serde_json::{Value as Json, json};

use super::loopback::Served;
use super::{County, peer, round};
use crate::cli::scratch::Scratch;
use crate::cli::{Failure, Printer};
use crate::open::{Opened, node, node_failure};

/// How long each is measured.
const FOR: Duration = Duration::from_secs(2);
/// Syncs of the bare disk.
const DISK_SYNCS: usize = 200;
/// Bytes of each bare append: about an op.
const DISK_BYTES: usize = 320;
/// Messages that the peer publishes in a run.
const PEER_MESSAGES: &str = "1000";

/// Measures.
pub fn measure(printer: &Printer) -> Result<Json, Failure> {
    let folder = County::make("village", printer)?;
    let disk = disk_syncs(&folder.dir())?;
    let opened = node(&folder.dir())?;
    let mut answer = json!({
        "disk_sync_per_s": round(disk), "folder": std::env::temp_dir(),
    });
    for in_flight in [1u64, 64] {
        let (ops, seconds) = submits(&opened, in_flight)?;
        answer[format!("in_flight_{in_flight}")] = json!({
            "ops": ops, "seconds": round(seconds),
            "ops_per_second": round(ops as f64 / seconds),
        });
    }
    let served = Served::start(&opened)?;
    for in_flight in [1u64, 64] {
        let (ops, seconds) = served.submits(in_flight, FOR)?;
        answer[format!("http_in_flight_{in_flight}")] = json!({
            "ops": ops, "seconds": round(seconds),
            "ops_per_second": round(ops as f64 / seconds),
        });
    }
    answer["peer"] = nats(printer)?;
    for in_flight in [1u64, 64] {
        let of_peer = answer["peer"]["publish"].as_array().and_then(|all| {
            all.iter().find(|p| p["in_flight"] == in_flight)?["per_s_median"].as_f64()
        });
        let own = answer[format!("http_in_flight_{in_flight}")]["ops_per_second"].as_f64();
        if let Some((own, peer)) = own.zip(of_peer.filter(|p| *p > 0.0)) {
            answer[format!("ratio_in_flight_{in_flight}")] = json!(round(own / peer));
        }
    }
    Ok(answer)
}

fn submits(opened: &Opened, in_flight: u64) -> Result<(u64, f64), Failure> {
    let desk = &opened.desk;
    let event = desk.event("open").map_err(node_failure)?.reference;
    let none = || Failure::refused("account").with("account", "county.duty");
    let actor = desk.actor("county.duty").ok_or_else(none)?;
    let (number, began) = (AtomicU64::new(0), Instant::now());
    let one = |worker: u64| -> Result<u64, node::Error> {
        let mut done = 0;
        while began.elapsed() < FOR {
            let n = number.fetch_add(1, Ordering::Relaxed);
            enter(desk, &actor, &event.to_string(), &format!("{in_flight}/{worker}/{n}"), opened)?;
            done += 1;
        }
        Ok(done)
    };
    let one = &one;
    let done: Result<Vec<u64>, node::Error> = std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..in_flight).map(|worker| scope.spawn(move || one(worker))).collect();
        let ended = || Err(node::Error::Store("a worker ended".to_owned()));
        workers.into_iter().map(|w| w.join().unwrap_or_else(|_| ended())).collect()
    });
    let seconds = began.elapsed().as_secs_f64();
    Ok((done.map_err(node_failure)?.into_iter().sum(), seconds))
}

fn enter(
    desk: &Desk,
    actor: &Actor,
    event: &str,
    retry: &str,
    opened: &Opened,
) -> Result<(), node::Error> {
    let command = Command {
        entity: "decision".to_owned(),
        id: None,
        verb: "enter".to_owned(),
        args: Desk::args(json!({"event": event, "sort": "instruction", "text": retry})),
        seen: None,
    };
    desk.submit(actor, vec![command], retry, opened.clock.now()).map(drop)
}

/// Appends with a sync each, one after the other.
fn disk_syncs(dir: &Path) -> Result<f64, Failure> {
    let path = dir.join("disk.bench");
    let work = || -> std::io::Result<f64> {
        let mut file = std::fs::File::create(&path)?;
        let began = Instant::now();
        for _ in 0..DISK_SYNCS {
            file.write_all(&[7; DISK_BYTES])?;
            file.sync_data()?;
        }
        let seconds = began.elapsed().as_secs_f64();
        std::fs::remove_file(&path)?;
        Ok(DISK_SYNCS as f64 / seconds)
    };
    work().map_err(|e| Failure::fault("scratch").with("dir", path.display()).with("why", e))
}

/// JetStream's durable publishes a second, by the script that measures it.
fn nats(printer: &Printer) -> Result<Json, Failure> {
    let name = "NATS JetStream, sync_interval always";
    let absent = |key: &str| {
        printer.say(key, &[]);
        let why = printer.words(&format!("progress.{key}"), &[]);
        Ok(json!({"name": name, "measured": false, "why": why}))
    };
    let Some(server) = peer::program("NATS_SERVER", "nats-server") else {
        return absent("no-nats");
    };
    let scripts = peer::shared("bench/sync/nats_baseline.py")
        .zip(peer::shared("bench/sync/make_fixture.py"))
        .zip(peer::python_with("nats"));
    let Some(((script, fixture), python)) = scripts else { return absent("no-nats-bench") };
    let scratch = Scratch::empty()?;
    let failed = |why: String| Failure::fault("child").with("why", format!("NATS: {why}"));
    let call = |script: &Path, args: &[&str]| {
        let output = std::process::Command::new(&python)
            .arg(script)
            .args(args)
            .env("NATS_SERVER", &server)
            .current_dir(scratch.dir())
            .output()
            .map_err(|e| failed(e.to_string()))?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(failed(peer::last_line(&output.stderr))),
        }
    };
    call(&fixture, &["--count", PEER_MESSAGES, "--out", "ops.jsonl"])?;
    let said = call(&script, &["--tests", "publish", "--count", PEER_MESSAGES, "--repeats", "3"])?;
    let lines: Vec<Json> = String::from_utf8_lossy(&said)
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let setup = lines.iter().find(|l| l["test"] == "setup");
    if setup.is_none_or(|s| s["sync_always_supported"] != json!(true)) {
        return absent("no-sync");
    }
    let published: Vec<&Json> = lines.iter().filter(|l| l["test"] == "publish").collect();
    Ok(json!({"name": name, "measured": true, "setup": setup, "publish": published}))
}
