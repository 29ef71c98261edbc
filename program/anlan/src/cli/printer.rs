//! What a command prints: progress for people on standard error, the answer on standard output.

use std::io::{Read, Write};
use std::sync::Arc;

use node::Text;
use serde_json::Value as Json;

use super::Failure;
use super::told::Lines;
use crate::words::{Lang, say};

/// Somebody elsewhere for whom a command runs in this process.
pub trait Caller: Send + Sync {
    /// Takes text for standard output, or for standard error.
    fn write(&self, out: bool, text: &str);
    /// What stands on the caller's standard input.
    fn input(&self) -> Vec<u8>;
}

/// Prints in one language, as lines or as JSON.
#[derive(Clone)]
pub struct Printer {
    lang: Lang,
    json: bool,
    caller: Option<Arc<dyn Caller>>,
}

impl Printer {
    /// Lines in `lang`; JSON on standard output where asked for.
    pub fn new(lang: Lang, json: bool) -> Self {
        Printer { lang, json, caller: None }
    }

    /// The same for somebody elsewhere.
    pub fn for_caller(lang: Lang, json: bool, caller: Arc<dyn Caller>) -> Self {
        Printer { lang, json, caller: Some(caller) }
    }

    /// What stands on standard input.
    pub fn input(&self) -> Box<dyn Read> {
        match &self.caller {
            None => Box::new(std::io::stdin()),
            Some(caller) => Box::new(std::io::Cursor::new(caller.input())),
        }
    }

    fn write(&self, out: bool, line: &str) {
        // Whoever reads along may have gone; the work goes on.
        let _ = match (&self.caller, out) {
            (Some(caller), _) => {
                caller.write(out, &format!("{line}\n"));
                Ok(())
            }
            (None, true) => writeln!(std::io::stdout().lock(), "{line}"),
            (None, false) => writeln!(std::io::stderr().lock(), "{line}"),
        };
    }

    /// A line of progress or result for people.
    pub fn say(&self, key: &str, details: &[(&str, &str)]) {
        self.write(false, &say(self.lang, &format!("progress.{key}"), details));
    }

    /// A line of the answer for people: on standard output; where JSON stands there, on standard
    /// error.
    pub fn tell(&self, key: &str, details: &[(&str, &str)]) {
        self.write(!self.json, &say(self.lang, &format!("progress.{key}"), details));
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
            self.write(true, &value.to_string());
        }
    }

    /// The answer on standard output: JSON for programs, sentences for people.
    pub fn answer(&self, value: &Json, tell: impl FnOnce(&mut Lines<'_>, &Json)) {
        let text = match self.json {
            true => value.to_string(),
            false => {
                let mut lines = Lines::new(self);
                tell(&mut lines, value);
                lines.text()
            }
        };
        self.write(true, &text);
    }

    /// What stands between two sentences in the printer's language.
    pub fn gap(&self) -> &'static str {
        match self.lang {
            Lang::Zh => "。",
            Lang::En => ". ",
        }
    }

    /// The words in the printer's language.
    pub fn pick(&self, text: &Text) -> String {
        match self.lang {
            Lang::Zh => text.zh.clone(),
            Lang::En => text.en.clone(),
        }
    }
}
