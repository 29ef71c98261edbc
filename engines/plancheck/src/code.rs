//! The codes of what can be wrong with a plan, and where it was found.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// What is wrong with a plan; the text form is the one of the published format.
        ///
        /// Source: house, `anlan-relief-plan/1` (`docs/formats/relief-plan.md`).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// Every code, in order of its number.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The stable text, such as `E21_WEIGHT`.
            pub fn text(self) -> &'static str {
                match self {
                    $(Code::$variant => $text,)*
                }
            }
        }
    };
}

codes! {
    /// Problem or plan cannot be read at all.
    Unreadable = "E00_UNREADABLE",
    /// The plan names another problem.
    WrongProblem = "E01_WRONG_PROBLEM",
    /// A vehicle, place, need or lot the problem does not have.
    UnknownId = "E02_UNKNOWN_ID",
    /// Two routes for one vehicle.
    VehicleTwice = "E03_VEHICLE_TWICE",
    /// A route without stops.
    EmptyRoute = "E04_EMPTY_ROUTE",
    /// A time or a number of packs that is not a whole number (packs: above 0).
    BadNumber = "E05_BAD_NUMBER",
    /// The route does not start or end where the vehicle must.
    StartEnd = "E06_START_END",
    /// Outside the vehicle's shift.
    Shift = "E07_SHIFT",
    /// Not arrive <= start <= depart.
    TimeOrder = "E08_TIME_ORDER",
    /// No way between two stops for this vehicle.
    Unreachable = "E09_UNREACHABLE",
    /// Arrives earlier than the way allows.
    TravelTime = "E10_TRAVEL_TIME",
    /// Goods loaded, returned or handed out at another place than theirs.
    WrongPlace = "E11_WRONG_PLACE",
    /// The lot is of another commodity than the need.
    WrongGoods = "E12_WRONG_GOODS",
    /// More packs taken off than aboard.
    NotAboard = "E13_NOT_ABOARD",
    /// The lot may not go to this place.
    Earmark = "E14_EARMARK",
    /// The lot is not there yet.
    NotYet = "E15_NOT_YET",
    /// Service shorter than fixed + per pack.
    Service = "E16_SERVICE",
    /// Service not inside one window of the place.
    Window = "E17_WINDOW",
    /// The vehicle is too large for the place.
    VehicleClass = "E18_CLASS",
    /// Handed out with less life left than needed.
    Expired = "E19_EXPIRED",
    /// Handed out after the horizon.
    Horizon = "E20_HORIZON",
    /// Heavier than the vehicle carries.
    Weight = "E21_WEIGHT",
    /// More volume than the vehicle carries.
    Volume = "E22_VOLUME",
    /// Two goods together that must not be.
    ForbiddenPair = "E23_FORBIDDEN_PAIR",
    /// Goods still aboard at the end of the route.
    LeftAboard = "E24_LEFT_ABOARD",
    /// More driving than allowed.
    DriveTime = "E25_DRIVE_TIME",
    /// More trips than allowed.
    Trips = "E26_TRIPS",
    /// More taken from a lot than it holds.
    Stock = "E27_STOCK",
    /// More handed out than needed.
    OverDelivery = "E28_OVER_DELIVERY",
    /// More deliveries for one need than allowed.
    Splits = "E29_SPLITS",
    /// Delivered and unserved do not make up the need, or an unserved entry is not well formed.
    Unserved = "E30_UNSERVED",
    /// More vehicles served at once than the place can.
    Crowded = "E31_CROWDED",
    /// More issued orders changed than the cap allows.
    TooManyChanges = "E32_TOO_MANY_CHANGES",
    /// The plan claims a figure that is not so.
    FalseClaim = "E33_FALSE_CLAIM",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.text())
    }
}

/// Where in problem or plan something is wrong. Its text form is stable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Where {
    /// The files themselves.
    Input,
    /// The plan as a whole.
    Plan,
    /// A route: its index and the vehicle it names, if it names one.
    Route(usize, Option<String>),
    /// A stop of a route: route index, vehicle, stop index, place.
    Stop(usize, String, usize, String),
    /// A lot.
    Lot(String),
    /// A need.
    Need(String),
    /// A place.
    Place(String),
    /// The list of unserved needs.
    Unserved,
    /// The claims.
    Claims,
}

impl Where {
    /// The index of the route it lies in, if it lies in one.
    pub fn route(&self) -> Option<usize> {
        match self {
            Where::Route(index, _) | Where::Stop(index, ..) => Some(*index),
            _ => None,
        }
    }
}

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Where::Input => f.write_str("input"),
            Where::Plan => f.write_str("plan"),
            Where::Route(index, Some(vehicle)) => write!(f, "route {index} ({vehicle})"),
            Where::Route(index, None) => write!(f, "route {index} (None)"),
            Where::Stop(index, vehicle, stop, place) => {
                write!(f, "route {index} ({vehicle}) stop {stop} at {place}")
            }
            Where::Lot(id) => write!(f, "lot {id}"),
            Where::Need(id) => write!(f, "need {id}"),
            Where::Place(id) => write!(f, "place {id}"),
            Where::Unserved => f.write_str("unserved"),
            Where::Claims => f.write_str("claims"),
        }
    }
}

impl Serialize for Where {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

/// One thing that is wrong: a code, where, and the figures that show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// What is wrong.
    pub code: Code,
    /// Where.
    #[serde(rename = "where")]
    pub at: Where,
    /// The figure found in the plan, in the unit of the rule (seconds, packs, grams, litres).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<i64>,
    /// The figure that would have been allowed, same unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// Ids of the things involved: lots, needs, commodities, places, names of claims.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<String>,
}

impl Violation {
    pub(crate) fn new(code: Code, at: Where) -> Self {
        Violation { code, at, found: None, limit: None, ids: Vec::new() }
    }

    pub(crate) fn figures(&mut self, found: i128, limit: i128) -> &mut Self {
        self.found = i64::try_from(found).ok();
        self.limit = i64::try_from(limit).ok();
        self
    }

    pub(crate) fn id(&mut self, id: impl Into<String>) -> &mut Self {
        self.ids.push(id.into());
        self
    }
}
