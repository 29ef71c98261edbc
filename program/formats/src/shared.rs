//! Outside test material, read where it lies beside the checkout.

use std::path::PathBuf;

/// The folder `shared`, or `None` with a printed line where it is absent.
pub(crate) fn folder() -> Option<PathBuf> {
    let beside = || {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..");
        root.join("shared")
    };
    let folder = std::env::var("ANLAN_SHARED").map_or_else(|_| beside(), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no test material at {}", folder.display());
    None
}

/// A file of the test material.
pub(crate) fn file(path: &str) -> Option<Vec<u8>> {
    let path = folder()?.join("data").join(path);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}
