//! Hazard levels: anyone certified may raise; only the expert body lowers, and only what it judged.

use std::sync::Arc;

use super::cautious::highest;
use super::{Hazard, Picked, Rule, RuleCx, Write, int, reason};
use crate::authority::Roles;
use crate::fault::{self, Fault};
use crate::value::Value;

impl Rule for Hazard {
    fn accepts(&self, value: &Value, _settle: bool) -> bool {
        int(value).is_some_and(|n| n >= 0)
    }

    fn replaces(&self, later: &Write, seen: &Write, cx: &RuleCx<'_>) -> bool {
        if int(&later.value) >= int(&seen.value) {
            return true;
        }
        if !later.roles.has(Roles::EXPERT) {
            return false;
        }
        let judged = cx.brought("judged").and_then(Value::as_list).unwrap_or_default();
        let listed = judged.iter().any(|id| match id {
            Value::Bytes(b) => b[..] == seen.op.0,
            Value::Text(t) => *t == seen.op.to_string(),
            _ => false,
        });
        listed || fault::on(Fault::HazardSeenIsJudged)
    }

    fn pick(&self, heads: &[Arc<Write>], cx: &RuleCx<'_>) -> Picked {
        highest(
            heads,
            |w| int(&w.value),
            |head, won| {
                let saw = won.iter().any(|w| cx.seen(head, w));
                match (saw, head.roles.has(Roles::EXPERT)) {
                    (true, true) => reason::NOT_JUDGED,
                    (true, false) => reason::NOT_EXPERT,
                    (false, true) => reason::UNSEEN_RAISE,
                    (false, false) => reason::LOWER_LEVEL,
                }
            },
        )
    }
}
