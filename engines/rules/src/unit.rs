//! Units: which ones exist, what they measure, and how one turns into another exactly.
//!
//! A table that says `mm` where the input is in `person`, or a unit that nobody registered, is
//! refused when it is read. Persons and person-times, rooms and households, elapsed and working
//! days are different dimensions on purpose: they are never turned into each other.

use std::fmt;

/// One registered unit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Atom {
    name: &'static str,
    dimension: &'static str,
    /// Numerator and denominator of the factor to the dimension's base unit.
    ratio: (i128, i128),
    /// Whether it counts things, so that an unknown figure is at least zero.
    count: bool,
}

const fn atom(name: &'static str, dimension: &'static str, num: i128, den: i128) -> Atom {
    Atom { name, dimension, ratio: (num, den), count: false }
}

const fn count(name: &'static str) -> Atom {
    Atom { name, dimension: name, ratio: (1, 1), count: true }
}

/// Every unit that a table may name. 1 mu = 1/15 ha. Source: domain reference §0.
const UNITS: &[Atom] = &[
    count("person"),
    count("person_time"),
    count("household"),
    count("room"),
    count("village"),
    count("township"),
    count("province"),
    count("item"),
    count("set"),
    count("head"),
    count("time"),
    atom("mm", "length", 1, 1),
    atom("cm", "length", 10, 1),
    atom("m", "length", 1_000, 1),
    atom("km", "length", 1_000_000, 1),
    atom("m2", "area", 1, 1),
    atom("mu", "area", 2_000, 3),
    atom("ha", "area", 10_000, 1),
    atom("km2", "area", 1_000_000, 1),
    atom("ml", "volume", 1, 1),
    atom("l", "volume", 1_000, 1),
    atom("m3", "volume", 1_000_000, 1),
    atom("g", "mass", 1, 1),
    atom("kg", "mass", 1_000, 1),
    atom("t", "mass", 1_000_000, 1),
    atom("s", "duration", 1, 1),
    atom("min", "duration", 60, 1),
    atom("h", "duration", 3_600, 1),
    atom("day", "duration", 86_400, 1),
    atom("working_day", "working_day", 1, 1),
    atom("month", "month", 1, 1),
    atom("year", "month", 12, 1),
    atom("fen", "money", 1, 1),
    atom("yuan", "money", 100, 1),
    atom("wan_yuan", "money", 1_000_000, 1),
    atom("permille", "share", 1, 1),
    atom("percent", "share", 10, 1),
    atom("m/s", "speed", 1, 1),
    atom("degree_celsius", "temperature", 1, 1),
    atom("kcal", "energy", 1, 1),
    atom("mg", "small_mass", 1, 1),
    atom("ntu", "turbidity", 1, 1),
    atom("kpa", "pressure", 1, 1),
    atom("magnitude", "magnitude", 1, 1),
    atom("beaufort", "beaufort", 1, 1),
];

/// A unit as a table writes it: a registered name, or several joined by `/` (`l/person/day`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    text: String,
    parts: Vec<&'static Atom>,
}

/// A unit that is not registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnknownUnit {
    pub found: String,
    pub nearest: &'static str,
}

impl Unit {
    pub fn parse(text: &str) -> Result<Unit, UnknownUnit> {
        let find = |name: &str| UNITS.iter().find(|u| u.name == name);
        if let Some(whole) = find(text) {
            return Ok(Unit { text: text.to_owned(), parts: vec![whole] });
        }
        let mut parts = Vec::new();
        for name in text.split('/') {
            match find(name) {
                Some(unit) => parts.push(unit),
                None => {
                    let nearest = crate::fault::nearest(name, UNITS.iter().map(|u| u.name));
                    return Err(UnknownUnit { found: name.to_owned(), nearest });
                }
            }
        }
        Ok(Unit { text: text.to_owned(), parts })
    }

    pub fn is_count(&self) -> bool {
        matches!(self.parts.as_slice(), [one] if one.count)
    }

    /// The ratio that turns a figure in this unit into one in `other`; `None` where they measure
    /// different things.
    pub fn ratio_to(&self, other: &Unit) -> Option<(i128, i128)> {
        if self.parts.len() != other.parts.len() {
            return None;
        }
        let (mut num, mut den) = (1i128, 1i128);
        for (place, (from, to)) in self.parts.iter().zip(&other.parts).enumerate() {
            if from.dimension != to.dimension {
                return None;
            }
            let (n, d) = (from.ratio.0 * to.ratio.1, from.ratio.1 * to.ratio.0);
            let (n, d) = if place == 0 { (n, d) } else { (d, n) };
            num = num.checked_mul(n)?;
            den = den.checked_mul(d)?;
        }
        Some((num, den))
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
