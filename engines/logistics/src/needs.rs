//! What people need, from norms: people × rate × days, less what is there and what is promised.
//!
//! Norms are rows of a rule table, handed in; nothing here knows a rate of its own. Where the
//! number of people is not known, the need is not known either and is listed so, never as zero.

use std::collections::BTreeMap;

use kernel::Estimate;
use serde::{Deserialize, Serialize};

/// Whether a norm counts days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// So much a day, for each day of the plan.
    Day,
    /// So much once, however long.
    Once,
}

/// One row: what one group is given of one commodity.
///
/// Source: the loaded table's own (house, domain facts §10.2 to §10.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Norm {
    /// Id of the table's row, kept with the need.
    pub row: String,
    /// Group of people, as in [`PeopleAt`].
    pub group: String,
    /// Commodity.
    pub commodity: String,
    /// Amount for `people` people, in thousandths of the commodity's unit.
    pub amount_milli: i64,
    /// How many people share that amount: 1, or the size of a household or of a room.
    pub people: i64,
    /// Days or once.
    pub per: Per,
    /// What a pack holds, in thousandths of the commodity's unit.
    pub pack_milli: i64,
}

/// People of one group at a place; `None` where nobody has counted or estimated them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleAt {
    /// Place.
    pub place: String,
    /// Group.
    pub group: String,
    /// How many.
    pub people: Option<Estimate>,
    /// How long they have gone without, minutes.
    pub deprived_min: i64,
}

/// Packs that are at a place already, or promised to it by an order that stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// Place.
    pub place: String,
    /// Commodity.
    pub commodity: String,
    /// Packs there.
    pub on_hand_packs: i64,
    /// Packs promised and under way.
    pub promised_packs: i64,
}

/// What one group at one place needs of one commodity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedLine {
    /// `place/group/commodity`.
    pub id: String,
    /// Place.
    pub place: String,
    /// Group.
    pub group: String,
    /// Commodity.
    pub commodity: String,
    /// The norm's row.
    pub row: String,
    /// People the plan counts with: the middle of the band.
    pub people: i64,
    /// Packs by norm for the middle, before anything is taken off.
    pub gross_packs: i64,
    /// Packs there already, as far as this group uses them.
    pub on_hand_packs: i64,
    /// Packs promised already, as far as this group uses them.
    pub promised_packs: i64,
    /// Packs to bring: the gross less both.
    pub packs: i64,
    /// Packs to bring if there are as many people as the band allows.
    pub packs_high: i64,
    /// How long they have gone without, minutes.
    pub deprived_min: i64,
}

/// Needs, and what could not be worked out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Needs {
    /// In the order of people, then of norms; lines with nothing to bring are kept.
    pub lines: Vec<NeedLine>,
    /// Place and group whose people are not known.
    pub unknown_people: Vec<(String, String)>,
}

/// A norm or a number that nothing can be worked out from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NeedsError {
    /// A norm with an amount below 0, or shared by nobody, or in packs that hold nothing.
    #[error("norm {row} has an amount, a sharing or a pack size that is not above 0")]
    Norm {
        /// The row.
        row: String,
    },
    /// People or packs below 0.
    #[error("{place} {what} is below 0")]
    Negative {
        /// The place.
        place: String,
        /// What is.
        what: String,
    },
    /// More than any plan holds.
    #[error("the need of {place} by norm {row} is too large to count")]
    TooLarge {
        /// The place.
        place: String,
        /// The row.
        row: String,
    },
}

/// Works out the needs of all groups for `days` days.
///
/// Packs that are there or promised are used by groups in the order in which the norms stand, so a
/// table lists first whom it protects first. Packs are rounded up: half a pack is a pack.
///
/// # Errors
/// [`NeedsError`] where a norm or a figure makes no sense.
pub fn needs(
    people: &[PeopleAt],
    norms: &[Norm],
    covered: &[Covered],
    days: i64,
) -> Result<Needs, NeedsError> {
    for norm in norms {
        if norm.amount_milli < 0 || norm.people <= 0 || norm.pack_milli <= 0 {
            return Err(NeedsError::Norm { row: norm.row.clone() });
        }
    }
    let mut there: BTreeMap<(&str, &str), (i64, i64)> = BTreeMap::new();
    for c in covered {
        if c.on_hand_packs < 0 || c.promised_packs < 0 {
            let (place, what) = (c.place.clone(), c.commodity.clone());
            return Err(NeedsError::Negative { place, what });
        }
        let entry = there.entry((&c.place, &c.commodity)).or_default();
        entry.0 = entry.0.saturating_add(c.on_hand_packs);
        entry.1 = entry.1.saturating_add(c.promised_packs);
    }
    let mut out = Needs::default();
    let mut by_place: BTreeMap<&str, Vec<&PeopleAt>> = BTreeMap::new();
    for at in people {
        by_place.entry(&at.place).or_default().push(at);
    }
    for (place, groups) in by_place {
        for at in &groups {
            if at.people.is_none() && norms.iter().any(|n| n.group == at.group) {
                out.unknown_people.push((place.to_string(), at.group.clone()));
            }
        }
        for norm in norms {
            for at in groups.iter().filter(|at| at.group == norm.group) {
                let Some(count) = at.people else { continue };
                let left = there.entry((place, norm.commodity.as_str())).or_default();
                out.lines.push(line(at, count, norm, left, days)?);
            }
        }
    }
    Ok(out)
}

/// One need; takes from what is there what it uses.
fn line(
    at: &PeopleAt,
    count: Estimate,
    norm: &Norm,
    left: &mut (i64, i64),
    days: i64,
) -> Result<NeedLine, NeedsError> {
    if count.low < 0 || count.mid < 0 || count.high < 0 {
        let (place, what) = (at.place.clone(), at.group.clone());
        return Err(NeedsError::Negative { place, what });
    }
    let gross = |people| {
        packs(people, norm, days)
            .ok_or_else(|| NeedsError::TooLarge { place: at.place.clone(), row: norm.row.clone() })
    };
    let (mid, high) = (gross(count.mid)?, gross(count.high)?);
    let on_hand = mid.min(left.0);
    let promised = (mid - on_hand).min(left.1);
    let high_left = high.saturating_sub(left.0).saturating_sub(left.1).max(0);
    left.0 -= on_hand;
    left.1 -= promised;
    Ok(NeedLine {
        id: format!("{}/{}/{}", at.place, at.group, norm.commodity),
        place: at.place.clone(),
        group: at.group.clone(),
        commodity: norm.commodity.clone(),
        row: norm.row.clone(),
        people: count.mid,
        gross_packs: mid,
        on_hand_packs: on_hand,
        promised_packs: promised,
        packs: mid - on_hand - promised,
        packs_high: high_left.max(mid - on_hand - promised),
        deprived_min: at.deprived_min,
    })
}

/// Packs for so many people; `None` where the figure is too large.
fn packs(people: i64, norm: &Norm, days: i64) -> Option<i64> {
    let times = match norm.per {
        Per::Day => days.max(0),
        Per::Once => 1,
    };
    let milli = i128::from(people)
        .checked_mul(i128::from(norm.amount_milli))?
        .checked_mul(i128::from(times))?;
    let whole = i128::from(norm.people) * i128::from(norm.pack_milli);
    i64::try_from((milli + whole - 1) / whole).ok().filter(|packs| *packs < 1_000_000_000_000)
}
