//! Planning again after the world changed: what is computed once is shown again, and a new draft is
//! written only where it says something else.

use kernel::{Ref, UnixMillis};
use ledger::Actor;
use serde_json::{Value as Json, json};

use super::Drafted;
use crate::desk::Desk;
use crate::error::Error;
use crate::level::EventView;

/// A plan in force with its files.
type InForce = (Ref, logistics::Problem, logistics::Plan);

impl Desk {
    /// `POST /event/{id}/replan`: plans again from the plan in force, changing as little as
    /// possible. Where the last draft says the same, that draft is the answer and nothing is
    /// written.
    ///
    /// # Errors
    /// [`Error::NotFound`] where no plan is in force.
    pub fn replan(
        &self,
        actor: &Actor,
        id: &str,
        args: &Json,
        retry: &str,
        now: UnixMillis,
    ) -> Result<Json, Error> {
        crate::check::only("relief_plan", args, &[])?;
        let event = self.event(id)?;
        let in_force = self.plan_in_force(&event)?;
        let (previous, old, plan) = &in_force;
        let (drafted, diff) = self.replanned(&event, old, plan, now)?;
        let said = |d: &(Ref, Drafted)| {
            d.1.plan.to_json() == drafted.plan.to_json() && d.1.problem == drafted.problem
        };
        let new = match self.replan_draft(&event, &in_force)?.filter(said) {
            Some((reference, _)) => reference,
            None => self.enter_plan(actor, &event, &drafted, Some(previous), retry, now)?,
        };
        Ok(self.shown_again(&new, previous, &drafted, &diff))
    }

    /// `GET /event/{id}/replan`: the last draft that follows the plan in force, with what it
    /// changes, and whether the roads are still as it took them; nothing is written. Null where no
    /// plan is in force.
    ///
    /// # Errors
    /// A problem that cannot be planned.
    pub fn replan_shown(&self, _: &Actor, id: &str, now: UnixMillis) -> Result<Json, Error> {
        let event = self.event(id)?;
        let in_force = match self.plan_in_force(&event) {
            Err(Error::NotFound(_)) => return Ok(Json::Null),
            found => found?,
        };
        let (previous, old, plan) = &in_force;
        let problem = self.problem_now(&event, old, now)?;
        let Some((reference, drafted)) = self.replan_draft(&event, &in_force)? else {
            return Ok(json!({"fresh": problem == *old, "draft": null}));
        };
        let diff = logistics::compare(&drafted.problem, plan, &drafted.plan);
        let diff = diff.map_err(|e| crate::area::bad("problem", e))?;
        let draft = self.shown_again(&reference, previous, &drafted, &diff);
        Ok(json!({"fresh": problem == drafted.problem, "draft": draft}))
    }

    fn shown_again(
        &self,
        plan: &Ref,
        previous: &Ref,
        drafted: &Drafted,
        diff: &logistics::Diff,
    ) -> Json {
        let mut shown = self.shown_plan(drafted);
        shown["plan"] = json!(plan);
        shown["previous"] = json!(previous);
        shown["state"] = json!("Checked");
        self.show_diff(&mut shown, diff, drafted);
        shown
    }

    /// The newest checked draft that follows the plan in force.
    fn replan_draft(
        &self,
        event: &EventView,
        (previous, _, before): &InForce,
    ) -> Result<Option<(Ref, Drafted)>, Error> {
        let entry = self.entry("relief_plan")?;
        let Some(follows) = entry.field("follows").map(|f| f.number) else { return Ok(None) };
        let plans = self.relief_plans(event);
        let found = plans.iter().find(|v| {
            entry.state_of(v) == Some("Checked")
                && v.reference_in(follows) == Some(previous.clone())
        });
        let Some(view) = found else { return Ok(None) };
        let Some((problem, plan)) = self.relief_files(view) else { return Ok(None) };
        let report =
            plancheck::check_text(&problem.to_json(), &plan.to_json(), Some(&before.to_json()));
        let why = logistics::plan(&problem).map(|p| p.why).unwrap_or_default();
        Ok(Some((view.reference(), Drafted { problem, plan, why, report })))
    }

    pub(crate) fn plan_in_force(
        &self,
        event: &EventView,
    ) -> Result<(Ref, logistics::Problem, logistics::Plan), Error> {
        let entry = self.entry("relief_plan")?;
        let plans = self.relief_plans(event);
        let view = plans.iter().find(|v| entry.state_of(v) == Some("InForce"));
        let none = || Error::NotFound("relief plan in force".to_owned());
        let view = view.ok_or_else(none)?;
        let (problem, plan) = self.relief_files(view).ok_or_else(none)?;
        Ok((view.reference(), problem, plan))
    }

    /// The new problem on the old plan's time axis and stock, and the plan that changes least.
    pub(crate) fn replanned(
        &self,
        event: &EventView,
        old: &logistics::Problem,
        plan: &logistics::Plan,
        now: UnixMillis,
    ) -> Result<(Drafted, logistics::Diff), Error> {
        let began =
            old.name.rsplit_once('@').and_then(|(_, t)| t.parse::<kernel::UnixSeconds>().ok());
        let began = began.map_or(now, kernel::UnixSeconds::millis);
        let problem = self.problem_now(event, old, now)?;
        let since = (now.seconds().0 - began.seconds().0).max(0);
        let replanned = logistics::replan(&problem, old, plan, since);
        let replanned = replanned.map_err(|e| crate::area::bad("problem", e))?;
        let report = plancheck::check_text(
            &problem.to_json(),
            &replanned.plan.to_json(),
            Some(&plan.to_json()),
        );
        let drafted = Drafted { problem, plan: replanned.plan, why: replanned.why, report };
        Ok((drafted, replanned.diff))
    }

    /// The old plan's problem on the roads as they are.
    pub(super) fn problem_now(
        &self,
        event: &EventView,
        old: &logistics::Problem,
        now: UnixMillis,
    ) -> Result<logistics::Problem, Error> {
        let mut problem = old.clone();
        let fresh = self.relief_problem(event, now)?;
        // Stops and lots stay those of the plan that stands; what changed is how far they are
        // apart.
        let at: Vec<Option<usize>> =
            problem.places.iter().map(|p| fresh.places.iter().position(|f| f.id == p.id)).collect();
        for (name, matrix) in &mut problem.matrices {
            let Some(new) = fresh.matrices.get(name) else { continue };
            for (from, row) in matrix.iter_mut().enumerate() {
                for (to, way) in row.iter_mut().enumerate() {
                    if let (Some(f), Some(t)) = (at[from], at[to]) {
                        *way = new[f][t];
                    }
                }
            }
        }
        problem.name = old.name.clone();
        Ok(problem)
    }
}
