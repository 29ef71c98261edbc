//! Where a person is told no: the questions every command answers before the entity's own.
//!
//! Verb known, fields known and of their shape, fields that must be there, step lawful from the
//! present state, right of the post, times possible. Then the entity's `check`. A fold never asks.

use std::collections::BTreeMap;

use kernel::{EntityId, PlaceCode, UnixMillis, UnixSeconds};
use ledger::entity::{HAPPENED_AT, NOTE, OBSERVED_AT, PLACE, POSITION, RADIUS_M, VERB};
use ledger::{Actor, Command, Ctx, Draft, Edge, Entry, Refusal, Shape, Value, Verb, View};

use crate::plain_text;
use crate::reach::{self, Act, Known};

/// Fields that every verb may bring, with the body keys that all kinds share.
pub const SHARED: &[(u8, &str, Shape)] = &[
    (HAPPENED_AT, "happened_at", Shape::Instant),
    (POSITION, "position", Shape::Position),
    (PLACE, "place", Shape::Place),
    (NOTE, "note", Shape::Text(4_000)),
    (OBSERVED_AT, "observed_at", Shape::Instant),
    (RADIUS_M, "radius_m", Shape::Int { min: 0, max: 100_000, unit: "m" }),
];

/// Seconds ahead of the clock that what is told as past may lie: a clock or a day that is wrong.
/// `[assumed]`: the pages bound the entry's own stamp only (reliability, §5).
const AHEAD_MAX_S: i64 = 86_400;
/// The earliest time that is taken at entry: 1900-01-01.
const EARLIEST_S: i64 = -2_208_988_800;

/// A refusal with the house's ground.
pub fn refuse(code: &str) -> Refusal {
    Refusal::new(code, "house, decision 22")
}

/// Whether the post may do an act.
pub fn may(actor: &Actor, act: &str) -> bool {
    actor.acts.iter().any(|a| a == act || a == "*")
}

/// Whether a new entity may have this id: one with a public code has the id that follows from it,
/// so that two desks that never met mean the same thing. Source: house, decision 12.
///
/// # Errors
/// `id-not-derived` with the id that it would have.
pub fn own_id(entry: &Entry, id: EntityId, derived: Option<EntityId>) -> Result<(), Refusal> {
    match derived {
        Some(derived) if derived != id => Err(Refusal::new("id-not-derived", "house, decision 12")
            .with("kind", entry.kind.name)
            .with("id", id)
            .with("expected", derived)),
        _ => Ok(()),
    }
}

/// What a command comes to: the draft to seal, or the refusal.
///
/// # Errors
/// The first question that is answered with no.
pub fn check(
    entry: &Entry,
    id: EntityId,
    view: &View,
    command: &Command,
    cx: &Ctx<'_>,
) -> Result<Draft, Refusal> {
    let verb = entry.verb(&command.verb);
    let verb = verb.ok_or_else(|| refuse("unknown-verb").with("verb", &command.verb))?;
    let body = body(entry, verb, command, cx)?;
    let edges = entry.edges_from(view, verb.name);
    if edges.is_empty() {
        let state =
            entry.state_of(view).unwrap_or(if view.exists() { "undetermined" } else { "none" });
        let ground = ground_of(entry, verb);
        return Err(Refusal::new("broken-edge", ground)
            .with("state", state)
            .with("verb", verb.name)
            .with("kind", entry.kind.name));
    }
    let allowed = |e: &&&'static Edge| may(cx.actor, e.grant);
    let Some(edge) = edges.iter().find(allowed) else {
        let edge = edges[0];
        return Err(Refusal::new("no-right", edge.source).with("act", edge.grant));
    };
    within_reach(entry, edge, (view, command), &body, cx)?;
    (entry.check)(view, command, cx)?;
    let op = entry.ops[verb.op.min(entry.ops.len() - 1)];
    Ok(Draft { kind: entry.kind, id, op, body })
}

fn within_reach(
    entry: &Entry,
    edge: &Edge,
    (view, command): (&View, &Command),
    body: &BTreeMap<u64, Value>,
    cx: &Ctx<'_>,
) -> Result<(), Refusal> {
    let place = body.get(&u64::from(PLACE)).and_then(Value::as_int);
    let named = command.args.get("event").and_then(|e| e.as_str()?.parse().ok());
    let act = Act {
        actor: cx.actor,
        kind: entry.kind.name,
        verb: edge.verb,
        grant: edge.grant,
        view,
        addressee: reach::addressee_of(entry),
        place: place.and_then(|p| u64::try_from(p).ok()).map(PlaceCode),
        event: named.or_else(|| reach::event_of(entry, view)),
        heard: command.args.contains_key("heard_by"),
    };
    let known = Known {
        is_under: &|place, above| cx.lookup.is_under(place, above),
        view: &|what| cx.lookup.view(what),
    };
    reach::reach(&act, &known)
}

fn ground_of(entry: &Entry, verb: &Verb) -> &'static str {
    entry.edges.iter().find(|e| e.verb == verb.name).map_or("house", |e| e.source)
}

fn body(
    entry: &Entry,
    verb: &Verb,
    command: &Command,
    cx: &Ctx<'_>,
) -> Result<BTreeMap<u64, Value>, Refusal> {
    let mut body = BTreeMap::new();
    for (name, json) in &command.args {
        let (number, shape) = field(entry, verb, name).ok_or_else(|| {
            let names: Vec<&str> = verb.needs.iter().chain(verb.may).copied().collect();
            refuse("unknown-field").with("field", name).with("expected", names.join(", "))
        })?;
        let value = shape.read(name, json)?;
        plain_text::plain(name, &shape, json)?;
        body.insert(u64::from(number), value);
    }
    for need in verb.needs {
        let there = command.args.get(*need).is_some();
        if !there {
            return Err(refuse("missing-field").with("field", need).with("verb", verb.name));
        }
    }
    times(&body, cx)?;
    body.insert(u64::from(VERB), Value::Int(verb.number.into()));
    Ok(body)
}

fn field(entry: &Entry, verb: &Verb, name: &str) -> Option<(u8, Shape)> {
    let own = entry.field(name).filter(|f| f.number != VERB);
    let named = verb.needs.contains(&name) || verb.may.contains(&name);
    if let Some(field) = own.filter(|_| named) {
        return Some((field.number, field.shape));
    }
    SHARED.iter().find(|s| s.1 == name).map(|s| (s.0, s.2))
}

/// Whether something can have happened or been seen at a time, as told at another.
pub(crate) fn is_possible(at: UnixSeconds, now: UnixMillis) -> bool {
    let ahead = at.0.saturating_sub(now.seconds().0);
    ahead <= AHEAD_MAX_S && at.0 >= EARLIEST_S
}

fn times(body: &BTreeMap<u64, Value>, cx: &Ctx<'_>) -> Result<(), Refusal> {
    for (key, name) in [(HAPPENED_AT, "happened_at"), (OBSERVED_AT, "observed_at")] {
        let Some(at) = body.get(&u64::from(key)).and_then(Value::as_int) else { continue };
        let value = UnixSeconds(at);
        if !is_possible(value, cx.now) {
            return Err(refuse("time-impossible").with("field", name).with("value", value));
        }
    }
    Ok(())
}

/// Refuses what a step does not take: a word that is misspelt would otherwise be left out in
/// silence.
///
/// # Errors
/// `unknown-field`, `wrong-type` where the arguments are no object.
pub(crate) fn only(
    kind: &str,
    args: &serde_json::Value,
    names: &[&str],
) -> Result<(), crate::error::Error> {
    let refused = |refusal: Refusal| Err(crate::error::Error::refused(kind, refusal));
    let given = match args {
        serde_json::Value::Null => return Ok(()),
        serde_json::Value::Object(given) => given,
        _ => return refused(refuse("wrong-type").with("field", "body").with("expected", "{}")),
    };
    match given.keys().find(|name| !names.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => {
            let refusal = refuse("unknown-field").with("field", name);
            refused(refusal.with("expected", names.join(", ")))
        }
    }
}
