//! `anlan submit`: commands from a file as acts of an account, all of them or none.

use std::io::Read;
use std::path::Path;

use clap::ArgMatches;
use ledger::Command;
use serde_json::{Value as Json, json};

use super::{Failure, Printer, args, files, refusal, told};
use crate::folder::choose;
use crate::open::work;

/// Most bytes of a file of commands.
const BYTES_MAX: u64 = 4 << 20;

/// `anlan submit --dir D --as ACCOUNT FILE`; `-` reads standard input.
pub fn submit(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let file = args::text(matches, "file").unwrap_or_default();
    let missing = || Failure::usage("missing").with("what", "--as");
    let account = args::text(matches, "as").ok_or_else(missing)?;
    let commands = commands(&file, printer)?;
    let opened = work(&choose(args::path(matches, "dir")), printer)?;
    let actor = opened.desk.actor(&account);
    let actor = actor.ok_or_else(|| Failure::refused("account").with("account", &account))?;
    let no = |e| refusal(&opened.desk, printer, e);
    opened.desk.by_hand(&commands).map_err(no)?;
    let done = opened.desk.submit(&actor, commands, "", opened.clock.now()).map_err(no)?;
    printer.answer(&json!({"refs": done.entities, "ops": done.ops}), told::submitted);
    Ok(())
}

/// One command, or a list of them.
fn commands(file: &str, printer: &Printer) -> Result<Vec<Command>, Failure> {
    let bad = |at: String, why: String| {
        Failure::refused("bad-file")
            .with("file", file)
            .with("what", "command")
            .with("where", at)
            .with("why", why)
    };
    let unreadable = |e: std::io::Error| bad("0".to_owned(), e.to_string());
    let from: Box<dyn Read> = match file {
        "-" => printer.input(),
        path => Box::new(files::open(Path::new(path), BYTES_MAX)?),
    };
    let mut bytes = Vec::new();
    from.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(bad(BYTES_MAX.to_string(), format!("> {BYTES_MAX} B")));
    }
    let place = |e: &serde_json::Error| format!("{}:{}", e.line(), e.column());
    let json: Json = serde_json::from_slice(&bytes).map_err(|e| bad(place(&e), e.to_string()))?;
    let list = match json {
        Json::Array(list) => list,
        one => vec![one],
    };
    let read = |(i, one): (usize, Json)| {
        serde_json::from_value(one).map_err(|e| bad(format!("[{i}]"), e.to_string()))
    };
    list.into_iter().enumerate().map(read).collect()
}
