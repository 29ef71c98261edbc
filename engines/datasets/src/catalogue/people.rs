//! Where people live and how the country is divided.

use super::{Column, ID, LAT, LON, Layer, NAME, NAME_EN, PLACE, SOURCE_ID, area, int, long, text};

const DIVISION_LEVEL: &[(i32, &str)] = &[
    (0, "nation"),
    (1, "province"),
    (2, "prefecture"),
    (3, "county"),
    (4, "township"),
    (5, "village"),
    (6, "grid"),
];

const DIVISION_KIND: &[(i32, &str)] = &[
    (1, "administrative_area"),
    (2, "street"),
    (3, "town"),
    (4, "township"),
    (5, "community"),
    (6, "village"),
    (7, "zone_or_farm"),
    (8, "grid"),
];

/// Units of the division table.
pub(super) const DIVISION: Layer = Layer {
    name: "division",
    meaning: "A unit of the administrative division table, from nation to grid, with an explicit \
              parent: what lies under what is never told by cutting digits.",
    columns: &[
        ID,
        SOURCE_ID,
        LON,
        LAT,
        long("code", "", "Division code as a number of 12 digits (a grid: 15).").required(),
        long("parent", "", "Division code of the unit above; null at the top of the table."),
        int("level", "", "Level of the unit.").required().codes(DIVISION_LEVEL),
        int("kind", "", "Kind of the unit.").codes(DIVISION_KIND),
        NAME,
        NAME_EN,
        text("valid_from_on", "First civil date on which the unit exists, as 2026-01-01."),
        text("valid_to_on", "Civil date from which the unit exists no longer; null: still does."),
        long("area_m2", "m²", "Land area over the ground."),
        area("boundary", "The unit's boundary."),
    ],
};

const BASIS: &[(i32, &str)] = &[(1, "counted"), (2, "estimated")];

const fn people(name: &'static str, meaning: &'static str) -> Column {
    int(name, "persons", meaning)
}

/// Population of villages and communities.
pub(super) const SETTLEMENT: Layer = Layer {
    name: "settlement",
    meaning: "A village or community with the people who live there. The age bands of men and \
              women add up to people_mid; the vulnerable groups overlap each other and the bands.",
    columns: &[
        ID,
        SOURCE_ID,
        LON,
        LAT,
        PLACE,
        NAME,
        NAME_EN,
        int("basis", "", "How the people were found.").codes(BASIS),
        int("households", "households", "Households living there."),
        people("people_low", "Nothing below this is believed."),
        people("people_mid", "The figure to plan with."),
        people("people_high", "Nothing above this is believed."),
        people("men_0", "Boys under 1 year."),
        people("men_1_4", "Boys of 1 to 4 years."),
        people("men_5_14", "Boys of 5 to 14 years."),
        people("men_15_59", "Men of 15 to 59 years."),
        people("men_60_79", "Men of 60 to 79 years."),
        people("men_80", "Men of 80 years and over."),
        people("women_0", "Girls under 1 year."),
        people("women_1_4", "Girls of 1 to 4 years."),
        people("women_5_14", "Girls of 5 to 14 years."),
        people("women_15_59", "Women of 15 to 59 years."),
        people("women_60_79", "Women of 60 to 79 years."),
        people("women_80", "Women of 80 years and over."),
        people("infants_under_6_months", "Infants under 6 months."),
        people("infants_6_to_24_months", "Infants of 6 months to under 24 months."),
        people("pregnant_or_nursing", "Women pregnant or nursing."),
        people("bedridden", "People who must be carried."),
        people("living_alone_60", "People of 60 years and over who live alone."),
        people("disabled", "People with a certified disability."),
        people("chronically_ill", "People who depend on daily medicine, dialysis or oxygen."),
        text("watch", "Post id of the village's disaster information officer."),
    ],
};
