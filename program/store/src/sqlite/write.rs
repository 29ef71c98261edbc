//! Writes of one batch, inside the caller's transaction.

use std::collections::BTreeMap;

use kernel::{EntityId, LogId};
use ledger::op_store::{AsideRow, DisputeRow, OpState, Stored, StoredOp};
use ledger::seal::Head;
use ledger::{Batch, Descriptor, StoreError};
use rusqlite::{Connection, OptionalExtension, params};

use super::read::damaged;
use super::schema::fault;

/// Where a log stands, as the writer remembers it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    no: i64,
    pub(super) head: Option<Head>,
}

/// What the writer remembers of logs; a batch that fails leaves it untouched.
pub(super) type Places = BTreeMap<LogId, Place>;

/// Writes one batch; `changed` collects where logs stand after it.
pub(super) struct Write<'a> {
    pub conn: &'a Connection,
    pub known: &'a Places,
    pub changed: Places,
    /// Positions of the ops that were new.
    pub written: Vec<usize>,
}

impl Write<'_> {
    pub(super) fn batch(&mut self, batch: &Batch) -> Stored<()> {
        batch.logs.iter().try_for_each(|log| self.log(log))?;
        for (at, stored) in batch.ops.iter().enumerate() {
            if self.op(stored)? {
                self.written.push(at);
            }
        }
        self.heads()?;
        batch.aside.iter().try_for_each(|row| self.aside(row))?;
        for (log, seq) in &batch.frozen {
            let sql = "UPDATE log SET frozen_seq = MIN(COALESCE(frozen_seq, ?2), ?2) WHERE id = ?1";
            self.run(sql, params![&log.0[..], seq])?;
        }
        for (log, seq, state) in &batch.restate {
            self.restate(log, *seq, *state)?;
        }
        self.views(batch)?;
        self.local(batch)
    }

    fn run(&self, sql: &str, params: impl rusqlite::Params) -> Stored<usize> {
        self.conn.prepare_cached(sql).map_err(fault)?.execute(params).map_err(fault)
    }

    fn place(&mut self, log: &LogId) -> Stored<Option<Place>> {
        if let Some(place) = self.changed.get(log).or_else(|| self.known.get(log)) {
            return Ok(Some(*place));
        }
        let sql = "SELECT no, head_seq, head_id, head_t FROM log WHERE id = ?1";
        let mut statement = self.conn.prepare_cached(sql).map_err(fault)?;
        let row = statement
            .query_row([&log.0[..]], |row| {
                let head: (Option<u32>, Option<Vec<u8>>, Option<i64>) =
                    (row.get(1)?, row.get(2)?, row.get(3)?);
                Ok((row.get::<_, i64>(0)?, head))
            })
            .optional()
            .map_err(fault)?;
        let Some((no, head)) = row else { return Ok(None) };
        let head = match head {
            (Some(seq), Some(id), Some(t)) => {
                let id = kernel::OpId::from_slice(&id).ok_or_else(|| damaged("a log's head"))?;
                Some(Head { seq, id, t: kernel::Stamp(t as u64) })
            }
            _ => None,
        };
        let place = Place { no, head };
        self.changed.insert(*log, place);
        Ok(Some(place))
    }

    fn log(&mut self, log: &Descriptor) -> Stored<()> {
        let id = log.id();
        if self.place(&id)?.is_some() {
            return Ok(());
        }
        let sql = "INSERT INTO log(id, author, place, topic, lane, epoch) VALUES(?,?,?,?,?,?)";
        self.run(
            sql,
            params![
                &id.0[..],
                &log.author.0[..],
                log.place.0 as i64,
                log.topic as u8,
                log.lane as u8,
                log.epoch
            ],
        )?;
        self.changed.insert(id, Place { no: self.conn.last_insert_rowid(), head: None });
        Ok(())
    }

    /// Whether the op was new.
    fn op(&mut self, stored: &StoredOp) -> Stored<bool> {
        let (op, header) = (&stored.op, stored.op.header());
        let (log, seq) = (header.log, header.seq);
        let place = self.place(&log)?.ok_or(StoreError::UnknownLog(log))?;
        let next = place.head.map_or(0, |head| u64::from(head.seq) + 1);
        if u64::from(seq) < next {
            return self.held(place.no, stored).map(|()| false);
        }
        let follows = u64::from(seq) == next && header.prev == place.head.map(|head| head.id);
        if !follows {
            let head = place.head.map(|head| head.seq);
            return Err(StoreError::NotNext { log, head, seq });
        }
        let sql = "INSERT INTO op(log_no, seq, id, id8, hdr, sig, t, type, ent, cls, recv, state) \
                   VALUES(?,?,?,?,?,?,?,?,?,?,?,?)";
        let id = op.id();
        self.run(
            sql,
            params![
                place.no,
                seq,
                &id.0[..],
                i64::from_be_bytes(id.prefix().0),
                op.header_bytes(),
                op.signature().map(|sig| &sig.0[..]),
                header.t.0 as i64,
                header.op_type,
                header.ent.as_ref().map(|ent| &ent.0[..]),
                header.class as u8,
                stored.received.0,
                stored.state as u8
            ],
        )?;
        if let Some(body) = op.body_bytes() {
            let sql = "INSERT INTO body(log_no, seq, data) VALUES(?,?,?)";
            self.run(sql, params![place.no, seq, body])?;
        }
        let t = place.head.map_or(header.t, |head| head.t.max(header.t));
        self.changed.insert(log, Place { no: place.no, head: Some(Head { seq, id, t }) });
        Ok(true)
    }

    /// An op at a position that is taken: the same op is skipped, another one is a fork.
    fn held(&self, no: i64, stored: &StoredOp) -> Stored<()> {
        let header = stored.op.header();
        let sql = "SELECT id FROM op WHERE log_no = ?1 AND seq = ?2";
        let mut statement = self.conn.prepare_cached(sql).map_err(fault)?;
        let id: Vec<u8> =
            statement.query_row(params![no, header.seq], |row| row.get(0)).map_err(fault)?;
        if id == stored.op.id().0 {
            return Ok(());
        }
        Err(StoreError::Fork { log: header.log, seq: header.seq })
    }

    fn heads(&self) -> Stored<()> {
        let sql = "UPDATE log SET head_seq = ?2, head_id = ?3, head_t = ?4 WHERE no = ?1";
        for (log, place) in &self.changed {
            let before = self.known.get(log).and_then(|known| known.head);
            if let Some(head) = place.head
                && before != place.head
            {
                let params = params![place.no, head.seq, &head.id.0[..], head.t.0 as i64];
                self.run(sql, params)?;
            }
        }
        Ok(())
    }

    fn aside(&self, row: &AsideRow) -> Stored<()> {
        let sql = "INSERT OR IGNORE INTO aside(log, seq, id, hdr, body, sig, why, recv) \
                   VALUES(?,?,?,?,?,?,?,?)";
        let header = row.op.header();
        self.run(
            sql,
            params![
                &header.log.0[..],
                header.seq,
                &row.op.id().0[..],
                row.op.header_bytes(),
                row.op.body_bytes(),
                row.op.signature().map(|sig| &sig.0[..]),
                row.why,
                row.received.0
            ],
        )?;
        Ok(())
    }

    fn restate(&mut self, log: &LogId, seq: u32, state: OpState) -> Stored<()> {
        let place = self.place(log)?.ok_or(StoreError::UnknownLog(*log))?;
        let sql = "UPDATE op SET state = ?3 WHERE log_no = ?1 AND seq = ?2";
        self.run(sql, params![place.no, seq, state as u8])?;
        Ok(())
    }

    fn views(&self, batch: &Batch) -> Stored<()> {
        let sql = "INSERT INTO state(kind, ent, fold_version, bytes) VALUES(?,?,?,?) \
                   ON CONFLICT(kind, ent) DO UPDATE SET \
                   fold_version = excluded.fold_version, bytes = excluded.bytes";
        for row in &batch.states {
            self.run(sql, params![row.kind, &row.ent.0[..], row.fold_version, row.bytes])?;
        }
        for (kind, ent, facets) in &batch.facets {
            self.facets(*kind, ent, facets)?;
        }
        for (kind, ent, rows) in &batch.disputes {
            self.run(
                "DELETE FROM dispute WHERE kind = ?1 AND ent = ?2",
                params![kind, &ent.0[..]],
            )?;
            rows.iter().try_for_each(|row| self.dispute(row))?;
        }
        Ok(())
    }

    /// Writes only what changed: most facets stay as they were.
    fn facets(&self, kind: u16, ent: &EntityId, facets: &[(String, String)]) -> Stored<()> {
        let sql = "SELECT name, value FROM facet WHERE kind = ?1 AND ent = ?2";
        let mut statement = self.conn.prepare_cached(sql).map_err(fault)?;
        let mut rows = statement.query(params![kind, &ent.0[..]]).map_err(fault)?;
        let mut before: Vec<(String, String)> = Vec::new();
        while let Some(row) = rows.next().map_err(fault)? {
            before.push((row.get(0).map_err(fault)?, row.get(1).map_err(fault)?));
        }
        let gone = "DELETE FROM facet WHERE kind = ?1 AND ent = ?2 AND name = ?3 AND value = ?4";
        for facet in before.iter().filter(|f| !facets.contains(f)) {
            self.run(gone, params![kind, &ent.0[..], facet.0, facet.1])?;
        }
        let new = "INSERT OR IGNORE INTO facet(kind, ent, name, value) VALUES(?,?,?,?)";
        for facet in facets.iter().filter(|f| !before.contains(f)) {
            self.run(new, params![kind, &ent.0[..], facet.0, facet.1])?;
        }
        Ok(())
    }

    fn dispute(&self, row: &DisputeRow) -> Stored<()> {
        let sql = "INSERT OR IGNORE INTO dispute(kind, ent, field, op, reason, since) \
                   VALUES(?,?,?,?,?,?)";
        let (ent, op) = (&row.ent.0[..], &row.op.0[..]);
        self.run(sql, params![row.kind, ent, row.field, op, row.reason, row.since.0])?;
        Ok(())
    }

    fn local(&self, batch: &Batch) -> Stored<()> {
        for row in &batch.records {
            let sql = "INSERT OR REPLACE INTO record(kind, ent, at, bytes) VALUES(?,?,?,?)";
            self.run(sql, params![row.kind, &row.ent.0[..], row.at.0, row.bytes])?;
        }
        for row in &batch.retries {
            let sql = "INSERT OR IGNORE INTO retry(key, request, status, answer, at) \
                       VALUES(?,?,?,?,?)";
            let (key, request) = (&row.key.0[..], &row.request.0[..]);
            self.run(sql, params![key, request, row.status, row.answer, row.at.0])?;
        }
        for row in &batch.data_keys {
            let sql = "INSERT OR REPLACE INTO data_key(id, owner, wrapped) VALUES(?,?,?)";
            self.run(sql, params![&row.id.0[..], row.owner, row.wrapped])?;
        }
        for row in &batch.blobs {
            let sql = "INSERT OR REPLACE INTO blob(hash, len, here) VALUES(?,?,?)";
            self.run(sql, params![&row.hash.0[..], row.len as i64, row.here])?;
        }
        for (key, value) in &batch.meta {
            match value {
                Some(value) => {
                    self.run("INSERT OR REPLACE INTO meta(k, v) VALUES(?,?)", params![key, value])?
                }
                None => self.run("DELETE FROM meta WHERE k = ?1", [key])?,
            };
        }
        Ok(())
    }
}
