//! Reads: rows to ops, logs and views. Every reader has its own connection and sees whole batches.

use std::collections::BTreeMap;

use kernel::{EntityId, Hash32, KeyId, LogId, OpId, PlaceCode, Prefix, Stamp, UnixMillis};
use ledger::log::{lane_numbered, topic_numbered};
use ledger::op_store::{
    AsideRow, BlobRow, DataKeyRow, DisputeRow, EntityRow, FacetQuery, Generation, LogRow, OpState,
    RecordRow, RetryRow, Stored, StoredOp,
};
use ledger::seal::Head;
use ledger::sentinel::log8;
use ledger::{Descriptor, Op, OpRead, PublicKey, Signature, StoreError};
use rusqlite::{Connection, OptionalExtension, Params, Row, Transaction, params};

use super::schema::fault;

/// A connection that answers [`OpRead`].
pub struct Reader {
    pub(super) conn: Connection,
}

const OP: &str = "SELECT o.id, o.hdr, o.sig, o.recv, o.state, b.data FROM op o \
                  LEFT JOIN body b ON b.log_no = o.log_no AND b.seq = o.seq";
const LOG: &str = "SELECT author, place, topic, lane, epoch, head_seq, head_id, head_t, frozen_seq \
                   FROM log";

pub(super) fn damaged(what: &str) -> StoreError {
    StoreError::Damaged(format!("{what} does not read"))
}

/// An op's row before its header is read.
pub(super) struct RawRow {
    pub log_no: i64,
    pub id: OpId,
    pub hdr: Vec<u8>,
    pub sig: Option<Signature>,
    pub body: Option<Vec<u8>>,
    pub received: UnixMillis,
    pub state: OpState,
}

impl RawRow {
    fn stored(self) -> Stored<StoredOp> {
        let op = Op::decode_checked(self.id, self.hdr, self.body, self.sig)
            .map_err(|e| StoreError::Damaged(e.to_string()))?;
        Ok(StoredOp { op, received: self.received, state: self.state })
    }
}

fn raw_row(row: &Row<'_>, log_no: i64, body: Option<Vec<u8>>) -> Stored<RawRow> {
    let id: Vec<u8> = row.get(0).map_err(fault)?;
    let sig: Option<Vec<u8>> = row.get(2).map_err(fault)?;
    let state: i64 = row.get(4).map_err(fault)?;
    Ok(RawRow {
        log_no,
        id: OpId::from_slice(&id).ok_or_else(|| damaged("an op's id"))?,
        hdr: row.get(1).map_err(fault)?,
        sig: match sig {
            Some(sig) => Some(Signature::from_slice(&sig).ok_or_else(|| damaged("a signature"))?),
            None => None,
        },
        body,
        received: UnixMillis(row.get(3).map_err(fault)?),
        state: OpState::from_number(state).ok_or_else(|| damaged("an op's state"))?,
    })
}

/// The descriptor in five columns from `at` on.
fn descriptor(row: &Row<'_>, at: usize) -> Stored<Descriptor> {
    let number = |column: usize| row.get::<_, i64>(at + column).map_err(fault);
    let author: Vec<u8> = row.get(at).map_err(fault)?;
    Ok(Descriptor {
        author: PublicKey::from_slice(&author).ok_or_else(|| damaged("a log's author"))?,
        place: PlaceCode(number(1)? as u64),
        topic: topic_numbered(number(2)? as u64).ok_or_else(|| damaged("a log's topic"))?,
        lane: lane_numbered(number(3)? as u64).ok_or_else(|| damaged("a log's lane"))?,
        epoch: u32::try_from(number(4)?).map_err(|_| damaged("a log's epoch"))?,
    })
}

fn log_row(row: &Row<'_>) -> Stored<LogRow> {
    let log = descriptor(row, 0)?;
    let seq: Option<i64> = row.get(5).map_err(fault)?;
    let id: Option<Vec<u8>> = row.get(6).map_err(fault)?;
    let t: Option<i64> = row.get(7).map_err(fault)?;
    let head = match (seq, id, t) {
        (Some(seq), Some(id), Some(t)) => Some(Head {
            seq: u32::try_from(seq).map_err(|_| damaged("a log's head"))?,
            id: OpId::from_slice(&id).ok_or_else(|| damaged("a log's head"))?,
            t: Stamp(t as u64),
        }),
        _ => None,
    };
    let frozen: Option<i64> = row.get(8).map_err(fault)?;
    let frozen = frozen.map(|seq| u32::try_from(seq).map_err(|_| damaged("a log's fork")));
    Ok(LogRow { log, head, frozen: frozen.transpose()? })
}

fn ent(bytes: Vec<u8>) -> Stored<EntityId> {
    EntityId::from_slice(&bytes).ok_or_else(|| damaged("an entity id"))
}

impl Reader {
    fn many<T>(
        &self,
        sql: &str,
        params: impl Params,
        mut each: impl FnMut(&Row<'_>) -> Stored<T>,
    ) -> Stored<Vec<T>> {
        let mut statement = self.conn.prepare_cached(sql).map_err(fault)?;
        let mut rows = statement.query(params).map_err(fault)?;
        let mut out = Vec::new();
        while let Some(row) = rows.next().map_err(fault)? {
            out.push(each(row)?);
        }
        Ok(out)
    }

    fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        each: impl FnMut(&Row<'_>) -> Stored<T>,
    ) -> Stored<Option<T>> {
        Ok(self.many(sql, params, each)?.pop())
    }

    fn ops(&self, rest: &str, params: impl Params) -> Stored<Vec<StoredOp>> {
        self.many(&format!("{OP} {rest}"), params, |row| {
            raw_row(row, 0, row.get(5).map_err(fault)?)?.stored()
        })
    }

    fn log_no(&self, log: &LogId) -> Stored<Option<i64>> {
        let sql = "SELECT no FROM log WHERE id = ?1";
        let mut statement = self.conn.prepare_cached(sql).map_err(fault)?;
        statement.query_row([&log.0[..]], |row| row.get(0)).optional().map_err(fault)
    }

    /// Logs by their number in the tables.
    pub(super) fn log_numbers(&self) -> Stored<BTreeMap<i64, Descriptor>> {
        let sql = format!("{LOG} ORDER BY no").replace("SELECT ", "SELECT no, ");
        let rows =
            self.many(&sql, [], |row| Ok((row.get(0).map_err(fault)?, descriptor(row, 1)?)))?;
        Ok(rows.into_iter().collect())
    }

    /// One picture of the store for several reads; `None` inside another picture, which then holds.
    pub(super) fn picture(&self) -> Stored<Option<Transaction<'_>>> {
        if !self.conn.is_autocommit() {
            return Ok(None);
        }
        self.conn.unchecked_transaction().map(Some).map_err(fault)
    }

    /// Every op as it lies in the tables, log by log; two cursors, so that no row is looked up.
    pub(super) fn each_raw(&self, each: &mut dyn FnMut(RawRow) -> Stored<bool>) -> Stored<()> {
        let ops = "SELECT id, hdr, sig, recv, state, log_no, seq FROM op ORDER BY log_no, seq";
        let bodies = "SELECT log_no, seq, data FROM body ORDER BY log_no, seq";
        // One read transaction, so that both cursors see the same batches.
        let _picture = self.picture()?;
        let mut ops = self.conn.prepare_cached(ops).map_err(fault)?;
        let mut bodies = self.conn.prepare_cached(bodies).map_err(fault)?;
        let mut ops = ops.query([]).map_err(fault)?;
        let mut bodies = bodies.query([]).map_err(fault)?;
        let mut next = next_body(&mut bodies)?;
        while let Some(row) = ops.next().map_err(fault)? {
            let at: (i64, i64) = (row.get(5).map_err(fault)?, row.get(6).map_err(fault)?);
            while next.as_ref().is_some_and(|(body_at, _)| *body_at < at) {
                next = next_body(&mut bodies)?;
            }
            let body = match next.take() {
                Some((body_at, data)) if body_at == at => {
                    next = next_body(&mut bodies)?;
                    Some(data)
                }
                other => {
                    next = other;
                    None
                }
            };
            if !each(raw_row(row, at.0, body)?)? {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn promise<T: rusqlite::types::FromSql>(&self, column: &str) -> Stored<T> {
        let sql = format!("SELECT {column} FROM promise WHERE one = 1");
        self.conn.query_row(&sql, [], |row| row.get(0)).map_err(fault)
    }
}

type BodyRow = ((i64, i64), Vec<u8>);

fn next_body(rows: &mut rusqlite::Rows<'_>) -> Stored<Option<BodyRow>> {
    let Some(row) = rows.next().map_err(fault)? else { return Ok(None) };
    let at = (row.get(0).map_err(fault)?, row.get(1).map_err(fault)?);
    Ok(Some((at, row.get(2).map_err(fault)?)))
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

impl OpRead for Reader {
    fn generation(&self) -> Stored<Generation> {
        let bytes: Vec<u8> = self.promise("generation")?;
        Ok(Generation(bytes.try_into().map_err(|_| damaged("the generation"))?))
    }

    fn logs(&self) -> Stored<Vec<LogRow>> {
        self.many(&format!("{LOG} ORDER BY id"), [], log_row)
    }

    fn log(&self, id: &LogId) -> Stored<Option<LogRow>> {
        self.one(&format!("{LOG} WHERE id = ?1"), [&id.0[..]], log_row)
    }

    fn read(&self, log: &LogId, from: u32, most: usize) -> Stored<Vec<StoredOp>> {
        let Some(no) = self.log_no(log)? else { return Ok(Vec::new()) };
        let rest = "WHERE o.log_no = ?1 AND o.seq >= ?2 ORDER BY o.seq LIMIT ?3";
        self.ops(rest, params![no, from, limit(most)])
    }

    fn op_at(&self, log: &LogId, seq: u32) -> Stored<Option<StoredOp>> {
        let Some(no) = self.log_no(log)? else { return Ok(None) };
        let found = self.ops("WHERE o.log_no = ?1 AND o.seq = ?2", params![no, seq])?;
        Ok(found.into_iter().next())
    }

    fn op(&self, id: &OpId) -> Stored<Option<StoredOp>> {
        let found = self.ops_with_prefix(&id.prefix())?;
        Ok(found.into_iter().find(|stored| stored.op.id() == *id))
    }

    fn ops_with_prefix(&self, prefix: &Prefix) -> Stored<Vec<StoredOp>> {
        let id8 = i64::from_be_bytes(prefix.0);
        self.ops("WHERE o.id8 = ?1 ORDER BY o.id", [id8])
    }

    fn ops_about(&self, ent: &EntityId) -> Stored<Vec<StoredOp>> {
        let mut found = self.ops("WHERE o.ent = ?1", [&ent.0[..]])?;
        found.sort_by_key(|s| (s.op.header().log, s.op.header().seq));
        Ok(found)
    }

    fn each_op(&self, each: &mut dyn FnMut(StoredOp) -> bool) -> Stored<()> {
        self.each_raw(&mut |raw| Ok(each(raw.stored()?)))
    }

    fn op_count(&self) -> Stored<u64> {
        let sql = "SELECT COALESCE(SUM(head_seq + 1), 0) FROM log";
        let count: i64 = self.conn.query_row(sql, [], |row| row.get(0)).map_err(fault)?;
        Ok(count as u64)
    }

    fn aside(&self, log: &LogId) -> Stored<Vec<AsideRow>> {
        let sql = "SELECT hdr, body, sig, why, recv FROM aside WHERE log = ?1 ORDER BY seq, id";
        self.many(sql, [&log.0[..]], |row| {
            let hdr: Vec<u8> = row.get(0).map_err(fault)?;
            let sig: Option<Vec<u8>> = row.get(2).map_err(fault)?;
            let sig = sig.as_deref().and_then(Signature::from_slice);
            let op = Op::decode(&hdr, row.get(1).map_err(fault)?, sig)
                .map_err(|e| StoreError::Damaged(e.to_string()))?;
            let (why, received) = (row.get(3).map_err(fault)?, row.get(4).map_err(fault)?);
            Ok(AsideRow { op, why, received: UnixMillis(received) })
        })
    }

    fn state(&self, kind: u16, of: &EntityId) -> Stored<Option<EntityRow>> {
        let sql = "SELECT fold_version, bytes FROM state WHERE kind = ?1 AND ent = ?2";
        self.one(sql, params![kind, &of.0[..]], |row| {
            let (fold_version, bytes) = (row.get(0).map_err(fault)?, row.get(1).map_err(fault)?);
            Ok(EntityRow { kind, ent: *of, fold_version, bytes })
        })
    }

    fn states(&self, kind: u16, after: Option<&EntityId>, most: usize) -> Stored<Vec<EntityRow>> {
        let sql = "SELECT ent, fold_version, bytes FROM state WHERE kind = ?1 AND ent > ?2 \
                   ORDER BY ent LIMIT ?3";
        let after = after.map_or(&[][..], |e| &e.0);
        self.many(sql, params![kind, after, limit(most)], |row| {
            let (fold_version, bytes) = (row.get(1).map_err(fault)?, row.get(2).map_err(fault)?);
            Ok(EntityRow { kind, ent: ent(row.get(0).map_err(fault)?)?, fold_version, bytes })
        })
    }

    fn find(
        &self,
        kind: u16,
        query: &FacetQuery,
        after: Option<&EntityId>,
        most: usize,
    ) -> Stored<Vec<EntityId>> {
        let after = after.map_or(&[][..], |e| &e.0);
        let each = |row: &Row<'_>| ent(row.get(0).map_err(fault)?);
        match query {
            FacetQuery::Is { name, value } => self.many(
                "SELECT ent FROM facet WHERE kind = ?1 AND name = ?2 AND value = ?3 AND ent > ?4 \
                 ORDER BY ent LIMIT ?5",
                params![kind, name, value, after, limit(most)],
                each,
            ),
            FacetQuery::Between { name, low, high } => self.many(
                "SELECT DISTINCT ent FROM facet WHERE kind = ?1 AND name = ?2 \
                 AND value BETWEEN ?3 AND ?4 AND ent > ?5 ORDER BY ent LIMIT ?6",
                params![kind, name, low, high, after, limit(most)],
                each,
            ),
        }
    }

    fn facets(&self, kind: u16, ent: &EntityId) -> Stored<Vec<(String, String)>> {
        let sql = "SELECT name, value FROM facet WHERE kind = ?1 AND ent = ?2 ORDER BY name, value";
        self.many(sql, params![kind, &ent.0[..]], |row| {
            Ok((row.get(0).map_err(fault)?, row.get(1).map_err(fault)?))
        })
    }

    fn disputes(&self, of: Option<&EntityId>) -> Stored<Vec<DisputeRow>> {
        let all = "SELECT ent, kind, field, op, reason, since FROM dispute \
                   ORDER BY ent, kind, field, op, reason";
        let one = "SELECT ent, kind, field, op, reason, since FROM dispute WHERE ent = ?1 \
                   ORDER BY ent, kind, field, op, reason";
        let each = |row: &Row<'_>| {
            let op: Vec<u8> = row.get(3).map_err(fault)?;
            Ok(DisputeRow {
                ent: ent(row.get(0).map_err(fault)?)?,
                kind: row.get(1).map_err(fault)?,
                field: row.get(2).map_err(fault)?,
                op: OpId::from_slice(&op).ok_or_else(|| damaged("a dispute"))?,
                reason: row.get(4).map_err(fault)?,
                since: UnixMillis(row.get(5).map_err(fault)?),
            })
        };
        match of {
            Some(of) => self.many(one, [&of.0[..]], each),
            None => self.many(all, [], each),
        }
    }

    fn records(
        &self,
        kind: u16,
        ent: &EntityId,
        span: (UnixMillis, UnixMillis),
        most: usize,
    ) -> Stored<Vec<RecordRow>> {
        let sql = "SELECT at, bytes FROM record WHERE kind = ?1 AND ent = ?2 \
                   AND at BETWEEN ?3 AND ?4 ORDER BY at LIMIT ?5";
        let params = params![kind, &ent.0[..], span.0.0, span.1.0, limit(most)];
        self.many(sql, params, |row| {
            let (at, bytes) = (row.get(0).map_err(fault)?, row.get(1).map_err(fault)?);
            Ok(RecordRow { kind, ent: *ent, at: UnixMillis(at), bytes })
        })
    }

    fn retry(&self, key: &Hash32) -> Stored<Option<RetryRow>> {
        let sql = "SELECT request, status, answer, at FROM retry WHERE key = ?1";
        self.one(sql, [&key.0[..]], |row| {
            let request: Vec<u8> = row.get(0).map_err(fault)?;
            Ok(RetryRow {
                key: *key,
                request: Hash32::from_slice(&request).ok_or_else(|| damaged("a retry row"))?,
                status: row.get(1).map_err(fault)?,
                answer: row.get(2).map_err(fault)?,
                at: UnixMillis(row.get(3).map_err(fault)?),
            })
        })
    }

    fn data_key(&self, id: &KeyId) -> Stored<Option<DataKeyRow>> {
        let sql = "SELECT id, owner, wrapped FROM data_key WHERE id = ?1";
        self.one(sql, [&id.0[..]], data_key)
    }

    fn data_key_of(&self, owner: &str) -> Stored<Option<DataKeyRow>> {
        let sql = "SELECT id, owner, wrapped FROM data_key \
                   WHERE owner = ?1 AND wrapped IS NOT NULL ORDER BY id DESC";
        self.one(sql, [owner], data_key)
    }

    fn blob(&self, hash: &Hash32) -> Stored<Option<BlobRow>> {
        let sql = "SELECT len, here FROM blob WHERE hash = ?1";
        self.one(sql, [&hash.0[..]], |row| {
            let len: i64 = row.get(0).map_err(fault)?;
            Ok(BlobRow { hash: *hash, len: len as u64, here: row.get(1).map_err(fault)? })
        })
    }

    fn meta(&self, key: &str) -> Stored<Option<Vec<u8>>> {
        self.one("SELECT v FROM meta WHERE k = ?1", [key], |row| row.get(0).map_err(fault))
    }

    fn may_append(&self, row: &LogRow) -> Stored<bool> {
        if row.log.epoch < self.epoch_min()? {
            return Ok(false);
        }
        let id = row.log.id();
        let sql = "SELECT EXISTS(SELECT 1 FROM log WHERE id = ?1 AND closed <> 0) \
                   OR EXISTS(SELECT 1 FROM loss WHERE log8 = ?2)";
        let mut statement = self.conn.prepare_cached(sql).map_err(fault)?;
        let closed: bool = statement
            .query_row(params![&id.0[..], &log8(&id)[..]], |row| row.get(0))
            .map_err(fault)?;
        Ok(!closed)
    }

    fn epoch_min(&self) -> Stored<u32> {
        self.promise("epoch_min")
    }
}

fn data_key(row: &Row<'_>) -> Stored<DataKeyRow> {
    let id: Vec<u8> = row.get(0).map_err(fault)?;
    Ok(DataKeyRow {
        id: KeyId::from_slice(&id).ok_or_else(|| damaged("a data key"))?,
        owner: row.get(1).map_err(fault)?,
        wrapped: row.get(2).map_err(fault)?,
    })
}
