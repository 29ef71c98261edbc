//! The console and the API over HTTP: a handler parses, calls one use case of `node`, writes.
//!
//! Listens on loopback; every answer carries the headers of a page that runs only its own code.

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

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware;
use axum::routing::{get, post};
use node::Desk;
use serde::Serialize;

use crate::clock::Clock;
use crate::first::SetUp;
pub use door::{Door, Peer, Waiting};
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
    pub sessions: Sessions,
    /// The node's clock.
    pub clock: Arc<dyn Clock>,
    /// Requests a second by person.
    pub guard: Guard,
    /// Answers of steps, for requests that come again.
    pub answers: once::Answers,
    /// The node's folder.
    pub dir: std::path::PathBuf,
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
}

/// Makes the exercise anew beside its folder.
pub type Remake = Box<dyn Fn() -> Result<(), String> + Send + Sync>;

/// The state of handlers.
pub type Shared = Arc<App>;

/// All routes.
pub fn router(app: Shared) -> Router {
    let api = Router::new()
        .route("/session", get(sign_in::show).post(sign_in::open).delete(sign_in::close))
        .route("/setup", post(setup::make))
        .route("/kinds", get(entities::kinds))
        .route("/commands", post(entities::command))
        .route("/ops", get(record::ops))
        .route("/ops/{id}", get(record::op))
        .route("/verify", get(record::verify))
        .route("/disputes", get(record::disputes))
        .route("/blobs", post(files::keep).layer(DefaultBodyLimit::max(files::FILE_MAX)))
        .route("/blobs/{hash}", get(files::blob))
        .route("/area", get(steps::area))
        .route("/area/places", get(steps::places))
        .route("/tiles/{z}/{x}/{y}", get(files::tile))
        .route("/mine", get(steps::mine))
        .route("/stream", get(stream::changes))
        .route("/exercise", get(exercise::show))
        .route("/exercise/clock", post(exercise::clock))
        .route("/exercise/restart", post(exercise::restart))
        .route("/imports/cap", post(imports::cap).layer(DefaultBodyLimit::max(imports::CAP_MAX)))
        .route("/event/{id}/impact", get(steps::impact))
        .route("/event/{id}/level", get(steps::level))
        .route("/event/{id}/propose", post(steps::propose))
        .route("/event/{id}/approve", post(steps::approve))
        .route("/event/{id}/calls", get(steps::calls))
        .route("/event/{id}/tasks", get(steps::tasks))
        .route("/event/{id}/forces", get(steps::forces))
        .route("/event/{id}/needs", get(steps::needs))
        .route("/event/{id}/relief", get(steps::relief).post(steps::draft_relief))
        .route("/event/{id}/relief/issue", post(steps::issue_relief))
        .route("/event/{id}/replan", post(steps::replan).get(steps::replan_shown))
        .route("/event/{id}/map", get(steps::map))
        .route("/event/{id}/report", get(steps::report))
        .route("/event/{id}/report/sign", post(steps::sign_report))
        .route("/danger/{id}/judge", post(steps::judge))
        .route("/{kind}", get(entities::list))
        .route("/{kind}/{id}", get(entities::one))
        .route("/{kind}/{id}/why", get(entities::why))
        .fallback(files::no_such_call)
        .layer(DefaultBodyLimit::max(JSON_MAX));
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
