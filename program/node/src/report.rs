//! The report in hand: what the system fills in of the first or next report, and when it is due.

use kernel::{UnixMillis, UnixSeconds};
use ledger::{Actor, View};
use serde_json::{Value as Json, json};

use crate::count::{DEAD, INJURED, MISSING, MOVED};
use crate::desk::Desk;
use crate::error::Error;

/// Minutes from learning of it to the first written report, and from one report to the next with
/// only what changed. Source: domain §6.2.
const FIRST_MIN: i64 = 60;
/// See [`FIRST_MIN`].
const NEXT_MIN: i64 = 120;

impl Desk {
    /// `GET /event/{id}/report`: six fields, four of them filled in.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn report(&self, _actor: &Actor, id: &str, _now: UnixMillis) -> Result<Json, Error> {
        let event = self.event(id)?;
        let reports = self.reports_of(&event.reference);
        let last = reports.last();
        let sequence = last.map_or(1, |r| r.int(command::report::SEQUENCE).unwrap_or(0) + 1);
        let place = self.info.place;
        let count = |which| self.counted(which, &event.reference, place).value;
        let figures = json!({
            "dead": count(DEAD), "missing": count(MISSING), "injured": count(INJURED),
            "moved": count(MOVED),
        });
        let began = match last {
            Some(report) => self.signed_at(report),
            None => Some(event.at),
        };
        let after_min = if sequence == 1 { FIRST_MIN } else { NEXT_MIN };
        let due = began.map(|b| UnixSeconds(b.0 + after_min * 60));
        let title = event.view.text(command::event::TITLE).unwrap_or_default();
        let place_name = self.area.name(event.place);
        let by = |value: Json| {
            let system = !value.is_null();
            json!({"value": value, "filled_by": if system { json!("system") } else { Json::Null }})
        };
        let previous = last.map(|r| r.reference());
        let above = self.addressee_above();
        Ok(json!({
            "event": event.reference, "number": sequence,
            "stage": if sequence == 1 { "initial" } else { "continued" },
            "previous": previous, "due_at": due, "addressee": above,
            "fields": {
                "received": by(json!(event.at)),
                "source": by(json!(event.view.reference_in(command::event::ALERT))),
                "where": by(json!(place_name)),
                "kind": by(json!(event.hazard)),
                "figures": {"value": figures, "filled_by": "system"},
                "what": {"value": Json::Null, "filled_by": Json::Null},
                "measures": {"value": Json::Null, "filled_by": Json::Null},
            },
            "title": title,
            "reports": reports.iter().map(|r| json!({
                "ref": r.reference(), "sequence": r.int(command::report::SEQUENCE),
                "signed_at": self.signed_at(r),
            })).collect::<Vec<_>>(),
        }))
    }

    fn reports_of(&self, event: &kernel::Ref) -> Vec<std::sync::Arc<View>> {
        let mut reports = self.record.views().find("report", "event", &event.to_string());
        reports.sort_by_key(|r| r.int(command::report::SEQUENCE));
        reports
    }

    fn signed_at(&self, report: &View) -> Option<UnixSeconds> {
        let op = report.fields.get(&command::report::SEQUENCE).and_then(crate::figure::winner)?;
        self.record.info(op).map(|i| i.entered_at.seconds())
    }

    /// The duty room of the level above.
    fn addressee_above(&self) -> Option<kernel::Ref> {
        let own = kernel::EntityId::from_code("organisation", "county.government");
        let own = self.view_of(&kernel::Ref::new("organisation", own))?;
        own.reference_in(14)
    }
}
