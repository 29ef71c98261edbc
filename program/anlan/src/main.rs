//! The one binary: parses, calls one use case of `node`, writes. It decides nothing.

mod account;
mod account_file;
mod area;
mod bench;
mod blobs;
mod chance;
mod check_record;
mod cli;
mod clock;
mod engine_words;
mod first;
mod folder;
mod found;
mod http;
mod in_clear;
#[cfg(test)]
mod in_clear_tests;
mod local;
mod open;
mod password;
mod picture;
mod quarantine;
mod sealed;
mod words;

use std::process::ExitCode;

use clap::error::ErrorKind;
use mimalloc::MiMalloc;
use words::Lang;

/// Folding makes very many small values on every processor; the system's allocator is the slowest
/// part of that.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let flag = lang_flag(typed());
    let lang = Lang::choose(flag.as_deref(), |name| std::env::var(name).ok());
    let matches = match cli::tree(lang).try_get_matches() {
        Ok(matches) => matches,
        Err(error) => {
            let asked = !error.use_stderr();
            if asked || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
                let _ = error.print();
                return ExitCode::from(if asked { 0 } else { 2 });
            }
            let args: Vec<String> = typed().skip(1).collect();
            let failure = cli::wrong_use::told(&error, &args, lang);
            return ended(&failure, lang, args.iter().any(|a| a == "--json"));
        }
    };
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("ANLAN_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    match cli::run(&matches, lang) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => ended(&failure, lang, cli::args::flag(cli::chosen(&matches).1, "json")),
    }
}

/// Says on standard error why a command did not do what it said: one line for people, one JSON
/// problem for programs.
fn ended(failure: &cli::Failure, lang: Lang, json: bool) -> ExitCode {
    match json {
        true => eprintln!("{}", failure.problem()),
        false => eprintln!("anlan: {}", failure.line(lang)),
    }
    ExitCode::from(failure.exit)
}

/// What was typed; what is no text stands for itself as far as it can be read.
fn typed() -> impl Iterator<Item = String> {
    std::env::args_os().map(|arg| arg.to_string_lossy().into_owned())
}

/// `--lang` is looked for before the tree is made, since the tree's help needs it.
fn lang_flag(args: impl Iterator<Item = String>) -> Option<String> {
    let args: Vec<String> = args.collect();
    args.iter().enumerate().find_map(|(i, arg)| match arg.strip_prefix("--lang") {
        Some("") => args.get(i + 1).cloned(),
        Some(rest) => rest.strip_prefix('=').map(str::to_owned),
        None => None,
    })
}
