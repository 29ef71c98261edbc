//! What personal earlier versions left in a folder in the clear: found, told, and sealed by a
//! repair. Source: sync §11.

use node::record::Record;

use crate::cli::Failure;
use crate::folder::Folder;
use crate::open::node_failure;

/// Key in `meta` of the mark that no state holds a personal value in the clear.
const SEALED: &str = "states_sealed";

/// What personal a folder of an earlier version holds in the clear: `anlan repair` seals it.
#[derive(Clone, Copy, Debug, Default, serde::Serialize)]
pub struct InClear {
    /// Names of persons in the file of accounts.
    pub names: bool,
    /// States with personal values.
    pub states: usize,
}

impl InClear {
    /// Whether there is anything.
    pub fn is_some(self) -> bool {
        self.names || self.states > 0
    }
}

/// States with personal values in the clear. A store that was once found to have none is written by
/// this version, and is not looked through again.
///
/// # Errors
/// What the store says.
pub fn states_in_clear(folder: &Folder, record: &Record) -> Result<usize, Failure> {
    let sealed = record.read(|store| store.meta(SEALED)).map_err(node_failure)?;
    if sealed.is_some() {
        return Ok(0);
    }
    let states = record.states_in_clear().map_err(node_failure)?;
    if states == 0 && folder.read_only().is_none() {
        record.append_meta(sealed_states()).map_err(node_failure)?;
    }
    Ok(states)
}

/// The mark that no state holds a personal value in the clear.
pub fn sealed_states() -> ledger::Batch {
    let mut batch = ledger::Batch::default();
    batch.meta.push((SEALED.to_owned(), Some(vec![1])));
    batch
}
