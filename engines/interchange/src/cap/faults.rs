//! What is wrong with an alert that still came in.

use serde::{Deserialize, Serialize};

use super::read::is_address;
use super::{Alert, Info, MsgType, Scope, circle_of, colour, ring_of};

/// One thing that breaks the standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What.
    pub code: FaultCode,
    /// Where, as `info[0].area[1].polygon[0]`; empty for the alert itself.
    pub path: String,
    /// What was found, in English, for the record; people's words come from the code.
    pub detail: String,
}

/// An element that the standard does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unknown {
    /// Where it stood, as `info[0]`; empty for the alert itself.
    pub path: String,
    /// Its name.
    pub name: String,
    /// The whole element as XML.
    pub xml: String,
}

/// The kinds of fault. Names are read for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultCode {
    /// Update, Cancel, Ack or Error without `references`.
    MissingReferences,
    /// A reference that is not `sender,identifier,sent`.
    BadReference,
    /// The message refers to one that was cancelled.
    CancelledReference,
    /// The message refers to one that is not held here.
    UnknownReference,
    /// Restricted scope without `restriction`.
    MissingRestriction,
    /// Private scope without `addresses`.
    MissingAddresses,
    /// An element without content.
    EmptyElement,
    /// Spaces, commas or `<`, `&` in `identifier` or `sender`.
    BadCharacters,
    /// A time that is understood but not in the form of the standard.
    TimeForm,
    /// `expires` is before the message was sent or takes effect.
    ExpiresBeforeStart,
    /// Alert or Update without `info`.
    NoInfo,
    /// Elements in another order than the schema's.
    ElementOrder,
    /// An element that the standard does not know.
    UnknownElement,
    /// Several pairs in one parameter, event code or geocode.
    SeveralPairs,
    /// A pair whose name or value is missing.
    IncompletePair,
    /// A polygon that gives no ring.
    BadPolygon,
    /// A polygon whose last position is not its first.
    PolygonNotClosed,
    /// A polygon that crosses or touches itself.
    PolygonSelfCrossing,
    /// A circle that cannot be read.
    BadCircle,
    /// A circle of radius zero: a point without extent.
    CircleWithoutExtent,
    /// `ceiling` without `altitude`.
    CeilingWithoutAltitude,
    /// `web` or `uri` is no address; a fresh message cannot carry it.
    BadAddress,
    /// Colour and severity say different things.
    ColourDiffers,
}

pub(super) fn fault(code: FaultCode, path: &str, detail: impl Into<String>) -> Fault {
    let detail: String = detail.into();
    Fault { code, path: path.to_owned(), detail: detail.chars().take(200).collect() }
}

/// The rules of the standard's prose that can be judged from one message.
pub(super) fn prose(alert: &Alert, faults: &mut Vec<Fault>) {
    use FaultCode::*;
    let empty = |text: &Option<String>| text.as_deref().is_some_and(|t| t.trim().is_empty());
    let absent = |text: &Option<String>| text.as_deref().is_none_or(|t| t.trim().is_empty());
    for (name, text) in [
        ("source", &alert.source),
        ("restriction", &alert.restriction),
        ("addresses", &alert.addresses),
        ("note", &alert.note),
        ("references", &alert.references),
        ("incidents", &alert.incidents),
    ] {
        if empty(text) {
            faults.push(fault(EmptyElement, name, "no content"));
        }
    }
    if !matches!(alert.msg_type, MsgType::Alert) && absent(&alert.references) {
        let detail = format!("msgType {} needs references", alert.msg_type.as_str());
        faults.push(fault(MissingReferences, "references", detail));
    }
    for bad in alert.reference_list().1 {
        faults.push(fault(BadReference, "references", bad));
    }
    if alert.scope == Scope::Restricted && absent(&alert.restriction) {
        faults.push(fault(MissingRestriction, "restriction", "scope is Restricted"));
    }
    if alert.scope == Scope::Private && absent(&alert.addresses) {
        faults.push(fault(MissingAddresses, "addresses", "scope is Private"));
    }
    for (name, text) in [("identifier", &alert.identifier), ("sender", &alert.sender)] {
        if text.contains([' ', ',', '<', '&', '\t', '\n']) {
            faults.push(fault(BadCharacters, name, text.as_str()));
        }
    }
    time_form("sent", Some(&alert.sent), faults);
    if alert.info.is_empty() && matches!(alert.msg_type, MsgType::Alert | MsgType::Update) {
        faults.push(fault(NoInfo, "info", "nothing is told"));
    }
    for (at, info) in alert.info.iter().enumerate() {
        info_prose(alert, info, &format!("info[{at}]"), faults);
    }
}

fn time_form(path: &str, time: Option<&super::CapTime>, faults: &mut Vec<Fault>) {
    if let Some(time) = time.filter(|time| !time.is_in_form()) {
        faults.push(fault(FaultCode::TimeForm, path, time.text()));
    }
}

fn info_prose(alert: &Alert, info: &Info, path: &str, faults: &mut Vec<Fault>) {
    use FaultCode::*;
    for (name, text) in [
        ("event", Some(&info.event)),
        ("audience", info.audience.as_ref()),
        ("senderName", info.sender_name.as_ref()),
        ("headline", info.headline.as_ref()),
        ("description", info.description.as_ref()),
        ("instruction", info.instruction.as_ref()),
        ("web", info.web.as_ref()),
        ("contact", info.contact.as_ref()),
    ] {
        if text.is_some_and(|text| text.trim().is_empty()) {
            faults.push(fault(EmptyElement, &format!("{path}.{name}"), "no content"));
        }
    }
    for (name, time) in
        [("effective", &info.effective), ("onset", &info.onset), ("expires", &info.expires)]
    {
        time_form(&format!("{path}.{name}"), time.as_ref(), faults);
    }
    let start = info.effective.as_ref().unwrap_or(&alert.sent);
    if let Some(expires) = info.expires.as_ref().filter(|time| time.at() < start.at()) {
        let detail = format!("{} is before {}", expires.text(), start.text());
        faults.push(fault(ExpiresBeforeStart, &format!("{path}.expires"), detail));
    }
    let addresses = info.resource.iter().map(|resource| &resource.uri);
    for address in addresses.chain([&info.web]).flatten().filter(|text| !is_address(text)) {
        faults.push(fault(BadAddress, path, address.as_str()));
    }
    if let Some((named, by_severity)) = colour::disagreement(info) {
        let detail = format!("colour {named}, severity means {by_severity}");
        faults.push(fault(ColourDiffers, &format!("{path}.parameter"), detail));
    }
    for (at, area) in info.area.iter().enumerate() {
        let path = format!("{path}.area[{at}]");
        if area.area_desc.trim().is_empty() {
            faults.push(fault(EmptyElement, &format!("{path}.areaDesc"), "no content"));
        }
        if area.ceiling.is_some() && area.altitude.is_none() {
            faults.push(fault(CeilingWithoutAltitude, &format!("{path}.ceiling"), "no altitude"));
        }
        for (at, text) in area.polygon.iter().enumerate() {
            if let Err(error) = ring_of(text) {
                let path = format!("{path}.polygon[{at}]");
                faults.push(fault(error.fault(), &path, error.to_string()));
            } else if super::geometry::is_open(text) {
                let path = format!("{path}.polygon[{at}]");
                faults.push(fault(PolygonNotClosed, &path, "closed here"));
            }
        }
        for (at, text) in area.circle.iter().enumerate() {
            let path = format!("{path}.circle[{at}]");
            match circle_of(text) {
                Err(error) => faults.push(fault(error.fault(), &path, error.to_string())),
                Ok(circle) if circle.radius_mm == 0 => {
                    faults.push(fault(CircleWithoutExtent, &path, "radius zero"));
                }
                Ok(_) => {}
            }
        }
    }
}
