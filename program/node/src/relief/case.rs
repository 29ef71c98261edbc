//! A relief plan with its problem, as the two files that an independent checker reads.
//!
//! Nothing here writes: a plan in force is read as it was entered, any other is made when asked.

use kernel::{Ref, UnixMillis};
use ledger::View;
use logistics::{Plan, Problem};
use serde_json::{Value as Json, json};

use crate::desk::Desk;
use crate::error::Error;
use crate::level::EventView;

/// Where a case comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseOf {
    /// The plan in force.
    InForce,
    /// No plan is in force: drafted from what the record says now, entered nowhere.
    Drafted,
    /// A plan in the record that follows the one before it.
    Follows,
    /// The plan in force, planned again on the roads as they are now, entered nowhere.
    Replanned,
}

/// A problem and its plan, with the plan before it where it follows one.
#[derive(Clone, Debug)]
pub struct Case {
    /// The problem.
    pub problem: Problem,
    /// The plan.
    pub plan: Plan,
    /// The plan that it changes as little as possible.
    pub previous: Option<Plan>,
    /// Where it comes from.
    pub of: CaseOf,
    /// The plan's entity, where it is in the record.
    pub entity: Option<Ref>,
}

impl Case {
    /// The checker's verdict, the changes against the previous plan included.
    pub fn report(&self) -> plancheck::Report {
        let previous = self.previous.as_ref().map(Plan::to_json);
        let (problem, plan) = (self.problem.to_json(), self.plan.to_json());
        plancheck::check_text(&problem, &plan, previous.as_deref())
    }
}

impl Desk {
    /// The plan in force of an event; where there is none, one drafted now.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such an event; a problem that cannot be planned.
    pub fn relief_case(&self, id: &str, now: UnixMillis) -> Result<Case, Error> {
        let event = self.event(id)?;
        if let Ok((entity, problem, plan)) = self.plan_in_force(&event) {
            let (of, entity) = (CaseOf::InForce, Some(entity));
            return Ok(Case { problem, plan, previous: None, of, entity });
        }
        let drafted = self.relief_draft(&event, now)?;
        let (problem, plan) = (drafted.problem, drafted.plan);
        Ok(Case { problem, plan, previous: None, of: CaseOf::Drafted, entity: None })
    }

    /// The newest plan that follows another; where there is none, the plan in force planned again
    /// on the roads as they are.
    ///
    /// # Errors
    /// [`Error::NotFound`] where no plan is in force.
    pub fn replan_case(&self, id: &str, now: UnixMillis) -> Result<Case, Error> {
        let event = self.event(id)?;
        if let Some(case) = self.following(&event)? {
            return Ok(case);
        }
        let (_, old, previous) = self.plan_in_force(&event)?;
        let (drafted, _) = self.replanned(&event, &old, &previous, now)?;
        let (problem, plan) = (drafted.problem, drafted.plan);
        let of = CaseOf::Replanned;
        Ok(Case { problem, plan, previous: Some(previous), of, entity: None })
    }

    fn following(&self, event: &EventView) -> Result<Option<Case>, Error> {
        let entry = self.entry("relief_plan")?;
        let Some(follows) = entry.field("follows").map(|f| f.number) else { return Ok(None) };
        let live = |v: &View| matches!(entry.state_of(v), Some("Checked" | "InForce"));
        for view in self.relief_plans(event).iter().filter(|v| live(v)) {
            let before = view.reference_in(follows).and_then(|r| self.view_of(&r));
            let before = before.and_then(|v| self.relief_files(&v));
            let files = before.zip(self.relief_files(view));
            if let Some(((_, previous), (problem, plan))) = files {
                let (of, entity) = (CaseOf::Follows, Some(view.reference()));
                return Ok(Some(Case { problem, plan, previous: Some(previous), of, entity }));
            }
        }
        Ok(None)
    }

    /// Drafts a plan and checks it, as people see it; nothing is written.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such an event; a problem that cannot be planned.
    pub fn show_relief_draft(&self, id: &str, now: UnixMillis) -> Result<Json, Error> {
        let event = self.event(id)?;
        let drafted = self.relief_draft(&event, now)?;
        let mut shown = self.shown_plan(&drafted);
        self.with_left_out(&event, &drafted.problem, &mut shown, now)?;
        shown["event"] = json!(event.reference);
        shown["state"] = json!("Draft");
        Ok(shown)
    }
}
