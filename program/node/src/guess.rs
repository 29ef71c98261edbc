//! Passwords that somebody who guesses tries first: words of `guess.txt`, the account's own name
//! and what the place is called, a year, with digits and signs around.

use std::collections::BTreeSet;

/// Words that guessers try first, one a line; lines that begin with `#` say where they come from.
const WORDS: &str = include_str!("guess.txt");
/// Fewest characters, and fewest different ones, that must be left beside what is guessed.
const LEFT: (usize, usize) = (8, 5);
/// Shortest name that is looked for in a password: a shorter one stands in many by chance.
const NAME_CHARS: usize = 2;

/// Whether a password is made of what is guessed first. `known` are names that stand near it: of
/// the account, of the person, of the place.
pub fn is_guessed(password: &str, known: &[&str]) -> bool {
    let mut left = plain(password);
    let words = WORDS.lines().map(str::trim).filter(|w| !w.is_empty() && !w.starts_with('#'));
    let mut words: Vec<String> = words.map(plain).collect();
    for name in known {
        let parts = name.split(|c: char| !c.is_alphanumeric()).chain([*name]);
        words.extend(parts.filter(|p| p.chars().count() > NAME_CHARS).map(plain));
    }
    // The longest first, so that a word within another leaves nothing of it.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in &words {
        left = left.replace(word.as_str(), "");
    }
    let left = without_years(&left);
    let different: BTreeSet<char> = left.chars().collect();
    left.chars().count() < LEFT.0 || different.len() < LEFT.1
}

/// In small letters, with the signs that stand for letters read as these.
fn plain(text: &str) -> String {
    let letter = |c: char| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    text.to_lowercase().chars().map(letter).collect()
}

/// Without years of this and the last century, as [`plain`] writes them.
fn without_years(text: &str) -> String {
    let mut left = text.to_owned();
    for year in 1930..2060 {
        left = left.replace(&plain(&year.to_string()), "");
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_first_is_guessed_and_what_nobody_tries_is_not() {
        for bad in [
            "password2026!",
            "P@ssw0rd12345",
            "admin-admin-2024",
            "anlan-exercise-7",
            "qwertyuiop[]",
            "woaizhongguo1949",
            "li.head-li.head!",
            "lanjiang-2026-08",
            "wang.duty wang.duty",
        ] {
            assert!(is_guessed(bad, &["li.head", "wang.duty", "Lanjiang County"]), "{bad}");
        }
        for good in ["seven cats at the sea", "nine herons on a dyke", "k3v9m-pdgsk-p6h54-s2e4g"] {
            assert!(!is_guessed(good, &["li.head", "Lanjiang County"]), "{good}");
        }
    }
}
