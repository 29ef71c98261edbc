//! Fields that collect: sets, tallies, series, and movements beside a kept count.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kernel::OpId;

use super::{Collect, Movement, Reason, Rule, RuleCx, Series, Set, Tally, Write, int, reason};
use crate::value::Value;
use crate::view::FieldState;

/// Map key of the items added.
const ADDED: u64 = 1;
/// Map key of the items removed.
const REMOVED: u64 = 2;

fn items(value: &Value, key: u64) -> &[Value] {
    match value {
        Value::List(l) if key == ADDED => l,
        Value::Map(m) => m.get(&key).and_then(Value::as_list).unwrap_or_default(),
        _ => &[],
    }
}

impl Rule for Set {
    fn accepts(&self, value: &Value, _settle: bool) -> bool {
        match value {
            Value::List(_) => true,
            Value::Map(m) => m.values().all(|v| v.as_list().is_some()),
            _ => false,
        }
    }

    fn collect(&self) -> Option<Box<dyn Collect>> {
        Some(Box::new(Live::default()))
    }
}

/// Items of a set with the adds that no removal has taken.
#[derive(Default)]
struct Live {
    adds: BTreeMap<Value, Vec<Arc<Write>>>,
}

impl Collect for Live {
    fn add(&mut self, write: &Arc<Write>, cx: &RuleCx<'_>) {
        for item in items(&write.value, REMOVED) {
            if let Some(adds) = self.adds.get_mut(item) {
                adds.retain(|a| !cx.seen(write, a));
            }
        }
        for item in items(&write.value, ADDED) {
            self.adds.entry(item.clone()).or_default().push(write.clone());
        }
    }

    fn show(&self, _cx: &RuleCx<'_>) -> (Option<Value>, Vec<(OpId, Value, Reason)>) {
        let live = self.adds.iter().filter(|a| !a.1.is_empty()).map(|a| a.0.clone());
        (Some(Value::List(live.collect())), Vec::new())
    }
}

impl Rule for Tally {
    fn accepts(&self, value: &Value, _settle: bool) -> bool {
        int(value).is_some()
    }

    fn collect(&self) -> Option<Box<dyn Collect>> {
        Some(Box::new(Sum(0)))
    }
}

struct Sum(i128);

impl Collect for Sum {
    fn add(&mut self, write: &Arc<Write>, _cx: &RuleCx<'_>) {
        self.0 = self.0.saturating_add(int(&write.value).unwrap_or(0).into());
    }

    fn show(&self, _cx: &RuleCx<'_>) -> (Option<Value>, Vec<(OpId, Value, Reason)>) {
        (Some(Value::Int(self.0)), Vec::new())
    }
}

impl Rule for Series {
    fn collect(&self) -> Option<Box<dyn Collect>> {
        Some(Box::new(All::default()))
    }
}

#[derive(Default)]
struct All(BTreeMap<OpId, Value>);

impl Collect for All {
    fn add(&mut self, write: &Arc<Write>, _cx: &RuleCx<'_>) {
        self.0.insert(write.op, write.value.clone());
    }

    fn show(&self, _cx: &RuleCx<'_>) -> (Option<Value>, Vec<(OpId, Value, Reason)>) {
        let one = |(id, value): (&OpId, &Value)| {
            Value::List(vec![Value::Bytes(id.0.to_vec()), value.clone()])
        };
        (Some(Value::List(self.0.iter().map(one).collect())), Vec::new())
    }
}

impl Rule for Movement {
    fn accepts(&self, value: &Value, _settle: bool) -> bool {
        int(value).is_some()
    }

    fn collect(&self) -> Option<Box<dyn Collect>> {
        Some(Box::new(Moved { count: self.0, moves: Vec::new() }))
    }
}

struct Moved {
    count: u8,
    moves: Vec<Arc<Write>>,
}

impl Collect for Moved {
    fn add(&mut self, write: &Arc<Write>, _cx: &RuleCx<'_>) {
        self.moves.push(write.clone());
    }

    fn show(&self, cx: &RuleCx<'_>) -> (Option<Value>, Vec<(OpId, Value, Reason)>) {
        let listed = |w: &Arc<Write>| (w.op, w.value.clone(), reason::UNSURE);
        let count = cx.over(self.count);
        let FieldState::Set(base_count) = &count.state else {
            return (None, self.moves.iter().map(listed).collect());
        };
        let base: BTreeSet<u32> = count.base().iter().map(|n| n.node).collect();
        let (mut sum, mut unsure) = (int(base_count).unwrap_or(0), Vec::new());
        for write in &self.moves {
            if base.iter().all(|b| cx.scope.seen(write.node, *b)) {
                sum = sum.saturating_add(int(&write.value).unwrap_or(0));
            } else if !base.iter().any(|b| cx.scope.seen(*b, write.node)) {
                unsure.push(listed(write));
            }
        }
        (Some(sum.into()), unsure)
    }
}
