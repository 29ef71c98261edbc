//! Files that a person names: opened only where they are plain files of a size that fits, so that
//! a pipe or a device neither holds the program up nor fills its memory.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::Failure;

/// Reads a file whole.
///
/// # Errors
/// A failure that names the file: it is not there, is no plain file, is too large, or fails.
pub fn read(file: &str, most: u64) -> Result<Vec<u8>, Failure> {
    let opened = open(Path::new(file), most)?;
    let mut bytes = Vec::new();
    // What grows while it is read is not read for ever.
    opened.take(most + 1).read_to_end(&mut bytes).map_err(|e| unreadable(file, &e))?;
    if bytes.len() as u64 > most {
        return Err(too_large(file, bytes.len() as u64, most));
    }
    Ok(bytes)
}

/// Opens a plain file of at most so many bytes.
///
/// # Errors
/// As [`read`].
pub fn open(path: &Path, most: u64) -> Result<File, Failure> {
    let size = plain(path)?;
    if size > most {
        return Err(too_large(path.display(), size, most));
    }
    File::open(path).map_err(|e| unreadable(path.display(), &e))
}

/// The size of a plain file; a link counts as what it leads to.
///
/// # Errors
/// A failure that names the file, where there is none or it is a folder, pipe or device.
pub fn plain(path: &Path) -> Result<u64, Failure> {
    let found = std::fs::metadata(path).map_err(|e| unreadable(path.display(), &e))?;
    match found.is_file() {
        true => Ok(found.len()),
        false => Err(Failure::refused("not-a-file").with("file", path.display())),
    }
}

/// A file that does not read.
fn unreadable(file: impl std::fmt::Display, why: &std::io::Error) -> Failure {
    match why.kind() {
        std::io::ErrorKind::NotFound => Failure::refused("no-file").with("file", file),
        _ => Failure::refused("file").with("file", file).with("why", why),
    }
}

fn too_large(file: impl std::fmt::Display, size: u64, most: u64) -> Failure {
    Failure::refused("file-too-large").with("file", file).with("size", size).with("most", most)
}
