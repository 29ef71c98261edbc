use serde_json::json;

use super::Team;
use crate::desk::{Desk, view};

const LONGTAN: &str = "task:0000000000000031";
const XILIN: &str = "task:0000000000000032";

#[test]
fn a_team_takes_one_task_at_a_time() {
    let desk = Desk::of("boats.leader");
    let keeper = ("keeper", json!("0123456789abcdef"));
    let busy = view::<Team>(1, Some("Active"), &[keeper.clone(), ("engaged", json!(LONGTAN))]);
    let free = view::<Team>(1, Some("Active"), &[keeper]);
    let of = |task: &str| json!({"engaged": task});
    assert_eq!(desk.refusal::<Team>(&busy, "accept", of(XILIN)), "team-engaged");
    assert_eq!(desk.refusal::<Team>(&free, "accept", of(XILIN)), "");
    assert_eq!(desk.refusal::<Team>(&busy, "done", of(XILIN)), "team-not-engaged-there");
    assert_eq!(desk.refusal::<Team>(&busy, "done", of(LONGTAN)), "");
    assert_eq!(desk.refusal::<Team>(&busy, "disband", json!({"reason": "撤编"})), "team-engaged");
}

#[test]
fn a_team_that_nobody_keeps_accepts_nothing() {
    let seen = view::<Team>(1, Some("Active"), &[]);
    let desk = Desk::of("boats.leader");
    let args = json!({"engaged": LONGTAN});
    assert_eq!(desk.refusal::<Team>(&seen, "accept", args), "team-without-keeper");
}

#[test]
fn ready_says_since_when_it_is_known() {
    let seen = view::<Team>(1, Some("Active"), &[]);
    let desk = Desk::of("boats.leader");
    let refusal =
        |readiness| desk.refusal::<Team>(&seen, "check_readiness", json!({"readiness": readiness}));
    let at = "2026-07-23T01:00:00Z";
    assert_eq!(refusal(json!({"status": "ready"})), "readiness-incomplete");
    let vague = json!({"status": "degraded", "checked_at": at});
    assert_eq!(refusal(vague), "readiness-incomplete");
    assert_eq!(refusal(json!({"status": "unknown", "checked_at": at})), "");
}
