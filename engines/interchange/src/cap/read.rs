//! From bytes to an alert.

use super::faults::{fault, prose};
use super::{
    Alert, Area, CapError, CapTime, Fault, FaultCode, Info, NAMESPACE, NamedValue, Received,
    Resource, Unknown,
};
use crate::xml::{self, Element, Limits, Node};

const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";
const FAMILY: &str = "urn:oasis:names:tc:emergency:cap:";

const ALERT: &[&str] = &[
    "identifier",
    "sender",
    "sent",
    "status",
    "msgType",
    "source",
    "scope",
    "restriction",
    "addresses",
    "code",
    "note",
    "references",
    "incidents",
    "info",
];
const INFO: &[&str] = &[
    "language",
    "category",
    "event",
    "responseType",
    "urgency",
    "severity",
    "certainty",
    "audience",
    "eventCode",
    "effective",
    "onset",
    "expires",
    "senderName",
    "headline",
    "description",
    "instruction",
    "web",
    "contact",
    "parameter",
    "resource",
    "area",
];
const RESOURCE: &[&str] = &["resourceDesc", "mimeType", "size", "uri", "derefUri", "digest"];
const AREA: &[&str] = &["areaDesc", "polygon", "circle", "geocode", "altitude", "ceiling"];

/// An alert from the bytes of a CAP 1.2 document.
///
/// ```
/// use interchange::cap;
/// let xml = r#"<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
///   <identifier>990101-20260701-1</identifier><sender>990101@anlan.example</sender>
///   <sent>2026-07-01T14:05:00+08:00</sent><status>Exercise</status><msgType>Update</msgType>
///   <scope>Public</scope></alert>"#;
/// let received = cap::parse(xml.as_bytes())?;
/// assert_eq!(received.alert.sent.at().to_string(), "2026-07-01T06:05:00Z");
/// let faults: Vec<_> = received.faults.iter().map(|fault| fault.code).collect();
/// assert_eq!(faults, [cap::FaultCode::MissingReferences, cap::FaultCode::NoInfo]);
/// # Ok::<(), cap::CapError>(())
/// ```
///
/// # Errors
/// Bytes that are no XML within [`Limits::ALERT`], another version or namespace, and what the
/// schema of CAP 1.2 makes mandatory: see [`CapError`].
pub fn parse(bytes: &[u8]) -> Result<Received, CapError> {
    parse_element(&xml::parse(bytes, &Limits::ALERT)?)
}

/// An alert from an element that was read already, as inside an envelope.
///
/// # Errors
/// As [`parse`].
pub fn parse_element(root: &Element) -> Result<Received, CapError> {
    let namespace = root.namespace.as_deref().unwrap_or_default();
    if root.name != "alert" {
        return Err(CapError::NotAnAlert { root: short(&root.name) });
    }
    if namespace != NAMESPACE {
        return Err(match version_of(namespace) {
            Some(version) => CapError::Version { version },
            None => CapError::Namespace { namespace: short(namespace) },
        });
    }
    let mut notes = Notes { faults: Vec::new(), unknown: Vec::new(), signatures: 0 };
    let alert = alert(root, &mut notes)?;
    prose(&alert, &mut notes.faults);
    Ok(Received {
        alert,
        faults: notes.faults,
        unknown: notes.unknown,
        signatures: notes.signatures,
    })
}

/// The version in a namespace of another CAP; 1.0 had a namespace of its own make.
fn version_of(namespace: &str) -> Option<String> {
    if namespace == "http://www.incident.com/cap/1.0" {
        return Some("1.0".to_owned());
    }
    namespace.strip_prefix(FAMILY).map(short)
}

struct Notes {
    faults: Vec<Fault>,
    unknown: Vec<Unknown>,
    signatures: u32,
}

/// An element of CAP being taken apart.
struct Part<'e> {
    element: &'e Element,
    path: String,
}

impl<'e> Part<'e> {
    /// Notes what is not known or out of order, once for each element with children.
    fn open(element: &'e Element, path: String, names: &[&str], notes: &mut Notes) -> Self {
        // Several pairs in one element are listed as such, not as elements out of order.
        let pair = names.len() == 2;
        let (mut last, mut ordered) = (0, true);
        for child in element.elements() {
            let at = names.iter().position(|name| child.is(NAMESPACE, name));
            match at {
                Some(at) => {
                    ordered &= pair || at >= last;
                    last = last.max(at);
                }
                None if child.is(SIGNATURE, "Signature") => notes.signatures += 1,
                None => {
                    let detail = child.name.as_str();
                    notes.faults.push(fault(FaultCode::UnknownElement, &path, detail));
                    notes.unknown.push(Unknown {
                        path: path.clone(),
                        name: child.name.clone(),
                        xml: child.to_xml(),
                    });
                }
            }
        }
        if !ordered {
            notes.faults.push(fault(FaultCode::ElementOrder, &path, element.name.as_str()));
        }
        Part { element, path }
    }

    fn within(&self) -> String {
        if self.path.is_empty() { "alert".to_owned() } else { self.path.clone() }
    }

    fn inside(&self, name: &str, at: usize) -> String {
        let dot = if self.path.is_empty() { "" } else { "." };
        format!("{}{dot}{name}[{at}]", self.path)
    }

    fn named(&self, name: &'static str) -> impl Iterator<Item = &'e Element> {
        self.element.elements().filter(move |child| child.is(NAMESPACE, name))
    }

    fn text(&self, name: &'static str, element: &Element) -> Result<String, CapError> {
        match element.elements().next() {
            None => Ok(element.text()),
            Some(inside) => Err(CapError::ElementInText {
                element: name,
                inside: short(&inside.name),
                within: self.within(),
            }),
        }
    }

    fn texts(&self, name: &'static str) -> Result<Vec<String>, CapError> {
        self.named(name).map(|element| self.text(name, element)).collect()
    }

    fn optional(&self, name: &'static str) -> Result<Option<String>, CapError> {
        let mut all = self.texts(name)?;
        match all.len() {
            0 | 1 => Ok(all.pop()),
            _ => Err(CapError::Repeated { element: name, within: self.within() }),
        }
    }

    fn mandatory(&self, name: &'static str) -> Result<String, CapError> {
        self.optional(name)?
            .ok_or_else(|| CapError::Missing { element: name, within: self.within() })
    }

    /// A mandatory text that identifies: blanks around it do not count, and it is not empty.
    fn key(&self, name: &'static str) -> Result<String, CapError> {
        let text = self.mandatory(name)?;
        match text.trim() {
            "" => Err(CapError::Missing { element: name, within: self.within() }),
            key => Ok(key.to_owned()),
        }
    }

    fn value<T>(
        &self,
        name: &'static str,
        text: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, CapError> {
        let trimmed = text.trim();
        read(trimmed).ok_or_else(|| CapError::Value {
            element: name,
            value: short(trimmed),
            within: self.within(),
        })
    }

    fn coded<T>(
        &self,
        name: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, CapError> {
        let text = self.mandatory(name)?;
        self.value(name, &text, read)
    }

    fn coded_list<T>(
        &self,
        name: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, CapError> {
        self.texts(name)?.iter().map(|text| self.value(name, text, &read)).collect()
    }

    fn coded_optional<T>(
        &self,
        name: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, CapError> {
        self.optional(name)?.map(|text| self.value(name, &text, &read)).transpose()
    }

    /// Pairs of `valueName` and `value`. Careless senders put several into one element.
    fn pairs(&self, name: &'static str, notes: &mut Notes) -> Result<Vec<NamedValue>, CapError> {
        let mut pairs = Vec::new();
        for (at, element) in self.named(name).enumerate() {
            let part = Part::open(element, self.inside(name, at), &["valueName", "value"], notes);
            let (names, values) = (part.texts("valueName")?, part.texts("value")?);
            if names.len() != values.len() || names.is_empty() {
                notes.faults.push(fault(FaultCode::IncompletePair, &part.path, name));
            } else if names.len() > 1 {
                notes.faults.push(fault(FaultCode::SeveralPairs, &part.path, name));
            }
            for at in 0..names.len().max(values.len()) {
                let or_empty = |list: &[String]| list.get(at).cloned().unwrap_or_default();
                pairs.push(NamedValue { value_name: or_empty(&names), value: or_empty(&values) });
            }
        }
        Ok(pairs)
    }
}

fn alert(root: &Element, notes: &mut Notes) -> Result<Alert, CapError> {
    use super::{MsgType, Scope, Status};
    let part = Part::open(root, String::new(), ALERT, notes);
    stray_text(&part)?;
    let info = part
        .named("info")
        .enumerate()
        .map(|(at, element)| info(element, part.inside("info", at), notes))
        .collect::<Result<_, _>>();
    Ok(Alert {
        identifier: part.key("identifier")?,
        sender: part.key("sender")?,
        sent: part.coded("sent", CapTime::from_text)?,
        status: part.coded(Status::ELEMENT, Status::from_code)?,
        msg_type: part.coded(MsgType::ELEMENT, MsgType::from_code)?,
        source: part.optional("source")?,
        scope: part.coded(Scope::ELEMENT, Scope::from_code)?,
        restriction: part.optional("restriction")?,
        addresses: part.optional("addresses")?,
        code: part.texts("code")?,
        note: part.optional("note")?,
        references: part.optional("references")?,
        incidents: part.optional("incidents")?,
        info: info?,
    })
}

fn info(element: &Element, path: String, notes: &mut Notes) -> Result<Info, CapError> {
    use super::{Category, Certainty, ResponseType, Severity, Urgency};
    let part = Part::open(element, path, INFO, notes);
    stray_text(&part)?;
    let category = part.coded_list(Category::ELEMENT, Category::from_code)?;
    if category.is_empty() {
        return Err(CapError::Missing { element: "category", within: part.within() });
    }
    let mut language = part.optional("language")?.map(|text| text.trim().to_owned());
    if language.as_deref() == Some("") {
        let path = format!("{}.language", part.path);
        notes.faults.push(fault(FaultCode::EmptyElement, &path, "no content"));
        language = None;
    }
    if let Some(tag) = &language {
        part.value("language", tag, |tag| is_language(tag).then_some(()))?;
    }
    Ok(Info {
        language,
        category,
        event: part.mandatory("event")?,
        response_type: part.coded_list(ResponseType::ELEMENT, ResponseType::from_code)?,
        urgency: part.coded(Urgency::ELEMENT, Urgency::from_code)?,
        severity: part.coded(Severity::ELEMENT, Severity::from_code)?,
        certainty: part.coded(Certainty::ELEMENT, Certainty::from_code)?,
        audience: part.optional("audience")?,
        event_code: part.pairs("eventCode", notes)?,
        effective: part.coded_optional("effective", CapTime::from_text)?,
        onset: part.coded_optional("onset", CapTime::from_text)?,
        expires: part.coded_optional("expires", CapTime::from_text)?,
        sender_name: part.optional("senderName")?,
        headline: part.optional("headline")?,
        description: part.optional("description")?,
        instruction: part.optional("instruction")?,
        web: part.optional("web")?,
        contact: part.optional("contact")?,
        parameter: part.pairs("parameter", notes)?,
        resource: part
            .named("resource")
            .enumerate()
            .map(|(at, element)| resource(element, part.inside("resource", at), notes))
            .collect::<Result<_, _>>()?,
        area: part
            .named("area")
            .enumerate()
            .map(|(at, element)| area(element, part.inside("area", at), notes))
            .collect::<Result<_, _>>()?,
    })
}

fn resource(element: &Element, path: String, notes: &mut Notes) -> Result<Resource, CapError> {
    let part = Part::open(element, path, RESOURCE, notes);
    stray_text(&part)?;
    Ok(Resource {
        resource_desc: part.mandatory("resourceDesc")?,
        mime_type: part.mandatory("mimeType")?,
        size: part.coded_optional("size", |t| is_integer(t).then(|| t.to_owned()))?,
        uri: part.optional("uri")?,
        deref_uri: part.optional("derefUri")?,
        digest: part.optional("digest")?,
    })
}

fn area(element: &Element, path: String, notes: &mut Notes) -> Result<Area, CapError> {
    let part = Part::open(element, path, AREA, notes);
    stray_text(&part)?;
    let decimal = |text: &str| is_decimal(text).then(|| text.to_owned());
    Ok(Area {
        area_desc: part.mandatory("areaDesc")?,
        polygon: part.texts("polygon")?,
        circle: part.texts("circle")?,
        geocode: part.pairs("geocode", notes)?,
        altitude: part.coded_optional("altitude", decimal)?,
        ceiling: part.coded_optional("ceiling", decimal)?,
    })
}

/// Text between the elements of a part that holds elements only.
fn stray_text(part: &Part<'_>) -> Result<(), CapError> {
    let stray = part.element.children.iter().find_map(|node| match node {
        Node::Text(text) if !text.trim().is_empty() => Some(text),
        _ => None,
    });
    match stray {
        None => Ok(()),
        Some(text) => Err(CapError::Value {
            element: if part.path.is_empty() { "alert" } else { "info" },
            value: short(text.trim()),
            within: part.within(),
        }),
    }
}

/// A language tag of XML Schema. Source: XML Schema part 2, 3.3.3.
pub(super) fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let sized = |part: &str| (1..=8).contains(&part.len());
    parts.next().is_some_and(|p| sized(p) && p.bytes().all(|b| b.is_ascii_alphabetic()))
        && parts.all(|p| sized(p) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// An address as the schema's `anyURI` allows it; not whether anything is there.
///
/// Source: RFC 3986, with the characters that XML Schema lets stand for themselves. Addresses
/// with square brackets (IPv6 hosts) are not taken.
pub(super) fn is_address(text: &str) -> bool {
    let text = text.trim();
    let escapes = text.match_indices('%').all(|(at, _)| {
        let code = text.as_bytes().get(at + 1..at + 3);
        code.is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit))
    });
    if !escapes || text.contains(['[', ']']) || text.matches('#').count() > 1 {
        return false;
    }
    let end = text.find(['/', '?', '#']).unwrap_or(text.len());
    let rest = match text[..end].split_once(':') {
        None => text,
        Some((scheme, _)) => {
            let sound = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b));
            if !sound {
                return false;
            }
            &text[scheme.len() + 1..]
        }
    };
    let Some(authority) = rest.strip_prefix("//") else { return true };
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    match host.split_once(':') {
        None => true,
        Some((_, port)) => !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()),
    }
}

pub(super) fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

pub(super) fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let point = digits.bytes().filter(|b| *b == b'.').count();
    point <= 1
        && digits.bytes().any(|b| b.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

fn short(text: &str) -> String {
    text.chars().take(80).collect()
}
