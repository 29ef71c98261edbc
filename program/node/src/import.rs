//! Taking in outside alerts: kept always; an event only where it is ours to make.

use interchange::cap::{Reference, check_references};
use kernel::{PlaceCode, Ref, UnixMillis, UnixSeconds};
use ledger::{Actor, Command};
use serde_json::{Map, Value as Json, json};

use crate::alert_chain::stands_for;
use crate::check;
use crate::desk::Desk;
use crate::error::Error;
use crate::plain_text;
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
        let mut read = alerts(bytes, original)?;
        let again = self.blobs.get(&original).is_some();
        self.blobs.put(bytes)?;
        let (mut refs, mut kept, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        let (mut refused, mut outside) = (Vec::new(), Vec::new());
        for (i, alert) in read.taken.iter().enumerate() {
            let key = if retry.is_empty() { String::new() } else { format!("{retry}/{i}") };
            let mut noticed = alert.faults.clone();
            let referred = check_references(&alert.alert, |r| self.held(r));
            noticed.extend(referred.iter().map(|f| json!(f)));
            let commands = self.alert_commands(alert);
            let places = commands.first().and_then(|c| c.args.get("places")).cloned();
            let places = places.unwrap_or_default();
            let known = self.taken_before(alert, again);
            let is_known = known.is_some();
            let taken = match known {
                Some(reference) => Ok(Some(reference)),
                None => self.submit(actor, commands, &key, now).map(|d| d.first().cloned()),
            };
            let reference = match taken {
                Ok(reference) => reference,
                // One alert that may not come in does not keep the others out.
                Err(Error::Refused { refusal, .. }) if read.taken.len() > 1 => {
                    read.bad.push(json!({"number": i + 1, "why": refusal.to_string()}));
                    None
                }
                Err(e) => return Err(e),
            };
            let Some(reference) = reference else { continue };
            faults.push(json!({"ref": reference, "faults": noticed}));
            let footprint = match (&alert.footprint, alert.footprint_incomplete) {
                (_, true) => "incomplete",
                (Some(_), false) => "known",
                (None, false) => "unknown",
            };
            kept.push(json!({
                "ref": reference, "identifier": alert.identifier, "status": alert.status,
                "footprint": footprint, "places": places, "known": is_known,
                "differs": is_known && !again && !self.is_original(&reference, &original),
            }));
            if event {
                match self.why_no_event(alert).or_else(|| self.is_superseded(&reference)) {
                    None => {
                        let made = match self.opened_from(&reference) {
                            Some(event) => event,
                            None => self.event_from(actor, alert, &reference, &key, now)?,
                        };
                        let view = self.event(&made.id.to_string())?;
                        if self.is_outside(&view) {
                            outside.push(made.clone());
                        }
                        refs.push(made);
                    }
                    Some(why) => refused.push(json!({"ref": reference, "why": why})),
                }
            }
        }
        Ok(json!({"alerts": kept, "faults": faults, "events": refs, "event_refused": refused,
            "outside": outside, "bad": read.bad, "original": original}))
    }

    /// The alert here that a message is already: the same sender's identifier, or, of a file whose
    /// very bytes came before, what has replaced it since. A file taken in twice is one alert.
    fn taken_before(&self, alert: &Taken, again: bool) -> Option<Ref> {
        let entry = self.entry("alert").ok()?;
        let (sender, identifier) = (alert.alert.sender.as_str(), alert.identifier.as_str());
        let own = (Some(sender), Some(identifier), Some(alert.alert.sent.at().0));
        let sent = entry.field("sent_at")?.number;
        let message = Reference {
            sender: sender.to_owned(),
            identifier: identifier.to_owned(),
            sent: alert.alert.sent.clone(),
        };
        let is = |v: &ledger::View| {
            let (from, name) = (warning::alert::SENDER, warning::alert::IDENTIFIER);
            (v.text(from), v.text(name), v.int(sent)) == own
                || again && stands_for(entry, v, &message)
        };
        self.record.views().of_kind("alert").find(|v| is(v)).map(|v| v.reference())
    }

    /// Whether an alert here came as these very bytes.
    fn is_original(&self, alert: &Ref, original: &kernel::Hash32) -> bool {
        let Some(view) = self.view_of(alert) else { return false };
        let shown = self.entry("alert").ok().and_then(|entry| entry.field("original"));
        let kept = shown.zip(view.get(warning::alert::ORIGINAL));
        kept.is_some_and(|(field, value)| field.shape.show(value) == json!(original))
    }

    /// The event that was opened from an alert.
    fn opened_from(&self, alert: &Ref) -> Option<Ref> {
        let views = self.record.views();
        let found = views.find("event", "alert", &alert.to_string());
        found.first().map(|v| v.reference())
    }

    /// An alert of the other sort, a test or a draft starts nothing, and neither does a message
    /// that takes one back. Source: house, decision 18; CAP 1.2, msgType.
    fn why_no_event(&self, alert: &Taken) -> Option<&'static str> {
        if matches!(alert.message.as_str(), "Cancel" | "Ack" | "Error") {
            return Some("starts-nothing");
        }
        match (alert.status.as_str(), self.info.exercise) {
            ("Actual", false) | ("Exercise", true) => None,
            ("Actual", true) | ("Exercise", false) => Some("other-sort"),
            _ => Some("not-actual"),
        }
    }

    /// Takes out of texts from outside what a command may not hold.
    pub(crate) fn clean(&self, kind: &str, args: &mut Map<String, Json>) {
        let entry = self.entry(kind).ok();
        for (name, value) in args {
            let field = entry.and_then(|entry| entry.field(name));
            field.into_iter().for_each(|f| plain_text::cleaned(&f.shape, value));
        }
    }

    /// The townships here that an alert's outline reaches; `None` where it names none.
    ///
    /// An outline that cannot be counted in leaves them out: what the alert says stays as it is.
    pub(crate) fn townships_under(&self, alert: &Taken) -> Option<Vec<PlaceCode>> {
        let mut footprint = exposure::Footprint::new();
        for polygon in alert.footprint.as_ref()?.as_array()? {
            footprint.push(&crate::impact::rings(polygon)).ok()?;
        }
        self.townships_hit(&footprint).ok().filter(|found| !found.is_empty())
    }

    fn event_from(
        &self,
        actor: &Actor,
        alert: &Taken,
        reference: &Ref,
        retry: &str,
        now: UnixMillis,
    ) -> Result<Ref, Error> {
        let (title, title_en) = titles(&alert.args);
        let hazard = alert.args.get("hazard_kind").and_then(Json::as_str).unwrap_or("other");
        // Where an area could not be used the outline is less than the alert's: the event says so.
        let basis = alert.footprint_incomplete.then_some("alert-area-incomplete");
        let footprint = alert
            .footprint
            .as_ref()
            .map(|area| Desk::args(json!({"area": area, "origin": "alert", "basis": basis})));
        let fields = json!({
            "title": title, "title_en": title_en, "hazard_kind": hazard, "place": self.info.place,
            "alert": reference, "footprint": footprint, "happened_at": alert.args.get("onset_at"),
        });
        let mut args = Desk::args(begun_by(fields, now));
        self.clean("event", &mut args);
        let command = Command {
            entity: "event".to_owned(),
            id: None,
            verb: "open".to_owned(),
            args,
            seen: None,
        };
        let key = if retry.is_empty() { String::new() } else { format!("{retry}/event") };
        let done = self.submit(actor, vec![command], &key, now)?;
        done.first().cloned().ok_or_else(|| Error::Store("nothing was written".to_owned()))
    }
}

/// An event whose alert begins later than what is told at entry may lie has no time yet.
fn begun_by(mut fields: Json, now: UnixMillis) -> Json {
    let onset = fields["happened_at"].as_str().and_then(|at| at.parse().ok());
    if onset.is_some_and(|at: UnixSeconds| !check::is_possible(at, now)) {
        fields["happened_at"] = Json::Null;
    }
    fields
}

/// An event's title after its alert: the headline in Chinese, else the first there is; and in
/// English, where there is one.
fn titles(alert: &serde_json::Map<String, Json>) -> (String, Option<String>) {
    let infos: Vec<&Json> =
        alert.get("infos").and_then(Json::as_array).into_iter().flatten().collect();
    let said = |info: &Json| {
        let text = info["headline"].as_str().or(info["event"].as_str()).unwrap_or_default();
        text.chars().take(160).collect::<String>()
    };
    let of = |language: &str| {
        let speaks = |i: &&&Json| i["language"].as_str().is_some_and(|l| l.starts_with(language));
        infos.iter().find(speaks).map(|i| said(i)).filter(|t| !t.is_empty())
    };
    let first = || infos.first().map(|i| said(i)).unwrap_or_default();
    (of("zh").unwrap_or_else(first), of("en"))
}
