//! What organisations, forces and stock are laid on: units with their seats, made up or read from
//! outside.

use kernel::{LonLat, PlaceCode};

use crate::make::Ground;
use crate::model::Name;

/// A township as what is laid on it sees it.
#[derive(Clone, Debug)]
pub(crate) struct Town {
    pub(crate) code: PlaceCode,
    /// Its name without what sort of unit it is.
    pub(crate) bare: Name,
    /// Where its seat lies.
    pub(crate) seat: LonLat,
}

impl Town {
    /// The pattern of its name. Class digit of a town is 1, of a township 2. Source: GB/T 10114.
    pub(crate) fn kind(&self) -> &'static str {
        if self.code.0 % 1_000_000 < 200_000 { "town" } else { "township" }
    }
}

/// A village or community.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) code: PlaceCode,
    /// Its township, as an index.
    pub(crate) township: usize,
    /// A community of a town rather than a village.
    pub(crate) urban: bool,
}

/// A county's units.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) seed: u64,
    pub(crate) county: PlaceCode,
    /// Of a county's full size: it keeps full fleets.
    pub(crate) is_large: bool,
    pub(crate) people: i64,
    /// Townships; the county's seat is in the first.
    pub(crate) towns: Vec<Town>,
    /// Villages and communities, ordered by township.
    pub(crate) spots: Vec<Unit>,
}

/// The code of a township by its place among this many: the first two thirds are towns.
pub(crate) fn town_code(county: PlaceCode, town: usize, towns: usize) -> PlaceCode {
    let class = if town * 3 < towns * 2 { 100 } else { 200 };
    PlaceCode(county.0 + (class + town as u64) * 1_000)
}

/// The code of a village by its place among those of its sort in its township: communities count
/// from 001, villages from 201. Source: statistical code rules.
pub(crate) fn village_code(town: PlaceCode, urban: bool, serial: u64) -> PlaceCode {
    PlaceCode(town.0 + if urban { serial } else { 200 + serial })
}

impl Frame {
    /// The units of made-up ground.
    pub(crate) fn of(ground: &Ground) -> Frame {
        let spots = ground.settled.spots.iter().zip(&ground.codes);
        Frame {
            seed: ground.seed,
            county: ground.county(),
            is_large: ground.numbers.has_main_roads,
            people: ground.numbers.people,
            towns: (0..ground.town_codes.len())
                .map(|t| Town {
                    code: ground.town_codes[t],
                    bare: ground.town_names[t].clone(),
                    seat: ground.grid.centre(ground.settled.towns[t]),
                })
                .collect(),
            spots: spots
                .map(|(s, code)| Unit { code: *code, township: s.township, urban: s.urban })
                .collect(),
        }
    }
}
