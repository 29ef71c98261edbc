//! Every refusal and fault as `application/problem+json` (RFC 9457), in one place.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::words::{Lang, has, say};

/// An answer that says no, or that we failed: what, why, and what to do, in both languages.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// `urn:anlan:problem:<slug>`.
    #[serde(rename = "type")]
    pub kind: Box<str>,
    /// HTTP status.
    pub status: u16,
    /// Short title.
    pub title: Box<Both>,
    /// What to do.
    pub detail: Box<Both>,
    /// Stable code, the slug.
    pub code: Box<str>,
    /// Typed details.
    pub details: BTreeMap<String, String>,
    /// Law, plan or house rule, where there is one.
    pub source: Option<Box<str>>,
    /// Seconds to wait before trying again.
    #[serde(skip)]
    pub retry_after_s: Option<u64>,
}

/// Both languages.
#[derive(Debug, Clone, Serialize, Default)]
pub struct Both {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Problem {
    /// A problem worded in `words/` under `problem.<slug>`.
    pub fn new(status: StatusCode, slug: &str) -> Self {
        Problem {
            kind: format!("urn:anlan:problem:{slug}").into(),
            status: status.as_u16(),
            title: Box::default(),
            detail: Box::default(),
            code: slug.into(),
            details: BTreeMap::new(),
            source: None,
            retry_after_s: None,
        }
        .worded()
    }

    /// With a detail that the sentences may hold.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.details.insert(name.to_owned(), value.to_string());
        self.worded()
    }

    /// With the sentences of an entity's labels instead of the program's words.
    pub fn titled(mut self, zh: &str, en: &str) -> Self {
        let fill = |text: &str| {
            self.details
                .iter()
                .fold(text.to_owned(), |t, (name, value)| t.replace(&format!("{{{name}}}"), value))
        };
        self.title = Box::new(Both { zh: fill(zh), en: fill(en) });
        self
    }

    /// With the ground it rests on.
    pub fn on_ground(mut self, ground: &str) -> Self {
        self.source = Some(ground.into());
        self
    }

    fn worded(mut self) -> Self {
        let mut details: Vec<(&str, &str)> =
            self.details.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        details.push(("code", &self.code));
        let mut slug = &*self.code;
        if !has(&format!("problem.{slug}.title")) {
            slug = "refused";
        }
        let both = |part: &str| {
            let key = format!("problem.{slug}.{part}");
            Box::new(Both { zh: say(Lang::Zh, &key, &details), en: say(Lang::En, &key, &details) })
        };
        let (title, detail) = (both("title"), both("todo"));
        self.title = title;
        self.detail = detail;
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let wait = self.retry_after_s;
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        let problem = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, problem);
        if let Some(seconds) = wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
