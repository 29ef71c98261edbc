//! Alerts of the Common Alerting Protocol, version 1.2, as plain types.
//!
//! Every language, area, circle, parameter and resource is kept, as text where the standard has
//! text, so that an alert read and written again is the same field by field. What breaks the
//! schema is refused by the name of the element; what breaks only the standard's prose, or is
//! left out by careless senders, comes in with its faults listed. Signatures are noted and never
//! checked. Whether an alert makes an event or starts a clock is not decided here.
//!
//! Source: OASIS Common Alerting Protocol 1.2 (ITU-T X.1303 bis).

mod codes;
mod colour;
mod error;
mod faults;
mod footprint;
mod geometry;
mod hazard;
mod read;
mod references;
#[cfg(test)]
mod schema_tests;
#[cfg(test)]
mod tests;
mod time;
mod write;

pub use codes::{Category, Certainty, MsgType, ResponseType, Scope, Severity, Status, Urgency};
pub use colour::{COLOUR_PARAMETER, Colour, colour_of};
pub use error::{CapError, WriteError};
pub use faults::{Fault, FaultCode, Unknown};
pub use footprint::{Footprint, footprint};
pub use geometry::{Circle, GeometryError, circle_of, ring_of};
pub use hazard::{HAZARD_CODE, hazard_of};
pub use read::{parse, parse_element};
pub use references::{Known, Reference, check_references};
use serde::{Deserialize, Serialize};
pub use time::CapTime;
pub use write::write;

/// The namespace of CAP 1.2, the only version that is read.
pub const NAMESPACE: &str = "urn:oasis:names:tc:emergency:cap:1.2";

/// The language of an `info` that names none. Source: CAP 1.2, 3.2.2.
pub const DEFAULT_LANGUAGE: &str = "en-US";

/// An alert that came in, with what was noticed about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// The alert.
    pub alert: Alert,
    /// What breaks the standard but did not keep the alert out.
    pub faults: Vec<Fault>,
    /// Elements that the standard does not know, as they came.
    pub unknown: Vec<Unknown>,
    /// How many XML signatures it carries. None of them is verified: show "signed, not verified".
    pub signatures: u32,
}

/// A CAP message. Field names and meaning are the standard's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Unique with `sender`; never reused.
    pub identifier: String,
    /// Who sent it, an address that is globally unique.
    pub sender: String,
    /// When it was sent.
    pub sent: CapTime,
    /// How it is to be handled.
    pub status: Status,
    /// What kind of message.
    pub msg_type: MsgType,
    /// The operator or device that made it.
    pub source: Option<String>,
    /// Who may see it.
    pub scope: Scope,
    /// The rule of a restricted scope.
    pub restriction: Option<String>,
    /// The receivers of a private scope, parted by spaces, with spaces inside in quotes.
    pub addresses: Option<String>,
    /// Handling codes, profiles among them.
    pub code: Vec<String>,
    /// The purpose of the message, for Exercise and Error above all.
    pub note: Option<String>,
    /// Earlier messages, `sender,identifier,sent` parted by spaces; see [`Alert::reference_list`].
    pub references: Option<String>,
    /// Incidents it belongs to, parted by spaces.
    pub incidents: Option<String>,
    /// What is told, once for each language or audience.
    pub info: Vec<Info>,
}

/// One telling of the event, in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// The language tag; see [`Info::language`] for the default.
    pub language: Option<String>,
    /// At least one.
    pub category: Vec<Category>,
    /// The event in the sender's words.
    pub event: String,
    /// What people should do.
    pub response_type: Vec<ResponseType>,
    /// How soon.
    pub urgency: Urgency,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub certainty: Certainty,
    /// Whom it is meant for.
    pub audience: Option<String>,
    /// Codes of the event in the sender's systems.
    pub event_code: Vec<NamedValue>,
    /// When the information takes effect; without it, when it was sent.
    pub effective: Option<CapTime>,
    /// When the event is expected to begin.
    pub onset: Option<CapTime>,
    /// When the information lapses; `None` is not "never" but "not said".
    pub expires: Option<CapTime>,
    /// The sender's name for people.
    pub sender_name: Option<String>,
    /// One short line.
    pub headline: Option<String>,
    /// What happens.
    pub description: Option<String>,
    /// What to do.
    pub instruction: Option<String>,
    /// More, as an address.
    pub web: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// Further values in the sender's systems, unknown ones too.
    pub parameter: Vec<NamedValue>,
    /// Pictures, sounds and files.
    pub resource: Vec<Resource>,
    /// Where.
    pub area: Vec<Area>,
}

/// A value with the name of its list: event codes, parameters, geocodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedValue {
    /// The list or quantity.
    pub value_name: String,
    /// The value.
    pub value: String,
}

/// A file that belongs to an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// What it shows.
    pub resource_desc: String,
    /// Its media type.
    pub mime_type: String,
    /// Its size in bytes, a whole number as written.
    pub size: Option<String>,
    /// Where it lies. Never opened here.
    pub uri: Option<String>,
    /// Its content in base64.
    pub deref_uri: Option<String>,
    /// Its SHA-1 in hexadecimal.
    pub digest: Option<String>,
}

/// A place that is affected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// The place in words.
    pub area_desc: String,
    /// Rings of `lat,lon lat,lon …` in WGS 84 degrees; see [`ring_of`].
    pub polygon: Vec<String>,
    /// Circles of `lat,lon radius` with the radius in kilometres; see [`circle_of`].
    pub circle: Vec<String>,
    /// Codes of the place in the sender's systems.
    pub geocode: Vec<NamedValue>,
    /// The lowest height in feet above mean sea level, a decimal number as written.
    pub altitude: Option<String>,
    /// The greatest height in feet above mean sea level, a decimal number as written.
    pub ceiling: Option<String>,
}

impl Info {
    /// The language tag, with the standard's default.
    pub fn language(&self) -> &str {
        self.language.as_deref().unwrap_or(DEFAULT_LANGUAGE)
    }

    /// The first parameter with this name.
    pub fn parameter(&self, value_name: &str) -> Option<&str> {
        self.parameter
            .iter()
            .find(|pair| pair.value_name.trim() == value_name)
            .map(|pair| pair.value.as_str())
    }
}
