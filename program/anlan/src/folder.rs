//! A node's folder: where things lie, who holds it, and its settings.
//!
//! `anlan.toml store.sqlite sentinel/ blobs/ datasets/ tables/ keys/ backup/ log/ run/ lock`.
//! Whoever holds `lock` is the only writer. Source: house, decision 14.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Settings in `anlan.toml`.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Folder format; a newer one is refused in words.
    pub format: u32,
    /// 12-digit code of the node's place.
    pub place: kernel::PlaceCode,
    /// Whether the folder is an exercise; never changes.
    #[serde(default)]
    pub exercise: bool,
    /// Seed, size and scenario of a made-up county.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub county: Option<County>,
}

/// What a made-up county was made from.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct County {
    /// Seed.
    pub seed: u64,
    /// `village` or `county`.
    pub size: String,
    /// Scenario's file name without its ending.
    pub scenario: String,
}

/// The folder format this program writes.
pub const FORMAT: u32 = 1;

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// No folder of a node there.
    #[error("{0} is no node's folder")]
    NotThere(String),
    /// Something is there already.
    #[error("{0} is there already")]
    Exists(String),
    /// Another program writes it.
    #[error("{0} is in use")]
    Locked(String),
    /// Written by a newer program.
    #[error("{dir} has format {found}")]
    Newer {
        /// The folder.
        dir: String,
        /// Its format.
        found: u32,
    },
    /// The disk takes no more.
    #[error("{what}: {why}")]
    Full {
        /// The file.
        what: String,
        /// The system's words.
        why: String,
    },
    /// Settings or files that cannot be read or written.
    #[error("{what}: {why}")]
    Unusable {
        /// The file.
        what: String,
        /// The system's or parser's words.
        why: String,
    },
}

/// An open folder; the lock is held as long as this lives, where it can be held.
pub struct Folder {
    dir: PathBuf,
    /// Its settings.
    pub settings: Settings,
    /// Why nothing can be written here; then nobody holds it.
    read_only: Option<String>,
    _lock: Option<File>,
}

fn unusable(path: &Path, why: &dyn std::fmt::Display) -> FolderError {
    FolderError::Unusable { what: path.display().to_string(), why: why.to_string() }
}

/// Why a file could not be written.
fn unwritten(path: &Path, e: &std::io::Error) -> FolderError {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    match e.kind() {
        StorageFull | QuotaExceeded => {
            FolderError::Full { what: path.display().to_string(), why: e.to_string() }
        }
        _ => unusable(path, e),
    }
}

/// The folder to use: the flag, `ANLAN_DIR`, `/var/lib/anlan` where it exists, `./anlan-data`.
pub fn choose(flag: Option<PathBuf>) -> PathBuf {
    let named = flag.or_else(|| std::env::var_os("ANLAN_DIR").map(PathBuf::from));
    named.unwrap_or_else(|| {
        let system = PathBuf::from("/var/lib/anlan");
        if system.exists() { system } else { PathBuf::from("anlan-data") }
    })
}

impl Folder {
    /// Makes a new folder; nothing that is there is touched.
    ///
    /// # Errors
    /// [`FolderError`] where it exists with something in it, or cannot be made.
    pub fn create(dir: &Path, settings: Settings) -> Result<Folder, FolderError> {
        let filled = dir.read_dir().map(|mut d| d.next().is_some()).unwrap_or(false);
        if filled || dir.is_file() {
            return Err(FolderError::Exists(dir.display().to_string()));
        }
        for part in ["sentinel", "blobs", "datasets", "tables", "keys", "backup", "log", "run"] {
            fs::create_dir_all(dir.join(part)).map_err(|e| unusable(&dir.join(part), &e))?;
        }
        private(&dir.join("keys"))?;
        let file = dir.join("anlan.toml");
        let text = toml::to_string(&settings).map_err(|e| unusable(&file, &e))?;
        fs::write(&file, text).map_err(|e| unusable(&file, &e))?;
        Folder::open(dir)
    }

    /// Opens a folder for work and takes its lock.
    ///
    /// # Errors
    /// [`FolderError`] where it is none, held by another, of a newer program, or damaged.
    pub fn open(dir: &Path) -> Result<Folder, FolderError> {
        let settings = Folder::settings(dir)?;
        let path = dir.join("lock");
        let lock = File::options().create(true).truncate(false).write(true).open(&path);
        let lock = lock.map_err(|e| unusable(&path, &e))?;
        match lock.try_lock() {
            Ok(()) => {
                let (dir, lock) = (dir.to_path_buf(), Some(lock));
                Ok(Folder { dir, settings, read_only: None, _lock: lock })
            }
            Err(fs::TryLockError::WouldBlock) => {
                Err(FolderError::Locked(dir.display().to_string()))
            }
            Err(fs::TryLockError::Error(e)) => Err(unusable(&path, &e)),
        }
    }

    /// Opens a folder to look at it: nothing is written, and nobody is kept from it.
    ///
    /// # Errors
    /// [`FolderError`] where it is none or of a newer program.
    pub fn look(dir: &Path, why: String) -> Result<Folder, FolderError> {
        let settings = Folder::settings(dir)?;
        Ok(Folder { dir: dir.to_path_buf(), settings, read_only: Some(why), _lock: None })
    }

    /// Why nothing can be written here, where that is so.
    pub fn read_only(&self) -> Option<&str> {
        self.read_only.as_deref()
    }

    /// Whether somebody holds a folder now.
    pub fn is_held(dir: &Path) -> bool {
        let lock = File::options().write(true).open(dir.join("lock"));
        lock.is_ok_and(|lock| matches!(lock.try_lock(), Err(fs::TryLockError::WouldBlock)))
    }

    /// The settings of a folder, read without holding it.
    ///
    /// # Errors
    /// [`FolderError`] where there is none or it is of a newer program.
    pub fn settings(dir: &Path) -> Result<Settings, FolderError> {
        let file = dir.join("anlan.toml");
        let text = fs::read_to_string(&file)
            .map_err(|_| FolderError::NotThere(dir.display().to_string()))?;
        let table: toml::Table = text.parse().map_err(|e| unusable(&file, &e))?;
        let found = table.get("format").and_then(toml::Value::as_integer).unwrap_or(0);
        if found > i64::from(FORMAT) {
            let dir = dir.display().to_string();
            return Err(FolderError::Newer {
                dir,
                found: u32::try_from(found).unwrap_or(u32::MAX),
            });
        }
        toml::from_str(&text).map_err(|e| unusable(&file, &e))
    }

    /// A path inside.
    pub fn path(&self, inside: &str) -> PathBuf {
        self.dir.join(inside)
    }

    /// The folder itself.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Writes a file that only the folder's owner may read, whole or not at all: where it fails
    /// nothing is left beside.
    ///
    /// # Errors
    /// [`FolderError::Full`] and [`FolderError::Unusable`] name the file.
    pub fn write_private(&self, inside: &str, bytes: &[u8]) -> Result<(), FolderError> {
        let path = self.path(inside);
        if let Some(why) = &self.read_only {
            return Err(unusable(&path, why));
        }
        let beside = path.with_extension("new");
        let done = whole(&beside, bytes)
            .and_then(|()| fs::rename(&beside, &path).map_err(|e| unwritten(&path, &e)));
        if done.is_err() {
            // It takes space where there is none; one that stays is written over the next time.
            let _ = fs::remove_file(&beside);
        }
        done
    }

    /// Reads a file inside.
    ///
    /// # Errors
    /// [`FolderError::Unusable`] names the file.
    pub fn read(&self, inside: &str) -> Result<Vec<u8>, FolderError> {
        let path = self.path(inside);
        fs::read(&path).map_err(|e| unusable(&path, &e))
    }
}

/// Writes a file that only its owner may read, and waits until it is safe.
fn whole(path: &Path, bytes: &[u8]) -> Result<(), FolderError> {
    let mut file = File::create(path).map_err(|e| unwritten(path, &e))?;
    private(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written.map_err(|e| unwritten(path, &e))
}

#[cfg(unix)]
fn private(path: &Path) -> Result<(), FolderError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = if path.is_dir() { 0o700 } else { 0o600 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(|e| unusable(path, &e))
}

#[cfg(not(unix))]
fn private(_path: &Path) -> Result<(), FolderError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::*;
    use crate::cli::scratch::Scratch;

    #[test]
    fn a_file_that_cannot_be_put_in_place_leaves_nothing_beside() {
        let scratch = Scratch::empty().unwrap();
        let place = kernel::PlaceCode::NOT_ASSIGNED;
        let settings = Settings { format: FORMAT, place, exercise: false, county: None };
        let folder = Folder::create(&scratch.dir().join("node"), settings).unwrap();
        let names = || {
            let all = fs::read_dir(folder.path("keys")).unwrap();
            all.map(|e| e.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
        };
        folder.write_private("keys/a.json", b"[1]").unwrap();
        assert_eq!(names(), ["a.json"]);
        fs::remove_file(folder.path("keys/a.json")).unwrap();
        fs::create_dir_all(folder.path("keys/a.json/in-the-way")).unwrap();
        assert!(folder.write_private("keys/a.json", b"[2]").is_err());
        assert_eq!(names(), ["a.json"]);
    }

    #[test]
    fn a_full_disk_is_told_from_other_failures() {
        let why = |kind| unwritten(Path::new("keys/accounts.new"), &Error::from(kind));
        for full in [ErrorKind::StorageFull, ErrorKind::QuotaExceeded] {
            assert!(matches!(why(full), FolderError::Full { .. }));
        }
        assert!(matches!(why(ErrorKind::PermissionDenied), FolderError::Unusable { .. }));
    }
}
