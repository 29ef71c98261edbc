//! Accounts over HTTP: made by whoever keeps them.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use kernel::{PlaceCode, hash};
use node::Appointment;
use serde::Deserialize;
use serde_json::{Value as Json_, json};

use super::Shared;
use super::extract::{Body, RetryKey, Signed};
use super::once::{Act, once};
use super::problem::Problem;
use super::sign_in::signing;

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
    let act = Act { account: keeper.clone(), key, request: hash(request.as_bytes()) };
    let asked = Appointment { account, post, person, place };
    let add = move |desk: &node::Desk| {
        crate::account::add(worker.setup.folder(), desk, &actor, (&asked, &password), now)
    };
    let asks = app.desk.step_asks_again("accounts");
    signing(&app, (&headers, &keeper, asks), once(app.clone(), act, add)).await.map(Json)
}
