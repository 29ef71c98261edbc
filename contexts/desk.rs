//! A desk to try checks at: an officer, other entities by hand, and who wrote which field.
//!
//! For tests of the contexts only. It folds nothing: a view is what the test says it is.

// Each context's tests use a part of it.
#![allow(dead_code)]

use std::collections::BTreeMap;

use kernel::{EntityId, OpId, PlaceCode, Ref, UnixMillis};
use ledger::{Actor, Command, Ctx, Entity, FieldState, FieldView, Lookup, Refusal, Value, View};
use serde_json::Value as Json;

/// A county duty officer's desk.
pub struct Desk {
    /// Who acts.
    pub actor: Actor,
    views: BTreeMap<String, View>,
    authors: BTreeMap<OpId, String>,
}

impl Desk {
    /// The desk of this account.
    pub fn of(account: &str) -> Self {
        let actor = Actor {
            account: account.to_owned(),
            person: None,
            organisation: None,
            place: PlaceCode(990_102_000_000),
            rank: 40,
            roles: Vec::new(),
            acts: Vec::new(),
        };
        Desk { actor, views: BTreeMap::new(), authors: BTreeMap::new() }
    }

    /// Another entity that checks may look up.
    pub fn knows(mut self, view: View) -> Self {
        self.views.insert(view.reference().to_string(), view);
        self
    }

    /// The field of this number was written by this account.
    pub fn wrote(mut self, field: u8, account: &str) -> Self {
        self.authors.insert(op_of(field), account.to_owned());
        self
    }

    /// What the entity says of the command, after its arguments fitted their shapes.
    pub fn check<E: Entity>(&self, view: &View, verb: &str, args: Json) -> Result<(), Refusal> {
        let args = args.as_object().expect("arguments are an object").clone();
        for (name, value) in &args {
            let field = E::FIELDS.iter().find(|f| f.name == name).expect("a known field");
            field.shape.read(name, value).expect("arguments fit their shapes");
        }
        let entity = E::KIND.name.to_owned();
        let command = Command { entity, id: None, verb: verb.to_owned(), args, seen: None };
        let author = |op: &OpId| self.authors.get(op).cloned();
        let now = UnixMillis(1_784_774_700_000);
        let cx = Ctx { actor: &self.actor, now, lookup: self, author: &author };
        E::check(view, &command, &cx)
    }

    /// The code of the refusal; empty where the command passes.
    pub fn refusal<E: Entity>(&self, view: &View, verb: &str, args: Json) -> String {
        self.check::<E>(view, verb, args).err().map(|r| r.code).unwrap_or_default()
    }
}

impl Lookup for Desk {
    fn view(&self, what: &Ref) -> View {
        let unknown = || View::empty(kernel::Kind { number: 0, name: "unknown" }, what.id);
        self.views.get(&what.to_string()).cloned().unwrap_or_else(unknown)
    }

    fn find(&self, kind: &str, _facet: &str, _value: &str) -> Vec<Ref> {
        self.views.values().filter(|v| v.kind.name == kind).map(View::reference).collect()
    }

    fn is_under(&self, place: PlaceCode, above: PlaceCode) -> bool {
        place.to_string().starts_with(above.to_string().trim_end_matches('0'))
    }
}

fn op_of(field: u8) -> OpId {
    OpId([field; 32])
}

/// A view with this state and these fields, as if one op had written each.
pub fn view<E: Entity>(id: u8, state: Option<&str>, fields: &[(&str, Json)]) -> View {
    let mut view = View::empty(E::KIND, EntityId([id; 10]));
    view.ops = 1;
    let mut put = |number: u8, value: Value| {
        let op = op_of(number);
        let field = FieldView {
            state: FieldState::Set(value),
            heads: vec![op],
            winners: vec![op],
            ..FieldView::default()
        };
        view.fields.insert(number, field);
    };
    if let Some(state) = state {
        let number = E::STATES.iter().find(|s| s.1 == state).expect("a known state").0;
        put(ledger::entity::VERB, i64::from(number).into());
    }
    for (name, json) in fields {
        let field = E::FIELDS.iter().find(|f| f.name == *name).expect("a known field");
        let value = field.shape.read(name, json).expect("a value of its shape");
        let body = BTreeMap::from([(u64::from(field.number), value)]);
        for (number, value) in E::writes(&body) {
            put(number, value);
        }
    }
    view
}
