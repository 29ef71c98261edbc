//! A working area: the layers that an import read, in the folder `area` of where it was told to
//! put them, with what they were read from. An exercise is laid over them and keeps them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use datasets::Reader;
use serde::{Deserialize, Serialize};

use crate::cli::Failure;
use crate::folder::County as MadeOf;

/// The size that stands in an exercise's settings where it was laid over a working area.
pub const SIZE: &str = "area";
/// The folder of the layers.
const FOLDER: &str = "area";
/// What they were read from.
const ABOUT: &str = "area.toml";
/// The alert that an exercise was laid out with.
const ALERT: &str = "alert.xml";
/// The format written here.
const FORMAT: u32 = 1;

/// What a working area was read from.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    format: u32,
    /// Name of the file, without its folder.
    pub file: String,
    /// Hash of its bytes.
    pub blake3: kernel::Hash32,
    /// The civil date that it describes.
    pub as_of_on: String,
    /// Its licence.
    pub licence: String,
}

impl About {
    /// A working area of this file.
    pub fn new(file: &str, blake3: kernel::Hash32, as_of_on: &str, licence: &str) -> About {
        About {
            format: FORMAT,
            file: file.to_owned(),
            blake3,
            as_of_on: as_of_on.to_owned(),
            licence: licence.to_owned(),
        }
    }
}

fn unusable(path: &Path, why: impl std::fmt::Display) -> Failure {
    Failure::fault("folder").with("dir", path.display()).with("why", why)
}

/// Whether there is nothing in a folder but these names.
fn holds_only(dir: &Path, names: &[&str]) -> bool {
    let Ok(mut entries) = dir.read_dir() else { return !dir.exists() };
    entries.all(|e| e.is_ok_and(|e| names.iter().any(|n| e.file_name() == *n)))
}

/// Writes the layers of an area into a folder that is empty or not there, whole or not at all.
///
/// # Errors
/// A folder with something in it, or what the machine says.
pub fn write(
    dir: &Path,
    about: &About,
    layers: &BTreeMap<&'static str, Vec<u8>>,
) -> Result<(), Failure> {
    refuse_filled(dir)?;
    let text = toml::to_string(about).map_err(|e| unusable(dir, e))?;
    let (beside, there) = (dir.join("area.new"), dir.join(FOLDER));
    let put = || -> std::io::Result<()> {
        fs::create_dir_all(&beside)?;
        fs::write(beside.join(ABOUT), &text)?;
        for (layer, bytes) in layers {
            fs::write(beside.join(format!("{layer}.arrow")), bytes)?;
        }
        fs::rename(&beside, &there)
    };
    put().map_err(|e| {
        // What was written of it is of no use to anybody.
        let _ = fs::remove_dir_all(&beside);
        unusable(&there, e)
    })
}

/// Refuses a folder with something in it.
///
/// # Errors
/// The refusal.
pub fn refuse_filled(dir: &Path) -> Result<(), Failure> {
    match holds_only(dir, &[]) {
        true => Ok(()),
        false if dir.join(FOLDER).exists() => {
            Err(Failure::refused("osm-area").with("dir", dir.display()))
        }
        false => Err(Failure::refused("exists").with("what", dir.display())),
    }
}

/// Refuses a folder that is no working area, or already more than one.
///
/// # Errors
/// The refusal.
pub fn refuse_other(dir: &Path) -> Result<(), Failure> {
    if !dir.join(FOLDER).join(ABOUT).is_file() {
        return Err(Failure::refused("no-area").with("dir", dir.display()));
    }
    match holds_only(dir, &[FOLDER]) {
        true => Ok(()),
        false => Err(Failure::refused("exists").with("what", dir.display())),
    }
}

/// What a folder's area was read from.
///
/// # Errors
/// Where there is none, or it was written by a newer program.
pub fn about(dir: &Path) -> Result<About, Failure> {
    let path = dir.join(FOLDER).join(ABOUT);
    let text = fs::read_to_string(&path)
        .map_err(|_| Failure::refused("no-area").with("dir", dir.display()))?;
    let about: About = toml::from_str(&text).map_err(|e| unusable(&path, e))?;
    if about.format > FORMAT {
        let newer = Failure::refused("newer").with("dir", path.display());
        return Err(newer.with("found", about.format).with("known", FORMAT));
    }
    Ok(about)
}

fn readers(dir: &Path) -> Result<Vec<Reader>, Failure> {
    about(dir)?;
    let folder = dir.join(FOLDER);
    let entries = fs::read_dir(&folder).map_err(|e| unusable(&folder, e))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "arrow"));
    paths.sort();
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).map_err(|e| unusable(&path, e))?;
        Reader::open(bytes).map_err(|e| unusable(&path, e))
    };
    paths.into_iter().map(read).collect()
}

/// The county that a folder's exercise is about: made from its seed, or laid over its area.
///
/// # Errors
/// A size that nobody knows, or an area that cannot be laid out.
pub fn county_of(dir: &Path, made_of: &MadeOf) -> Result<synth::County, Failure> {
    let wrong = |name: &str, why: &dyn std::fmt::Display| {
        Failure::refused("scenario").with("name", name).with("why", why)
    };
    if made_of.size == SIZE {
        let laid = synth::overlay(made_of.seed, &readers(dir)?);
        return laid
            .map_err(|e| Failure::refused("area").with("dir", dir.display()).with("why", e));
    }
    let size: synth::Size = made_of.size.parse().map_err(|e| wrong(&made_of.size, &e))?;
    Ok(synth::generate(made_of.seed, size))
}

/// Copies an area into another folder, with the alert of its exercise.
///
/// # Errors
/// What the machine says.
pub fn copy(from: &Path, to: &Path, alert: Option<&[u8]>) -> Result<(), Failure> {
    let (from, to) = (from.join(FOLDER), to.join(FOLDER));
    let put = || -> std::io::Result<()> {
        fs::create_dir_all(&to)?;
        for entry in fs::read_dir(&from)? {
            let entry = entry?;
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
        alert.map_or(Ok(()), |bytes| fs::write(to.join(ALERT), bytes))
    };
    put().map_err(|e| unusable(&to, e))
}

/// The alert that a folder's exercise was laid out with.
pub fn alert(dir: &Path) -> Option<Vec<u8>> {
    fs::read(dir.join(FOLDER).join(ALERT)).ok()
}
