//! Every entity of the program, one line each.

use ledger::Entry;

/// All entities, by context.
pub const ENTITIES: &[Entry] = &[
    Entry::of::<directory::Organisation>("directory"),
    Entry::of::<directory::Post>("directory"),
    Entry::of::<directory::Person>("directory"),
    Entry::of::<directory::DutyShift>("directory"),
    Entry::of::<warning::Alert>("warning"),
    Entry::of::<warning::Callout>("warning"),
];
