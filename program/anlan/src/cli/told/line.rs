//! Sentences that are put together from an answer.

use serde_json::Value as Json;

use super::super::Printer;
use crate::words::has;

/// Lines for people, in the order in which they are said.
pub struct Lines<'a> {
    printer: &'a Printer,
    lines: Vec<String>,
}

impl<'a> Lines<'a> {
    /// No line yet.
    pub fn new(printer: &'a Printer) -> Self {
        Lines { printer, lines: Vec::new() }
    }

    /// What was said.
    pub fn text(self) -> String {
        self.lines.join("\n")
    }

    /// Says a sentence.
    pub fn say(&mut self, key: &str, details: &[(&str, &str)]) {
        let line = self.words(key, details);
        self.lines.push(line);
    }

    /// A sentence of `told` in words.
    pub fn words(&self, key: &str, details: &[(&str, &str)]) -> String {
        self.printer.words(&format!("told.{key}"), details)
    }

    /// A code in words; the code itself where nobody has a word for it.
    pub fn code(&self, group: &str, code: &Json) -> String {
        let code = code.as_str().unwrap_or("unknown");
        let key = format!("{group}.{code}");
        match has(&format!("told.{key}")) {
            true => self.words(&key, &[]),
            false => code.replace('_', " "),
        }
    }

    /// The name in the printer's language, from `{zh, en}`.
    pub fn name(&self, text: &Json) -> String {
        let both = |lang: &str| text[lang].as_str().unwrap_or_default().to_owned();
        self.printer.pick(&node::Text::new(both("zh"), both("en")))
    }

    /// What a thing is called: by its title in English on English screens, where it has one.
    pub fn titled(&self, thing: &Json) -> String {
        let name = self.plain(&thing["name"]);
        let english = thing["fields"]["title_en"]["value"].as_str().filter(|t| !t.is_empty());
        self.printer.pick(&node::Text::new(name.clone(), english.unwrap_or(&name)))
    }

    /// A number or text; unknown where there is none.
    pub fn plain(&self, value: &Json) -> String {
        match value {
            Json::Null => self.words("unknown", &[]),
            Json::String(text) => text.clone(),
            Json::Array(list) => list.iter().map(|v| self.plain(v)).collect::<Vec<_>>().join(", "),
            Json::Object(parts) => {
                let part = |(k, v): (&String, &Json)| format!("{k} {}", self.plain(v));
                parts.iter().map(part).collect::<Vec<_>>().join("; ")
            }
            other => other.to_string(),
        }
    }

    /// Met, not met or undetermined.
    pub fn truth(&self, truth: &Json) -> String {
        match truth.as_str() {
            Some(known @ ("met" | "not_met")) => self.words(known, &[]),
            _ => self.words("undetermined", &[]),
        }
    }

    /// A response level, 1 to 4.
    pub fn level(&self, level: &Json) -> String {
        match level.as_i64() {
            Some(level @ 1..=4) => self.words(&format!("level-{level}"), &[]),
            _ => self.words("none", &[]),
        }
    }

    /// A figure with its band; never a number where nobody has said one.
    pub fn figure(&self, figure: &Json) -> String {
        let value = match (figure["value"].as_i64(), figure["status"].as_str()) {
            (_, Some("withheld")) => return self.words("withheld", &[]),
            (None, Some("disputed")) => return self.words("disputed-none", &[]),
            (None, _) => return self.words("unknown", &[]),
            (Some(value), Some("disputed")) => {
                return self.words("disputed", &[("value", &value.to_string())]);
            }
            (Some(value), _) => value.to_string(),
        };
        match (figure["low"].as_i64(), figure["high"].as_i64()) {
            (Some(low), Some(high)) if low != high => {
                let details = [("value", &*value), ("low", &low.to_string())];
                self.words("of-to", &[&details[..], &[("high", &high.to_string())]].concat())
            }
            _ => value,
        }
    }

    /// A list of texts with the language's comma.
    pub fn list(&self, items: impl IntoIterator<Item = String>) -> String {
        items.into_iter().collect::<Vec<_>>().join(", ")
    }
}

/// The members of a list; none where it is none.
pub fn each(list: &Json) -> &[Json] {
    list.as_array().map_or(&[], Vec::as_slice)
}
