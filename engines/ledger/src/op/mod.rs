//! The op: a small signed record that is never changed.
//!
//! An op is exact bytes: a canonical header whose hash is its id, a body whose hash the header
//! names, and a signature over the id. This module makes and reads those bytes; what an op means
//! is told by the entity that wrote it, and what it is worth by [`crate::cert`] and the fold.
//! Source: sync §2; `docs/formats/ledger.md`.

mod codes;
mod frame;
mod header;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use kernel::{Hash32, OpId, hash, hash_tagged};

pub use codes::{CODES, Code, code};
pub use frame::FRAME_MAX;
pub use header::{Dep, Header};

use crate::key::{PublicKey, SecretKey, Signature};
use crate::value::{Value, ValueError};

/// Version of the op format.
pub const OP_VERSION: u64 = 1;
/// Domain tag of op ids.
pub const OP_TAG: &str = "anlan/op/1\0";
/// Most bytes a stored body may have.
pub const BODY_MAX: usize = 65_536;
/// Most bytes a header may have, keys of later programs counted.
pub const HEADER_MAX: usize = 4_096;
/// Most ops that one op may name as seen.
pub const SUP_MAX: usize = 16;
/// Most positions in other logs that one op may rely on.
pub const DEP_MAX: usize = 4;

/// Why bytes are no op, or not the op they say.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpError {
    /// Not the one canonical form of a header, body or frame.
    #[error("malformed-op: {0}")]
    Malformed(String),
    /// Made by a later program: another version or algorithm.
    #[error("op needs a newer program: {what} {number}")]
    Newer {
        /// Which part.
        what: &'static str,
        /// Its number there.
        number: u64,
    },
    /// Longer than the limit.
    #[error("op-too-large: {what} of {bytes} bytes, at most {limit}")]
    TooLarge {
        /// Header, body or frame.
        what: &'static str,
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Names more ops than the limit.
    #[error("too-many-links: {what} names {count}, at most {limit}")]
    TooManyLinks {
        /// `sup` or `dep`.
        what: &'static str,
        /// How many.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// The body is not the one whose hash and length the header names.
    #[error("body of {found} bytes is not the one the header names ({expected} bytes)")]
    WrongBody {
        /// Length by the header.
        expected: u32,
        /// Length found.
        found: usize,
    },
    /// The body is encrypted or not here.
    #[error("the body is {0}")]
    NoBody(&'static str),
}

impl OpError {
    /// Stable code for people and machines.
    pub fn code(&self) -> &'static str {
        match self {
            OpError::Malformed(_) => "malformed-op",
            OpError::Newer { .. } => "newer-program",
            OpError::TooLarge { .. } => "op-too-large",
            OpError::TooManyLinks { .. } => "too-many-links",
            OpError::WrongBody { .. } => "wrong-body",
            OpError::NoBody(_) => "no-body",
        }
    }
}

impl From<ValueError> for OpError {
    fn from(e: ValueError) -> Self {
        OpError::Malformed(e.to_string())
    }
}

/// A signed record: header with its exact bytes and id, body where it is here, signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Op {
    header: Header,
    bytes: Vec<u8>,
    id: OpId,
    body: Option<Vec<u8>>,
    sig: Option<Signature>,
}

impl Op {
    /// Makes and signs an op: fills the body's hash and length in, then id and signature.
    ///
    /// # Errors
    /// [`OpError`] where header or body break a limit.
    pub fn sign(mut header: Header, body: Vec<u8>, key: &SecretKey) -> Result<Op, OpError> {
        limit("body", body.len(), BODY_MAX)?;
        header.body_hash = hash(&body);
        header.body_len = body.len() as u32;
        header.check()?;
        let bytes = header.encode();
        limit("header", bytes.len(), HEADER_MAX)?;
        let id = id_of(&bytes);
        let sig = Some(key.sign(&id));
        Ok(Op { header, bytes, id, body: Some(body), sig })
    }

    /// Reads the stored form: exact header bytes, body where it is here, signature where it has
    /// one.
    ///
    /// The id is computed and the body held against the header; the signature is not checked.
    ///
    /// # Errors
    /// [`OpError`] names what is wrong.
    pub fn decode(
        header_bytes: &[u8],
        body: Option<Vec<u8>>,
        sig: Option<Signature>,
    ) -> Result<Op, OpError> {
        let header = Header::decode(header_bytes)?;
        if let Some(body) = &body {
            let named = header.body_len as usize == body.len() && header.body_hash == hash(body);
            if !named {
                let (expected, found) = (header.body_len, body.len());
                return Err(OpError::WrongBody { expected, found });
            }
        }
        let id = id_of(header_bytes);
        Ok(Op { header, bytes: header_bytes.to_vec(), id, body, sig })
    }

    /// Reads what this program checked before it stored it: no hash is computed again.
    ///
    /// # Errors
    /// [`OpError`] where the header does not read.
    pub fn decode_checked(
        id: OpId,
        header_bytes: Vec<u8>,
        body: Option<Vec<u8>>,
        sig: Option<Signature>,
    ) -> Result<Op, OpError> {
        let header = Header::decode(&header_bytes)?;
        Ok(Op { header, bytes: header_bytes, id, body, sig })
    }

    /// What the header says.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The exact header bytes.
    pub fn header_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The id: `H("anlan/op/1\0" ‖ header)`.
    pub fn id(&self) -> OpId {
        self.id
    }

    /// The stored body bytes (encrypted where the header names a data key); `None`: not here.
    pub fn body_bytes(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }

    /// The signature, where the op has its own.
    pub fn signature(&self) -> Option<&Signature> {
        self.sig.as_ref()
    }

    /// The op without its body: withheld or pruned. Header, id and signature stay.
    pub fn without_body(mut self) -> Op {
        self.body = None;
        self
    }

    /// Whether the op's own signature is good; `false` where it has none.
    pub fn signed_by(&self, author: &PublicKey) -> bool {
        self.sig.as_ref().is_some_and(|sig| author.verify(&self.id, sig))
    }

    /// The map of an open body.
    ///
    /// # Errors
    /// [`OpError::NoBody`] where it is encrypted or not here, [`OpError::Malformed`] where it is no
    /// canonical map: such an op is kept and writes nothing.
    pub fn body(&self) -> Result<BTreeMap<u64, Value>, OpError> {
        if self.header.key.is_some() {
            return Err(OpError::NoBody("encrypted"));
        }
        body_map(self.body.as_deref().ok_or(OpError::NoBody("not here"))?)
    }
}

/// Reads plain body bytes: one canonical map.
///
/// # Errors
/// [`OpError::Malformed`] where they are anything else, [`OpError::TooLarge`] over the limit.
pub fn body_map(bytes: &[u8]) -> Result<BTreeMap<u64, Value>, OpError> {
    limit("body", bytes.len(), BODY_MAX)?;
    match Value::decode(bytes)? {
        Value::Map(map) => Ok(map),
        _ => Err(OpError::Malformed("a body is a map".to_owned())),
    }
}

/// The canonical bytes of a body map.
pub fn body_bytes(body: &BTreeMap<u64, Value>) -> Vec<u8> {
    Value::Map(body.clone()).encode()
}

/// The id of a header: `H("anlan/op/1\0" ‖ header)`.
pub fn id_of(header_bytes: &[u8]) -> OpId {
    let Hash32(bytes) = hash_tagged(OP_TAG, &[header_bytes]);
    OpId(bytes)
}

fn limit(what: &'static str, bytes: usize, limit: usize) -> Result<(), OpError> {
    if bytes > limit { Err(OpError::TooLarge { what, bytes, limit }) } else { Ok(()) }
}
