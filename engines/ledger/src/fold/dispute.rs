//! Open disputes of a view, one row for each head that is set aside.

use kernel::OpId;

use crate::rule::Reason;
use crate::value::Value;
use crate::view::View;

/// A head that did not win and waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisputeRow {
    /// Field number.
    pub field: u8,
    /// The op set aside.
    pub op: OpId,
    /// The value it stands for.
    pub value: Value,
    /// Why, as a stable code.
    pub reason: Reason,
}

/// The open disputes, by field and op id.
pub fn disputes(view: &View) -> Vec<DisputeRow> {
    let rows = view.fields.iter().flat_map(|(field, shown)| {
        shown.aside.iter().map(|a| DisputeRow {
            field: *field,
            op: a.op,
            value: a.value.clone(),
            reason: a.reason,
        })
    });
    rows.collect()
}
