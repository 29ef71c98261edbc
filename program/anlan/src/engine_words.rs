//! What an engine says of a file or a value, in Chinese: `words/engines.toml`, keyed by the English
//! sentence with its details in braces.
//!
//! Engines know no language but their own; their sentences stand inside the program's, and a
//! Chinese reader must not find an English half there.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// No sentence of an engine is longer; what people wrote is not searched.
const BYTES_MAX: usize = 600;

/// A sentence with its details in braces.
struct Template {
    parts: Vec<Part>,
    chinese: String,
}

/// A piece of a sentence.
enum Part {
    /// Stands as it is.
    Text(String),
    /// A detail, by name.
    Detail(String),
}

/// The words of the file.
struct Words {
    /// Whole sentences.
    sentences: Vec<Template>,
    /// What stands inside sentences.
    parts: Vec<Template>,
}

fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        let read =
            |table: &str| pairs(table).into_iter().map(|(en, zh)| template(&en, zh)).collect();
        Words { sentences: read("sentence"), parts: read("part") }
    })
}

/// The rows of a table of the file.
fn pairs(table: &str) -> BTreeMap<String, String> {
    let file: toml::Table = include_str!("../words/engines.toml").parse().unwrap_or_default();
    let rows = file.get(table).and_then(toml::Value::as_table).cloned().unwrap_or_default();
    let row = |(en, zh): (String, toml::Value)| Some((en, zh.as_str()?.to_owned()));
    rows.into_iter().filter_map(row).collect()
}

fn template(english: &str, chinese: String) -> Template {
    let (mut parts, mut rest) = (Vec::new(), english);
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        parts.push(Part::Detail(name.to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Template { parts, chinese }
}

impl Template {
    /// Bytes of text that are the sentence's own.
    fn own_text(&self) -> usize {
        let own = |part: &Part| match part {
            Part::Text(text) => text.len(),
            Part::Detail(_) => 0,
        };
        self.parts.iter().map(own).sum()
    }

    /// The sentence in Chinese, and how many bytes of the English one were words of the file.
    fn chinese(&self, english: &str) -> Option<(usize, String)> {
        let details = fill(&self.parts, english)?;
        let (mut said, mut told) = (self.chinese.clone(), self.own_text());
        for (name, value) in details {
            let (more, inner) = inside(value).unwrap_or((0, value.to_owned()));
            told += more;
            said = said.replace(&format!("{{{name}}}"), &inner);
        }
        Some((told, said))
    }
}

/// What stands at the details of a template; `None` where it is another sentence.
fn fill<'a>(parts: &'a [Part], text: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    match parts {
        [] => text.is_empty().then(Vec::new),
        [Part::Text(own), rest @ ..] => fill(rest, text.strip_prefix(own.as_str())?),
        [Part::Detail(name)] => (!text.is_empty()).then(|| vec![(name.as_str(), text)]),
        [Part::Detail(name), rest @ ..] => {
            let ends = text.char_indices().map(|(at, _)| at).skip(1);
            ends.into_iter().find_map(|at| {
                let mut found = fill(rest, &text[at..])?;
                found.push((name.as_str(), &text[..at]));
                Some(found)
            })
        }
    }
}

/// A detail: a sentence in a sentence, or a name of the engine's.
fn inside(english: &str) -> Option<(usize, String)> {
    sentence(english).or_else(|| best(&words().parts, english))
}

/// Of several that fit, the one that leaves least untold.
fn best(templates: &[Template], english: &str) -> Option<(usize, String)> {
    templates.iter().filter_map(|t| t.chinese(english)).max_by_key(|(told, _)| *told)
}

fn sentence(english: &str) -> Option<(usize, String)> {
    if english.len() > BYTES_MAX || !english.contains(' ') {
        return None;
    }
    best(&words().sentences, english).or_else(|| {
        english.match_indices(": ").find_map(|(at, colon)| {
            let (before, after) = (&english[..at], &english[at + colon.len()..]);
            let words = words();
            let (told, after) =
                best(&words.sentences, after).or_else(|| best(&words.parts, after))?;
            Some((told, format!("{before}:{after}")))
        })
    })
}

/// An engine's sentence in Chinese; `None` where it is none of theirs. One that stands behind a
/// name and a colon is found too.
pub fn in_chinese(english: &str) -> Option<String> {
    sentence(english).map(|(_, said)| said)
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    fn rust_files(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                rust_files(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }

    /// The sentences of `#[error("…")]` in a source, details by name alone.
    fn sentences(source: &str) -> Vec<String> {
        let mut found = Vec::new();
        for after in source.split("#[error(").skip(1) {
            let Some(quoted) = after.trim_start().strip_prefix('"') else { continue };
            let mut text = String::new();
            let mut chars = quoted.chars().peekable();
            while let Some(c) = chars.next().filter(|c| *c != '"') {
                match (c, chars.peek()) {
                    ('\\', Some('\n')) => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                    ('\\', Some('"')) => text.extend(chars.next()),
                    _ => text.push(c),
                }
            }
            let plain = text.split('{').enumerate().map(|(i, piece)| {
                let Some((name, rest)) = piece.split_once('}').filter(|_| i > 0) else {
                    return piece.to_owned();
                };
                format!("{{{}}}{rest}", name.split(':').next().unwrap_or_default())
            });
            found.push(plain.collect());
        }
        found
    }

    #[test]
    fn every_sentence_of_an_engine_has_its_chinese_one() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut files = Vec::new();
        for room in ["engines", "program/formats", "program/store", "program/node"] {
            rust_files(&root.join(room), &mut files);
        }
        let known = pairs("sentence");
        let mut all = 0;
        for file in files {
            for sentence in sentences(&std::fs::read_to_string(&file).unwrap()) {
                // Names with a colon or so fit anything a person wrote.
                let own = sentence.split(['{', '}']).step_by(2).collect::<String>();
                let bare = own.chars().filter(|c| c.is_alphabetic()).count() < 5;
                all += 1;
                assert!(
                    bare || known.contains_key(&sentence),
                    "{}: {sentence:?} stands not in words/engines.toml",
                    file.display()
                );
            }
        }
        assert!(all > 150, "only {all} sentences were found");
    }

    #[test]
    fn the_chinese_sentence_holds_every_detail_of_the_english_one() {
        for table in ["sentence", "part"] {
            for (english, chinese) in pairs(table) {
                for part in template(&english, String::new()).parts {
                    let Part::Detail(name) = part else { continue };
                    assert!(chinese.contains(&format!("{{{name}}}")), "{english}: {name}");
                }
            }
        }
    }

    #[test]
    fn a_sentence_is_told_with_the_one_inside_it() {
        let zh = |text: &str| in_chinese(text).unwrap_or_default();
        let nested = "2 lines were refused; the first, line 3: \
                      the column n: \"x\" is no whole number";
        assert_eq!(zh(nested), "有 2 行未收,第一处是第 3 行:列 n:\"x\" 不是整数");
        assert_eq!(zh("1: line 7: the entity &a; is not defined"), "1:第 7 行:实体 &a; 没有定义");
        assert_eq!(zh("the column at: a position that is not finite"), "列 at:点不是有限的数");
        assert_eq!(
            zh("info[0]: the mandatory element urgency is missing"),
            "info[0]:缺少必有元素 urgency"
        );
        assert_eq!(in_chinese("a village behind the hill"), None);
        assert_eq!(in_chinese("rows"), None, "a part alone is no sentence");
    }
}
