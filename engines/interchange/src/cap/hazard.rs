//! Which kind of hazard an alert is about, as far as that can be told.

use kernel::HazardKind;

use super::{Alert, Category, Info};

/// The name of the event code that carries our hazard kind by its ASCII name.
pub const HAZARD_CODE: &str = "AnlanHazardKind";

/// English words of events, the telling ones first. Source: house; the events of the samples of
/// common alert hubs. Rain and typhoon count as flood, as in the numbering of hazard kinds.
const WORDS: &[(&str, HazardKind)] = &[
    ("tsunami", HazardKind::Marine),
    ("surge", HazardKind::Marine),
    ("earthquake", HazardKind::Earthquake),
    ("landslide", HazardKind::Geological),
    ("debris flow", HazardKind::Geological),
    ("flood", HazardKind::Flood),
    ("cyclone", HazardKind::Flood),
    ("typhoon", HazardKind::Flood),
    ("rain", HazardKind::Flood),
    ("wildfire", HazardKind::Wildfire),
    ("bush fire", HazardKind::Wildfire),
    ("bushfire", HazardKind::Wildfire),
    ("forest fire", HazardKind::Wildfire),
    ("drought", HazardKind::Drought),
    ("chemical", HazardKind::Hazchem),
    ("thunderstorm", HazardKind::Weather),
    ("snow", HazardKind::Weather),
    ("wind", HazardKind::Weather),
    ("heat", HazardKind::Weather),
];

/// The hazard kind of an alert, for a person to confirm: by our own event code where it has one,
/// else by an English word in `event`, else by a category that means one kind only.
/// `None` is "cannot be told".
pub fn hazard_of(alert: &Alert) -> Option<HazardKind> {
    let first = |of: fn(&Info) -> Option<HazardKind>| alert.info.iter().find_map(of);
    first(by_code).or_else(|| first(by_word)).or_else(|| first(by_category))
}

fn by_code(info: &Info) -> Option<HazardKind> {
    info.event_code
        .iter()
        .filter(|pair| pair.value_name.trim() == HAZARD_CODE)
        .find_map(|pair| HazardKind::from_name(pair.value.trim()))
}

fn by_word(info: &Info) -> Option<HazardKind> {
    let event = info.event.to_ascii_lowercase();
    WORDS.iter().find(|(word, _)| event.contains(word)).map(|(_, kind)| *kind)
}

fn by_category(info: &Info) -> Option<HazardKind> {
    match info.category.as_slice() {
        [Category::Health] => Some(HazardKind::Health),
        [Category::CBRNE] => Some(HazardKind::Hazchem),
        _ => None,
    }
}
