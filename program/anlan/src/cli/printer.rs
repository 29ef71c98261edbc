//! What a command prints: lines for people on standard error, JSON for programs on standard output.

use std::io::Write;

use node::Text;
use serde_json::Value as Json;

use super::Failure;
use crate::words::{Lang, say};

/// Prints in one language, as lines or as JSON.
#[derive(Clone, Copy)]
pub struct Printer {
    lang: Lang,
    json: bool,
}

impl Printer {
    /// Lines in `lang`; JSON on standard output where asked for.
    pub fn new(lang: Lang, json: bool) -> Self {
        Printer { lang, json }
    }

    /// A line of progress or result for people.
    pub fn say(&self, key: &str, details: &[(&str, &str)]) {
        let line = say(self.lang, &format!("progress.{key}"), details);
        let mut out = std::io::stderr().lock();
        // Whoever reads along may have gone; the work goes on.
        let _ = writeln!(out, "{line}");
    }

    /// A failure as its one line.
    pub fn line(&self, failure: &Failure) -> String {
        failure.line(self.lang)
    }

    /// A sentence for people, in the printer's language.
    pub fn words(&self, key: &str, details: &[(&str, &str)]) -> String {
        say(self.lang, key, details)
    }

    /// The answer as one JSON value, where it was asked for.
    pub fn json(&self, value: &Json) {
        if self.json {
            let mut out = std::io::stdout().lock();
            let _ = writeln!(out, "{value}");
        }
    }

    /// The answer as JSON: one line for programs, indented for people.
    pub fn answer(&self, value: &Json) {
        let mut out = std::io::stdout().lock();
        let text = match self.json {
            true => value.to_string(),
            false => serde_json::to_string_pretty(value).unwrap_or_default(),
        };
        let _ = writeln!(out, "{text}");
    }

    /// The words in the printer's language.
    pub fn pick(&self, text: &Text) -> String {
        match self.lang {
            Lang::Zh => text.zh.clone(),
            Lang::En => text.en.clone(),
        }
    }
}
