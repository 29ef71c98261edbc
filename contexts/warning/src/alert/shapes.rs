//! The shapes of a CAP 1.2 message's parts; codes keep CAP's own spelling.
//!
//! Source: OASIS CAP 1.2 (ITU-T X.1303), §3.2. Distances are whole metres, positions 1e-5 degree:
//! an alert that must go out unchanged goes out as its original bytes.

use ledger::Shape;

/// Handling of the message.
pub const STATUS: Shape =
    Shape::Code(&[(1, "Actual"), (2, "Exercise"), (3, "System"), (4, "Test"), (5, "Draft")]);

/// Nature of the message.
pub const MESSAGE: Shape =
    Shape::Code(&[(1, "Alert"), (2, "Update"), (3, "Cancel"), (4, "Ack"), (5, "Error")]);

/// Who it is for.
pub const SCOPE: Shape = Shape::Code(&[(1, "Public"), (2, "Restricted"), (3, "Private")]);

/// Warning level as a colour; red is the most severe. Source: ERL art. 63.
pub const COLOURS: Shape = Shape::Code(&[(1, "red"), (2, "orange"), (3, "yellow"), (4, "blue")]);

/// Whose warning it is: two issuers that are never merged. Source: domain, §5.1.
pub const SIGNAL: Shape =
    Shape::Code(&[(1, "government"), (2, "weather_signal"), (3, "forecast"), (4, "machine")]);

const CATEGORY: Shape = Shape::Code(&[
    (1, "Geo"),
    (2, "Met"),
    (3, "Safety"),
    (4, "Security"),
    (5, "Rescue"),
    (6, "Fire"),
    (7, "Health"),
    (8, "Env"),
    (9, "Transport"),
    (10, "Infra"),
    (11, "CBRNE"),
    (12, "Other"),
]);

const RESPONSE: Shape = Shape::Code(&[
    (1, "Shelter"),
    (2, "Evacuate"),
    (3, "Prepare"),
    (4, "Execute"),
    (5, "Avoid"),
    (6, "Monitor"),
    (7, "Assess"),
    (8, "AllClear"),
    (9, "None"),
]);

const URGENCY: Shape =
    Shape::Code(&[(1, "Immediate"), (2, "Expected"), (3, "Future"), (4, "Past"), (5, "Unknown")]);

const SEVERITY: Shape =
    Shape::Code(&[(1, "Extreme"), (2, "Severe"), (3, "Moderate"), (4, "Minor"), (5, "Unknown")]);

const CERTAINTY: Shape = Shape::Code(&[
    (1, "Observed"),
    (2, "Likely"),
    (3, "Possible"),
    (4, "Unlikely"),
    (5, "Unknown"),
]);

const NAMED: Shape =
    Shape::Record(&[(1, "name", Shape::Text(300)), (2, "value", Shape::Text(2_000))]);

const CIRCLE: Shape = Shape::Record(&[
    (1, "centre", Shape::Position),
    (2, "radius_m", Shape::Int { min: 0, max: 20_100_000, unit: "m" }),
]);

const RESOURCE: Shape = Shape::Record(&[
    (1, "description", Shape::Text(2_000)),
    (2, "media_type", Shape::Text(200)),
    (3, "bytes", Shape::Int { min: 0, max: i64::MAX, unit: "B" }),
    (4, "uri", Shape::Text(2_000)),
    (5, "digest", Shape::Text(200)),
    (6, "blob", Shape::Hash),
]);

const AREA: Shape = Shape::Record(&[
    (1, "description", Shape::Text(2_000)),
    (2, "polygons", Shape::Area),
    (3, "circles", Shape::List(&CIRCLE, 100)),
    (4, "geocodes", Shape::List(&NAMED, 1_000)),
    (5, "altitude", Shape::Text(40)),
    (6, "ceiling", Shape::Text(40)),
    (7, "outline", Shape::Hash),
]);

/// What the message says in one language.
pub const INFO: Shape = Shape::Record(&[
    (1, "language", Shape::Text(40)),
    (2, "categories", Shape::List(&CATEGORY, 12)),
    (3, "event", Shape::Text(300)),
    (4, "response_types", Shape::List(&RESPONSE, 9)),
    (5, "urgency", URGENCY),
    (6, "severity", SEVERITY),
    (7, "certainty", CERTAINTY),
    (8, "audience", Shape::Text(500)),
    (9, "event_codes", Shape::List(&NAMED, 50)),
    (10, "effective_at", Shape::Instant),
    (11, "onset_at", Shape::Instant),
    (12, "expires_at", Shape::Instant),
    (13, "sender_name", Shape::Text(300)),
    (14, "headline", Shape::Text(500)),
    (15, "description", Shape::Text(20_000)),
    (16, "instruction", Shape::Text(20_000)),
    (17, "web", Shape::Text(2_000)),
    (18, "contact", Shape::Text(500)),
    (19, "parameters", Shape::List(&NAMED, 200)),
    (20, "resources", Shape::List(&RESOURCE, 20)),
    (21, "areas", Shape::List(&AREA, 100)),
]);
