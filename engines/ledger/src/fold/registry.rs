//! The list of entities a program knows, looked up by number, name and type.

use std::collections::BTreeSet;

use crate::entity::Entry;

/// Codes of the ledger's own ops, which belong to no entity: keys and offices, receipts, settle,
/// checkpoints, audit. Source: sync §3.
pub const LEDGER_CODES: &[u32] = &[40, 41, 42, 43, 44, 45, 46, 47, 50, 51, 52, 60, 62, 63];

/// All entities of a program.
#[derive(Clone, Copy)]
pub struct Registry(
    /// One line an entity.
    pub &'static [Entry],
);

impl Registry {
    /// The entity that writes ops of this header type.
    pub fn by_type(&self, header_type: u32) -> Option<&'static Entry> {
        self.0.iter().find(|e| e.owns(header_type))
    }

    /// The entity with this kind number.
    pub fn by_kind(&self, number: u16) -> Option<&'static Entry> {
        self.0.iter().find(|e| e.kind.number == number)
    }

    /// The entity with this folder name.
    pub fn by_name(&self, name: &str) -> Option<&'static Entry> {
        self.0.iter().find(|e| e.kind.name == name)
    }

    /// Header types this program can fold: every version up to its own of each code.
    pub fn header_types(&self) -> BTreeSet<u32> {
        let versions = |code: u32, newest: u8| (0..=u32::from(newest)).map(move |v| code * 16 + v);
        let of_entities = self.0.iter().flat_map(|e| e.ops);
        let own = LEDGER_CODES.iter().flat_map(|code| versions(*code, 1));
        of_entities.flat_map(|o| versions(o.code, o.version)).chain(own).collect()
    }
}
