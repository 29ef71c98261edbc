//! What every request passes: where it came from, how many there were, and the headers of the
//! answer.

use std::collections::BTreeMap;
use std::sync::Mutex;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Shared;
use super::problem::Problem;
use crate::clock::WallClock;

/// Requests a second that one session may make, and how many at once.
/// Source: limits of input, reliability §5 (a console's boards read several panels at a change).
const RATE_PER_S: i64 = 50;
const BURST: i64 = 200;

/// Token buckets by session.
#[derive(Default)]
pub struct Guard {
    buckets: Mutex<BTreeMap<String, (i64, i64)>>,
    /// No limits: measuring.
    pub open: bool,
}

impl Guard {
    fn takes(&self, who: &str, now_ms: i64) -> bool {
        if self.open {
            return true;
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if buckets.len() > 20_000 {
            buckets.retain(|_, (_, last)| now_ms - *last < 60_000);
        }
        let full = BURST * 1000;
        let (tokens, last) = buckets.entry(who.to_owned()).or_insert((full, now_ms));
        *tokens = (*tokens + (now_ms - *last).max(0) * RATE_PER_S).min(full);
        *last = now_ms;
        if *tokens < 1000 {
            return false;
        }
        *tokens -= 1000;
        true
    }
}

/// Refuses what another site sends and what comes too fast; puts the page's headers on.
pub async fn check(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    let who = cookie(request.headers());
    let refused = if !safe && !same_origin(request.headers()) {
        Some(Problem::new(StatusCode::FORBIDDEN, "bad-origin"))
    } else if !app.guard.takes(&who, WallClock::millis()) {
        let mut slow = Problem::new(StatusCode::TOO_MANY_REQUESTS, "slow-down").with("seconds", 1);
        slow.retry_after_s = Some(1);
        Some(slow)
    } else {
        None
    };
    let mut response = match refused {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    };
    headers(response.headers_mut());
    response
}

fn cookie(headers: &HeaderMap) -> String {
    let text = headers.get(header::COOKIE).and_then(|v| v.to_str().ok()).unwrap_or("nobody");
    text.chars().take(120).collect()
}

/// A request that writes comes from this node's own pages, or from a program without an origin.
fn same_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN).and_then(|v| v.to_str().ok()) else {
        return true;
    };
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    origin.split_once("://").is_some_and(|(_, rest)| rest == host)
}

fn headers(headers: &mut HeaderMap) {
    const CSP: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' \
        'unsafe-inline'; worker-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; \
        base-uri 'none'; form-action 'self'; object-src 'none'";
    let fixed = [
        ("content-security-policy", CSP),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(self), geolocation=(self)"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
