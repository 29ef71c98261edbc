//! Drafting a plan, checking it, and planning again after the world changed.

use kernel::{EntityId, Ref, UnixMillis};
use ledger::{Actor, Command};
use serde_json::{Value as Json, json};

use super::{Drafted, check};
use crate::desk::Desk;
use crate::error::Error;
use crate::level::EventView;
use crate::plan::new_command;

impl Desk {
    /// Plans by the clear rule and has it checked; nothing is written.
    ///
    /// # Errors
    /// A problem that cannot be planned.
    pub fn relief_draft(&self, event: &EventView, now: UnixMillis) -> Result<Drafted, Error> {
        let problem = self.relief_problem(event, now)?;
        let planned = logistics::plan(&problem).map_err(|e| crate::area::bad("problem", e))?;
        let report = check(&problem, &planned.plan);
        Ok(Drafted { problem, plan: planned.plan, why: planned.why, report })
    }

    /// `POST /event/{id}/relief`: drafts and checks a plan and enters it.
    ///
    /// # Errors
    /// [`Error::PlanRejected`] with the checker's codes; nothing is entered then.
    pub fn draft_relief(
        &self,
        actor: &Actor,
        id: &str,
        _args: &Json,
        retry: &str,
        now: UnixMillis,
    ) -> Result<Json, Error> {
        let event = self.event(id)?;
        let drafted = self.relief_draft(&event, now)?;
        let plan = self.enter_plan(actor, &event, &drafted, None, retry, now)?;
        let mut shown = self.shown_plan(&drafted);
        shown["plan"] = json!(plan);
        shown["state"] = json!("Checked");
        Ok(shown)
    }

    /// Enters a plan with its files and the checker's word; a rejected one is not entered.
    pub(super) fn enter_plan(
        &self,
        actor: &Actor,
        event: &EventView,
        drafted: &Drafted,
        follows: Option<&Ref>,
        retry: &str,
        now: UnixMillis,
    ) -> Result<Ref, Error> {
        if !drafted.report.accepted {
            let codes: Vec<String> =
                drafted.report.violations.iter().map(|v| v.code.to_string()).collect();
            return Err(Error::PlanRejected(codes.join(" ")));
        }
        let problem = self.blobs.put(drafted.problem.to_json().as_bytes())?;
        let plan = self.blobs.put(drafted.plan.to_json().as_bytes())?;
        let code = format!("{}/{}", event.reference, now.0);
        let id = EntityId::from_code("relief_plan", &code);
        let draft = new_command(
            "relief_plan",
            "draft",
            json!({
                "event": event.reference, "problem": problem, "plan": plan,
                "place": self.info.place,
                "follows": follows, "summary": self.summary(drafted), "roads_at": now.seconds(),
            }),
        );
        let checked = new_command(
            "relief_plan",
            "check",
            json!({
                "checked": {"problem": problem, "plan": plan, "faults": 0,
                    "version": env!("CARGO_PKG_VERSION")},
            }),
        );
        let with_id = |mut command: Command| {
            command.id = Some(id);
            command
        };
        let commands = vec![with_id(draft), with_id(checked)];
        let done = self.submit(actor, commands, retry, now)?;
        done.first().cloned().ok_or_else(|| Error::Store("nothing was written".to_owned()))
    }

    fn summary(&self, drafted: &Drafted) -> Json {
        let (lowest, brought, unmet) = super::show::totals(drafted);
        json!({
            "lowest_share_permille": lowest.as_ref().map(|(_, ppm)| ppm / 1000),
            "lowest_place": lowest.map(|(place, _)| place),
            "packs": brought, "unmet": unmet,
            "orders": super::issue::orders(&drafted.plan).len(),
        })
    }

    /// `POST /event/{id}/replan`: plans again from the plan in force, changing as little as
    /// possible.
    ///
    /// # Errors
    /// [`Error::NotFound`] where no plan is in force.
    pub fn replan(
        &self,
        actor: &Actor,
        id: &str,
        _args: &Json,
        retry: &str,
        now: UnixMillis,
    ) -> Result<Json, Error> {
        let event = self.event(id)?;
        let (previous, old, plan) = self.plan_in_force(&event)?;
        let (drafted, diff) = self.replanned(&event, &old, &plan, now)?;
        let new = self.enter_plan(actor, &event, &drafted, Some(&previous), retry, now)?;
        let mut shown = self.shown_plan(&drafted);
        shown["plan"] = json!(new);
        shown["previous"] = json!(previous);
        shown["state"] = json!("Checked");
        self.show_diff(&mut shown, &diff, &drafted);
        Ok(shown)
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
}
