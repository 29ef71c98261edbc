//! How many people live at a settlement, where nobody counted them.
//!
//! An estimate that looks like one: always a band. The tag `population` is not used: in the
//! extracts at hand it is the figure of a municipality with other settlements in it, so that
//! people would stand twice, and it carries no date.

use kernel::{Estimate, LonLat, geodesic_mm};

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
    let mut sorted: Vec<(&Place, PlaceClass)> =
        places.iter().filter_map(|place| place.class.map(|class| (place, class))).collect();
    sorted.sort_by_key(|(place, _)| (place.point.lat_e7, place.point.lon_e7, &place.source_id));
    let mut counts = vec![0_u32; sorted.len()];
    for building in buildings {
        if let Some(nearest) = nearest(&sorted, building.point) {
            counts[nearest] += 1;
        }
    }
    let mut all: Vec<Settlement<'e>> = sorted
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

/// The nearest of places sorted from south to north: outward from the position's latitude, until
/// no place further along could be nearer.
fn nearest(sorted: &[(&Place, PlaceClass)], at: LonLat) -> Option<usize> {
    let start = sorted.partition_point(|(place, _)| place.point.lat_e7 < at.lat_e7);
    let mut best: Option<(i64, usize)> = None;
    let mut look = |number: usize| {
        let point = sorted[number].0.point;
        let straight = geodesic_mm(LonLat { lon_e7: at.lon_e7, lat_e7: point.lat_e7 }, at);
        if best.is_some_and(|(mm, _)| straight > mm) {
            return false;
        }
        let mm = geodesic_mm(at, point);
        if best.is_none_or(|(least, other)| (mm, number) < (least, other)) {
            best = Some((mm, number));
        }
        true
    };
    for number in (0..start).rev() {
        if !look(number) {
            break;
        }
    }
    for number in start..sorted.len() {
        if !look(number) {
            break;
        }
    }
    best.map(|(_, number)| number)
}
