//! The arguments that commands share: one name, one meaning, one place.

use clap::{Arg, ArgAction, ArgMatches, value_parser};
use std::path::PathBuf;

use crate::words::{Lang, word};

/// The argument of this name.
pub fn build(name: &'static str, lang: Lang) -> Arg {
    let arg = Arg::new(name).long(name).help(word(lang, &format!("arg.{name}")));
    match name {
        "json" | "exercise" | "write" | "replan" | "restored" | "stdin" | "one-click" | "empty"
        | "unknown" => arg.action(ArgAction::SetTrue),
        "event" => arg.num_args(0..=1).default_missing_value("new").value_name("EVENT"),
        "file" | "name" | "what" | "account" => Arg::new(name)
            .help(word(lang, &format!("arg.{name}")))
            .required(true)
            .value_name(match name {
                "file" => "FILE",
                "what" => "KIND[:ID]",
                _ => "NAME",
            }),
        "dir" => arg.value_name("DIR").value_parser(value_parser!(PathBuf)),
        "out" => arg.value_name("PATH").value_parser(value_parser!(PathBuf)),
        "seed" => arg.value_name("N").default_value("7").value_parser(value_parser!(u64)),
        "port" => arg.value_name("PORT").value_parser(value_parser!(u16)),
        "size" => {
            arg.value_name("SIZE").default_value("county").value_parser(["village", "county"])
        }
        "scenario" => arg.value_name("NAME").default_value("typhoon-rain"),
        "until" => arg.value_name("WHEN").default_value("decision"),
        "as" => arg.value_name("ACCOUNT"),
        "post" => arg.value_name("POST"),
        "person" => arg.value_name("NAME"),
        "layer" | "table" => arg.value_name("NAME"),
        "source" | "licence" | "note" => arg.value_name("TEXT"),
        "crs" => arg.value_name("CODE"),
        "as-of" => arg.value_name("DATE"),
        "alert" => arg.value_name("FILE"),
        "place" => arg.value_name("CODE"),
        "listen" => arg.value_name("ADDR"),
        _ => arg,
    }
}

/// The argument that every command takes.
pub fn global(name: &'static str, lang: Lang) -> Arg {
    Arg::new(name)
        .long(name)
        .global(true)
        .value_parser(["zh", "en"])
        .help(word(lang, &format!("arg.{name}")))
}

/// A path, where given.
pub fn path(matches: &ArgMatches, name: &str) -> Option<PathBuf> {
    matches.try_get_one::<PathBuf>(name).ok().flatten().cloned()
}

/// A text, where given.
pub fn text(matches: &ArgMatches, name: &str) -> Option<String> {
    matches.try_get_one::<String>(name).ok().flatten().cloned()
}

/// A flag.
pub fn flag(matches: &ArgMatches, name: &str) -> bool {
    matches.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or(false)
}
