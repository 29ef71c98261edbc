//! Logs: one writer, one place, one topic, one lane, one epoch; named by the hash of that.
//!
//! Source: sync §3. A log's descriptor is a CBOR array; its id is what every op header carries.

use std::fmt;

use kernel::{LogId, PlaceCode, hash_tagged};
use minicbor::{Decoder, Encoder};

use crate::entity::{Lane, Topic};
use crate::key::PublicKey;

/// The signing suite of version 1: BLAKE3-256 and Ed25519 under the strict rule.
pub const ALG_ED25519: u64 = 1;
/// Reserved for SM3 and SM2.
pub const ALG_SM: u64 = 2;
/// Domain tag of log ids.
pub const LOG_TAG: &str = "anlan/log/1\0";

/// Who writes a log, in whose name, about what, how urgent, and the how-manieth such log it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Descriptor {
    /// The one key that writes it.
    pub author: PublicKey,
    /// Unit in whose name the author acts; for stock rights the store's place.
    pub place: PlaceCode,
    /// What it is about.
    pub topic: Topic,
    /// How urgent.
    pub lane: Lane,
    /// Counts from 0; a new one where the author is not sure of the old one's head.
    pub epoch: u32,
}

/// Why bytes are no descriptor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// Not the one CBOR form of a descriptor.
    #[error("log descriptor is malformed: {0}")]
    Malformed(&'static str),
    /// A descriptor of a later format or suite.
    #[error("log descriptor needs a newer program: {what} {number}")]
    Newer {
        /// Which part.
        what: &'static str,
        /// Its number there.
        number: u64,
    },
}

impl Descriptor {
    /// The canonical bytes: `[1, alg, public key, place, topic, lane, epoch]`.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(56);
        let mut e = Encoder::new(&mut out);
        // Writing to a Vec cannot fail.
        let _ = e.array(7).and_then(|e| e.u8(1)).and_then(|e| e.u64(ALG_ED25519));
        let _ = e.bytes(&self.author.0).and_then(|e| e.u64(self.place.0));
        let _ = e.u8(self.topic as u8).and_then(|e| e.u8(self.lane as u8));
        let _ = e.u32(self.epoch);
        out
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// [`LogError`] where they are another form, or of a later version.
    pub fn decode(bytes: &[u8]) -> Result<Self, LogError> {
        const BAD: LogError = LogError::Malformed("not [1, alg, key, place, topic, lane, epoch]");
        let mut d = Decoder::new(bytes);
        let bad = |_| BAD;
        let len = d.array().map_err(bad)?;
        let version = d.u64().map_err(bad)?;
        if version != 1 {
            return Err(LogError::Newer { what: "version", number: version });
        }
        let alg = d.u64().map_err(bad)?;
        if alg != ALG_ED25519 {
            return Err(LogError::Newer { what: "algorithm", number: alg });
        }
        if len != Some(7) {
            return Err(BAD);
        }
        let author = PublicKey::from_slice(d.bytes().map_err(bad)?).ok_or(BAD)?;
        let place = PlaceCode(d.u64().map_err(bad)?);
        let topic = d.u64().map_err(bad)?;
        let topic =
            topic_numbered(topic).ok_or(LogError::Newer { what: "topic", number: topic })?;
        let lane = lane_numbered(d.u64().map_err(bad)?).ok_or(LogError::Malformed("lane"))?;
        let epoch = d.u32().map_err(bad)?;
        let read = Descriptor { author, place, topic, lane, epoch };
        if read.encode() != bytes {
            return Err(LogError::Malformed("not in canonical form"));
        }
        Ok(read)
    }

    /// The log's id: the first 16 bytes of `H("anlan/log/1\0" ‖ descriptor)`.
    pub fn id(&self) -> LogId {
        let full = hash_tagged(LOG_TAG, &[&self.encode()]);
        let mut id = [0; 16];
        id.copy_from_slice(&full.0[..16]);
        LogId(id)
    }
}

impl fmt::Debug for Descriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Descriptor { author, place, topic, lane, epoch } = self;
        write!(f, "log of {author} at {place}, {topic:?}, {lane:?}, epoch {epoch}")
    }
}

/// The topic with this number; `None`: a later program's.
pub fn topic_numbered(number: u64) -> Option<Topic> {
    use Topic::*;
    [
        Keys, Incidents, Tasks, Stock, Registers, Orders, Warnings, Hazards, Teams, Documents,
        Receipts, Audit,
    ]
    .into_iter()
    .find(|t| *t as u64 == number)
}

/// The lane with this number.
pub fn lane_numbered(number: u64) -> Option<Lane> {
    [Lane::LifeSafety, Lane::Command, Lane::Relief, Lane::Routine]
        .into_iter()
        .find(|l| *l as u64 == number)
}
