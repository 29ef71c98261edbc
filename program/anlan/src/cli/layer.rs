//! `anlan import gpkg|csv` and `anlan export csv|geojson`: one layer of the working area as a
//! dataset version that one signed op names, in and out.

use std::path::Path;

use clap::ArgMatches;
use datasets::{DatasetError, Layer, Meta, Reader};
use formats::rows::Rows;
use formats::{csv, geojson, gpkg};
use serde_json::json;

use super::{Failure, Printer, args};
use crate::folder::{Folder, choose};
use crate::open::{folder_failure, node_failure, work};

/// Who names a dataset version where nobody is said to.
const ACCOUNT: &str = "county.admin";
/// Degrees that are taken as they are. Source: house, decision 16.
const CRS: &[&str] = &["EPSG:4490", "EPSG:4326"];

/// `anlan import gpkg FILE --layer NAME`: the table of that name, or the file's only one.
pub fn import_gpkg(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let (file, layer) = (named(matches, "file")?, layer_of(matches)?);
    let bad = |e: gpkg::GpkgError| bad(&file, "GeoPackage", &e);
    let limits = gpkg::Limits::default();
    let tables = gpkg::feature_tables(Path::new(&file), &limits).map_err(bad)?;
    let table = match tables.as_slice() {
        [only] => only.clone(),
        _ => layer.name.to_owned(),
    };
    let read = gpkg::read_strictly(Path::new(&file), &table, layer, &limits).map_err(bad)?;
    put(matches, printer, &file, &read.rows)
}

/// `anlan import csv FILE --layer NAME --crs CODE`.
pub fn import_csv(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let (file, layer) = (named(matches, "file")?, layer_of(matches)?);
    let crs = named(matches, "crs")?;
    if !CRS.contains(&crs.as_str()) {
        return Err(Failure::refused("crs").with("crs", crs).with("known", CRS.join(", ")));
    }
    let size = std::fs::metadata(&file).map_err(|e| bad(&file, "CSV", &e))?.len();
    if size > csv::BYTES_MAX as u64 {
        return Err(bad(&file, "CSV", &format!("{size} B > {} B", csv::BYTES_MAX)));
    }
    let bytes = std::fs::read(&file).map_err(|e| bad(&file, "CSV", &e))?;
    let read = csv::read_strictly(&bytes, layer).map_err(|e| bad(&file, "CSV", &e))?;
    put(matches, printer, &file, &read.rows)
}

/// `anlan export csv --layer NAME --out FILE`.
pub fn export_csv(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    export(matches, printer, csv::write)
}

/// `anlan export geojson --layer NAME --out FILE`.
pub fn export_geojson(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    export(matches, printer, geojson::write)
}

fn bad(file: &str, what: &str, why: &dyn std::fmt::Display) -> Failure {
    Failure::refused("bad-file")
        .with("file", file)
        .with("what", what)
        .with("where", "-")
        .with("why", why)
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

/// Makes the dataset file, names it by one op, and puts it in force.
fn put(matches: &ArgMatches, printer: &Printer, file: &str, rows: &Rows) -> Result<(), Failure> {
    let (source, date) = (named(matches, "source")?, named(matches, "as-of")?);
    let licence = named(matches, "licence")?;
    let about = Meta::new(rows.layer.name, &date, &source, &date, &licence);
    let bytes = rows.to_dataset(&about).map_err(|e| bad(file, "dataset", &e))?;
    let opened = work(&choose(args::path(matches, "dir")), printer)?;
    let account = args::text(matches, "as").unwrap_or_else(|| ACCOUNT.to_owned());
    let actor = opened.desk.actor(&account);
    let actor = actor.ok_or_else(|| Failure::refused("account").with("account", &account))?;
    let (name, beside) = (paths(rows.layer, "arrow"), paths(rows.layer, "next"));
    // The file is on disk before the op that names it, and in force after.
    opened.folder.write_private(&beside, &bytes).map_err(folder_failure)?;
    let done = opened.desk.name_dataset(&actor, &bytes, opened.clock.now());
    let done = done.map_err(|e| {
        // Nobody named it.
        let _ = std::fs::remove_file(opened.folder.path(&beside));
        node_failure(e)
    })?;
    keep_old(&opened.folder, rows.layer, &bytes)?;
    rename(&opened.folder.path(&beside), &opened.folder.path(&name))?;
    printer.say("layer", &[("layer", rows.layer.name), ("rows", &rows.rows.len().to_string())]);
    printer.json(&done);
    Ok(())
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
    printer.say("layer-out", &[("file", &out.display().to_string()), ("rows", &rows)]);
    printer.json(&json!({
        "file": out, "layer": layer.name, "rows": reader.rows(), "bytes": written.len(),
        "blake3": kernel::hash(&written), "source": reader.meta().source,
        "licence": reader.meta().licence, "as_of": reader.meta().as_of_on,
    }));
    Ok(())
}
