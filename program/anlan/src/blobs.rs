//! Blobs as files named by hash: written beside and renamed, so that a half one is never there.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use kernel::{Hash32, Hasher, hash};
use node::Error;

/// Bytes of a file that are held in memory at once.
const PART: usize = 64 << 10;

/// The folder of blobs.
pub struct BlobFiles(PathBuf);

/// A file on its way in, beside the blobs until it is whole; gone where it does not become so.
pub struct Incoming {
    folder: PathBuf,
    beside: PathBuf,
    file: File,
    hasher: Hasher,
    /// How long it is by now.
    pub len: u64,
}

impl Incoming {
    /// The next bytes.
    ///
    /// # Errors
    /// A full disk, or one that cannot be written.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes).map_err(unwritten)?;
        self.hasher.update(bytes);
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// As [`Incoming::keep`], where it is what its first bytes say; `None` where it is not, as far
    /// as [`crate::picture`] tells.
    ///
    /// # Errors
    /// As [`Incoming::write`].
    pub fn keep_as(&mut self, media_type: &str) -> Result<Option<Hash32>, Error> {
        let mut file = File::open(&self.beside).map_err(unwritten)?;
        match crate::picture::is_real(&mut file, media_type) {
            true => self.keep().map(Some),
            false => Ok(None),
        }
    }

    /// All has come: it is kept under its hash, safe on the disk.
    ///
    /// # Errors
    /// As [`Incoming::write`].
    pub fn keep(&mut self) -> Result<Hash32, Error> {
        self.file.sync_all().map_err(unwritten)?;
        let hash = self.hasher.finish();
        fs::rename(&self.beside, self.folder.join(hash.to_string())).map_err(unwritten)?;
        Ok(hash)
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // What was kept lies under its hash by now.
        let _ = fs::remove_file(&self.beside);
    }
}

fn unwritten(e: std::io::Error) -> Error {
    match e.kind() {
        std::io::ErrorKind::StorageFull => Error::DiskFull,
        _ if is_shut(&e) => Error::ReadOnly(e.to_string()),
        _ => Error::Store(e.to_string()),
    }
}

impl BlobFiles {
    /// A file that comes in parts.
    ///
    /// # Errors
    /// What the machine says.
    pub fn incoming(&self) -> Result<Incoming, Error> {
        let mut random = [0; 8];
        node::record::Chance::fill(&mut crate::chance::SystemChance, &mut random);
        let beside = self.0.join(format!("{:016x}.new", u64::from_be_bytes(random)));
        let file = File::create(&beside).map_err(unwritten)?;
        let (folder, hasher) = (self.0.clone(), Hasher::default());
        Ok(Incoming { folder, beside, file, hasher, len: 0 })
    }

    /// Blobs in this folder.
    pub fn new(folder: &Path) -> Self {
        BlobFiles(folder.to_path_buf())
    }
}

fn is_shut(e: &std::io::Error) -> bool {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    [PermissionDenied, ReadOnlyFilesystem].contains(&e.kind())
}

impl node::Blobs for BlobFiles {
    fn get(&self, key: &Hash32) -> Option<Vec<u8>> {
        let bytes = fs::read(self.0.join(key.to_string())).ok()?;
        // A damaged file is as good as none: what is named by a hash is exactly that.
        (hash(&bytes) == *key).then_some(bytes)
    }

    fn has(&self, key: &Hash32) -> bool {
        let Ok(mut file) = File::open(self.0.join(key.to_string())) else { return false };
        let (mut hasher, mut part) = (Hasher::default(), vec![0; PART]);
        loop {
            match file.read(&mut part) {
                Ok(0) => return hasher.finish() == *key,
                Ok(read) => hasher.update(&part[..read]),
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
        }
    }

    fn put(&self, bytes: &[u8]) -> Result<Hash32, Error> {
        let key = hash(bytes);
        let path = self.0.join(key.to_string());
        if path.exists() {
            return Ok(key);
        }
        let beside = self.0.join(format!("{key}.new"));
        let write = || -> std::io::Result<()> {
            let mut file = File::create(&beside)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&beside, &path)
        };
        write().map(|()| key).map_err(unwritten)
    }

    fn all(&self) -> Result<Vec<Hash32>, Error> {
        let mut all = Vec::new();
        for entry in fs::read_dir(&self.0).map_err(|e| Error::Store(e.to_string()))? {
            let name = entry.map_err(|e| Error::Store(e.to_string()))?.file_name();
            // Half-written files have an ending and are no hash.
            all.extend(name.to_str().and_then(|n| n.parse::<Hash32>().ok()));
        }
        all.sort_unstable();
        Ok(all)
    }
}
