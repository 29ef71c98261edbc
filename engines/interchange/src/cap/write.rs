//! From an alert to a fresh CAP 1.2 document, unsigned.

use super::read::{is_address, is_decimal, is_integer, is_language};
use super::{Alert, Area, CapTime, Info, NAMESPACE, NamedValue, Resource, WriteError};
use crate::xml::Out;

/// The alert as a CAP 1.2 document that its schema accepts: UTF-8, no signature, nothing that
/// the standard does not know. The same alert gives the same bytes.
///
/// # Errors
/// A text with a character that XML cannot carry, or a value that the schema would refuse.
pub fn write(alert: &Alert) -> Result<Vec<u8>, WriteError> {
    check(alert)?;
    let mut out = Out::new();
    out.open("alert", &format!(" xmlns=\"{NAMESPACE}\""));
    out.leaf("identifier", &alert.identifier);
    out.leaf("sender", &alert.sender);
    out.leaf("sent", &alert.sent.to_cap());
    out.leaf("status", alert.status.as_str());
    out.leaf("msgType", alert.msg_type.as_str());
    optional(&mut out, "source", &alert.source);
    out.leaf("scope", alert.scope.as_str());
    optional(&mut out, "restriction", &alert.restriction);
    optional(&mut out, "addresses", &alert.addresses);
    list(&mut out, "code", &alert.code);
    optional(&mut out, "note", &alert.note);
    optional(&mut out, "references", &alert.references);
    optional(&mut out, "incidents", &alert.incidents);
    for info in &alert.info {
        write_info(&mut out, info);
    }
    out.close("alert");
    out.finish().map_err(|(element, code)| WriteError::Character { element, code })
}

fn write_info(out: &mut Out, info: &Info) {
    out.open("info", "");
    optional(out, "language", &info.language);
    for category in &info.category {
        out.leaf("category", category.as_str());
    }
    out.leaf("event", &info.event);
    for response in &info.response_type {
        out.leaf("responseType", response.as_str());
    }
    out.leaf("urgency", info.urgency.as_str());
    out.leaf("severity", info.severity.as_str());
    out.leaf("certainty", info.certainty.as_str());
    optional(out, "audience", &info.audience);
    pairs(out, "eventCode", &info.event_code);
    let time = |time: &Option<CapTime>| time.as_ref().map(CapTime::to_cap);
    optional(out, "effective", &time(&info.effective));
    optional(out, "onset", &time(&info.onset));
    optional(out, "expires", &time(&info.expires));
    optional(out, "senderName", &info.sender_name);
    optional(out, "headline", &info.headline);
    optional(out, "description", &info.description);
    optional(out, "instruction", &info.instruction);
    optional(out, "web", &info.web);
    optional(out, "contact", &info.contact);
    pairs(out, "parameter", &info.parameter);
    for resource in &info.resource {
        write_resource(out, resource);
    }
    for area in &info.area {
        write_area(out, area);
    }
    out.close("info");
}

fn write_resource(out: &mut Out, resource: &Resource) {
    out.open("resource", "");
    out.leaf("resourceDesc", &resource.resource_desc);
    out.leaf("mimeType", &resource.mime_type);
    optional(out, "size", &resource.size);
    optional(out, "uri", &resource.uri);
    optional(out, "derefUri", &resource.deref_uri);
    optional(out, "digest", &resource.digest);
    out.close("resource");
}

fn write_area(out: &mut Out, area: &Area) {
    out.open("area", "");
    out.leaf("areaDesc", &area.area_desc);
    list(out, "polygon", &area.polygon);
    list(out, "circle", &area.circle);
    pairs(out, "geocode", &area.geocode);
    optional(out, "altitude", &area.altitude);
    optional(out, "ceiling", &area.ceiling);
    out.close("area");
}

fn optional(out: &mut Out, name: &str, value: &Option<String>) {
    if let Some(value) = value {
        out.leaf(name, value);
    }
}

fn list(out: &mut Out, name: &str, values: &[String]) {
    for value in values {
        out.leaf(name, value);
    }
}

fn pairs(out: &mut Out, name: &str, values: &[NamedValue]) {
    for pair in values {
        out.open(name, "");
        out.leaf("valueName", &pair.value_name);
        out.leaf("value", &pair.value);
        out.close(name);
    }
}

/// What the types leave open and the schema does not.
fn check(alert: &Alert) -> Result<(), WriteError> {
    for (element, text) in [("identifier", &alert.identifier), ("sender", &alert.sender)] {
        if text.trim().is_empty() {
            return Err(WriteError::Missing { element });
        }
    }
    value("sent", Some(&alert.sent.to_cap()), |text| {
        CapTime::from_text(text).is_some_and(|time| time.is_in_form())
    })?;
    for info in &alert.info {
        if info.category.is_empty() {
            return Err(WriteError::Missing { element: "category" });
        }
        value("language", info.language.as_ref(), is_language)?;
        value("web", info.web.as_ref(), is_address)?;
        for resource in &info.resource {
            value("size", resource.size.as_ref(), is_integer)?;
            value("uri", resource.uri.as_ref(), is_address)?;
        }
        for area in &info.area {
            value("altitude", area.altitude.as_ref(), is_decimal)?;
            value("ceiling", area.ceiling.as_ref(), is_decimal)?;
        }
    }
    Ok(())
}

fn value(
    element: &'static str,
    text: Option<&String>,
    sound: impl Fn(&str) -> bool,
) -> Result<(), WriteError> {
    match text.filter(|text| !sound(text)) {
        None => Ok(()),
        Some(text) => Err(WriteError::Value { element, value: text.chars().take(80).collect() }),
    }
}
