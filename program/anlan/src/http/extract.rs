//! What handlers take in: the signed-in actor, a bounded JSON body, the retry key; and how a node's
//! error becomes a problem.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use kernel::UnixSeconds;
use ledger::Actor;
use node::{Desk, Error, Text};
use serde::de::DeserializeOwned;

use super::problem::Problem;
use super::{JSON_MAX, Shared};
use crate::words::{Lang, has, in_both, word};

/// Beijing time ahead of UTC, seconds.
const HERE_S: i64 = 8 * 3_600;

/// The signed-in person as an actor.
pub struct Signed(pub Actor);

impl FromRequestParts<Shared> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let now = crate::clock::WallClock::millis();
        let none = || Problem::new(StatusCode::UNAUTHORIZED, "not-signed-in");
        let session = app.sessions.of(&parts.headers, now).ok_or_else(none)?;
        app.desk.actor(&session.account).map(Signed).ok_or_else(none)
    }
}

/// The `Idempotency-Key` of a request that writes.
pub struct RetryKey(pub String);

impl FromRequestParts<Shared> for RetryKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Problem> {
        let missing = || Problem::new(StatusCode::BAD_REQUEST, "retry-key-missing");
        let key = parts.headers.get("idempotency-key").ok_or_else(missing)?;
        let key = key.to_str().map_err(|_| missing())?;
        if key.is_empty() || key.len() > 64 {
            return Err(missing());
        }
        Ok(RetryKey(key.to_owned()))
    }
}

/// A JSON body within the limits, unknown fields refused by its type.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Shared> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Problem> {
        let kind = content_type(request.headers());
        if kind != "application/json" {
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "type-not-allowed")
                .with("found", kind)
                .with("expected", "application/json"));
        }
        let bytes = Bytes::from_request(request, app).await.map_err(|_| too_large(JSON_MAX))?;
        let (depth, items) = extent(&bytes);
        if depth > ledger::value::DEPTH_MAX {
            return Err(Problem::new(StatusCode::BAD_REQUEST, "too-deep")
                .with("limit", ledger::value::DEPTH_MAX));
        }
        if items > ITEMS_MAX {
            return Err(Problem::new(StatusCode::BAD_REQUEST, "too-many-items")
                .with("field", "body")
                .with("expected", format!("<= {ITEMS_MAX}")));
        }
        let bad =
            |e: serde_json::Error| Problem::new(StatusCode::BAD_REQUEST, "bad-json").with("why", e);
        serde_json::from_slice(&bytes).map(Body).map_err(bad)
    }
}

/// Most values of a JSON body. Source: limits of input, reliability §5.
const ITEMS_MAX: usize = 10_000;

/// A body over its limit of bytes.
pub fn too_large(limit: usize) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large")
        .with("limit", format!("{} KiB", limit >> 10))
}

fn content_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// How deep brackets nest and how many values there are, strings aside: asked before anything is
/// built.
fn extent(bytes: &[u8]) -> (usize, usize) {
    let (mut depth, mut most, mut items) = (0usize, 0usize, 1usize);
    let (mut quoted, mut escaped) = (false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                items += 1;
                most = most.max(depth);
            }
            b',' if !quoted => items += 1,
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    (most, items)
}

/// The words of a right that is no entity's, such as to keep accounts.
fn act_words(detail: &str, act: &str) -> Option<Text> {
    let key = format!("act.{act}");
    let known = detail == "act" && has(&key);
    known.then(|| Text::new(word(Lang::Zh, &key), word(Lang::En, &key)))
}

/// What is expected, in both languages; an instant, as clocks here show it.
fn said(detail: &str, value: &str) -> Option<Text> {
    if let Ok(at) = value.parse::<UnixSeconds>() {
        let shown = UnixSeconds(at.0 + HERE_S).to_string().replace('T', " ");
        let shown: String = shown.chars().take("2026-07-23 10:31".len()).collect();
        return Some(Text::new(shown.clone(), shown));
    }
    let (zh, en) = in_both("expected", value).filter(|_| detail == "expected")?;
    Some(Text::new(zh, en))
}

/// A node's error in the words of the entity it is about, or of the program.
pub fn problem_of(desk: &Desk, error: Error) -> Problem {
    match error {
        Error::Refused { kind, refusal } => {
            let status = match refusal.code.as_str() {
                "no-right"
                | "not-lawful"
                | "settle-rank"
                | "needs-reauth"
                | "not-your-place"
                | "not-addressed-to-you"
                | "by-the-program" => StatusCode::FORBIDDEN,
                "broken-edge" => StatusCode::CONFLICT,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            let mut problem = Problem::new(status, &refusal.code).on_ground(&refusal.ground);
            for (name, value) in &refusal.details {
                let words = desk.detail_words(&kind, name, value);
                let words = words.or_else(|| act_words(name, value)).or_else(|| said(name, value));
                problem = match words {
                    Some(words) => problem.with_words(name, value, words.zh, words.en),
                    None => problem.with(name, value),
                };
            }
            if let Some(act) = refusal.details.get("act").filter(|_| asks_who(&refusal.code)) {
                let who = desk.who_may(act);
                problem = problem.with_words("who", &who.zh, who.zh.clone(), who.en);
            }
            match desk.refusal_words(&kind, &refusal.code) {
                Some(words) => problem.titled(&words.zh, &words.en),
                None => problem,
            }
        }
        Error::NotFound(what) => {
            Problem::new(StatusCode::NOT_FOUND, "not-found").with("what", what)
        }
        Error::BadQuery { name, expected } => Problem::new(StatusCode::BAD_REQUEST, "bad-query")
            .with("field", name)
            .with("expected", expected),
        Error::RetryReused => Problem::new(StatusCode::CONFLICT, "retry-key-reused"),
        Error::BadFile { what, at, why } => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-file")
                .with("what", what)
                .with("where", at)
                .with("why", why)
        }
        Error::DiskFull => Problem::new(StatusCode::INSUFFICIENT_STORAGE, "disk-full"),
        Error::ReadOnly(_) => Problem::new(StatusCode::FORBIDDEN, "read-only"),
        Error::Store(why) => {
            tracing::error!(%why, "store");
            let log = format!("{:08x}", why.len() as u32 ^ 0x5a5a_0000);
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "store-failed").with("log", log)
        }
        Error::PlanRejected(codes) => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "plan-rejected").with("codes", codes)
        }
    }
}

/// Refusals after which somebody else may do it.
fn asks_who(code: &str) -> bool {
    ["no-right", "not-your-place"].contains(&code)
}

#[cfg(test)]
mod tests {
    use super::extent;

    #[test]
    fn brackets_and_commas_in_strings_do_not_count() {
        assert_eq!(extent(br#"{"a": "[[,[[", "b": [1, {"c": "\"["}]}"#), (3, 6));
        assert_eq!(extent(&[b'['; 100_000]), (100_000, 100_001));
        assert_eq!(extent(b"[1,2,3]"), (1, 4));
    }
}
