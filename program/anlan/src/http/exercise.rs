//! The exercise: its clock, what to press next, and starting again.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value as Json_, json};

use super::extract::{Body, Signed};
use super::problem::Problem;
use super::{Ending, Shared, ask};

/// What changing the clock takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    rate: u32,
}

/// `GET /exercise`
pub async fn show(
    State(app): State<Shared>,
    Signed(actor): Signed,
) -> Result<Json<Json_>, Problem> {
    let clock = json!({"now": app.clock.now(), "rate": app.clock.rate()});
    let now = app.clock.now();
    let mut answer = ask(app, move |desk| desk.exercise(&actor, now)).await?;
    if let Some(object) = answer.as_object_mut() {
        object.insert("clock".to_owned(), clock);
    }
    Ok(Json(answer))
}

/// `POST /exercise/clock`
pub async fn clock(
    State(app): State<Shared>,
    Signed(_): Signed,
    Body(rate): Body<Rate>,
) -> Result<Json<Json_>, Problem> {
    let allowed = [0, 1, 10, 60].contains(&rate.rate);
    if !allowed || !app.clock.set_rate(rate.rate) {
        return Err(Problem::new(StatusCode::CONFLICT, "not-an-exercise"));
    }
    Ok(Json(json!({"now": app.clock.now(), "rate": app.clock.rate()})))
}

/// `POST /exercise/restart`: answers when the new folder is made; then it is served, and the old
/// one stays under another name.
pub async fn restart(
    State(app): State<Shared>,
    Signed(_): Signed,
    Body(_): Body<Json_>,
) -> Result<Json<Json_>, Problem> {
    if !app.desk.info().exercise {
        return Err(Problem::new(StatusCode::CONFLICT, "not-an-exercise"));
    }
    let failed = |why: String| {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "store-failed").with("log", why)
    };
    let worker = app.clone();
    let made = tokio::task::spawn_blocking(move || (worker.remake)()).await;
    made.map_err(|e| failed(e.to_string()))?.map_err(failed)?;
    app.ending.send_replace(Ending::Again);
    Ok(Json(json!({"restarting": true})))
}
