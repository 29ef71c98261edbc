//! What was wrong with how a command was written, in the words of `words/`: the option or value,
//! what would do, and where the use is told.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};

use super::Failure;
use crate::words::{Lang, word};

/// The sentence for an error of the command line; `args` are what was typed after the name of the
/// program.
pub fn told(error: &Error, args: &[String], lang: Lang) -> Failure {
    let of = |kind| error.get(kind).map(|v| plain(v, lang)).unwrap_or_default();
    let what = of(ContextKind::InvalidArg);
    let value = of(ContextKind::InvalidValue);
    let (command, path) = reached(args, lang);
    let valid = of(ContextKind::ValidValue);
    let failure = match error.kind() {
        ErrorKind::UnknownArgument => Failure::usage("unknown-option")
            .with("what", what)
            .with("valid", options(&command, lang)),
        ErrorKind::InvalidSubcommand => {
            let name = of(ContextKind::InvalidSubcommand);
            let names: Vec<&str> = command.get_subcommands().map(|c| c.get_name()).collect();
            let valid = names.join(word(lang, "fail.list-gap"));
            Failure::usage("unknown-command").with("what", name).with("valid", valid)
        }
        ErrorKind::InvalidValue if value.is_empty() && valid.is_empty() => {
            Failure::usage("value-missing").with("what", what)
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            Failure::usage("value-missing-of").with("what", what).with("valid", valid)
        }
        ErrorKind::InvalidValue => {
            let failure = Failure::usage("value-not-of").with("what", what);
            failure.with("value", value).with("valid", valid)
        }
        ErrorKind::ValueValidation => {
            Failure::usage("value-bad").with("what", what).with("value", value)
        }
        ErrorKind::MissingRequiredArgument => Failure::usage("argument-missing").with("what", what),
        ErrorKind::MissingSubcommand => Failure::usage("command-missing"),
        ErrorKind::ArgumentConflict => Failure::usage("option-twice").with("what", what),
        ErrorKind::InvalidUtf8 => Failure::usage("not-text"),
        _ => Failure::usage("written-wrong"),
    };
    failure.with("use", format!("{path} --help"))
}

/// The options that a command takes.
fn options(command: &Command, lang: Lang) -> String {
    let long = |a: &clap::Arg| a.get_long().map(|name| format!("--{name}"));
    let all: Vec<String> = command.get_arguments().filter_map(long).collect();
    all.join(word(lang, "fail.list-gap"))
}

/// A part of an error as people write it.
fn plain(value: &ContextValue, lang: Lang) -> String {
    match value {
        ContextValue::String(one) => one.clone(),
        ContextValue::Strings(many) => many.join(word(lang, "fail.list-gap")),
        other => other.to_string(),
    }
}

/// The command as far as it is one, and how it is written: `anlan bundle inspect`.
fn reached(args: &[String], lang: Lang) -> (Command, String) {
    let (mut at, mut path) = (super::tree(lang), vec!["anlan".to_owned()]);
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        // The only option that may stand before a command; its value is no command.
        if arg.starts_with("--lang") {
            let _ = (arg == "--lang").then(|| args.next());
            continue;
        }
        let Some(next) = at.find_subcommand(arg).cloned() else { break };
        path.push(arg.clone());
        at = next;
    }
    (at, path.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(args: &[&str], lang: Lang) -> String {
        let typed: Vec<String> = args.iter().map(|a| (*a).to_owned()).collect();
        let all = std::iter::once("anlan".to_owned()).chain(typed.iter().cloned());
        let error = super::super::tree(lang).try_get_matches_from(all).unwrap_err();
        told(&error, &typed, lang).line(lang)
    }

    #[test]
    fn wrong_use_is_told_in_the_language_with_the_option_and_where_to_look() {
        let line = said(&["verify", "--dri", "x"], Lang::Zh);
        assert!(line.contains("--dri") && line.contains("--dir"), "{line}");
        assert!(line.contains("anlan verify --help"), "{line}");
        let line = said(&["--lang", "zh", "verify", "--dri"], Lang::Zh);
        assert!(line.contains("anlan verify --help"), "{line}");
        for (args, named) in [
            (&["verify", "--dir"][..], "--dir"),
            (&["bundle", "inspect"], "FILE"),
            (&["bundle", "inspcet"], "inspect"),
            (&["serve", "--port", "many"], "many"),
            (&["exercise", "new", "--size", "huge"], "village"),
            (&["verify", "--json", "--json"], "--json"),
        ] {
            let line = said(args, Lang::Zh);
            assert!(line.contains(named), "{line}");
            assert!(!line.contains('{'), "{line}");
            let latin = ["error", "argument", "unexpected", "required", "Usage", "value is"];
            assert!(!latin.iter().any(|w| line.contains(w)), "{line}");
            assert!(said(args, Lang::En).contains(named));
        }
    }
}
