//! Canonical values: the subset of deterministic CBOR that ops are written in.
//!
//! Source: RFC 8949 §4.2.1. Shortest integers, definite lengths, map keys sorted, no duplicates, no
//! floats, no tags, no simple values but false, true and null. A decoder re-encodes and compares.

use std::collections::BTreeMap;

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};

/// How deep values may nest.
pub const DEPTH_MAX: usize = 32;
/// How many items one value may hold in all.
pub const ITEMS_MAX: usize = 10_000;

/// A value of an op body or header.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Nothing: in a field, "not known" said on purpose.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number; CBOR holds −2^64 … 2^64 − 1.
    Int(i128),
    /// Bytes.
    Bytes(Vec<u8>),
    /// UTF-8 text.
    Text(String),
    /// A list in order.
    List(Vec<Value>),
    /// A map with small whole numbers as keys.
    Map(BTreeMap<u64, Value>),
}

/// Why bytes are not a canonical value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Not CBOR, or cut short.
    #[error("not well-formed CBOR at byte {at}: {why}")]
    Malformed {
        /// Offset of the fault.
        at: usize,
        /// What the decoder said.
        why: String,
    },
    /// CBOR, but not the one canonical form of what it says.
    #[error("not in canonical form (shortest, sorted, definite) before byte {at}")]
    NotCanonical {
        /// Offset where reading stopped.
        at: usize,
    },
    /// A float, tag, undefined or other type that ops never hold.
    #[error("type {found} at byte {at} is not used in ops")]
    Forbidden {
        /// Offset of the item.
        at: usize,
        /// Its CBOR type.
        found: String,
    },
    /// Nested deeper than [`DEPTH_MAX`].
    #[error("nested deeper than {DEPTH_MAX}")]
    TooDeep,
    /// More than [`ITEMS_MAX`] items.
    #[error("more than {ITEMS_MAX} items")]
    TooManyItems,
}

impl Value {
    /// The canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    /// Appends the canonical bytes.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let mut e = Encoder::new(&mut *out);
        // Writing to a Vec cannot fail.
        match self {
            Value::Null => drop(e.null()),
            Value::Bool(b) => drop(e.bool(*b)),
            Value::Int(i) => match minicbor::data::Int::try_from(*i) {
                Ok(int) => drop(e.int(int)),
                Err(_) => drop(e.null()),
            },
            Value::Bytes(b) => drop(e.bytes(b)),
            Value::Text(t) => drop(e.str(t)),
            Value::List(items) => {
                drop(e.array(items.len() as u64));
                for item in items {
                    item.write(out);
                }
            }
            Value::Map(entries) => write_map(entries, out),
        }
    }

    /// The canonical bytes of a map, as [`Value::Map`] of the same entries has them.
    pub fn encode_map(entries: &BTreeMap<u64, Value>) -> Vec<u8> {
        let mut out = Vec::new();
        write_map(entries, &mut out);
        out
    }

    /// Reads one canonical value that fills `bytes` exactly.
    ///
    /// # Errors
    /// [`ValueError`] where the bytes are not the one canonical form of a value.
    pub fn decode(bytes: &[u8]) -> Result<Value, ValueError> {
        Value::decode_within(bytes, DEPTH_MAX, ITEMS_MAX)
    }

    /// The same with other limits: for bytes this program wrote itself, such as stored views.
    ///
    /// # Errors
    /// [`ValueError`] where the bytes are not the one canonical form of a value.
    pub fn decode_within(bytes: &[u8], depth: usize, items: usize) -> Result<Value, ValueError> {
        let mut decoder = Decoder::new(bytes);
        let mut left = Left { depth, items };
        let value = read(&mut decoder, &mut left)?;
        if decoder.position() != bytes.len() || value.encode() != bytes {
            return Err(ValueError::NotCanonical { at: decoder.position() });
        }
        Ok(value)
    }

    /// The number, where it is one that fits.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(i) => i64::try_from(*i).ok(),
            _ => None,
        }
    }

    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(t) => Some(t),
            _ => None,
        }
    }

    /// The bytes, where it is some.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Bytes(b) => Some(b),
            _ => None,
        }
    }

    /// The list, where it is one.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(l) => Some(l),
            _ => None,
        }
    }

    /// The map, where it is one.
    pub fn as_map(&self) -> Option<&BTreeMap<u64, Value>> {
        match self {
            Value::Map(m) => Some(m),
            _ => None,
        }
    }
}

impl From<i64> for Value {
    fn from(i: i64) -> Self {
        Value::Int(i.into())
    }
}

impl From<u64> for Value {
    fn from(i: u64) -> Self {
        Value::Int(i.into())
    }
}

impl From<&str> for Value {
    fn from(t: &str) -> Self {
        Value::Text(t.to_owned())
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Value::Bool(b)
    }
}

fn malformed(d: &Decoder<'_>, e: minicbor::decode::Error) -> ValueError {
    ValueError::Malformed { at: e.position().unwrap_or(d.position()), why: e.to_string() }
}

/// How much deeper and how many more items a value may go on.
struct Left {
    depth: usize,
    items: usize,
}

fn deeper(d: &mut Decoder<'_>, left: &mut Left) -> Result<Value, ValueError> {
    left.depth = left.depth.checked_sub(1).ok_or(ValueError::TooDeep)?;
    let value = read(d, left)?;
    left.depth += 1;
    Ok(value)
}

fn write_map(entries: &BTreeMap<u64, Value>, out: &mut Vec<u8>) {
    // Writing to a Vec cannot fail.
    drop(Encoder::new(&mut *out).map(entries.len() as u64));
    for (key, value) in entries {
        drop(Encoder::new(&mut *out).u64(*key));
        value.write(out);
    }
}

fn read(d: &mut Decoder<'_>, left: &mut Left) -> Result<Value, ValueError> {
    left.items = left.items.checked_sub(1).ok_or(ValueError::TooManyItems)?;
    let at = d.position();
    let kind = d.datatype().map_err(|e| malformed(d, e))?;
    let value = match kind {
        Type::Null => d.null().map(|()| Value::Null),
        Type::Bool => d.bool().map(Value::Bool),
        Type::U8
        | Type::U16
        | Type::U32
        | Type::U64
        | Type::I8
        | Type::I16
        | Type::I32
        | Type::I64
        | Type::Int => d.int().map(|i| Value::Int(i.into())),
        Type::Bytes => d.bytes().map(|b| Value::Bytes(b.to_vec())),
        Type::String => d.str().map(|t| Value::Text(t.to_owned())),
        Type::Array => {
            let Some(len) = d.array().map_err(|e| malformed(d, e))? else {
                return Err(ValueError::NotCanonical { at });
            };
            let mut list = Vec::new();
            for _ in 0..len {
                list.push(deeper(d, left)?);
            }
            return Ok(Value::List(list));
        }
        Type::Map => {
            let Some(len) = d.map().map_err(|e| malformed(d, e))? else {
                return Err(ValueError::NotCanonical { at });
            };
            let mut map = BTreeMap::new();
            for _ in 0..len {
                let key = d.u64().map_err(|e| malformed(d, e))?;
                if map.insert(key, deeper(d, left)?).is_some() {
                    return Err(ValueError::NotCanonical { at });
                }
            }
            return Ok(Value::Map(map));
        }
        other => return Err(ValueError::Forbidden { at, found: other.to_string() }),
    };
    value.map_err(|e| malformed(d, e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(|i| Value::Int(i.into())),
            any::<u64>().prop_map(|i| Value::Int(i.into())),
            any::<Vec<u8>>().prop_map(Value::Bytes),
            ".{0,20}".prop_map(Value::Text),
        ];
        leaf.prop_recursive(4, 64, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
                prop::collection::btree_map(any::<u64>(), inner, 0..6).prop_map(Value::Map),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(value in any_value()) {
            prop_assert_eq!(Value::decode(&value.encode()).unwrap(), value);
        }

        #[test]
        fn what_reads_is_the_only_form(bytes in any::<Vec<u8>>()) {
            if let Ok(value) = Value::decode(&bytes) {
                prop_assert_eq!(value.encode(), bytes);
            }
        }
    }

    #[test]
    fn other_forms_of_the_same_value_are_refused() {
        assert!(Value::decode(&[0x18, 0x05]).is_err(), "five in two bytes");
        assert!(Value::decode(&[0x9f, 0x01, 0xff]).is_err(), "list without a length");
        assert!(Value::decode(&[0xa2, 0x02, 0x00, 0x01, 0x00]).is_err(), "keys out of order");
        assert!(Value::decode(&[0xa2, 0x01, 0x00, 0x01, 0x00]).is_err(), "a key twice");
        assert!(Value::decode(&[0xf9, 0x3c, 0x00]).is_err(), "a float");
        assert!(Value::decode(&[0xc0, 0x60]).is_err(), "a tag");
        assert!(Value::decode(&[0x01, 0x01]).is_err(), "something after the end");
        assert!(Value::decode(&[0x81; 64]).is_err(), "too deep");
        assert!(Value::decode(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).is_err());
    }
}
