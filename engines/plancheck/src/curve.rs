//! The deprivation cost: what an hour without a good is taken to cost one person, in cent.
//!
//! Four tables, one row a minute from 0 to 96 hours, g(h) = 100 (e^(a + b h) - e^a) rounded to a
//! cent; beyond, the last slope goes on. They are data and defaults, no findings: a country sets
//! its own. Source: house, relief design §9; the coefficients are those commonly quoted after
//! Holguín-Veras and others (2013) and were not checked against the paper.

use std::sync::OnceLock;

use crate::read::Unreadable;

/// The last minute of a table: 96 hours.
pub const LINEAR_FROM_MIN: usize = 96 * 60;

/// One curve: cent per person, by minutes without the good.
#[derive(Debug)]
pub struct Curve {
    cents: Vec<i64>,
}

struct Source {
    name: &'static str,
    text: &'static str,
    read: OnceLock<Curve>,
}

static SOURCES: [Source; 4] = [
    Source { name: "water", text: include_str!("../curves/water.txt"), read: OnceLock::new() },
    Source { name: "food", text: include_str!("../curves/food.txt"), read: OnceLock::new() },
    Source {
        name: "medicine",
        text: include_str!("../curves/medicine.txt"),
        read: OnceLock::new(),
    },
    Source { name: "shelter", text: include_str!("../curves/shelter.txt"), read: OnceLock::new() },
];

impl Curve {
    /// The curve of this name.
    ///
    /// # Errors
    /// [`Unreadable::Missing`] where there is none.
    pub fn named(name: &str) -> Result<&'static Curve, Unreadable> {
        let missing = || Unreadable::Missing { sort: "curve", id: name.chars().take(64).collect() };
        let source = SOURCES.iter().find(|s| s.name == name).ok_or_else(missing)?;
        Ok(source.read.get_or_init(|| Curve {
            // The tables are part of the program; a row that is no number fails the tests.
            cents: source.text.lines().filter_map(|row| row.parse().ok()).collect(),
        }))
    }

    /// Cent per person after so many minutes; a minute before the start counts as the start.
    pub fn cents(&self, minutes: i128) -> i128 {
        let last = self.cents.len() - 1;
        match usize::try_from(minutes.max(0)) {
            Ok(minute) if minute <= last => i128::from(self.cents[minute]),
            _ => {
                let slope = self.cents[last] - self.cents[last - 1];
                i128::from(self.cents[last]) + i128::from(slope) * (minutes - last as i128)
            }
        }
    }

    /// The table as a file: one row a minute.
    pub fn table(name: &str) -> Option<&'static str> {
        SOURCES.iter().find(|s| s.name == name).map(|s| s.text)
    }
}
