//! The only maker of [`Weight`]: time on an arc for a traveller under a policy about the unknown.
//!
//! That an unknown road is never taken for an open one holds by type: no other function makes a
//! weight, and this one asks for the policy.

use serde::{Deserialize, Serialize};

use crate::graph::{Arc, Carrier, Segment};
use crate::profile::{CLIMB_MS_PER_M, FERRY_BOARDING_MS, Mode, Profile};
use crate::state::{P_CONTRADICTED_Q16, Passable, State};

/// What to make of a road of which nobody knows whether it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// It is not used.
    Sure,
    /// It is used as if it were open: to find out who is worth a look.
    Hopeful,
    /// It is used at a price: λ × -ln(chance that it is open) × 10 minutes.
    Priced {
        /// λ in 256ths.
        lambda_q8: u32,
    },
}

/// Not reachable, in every figure of time.
pub const INF_MS: u32 = i32::MAX as u32;
/// A longer time counts as not reachable: 7 days. Source: house, relief design §15.
const LONGEST_MS: u64 = 7 * 24 * 3_600_000;
/// The price of a risk of 1/e at λ = 1, milliseconds. Source: house.
const RISK_MS: u64 = 600_000;
/// Chance that a bridge of unknown load carries a heavy truck, of 65,536. Source: house.
const P_BRIDGE_Q16: u32 = 49_152;

/// Time on an arc, milliseconds, or no way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Weight(u32);

impl Weight {
    /// No way.
    pub const INF: Weight = Weight(INF_MS);

    /// Milliseconds; [`INF_MS`] is no way.
    pub fn ms(self) -> u32 {
        self.0
    }

    /// Whether there is a way.
    pub fn is_way(self) -> bool {
        self.0 < INF_MS
    }
}

/// The time of a traveller on an arc in this state under this policy.
pub fn weight(
    arc: &Arc,
    segment: &Segment,
    state: &State,
    profile: &Profile,
    policy: Policy,
) -> Weight {
    if !profile.admits(segment) || beyond_limits(segment, state, profile) {
        return Weight::INF;
    }
    let p_open_q16 = match (passable(segment, state, profile), policy) {
        (Passable::Closed, _) | (Passable::Unknown { .. }, Policy::Sure) => return Weight::INF,
        (Passable::Open, _) | (_, Policy::Hopeful) => None,
        (Passable::Unknown { p_open_q16 }, Policy::Priced { .. }) => Some(p_open_q16),
    };
    let risk_ms = match (policy, p_open_q16) {
        (_, Some(0)) => return Weight::INF,
        (Policy::Priced { lambda_q8 }, Some(p)) => {
            let units = u128::from(neg_ln_q16(p)) * u128::from(lambda_q8) * u128::from(RISK_MS);
            u64::try_from(units >> 24).unwrap_or(u64::MAX)
        }
        _ => 0,
    };
    // mm / (m/h) = 3,600 ms; rounded up, so that no way takes no time.
    let length = u64::from(segment.length_mm) * 3_600;
    let nominal = length.div_ceil(profile.speed_m_h(segment)).max(1);
    let slowed = (nominal * u64::from(state.factor_q8.max(256))).div_ceil(256);
    let climb = match profile.mode {
        Mode::Foot => u64::from(arc.climb_m.unwrap_or(0)) * CLIMB_MS_PER_M,
        _ => 0,
    };
    let boarding = if segment.carrier == Carrier::Ferry { FERRY_BOARDING_MS } else { 0 };
    let total = slowed.saturating_add(climb + boarding).saturating_add(risk_ms);
    match u32::try_from(total) {
        Ok(ms) if total <= LONGEST_MS => Weight(ms),
        _ => Weight::INF,
    }
}

fn beyond_limits(segment: &Segment, state: &State, profile: &Profile) -> bool {
    let under = |limit: Option<u32>, figure: u32| limit.is_some_and(|limit| limit < figure);
    under(segment.load_kg, profile.gross_kg)
        || under(state.load_kg, profile.gross_kg)
        || under(state.width_cm, profile.width_cm)
        || under(segment.height_cm, profile.height_cm)
        || under(state.height_cm, profile.height_cm)
}

/// The state with what the map leaves open for this traveller: a bridge of unknown load under a
/// heavy truck, a ford that nobody has crossed.
fn passable(segment: &Segment, state: &State, profile: &Profile) -> Passable {
    let untold = segment.load_kg.is_none() && state.load_kg.is_none();
    let heavy = profile.mode == Mode::HeavyTruck && segment.carrier == Carrier::Bridge && untold;
    let ford = segment.carrier == Carrier::Ford && state.evidence.is_empty();
    let doubt = match (heavy, ford) {
        (_, true) => Some(P_CONTRADICTED_Q16),
        (true, false) => Some(P_BRIDGE_Q16),
        (false, false) => None,
    };
    match (state.passable, doubt) {
        (passable, None) | (passable @ Passable::Closed, _) => passable,
        (Passable::Open, Some(p)) => Passable::Unknown { p_open_q16: p },
        (Passable::Unknown { p_open_q16 }, Some(p)) => {
            Passable::Unknown { p_open_q16: p_open_q16.min(p) }
        }
    }
}

/// -ln(p / 65,536) of 65,536, for p above 0: by squaring, in whole numbers.
fn neg_ln_q16(p_q16: u32) -> u64 {
    const LN2_Q32: u64 = 2_977_044_472;
    let p = u64::from(p_q16.clamp(1, 65_536));
    let whole = u64::from(p.ilog2());
    // 1 <= x < 2 of 2^31; each squaring gives one more digit of the logarithm.
    let (mut x, mut digits) = (p << (31 - whole), 0u64);
    for _ in 0..16 {
        x = (x * x) >> 31;
        digits <<= 1;
        if x >= 1 << 32 {
            x >>= 1;
            digits |= 1;
        }
    }
    let log2_q16 = (whole << 16) + digits;
    (((16 << 16) - log2_q16) * LN2_Q32) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_close_and_falls() {
        for p in [1u32, 100, 32_768, 49_152, 65_535, 65_536] {
            let exact = -(f64::from(p) / 65_536.0).ln() * 65_536.0;
            assert!((neg_ln_q16(p) as f64 - exact).abs() < 3.0, "{p}");
        }
        assert!((1..65_536).all(|p| neg_ln_q16(p) >= neg_ln_q16(p + 1)));
    }
}
