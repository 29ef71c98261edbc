//! Figures that may be unknown or uncertain: unknown is a value of its own, never zero and never
//! false.

use serde::{Deserialize, Serialize};

/// A three-valued answer (Kleene): a missing input makes an answer undetermined, not false.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// Holds for certain.
    Met,
    /// Does not hold for certain.
    NotMet,
    /// Cannot be told from what is known.
    Undetermined,
}

impl Truth {
    /// Both hold.
    pub fn and(self, other: Truth) -> Truth {
        use Truth::*;
        match (self, other) {
            (NotMet, _) | (_, NotMet) => NotMet,
            (Met, Met) => Met,
            _ => Undetermined,
        }
    }

    /// At least one holds.
    pub fn or(self, other: Truth) -> Truth {
        use Truth::*;
        match (self, other) {
            (Met, _) | (_, Met) => Met,
            (NotMet, NotMet) => NotMet,
            _ => Undetermined,
        }
    }

    /// The opposite; undetermined stays undetermined.
    #[allow(clippy::should_implement_trait)]
    pub fn not(self) -> Truth {
        match self {
            Truth::Met => Truth::NotMet,
            Truth::NotMet => Truth::Met,
            Truth::Undetermined => Truth::Undetermined,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Truth::Met } else { Truth::NotMet }
    }
}

/// A count with its band: `low <= mid <= high`, all in the unit of the field that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Estimate {
    /// Nothing below this is believed.
    pub low: i64,
    /// The figure to plan with.
    pub mid: i64,
    /// Nothing above this is believed.
    pub high: i64,
}

impl Estimate {
    /// A counted figure: no band.
    pub const fn exact(count: i64) -> Self {
        Estimate { low: count, mid: count, high: count }
    }

    /// `mid` with a band of `permille` on both sides, rounded outward; never below zero.
    pub fn within_permille(mid: i64, permille: i64) -> Self {
        let width = (mid.abs() * permille + 999) / 1000;
        Estimate { low: (mid - width).max(0), mid, high: mid + width }
    }

    /// Whether the figure was counted rather than estimated.
    pub fn is_exact(&self) -> bool {
        self.low == self.high
    }

    /// The sum; bands add at their ends, which never understates the uncertainty.
    pub fn plus(self, other: Estimate) -> Estimate {
        Estimate {
            low: self.low + other.low,
            mid: self.mid + other.mid,
            high: self.high + other.high,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_is_neither_true_nor_false() {
        assert_eq!(Truth::Undetermined.and(Truth::Met), Truth::Undetermined);
        assert_eq!(Truth::Undetermined.and(Truth::NotMet), Truth::NotMet);
        assert_eq!(Truth::Undetermined.or(Truth::Met), Truth::Met);
        assert_eq!(Truth::Undetermined.or(Truth::NotMet), Truth::Undetermined);
        assert_eq!(Truth::Undetermined.not(), Truth::Undetermined);
    }

    #[test]
    fn bands_round_outward_and_stay_above_zero() {
        assert_eq!(Estimate::within_permille(10, 400), Estimate { low: 6, mid: 10, high: 14 });
        assert_eq!(Estimate::within_permille(1, 1500).low, 0);
    }
}
