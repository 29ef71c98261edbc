//! How far an act reaches: a post acts within its own unit, and answers for what is addressed to
//! it.
//!
//! The table of posts says which acts; this says where and about what. Deny on any doubt.
//! Source: house, decision 10.

use kernel::{PlaceCode, Ref};
use ledger::entity::PLACE;
use ledger::{Actor, Entry, Refusal, View};

use crate::check::{may, refuse};

/// Acts of whoever is asked or called: about what is addressed to the post, wherever it lies.
const ANSWERS: &[&str] = &["callout.answer", "delivery_order.drive", "task.answer"];
/// The act of whoever calls.
const CALLS: &str = "callout.call";
/// Acts that tell what somebody saw: wherever it was seen.
const OBSERVATIONS: &[(&str, &str)] =
    &[("correction", "propose"), ("danger", "find"), ("need", "raise"), ("road_report", "report")];
/// Acts that keep the books of a node: bodies, posts and stores of units above it stand there too.
const BOOKS: &[&str] =
    &["dataset.publish", "directory.keep", "lot.keep", "plan.keep", "site.keep", "team.keep"];
/// What is addressed: the kind, its field, the act of who answers and of who may enter an answer
/// that was heard. A caller hears answers by nature; any other has to name whom they heard.
const ADDRESSED: &[(&str, &str, &str, &str)] = &[
    ("callout", "callee", "callout.answer", "callout.call"),
    ("delivery_order", "addressee", "delivery_order.drive", "delivery_order.issue"),
    ("task", "addressee", "task.answer", "task.issue"),
];

/// Acts that are told by the people of the body that a thing is at: the kind, the act, its field.
const AT_ONES_OWN: &[(&str, &str, u8)] = &[("danger", "danger.fix", prevention::danger::AT)];

/// The body whose own people do an act; `None` where it is not one body's.
pub(crate) fn own_body(kind: &str, grant: &str, view: &View) -> Option<Ref> {
    let row = AT_ONES_OWN.iter().find(|row| row.0 == kind && row.1 == grant)?;
    view.reference_in(row.2).filter(|at| at.kind == "organisation")
}

/// Verbs that the program writes itself: what they say is computed, never told by a client.
const BY_PROGRAM: &[(&str, &str)] = &[
    ("danger", "determine"),
    ("delivery_order", "issue"),
    ("relief_plan", "check"),
    ("relief_plan", "draft"),
    ("relief_plan", "put_in_force"),
    ("relief_plan", "replace"),
    ("response", "propose"),
];

/// An act as it is about to be done.
pub struct Act<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// The kind.
    pub kind: &'a str,
    /// The verb.
    pub verb: &'a str,
    /// The right it needs.
    pub grant: &'a str,
    /// What is there.
    pub view: &'a View,
    /// Body key of the field that names who it is addressed to, where the kind has one.
    pub addressee: Option<u8>,
    /// The place that the command names.
    pub place: Option<PlaceCode>,
    /// The event that it belongs to.
    pub event: Option<Ref>,
    /// Whether it enters what was heard from another, who is named.
    pub heard: bool,
}

/// What has to be known of other things.
pub struct Known<'a> {
    /// Whether a place is the other or lies under it.
    pub is_under: &'a dyn Fn(PlaceCode, PlaceCode) -> bool,
    /// A view.
    pub view: &'a dyn Fn(&Ref) -> View,
}

/// The event that an entity belongs to, where it has one.
pub fn event_of(entry: &Entry, view: &View) -> Option<Ref> {
    view.reference_in(entry.field("event")?.number)
}

/// Body key of the field that names who an entity is addressed to.
pub fn addressee_of(entry: &Entry) -> Option<u8> {
    let (_, field, _, _) = ADDRESSED.iter().find(|a| a.0 == entry.kind.name)?;
    entry.field(field).map(|f| f.number)
}

/// Refuses what a client may not say for the program.
///
/// # Errors
/// `by-the-program`.
pub fn by_hand(kind: &str, verb: &str) -> Result<(), Refusal> {
    let pool = kind == "pool";
    match pool || BY_PROGRAM.contains(&(kind, verb)) {
        true => Err(refuse("by-the-program").with("kind", kind).with("verb", verb)),
        false => Ok(()),
    }
}

/// Refuses an act outside the actor's unit, and an answer to what is addressed to another.
///
/// # Errors
/// `not-your-place`, `not-addressed-to-you`.
pub fn reach(act: &Act<'_>, known: &Known<'_>) -> Result<(), Refusal> {
    if let Some(row) = ADDRESSED.iter().find(|a| a.0 == act.kind && a.2 == act.grant) {
        let hears = act.heard || act.kind == "callout";
        let heard = hears && may(act.actor, row.3) && calls_for(act, known);
        return match heard || is_addressed(act, known) {
            true => Ok(()),
            false => Err(refuse("not-addressed-to-you").with("verb", act.verb)),
        };
    }
    if act.grant == CALLS && calls_for(act, known) {
        return Ok(());
    }
    let anywhere = ANSWERS.contains(&act.grant)
        || BOOKS.contains(&act.grant)
        || OBSERVATIONS.contains(&(act.kind, act.verb));
    if anywhere { Ok(()) } else { within(act, known) }
}

/// Whoever leads an event calls whom it needs, those above and beside it too.
fn calls_for(act: &Act<'_>, known: &Known<'_>) -> bool {
    let event = act.event.as_ref().and_then(|event| (known.view)(event).int(PLACE));
    let event = event.and_then(|p| u64::try_from(p).ok()).map(PlaceCode);
    let own = event.is_some_and(|place| (known.is_under)(place, act.actor.place));
    own || within(act, known).is_ok()
}

fn within(act: &Act<'_>, known: &Known<'_>) -> Result<(), Refusal> {
    let there = act.view.int(PLACE).and_then(|p| u64::try_from(p).ok()).map(PlaceCode);
    for place in there.into_iter().chain(act.place) {
        if !(known.is_under)(place, act.actor.place) {
            return Err(refuse("not-your-place").with("place", place).with("act", act.grant));
        }
    }
    Ok(())
}

/// Whether it is addressed to the actor's post, to one it stands in for, or to its organisation.
fn is_addressed(act: &Act<'_>, known: &Known<'_>) -> bool {
    let to = act.addressee.and_then(|number| act.view.reference_in(number));
    to.is_none_or(|to| is_for(act.actor, to, &|what, field| (known.view)(what).reference_in(field)))
}

/// Whether what is addressed so is the actor's: their post's, one's that it stands in for, or their
/// organisation's. `names` reads a reference in a field of something.
pub(crate) fn is_for(actor: &Actor, to: Ref, names: &dyn Fn(&Ref, u8) -> Option<Ref>) -> bool {
    let own = ledger::entity::post_of(&actor.account);
    if to == own || names(&own, directory::post::DEPUTY_OF) == Some(to.clone()) {
        return true;
    }
    // Teams keep their organisation under the same body key as posts.
    let organisation = match to.kind.as_str() {
        "organisation" => Some(to),
        _ => names(&to, directory::post::ORGANISATION),
    };
    organisation.is_some() && organisation == actor.organisation
}
