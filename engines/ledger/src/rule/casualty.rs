//! Casualty figures: the official one is the highest rank's; it replaces what it has seen of its
//! own or a lower rank, never of a higher. Figures are never summed.

use super::{Casualty, Reason, Rule, RuleCx, Write, int, reason};
use crate::fault::{self, Fault};
use crate::value::Value;

impl Rule for Casualty {
    fn accepts(&self, value: &Value, _settle: bool) -> bool {
        *value == Value::Null || int(value).is_some_and(|n| n >= 0)
    }

    fn replaces(&self, later: &Write, seen: &Write, _cx: &RuleCx<'_>) -> bool {
        later.rank >= seen.rank || fault::on(Fault::CasualtyNewest)
    }

    fn lost(&self, head: &Write, contest: &[&Write], cx: &RuleCx<'_>) -> Reason {
        if contest.iter().any(|w| cx.seen(head, w)) {
            reason::CLAIM
        } else {
            reason::AFTER_VERIFICATION
        }
    }
}
