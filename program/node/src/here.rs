//! What a command names is here: its event, and its place in the division table.
//!
//! Asked of what a person enters at this node; what bundles bring is history and is not asked.

use std::collections::BTreeSet;

use kernel::{PlaceCode, Ref};
use ledger::{Command, Shape};
use serde_json::Value as Json;

use crate::check::refuse;
use crate::count::Which;
use crate::desk::Desk;
use crate::error::Error;

/// Kinds whose place is a unit of the division table: figures and work are summed along it.
const PLACED: &[&str] = &["casualty", "danger", "need", "report", "situation", "task"];

impl Desk {
    /// Refuses commands about an event or a body that is not here, and figures, reports, needs,
    /// dangers and tasks of a place that no division table here has.
    ///
    /// # Errors
    /// `unknown-event`, `unknown-place`, `unknown-body`.
    pub(crate) fn names_what_is_here(&self, commands: &[Command]) -> Result<(), Error> {
        let mut new = BTreeSet::new();
        for command in commands {
            let refused = |refusal| Error::refused(&command.entity, refusal);
            let event = command.args.get("event").and_then(Json::as_str);
            let event = event.and_then(|e| e.parse::<Ref>().ok()).filter(|e| e.kind == "event");
            if let Some(event) = event.filter(|e| !new.contains(e) && self.view_of(e).is_none()) {
                return Err(refused(refuse("unknown-event").with("event", event)));
            }
            // A danger at a body that nobody knows would be counted at none.
            for name in ["at", "escalated_to"] {
                let at = command.args.get(name).and_then(Json::as_str);
                let at = at.and_then(|at| at.parse::<Ref>().ok());
                if let Some(at) = at.filter(|at| !new.contains(at) && self.view_of(at).is_none()) {
                    return Err(refused(refuse("unknown-body").with("ref", at)));
                }
            }
            let place = command.args.get("place").and_then(Json::as_str);
            let place: Option<PlaceCode> = place.and_then(|p| p.parse().ok());
            let placed = PLACED.contains(&command.entity.as_str());
            if let Some(place) = place.filter(|p| placed && !self.knows_place(*p)) {
                let own = self.info.place;
                return Err(refused(refuse("unknown-place").with("place", place).with("own", own)));
            }
            new.extend(command.id.map(|id| Ref::new(&command.entity, id)));
        }
        Ok(())
    }

    /// Refuses a figure of a place that is lower than what its units have said, where nobody gives
    /// the reason: it stands for them all, and theirs would be seen no more.
    ///
    /// # Errors
    /// `figure-below-parts`.
    pub(crate) fn counts_its_parts(&self, commands: &[Command]) -> Result<(), Error> {
        for command in commands.iter().filter(|c| c.verb == "count") {
            let kind = match command.entity.as_str() {
                "casualty" => "casualty",
                "situation" => "situation",
                _ => continue,
            };
            let text = |name: &str| command.args.get(name).and_then(Json::as_str);
            let event: Option<Ref> = text("event").and_then(|e| e.parse().ok());
            let place: Option<PlaceCode> = text("place").and_then(|p| p.parse().ok());
            let Some((event, place)) = event.zip(place) else { continue };
            let entry = self.entry(kind)?;
            let field = entry.field("event").map_or(0, |f| f.number);
            if text("reason").is_some() {
                continue;
            }
            for (name, told) in &command.args {
                let number = entry.field(name).filter(|f| matches!(f.shape, Shape::Int { .. }));
                let Some((number, told)) = number.map(|f| f.number).zip(told.as_i64()) else {
                    continue;
                };
                let which = Which { kind, field: number, event: field };
                let below = self.said_below(which, &event, place);
                if let Some(below) = below.filter(|below| told < *below) {
                    let refusal = refuse("figure-below-parts").with("field", name);
                    let refusal = refusal.with("below", below).with("now", told);
                    return Err(Error::refused(kind, refusal.with("place", place)));
                }
            }
        }
        Ok(())
    }

    /// Whether a place is the node's own or in the division table; a node without a table cannot
    /// tell, and takes it.
    fn knows_place(&self, place: PlaceCode) -> bool {
        let none = self.area.divisions().next().is_none();
        none || place == self.info.place || self.area.division(place).is_some()
    }
}
