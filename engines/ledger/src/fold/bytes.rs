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
use minicbor::Encoder;

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
        self.write(false, |_| true)
    }

    /// Without the fields that an op of class 2–3 wrote, for the `state` table: what is encrypted
    /// in the record stands nowhere on the disk in the clear.
    pub fn encode_kept(&self) -> Vec<u8> {
        self.write(false, |field| !field.personal)
    }

    /// Only fields that an op of class 0–1 wrote, without marks of personal bodies (class 2–3):
    /// equal on nodes that hold those bodies and on nodes that do not.
    pub fn encode_open(&self) -> Vec<u8> {
        self.write(true, |field| field.open)
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

    fn write(&self, open: bool, shows: fn(&FieldView) -> bool) -> Vec<u8> {
        let shown = || self.fields.iter().filter(|(_, field)| shows(field));
        let lists = [
            (7, &self.newer_program),
            (8, &self.in_quarantine),
            (9, &self.basis_missing),
            (10, &self.on_cycle),
        ];
        let some = lists.iter().filter(|l| !l.1.is_empty()).count();
        let mut out = Out(Vec::with_capacity(64 + 128 * self.fields.len()));
        out.map(5 + usize::from(!self.heads.is_empty()) + some);
        out.int(1, 1);
        out.int(2, self.kind.number.into());
        out.key(3);
        out.bytes(&self.id.0);
        out.int(4, self.ops.into());
        out.ids(5, &self.heads);
        out.key(6);
        out.map(shown().count());
        for (number, field) in shown() {
            out.key(*number);
            out.field(field, open);
        }
        for (key, ids) in lists {
            out.ids(key, ids);
        }
        out.0
    }
}

/// Canonical bytes as they grow; writing to a `Vec` cannot fail.
struct Out(Vec<u8>);

impl Out {
    fn cbor(&mut self) -> Encoder<&mut Vec<u8>> {
        Encoder::new(&mut self.0)
    }

    fn map(&mut self, len: usize) {
        drop(self.cbor().map(len as u64));
    }

    fn list(&mut self, len: usize) {
        drop(self.cbor().array(len as u64));
    }

    fn key(&mut self, key: u8) {
        drop(self.cbor().u8(key));
    }

    fn bytes(&mut self, bytes: &[u8]) {
        drop(self.cbor().bytes(bytes));
    }

    fn int(&mut self, key: u8, value: u64) {
        self.key(key);
        drop(self.cbor().u64(value));
    }

    fn mark(&mut self, key: u8, value: bool) {
        self.key(key);
        drop(self.cbor().bool(value));
    }

    fn ids(&mut self, key: u8, ids: &[OpId]) {
        if ids.is_empty() {
            return;
        }
        self.key(key);
        self.list(ids.len());
        for id in ids {
            self.bytes(&id.0);
        }
    }

    fn field(&mut self, field: &FieldView, open: bool) {
        let tells = |id: &&OpId| !open || !field.withheld.contains(id);
        let told: Vec<OpId> = field.incomplete.iter().filter(tells).copied().collect();
        let withheld: &[OpId] = if open { &[] } else { &field.withheld };
        let personal = !open && field.personal;
        let lists = [&field.heads[..], &field.winners, &field.stood, &told, withheld];
        let some = lists.iter().filter(|l| !l.is_empty()).count();
        let more = [field.state != FieldState::None, !field.aside.is_empty(), field.open, personal];
        self.map(1 + some + more.iter().filter(|m| **m).count());
        match &field.state {
            FieldState::None => {}
            FieldState::Undetermined => self.mark(1, false),
            FieldState::Set(value) => {
                self.key(1);
                self.list(1);
                value.write(&mut self.0);
            }
        }
        self.ids(2, &field.heads);
        self.ids(3, &field.winners);
        self.ids(4, &field.stood);
        self.aside(&field.aside);
        self.ids(6, &told);
        self.ids(7, withheld);
        self.int(8, field.writes.into());
        for (key, is) in [(9, field.open), (10, personal)] {
            if is {
                self.mark(key, true);
            }
        }
    }

    fn aside(&mut self, aside: &[Aside]) {
        if aside.is_empty() {
            return;
        }
        self.key(5);
        self.list(aside.len());
        for one in aside {
            self.list(3);
            self.bytes(&one.op.0);
            one.value.write(&mut self.0);
            drop(self.cbor().str(one.reason));
        }
    }
}

fn read_id(value: &Value) -> Result<OpId, ViewError> {
    value.as_bytes().and_then(OpId::from_slice).ok_or(ViewError::Form("op id"))
}

fn ids_in(map: &BTreeMap<u64, Value>, key: u64) -> Result<Vec<OpId>, ViewError> {
    let list = map.get(&key).and_then(Value::as_list).unwrap_or_default();
    list.iter().map(read_id).collect()
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
