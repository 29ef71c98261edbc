//! CAP 1.2 alerts, alone or in an EDXL-DE envelope, as fields of an alert.

use interchange::cap::{self, Alert, Area, Info, NamedValue, Received};
use interchange::edxl;
use kernel::{Hash32, LonLat};
use serde_json::{Map, Value as Json, json};

use crate::error::Error;

/// An alert of a file, ready to be issued here.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Fields of the alert.
    pub args: Map<String, Json>,
    /// Its `Actual`, `Exercise`, … status.
    pub status: String,
    /// `Alert`, `Update`, `Cancel`, …
    pub message: String,
    /// Its identifier.
    pub identifier: String,
    /// Outline for an event's footprint, MultiPolygon coordinates; `None`: unknown.
    pub footprint: Option<Json>,
    /// Whether some area could not be used, so that the outline is less than the alert's area.
    pub footprint_incomplete: bool,
    /// The alert as it was read.
    pub alert: Alert,
    /// What was noticed: `{code, path, detail}`.
    pub faults: Vec<Json>,
}

/// What a file holds: the alerts that can be taken in, and why the others cannot.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// Alerts, in the file's order.
    pub taken: Vec<Taken>,
    /// The others: `{number, why}`, counted from 1 in the file's order.
    pub bad: Vec<Json>,
}

/// Reads a file: one CAP alert, or an EDXL-DE envelope with several.
///
/// # Errors
/// [`Error::BadFile`] names what is wrong, where no alert can be taken in.
pub fn alerts(bytes: &[u8], original: Hash32) -> Result<Read, Error> {
    let (_, all) = edxl::alerts(bytes).map_err(bad)?;
    let mut read = Read::default();
    let mut first = None;
    for (at, alert) in all.into_iter().enumerate() {
        match alert {
            Ok(alert) => read.taken.push(taken(&alert, original)),
            Err(e) => {
                read.bad.push(json!({"number": at + 1, "why": e.to_string()}));
                first.get_or_insert(e);
            }
        }
    }
    match first {
        Some(e) if read.taken.is_empty() => Err(bad(e)),
        None if read.taken.is_empty() => Err(Error::BadFile {
            what: "EDXL-DE".to_owned(),
            at: "contentObject".to_owned(),
            why: "no alert inside".to_owned(),
        }),
        _ => Ok(read),
    }
}

fn bad(e: cap::CapError) -> Error {
    Error::BadFile { what: "CAP".to_owned(), at: "alert".to_owned(), why: e.to_string() }
}

fn taken(received: &Received, original: Hash32) -> Taken {
    let alert = &received.alert;
    let mut args = Map::new();
    let mut put = |name: &str, value: Json| {
        if !value.is_null() {
            args.insert(name.to_owned(), value);
        }
    };
    let status = code_text(&alert.status);
    let message = code_text(&alert.msg_type);
    put("identifier", json!(alert.identifier));
    put("sender", json!(alert.sender));
    put("sent_at", json!(alert.sent.at()));
    put("status", json!(status));
    put("message", json!(message));
    put("scope", json!(code_text(&alert.scope)));
    put("source", json!(alert.source));
    put("restriction", json!(alert.restriction));
    put("addresses", json!(alert.addresses));
    put("codes", list(&alert.code));
    put("message_note", json!(alert.note));
    put("incidents", json!(alert.incidents));
    let (references, _) = alert.reference_list();
    let line =
        |r: &cap::Reference| json!(format!("{},{},{}", r.sender, r.identifier, r.sent.text()));
    if !references.is_empty() {
        put("references", Json::Array(references.iter().map(line).collect()));
    }
    put("original", json!(original));
    put("colour", alert.info.iter().find_map(cap::colour_of).map_or(Json::Null, |c| json!(c)));
    let hazard = cap::hazard_of(alert).map_or(Json::Null, |h| json!(h.name()));
    put("hazard_kind", hazard);
    if let Some(info) = alert.info.first() {
        put("effective_at", info.effective.as_ref().map_or(Json::Null, |t| json!(t.at())));
        put("onset_at", info.onset.as_ref().map_or(Json::Null, |t| json!(t.at())));
        put("expires_at", info.expires.as_ref().map_or(Json::Null, |t| json!(t.at())));
        put("sender_name", json!(info.sender_name));
    }
    put("infos", Json::Array(alert.info.iter().map(info).collect()));
    let found = cap::footprint(alert);
    Taken {
        args,
        status,
        message,
        identifier: alert.identifier.clone(),
        footprint: (!found.is_unknown()).then(|| coordinates(&found.rings)),
        footprint_incomplete: found.incomplete,
        alert: alert.clone(),
        faults: noticed(received),
    }
}

fn noticed(received: &Received) -> Vec<Json> {
    let mut all: Vec<Json> = received
        .faults
        .iter()
        .map(|f| json!({"code": f.code, "path": f.path, "detail": f.detail}))
        .collect();
    if received.signatures > 0 {
        all.push(json!({
            "code": "signed-not-verified", "path": "", "detail": received.signatures.to_string(),
        }));
    }
    all
}

fn code_text<T: serde::Serialize>(code: &T) -> String {
    serde_json::to_value(code).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn list(texts: &[String]) -> Json {
    if texts.is_empty() { Json::Null } else { json!(texts) }
}

fn named(pairs: &[NamedValue]) -> Json {
    let pair = |p: &NamedValue| json!({"name": p.value_name, "value": p.value});
    if pairs.is_empty() { Json::Null } else { Json::Array(pairs.iter().map(pair).collect()) }
}

fn without_nulls(mut object: Json) -> Json {
    if let Some(map) = object.as_object_mut() {
        map.retain(|_, v| !v.is_null());
    }
    object
}

fn info(info: &Info) -> Json {
    let at = |t: &Option<cap::CapTime>| t.as_ref().map_or(Json::Null, |t| json!(t.at()));
    let resource = |r: &cap::Resource| {
        without_nulls(json!({
            "description": r.resource_desc, "media_type": r.mime_type,
            "bytes": r.size.as_ref().and_then(|s| s.trim().parse::<i64>().ok()),
            "uri": r.uri, "digest": r.digest,
        }))
    };
    without_nulls(json!({
        "language": info.language,
        "categories": info.category.iter().map(code_text).collect::<Vec<_>>(),
        "event": info.event,
        "response_types": list(&info.response_type.iter().map(code_text).collect::<Vec<_>>()),
        "urgency": code_text(&info.urgency),
        "severity": code_text(&info.severity),
        "certainty": code_text(&info.certainty),
        "audience": info.audience,
        "event_codes": named(&info.event_code),
        "effective_at": at(&info.effective), "onset_at": at(&info.onset),
        "expires_at": at(&info.expires),
        "sender_name": info.sender_name, "headline": info.headline,
        "description": info.description, "instruction": info.instruction,
        "web": info.web, "contact": info.contact,
        "parameters": named(&info.parameter),
        "resources": if info.resource.is_empty() { Json::Null } else {
            Json::Array(info.resource.iter().map(resource).collect())
        },
        "areas": if info.area.is_empty() { Json::Null } else {
            Json::Array(info.area.iter().map(area).collect())
        },
    }))
}

fn area(area: &Area) -> Json {
    let rings: Vec<Vec<LonLat>> =
        area.polygon.iter().filter_map(|t| cap::ring_of(t).ok()).collect();
    let circle = |t: &String| {
        let circle = cap::circle_of(t).ok()?;
        Some(json!({
            "centre": [circle.centre.lon(), circle.centre.lat()],
            "radius_m": circle.radius_mm / 1000,
        }))
    };
    let circles: Vec<Json> = area.circle.iter().filter_map(circle).collect();
    without_nulls(json!({
        "description": area.area_desc,
        "polygons": if rings.is_empty() { Json::Null } else { coordinates(&rings) },
        "circles": if circles.is_empty() { Json::Null } else { Json::Array(circles) },
        "geocodes": named(&area.geocode),
        "altitude": area.altitude, "ceiling": area.ceiling,
    }))
}

/// Rings as MultiPolygon coordinates, one polygon a ring.
pub fn coordinates(rings: &[Vec<LonLat>]) -> Json {
    let ring = |r: &Vec<LonLat>| Json::Array(r.iter().map(|p| json!([p.lon(), p.lat()])).collect());
    Json::Array(rings.iter().map(|r| Json::Array(vec![ring(r)])).collect())
}
