//! Who travels: on foot, by motorcycle, 4x4, light or heavy truck, by boat.
//!
//! What a profile can use at all (class, width) is told here from the map alone; what the road is
//! like now is the state's.

use serde::{Deserialize, Serialize};

use crate::graph::{Carrier, Class, Segment};

/// A sort of traveller; reports and profiles name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// People who walk and carry.
    Foot,
    /// Motorcycle.
    Motorcycle,
    /// Car with four driven wheels.
    FourByFour,
    /// Truck of 7.5 t.
    LightTruck,
    /// Truck of 25 t.
    HeavyTruck,
    /// Boat on the water graph.
    Boat,
}

impl Mode {
    /// All modes.
    pub const ALL: [Mode; 6] = [
        Mode::Foot,
        Mode::Motorcycle,
        Mode::FourByFour,
        Mode::LightTruck,
        Mode::HeavyTruck,
        Mode::Boat,
    ];
}

/// A set of modes: whom a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Modes(u8);

impl Modes {
    /// Every mode.
    pub const EVERY: Modes = Modes(0b11_1111);
    /// Everything on wheels.
    pub const WHEELS: Modes = Modes(0b01_1110);

    /// These modes.
    pub fn of(modes: &[Mode]) -> Modes {
        Modes(modes.iter().fold(0, |set, mode| set | 1 << *mode as u8))
    }

    /// Whether a mode is among them.
    pub fn has(self, mode: Mode) -> bool {
        self.0 & (1 << mode as u8) != 0
    }
}

/// How a traveller moves. Source: house, relief design §1; a country may hand in its own figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Sort.
    pub mode: Mode,
    /// Gross mass, kilograms.
    pub gross_kg: u32,
    /// Width, centimetres.
    pub width_cm: u32,
    /// Height, centimetres.
    pub height_cm: u32,
    /// Share of the road's speed, per mille; 0 where the traveller has its own speed.
    pub speed_permille: u32,
    /// Fastest it goes, km/h.
    pub speed_max_km_h: u32,
}

const fn profile(mode: Mode, gross_kg: u32, width_cm: u32, height_cm: u32) -> Profile {
    Profile { mode, gross_kg, width_cm, height_cm, speed_permille: 1000, speed_max_km_h: 100 }
}

impl Profile {
    /// Porter: 4 km/h on roads, 3 on tracks and paths, an hour more for each 600 m climbed.
    pub const FOOT: Profile =
        Profile { speed_permille: 0, speed_max_km_h: 4, ..profile(Mode::Foot, 100, 60, 200) };
    /// Motorcycle: 0.7 of the road's speed.
    pub const MOTORCYCLE: Profile =
        Profile { speed_permille: 700, ..profile(Mode::Motorcycle, 300, 80, 200) };
    /// 4x4 of 3.5 t.
    pub const FOUR_BY_FOUR: Profile = profile(Mode::FourByFour, 3_500, 200, 220);
    /// Truck of 7.5 t.
    pub const LIGHT_TRUCK: Profile = profile(Mode::LightTruck, 7_500, 230, 320);
    /// Truck of 25 t: 0.85 of the road's speed.
    pub const HEAVY_TRUCK: Profile =
        Profile { speed_permille: 850, ..profile(Mode::HeavyTruck, 25_000, 255, 380) };
    /// Assault boat at 20 km/h on the water graph.
    pub const BOAT: Profile =
        Profile { speed_permille: 0, speed_max_km_h: 20, ..profile(Mode::Boat, 2_000, 200, 150) };

    /// Road profiles from the largest to the smallest: which is the largest that gets through?
    pub const BY_LOAD: [Profile; 5] = [
        Profile::HEAVY_TRUCK,
        Profile::LIGHT_TRUCK,
        Profile::FOUR_BY_FOUR,
        Profile::MOTORCYCLE,
        Profile::FOOT,
    ];

    /// Whether the map alone lets this traveller use a segment: class and width, whatever its
    /// state. A width the map does not tell is taken from the class.
    pub fn admits(&self, segment: &Segment) -> bool {
        let class = match (self.mode, segment.class) {
            (Mode::Boat, class) => class == Class::Water,
            (_, Class::Water) => false,
            (Mode::Foot, class) => class != Class::Expressway,
            (Mode::Motorcycle, _) => true,
            (_, Class::Path) => false,
            _ => true,
        };
        let width = segment.width_cm.unwrap_or(default_width_cm(segment.class));
        class && width >= self.width_cm
    }

    /// Speed on a segment, km/h per mille, where nothing is wrong with it.
    pub(crate) fn speed_m_h(&self, segment: &Segment) -> u64 {
        if segment.carrier == Carrier::Ferry {
            return u64::from(FERRY_KM_H) * 1000;
        }
        let most = u64::from(self.speed_max_km_h) * 1000;
        if self.speed_permille == 0 {
            let slow =
                self.mode == Mode::Foot && matches!(segment.class, Class::Track | Class::Path);
            return if slow { most * 3 / 4 } else { most }.max(1);
        }
        let road = u64::from(segment.speed_km_h.unwrap_or(default_speed_km_h(segment.class)));
        (road * u64::from(self.speed_permille)).min(most).max(1)
    }
}

/// Source: house, for segments whose width nobody surveyed.
fn default_width_cm(class: Class) -> u32 {
    match class {
        Class::Expressway => 1100,
        Class::National => 900,
        Class::Provincial => 700,
        Class::County => 600,
        Class::Street => 500,
        Class::Township => 450,
        Class::Village => 350,
        Class::Track => 250,
        Class::Path => 100,
        Class::Water => 1000,
    }
}

/// Source: house, for segments whose speed nobody tagged.
fn default_speed_km_h(class: Class) -> u32 {
    match class {
        Class::Expressway => 80,
        Class::National => 60,
        Class::Provincial => 50,
        Class::County => 40,
        Class::Township => 30,
        Class::Street => 30,
        Class::Village => 20,
        Class::Track => 12,
        Class::Path => 6,
        Class::Water => 20,
    }
}

/// Speed of a ferry over the water. Source: house.
const FERRY_KM_H: u32 = 8;
/// Waiting and boarding at a ferry, milliseconds. Source: house.
pub(crate) const FERRY_BOARDING_MS: u64 = 600_000;
/// Foot: milliseconds for each metre climbed (an hour for 600 m).
pub(crate) const CLIMB_MS_PER_M: u64 = 6_000;
