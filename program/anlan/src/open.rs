//! Opens a node's folder for work: lock, keys, store, datasets, tables, people; and the desk on
//! them.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use kernel::{Hash32, PlaceCode, UnixMillis};
use ledger::{OpRead, OpStore, PublicKey, SecretKey};
use node::record::{Chance, ROOTS, Record};
use node::{Accounts, Desk, Info, Parts, Text};
use store::{Options, Reader, SqliteStore, StartReport};
use tokio::sync::watch;

use crate::account_file;
use crate::blobs::BlobFiles;
use crate::chance::SystemChance;
use crate::cli::{Failure, Printer};
use crate::clock::{Clock, ExerciseClock, WallClock};
use crate::folder::{Folder, FolderError};
use crate::in_clear::{InClear, sealed_states, states_in_clear};

/// Key in `meta` under which the exercise's time is kept.
const EXERCISE_NOW: &str = "exercise_now";
/// Key in `meta` of the node's own description.
const INFO: &str = "info";
/// File of the node's key.
const NODE_KEY: &str = "keys/node.key";
/// File of the local root's key.
const ROOT_KEY: &str = "keys/root.key";

/// An open node.
#[derive(Clone)]
pub struct Opened {
    /// Its folder; the lock is held as long as this lives.
    pub folder: Arc<Folder>,
    /// The desk.
    pub desk: Arc<Desk>,
    /// Its clock.
    pub clock: Arc<dyn Clock>,
    /// What was found when the store was opened.
    pub report: StartReport,
    /// Dataset files that are none of the versions that the record names, which are not used, or
    /// that it names and are gone.
    pub foreign: Vec<PathBuf>,
    /// What an earlier version left in the clear.
    pub in_clear: InClear,
    /// Told when files that were read at opening were replaced: whoever serves begins anew.
    pub renewed: watch::Sender<bool>,
    /// Why the store takes nothing more, once a disk refused what had to be safe.
    pub failed: watch::Receiver<Option<String>>,
}

impl Opened {
    /// Says that layers were replaced, so that whoever serves the folder opens it anew.
    pub fn renew(&self) {
        self.renewed.send_replace(true);
    }
}

/// A folder's error as a failure of the command line.
pub fn folder_failure(e: FolderError) -> Failure {
    match e {
        FolderError::NotThere(dir) => {
            Failure::refused("not-found").with("what", dir).with("todo", "anlan init --dir DIR")
        }
        FolderError::Exists(dir) => Failure::refused("exists").with("what", dir),
        FolderError::Locked(dir) => Failure::refused("locked").with("dir", dir),
        FolderError::Newer { dir, found } => Failure::refused("newer")
            .with("dir", dir)
            .with("found", found)
            .with("known", crate::folder::FORMAT),
        FolderError::Full { what, why } | FolderError::Unusable { what, why } => {
            Failure::fault("folder").with("dir", what).with("why", why)
        }
    }
}

/// A store's error as a failure of the command line.
pub fn store_failure(e: ledger::StoreError) -> Failure {
    match e {
        ledger::StoreError::Newer { found, known } => Failure::refused("newer")
            .with("dir", "store.sqlite")
            .with("found", found)
            .with("known", known),
        other => Failure::fault("store").with("why", other),
    }
}

/// A node's error as a failure of the command line.
pub fn node_failure(e: node::Error) -> Failure {
    match e {
        node::Error::Refused { kind, refusal } => {
            let details: Vec<String> =
                refusal.details.iter().map(|(k, v)| format!("{k}={v}")).collect();
            let why = format!("{} {}", refusal.code, details.join(" "));
            Failure::refused("refused").with("what", kind).with("why", why.trim())
        }
        node::Error::NotFound(what) if what == "event" => Failure::refused("event-none"),
        node::Error::NotFound(what) => {
            Failure::refused("not-found").with("what", what).with("todo", "")
        }
        node::Error::BadFile { what, at, why } => {
            Failure::refused("bad-part").with("what", what).with("where", at).with("why", why)
        }
        node::Error::ReadOnly(why) => Failure::refused("read-only").with("why", why),
        node::Error::PlanRejected(codes) => Failure::refused("plan").with("codes", codes),
        other => Failure::fault("store").with("why", other),
    }
}

/// Nodes that this process serves, by the full path of their folder.
static SERVED: Mutex<Vec<(PathBuf, Opened)>> = Mutex::new(Vec::new());

/// While this lives, [`node`] gives whoever asks for the folder the node that is open.
pub struct Shared(PathBuf);

/// Shares an open node with commands that are run in this process.
pub fn share(opened: &Opened) -> Shared {
    let path = full(opened.folder.dir());
    all_served().push((path.clone(), opened.clone()));
    Shared(path)
}

impl Drop for Shared {
    fn drop(&mut self) {
        all_served().retain(|(path, _)| *path != self.0);
    }
}

fn all_served() -> MutexGuard<'static, Vec<(PathBuf, Opened)>> {
    SERVED.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn full(dir: &Path) -> PathBuf {
    dir.canonicalize().unwrap_or_else(|_| dir.to_path_buf())
}

/// The open node of a folder that this process serves.
pub fn served(dir: &Path) -> Option<Opened> {
    let path = full(dir);
    all_served().iter().find(|(at, _)| *at == path).map(|(_, opened)| opened.clone())
}

/// Opens a folder for work with the system's chance; one that this process serves is open already.
///
/// # Errors
/// A failure that names the file or the reason.
pub fn node(dir: &Path) -> Result<Opened, Failure> {
    if let Some(opened) = served(dir) {
        return Ok(opened);
    }
    match Folder::open(dir) {
        Err(FolderError::Unusable { what, why }) => {
            let folder = Folder::look(dir, format!("{what}: {why}")).map_err(folder_failure)?;
            look(folder)
        }
        folder => with(folder.map_err(folder_failure)?, Box::new(SystemChance)),
    }
}

/// As [`node`], and says what the start found that a person must be told of.
///
/// # Errors
/// As [`node`].
pub fn work(dir: &Path, printer: &Printer) -> Result<Opened, Failure> {
    if let Some(opened) = served(dir) {
        return Ok(opened);
    }
    let opened = node(dir)?;
    if let Some(why) = opened.folder.read_only() {
        printer.say("read-only", &[("dir", &dir.display().to_string()), ("why", why)]);
    }
    if opened.in_clear.is_some() {
        printer.say("in-clear", &[("dir", &dir.display().to_string())]);
    }
    for finding in opened.report.findings.iter().filter(|f| f.is_alarm()) {
        printer.say("epoch", &[("what", &finding.to_string())]);
    }
    for file in &opened.foreign {
        let key = if file.exists() { "dataset-foreign" } else { "dataset-gone" };
        printer.say(key, &[("file", &file.display().to_string())]);
    }
    Ok(opened)
}

/// Opens a folder that is held, with this chance.
///
/// # Errors
/// As [`node`].
pub fn with(folder: Folder, chance: Box<dyn Chance>) -> Result<Opened, Failure> {
    let key = node_key(&folder)?;
    let (mut store, report) = open_store(&folder, key.public())?;
    let (fails, failed) = watch::channel(None);
    store.when_stopped(Box::new(move |why| {
        fails.send_replace(Some(why.to_owned()));
    }));
    let reader: Reader = store.reader().map_err(store_failure)?;
    let held = Held { folder, store: Box::new(store), reader, report, failed };
    desk_on(held, key, chance)
}

/// Opens a folder on a medium that cannot be written: what is there is shown, and nothing is taken.
fn look(folder: Folder) -> Result<Opened, Failure> {
    let key = node_key(&folder)?;
    let open = || Reader::open(folder.dir()).map_err(store_failure);
    let (store, reader) = (Box::new(open()?), open()?);
    let (report, failed) = (StartReport::default(), watch::channel(None).1);
    let held = Held { folder, store, reader, report, failed };
    desk_on(held, key, Box::new(SystemChance))
}

/// A folder with its store open.
struct Held {
    folder: Folder,
    store: Box<dyn OpStore + Send>,
    reader: Reader,
    report: StartReport,
    failed: watch::Receiver<Option<String>>,
}

/// The record, the people, the working area and the tables on an open store.
fn desk_on(held: Held, key: SecretKey, chance: Box<dyn Chance>) -> Result<Opened, Failure> {
    let Held { folder, store, reader, report, failed } = held;
    let info = info_of(&folder, &reader)?;
    let clock = clock_of(&folder, &reader)?;
    let registry = ledger::fold::Registry(node::ENTITIES);
    let record = Record::open(registry, store, Box::new(reader), key, chance);
    let record = record.map_err(node_failure)?;
    let (files, foreign) = dataset_files(folder.dir(), &record, info.place)?;
    let area = node::area::Area::open(files).map_err(node_failure)?;
    let tables = tables(&folder)?;
    let (mut accounts, names) = accounts(&folder, record.author())?;
    accounts.posts = node::posts(info.exercise).map_err(node_failure)?;
    let blobs = Box::new(BlobFiles::new(&folder.path("blobs")));
    let desk = Desk::open(Parts { record, info, accounts, blobs, area, tables });
    let in_clear = InClear { names, states: states_in_clear(&folder, &desk.record)? };
    let (folder, desk, renewed) = (Arc::new(folder), Arc::new(desk), watch::Sender::new(false));
    Ok(Opened { folder, desk, clock, report, foreign, in_clear, renewed, failed })
}

/// Opens the store in a folder that is held.
///
/// # Errors
/// What the store says.
pub fn open_store(folder: &Folder, node: PublicKey) -> Result<(SqliteStore, StartReport), Failure> {
    SqliteStore::open(folder.dir(), &store_options(node)).map_err(store_failure)
}

/// With what a store is opened here.
pub fn store_options(node: PublicKey) -> Options {
    let mut random = [0; 8];
    SystemChance.fill(&mut random);
    Options { node, now: WallClock.now(), random, check: false }
}

/// The node's key.
///
/// # Errors
/// A failure that names the file.
pub fn node_key(folder: &Folder) -> Result<SecretKey, Failure> {
    node_key_at(folder.dir())
}

/// The key of the node whose folder this is.
///
/// # Errors
/// A failure that names the file.
pub fn node_key_at(dir: &Path) -> Result<SecretKey, Failure> {
    key(dir, NODE_KEY)
}

/// The local root's key, or the node's where a parent certified it with the role `issue`.
///
/// # Errors
/// A failure that names the file.
pub fn root_or_node_key(folder: &Folder) -> Result<SecretKey, Failure> {
    key(folder.dir(), if has_root(folder) { ROOT_KEY } else { NODE_KEY })
}

/// Whether a folder holds the local root's key.
pub fn has_root(folder: &Folder) -> bool {
    folder.path(ROOT_KEY).exists()
}

fn key(dir: &Path, file: &str) -> Result<SecretKey, Failure> {
    let unusable = |why: &dyn std::fmt::Display| {
        Failure::fault("folder").with("dir", dir.join(file).display()).with("why", why)
    };
    let text = std::fs::read_to_string(dir.join(file)).map_err(|e| unusable(&e))?;
    let seed: Hash32 = text.trim().parse().map_err(|e| unusable(&e))?;
    Ok(SecretKey::from_bytes(&seed.0))
}

fn info_of(folder: &Folder, reader: &Reader) -> Result<Info, Failure> {
    let bytes = reader.meta(INFO).map_err(store_failure)?;
    let known = bytes.and_then(|b| serde_json::from_slice(&b).ok());
    let settings = &folder.settings;
    Ok(known.unwrap_or_else(|| Info {
        place: settings.place,
        place_name: Text::new(settings.place.to_string(), settings.place.to_string()),
        exercise: settings.exercise,
        seed: settings.county.as_ref().map(|c| c.seed),
        scenario: None,
        starts_at: None,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }))
}

fn clock_of(folder: &Folder, reader: &Reader) -> Result<Arc<dyn Clock>, Failure> {
    if !folder.settings.exercise {
        return Ok(Arc::new(WallClock));
    }
    let kept = reader.meta(EXERCISE_NOW).map_err(store_failure)?;
    let kept = kept.and_then(|b| Some(i64::from_be_bytes(b.try_into().ok()?)));
    let start = kept.map_or_else(|| WallClock.now(), UnixMillis);
    Ok(Arc::new(ExerciseClock::starting(start)))
}

/// Settings of a new node in its store: trusted roots, description, exercise time.
pub fn first_meta(root: &PublicKey, info: &Info, now: Option<UnixMillis>) -> ledger::Batch {
    let mut batch = ledger::Batch::default();
    batch.meta.push((ROOTS.to_owned(), Some(root.0.to_vec())));
    batch.meta.push((INFO.to_owned(), serde_json::to_vec(info).ok()));
    batch.meta.extend(sealed_states().meta);
    if let Some(now) = now {
        batch.meta.push((EXERCISE_NOW.to_owned(), Some(now.0.to_be_bytes().to_vec())));
    }
    batch
}

/// The exercise's time as it is to be kept.
pub fn exercise_now(now: UnixMillis) -> ledger::Batch {
    let mut batch = ledger::Batch::default();
    batch.meta.push((EXERCISE_NOW.to_owned(), Some(now.0.to_be_bytes().to_vec())));
    batch
}

/// The files of dataset versions in a folder, by name.
///
/// # Errors
/// A failure where the folder does not read.
pub fn dataset_paths(folder: &Folder) -> Result<Vec<PathBuf>, Failure> {
    dataset_paths_in(folder.dir())
}

fn dataset_paths_in(dir: &Path) -> Result<Vec<PathBuf>, Failure> {
    let path = dir.join("datasets");
    let unusable =
        |e: std::io::Error| Failure::fault("folder").with("dir", path.display()).with("why", e);
    let mut names: Vec<_> = std::fs::read_dir(&path)
        .map_err(unusable)?
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "arrow"))
        .collect();
    names.sort();
    Ok(names)
}

/// Dataset files by hash.
type Files = Vec<(Hash32, datasets::Buffer)>;

/// The dataset files that may be used, and those that may not: a file under another layer's name,
/// one that is none of the versions the record named, or, where it names one as in force here, not
/// that; and those that it names and are gone.
fn dataset_files(
    dir: &Path,
    record: &Record,
    place: PlaceCode,
) -> Result<(Files, Vec<PathBuf>), Failure> {
    let (named, current) = (node::area::named_ever(record), node::area::in_force(record, place));
    let (mut files, mut foreign) = (Vec::new(), Vec::new());
    for path in dataset_paths_in(dir)? {
        let (hash, bytes) = dataset_bytes(&path)?;
        let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let said = datasets::Reader::open(bytes.clone()).ok().map(|r| r.meta().layer.clone());
        let misnamed = said.is_some_and(|layer| layer != stem);
        match current.get(&stem).or_else(|| named.get(&stem)) {
            _ if misnamed => foreign.push(path),
            Some(versions) if !versions.contains(&hash) => {
                // A stop between the op and the new file's place leaves the file beside.
                let beside = path.with_extension("next");
                let next = beside.exists().then(|| dataset_bytes(&beside)).transpose()?;
                match next.filter(|(hash, _)| versions.contains(hash)) {
                    Some(file) => files.push(file),
                    None => foreign.push(path),
                }
            }
            _ => files.push((hash, bytes)),
        }
    }
    let gone = gone_datasets(dir, record, place);
    foreign.extend(gone.into_iter().filter(|path| !path.with_extension(GONE).exists()));
    Ok((files, foreign))
}

fn dataset_bytes(path: &Path) -> Result<(kernel::Hash32, datasets::Buffer), Failure> {
    let bytes = std::fs::read(path)
        .map_err(|e| Failure::fault("folder").with("dir", path.display()).with("why", e))?;
    Ok((kernel::hash(&bytes), datasets::Buffer::from_vec(bytes)))
}

/// The ending of the mark that a repair sets for a dataset file that is gone: it is known.
pub const GONE: &str = "gone";

/// Dataset files that the record names as in force at a place and that are not there.
pub fn gone_datasets(dir: &Path, record: &Record, place: PlaceCode) -> Vec<PathBuf> {
    let path = |layer: String| dir.join("datasets").join(format!("{layer}.arrow"));
    let named = node::area::in_force(record, place).into_keys().map(path);
    named.filter(|path| !path.exists()).collect()
}

/// Dataset files of a folder that are none of the versions that its record named, or are gone.
///
/// # Errors
/// A failure where the folder does not read.
pub fn foreign_datasets(dir: &Path, record: &Record) -> Result<Vec<PathBuf>, Failure> {
    let place = Folder::settings(dir).map_err(folder_failure)?.place;
    dataset_files(dir, record, place).map(|(_, foreign)| foreign)
}

fn tables(folder: &Folder) -> Result<rules::Library, Failure> {
    let mut layers = vec![rules::Layer::base()];
    let root = folder.path("tables");
    let mut files = Vec::new();
    collect(&root, &root, &mut files)?;
    if !files.is_empty() {
        layers.push(rules::Layer { name: "node".to_owned(), files });
    }
    rules::Library::load(&layers).map_err(|faults| {
        let first = faults.0.first().map(ToString::to_string).unwrap_or_default();
        Failure::refused("bad-file")
            .with("file", "tables")
            .with("what", "table")
            .with("where", "line")
            .with("why", first)
    })
}

/// Largest rule table, bytes. Source: limits of input, reliability §5.
const TABLE_MAX: u64 = 1 << 20;

/// The tables of a folder. One that cannot be read is refused: the built-in plan would judge in its
/// place without a word.
fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) -> Result<(), Failure> {
    let unread = |path: &Path, why: &dyn std::fmt::Display| {
        Failure::refused("table-unread").with("file", path.display()).with("why", why)
    };
    let entries = match std::fs::read_dir(folder) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && folder == root => return Ok(()),
        entries => entries.map_err(|e| unread(folder, &e))?,
    };
    let paths = entries.map(|e| e.map(|e| e.path()).map_err(|e| unread(folder, &e)));
    let mut paths: Vec<PathBuf> = paths.collect::<Result<_, _>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if path.extension().is_some_and(|e| e == "toml") {
            // A link to a device or a pipe never ends: only plain files are opened.
            let found = std::fs::metadata(&path).map_err(|e| unread(&path, &e))?;
            if !found.is_file() {
                return Err(Failure::refused("not-a-file").with("file", path.display()));
            }
            if found.len() > TABLE_MAX {
                return Err(unread(&path, &format!("{} B > {TABLE_MAX} B", found.len())));
            }
            let file = std::fs::File::open(&path).map_err(|e| unread(&path, &e))?;
            let mut text = String::new();
            let read = file.take(TABLE_MAX).read_to_string(&mut text);
            read.map_err(|e| unread(&path, &e))?;
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            files.push((name, text));
        }
    }
    Ok(())
}

/// The people of a folder, and whether their names stand there in the clear.
fn accounts(folder: &Folder, key: &SecretKey) -> Result<(Accounts, bool), Failure> {
    let Ok(bytes) = folder.read(account_file::FILE) else {
        return Ok((Accounts::default(), false));
    };
    let unusable = |e| Failure::fault("folder").with("dir", account_file::FILE).with("why", e);
    let held = account_file::read(&bytes, key).map_err(unusable)?;
    let accounts = held.accounts.into_iter().map(|a| (a.account.clone(), a)).collect();
    Ok((Accounts { accounts, posts: Default::default() }, held.in_clear))
}
