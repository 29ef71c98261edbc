//! What a fold decided about one entity: per field a value, who won, and what was set aside.

use std::collections::BTreeMap;

use kernel::{EntityId, Kind, OpId, Ref};

use crate::value::Value;

/// How far a field is known.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum FieldState {
    /// Nobody wrote it: unknown.
    #[default]
    None,
    /// One value holds.
    Set(Value),
    /// Writers of equal authority differ and nothing stood before: unknown until a person settles
    /// it.
    Undetermined,
}

/// A write that did not win, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Aside {
    /// The op that wrote it.
    pub op: OpId,
    /// The value it stands for.
    pub value: Value,
    /// `concurrent`, `after-verification`, `broken-edge`, …
    pub reason: &'static str,
}

/// One field as folded.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct FieldView {
    /// Value or unknown.
    pub state: FieldState,
    /// Writes that no other write replaces.
    pub heads: Vec<OpId>,
    /// Heads of the value that holds.
    pub winners: Vec<OpId>,
    /// Writes of the value that stood, where it holds against the heads.
    pub stood: Vec<OpId>,
    /// Heads that did not win.
    pub aside: Vec<Aside>,
    /// Ops without a body here that may have replaced it.
    pub incomplete: Vec<OpId>,
    /// Those of `incomplete` whose bodies are personal (class 2–3): some nodes never hold them.
    pub withheld: Vec<OpId>,
    /// How many ops wrote it.
    pub writes: u32,
    /// Whether an op of class 0–1 wrote it; else it is personal throughout.
    pub open: bool,
    /// Whether an op of class 2–3 wrote it: what it holds may be personal.
    pub personal: bool,
}

/// One entity as folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub id: EntityId,
    /// Fields by number, only those that somebody wrote.
    pub fields: BTreeMap<u8, FieldView>,
    /// Ops about the entity that no other op has seen: what a new op names as seen.
    pub heads: Vec<OpId>,
    /// How many ops were folded.
    pub ops: u32,
    /// Ops of types that this program does not know: they carry order and write nothing here.
    pub newer_program: Vec<OpId>,
    /// Quarantined ops about it, for a person to adopt or dismiss.
    pub in_quarantine: Vec<OpId>,
    /// Ops that name an op which is not here.
    pub basis_missing: Vec<OpId>,
    /// Ops that name each other in a circle: what they name there counts for nothing.
    pub on_cycle: Vec<OpId>,
}

impl View {
    /// A thing nobody wrote about yet.
    pub fn empty(kind: Kind, id: EntityId) -> Self {
        View {
            kind,
            id,
            fields: BTreeMap::new(),
            heads: Vec::new(),
            ops: 0,
            newer_program: Vec::new(),
            in_quarantine: Vec::new(),
            basis_missing: Vec::new(),
            on_cycle: Vec::new(),
        }
    }

    /// Whether anybody wrote about it.
    pub fn exists(&self) -> bool {
        self.ops > 0
    }

    /// A reference to it.
    pub fn reference(&self) -> Ref {
        Ref::new(self.kind.name, self.id)
    }

    /// The value of a field that holds; `None` where unknown or undetermined.
    pub fn get(&self, number: u8) -> Option<&Value> {
        match self.fields.get(&number).map(|f| &f.state) {
            Some(FieldState::Set(value)) => Some(value),
            _ => None,
        }
    }

    /// Whole number in a field; `None` where unknown.
    pub fn int(&self, number: u8) -> Option<i64> {
        self.get(number)?.as_int()
    }

    /// Text in a field; `None` where unknown.
    pub fn text(&self, number: u8) -> Option<&str> {
        self.get(number)?.as_text()
    }

    /// Whether these are the ops that it rests on at this moment: who saw them saw it as it stands.
    pub fn rests_on(&self, seen: &[OpId]) -> bool {
        let sorted = |ops: &[OpId]| {
            let mut ops = ops.to_vec();
            ops.sort();
            ops
        };
        sorted(seen) == sorted(&self.heads)
    }

    /// The reference in a field; `None` where unknown or damaged.
    pub fn reference_in(&self, number: u8) -> Option<Ref> {
        self.text(number)?.parse().ok()
    }

    /// How many heads are set aside in all fields: open disputes.
    pub fn disputes(&self) -> usize {
        self.fields.values().map(|f| f.aside.len()).sum()
    }
}
