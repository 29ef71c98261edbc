//! Exact decimal numbers: micro-units in an `i128`, so that a band's edge is the same on every
//! machine. No binary floating point takes part in a comparison.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const MICRO: i128 = 1_000_000;
/// The largest magnitude that is read: 10^15 units, far above any count, length or sum of money.
const MICRO_MAX: i128 = 1_000_000_000_000_000 * MICRO;

/// A number with up to six decimals and a magnitude of up to 10^15.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(i128);

/// A text or number that cannot be held exactly.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a number needs up to 15 digits and 6 decimals, found {0:?}")]
pub struct DecimalError(pub String);

impl Decimal {
    /// Zero.
    pub const ZERO: Decimal = Decimal(0);

    /// Whether there is no part after the point.
    pub fn is_whole(self) -> bool {
        self.0 % MICRO == 0
    }

    /// The whole number, if it is one.
    pub fn to_i64(self) -> Option<i64> {
        self.is_whole().then(|| i64::try_from(self.0 / MICRO).ok()).flatten()
    }

    /// The largest whole number that is not above.
    pub(crate) fn floor(self) -> Decimal {
        Decimal(self.0.div_euclid(MICRO) * MICRO)
    }

    /// The smallest whole number that is not below.
    pub(crate) fn ceil(self) -> Decimal {
        Decimal(-(-self.0).div_euclid(MICRO) * MICRO)
    }

    pub(crate) const fn plus(self, other: Decimal) -> Decimal {
        Decimal(self.0.saturating_add(other.0))
    }

    pub(crate) const ONE: Decimal = Decimal(MICRO);

    /// The value times a ratio, rounded down and rounded up (equal where the result is exact);
    /// `None` where it leaves the range.
    pub(crate) fn scaled(self, ratio: (i128, i128)) -> Option<(Decimal, Decimal)> {
        let product = self.0.checked_mul(ratio.0)?;
        let down = product.div_euclid(ratio.1);
        let up = if product.rem_euclid(ratio.1) == 0 { down } else { down + 1 };
        (up.abs() <= MICRO_MAX && down.abs() <= MICRO_MAX).then_some((Decimal(down), Decimal(up)))
    }
}

impl From<i64> for Decimal {
    fn from(whole: i64) -> Self {
        Decimal(i128::from(whole) * MICRO)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let magnitude = self.0.unsigned_abs();
        let (whole, part) = (magnitude / MICRO as u128, magnitude % MICRO as u128);
        if part == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{part:06}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    /// Reads `12`, `-0.5`, `5_000`; no exponent.
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let wrong = || DecimalError(text.chars().take(40).collect());
        if text.len() > 40 {
            return Err(wrong());
        }
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let whole = whole.replace('_', "");
        let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(&whole) || !all_digits(part) || part.trim_end_matches('0').len() > 6 {
            return Err(wrong());
        }
        let part = format!("{:0<6}", part.trim_end_matches('0'));
        let micro = whole.parse::<i128>().map_err(|_| wrong())?.checked_mul(MICRO);
        let micro = micro.and_then(|w| w.checked_add(part.parse().ok()?)).ok_or_else(wrong)?;
        if micro > MICRO_MAX {
            return Err(wrong());
        }
        Ok(Decimal(if negative { -micro } else { micro }))
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self.to_i64() {
            Some(whole) => s.serialize_i64(whole),
            None => s.serialize_f64(self.0 as f64 / MICRO as f64),
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = Decimal;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number with up to 15 digits and 6 decimals")
            }
            fn visit_i64<E: de::Error>(self, v: i64) -> Result<Decimal, E> {
                let value = Decimal::from(v);
                let held = value.0.abs() <= MICRO_MAX;
                held.then_some(value).ok_or_else(|| E::custom(DecimalError(v.to_string())))
            }
            fn visit_u64<E: de::Error>(self, v: u64) -> Result<Decimal, E> {
                self.visit_i64(i64::try_from(v).map_err(E::custom)?)
            }
            fn visit_f64<E: de::Error>(self, v: f64) -> Result<Decimal, E> {
                format!("{v}").parse().map_err(E::custom)
            }
        }
        d.deserialize_any(Number)
    }
}
