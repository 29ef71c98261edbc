//! `anlan init`: a node's folder with its own root, and a set-up code good for one account.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use kernel::PlaceCode;
use ledger::cert::KeyKind;
use node::{Info, Text};
use serde_json::json;

use super::{Failure, Printer, args};
use crate::chance::random_key;
use crate::clock::{Clock, WallClock};
use crate::folder::{FORMAT, Settings, choose};
use crate::found::{Certified, Founding, ROLES, certify, folder};
use crate::open::Opened;

/// Makes the folder.
pub fn init(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let dir: PathBuf = choose(args::path(matches, "dir"));
    let place = match args::text(matches, "place") {
        None => PlaceCode::NOT_ASSIGNED,
        Some(text) => text.parse().map_err(|e: kernel::PlaceError| {
            Failure::refused("refused").with("what", "--place").with("why", e)
        })?,
    };
    let exercise = args::flag(matches, "exercise");
    let (_, code) = make(&dir, place, exercise)?;
    printer.tell("initialised", &[("dir", &dir.display().to_string()), ("code", &code)]);
    printer.json(&json!({"dir": dir, "place": place, "setup_code": code, "exercise": exercise}));
    Ok(())
}

/// Makes a node's folder with its root and certificates: the open node, and the set-up code good
/// for one account.
///
/// # Errors
/// A failure that names the file or the reason.
pub fn make(dir: &Path, place: PlaceCode, exercise: bool) -> Result<(Opened, String), Failure> {
    let (root, node) = (random_key(), random_key());
    let name = Text::new(place.to_string(), place.to_string());
    let info = Info {
        place,
        place_name: name,
        exercise,
        seed: None,
        scenario: None,
        starts_at: None,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let now = WallClock.now();
    let founding = Founding {
        settings: Settings { format: FORMAT, place, exercise, county: None },
        root: Some(&root),
        trusted: root.public(),
        node: &node,
        info: &info,
        now,
        datasets: Vec::new(),
        accounts: Vec::new(),
    };
    let made = folder(dir, &founding)?;
    let code = crate::password::new_code();
    made.write_private("keys/setup", crate::password::store_random(&code).as_bytes())
        .map_err(crate::open::folder_failure)?;
    let opened = crate::open::with(made, Box::new(crate::chance::SystemChance))?;
    let certs = vec![Certified {
        subject: node.public(),
        kind: KeyKind::Node,
        path: vec![place],
        rank: 90,
        roles: ROLES.iter().map(|r| (*r).to_owned()).collect(),
        node_number: Some(1),
    }];
    certify(&opened.desk, &root, place, exercise, certs, now)?;
    Ok((opened, code))
}
