//! `anlan account add|password|close|list`: the accounts of a node.

use std::io::{BufRead, BufReader, Read};

use clap::ArgMatches;
use kernel::PlaceCode;
use node::Appointment;
use serde_json::json;

use super::{Failure, Printer, args, refusal, told};
use crate::folder::choose;
use crate::open::{Opened, work};

/// Most bytes of the line with the password.
const LINE_MAX: u64 = 4_096;
/// Tries of a password that the program makes: a short account name may stand in it by chance.
const DRAWS: usize = 64;

/// `anlan account add NAME --post POST --person NAME [--place CODE] [--stdin] --as ACCOUNT`.
pub fn add(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let said = |name: &'static str| {
        let missing = || Failure::usage("missing").with("what", format!("--{name}"));
        args::text(matches, name).ok_or_else(missing)
    };
    let place = args::text(matches, "place").map(|text| text.parse::<PlaceCode>());
    let place = place
        .transpose()
        .map_err(|e| Failure::refused("refused").with("what", "--place").with("why", e))?;
    let asked = Appointment {
        account: args::text(matches, "account").unwrap_or_default(),
        post: said("post")?,
        person: said("person")?,
        place,
    };
    let keeper = said("as")?;
    let given = args::flag(matches, "stdin").then(|| line(printer)).transpose()?;
    let opened = work(&choose(args::path(matches, "dir")), printer)?;
    let actor = opened.desk.actor(&keeper);
    let actor = actor.ok_or_else(|| Failure::refused("account").with("account", &keeper))?;
    let password = given.clone().unwrap_or_else(|| drawn(&asked.account));
    let Opened { folder, desk, clock, .. } = &opened;
    let made = crate::account::add(folder, desk, &actor, (&asked, &password), clock.now());
    let mut made = made.map_err(|e| refusal(desk, printer, e))?;
    printer.tell("account-made", &[("account", &asked.account), ("person", &asked.person)]);
    if given.is_none() {
        printer.tell("account-password", &[("password", &password)]);
        made["password"] = json!(password);
    }
    printer.json(&made);
    Ok(())
}

/// `anlan account password NAME --stdin`: the present password and the new one, a line each.
pub fn password(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let name = args::text(matches, "account").unwrap_or_default();
    let lines = match args::flag(matches, "stdin") {
        true => lines(printer, 2)?,
        false => Vec::new(),
    };
    let [old, new] = lines.as_slice() else { return Err(Failure::usage("password-lines")) };
    let opened = work(&choose(args::path(matches, "dir")), printer)?;
    let Opened { folder, desk, .. } = &opened;
    let changed = crate::account::change_password(folder, desk, &name, (old, new));
    if !changed.map_err(|e| refusal(desk, printer, e))? {
        return Err(Failure::refused("password-wrong"));
    }
    printer.tell("password-changed", &[("account", &name)]);
    printer.json(&json!({"account": name, "changed": true}));
    Ok(())
}

/// `anlan account close NAME --note TEXT --as ACCOUNT`.
pub fn close(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let said = |name: &'static str| {
        let missing = || Failure::usage("missing").with("what", format!("--{name}"));
        args::text(matches, name).ok_or_else(missing)
    };
    let name = args::text(matches, "account").unwrap_or_default();
    let (keeper, note) = (said("as")?, said("note")?);
    let opened = work(&choose(args::path(matches, "dir")), printer)?;
    let Opened { folder, desk, clock, .. } = &opened;
    let actor = desk.actor(&keeper);
    let actor = actor.ok_or_else(|| Failure::refused("account").with("account", &keeper))?;
    let closed = crate::account::close(folder, desk, &actor, (&name, &note), clock.now());
    let closed = closed.map_err(|e| refusal(desk, printer, e))?;
    printer.tell("account-closed", &[("account", &name)]);
    printer.json(&closed);
    Ok(())
}

/// `anlan account list`: who can sign in here, without any secret.
pub fn list(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let opened = work(&choose(args::path(matches, "dir")), printer)?;
    printer.answer(&opened.desk.all_accounts(), told::accounts);
    Ok(())
}

/// The first line of standard input.
fn line(printer: &Printer) -> Result<String, Failure> {
    Ok(lines(printer, 1)?.into_iter().next().unwrap_or_default())
}

/// The first lines of standard input, at most so many.
fn lines(printer: &Printer, most: usize) -> Result<Vec<String>, Failure> {
    let bad = |e: std::io::Error| Failure::refused("file").with("file", "-").with("why", e);
    let read = BufReader::new(printer.input().take(LINE_MAX)).lines().take(most);
    read.collect::<Result<_, _>>().map_err(bad)
}

/// A password that nobody chose.
fn drawn(account: &str) -> String {
    let name = account.to_lowercase();
    let mut draws = (0..DRAWS).map(|_| crate::password::new_code());
    draws.find(|password| !password.contains(&name)).unwrap_or_else(crate::password::new_code)
}
