//! Ground, water, what threatens, and where messages get through.

use super::{ID, LAT, LON, Layer, NAME, NAME_EN, PLACE, SOURCE_ID, area, int, line, text};

const WATER_KIND: &[(i32, &str)] =
    &[(1, "river"), (2, "stream"), (3, "lake"), (4, "reservoir"), (5, "canal")];

/// Rivers, streams, lakes and reservoirs.
pub(super) const RIVER: Layer = Layer {
    name: "river",
    meaning: "A reach of running water (line, downstream) or a body of standing water (area).",
    columns: &[
        ID,
        SOURCE_ID,
        int("kind", "", "What the water is.").required().codes(WATER_KIND),
        NAME,
        NAME_EN,
        int("stream_order", "", "Strahler order of a reach."),
        int("width_m", "m", "Width at ordinary water."),
        int("catchment_km2", "km²", "Land that drains to the end of the reach."),
        line("line", "Course of a reach, downstream."),
        area("area", "Shore of a body of water."),
    ],
};

const HAZARD: &[(i32, &str)] = &[
    (1, "flood"),
    (2, "drought"),
    (3, "geological"),
    (4, "earthquake"),
    (5, "wildfire"),
    (6, "weather"),
    (7, "marine"),
    (8, "work_safety"),
    (9, "hazchem"),
    (10, "relief"),
    (11, "health"),
    (12, "other"),
];

const FEATURE: &[(i32, &str)] = &[
    (1, "flood_zone"),
    (2, "landslide_point"),
    (3, "debris_flow_gully"),
    (4, "rockfall_slope"),
    (5, "fault"),
    (6, "fire_zone"),
];

const GRADE: &[(i32, &str)] = &[(1, "high"), (2, "rather_high"), (3, "rather_low"), (4, "low")];

/// Zones and points of danger.
pub(super) const HAZARD_ZONE: Layer = Layer {
    name: "hazard_zone",
    meaning: "Ground that a hazard reaches: a flood zone of one return period, a slope that may \
              slide, a fault.",
    columns: &[
        ID,
        SOURCE_ID,
        LON,
        LAT,
        int("hazard", "", "Kind of hazard, numbered as in every record.").required().codes(HAZARD),
        int("feature", "", "What the row is.").codes(FEATURE),
        PLACE,
        NAME,
        NAME_EN,
        int("return_period_years", "years", "How rarely it is reached, on average."),
        int("grade", "", "Grade of danger.").codes(GRADE),
        int("depth_cm", "cm", "Mean depth of water where it floods."),
        int("people_threatened", "persons", "People threatened, as surveyed."),
        line("line", "Trace of a fault."),
        area("area", "Ground reached."),
    ],
};

const SERVICE: &[(i32, &str)] = &[
    (1, "mobile"),
    (2, "narrowband_370_mhz"),
    (3, "broadcast"),
    (4, "satellite_phone"),
    (5, "beidou"),
];

/// Where messages get through.
pub(super) const COVERAGE: Layer = Layer {
    name: "coverage",
    meaning: "A station and the ground it serves in ordinary times.",
    columns: &[
        ID,
        SOURCE_ID,
        LON,
        LAT,
        PLACE,
        int("service", "", "Means of communication.").required().codes(SERVICE),
        text("operator", "Who runs it."),
        int("radius_m", "m", "Distance it reaches."),
        int("backup_hours", "h", "How long it works without the power grid."),
        area("area", "Ground it serves."),
    ],
};

const LAND_KIND: &[(i32, &str)] =
    &[(1, "wood"), (2, "farmland"), (3, "built_up"), (4, "contour"), (5, "wetland")];

/// Land cover and contours, for the map.
pub(super) const LAND: Layer = Layer {
    name: "land",
    meaning: "A piece of land cover (area) or a contour (line).",
    columns: &[
        ID,
        SOURCE_ID,
        int("kind", "", "What it is.").required().codes(LAND_KIND),
        int("elevation_m", "m", "Height of a contour above sea level."),
        line("line", "Course of a contour."),
        area("area", "Outline of a land cover."),
    ],
};
