//! The base packs, taken into the program when it is compiled. A test compares the list with the
//! folder `tables/`, so that no file is forgotten.

/// Path and text of every file of the base packs, sorted by path.
pub fn base_packs() -> &'static [(&'static str, &'static str)] {
    PACKS
}

macro_rules! packs {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../../tables/", $path)))),*]
    };
}

const PACKS: &[(&str, &str)] = packs![
    "exercise/command/county_flood_response.cases.toml",
    "exercise/command/county_flood_response.toml",
];
