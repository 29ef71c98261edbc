//! What a text at entry may not hold: characters that nobody sees and that spoil what stands beside
//! them, on a screen, on paper or in another program.
//!
//! Refused are NUL and the other control characters, and the marks that turn the direction of what
//! follows; a tab and a new line only where a text has room for more than a line. Marks that
//! a script needs (joiners, the marks for left and right) are kept. Asked at entry only: what was
//! signed elsewhere is history.

use ledger::{Refusal, Shape};
use serde_json::Value as Json;

use crate::check::refuse;

/// Marks that turn or isolate the direction of text, from and to. Source: Unicode Standard Annex 9.
const TURNS: &[(char, char)] = &[('\u{202a}', '\u{202e}'), ('\u{2066}', '\u{2069}')];
/// Characters up to which a text is a line: a name, a title, a number.
const LINE: usize = 120;

/// Whether a character may not stand in a text of any field.
pub(crate) fn is_unseen(c: char) -> bool {
    let turns = TURNS.iter().any(|(from, to)| (*from..=*to).contains(&c));
    turns || c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}

/// Refuses a field with a text that holds what nobody sees.
///
/// # Errors
/// `unseen-character` with the field, the character's number and its place in the text.
pub fn plain(path: &str, shape: &Shape, json: &Json) -> Result<(), Refusal> {
    match (shape, json) {
        (Shape::Text(most), Json::String(text)) => {
            let spoils = |c: char| is_unseen(c) || *most <= LINE && c.is_control();
            match text.chars().enumerate().find(|(_, c)| spoils(*c)) {
                None => Ok(()),
                Some((before, c)) => Err(refuse("unseen-character")
                    .with("field", path)
                    .with("character", format!("U+{:04X}", u32::from(c)))
                    .with("number", before + 1)),
            }
        }
        (Shape::List(inner, _), Json::Array(items)) => {
            let one = |(at, item)| plain(&format!("{path}[{at}]"), inner, item);
            items.iter().enumerate().try_for_each(one)
        }
        (Shape::Record(parts), Json::Object(object)) => {
            object.iter().try_for_each(|(name, item)| {
                let part = parts.iter().find(|part| part.1 == name);
                part.map_or(Ok(()), |part| plain(&format!("{path}.{name}"), &part.2, item))
            })
        }
        _ => Ok(()),
    }
}

/// A text from outside without what it may not hold: for what comes in as a whole file that is kept
/// as it was, so that one hidden mark does not keep a warning away.
pub(crate) fn cleaned(shape: &Shape, json: &mut Json) {
    match (shape, json) {
        (Shape::Text(most), Json::String(text)) => {
            text.retain(|c| !is_unseen(c));
            if *most <= LINE {
                *text = text.split(char::is_control).collect::<Vec<_>>().join(" ");
            }
        }
        (Shape::List(inner, _), Json::Array(items)) => {
            items.iter_mut().for_each(|item| cleaned(inner, item));
        }
        (Shape::Record(parts), Json::Object(object)) => {
            for (name, item) in object {
                let part = parts.iter().find(|part| part.1 == name);
                part.into_iter().for_each(|part| cleaned(&part.2, item));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LONG: Shape = Shape::Text(1_000);
    const PARTS: Shape = Shape::List(&Shape::Record(&[(1, "name", Shape::Text(60))]), 10);

    fn found(shape: &Shape, json: &Json) -> String {
        let refused = plain("what", shape, json).err();
        refused
            .map(|r| format!("{} {}", r.details["field"], r.details["character"]))
            .unwrap_or_default()
    }

    #[test]
    fn what_nobody_sees_is_named_with_its_field() {
        for (text, named) in [
            ("a\u{0}b", "what U+0000"),
            ("\u{1b}[31m", "what U+001B"),
            ("\u{85}", "what U+0085"),
            ("x\u{202e}y", "what U+202E"),
            ("\u{2066}x", "what U+2066"),
            ("第一行\n\t第二行\r\n", ""),
            ("क्‍ष \u{200f}مرحبا", ""),
            ("", ""),
        ] {
            assert_eq!(found(&LONG, &json!(text)), named, "{text:?}");
        }
    }

    #[test]
    fn a_name_is_one_line_and_parts_are_looked_into() {
        assert_eq!(found(&Shape::Text(60), &json!("a\nb")), "what U+000A");
        assert_eq!(
            found(&PARTS, &json!([{"name": "a"}, {"name": "b\u{7}"}])),
            "what[1].name U+0007"
        );
        assert_eq!(found(&PARTS, &json!([{"name": null}])), "");
        let mut outside = json!([{"name": "a\n\u{202b}b\u{0}"}]);
        cleaned(&PARTS, &mut outside);
        assert_eq!(outside, json!([{"name": "a b"}]));
        assert_eq!(found(&PARTS, &outside), "");
        assert_eq!(found(&Shape::Bool, &json!(true)), "");
    }
}
