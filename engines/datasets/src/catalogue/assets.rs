//! What people have built: buildings, roads, sites and enterprises.

use super::{
    ID, LAT, LON, Layer, NAME, NAME_EN, PHONE, PLACE, SOURCE_ID, area, int, line, long, text,
};

const BUILDING_USE: &[(i32, &str)] = &[
    (1, "dwelling"),
    (2, "apartments"),
    (3, "commerce"),
    (4, "industry"),
    (5, "school"),
    (6, "hospital"),
    (7, "government"),
    (8, "farm"),
    (9, "other"),
];

const BUILDING_STRUCTURE: &[(i32, &str)] = &[
    (1, "earth"),
    (2, "wood"),
    (3, "brick_wood"),
    (4, "brick_concrete"),
    (5, "reinforced_concrete"),
    (6, "steel"),
];

/// Buildings.
pub(super) const BUILDING: Layer = Layer {
    name: "building",
    meaning: "A building. Its point decides where it is counted, so that it is counted once.",
    columns: &[
        ID,
        SOURCE_ID,
        LON,
        LAT,
        PLACE,
        NAME,
        int("use", "", "What it is used for.").codes(BUILDING_USE),
        int("structure", "", "What it is built of.").codes(BUILDING_STRUCTURE),
        int("storeys", "storeys", "Storeys above the ground."),
        int("built_year", "year", "Year of completion."),
        int("floor_area_m2", "m²", "Floor area over all storeys."),
        int("people_night", "persons", "People in it on an ordinary night."),
        int("people_day", "persons", "People in it on an ordinary working day."),
        area("footprint", "Outline on the ground."),
    ],
};

const ROAD_CLASS: &[(i32, &str)] = &[
    (1, "expressway"),
    (2, "national"),
    (3, "provincial"),
    (4, "county"),
    (5, "township"),
    (6, "village"),
    (7, "street"),
    (8, "track"),
    (9, "path"),
];

const ROAD_STRUCTURE: &[(i32, &str)] =
    &[(0, "ground"), (1, "bridge"), (2, "tunnel"), (3, "ford"), (4, "ferry")];

const ROAD_ONEWAY: &[(i32, &str)] = &[(0, "both_ways"), (1, "along_the_line")];

const ROAD_SURFACE: &[(i32, &str)] =
    &[(1, "asphalt"), (2, "concrete"), (3, "gravel"), (4, "earth")];

/// Road segments.
pub(super) const ROAD: Layer = Layer {
    name: "road",
    meaning: "A road segment between two nodes: one directed arc where it is one-way, else two. \
              Two segments meet exactly where they name the same node.",
    columns: &[
        ID,
        SOURCE_ID,
        long("from_node", "", "Node where the line begins.").required(),
        long("to_node", "", "Node where the line ends.").required(),
        line("line", "The segment's course.").required(),
        int("class", "", "Class of the road.").required().codes(ROAD_CLASS),
        int("structure", "", "What carries the road.").required().codes(ROAD_STRUCTURE),
        int("oneway", "", "Directions that traffic may take.").required().codes(ROAD_ONEWAY),
        int("length_mm", "mm", "Length over the ground.").required(),
        int("rise_m", "m", "Metres climbed from its beginning to its end, descents not counted."),
        int("fall_m", "m", "Metres descended from its beginning to its end."),
        int("surface", "", "What it is paved with.").codes(ROAD_SURFACE),
        int("width_cm", "cm", "Width that vehicles can use."),
        int("height_cm", "cm", "Clear height."),
        int("load_kg", "kg", "Gross mass of the heaviest vehicle allowed."),
        int("speed_km_h", "km/h", "Speed of a car on it in ordinary weather."),
        PLACE,
        NAME,
        NAME_EN,
        text("road_number", "Number of the road, such as S207."),
    ],
};

const SITE_KIND: &[(i32, &str)] = &[
    (1, "school"),
    (2, "hospital"),
    (3, "clinic"),
    (4, "shelter"),
    (5, "depot"),
    (6, "landing_zone"),
    (7, "landing_stage"),
    (8, "fire_station"),
    (9, "government"),
    (10, "care_home"),
    (11, "police"),
    (12, "rain_gauge"),
    (13, "river_gauge"),
    (14, "water_plant"),
    (15, "substation"),
    (16, "team_base"),
];

/// Places that matter in an emergency.
pub(super) const SITE: Layer = Layer {
    name: "site",
    meaning: "A place that serves or must be looked after in an emergency.",
    columns: &[
        ID,
        SOURCE_ID,
        LON,
        LAT,
        PLACE,
        int("kind", "", "What the site is.").required().codes(SITE_KIND),
        NAME,
        NAME_EN,
        int("capacity", "persons", "People it holds: pupils, beds, places in a shelter."),
        int("area_m2", "m²", "Usable area."),
        int("elevation_m", "m", "Height above sea level."),
        long("road_node", "", "Node of the road layer where it is reached; null: none near."),
        PHONE,
        text("post", "Post id of who is responsible."),
    ],
};

const RISK: &[(i32, &str)] = &[(1, "red"), (2, "orange"), (3, "yellow"), (4, "blue")];

const SECTOR: &[(i32, &str)] = &[
    (1, "hazardous_chemicals"),
    (2, "mine"),
    (3, "tailings"),
    (4, "metallurgy"),
    (5, "machinery"),
    (6, "food"),
    (7, "textile"),
    (8, "construction_material"),
    (9, "gas_station"),
    (10, "warehouse"),
    (11, "hydropower"),
    (12, "fireworks"),
];

const YES_NO: &[(i32, &str)] = &[(0, "no"), (1, "yes")];

/// Enterprises that can do harm.
pub(super) const ENTERPRISE: Layer = Layer {
    name: "enterprise",
    meaning: "An enterprise under safety supervision, with its risk and its open hidden dangers \
              as of the dataset's date.",
    columns: &[
        ID,
        SOURCE_ID,
        LON,
        LAT,
        PLACE,
        NAME,
        NAME_EN,
        int("sector", "", "Sector of supervision.").codes(SECTOR),
        int("hazardous_chemicals", "", "Whether it holds any.").codes(YES_NO),
        int("major_hazard_class", "", "Class 1 to 4 of its worst major hazard installation."),
        text("substances", "Hazardous substances held, separated by semicolons."),
        int("risk", "", "Risk grade.").codes(RISK),
        int("risk_points", "", "Number of risk points."),
        int("open_dangers", "", "Open hidden dangers, general and major."),
        int("open_major_dangers", "", "Open major hidden dangers."),
        int("staff", "persons", "People employed."),
        PHONE,
        text("post", "Post id of the safety manager."),
    ],
};
