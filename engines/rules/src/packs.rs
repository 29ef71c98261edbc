//! The base packs, taken into the program when it is compiled: `build.rs` lists the folder
//! `tables/`, so that a new table is in the program without a line of code.

/// Path and text of every file of the base packs, sorted by path.
pub fn base_packs() -> &'static [(&'static str, &'static str)] {
    PACKS
}

const PACKS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));
