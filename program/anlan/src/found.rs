//! Founding a node: folder, keys, root, certificates, first settings. Asks nothing, needs no
//! network.

use kernel::{KeyId, PlaceCode, UnixMillis, UnixSeconds};
use ledger::cert::{CERT, Cert, KeyKind};
use ledger::seal::Unsealed;
use ledger::{Actor, OpStore, PublicKey, SecretKey};
use node::record::{Job, Principal};
use node::{Account, Desk, Info};

use crate::account_file;
use crate::cli::Failure;
use crate::folder::{Folder, Settings};
use crate::open::{folder_failure, node_failure, store_failure};

/// All roles a certificate may carry.
pub const ROLES: &[&str] = &["issue", "owner", "road", "expert", "response"];
/// How long a root's and a node's certificates hold.
const YEARS_10_S: i64 = 10 * 366 * 86_400;

/// What a new node is made of.
pub struct Founding<'a> {
    /// Settings of the folder.
    pub settings: Settings,
    /// The local root; `None`: the node is certified by a parent.
    pub root: Option<&'a SecretKey>,
    /// The root that is trusted.
    pub trusted: PublicKey,
    /// The node's key.
    pub node: &'a SecretKey,
    /// Its description.
    pub info: &'a Info,
    /// Time of founding.
    pub now: UnixMillis,
    /// Files of dataset versions: layer and bytes.
    pub datasets: Vec<(String, Vec<u8>)>,
    /// People.
    pub accounts: Vec<Account>,
}

/// Makes the folder with everything that must be there before the first op.
///
/// # Errors
/// A failure that names the file or the reason; a folder that was there is not touched.
pub fn folder(dir: &std::path::Path, founding: &Founding<'_>) -> Result<Folder, Failure> {
    let folder = Folder::create(dir, founding.settings.clone()).map_err(folder_failure)?;
    let hex = |key: &SecretKey| kernel::Hash32(key.to_bytes()).to_string();
    let put = |path: &str, text: String| {
        folder.write_private(path, text.as_bytes()).map_err(folder_failure)
    };
    put("keys/node.key", hex(founding.node))?;
    if let Some(root) = founding.root {
        put("keys/root.key", hex(root))?;
    }
    let accounts = account_file::write(&founding.accounts, founding.node);
    let accounts = accounts.map_err(|e| Failure::fault("panic").with("why", e))?;
    folder.write_private(account_file::FILE, &accounts).map_err(folder_failure)?;
    for (layer, bytes) in &founding.datasets {
        let name = format!("datasets/{layer}.arrow");
        folder.write_private(&name, bytes).map_err(folder_failure)?;
    }
    let (mut store, _) = crate::open::open_store(&folder, founding.node.public())?;
    let now = founding.settings.exercise.then_some(founding.now);
    let meta = crate::open::first_meta(&founding.trusted, founding.info, now);
    store.append(&meta).map_err(store_failure)?;
    Ok(folder)
}

/// One certificate that a founding writes.
pub struct Certified {
    /// The key.
    pub subject: PublicKey,
    /// What it is.
    pub kind: KeyKind,
    /// Codes from the root's place down.
    pub path: Vec<PlaceCode>,
    /// Rank.
    pub rank: u8,
    /// Roles.
    pub roles: Vec<String>,
    /// The two digits of a node in numbers for voice and paper; nodes only.
    pub node_number: Option<u8>,
}

/// Writes certificates as [`certify_by`], for the command line.
///
/// # Errors
/// What the record says.
pub fn certify(
    desk: &Desk,
    issuer: &SecretKey,
    place: PlaceCode,
    exercise: bool,
    certs: Vec<Certified>,
    now: UnixMillis,
) -> Result<(), Failure> {
    certify_by(desk, issuer, place, exercise, certs, now).map_err(node_failure)
}

/// Writes certificates as acts of an issuer: the local root, or a node with the role `issue`.
///
/// # Errors
/// What the record says.
pub fn certify_by(
    desk: &Desk,
    issuer: &SecretKey,
    place: PlaceCode,
    exercise: bool,
    certs: Vec<Certified>,
    now: UnixMillis,
) -> Result<(), node::Error> {
    let body = |c: Certified| Cert {
        subject: c.subject,
        kind: c.kind,
        path: c.path,
        roles: c.roles,
        rank: c.rank,
        node_number: c.node_number,
        exercise,
        from: UnixSeconds(now.seconds().0 - 86_400),
        to: UnixSeconds(now.seconds().0 + YEARS_10_S),
    };
    let bare = certs.into_iter().map(|c| Unsealed::bare(CERT, &body(c))).collect();
    let actor = Actor {
        account: "issuer".to_owned(),
        person: None,
        organisation: None,
        place,
        rank: 99,
        roles: Vec::new(),
        acts: Vec::new(),
    };
    let principal = Principal { actor, obo: None };
    let (commands, retry, author) = (Vec::new(), String::new(), Some(issuer.clone()));
    let job = Job { principal, commands, bare, word: None, retry, now, author };
    desk.record.submit(job).map(drop)
}

/// The short name of a person's key.
pub fn key_id(key: &SecretKey) -> KeyId {
    key.public().key_id()
}
