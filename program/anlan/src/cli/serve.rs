//! `anlan serve`: the console and the API on loopback until Ctrl+C.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use clap::ArgMatches;
use serde_json::json;

use super::{Failure, Printer, args};
use crate::folder::choose;
use crate::http::{App, Sessions, router};
use crate::open::{Opened, exercise_now, node, node_failure};

/// The port of the console. Source: house, decision 15.
const PORT: u16 = 8400;

/// Serves until it is stopped.
pub fn serve(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let dir = choose(args::path(matches, "dir"));
    printer.say("opening", &[("dir", &dir.display().to_string())]);
    let opened = node(&dir)?;
    for finding in opened.report.findings.iter().filter(|f| f.is_alarm()) {
        printer.say("epoch", &[("what", &format!("{finding:?}"))]);
    }
    let port = matches.get_one::<u16>("port").copied().unwrap_or(PORT);
    let host = match args::text(matches, "listen") {
        None => IpAddr::V4(Ipv4Addr::LOCALHOST),
        Some(_) if !opened.desk.info().exercise => return Err(Failure::refused("listen")),
        Some(text) => text.parse().map_err(|e| {
            Failure::refused("port").with("host", &text).with("port", port).with("why", e)
        })?,
    };
    let address = SocketAddr::new(host, port);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(96)
        .build()
        .map_err(|e| Failure::fault("panic").with("why", e))?;
    runtime.block_on(run(opened, address, printer))
}

async fn run(opened: Opened, address: SocketAddr, printer: &Printer) -> Result<(), Failure> {
    let listener = tokio::net::TcpListener::bind(address).await.map_err(|e| {
        Failure::refused("port")
            .with("host", address.ip())
            .with("port", address.port())
            .with("why", e)
    })?;
    let bound = listener.local_addr().unwrap_or(address);
    let Opened { folder, desk, clock, .. } = opened;
    let (wake, woken) = tokio::sync::watch::channel(0u64);
    // Nobody may be listening.
    desk.changes().set_waker(Box::new(move |number| {
        let _ = wake.send(number);
    }));
    let app = Arc::new(App {
        desk: desk.clone(),
        sessions: Sessions::default(),
        clock: clock.clone(),
        guard: Default::default(),
        answers: Default::default(),
        dir: folder.dir().to_path_buf(),
        woken,
        restart: None,
    });
    if !bound.ip().is_loopback() {
        printer.say("exercise-listen", &[("address", &bound.to_string())]);
    }
    announce(&desk, bound, printer);
    let stop = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    let served = axum::serve(listener, router(app)).with_graceful_shutdown(stop).await;
    desk.record.checkpoint(desk.info().place, clock.now()).map_err(node_failure)?;
    if desk.info().exercise {
        desk.record.append_meta(exercise_now(clock.now())).map_err(node_failure)?;
    }
    drop(folder);
    printer.say("stopped", &[]);
    served.map_err(|e| Failure::fault("panic").with("why", e))
}

fn announce(desk: &node::Desk, bound: SocketAddr, printer: &Printer) {
    printer.say("serving", &[("address", &bound.to_string())]);
    printer.json(&json!({"address": bound.to_string()}));
    let info = desk.info();
    if let Some(seed) = info.seed.filter(|_| info.exercise) {
        printer.say("accounts", &[("password", &format!("anlan-exercise-{seed}"))]);
        for name in ["county.duty", "county.commander", "county.verifier", "township.1.duty"] {
            let people = desk.people();
            if let Some(account) = people.accounts.get(name) {
                let (post, person) = (printer.pick(&account.title), printer.pick(&account.person));
                let details = [("account", name), ("post", &post), ("person", &person)];
                printer.say("account", &details);
            }
        }
    }
}
