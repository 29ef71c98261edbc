//! Proposing a level and deciding it: two people, one submit that also sets off tasks and calls.

use kernel::{Ref, UnixMillis};
use ledger::entity::{VERB, post_of};
use ledger::{Actor, Command, Refusal};
use serde_json::{Value as Json, json};

use crate::check::{may, only, refuse};
use crate::desk::Desk;
use crate::error::Error;
use crate::level::EventView;
use crate::plan::{PlannedCall, new_command};
use crate::telephone::DECIDE;

impl Desk {
    /// `POST /event/{id}/propose`: puts the plan's proposal before who may decide, with its
    /// evidence.
    ///
    /// # Errors
    /// A refusal where no plan proposes a level, or the actor may not propose.
    pub fn propose(
        &self,
        actor: &Actor,
        id: &str,
        args: &Json,
        retry: &str,
        now: UnixMillis,
    ) -> Result<Json, Error> {
        only("response", args, &[])?;
        let event = self.event(id)?;
        let command = self.proposal_command(&event, now)?;
        let mut commands = Vec::new();
        let (response, in_force) = self.response_of(&event);
        if let Some(held) = held_for_another(&in_force) {
            return Err(of_another_event(&in_force, held));
        }
        let state = in_force["state"].as_str().unwrap_or_default().to_owned();
        if matches!(state.as_str(), "" | "Ended" | "Reviewed") {
            let fields = json!({
                "place": self.info.place, "hazard_kind": event.hazard, "event": event.reference,
            });
            commands.push(new_command("response", "monitor", fields));
        }
        commands.push(command);
        let done = self.submit(actor, commands, retry, now)?;
        Ok(json!({"response": response, "ops": done.ops}))
    }

    fn proposal_command(&self, event: &EventView, now: UnixMillis) -> Result<Command, Error> {
        let none = || Error::refused("response", refuse("no-proposal"));
        let (_, proposal) = self.proposals(event, now).own.ok_or_else(none)?;
        let level = proposal.level.ok_or_else(none)?;
        let evaluation = serde_json::to_vec(&proposal).unwrap_or_default();
        let evaluation = self.blobs.put(&evaluation)?;
        let names = |truth: kernel::Truth| {
            let rows = proposal.rows.iter().filter(move |r| r.truth == truth);
            rows.map(|r| json!(r.row)).collect::<Vec<Json>>()
        };
        let if_open = proposal.level_if_undetermined_met.map(|l| format!("level_{l}"));
        // A response that holds goes on as that of the event it was started for.
        let (_, response) = self.response_of(event);
        let holds = response["state"].as_str().is_some_and(command::response::is_in_force);
        let own = Some(&response["event"]).filter(|own| holds && !own.is_null());
        let of = own.cloned().unwrap_or_else(|| json!(event.reference));
        let fields = json!({
            "place": self.info.place, "hazard_kind": event.hazard, "event": of,
            "plan": self.plan_of(event),
            "proposal": {
                "level": format!("level_{level}"), "table": proposal.table.id,
                "table_hash": proposal.table.hash, "evaluation": evaluation,
                "level_if_open_met": if_open,
                "met": names(kernel::Truth::Met),
                "undetermined": names(kernel::Truth::Undetermined),
            },
        });
        Ok(new_command("response", "propose", fields))
    }

    /// The plan in force of the own place for an event's hazard.
    pub(crate) fn plan_of(&self, event: &EventView) -> Option<Ref> {
        let views = self.record.views();
        let found = views.find("plan", "hazard_kind", &event.hazard);
        let mut in_force = found.iter().filter(|v| v.int(VERB) == Some(command::plan::IN_FORCE));
        let own = in_force.find(|v| crate::plan::place_of(v) == self.info.place)?;
        Some(own.reference())
    }

    /// `POST /event/{id}/approve {level, basis?, matter?, expected_term?, seen?, approved_by?,
    /// approved_at?}`: decides the level, issues its tasks and queues its calls, all or nothing.
    /// `seen` are the response's heads that the signer saw. With `approved_by` (a post) and
    /// `approved_at` it enters what that post decided by telephone.
    ///
    /// # Errors
    /// A refusal where the actor may not decide, or proposed it and the plan wants two people,
    /// where the response is not as it was `seen`, or where an approval by telephone may not be
    /// entered so.
    pub fn approve(
        &self,
        actor: &Actor,
        id: &str,
        args: &Json,
        retry: &str,
        now: UnixMillis,
    ) -> Result<Json, Error> {
        decision_args(args)?;
        let event = self.event(id)?;
        // Who decided by telephone is asked for at the submit; who presses is asked here.
        if args.get("approved_by").is_none_or(Json::is_null) {
            self.may_decide(actor)?;
        }
        let level = args["level"].as_i64().filter(|l| (1..=4).contains(l));
        let none = || {
            let refusal = match args["level"].is_null() {
                true => refuse("missing-field").with("field", "level"),
                false => refuse("wrong-type").with("field", "level").with("expected", "1 – 4"),
            };
            Error::refused("response", refusal)
        };
        let level = level.ok_or_else(none)?;
        let (response, in_force) = self.response_of(&event);
        let state = in_force["state"].as_str().unwrap_or_default().to_owned();
        self.fits_in(&event, &in_force, level, args, now)?;
        let mut commands = self.decision(&event, actor, args, level, &state, now);
        if let (Some(first), Some(seen)) = (commands.first_mut(), args.get("seen")) {
            let shape = || refuse("wrong-type").with("field", "seen").with("expected", "[op id]");
            let seen = serde_json::from_value(seen.clone());
            first.seen = seen.map_err(|_| Error::refused("response", shape()))?;
        }
        let tasks = self.planned_tasks(&event, level);
        let calls = self.planned_calls(&event, level);
        let first_task = commands.len();
        let given = self.given(&event);
        let new = tasks.iter().filter(|t| !given.measures.contains(&t.row));
        commands.extend(new.map(|t| self.task_command(&event, &response, t, now)));
        let first_call = commands.len();
        let new: Vec<_> = calls.iter().filter(|c| given.wants_call(&c.callee, level)).collect();
        let before = |c: &PlannedCall| given.newest(&c.callee).map(AsRef::as_ref);
        commands.extend(new.iter().map(|c| self.call_command(&event, c, before(c), now)));
        let end = commands.len();
        commands.extend(new.iter().filter_map(|c| self.call_is_over(before(c)?)));
        let done = self.submit(actor, commands, retry, now)?;
        Ok(json!({
            "response": response, "level": level,
            "tasks": done.entities[first_task..first_call], "calls": done.entities[first_call..end],
            "replayed": done.replayed,
        }))
    }

    /// The command that ends a call nobody has answered, where a new round takes its place.
    fn call_is_over(&self, call: &ledger::View) -> Option<Command> {
        let entry = self.entry("callout").ok()?;
        let open = !entry.edges_from(call, "expire").is_empty();
        open.then(|| Command { id: Some(call.id), ..new_command("callout", "expire", json!({})) })
    }

    /// Refuses a level that a person gives without a reason where no plan gives one, and one that
    /// would lower, from another event, what is in force for its own.
    fn fits_in(
        &self,
        event: &EventView,
        in_force: &Json,
        level: i64,
        args: &Json,
        now: UnixMillis,
    ) -> Result<(), Error> {
        let reasoned = args["basis"].as_str().is_some_and(|basis| !basis.trim().is_empty());
        if !reasoned && self.proposals(event, now).own.is_none() {
            let refusal = Refusal::new("level-without-reason", "domain, §4.2");
            return Err(Error::refused(
                "response",
                refusal.with("level", format!("level_{level}")),
            ));
        }
        match held_for_another(in_force).filter(|held| level > *held) {
            None => Ok(()),
            Some(held) => Err(of_another_event(in_force, held)),
        }
    }

    /// Whether the actor may decide levels of the node's own place.
    fn may_decide(&self, actor: &Actor) -> Result<(), Error> {
        let code = match may(actor, DECIDE) {
            false => "no-right",
            true if !self.area.is_under(self.info.place, actor.place) => "not-your-place",
            true => return Ok(()),
        };
        let refusal = Refusal::new(code, "house, decision 10").with("act", DECIDE);
        Err(Error::refused("response", refusal.with("place", self.info.place)))
    }

    fn decision(
        &self,
        event: &EventView,
        actor: &Actor,
        args: &Json,
        level: i64,
        state: &str,
        now: UnixMillis,
    ) -> Vec<Command> {
        let base = json!({"place": self.info.place, "hazard_kind": event.hazard});
        let with = |more: Json| {
            let mut fields = base.clone();
            if let (Some(a), Some(b)) = (fields.as_object_mut(), more.as_object()) {
                a.extend(b.clone());
            }
            fields
        };
        let approved_by = args.get("approved_by").cloned().filter(|v| !v.is_null());
        let own = json!(post_of(&actor.account));
        let approval = match &approved_by {
            None => json!({"mode": "console", "approved_by": own, "approved_at": now.seconds()}),
            Some(by) => json!({
                "mode": "telephone", "approved_by": by, "approved_at": args.get("approved_at"),
                "heard_by": own,
            }),
        };
        let activate =
            with(if approved_by.is_some() { json!({"approval": approval}) } else { json!({}) });
        let level_value = json!({"level": format!("level_{level}")});
        let text = |name: &str, otherwise: &str| {
            args.get(name).and_then(Json::as_str).unwrap_or(otherwise).to_owned()
        };
        let title = event.view.text(command::event::TITLE).unwrap_or_default();
        let measures: Vec<String> = self
            .planned_tasks(event, level)
            .into_iter()
            .map(|t| t.label.zh.to_string())
            .take(100)
            .collect();
        let decided = with(json!({
            "event": event.reference, "plan": self.plan_of(event), "level": level_value,
            "matter": text("matter", title), "expected_term": text("expected_term", "24 h"),
            "measures": measures, "approval": approval, "basis": args.get("basis"),
        }));
        match state {
            "Active" | "Adjusted" | "EndProposed" => {
                // A level other than the one that was put forward and signed has its reason from a
                // person, whatever the plan would say at this moment.
                let view = self.view_of(&self.response_of(event).0);
                let waits = view.and_then(|view| self.waiting_proposal(&view));
                let basis = text("basis", if waits == Some(level) { title } else { "" });
                let fields = with(json!({
                    "level": level_value, "basis": basis, "approval": approval,
                    "measures": measures,
                }));
                vec![new_command("response", "adjust", fields)]
            }
            "Monitoring" | "Proposed" => vec![
                new_command("response", "decide", decided),
                new_command("response", "activate", activate.clone()),
            ],
            _ => vec![
                new_command("response", "monitor", with(json!({"event": event.reference}))),
                new_command("response", "decide", decided),
                new_command("response", "activate", activate.clone()),
            ],
        }
    }

    /// The level of the proposal that waits for its decision; `None` where nobody proposed one, a
    /// level was decided since, or it was declined.
    pub(crate) fn waiting_proposal(&self, view: &ledger::View) -> Option<i64> {
        let state = self.entry("response").ok()?.state_of(view)?;
        if matches!(state, "Monitoring" | "Ended" | "Reviewed") {
            return None;
        }
        let entered = |number: u8| {
            let op = crate::figure::winner(view.fields.get(&number)?)?;
            self.record.info(op).map(|info| info.entered_at)
        };
        let proposed_at = entered(command::response::PROPOSAL)?;
        let decided = entered(command::response::LEVEL).is_some_and(|at| at >= proposed_at);
        command::response::proposed(view).filter(|_| !decided).map(i64::from)
    }
}

/// The level in force where it is that of another event of the place and kind.
fn held_for_another(in_force: &Json) -> Option<i64> {
    let runs = in_force["state"].as_str().is_some_and(command::response::is_in_force);
    in_force["level"].as_i64().filter(|_| runs && in_force["of_this_event"] == json!(false))
}

fn of_another_event(in_force: &Json, held: i64) -> Error {
    let refusal = Refusal::new("response-of-another-event", "house, decision 12");
    let of = in_force["event_name"]["zh"].as_str().unwrap_or_default();
    let refusal = refusal.with("level", format!("level_{held}"));
    Error::refused("response", refusal.with("event", of))
}

/// Refuses arguments of a decision that are none, texts that are no texts, and a time of approval
/// without who approved: the signer meant something that would not be in the record.
fn decision_args(args: &Json) -> Result<(), Error> {
    const TEXTS: &[&str] = &["basis", "matter", "expected_term", "approved_by", "approved_at"];
    only("response", args, &[TEXTS, &["level", "seen"]].concat())?;
    let given = |name: &str| args.get(name).filter(|v| !v.is_null());
    let no = |refusal: Refusal| Err(Error::refused("response", refusal));
    if let Some(name) = TEXTS.iter().find(|n| given(n).is_some_and(|v| !v.is_string())) {
        return no(refuse("wrong-type").with("field", name).with("expected", "text"));
    }
    match given("approved_at").is_some() && given("approved_by").is_none() {
        true => no(refuse("missing-field").with("field", "approved_by")),
        false => Ok(()),
    }
}
