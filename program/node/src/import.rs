//! Taking in outside alerts: kept always; an event only where it is ours to make.

use kernel::{EntityId, Ref, UnixMillis};
use ledger::{Actor, Command};
use serde_json::{Value as Json, json};

use crate::desk::Desk;
use crate::error::Error;
use crate::take_in::{Taken, alerts};

impl Desk {
    /// Takes in a CAP 1.2 file, or an EDXL-DE envelope: its bytes as a blob, each alert as an
    /// entity.
    ///
    /// With `event`, an actual alert of this node's sort also drafts an event; where it is of the
    /// other sort, a test or a draft, the alert is kept and the reason is in `event_refused`.
    ///
    /// # Errors
    /// [`Error::BadFile`] where the file is none; the refusal where the actor may not.
    pub fn import_cap(
        &self,
        actor: &Actor,
        bytes: &[u8],
        event: bool,
        retry: &str,
        now: UnixMillis,
    ) -> Result<Json, Error> {
        let original = kernel::hash(bytes);
        let taken = alerts(bytes, original)?;
        self.blobs.put(bytes)?;
        let (mut refs, mut kept, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        let mut refused = Vec::new();
        for (i, alert) in taken.iter().enumerate() {
            let key = if retry.is_empty() { String::new() } else { format!("{retry}/{i}") };
            let commands = vec![self.alert_command(alert)];
            let done = self.submit(actor, commands, &key, now)?;
            let Some(reference) = done.first().cloned() else { continue };
            faults.push(json!({"ref": reference, "faults": alert.faults}));
            kept.push(
                json!({"ref": reference, "identifier": alert.identifier, "status": alert.status}),
            );
            if event {
                match self.why_no_event(alert) {
                    None => refs.push(self.event_from(actor, alert, &reference, &key, now)?),
                    Some(why) => refused.push(json!({"ref": reference, "why": why})),
                }
            }
        }
        Ok(json!({"alerts": kept, "faults": faults, "events": refs, "event_refused": refused,
            "original": original}))
    }

    /// An alert of the other sort, a test or a draft starts nothing. Source: house, decision 18.
    fn why_no_event(&self, alert: &Taken) -> Option<&'static str> {
        match (alert.status.as_str(), self.info.exercise) {
            ("Actual", false) | ("Exercise", true) => None,
            ("Actual", true) | ("Exercise", false) => Some("other-sort"),
            _ => Some("not-actual"),
        }
    }

    /// The command that issues an alert, or updates or cancels the one it refers to.
    fn alert_command(&self, alert: &Taken) -> Command {
        let mut args = alert.args.clone();
        args.entry("place").or_insert_with(|| json!(self.info.place));
        let earlier = self.referred(alert);
        let (id, verb) = match (alert.message.as_str(), earlier) {
            ("Update", Some(id)) => (Some(id), "update"),
            ("Cancel", Some(id)) => (Some(id), "cancel"),
            _ => (None, "issue"),
        };
        Command { entity: "alert".to_owned(), id, verb: verb.to_owned(), args, seen: None }
    }

    fn referred(&self, alert: &Taken) -> Option<EntityId> {
        let references = alert.args.get("references")?.as_array()?;
        let names = |text: &str| {
            references.iter().filter_map(Json::as_str).any(|r| r.split(',').nth(1) == Some(text))
        };
        let views = self.record.views();
        let found = views.of_kind("alert").find(|v| v.text(12).is_some_and(names));
        found.map(|v| v.id)
    }

    fn event_from(
        &self,
        actor: &Actor,
        alert: &Taken,
        reference: &Ref,
        retry: &str,
        now: UnixMillis,
    ) -> Result<Ref, Error> {
        let info = alert.args.get("infos").and_then(|i| i.get(0)).cloned().unwrap_or_default();
        let title = info["headline"].as_str().or(info["event"].as_str()).unwrap_or_default();
        let title: String = title.chars().take(160).collect();
        let hazard = alert.args.get("hazard_kind").and_then(Json::as_str).unwrap_or("other");
        let footprint =
            alert.footprint.as_ref().map(|area| json!({"area": area, "origin": "alert"}));
        let fields = json!({
            "title": title, "hazard_kind": hazard, "place": self.info.place,
            "alert": reference, "footprint": footprint, "happened_at": alert.args.get("onset_at"),
        });
        let command = Command {
            entity: "event".to_owned(),
            id: None,
            verb: "open".to_owned(),
            args: Desk::args(fields),
            seen: None,
        };
        let key = if retry.is_empty() { String::new() } else { format!("{retry}/event") };
        let done = self.submit(actor, vec![command], &key, now)?;
        done.first().cloned().ok_or_else(|| Error::Store("nothing was written".to_owned()))
    }
}
