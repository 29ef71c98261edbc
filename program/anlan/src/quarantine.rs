//! What is not what its name says is moved into `quarantine/` of its folder, never deleted.

use std::fs;
use std::path::{Path, PathBuf};

use kernel::{Hash32, hash};

use crate::folder::Folder;

/// Folders in which a file that ends so was never finished.
const UNFINISHED_IN: &[&str] = &["blobs", "datasets", "keys", "tables"];
/// The ending of a file that is being written.
const UNFINISHED: &str = "new";

/// A file that was moved.
pub struct Moved {
    /// Where it lay.
    pub file: PathBuf,
    /// Where it lies.
    pub to: PathBuf,
}

/// Moves a file of a folder into its quarantine, under a name that is free there.
///
/// # Errors
/// The machine's words.
pub fn set_aside(folder: &Folder, file: &Path) -> std::io::Result<Moved> {
    let inside = file.strip_prefix(folder.dir()).unwrap_or(file);
    let room = folder.path("quarantine").join(inside.parent().unwrap_or(Path::new("")));
    fs::create_dir_all(&room)?;
    own(&folder.path("quarantine"))?;
    let name = inside.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut to = room.join(&name);
    let mut number = 1;
    while to.symlink_metadata().is_ok() {
        number += 1;
        to = room.join(format!("{name}-{number}"));
    }
    fs::rename(file, &to)?;
    Ok(Moved { file: file.to_owned(), to })
}

#[cfg(unix)]
fn own(dir: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn own(_dir: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Files that were never finished: nobody writes a folder that is held.
///
/// # Errors
/// The machine's words.
pub fn unfinished(folder: &Folder) -> std::io::Result<Vec<Moved>> {
    let mut moved = Vec::new();
    for room in UNFINISHED_IN {
        moved.extend(ending_in(folder, room, UNFINISHED)?);
    }
    Ok(moved)
}

/// Moves the files of a room that end so.
///
/// # Errors
/// The machine's words.
pub fn ending_in(folder: &Folder, room: &str, ending: &str) -> std::io::Result<Vec<Moved>> {
    let mut moved = Vec::new();
    for file in files(&folder.path(room))? {
        if file.extension().is_some_and(|e| e == ending) {
            moved.push(set_aside(folder, &file)?);
        }
    }
    Ok(moved)
}

/// Blobs that are not what their name says.
///
/// # Errors
/// The machine's words.
pub fn blobs(folder: &Folder) -> std::io::Result<Vec<Moved>> {
    let mut moved = Vec::new();
    for file in files(&folder.path("blobs"))? {
        let named: Option<Hash32> = file.file_name().and_then(|n| n.to_str()?.parse().ok());
        let Some(named) = named else { continue };
        if fs::read(&file).map_or(true, |bytes| hash(&bytes) != named) {
            moved.push(set_aside(folder, &file)?);
        }
    }
    Ok(moved)
}

fn files(room: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(room) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}
