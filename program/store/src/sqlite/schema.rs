//! Tables, settings of a connection, and what SQLite's errors mean for the record.
//!
//! No table is an entity's: states, facets and records are generic. Source: sync §5.

use std::path::Path;
use std::time::Duration;

use ledger::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

/// Version of the tables, kept as `user_version`. A higher one is refused in words.
pub const SCHEMA_VERSION: u64 = 1;

const TABLES: &str = "
CREATE TABLE log(
  no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, author BLOB NOT NULL, place INTEGER NOT NULL,
  topic INTEGER NOT NULL, lane INTEGER NOT NULL, epoch INTEGER NOT NULL,
  head_seq INTEGER, head_id BLOB, head_t INTEGER, frozen_seq INTEGER,
  closed INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE op(
  log_no INTEGER NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL, id8 INTEGER NOT NULL,
  hdr BLOB NOT NULL, sig BLOB, t INTEGER NOT NULL, type INTEGER NOT NULL, ent BLOB,
  cls INTEGER NOT NULL, recv INTEGER NOT NULL, state INTEGER NOT NULL,
  PRIMARY KEY(log_no, seq)) STRICT, WITHOUT ROWID;
CREATE INDEX op_id8 ON op(id8);
CREATE INDEX op_ent ON op(ent) WHERE ent IS NOT NULL;
CREATE TABLE body(
  log_no INTEGER NOT NULL, seq INTEGER NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY(log_no, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE aside(
  log BLOB NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL, hdr BLOB NOT NULL, body BLOB,
  sig BLOB, why TEXT NOT NULL, recv INTEGER NOT NULL,
  PRIMARY KEY(log, seq, id)) STRICT, WITHOUT ROWID;
CREATE TABLE state(
  kind INTEGER NOT NULL, ent BLOB NOT NULL, fold_version INTEGER NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY(kind, ent)) STRICT, WITHOUT ROWID;
CREATE TABLE facet(
  kind INTEGER NOT NULL, ent BLOB NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY(kind, ent, name, value)) STRICT, WITHOUT ROWID;
CREATE INDEX facet_value ON facet(kind, name, value, ent);
CREATE TABLE dispute(
  kind INTEGER NOT NULL, ent BLOB NOT NULL, field INTEGER NOT NULL, op BLOB NOT NULL,
  reason TEXT NOT NULL, since INTEGER NOT NULL,
  PRIMARY KEY(kind, ent, field, op, reason)) STRICT, WITHOUT ROWID;
CREATE TABLE record(
  kind INTEGER NOT NULL, ent BLOB NOT NULL, at INTEGER NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY(kind, ent, at)) STRICT, WITHOUT ROWID;
CREATE TABLE retry(
  key BLOB PRIMARY KEY, request BLOB NOT NULL, status INTEGER NOT NULL, answer BLOB NOT NULL,
  at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE data_key(
  id BLOB PRIMARY KEY, owner TEXT NOT NULL, wrapped BLOB) STRICT, WITHOUT ROWID;
CREATE INDEX data_key_owner ON data_key(owner);
CREATE TABLE blob(
  hash BLOB PRIMARY KEY, len INTEGER NOT NULL, here INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE meta(k TEXT PRIMARY KEY, v BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE loss(
  log8 BLOB NOT NULL, from_seq INTEGER NOT NULL, to_seq INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY(log8, from_seq)) STRICT, WITHOUT ROWID;
CREATE TABLE promise(
  one INTEGER PRIMARY KEY CHECK(one = 1), generation BLOB NOT NULL, node BLOB NOT NULL,
  grp INTEGER NOT NULL, epoch_min INTEGER NOT NULL) STRICT;
";

/// A connection for the one writer. The file is made where it is not there.
pub fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    let conn = Connection::open(path).map_err(fault)?;
    conn.busy_timeout(Duration::from_millis(5000)).map_err(fault)?;
    conn.set_prepared_statement_cache_capacity(64);
    // A newer file stays byte for byte as it is, its write-ahead log too.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(fault)?;
    refuse_newer(&conn)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(fault)?;
    // A row is answered with the new mode's name, so that a file system without WAL is noticed.
    let mode: String =
        conn.query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0)).map_err(fault)?;
    if mode != "wal" {
        return Err(StoreError::Other(format!("the disk allows no write-ahead log, only {mode}")));
    }
    conn.execute_batch(
        "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA wal_autocheckpoint=4000;
         PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384; PRAGMA secure_delete=ON;",
    )
    .map_err(fault)?;
    Ok(conn)
}

/// A connection that only reads. On a medium that cannot be written a store that was closed well is
/// read as it lies there, without the side files that SQLite would make.
pub fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    match reader(path, false) {
        Err(StoreError::ReadOnly(_)) if path.exists() && !has_wal(path) => reader(path, true),
        other => other,
    }
}

fn has_wal(path: &Path) -> bool {
    let wal = format!("{}-wal", path.display());
    std::fs::metadata(wal).is_ok_and(|wal| wal.len() > 0)
}

fn reader(path: &Path, immutable: bool) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = if immutable {
        let mut uri = "file:".to_owned();
        for byte in path.as_os_str().as_encoded_bytes() {
            match byte {
                b'/' | b'.' | b'-' | b'_' => uri.push(char::from(*byte)),
                byte if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
                byte => uri.push_str(&format!("%{byte:02x}")),
            }
        }
        uri.push_str("?immutable=1");
        Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)
    } else {
        Connection::open_with_flags(path, flags)
    };
    let conn = conn.map_err(fault)?;
    conn.busy_timeout(Duration::from_millis(5000)).map_err(fault)?;
    conn.set_prepared_statement_cache_capacity(64);
    conn.execute_batch("PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8192;").map_err(fault)?;
    refuse_newer(&conn)?;
    Ok(conn)
}

fn refuse_newer(conn: &Connection) -> Result<(), StoreError> {
    let found: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(fault)?;
    let found = u64::try_from(found).unwrap_or(u64::MAX);
    if found > SCHEMA_VERSION {
        return Err(StoreError::Newer { found, known: SCHEMA_VERSION });
    }
    Ok(())
}

/// Whether the tables are there.
pub fn has_tables(conn: &Connection) -> Result<bool, StoreError> {
    let version: i64 =
        conn.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(fault)?;
    Ok(version > 0)
}

/// Makes the tables, inside the caller's transaction.
pub fn create(conn: &Connection) -> Result<(), StoreError> {
    conn.execute_batch(TABLES).map_err(fault)?;
    conn.pragma_update(None, "user_version", SCHEMA_VERSION as i64).map_err(fault)
}

/// SQLite's own quick check of every page.
pub fn quick_check(conn: &Connection) -> Result<(), StoreError> {
    check(conn, "PRAGMA quick_check(1)")
}

/// SQLite's full check, indexes included.
pub fn full_check(conn: &Connection) -> Result<(), StoreError> {
    check(conn, "PRAGMA integrity_check(1)")
}

fn check(conn: &Connection, sql: &str) -> Result<(), StoreError> {
    let answer: String = conn.query_row(sql, [], |row| row.get(0)).map_err(fault)?;
    if answer == "ok" { Ok(()) } else { Err(StoreError::Damaged(answer)) }
}

/// What an error of SQLite means for the record.
pub fn fault(e: rusqlite::Error) -> StoreError {
    let text = e.to_string();
    match &e {
        rusqlite::Error::SqliteFailure(inner, _) => match inner.code {
            ErrorCode::DiskFull => StoreError::DiskFull(text),
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Damaged(text),
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen => {
                StoreError::ReadOnly(text)
            }
            ErrorCode::SystemIoFailure => io_fault(inner.extended_code, text),
            _ => StoreError::Other(text),
        },
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::IntegralValueOutOfRange(..) => StoreError::Damaged(text),
        _ => StoreError::Other(text),
    }
}

/// A sync or write that the disk refused: what is on disk is no longer known, but for a short read,
/// which is damage.
fn io_fault(extended: i32, text: String) -> StoreError {
    match extended {
        rusqlite::ffi::SQLITE_IOERR_READ | rusqlite::ffi::SQLITE_IOERR_SHORT_READ => {
            StoreError::Damaged(text)
        }
        _ => StoreError::SyncFailed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(extended: i32) -> StoreError {
        fault(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(extended), None))
    }

    #[test]
    fn errors_of_the_disk_are_told_apart() {
        use rusqlite::ffi;
        assert_eq!(failure(ffi::SQLITE_FULL).code(), "disk-full");
        assert_eq!(failure(ffi::SQLITE_CORRUPT).code(), "store-damaged");
        assert_eq!(failure(ffi::SQLITE_NOTADB).code(), "store-damaged");
        assert_eq!(failure(ffi::SQLITE_READONLY).code(), "read-only");
        for fatal in [
            ffi::SQLITE_IOERR_FSYNC,
            ffi::SQLITE_IOERR_DIR_FSYNC,
            ffi::SQLITE_IOERR_WRITE,
            ffi::SQLITE_IOERR_TRUNCATE,
        ] {
            assert!(failure(fatal).is_fatal(), "{fatal}");
        }
        assert!(!failure(ffi::SQLITE_FULL).is_fatal());
    }
}
