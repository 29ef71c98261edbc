//! Steps of a state: judged against what their author had seen, never against the order of folding.

use super::{Judged, Rule, RuleCx, Steps, Write, goes_on, possible, reason};
use crate::entity::Edge;
use crate::fault::{self, Fault};
use crate::value::Value;

impl Steps {
    fn number(&self, state: &str) -> Option<Value> {
        let state = self.states.iter().find(|s| s.1 == state)?;
        Some(Value::Int(state.0.into()))
    }

    fn rows(&self, write: &Write) -> (&'static str, Vec<&'static Edge>) {
        let number = write.value.as_int().and_then(|n| u8::try_from(n).ok());
        let verb = self.verbs.iter().find(|v| Some(v.number) == number);
        let name = verb.map_or("", |v| v.name);
        (name, self.edges.iter().filter(|e| e.verb == name).collect())
    }
}

impl Rule for Steps {
    fn accepts(&self, value: &Value, settle: bool) -> bool {
        let Some(number) = value.as_int().and_then(|n| u8::try_from(n).ok()) else { return false };
        if settle {
            self.states.iter().any(|s| s.0 == number)
        } else {
            self.verbs.iter().any(|v| v.number == number)
        }
    }

    fn judge(&self, write: &Write, cx: &RuleCx<'_>) -> Judged {
        let lawful = self.free.is_none() || cx.lawful(write);
        if write.settle {
            let value = write.value.clone();
            return if lawful {
                Judged::Lawful(value)
            } else {
                Judged::Aside(value, reason::NOT_LAWFUL)
            };
        }
        let (verb, rows) = self.rows(write);
        let free = self.free.is_none_or(|free| free.contains(&verb));
        let now = possible(&cx.over(cx.field));
        let from = |row: &Edge| row.from.and_then(|state| self.number(state));
        let to = |row: &&'static Edge| row.to.and_then(|state| self.number(state));
        let taken = rows.iter().find(|row| now.contains(&from(row)));
        let stands_for = taken.map_or_else(|| rows.iter().find_map(to), to);
        let Some(value) = stands_for else { return Judged::Nothing };
        if !lawful && !free {
            return Judged::Aside(value, reason::NOT_LAWFUL);
        }
        match taken {
            Some(_) => Judged::Lawful(value),
            None => Judged::Aside(value, reason::BROKEN_EDGE),
        }
    }

    fn replaces(&self, later: &Write, seen: &Write, cx: &RuleCx<'_>) -> bool {
        replaces_step(later, seen, cx)
    }

    fn needs_code(&self) -> bool {
        self.free.is_some()
    }
}

/// A step that was set aside replaces nothing, and waits for a settle of at least its rank.
pub(super) fn replaces_step(later: &Write, seen: &Write, cx: &RuleCx<'_>) -> bool {
    if later.reason.is_some() {
        return false;
    }
    if seen.reason.is_some() {
        let settles = later.settle && later.rank >= seen.rank;
        return settles || fault::on(Fault::BrokenEdgeCoveredByAStep);
    }
    goes_on(later, seen, cx)
}
