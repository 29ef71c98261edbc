//! `anlan import osm`: an OpenStreetMap extract into a working area, or as new versions of a
//! node's layers.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use clap::ArgMatches;
use formats::osm::{self, About, Extract, Limits};
use kernel::Estimate;
use serde_json::{Value as Json, json};

use super::layer::{is_near, put_in_force};
use super::main_job::ms;
use super::{Failure, Printer, args, files};
use crate::area;
use crate::folder::{Folder, FolderError, choose};
use crate::open::work;

/// `anlan import osm FILE --dir DIR [--layer NAME]`.
pub fn osm(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let file = args::text(matches, "file").unwrap_or_default();
    let dir = args::path(matches, "out").or_else(|| args::path(matches, "dir"));
    let dir = choose(dir);
    let is_node = !matches!(Folder::settings(&dir), Err(FolderError::NotThere(_)));
    if !is_node {
        area::refuse_filled(&dir)?;
    }
    let began = Instant::now();
    printer.say("reading", &[("file", &file)]);
    let (bytes, extract) = read(&file)?;
    let as_of_on = date(&file, args::text(matches, "as-of"), &extract)?;
    let settlements = osm::settlements(&extract.places, &extract.buildings);
    let about = About::open_street_map("1", &as_of_on);
    let layers = osm::layers(&extract, &settlements, &about).map_err(|e| bad(&file, &e))?;
    let people = settlements.iter().fold(Estimate::exact(0), |sum, s| sum.plus(s.people));
    let name = Path::new(&file).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let hash = kernel::hash(&bytes);
    let named = match is_node {
        true => json!(into_node(&dir, matches, printer, &layers)?),
        false => {
            let about = area::About::new(&name, hash, &as_of_on, &about.licence);
            area::write(&dir, &about, &layers)?;
            Json::Null
        }
    };
    say(printer, &dir, &extract, people);
    printer.json(&json!({
        "dir": dir, "file": name, "blake3": hash, "as_of": as_of_on, "licence": about.licence,
        "counts": counts(&extract), "rows": rows(&layers), "named": named,
        "problems": problems(&extract), "settlements": settlements.len(),
        "people": {"low": people.low, "mid": people.mid, "high": people.high,
            "basis": "estimated", "method": osm::people::METHOD},
        "elapsed_ms": ms(began),
    }));
    Ok(())
}

/// Layers that a node has with the codes of its divisions, which an extract does not know.
const WITH_CODES: &[&str] = &["settlement", "site"];

/// Names an extract's layers as new versions in a node's folder: the one that was asked for, or all
/// but those that the node has with its own codes.
fn into_node(
    dir: &Path,
    matches: &ArgMatches,
    printer: &Printer,
    layers: &BTreeMap<&'static str, Vec<u8>>,
) -> Result<Vec<Json>, Failure> {
    let opened = work(dir, printer)?;
    let asked = args::text(matches, "layer");
    if let Some(name) = asked.as_ref().filter(|name| !layers.contains_key(name.as_str())) {
        let known: Vec<&str> = layers.keys().copied().collect();
        return Err(Failure::usage("layer").with("name", name).with("known", known.join(", ")));
    }
    let held = opened.desk.dataset_hashes();
    let mut chosen = Vec::new();
    for (name, bytes) in layers {
        match &asked {
            Some(asked) if asked != name => continue,
            None if WITH_CODES.contains(name) && held.contains_key(*name) => {
                printer.tell("layer-kept", &[("layer", name)]);
            }
            _ => chosen.extend(datasets::layer(name).map(|layer| (layer, bytes.clone()))),
        }
    }
    if let Some((layer, _)) = chosen.iter().find(|(_, bytes)| !is_near(&opened, bytes)) {
        let file = args::text(matches, "file").unwrap_or_default();
        return Err(Failure::refused("osm-far").with("file", file).with("layer", layer.name));
    }
    put_in_force(&opened, matches, printer, &chosen)
}

fn bad(file: &str, why: &dyn std::fmt::Display) -> Failure {
    Failure::refused("bad-whole").with("file", file).with("what", "OSM").with("why", why)
}

fn read(file: &str) -> Result<(Vec<u8>, Extract), Failure> {
    let limits = Limits::default();
    let bytes = files::read(file, limits.bytes)?;
    let extract = osm::read(&bytes, &limits).map_err(|e| bad(file, &e))?;
    Ok((bytes, extract))
}

/// The date that the file describes: as told, else that of its newest element.
fn date(file: &str, told: Option<String>, extract: &Extract) -> Result<String, Failure> {
    let refused = |why: &str| Failure::refused("as-of").with("file", file).with("why", why);
    match (told, extract.counts.newest) {
        (Some(told), _) => {
            let at: Result<kernel::UnixSeconds, _> = format!("{told}T00:00:00Z").parse();
            at.map(|_| told.clone()).map_err(|_| refused(&told))
        }
        (None, Some(newest)) => Ok(newest.to_string().chars().take(10).collect()),
        (None, None) => Err(refused("-")),
    }
}

fn counts(extract: &Extract) -> Json {
    let c = &extract.counts;
    json!({
        "nodes": c.nodes, "ways": c.ways, "relations": c.relations,
        "highway_ways": c.highway_ways, "bridges": c.bridges, "tunnels": c.tunnels,
        "building_ways": c.building_ways, "waterway_ways": c.waterway_ways,
        "place_nodes": c.place_nodes,
    })
}

fn rows(layers: &BTreeMap<&'static str, Vec<u8>>) -> Json {
    let count = |bytes: &Vec<u8>| datasets::Reader::open(bytes.clone()).map(|r| r.rows()).ok();
    layers.iter().map(|(layer, bytes)| (layer.to_string(), json!(count(bytes)))).collect()
}

fn problems(extract: &Extract) -> Json {
    let all = extract.problems.counts.iter();
    all.map(|(kind, count)| (kind.name().to_owned(), json!(count))).collect()
}

fn say(printer: &Printer, dir: &Path, extract: &Extract, people: Estimate) {
    let c = &extract.counts;
    printer.tell(
        "imported",
        &[
            ("dir", &dir.display().to_string()),
            ("buildings", &extract.buildings.len().to_string()),
            ("roads", &c.highway_ways.to_string()),
            ("bridges", &c.bridges.to_string()),
            ("sites", &extract.sites.len().to_string()),
            ("low", &people.low.to_string()),
            ("mid", &people.mid.to_string()),
            ("high", &people.high.to_string()),
            ("problems", &extract.problems.total().to_string()),
        ],
    );
}
