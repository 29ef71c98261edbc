//! Problem and plan as they are read for checking.
//!
//! The problem is read strictly: what its format promises must be there. The plan is read loosely,
//! because a fault in it must become a violation with a place, not a refusal to look: an id may be
//! missing and a number may be no whole number. The fields are those of the published formats.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Largest size of a figure in problem or plan; keeps all sums inside 128 bits.
pub const FIGURE_MAX: i64 = 1_000_000_000_000;

/// Why problem or plan cannot be judged at all (code E00).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not JSON, or not of the form the format promises.
    #[error("{which} cannot be read: {cause}")]
    Form {
        /// "problem", "plan" or "previous plan".
        which: &'static str,
        /// What the reader stumbled over.
        cause: String,
    },
    /// Another format, or another version of it.
    #[error("{which} has format {found:?}, expected {expected:?}")]
    Format {
        /// "problem" or "plan".
        which: &'static str,
        /// The format named in the file.
        found: String,
        /// The format that is read here.
        expected: &'static str,
    },
    /// Two things of one sort with the same id.
    #[error("duplicate {sort} id {id}")]
    Duplicate {
        /// Sort of thing, such as "lot".
        sort: &'static str,
        /// The id.
        id: String,
    },
    /// A matrix that is not square in the order of the places.
    #[error("matrix {name} is not {size} x {size}")]
    Matrix {
        /// Name of the matrix.
        name: String,
        /// Number of places.
        size: usize,
    },
    /// Something the problem names and does not have.
    #[error("the problem has no {sort} {id}")]
    Missing {
        /// Sort of thing, such as "commodity".
        sort: &'static str,
        /// The id.
        id: String,
    },
    /// A figure of the problem that no rule can work with.
    #[error("{sort} {id}: {what}")]
    Figure {
        /// Sort of thing.
        sort: &'static str,
        /// The id.
        id: String,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// A whole number of bounded size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Whole(pub(crate) i64);

impl Whole {
    /// Wide enough for sums and products.
    pub(crate) fn wide(self) -> i128 {
        i128::from(self.0)
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let figure = i64::deserialize(d)?;
        if figure.abs() > FIGURE_MAX {
            return Err(D::Error::custom(format!("figure {figure} is out of range")));
        }
        Ok(Whole(figure))
    }
}

/// A number of the plan: `None` where it is missing or not a whole number of bounded size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Loose(pub(crate) Option<i64>);

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let figure = Value::deserialize(d)?.as_i64().filter(|f| f.abs() <= FIGURE_MAX);
        Ok(Loose(figure))
    }
}

/// An id of the plan: `None` where it is missing or not a text.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct LooseId(pub(crate) Option<String>);

impl<'de> Deserialize<'de> for LooseId {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        match Value::deserialize(d)? {
            Value::String(id) => Ok(LooseId(Some(id))),
            Value::Array(_) | Value::Object(_) => Err(D::Error::custom("an id must be a text")),
            _ => Ok(LooseId(None)),
        }
    }
}

/// A relief problem, format `anlan-relief-problem/1`.
#[derive(Clone, Debug, Deserialize)]
pub struct Problem {
    pub(crate) format: String,
    pub(crate) name: Option<String>,
    pub(crate) horizon_s: Whole,
    pub(crate) max_changed_percent: Option<Whole>,
    pub(crate) commodities: Vec<Commodity>,
    pub(crate) places: Vec<Place>,
    pub(crate) needs: Vec<Need>,
    pub(crate) vehicles: Vec<Vehicle>,
    pub(crate) matrices: BTreeMap<String, Vec<Vec<Option<Whole>>>>,
    #[serde(default)]
    pub(crate) forbidden_together: Vec<Vec<String>>,
}

/// A sort of goods, counted in packs.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Commodity {
    pub(crate) id: String,
    pub(crate) pack_g: Whole,
    pub(crate) pack_l: Whole,
    #[serde(default = "first_tier")]
    pub(crate) tier: Whole,
    #[serde(default = "water")]
    pub(crate) curve: String,
    #[serde(default)]
    pub(crate) min_life_s: Whole,
}

/// A depot, a village, or any other place a vehicle may stop at.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Place {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) service: Service,
    pub(crate) windows: Option<Vec<(Whole, Whole)>>,
    pub(crate) max_class: Option<Whole>,
    pub(crate) max_vehicles_at_once: Option<Whole>,
    #[serde(default)]
    pub(crate) lots: Vec<Lot>,
}

/// How long a stop takes.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(crate) struct Service {
    #[serde(default)]
    pub(crate) fixed_s: Whole,
    #[serde(default)]
    pub(crate) per_pack_s: Whole,
}

/// Goods of one sort at one depot.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Lot {
    pub(crate) id: String,
    pub(crate) commodity: String,
    pub(crate) packs: Whole,
    pub(crate) expires_s: Option<Whole>,
    #[serde(default)]
    pub(crate) from_s: Whole,
    pub(crate) only: Option<Vec<String>>,
}

/// What people at a place need of one commodity.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Need {
    pub(crate) id: String,
    pub(crate) place: String,
    pub(crate) commodity: String,
    pub(crate) people: Whole,
    pub(crate) packs: Whole,
    #[serde(default)]
    pub(crate) deprived_min: Whole,
    pub(crate) max_splits: Option<Whole>,
}

/// A vehicle with its matrix, what it carries and when it works.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Vehicle {
    pub(crate) id: String,
    pub(crate) matrix: String,
    pub(crate) class: Whole,
    pub(crate) capacity_g: Whole,
    pub(crate) capacity_l: Whole,
    pub(crate) start: String,
    pub(crate) end: Option<String>,
    pub(crate) shift: (Whole, Whole),
    pub(crate) max_drive_s: Option<Whole>,
    pub(crate) max_trips: Option<Whole>,
    #[serde(default)]
    pub(crate) aboard: Vec<Aboard>,
}

/// Goods on a vehicle when the plan starts.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Aboard {
    pub(crate) lot: String,
    pub(crate) packs: Whole,
}

/// A relief plan, format `anlan-relief-plan/1`.
#[derive(Clone, Debug, Deserialize)]
pub struct Plan {
    pub(crate) format: String,
    pub(crate) problem: Option<String>,
    #[serde(default)]
    pub(crate) routes: Vec<Route>,
    #[serde(default)]
    pub(crate) unserved: Vec<Unserved>,
    #[serde(default)]
    pub(crate) claims: BTreeMap<String, Value>,
    #[serde(default)]
    pub(crate) drafts: Vec<String>,
}

/// All that one vehicle does.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Route {
    #[serde(default)]
    pub(crate) vehicle: LooseId,
    pub(crate) stops: Option<Vec<Stop>>,
}

impl Route {
    /// The stops; none where the route names none.
    pub(crate) fn stops(&self) -> &[Stop] {
        self.stops.as_deref().unwrap_or_default()
    }
}

/// A halt: unload, return, then load.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Stop {
    #[serde(default)]
    pub(crate) place: LooseId,
    #[serde(default)]
    pub(crate) arrive: Loose,
    #[serde(default)]
    pub(crate) start: Loose,
    #[serde(default)]
    pub(crate) depart: Loose,
    #[serde(default)]
    pub(crate) load: Vec<Move>,
    #[serde(default)]
    pub(crate) unload: Vec<Move>,
    #[serde(default, rename = "return")]
    pub(crate) back: Vec<Move>,
}

/// Packs of a lot that go on or off.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Move {
    #[serde(default)]
    pub(crate) need: LooseId,
    #[serde(default)]
    pub(crate) lot: LooseId,
    #[serde(default)]
    pub(crate) packs: Loose,
}

/// Packs that nobody brings, and why.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Unserved {
    #[serde(default)]
    pub(crate) need: LooseId,
    #[serde(default)]
    pub(crate) packs: Loose,
    #[serde(default)]
    pub(crate) reason: Value,
}

fn first_tier() -> Whole {
    Whole(1)
}

fn water() -> String {
    "water".to_string()
}

impl Problem {
    /// The format read here.
    pub const FORMAT: &'static str = "anlan-relief-problem/1";

    /// Reads a problem.
    ///
    /// # Errors
    /// [`Unreadable`] where it is not of the form.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let problem: Problem = parse("problem", text)?;
        expect_format("problem", &problem.format, Self::FORMAT)?;
        Ok(problem)
    }
}

impl Plan {
    /// The format read here.
    pub const FORMAT: &'static str = "anlan-relief-plan/1";

    /// Reads a plan.
    ///
    /// # Errors
    /// [`Unreadable`] where it is not of the form.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let plan: Plan = parse("plan", text)?;
        expect_format("plan", &plan.format, Self::FORMAT)?;
        Ok(plan)
    }
}

fn parse<'a, T: Deserialize<'a>>(which: &'static str, text: &'a str) -> Result<T, Unreadable> {
    serde_json::from_str(text).map_err(|cause| Unreadable::Form { which, cause: cause.to_string() })
}

fn expect_format(
    which: &'static str,
    found: &str,
    expected: &'static str,
) -> Result<(), Unreadable> {
    if found == expected {
        return Ok(());
    }
    let found = found.chars().take(64).collect();
    Err(Unreadable::Format { which, found, expected })
}
