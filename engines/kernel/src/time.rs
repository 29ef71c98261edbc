//! The four times and the clock that wrote them. Nothing here reads a clock.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that is not a UTC time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a time needs the form 2026-07-23T02:31:00Z, found {0:?}")]
pub struct TimeError(pub String);

/// Milliseconds that two clocks may differ before one of them is wrong. Source: sync, §4.
pub const CLOCKS_DIFFER_MAX_MS: i64 = 15 * 60_000;

macro_rules! instant {
    ($(#[$doc:meta])* $name:ident, $to:ident, $from:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match jiff::Timestamp::$from(self.0) {
                    Ok(t) => write!(f, "{t}"),
                    Err(_) => write!(f, "{}", self.0),
                }
            }
        }

        impl FromStr for $name {
            type Err = TimeError;
            fn from_str(text: &str) -> Result<Self, TimeError> {
                let wrong = || TimeError(text.chars().take(40).collect());
                let t: jiff::Timestamp = text.parse().map_err(|_| wrong())?;
                Ok($name(t.$to()))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

instant!(/// An instant in UTC, seconds since 1970: `happened_at`, `observed_at`.
    UnixSeconds, as_second, from_second);
instant!(/// An instant in UTC, milliseconds since 1970: `entered_at`, `received_at`.
    UnixMillis, as_millisecond, from_millisecond);

impl UnixMillis {
    /// Whole seconds, rounded down.
    pub fn seconds(self) -> UnixSeconds {
        UnixSeconds(self.0.div_euclid(1000))
    }
}

impl UnixSeconds {
    /// The same instant in milliseconds.
    pub fn millis(self) -> UnixMillis {
        UnixMillis(self.0.saturating_mul(1000))
    }
}

/// The signed entry stamp of an op: milliseconds since 1970 in the upper 48 bits, a counter below.
///
/// Stamps sort lists for people; they decide nothing between two ops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Stamp(pub u64);

impl Stamp {
    /// The next stamp of a log: the wall time, or one more than the log's last.
    pub fn next(wall: UnixMillis, last: Option<Stamp>) -> Stamp {
        let now = Stamp::at(wall);
        match last {
            Some(last) if last.0 >= now.0 => Stamp(last.0 + 1),
            _ => now,
        }
    }

    /// The first stamp of a millisecond.
    pub fn at(wall: UnixMillis) -> Stamp {
        Stamp((wall.0.max(0) as u64) << 16)
    }

    /// The millisecond it was entered in.
    pub fn millis(self) -> UnixMillis {
        UnixMillis((self.0 >> 16) as i64)
    }
}

/// How far the author's clock could be trusted when it stamped an op (header key 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockQuality {
    /// Nothing is known about the clock.
    Unknown = 0,
    /// Synchronised less than 24 hours before.
    SyncedDay = 1,
    /// Synchronised less than 30 days before.
    SyncedMonth = 2,
    /// Running free after a power loss.
    FreeRunning = 3,
    /// Set by hand.
    SetByHand = 4,
}

impl ClockQuality {
    /// The quality with this number.
    pub fn from_number(number: u64) -> Option<Self> {
        use ClockQuality::*;
        [Unknown, SyncedDay, SyncedMonth, FreeRunning, SetByHand].into_iter().nth(number as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_and_print_in_utc() {
        let t: UnixSeconds = "2026-07-23T02:31:00Z".parse().unwrap();
        assert_eq!(t.to_string(), "2026-07-23T02:31:00Z");
        let local: UnixSeconds = "2026-07-23T10:31:00+08:00".parse().unwrap();
        assert_eq!(local, t);
        assert!("yesterday".parse::<UnixSeconds>().is_err());
    }

    #[test]
    fn stamps_rise_even_when_the_clock_goes_back() {
        let first = Stamp::next(UnixMillis(1000), None);
        let second = Stamp::next(UnixMillis(900), Some(first));
        assert!(second > first);
        assert_eq!(second.millis(), UnixMillis(1000));
    }
}
