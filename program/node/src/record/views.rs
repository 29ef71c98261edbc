//! Every folded state of the node, with an index by facet: what lists and look-ups read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kernel::{EntityId, Hash32, Ref};
use ledger::entity::PLACE;
use ledger::{Entry, Shape, Value, View};

use super::Writer;

/// States by kind and id, and ids by facet.
#[derive(Default)]
pub struct Views {
    by_kind: BTreeMap<&'static str, BTreeMap<EntityId, Arc<View>>>,
    by_facet: BTreeMap<(&'static str, String, String), BTreeSet<EntityId>>,
}

impl Views {
    pub(super) fn load(writer: &mut Writer) -> Views {
        let mut views = Views::default();
        for (entry, view, facets) in writer.each_view(|entry, view| {
            let facets = facets(entry, &view);
            (entry, view, facets)
        }) {
            views.add(entry, Arc::new(view), facets);
        }
        views
    }

    /// Puts a view where none was.
    pub(super) fn add(
        &mut self,
        entry: &'static Entry,
        view: Arc<View>,
        facets: Vec<(String, String)>,
    ) {
        let kind = entry.kind.name;
        for (name, value) in facets {
            self.by_facet.entry((kind, name, value)).or_default().insert(view.id);
        }
        self.by_kind.entry(kind).or_default().insert(view.id, view);
    }

    /// The view of an entity; `None` where nobody wrote about it.
    pub fn get(&self, kind: &str, id: &EntityId) -> Option<&Arc<View>> {
        self.by_kind.get(kind)?.get(id)
    }

    /// All views of a kind by id.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Arc<View>> {
        self.by_kind.get(kind).into_iter().flat_map(BTreeMap::values)
    }

    /// Views of a kind whose facet has a value.
    pub fn find(&self, kind: &str, facet: &str, value: &str) -> Vec<Arc<View>> {
        let Some((kind, all)) = self.by_kind.get_key_value(kind) else { return Vec::new() };
        let ids = self.by_facet.get(&(*kind, facet.to_owned(), value.to_owned()));
        ids.into_iter().flatten().filter_map(|id| all.get(id).cloned()).collect()
    }

    /// Every view.
    pub fn all(&self) -> impl Iterator<Item = &Arc<View>> {
        self.by_kind.values().flat_map(BTreeMap::values)
    }

    /// `views`: BLAKE3 over the canonical dump of all states and disputes, in the order of kind and
    /// id, without what only ops of class 2 and 3 say. Source: house, decision 18.
    pub fn digest(&self) -> Hash32 {
        let mut all: Vec<&Arc<View>> = self.all().collect();
        all.sort_by_key(|v| (v.kind.number, v.id));
        let mut dump = Vec::new();
        for view in all {
            let bytes = view.encode_open();
            dump.extend_from_slice(&view.kind.number.to_be_bytes());
            dump.extend_from_slice(&view.id.0);
            dump.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
            dump.extend_from_slice(&bytes);
        }
        kernel::hash(&dump)
    }

    /// Puts a view in place of what was there.
    pub fn put(&mut self, entry: &'static Entry, view: Arc<View>) {
        let kind = entry.kind.name;
        if let Some(old) = self.by_kind.get(kind).and_then(|all| all.get(&view.id)).cloned() {
            for (name, value) in facets(entry, &old) {
                if let Some(ids) = self.by_facet.get_mut(&(kind, name, value)) {
                    ids.remove(&view.id);
                }
            }
        }
        let facets = facets(entry, &view);
        self.add(entry, view, facets);
    }
}

/// What is searchable of a view: state, place, references and codes; nothing that is personal.
pub fn facets(entry: &Entry, view: &View) -> Vec<(String, String)> {
    let mut facets = Vec::new();
    if let Some(state) = entry.state_of(view) {
        facets.push(("state".to_owned(), state.to_owned()));
    }
    for field in entry.fields {
        if view.fields.get(&field.number).is_some_and(|f| f.personal) {
            continue;
        }
        let Some(value) = view.get(field.number) else { continue };
        match (&field.shape, value) {
            (Shape::Ref(_), Value::Text(text)) if text.parse::<Ref>().is_ok() => {
                facets.push((field.name.to_owned(), text.clone()));
            }
            (Shape::Place, Value::Int(_)) if field.number == PLACE => {
                if let Some(text) = field.shape.show(value).as_str() {
                    facets.push(("place".to_owned(), text.to_owned()));
                }
            }
            (Shape::Code(_), Value::Int(_)) if field.number != ledger::entity::VERB => {
                if let Some(text) = field.shape.show(value).as_str() {
                    facets.push((field.name.to_owned(), text.to_owned()));
                }
            }
            (Shape::Text(max), Value::Text(text)) if *max <= 64 => {
                facets.push((field.name.to_owned(), text.clone()));
            }
            _ => {}
        }
    }
    facets.sort();
    facets
}
