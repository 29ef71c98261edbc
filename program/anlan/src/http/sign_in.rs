//! Who is at the desk: the session, signing in and out.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value as Json_, json};

use super::Shared;
use super::extract::Body;
use super::problem::Problem;
use super::session::COOKIE;
use super::setup::{From, IsNear};
use crate::clock::WallClock;

/// What signing in takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    account: String,
    password: Option<String>,
}

/// `GET /session`
pub async fn show(
    State(app): State<Shared>,
    IsNear(near): IsNear,
    headers: HeaderMap,
) -> Json<Json_> {
    let session = app.sessions.of(&headers, WallClock::millis());
    Json(described(&app, session.map(|s| s.account).as_deref(), near))
}

/// `POST /session`: opens a session; with the password in the account's own open one, renews it.
pub async fn open(
    State(app): State<Shared>,
    IsNear(near): IsNear,
    From(address): From,
    headers: HeaderMap,
    Body(sign_in): Body<SignIn>,
) -> Result<Response, Problem> {
    let now = WallClock::millis();
    let tries = tries_of(&app, &headers, &address, &sign_in.account);
    app.sessions.may_try(&tries, now)?;
    let desk = app.desk.clone();
    let (account, password) = (sign_in.account.clone(), sign_in.password);
    let (proves, click) = (password.is_some(), near || app.one_click);
    let held = app.desk.password_of(&account);
    let enters = move || may_enter(&desk, &account, password.as_deref(), click);
    let good = tokio::task::spawn_blocking(enters).await.unwrap_or(false);
    app.sessions.tried(&tries, good, now);
    if !good {
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "wrong-password"));
    }
    if proves && app.sessions.signed(&headers, &sign_in.account, now) {
        return Ok(Json(described(&app, Some(&sign_in.account), near)).into_response());
    }
    entered(&app, (&sign_in.account, held.as_deref()), near)
}

/// What wrong tries count against: where they come from, so that nobody locks another out, and
/// least of all out of the session that is open already.
fn tries_of(app: &Shared, headers: &HeaderMap, address: &str, account: &str) -> String {
    let own = app.sessions.of(headers, WallClock::millis());
    let open = own.is_some_and(|session| session.account == account);
    format!("{} {account}", if open { "session" } else { address })
}

/// Does an act; one that `asks` only where the session's last sign-in or signature is fresh, and
/// renews it.
///
/// # Errors
/// `needs-reauth`; what the act says.
pub async fn signing<T>(
    app: &Shared,
    (headers, account, asks): (&HeaderMap, &str, bool),
    act: impl Future<Output = Result<T, Problem>>,
) -> Result<T, Problem> {
    if !asks {
        return act.await;
    }
    app.sessions.may_sign(headers, WallClock::millis())?;
    let done = act.await?;
    app.sessions.signed(headers, account, WallClock::millis());
    Ok(done)
}

/// Opens the session of somebody who may enter by what is `held` of the account's password: its
/// cookie and its description.
///
/// # Errors
/// `wrong-password` where the password was changed or the account closed meanwhile; a problem where
/// no token can be drawn.
pub fn entered(
    app: &Shared,
    (account, held): (&str, Option<&str>),
    near: bool,
) -> Result<Response, Problem> {
    let holds = || held.is_some() && app.desk.password_of(account).as_deref() == held;
    let token = app.sessions.open_while(account, WallClock::millis(), holds)?;
    let cookie = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax");
    let body = Json(described(app, Some(account), near));
    Ok(([(header::SET_COOKIE, cookie)], body).into_response())
}

/// `DELETE /session`
pub async fn close(
    State(app): State<Shared>,
    IsNear(near): IsNear,
    headers: HeaderMap,
) -> Response {
    app.sessions.close(&headers);
    let gone = format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    ([(header::SET_COOKIE, gone)], Json(described(&app, None, near))).into_response()
}

/// An exercise account needs one click where that is enough: on this machine, or where the operator
/// said so. Any other needs its password.
fn may_enter(desk: &node::Desk, account: &str, password: Option<&str>, click: bool) -> bool {
    let Some(stored) = desk.password_of(account) else { return false };
    match password {
        None => click && desk.info().exercise,
        Some(password) => crate::password::fits(&stored, password),
    }
}

/// The session as every answer tells it; the accounts of an exercise only where one click lets
/// whoever asks in.
fn described(app: &Shared, account: Option<&str>, near: bool) -> Json_ {
    let mut answer = app.desk.session(account);
    let click = app.desk.info().exercise && (near || app.one_click);
    answer["one_click"] = json!(click);
    if !click {
        answer["accounts"] = json!([]);
    }
    let clock = json!({"now": app.clock.now(), "rate": app.clock.rate()});
    if let Some(object) = answer.as_object_mut() {
        object.insert("clock".to_owned(), clock);
        object.insert("read_only".to_owned(), json!(app.read_only));
        object.insert("since".to_owned(), json!(app.since));
        object.insert("setup".to_owned(), json!(app.setup.is_open(&app.desk)));
    }
    answer
}
