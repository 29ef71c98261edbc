//! The most cautious of the heads, whatever the rank; only a road authority opens what it has seen.

use std::sync::Arc;

use super::{Cautious, Picked, Rule, RuleCx, Write, int, reason};
use crate::authority::Roles;
use crate::fault::{self, Fault};
use crate::value::Value;

impl Rule for Cautious {
    fn accepts(&self, value: &Value, _settle: bool) -> bool {
        int(value).is_some_and(|n| n >= 0)
    }

    fn replaces(&self, later: &Write, seen: &Write, _cx: &RuleCx<'_>) -> bool {
        int(&later.value) >= int(&seen.value)
            || later.roles.has(Roles::ROAD)
            || fault::on(Fault::RoadByRank)
    }

    fn pick(&self, heads: &[Arc<Write>], cx: &RuleCx<'_>) -> Picked {
        highest(
            heads,
            |w| int(&w.value),
            |head, won| {
                if won.iter().any(|w| cx.seen(head, w)) {
                    reason::NO_RIGHT_TO_OPEN
                } else {
                    reason::LESS_CAUTIOUS
                }
            },
        )
    }
}

/// The heads of the highest grade hold; the others are set aside for `why`.
pub(super) fn highest(
    heads: &[Arc<Write>],
    grade: impl Fn(&Write) -> Option<i64>,
    why: impl Fn(&Write, &[&Write]) -> super::Reason,
) -> Picked {
    let top = heads.iter().map(|h| grade(h)).max().flatten();
    let won: Vec<&Write> = heads.iter().map(Arc::as_ref).filter(|h| grade(h) == top).collect();
    let lost = heads.iter().enumerate().filter(|h| grade(h.1) != top);
    let aside = lost.map(|(i, h)| (i, why(h, &won))).collect();
    let value = won.first().map_or(Value::Null, |w| w.value.clone());
    Picked::Holds { value, aside }
}
