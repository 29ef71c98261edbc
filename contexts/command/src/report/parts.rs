//! The parts of a report's fields.

use ledger::Shape;

use crate::figures::PEOPLE;

const ROOMS: Shape = Shape::Int { min: 0, max: 100_000_000, unit: "room" };

/// The figures a report tells; a part that is not there was not told, null is "asked, not known".
pub const FIGURES_SHAPE: Shape = Shape::Record(&[
    (1, "dead", PEOPLE),
    (2, "missing", PEOPLE),
    (3, "injured", PEOPLE),
    (4, "trapped", PEOPLE),
    (5, "moved", PEOPLE),
    (6, "affected", PEOPLE),
    (7, "houses_collapsed", ROOMS),
    (8, "houses_severe", ROOMS),
    (9, "villages_cut_off", Shape::Int { min: 0, max: 1_000_000, unit: "" }),
    (10, "road_cut", Shape::Bool),
    (11, "network_cut", Shape::Bool),
    (12, "power_cut", Shape::Bool),
    (13, "loss_direct", Shape::Int { min: 0, max: 1_000_000_000, unit: "10k_yuan" }),
]);

/// Which report of its chain. Source: domain, §1, 13–17.
pub const SORTS: Shape = Shape::Code(&[
    (1, "initial"),
    (2, "continued"),
    (3, "verified"),
    (4, "zero"),
    (5, "supplementary"),
]);

/// By which way it went.
pub const CHANNEL: Shape = Shape::Code(&[
    (1, "phone"),
    (2, "fax"),
    (3, "line"),
    (4, "satellite_phone"),
    (5, "satellite_message"),
    (6, "radio"),
    (7, "file"),
    (8, "paper"),
    (9, "console"),
]);
