//! `anlan import gpkg|csv` and `anlan export csv|geojson`: one layer of the working area as a
//! dataset version that one signed op names, in and out.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use clap::ArgMatches;
use datasets::{Bounds, DatasetError, Layer, Meta, Reader};
use formats::rows::{Row, Rows, Value};
use formats::{csv, geojson, gpkg};
use kernel::{LonLat, PlaceCode, Truth};
use serde_json::{Value as Json, json};

use super::{Failure, Printer, args, files, refusal};
use crate::folder::{Folder, choose};
use crate::open::{GONE, Opened, folder_failure, work};

/// Who names a dataset version where nobody is said to.
const ACCOUNT: &str = "county.admin";
/// The layer of the division table itself.
const DIVISIONS: &str = "division";
/// How far beyond the working area a row may lie: one degree, about 100 km `[assumed]`.
const NEAR_E7: i32 = 10_000_000;
/// Beginnings of the ids of rows that brought none.
const NUMBERED: &[&str] = &["line/", "fid/"];
/// One import at a time puts its files in force.
static TURN: Mutex<()> = Mutex::new(());
/// Degrees that are taken as they are. Source: house, decision 16.
const CRS: &[&str] = &["EPSG:4490", "EPSG:4326"];

/// `anlan import gpkg FILE --layer NAME [--table NAME]`: the table that is named, or the file's
/// only one, or the one that is called as the layer.
pub fn import_gpkg(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let (file, layer) = (named(matches, "file")?, layer_of(matches)?);
    files::plain(Path::new(&file))?;
    let bad = |e: gpkg::GpkgError| bad(&file, "GeoPackage", &e);
    let limits = gpkg::Limits::default();
    let tables = gpkg::feature_tables(Path::new(&file), &limits).map_err(bad)?;
    let table = table_of(args::text(matches, "table"), &tables, layer, &file)?;
    let read = gpkg::read_strictly(Path::new(&file), &table, layer, &limits).map_err(bad)?;
    put(matches, printer, &file, &read.rows, &read.ignored_columns)
}

/// `anlan import csv FILE --layer NAME --crs CODE`.
pub fn import_csv(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let (file, layer) = (named(matches, "file")?, layer_of(matches)?);
    let crs = named(matches, "crs")?;
    if !CRS.contains(&crs.as_str()) {
        return Err(Failure::refused("crs").with("crs", crs).with("known", CRS.join(", ")));
    }
    let bytes = files::read(&file, csv::BYTES_MAX as u64)?;
    let read = csv::read_strictly(&bytes, layer).map_err(|e| bad(&file, "CSV", &e))?;
    put(matches, printer, &file, &read.rows, &read.ignored_columns)
}

/// `anlan export csv --layer NAME --out FILE`.
pub fn export_csv(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    export(matches, printer, csv::write)
}

/// `anlan export geojson --layer NAME --out FILE`.
pub fn export_geojson(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    export(matches, printer, geojson::write)
}

/// The feature table to read.
fn table_of(
    named: Option<String>,
    tables: &[String],
    layer: &Layer,
    file: &str,
) -> Result<String, Failure> {
    let asked = named.clone().unwrap_or_else(|| layer.name.to_owned());
    match (named, tables) {
        (None, [only]) => Ok(only.clone()),
        _ if tables.contains(&asked) => Ok(asked),
        _ => Err(Failure::refused("table")
            .with("file", file)
            .with("name", asked)
            .with("known", tables.join(", "))),
    }
}

fn bad(file: &str, what: &str, why: &dyn std::fmt::Display) -> Failure {
    Failure::refused("bad-whole").with("file", file).with("what", what).with("why", why)
}

/// An argument that must be said.
fn named(matches: &ArgMatches, name: &str) -> Result<String, Failure> {
    let text = args::text(matches, name).filter(|t| !t.trim().is_empty());
    text.ok_or_else(|| Failure::usage("unsaid").with("what", name))
}

fn layer_of(matches: &ArgMatches) -> Result<&'static Layer, Failure> {
    let name = named(matches, "layer")?;
    datasets::layer(&name).ok_or_else(|| {
        let known: Vec<&str> = datasets::catalogue::LAYERS.iter().map(|l| l.name).collect();
        Failure::usage("layer").with("name", name).with("known", known.join(", "))
    })
}

/// Makes the dataset file, names it by one op, and puts it in force. Columns that the layer does
/// not have are told: one may be a name misspelt.
fn put(
    matches: &ArgMatches,
    printer: &Printer,
    file: &str,
    rows: &Rows,
    ignored: &[String],
) -> Result<(), Failure> {
    let (source, date) = (named(matches, "source")?, named(matches, "as-of")?);
    let licence = named(matches, "licence")?;
    let about = Meta::new(rows.layer.name, &date, &source, &date, &licence);
    let bytes = rows.to_dataset(&about).map_err(|e| bad(file, "dataset", &e))?;
    let opened = work(&choose(args::path(matches, "dir")), printer)?;
    if rows.rows.is_empty() && !args::flag(matches, "empty") {
        return Err(Failure::refused("no-rows").with("file", file));
    }
    fits(&opened, file, rows)?;
    bands(file, rows)?;
    if !args::flag(matches, "unknown") {
        loses_nothing(&opened.folder, file, rows)?;
    }
    let mut done = put_in_force(&opened, matches, printer, &[(rows.layer, bytes)])?;
    if !ignored.is_empty() {
        let names = ignored.join(", ");
        printer.tell("columns-ignored", &[("file", file), ("names", &names)]);
    }
    if let Some(done) = done.first_mut() {
        done["ignored_columns"] = json!(ignored);
        printer.json(done);
    }
    Ok(())
}

/// Whether all rows lie in or near the working area, in units that the division table has: a file
/// of another county, or one whose columns were mixed up, is told before it is in force.
fn fits(opened: &Opened, file: &str, rows: &Rows) -> Result<(), Failure> {
    let refused =
        |key, row: &Row| Failure::refused(key).with("file", file).with("row", &row.source_id);
    let near = near(opened);
    for row in &rows.rows {
        let code = match row.value(rows.layer, "place") {
            Some(Value::Whole(code)) if rows.layer.name != DIVISIONS => u64::try_from(*code).ok(),
            _ => None,
        };
        if let Some(place) = code.map(PlaceCode)
            && opened.desk.has_unit(place) == Truth::NotMet
        {
            return Err(refused("row-place", row).with("place", place));
        }
        let Some(near) = &near else { continue };
        let far = |at: &&LonLat| !near.overlaps(&Bounds::of(**at));
        if let Some(at) = row.positions(rows.layer).iter().find(far) {
            let degrees = |e7: i32| format!("{:.5}", f64::from(e7) / 1e7);
            let told = refused("row-far", row).with("lon", degrees(at.lon_e7));
            return Err(told.with("lat", degrees(at.lat_e7)));
        }
    }
    Ok(())
}

/// The working area and what lies near it; `None` where there is nothing yet.
fn near(opened: &Opened) -> Option<Bounds> {
    opened.desk.extent().map(|area| Bounds {
        west: area.west.saturating_sub(NEAR_E7),
        south: area.south.saturating_sub(NEAR_E7),
        east: area.east.saturating_add(NEAR_E7),
        north: area.north.saturating_add(NEAR_E7),
    })
}

/// Whether a dataset file lies in or near the working area; one without positions does.
pub fn is_near(opened: &Opened, bytes: &[u8]) -> bool {
    let extent = Reader::open(bytes.to_vec()).ok().and_then(|reader| reader.extent());
    near(opened).zip(extent).is_none_or(|(near, extent)| near.overlaps(&extent))
}

/// A column of which the version in force knows something and the file nothing: left out or
/// misspelt, what was known would become unknown without a word.
fn loses_nothing(folder: &Folder, file: &str, rows: &Rows) -> Result<(), Failure> {
    let Ok(bytes) = std::fs::read(folder.path(&paths(rows.layer, "arrow"))) else { return Ok(()) };
    let old = Reader::open(bytes).and_then(|reader| Rows::of(&reader));
    // A version that does not read is told by verify; this one takes its place.
    let Ok(old) = old else { return Ok(()) };
    let known = |all: &Rows, name: &str| match name {
        // Without the column a row's id is its number in the file.
        "source_id" => {
            let numbered = |id: &str| NUMBERED.iter().any(|prefix| id.starts_with(prefix));
            all.rows.iter().any(|row| !numbered(&row.source_id))
        }
        _ => {
            let value = |row: &Row| row.value(all.layer, name).cloned();
            all.rows.iter().any(|row| value(row).is_some_and(|v| v != Value::Unknown))
        }
    };
    let names = rows.layer.columns.iter().map(|c| c.name).filter(|name| *name != "id");
    let lost: Vec<&str> = names.filter(|n| known(&old, n) && !known(rows, n)).collect();
    match lost.is_empty() || rows.rows.is_empty() {
        true => Ok(()),
        false => {
            Err(Failure::refused("columns-lost").with("file", file).with("names", lost.join(", ")))
        }
    }
}

/// An estimate lies within its band.
fn bands(file: &str, rows: &Rows) -> Result<(), Failure> {
    let whole = |row: &Row, name: &str| match row.value(rows.layer, name) {
        Some(Value::Whole(n)) => Some(*n),
        _ => None,
    };
    for row in &rows.rows {
        let band = ["people_low", "people_mid", "people_high"].map(|name| whole(row, name));
        if !band.iter().flatten().is_sorted() {
            let told = Failure::refused("row-band").with("file", file);
            return Err(told.with("row", &row.source_id));
        }
    }
    Ok(())
}

/// Names dataset files as the versions in force, all in one submit, and puts them in force. A node
/// that is served begins anew on them.
///
/// # Errors
/// An account that is none or may not, or what the folder or the record says.
pub fn put_in_force(
    opened: &Opened,
    matches: &ArgMatches,
    printer: &Printer,
    layers: &[(&'static Layer, Vec<u8>)],
) -> Result<Vec<Json>, Failure> {
    let account = args::text(matches, "as").unwrap_or_else(|| ACCOUNT.to_owned());
    let actor = opened.desk.actor(&account);
    let actor = actor.ok_or_else(|| Failure::refused("account").with("account", &account))?;
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = &opened.folder;
    // The files are on disk before the ops that name them, and in force after.
    for (layer, bytes) in layers {
        folder.write_private(&paths(layer, "next"), bytes).map_err(folder_failure)?;
    }
    let files: Vec<&[u8]> = layers.iter().map(|(_, bytes)| bytes.as_slice()).collect();
    let done = opened.desk.name_datasets(&actor, &files, opened.clock.now());
    let done = done.map_err(|e| {
        for (layer, _) in layers {
            // Nobody named it.
            let _ = std::fs::remove_file(folder.path(&paths(layer, "next")));
        }
        refusal(&opened.desk, printer, e)
    })?;
    for ((layer, bytes), done) in layers.iter().zip(&done) {
        let before = rows_in(folder, layer);
        keep_old(folder, layer, bytes)?;
        rename(&folder.path(&paths(layer, "next")), &folder.path(&paths(layer, "arrow")))?;
        // A mark of a file that was gone holds no more.
        let _ = std::fs::remove_file(folder.path(&paths(layer, GONE)));
        let rows = done["rows"].to_string();
        match before.map(|n| n.to_string()).filter(|before| *before != rows) {
            None => printer.tell("layer", &[("layer", layer.name), ("rows", &rows)]),
            Some(before) => printer.tell(
                "layer-other-rows",
                &[("layer", layer.name), ("rows", &rows), ("before", &before)],
            ),
        }
    }
    opened.renew();
    Ok(done)
}

/// Rows of the version in force; `None` where there is none that reads.
fn rows_in(folder: &Folder, layer: &Layer) -> Option<usize> {
    let bytes = std::fs::read(folder.path(&paths(layer, "arrow"))).ok()?;
    Reader::open(bytes).ok().map(|reader| reader.rows())
}

fn paths(layer: &Layer, ending: &str) -> String {
    format!("datasets/{}.{ending}", layer.name)
}

/// The version that was in force stays beside, by its hash.
fn keep_old(folder: &Folder, layer: &Layer, new: &[u8]) -> Result<(), Failure> {
    let path = folder.path(&paths(layer, "arrow"));
    let Ok(bytes) = std::fs::read(&path) else { return Ok(()) };
    if bytes == new {
        return Ok(());
    }
    let old = folder.path(&format!("datasets/old/{}.arrow", kernel::hash(&bytes)));
    std::fs::create_dir_all(folder.path("datasets/old")).map_err(|e| unusable(&old, e))?;
    std::fs::write(&old, &bytes).map_err(|e| unusable(&old, e))
}

fn rename(from: &Path, to: &Path) -> Result<(), Failure> {
    std::fs::rename(from, to).map_err(|e| unusable(to, e))
}

fn unusable(path: &Path, why: std::io::Error) -> Failure {
    Failure::fault("file").with("file", path.display()).with("why", why)
}

fn export(
    matches: &ArgMatches,
    printer: &Printer,
    write: impl Fn(&Reader) -> Result<Vec<u8>, DatasetError>,
) -> Result<(), Failure> {
    let layer = layer_of(matches)?;
    let out = args::path(matches, "out").unwrap_or_default();
    if out.as_os_str().is_empty() {
        return Err(Failure::usage("unsaid").with("what", "out"));
    }
    if out.exists() {
        return Err(Failure::refused("exists").with("what", out.display()));
    }
    let dir = choose(args::path(matches, "dir"));
    Folder::settings(&dir).map_err(folder_failure)?;
    let path = dir.join(paths(layer, "arrow"));
    let missing = |_| Failure::refused("missing").with("what", path.display());
    let bytes = std::fs::read(&path).map_err(missing)?;
    let damaged = |e: DatasetError| bad(&path.display().to_string(), "dataset", &e);
    let reader = Reader::open(bytes).map_err(damaged)?;
    let written = write(&reader).map_err(damaged)?;
    std::fs::write(&out, &written).map_err(|e| unusable(&out, e))?;
    let rows = reader.rows().to_string();
    printer.tell("layer-out", &[("file", &out.display().to_string()), ("rows", &rows)]);
    printer.json(&json!({
        "file": out, "layer": layer.name, "rows": reader.rows(), "bytes": written.len(),
        "blake3": kernel::hash(&written), "source": reader.meta().source,
        "licence": reader.meta().licence, "as_of": reader.meta().as_of_on,
    }));
    Ok(())
}
