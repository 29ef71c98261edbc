//! Who gets how much, from which depot, on which vehicle, and why not more.
//!
//! Needs by norm, then allocation and delivery in one by a clear rule ([`plan`]), and the same
//! again after the world changed, changing as few issued orders as possible ([`replan`]). It is
//! given a matrix of travel times for each sort of vehicle and knows no map, no op and no stock
//! right: the lots it sees are what may be promised. Equal inputs give equal bytes. Whether a plan
//! is sound is judged by `plancheck`, which shares no code with this crate.
//!
//! A vehicle that lands or moors (boat, helicopter, porters who are set down) loads and unloads
//! only where it can: [`keep_landings`] closes its matrix everywhere else.

mod fleet;
mod greedy;
mod index;
mod kept;
mod needs;
mod problem;
mod replan;
mod walk;
mod why;

use serde::{Deserialize, Serialize};

pub use fleet::Obstacle;
pub use index::{FIGURE_MAX, ProblemError};
pub use needs::{Covered, NeedLine, Needs, NeedsError, Norm, PeopleAt, Per, needs};
pub use problem::{
    Commodity, Lot, Matrix, Need, Packs, Place, Plan, Problem, Route, Service, Stop, Unload,
    Unserved, Vehicle,
};
pub use replan::{Brings, Diff, OrderChange, Replanned, compare, replan};
pub use why::{Binds, Served, Tried, Why};

/// A plan and why each need gets what it gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// By need, in the order of serving.
    pub why: Vec<Why>,
}

/// Plans by the clear rule: worst-off first, nearest depot, the vehicle that is there first.
///
/// # Errors
/// [`ProblemError`] where the problem cannot be planned.
pub fn plan(problem: &Problem) -> Result<Planned, ProblemError> {
    let ix = index::Index::new(problem)?;
    let mut fleet = fleet::Fleet::new(&ix, i64::MIN);
    let order = greedy::order(&fleet);
    let unserved = greedy::serve(&mut fleet, &order, greedy::Touch::Nothing);
    let plan = replan::snapshot(&fleet, &unserved);
    let why = why::explain(&fleet, &order, &unserved, &plan);
    Ok(Planned { plan, why })
}

/// Closes a matrix for a vehicle that needs a landing: only ways between places with one stay.
///
/// `landing` is in the order of the places. A depot without a landing is so out of reach for boats,
/// helicopters and porters, however near it is.
pub fn keep_landings(matrix: &mut Matrix, landing: &[bool]) {
    let can = |at: usize| landing.get(at).copied().unwrap_or(false);
    for (from, row) in matrix.iter_mut().enumerate() {
        for (to, way) in row.iter_mut().enumerate() {
            if from != to && !(can(from) && can(to)) {
                *way = None;
            }
        }
    }
}

#[cfg(test)]
mod tests;
