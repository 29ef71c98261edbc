//! What lies in a node's folder beside the record and may name persons: encrypted with a key that
//! only the node's own key gives, as the bodies of class 2 and 3 are. Source: sync §11.
//!
//! The nonce follows from what is sealed, so that an exercise made twice is the same bytes.

use kernel::{Hash32, hash_tagged};
use ledger::SecretKey;
use ledger::crypt::{DataKey, OVERHEAD, decrypt_body, encrypt_body};

/// Most bytes that are sealed in one piece.
const PIECE: usize = 32 << 10;

/// Seals and opens with one node's key, for one use: what is sealed for one opens for no other.
pub struct Sealed {
    key: DataKey,
    secret: [u8; 32],
}

impl Sealed {
    /// For a use, such as `accounts`.
    pub fn of(node: &SecretKey, what: &str) -> Self {
        let secret = hash_tagged("anlan/folder/1\0", &[&node.to_bytes(), what.as_bytes()]).0;
        Sealed { key: DataKey::new(secret), secret }
    }

    /// The sealed form. Every piece is bound to its number and to whether it is the last one.
    pub fn seal(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let mut sealed = Vec::new();
        let pieces = plain.len().div_ceil(PIECE).max(1);
        for number in 0..pieces {
            let end = plain.len().min((number + 1) * PIECE);
            let piece = &plain[number * PIECE..end];
            let bound = bound(number, pieces)?;
            let nonce =
                hash_tagged("anlan/nonce/1\0", &[&self.secret, &bound.to_be_bytes(), piece]);
            let nonce: [u8; 24] = nonce.0[..24].try_into().ok()?;
            sealed.extend(encrypt_body(&self.key, nonce, None, bound, piece).ok()?);
        }
        Some(sealed)
    }

    /// A hash of bytes that nobody without the node's key can make.
    pub fn proof(&self, bytes: &[u8]) -> Hash32 {
        hash_tagged("anlan/proof/1\0", &[&self.secret, bytes])
    }

    /// What was sealed; `None` where it was altered, cut, or sealed with another key.
    pub fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let pieces = sealed.len().div_ceil(PIECE + OVERHEAD);
        let mut plain = Vec::new();
        for (number, piece) in sealed.chunks(PIECE + OVERHEAD).enumerate() {
            plain.extend(decrypt_body(&self.key, None, bound(number, pieces)?, piece).ok()?);
        }
        (pieces > 0).then_some(plain)
    }
}

/// A piece's number, and whether it is the last.
fn bound(number: usize, pieces: usize) -> Option<u32> {
    let number = u32::try_from(number).ok()?.checked_mul(2)?;
    Some(number + u32::from(number as usize / 2 + 1 == pieces))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_and_unaltered_bytes_open_and_only_for_their_use() {
        let node = SecretKey::from_bytes(&[7; 32]);
        let (sealed, other) = (Sealed::of(&node, "a"), Sealed::of(&node, "b"));
        for size in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 5] {
            let plain: Vec<u8> = (0..size).map(|i| (i % 251) as u8).collect();
            let mut bytes = sealed.seal(&plain).unwrap();
            assert_eq!(bytes, sealed.seal(&plain).unwrap(), "the same bytes each time");
            assert_eq!(sealed.open(&bytes).as_ref(), Some(&plain));
            assert_eq!(other.open(&bytes), None);
            assert_eq!(sealed.open(&bytes[..bytes.len() - 1]), None);
            if size > PIECE {
                assert_eq!(sealed.open(&bytes[..PIECE + OVERHEAD]), None, "cut at a piece");
            }
            *bytes.last_mut().unwrap() ^= 1;
            assert_eq!(sealed.open(&bytes), None);
        }
        assert_eq!(sealed.open(&[]), None);
    }
}
