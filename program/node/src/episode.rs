//! What a response has set off since it began: a start after the end is a new episode of the same
//! response, and sets its tasks and calls off anew.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kernel::{Ref, UnixMillis};
use ledger::View;
use ledger::entity::VERB;

use crate::desk::Desk;
use crate::level::EventView;

/// What was given for an event and is not given again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// Rows of the plan whose tasks were issued and not withdrawn.
    pub measures: BTreeSet<String>,
    /// Posts that were called.
    called: BTreeSet<String>,
    /// The newest call of each post, of any episode.
    newest: BTreeMap<String, Arc<View>>,
    /// The level in force.
    in_force: Option<i64>,
}

impl Given {
    /// Whether a level asks for a call of a post: one that was not called, and at a graver level
    /// than the one in force everyone, since earlier answers do not count. Source: domain, §5.4,
    /// CO-8.
    pub fn wants_call(&self, post: &Ref, level: i64) -> bool {
        self.in_force.is_some_and(|held| level < held) || !self.called.contains(&post.to_string())
    }

    /// The newest call of a post for the event.
    pub fn newest(&self, post: &Ref) -> Option<&Arc<View>> {
        self.newest.get(&post.to_string())
    }
}

/// Calls without those that a later round has taken the place of.
pub(crate) fn newest(mut calls: Vec<Arc<View>>) -> Vec<Arc<View>> {
    let before: BTreeSet<Ref> =
        calls.iter().filter_map(|c| c.reference_in(warning::callout::PREVIOUS)).collect();
    calls.retain(|call| !before.contains(&call.reference()));
    calls
}

/// States of a task in which the work is still to come: it is not asked for twice.
const OPEN: &[&str] = &["Issued", "Accepted"];

impl Desk {
    /// What was given for an event in the episode that runs or begins: all since the response last
    /// ended, and tasks from before that are still open.
    pub(crate) fn given(&self, event: &EventView) -> Given {
        let ended = self.ended_at(event);
        let since = |view: &Arc<View>, number: u8| {
            let op = view.fields.get(&number).and_then(crate::figure::winner);
            let entered = op.and_then(|op| self.record.info(op)).map(|info| info.entered_at);
            ended.is_none_or(|ended| entered.is_none_or(|at| at > ended))
        };
        let of_event =
            |kind: &str| self.record.views().find(kind, "event", &event.reference.to_string());
        let (_, response) = self.response_of(event);
        let holds = response["state"].as_str().is_some_and(command::response::is_in_force);
        let in_force = response["level"].as_i64().filter(|_| holds);
        let mut given = Given { in_force, ..Given::default() };
        if let Ok(entry) = self.entry("task") {
            let measure = entry.field("measure").map(|f| f.number).unwrap_or(0);
            for task in of_event("task") {
                let state = entry.state_of(&task).unwrap_or_default();
                let counts = OPEN.contains(&state) || since(&task, measure);
                if let Some(row) = task.text(measure).filter(|_| counts && state != "Withdrawn") {
                    given.measures.insert(row.to_owned());
                }
            }
        }
        for call in newest(of_event("callout")) {
            let Some(post) = call.text(warning::callout::CALLEE).map(str::to_owned) else {
                continue;
            };
            if since(&call, warning::callout::CALLEE) {
                given.called.insert(post.clone());
            }
            given.newest.insert(post, call);
        }
        given
    }

    /// When the response of the event's place and hazard last ended; `None`: it never did.
    fn ended_at(&self, event: &EventView) -> Option<UnixMillis> {
        let (response, _) = self.response_of(event);
        let ops = self.record.read(|store| store.ops_about(&response.id)).ok()?;
        let ended = ops.iter().filter(|op| {
            let body = op.op.body().unwrap_or_default();
            let verb = body.get(&u64::from(VERB)).and_then(ledger::Value::as_int);
            verb == Some(command::response::END)
        });
        ended.map(|op| op.op.header().t.millis()).max()
    }
}
