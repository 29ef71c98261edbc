//! The relief plan: needs by norm, allocation and delivery by the clear rule, the check, the
//! orders.
//!
//! A plan is one op that names `problem.json` and `plan.json` by hash; what is issued to a driver
//! is a delivery order with a promise of each of its lots. Nothing is issued that the checker
//! refused.

mod again;
mod asked;
mod case;
mod draft;
mod issue;
mod needs;
mod problem;
mod show;
pub(crate) mod transport;

pub use case::{Case, CaseOf};

use std::sync::Arc;

use kernel::{Hash32, UnixMillis};
use ledger::{Actor, View};
use serde_json::{Value as Json, json};

use crate::desk::Desk;
use crate::error::Error;
use crate::level::EventView;

/// Hours that a plan looks ahead.
pub const HORIZON_S: i64 = 48 * 3600;
/// Days of need that a plan covers.
pub const DAYS: i64 = 2;

/// A plan as drafted, with all that it rests on.
pub struct Drafted {
    /// The problem.
    pub problem: logistics::Problem,
    /// The plan.
    pub plan: logistics::Plan,
    /// Why each need gets what it gets.
    pub why: Vec<logistics::Why>,
    /// The checker's report.
    pub report: plancheck::Report,
}

impl Desk {
    /// The relief plans of an event, newest first.
    pub(crate) fn relief_plans(&self, event: &EventView) -> Vec<Arc<View>> {
        let views = self.record.views();
        let mut plans = views.find("relief_plan", "event", &event.reference.to_string());
        drop(views);
        let entered = |v: &Arc<View>| {
            let first = v.fields.get(&relief::relief_plan::PROBLEM).and_then(crate::figure::winner);
            first.and_then(|op| self.record.info(op)).map(|i| i.entered_at)
        };
        plans.sort_by_key(|v| std::cmp::Reverse(entered(v)));
        plans
    }

    /// Problem and plan of a relief plan's op, from their blobs.
    pub(crate) fn relief_files(
        &self,
        view: &View,
    ) -> Option<(logistics::Problem, logistics::Plan)> {
        let file = |field: u8| {
            let hash = Hash32::from_slice(view.get(field)?.as_bytes()?)?;
            self.blobs.get(&hash)
        };
        let problem = serde_json::from_slice(&file(relief::relief_plan::PROBLEM)?).ok()?;
        let plan = serde_json::from_slice(&file(relief::relief_plan::PLAN)?).ok()?;
        Some((problem, plan))
    }

    /// `GET /event/{id}/relief`: the plan in force, or the last drafted; null where there is none.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn relief(&self, actor: &Actor, id: &str, now: UnixMillis) -> Result<Json, Error> {
        let event = self.event(id)?;
        let entry = self.entry("relief_plan")?;
        let plans = self.relief_plans(&event);
        let in_force = plans.iter().find(|v| entry.state_of(v) == Some("InForce"));
        let live = |v: &&Arc<View>| entry.state_of(v) != Some("Replaced");
        let Some(view) = in_force.or_else(|| plans.iter().find(live)) else {
            return Ok(Json::Null);
        };
        let Some((problem, plan)) = self.relief_files(view) else { return Ok(Json::Null) };
        let why = logistics::plan(&problem).map(|p| p.why).unwrap_or_default();
        let report = check(&problem, &plan);
        let live = self.live_orders(&view.reference(), &plan);
        let drafted = Drafted { problem, plan, why, report };
        let mut shown = self.shown_plan(&drafted);
        self.with_left_out(&event, &drafted.problem, &mut shown, now)?;
        shown["plan"] = json!(view.reference());
        shown["state"] = json!(entry.state_of(view));
        shown["entity"] = self.shown(entry, view, Some(actor));
        shown["orders"] = json!(live);
        Ok(shown)
    }
}

/// Judges a plan by the checker's own reading of both files.
pub(crate) fn check(problem: &logistics::Problem, plan: &logistics::Plan) -> plancheck::Report {
    plancheck::check_text(&problem.to_json(), &plan.to_json(), None)
}
