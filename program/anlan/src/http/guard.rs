//! What every request passes: where it came from, how many there were, and the headers of the
//! answer.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Mutex;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::extract::too_large;
use super::files::FILE_MAX;
use super::imports::CAP_MAX;
use super::problem::Problem;
use super::{JSON_MAX, Shared};
use crate::clock::WallClock;

/// Requests a second that one session may make, and how many at once.
/// Source: limits of input, reliability §5 (a console's boards read several panels at a change).
const RATE_PER_S: i64 = 50;
const BURST: i64 = 200;
/// Most bytes of a request's line and headers. Source: limits of input, reliability §5.
const HEADERS_MAX: usize = 16 << 10;

/// Token buckets by session.
#[derive(Default)]
pub struct Guard {
    buckets: Mutex<BTreeMap<String, (i64, i64)>>,
    /// No limit: measuring.
    open: bool,
}

impl Guard {
    /// For a measurement of the program by itself; no served folder has this.
    pub fn without_limit() -> Guard {
        Guard { open: true, ..Guard::default() }
    }

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
    let refused = by_place(&app, &request).or_else(|| by_rate(&app, request.headers()));
    let mut response = match refused {
        Some(problem) => problem.into_response(),
        None => worded(next.run(request).await),
    };
    headers(response.headers_mut());
    response
}

/// Why a request is refused for its size or for where it came from.
fn by_place(app: &Shared, request: &Request) -> Option<Problem> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if size(request) > HEADERS_MAX {
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        let limit = format!("{} KiB", HEADERS_MAX >> 10);
        Some(Problem::new(status, "headers-too-large").with("limit", limit))
    } else if declared(request.headers()).is_some_and(|length| length > body_max(request)) {
        Some(too_large(body_max(request)))
    } else if !known_host(app.listens, request.headers()) {
        Some(Problem::new(StatusCode::FORBIDDEN, "unknown-host"))
    } else if !safe && !same_origin(request.headers()) {
        Some(Problem::new(StatusCode::FORBIDDEN, "bad-origin"))
    } else if !safe && app.read_only.is_some() && request.uri().path() != "/api/v1/session" {
        Some(Problem::new(StatusCode::FORBIDDEN, "read-only"))
    } else {
        None
    }
}

/// Why a request is refused that comes too soon after others.
fn by_rate(app: &Shared, headers: &HeaderMap) -> Option<Problem> {
    if app.guard.takes(&who(app, headers), WallClock::millis()) {
        return None;
    }
    let mut slow = Problem::new(StatusCode::TOO_MANY_REQUESTS, "slow-down").with("seconds", 1);
    slow.retry_after_s = Some(1);
    Some(slow)
}

/// Whose limit a request counts against: its session's; all without one share one.
fn who(app: &Shared, headers: &HeaderMap) -> String {
    let signed = app.sessions.of(headers, WallClock::millis());
    let cookie = headers.get(header::COOKIE).filter(|_| signed.is_some());
    cookie.and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
}

/// Bytes of the request line and its headers.
fn size(request: &Request) -> usize {
    let path = request.uri().path_and_query().map_or(0, |p| p.as_str().len());
    request
        .headers()
        .iter()
        .fold(path, |sum, (name, value)| sum + name.as_str().len() + value.len() + ": \r\n".len())
}

/// How long a body says it is, so that one that is too long is never read.
fn declared(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Most bytes of a request's body: of a file, or of JSON.
fn body_max(request: &Request) -> usize {
    match request.uri().path() {
        "/api/v1/imports/cap" => CAP_MAX,
        "/api/v1/blobs" => FILE_MAX,
        _ => JSON_MAX,
    }
}

/// A refusal of the router (no such method, a path that is none) as a problem like any other.
fn worded(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_problem = kind.is_some_and(|k| k == "application/problem+json");
    let slug = match status {
        _ if is_problem || !(status.is_client_error() || status.is_server_error()) => {
            return response;
        }
        StatusCode::NOT_FOUND => "not-found",
        StatusCode::METHOD_NOT_ALLOWED => "no-such-method",
        StatusCode::PAYLOAD_TOO_LARGE => "body-too-large",
        _ if status.is_server_error() => "store-failed",
        _ => "bad-request",
    };
    Problem::new(status, slug).into_response()
}

/// A request that writes comes from this node's own pages, or from a program without an origin.
fn same_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN).and_then(|v| v.to_str().ok()) else {
        return true;
    };
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    origin.split_once("://").is_some_and(|(_, rest)| rest == host)
}

/// Whether a request asks for this node by a name of its own: loopback, or the address where it
/// listens (any address of the machine, where it listens everywhere). A foreign name that leads
/// here is another site's page in a browser.
fn known_host(listens: IpAddr, headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST) else { return true };
    let Ok(host) = host.to_str() else { return false };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    let address = name.parse::<IpAddr>();
    let own = |ip: IpAddr| ip.is_loopback() || ip == listens || listens.is_unspecified();
    name == "localhost" || address.is_ok_and(own)
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

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::known_host;

    #[test]
    fn only_names_of_this_node_are_answered() {
        let known = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
            known_host("192.0.2.7".parse().unwrap(), &headers)
        };
        for host in ["localhost", "LOCALHOST:8400", "127.0.0.1:8400", "[::1]:8400", "192.0.2.7:80"]
        {
            assert!(known(host), "{host}");
        }
        for host in ["evil.example", "evil.example:8400", "192.0.2.8", "localhost.evil.example", ""]
        {
            assert!(!known(host), "{host}");
        }
    }
}
