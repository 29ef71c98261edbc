//! How a CAP message stands to those that are here: which it updates, cancels or supersedes, and
//! which that came first has taken its place already. Source: CAP 1.2, `msgType`, `references`.

use interchange::cap::{Known, Reference};
use kernel::{EntityId, Ref};
use ledger::{Command, Entry, View};
use serde_json::{Map, Value as Json, json};

use crate::desk::Desk;
use crate::take_in::Taken;

/// States in which an alert is in force.
const STANDING: &[&str] = &["Active", "Updated"];

impl Desk {
    /// The commands that take a message in. An update changes the first standing alert that it
    /// names and takes the place of the others; a cancellation cancels all of them. Receipts and
    /// error reports, and cancellations of what is not here, are kept and stand for nothing. What a
    /// later message that came first has updated or cancelled is kept as that.
    pub(crate) fn alert_commands(&self, alert: &Taken) -> Vec<Command> {
        let mut args = alert.args.clone();
        args.entry("place").or_insert_with(|| json!(self.info.place));
        if let Some(places) = self.townships_under(alert) {
            args.entry("places").or_insert_with(|| json!(places));
        }
        self.clean("alert", &mut args);
        let command = |id: Option<EntityId>, verb: &str| {
            let mut args = args.clone();
            if verb == "cancel" {
                args.entry("references").or_insert_with(|| json!([]));
            }
            Command { entity: "alert".to_owned(), id, verb: verb.to_owned(), args, seen: None }
        };
        let standing = self.standing(alert);
        match (alert.message.as_str(), standing.as_slice()) {
            ("Ack" | "Error", _) | ("Cancel", []) => vec![command(None, "cancel")],
            ("Cancel", all) => all.iter().map(|id| command(Some(*id), "cancel")).collect(),
            ("Update", [first, others @ ..]) => {
                let others = others.iter().map(|id| command(Some(*id), "cancel"));
                let update = std::iter::once(command(Some(*first), "update"));
                let end = self
                    .later(alert)
                    .map(|args| Command { args, ..command(Some(*first), "cancel") });
                update.chain(others).chain(end).collect()
            }
            ("Update", []) if self.was_ended_after(alert) => vec![command(None, "cancel")],
            _ => self.issue(alert, command(None, "issue")),
        }
    }

    /// The message as a new alert; where another that came first names it, with that one's end.
    fn issue(&self, alert: &Taken, mut issue: Command) -> Vec<Command> {
        let Some(args) = self.later(alert) else { return vec![issue] };
        let message = message_of(alert);
        let code = format!("{}/{}/{}", message.sender, message.identifier, message.sent.text());
        issue.id = Some(EntityId::from_code("alert", &code));
        let end = Command {
            entity: "alert".to_owned(),
            id: issue.id,
            verb: "cancel".to_owned(),
            args,
            seen: None,
        };
        vec![issue, end]
    }

    /// What a message here that updates or cancels this one says.
    fn later(&self, alert: &Taken) -> Option<Map<String, Json>> {
        let entry = self.entry("alert").ok()?;
        let message = message_of(alert);
        let named = (message.sender.as_str(), message.identifier.as_str());
        let views = self.record.views();
        let later = views.of_kind("alert").find(|view| {
            let message = shown(entry, view, "message");
            matches!(message.as_str(), Some("Update" | "Cancel"))
                && shown(entry, view, "status") == json!(alert.status)
                && names(entry, view, named)
        })?;
        let verb = entry.verb("cancel")?;
        let told = |name: &&str| {
            let value = shown(entry, later, name);
            (!value.is_null()).then(|| ((*name).to_owned(), value))
        };
        Some(verb.needs.iter().chain(verb.may).filter_map(told).collect())
    }

    /// Whether what an update names was ended by a message that was sent after it.
    fn was_ended_after(&self, alert: &Taken) -> bool {
        let Ok(entry) = self.entry("alert") else { return false };
        let (references, _) = alert.alert.reference_list();
        let views = self.record.views();
        let sent = alert.alert.sent.at().0;
        references.iter().any(|reference| {
            views.of_kind("alert").filter(|v| stands_for(entry, v, reference)).any(|view| {
                let over = entry.state_of(view) == Some("Cancelled");
                over && view.int(warning::alert::SENT_AT).is_some_and(|ended| ended > sent)
            })
        })
    }

    /// An alert that a later message ended before it came starts nothing.
    pub(crate) fn is_superseded(&self, alert: &Ref) -> Option<&'static str> {
        let view = self.view_of(alert)?;
        let state = self.entry("alert").ok()?.state_of(&view)?;
        (state == "Cancelled").then_some("superseded")
    }

    /// What is held here of a message that another one refers to.
    pub(crate) fn held(&self, reference: &Reference) -> Known {
        let Ok(entry) = self.entry("alert") else { return Known::NotHeld };
        let views = self.record.views();
        let found = views.of_kind("alert").find(|v| stands_for(entry, v, reference));
        match found.map(|v| entry.state_of(v)) {
            None => Known::NotHeld,
            Some(Some("Cancelled")) => Known::Cancelled,
            Some(_) => Known::Standing,
        }
    }

    /// The alerts in force here that a message names.
    fn standing(&self, alert: &Taken) -> Vec<EntityId> {
        let Ok(entry) = self.entry("alert") else { return Vec::new() };
        let (references, _) = alert.alert.reference_list();
        let mut found = Vec::new();
        let views = self.record.views();
        for reference in &references {
            for view in views.of_kind("alert").filter(|v| stands_for(entry, v, reference)) {
                let stands = entry.state_of(view).is_some_and(|s| STANDING.contains(&s));
                if stands && !found.contains(&view.id) {
                    found.push(view.id);
                }
            }
        }
        found
    }
}

fn message_of(alert: &Taken) -> Reference {
    Reference {
        sender: alert.alert.sender.clone(),
        identifier: alert.identifier.clone(),
        sent: alert.alert.sent.clone(),
    }
}

/// A field as people see it; null where it is not known.
fn shown(entry: &Entry, view: &View, name: &str) -> Json {
    let field = entry.field(name);
    let value = field.and_then(|f| Some(f.shape.show(view.get(f.number)?)));
    value.unwrap_or_default()
}

/// Whether an alert names a message among those before it.
fn names(entry: &Entry, view: &View, named: (&str, &str)) -> bool {
    let earlier = shown(entry, view, "references");
    let mut earlier = earlier.as_array().into_iter().flatten().filter_map(Json::as_str);
    earlier.any(|line| warning::alert::named_in(line) == Some(named))
}

/// Whether an alert is the message that a reference names by sender and identifier, or came after
/// it: an update brings its own identifier and names those before.
pub(crate) fn stands_for(entry: &Entry, view: &View, reference: &Reference) -> bool {
    let named = (reference.sender.as_str(), reference.identifier.as_str());
    let own = view.text(warning::alert::SENDER).zip(view.text(warning::alert::IDENTIFIER));
    own == Some(named) || names(entry, view, named)
}
