//! Drafting a plan and having it checked.

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
    /// [`Error::PlanRejected`] with the checker's codes, a refusal where no need is known; nothing
    /// is entered then.
    pub fn draft_relief(
        &self,
        actor: &Actor,
        id: &str,
        args: &Json,
        retry: &str,
        now: UnixMillis,
    ) -> Result<Json, Error> {
        crate::check::only("relief_plan", args, &[])?;
        let event = self.event(id)?;
        // Its stock is promised: what is left says nothing of what can be brought.
        if self.plan_in_force(&event).is_ok() {
            let refusal = crate::check::refuse("another-plan-in-force");
            return Err(Error::refused("relief_plan", refusal));
        }
        let drafted = self.relief_draft(&event, now)?;
        // People that are not known are not people who need nothing.
        if drafted.problem.needs.is_empty() {
            let known = !self.left_out(&event, &drafted.problem, now)?.is_empty();
            let code = if known { "needs-not-in-stock" } else { "no-need-known" };
            return Err(Error::refused("relief_plan", crate::check::refuse(code)));
        }
        let plan = self.enter_plan(actor, &event, &drafted, None, retry, now)?;
        let mut shown = self.shown_plan(&drafted);
        self.with_left_out(&event, &drafted.problem, &mut shown, now)?;
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
        // A plan that follows at the same instant is another plan.
        let after = follows.map(|f| format!("/{f}")).unwrap_or_default();
        let code = format!("{}/{}{after}", event.reference, now.0);
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
}
