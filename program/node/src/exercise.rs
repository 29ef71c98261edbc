//! The exercise strip: what to press next, told from the record and never from a script.

use kernel::UnixMillis;
use ledger::Actor;
use serde_json::{Value as Json, json};

use crate::desk::Desk;
use crate::error::Error;
use crate::text::Text;

/// The steps of the main job with their keys; words are the console's.
const STEPS: &[(&str, &str)] = &[
    ("impact", "1"),
    ("propose", "A"),
    ("approve", "A"),
    ("report", "R"),
    ("calls", "3"),
    ("forces", "5"),
    ("relief", "6"),
    ("replan", "7"),
];

impl Desk {
    /// `GET /exercise`.
    ///
    /// # Errors
    /// [`Error::NotFound`] on a node that is no exercise.
    pub fn exercise(&self, _actor: &Actor, now: UnixMillis) -> Result<Json, Error> {
        if !self.info.exercise {
            return Err(Error::NotFound("exercise".to_owned()));
        }
        let (done, planned) = self.steps_done(now);
        // Where no plan is the place's own there is no level to put forward here.
        let here = |key: &str| planned || !matches!(key, "propose" | "approve");
        let steps: Vec<Json> = STEPS
            .iter()
            .filter(|(key, _)| here(key))
            .map(|(key, press)| json!({"key": key, "press": press, "done": done.contains(key)}))
            .collect();
        let name = self.info.scenario.clone().unwrap_or_else(|| Text::new("", ""));
        Ok(json!({"seed": self.info.seed, "name": name, "steps": steps}))
    }

    /// What the record says was done, and whether a plan of the place's own gives it a level.
    fn steps_done(&self, now: UnixMillis) -> (Vec<&'static str>, bool) {
        let Ok(event) = self.event("open") else { return (Vec::new(), true) };
        let own = self.proposals(&event, now).own;
        let planned = own.is_some();
        let mut done = vec!["impact"];
        let (_, response) = self.response_of(&event);
        let state = response["state"].as_str().unwrap_or_default();
        // A plan that says a graver level by now has its proposal and decision still to come.
        let says = own.and_then(|(_, proposal)| proposal.level);
        let graver = says.filter(|s| response["level"].as_i64().is_some_and(|level| *s < level));
        let holds = command::response::holds(state);
        let put = match graver.filter(|_| holds) {
            Some(_) => response["proposed"] == json!(graver),
            None => state == "Proposed" || holds,
        };
        if put {
            done.push("propose");
        }
        if holds && graver.is_none() {
            done.push("approve");
        }
        let views = self.record.views();
        let of_event = |kind: &str| views.find(kind, "event", &event.reference.to_string());
        if !of_event("report").is_empty() {
            done.push("report");
        }
        let Ok(callout) = self.entry("callout") else { return (done, planned) };
        let answered = |v: &std::sync::Arc<ledger::View>| {
            matches!(callout.state_of(v), Some("Acknowledged" | "ActionReported"))
        };
        if of_event("callout").iter().any(answered) {
            done.push("calls");
        }
        if of_event("task").iter().any(|t| t.get(command::task::TEAM).is_some()) {
            done.push("forces");
        }
        let plans = of_event("relief_plan");
        let issued = plans.iter().filter(|p| {
            self.entry("relief_plan").ok().and_then(|e| e.state_of(p)) == Some("InForce")
        });
        match issued.count() {
            0 => {}
            _ => done.push("relief"),
        }
        if plans.len() > 1 {
            done.push("replan");
        }
        (done, planned)
    }
}
