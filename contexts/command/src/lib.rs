//! Command: an event, what it did, what was decided about it, and who must do what.
//!
//! An event's figures are entities of their own by place, so that two desks that are cut off from
//! each other write to the same one. A response level is a decision of an office, never a computed
//! value. Reports are what one desk told another and when. Nothing here computes a level, a route
//! or a list of tasks: that is `node`, from the tables of the plans.

pub mod casualty;
pub mod decision;
pub mod event;
pub mod phone_log;
pub mod plan;
pub mod report;
pub mod response;
pub mod road;
pub mod road_report;
pub mod situation;
pub mod task;

pub use casualty::Casualty;
pub use decision::Decision;
pub use event::Event;
pub use plan::Plan;
pub use report::Report;
pub use response::Response;
pub use road::Road;
pub use road_report::RoadReport;
pub use situation::Situation;
pub use task::Task;

mod figures;

#[cfg(test)]
#[path = "../../desk.rs"]
mod desk;
