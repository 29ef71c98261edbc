//! Who was called, who has truly answered, and the tasks with their clocks.

use kernel::{Ref, UnixMillis};
use ledger::{Actor, Command, Entry, View};
use serde_json::{Value as Json, json};

use crate::desk::Desk;
use crate::error::Error;
use crate::plan::place_of;
use crate::text::Text;

/// Callout states in which the duty holder has understood. Source: domain §5.4.
const ACKNOWLEDGED: &[&str] = &["Acknowledged", "ActionReported"];
/// Callout states in which nobody in charge was reached: passed on or given up, it is not closed
/// either. Source: domain §5.4.
const SILENT: &[&str] = &["NoAnswer", "WrongPerson", "Refused", "Escalated", "Expired"];

/// Whether a call's clock has run out and nobody has said that they understood.
fn is_late(entry: &Entry, view: &View, now: UnixMillis) -> bool {
    let state = entry.state_of(view);
    let over = state.is_some_and(|s| ACKNOWLEDGED.contains(&s) || s == "Expired");
    let deadline = view.int(warning::callout::DEADLINE_AT);
    !over && deadline.is_some_and(|at| at < now.seconds().0)
}

impl Desk {
    /// `GET /event/{id}/calls`.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn calls(&self, actor: &Actor, id: &str, now: UnixMillis) -> Result<Json, Error> {
        let event = self.event(id)?;
        let entry = self.entry("callout")?;
        let views = self.record.views().find("callout", "event", &event.reference.to_string());
        let views = crate::episode::newest(views);
        let mut cells: Vec<(u8, Json)> = Vec::new();
        let count = |names: &[&str]| {
            views.iter().filter(|v| entry.state_of(v).is_some_and(|s| names.contains(&s))).count()
        };
        for view in &views {
            let state = entry.state_of(view).unwrap_or("undetermined");
            let urgency = match state {
                s if SILENT.contains(&s) => 0,
                "ChannelDown" => 1,
                "Queued" | "Dialing" | "Delivered" | "Answered" => 2,
                _ => 3,
            };
            cells.push((urgency, self.call_cell(view, actor, now)));
        }
        cells.sort_by_key(|(urgency, cell)| (*urgency, cell["since"].to_string()));
        let late = views.iter().filter(|view| is_late(entry, view, now)).count();
        Ok(json!({
            "late": late,
            "total": views.len(), "acknowledged": count(ACKNOWLEDGED),
            "acted": count(&["ActionReported"]), "silent": count(SILENT),
            "cut": count(&["ChannelDown"]),
            "cells": cells.into_iter().map(|(_, c)| c).collect::<Vec<_>>(),
        }))
    }

    /// An answer that somebody else enters than who was called was heard by them, and says so.
    pub(crate) fn heard_by_the_caller(&self, actor: &Actor, command: &mut Command) {
        let answers = matches!(command.verb.as_str(), "acknowledge" | "report_action");
        let unsaid = command.args.get("heard_by").is_none_or(Json::is_null);
        let id = command.id.filter(|_| command.entity == "callout" && answers && unsaid);
        let view = id.and_then(|id| self.view_of(&Ref::new("callout", id)));
        let Some(to) = view.and_then(|v| v.reference_in(warning::callout::CALLEE)) else { return };
        let names = |what: &Ref, field: u8| self.view_of(what)?.reference_in(field);
        if !crate::reach::is_for(actor, to, &names) {
            let own = json!(ledger::entity::post_of(&actor.account));
            command.args.insert("heard_by".to_owned(), own);
            command.args.insert("entered_by_voice".to_owned(), json!(true));
        }
    }

    /// One call: who, where, the number, the state, since when, and what may be done.
    pub(crate) fn call_cell(&self, view: &View, actor: &Actor, now: UnixMillis) -> Json {
        let Ok(entry) = self.entry("callout") else { return Json::Null };
        let shown = self.shown(entry, view, Some(actor));
        let value = |name: &str| shown["fields"][name]["value"].clone();
        let callee = view.reference_in(warning::callout::CALLEE);
        let (post, person, place) = callee.as_ref().map(|c| self.post_words(c)).unwrap_or_default();
        json!({
            "ref": view.reference(), "post": post, "person": person, "place": place,
            "place_name": self.area.name(place), "phone": value("number"),
            "state": entry.state_of(view), "tries": value("attempt"),
            "since": shown["changed_at"], "deadline_at": value("deadline_at"),
            "late": is_late(entry, view, now),
            "deputy": self.deputy_of(view), "acts": shown["acts"], "read_out": value("read_out"),
            "body": callee.map_or(Json::Null, |c| self.body_of(&c)),
            "about": self.call_about(view),
        })
    }

    /// The organisation that a post belongs to, with its sort; null where none is known.
    fn body_of(&self, post: &kernel::Ref) -> Json {
        let Some(view) = self.view_of(post) else { return Json::Null };
        let Some(body) = view.reference_in(directory::post::ORGANISATION) else {
            return Json::Null;
        };
        let words = self.organisation_words(&body);
        let Some(entry) = self.entry("organisation").ok().filter(|_| !words.is_null()) else {
            return Json::Null;
        };
        let sort = self
            .view_of(&body)
            .map(|v| self.shown(entry, &v, None)["fields"]["sort"]["value"].clone());
        json!({"ref": words["ref"], "name": words["name"], "sort": sort})
    }

    /// What a call is for: the event, its hazard, and the level of the response that holds for it;
    /// null for a call without an event.
    fn call_about(&self, call: &View) -> Json {
        let event = call.reference_in(warning::callout::EVENT);
        let event = event.and_then(|e| self.event(&e.id.to_string()).ok());
        let Some(event) = event else { return Json::Null };
        let (_, response) = self.response_of(&event);
        let holds = response["state"].as_str().is_some_and(command::response::holds)
            && response["of_this_event"] != json!(false);
        json!({
            "event": event.reference, "name": event.title(), "hazard": event.hazard,
            "level": holds.then(|| response["level"].clone()).or_else(|| {
                self.responses_above(&event).first().map(|above| above["level"].clone())
            }),
        })
    }

    /// Title, holder and place of a post; whoever left holds none.
    pub(crate) fn post_words(&self, post: &kernel::Ref) -> (Text, Text, kernel::PlaceCode) {
        let Some(view) = self.view_of(post) else { return Default::default() };
        let source = self.entry("post").ok().and_then(|e| e.field("source_id"));
        let account = source.and_then(|f| view.text(f.number)).unwrap_or_default();
        let people = self.people();
        let holder = people.accounts.get(account);
        let title = view.text(directory::post::TITLE).unwrap_or_default();
        let title = holder.map_or_else(|| Text::new(title, title), |h| h.title.clone());
        let person = holder.filter(|h| h.closed_at.is_none());
        let person = person.map(|h| h.person.clone()).unwrap_or_default();
        (title, person, place_of(&view))
    }

    fn deputy_of(&self, call: &View) -> Json {
        let Some(callee) = call.text(warning::callout::CALLEE) else { return Json::Null };
        let views = self.record.views();
        let Some(deputy) = views.find("post", "deputy_of", callee).into_iter().next() else {
            return Json::Null;
        };
        drop(views);
        let (_, person, _) = self.post_words(&deputy.reference());
        json!({"person": person, "phone": deputy.text(directory::post::DUTY_PHONE),
            "ref": deputy.reference()})
    }

    /// `GET /event/{id}/tasks`.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn tasks(&self, actor: &Actor, id: &str, now: UnixMillis) -> Result<Json, Error> {
        let event = self.event(id)?;
        let views = self.record.views().find("task", "event", &event.reference.to_string());
        let mut items: Vec<Json> = views.iter().map(|v| self.task_row(v, actor, now)).collect();
        items.sort_by_key(|t| {
            let late = t["late"] != json!(true);
            (late, t["deadline"].to_string(), t["ref"].to_string())
        });
        let count = |state: &str| items.iter().filter(|t| t["state"] == json!(state)).count();
        let late = items.iter().filter(|t| t["late"] == json!(true)).count();
        let open = count("Issued") + count("Accepted") + count("Declined") + count("Unable");
        Ok(json!({
            "total": items.len(), "open": open, "late": late, "done": count("Done"),
            "verified": count("Verified"), "items": items,
        }))
    }

    /// A task with its ladder and clock.
    pub(crate) fn task_row(&self, view: &View, actor: &Actor, now: UnixMillis) -> Json {
        let Ok(entry) = self.entry("task") else { return Json::Null };
        let mut row = self.shown(entry, view, Some(actor));
        let deadline = view.int(command::task::DEADLINE_AT);
        let state = entry.state_of(view).unwrap_or("undetermined");
        let open = matches!(state, "Issued" | "Accepted" | "Declined" | "Unable" | "undetermined");
        let department = view.text(command::task::DEPARTMENT).unwrap_or_default().to_owned();
        let addressee = view.reference_in(command::task::ADDRESSEE);
        let (post, person, _) = addressee.as_ref().map(|a| self.post_words(a)).unwrap_or_default();
        row["department"] = json!(self.department_words(&department));
        row["addressee"] = json!({"ref": addressee, "post": post, "person": person});
        row["title"] = json!(Text::new(
            view.text(command::task::TITLE).unwrap_or_default(),
            row["fields"]["title_en"]["value"].as_str().unwrap_or_default(),
        ));
        row["clause"] = row["fields"]["clause"]["value"].clone();
        row["deadline"] = row["fields"]["deadline_at"]["value"].clone();
        row["late"] = json!(open && deadline.is_some_and(|d| d < now.seconds().0));
        row["ladder"] = self.ladder(view);
        row
    }

    /// Steps that were taken, with who and when: issued, accepted or refused, done, verified.
    fn ladder(&self, view: &View) -> Json {
        let ops = self.record.read(|store| store.ops_about(&view.id)).unwrap_or_default();
        let Ok(entry) = self.entry("task") else { return json!([]) };
        let mut steps: Vec<(UnixMillis, Json)> = Vec::new();
        for stored in ops {
            let Some(info) = self.record.info(&stored.op.id()) else { continue };
            let verb = info.verb.and_then(|v| entry.verb_numbered(v)).map(|v| v.name);
            let Some(verb) = verb.filter(|v| !matches!(*v, "change" | "progress")) else {
                continue;
            };
            let step = match verb {
                "issue" => "issued",
                "accept" => "accepted",
                "decline" => "declined",
                "verify" => "verified",
                "withdraw" => "withdrawn",
                other => other,
            };
            // Between accounts of one node the node's disk is the other desk's disk.
            if step == "issued" {
                let received = stored.received;
                steps.push((received, json!({"step": "at_node", "at": received, "by": null})));
            }
            let at = info.entered_at;
            steps.push((at, json!({"step": step, "at": at, "by": info.by})));
        }
        steps.sort_by_key(|(at, step)| (*at, step["step"] == json!("at_node")));
        steps.into_iter().map(|(_, step)| step).collect()
    }

    /// `GET /mine`: what waits for the signed-in post.
    ///
    /// # Errors
    /// None at present.
    pub fn mine(&self, actor: &Actor, now: UnixMillis) -> Result<Json, Error> {
        let post = ledger::entity::post_of(&actor.account);
        let (calls, tasks) = {
            let views = self.record.views();
            (
                views.find("callout", "callee", &post.to_string()),
                views.find("task", "addressee", &post.to_string()),
            )
        };
        let calls = crate::episode::newest(calls);
        let calls: Vec<Json> = calls.iter().map(|v| self.call_cell(v, actor, now)).collect();
        let tasks: Vec<Json> = tasks.iter().map(|v| self.task_row(v, actor, now)).collect();
        let entry = self.entry("event")?;
        let views: Vec<_> = {
            let all = self.record.views();
            ["Open", "Reopened"]
                .iter()
                .flat_map(|state| all.find("event", "state", state))
                .collect()
        };
        let events: Vec<Json> = views.iter().map(|v| self.shown(entry, v, None)).collect();
        let due = self.reports_due(actor, now);
        let orders = self.orders_of(actor)?;
        Ok(json!({"post": post, "calls": calls, "tasks": tasks, "orders": orders,
            "events": events, "reports_due": due}))
    }

    /// Delivery orders that the actor may accept or drive, as they stand.
    fn orders_of(&self, actor: &Actor) -> Result<Vec<Json>, Error> {
        const OPEN: &[&str] = &["Issued", "Accepted", "Loaded", "UnderWay"];
        let entry = self.entry("delivery_order")?;
        let views: Vec<_> = {
            let all = self.record.views();
            OPEN.iter().flat_map(|state| all.find("delivery_order", "state", state)).collect()
        };
        let shown = views.iter().map(|v| self.shown(entry, v, Some(actor)));
        let own = |order: &Json| {
            let acts = order["acts"].as_array();
            acts.is_some_and(|all| {
                all.iter()
                    .any(|a| a["allowed"] == json!(true) && a["grant"] == "delivery_order.drive")
            })
        };
        Ok(shown.filter(own).collect())
    }
}
