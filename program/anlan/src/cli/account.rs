//! `anlan account add`: a further account of a node, for a post of the table.

use std::io::{BufRead, BufReader, Read};

use clap::ArgMatches;
use kernel::PlaceCode;
use node::Appointment;
use serde_json::json;

use super::{Failure, Printer, args, refusal};
use crate::folder::choose;
use crate::open::{Opened, node};

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
    let opened = node(&choose(args::path(matches, "dir")))?;
    let actor = opened.desk.actor(&keeper);
    let actor = actor.ok_or_else(|| Failure::refused("account").with("account", &keeper))?;
    let password = given.clone().unwrap_or_else(|| drawn(&asked.account));
    let Opened { folder, desk, clock, .. } = &opened;
    let made = crate::account::add(folder, desk, &actor, (&asked, &password), clock.now());
    let mut made = made.map_err(|e| refusal(desk, printer, e))?;
    printer.say("account-made", &[("account", &asked.account), ("person", &asked.person)]);
    if given.is_none() {
        printer.say("account-password", &[("password", &password)]);
        made["password"] = json!(password);
    }
    printer.json(&made);
    Ok(())
}

/// The first line of standard input.
fn line(printer: &Printer) -> Result<String, Failure> {
    let bad =
        |why: &dyn std::fmt::Display| Failure::refused("file").with("file", "-").with("why", why);
    let mut text = String::new();
    let read = BufReader::new(printer.input().take(LINE_MAX)).read_line(&mut text);
    read.map_err(|e| bad(&e))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// A password that nobody chose.
fn drawn(account: &str) -> String {
    let name = account.to_lowercase();
    let mut draws = (0..DRAWS).map(|_| crate::password::new_code());
    draws.find(|password| !password.contains(&name)).unwrap_or_else(crate::password::new_code)
}
