//! The first account of a node over HTTP: on this machine only, with the set-up code, once.

use std::net::IpAddr;

use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

use super::extract::Body;
use super::problem::Problem;
use super::{Peer, Shared, ask, sign_in};
use crate::clock::WallClock;
use crate::first::Asked;

/// Under what tries of the code are counted; no account can be called so.
const TRIES: &str = "/setup";

/// A request from this machine itself.
pub struct Near;

/// Whether a request comes from this machine itself.
pub struct IsNear(pub bool);

impl FromRequestParts<Shared> for IsNear {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>().map(|info| info.0.0.ip());
        Ok(IsNear(peer.is_some_and(|peer| is_near(peer, &parts.headers))))
    }
}

/// The address that a request comes from, as text; empty where it is not known.
pub struct From(pub String);

impl FromRequestParts<Shared> for From {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>().map(|info| info.0.0.ip());
        Ok(From(peer.map(|ip| ip.to_canonical().to_string()).unwrap_or_default()))
    }
}

impl FromRequestParts<Shared> for Near {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        match IsNear::from_request_parts(parts, app).await {
            Ok(IsNear(true)) => Ok(Near),
            _ => Err(Problem::new(StatusCode::FORBIDDEN, "not-on-this-machine")),
        }
    }
}

/// From loopback, to a name of loopback, and carried on by nobody in between.
fn is_near(peer: IpAddr, headers: &HeaderMap) -> bool {
    let carried = ["forwarded", "via", "x-forwarded-for", "x-real-ip"];
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let local = name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback());
    peer.to_canonical().is_loopback() && local && !carried.iter().any(|h| headers.contains_key(*h))
}

/// `POST /setup`: the account with the administrator's and the duty officer's post; signs it in.
pub async fn make(
    State(app): State<Shared>,
    _: Near,
    Body(asked): Body<Asked>,
) -> Result<Response, Problem> {
    let _turn = app.setup.turn.lock().await;
    if !app.setup.is_open(&app.desk) {
        return Err(Problem::new(StatusCode::CONFLICT, "setup-done"));
    }
    let now = WallClock::millis();
    app.sessions.may_try(TRIES, now)?;
    let (worker, code) = (app.clone(), asked.code.clone());
    let fits = tokio::task::spawn_blocking(move || worker.setup.fits(&code)).await;
    app.sessions.tried(TRIES, matches!(fits, Ok(true)), now);
    if !matches!(fits, Ok(true)) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "wrong-code"));
    }
    let (worker, account) = (app.clone(), asked.account.clone());
    let at = app.clock.now();
    ask(app.clone(), move |desk| worker.setup.make(desk, &asked, at)).await?;
    let held = app.desk.password_of(&account);
    sign_in::entered(&app, (&account, held.as_deref()), true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_itself_is_near() {
        let near = |peer: &str, headers: &[(&'static str, &'static str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(*name, value.parse().unwrap());
            }
            is_near(peer.parse().unwrap(), &map)
        };
        assert!(near("127.0.0.1", &[("host", "127.0.0.1:8400")]));
        assert!(near("::1", &[("host", "[::1]:8400")]));
        assert!(near("::ffff:127.0.0.1", &[("host", "localhost")]));
        assert!(!near("192.0.2.7", &[("host", "127.0.0.1:8400")]), "another machine");
        assert!(!near("127.0.0.1", &[("host", "anlan.example:8400")]), "another name");
        assert!(!near("127.0.0.1", &[]), "no name");
        let carried = [("host", "localhost:8400"), ("x-forwarded-for", "192.0.2.7")];
        assert!(!near("127.0.0.1", &carried), "carried on");
    }
}
