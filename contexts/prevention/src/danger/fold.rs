//! What an op about a danger writes: the default, but a new round of review clears the old
//! opinions.

use std::collections::BTreeMap;

use ledger::Value;
use ledger::entity::{VERB, writes_by_shape};

use super::{ASK_REVIEW, FIELDS, REVIEW, SECOND_REVIEW};

/// Fields by number; asking for a review says that there is no opinion yet.
pub fn writes(body: &BTreeMap<u64, Value>) -> Vec<(u8, Value)> {
    let mut writes = writes_by_shape(FIELDS, body);
    let verb = body.get(&u64::from(VERB)).and_then(Value::as_int);
    if verb == Some(i64::from(ASK_REVIEW)) {
        writes.retain(|w| w.0 != REVIEW && w.0 != SECOND_REVIEW);
        writes.push((REVIEW, Value::Null));
        writes.push((SECOND_REVIEW, Value::Null));
    }
    writes
}
