//! Judges a relief plan against its problem: 33 codes of what can be wrong, and every figure.
//!
//! A plan goes to drivers only when this engine found nothing wrong with it. It shares no code with
//! the engine that makes plans, so that one mistake cannot make a plan and also pass it; it reads
//! the two files itself. It plans nothing, mends nothing and knows no map.
//!
//! ```
//! let problem = r#"{"format":"anlan-relief-problem/1","name":"one village","horizon_s":7200,
//!   "commodities":[{"id":"water","pack_g":20000,"pack_l":22}],
//!   "places":[{"id":"D","lots":[{"id":"L","commodity":"water","packs":9}]},{"id":"V"}],
//!   "needs":[{"id":"N","place":"V","commodity":"water","people":30,"packs":9}],
//!   "vehicles":[{"id":"T","matrix":"truck","class":3,"capacity_g":5000000,"capacity_l":18000,
//!     "start":"D","end":null,"shift":[0,7200]}],
//!   "matrices":{"truck":[[0,3600],[3600,0]]}}"#;
//! let plan = r#"{"format":"anlan-relief-plan/1","problem":"one village","routes":[
//!   {"vehicle":"T","stops":[
//!     {"place":"D","arrive":0,"start":0,"depart":0,"load":[{"lot":"L","packs":9}]},
//!     {"place":"V","arrive":3500,"start":3500,"depart":3500,
//!      "unload":[{"need":"N","lot":"L","packs":9}]}]}]}"#;
//! let report = plancheck::check_text(problem, plan, None);
//! assert!(!report.accepted);
//! assert_eq!(report.violations[0].code, plancheck::Code::TravelTime);
//! assert_eq!(report.violations[0].at.to_string(), "route 0 (T) stop 1 at V");
//! assert_eq!((report.violations[0].found, report.violations[0].limit), (Some(3500), Some(3600)));
//! ```

mod code;
mod curve;
mod index;
mod metrics;
mod read;
mod route;
mod whole;

use serde::Serialize;
use serde_json::Value;

pub use code::{Code, Violation, Where};
pub use curve::{Curve, LINEAR_FROM_MIN};
pub use metrics::{Changes, Metrics, Tier};
pub use read::{FIGURE_MAX, Plan, Problem, Unreadable};

use index::Index;
use route::Ledger;

/// The verdict on a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Nothing is wrong.
    pub accepted: bool,
    /// All that is wrong, in the order of the routes, then of the whole.
    pub violations: Vec<Violation>,
    /// The figures; none where problem or plan could not be read.
    pub metrics: Option<Metrics>,
    /// Why they could not be read, for a log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
}

impl Report {
    fn unreadable(cause: &Unreadable) -> Self {
        Report {
            accepted: false,
            violations: vec![Violation::new(Code::Unreadable, Where::Input)],
            metrics: None,
            unreadable: Some(cause.to_string()),
        }
    }
}

/// Judges a plan; with a previous plan also how many of its issued orders were changed.
///
/// # Errors
/// [`Unreadable`] where the problem contradicts itself so that no plan could be judged.
pub fn check(
    problem: &Problem,
    plan: &Plan,
    previous: Option<&Plan>,
) -> Result<Report, Unreadable> {
    let index = Index::new(problem)?;
    let (mut ledger, mut metrics) = walk(&index, plan)?;
    if let Some(previous) = previous {
        // What is wrong with the old plan under the new problem is what forces a change.
        let (judged, _) = walk(&index, previous)?;
        let counts = whole::changes(previous, plan, &judged.violations)?;
        whole::change_cap(&index, &counts, &mut ledger);
        metrics.changes = Some(counts);
    }
    let figures = serde_json::to_value(&metrics).unwrap_or(Value::Null);
    whole::claims(plan, &figures, &mut ledger);
    Ok(Report {
        accepted: ledger.violations.is_empty(),
        violations: ledger.violations,
        metrics: Some(metrics),
        unreadable: None,
    })
}

/// Judges files; what cannot be read is code E00 in the report.
pub fn check_text(problem: &str, plan: &str, previous: Option<&str>) -> Report {
    let judged = || {
        let previous = previous.map(Plan::read).transpose()?;
        check(&Problem::read(problem)?, &Plan::read(plan)?, previous.as_ref())
    };
    judged().unwrap_or_else(|cause| Report::unreadable(&cause))
}

/// Everything but claims and changes.
fn walk(index: &Index, plan: &Plan) -> Result<(Ledger, Metrics), Unreadable> {
    let mut ledger = Ledger::new(index);
    if plan.problem != index.problem.name {
        let mut wrong = Violation::new(Code::WrongProblem, Where::Plan);
        wrong.ids.extend(plan.problem.clone());
        ledger.violations.push(wrong);
    }
    for (number, route) in plan.routes.iter().enumerate() {
        route::follow(index, number, route, &mut ledger)?;
    }
    whole::stock(index, &mut ledger);
    whole::needs(index, plan, &mut ledger);
    whole::crowds(index, &mut ledger);
    let metrics = metrics::metrics(index, &ledger)?;
    Ok((ledger, metrics))
}

#[cfg(test)]
mod tests;
