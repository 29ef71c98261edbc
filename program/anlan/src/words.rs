//! The program's own words: `words/zh.toml` and `words/en.toml`, and beside them `*-told.toml` for
//! what the command line answers; flat keys, `{name}` for details.

use std::collections::BTreeMap;
use std::sync::OnceLock;

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
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
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
    fn english_is_chosen_only_where_asked_for() {
        let none = |_: &str| None;
        assert_eq!(Lang::choose(None, none), Lang::Zh);
        assert_eq!(Lang::choose(Some("en"), none), Lang::En);
        let locale = |k: &str| (k == "LANG").then(|| "en_US.UTF-8".to_owned());
        assert_eq!(Lang::choose(None, locale), Lang::En);
        assert_eq!(Lang::choose(Some("zh"), locale), Lang::Zh);
    }
}
