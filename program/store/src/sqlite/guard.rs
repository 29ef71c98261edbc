//! The sentinel's files: what was promised, appended and synced after every commit.
//!
//! Files are made full of zeros, so that a full disk is met when a file is made and not between a
//! commit and its promise. The bytes are `ledger::sentinel`'s.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use ledger::sentinel::{
    Check, Ending, FILE_LEN, FILE_LEN_MAX, FileHead, HEAD_LEN, Promise, RECORD_OPS_MAX, Record,
    Scan, SentinelError, scan,
};
use ledger::{PublicKey, StoreError};

/// Length of a new file; short in unit tests, which make many.
const NEW_LEN: usize = if cfg!(test) { 64 * 1024 } else { FILE_LEN };

/// The open end of the chain of sentinel files.
pub(super) struct Guard {
    dir: PathBuf,
    file: File,
    number: u32,
    end: usize,
    len: usize,
    last: Check,
    head: FileHead,
}

/// One file as found.
pub(super) struct Found {
    pub number: u32,
    pub path: PathBuf,
    pub scan: Result<Scan, SentinelError>,
}

/// What an error of the file system means before anything was promised.
pub(super) fn io_fault(what: &str, e: &io::Error) -> StoreError {
    let text = format!("{what}: {e}");
    match e.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::DiskFull(text),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            StoreError::ReadOnly(text)
        }
        _ => StoreError::Other(text),
    }
}

fn path_of(dir: &Path, number: u32) -> PathBuf {
    dir.join(format!("{number:06}.ans"))
}

/// Syncs a directory, so that a file made in it is there after a power cut.
pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// All sentinel files of a folder, in order.
pub(super) fn find(dir: &Path) -> Result<Vec<Found>, StoreError> {
    let mut found = Vec::new();
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(found),
        Err(e) => return Err(io_fault("reading the sentinel's folder", &e)),
    };
    for entry in entries {
        let path = entry.map_err(|e| io_fault("reading the sentinel's folder", &e))?.path();
        let number = path
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.strip_suffix(".ans"))
            .and_then(|digits| digits.parse().ok());
        if let Some(number) = number {
            let scan = read(&path)?;
            found.push(Found { number, path, scan });
        }
    }
    found.sort_by_key(|file| file.number);
    Ok(found)
}

fn read(path: &Path) -> Result<Result<Scan, SentinelError>, StoreError> {
    let what = "reading a sentinel file";
    let file = File::open(path).map_err(|e| io_fault(what, &e))?;
    let mut bytes = Vec::new();
    file.take(FILE_LEN_MAX as u64 + 1).read_to_end(&mut bytes).map_err(|e| io_fault(what, &e))?;
    Ok(scan(&bytes))
}

impl Guard {
    /// Begins a new chain of files in an empty folder.
    pub(super) fn begin(
        dir: &Path,
        node: PublicKey,
        generation: ledger::op_store::Generation,
        number: u32,
    ) -> Result<Guard, StoreError> {
        fs::create_dir_all(dir).map_err(|e| io_fault("making the sentinel's folder", &e))?;
        Guard::make(dir, FileHead { node, generation, before: [0; 16] }, number, 0)
    }

    /// Goes on after the last good record of the newest file; what is torn after it is cut.
    pub(super) fn resume(dir: &Path, newest: &Found, scan: &Scan) -> Result<Guard, StoreError> {
        let what = "opening the newest sentinel file";
        let fail = |e: io::Error| io_fault(what, &e);
        let mut file =
            OpenOptions::new().read(true).write(true).open(&newest.path).map_err(fail)?;
        let found = file.metadata().map_err(fail)?.len() as usize;
        let len = found.max(NEW_LEN);
        if found < len || scan.ending != Ending::Clean {
            file.seek(SeekFrom::Start(scan.end as u64)).map_err(fail)?;
            file.write_all(&vec![0; len.saturating_sub(scan.end)]).map_err(fail)?;
            file.sync_all().map_err(fail)?;
        }
        let head = scan.head.clone();
        let (number, end, last) = (newest.number, scan.end, scan.last);
        Ok(Guard { dir: dir.to_owned(), file, number, end, len, last, head })
    }

    /// Makes a file of zeros with its head, synced with its folder.
    fn make(dir: &Path, head: FileHead, number: u32, need: usize) -> Result<Guard, StoreError> {
        let what = "making a sentinel file";
        let path = path_of(dir, number);
        let len = NEW_LEN.max(HEAD_LEN + need);
        let made = || -> io::Result<File> {
            let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
            file.write_all(&head.encode())?;
            file.write_all(&vec![0; len - HEAD_LEN])?;
            file.sync_all()?;
            sync_dir(dir)?;
            Ok(file)
        };
        let file = made().map_err(|e| {
            // A half-made file would be taken for damage at the next start.
            let _ = fs::remove_file(&path);
            io_fault(what, &e)
        })?;
        let last = head.check();
        Ok(Guard { dir: dir.to_owned(), file, number, end: HEAD_LEN, len, last, head })
    }

    /// Makes sure that a record of this many ops has room, before anything is committed.
    pub(super) fn reserve(&mut self, ops: usize) -> Result<(), StoreError> {
        let records = ops.div_ceil(RECORD_OPS_MAX).max(1);
        let need = records * 28 + ops * 20;
        if self.end + need <= self.len {
            return Ok(());
        }
        let head = FileHead { before: self.last, ..self.head.clone() };
        *self = Guard::make(&self.dir, head, self.number + 1, need)?;
        Ok(())
    }

    /// Promises a group: written and synced when this returns. Room was reserved before.
    ///
    /// # Errors
    /// Any error is fatal: what is committed can no longer be promised.
    pub(super) fn promise(&mut self, group: u64, ops: &[Promise]) -> Result<(), StoreError> {
        let mut bytes = Vec::with_capacity(28 + ops.len() * 20);
        let mut last = self.last;
        for part in ops.chunks(RECORD_OPS_MAX) {
            let (record, check) = Record { group, ops: part.to_vec() }.encode(&last);
            bytes.extend_from_slice(&record);
            last = check;
        }
        let written = || -> io::Result<()> {
            let mut file = &self.file;
            file.seek(SeekFrom::Start(self.end as u64))?;
            file.write_all(&bytes)?;
            file.sync_data()
        };
        written().map_err(|e| StoreError::SyncFailed(format!("sentinel: {e}")))?;
        self.end += bytes.len();
        self.last = last;
        Ok(())
    }

    /// Number of the newest file.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// Stands for a disk that refuses: the open file can no longer be written.
    #[cfg(test)]
    pub(super) fn break_for_test(&mut self) {
        let path = path_of(&self.dir, self.number);
        if let Ok(read_only) = File::open(path) {
            self.file = read_only;
        }
    }

    /// Stands for a file that has no room left.
    #[cfg(test)]
    pub(super) fn fill_for_test(&mut self) {
        self.len = self.end;
    }
}
