//! Who lives in a village: age bands by sex, and the groups that need more in an emergency.

use crate::model::People;
use crate::rng::Rng;
use crate::settle::share;

/// Men then women by age band, in 1/10,000 of all people, in the country.
const COUNTRY: [i64; 12] = [40, 175, 660, 2_760, 1_220, 160, 36, 158, 590, 2_640, 1_310, 251];
/// The same in towns.
const TOWN: [i64; 12] = [45, 200, 700, 3_270, 700, 80, 40, 180, 640, 3_280, 750, 115];

/// The people of a village of this many.
pub(crate) fn people(total: i64, urban: bool, rng: &mut Rng) -> People {
    let usual = if urban { &TOWN } else { &COUNTRY };
    let weights: Vec<i64> = usual
        .iter()
        .map(|w| (*w as f64 * (1.0 + 0.12 * rng.normal()).clamp(0.5, 1.6) * 10.0) as i64)
        .collect();
    let parts: Vec<i32> = share(total, &weights).into_iter().map(|n| n as i32).collect();
    let mut people = People::default();
    people.men.copy_from_slice(&parts[..6]);
    people.women.copy_from_slice(&parts[6..]);
    let mut part = |of: i32, permille: i32| {
        let share = i64::from(of) * i64::from(permille) * i64::from(80 + rng.range(0, 40));
        ((share + 50_000) / 100_000) as i32
    };
    let under_1 = people.men[0] + people.women[0];
    let children = people.men[1] + people.women[1];
    let old = people.men[4] + people.men[5] + people.women[4] + people.women[5];
    let very_old = people.men[5] + people.women[5];
    people.infants_under_6_months = part(under_1, 490).min(under_1);
    people.infants_6_to_24_months = under_1 - people.infants_under_6_months + part(children, 250);
    people.pregnant_or_nursing = part(people.women[3], 38);
    people.bedridden = part(old, 12) + part(very_old, 90);
    people.living_alone_60 = part(old, if urban { 90 } else { 130 });
    people.disabled = part(total as i32, 58);
    people.chronically_ill = part(total as i32, if urban { 42 } else { 55 });
    people
}
