//! An exercise from its beginning: made beside, then put in the folder's place; the old one stays.

use std::fs;
use std::path::{Path, PathBuf};

use super::exercise::{Recipe, make};
use super::{Failure, Printer, overlay, township};
use crate::area;
use crate::folder::Folder;
use crate::open::folder_failure;

/// Makes the exercise of `dir` anew beside it.
///
/// # Errors
/// A failure where `dir` is none or the disk refuses.
pub fn prepare(dir: &Path, printer: &Printer) -> Result<(), Failure> {
    let settings = Folder::settings(dir).map_err(folder_failure)?;
    let none = || Failure::refused("exercise-only").with("dir", dir.display());
    let made_of = settings.county.ok_or_else(none)?;
    if made_of.size == area::SIZE {
        let next = beside(dir, "next");
        clear_both(&next)?;
        return overlay::again(dir, &next, made_of.seed, printer);
    }
    let recipe = Recipe { seed: made_of.seed, size: made_of.size, scenario: made_of.scenario };
    let next = beside(dir, "next");
    clear_both(&next)?;
    make(&next, &recipe, printer).map(|_| ())
}

/// Puts what was prepared in the place of `dir`, which nobody may hold. Returns the name under
/// which the old folder stays.
///
/// # Errors
/// A failure where a folder cannot be renamed.
pub fn exchange(dir: &Path) -> Result<PathBuf, Failure> {
    let old = (1..).map(|n| beside(dir, &format!("old-{n}"))).find(|d| !d.exists());
    let none = || Failure::refused("exists").with("what", dir.display());
    let old = old.ok_or_else(none)?;
    let next = beside(dir, "next");
    rename(&township::folder_of(dir), &township::folder_of(&old))?;
    rename(dir, &old)?;
    rename(&next, dir)?;
    rename(&township::folder_of(&next), &township::folder_of(dir))?;
    Ok(old)
}

/// Removes what an earlier try left.
///
/// # Errors
/// What the machine says.
pub fn clear(left: &Path) -> Result<(), Failure> {
    match left.exists() {
        true => fs::remove_dir_all(left).map_err(|e| unusable(left, e)),
        false => Ok(()),
    }
}

/// Removes what an earlier try left of a county's folder and its township's.
///
/// # Errors
/// What the machine says.
pub fn clear_both(left: &Path) -> Result<(), Failure> {
    clear(left)?;
    clear(&township::folder_of(left))
}

/// Gives a folder another name; one that is not there has nothing to move.
///
/// # Errors
/// What the machine says.
pub fn rename(from: &Path, to: &Path) -> Result<(), Failure> {
    match from.exists() {
        true => fs::rename(from, to).map_err(|e| unusable(from, e)),
        false => Ok(()),
    }
}

/// A folder's name with another ending.
pub fn beside(dir: &Path, what: &str) -> PathBuf {
    let mut name = dir.as_os_str().to_owned();
    name.push("-");
    name.push(what);
    PathBuf::from(name)
}

/// What a path cannot be used for, as a failure.
pub fn unusable(path: &Path, why: std::io::Error) -> Failure {
    Failure::fault("file").with("file", path.display()).with("why", why)
}
