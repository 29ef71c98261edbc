//! The registry: every kind of entity this program knows, one line each.
//!
//! Order shows in lists of kinds and decides nothing. Kind numbers and type codes are never reused;
//! a test compares them with the codes of the record's format.

use ledger::Entry;

#[cfg(test)]
mod tests;

/// All kinds of entities.
pub const ENTITIES: &[Entry] = &[
    Entry::of::<directory::Organisation>("directory"),
    Entry::of::<directory::Post>("directory"),
    Entry::of::<directory::Person>("directory"),
    Entry::of::<directory::DutyShift>("directory"),
    Entry::of::<survey::Site>("survey"),
    Entry::of::<survey::Dataset>("survey"),
    Entry::of::<survey::Correction>("survey"),
    Entry::of::<warning::Alert>("warning"),
    Entry::of::<warning::Callout>("warning"),
    Entry::of::<command::Event>("command"),
    Entry::of::<command::Casualty>("command"),
    Entry::of::<command::Situation>("command"),
    Entry::of::<command::Report>("command"),
    Entry::of::<command::phone_log::PhoneLog>("command"),
    Entry::of::<command::Plan>("command"),
    Entry::of::<command::Response>("command"),
    Entry::of::<command::Task>("command"),
    Entry::of::<command::Decision>("command"),
    Entry::of::<command::RoadReport>("command"),
    Entry::of::<command::Road>("command"),
    Entry::of::<forces::Team>("forces"),
    Entry::of::<forces::Equipment>("forces"),
    Entry::of::<relief::Lot>("relief"),
    Entry::of::<relief::Pool>("relief"),
    Entry::of::<relief::Need>("relief"),
    Entry::of::<relief::ReliefPlan>("relief"),
    Entry::of::<relief::DeliveryOrder>("relief"),
    Entry::of::<prevention::Danger>("prevention"),
];
