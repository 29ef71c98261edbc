//! A dataset version in force by one signed op: what it is, where it comes from, under which terms.

use datasets::{Buffer, Reader};
use kernel::{EntityId, PlaceCode, Truth, UnixMillis};
use ledger::{Actor, Command};
use serde_json::{Value as Json, json};

use crate::area::{Area, bad};
use crate::desk::Desk;
use crate::error::Error;

impl Desk {
    /// Whether the division table has a unit; unknown where there is no table.
    pub fn has_unit(&self, place: PlaceCode) -> Truth {
        if self.area.divisions().next().is_none() {
            return Truth::Undetermined;
        }
        match self.area.division(place) {
            Some(_) => Truth::Met,
            None => Truth::NotMet,
        }
    }

    /// The box around what the working area holds; `None` where it holds nothing.
    pub fn extent(&self) -> Option<datasets::Bounds> {
        self.area.extent()
    }

    /// Names the files of dataset versions as those in force here, one op a layer, all or none;
    /// the same file again is not named twice. The answers stand in the order of the files.
    ///
    /// # Errors
    /// [`Error::BadFile`] where one is none; the refusal where the actor may not.
    pub fn name_datasets(
        &self,
        actor: &Actor,
        files: &[&[u8]],
        now: UnixMillis,
    ) -> Result<Vec<Json>, Error> {
        // What the engines cannot read would keep the node from opening.
        let buffer = |bytes: &&[u8]| (kernel::hash(bytes), Buffer::from_vec(bytes.to_vec()));
        Area::open(files.iter().map(buffer).collect())?;
        let named = files.iter().map(|bytes| self.dataset_named(bytes));
        let (answers, commands): (Vec<_>, Vec<_>) =
            named.collect::<Result<Vec<_>, Error>>()?.into_iter().unzip();
        let commands: Vec<Command> = commands.into_iter().flatten().collect();
        if !commands.is_empty() {
            self.submit(actor, commands, "", now)?;
        }
        Ok(answers)
    }

    /// What is said of a file's version, and the command that names it; none where it is in force.
    fn dataset_named(&self, bytes: &[u8]) -> Result<(Json, Option<Command>), Error> {
        let reader = Reader::open(bytes.to_vec()).map_err(|e| bad("dataset", e))?;
        let (meta, hash) = (reader.meta(), kernel::hash(bytes));
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
            return Ok((answer(false), None));
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
        Ok((answer(true), Some(command)))
    }
}
