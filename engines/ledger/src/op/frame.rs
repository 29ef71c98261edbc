//! The wire frame: `[m, body | null, sig | null]`, an op without what the receiver can fill in.
//!
//! `m` is the header without keys 1–5, and without 10 and 11 where the body is there. The receiver
//! knows the log it reads and where it stands in it, rebuilds the exact header, and then verifies.

use kernel::{LogId, OpId, hash};
use minicbor::data::Type;
use minicbor::{Decoder, Encoder};

use super::header::Parts;
use super::{BODY_MAX, HEADER_MAX, Op, OpError, id_of, limit};
use crate::key::Signature;

/// Most bytes a frame may have.
pub const FRAME_MAX: usize = BODY_MAX + HEADER_MAX + 128;

impl Op {
    /// The frame, with the signature or, in a signed run, without.
    pub fn to_frame(&self, with_signature: bool) -> Vec<u8> {
        let mut out = vec![0x83];
        out.extend_from_slice(&self.header.encode_short(self.body.is_none()));
        let mut e = Encoder::new(&mut out);
        // Writing to a Vec cannot fail.
        let _ = match &self.body {
            Some(body) => e.bytes(body).map(drop),
            None => e.null().map(drop),
        };
        let _ = match self.sig.filter(|_| with_signature) {
            Some(sig) => e.bytes(&sig.0).map(drop),
            None => e.null().map(drop),
        };
        out
    }

    /// Rebuilds the op that follows `prev` at `seq` of `log` from its frame.
    ///
    /// # Errors
    /// [`OpError`] where the frame is not in its one form or breaks a limit. The signature is not
    /// checked.
    pub fn from_frame(
        bytes: &[u8],
        log: LogId,
        seq: u32,
        prev: Option<OpId>,
    ) -> Result<Op, OpError> {
        limit("frame", bytes.len(), FRAME_MAX)?;
        let cbor = |e: minicbor::decode::Error| OpError::Malformed(e.to_string());
        let bad = |why: &str| OpError::Malformed(why.to_owned());
        let mut d = Decoder::new(bytes);
        if d.array().map_err(cbor)? != Some(3) {
            return Err(bad("a frame has three parts"));
        }
        let mut parts = Parts::read_map(&mut d)?;
        if parts.version.is_some() || parts.alg.is_some() || parts.log.is_some() {
            return Err(bad("a frame does not repeat keys 1 to 5"));
        }
        if parts.seq.is_some() || parts.prev.is_some() {
            return Err(bad("a frame does not repeat keys 1 to 5"));
        }
        let body = optional_bytes(&mut d)?.map(<[u8]>::to_vec);
        let sig = match optional_bytes(&mut d)? {
            Some(sig) => Some(Signature::from_slice(sig).ok_or_else(|| bad("signature"))?),
            None => None,
        };
        let named = (parts.body_hash.take(), parts.body_len.take());
        let (body_hash, body_len) = match (&body, named) {
            (Some(body), (None, None)) => {
                limit("body", body.len(), BODY_MAX)?;
                (hash(body), body.len() as u32)
            }
            (None, (Some(hash), Some(len))) => (hash, len),
            _ => return Err(bad("keys 10 and 11 are there exactly when the body is not")),
        };
        let header = parts.into_header(log, seq, prev, body_hash, body_len)?;
        header.check()?;
        let header_bytes = header.encode();
        limit("header", header_bytes.len(), HEADER_MAX)?;
        let op = Op { id: id_of(&header_bytes), header, bytes: header_bytes, body, sig };
        if op.to_frame(true) != bytes {
            return Err(bad("frame not in canonical form"));
        }
        Ok(op)
    }
}

fn optional_bytes<'b>(d: &mut Decoder<'b>) -> Result<Option<&'b [u8]>, OpError> {
    let cbor = |e: minicbor::decode::Error| OpError::Malformed(e.to_string());
    if d.datatype().map_err(cbor)? == Type::Null {
        d.null().map_err(cbor)?;
        return Ok(None);
    }
    d.bytes().map(Some).map_err(cbor)
}
