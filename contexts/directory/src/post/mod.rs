//! A post: the place in an organisation that is on duty, is called, and decides.
//!
//! Its telephone is a duty telephone and no personal data. What the sort of post may do stands in
//! the table `directory/posts.toml`; the entity only names the sort.

mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::Steps;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};
use serde_json::{Map, Value as Json};

/// A post that somebody holds. Source: domain, §1, 29; §15, 22.
pub struct Post;

/// Body key of the title.
pub const TITLE: u8 = 12;
/// Body key of the organisation.
pub const ORGANISATION: u8 = 13;
/// Body key of the sort of post, a key of `directory/posts.toml`.
pub const POST_KIND: u8 = 14;
/// Body key of the duty telephone.
pub const DUTY_PHONE: u8 = 15;
/// Body key of the post it stands in for.
pub const DEPUTY_OF: u8 = 16;

const STATES: &[(u8, &str)] = &[(1, "Active"), (2, "Abolished")];

const VERBS: &[Verb] = &[
    Verb::new(
        1,
        "establish",
        0,
        &["title", "post_kind", "place"],
        &[
            "title_en",
            "organisation",
            "duty_phone",
            "deputy_of",
            "source_id",
            "ways",
            "responsible_for",
            "position",
            "note",
        ],
    ),
    Verb::new(
        2,
        "change",
        0,
        &[],
        &[
            "title",
            "title_en",
            "post_kind",
            "place",
            "organisation",
            "duty_phone",
            "deputy_of",
            "ways",
            "responsible_for",
            "position",
            "note",
        ],
    ),
    Verb::new(3, "abolish", 0, &["note"], &[]),
];

const KEEP: &str = "directory.keep";

const EDGES: &[Edge] = &[
    Edge::new(None, "establish", Some("Active"), KEEP, "house, decision 1"),
    Edge::new(Some("Active"), "change", None, KEEP, "house, decision 1"),
    Edge::new(Some("Active"), "abolish", Some("Abolished"), KEEP, "house, decision 1"),
];

const WAY: Shape = Shape::Record(&[
    (
        1,
        "way",
        Shape::Code(&[
            (1, "phone"),
            (2, "sms"),
            (3, "satellite_phone"),
            (4, "radio"),
            (5, "loudspeaker"),
            (6, "chat"),
        ]),
    ),
    (2, "number", Shape::Text(60)),
]);

const FIELDS: &[Field] = &[
    Field::position(),
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::ranked(TITLE, "title", Shape::Text(120)),
    Field::ranked(ORGANISATION, "organisation", Shape::Ref(&["organisation"])),
    Field::ranked(POST_KIND, "post_kind", Shape::Text(40)),
    Field::ranked(DUTY_PHONE, "duty_phone", Shape::Text(60)),
    Field::ranked(DEPUTY_OF, "deputy_of", Shape::Ref(&["post"])),
    Field::ranked(17, "source_id", Shape::Text(120)),
    Field::ranked(18, "ways", Shape::List(&WAY, 12)),
    Field::ranked(19, "title_en", Shape::Text(120)),
    Field::ranked(20, "responsible_for", Shape::List(&Shape::Ref(&[]), 200)),
];

impl Entity for Post {
    const KIND: Kind = Kind { number: 18, name: "post" };
    const OPS: &'static [OpType] =
        &[OpType::v1(288, Topic::Keys, Lane::Routine, DataClass::Internal)];
    const STATES: &'static [(u8, &'static str)] = STATES;
    const VERBS: &'static [Verb] = VERBS;
    const EDGES: &'static [Edge] = EDGES;
    const FIELDS: &'static [Field] = FIELDS;
    const LABELS: &'static str = include_str!("labels.toml");
    const SAMPLES: &'static str = include_str!("samples.json");

    fn check(view: &View, command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
        check::check(view, command, cx)
    }

    fn public_code(args: &Map<String, Json>) -> Option<String> {
        Some(args.get("source_id")?.as_str()?.to_owned())
    }
}
