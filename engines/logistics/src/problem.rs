//! Problem and plan as they are made here and written to files.
//!
//! Whole numbers only: seconds from the plan's start, grams, litres, packs, people. Fields stand in
//! the order of their names, so that the same values always give the same bytes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Seconds of each way, in the order of the places; `None` is no way.
pub type Matrix = Vec<Vec<Option<i64>>>;

/// What is to be delivered, with what, and how far everything is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Sorts of goods.
    pub commodities: Vec<Commodity>,
    /// Pairs of commodities that must not travel together.
    #[serde(default)]
    pub forbidden_together: Vec<Vec<String>>,
    /// Always [`Problem::FORMAT`].
    pub format: String,
    /// End of the plan, seconds from its start.
    pub horizon_s: i64,
    /// How many issued orders a new plan may change without need, percent; `None` is no cap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_changed_percent: Option<i64>,
    /// Travel times by matrix name (one matrix a sort of vehicle).
    pub matrices: BTreeMap<String, Matrix>,
    /// Name that the plan repeats.
    pub name: String,
    /// What people need.
    pub needs: Vec<Need>,
    /// Where vehicles stop: depots, villages and others.
    pub places: Vec<Place>,
    /// Seed of a made-up problem.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
    /// Vehicles: trucks, boats, helicopters, groups of porters.
    pub vehicles: Vec<Vehicle>,
}

/// A sort of goods, counted in packs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commodity {
    /// Name of the deprivation curve.
    #[serde(default = "water")]
    pub curve: String,
    /// Id.
    pub id: String,
    /// Life a pack must have left when handed out, seconds.
    #[serde(default)]
    pub min_life_s: i64,
    /// Weight of a pack, grams.
    pub pack_g: i64,
    /// Volume of a pack, litres.
    pub pack_l: i64,
    /// 1 survival, 2 minimum, 3 recovery. Source: house, relief design §7.
    #[serde(default = "first_tier")]
    pub tier: i64,
}

/// A place vehicles stop at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Id.
    pub id: String,
    /// `depot` where goods lie, else any other word, such as `village`.
    pub kind: String,
    /// Goods that lie here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<Lot>,
    /// Largest class of vehicle that gets in; `None` is any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_class: Option<i64>,
    /// Vehicles served at once; `None` is any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_vehicles_at_once: Option<i64>,
    /// How long a stop takes.
    #[serde(default)]
    pub service: Service,
    /// When vehicles are served, seconds from and to; `None` is always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub windows: Option<Vec<(i64, i64)>>,
}

/// How long a stop takes at which goods move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Seconds for the stop.
    #[serde(default)]
    pub fixed_s: i64,
    /// Seconds for each pack.
    #[serde(default)]
    pub per_pack_s: i64,
}

/// Goods of one sort at one depot that may be promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// Commodity.
    pub commodity: String,
    /// When it expires, seconds from the plan's start; `None` is never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_s: Option<i64>,
    /// From when it is there.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub from_s: i64,
    /// Id.
    pub id: String,
    /// Places it may go to (a donor's wish); `None` is anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Vec<String>>,
    /// Packs.
    pub packs: i64,
}

/// What a group of people at a place needs of one commodity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// Commodity.
    pub commodity: String,
    /// How long they have gone without, minutes.
    #[serde(default)]
    pub deprived_min: i64,
    /// Group of people.
    #[serde(default)]
    pub group: String,
    /// Id.
    pub id: String,
    /// Deliveries it may be split into; `None` is any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_splits: Option<i64>,
    /// Packs, above 0.
    pub packs: i64,
    /// People.
    pub people: i64,
    /// Place.
    pub place: String,
}

/// A vehicle, or a group of porters that walks together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vehicle {
    /// Goods it carries when the plan starts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aboard: Vec<Packs>,
    /// Most weight, grams.
    pub capacity_g: i64,
    /// Most volume, litres.
    pub capacity_l: i64,
    /// Size class, compared with a place's `max_class`.
    pub class: i64,
    /// Where it must end; `None` is anywhere.
    pub end: Option<String>,
    /// Id.
    pub id: String,
    /// Name of its matrix.
    pub matrix: String,
    /// Most driving, seconds; `None` is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_drive_s: Option<i64>,
    /// Most loadings; `None` is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_trips: Option<i64>,
    /// From when to when it works.
    pub shift: (i64, i64),
    /// Where it stands.
    pub start: String,
}

/// Packs of a lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packs {
    /// Lot.
    pub lot: String,
    /// How many, above 0.
    pub packs: i64,
}

/// Who drives where, when, with what, and who goes without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Figures the plan claims of itself; the checker must find the same.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub claims: BTreeMap<String, i64>,
    /// Needs whose orders were not issued yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drafts: Vec<String>,
    /// Always [`Plan::FORMAT`].
    pub format: String,
    /// Name of the problem.
    pub problem: String,
    /// One route a vehicle.
    pub routes: Vec<Route>,
    /// What nobody brings.
    #[serde(default)]
    pub unserved: Vec<Unserved>,
}

/// All that one vehicle does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Stops in order of time.
    pub stops: Vec<Stop>,
    /// Vehicle.
    pub vehicle: String,
}

/// A halt: unload, return, then load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Seconds from the plan's start.
    pub arrive: i64,
    /// When it leaves.
    pub depart: i64,
    /// Goods taken on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub load: Vec<Packs>,
    /// Place.
    pub place: String,
    /// Goods given back to their own depot.
    #[serde(default, rename = "return", skip_serializing_if = "Vec::is_empty")]
    pub back: Vec<Packs>,
    /// When service starts.
    pub start: i64,
    /// Goods handed out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unload: Vec<Unload>,
}

/// Packs handed out for a need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unload {
    /// Lot.
    pub lot: String,
    /// Need.
    pub need: String,
    /// How many, above 0.
    pub packs: i64,
}

/// Packs of a need that nobody brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unserved {
    /// Need.
    pub need: String,
    /// How many, above 0.
    pub packs: i64,
    /// `no stock`, `no vehicle can reach`, `no time`, or `change cap` where more could be brought
    /// only by changing an order that stands.
    pub reason: String,
}

fn water() -> String {
    "water".to_string()
}

fn first_tier() -> i64 {
    1
}

fn is_zero(figure: &i64) -> bool {
    *figure == 0
}

impl Stop {
    /// A halt at which nothing moves and no time passes.
    pub fn bare(place: &str, at: i64) -> Stop {
        let place = place.to_string();
        let (load, back, unload) = (Vec::new(), Vec::new(), Vec::new());
        Stop { arrive: at, depart: at, load, place, back, start: at, unload }
    }

    /// Whether nothing moves.
    pub fn is_bare(&self) -> bool {
        self.load.is_empty() && self.unload.is_empty() && self.back.is_empty()
    }

    /// Packs moved on or off.
    pub fn moved(&self) -> i64 {
        let on: i64 = self.load.iter().chain(&self.back).map(|g| g.packs).sum();
        on + self.unload.iter().map(|g| g.packs).sum::<i64>()
    }
}

impl Problem {
    /// The format written and read.
    pub const FORMAT: &'static str = "anlan-relief-problem/1";

    /// The file: one line of JSON, keys in order of their names.
    pub fn to_json(&self) -> String {
        // Texts, whole numbers, lists and maps by text: nothing here can fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Plan {
    /// The format written and read.
    pub const FORMAT: &'static str = "anlan-relief-plan/1";

    /// A plan that does nothing yet.
    pub fn empty(problem: &str) -> Plan {
        Plan {
            claims: BTreeMap::new(),
            drafts: Vec::new(),
            format: Self::FORMAT.to_string(),
            problem: problem.to_string(),
            routes: Vec::new(),
            unserved: Vec::new(),
        }
    }

    /// The file: one line of JSON, keys in order of their names.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
