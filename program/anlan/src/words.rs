//! The program's own words: `words/zh.toml` and `words/en.toml`, and beside them `*-told.toml` for
//! what the command line answers; flat keys, `{name}` for details.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::engine_words::in_chinese;

/// Language of the command line and of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Chinese, the default.
    Zh,
    /// English.
    En,
}

impl Lang {
    /// `zh` or `en`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::En => "en",
        }
    }

    /// From `--lang`, `ANLAN_LANG`, then a locale that begins with `en`.
    pub fn choose(flag: Option<&str>, env: impl Fn(&str) -> Option<String>) -> Lang {
        let named = |text: &str| if text.starts_with("en") { Lang::En } else { Lang::Zh };
        if let Some(text) = flag {
            return named(text);
        }
        if let Some(text) = env("ANLAN_LANG") {
            return named(&text);
        }
        let locale =
            ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|k| env(k)).unwrap_or_default();
        named(&locale)
    }
}

type Table = BTreeMap<String, String>;

fn table(lang: Lang) -> &'static Table {
    static ZH: OnceLock<Table> = OnceLock::new();
    static EN: OnceLock<Table> = OnceLock::new();
    match lang {
        Lang::Zh => ZH.get_or_init(|| {
            parse(&[include_str!("../words/zh.toml"), include_str!("../words/zh-told.toml")])
        }),
        Lang::En => EN.get_or_init(|| {
            parse(&[include_str!("../words/en.toml"), include_str!("../words/en-told.toml")])
        }),
    }
}

fn parse(texts: &[&str]) -> Table {
    let mut flat = Table::new();
    for table in texts.iter().filter_map(|text| text.parse::<toml::Table>().ok()) {
        flatten("", &table, &mut flat);
    }
    flat
}

fn flatten(prefix: &str, table: &toml::Table, flat: &mut Table) {
    for (key, value) in table {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::Table(inner) => flatten(&path, inner, flat),
            toml::Value::String(text) => drop(flat.insert(path, text.clone())),
            _ => {}
        }
    }
}

/// The word for a key; the key itself where there is none (a test finds that).
pub fn word(lang: Lang, key: &str) -> &'static str {
    static MISSING: &str = "?";
    table(lang).get(key).map_or(MISSING, String::as_str)
}

/// The sentence for a key with details put in at `{name}`.
pub fn say(lang: Lang, key: &str, details: &[(&str, &str)]) -> String {
    let mut text = word(lang, key).to_owned();
    for (name, value) in details {
        let chinese = (lang == Lang::Zh).then(|| in_chinese(value)).flatten();
        text = text.replace(&format!("{{{name}}}"), chinese.as_deref().unwrap_or(value));
    }
    text
}

/// An English sentence of an engine in both languages, where it is one of the sentences under a
/// prefix; `{a}` and `{b}` there stand for whatever the sentence has.
pub fn in_both(prefix: &str, english: &str) -> Option<(String, String)> {
    let under = format!("{prefix}.");
    let mut all = table(Lang::En).iter().filter(|(key, _)| key.starts_with(&under));
    all.find_map(|(key, template)| {
        let parts = filled(template, english)?;
        let parts: Vec<(&str, &str)> = parts.iter().map(|(k, v)| (*k, *v)).collect();
        Some((say(Lang::Zh, key, &parts), english.to_owned()))
    })
}

/// What stands in a sentence at the places of its template; `None` where it is another sentence.
fn filled<'a>(template: &str, sentence: &'a str) -> Option<Vec<(&'static str, &'a str)>> {
    let (mut template, mut rest, mut found) = (template, sentence, Vec::new());
    for name in ["a", "b"] {
        let Some((before, after)) = template.split_once(&format!("{{{name}}}")) else { break };
        rest = rest.strip_prefix(before)?;
        let stop = after.split('{').next().unwrap_or_default();
        let end = if stop.is_empty() { rest.len() } else { rest.find(stop)? };
        found.push((name, &rest[..end]));
        (template, rest) = (after, &rest[end..]);
    }
    (template == rest).then_some(found)
}

/// Whether both languages have the key.
pub fn has(key: &str) -> bool {
    table(Lang::Zh).contains_key(key) && table(Lang::En).contains_key(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_hold_the_same_keys() {
        let zh: Vec<_> = table(Lang::Zh).keys().collect();
        let en: Vec<_> = table(Lang::En).keys().collect();
        assert!(zh.len() > 40);
        assert_eq!(zh, en);
        assert!(has("told.whole") && has("cli.serve"), "every file of words reads");
    }

    #[test]
    fn a_sentence_of_an_engine_is_told_in_both_languages() {
        let said = |english: &str| in_both("expected", english).map(|(zh, _)| zh);
        assert_eq!(said("a whole number from 0 to 15").as_deref(), Some("0 到 15 的整数"));
        assert_eq!(said("at most 40 characters").as_deref(), Some("最多 40 个字"));
        assert_eq!(said("at most 40").as_deref(), Some("最多 40 个"));
        assert_eq!(said("text").as_deref(), Some("文字"));
        assert_eq!(said("flood, fire"), None);
    }

    #[test]
    fn english_is_chosen_only_where_asked_for() {
        let none = |_: &str| None;
        assert_eq!(Lang::choose(None, none), Lang::Zh);
        assert_eq!(Lang::choose(Some("en"), none), Lang::En);
        let locale = |k: &str| (k == "LANG").then(|| "en_US.UTF-8".to_owned());
        assert_eq!(Lang::choose(None, locale), Lang::En);
        assert_eq!(Lang::choose(Some("zh"), locale), Lang::Zh);
    }
}
