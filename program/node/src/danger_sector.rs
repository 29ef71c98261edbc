//! Which sector's criteria judge a danger, and what holds where nobody knows the sector or no
//! criteria of it are loaded: undetermined, which counts as major until it is judged.

use datasets::catalogue::layer;
use ledger::View;
use prevention::danger::AT;
use rules::CivilDate;
use serde_json::{Value as Json, json};

use crate::check::refuse;
use crate::danger::organisation_of;
use crate::desk::Desk;
use crate::error::Error;

/// The sector of a danger of which nobody knows the sector.
const UNKNOWN: &str = "unknown";
/// Sector of criteria for units that hold hazardous chemicals.
const HAZCHEM: &str = "hazchem";
/// The same as the layer of enterprises names it.
const HAZARDOUS_CHEMICALS: &str = "hazardous_chemicals";

impl Desk {
    /// The sector whose criteria apply: as asked for, else as entered, else what the enterprise's
    /// row in the working area says; `None` where nobody knows.
    ///
    /// # Errors
    /// [`Error::NotFound`] where dangers are no entity here; a refusal where what is asked for is
    /// no sector. One that was entered and is none counts as not entered.
    pub(crate) fn sector_of(&self, view: &View, args: &Json) -> Result<Option<String>, Error> {
        let entered = self.entry("danger")?.field("sector").and_then(|f| view.text(f.number));
        let asked = match args.get("sector").unwrap_or(&Json::Null) {
            Json::Null => None,
            Json::String(text) => Some(text.trim()).filter(|s| !s.is_empty()),
            _ => return Err(no_sector("text")),
        };
        if asked.is_some_and(|s| !is_sector(s)) {
            return Err(no_sector(&names().collect::<Vec<_>>().join(", ")));
        }
        let entered = entered.map(str::trim).filter(|s| is_sector(s));
        let said = asked.or(entered);
        let sector = said.or_else(|| self.sector_of_enterprise(view)).filter(|s| *s != UNKNOWN);
        Ok(sector.map(|s| if s == HAZARDOUS_CHEMICALS { HAZCHEM } else { s }.to_owned()))
    }

    /// What the layer of enterprises says of the one that a danger is at.
    fn sector_of_enterprise(&self, view: &View) -> Option<&'static str> {
        let at = view.reference_in(AT)?.to_string();
        let mut rows = self.area.built.enterprises.iter();
        let row = rows.find(|e| organisation_of(&e.source_id) == at)?;
        if row.hazchem == Some(true) { Some(HAZCHEM) } else { row.sector }
    }

    /// Every sector that can be named, and whether criteria of it are loaded on a day.
    pub(crate) fn sectors(&self, day: CivilDate) -> Vec<Json> {
        let scope = self.scope(self.info.place);
        let one = |code: &str| {
            let tables = self.tables.tables_for(&format!("criteria/{code}"), &scope, day);
            json!({"code": code, "criteria": !tables.is_empty()})
        };
        let unknown = json!({"code": UNKNOWN, "criteria": false});
        names().map(one).chain([unknown]).collect()
    }
}

/// Every sector that can be named.
fn names() -> impl Iterator<Item = &'static str> {
    let codes = layer("enterprise").and_then(|l| l.column("sector")).map(|c| c.codes);
    let names = codes.unwrap_or_default().iter().map(|(_, name)| *name);
    names.map(|name| if name == HAZARDOUS_CHEMICALS { HAZCHEM } else { name })
}

/// Whether a text is a sector, or says that nobody knows it.
fn is_sector(text: &str) -> bool {
    text == UNKNOWN || text == HAZARDOUS_CHEMICALS || names().any(|name| name == text)
}

fn no_sector(expected: &str) -> Error {
    let refusal = refuse("wrong-type").with("field", "sector").with("expected", expected);
    Error::refused("danger", refusal)
}

/// The judgement without criteria: what is missing is the sector, or its criteria.
pub(crate) fn without_criteria(sector: Option<&str>) -> Json {
    let (table, missing) = match sector {
        Some(sector) => (format!("criteria/{sector}"), "criteria"),
        None => ("criteria".to_owned(), "sector"),
    };
    json!({"grade": "undetermined", "table": table, "version": "none", "missing": [missing]})
}

/// Whether the sector of a request was said to be unknown, which is an answer.
pub(crate) fn said_unknown(args: &Json) -> bool {
    args.get("sector").and_then(Json::as_str) == Some(UNKNOWN)
}
