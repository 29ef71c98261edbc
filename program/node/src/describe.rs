//! Kinds and entities as the API shows them; forms, buttons and timelines read nothing else.

use kernel::{OpId, PlaceCode, UnixMillis, UnixSeconds};
use ledger::entity::VERB;
use ledger::{Actor, Entry, FieldState, FieldView, Shape, Value, View};
use serde_json::{Map, Value as Json, json};

use crate::check::may;
use crate::labels::Labels;

/// What is known of one op beside its content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpInfo {
    /// Account it names, where the person is known here.
    pub account: Option<String>,
    /// The person's name or the key.
    pub by: String,
    /// Unit in whose name.
    pub place: PlaceCode,
    /// When it happened, by its author.
    pub happened_at: Option<UnixSeconds>,
    /// When its author learned it.
    pub observed_at: Option<UnixSeconds>,
    /// Signed stamp.
    pub entered_at: UnixMillis,
    /// When this node got it.
    pub received_at: UnixMillis,
    /// Verb number.
    pub verb: Option<u8>,
}

/// Who knows ops by id.
pub trait Ops {
    /// What is known of an op; `None` where it is not here.
    fn info(&self, id: &OpId) -> Option<OpInfo>;
}

/// A kind as forms and lists need it.
pub fn kind(entry: &Entry, labels: &Labels) -> Json {
    let word = |path: String| {
        let text = labels.word(&path);
        (text.zh, text.en)
    };
    let named = |name: &str, path: String| {
        let (zh, en) = word(path);
        json!({"name": name, "zh": zh, "en": en})
    };
    let states: Vec<Json> =
        entry.states.iter().map(|s| named(s.1, format!("state.{}", s.1))).collect();
    let verbs = entry.verbs.iter().map(|v| {
        let mut verb = named(v.name, format!("verb.{}", v.name));
        verb["needs"] = json!(v.needs);
        verb["may"] = json!(v.may);
        verb
    });
    let edges = entry.edges.iter().map(|e| {
        json!({"from": e.from, "verb": e.verb, "to": e.to, "grant": e.grant, "source": e.source})
    });
    let fields = entry.fields.iter().map(|f| {
        let mut field = named(f.name, format!("field.{}", f.name));
        field["number"] = json!(f.number);
        field["shape"] = f.shape.describe();
        if let Shape::Code(codes) = f.shape {
            let code = |c: &(u8, &str)| {
                (c.1.to_owned(), json!(labels.word(&format!("code.{}.{}", f.name, c.1))))
            };
            field["codes"] = Json::Object(codes.iter().map(code).collect());
        }
        field
    });
    let refusals = labels.paths().filter_map(|p| {
        let code = p.strip_prefix("refusal.")?;
        Some((code.to_owned(), json!(labels.word(p))))
    });
    // Parts of records and their codes, so that a form can be made of them too.
    let under = |prefix: &'static str| {
        let found = labels.paths().filter_map(move |p| p.strip_prefix(prefix));
        found
            .map(|rest| (rest.to_owned(), json!(labels.word(&format!("{prefix}{rest}")))))
            .collect::<Map<_, _>>()
    };
    json!({
        "kind": entry.kind.name,
        "context": entry.context,
        "parts": under("part."),
        "codes": under("code."),
        "name": labels.word("entity.name"),
        "states": states,
        "verbs": verbs.collect::<Vec<_>>(),
        "edges": edges.collect::<Vec<_>>(),
        "fields": fields.collect::<Vec<_>>(),
        "refusals": refusals.collect::<Map<_, _>>(),
    })
}

/// Body key of the account's name in a thing that is a person.
const ACCOUNT: u8 = directory::person::ACCOUNT;

/// Whether an actor may read what is personal of a thing: who keeps the directory, and the person
/// themselves. Source: screens, withheld; PIPL.
pub fn may_read_personal(view: &View, actor: Option<&Actor>) -> bool {
    actor.is_some_and(|a| {
        let own = view.kind.name == "person" && view.text(ACCOUNT) == Some(a.account.as_str());
        own || may(a, "directory.keep")
    })
}

/// An entity as folded, with what stands beside each value and what the actor may do; what is
/// personal is withheld from whoever may not read it.
pub fn entity(entry: &Entry, view: &View, ops: &dyn Ops, actor: Option<&Actor>) -> Json {
    let reads = may_read_personal(view, actor);
    let mut fields = Map::new();
    let (mut created, mut changed) = (None::<UnixMillis>, None::<UnixMillis>);
    for (number, field) in &view.fields {
        let Some(declared) = entry.field_numbered(*number) else { continue };
        let shape = state_aware(entry, *number, declared.shape);
        let shown = match field.personal && !reads {
            true => withheld(field),
            false => one_field(field, &shape, ops),
        };
        for op in field.heads.iter().chain(&field.stood) {
            if let Some(info) = ops.info(op) {
                created = Some(created.map_or(info.entered_at, |c| c.min(info.entered_at)));
                changed = Some(changed.map_or(info.entered_at, |c| c.max(info.entered_at)));
            }
        }
        fields.insert(declared.name.to_owned(), shown);
    }
    json!({
        "kind": view.kind.name,
        "id": view.id,
        "ref": view.reference(),
        "name": name_for(entry, view, reads),
        "state": entry.state_of(view),
        "fields": fields,
        "heads": view.heads,
        "disputes": view.disputes(),
        "acts": actor.map_or_else(Vec::new, |a| acts(entry, view, a)),
        "created_at": created,
        "changed_at": changed,
    })
}

/// The state field holds a state's number: it shows as the state's name.
fn state_aware(entry: &Entry, number: u8, shape: Shape) -> Shape {
    if number == VERB { Shape::Code(entry.states) } else { shape }
}

fn withheld(field: &FieldView) -> Json {
    json!({
        "status": "withheld", "value": null, "winners": field.winners, "aside": [],
        "incomplete": field.incomplete,
    })
}

/// A value as its shape says; of a series, each entry beside the op that wrote it.
fn show_entries(shape: &Shape, value: &Value) -> Json {
    let one_value = matches!(shape, Shape::List(..) | Shape::Position | Shape::Area | Shape::Any);
    let entry = |item: &Value| match item {
        Value::List(pair) if pair.len() == 2 => {
            Some(json!([ledger::shape::plain(&pair[0]), shape.show(&pair[1])]))
        }
        _ => None,
    };
    let entries = match value {
        Value::List(items) if !one_value => items.iter().map(entry).collect::<Option<Vec<_>>>(),
        _ => None,
    };
    entries.map_or_else(|| shape.show(value), Json::Array)
}

fn one_field(field: &FieldView, shape: &Shape, ops: &dyn Ops) -> Json {
    let (status, value) = match &field.state {
        FieldState::None => ("none", Json::Null),
        FieldState::Set(value) => ("set", show_entries(shape, value)),
        FieldState::Undetermined => ("undetermined", Json::Null),
    };
    let aside = field.aside.iter().map(|a| {
        let info = ops.info(&a.op).unwrap_or_default();
        json!({
            "op": a.op, "value": shape.show(&a.value), "reason": a.reason, "by": info.by,
            "place": info.place, "observed_at": info.observed_at, "received_at": info.received_at,
        })
    });
    let mut shown = json!({
        "status": status, "value": value, "winners": field.winners,
        "aside": aside.collect::<Vec<_>>(), "incomplete": field.incomplete,
    });
    if let Some(info) = crate::figure::winner(field).and_then(|op| ops.info(op)) {
        shown["by"] = json!(info.by);
        shown["post"] = json!(info.account);
        shown["place"] = json!(info.place);
        shown["happened_at"] = json!(info.happened_at);
        shown["observed_at"] = json!(info.observed_at);
        shown["entered_at"] = json!(info.entered_at);
        shown["received_at"] = json!(info.received_at);
    }
    shown
}

/// What a thing is called: its title, name or number, where it has one that is not personal.
pub fn name(entry: &Entry, view: &View) -> Option<String> {
    name_for(entry, view, false)
}

fn name_for(entry: &Entry, view: &View, reads: bool) -> Option<String> {
    ["title", "name", "headline", "number", "identifier"].iter().find_map(|n| {
        let number = entry.field(n)?.number;
        let shows = reads || view.fields.get(&number).is_some_and(|f| !f.personal);
        shows.then(|| view.text(number)).flatten().map(str::to_owned)
    })
}

/// Steps that leave the present state: which the actor may take, and what forbids the others.
fn acts(entry: &Entry, view: &View, actor: &Actor) -> Vec<Json> {
    let now = entry.state_of(view);
    let edges = entry.edges.iter().filter(|e| e.from == now);
    edges
        .map(|e| {
            let allowed = may(actor, e.grant);
            json!({
                "verb": e.verb, "to": e.to, "grant": e.grant, "allowed": allowed,
                "refusal": if allowed { Json::Null } else { json!("no-right") },
            })
        })
        .collect()
}
