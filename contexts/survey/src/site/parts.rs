//! The parts of a site's fields.

use ledger::Shape;

/// What sort of place it is.
pub const SORTS: Shape = Shape::Code(&[
    (1, "shelter"),
    (2, "hospital"),
    (3, "clinic"),
    (4, "school"),
    (5, "depot"),
    (6, "landing_zone"),
    (7, "landing_stage"),
    (8, "other"),
]);

/// A count of people.
pub const PEOPLE: Shape = Shape::Int { min: 0, max: 10_000_000, unit: "person" };
/// People who came, or, below zero, who left.
pub const CHANGE: Shape = Shape::Int { min: -10_000_000, max: 10_000_000, unit: "person" };

/// What an inspection found. Source: domain, §10.8.
pub const INSPECTION: Shape = Shape::Record(&[
    (1, "finding", Shape::Code(&[(1, "fit"), (2, "defect"), (3, "unfit")])),
    (2, "defect", Shape::Text(1_000)),
    (3, "inspected_by", Shape::Ref(&["post", "person", "organisation"])),
    (4, "inspected_at", Shape::Instant),
]);
