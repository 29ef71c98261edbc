//! The parts of a delivery order's fields.

use ledger::Shape;

use crate::PACKS;

/// Packs from one lot, and the promise in its pool.
pub const LOT_SHAPE: Shape = Shape::Record(&[
    (1, "lot", Shape::Ref(&["lot"])),
    (2, "packs", PACKS),
    (3, "spend", Shape::Hash),
]);

/// What came over at the end; received, short and damaged make what was loaded.
pub const HANDED_OVER_SHAPE: Shape = Shape::Record(&[
    (1, "received", PACKS),
    (2, "short", PACKS),
    (3, "damaged", PACKS),
    (4, "received_by", Shape::Ref(&["post", "person"])),
]);

/// Ways to go, as the road engine names them. Source: relief, §1.
pub const PROFILE_SHAPE: Shape = Shape::Code(&[
    (1, "foot"),
    (2, "motorcycle"),
    (3, "four_by_four"),
    (4, "light_truck"),
    (5, "heavy_truck"),
    (6, "articulated"),
    (7, "boat"),
    (8, "helicopter"),
]);

/// A leg of the way for the driver's sheet.
pub const LEG_SHAPE: Shape = Shape::Record(&[
    (1, "by", Shape::Text(160)),
    (2, "length_m", Shape::Int { min: 0, max: 10_000_000, unit: "m" }),
    (3, "to", Shape::Text(160)),
]);
