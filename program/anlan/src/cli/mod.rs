//! The command line: one tree of commands whose help is worded in `words/`.
//!
//! Each command exits 0 only when it did what it said; a failure is one line on standard error.

mod account;
mod again;
pub mod args;
mod bench;
mod bundle;
mod check;
pub mod exercise;
mod export;
pub mod files;
mod import;
mod layer;
pub mod main_job;
mod osm;
mod overlay;
mod printer;
mod repair;
pub mod scratch;
mod serve;
pub mod setup;
mod show;
mod steps;
mod stops;
mod submit;
mod told;
mod township;
mod upkeep;
pub mod wrong_use;

use std::collections::BTreeMap;

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Value as Json, json};

pub use printer::{Caller, Printer};

use crate::words::{Lang, has, say, word};

/// Why a command did not do what it said, and with which exit code it ends.
#[derive(Debug)]
pub struct Failure {
    /// Key under `fail.` in `words/`.
    pub key: &'static str,
    /// Details for the sentence.
    pub details: Vec<(String, String)>,
    /// 1: refused or found wanting; 2: wrong use; 3: the program or the machine failed.
    pub exit: u8,
    /// The problem as the API words it, where it has one.
    pub as_api: Option<Box<Json>>,
}

impl Failure {
    /// A refusal: exit code 1.
    pub fn refused(key: &'static str) -> Self {
        Failure { key, details: Vec::new(), exit: 1, as_api: None }
    }

    /// The machine or the program failed: exit code 3.
    pub fn fault(key: &'static str) -> Self {
        Failure { exit: 3, ..Failure::refused(key) }
    }

    /// Wrong use: exit code 2.
    pub fn usage(key: &'static str) -> Self {
        Failure { exit: 2, ..Failure::refused(key) }
    }

    /// With a detail for the sentence.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.details.push((name.to_owned(), value.to_string()));
        self
    }

    /// The problem for programs, as the API words one: code, title and detail in both languages,
    /// details, and the exit code.
    pub fn problem(&self) -> Json {
        let mut problem = match &self.as_api {
            Some(problem) => (**problem).clone(),
            None => json!({
                "type": format!("urn:anlan:problem:{}", self.key), "code": self.key,
                "title": {"zh": self.line(Lang::Zh), "en": self.line(Lang::En)},
                "details": self.details.iter().cloned().collect::<BTreeMap<_, _>>(),
            }),
        };
        problem["exit"] = json!(self.exit);
        problem
    }

    /// The one line for people.
    pub fn line(&self, lang: Lang) -> String {
        let said: Vec<String> = self.details.iter().map(|(_, v)| system_words(lang, v)).collect();
        let details: Vec<(&str, &str)> =
            self.details.iter().zip(&said).map(|((k, _), v)| (k.as_str(), v.as_str())).collect();
        say(lang, &format!("fail.{}", self.key), &details)
    }
}

/// What the system says of a file or port, and a reason that is told as a code, in the reader's
/// language where there are words for it.
fn system_words(lang: Lang, said: &str) -> String {
    let reason = format!("no-event.{said}");
    if has(&reason) {
        return word(lang, &reason).to_owned();
    }
    let number = said.strip_suffix(')').and_then(|s| s.rsplit_once(" (os error "));
    let Some((text, key)) = number.map(|(text, n)| (text, format!("os.{n}"))) else {
        return said.to_owned();
    };
    match (has(&key), text.rsplit_once(": ")) {
        (false, _) => said.to_owned(),
        (true, None) => word(lang, &key).to_owned(),
        (true, Some((before, _))) => format!("{before}: {}", word(lang, &key)),
    }
}

/// A refusal in the words that the console has for it.
fn refusal(desk: &node::Desk, printer: &Printer, error: node::Error) -> Failure {
    let node::Error::Refused { kind, .. } = &error else {
        return crate::open::node_failure(error);
    };
    let about = desk.label(kind, "entity.name").map(|name| printer.pick(&name));
    let problem = crate::http::problem_of(desk, error);
    let both = |text: &crate::http::problem::Both| {
        printer.pick(&node::Text::new(text.zh.clone(), text.en.clone()))
    };
    let as_api = serde_json::to_value(&problem).ok().map(Box::new);
    let title = both(&problem.title).trim_end_matches(['.', '\u{3002}']).to_owned();
    let words = [title, both(&problem.detail)].join(printer.gap());
    let failure = match about {
        // Of several commands the one that was refused is named.
        Some(about) => Failure::refused("refused").with("what", about).with("why", words),
        None => Failure::refused("said").with("line", words),
    };
    Failure { as_api, ..failure }
}

/// A command of the tree: name, key of its words, its arguments, its children.
struct Branch {
    name: &'static str,
    args: &'static [&'static str],
    children: &'static [Branch],
}

const fn leaf(name: &'static str, args: &'static [&'static str]) -> Branch {
    Branch { name, args, children: &[] }
}

/// What a layer from outside must say of itself.
const LAYER_IN: &[&str] = &[
    "file", "layer", "source", "as-of", "licence", "crs", "empty", "unknown", "dir", "as", "json",
];

/// The same, and the table that holds it.
const GPKG_IN: &[&str] = &[
    "file", "layer", "table", "source", "as-of", "licence", "empty", "unknown", "dir", "as", "json",
];

const TREE: &[Branch] = &[
    leaf("init", &["dir", "place", "exercise", "json"]),
    leaf("serve", &["dir", "port", "listen", "one-click", "json"]),
    Branch {
        name: "account",
        args: &[],
        children: &[
            leaf("add", &["account", "post", "person", "place", "stdin", "as", "dir", "json"]),
            leaf("password", &["account", "stdin", "dir", "json"]),
            leaf("close", &["account", "note", "as", "dir", "json"]),
            leaf("list", &["dir", "json"]),
        ],
    },
    Branch {
        name: "exercise",
        args: &[],
        children: &[
            leaf("new", &["seed", "size", "out", "scenario", "json"]),
            leaf("overlay", &["seed", "dir", "alert", "json"]),
            leaf("play", &["dir", "until", "json"]),
            leaf("main-job", &["dir", "write", "json"]),
        ],
    },
    Branch {
        name: "import",
        args: &[],
        children: &[
            leaf("cap", &["file", "dir", "as", "event", "json"]),
            leaf("csv", LAYER_IN),
            leaf("gpkg", GPKG_IN),
            leaf("osm", &["file", "dir", "out", "as-of", "layer", "as", "json"]),
        ],
    },
    leaf("impact", &["dir", "event", "json"]),
    leaf("level", &["dir", "event", "json"]),
    Branch { name: "relief", args: &[], children: &[leaf("plan", &["dir", "event", "json"])] },
    leaf("show", &["what", "dir", "json"]),
    leaf("submit", &["file", "dir", "as", "json"]),
    leaf("verify", &["dir", "json"]),
    leaf("repair", &["dir", "restored", "json"]),
    leaf("rebuild", &["dir", "json"]),
    Branch {
        name: "bundle",
        args: &[],
        children: &[
            leaf("export", &["dir", "out", "json"]),
            leaf("inspect", &["file", "json"]),
            leaf("import", &["dir", "file", "json"]),
        ],
    },
    Branch {
        name: "export",
        args: &[],
        children: &[
            leaf("case", &["dir", "out", "replan", "json"]),
            leaf("csv", &["layer", "dir", "out", "json"]),
            leaf("geojson", &["layer", "dir", "out", "json"]),
        ],
    },
    leaf("bench", &["name", "json"]),
];

/// The whole tree in one language.
pub fn tree(lang: Lang) -> Command {
    let root = Command::new("anlan")
        .version(env!("CARGO_PKG_VERSION"))
        .about(word(lang, "cli.about"))
        .after_help(word(lang, "cli.after"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(args::global("lang", lang))
        .arg(help_flag(lang))
        .arg(version_flag(lang));
    worded(TREE.iter().fold(root, |c, b| c.subcommand(grow(b, "cli", lang))), lang)
}

fn help_flag(lang: Lang) -> Arg {
    Arg::new("help")
        .long("help")
        .short('h')
        .action(ArgAction::Help)
        .global(true)
        .help(word(lang, "arg.help"))
}

fn version_flag(lang: Lang) -> Arg {
    Arg::new("version")
        .long("version")
        .short('V')
        .action(ArgAction::Version)
        .help(word(lang, "arg.version"))
}

fn grow(branch: &Branch, path: &str, lang: Lang) -> Command {
    let key = format!("{path}.{}", branch.name);
    let about = if branch.children.is_empty() { key.clone() } else { format!("{key}.about") };
    let mut command = Command::new(branch.name).about(word(lang, &about)).disable_help_flag(true);
    for name in branch.args {
        command = command.arg(args::build(name, lang));
    }
    if !branch.children.is_empty() {
        command = command.subcommand_required(true).arg_required_else_help(true);
    }
    worded(branch.children.iter().fold(command, |c, b| c.subcommand(grow(b, &key, lang))), lang)
}

fn worded(command: Command, lang: Lang) -> Command {
    command
        .subcommand_help_heading(word(lang, "cli.commands"))
        .next_help_heading(word(lang, "cli.options"))
        .help_template("{about-with-newline}\n{usage}\n\n{all-args}{after-help}")
}

/// Runs the command that was given: here, or through the server of its folder.
///
/// # Errors
/// Why it did not do what it said.
pub fn run(matches: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let (path, inner) = chosen(matches);
    if let Some(done) = crate::local::through_server(&path, args_of(&path), inner, lang) {
        return done;
    }
    dispatch(&path, inner, &Printer::new(lang, args::flag(inner, "json")))
}

/// Names of the arguments of a command.
fn args_of(path: &str) -> &'static [&'static str] {
    let (mut branches, mut args): (&'static [Branch], &'static [&'static str]) = (TREE, &[]);
    for name in path.split(' ') {
        let Some(branch) = branches.iter().find(|b| b.name == name) else { return &[] };
        (branches, args) = (branch.children, branch.args);
    }
    args
}

/// Runs a command here.
///
/// # Errors
/// Why it did not do what it said.
pub fn dispatch(path: &str, inner: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    match path {
        "init" => setup::init(inner, printer),
        "serve" => serve::serve(inner, printer),
        "account add" => account::add(inner, printer),
        "account password" => account::password(inner, printer),
        "account close" => account::close(inner, printer),
        "account list" => account::list(inner, printer),
        "exercise new" => exercise::new(inner, printer),
        "exercise overlay" => overlay::overlay(inner, printer),
        "exercise play" => exercise::play(inner, printer),
        "import cap" => import::cap(inner, printer),
        "import csv" => layer::import_csv(inner, printer),
        "import gpkg" => layer::import_gpkg(inner, printer),
        "import osm" => osm::osm(inner, printer),
        "show" => show::show(inner, printer),
        "submit" => submit::submit(inner, printer),
        "bundle export" => bundle::export(inner, printer),
        "bundle inspect" => bundle::inspect(inner, printer),
        "bundle import" => bundle::import(inner, printer),
        "verify" => check::verify(inner, printer),
        "repair" => repair::repair(inner, printer),
        "rebuild" => check::rebuild(inner, printer),
        "impact" => steps::impact(inner, printer),
        "level" => steps::level(inner, printer),
        "relief plan" => steps::relief_plan(inner, printer),
        "exercise main-job" => main_job::main_job(inner, printer),
        "export case" => export::case(inner, printer),
        "export csv" => layer::export_csv(inner, printer),
        "export geojson" => layer::export_geojson(inner, printer),
        "bench" => bench::bench(inner, printer),
        other => Err(Failure::fault("panic").with("why", other)),
    }
}

/// The path of the command that was given, such as `exercise new`, and its arguments.
pub fn chosen(matches: &ArgMatches) -> (String, &ArgMatches) {
    let mut path = Vec::new();
    let mut at = matches;
    while let Some((name, inner)) = at.subcommand() {
        path.push(name);
        at = inner;
    }
    (path.join(" "), at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_argument_is_worded_in_both_languages() {
        fn walk(branches: &[Branch], path: &str, missing: &mut Vec<String>) {
            for b in branches {
                let key = format!("{path}.{}", b.name);
                let about =
                    if b.children.is_empty() { key.clone() } else { format!("{key}.about") };
                let args = b.args.iter().map(|a| format!("arg.{a}"));
                missing.extend(args.chain([about]).filter(|k| !crate::words::has(k)));
                walk(b.children, &key, missing);
            }
        }
        let mut missing = Vec::new();
        walk(TREE, "cli", &mut missing);
        assert!(missing.is_empty(), "{missing:?}");
        for lang in [Lang::Zh, Lang::En] {
            tree(lang).debug_assert();
        }
    }
}
