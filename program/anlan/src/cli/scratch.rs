//! A folder of one's own for a while: a copy of a node's folder, or an empty one, gone at the end.

use std::fs;
use std::path::{Path, PathBuf};

use super::Failure;
use crate::folder::{Folder, FolderError};
use crate::open::folder_failure;

/// A folder under the system's temporary one, removed when this is dropped.
pub struct Scratch(PathBuf);

/// Files of a node's folder that belong to whoever holds it, not to what it holds.
const NOT_COPIED: &[&str] = &["lock", "run"];

fn failed(dir: &Path, why: impl std::fmt::Display) -> Failure {
    Failure::fault("scratch").with("dir", dir.display()).with("why", why)
}

impl Scratch {
    /// An empty folder that only its owner may enter.
    ///
    /// # Errors
    /// The machine's words.
    pub fn empty() -> Result<Scratch, Failure> {
        let mut random = [0; 8];
        node::record::Chance::fill(&mut crate::chance::SystemChance, &mut random);
        let name = format!("anlan-{:016x}", u64::from_be_bytes(random));
        let dir = std::env::temp_dir().join(name);
        fs::create_dir(&dir).map_err(|e| failed(&dir, e))?;
        let scratch = Scratch(dir);
        own(scratch.dir()).map_err(|e| failed(scratch.dir(), e))?;
        Ok(scratch)
    }

    /// A copy of a node's folder, which is held while it is copied.
    ///
    /// # Errors
    /// Where the folder is none, in use, or the machine fails.
    pub fn copy_of(dir: &Path) -> Result<Scratch, Failure> {
        // A folder that cannot be written changes under nobody.
        let _held = match Folder::open(dir) {
            Err(FolderError::Unusable { .. }) => None,
            held => Some(held.map_err(folder_failure)?),
        };
        let scratch = Scratch::empty()?;
        copy(dir, scratch.dir()).map_err(|e| failed(scratch.dir(), e))?;
        Ok(scratch)
    }

    /// Where it is.
    pub fn dir(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is left to the system, which empties its temporary folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if NOT_COPIED.iter().any(|n| name == *n) {
            continue;
        }
        let target = to.join(&name);
        let kind = entry.file_type()?;
        if kind.is_dir() {
            fs::create_dir(&target)?;
            own(&target)?;
            copy(&entry.path(), &target)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), &target)?;
            own(&target)?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn own(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    // What was copied from a folder that cannot be written can be written here.
    let mode = if path.is_dir() { 0o700 } else { 0o600 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn own(_path: &Path) -> std::io::Result<()> {
    Ok(())
}
