//! A view as canonical bytes: what the `state` table holds, what the digest of views is over, and
//! all of it.
//!
//! A map: 1 format (1), 2 kind number, 3 entity id, 4 ops, 5 heads, 6 fields, 7 ops of newer
//! programs, 8 quarantined ops, 9 ops whose basis is missing, 10 ops on a cycle. A field: 1 the
//! value in a list of one, or false where undetermined, absent where none; 2 heads, 3 winners, 4
//! stood,
//! 5 set aside [op, value, reason], 6 incomplete, 7 withheld, 8 writes, 9 open, 10 personal. Empty
//! lists and false are left out.

use std::collections::BTreeMap;

use kernel::{EntityId, Kind, OpId};

use crate::rule::{Reason, reason};
use crate::value::{Value, ValueError};
use crate::view::{Aside, FieldState, FieldView, View};

/// Bytes that are no stored view of this program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// Not a canonical value.
    #[error("a stored view is damaged: {0}")]
    Value(#[from] ValueError),
    /// A canonical value of another form, or of another kind.
    #[error("a stored view has no good {0}")]
    Form(&'static str),
}

const DEPTH: usize = crate::value::DEPTH_MAX + 8;

impl View {
    /// All of it, personal values in the clear.
    pub fn encode(&self) -> Vec<u8> {
        self.to_value(false, |_| true).encode()
    }

    /// Without the fields that an op of class 2–3 wrote, for the `state` table: what is encrypted
    /// in the record stands nowhere on the disk in the clear.
    pub fn encode_kept(&self) -> Vec<u8> {
        self.to_value(false, |field| !field.personal).encode()
    }

    /// Only fields that an op of class 0–1 wrote, without marks of personal bodies (class 2–3):
    /// equal on nodes that hold those bodies and on nodes that do not.
    pub fn encode_open(&self) -> Vec<u8> {
        self.to_value(true, |field| field.open).encode()
    }

    /// Reads what [`View::encode`] wrote.
    ///
    /// # Errors
    /// [`ViewError`] where the bytes are damaged or of another kind.
    pub fn decode(kind: Kind, bytes: &[u8]) -> Result<View, ViewError> {
        let value = Value::decode_within(bytes, DEPTH, usize::MAX)?;
        let map = value.as_map().ok_or(ViewError::Form("map"))?;
        let int = |key| map.get(&key).and_then(Value::as_int);
        if int(1) != Some(1) || int(2) != Some(kind.number.into()) {
            return Err(ViewError::Form("format or kind"));
        }
        let id = map.get(&3).and_then(Value::as_bytes).and_then(EntityId::from_slice);
        let mut view = View::empty(kind, id.ok_or(ViewError::Form("id"))?);
        view.ops = int(4).and_then(|n| u32::try_from(n).ok()).ok_or(ViewError::Form("count"))?;
        view.heads = ids_in(map, 5)?;
        for (number, field) in map.get(&6).and_then(Value::as_map).into_iter().flatten() {
            let number = u8::try_from(*number).map_err(|_| ViewError::Form("field number"))?;
            view.fields.insert(number, read_field(field)?);
        }
        view.newer_program = ids_in(map, 7)?;
        view.in_quarantine = ids_in(map, 8)?;
        view.basis_missing = ids_in(map, 9)?;
        view.on_cycle = ids_in(map, 10)?;
        Ok(view)
    }

    fn to_value(&self, open: bool, shows: fn(&FieldView) -> bool) -> Value {
        let shown = |(number, field): (&u8, &FieldView)| {
            shows(field).then(|| (u64::from(*number), write_field(field, open)))
        };
        let fields: BTreeMap<u64, Value> = self.fields.iter().filter_map(shown).collect();
        let mut map = BTreeMap::from([
            (1, Value::from(1u64)),
            (2, u64::from(self.kind.number).into()),
            (3, Value::Bytes(self.id.0.to_vec())),
            (4, u64::from(self.ops).into()),
            (6, Value::Map(fields)),
        ]);
        put_ids(&mut map, 5, &self.heads);
        put_ids(&mut map, 7, &self.newer_program);
        put_ids(&mut map, 8, &self.in_quarantine);
        put_ids(&mut map, 9, &self.basis_missing);
        put_ids(&mut map, 10, &self.on_cycle);
        Value::Map(map)
    }
}

fn id_value(id: &OpId) -> Value {
    Value::Bytes(id.0.to_vec())
}

fn put_ids(map: &mut BTreeMap<u64, Value>, key: u64, ids: &[OpId]) {
    if !ids.is_empty() {
        map.insert(key, Value::List(ids.iter().map(id_value).collect()));
    }
}

fn read_id(value: &Value) -> Result<OpId, ViewError> {
    value.as_bytes().and_then(OpId::from_slice).ok_or(ViewError::Form("op id"))
}

fn ids_in(map: &BTreeMap<u64, Value>, key: u64) -> Result<Vec<OpId>, ViewError> {
    let list = map.get(&key).and_then(Value::as_list).unwrap_or_default();
    list.iter().map(read_id).collect()
}

fn write_field(field: &FieldView, open: bool) -> Value {
    let mut map = BTreeMap::from([(8, Value::from(u64::from(field.writes)))]);
    match &field.state {
        FieldState::None => {}
        FieldState::Set(value) => drop(map.insert(1, Value::List(vec![value.clone()]))),
        FieldState::Undetermined => drop(map.insert(1, Value::Bool(false))),
    }
    put_ids(&mut map, 2, &field.heads);
    put_ids(&mut map, 3, &field.winners);
    put_ids(&mut map, 4, &field.stood);
    if !field.aside.is_empty() {
        let one = |a: &Aside| Value::List(vec![id_value(&a.op), a.value.clone(), a.reason.into()]);
        map.insert(5, Value::List(field.aside.iter().map(one).collect()));
    }
    if open {
        let mut gaps = field.incomplete.clone();
        gaps.retain(|id| !field.withheld.contains(id));
        put_ids(&mut map, 6, &gaps);
    } else {
        put_ids(&mut map, 6, &field.incomplete);
        put_ids(&mut map, 7, &field.withheld);
        if field.personal {
            map.insert(10, Value::Bool(true));
        }
    }
    if field.open {
        map.insert(9, Value::Bool(true));
    }
    Value::Map(map)
}

fn read_field(value: &Value) -> Result<FieldView, ViewError> {
    let map = value.as_map().ok_or(ViewError::Form("field"))?;
    let state = match map.get(&1) {
        None => FieldState::None,
        Some(Value::Bool(false)) => FieldState::Undetermined,
        Some(Value::List(one)) if one.len() == 1 => FieldState::Set(one[0].clone()),
        Some(_) => return Err(ViewError::Form("value")),
    };
    let aside = map.get(&5).and_then(Value::as_list).unwrap_or_default();
    let writes = map.get(&8).and_then(Value::as_int).and_then(|n| u32::try_from(n).ok());
    Ok(FieldView {
        state,
        heads: ids_in(map, 2)?,
        winners: ids_in(map, 3)?,
        stood: ids_in(map, 4)?,
        aside: aside.iter().map(read_aside).collect::<Result<_, _>>()?,
        incomplete: ids_in(map, 6)?,
        withheld: ids_in(map, 7)?,
        writes: writes.ok_or(ViewError::Form("count of writes"))?,
        open: map.contains_key(&9),
        personal: map.contains_key(&10),
    })
}

fn read_aside(value: &Value) -> Result<Aside, ViewError> {
    let Some([op, value, why]) = value.as_list() else { return Err(ViewError::Form("dispute")) };
    let known = |text: &str| -> Option<Reason> {
        reason::ALL.iter().copied().find(|reason| *reason == text)
    };
    let reason = why.as_text().and_then(known).ok_or(ViewError::Form("reason"))?;
    Ok(Aside { op: read_id(op)?, value: value.clone(), reason })
}
