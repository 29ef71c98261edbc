//! What a team is engaged in: its keeper decides, and the first accepted stands till done.

use super::keeper::keeps;
use super::steps::replaces_step;
use super::{Engaged, Judged, Rule, RuleCx, Write, possible, reason};
use crate::value::Value;

/// Whether the write ends an engagement, and which task it is about.
fn read(write: &Write, cx: &RuleCx<'_>) -> (bool, Value) {
    if let Value::List(parts) = &write.value
        && let [verb, task] = &parts[..]
    {
        return (verb.as_text() == Some("done"), task.clone());
    }
    let verb = write.verb.and_then(|v| cx.entry.verb_numbered(v));
    (verb.is_some_and(|v| v.name == "done"), write.value.clone())
}

impl Rule for Engaged {
    fn accepts(&self, value: &Value, settle: bool) -> bool {
        match value {
            Value::Text(_) => true,
            Value::Null => settle,
            Value::List(parts) if !settle => {
                let verb = parts.first().and_then(Value::as_text);
                parts.len() == 2
                    && matches!(verb, Some("accept" | "done"))
                    && parts[1].as_text().is_some()
            }
            _ => false,
        }
    }

    fn judge(&self, write: &Write, cx: &RuleCx<'_>) -> Judged {
        if write.settle {
            return Judged::Lawful(write.value.clone());
        }
        let (done, task) = read(write, cx);
        let value = if done { Value::Null } else { task.clone() };
        if !keeps(write, self.0, cx) {
            return Judged::Aside(value, reason::NOT_KEEPER);
        }
        let now = possible(&cx.over(cx.field));
        let free = |v: &Option<Value>| matches!(v, None | Some(Value::Null));
        let aside = if done {
            (!now.contains(&Some(task))).then_some(reason::BROKEN_EDGE)
        } else {
            let other = now.iter().any(|v| !free(v) && *v != Some(task.clone()));
            other.then_some(reason::TEAM_ENGAGED)
        };
        match aside {
            Some(why) => Judged::Aside(value, why),
            None => Judged::Lawful(value),
        }
    }

    fn replaces(&self, later: &Write, seen: &Write, cx: &RuleCx<'_>) -> bool {
        replaces_step(later, seen, cx)
    }
}
