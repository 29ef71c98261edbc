//! A dataset version in force by one signed op: what it is, where it comes from, under which terms.

use datasets::{Buffer, Reader};
use kernel::{EntityId, UnixMillis};
use ledger::{Actor, Command};
use serde_json::{Value as Json, json};

use crate::area::{Area, bad};
use crate::desk::Desk;
use crate::error::Error;

impl Desk {
    /// Names the file of a dataset version as the one in force here; the same file again is not
    /// named twice.
    ///
    /// # Errors
    /// [`Error::BadFile`] where it is none; the refusal where the actor may not.
    pub fn name_dataset(
        &self,
        actor: &Actor,
        bytes: &[u8],
        now: UnixMillis,
    ) -> Result<Json, Error> {
        let reader = Reader::open(bytes.to_vec()).map_err(|e| bad("dataset", e))?;
        let (meta, hash) = (reader.meta(), kernel::hash(bytes));
        // What the engines cannot read would keep the node from opening.
        Area::open(vec![(hash, Buffer::from_vec(bytes.to_vec()))])?;
        let code = format!("{}/{}", self.info.place, meta.layer);
        let id = EntityId::from_code("dataset", &code);
        let answer = |named: bool| {
            json!({"layer": meta.layer, "hash": hash, "rows": reader.rows(), "named": named,
                "ref": format!("dataset:{id}")})
        };
        let known = self.record.views().get("dataset", &id).cloned();
        let entry = self.entry("dataset")?;
        let field = entry.field("version");
        let shown = known.as_ref().zip(field).and_then(|(view, field)| {
            let version = view.get(field.number)?;
            Some(field.shape.show(version)["hash"].clone())
        });
        let in_force = known.as_ref().is_some_and(|v| entry.state_of(v) == Some("InForce"));
        if in_force && shown == Some(json!(hash)) {
            return Ok(answer(false));
        }
        let mut fields = json!({"version": {
            "hash": hash, "rows": reader.rows(), "bytes": bytes.len(), "source": meta.source,
            "collected_at": format!("{}T00:00:00+08:00", meta.as_of_on), "crs": meta.crs,
            "licence": meta.licence, "label": meta.version, "made_up": meta.seed.is_some(),
        }});
        if !in_force {
            (fields["layer"], fields["place"]) = (json!(meta.layer), json!(self.info.place));
        }
        let command = Command {
            entity: "dataset".to_owned(),
            id: Some(id),
            verb: if in_force { "replace" } else { "publish" }.to_owned(),
            args: Desk::args(fields),
            seen: None,
        };
        self.submit(actor, vec![command], "", now)?;
        Ok(answer(true))
    }
}
