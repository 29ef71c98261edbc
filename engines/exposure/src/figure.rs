//! Sums that know what they do not know.

use std::collections::BTreeMap;

use kernel::Estimate;
use serde::{Deserialize, Serialize};

/// A sum over rows: the rows with a figure, and how many had none. A row without a figure adds
/// nothing and is never taken for zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// Sum over the rows with a figure.
    pub estimate: Estimate,
    /// Rows with a figure.
    pub rows_known: u64,
    /// Rows without one.
    pub rows_unknown: u64,
}

impl Figure {
    /// Adds a row's figure, or that it has none.
    pub fn add(&mut self, row: Option<Estimate>) {
        match row {
            Some(estimate) => {
                self.estimate = self.estimate.plus(estimate);
                self.rows_known += 1;
            }
            None => self.rows_unknown += 1,
        }
    }

    /// Adds a counted figure.
    pub fn add_exact(&mut self, row: Option<i32>) {
        self.add(row.map(|count| Estimate::exact(i64::from(count))));
    }
}

/// The key of rows whose code is not known.
pub const UNKNOWN: &str = "unknown";

/// Counts by code name; rows without a code count under [`UNKNOWN`].
pub type ByCode = BTreeMap<String, u64>;

/// A share of something, as a fraction of whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub part: i64,
    pub whole: i64,
}

impl Share {
    /// Parts per million, rounded down.
    pub fn ppm(self) -> i64 {
        (i128::from(self.part) * 1_000_000 / i128::from(self.whole.max(1))) as i64
    }

    /// This share of an estimate: the band rounds outward, the middle to the nearest.
    pub fn of(self, all: Estimate) -> Estimate {
        let whole = i128::from(self.whole.max(1));
        let scaled = |figure: i64, add: i128| {
            ((i128::from(figure) * i128::from(self.part) + add).div_euclid(whole)) as i64
        };
        let mid = scaled(all.mid, whole / 2);
        Estimate {
            low: scaled(all.low, 0).min(mid),
            mid,
            high: scaled(all.high, whole - 1).max(mid),
        }
    }
}

/// Days from one civil date to another (`2026-07-01`): the age of a dataset. `None` where one of
/// them is no date.
pub fn age_days(as_of_on: &str, today_on: &str) -> Option<i64> {
    Some(days(today_on)? - days(as_of_on)?)
}

/// Days since 1 March of the year 0 in the Gregorian calendar.
fn days(date: &str) -> Option<i64> {
    let mut parts = date.splitn(3, '-').map(|p| p.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(0..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(365 * year + leap + (153 * month + 2) / 5 + day - 1)
}
