//! Names of made-up places and people, put together from the syllables in `data/names.toml`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::model::{Name, Person};
use crate::rng::Rng;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamesFile {
    province: String,
    prefecture: String,
    county: String,
    towns: Vec<String>,
    rivers: Vec<String>,
    first: Vec<String>,
    second: Vec<String>,
    family: Vec<String>,
    family_place: Vec<String>,
    community: Vec<String>,
    surnames: Vec<String>,
    given: Vec<String>,
    pattern: BTreeMap<String, [String; 2]>,
}

/// Gives names, each place name once.
pub(crate) struct Names {
    file: NamesFile,
    used: BTreeSet<String>,
    towns: usize,
    rivers: usize,
    rng: Rng,
}

/// A text of the form `written:in Latin letters`.
fn name(text: &str) -> Name {
    let (zh, en) = text.split_once(':').unwrap_or((text, text));
    Name { zh: zh.to_owned(), en: en.to_owned() }
}

/// Puts values for `{0}`, `{1}` into a pattern.
pub(crate) fn fill(pattern: &[String; 2], values: &[&Name]) -> Name {
    let (mut zh, mut en) = (pattern[0].clone(), pattern[1].clone());
    for (i, value) in values.iter().enumerate() {
        let mark = format!("{{{i}}}");
        zh = zh.replace(&mark, &value.zh);
        en = en.replace(&mark, &value.en);
    }
    Name { zh, en }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |c| c.to_uppercase().chain(letters).collect())
}

impl Names {
    pub(crate) fn new(seed: u64) -> Self {
        // The file is part of the program and is read by its tests.
        let file: NamesFile = toml::from_str(include_str!("../data/names.toml"))
            .expect("data/names.toml is well formed");
        let used = file.towns.iter().map(|t| name(t).zh).collect();
        Names { file, used, towns: 0, rivers: 0, rng: Rng::of(seed, "names") }
    }

    pub(crate) fn province(&self) -> Name {
        name(&self.file.province)
    }

    pub(crate) fn prefecture(&self) -> Name {
        name(&self.file.prefecture)
    }

    pub(crate) fn county(&self) -> Name {
        name(&self.file.county)
    }

    /// The next town's bare name; the first is the county seat's.
    pub(crate) fn town(&mut self) -> Name {
        self.towns += 1;
        match self.file.towns.get(self.towns - 1) {
            Some(town) => name(town),
            None => self.place(),
        }
    }

    /// The next river, main rivers first.
    pub(crate) fn river(&mut self) -> Option<Name> {
        self.rivers += 1;
        self.file.rivers.get(self.rivers - 1).map(|r| name(r))
    }

    /// A community's bare name within its town.
    pub(crate) fn community(&mut self, serial: usize) -> Name {
        match self.file.community.get(serial) {
            Some(community) => name(community),
            None => self.place(),
        }
    }

    /// A bare place name that was not given before.
    pub(crate) fn place(&mut self) -> Name {
        for try_more in 0..10_000 {
            let (firsts, seconds) = if self.rng.chance(160) {
                (&self.file.family, &self.file.family_place)
            } else {
                (&self.file.first, &self.file.second)
            };
            let first = name(self.rng.text(firsts));
            let second = name(self.rng.text(seconds));
            let mut zh = format!("{}{}", first.zh, second.zh);
            let mut en = format!("{}{}", capital(&first.en), second.en);
            if try_more > 200 {
                let third = name(self.rng.text(&self.file.second));
                zh.push_str(&third.zh);
                en.push_str(&third.en);
            }
            if first.zh != second.zh && self.used.insert(zh.clone()) {
                return Name { zh, en };
            }
        }
        let serial = self.used.len();
        Name { zh: format!("{serial}"), en: format!("{serial}") }
    }

    /// A name made by a pattern of the data file; the bare name where there is no such pattern.
    pub(crate) fn by(&self, pattern: &str, values: &[&Name]) -> Name {
        match self.file.pattern.get(pattern) {
            Some(pattern) => fill(pattern, values),
            None => values.first().map_or_else(|| name(pattern), |n| (*n).clone()),
        }
    }

    /// A person; people may share a name, as they do.
    pub(crate) fn person(&mut self) -> Person {
        let surname = name(self.rng.text(&self.file.surnames));
        let mut given = name(self.rng.text(&self.file.given));
        given.en = capital(&given.en);
        let full = Name {
            zh: format!("{}{}", surname.zh, given.zh),
            en: format!("{} {}", surname.en, given.en),
        };
        Person { name: full, phone: self.phone() }
    }

    /// A telephone number that no exchange connects: it begins with three zeros.
    pub(crate) fn phone(&mut self) -> String {
        let number = self.rng.below(100_000_000);
        format!("000-{:04}-{:04}", number / 10_000, number % 10_000)
    }
}
