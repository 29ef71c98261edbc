//! Times of CAP: an instant with the offset it was written with.

use kernel::UnixSeconds;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A `dateTime` of CAP, kept as written beside the instant it means.
///
/// Source: CAP 1.2, 3.3.2: offset always written, `-00:00` and never `Z` for UTC.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CapTime {
    at: UnixSeconds,
    text: String,
}

impl CapTime {
    /// The time that a text means; fractions of seconds and `Z` are understood too.
    /// `None` where it is no time.
    pub fn from_text(text: &str) -> Option<Self> {
        let text = text.trim();
        // The shape is asked first: a bare date or another calendar form is no CAP time.
        let bytes = text.as_bytes();
        let shaped = bytes.len() >= 20
            && bytes[4] == b'-'
            && bytes[7] == b'-'
            && bytes[10] == b'T'
            && bytes[13] == b':'
            && bytes[16] == b':'
            && bytes.iter().all(|b| b.is_ascii_digit() || b"-+:.TZ".contains(b));
        if !shaped {
            return None;
        }
        let at = text.parse().ok()?;
        Some(CapTime { at, text: text.to_owned() })
    }

    /// An instant as CAP writes it, with a fixed offset in minutes east of Greenwich.
    ///
    /// `None` where the year has not four digits or the offset is beyond 14 hours.
    pub fn at_offset(at: UnixSeconds, offset_minutes: i32) -> Option<Self> {
        if offset_minutes.abs() > 14 * 60 {
            return None;
        }
        let shifted = UnixSeconds(at.0.checked_add(i64::from(offset_minutes) * 60)?).to_string();
        let local = shifted.strip_suffix('Z').filter(|local| local.len() == 19)?;
        let sign = if offset_minutes > 0 { '+' } else { '-' };
        let size = offset_minutes.abs();
        Some(CapTime { at, text: format!("{local}{sign}{:02}:{:02}", size / 60, size % 60) })
    }

    /// The instant.
    pub fn at(&self) -> UnixSeconds {
        self.at
    }

    /// The text as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the text has exactly the form of the schema.
    pub fn is_in_form(&self) -> bool {
        let shape = b"0000-00-00T00:00:00+00:00";
        let part = |from: usize, to: usize| self.text.get(from..to).unwrap_or_default();
        // The type behind the pattern knows no leap second, no year 0, no offset over 14 hours.
        self.text.len() == shape.len()
            && part(17, 19) < "60"
            && part(0, 4) > "0000"
            && part(20, 25) <= "14:00"
            && self.text.bytes().zip(shape).all(|(byte, want)| match want {
                b'0' => byte.is_ascii_digit(),
                b'+' => byte == b'+' || byte == b'-',
                want => byte == *want,
            })
    }

    /// The text as a fresh message carries it: as written where that has the form, else in UTC.
    pub fn to_cap(&self) -> String {
        if self.is_in_form() {
            return self.text.clone();
        }
        CapTime::at_offset(self.at, 0).map_or_else(|| self.text.clone(), |time| time.text)
    }
}

impl Serialize for CapTime {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for CapTime {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        CapTime::from_text(&text).ok_or_else(|| serde::de::Error::custom("not a CAP time"))
    }
}
