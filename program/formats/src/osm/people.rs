//! How many people live at a settlement, where nobody counted them.
//!
//! An estimate that looks like one: always a band. The tag `population` is not used: in the
//! extracts at hand it is the figure of a municipality with other settlements in it, so that
//! people would stand twice, and it carries no date.

use kernel::{Estimate, Near};

use super::{Building, Place};

/// The classes of settlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceClass {
    /// `place=city`.
    City,
    /// `place=town`.
    Town,
    /// `place=village`.
    Village,
    /// `place=hamlet`.
    Hamlet,
}

impl PlaceClass {
    /// The class of a value of `place`; `None` for parts of settlements and for names of land.
    pub fn of(place: &str) -> Option<Self> {
        match place {
            "city" => Some(PlaceClass::City),
            "town" => Some(PlaceClass::Town),
            "village" => Some(PlaceClass::Village),
            "hamlet" => Some(PlaceClass::Hamlet),
            _ => None,
        }
    }

    /// The people of an ordinary settlement of the class.
    ///
    /// Source: house, real input: town 5,000, village 500, hamlet 50; a city ten towns.
    pub fn people(self) -> i64 {
        match self {
            PlaceClass::City => 50_000,
            PlaceClass::Town => 5_000,
            PlaceClass::Village => 500,
            PlaceClass::Hamlet => 50,
        }
    }
}

/// How people are estimated, as it stands in the layer's source.
pub const METHOD: &str = "people estimated: 2.5 a building ±40 % where the map is plainly drawn, \
    else 5,000 a town, 500 a village, 50 a hamlet ±60 %";

/// The people at a settlement of a class with this many buildings: 2.5 a building ± 40 % where
/// buildings × 5 reach the class figure (so that the map is plainly drawn), else the class figure
/// ± 60 %.
///
/// Source: house, real input.
pub fn estimate(class: PlaceClass, buildings: u32) -> Estimate {
    let buildings = i64::from(buildings);
    if buildings * 5 >= class.people() {
        Estimate::within_permille((buildings * 5 + 1) / 2, 400)
    } else {
        Estimate::within_permille(class.people(), 600)
    }
}

/// A settlement with its buildings and its people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement<'e> {
    /// The place.
    pub place: &'e Place,
    /// Its class.
    pub class: PlaceClass,
    /// Buildings nearer to it than to any other settlement.
    pub buildings: u32,
    /// People, estimated.
    pub people: Estimate,
}

/// The settlements among the places, each with the buildings that are nearest to it.
pub fn settlements<'e>(places: &'e [Place], buildings: &[Building]) -> Vec<Settlement<'e>> {
    let found: Vec<(&Place, PlaceClass)> =
        places.iter().filter_map(|place| place.class.map(|class| (place, class))).collect();
    let mut counts = vec![0_u32; found.len()];
    let near = Near::new(found.iter().map(|(p, _)| p.point).zip(0..).collect());
    for building in buildings {
        if let Some((nearest, _)) = near.nearest(building.point) {
            counts[nearest] += 1;
        }
    }
    let mut all: Vec<Settlement<'e>> = found
        .into_iter()
        .zip(counts)
        .map(|((place, class), buildings)| Settlement {
            place,
            class,
            buildings,
            people: estimate(class, buildings),
        })
        .collect();
    all.sort_by(|a, b| a.place.source_id.cmp(&b.place.source_id));
    all
}
