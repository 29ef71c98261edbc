//! The first account of a node, made once with the set-up code that `init` printed.
//!
//! `keys/accounts.json` with somebody in it is what ends the set-up: it is put in place whole,
//! after the person's certificate is written and before the code is taken away, so that a cut at
//! any moment leaves either no account and a code that is good, or an account and a code that is
//! not.

use std::sync::Arc;

use kernel::UnixMillis;
use node::{Desk, Error, First};
use serde::Deserialize;

use crate::chance::random_key;
use crate::folder::Folder;
use crate::found::key_id;

/// File of the set-up code's hash.
const CODE: &str = "keys/setup";

/// What the first person sends.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The set-up code.
    pub code: String,
    /// Name to sign in with.
    pub account: String,
    /// What the person is called.
    pub person: String,
    /// The password to sign in with.
    pub password: String,
}

/// The set-up of one folder.
pub struct SetUp {
    folder: Arc<Folder>,
    /// Held by whoever tries the code: one at a time.
    pub turn: tokio::sync::Mutex<()>,
}

impl SetUp {
    /// The set-up of a folder that is held.
    pub fn of(folder: Arc<Folder>) -> Self {
        SetUp { folder, turn: tokio::sync::Mutex::new(()) }
    }

    /// The folder.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Whether nobody has an account and a code waits for the first person.
    pub fn is_open(&self, desk: &Desk) -> bool {
        !desk.has_accounts() && self.folder.path(CODE).exists()
    }

    /// Whether this is the code, as a person types it; takes its time on purpose.
    pub fn fits(&self, code: &str) -> bool {
        let Ok(stored) = self.folder.read(CODE) else { return false };
        let stored = String::from_utf8_lossy(&stored);
        crate::password::fits(stored.trim(), &crate::password::typed_code(code))
    }

    /// Makes the account: its certificate, itself, and who it is in the record.
    ///
    /// # Errors
    /// What does not do in what was asked; what the folder or the record says.
    pub fn make(&self, desk: &Desk, asked: &Asked, now: UnixMillis) -> Result<(), Error> {
        let first = First { account: asked.account.clone(), person: asked.person.clone() };
        first.check(&asked.password)?;
        // The node signs for the person; a phone that enrols brings a key of its own.
        let key = random_key();
        let password = crate::password::store_random(&asked.password);
        let account = desk.first_account(&first, key_id(&key), password);
        crate::account::certify(&self.folder, desk, &account, &key, now)?;
        crate::account::keep(&self.folder, desk, &account)?;
        desk.admit(account.clone());
        // With an account in place the code opens nothing, even where it cannot be taken away.
        let _ = std::fs::remove_file(self.folder.path(CODE));
        desk.enter_first(&account, now)
    }
}
