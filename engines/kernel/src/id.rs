//! Ids and hashes: how things are named so that two cut-off desks cannot name them alike.
//!
//! Source: house, decision 12 (ids) and `docs/formats/ledger.md`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that is not an id of the expected form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} needs {expected}, found {found:?}")]
pub struct IdError {
    /// What was being read, such as "entity id".
    pub what: &'static str,
    /// The form it must have.
    pub expected: &'static str,
    /// The text that was found, cut to 64 characters.
    pub found: String,
}

impl IdError {
    fn new(what: &'static str, expected: &'static str, found: &str) -> Self {
        IdError { what, expected, found: found.chars().take(64).collect() }
    }
}

/// BLAKE3-256 of bytes, without any prefix.
pub fn hash(bytes: &[u8]) -> Hash32 {
    Hash32(*blake3::hash(bytes).as_bytes())
}

/// The hash of bytes that come one after another, such as of a file that is not held in memory.
#[derive(Default)]
pub struct Hasher(blake3::Hasher);

impl Hasher {
    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all that came, equal to [`hash`] of it.
    pub fn finish(&self) -> Hash32 {
        Hash32(*self.0.finalize().as_bytes())
    }
}

/// BLAKE3-256 of a domain tag followed by the parts, in order.
pub fn hash_tagged(tag: &str, parts: &[&[u8]]) -> Hash32 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(tag.as_bytes());
    for part in parts {
        hasher.update(part);
    }
    Hash32(*hasher.finalize().as_bytes())
}

macro_rules! hex_bytes {
    ($(#[$doc:meta])* $name:ident, $len:literal, $what:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// The bytes, if there are exactly as many as the type holds.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map($name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for byte in self.0 {
                    write!(f, "{byte:02x}")?;
                }
                Ok(())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let wrong = || IdError::new($what, $expected, text);
                let digits = text.as_bytes();
                if digits.len() != 2 * $len || !text.is_ascii() {
                    return Err(wrong());
                }
                let mut bytes = [0u8; $len];
                for (i, byte) in bytes.iter_mut().enumerate() {
                    *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).map_err(|_| wrong())?;
                }
                Ok($name(bytes))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

hex_bytes!(/// A BLAKE3-256 hash; 64 hex digits as text.
    Hash32, 32, "hash", "64 hex digits");
hex_bytes!(/// The id of an op: the hash of its header; 64 hex digits as text.
    OpId, 32, "op id", "64 hex digits");
hex_bytes!(/// The id of a log; 32 hex digits as text.
    LogId, 16, "log id", "32 hex digits");
hex_bytes!(/// The first 8 bytes of an op id, as `sup` names the ops an author had seen.
    Prefix, 8, "op prefix", "16 hex digits");
hex_bytes!(/// The first 8 bytes of the hash of a public key, or the id of a data key.
    KeyId, 8, "key id", "16 hex digits");

impl OpId {
    /// The first 8 bytes, as `sup` names the op.
    pub fn prefix(&self) -> Prefix {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.0[..8]);
        Prefix(bytes)
    }
}

/// The id of an entity: 10 bytes, written as 16 lower-case Crockford base32 characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct EntityId(pub [u8; 10]);

const CROCKFORD: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl EntityId {
    /// The id of a thing that has a public code:
    /// the first 10 bytes of H("anlan/ent/1\0" ‖ kind ‖ 0 ‖ code).
    pub fn from_code(kind: &str, code: &str) -> Self {
        let full = hash_tagged("anlan/ent/1\0", &[kind.as_bytes(), &[0], code.as_bytes()]);
        let mut bytes = [0; 10];
        bytes.copy_from_slice(&full.0[..10]);
        EntityId(bytes)
    }

    /// The bytes, if there are exactly ten.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(EntityId)
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bits: u128 = 0;
        for byte in self.0 {
            bits = (bits << 8) | u128::from(byte);
        }
        for i in (0..16).rev() {
            let digit = (bits >> (5 * i)) & 31;
            write!(f, "{}", CROCKFORD[digit as usize] as char)?;
        }
        Ok(())
    }
}

impl fmt::Debug for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for EntityId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError::new("entity id", "16 lower-case base32 characters", text);
        if text.len() != 16 {
            return Err(wrong());
        }
        let mut bits: u128 = 0;
        for c in text.bytes() {
            let digit = CROCKFORD.iter().position(|&d| d == c).ok_or_else(wrong)?;
            bits = (bits << 5) | digit as u128;
        }
        let mut bytes = [0; 10];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = (bits >> (8 * (9 - i))) as u8;
        }
        Ok(EntityId(bytes))
    }
}

impl Serialize for EntityId {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EntityId {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entity_ids_round_trip_as_text() {
        for seed in 0u8..50 {
            let id = EntityId([seed.wrapping_mul(37); 10]);
            assert_eq!(id.to_string().parse::<EntityId>().unwrap(), id);
        }
        assert!("short".parse::<EntityId>().is_err());
        assert!("ILOUilou00000000".parse::<EntityId>().is_err());
    }

    #[test]
    fn a_public_code_always_gives_the_same_id() {
        let a = EntityId::from_code("response", "990102000000/1");
        assert_eq!(a, EntityId::from_code("response", "990102000000/1"));
        assert_ne!(a, EntityId::from_code("response", "990102000000/2"));
        assert_ne!(a, EntityId::from_code("casualty", "990102000000/1"));
    }

    #[test]
    fn hex_ids_refuse_what_is_not_hex() {
        assert!("zz".repeat(16).parse::<LogId>().is_err());
        assert!("日".repeat(16).parse::<LogId>().is_err());
        let id = LogId([0xab; 16]);
        assert_eq!(id.to_string().parse::<LogId>().unwrap(), id);
    }
}
