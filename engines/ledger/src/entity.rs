//! What an entity declares to the ledger, and what a command may know.
//!
//! An entity is data: numbered fields with shapes and rules, verbs and edges, op types with topic
//! and lane. Its fold, form, timeline and generic checks follow from that; it adds only what is its
//! own.

use std::collections::BTreeMap;

use kernel::{EntityId, Kind, OpId, PlaceCode, Ref, UnixMillis};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::rule::Rule;
use crate::shape::{Shape, ShapeError};
use crate::value::Value;
use crate::view::View;

/// Body key of the verb.
pub const VERB: u8 = 4;
/// Body key of `happened_at`.
pub const HAPPENED_AT: u8 = 1;
/// Body key of the position.
pub const POSITION: u8 = 2;
/// Body key of the place the thing lies in.
pub const PLACE: u8 = 3;
/// Body key of free text.
pub const NOTE: u8 = 9;
/// Body key of `observed_at`.
pub const OBSERVED_AT: u8 = 10;
/// Body key of the radius of the position, metres.
pub const RADIUS_M: u8 = 11;
/// Type code of `settle`: a person settles a dispute. Body: 12 kind number, 13 {field: value}.
pub const SETTLE_CODE: u32 = 60;

/// What an op's content is, for who may read it. Source: house, sync §2 key 13.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataClass {
    /// Open to anyone.
    Open = 0,
    /// Inside the service.
    Internal = 1,
    /// Personal: encrypted in the record.
    Personal = 2,
    /// Sensitive personal (health, minors): encrypted in the record.
    Sensitive = 3,
}

/// Urgency of a log: a lane never waits for another lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Life safety.
    LifeSafety = 0,
    /// Command.
    Command = 1,
    /// Relief.
    Relief = 2,
    /// Routine.
    Routine = 3,
}

/// What a log is about, for who pulls it. Source: sync §3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Topic {
    Keys = 1,
    Incidents = 2,
    Tasks = 3,
    Stock = 4,
    Registers = 5,
    Orders = 6,
    Warnings = 7,
    Hazards = 8,
    Teams = 9,
    Documents = 10,
    Receipts = 11,
    Audit = 12,
}

/// One sort of op an entity writes: a code is one kind in one lane, open or personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpType {
    /// Type code, without the version.
    pub code: u32,
    /// Version of the body.
    pub version: u8,
    /// Topic of its log.
    pub topic: Topic,
    /// Lane of its log.
    pub lane: Lane,
    /// Class of its body.
    pub class: DataClass,
}

impl OpType {
    /// The header's type: code × 16 + version.
    pub const fn header_type(&self) -> u32 {
        self.code * 16 + self.version as u32
    }
}

/// A field of an entity.
pub struct Field {
    /// Body key and lasting number; [`VERB`] is the state, 12 and up are the entity's own.
    pub number: u8,
    /// snake_case name, with the unit where the shape has none.
    pub name: &'static str,
    /// What it may hold.
    pub shape: Shape,
    /// How concurrent writes of it are decided.
    pub rule: &'static dyn Rule,
}

/// A verb: what a person does to a thing.
#[derive(Clone, Copy, Debug)]
pub struct Verb {
    /// Number in body key 4, lasting.
    pub number: u8,
    /// Imperative: `issue`, `accept`.
    pub name: &'static str,
    /// Which of the entity's op types it is written as (index in `OPS`).
    pub op: usize,
    /// Fields it must bring.
    pub needs: &'static [&'static str],
    /// Fields it may bring.
    pub may: &'static [&'static str],
}

/// A row of the state table: from, verb, to, who may, on what ground.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// State it leaves; `None`: the thing is not there yet.
    pub from: Option<&'static str>,
    /// Verb of the step.
    pub verb: &'static str,
    /// State it leads to; `None`: the state stays and is not written.
    pub to: Option<&'static str>,
    /// The act a person needs the right for, such as `response.decide`.
    pub grant: &'static str,
    /// Law, plan or house rule the row comes from.
    pub source: &'static str,
}

impl OpType {
    /// Version 1 of a code.
    pub const fn v1(code: u32, topic: Topic, lane: Lane, class: DataClass) -> Self {
        OpType { code, version: 1, topic, lane, class }
    }
}

impl Field {
    /// A field of the entity's own, number 12 and up, or a shared one with another rule.
    pub const fn new(
        number: u8,
        name: &'static str,
        shape: Shape,
        rule: &'static dyn Rule,
    ) -> Self {
        Field { number, name, shape, rule }
    }

    /// A field under the default rule.
    pub const fn ranked(number: u8, name: &'static str, shape: Shape) -> Self {
        Field { number, name, shape, rule: &crate::rule::Rank }
    }

    /// The state: in a body the verb's number, in a view the state's.
    pub const fn state(rule: &'static dyn Rule) -> Self {
        Field { number: VERB, name: "state", shape: Shape::Any, rule }
    }

    /// When it happened, as people say.
    pub const fn happened_at() -> Self {
        Field::ranked(HAPPENED_AT, "happened_at", Shape::Instant)
    }

    /// When the author learned it.
    pub const fn observed_at() -> Self {
        Field::ranked(OBSERVED_AT, "observed_at", Shape::Instant)
    }

    /// Where it is.
    pub const fn position() -> Self {
        Field::ranked(POSITION, "position", Shape::Position)
    }

    /// How far the position may be off, metres.
    pub const fn radius_m() -> Self {
        let shape = Shape::Int { min: 0, max: 100_000, unit: "m" };
        Field::ranked(RADIUS_M, "radius_m", shape)
    }

    /// The unit it lies in.
    pub const fn place() -> Self {
        Field::ranked(PLACE, "place", Shape::Place)
    }

    /// Remarks: each stands, nobody's replaces another's.
    pub const fn note() -> Self {
        Field::new(NOTE, "note", Shape::Text(4_000), &crate::rule::Series)
    }
}

impl Verb {
    /// A verb with its number, the op type it is written as, what it must and what it may bring.
    pub const fn new(
        number: u8,
        name: &'static str,
        op: usize,
        needs: &'static [&'static str],
        may: &'static [&'static str],
    ) -> Self {
        Verb { number, name, op, needs, may }
    }
}

impl Edge {
    /// A row of the state table.
    pub const fn new(
        from: Option<&'static str>,
        verb: &'static str,
        to: Option<&'static str>,
        grant: &'static str,
        source: &'static str,
    ) -> Self {
        Edge { from, verb, to, grant, source }
    }
}

/// An entity: one folder, one line in the registry.
pub trait Entity: 'static {
    /// Kind: number and folder name.
    const KIND: Kind;
    /// Op types it writes; the first is the one for verbs that name none.
    const OPS: &'static [OpType];
    /// States with lasting numbers from 1.
    const STATES: &'static [(u8, &'static str)];
    /// Verbs.
    const VERBS: &'static [Verb];
    /// State table.
    const EDGES: &'static [Edge];
    /// Fields; the one numbered [`VERB`] is the state.
    const FIELDS: &'static [Field];
    /// `labels.toml` of the folder.
    const LABELS: &'static str;
    /// `samples.json` of the folder: a list of `{title, ops: [{verb, args}]}` as they happen in
    /// real plans.
    const SAMPLES: &'static str;

    /// What an op body writes: field number → value. What does not fit writes nothing.
    fn writes(body: &BTreeMap<u64, Value>) -> Writes {
        writes_by_shape(Self::FIELDS, body)
    }

    /// What the entity itself asks of a command after edges, shapes and rights passed.
    ///
    /// # Errors
    /// A [`Refusal`] says what is missing and what would make it allowed.
    fn check(_view: &View, _command: &Command, _cx: &Ctx<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    /// The id a new thing of this kind gets from the command's fields; `None`: a random one.
    fn public_code(_args: &Map<String, Json>) -> Option<String> {
        None
    }
}

/// Field numbers with the values an op body writes.
pub type Writes = Vec<(u8, Value)>;

/// Every field whose key is in the body and whose value fits its shape.
pub fn writes_by_shape(fields: &[Field], body: &BTreeMap<u64, Value>) -> Writes {
    let write = |field: &Field| {
        let value = body.get(&u64::from(field.number))?;
        let fits = field.number == VERB || field.shape.fits(value);
        fits.then(|| (field.number, value.clone()))
    };
    fields.iter().filter_map(write).collect()
}

/// What every room sees of an entity, its types erased: one line of the registry.
#[derive(Clone, Copy)]
pub struct Entry {
    /// Kind.
    pub kind: Kind,
    /// Context folder it lives in.
    pub context: &'static str,
    /// Op types.
    pub ops: &'static [OpType],
    /// States.
    pub states: &'static [(u8, &'static str)],
    /// Verbs.
    pub verbs: &'static [Verb],
    /// State table.
    pub edges: &'static [Edge],
    /// Fields.
    pub fields: &'static [Field],
    /// `labels.toml`.
    pub labels: &'static str,
    /// `samples.json`.
    pub samples: &'static str,
    /// See [`Entity::writes`].
    pub writes: fn(&BTreeMap<u64, Value>) -> Writes,
    /// See [`Entity::check`].
    pub check: fn(&View, &Command, &Ctx<'_>) -> Result<(), Refusal>,
    /// See [`Entity::public_code`].
    pub public_code: fn(&Map<String, Json>) -> Option<String>,
}

impl Entry {
    /// The registry line of an entity.
    pub const fn of<E: Entity>(context: &'static str) -> Entry {
        Entry {
            kind: E::KIND,
            context,
            ops: E::OPS,
            states: E::STATES,
            verbs: E::VERBS,
            edges: E::EDGES,
            fields: E::FIELDS,
            labels: E::LABELS,
            samples: E::SAMPLES,
            writes: E::writes,
            check: E::check,
            public_code: E::public_code,
        }
    }

    /// The verb of this name.
    pub fn verb(&self, name: &str) -> Option<&'static Verb> {
        self.verbs.iter().find(|v| v.name == name)
    }

    /// The verb with this number.
    pub fn verb_numbered(&self, number: u8) -> Option<&'static Verb> {
        self.verbs.iter().find(|v| v.number == number)
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// The field with this number.
    pub fn field_numbered(&self, number: u8) -> Option<&'static Field> {
        self.fields.iter().find(|f| f.number == number)
    }

    /// Whether a header type (code × 16 + version) is one of this entity's.
    pub fn owns(&self, header_type: u32) -> bool {
        self.ops.iter().any(|o| o.code == header_type / 16)
    }

    /// The state of a view by name; `None`: not there, or undetermined.
    pub fn state_of(&self, view: &View) -> Option<&'static str> {
        let number = view.int(VERB)?;
        self.states.iter().find(|s| i64::from(s.0) == number).map(|s| s.1)
    }

    /// Rows of the state table that leave the view's present state by `verb`.
    pub fn edges_from(&self, view: &View, verb: &str) -> Vec<&'static Edge> {
        let now = self.state_of(view);
        self.edges.iter().filter(|e| e.verb == verb && e.from == now).collect()
    }
}

/// Who acts: an account of a post at this node, with what its certificates are worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Account, such as `county.duty`.
    pub account: String,
    /// The person's entity.
    pub person: Option<Ref>,
    /// The organisation acted for.
    pub organisation: Option<Ref>,
    /// Unit in whose name the acts are.
    pub place: PlaceCode,
    /// Rank of the post's certificate. Source: house, decision 10.
    pub rank: u8,
    /// Roles of the certificate: `issue`, `owner`, `road`, `expert`, `response`.
    pub roles: Vec<String>,
    /// Acts the post may do here.
    pub acts: Vec<String>,
}

/// The post that an account is.
pub fn post_of(account: &str) -> Ref {
    Ref::new("post", EntityId::from_code("post", account))
}

/// What a person asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// Kind's folder name.
    pub entity: String,
    /// Which one; `None`: a new one.
    #[serde(default)]
    pub id: Option<EntityId>,
    /// Verb.
    pub verb: String,
    /// Fields by name.
    #[serde(default)]
    pub args: Map<String, Json>,
    /// Heads the person saw; `None`: those of this node now.
    #[serde(default)]
    pub seen: Option<Vec<OpId>>,
}

/// What `check` may ask of other entities.
pub trait Lookup {
    /// The folded view, empty where nobody wrote.
    fn view(&self, what: &Ref) -> View;
    /// Entities of a kind by a facet's value.
    fn find(&self, kind: &str, facet: &str, value: &str) -> Vec<Ref>;
    /// Whether `place` is `above` or lies under it.
    fn is_under(&self, place: PlaceCode, above: PlaceCode) -> bool;
}

/// All that `check` can know.
pub struct Ctx<'a> {
    /// Who acts.
    pub actor: &'a Actor,
    /// Time of entry.
    pub now: UnixMillis,
    /// Other entities.
    pub lookup: &'a dyn Lookup,
    /// Who wrote an op: account text, for rules such as "not the one who fixed it".
    pub author: &'a dyn Fn(&OpId) -> Option<String>,
}

/// An op to be written, before author, stamp and signature.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Kind of the entity.
    pub kind: Kind,
    /// The entity.
    pub id: EntityId,
    /// Op type.
    pub op: OpType,
    /// Body map.
    pub body: BTreeMap<u64, Value>,
}

/// An expected no: what, why, and what would make it allowed. Worded in `labels.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code} {details:?}")]
pub struct Refusal {
    /// Stable code, kebab-case.
    pub code: String,
    /// Typed details for the sentence.
    pub details: BTreeMap<String, String>,
    /// Law, plan or house rule.
    #[serde(rename = "source")]
    pub ground: String,
}

impl Refusal {
    /// A refusal with a code and its ground.
    pub fn new(code: &str, ground: &str) -> Self {
        Refusal { code: code.to_owned(), details: BTreeMap::new(), ground: ground.to_owned() }
    }

    /// With a detail for the sentence.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.details.insert(name.to_owned(), value.to_string());
        self
    }
}

impl From<ShapeError> for Refusal {
    fn from(e: ShapeError) -> Self {
        Refusal::new(e.code, "house, decision 22")
            .with("field", e.path)
            .with("expected", e.expected)
    }
}
