//! What the steps of the main job rest on beside the record: dataset versions and rule tables.
//!
//! Named by hash, so that two runs can be held against each other. Says nothing of the ops.

use serde_json::{Map, Value as Json, json};

use crate::desk::Desk;

impl Desk {
    /// Hashes of the dataset versions in force by layer, and of the rule tables by id and version.
    pub fn inputs(&self) -> Json {
        let datasets: Map<String, Json> =
            self.area.layers().map(|(name, v)| (name.clone(), json!(v.hash))).collect();
        let named = |t: &rules::Table| {
            let of = &t.identity;
            (format!("{}@{}", of.id, of.version), json!(of.hash))
        };
        let tables: Map<String, Json> = self.tables.tables().map(named).collect();
        json!({"datasets": datasets, "tables": tables})
    }
}
