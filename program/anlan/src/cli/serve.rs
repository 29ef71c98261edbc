//! `anlan serve`: the console and the API on loopback until it is told to stop.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clap::ArgMatches;
use serde_json::json;

use tokio::sync::watch;

use super::{Failure, Printer, again, args, stops, upkeep};
use crate::clock::{Clock, WallClock};
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
    let (waiting, told) = (Waiting::default(), stops::told()?);
    let mut sessions = Arc::new(Sessions::default());
    loop {
        let on = listener.try_clone().map_err(fault)?;
        let round = Round {
            on,
            waiting: waiting.clone(),
            told: told.clone(),
            sessions: sessions.clone(),
            one_click: args::flag(matches, "one-click"),
            printer: printer.clone(),
        };
        match runtime()?.block_on(run(opened, round))? {
            Ending::Again => {
                let old = again::exchange(&dir)?;
                printer.say("again", &[("old", &old.display().to_string())]);
                sessions = Arc::default();
            }
            // Whoever is signed in stays so: it is the same node.
            Ending::Renew => printer.say("renewed", &[]),
            Ending::Open | Ending::Stop | Ending::Failed => {
                printer.say("stopped", &[]);
                return Ok(());
            }
        }
        opened = work(&dir, printer)?;
    }
}

/// What a round of serving is given; the folder is opened anew for each.
struct Round {
    /// Where it listens: kept, so that a console that asks between two rounds only waits.
    on: TcpListener,
    /// Who came between two rounds.
    waiting: Waiting,
    /// True once the program was told to stop, whenever that was.
    told: watch::Receiver<bool>,
    /// Who is signed in.
    sessions: Arc<Sessions>,
    /// Whether one click is enough from other machines too.
    one_click: bool,
    printer: Printer,
}

fn fault(why: impl std::fmt::Display) -> Failure {
    Failure::fault("panic").with("why", why)
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().max_blocking_threads(96).build().map_err(fault)
}

fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    let bound = TcpListener::bind(address).and_then(|l| l.set_nonblocking(true).map(|()| l));
    bound.map_err(|e| {
        Failure::refused("port")
            .with("host", address.ip())
            .with("port", address.port())
            .with("why", e)
    })
}

async fn run(opened: Opened, round: Round) -> Result<Ending, Failure> {
    let Round { on, waiting, told, sessions, one_click, printer } = round;
    let listener = tokio::net::TcpListener::from_std(on).map_err(fault)?;
    let bound = listener.local_addr().map_err(fault)?;
    let Opened { folder, desk, clock, failed, renewed, .. } = opened.clone();
    let (wake, woken) = watch::channel(0u64);
    // Nobody may be listening.
    desk.changes().set_waker(Box::new(move |number| {
        let _ = wake.send(number);
    }));
    let ending = watch::Sender::new(Ending::Open);
    let app = Arc::new(App {
        desk: desk.clone(),
        sessions,
        since: kernel::UnixMillis(WallClock::millis()),
        clock: clock.clone(),
        listens: bound.ip(),
        guard: Default::default(),
        answers: Default::default(),
        dir: folder.dir().to_path_buf(),
        one_click,
        read_only: folder.read_only().map(str::to_owned),
        setup: SetUp::of(folder.clone()),
        woken,
        ending: ending.clone(),
        remake: remake(folder.dir(), printer.clone()),
    });
    if !bound.ip().is_loopback() {
        let key = if one_click { "exercise-open" } else { "exercise-listen" };
        printer.tell(key, &[("address", &bound.to_string())]);
    }
    let socket = socket(opened, &ending, &printer);
    announce(&desk, bound, &printer);
    let upkeep = tokio::spawn(upkeep::hourly(desk.clone(), clock.clone()));
    let stop = stop(ending.clone(), told, renewed.subscribe(), failed.clone());
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
    if folder.read_only().is_none() {
        close(&desk, &*clock)?;
    }
    served.map_err(fault)?;
    let ending = *ending.borrow();
    Ok(ending)
}

/// Closes the record: a checkpoint over all that was written, and the exercise's time.
fn close(desk: &node::Desk, clock: &dyn Clock) -> Result<(), Failure> {
    desk.record.checkpoint(desk.info().place, clock.now()).map_err(node_failure)?;
    if desk.info().exercise {
        desk.record.append_meta(exercise_now(clock.now())).map_err(node_failure)?;
    }
    Ok(())
}

/// Where there are no such sockets commands wait until the folder is served no longer.
#[cfg(not(unix))]
fn socket(_: Opened, _: &watch::Sender<Ending>, _: &Printer) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async {})
}

/// Ends when whoever is still being answered has had time enough: one who sends half a request and
/// stays silent does not hold up a stop.
async fn overdue(mut ending: watch::Receiver<Ending>) {
    let _ = ending.wait_for(|e| *e != Ending::Open).await;
    tokio::time::sleep(ANSWERED_WITHIN).await;
}

/// Takes commands at the folder's socket. A node without one serves all the same.
#[cfg(unix)]
fn socket(
    opened: Opened,
    ending: &watch::Sender<Ending>,
    printer: &Printer,
) -> tokio::task::JoinHandle<()> {
    if opened.folder.read_only().is_some() {
        // Commands on such a folder read it by themselves.
        return tokio::spawn(async {});
    }
    match Socket::open(&opened) {
        Ok(socket) => tokio::spawn(socket.serve(ending.subscribe())),
        Err(why) => {
            printer.tell("no-socket", &[("why", &why.to_string())]);
            tokio::spawn(async {})
        }
    }
}

/// Ends when the program is told to stop, when the exercise begins again, when layers were
/// replaced, or when the store takes nothing more.
async fn stop(
    ending: watch::Sender<Ending>,
    mut told: watch::Receiver<bool>,
    mut renewed: watch::Receiver<bool>,
    mut failed: watch::Receiver<Option<String>>,
) {
    let mut asked = ending.subscribe();
    let end = tokio::select! {
        // What was answered comes first: a stop then finds the exercise begun again.
        biased;
        _ = asked.wait_for(|e| *e == Ending::Again) => return,
        // A folder that is only read has no store that could fail.
        Ok(_) = failed.wait_for(Option::is_some) => Ending::Failed,
        _ = told.wait_for(|told| *told) => Ending::Stop,
        _ = renewed.wait_for(|renewed| *renewed) => Ending::Renew,
    };
    ending.send_if_modified(|now| match *now {
        Ending::Open => {
            *now = end;
            true
        }
        _ => false,
    });
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
    printer.tell("serving", &[("address", &bound.to_string())]);
    printer.json(&json!({"address": bound.to_string()}));
    if !desk.has_accounts() {
        printer.tell("no-account", &[]);
    }
    let info = desk.info();
    if let Some(seed) = info.seed.filter(|_| info.exercise) {
        printer.tell("accounts", &[("password", &format!("anlan-exercise-{seed}"))]);
        for name in ["county.duty", "county.commander", "county.verifier", "township.1.duty"] {
            let people = desk.people();
            if let Some(account) = people.accounts.get(name) {
                let (post, person) = (printer.pick(&account.title), printer.pick(&account.person));
                let details = [("account", name), ("post", &post), ("person", &person)];
                printer.tell("account", &details);
            }
        }
    }
}
