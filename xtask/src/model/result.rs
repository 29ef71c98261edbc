//! What the ledger makes of a history, written as the model writes it.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{OpId, PlaceCode};
use ledger::authority::{Authority, Standing, Verdict};
use ledger::fold::Covering;
use ledger::{Entry, FieldState, FieldView, FoldOp, Value, View, effective_level, fold_entity};
use serde_json::{Map, Value as Json, json};

use super::history::{History, place};
use super::kinds::{CAUTION, JUDGED, KINDS, registry};

/// A view for each kind that wrote about an entity, and one of no kind where none did.
pub type Views = BTreeMap<String, Vec<(&'static Entry, View)>>;

/// Folds a history and gives the model's canonical result.
pub fn evaluate(history: &History) -> Json {
    let standings = standings(history);
    let views = views(history, &standings);
    show(history, &standings, &views)
}

/// How each op of a history stands.
pub fn standings(history: &History) -> BTreeMap<OpId, Standing> {
    let set = history.log_set();
    let known = registry().header_types();
    let mut authority = Authority::new(history.roots.iter().copied(), known);
    authority.admit_all(history.ops.iter().map(|(op, fact)| (op, fact.clone())), &set);
    let stands = |op: &FoldOp| (op.id, authority.standing(op, &set));
    history.ops.iter().map(|(op, _)| stands(op)).collect()
}

/// The public code of an entity whose text id is `place/disaster`.
pub fn code(name: &str) -> Option<String> {
    let (at, disaster) = name.split_once('/')?;
    Some(format!("{}/{disaster}", place(at)))
}

/// Kinds whose ops carry order about an entity.
pub fn kinds_of<'a>(
    ops: impl Iterator<Item = (&'a FoldOp, &'a Standing)>,
) -> BTreeMap<u16, &'static Entry> {
    let ops = ops.filter(|(_, s)| s.carries_order());
    let kind = |(op, _): (&FoldOp, _)| match &op.body {
        Some(body) if op.code() == ledger::entity::SETTLE_CODE => {
            registry().by_kind(u16::try_from(body.get(&12)?.as_int()?).ok()?)
        }
        _ => registry().by_type(op.header_type),
    };
    ops.filter_map(kind).map(|e| (e.kind.number, e)).collect()
}

fn views(history: &History, standings: &BTreeMap<OpId, Standing>) -> Views {
    let mut views = Views::new();
    for (name, id) in &history.entities {
        let ops = history.ops.iter().map(|o| &o.0).filter(|op| op.ent == Some(*id));
        let ops: Vec<(&FoldOp, &Standing)> = ops.map(|op| (op, &standings[&op.id])).collect();
        let mut entries: Vec<_> = kinds_of(ops.iter().copied()).into_values().collect();
        if entries.is_empty() {
            entries.push(&KINDS[0]);
        }
        let code = code(name);
        let fold = |entry: &'static Entry| {
            let ops = ops.iter().map(|(op, standing)| (*op, **standing));
            (entry, fold_entity(entry, *id, code.as_deref(), ops))
        };
        views.insert(name.clone(), entries.into_iter().map(fold).collect());
    }
    views
}

/// The model's canonical result from standings and views.
pub fn show(history: &History, standings: &BTreeMap<OpId, Standing>, views: &Views) -> Json {
    let mut entities = Map::new();
    let mut marks: BTreeMap<OpId, BTreeSet<&str>> = BTreeMap::new();
    for (id, standing) in standings {
        let names = standing.marks.names();
        if !names.is_empty() {
            marks.entry(*id).or_default().extend(names);
        }
    }
    for (name, folded) in views {
        let Some((_, view)) = folded.first() else { continue };
        for id in &view.basis_missing {
            marks.entry(*id).or_default().insert("basis-missing");
        }
        for id in &view.on_cycle {
            marks.entry(*id).or_default().insert("cycle");
        }
        if view.ops > 0 {
            entities.insert(name.clone(), entity(history, standings, name, folded));
        }
    }
    let mut lists: BTreeMap<&str, Vec<Json>> = BTreeMap::new();
    let mut folded = 0;
    for (id, standing) in standings {
        let list = match standing.verdict {
            Verdict::Folded => {
                folded += 1;
                continue;
            }
            Verdict::Held(_) => "held",
            Verdict::Invalid(_) => "invalid",
            Verdict::Quarantined(_) => "quarantined",
            Verdict::Unknown(_) => "unknown",
        };
        let why = standing.verdict.ground().map_or("", |g| g.code());
        lists.entry(list).or_default().push(json!([hex(id), why]));
    }
    let set = history.log_set();
    let fork = |(name, log): (&String, &super::history::Log)| {
        set.forks().get(&log.id).map(|seq| json!([name, seq]))
    };
    let forks: Vec<Json> = history.logs.iter().filter_map(fork).collect();
    let marks: Vec<Json> = marks.iter().map(|(id, m)| json!([hex(id), m])).collect();
    let list = |name| lists.get(name).cloned().unwrap_or_default();
    json!({
        "entities": entities, "effective": effective(history, views), "forks": forks,
        "marks": marks, "folded": folded, "held": list("held"), "invalid": list("invalid"),
        "quarantined": list("quarantined"), "unknown": list("unknown"),
    })
}

fn entity(
    history: &History,
    standings: &BTreeMap<OpId, Standing>,
    name: &str,
    folded: &[(&'static Entry, View)],
) -> Json {
    let view = &folded[0].1;
    let ops = history.ops.iter().map(|o| &o.0).filter(|op| op.ent == Some(view.id));
    let present = kinds_of(ops.map(|op| (op, &standings[&op.id])));
    let mut kinds = Map::new();
    for (entry, view) in folded.iter().filter(|f| present.contains_key(&f.0.kind.number)) {
        let mut fields = Map::new();
        for (number, shown) in view.fields.iter().filter(|f| *f.0 != JUDGED) {
            let name = entry.field_numbered(*number).map_or("", |f| f.name);
            fields.insert(name.to_owned(), field(history, entry, name, shown));
        }
        kinds.insert(entry.kind.name.to_owned(), Json::Object(fields));
    }
    let mut out = json!({"ops": view.ops, "heads": ids(&view.heads), "kinds": kinds});
    if !view.newer_program.is_empty() {
        out["newer-program"] = ids(&view.newer_program);
    }
    if !view.in_quarantine.is_empty() {
        out["in-quarantine"] = ids(&view.in_quarantine);
    }
    debug_assert!(!name.is_empty());
    out
}

fn field(history: &History, entry: &Entry, name: &str, shown: &FieldView) -> Json {
    let value = match &shown.state {
        FieldState::Set(value) => value_of(history, entry, name, value),
        FieldState::None | FieldState::Undetermined => Json::Null,
    };
    let mut out = match (entry.kind.name, name) {
        ("doc", "tags" | "notes") => json!({ "value": value }),
        ("doc", "n") => json!({"value": value, "ops": shown.writes}),
        ("site", "move") => {
            let unsure: Vec<OpId> = shown.aside.iter().map(|a| a.op).collect();
            json!({"since": value, "unsure": ids(&unsure)})
        }
        _ => {
            let status = match shown.state {
                FieldState::None => "none",
                FieldState::Set(_) => "set",
                FieldState::Undetermined => "undetermined",
            };
            let aside: Vec<Json> =
                shown.aside.iter().map(|a| json!([hex(&a.op), a.reason])).collect();
            json!({
                "status": status, "value": value, "heads": ids(&shown.heads),
                "winners": ids(&shown.winners), "stood": ids(&shown.stood), "aside": aside,
            })
        }
    };
    if !shown.incomplete.is_empty() {
        out["incomplete"] = ids(&shown.incomplete);
    }
    out
}

fn value_of(history: &History, entry: &Entry, name: &str, value: &Value) -> Json {
    match (entry.kind.name, name) {
        (_, "state") => {
            let state = entry.states.iter().find(|s| Some(i64::from(s.0)) == value.as_int());
            json!(state.map(|s| s.1))
        }
        ("road", _) => {
            json!(CAUTION.iter().find(|c| Some(i64::from(c.0)) == value.as_int()).map(|c| c.1))
        }
        (_, "keeper") => json!(value.as_bytes().and_then(|b| history.names.get(b))),
        _ => plain(value),
    }
}

fn plain(value: &Value) -> Json {
    match value {
        Value::Bytes(b) => json!(OpId::from_slice(b).map(|id| hex(&id))),
        Value::Int(i) => json!(i64::try_from(*i).unwrap_or_default()),
        Value::Text(t) => json!(t),
        Value::List(l) => Json::Array(l.iter().map(plain).collect()),
        Value::Bool(b) => json!(b),
        Value::Null | Value::Map(_) => Json::Null,
    }
}

/// Model ids are the first 16 bytes.
fn hex(id: &OpId) -> String {
    id.to_string()[..32].to_owned()
}

fn ids(ids: &[OpId]) -> Json {
    Json::Array(ids.iter().map(|id| json!(hex(id))).collect())
}

/// The effective levels of all places, as a view over the folds.
fn effective(history: &History, views: &Views) -> Json {
    let mut by_disaster: BTreeMap<&str, Vec<(&str, Covering)>> = BTreeMap::new();
    for (name, folded) in views {
        let level = folded.iter().find(|f| f.0.kind.name == "level");
        let set = level.and_then(|(entry, view)| view.get(entry.field("level")?.number));
        let (Some(value), Some((at, disaster))) = (set, name.split_once('/')) else { continue };
        let parts = value.as_list().unwrap_or_default();
        let level = parts.first().and_then(Value::as_int).unwrap_or(0);
        let covers = parts.get(1).and_then(Value::as_list).unwrap_or_default();
        let covers = covers.iter().filter_map(Value::as_text).map(place).collect();
        let covering = Covering { place: place(at), level, covers };
        by_disaster.entry(disaster).or_default().push((at, covering));
    }
    let mut out = Map::new();
    for (disaster, levels) in by_disaster {
        let of_levels = levels.iter().map(|l| l.0);
        let places: BTreeSet<&str> =
            history.tree.keys().map(String::as_str).chain(of_levels).collect();
        let covering: Vec<Covering> = levels.iter().map(|l| l.1.clone()).collect();
        for at in places {
            let mut up: Vec<&str> = vec![at];
            let above = |p: &str| history.tree.get(p).and_then(Option::as_deref);
            while let Some(next) = up.last().and_then(|p| above(p)).filter(|p| !up.contains(p)) {
                up.push(next);
            }
            let up: Vec<PlaceCode> = up.into_iter().map(place).collect();
            if let Some(best) = effective_level(&up, &covering).filter(|b| *b > 0) {
                out.insert(format!("{at}/{disaster}"), json!(best));
            }
        }
    }
    Json::Object(out)
}
