//! Accounts over HTTP: made and closed by whoever keeps them; a person changes their own password.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use kernel::{Hash32, PlaceCode, hash};
use node::Appointment;
use serde::Deserialize;
use serde_json::{Value as Json_, json};

use super::extract::{Body, RetryKey, Signed};
use super::once::{Act, once};
use super::problem::Problem;
use super::sign_in::signing;
use super::{Shared, ask};
use crate::clock::WallClock;
use crate::sealed::Sealed;

/// The account that is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    account: String,
    post: String,
    person: String,
    place: Option<PlaceCode>,
    password: String,
}

/// `POST /accounts`. The answer and what is kept for a retry hold no password.
pub async fn add(
    State(app): State<Shared>,
    headers: HeaderMap,
    Signed(actor): Signed,
    RetryKey(key): RetryKey,
    Body(asked): Body<Asked>,
) -> Result<Json<Json_>, Problem> {
    let (now, worker) = (app.clock.now(), app.clone());
    let Asked { account, post, person, place, password } = asked;
    let request = json!(["accounts", account, post, person, place]).to_string();
    let keeper = actor.account.clone();
    let request = of_password(&app, request, &password).await?;
    let act = Act { account: keeper.clone(), key, request };
    let asked = Appointment { account, post, person, place };
    let add = move |desk: &node::Desk| {
        crate::account::add(worker.setup.folder(), desk, &actor, (&asked, &password), now)
    };
    let asks = app.desk.step_asks_again("accounts");
    signing(&app, (&headers, &keeper, asks), once(app.clone(), act, add)).await.map(Json)
}

/// The hash of a request that brings a password. The store keeps it, so it costs as much to try
/// passwords against it as against what is kept of the password itself.
async fn of_password(app: &Shared, request: String, password: &str) -> Result<Hash32, Problem> {
    let secret = Sealed::of(app.desk.record.author(), "accounts").proof(request.as_bytes());
    let password = password.to_owned();
    let failed = || Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "store-failed");
    let stored = tokio::task::spawn_blocking(move || {
        let salt = secret.0[..16].try_into().ok()?;
        crate::password::store(&password, &salt)
    });
    let stored = stored.await.ok().flatten().ok_or_else(failed)?;
    Ok(hash(format!("{request}{stored}").as_bytes()))
}

/// `GET /accounts`: those that the signed-in person keeps, and the posts there are.
pub async fn list(
    State(app): State<Shared>,
    Signed(actor): Signed,
) -> Result<Json<Json_>, Problem> {
    ask(app, move |desk| Ok(desk.kept_accounts(&actor))).await.map(Json)
}

/// Why an account is closed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closing {
    note: String,
}

/// `POST /accounts/{account}/close`
pub async fn close(
    State(app): State<Shared>,
    headers: HeaderMap,
    Signed(actor): Signed,
    Path(account): Path<String>,
    RetryKey(key): RetryKey,
    Body(Closing { note }): Body<Closing>,
) -> Result<Json<Json_>, Problem> {
    let (now, worker, keeper) = (app.clock.now(), app.clone(), actor.account.clone());
    let request = hash(json!(["accounts/close", account, note]).to_string().as_bytes());
    let act = Act { account: keeper.clone(), key, request };
    let close = move |desk: &node::Desk| {
        crate::account::close(worker.setup.folder(), desk, &actor, (&account, &note), now)
    };
    let asks = app.desk.step_asks_again("accounts");
    signing(&app, (&headers, &keeper, asks), once(app.clone(), act, close)).await.map(Json)
}

/// A change of one's own password.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    old: String,
    new: String,
}

/// `POST /accounts/password`: the other sessions of the account end. A retry after a lost answer
/// finds the new password in place and is answered like the first time.
pub async fn password(
    State(app): State<Shared>,
    headers: HeaderMap,
    Signed(actor): Signed,
    Body(change): Body<Change>,
) -> Result<Json<Json_>, Problem> {
    let (now, account) = (WallClock::millis(), actor.account);
    app.sessions.may_try(&account, now)?;
    let changed = changed(&app, &account, change).await?;
    app.sessions.tried(&account, changed, now);
    if !changed {
        return Err(Problem::new(StatusCode::FORBIDDEN, "password-wrong"));
    }
    app.sessions.close_others(&headers, &account);
    app.sessions.signed(&headers, &account, now);
    Ok(Json(json!({"account": account, "changed": true})))
}

/// Changes it; false where the present one is another.
async fn changed(app: &Shared, account: &str, change: Change) -> Result<bool, Problem> {
    let (worker, name) = (app.clone(), account.to_owned());
    let changed = tokio::task::spawn_blocking(move || {
        let (folder, words) = (worker.setup.folder(), (&*change.old, &*change.new));
        crate::account::change_password(folder, &worker.desk, &name, words)
    });
    let failed = |_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "store-failed");
    changed.await.map_err(failed)?.map_err(|e| super::problem_of(&app.desk, e))
}
