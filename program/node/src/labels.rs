//! Words of entities: every `labels.toml` read once, asked by name.

use std::collections::BTreeMap;

use ledger::Entry;

use crate::text::Text;

/// Words of one entity.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    words: BTreeMap<String, Text>,
}

impl Labels {
    /// Reads `labels.toml`: tables whose leaves hold `zh` and `en`.
    pub fn of(entry: &Entry) -> Labels {
        let mut labels = Labels::default();
        if let Ok(table) = entry.labels.parse::<toml::Table>() {
            labels.take("", &table);
        }
        labels
    }

    fn take(&mut self, prefix: &str, table: &toml::Table) {
        let word = |key: &str| table.get(key).and_then(toml::Value::as_str);
        if let (Some(zh), Some(en)) = (word("zh"), word("en")) {
            self.words.insert(prefix.to_owned(), Text::new(zh, en));
        }
        for (key, value) in table {
            if let Some(inner) = value.as_table() {
                let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                self.take(&path, inner);
            }
        }
    }

    /// The word at a path such as `state.Active`; `None` where there is none.
    pub fn get(&self, path: &str) -> Option<&Text> {
        self.words.get(path)
    }

    /// The word at a path, or the last part of the path itself.
    pub fn word(&self, path: &str) -> Text {
        self.get(path).cloned().unwrap_or_else(|| {
            let last = path.rsplit('.').next().unwrap_or(path);
            Text::new(last, last)
        })
    }

    /// All paths, for the check that none is missing and none too many.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.words.keys().map(String::as_str)
    }
}
