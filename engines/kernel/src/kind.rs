//! Kinds of entities and references between them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::EntityId;

/// The kind of an entity: a number for bytes, a folder name for people and paths. Never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kind {
    /// The number in type codes: below 16 it is a code of its own, else `code = number * 16 + n`.
    pub number: u16,
    /// The folder name, singular, snake_case: "alert", "road_report".
    pub name: &'static str,
}

/// A link to an entity of any context: kind and id, such as `task:9f3k…`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ref {
    /// The folder name of the kind.
    pub kind: String,
    /// Which one.
    pub id: EntityId,
}

/// A text that is not a reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a reference needs the form kind:id, found {0:?}")]
pub struct RefError(pub String);

impl Ref {
    /// A reference to `id` of `kind`.
    pub fn new(kind: &str, id: EntityId) -> Self {
        Ref { kind: kind.to_owned(), id }
    }
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

impl FromStr for Ref {
    type Err = RefError;
    fn from_str(text: &str) -> Result<Self, RefError> {
        let wrong = || RefError(text.chars().take(80).collect());
        let (kind, id) = text.split_once(':').ok_or_else(wrong)?;
        let plain = |c: char| c.is_ascii_lowercase() || c == '_';
        if kind.is_empty() || kind.len() > 32 || !kind.chars().all(plain) {
            return Err(wrong());
        }
        Ok(Ref { kind: kind.to_owned(), id: id.parse().map_err(|_| wrong())? })
    }
}

impl Serialize for Ref {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Ref {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! hazard_kinds {
    ($($variant:ident = $number:literal, $name:literal, $doc:literal;)*) => {
        /// What sort of thing happens. Numbers are never reused (the short report has 6 bits).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum HazardKind { $(#[doc = $doc] $variant = $number,)* }

        impl HazardKind {
            /// All of them, in number order.
            pub const ALL: &'static [HazardKind] = &[$(HazardKind::$variant,)*];

            /// The ASCII name that public codes hash.
            pub fn name(self) -> &'static str {
                match self { $(HazardKind::$variant => $name,)* }
            }
        }
    };
}

hazard_kinds! {
    Flood = 1, "flood", "Rain, typhoon and river flood.";
    Drought = 2, "drought", "Drought.";
    Geological = 3, "geological", "Landslide, debris flow, collapse.";
    Earthquake = 4, "earthquake", "Earthquake.";
    Wildfire = 5, "wildfire", "Forest and grassland fire.";
    Weather = 6, "weather", "Wind, snow, frost, hail, heat.";
    Marine = 7, "marine", "Storm surge, waves, sea ice, tsunami.";
    WorkSafety = 8, "work_safety", "Workplace accident.";
    Hazchem = 9, "hazchem", "Hazardous chemicals.";
    Relief = 10, "relief", "Relief of people struck by a disaster.";
    Health = 11, "health", "Public health.";
    Other = 12, "other", "Anything else.";
}

impl HazardKind {
    /// The kind with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|k| *k as u8 == number)
    }

    /// The kind with this ASCII name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|k| k.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_round_trip() {
        let r = Ref::new("road_report", EntityId([7; 10]));
        assert_eq!(r.to_string().parse::<Ref>().unwrap(), r);
        for bad in
            ["", "task", "task:", "Task:0000000000000000", "task:xyz", "龙潭:0000000000000000"]
        {
            assert!(bad.parse::<Ref>().is_err(), "{bad}");
        }
    }

    #[test]
    fn hazard_numbers_and_names_find_their_kind() {
        for kind in HazardKind::ALL {
            assert_eq!(HazardKind::from_number(*kind as u8), Some(*kind));
            assert_eq!(HazardKind::from_name(kind.name()), Some(*kind));
        }
        assert_eq!(HazardKind::from_number(0), None);
    }
}
