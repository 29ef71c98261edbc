//! The balance of a pool in its present epoch: what is on hand, promised, gone, and free to
//! promise.

use std::collections::BTreeMap;

use kernel::{OpId, Ref};
use ledger::{Value, View};

use super::{BACK, INTAKE, OPENING, OUT, SPEND};

/// A promise and what became of it, in packs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spend {
    /// The op that promised.
    pub op: OpId,
    /// For which order or task.
    pub task: Option<Ref>,
    /// Promised.
    pub packs: i64,
    /// Taken back.
    pub back: i64,
    /// Handed out.
    pub out: i64,
}

impl Spend {
    /// Still promised and not handed out.
    pub fn open(&self) -> i64 {
        self.packs - self.back - self.out
    }
}

/// What a pool comes to. Source: sync, §10, for one owner and one log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// The opening that holds; `None`: never opened.
    pub epoch: Option<OpId>,
    /// Counted at the opening and come in since.
    pub base: i64,
    /// Promises of this epoch, by op.
    pub spends: Vec<Spend>,
}

impl Balance {
    /// Packs promised and not taken back, handed out or not.
    pub fn promised(&self) -> i64 {
        self.spends.iter().map(|s| s.packs - s.back).sum()
    }

    /// Packs that may be promised now.
    pub fn may_promise(&self) -> i64 {
        self.base - self.promised()
    }

    /// Packs in the store: base less what was handed out.
    pub fn on_hand(&self) -> i64 {
        self.base - self.spends.iter().map(|s| s.out).sum::<i64>()
    }

    /// Promises for an order or task.
    pub fn spends_for(&self, task: &Ref) -> Vec<&Spend> {
        self.spends.iter().filter(|s| s.task.as_ref() == Some(task)).collect()
    }

    /// The promise of this op.
    pub fn spend(&self, op: &OpId) -> Option<&Spend> {
        self.spends.iter().find(|s| s.op == *op)
    }
}

/// The balance of a pool's view; empty where it was never opened.
pub fn balance(view: &View) -> Balance {
    let opening = view.fields.get(&OPENING);
    let epoch = opening.and_then(|f| f.winners.first().or(f.stood.first()).copied());
    let (Some(epoch), Some(parts)) = (epoch, view.get(OPENING).and_then(Value::as_map)) else {
        return Balance::default();
    };
    let of_epoch = |field: u8| rows(view, field).into_iter().filter(|r| r.epoch == Some(epoch));
    let carried = parts.get(&4).and_then(Value::as_list).unwrap_or_default();
    let mut spends: BTreeMap<OpId, Spend> = BTreeMap::new();
    for parts in carried.iter().filter_map(Value::as_map) {
        if let (Some(op), Some(packs)) = (op_in(parts.get(&1)), int_in(parts.get(&2))) {
            spends.insert(op, Spend { op, task: None, packs, back: 0, out: 0 });
        }
    }
    for row in rows(view, SPEND) {
        let task = row.third.as_ref().and_then(|v| v.as_text()?.parse().ok());
        if row.epoch == Some(epoch) {
            spends.insert(row.op, Spend { op: row.op, task, packs: row.packs, back: 0, out: 0 });
        } else if let Some(carried) = spends.get_mut(&row.op) {
            carried.task = task;
        }
    }
    for (field, is_back) in [(BACK, true), (OUT, false)] {
        for row in of_epoch(field) {
            let Some(spend) = op_in(row.third.as_ref()).and_then(|op| spends.get_mut(&op)) else {
                continue;
            };
            let sum = if is_back { &mut spend.back } else { &mut spend.out };
            *sum += row.packs;
        }
    }
    let intake: i64 = of_epoch(INTAKE).map(|r| r.packs).sum();
    let base = int_in(parts.get(&2)).unwrap_or(0) + intake;
    Balance { epoch: Some(epoch), base, spends: spends.into_values().collect() }
}

/// One op of a series: its id, epoch, packs and the part that says what it is about.
struct Row {
    op: OpId,
    epoch: Option<OpId>,
    packs: i64,
    third: Option<Value>,
}

fn rows(view: &View, field: u8) -> Vec<Row> {
    let list = view.get(field).and_then(Value::as_list).unwrap_or_default();
    let row = |item: &Value| {
        let [op, parts] = item.as_list()? else { return None };
        let parts = parts.as_map()?;
        Some(Row {
            op: op_in(Some(op))?,
            epoch: op_in(parts.get(&1)),
            packs: int_in(parts.get(&2))?,
            third: parts.get(&3).cloned(),
        })
    };
    list.iter().filter_map(row).collect()
}

fn op_in(value: Option<&Value>) -> Option<OpId> {
    value?.as_bytes()?.try_into().ok().map(OpId)
}

fn int_in(value: Option<&Value>) -> Option<i64> {
    value?.as_int()
}
