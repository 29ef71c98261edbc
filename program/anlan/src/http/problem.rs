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
    /// Details that are names of the program's, in words.
    #[serde(skip)]
    words: Box<Words>,
    /// Seconds to wait before trying again.
    #[serde(skip)]
    pub retry_after_s: Option<u64>,
}

/// Words by the name of the detail; one pointer wide, since every handler carries a problem.
#[derive(Debug, Clone, Default)]
struct Words {
    of: BTreeMap<String, Both>,
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
            words: Box::default(),
            retry_after_s: None,
        }
        .worded()
    }

    /// With a detail that the sentences may hold.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.details.insert(name.to_owned(), value.to_string());
        self.worded()
    }

    /// With a detail that is a name of the program's: its code, and the words of the sentences.
    pub fn with_words(mut self, name: &str, value: &str, zh: String, en: String) -> Self {
        self.words.of.insert(name.to_owned(), Both { zh, en });
        self.with(name, value)
    }

    /// With the sentences of an entity's labels, which say what to do too, instead of the program's
    /// words.
    pub fn titled(mut self, zh: &str, en: &str) -> Self {
        let fill = |text: &str, lang: Lang| {
            self.said(lang)
                .iter()
                .fold(text.to_owned(), |t, (name, value)| t.replace(&format!("{{{name}}}"), value))
        };
        self.title = Box::new(Both { zh: fill(zh, Lang::Zh), en: fill(en, Lang::En) });
        if !has(&format!("problem.{}.todo", self.code)) {
            self.detail = Box::default();
        }
        self
    }

    /// The details as the sentences of a language hold them.
    fn said(&self, lang: Lang) -> Vec<(&str, &str)> {
        let word = |name: &str| {
            self.words.of.get(name).map(|both| match lang {
                Lang::Zh => both.zh.as_str(),
                Lang::En => both.en.as_str(),
            })
        };
        self.details.iter().map(|(k, v)| (k.as_str(), word(k).unwrap_or(v))).collect()
    }

    /// With the ground it rests on.
    pub fn on_ground(mut self, ground: &str) -> Self {
        self.source = Some(ground.into());
        self
    }

    fn worded(mut self) -> Self {
        let mut slug = &*self.code;
        if !has(&format!("problem.{slug}.title")) {
            slug = "refused";
        }
        let both = |part: &str| {
            let key = format!("problem.{slug}.{part}");
            let said = |lang| {
                let mut details = self.said(lang);
                details.push(("code", &self.code));
                say(lang, &key, &details)
            };
            Box::new(Both { zh: said(Lang::Zh), en: said(Lang::En) })
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
