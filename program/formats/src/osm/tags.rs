//! What tags mean, in the words of our layers.
//!
//! Source: OpenStreetMap wiki, Map features; the classes are ours (house): by what a road is
//! built for, since in an emergency a closed service road is still a road.

/// Tags of one element.
#[derive(Clone, Copy)]
pub(super) struct Tags<'a>(pub &'a [(&'a str, &'a str)]);

/// A value that was read, was not there or says "none", or cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<T> {
    Known(T),
    Absent,
    Unreadable,
}

impl<'a> Tags<'a> {
    pub(super) fn get(self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(k, _)| *k == key).map(|(_, value)| value.trim())
    }

    pub(super) fn has(self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The tag is there and does not say "no".
    pub(super) fn is_on(self, key: &str) -> bool {
        self.get(key).is_some_and(|value| !matches!(value, "no" | "none" | ""))
    }

    /// A text for people, cut to what OpenStreetMap itself allows.
    pub(super) fn text(self, key: &str) -> Option<String> {
        self.get(key).filter(|value| !value.is_empty()).map(|v| v.chars().take(255).collect())
    }

    /// The first restriction that depends on time or vehicle.
    pub(super) fn conditional(self) -> Option<String> {
        let (key, value) = self.0.iter().find(|(key, _)| key.ends_with(":conditional"))?;
        Some(format!("{key}={value}").chars().take(255).collect())
    }
}

/// The class of a `highway`; `None` for what is no road, such as a platform.
pub(super) fn road_class(highway: &str) -> Option<&'static str> {
    Some(match highway {
        "motorway" | "motorway_link" => "expressway",
        "trunk" | "trunk_link" => "national",
        "primary" | "primary_link" => "provincial",
        "secondary" | "secondary_link" => "county",
        "tertiary" | "tertiary_link" => "township",
        "unclassified" | "road" => "village",
        "residential" | "living_street" | "service" | "pedestrian" | "busway" => "street",
        "track" => "track",
        "path" | "footway" | "cycleway" | "bridleway" | "steps" => "path",
        _ => return None,
    })
}

pub(super) fn road_structure(tags: Tags<'_>) -> &'static str {
    if tags.is_on("bridge") {
        "bridge"
    } else if tags.is_on("tunnel") {
        "tunnel"
    } else if tags.is_on("ford") {
        "ford"
    } else {
        "ground"
    }
}

/// The directions a road may be driven: `Some(true)` along the line, `Some(false)` against it.
pub(super) fn one_way(tags: Tags<'_>) -> Option<bool> {
    match tags.get("oneway") {
        Some("yes" | "true" | "1") => Some(true),
        Some("-1" | "reverse") => Some(false),
        Some(_) => None,
        None => {
            let round = matches!(tags.get("junction"), Some("roundabout" | "circular"));
            (round || tags.get("highway") == Some("motorway")).then_some(true)
        }
    }
}

pub(super) fn surface(tags: Tags<'_>) -> Option<&'static str> {
    Some(match tags.get("surface")? {
        "asphalt" | "chipseal" => "asphalt",
        "concrete" | "concrete:lanes" | "concrete:plates" => "concrete",
        "gravel" | "fine_gravel" | "compacted" | "pebblestone" | "unpaved" => "gravel",
        "ground" | "dirt" | "earth" | "grass" | "mud" | "sand" | "clay" => "earth",
        _ => return None,
    })
}

pub(super) fn building_usage(tags: Tags<'_>) -> Option<&'static str> {
    Some(match tags.get("building")? {
        "house" | "detached" | "semidetached_house" | "residential" | "terrace" | "bungalow"
        | "cabin" | "hut" | "farm" | "static_caravan" => "dwelling",
        "apartments" | "dormitory" => "apartments",
        "commercial" | "retail" | "office" | "hotel" | "supermarket" | "kiosk" => "commerce",
        "industrial" | "warehouse" | "factory" | "manufacture" => "industry",
        "school" | "kindergarten" | "university" | "college" => "school",
        "hospital" | "clinic" => "hospital",
        "government" | "civic" | "public" | "townhall" | "fire_station" => "government",
        "farm_auxiliary"
        | "barn"
        | "stable"
        | "cowshed"
        | "sty"
        | "greenhouse"
        | "greenhouse_horticulture"
        | "allotment_house" => "farm",
        "yes" => return None,
        _ => "other",
    })
}

pub(super) fn site_kind(tags: Tags<'_>) -> Option<&'static str> {
    Some(match tags.get("amenity")? {
        "school" => "school",
        "hospital" => "hospital",
        "clinic" | "doctors" => "clinic",
        "fire_station" => "fire_station",
        "police" => "police",
        "townhall" => "government",
        "nursing_home" => "care_home",
        "social_facility" => match tags.get("social_facility") {
            Some("nursing_home" | "assisted_living" | "group_home") => "care_home",
            _ => return None,
        },
        _ => return None,
    })
}

/// Running water, drawn as a line downstream.
pub(super) fn running_water(tags: Tags<'_>) -> Option<&'static str> {
    Some(match tags.get("waterway")? {
        "river" | "tidal_channel" => "river",
        "stream" | "ditch" => "stream",
        "canal" | "drain" => "canal",
        _ => return None,
    })
}

/// Standing water or a river's surface, drawn as an area.
pub(super) fn water_area(tags: Tags<'_>) -> Option<&'static str> {
    if tags.get("waterway") == Some("riverbank") {
        return Some("river");
    }
    if tags.get("landuse") == Some("reservoir") {
        return Some("reservoir");
    }
    if tags.get("natural") != Some("water") {
        return None;
    }
    Some(match tags.get("water") {
        Some("river" | "stream") => "river",
        Some("canal") => "canal",
        Some("reservoir") => "reservoir",
        _ => "lake",
    })
}

/// A decimal number at the start of a text, in thousandths, and what follows it.
fn decimal(text: &str) -> Option<(i64, &str)> {
    let whole_end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (whole, rest) = text.split_at(whole_end);
    if whole.is_empty() || whole.len() > 9 {
        return None;
    }
    let mut thousandths: i64 = whole.parse::<i64>().ok()? * 1000;
    let mut rest = rest;
    if let Some(after) = rest.strip_prefix(['.', ',']) {
        let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        let (digits, more) = after.split_at(end);
        for (digit, weight) in digits.bytes().zip([100, 10, 1]) {
            thousandths += i64::from(digit - b'0') * weight;
        }
        rest = more;
    }
    Some((thousandths, rest.trim()))
}

/// Values that say that nothing is signed, or that something else decides.
const NO_VALUE: &[&str] = &[
    "none",
    "no",
    "default",
    "unsigned",
    "no_sign",
    "below_default",
    "no_indications",
    "signals",
    "variable",
    "walk",
    "implicit",
    "",
];

fn measured(text: Option<&str>, read: impl Fn(i64, &str) -> Option<i64>) -> Value<i32> {
    let Some(text) = text else { return Value::Absent };
    // `CH:urban` and the like name the law of a country, which is not known here.
    if NO_VALUE.contains(&text) || text.contains(':') {
        return Value::Absent;
    }
    let value = decimal(text).and_then(|(number, unit)| read(number, unit));
    match value.and_then(|value| i32::try_from(value).ok()).filter(|value| *value > 0) {
        Some(value) => Value::Known(value),
        None => Value::Unreadable,
    }
}

/// A speed in km/h.
pub(super) fn speed_km_h(text: Option<&str>) -> Value<i32> {
    measured(text, |number, unit| match unit {
        "" | "km/h" | "kmh" | "kph" => Some((number + 500) / 1000),
        "mph" => Some((number * 1_609_344 / 1_000_000 + 500) / 1000),
        _ => None,
    })
}

/// A mass in kg; without a unit it is in tonnes.
pub(super) fn mass_kg(text: Option<&str>) -> Value<i32> {
    measured(text, |number, unit| match unit {
        "" | "t" => Some(number),
        "kg" => Some(number / 1000),
        _ => None,
    })
}

/// A length in cm; without a unit it is in metres.
pub(super) fn length_cm(text: Option<&str>) -> Value<i32> {
    measured(text, |number, unit| match unit {
        "" | "m" => Some(number / 10),
        "cm" => Some(number / 1000),
        _ => feet(number, unit),
    })
}

/// Feet and inches, as `12'6"`.
fn feet(feet: i64, rest: &str) -> Option<i64> {
    let rest = rest.strip_prefix('\'')?;
    let inches = match rest.strip_suffix('"') {
        None if rest.is_empty() => 0,
        None => return None,
        Some(inches) => decimal(inches).filter(|(_, rest)| rest.is_empty())?.0,
    };
    Some((feet * 12 + inches) * 254 / 100_000)
}

/// A whole number: storeys, beds, people.
pub(super) fn whole(text: Option<&str>) -> Value<i32> {
    measured(text, |number, unit| unit.is_empty().then_some((number + 500) / 1000))
}

/// The year at the start of a date.
pub(super) fn year(text: Option<&str>) -> Option<i32> {
    let year: i32 = text?.get(..4)?.parse().ok()?;
    (1000..=2200).contains(&year).then_some(year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_are_read_with_their_units() {
        assert_eq!(speed_km_h(Some("50")), Value::Known(50));
        assert_eq!(speed_km_h(Some("30 mph")), Value::Known(48));
        assert_eq!(speed_km_h(Some("CH:urban")), Value::Absent);
        assert_eq!(speed_km_h(Some("fast")), Value::Unreadable);
        assert_eq!(mass_kg(Some("3.5")), Value::Known(3500));
        assert_eq!(mass_kg(Some("7500 kg")), Value::Known(7500));
        assert_eq!(mass_kg(Some("none")), Value::Absent);
        assert_eq!(length_cm(Some("2,75 m")), Value::Known(275));
        assert_eq!(length_cm(Some("12'6\"")), Value::Known(381));
        assert_eq!(length_cm(Some("99999999999")), Value::Unreadable);
        assert_eq!(whole(Some("3")), Value::Known(3));
        assert_eq!(whole(Some("-1")), Value::Unreadable);
        assert_eq!(whole(None), Value::Absent);
        assert_eq!(year(Some("1927-09-25")), Some(1927));
        assert_eq!(year(Some("C18")), None);
    }
}
