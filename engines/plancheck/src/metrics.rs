//! The figures of a plan: deprivation cost, ratios by tier, waiting, driving.
//!
//! Exact: all shares are brought to one denominator (the least common multiple of the packs
//! needed), so that the rounding down at the end is the only one.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;
use serde::Serialize;

use crate::curve::Curve;
use crate::index::Index;
use crate::read::Unreadable;
use crate::route::Ledger;

const PPM: i64 = 1_000_000;
/// Rows of `sorted_ratio_ppm` that are shown.
const SORTED_SHOWN: usize = 50;

/// The figures of a plan; parts per million are rounded down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Metrics {
    /// Deprivation cost of all people of all needs, cent.
    pub deprivation_cent: i64,
    /// The same if nothing were delivered, cent.
    pub deprivation_if_nothing_cent: i64,
    /// By tier of the commodity.
    pub tiers: BTreeMap<String, Tier>,
    /// Gini of waiting over people.
    pub wait_gini_ppm: i64,
    /// Mean waiting over people, minutes; what never comes counts to the horizon.
    pub wait_mean_min: i64,
    /// Mean waiting of the tenth of people that waits longest, minutes.
    pub wait_worst_decile_min: i64,
    /// Packs handed out.
    pub packs_delivered: i64,
    /// Packs needed.
    pub packs_needed: i64,
    /// Needs with no delivery at all.
    pub needs_unserved: i64,
    /// Driving of all vehicles, seconds.
    pub drive_s: i64,
    /// Legs between different places.
    pub legs: i64,
    /// Vehicles with a route.
    pub vehicles_used: i64,
    /// Changes against the issued orders of a previous plan, where one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes>,
}

/// Ratios delivered / needed of one tier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tier {
    /// The smallest ratio.
    pub min_ratio_ppm: i64,
    /// The mean over people.
    pub mean_ratio_ppm: i64,
    /// Gini over people.
    pub gini_ppm: i64,
    /// Jain's index over people.
    pub jain_ppm: i64,
    /// The smallest ratios, ascending, at most 50.
    pub sorted_ratio_ppm: Vec<i64>,
}

/// Issued orders of the previous plan and what became of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
pub struct Changes {
    /// Orders that had been issued.
    pub issued: i64,
    /// Changed though they could have stood.
    pub changed: i64,
    /// Changed because they could not stand in the new problem.
    pub forced: i64,
}

/// Computes the figures.
pub fn metrics(index: &Index, ledger: &Ledger) -> Result<Metrics, Unreadable> {
    let denominator = common_denominator(index);
    let people = people_figures(index, ledger, &denominator)?;
    let sum_w: BigInt = people.wait.iter().map(|(_, w)| w).sum();
    let weighted: BigInt = people.wait.iter().map(|(m, w)| m * w).sum();
    let none = sum_w == BigInt::ZERO;
    let packs = |list: &Vec<(i128, i128)>| list.iter().map(|(k, _)| *k).sum::<i128>();
    Ok(Metrics {
        deprivation_cent: narrow(&floor_div(&people.cost, &denominator)),
        deprivation_if_nothing_cent: narrow(&people.nothing),
        tiers: tiers(index, ledger, &denominator)?,
        wait_gini_ppm: gini_ppm(&people.wait),
        wait_mean_min: if none { 0 } else { narrow(&floor_div(&weighted, &sum_w)) },
        wait_worst_decile_min: if none { 0 } else { worst_decile(&people.wait, &sum_w) },
        packs_delivered: saturate(ledger.delivered.iter().map(packs).sum()),
        packs_needed: saturate(index.problem.needs.iter().map(|n| n.packs.wide()).sum()),
        needs_unserved: ledger.delivered.iter().filter(|d| d.is_empty()).count() as i64,
        drive_s: saturate(ledger.drive_s),
        legs: ledger.legs,
        vehicles_used: ledger.used.len() as i64,
        changes: None,
    })
}

struct People {
    cost: BigInt,
    nothing: BigInt,
    /// Minutes waited and people, the latter times the common denominator.
    wait: Vec<(BigInt, BigInt)>,
}

fn people_figures(index: &Index, ledger: &Ledger, d: &BigInt) -> Result<People, Unreadable> {
    let horizon = index.problem.horizon_s.wide().div_euclid(60);
    let mut out = People { cost: BigInt::ZERO, nothing: BigInt::ZERO, wait: Vec::new() };
    for (at, need) in index.problem.needs.iter().enumerate() {
        let curve = Curve::named(&index.commodity(&need.commodity)?.curve)?;
        let since = need.deprived_min.wide();
        let (people, packs) = (need.people.wide(), need.packs.wide());
        let cents = |minutes: i128| curve.cents(since + minutes) - curve.cents(since);
        let unit = d / packs;
        let mut got = 0;
        for &(k, minute) in &ledger.delivered[at] {
            let weight = &unit * (people * k);
            out.cost += &weight * cents(minute);
            got += k;
            out.wait.push((BigInt::from(minute), weight));
        }
        let left = (packs - got).max(0);
        let weight = &unit * (people * left);
        out.cost += &weight * cents(horizon);
        if left > 0 {
            out.wait.push((BigInt::from(horizon), weight));
        }
        out.nothing += BigInt::from(people) * cents(horizon);
    }
    Ok(out)
}

fn tiers(index: &Index, ledger: &Ledger, d: &BigInt) -> Result<BTreeMap<String, Tier>, Unreadable> {
    let mut by_tier: BTreeMap<i64, Vec<(BigInt, BigInt, i64)>> = BTreeMap::new();
    for (at, need) in index.problem.needs.iter().enumerate() {
        let tier = index.commodity(&need.commodity)?.tier;
        let packs = need.packs.wide();
        let got = ledger.delivered[at].iter().map(|(k, _)| k).sum::<i128>().min(packs);
        let ppm = saturate((got * i128::from(PPM)).div_euclid(packs));
        let row = (d / packs * got, BigInt::from(need.people.0), ppm);
        by_tier.entry(tier.0).or_default().push(row);
    }
    let mut out = BTreeMap::new();
    for (tier, mut rows) in by_tier {
        let nobody = || Unreadable::Figure {
            sort: "tier",
            id: tier.to_string(),
            what: "its needs must have people",
        };
        rows.sort();
        let sum_w: BigInt = rows.iter().map(|(_, w, _)| w).sum();
        let sum: BigInt = rows.iter().map(|(r, w, _)| r * w).sum();
        let squares: BigInt = rows.iter().map(|(r, w, _)| r * r * w).sum();
        if sum_w == BigInt::ZERO {
            return Err(nobody());
        }
        let some = rows.iter().any(|(r, ..)| *r != BigInt::ZERO);
        if some && squares == BigInt::ZERO {
            return Err(nobody());
        }
        let jain = match some {
            true => narrow(&(&sum * &sum * PPM / (&sum_w * squares))),
            false => 0,
        };
        let sorted: Vec<i64> = rows.iter().map(|(.., ppm)| *ppm).take(SORTED_SHOWN).collect();
        let pairs: Vec<_> = rows.into_iter().map(|(r, w, _)| (r, w)).collect();
        out.insert(
            tier.to_string(),
            Tier {
                min_ratio_ppm: sorted.first().copied().unwrap_or(0),
                mean_ratio_ppm: narrow(&(sum * PPM / (sum_w * d))),
                gini_ppm: gini_ppm(&pairs),
                jain_ppm: jain,
                sorted_ratio_ppm: sorted,
            },
        );
    }
    Ok(out)
}

/// People-weighted Gini of (value, weight), parts per million rounded towards zero.
///
/// The scale of neither values nor weights matters.
fn gini_ppm(pairs: &[(BigInt, BigInt)]) -> i64 {
    let mut pairs: Vec<_> = pairs.iter().filter(|(_, w)| *w > BigInt::ZERO).collect();
    pairs.sort();
    let sum_w: BigInt = pairs.iter().map(|(_, w)| w).sum();
    let sum: BigInt = pairs.iter().map(|(v, w)| v * w).sum();
    let whole = &sum_w * &sum;
    if whole == BigInt::ZERO {
        return 0;
    }
    let (mut before, mut area) = (BigInt::ZERO, BigInt::ZERO);
    for (v, w) in pairs {
        area += v * w * (2 * &before + w);
        before += w;
    }
    narrow(&((area - &whole) * PPM / whole))
}

/// Mean waiting of the tenth of people that waits longest, rounded down.
fn worst_decile(wait: &[(BigInt, BigInt)], sum_w: &BigInt) -> i64 {
    let mut longest: Vec<_> = wait.iter().collect();
    longest.sort_by(|a, b| b.cmp(a));
    // Weights times ten, so that a tenth of them is whole.
    let (mut minutes, mut open) = (BigInt::ZERO, sum_w.clone());
    for (m, w) in longest {
        let ten_fold: BigInt = w * 10;
        let take = ten_fold.min(open.clone());
        minutes += m * &take;
        open -= take;
        if open <= BigInt::ZERO {
            break;
        }
    }
    narrow(&floor_div(&minutes, sum_w))
}

fn common_denominator(index: &Index) -> BigInt {
    let packs: BTreeSet<i64> = index.problem.needs.iter().map(|n| n.packs.0).collect();
    let mut d = BigInt::from(1);
    for q in packs {
        let rest = i64::try_from(&d % q).unwrap_or(0);
        d *= q / gcd(q, rest);
    }
    d
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn floor_div(a: &BigInt, b: &BigInt) -> BigInt {
    let quotient = a / b;
    // Division rounds towards zero; one less where something was left below zero.
    if (a % b != BigInt::ZERO) && ((a < &BigInt::ZERO) != (b < &BigInt::ZERO)) {
        quotient - 1
    } else {
        quotient
    }
}

fn narrow(figure: &BigInt) -> i64 {
    let past = if *figure < BigInt::ZERO { i64::MIN } else { i64::MAX };
    i64::try_from(figure).unwrap_or(past)
}

fn saturate(figure: i128) -> i64 {
    i64::try_from(figure).unwrap_or(if figure < 0 { i64::MIN } else { i64::MAX })
}
