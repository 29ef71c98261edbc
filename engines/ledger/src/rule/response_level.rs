//! The response level of a place and hazard kind: set by its own office, the most severe of heads.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::cautious::highest;
use super::{
    Judged, Picked, ResponseLevel, Rule, RuleCx, Write, aside_replaces_aside, int, reason,
};
use crate::value::Value;

/// The level in a value of this rule; larger is more severe.
pub fn level_of(value: &Value) -> Option<i64> {
    match value {
        Value::Int(_) => int(value),
        Value::List(l) => int(l.first()?),
        Value::Map(m) => int(m.values().next()?),
        _ => None,
    }
}

/// The covered places in a value of this rule; empty: the whole subtree.
pub fn places_of(value: &Value) -> &[Value] {
    let places = match value {
        Value::List(l) => l.get(1),
        Value::Map(m) => m.values().nth(1),
        _ => None,
    };
    places.and_then(Value::as_list).unwrap_or_default()
}

/// The same value with these covered places, sorted, each once.
fn with_places(value: &Value, places: BTreeSet<Value>) -> Value {
    let places = Value::List(places.into_iter().collect());
    match value {
        Value::List(l) if l.len() == 2 => Value::List(vec![l[0].clone(), places]),
        Value::Map(m) => {
            let mut m = m.clone();
            if let Some(second) = m.values_mut().nth(1) {
                *second = places;
            }
            Value::Map(m)
        }
        other => other.clone(),
    }
}

impl Rule for ResponseLevel {
    fn accepts(&self, value: &Value, _settle: bool) -> bool {
        let places = |v: &Value| *v == Value::Null || v.as_list().is_some();
        let parts = match value {
            Value::List(l) => l.len() == 2 && places(&l[1]),
            Value::Map(m) => m.len() <= 2 && m.values().nth(1).is_none_or(places),
            _ => true,
        };
        parts && level_of(value).is_some_and(|n| n >= 0)
    }

    fn judge(&self, write: &Write, cx: &RuleCx<'_>) -> Judged {
        let places = places_of(&write.value).iter().cloned().collect();
        let value = with_places(&write.value, places);
        if cx.lawful(write) {
            Judged::Lawful(value)
        } else {
            Judged::Aside(value, reason::NOT_LAWFUL)
        }
    }

    fn replaces(&self, later: &Write, seen: &Write, _cx: &RuleCx<'_>) -> bool {
        later.reason.is_none() || aside_replaces_aside(later, seen)
    }

    fn pick(&self, heads: &[Arc<Write>], _cx: &RuleCx<'_>) -> Picked {
        let picked = highest(heads, |w| level_of(&w.value), |_, _| reason::LESS_SEVERE);
        let Picked::Holds { value, aside } = picked else { return picked };
        let lost: BTreeSet<usize> = aside.iter().map(|a| a.0).collect();
        let won = heads.iter().enumerate().filter(|h| !lost.contains(&h.0));
        let areas: Vec<&[Value]> = won.map(|h| places_of(&h.1.value)).collect();
        let whole = areas.iter().any(|a| a.is_empty());
        let union = if whole { BTreeSet::new() } else { areas.concat().into_iter().collect() };
        Picked::Holds { value: with_places(&value, union), aside }
    }

    fn needs_code(&self) -> bool {
        true
    }
}
