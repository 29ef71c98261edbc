//! What key ops say, in plain structs: certificates, revocations, pins and clock corrections.
//!
//! The bytes of these ops are read elsewhere; here only what they mean for the worth of signatures.

use kernel::{Hash32, KeyId, LogId, OpId, PlaceCode};

/// A signing key, named by the BLAKE3 hash of its public key.
pub type KeyHash = Hash32;

/// The short name of a key: the first 8 bytes of its hash, as header key 15 (`obo`) holds it.
pub fn key_id(key: &KeyHash) -> KeyId {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&key.0[..8]);
    KeyId(bytes)
}

/// Roles of a certificate, as a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Roles(pub u8);

const ROLE_NAMES: [(&str, Roles); 5] = [
    ("issue", Roles::ISSUE),
    ("owner", Roles::OWNER),
    ("road", Roles::ROAD),
    ("expert", Roles::EXPERT),
    ("response", Roles::RESPONSE),
];

impl Roles {
    /// None.
    pub const NONE: Roles = Roles(0);
    /// May certify keys for places under its own.
    pub const ISSUE: Roles = Roles(1);
    /// Owner of a site or team: may move the keeper.
    pub const OWNER: Roles = Roles(2);
    /// Road authority or commander on scene: may open a road.
    pub const ROAD: Roles = Roles(4);
    /// Named expert body: may lower a hazard it judged.
    pub const EXPERT: Roles = Roles(8);
    /// Office that sets the response level of its place.
    pub const RESPONSE: Roles = Roles(16);
    /// All of them.
    pub const ALL: Roles = Roles(31);

    /// The set of the named roles; names that are not known add nothing.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Roles {
        let one = |name| ROLE_NAMES.iter().find(|r| r.0 == name).map_or(Roles::NONE, |r| r.1);
        names.into_iter().fold(Roles::NONE, |set, name| set.or(one(name)))
    }

    /// The names in the set.
    pub fn names(self) -> Vec<&'static str> {
        ROLE_NAMES.iter().filter(|r| self.has(r.1)).map(|r| r.0).collect()
    }

    /// Whether all of `other` are in it.
    pub const fn has(self, other: Roles) -> bool {
        self.0 & other.0 == other.0
    }

    /// Those in either.
    pub const fn or(self, other: Roles) -> Roles {
        Roles(self.0 | other.0)
    }

    /// Those in both.
    pub const fn and(self, other: Roles) -> Roles {
        Roles(self.0 & other.0)
    }
}

/// A certificate, as far as it decides what signatures are worth. Source: sync §12.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertFact {
    /// Key that is certified.
    pub subject: KeyHash,
    /// Codes from the root's place down to the place it acts for.
    pub path: Vec<PlaceCode>,
    /// Rank. Source: house, decision 10.
    pub rank: u8,
    /// Roles.
    pub roles: Roles,
    /// First second it covers, UTC seconds since 1970.
    pub from_s: i64,
    /// Last second it covers, UTC seconds since 1970.
    pub to_s: i64,
}

/// The last op of one log that a revocation still trusts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trust {
    /// The log.
    pub log: LogId,
    /// Last trusted seq.
    pub seq: u64,
    /// The op there: it rules which branch of a fork stands.
    pub id: OpId,
}

/// A revocation: logs that are not listed are not trusted at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokeFact {
    /// Key that is revoked.
    pub key: KeyHash,
    /// What is still trusted of it.
    pub trust: Vec<Trust>,
}

/// A receipt or checkpoint of somebody else that says which op a log's head was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinFact {
    /// The log.
    pub log: LogId,
    /// Its head as seen.
    pub id: OpId,
}

/// A range of an own log whose stamps were wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockFixFact {
    /// The log.
    pub log: LogId,
    /// First seq, inclusive.
    pub from: u64,
    /// Last seq, inclusive.
    pub to: u64,
}

/// What a key op says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyFact {
    /// A certificate (code 40).
    Cert(CertFact),
    /// A revocation (code 41).
    Revoke(RevokeFact),
    /// Heads seen by another node (codes 50, 62).
    Pins(Vec<PinFact>),
    /// Corrected stamps of own logs (code 44).
    ClockFix(Vec<ClockFixFact>),
}
