//! The working area: the dataset versions in force, and the division table read from them.
//!
//! "Under" is told by the table's explicit parents, never by cutting digits.

use std::collections::{BTreeMap, BTreeSet};

use datasets::{Bounds, Buffer, Reader};
use kernel::{Hash32, LonLat, PlaceCode};
use serde_json::{Value as Json, json};

use crate::desk::Desk;
use crate::error::Error;
use crate::record::Record;
use crate::text::Text;

/// A unit of the division table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// Its code.
    pub code: PlaceCode,
    /// The unit above; `None` at the top of the table.
    pub parent: Option<PlaceCode>,
    /// 1 province, 2 prefecture, 3 county, 4 township, 5 village.
    pub level: i32,
    /// Name, and pinyin for English.
    pub name: Text,
    /// Its centre.
    pub centre: LonLat,
}

/// Levels of the division table.
pub mod level {
    /// Province.
    pub const PROVINCE: i32 = 1;
    /// County.
    pub const COUNTY: i32 = 3;
    /// Township, town, street.
    pub const TOWNSHIP: i32 = 4;
    /// Village, community.
    pub const VILLAGE: i32 = 5;
}

/// A dataset version in force.
pub struct Version {
    /// Hash of the file.
    pub hash: Hash32,
    /// Reader over its bytes.
    pub reader: Reader,
}

/// Everything that is known of the ground.
#[derive(Default)]
pub struct Area {
    versions: BTreeMap<String, Version>,
    divisions: BTreeMap<PlaceCode, Division>,
    /// The road graph and what else engines build once from the layers.
    pub(crate) built: crate::ground::Ground,
}

impl Area {
    /// Opens the files of dataset versions, one a layer.
    ///
    /// # Errors
    /// [`Error::BadFile`] names the layer and what is wrong with it.
    pub fn open(files: Vec<(Hash32, Buffer)>) -> Result<Area, Error> {
        let mut area = Area::default();
        for (hash, bytes) in files {
            let reader = Reader::open(bytes).map_err(|e| bad("dataset", e))?;
            let layer = reader.meta().layer.clone();
            area.versions.insert(layer, Version { hash, reader });
        }
        if let Some(version) = area.versions.get("division") {
            area.divisions = divisions(&version.reader).map_err(|e| bad("division", e))?;
        }
        area.built = crate::ground::Ground::build(&area)?;
        Ok(area)
    }

    /// The version of a layer in force.
    pub fn layer(&self, name: &str) -> Option<&Version> {
        self.versions.get(name)
    }

    /// All versions by layer.
    pub fn layers(&self) -> impl Iterator<Item = (&String, &Version)> {
        self.versions.iter()
    }

    /// A unit of the table.
    pub fn division(&self, place: PlaceCode) -> Option<&Division> {
        self.divisions.get(&place)
    }

    /// All units, by code.
    pub fn divisions(&self) -> impl Iterator<Item = &Division> {
        self.divisions.values()
    }

    /// Units right under one, by code.
    pub fn children(&self, place: PlaceCode) -> impl Iterator<Item = &Division> {
        self.divisions.values().filter(move |d| d.parent == Some(place))
    }

    /// The name of a unit; its code where the table does not have it.
    pub fn name(&self, place: PlaceCode) -> Text {
        match self.divisions.get(&place) {
            Some(division) => division.name.clone(),
            None => Text::new(place.to_string(), place.to_string()),
        }
    }

    /// The unit and those above it, from the unit up.
    pub fn up(&self, place: PlaceCode) -> Vec<PlaceCode> {
        let mut up = vec![place];
        let mut at = place;
        while let Some(parent) = self.divisions.get(&at).and_then(|d| d.parent) {
            if up.contains(&parent) {
                break;
            }
            up.push(parent);
            at = parent;
        }
        up
    }

    /// Whether `place` is `above` or lies under it.
    pub fn is_under(&self, place: PlaceCode, above: PlaceCode) -> bool {
        self.up(place).contains(&above)
    }

    /// The box around everything that is known.
    pub fn extent(&self) -> Option<Bounds> {
        let settled = ["settlement", "building", "road"];
        settled.iter().filter_map(|l| self.versions.get(*l)?.reader.extent()).reduce(Bounds::with)
    }
}

pub(crate) fn bad(what: &str, e: impl std::fmt::Display) -> Error {
    Error::BadFile { what: what.to_owned(), at: "file".to_owned(), why: e.to_string() }
}

fn divisions(reader: &Reader) -> Result<BTreeMap<PlaceCode, Division>, datasets::DatasetError> {
    let mut table = BTreeMap::new();
    let code = |v: i64| u64::try_from(v).ok().map(PlaceCode);
    for batch in reader.batches() {
        let batch = batch?;
        let (codes, parents) = (batch.longs("code")?, batch.longs("parent")?);
        let (levels, names) = (batch.ints("level")?, batch.texts("name")?);
        let (english, lons, lats) =
            (batch.texts("name_en")?, batch.ints("lon")?, batch.ints("lat")?);
        for row in 0..batch.len() {
            let Some(place) = codes.get(row).and_then(code) else { continue };
            let name = Text::name(names.get(row).unwrap_or(""), english.get(row).unwrap_or(""));
            let centre =
                LonLat { lon_e7: lons.get(row).unwrap_or(0), lat_e7: lats.get(row).unwrap_or(0) };
            let parent = parents.get(row).and_then(code);
            let level = levels.get(row).unwrap_or(0);
            table.insert(place, Division { code: place, parent, level, name, centre });
        }
    }
    Ok(table)
}

/// Hashes of every dataset version that the record ever named, by layer. A layer that is not in it
/// was never named.
pub fn named_ever(record: &Record) -> BTreeMap<String, BTreeSet<Hash32>> {
    let mut named: BTreeMap<String, BTreeSet<Hash32>> = BTreeMap::new();
    let Some(entry) = record.registry.by_name("dataset") else { return named };
    let shape = entry.field("version").map(|field| field.shape);
    let hash_of =
        |value: &ledger::Value| shape?.show(value)["hash"].as_str()?.parse::<Hash32>().ok();
    let views: Vec<_> = record.views().of_kind("dataset").cloned().collect();
    for view in views {
        let Some(layer) = view.text(survey::dataset::LAYER) else { continue };
        let ops = record.read(|store| store.ops_about(&view.id)).unwrap_or_default();
        let bodies = ops.iter().filter_map(|stored| record.body(&stored.op));
        let key = u64::from(survey::dataset::VERSION);
        let hashes = bodies.filter_map(|body| hash_of(body.get(&key)?));
        named.entry(layer.to_owned()).or_default().extend(hashes);
    }
    named
}

/// The versions of each layer that the record names as in force at a place: one, but where two
/// desks named theirs apart.
pub fn in_force(record: &Record, place: PlaceCode) -> BTreeMap<String, BTreeSet<Hash32>> {
    let mut found: BTreeMap<String, BTreeSet<Hash32>> = BTreeMap::new();
    let Some(entry) = record.registry.by_name("dataset") else { return found };
    let at = i64::try_from(place.0).ok();
    let version = |view: &ledger::View| {
        let here = view.int(ledger::entity::PLACE) == at;
        let stands = here && entry.state_of(view) == Some("InForce");
        let layer = view.text(survey::dataset::LAYER).filter(|_| stands)?;
        let field = entry.field("version")?;
        let shown = field.shape.show(view.get(field.number)?);
        Some((layer.to_owned(), shown["hash"].as_str()?.parse().ok()?))
    };
    for (layer, hash) in record.views().of_kind("dataset").filter_map(|view| version(view)) {
        found.entry(layer).or_default().insert(hash);
    }
    found
}

impl Desk {
    /// Hashes of the dataset versions that the record names, by layer.
    pub fn dataset_hashes(&self) -> BTreeMap<String, BTreeSet<Hash32>> {
        let mut named: BTreeMap<String, BTreeSet<Hash32>> = BTreeMap::new();
        let Ok(entry) = self.entry("dataset") else { return named };
        let views = self.record.views();
        for view in views.of_kind("dataset") {
            let layer = view.text(survey::dataset::LAYER);
            let version = entry.field("version").zip(view.get(survey::dataset::VERSION));
            let version = version.map(|(field, value)| field.shape.show(value));
            let hash = version.and_then(|v| v["hash"].as_str()?.parse().ok());
            if let (Some(layer), Some(hash)) = (layer, hash) {
                named.entry(layer.to_owned()).or_default().insert(hash);
            }
        }
        named
    }

    /// Every unit of the division table with its names and the unit above it, by code: what pickers
    /// offer and what a code on a screen is called. At most the nation's villages; a node holds
    /// its own area's.
    ///
    /// # Errors
    /// None at present.
    pub fn area_places(&self) -> Result<Json, Error> {
        let unit = |d: &Division| {
            json!({"place": d.code, "name": d.name.zh, "pinyin": d.name.en,
            "parent": d.parent, "level": d.level, "centre": [d.centre.lon(), d.centre.lat()],
            "people": self.area.built.settlements.get(&d.code).map(|s| {
                json!({"low": s.people.low, "mid": s.people.mid, "high": s.people.high})
            })})
        };
        Ok(json!({"items": self.area.divisions().map(unit).collect::<Vec<_>>()}))
    }

    /// The working area for the map and pickers: bounds, townships, layers with their age.
    ///
    /// # Errors
    /// None at present.
    pub fn area_summary(&self) -> Result<Json, Error> {
        let area = &self.area;
        let place = self.info.place;
        let bounds = area.extent().map(|b| {
            let degrees = |v: i32| f64::from(v) / 1e7;
            json!([degrees(b.west), degrees(b.south), degrees(b.east), degrees(b.north)])
        });
        let point = |p: LonLat| json!([p.lon(), p.lat()]);
        let of_level = |l: i32| area.divisions().filter(move |d| d.level == l);
        let townships = of_level(level::TOWNSHIP).map(|d| {
            json!({"place": d.code, "name": d.name.zh, "pinyin": d.name.en,
            "centre": point(d.centre)})
        });
        let layers = area.layers().map(|(name, version)| {
            let meta = version.reader.meta();
            json!({
                "layer": name, "hash": version.hash, "rows": version.reader.rows(),
                "as_of": meta.as_of_on, "source": meta.source, "licence": meta.licence,
            })
        });
        let name = area.name(place);
        Ok(json!({
            "place": place, "name": name.zh, "pinyin": name.en, "bounds": bounds,
            "townships": townships.collect::<Vec<_>>(),
            "villages": of_level(level::VILLAGE).count(),
            "layers": layers.collect::<Vec<_>>(),
        }))
    }
}
