//! `anlan serve`: the console and the API on loopback until it is told to stop.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clap::ArgMatches;
use serde_json::json;

#[cfg(unix)]
use tokio::signal::unix::{SignalKind, signal};

use super::{Failure, Printer, again, args};
use crate::clock::Clock;
use crate::first::SetUp;
use crate::folder::choose;
use crate::http::{App, Door, Ending, Peer, Remake, Sessions, Waiting, router};
#[cfg(unix)]
use crate::local::Socket;
use crate::open::{Opened, exercise_now, node_failure, work};

/// The port of the console. Source: house, decision 15.
const PORT: u16 = 8400;
/// How long a stop waits for answers that are under way.
const ANSWERED_WITHIN: Duration = Duration::from_secs(3);
/// How long states may lie behind their ops in the store.
const STATES_EVERY: Duration = Duration::from_secs(2);
/// Source: reliability, checkpoints.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(3600);

/// Serves until it is stopped.
pub fn serve(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let dir = choose(args::path(matches, "dir"));
    printer.say("opening", &[("dir", &dir.display().to_string())]);
    let opened = work(&dir, printer)?;
    let port = matches.get_one::<u16>("port").copied().unwrap_or(PORT);
    let host = match args::text(matches, "listen") {
        None => IpAddr::V4(Ipv4Addr::LOCALHOST),
        Some(_) if !opened.desk.info().exercise => return Err(Failure::refused("listen")),
        Some(text) => text.parse().map_err(|e| {
            Failure::refused("port").with("host", &text).with("port", port).with("why", e)
        })?,
    };
    let listener = listen(SocketAddr::new(host, port))?;
    let mut opened = opened;
    let waiting = Waiting::default();
    loop {
        let again = listener.try_clone().map_err(fault)?;
        let round = run(opened, again, waiting.clone(), printer.clone());
        if runtime()?.block_on(round)? != Ending::Again {
            printer.say("stopped", &[]);
            return Ok(());
        }
        let old = again::exchange(&dir)?;
        printer.say("again", &[("old", &old.display().to_string())]);
        opened = work(&dir, printer)?;
    }
}

fn fault(why: impl std::fmt::Display) -> Failure {
    Failure::fault("panic").with("why", why)
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().max_blocking_threads(96).build().map_err(fault)
}

/// Kept over a restart of the exercise, so that a console that asks meanwhile only waits.
fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    let bound = TcpListener::bind(address).and_then(|l| l.set_nonblocking(true).map(|()| l));
    bound.map_err(|e| {
        Failure::refused("port")
            .with("host", address.ip())
            .with("port", address.port())
            .with("why", e)
    })
}

async fn run(
    opened: Opened,
    on: TcpListener,
    waiting: Waiting,
    printer: Printer,
) -> Result<Ending, Failure> {
    let listener = tokio::net::TcpListener::from_std(on).map_err(fault)?;
    let bound = listener.local_addr().map_err(fault)?;
    let Opened { folder, desk, clock, failed, .. } = opened.clone();
    let (wake, woken) = tokio::sync::watch::channel(0u64);
    // Nobody may be listening.
    desk.changes().set_waker(Box::new(move |number| {
        let _ = wake.send(number);
    }));
    let ending = tokio::sync::watch::Sender::new(Ending::Open);
    let app = Arc::new(App {
        desk: desk.clone(),
        sessions: Sessions::default(),
        clock: clock.clone(),
        listens: bound.ip(),
        guard: Default::default(),
        answers: Default::default(),
        dir: folder.dir().to_path_buf(),
        setup: SetUp::of(folder.clone()),
        woken,
        ending: ending.clone(),
        remake: remake(folder.dir(), printer.clone()),
    });
    if !bound.ip().is_loopback() {
        printer.say("exercise-listen", &[("address", &bound.to_string())]);
    }
    let socket = socket(opened, &ending, &printer);
    announce(&desk, bound, &printer);
    let upkeep = tokio::spawn(upkeep(desk.clone(), clock.clone()));
    let stop = stop(ending.clone(), failed.clone());
    let door = Door { listener, ending: ending.subscribe(), waiting };
    let calls = router(app).into_make_service_with_connect_info::<Peer>();
    let serving = axum::serve(door, calls).with_graceful_shutdown(stop);
    let served = tokio::select! {
        served = serving.into_future() => served,
        () = overdue(ending.subscribe()) => Ok(()),
    };
    // Commands that were at work have come to their end before the record is closed.
    let _ = socket.await;
    upkeep.abort();
    if let Some(why) = failed.borrow().as_ref() {
        return Err(Failure::fault("store-stopped").with("why", why));
    }
    desk.record.checkpoint(desk.info().place, clock.now()).map_err(node_failure)?;
    if desk.info().exercise {
        desk.record.append_meta(exercise_now(clock.now())).map_err(node_failure)?;
    }
    served.map_err(fault)?;
    let ending = *ending.borrow();
    Ok(ending)
}

/// Where there are no such sockets commands wait until the folder is served no longer.
#[cfg(not(unix))]
fn socket(
    _: Opened,
    _: &tokio::sync::watch::Sender<Ending>,
    _: &Printer,
) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async {})
}

/// Ends when whoever is still being answered has had time enough: one who sends half a request and
/// stays silent does not hold up a stop.
async fn overdue(mut ending: tokio::sync::watch::Receiver<Ending>) {
    let _ = ending.wait_for(|e| *e != Ending::Open).await;
    tokio::time::sleep(ANSWERED_WITHIN).await;
}

/// Takes commands at the folder's socket. A node without one serves all the same.
#[cfg(unix)]
fn socket(
    opened: Opened,
    ending: &tokio::sync::watch::Sender<Ending>,
    printer: &Printer,
) -> tokio::task::JoinHandle<()> {
    match Socket::open(&opened) {
        Ok(socket) => tokio::spawn(socket.serve(ending.subscribe())),
        Err(why) => {
            printer.say("no-socket", &[("why", &why.to_string())]);
            tokio::spawn(async {})
        }
    }
}

/// Ends when Ctrl+C or the service manager says so, when the exercise begins again, or when the
/// store takes nothing more.
async fn stop(
    ending: tokio::sync::watch::Sender<Ending>,
    mut failed: tokio::sync::watch::Receiver<Option<String>>,
) {
    let mut asked = ending.subscribe();
    let terminated = async {
        #[cfg(unix)]
        if let Ok(mut signal) = signal(SignalKind::terminate()) {
            signal.recv().await;
            return;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
        _ = asked.wait_for(|e| *e == Ending::Again) => return,
        _ = failed.wait_for(Option::is_some) => {
            ending.send_replace(Ending::Failed);
            return;
        }
    }
    ending.send_replace(Ending::Stop);
}

/// A checkpoint each hour, and the store tidied, so that what was signed can be proved complete up
/// to then.
async fn upkeep(desk: Arc<node::Desk>, clock: Arc<dyn Clock>) {
    let mut hourly = tokio::time::interval(CHECKPOINT_EVERY);
    let mut behind = tokio::time::interval(STATES_EVERY);
    hourly.tick().await;
    loop {
        let is_hour = tokio::select! {
            _ = hourly.tick() => true,
            _ = behind.tick() => false,
        };
        let (desk, now) = (desk.clone(), clock.now());
        // A store that cannot write stops the program by itself.
        let _ = tokio::task::spawn_blocking(move || {
            if !is_hour {
                return desk.record.write_behind().map(drop);
            }
            desk.record.checkpoint(desk.info().place, now)?;
            desk.record.tidy()
        })
        .await;
    }
}

/// One at a time: whoever asks twice gets the second answer from the first folder.
fn remake(dir: &Path, printer: Printer) -> Remake {
    let (dir, at_work) = (dir.to_path_buf(), Mutex::new(false));
    Box::new(move || {
        let mut done = at_work.lock().unwrap_or_else(|e| e.into_inner());
        if !*done {
            again::prepare(&dir, &printer).map_err(|f| printer.line(&f))?;
            *done = true;
        }
        Ok(())
    })
}

fn announce(desk: &node::Desk, bound: SocketAddr, printer: &Printer) {
    printer.say("serving", &[("address", &bound.to_string())]);
    printer.json(&json!({"address": bound.to_string()}));
    if !desk.has_accounts() {
        printer.say("no-account", &[]);
    }
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
