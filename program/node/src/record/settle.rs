//! Settling a dispute: an op that has seen all heads and writes the chosen values.

use std::collections::BTreeMap;

use kernel::OpId;
use ledger::cert::{Settle, beside};
use ledger::op::code;
use ledger::seal::Unsealed;
use ledger::{Command, DataClass, Entry, Refusal, View};

use crate::check;

/// A settle: names all heads, writes the chosen values, needs the rank of what was set aside. One
/// that chooses among personal values is personal itself.
pub(super) fn settle(
    entry: &'static Entry,
    view: &View,
    command: &Command,
    actor: &ledger::Actor,
    mut rank_of: impl FnMut(&OpId) -> u8,
) -> Result<Unsealed, Refusal> {
    const GROUND: &str = "house, decision 2";
    let (mut fields, mut personal) = (BTreeMap::new(), false);
    for (name, json) in command.args.iter().filter(|(name, _)| *name != "note") {
        let field = entry.field(name);
        let field = field.ok_or_else(|| check::refuse("unknown-field").with("field", name))?;
        let shape = match field.number {
            ledger::entity::VERB => ledger::Shape::Code(entry.states),
            _ => field.shape,
        };
        fields.insert(u64::from(field.number), shape.read(name, json)?);
        personal |= view.fields.get(&field.number).is_some_and(|f| f.personal);
        let heads = view.fields.get(&field.number).map(|f| f.heads.as_slice()).unwrap_or_default();
        let needed = heads.iter().map(&mut rank_of).max().unwrap_or(0);
        if actor.rank < needed {
            return Err(Refusal::new("settle-rank", GROUND)
                .with("rank", needed)
                .with("who", format!("rank {needed}")));
        }
    }
    if fields.is_empty() {
        return Err(check::refuse("missing-field").with("field", "value"));
    }
    let reason = command.args.get("note").and_then(|n| n.as_str()).map(str::to_owned);
    let fields = fields.into_iter().collect();
    let body = Settle { kind: entry.kind.number, fields, reason };
    let first = entry.ops[0];
    let mut op = beside(code::SETTLE, first.topic, first.lane);
    if personal {
        op.class = DataClass::Personal;
    }
    let mut item = Unsealed::bare(op, &body);
    item.ent = Some((entry.kind, view.id));
    item.seen = command.seen.clone();
    Ok(item)
}
