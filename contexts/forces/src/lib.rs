//! Forces: teams and equipment, what they can do, and what they are promised to.
//!
//! A team is a thing that can be promised once: its pool of base 1 has the same id, and what it
//! accepted is decided by its keeper. Who may order whom stands in the law and in the organisation
//! it belongs to; where a team can be in time is computed in `node`.

pub mod equipment;
pub mod team;

pub use equipment::Equipment;
pub use team::Team;

mod parts;

#[cfg(test)]
#[path = "../../desk.rs"]
mod desk;
