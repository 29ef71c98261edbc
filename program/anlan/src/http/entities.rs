//! Entities as the registry describes them: kinds, lists, one, its history, and commands.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use ledger::Command;
use serde_json::Value as Json_;

use super::extract::{Body, RetryKey, Signed, problem_of};
use super::problem::Problem;
use super::sign_in::signing;
use super::write::write;
use super::{Shared, ask};

type Answer = Result<Json<Json_>, Problem>;

/// `GET /kinds`
pub async fn kinds(State(app): State<Shared>) -> Answer {
    ask(app, |desk| Ok(desk.kinds())).await.map(Json)
}

/// `GET /{kind}`
pub async fn list(
    State(app): State<Shared>,
    Signed(actor): Signed,
    Path(kind): Path<String>,
    Query(filter): Query<BTreeMap<String, String>>,
) -> Answer {
    ask(app, move |desk| desk.list(&actor, &kind, &filter)).await.map(Json)
}

/// `GET /{kind}/{id}`
pub async fn one(
    State(app): State<Shared>,
    Signed(actor): Signed,
    Path((kind, id)): Path<(String, String)>,
) -> Answer {
    ask(app, move |desk| desk.entity(&actor, &kind, &id)).await.map(Json)
}

/// `GET /{kind}/{id}/why`
pub async fn why(
    State(app): State<Shared>,
    Signed(_): Signed,
    Path((kind, id)): Path<(String, String)>,
) -> Answer {
    ask(app, move |desk| desk.history(&kind, &id)).await.map(Json)
}

/// `POST /commands`. A report is signed with its figures counted, by whichever way it comes.
pub async fn command(
    State(app): State<Shared>,
    headers: HeaderMap,
    Signed(actor): Signed,
    RetryKey(key): RetryKey,
    Body(command): Body<Command>,
) -> Answer {
    let now = app.clock.now();
    let signs = command.entity == "report" && command.verb == "sign";
    let (account, asks) = (actor.account.clone(), app.desk.command_asks_again(&command));
    let work = async {
        if signs {
            let work = move |desk: &node::Desk| desk.sign_command(&actor, command, &key, now);
            return ask(app.clone(), work).await;
        }
        let done = match app.desk.command(&actor, command, &key, now) {
            Ok(job) => write(&app.desk.record, job).await,
            Err(refused) => Err(refused),
        };
        let done = done.map_err(|e| problem_of(&app.desk, e))?;
        Ok(node::Desk::commanded(&done))
    };
    signing(&app, (&headers, &account, asks), work).await.map(Json)
}
