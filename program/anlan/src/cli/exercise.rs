//! `anlan exercise new|play`: a county from a seed, its scenario up to the decision, and the rest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use kernel::{PlaceCode, UnixMillis, UnixSeconds};
use ledger::cert::KeyKind;
use node::{Account, Desk, Info, Text, county};
use serde_json::{Value as Json, json};
use synth::County;
use synth::scenario::{Scenario, resolve};

use super::{Failure, Printer, args, told, township};
use crate::area;
use crate::chance::{SeededChance, seeded_key};
use crate::folder::{County as MadeOf, FORMAT, Settings, choose};
use crate::found::{Certified, Founding, ROLES, certify, folder, key_id};
use crate::open::{Opened, exercise_now, node_failure, with};

/// Hours before the scenario's start at which the county is entered.
pub const SET_UP_BEFORE_S: i64 = 24 * 3600;
/// Commands of one submit of the set-up.
const SET_UP_GROUP: usize = 64;

/// What an exercise is made from.
pub struct Recipe {
    /// Seed.
    pub seed: u64,
    /// `village` or `county`.
    pub size: String,
    /// Scenario's name.
    pub scenario: String,
}

/// `anlan exercise new`.
pub fn new(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let out = args::path(matches, "out").unwrap_or_else(|| choose(None));
    let recipe = Recipe {
        seed: matches.get_one::<u64>("seed").copied().unwrap_or(7),
        size: args::text(matches, "size").unwrap_or_else(|| "county".to_owned()),
        scenario: args::text(matches, "scenario").unwrap_or_else(|| "typhoon-rain".to_owned()),
    };
    let answer = make(&out, &recipe, printer)?;
    printer.json(&answer);
    Ok(())
}

/// Makes the folder, enters the county, plays the scenario to the decision.
pub fn make(out: &Path, recipe: &Recipe, printer: &Printer) -> Result<Json, Failure> {
    let beside = township::folder_of(out);
    let filled = |dir: &&Path| dir.read_dir().is_ok_and(|mut d| d.next().is_some());
    if let Some(dir) = [out, &beside].iter().find(|d| filled(d)) {
        return Err(Failure::refused("exists").with("what", dir.display()));
    }
    printer.say("county", &[("step", "1/5")]);
    let made_of =
        MadeOf { seed: recipe.seed, size: recipe.size.clone(), scenario: recipe.scenario.clone() };
    let county = area::county_of(out, &made_of)?;
    let scenario = scenario_of(&county, &recipe.scenario)?;
    printer.say("county", &[("step", "2/5")]);
    let opened = found(out, &made_of, &county, &scenario)?;
    let set_up = UnixMillis((scenario.starts_at.0 - SET_UP_BEFORE_S) * 1000);
    township::certify_node(&opened.desk, recipe.seed, &county, set_up)?;
    printer.say("county", &[("step", "3/5")]);
    enter(&opened.desk, &county, &scenario)?;
    printer.say("county", &[("step", "4/5")]);
    let played = opened.desk.play(&scenario, i64::MIN, scenario.decision_at_s);
    let played = played.map_err(node_failure)?;
    let now = at(&scenario, scenario.decision_at_s).millis();
    opened.desk.record.append_meta(exercise_now(now)).map_err(node_failure)?;
    printer.say("county", &[("step", "5/5")]);
    let place = township::Place { dir: &beside, said: &beside };
    let township = township::found(&place, &opened, recipe.seed, &county, now, printer)?;
    let ops = opened.desk.record.read(|store| store.op_count()).map_err(node_failure)?;
    let figures = county.figures;
    printer.tell(
        "made",
        &[
            ("dir", &out.display().to_string()),
            ("people", &figures.people.to_string()),
            ("buildings", &figures.buildings.to_string()),
            ("arcs", &figures.road_arcs.to_string()),
            ("ops", &ops.to_string()),
        ],
    );
    Ok(json!({"dir": out, "seed": recipe.seed, "size": recipe.size, "figures": figures,
        "ops": ops, "played": played, "decision_at": now, "township": township}))
}

fn wrong(name: &str, why: impl std::fmt::Display) -> Failure {
    Failure::refused("scenario").with("name", name).with("why", why)
}

/// The scenario's data file in one county.
pub fn scenario_of(county: &County, name: &str) -> Result<Scenario, Failure> {
    let path = format!("exercise/scenarios/{name}.toml");
    let files = node::scenarios();
    let text = files.iter().find(|(p, _)| *p == path).map(|(_, text)| *text);
    let text = text.ok_or_else(|| wrong(name, "?"))?;
    resolve(county, text).map_err(|e| wrong(name, e))
}

/// The instant so many seconds after a scenario's start.
pub fn at(scenario: &Scenario, s: i64) -> UnixSeconds {
    UnixSeconds(scenario.starts_at.0 + s)
}

/// A made-up name for people.
pub fn text(name: &synth::Name) -> Text {
    Text::new(name.zh.clone(), name.en.clone())
}

/// Codes from the top of the table down to a place.
pub fn path_to(county: &County, place: PlaceCode) -> Vec<PlaceCode> {
    let mut path = vec![place];
    let mut here = place;
    while let Some(parent) = county.division(here).and_then(|d| d.parent) {
        path.insert(0, parent);
        here = parent;
    }
    path
}

/// Makes the folder of an exercise with its accounts and certificates.
///
/// # Errors
/// What the folder or the record says.
pub fn found(
    out: &Path,
    made_of: &MadeOf,
    county: &County,
    scenario: &Scenario,
) -> Result<Opened, Failure> {
    let seed = made_of.seed;
    let (root, node) = (seeded_key(seed, "root"), seeded_key(seed, "node/county"));
    let now = UnixMillis((scenario.starts_at.0 - SET_UP_BEFORE_S) * 1000);
    let info = Info {
        place: county.place,
        place_name: text(&county.name),
        exercise: true,
        seed: Some(seed),
        scenario: Some(Text::new(scenario.title.zh.clone(), scenario.title.en.clone())),
        starts_at: Some(scenario.starts_at.millis()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let founding = Founding {
        settings: Settings {
            format: FORMAT,
            place: county.place,
            exercise: true,
            county: Some(made_of.clone()),
        },
        root: Some(&root),
        trusted: root.public(),
        node: &node,
        info: &info,
        now,
        datasets: county.layers.iter().map(|l| (l.name.to_owned(), l.bytes.clone())).collect(),
        accounts: accounts(seed, county),
    };
    let made = folder(out, &founding)?;
    let opened = with(made, Box::new(SeededChance::new(seed, "record")))?;
    let top = path_to(county, county.place).first().copied().unwrap_or(county.place);
    let certs = certificates(seed, county, &opened.desk, node.public());
    for group in chunks(certs, 64) {
        certify(&opened.desk, &root, top, true, group, now)?;
    }
    Ok(opened)
}

fn chunks<T>(all: Vec<T>, size: usize) -> Vec<Vec<T>> {
    let mut groups: Vec<Vec<T>> = Vec::new();
    for item in all {
        match groups.last_mut().filter(|g| g.len() < size) {
            Some(group) => group.push(item),
            None => groups.push(vec![item]),
        }
    }
    groups
}

/// One account a post; all with the exercise's password, hashed once.
fn accounts(seed: u64, county: &County) -> Vec<Account> {
    let mut salt = [0; 16];
    node::record::Chance::fill(&mut SeededChance::new(seed, "salt"), &mut salt);
    let password = crate::password::store(&format!("anlan-exercise-{seed}"), &salt);
    let account = |p: &synth::Post| Account {
        account: p.id.clone(),
        post: county::rights_of(p).to_owned(),
        also: Vec::new(),
        title: text(&p.title),
        person: text(&p.person.name),
        person_ref: Some(kernel::Ref::new("person", kernel::EntityId::from_code("person", &p.id))),
        organisation: Some(kernel::Ref::new(
            "organisation",
            kernel::EntityId::from_code("organisation", &p.organisation),
        )),
        place: p.place,
        phone: p.duty_phone.clone(),
        key: key_id(&seeded_key(seed, &format!("person/{}", p.id))),
        password: password.clone(),
        closed_at: None,
    };
    county.posts.iter().map(account).collect()
}

/// The node's certificates, one a place with at least the rank of its persons; then the persons'.
fn certificates(
    seed: u64,
    county: &County,
    desk: &Desk,
    node: ledger::PublicKey,
) -> Vec<Certified> {
    let people = desk.people();
    let mut ranks: BTreeMap<PlaceCode, u8> = BTreeMap::new();
    let mut persons = Vec::new();
    for post in &county.posts {
        let Some(actor) = people.actor(&post.id) else { continue };
        let rank = ranks.entry(post.place).or_insert(0);
        *rank = actor.rank.max(*rank);
        persons.push(Certified {
            subject: seeded_key(seed, &format!("person/{}", post.id)).public(),
            kind: KeyKind::Person,
            path: path_to(county, post.place),
            rank: actor.rank,
            roles: actor.roles,
            node_number: None,
        });
    }
    let roles: Vec<String> = ROLES.iter().map(|r| (*r).to_owned()).collect();
    let own = ranks.into_iter().map(|(place, rank)| Certified {
        subject: node,
        kind: KeyKind::Node,
        path: path_to(county, place),
        rank,
        roles: roles.clone(),
        node_number: Some(1),
    });
    own.chain(persons).collect()
}

/// Enters the county as acts of its administrator; stock as acts of the duty officer.
///
/// # Errors
/// What the record says.
pub fn enter(desk: &Desk, county: &County, scenario: &Scenario) -> Result<(), Failure> {
    let admin = desk.actor("county.admin");
    let mut admin =
        admin.ok_or_else(|| Failure::refused("account").with("account", "county.admin"))?;
    // The first administrator of an exercise enters what its many keepers would have entered.
    admin.acts.push("*".to_owned());
    let now = UnixMillis((scenario.starts_at.0 - SET_UP_BEFORE_S + 600) * 1000);
    let keeper = kernel::hash(&desk.record.author().public().0);
    let mut commands = county::set_up(county, desk.tables(), &keeper);
    commands.extend(county::pools(county));
    commands.extend(county::dangers(county));
    for (i, group) in chunks(commands, SET_UP_GROUP).into_iter().enumerate() {
        let when = UnixMillis(now.0 + i64::try_from(i).unwrap_or(0) * 1000);
        desk.submit(&admin, group, "", when).map_err(node_failure)?;
    }
    Ok(())
}

/// `anlan exercise play`.
pub fn play(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let dir: PathBuf = choose(args::path(matches, "dir"));
    let opened = crate::open::work(&dir, printer)?;
    let not_exercise = || Failure::refused("not-found").with("what", "county").with("todo", "");
    let made_of = opened.folder.settings.county.clone().ok_or_else(not_exercise)?;
    let county = area::county_of(&dir, &made_of)?;
    let scenario = scenario_of(&county, &made_of.scenario)?;
    let from = opened.clock.now().seconds().0 - scenario.starts_at.0;
    let until = match args::text(matches, "until").as_deref() {
        Some("decision") => scenario.decision_at_s,
        Some("end") | None => scenario.injects.iter().map(|i| i.at_s).max().unwrap_or(0),
        Some(seconds) => seconds.parse().map_err(|e| wrong(seconds, e))?,
    };
    let played = opened.desk.play(&scenario, from + 1, until).map_err(node_failure)?;
    let now = at(&scenario, until.max(from)).millis();
    opened.desk.record.append_meta(exercise_now(now)).map_err(node_failure)?;
    printer.answer(&json!({"played": played, "now": now}), told::played);
    Ok(())
}
