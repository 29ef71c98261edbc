//! The exercise's second node: township 1, certified by the county's node and founded with what it
//! carries.
//!
//! It has a key of its own, its posts' accounts, the county's datasets, and no root: it trusts the
//! county's exercise root.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use kernel::{PlaceCode, UnixMillis};
use ledger::SecretKey;
use ledger::cert::KeyKind;
use node::{Account, Desk, Info};
use serde_json::{Value as Json, json};
use synth::County;

use super::exercise::{path_to, text};
use super::{Failure, Printer, bundle};
use crate::chance::{SeededChance, seeded_key};
use crate::folder::{FORMAT, Settings};
use crate::found::{Certified, Founding, certify, folder};
use crate::open::{Opened, with};

/// The post that stands for the township.
const POST: &str = "township.1.duty";
/// Least rank of a township's node. Source: house, decision 10.
const RANK: u8 = 20;
/// The two digits of its node in numbers for voice and paper.
const NODE_NUMBER: u8 = 2;

/// `DIR-township` beside `DIR`.
pub fn folder_of(county: &Path) -> PathBuf {
    let mut name = county.as_os_str().to_owned();
    name.push("-township");
    PathBuf::from(name)
}

fn key(seed: u64) -> SecretKey {
    seeded_key(seed, "node/township.1")
}

/// The township's code; `None` in a county without one.
fn place_of(county: &County) -> Option<PlaceCode> {
    county.posts.iter().find(|p| p.id == POST).map(|p| p.place)
}

/// Its node's certificates, written by the county's node: one for each unit in whose name its
/// people act, with at least their rank and all their roles.
pub fn certify_node(
    desk: &Desk,
    seed: u64,
    county: &County,
    now: UnixMillis,
) -> Result<(), Failure> {
    let Some(township) = place_of(county) else { return Ok(()) };
    let people = desk.people();
    let mut units: Vec<Certified> = Vec::new();
    for post in &county.posts {
        let path = path_to(county, post.place);
        let Some(actor) = people.actor(&post.id).filter(|_| path.contains(&township)) else {
            continue;
        };
        let at = units.iter().position(|c| c.path == path).unwrap_or_else(|| {
            let least = if post.place == township { RANK } else { 0 };
            units.push(Certified {
                subject: key(seed).public(),
                kind: KeyKind::Node,
                path,
                rank: least,
                roles: vec!["issue".to_owned()],
                node_number: Some(NODE_NUMBER),
            });
            units.len() - 1
        });
        let unit = &mut units[at];
        unit.rank = unit.rank.max(actor.rank);
        let new = |role: &String| !unit.roles.contains(role);
        let roles: Vec<String> = actor.roles.into_iter().filter(new).collect();
        unit.roles.extend(roles);
    }
    drop(people);
    let parent = desk.record.author().clone();
    certify(desk, &parent, county.place, true, units, now)
}

/// Where the township's folder is made, and where it will lie.
pub struct Place<'a> {
    /// The folder that is made.
    pub dir: &'a Path,
    /// The name that it has in the end, for people.
    pub said: &'a Path,
}

/// Makes its folder from what the county's node carries out.
pub fn found(
    at: &Place<'_>,
    parent: &Opened,
    seed: u64,
    county: &County,
    now: UnixMillis,
    printer: &Printer,
) -> Result<Json, Failure> {
    let Some(place) = place_of(county) else { return Ok(Json::Null) };
    let Place { dir, said } = *at;
    let carried = parent.desk.carry_out(Vec::new(), now);
    let (file, _) = carried.map_err(|e| bundle::failure(parent.folder.dir(), e))?;
    let node = key(seed);
    let name = county.division(place).map(|d| text(&d.name)).unwrap_or_default();
    let info = Info { place, place_name: name, ..parent.desk.info().clone() };
    let settings = Settings { format: FORMAT, place, exercise: true, county: None };
    let founding = Founding {
        settings,
        root: None,
        trusted: seeded_key(seed, "root").public(),
        node: &node,
        info: &info,
        now,
        datasets: county.layers.iter().map(|l| (l.name.to_owned(), l.bytes.clone())).collect(),
        accounts: accounts(&parent.desk, county, place),
    };
    let made = folder(dir, &founding)?;
    let opened = with(made, Box::new(SeededChance::new(seed, "record/township.1")))?;
    let came = opened.desk.carry_in(Cursor::new(file), now, &mut |_| {});
    let came = came.map_err(|e| bundle::failure(dir, e))?;
    if !came.is_whole() || !came.quarantined.is_empty() {
        return Err(Failure::fault("panic").with("why", json!(came)));
    }
    printer.tell(
        "township",
        &[
            ("dir", &said.display().to_string()),
            ("place", &printer.pick(&info.place_name)),
            ("ops", &came.new.to_string()),
        ],
    );
    Ok(json!({"dir": said, "place": place, "ops": came.new}))
}

/// The accounts of the posts of the township and of the units under it.
fn accounts(parent: &Desk, county: &County, township: PlaceCode) -> Vec<Account> {
    let people = parent.people();
    let here = |a: &&Account| path_to(county, a.place).contains(&township);
    people.accounts.values().filter(here).cloned().collect()
}
