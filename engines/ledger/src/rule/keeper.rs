//! A keeper, and the count that holds only from the keeper.

use std::sync::Arc;

use super::{
    Judged, Keeper, KeptCount, Picked, Reason, Rule, RuleCx, Write, aside_replaces_aside, goes_on,
    int, reason, top_rank,
};
use crate::authority::Roles;
use crate::fault::{self, Fault};
use crate::value::Value;
use crate::view::FieldState;

impl Rule for Keeper {
    fn accepts(&self, value: &Value, _settle: bool) -> bool {
        matches!(value, Value::Bytes(_) | Value::Text(_))
    }

    fn judge(&self, write: &Write, cx: &RuleCx<'_>) -> Judged {
        let value = write.value.clone();
        let may = write.roles.has(Roles::OWNER)
            || match &cx.over(cx.field).state {
                FieldState::None => true,
                FieldState::Set(keeper) => write.is_by(keeper),
                FieldState::Undetermined => false,
            };
        if may { Judged::Lawful(value) } else { Judged::Aside(value, reason::NOT_KEEPER) }
    }

    fn replaces(&self, later: &Write, seen: &Write, cx: &RuleCx<'_>) -> bool {
        later.reason.is_none() && goes_on(later, seen, cx)
    }
}

/// Whether the author was keeper in what is decided over.
pub(super) fn keeps(write: &Write, keeper_field: u8, cx: &RuleCx<'_>) -> bool {
    match &cx.over(keeper_field).state {
        FieldState::Set(keeper) => write.is_by(keeper),
        FieldState::None | FieldState::Undetermined => false,
    }
}

impl Rule for KeptCount {
    fn accepts(&self, value: &Value, _settle: bool) -> bool {
        int(value).is_some_and(|n| n >= 0)
    }

    fn judge(&self, write: &Write, cx: &RuleCx<'_>) -> Judged {
        let value = write.value.clone();
        if keeps(write, self.0, cx) {
            Judged::Lawful(value)
        } else {
            Judged::Aside(value, reason::NOT_KEEPER)
        }
    }

    fn replaces(&self, later: &Write, seen: &Write, _cx: &RuleCx<'_>) -> bool {
        later.reason.is_none() || aside_replaces_aside(later, seen)
    }

    fn pick(&self, heads: &[Arc<Write>], cx: &RuleCx<'_>) -> Picked {
        let all: Vec<usize> = (0..heads.len()).collect();
        let present = all.iter().copied().filter(|i| keeps(&heads[*i], self.0, cx));
        let present: Vec<usize> = present.collect();
        let ignored = present.is_empty() || fault::on(Fault::LateKeeperIgnored);
        Picked::Contest(top_rank(heads, if ignored { all } else { present }))
    }

    fn lost(&self, _head: &Write, _contest: &[&Write], _cx: &RuleCx<'_>) -> Reason {
        reason::NOT_KEEPER
    }

    fn companion(&self) -> Option<u8> {
        Some(self.0)
    }
}
