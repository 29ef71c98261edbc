//! What teams and equipment have in common: capability, readiness, vehicles.

use ledger::{Command, Refusal, Shape};
use serde_json::Value as Json;

/// What a team does or a thing is for. Source: domain, §2.5, Anlan typing.
pub const CAPABILITY: Shape = Shape::Code(&[
    (1, "collapse_rescue"),
    (2, "mountain_rescue"),
    (3, "water_surface"),
    (4, "swift_water"),
    (5, "diving"),
    (6, "flood_pumping"),
    (7, "dyke_closing"),
    (8, "wildfire"),
    (9, "chemical"),
    (10, "mine"),
    (11, "tunnel"),
    (12, "rope"),
    (13, "medical"),
    (14, "psychosocial"),
    (15, "rotor_aviation"),
    (16, "fixed_wing"),
    (17, "drone_survey"),
    (18, "drone_lift"),
    (19, "drone_comms"),
    (20, "comms"),
    (21, "power_supply"),
    (22, "road_opening"),
    (23, "bridge"),
    (24, "water_purification"),
    (25, "catering"),
    (26, "sheltering"),
    (27, "sanitation"),
    (28, "animal_carcass"),
    (29, "disaster_survey"),
    (30, "transport"),
    (31, "evacuation"),
    (32, "fire_rescue"),
]);

/// Ways to go, as the road engine names them. Source: relief, §1.
pub const PROFILE: Shape = Shape::Code(&[
    (1, "foot"),
    (2, "motorcycle"),
    (3, "four_by_four"),
    (4, "light_truck"),
    (5, "heavy_truck"),
    (6, "articulated"),
    (7, "boat"),
    (8, "helicopter"),
]);

/// Whether it can go now; unknown is never counted as ready. Source: domain, §2.6.
pub const READINESS: Shape = Shape::Record(&[
    (
        1,
        "status",
        Shape::Code(&[(1, "ready"), (2, "degraded"), (3, "out"), (4, "in_use"), (5, "unknown")]),
    ),
    (2, "checked_at", Shape::Instant),
    (3, "degraded", Shape::Text(500)),
    (4, "ready_in_min", Shape::Int { min: 0, max: 100_000, unit: "min" }),
]);

/// Refuses a readiness without when it was looked at, and a degraded one without what is wrong.
pub fn readiness_is_whole(command: &Command) -> Result<(), Refusal> {
    let Some(readiness) = command.args.get("readiness").filter(|r| !r.is_null()) else {
        return Ok(());
    };
    let has = |part: &str| readiness.get(part).is_some_and(|v| !v.is_null());
    let status = readiness.get("status").and_then(Json::as_str);
    let whole = status.is_some() && has("checked_at");
    if whole && (status != Some("degraded") || has("degraded")) {
        return Ok(());
    }
    Err(Refusal::new("readiness-incomplete", "domain, §2.6"))
}
