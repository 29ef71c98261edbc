//! The header of an op: a map with small integer keys, read and written without a value tree.
//!
//! Keys 17–31 are kept and ignored; an op with an unknown key of 32 or more is kept and not folded.

use std::collections::BTreeMap;

use kernel::{ClockQuality, EntityId, Hash32, KeyId, LogId, OpId, Prefix, Stamp};
use minicbor::{Decoder, Encoder};

use super::{BODY_MAX, DEP_MAX, HEADER_MAX, OP_VERSION, OpError, SUP_MAX, limit};
use crate::entity::DataClass;
use crate::log::ALG_ED25519;
use crate::value::Value;

/// Keys from here on change the meaning: who does not know one must not fold the op.
const CRITICAL_FROM: u64 = 32;

/// A position in another log that must be held before an op is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dep {
    /// Which log.
    pub log: LogId,
    /// Up to and with this seq.
    pub seq: u32,
}

/// What an op says of itself, all of it signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Key 3: the log.
    pub log: LogId,
    /// Key 4: position in the log, from 0 without gaps.
    pub seq: u32,
    /// Key 5: id of the op before it; `None` exactly at seq 0.
    pub prev: Option<OpId>,
    /// Key 6: entry time.
    pub t: Stamp,
    /// Key 7: type code × 16 + version, at most 65,535.
    pub op_type: u32,
    /// Key 8: the entity it is about.
    pub ent: Option<EntityId>,
    /// Key 9: the heads of the entity that its author saw, at most 16.
    pub sup: Vec<Prefix>,
    /// Key 10: hash of the stored body bytes.
    pub body_hash: Hash32,
    /// Key 11: length of the stored body bytes, at most 65,536.
    pub body_len: u32,
    /// Key 12: how far the author's clock could be trusted.
    pub clk: ClockQuality,
    /// Key 13: data class of the body.
    pub class: DataClass,
    /// Key 14: the data key that the body is encrypted with.
    pub key: Option<KeyId>,
    /// Key 15: the person a node signs for.
    pub obo: Option<KeyId>,
    /// Key 16: positions in other logs that it relies on, at most 4.
    pub dep: Vec<Dep>,
    /// Keys 17 and up, of later programs.
    pub other: BTreeMap<u64, Value>,
}

impl Header {
    /// Type code, without the version.
    pub fn code(&self) -> u32 {
        self.op_type / 16
    }

    /// Version of the body.
    pub fn version(&self) -> u8 {
        (self.op_type % 16) as u8
    }

    /// Whether a key of 32 or more is there: the op is kept and forwarded, not folded.
    pub fn needs_newer_program(&self) -> bool {
        self.other.keys().any(|k| *k >= CRITICAL_FROM)
    }

    /// Holds the header against every limit.
    ///
    /// # Errors
    /// [`OpError`] names the first limit it breaks.
    pub fn check(&self) -> Result<(), OpError> {
        let bad = |why: &str| Err(OpError::Malformed(why.to_owned()));
        links("sup", self.sup.len(), SUP_MAX)?;
        links("dep", self.dep.len(), DEP_MAX)?;
        limit("body", self.body_len as usize, BODY_MAX)?;
        if (self.seq == 0) != self.prev.is_none() {
            return bad("prev is there exactly when seq is above 0");
        }
        if self.op_type > 0xffff {
            return bad("type above 65535");
        }
        if self.other.keys().any(|k| *k <= 16) {
            return bad("a known key among the unknown");
        }
        Ok(())
    }

    /// The canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(160);
        let mut e = Encoder::new(&mut out);
        // Writing to a Vec cannot fail.
        let _ = e.map(8 + u64::from(self.prev.is_some()) + self.optional());
        let _ = e.u8(1).and_then(|e| e.u64(OP_VERSION));
        let _ = e.u8(2).and_then(|e| e.u64(ALG_ED25519));
        let _ = e.u8(3).and_then(|e| e.bytes(&self.log.0));
        let _ = e.u8(4).and_then(|e| e.u32(self.seq));
        if let Some(prev) = &self.prev {
            let _ = e.u8(5).and_then(|e| e.bytes(&prev.0));
        }
        self.encode_from_6(&mut out, true);
        out
    }

    /// How many entries are there that only some headers have, `prev` not counted.
    fn optional(&self) -> u64 {
        u64::from(self.ent.is_some())
            + u64::from(!self.sup.is_empty())
            + u64::from(self.clk != ClockQuality::SyncedDay)
            + u64::from(self.class != DataClass::Open)
            + u64::from(self.key.is_some())
            + u64::from(self.obo.is_some())
            + u64::from(!self.dep.is_empty())
            + self.other.len() as u64
    }

    /// What a wire frame carries: keys 6 and up, 10 and 11 only where the body is not with it.
    pub(super) fn encode_short(&self, with_hash: bool) -> Vec<u8> {
        let mut out = Vec::with_capacity(96);
        let hashed = if with_hash { 2 } else { 0 };
        let _ = Encoder::new(&mut out).map(2 + hashed + self.optional());
        self.encode_from_6(&mut out, with_hash);
        out
    }

    fn encode_from_6(&self, out: &mut Vec<u8>, with_hash: bool) {
        let mut e = Encoder::new(&mut *out);
        let _ = e.u8(6).and_then(|e| e.u64(self.t.0));
        let _ = e.u8(7).and_then(|e| e.u32(self.op_type));
        if let Some(ent) = &self.ent {
            let _ = e.u8(8).and_then(|e| e.bytes(&ent.0));
        }
        if !self.sup.is_empty() {
            let _ = e.u8(9).and_then(|e| e.array(self.sup.len() as u64));
            for prefix in &self.sup {
                let _ = e.bytes(&prefix.0);
            }
        }
        if with_hash {
            let _ = e.u8(10).and_then(|e| e.bytes(&self.body_hash.0));
            let _ = e.u8(11).and_then(|e| e.u32(self.body_len));
        }
        if self.clk != ClockQuality::SyncedDay {
            let _ = e.u8(12).and_then(|e| e.u8(self.clk as u8));
        }
        if self.class != DataClass::Open {
            let _ = e.u8(13).and_then(|e| e.u8(self.class as u8));
        }
        if let Some(key) = &self.key {
            let _ = e.u8(14).and_then(|e| e.bytes(&key.0));
        }
        if let Some(obo) = &self.obo {
            let _ = e.u8(15).and_then(|e| e.bytes(&obo.0));
        }
        if !self.dep.is_empty() {
            let _ = e.u8(16).and_then(|e| e.array(self.dep.len() as u64));
            for dep in &self.dep {
                let _ = e.array(2).and_then(|e| e.bytes(&dep.log.0)).and_then(|e| e.u32(dep.seq));
            }
        }
        for (key, value) in &self.other {
            let _ = Encoder::new(&mut *out).u64(*key);
            out.extend_from_slice(&value.encode());
        }
    }

    /// Reads canonical header bytes.
    ///
    /// # Errors
    /// [`OpError`] names what is wrong; any form but the canonical one is `malformed-op`.
    pub fn decode(bytes: &[u8]) -> Result<Header, OpError> {
        limit("header", bytes.len(), HEADER_MAX)?;
        let mut parts = Parts::read(bytes)?;
        if let Some(number) = parts.version.filter(|v| *v != OP_VERSION) {
            return Err(OpError::Newer { what: "version", number });
        }
        if let Some(number) = parts.alg.filter(|a| *a != ALG_ED25519) {
            return Err(OpError::Newer { what: "algorithm", number });
        }
        if parts.version.is_none() || parts.alg.is_none() {
            return Err(missing("1 or 2"));
        }
        let log = parts.log.take().ok_or_else(|| missing("3"))?;
        let seq = parts.seq.ok_or_else(|| missing("4"))?;
        let prev = parts.prev.take();
        let hash = parts.body_hash.take().ok_or_else(|| missing("10"))?;
        let len = parts.body_len.ok_or_else(|| missing("11"))?;
        let header = parts.into_header(log, seq, prev, hash, len)?;
        header.check()?;
        if header.encode() != bytes {
            return Err(OpError::Malformed("header not in canonical form".to_owned()));
        }
        Ok(header)
    }
}

fn links(what: &'static str, count: usize, limit: usize) -> Result<(), OpError> {
    if count > limit { Err(OpError::TooManyLinks { what, count, limit }) } else { Ok(()) }
}

fn missing(key: &str) -> OpError {
    OpError::Malformed(format!("header key {key} is missing"))
}

/// Header entries as found, before it is known whether they are whole.
#[derive(Default)]
pub(super) struct Parts {
    pub version: Option<u64>,
    pub alg: Option<u64>,
    pub log: Option<LogId>,
    pub seq: Option<u32>,
    pub prev: Option<OpId>,
    pub body_hash: Option<Hash32>,
    pub body_len: Option<u32>,
    t: Option<u64>,
    op_type: Option<u32>,
    ent: Option<EntityId>,
    sup: Vec<Prefix>,
    clk: Option<u64>,
    class: Option<u64>,
    key: Option<KeyId>,
    obo: Option<KeyId>,
    dep: Vec<Dep>,
    other: BTreeMap<u64, Value>,
}

impl Parts {
    pub(super) fn read(bytes: &[u8]) -> Result<Parts, OpError> {
        let mut d = Decoder::new(bytes);
        let parts = Parts::read_map(&mut d)?;
        if d.position() != bytes.len() {
            return Err(OpError::Malformed("bytes after the header".to_owned()));
        }
        Ok(parts)
    }

    pub(super) fn read_map(d: &mut Decoder<'_>) -> Result<Parts, OpError> {
        let cbor = |e: minicbor::decode::Error| OpError::Malformed(e.to_string());
        let count = d.map().map_err(cbor)?.ok_or_else(|| wrong("map without length", 0))?;
        let mut parts = Parts::default();
        let mut last = None;
        for _ in 0..count {
            let key = d.u64().map_err(cbor)?;
            if last.is_some_and(|l| l >= key) {
                return Err(wrong("keys not rising", key));
            }
            last = Some(key);
            parts.entry(key, d)?;
        }
        Ok(parts)
    }

    fn entry(&mut self, key: u64, d: &mut Decoder<'_>) -> Result<(), OpError> {
        let cbor = |e: minicbor::decode::Error| wrong(&e.to_string(), key);
        match key {
            1 => self.version = Some(d.u64().map_err(cbor)?),
            2 => self.alg = Some(d.u64().map_err(cbor)?),
            3 => self.log = Some(fixed(d, key).map(LogId)?),
            4 => self.seq = Some(d.u32().map_err(cbor)?),
            5 => self.prev = Some(fixed(d, key).map(OpId)?),
            6 => self.t = Some(d.u64().map_err(cbor)?),
            7 => self.op_type = Some(d.u32().map_err(cbor)?),
            8 => self.ent = Some(fixed(d, key).map(EntityId)?),
            9 => {
                let count = array(d, key, "sup", SUP_MAX)?;
                for _ in 0..count {
                    self.sup.push(fixed(d, key).map(Prefix)?);
                }
            }
            10 => self.body_hash = Some(fixed(d, key).map(Hash32)?),
            11 => self.body_len = Some(d.u32().map_err(cbor)?),
            12 => self.clk = Some(d.u64().map_err(cbor)?),
            13 => self.class = Some(d.u64().map_err(cbor)?),
            14 => self.key = Some(fixed(d, key).map(KeyId)?),
            15 => self.obo = Some(fixed(d, key).map(KeyId)?),
            16 => {
                let count = array(d, key, "dep", DEP_MAX)?;
                for _ in 0..count {
                    if d.array().map_err(cbor)? != Some(2) {
                        return Err(wrong("not [log, seq]", key));
                    }
                    let log = fixed(d, key).map(LogId)?;
                    self.dep.push(Dep { log, seq: d.u32().map_err(cbor)? });
                }
            }
            _ => {
                let from = d.position();
                d.skip().map_err(cbor)?;
                let raw = d.input().get(from..d.position()).unwrap_or_default();
                self.other.insert(key, Value::decode(raw)?);
            }
        }
        Ok(())
    }

    pub(super) fn into_header(
        self,
        log: LogId,
        seq: u32,
        prev: Option<OpId>,
        body_hash: Hash32,
        body_len: u32,
    ) -> Result<Header, OpError> {
        let clk = ClockQuality::from_number(self.clk.unwrap_or(1));
        let class = class_numbered(self.class.unwrap_or(0));
        Ok(Header {
            log,
            seq,
            prev,
            t: Stamp(self.t.ok_or_else(|| missing("6"))?),
            op_type: self.op_type.ok_or_else(|| missing("7"))?,
            ent: self.ent,
            sup: self.sup,
            body_hash,
            body_len,
            clk: clk.ok_or_else(|| wrong("no such clock quality", 12))?,
            class: class.ok_or_else(|| wrong("no such data class", 13))?,
            key: self.key,
            obo: self.obo,
            dep: self.dep,
            other: self.other,
        })
    }
}

fn class_numbered(number: u64) -> Option<DataClass> {
    [DataClass::Open, DataClass::Internal, DataClass::Personal, DataClass::Sensitive]
        .into_iter()
        .find(|c| *c as u64 == number)
}

fn wrong(why: &str, key: u64) -> OpError {
    OpError::Malformed(format!("header key {key}: {why}"))
}

fn fixed<const N: usize>(d: &mut Decoder<'_>, key: u64) -> Result<[u8; N], OpError> {
    let bytes = d.bytes().map_err(|e| wrong(&e.to_string(), key))?;
    bytes.try_into().map_err(|_| wrong("wrong number of bytes", key))
}

fn array(d: &mut Decoder<'_>, key: u64, what: &'static str, most: usize) -> Result<usize, OpError> {
    let count = d.array().map_err(|e| wrong(&e.to_string(), key))?;
    let count = count.ok_or_else(|| wrong("list without length", key))?;
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    links(what, count, most)?;
    Ok(count)
}
