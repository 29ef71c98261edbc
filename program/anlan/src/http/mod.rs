//! The console and the API over HTTP: a handler parses, calls one use case of `node`, writes.
//!
//! Listens on loopback; every answer carries the headers of a page that runs only its own code.

mod accounts;
#[cfg(test)]
mod aged;
mod calls;
mod contract;
mod door;
mod entities;
mod exercise;
mod extract;
mod files;
mod guard;
mod imports;
mod once;
pub mod problem;
mod record;
mod session;
mod setup;
mod sign_in;
mod steps;
mod stream;
mod write;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware;
use node::Desk;
use serde::Serialize;

use crate::clock::Clock;
use crate::first::SetUp;
pub use door::{Door, Peer, Waiting};
pub use extract::problem_of;
pub use guard::Guard;
use problem::Problem;
pub use session::{COOKIE, Sessions};

/// Largest JSON body. Source: limits of input, reliability §5.
pub const JSON_MAX: usize = 1 << 20;

/// What every handler shares.
pub struct App {
    /// The open node.
    pub desk: Arc<Desk>,
    /// Signed-in people.
    pub sessions: Arc<Sessions>,
    /// Since when it is served, by the wall: a console that asked an earlier serving shows a world
    /// that may be gone.
    pub since: kernel::UnixMillis,
    /// The node's clock.
    pub clock: Arc<dyn Clock>,
    /// Where it listens: beside loopback the only address by which it may be asked.
    pub listens: std::net::IpAddr,
    /// Requests a second by person.
    pub guard: Guard,
    /// Answers of steps, for requests that come again.
    pub answers: once::Answers,
    /// The node's folder.
    pub dir: std::path::PathBuf,
    /// Whether one click is enough for an exercise account from other machines too.
    pub one_click: bool,
    /// Why nothing can be written here, where that is so: every write is refused.
    pub read_only: Option<String>,
    /// The first account, while there is none.
    pub setup: SetUp,
    /// Woken at each change.
    pub woken: tokio::sync::watch::Receiver<u64>,
    /// How serving ends; whoever streams stops when it changes.
    pub ending: tokio::sync::watch::Sender<Ending>,
    /// Makes the exercise anew beside its folder; an error is one line.
    pub remake: Remake,
}

/// How serving ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// It goes on.
    Open,
    /// The program stops.
    Stop,
    /// The program stops because the store takes nothing more.
    Failed,
    /// The exercise begins again from the folder made beside.
    Again,
    /// The folder's layers were replaced: it is opened anew.
    Renew,
}

/// Makes the exercise anew beside its folder.
pub type Remake = Box<dyn Fn() -> Result<(), String> + Send + Sync>;

/// The state of handlers.
pub type Shared = Arc<App>;

/// All routes.
pub fn router(app: Shared) -> Router {
    let api = calls::routes().fallback(files::no_such_call).layer(DefaultBodyLimit::max(JSON_MAX));
    Router::new()
        .nest("/api/v1", api)
        .fallback(files::console)
        .layer(middleware::from_fn_with_state(app.clone(), guard::check))
        .with_state(app)
}

/// Runs a use case off the async threads; its refusal or fault becomes a problem.
pub async fn ask<T, F>(app: Shared, work: F) -> Result<T, Problem>
where
    T: Serialize + Send + 'static,
    F: FnOnce(&Desk) -> Result<T, node::Error> + Send + 'static,
{
    let desk = app.desk.clone();
    let done = tokio::task::spawn_blocking(move || work(&desk)).await;
    match done {
        Ok(result) => result.map_err(|e| extract::problem_of(&app.desk, e)),
        Err(_) => Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "store-failed")),
    }
}
