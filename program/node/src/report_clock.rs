//! Until when a report is owed: read from the reporting clocks among the tables.
//!
//! A place's own clock table stands before the national one. A row that cannot be ruled out counts:
//! where nobody knows yet whether the event is serious, the clock of a serious one runs. Where two
//! clocks may run, the shorter one is owed.

use kernel::{PlaceCode, Truth, UnixMillis, UnixSeconds};
use ledger::Actor;
use rules::{CivilDate, Input, Inputs, RowExplanation, Value};
use serde_json::{Value as Json, json};

use crate::desk::Desk;
use crate::level::EventView;

/// A clock that a report stands under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportClock {
    /// The row of the clock table.
    pub row: String,
    /// Minutes from learning of the event, or from the report before, to the report.
    pub within_min: i64,
}

/// Clocks between governments' duty rooms. Source: domain, §6.2.
const GOVERNMENT: &str = "clock/reporting_government";
/// Clocks of accidents. Source: domain, §6.1.
const ACCIDENT: &str = "clock/reporting_accident";
/// Clocks of natural disasters. Source: domain, §6.3.
const DISASTER: &str = "clock/reporting_disaster";
/// Hazards whose reports are those of accidents.
const ACCIDENTS: &[&str] = &["work_safety", "hazchem"];
/// Steps at which a report with what changed is owed.
const CONTINUED: &[&str] = &["new_facts", "continued"];
/// Forms of a written report.
const WRITTEN: &[&str] = &["text", "network"];

impl Desk {
    /// The clock of the first report about an event, or of the next one.
    pub(crate) fn report_clock(&self, event: &EventView, is_first: bool) -> Option<ReportClock> {
        let by_hazard =
            if ACCIDENTS.contains(&event.hazard.as_str()) { ACCIDENT } else { DISASTER };
        let clocks = match is_first {
            true => self.clocks_at(event, GOVERNMENT, "duty_room"),
            false => [GOVERNMENT, by_hazard]
                .into_iter()
                .flat_map(|subject| CONTINUED.iter().map(move |step| (subject, *step)))
                .flat_map(|(subject, step)| self.clocks_at(event, subject, step))
                .collect(),
        };
        clocks.into_iter().min_by_key(|c| (c.within_min, c.row.clone()))
    }

    /// The written reports that a clock table asks for at a step, where they cannot be ruled out.
    fn clocks_at(&self, event: &EventView, subject: &str, step: &str) -> Vec<ReportClock> {
        let day = CivilDate::in_china(event.at);
        let step = Value::Text(step.to_owned());
        let inputs = Inputs::from([("step".to_owned(), Input::known(step, "report", None))]);
        let tables = self.tables.tables_for(subject, &self.scope(self.info.place), day);
        let Some(table) = tables.first() else { return Vec::new() };
        // A table that does not know the step has no clock for it.
        let Ok(answer) = self.tables.evaluate(&table.identity.id, &inputs, day) else {
            return Vec::new();
        };
        answer.rows.iter().filter(|row| row.truth != Truth::NotMet).filter_map(clock).collect()
    }

    /// The reports that the actor's place owes about events that are open, the soonest first.
    pub(crate) fn reports_due(&self, actor: &Actor, now: UnixMillis) -> Vec<Json> {
        // Who keeps the events of a place is its duty room.
        if !["report.write", "event.keep"].iter().all(|act| crate::check::may(actor, act)) {
            return Vec::new();
        }
        let place = self.report_place(actor, None);
        let open = self.record.views().find("event", "state", "Open");
        let mut due: Vec<(UnixSeconds, Json)> = Vec::new();
        for view in open {
            let Ok(event) = self.event(&view.id.to_string()) else { continue };
            if !self.owes(place, &event) {
                continue;
            }
            let Some((at, stage)) = self.next_report(&event, place) else { continue };
            let name = view.text(command::event::TITLE).unwrap_or_default();
            let name_en = view.text(command::event::TITLE_EN).unwrap_or(name);
            due.push((
                at,
                json!({"event": event.reference, "name": {"zh": name, "en": name_en},
                    "stage": stage, "due_at": at, "late": now.seconds() > at}),
            ));
        }
        due.sort_by_key(|(at, row)| (*at, row["event"].to_string()));
        due.into_iter().map(|(_, row)| row).collect()
    }

    /// A place reports about what lies in it, and about what it lies in.
    fn owes(&self, place: PlaceCode, event: &EventView) -> bool {
        self.area.is_under(event.place, place) || self.area.is_under(place, event.place)
    }
}

fn clock(row: &RowExplanation) -> Option<ReportClock> {
    let form = row.values.get("form").and_then(Value::as_text)?;
    let within = row.values.get("within").or_else(|| row.values.get("every"))?;
    let within_min = within.whole_in("min").filter(|_| WRITTEN.contains(&form))?;
    Some(ReportClock { row: row.row.clone(), within_min })
}
