//! The parts of a road report's fields.

use ledger::Shape;

/// What passes; `unknown` says that somebody looked and could not tell.
pub const STATUS_SHAPE: Shape =
    Shape::Code(&[(1, "open"), (2, "one_lane"), (3, "foot"), (4, "closed"), (5, "unknown")]);

/// How it was seen: the trust put in it. Source: relief, §1.
pub const SEEN_HOW_SHAPE: Shape = Shape::Code(&[
    (1, "on_site"),
    (2, "traversal"),
    (3, "official"),
    (4, "telephone"),
    (5, "drone"),
    (6, "camera"),
    (7, "citizen"),
    (8, "satellite"),
]);

/// Why a road does not pass.
pub const CAUSE_SHAPE: Shape = Shape::Code(&[
    (1, "flooded"),
    (2, "landslide"),
    (3, "roadbed_gone"),
    (4, "bridge_out"),
    (5, "snow_ice"),
    (6, "trees_wires"),
    (7, "crash"),
    (8, "works"),
    (9, "other"),
    (10, "debris_flow"),
    (11, "collapse"),
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

/// The arcs it was matched to, on which build of the map.
pub const MATCH_SHAPE: Shape = Shape::Record(&[
    (1, "arcs", Shape::List(&Shape::Ref(&[]), 200)),
    (2, "map", Shape::Hash),
    (3, "distance_m", Shape::Int { min: 0, max: 100_000, unit: "m" }),
]);

/// A repair and how far it is.
pub const REPAIR_SHAPE: Shape = Shape::Record(&[
    (1, "phase", Shape::Code(&[(1, "planned"), (2, "started"), (3, "done")])),
    (2, "crew", Shape::Ref(&["team", "organisation"])),
    (3, "ready_at", Shape::Instant),
]);

/// What command ordered there; an order only restricts.
pub const ORDER_SHAPE: Shape = Shape::Record(&[
    (
        1,
        "restriction",
        Shape::Code(&[
            (1, "closed"),
            (2, "rescue_only"),
            (3, "one_way"),
            (4, "convoy"),
            (5, "lifted"),
        ]),
    ),
    (2, "from", Shape::Instant),
    (3, "until", Shape::Instant),
    (4, "load_kg", Shape::Int { min: 0, max: 200_000, unit: "kg" }),
]);

/// A vehicle's own passage: the best proof that a road is open.
pub const PASSED_SHAPE: Shape = Shape::Record(&[
    (1, "profile", PROFILE_SHAPE),
    (2, "from_at", Shape::Instant),
    (3, "to_at", Shape::Instant),
    (4, "vehicle", Shape::Ref(&["equipment", "team"])),
]);

/// What somebody else saw of the same.
pub const CONFIRMED_SHAPE: Shape = Shape::Record(&[
    (1, "status", STATUS_SHAPE),
    (2, "seen_how", SEEN_HOW_SHAPE),
    (3, "observed_at", Shape::Instant),
    (4, "valid_until", Shape::Instant),
]);
