//! What an op's body brings: fields and values, by the entity's own reading or by a settle.

use std::collections::BTreeMap;

use super::op::FoldOp;
use crate::entity::{Entry, SETTLE_CODE, VERB};
use crate::value::Value;

/// Body key of the kind number in a `settle`.
pub const SETTLE_KIND: u64 = 12;
/// Body key of the settled fields in a `settle`.
pub const SETTLE_FIELDS: u64 = 13;

/// Whether an op settles disputes.
pub(super) fn is_settle(op: &FoldOp) -> bool {
    op.code() == SETTLE_CODE
}

/// Field values an op brings for this entity; empty where its body is not here or of another kind.
pub(super) fn brought(entry: &Entry, op: &FoldOp) -> Vec<(u8, Value)> {
    let Some(body) = &op.body else { return Vec::new() };
    if is_settle(op) {
        return settled(entry, body);
    }
    if entry.owns(op.header_type) { (entry.writes)(body) } else { Vec::new() }
}

fn settled(entry: &Entry, body: &BTreeMap<u64, Value>) -> Vec<(u8, Value)> {
    let kind = body.get(&SETTLE_KIND).and_then(Value::as_int);
    if kind != Some(i64::from(entry.kind.number)) {
        return Vec::new();
    }
    let fields = body.get(&SETTLE_FIELDS).and_then(Value::as_map);
    let one = |(key, value): (&u64, &Value)| {
        let field = entry.field_numbered(u8::try_from(*key).ok()?)?;
        let fits = field.number == VERB || field.shape.fits(value);
        fits.then(|| (field.number, value.clone()))
    };
    fields.into_iter().flatten().filter_map(one).collect()
}

/// Fields that an op without a body may have written.
pub(super) fn may_have_written(entry: &Entry, op: &FoldOp) -> Vec<u8> {
    let all = || entry.fields.iter().map(|f| f.number).collect();
    if is_settle(op) {
        return all();
    }
    let Some(index) = entry.ops.iter().position(|o| o.code == op.code()) else {
        return Vec::new();
    };
    if entry.ops.len() == 1 {
        return all();
    }
    let names =
        |v: &crate::entity::Verb, name: &str| v.needs.contains(&name) || v.may.contains(&name);
    let may = |f: &&crate::entity::Field| {
        let mut by = entry.verbs.iter().filter(|v| f.number == VERB || names(v, f.name)).peekable();
        by.peek().is_none() || by.any(|v| v.op == index)
    };
    entry.fields.iter().filter(may).map(|f| f.number).collect()
}

/// The public code that an op's body gives, where it hashes to the entity's own id.
pub(super) fn code_in(entry: &Entry, id: kernel::EntityId, op: &FoldOp) -> Option<String> {
    let body = op.body.as_ref()?;
    let shown = |(key, value): (&u64, &Value)| {
        let field = entry.field_numbered(u8::try_from(*key).ok()?)?;
        Some((field.name.to_owned(), field.shape.show(value)))
    };
    let args = if is_settle(op) {
        body.get(&SETTLE_FIELDS)?.as_map()?.iter().filter_map(shown).collect()
    } else {
        body.iter().filter_map(shown).collect()
    };
    let code = (entry.public_code)(&args)?;
    (kernel::EntityId::from_code(entry.kind.name, &code) == id).then_some(code)
}
