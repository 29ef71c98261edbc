//! Keys and signatures: Ed25519 under the strict rule, over tagged op ids.
//!
//! A signature that the strict rule refuses is refused everywhere, so that no two nodes hold
//! different sets. Where key bytes come from (a file, a random source) is the caller's business.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use kernel::{Hash32, IdError, KeyId, OpId, hash};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Domain tag of an op's signature: `Sign(tag ‖ id)`.
pub const SIGNATURE_TAG: &str = "anlan/sig/1\0";

/// A public Ed25519 key; 64 hex digits as text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey(pub [u8; 32]);

impl PublicKey {
    /// The first 8 bytes of the key's BLAKE3 hash, as `obo` names a person's key.
    pub fn key_id(&self) -> KeyId {
        let full = hash(&self.0);
        let mut id = [0; 8];
        id.copy_from_slice(&full.0[..8]);
        KeyId(id)
    }

    /// The key made ready for checks; `None` where the bytes are no usable point.
    pub fn checker(&self) -> Option<Checker> {
        VerifyingKey::from_bytes(&self.0).ok().map(Checker)
    }

    /// Whether the signature over an op id is good under the strict rule.
    pub fn verify(&self, id: &OpId, signature: &Signature) -> bool {
        self.checker().is_some_and(|c| c.verify(id, signature))
    }

    /// The bytes, if there are exactly 32.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(PublicKey)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Hash32(self.0), f)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PublicKey {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let bytes: Hash32 = text.parse().map_err(|e: IdError| IdError {
            what: "public key",
            expected: e.expected,
            found: e.found,
        })?;
        Ok(PublicKey(bytes.0))
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A public key whose point is already decompressed: for many checks of one log.
#[derive(Clone, Debug)]
pub struct Checker(VerifyingKey);

impl Checker {
    /// Whether the signature over an op id is good under the strict rule.
    pub fn verify(&self, id: &OpId, signature: &Signature) -> bool {
        self.verify_bytes(&message(id), signature)
    }

    /// Whether the signature over these very bytes is good under the strict rule.
    pub fn verify_bytes(&self, message: &[u8], signature: &Signature) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        self.0.verify_strict(message, &signature).is_ok()
    }

    pub(crate) fn agree(&self, scalar: [u8; 32]) -> [u8; 32] {
        self.0.to_montgomery().mul_clamped(scalar).to_bytes()
    }
}

/// An Ed25519 signature, 64 bytes, kept beside the header and not in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signature(pub [u8; 64]);

impl Signature {
    /// The bytes, if there are exactly 64.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Signature)
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A private key. Wiped when dropped, never printed.
#[derive(Clone)]
pub struct SecretKey(SigningKey);

impl SecretKey {
    /// The key of a 32-byte seed.
    pub fn from_bytes(seed: &[u8; 32]) -> Self {
        SecretKey(SigningKey::from_bytes(seed))
    }

    /// The 32-byte seed, for the key file.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Its public key.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs an op id.
    pub fn sign(&self, id: &OpId) -> Signature {
        self.sign_bytes(&message(id))
    }

    /// Signs bytes that carry a tag of their own (bundles, vectors).
    pub fn sign_bytes(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }

    pub(crate) fn scalar(&self) -> [u8; 32] {
        self.0.to_scalar_bytes()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey of {}", self.public())
    }
}

fn message(id: &OpId) -> [u8; 44] {
    let mut bytes = [0; 44];
    bytes[..12].copy_from_slice(SIGNATURE_TAG.as_bytes());
    bytes[12..].copy_from_slice(&id.0);
    bytes
}
