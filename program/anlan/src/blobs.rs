//! Blobs as files named by hash: written beside and renamed, so that a half one is never there.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use kernel::{Hash32, hash};
use node::Error;

/// The folder of blobs.
pub struct BlobFiles(PathBuf);

impl BlobFiles {
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
        match write() {
            Ok(()) => Ok(key),
            Err(e) if e.kind() == std::io::ErrorKind::StorageFull => Err(Error::DiskFull),
            Err(e) if is_shut(&e) => Err(Error::ReadOnly(e.to_string())),
            Err(e) => Err(Error::Store(e.to_string())),
        }
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
