//! Reports about an event: what the system fills in, and signing one with its figures in one
//! submit.
//!
//! Reports of a place are one chain: initial, then continued ones that bring only what changed and
//! supersede the one before. A figure that says something else than the record is also counted for
//! the place, so that the criteria see it. Signing stops the report's clock and starts the next.

use std::sync::Arc;

use kernel::{EntityId, PlaceCode, Ref, UnixMillis, UnixSeconds, hash};
use ledger::entity::{HAPPENED_AT, OBSERVED_AT};
use ledger::{Actor, Command, Shape, View};
use serde_json::{Map, Value as Json, json};

use crate::count::Which;
use crate::desk::Desk;
use crate::error::Error;
use crate::level::EventView;

/// Figures that the system fills in from the record.
const FILLED: &[&str] = &["dead", "missing", "injured", "moved"];

/// The chain of reports of a place, as it stands before a report.
struct Chain {
    place: PlaceCode,
    before: Vec<Arc<View>>,
    sequence: i64,
    /// `None`: no table has a clock for it.
    due_at: Option<UnixSeconds>,
    /// The row of the clock table.
    clock: Option<String>,
}

/// A report about to be signed.
struct Signing {
    own: EntityId,
    chain: Chain,
    fields: Map<String, Json>,
    seen: Option<Vec<kernel::OpId>>,
}

/// When an event happened; `None` where that is not known or it is still to begin.
fn begun(event: &EventView, now: UnixMillis) -> Option<UnixSeconds> {
    let at = event.view.int(HAPPENED_AT).map(UnixSeconds);
    at.filter(|at| *at <= now.seconds())
}

impl Chain {
    fn sort(&self) -> &'static str {
        if self.sequence == 1 { "initial" } else { "continued" }
    }

    fn is_late(&self, now: UnixMillis) -> bool {
        self.due_at.is_some_and(|due| now.seconds() > due)
    }

    fn previous(&self) -> Option<&Arc<View>> {
        self.before.last()
    }
}

impl Desk {
    /// `GET /event/{id}/report`: six fields, four of them filled in.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn report(&self, actor: &Actor, id: &str, now: UnixMillis) -> Result<Json, Error> {
        let event = self.event(id)?;
        let chain = self.chain(&event, self.report_place(actor, None), None);
        let by = |value: Json| {
            let system = !value.is_null();
            json!({"value": value, "filled_by": if system { json!("system") } else { Json::Null }})
        };
        let told_by = self.told_by(&event);
        Ok(json!({
            "event": event.reference, "number": chain.sequence, "stage": chain.sort(),
            "previous": chain.previous().map(|r| r.reference()), "place": chain.place,
            "due_at": chain.due_at, "clock": chain.clock, "late": chain.is_late(now),
            "addressee": self.addressee_above(),
            "fields": {
                "received": by(json!(event.at)),
                "source": by(json!(event.view.reference_in(command::event::ALERT))),
                "source_name": by(json!(told_by)),
                "where": by(json!(self.area.name(chain.place))),
                "kind": by(json!(event.hazard)),
                "figures": by(Json::Object(self.record_figures(&event, chain.place))),
                "what": by(Json::Null),
                "measures": by(Json::Null),
            },
            "title": event.view.text(command::event::TITLE).unwrap_or_default(),
            "reports": self.signed_reports(&event, chain.place),
        }))
    }

    /// `POST /event/{id}/report/sign`: what the person wrote over what the system fills in, signed;
    /// its figures counted with this report as their source, all in one submit.
    ///
    /// # Errors
    /// A refusal where it says nothing, a figure falls without a reason, or the actor may not.
    pub fn sign_report(
        &self,
        actor: &Actor,
        id: &str,
        args: &Json,
        retry: &str,
        now: UnixMillis,
    ) -> Result<Json, Error> {
        let event = self.event(id)?;
        let given = args.as_object().cloned().unwrap_or_default();
        let own = self.report_id(actor, &given, retry, now);
        let place = self.report_place(actor, given.get("place"));
        let signed = self.view_of(&Ref::new("report", own));
        let known = signed.and_then(|v| v.int(command::report::SEQUENCE));
        let chain = self.chain(&event, place, known);
        let mut fields = Desk::args(json!({
            "event": event.reference, "sort": chain.sort(), "sequence": chain.sequence,
            "previous": chain.previous().map(|r| r.reference()),
            "title": event.view.text(command::event::TITLE), "place": place,
            "hazard_kind": event.hazard, "addressee": self.addressee_above(),
            "clock": chain.clock, "due_at": chain.due_at, "source_unit": self.told_by(&event),
            "happened_at": begun(&event, now),
        }));
        let mut figures = self.record_figures(&event, place);
        for (name, value) in given {
            match value {
                Json::Object(told) if name == "figures" => figures.extend(told),
                value => drop(fields.insert(name, value)),
            }
        }
        fields.insert("figures".to_owned(), Json::Object(figures));
        self.sign(actor, &event, Signing { own, chain, fields, seen: None }, retry, now)
    }

    /// `POST /commands {entity: "report", verb: "sign"}`: the same with all fields as given.
    ///
    /// # Errors
    /// As [`Desk::sign_report`].
    pub fn sign_command(
        &self,
        actor: &Actor,
        command: Command,
        retry: &str,
        now: UnixMillis,
    ) -> Result<Json, Error> {
        let event = command.args.get("event").and_then(Json::as_str);
        let event = event.and_then(|e| e.parse::<Ref>().ok()).filter(|e| e.kind == "event");
        let event = event.and_then(|e| self.event(&e.id.to_string()).ok());
        let sequence = command.args.get("sequence").and_then(Json::as_i64);
        let Some((event, sequence)) = event.zip(sequence) else {
            let job = self.command(actor, command, retry, now)?;
            return self.record.submit(job).map(|done| Desk::commanded(&done));
        };
        let place = self.report_place(actor, command.args.get("place"));
        let own = command.id.unwrap_or_else(|| self.report_id(actor, &command.args, retry, now));
        let chain = self.chain(&event, place, Some(sequence));
        let (mut fields, seen) = (command.args, command.seen);
        fields.entry("place").or_insert_with(|| json!(place));
        self.sign(actor, &event, Signing { own, chain, fields, seen }, retry, now)
    }

    fn sign(
        &self,
        actor: &Actor,
        event: &EventView,
        signing: Signing,
        retry: &str,
        now: UnixMillis,
    ) -> Result<Json, Error> {
        let Signing { own, chain, mut fields, seen } = signing;
        let reference = Ref::new("report", own);
        let answer = |ops: Json, counted: &[Ref], replayed: bool| {
            json!({
                "ref": reference, "report": reference, "number": chain.sequence,
                "stage": chain.sort(), "counted": counted, "ops": ops, "replayed": replayed,
                "clock": {"clock": chain.clock, "due_at": chain.due_at,
                    "late": chain.is_late(now)},
            })
        };
        if self.is_signed(&reference)? {
            let same = self.is_same(&reference, &fields)?;
            return if same { Ok(answer(json!([]), &[], true)) } else { Err(Error::RetryReused) };
        }
        let named = naming(&reference, &mut fields);
        let figures = self.news(&chain, &fields);
        fields.remove("figures");
        if !figures.is_empty() {
            fields.insert("figures".to_owned(), Json::Object(figures.clone()));
        }
        let mut base = Desk::args(json!({
            "event": event.reference, "place": chain.place, "report": reference,
            "basis": "report", "observed_at": now.seconds(),
        }));
        for name in ["reason", "observed_at", "happened_at"] {
            base.extend(fields.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        // Word may have come hours before the figures that are told with it.
        if let Some(at) = fields.get("figures_at").filter(|at| !at.is_null()) {
            base.insert("observed_at".to_owned(), at.clone());
        }
        let sign = Command {
            entity: "report".to_owned(),
            id: Some(own),
            verb: "sign".to_owned(),
            args: fields,
            seen,
        };
        let mut commands = vec![sign];
        commands.extend(named);
        commands.extend(self.superseding(&chain, &reference)?);
        let first = commands.len();
        for kind in ["casualty", "situation"] {
            commands.extend(self.counting(kind, event, chain.place, &figures, &base)?);
        }
        let done = self.submit(actor, commands, retry, now)?;
        let counted = done.entities.get(first..).unwrap_or_default();
        Ok(answer(json!(done.ops), counted, done.replayed))
    }

    /// Of a continued report only the figures that are not as they were told last.
    fn news(&self, chain: &Chain, fields: &Map<String, Json>) -> Map<String, Json> {
        let mut figures = match fields.get("figures") {
            Some(Json::Object(figures)) => figures.clone(),
            _ => Map::new(),
        };
        let mut told = Map::new();
        for report in &chain.before {
            let value = report.get(command::report::FIGURES);
            let shown = value.map(|v| command::report::FIGURES_SHAPE.show(v));
            told.extend(shown.and_then(|s| s.as_object().cloned()).unwrap_or_default());
        }
        figures.retain(|name, value| told.get(name) != Some(value));
        figures
    }

    /// The report before is superseded by this one.
    fn superseding(&self, chain: &Chain, by: &Ref) -> Result<Option<Command>, Error> {
        let entry = self.entry("report")?;
        let Some(before) = chain.previous() else { return Ok(None) };
        if entry.edges_from(before, "supersede").is_empty() {
            return Ok(None);
        }
        Ok(Some(Command {
            entity: "report".to_owned(),
            id: Some(before.id),
            verb: "supersede".to_owned(),
            args: Desk::args(json!({"superseded_by": by})),
            seen: None,
        }))
    }

    /// The command that counts the figures of one kind, where they say something else than the
    /// record of the place does.
    fn counting(
        &self,
        kind: &'static str,
        event: &EventView,
        place: PlaceCode,
        figures: &Map<String, Json>,
        base: &Map<String, Json>,
    ) -> Result<Option<Command>, Error> {
        let entry = self.entry(kind)?;
        let mut args = Map::new();
        for (name, told) in figures {
            let Some(field) = entry.field(name) else { continue };
            let known = match field.shape {
                Shape::Int { .. } => self.known_figure(kind, field.number, event, place),
                _ => Json::Null,
            };
            if *told != known {
                args.insert(name.clone(), told.clone());
            }
        }
        if args.is_empty() {
            return Ok(None);
        }
        args.extend(base.clone());
        let entity = kind.to_owned();
        Ok(Some(Command { entity, id: None, verb: "count".to_owned(), args, seen: None }))
    }

    fn known_figure(
        &self,
        kind: &'static str,
        field: u8,
        event: &EventView,
        place: PlaceCode,
    ) -> Json {
        let event_field = self.entry(kind).ok().and_then(|e| e.field("event"));
        let which = Which { kind, field, event: event_field.map_or(0, |f| f.number) };
        json!(self.counted(which, &event.reference, place).value)
    }

    /// Figures of the place as the record has them; null where nobody has said.
    fn record_figures(&self, event: &EventView, place: PlaceCode) -> Map<String, Json> {
        let figure = |name: &&str| {
            let kinds = ["casualty", "situation"];
            let found = kinds
                .into_iter()
                .find_map(|kind| Some((kind, self.entry(kind).ok()?.field(name)?.number)));
            let value = found.map(|(kind, number)| self.known_figure(kind, number, event, place));
            ((*name).to_owned(), value.unwrap_or_default())
        };
        FILLED.iter().map(figure).collect()
    }

    /// The place a report is about: as said, else that of the actor's office, and at most this
    /// node's own. Who keeps no events has no office that reports: it is the node's.
    pub(crate) fn report_place(&self, actor: &Actor, said: Option<&Json>) -> PlaceCode {
        let said = said.and_then(Json::as_str).and_then(|p| p.parse().ok());
        let own = self.info.place;
        let office = crate::check::may(actor, "event.keep");
        let under = office && self.area.is_under(actor.place, own);
        said.unwrap_or(if under { actor.place } else { own })
    }

    /// The id of a report: the same for the same act tried again, another for any other.
    fn report_id(
        &self,
        actor: &Actor,
        args: &Map<String, Json>,
        retry: &str,
        now: UnixMillis,
    ) -> EntityId {
        let act = match retry {
            "" => format!("{}/{}", now.0, hash(json!(args).to_string().as_bytes())),
            key => key.to_owned(),
        };
        let node = hash(&self.record.author().public().0);
        EntityId::from_code("report", &format!("{node}/{}/{act}", actor.account))
    }

    fn is_signed(&self, report: &Ref) -> Result<bool, Error> {
        let entry = self.entry("report")?;
        let view = self.view_of(report);
        Ok(view.is_some_and(|v| entry.edges_from(&v, "sign").is_empty()))
    }

    /// Whether a signed report says what these fields say; figures that were no news aside.
    fn is_same(&self, report: &Ref, fields: &Map<String, Json>) -> Result<bool, Error> {
        let entry = self.entry("report")?;
        let Some(view) = self.view_of(report) else { return Ok(false) };
        let same = |(name, value): (&String, &Json)| {
            let Some(field) = entry.field(name) else { return false };
            let read = field.shape.read(name, value).ok();
            read.as_ref() == view.get(field.number)
        };
        Ok(fields.iter().filter(|(name, v)| *name != "figures" && !v.is_null()).all(same))
    }

    /// Signed reports of an event at a place, in order.
    fn reports_of(&self, event: &Ref, place: PlaceCode) -> Vec<Arc<View>> {
        let mut reports = self.record.views().find("report", "event", &event.to_string());
        reports.retain(|r| crate::plan::place_of(r) == place && self.signed_at(r).is_some());
        reports.sort_by_key(|r| r.int(command::report::SEQUENCE));
        reports
    }

    /// The chain before a report of this number; `None`: before the next one.
    fn chain(&self, event: &EventView, place: PlaceCode, sequence: Option<i64>) -> Chain {
        let mut before = self.reports_of(&event.reference, place);
        let number = |r: &Arc<View>| r.int(command::report::SEQUENCE).unwrap_or(0);
        if let Some(sequence) = sequence {
            before.retain(|r| number(r) < sequence);
        }
        let last = before.last();
        let sequence = sequence.unwrap_or_else(|| last.map_or(1, |r| number(r) + 1));
        let began = last.map_or(Some(event.at), |r| self.signed_at(r)).unwrap_or(event.at);
        let clock = self.report_clock(event, sequence == 1);
        let due_at = clock.as_ref().map(|c| UnixSeconds(began.0 + c.within_min * 60));
        Chain { place, before, sequence, due_at, clock: clock.map(|c| c.row) }
    }

    /// When the next report of a place is owed, and of what sort it is.
    pub(crate) fn next_report(
        &self,
        event: &EventView,
        place: PlaceCode,
    ) -> Option<(UnixSeconds, &'static str)> {
        let chain = self.chain(event, place, None);
        Some((chain.due_at?, chain.sort()))
    }

    /// The signed reports for a list: when each was due and when it was signed.
    fn signed_reports(&self, event: &EventView, place: PlaceCode) -> Json {
        let due = self.entry("report").ok().and_then(|e| e.field("due_at")).map(|f| f.number);
        let row = |r: &Arc<View>| {
            let due_at = due.and_then(|n| r.int(n)).map(UnixSeconds);
            let signed_at = self.signed_at(r);
            json!({
                "ref": r.reference(), "sequence": r.int(command::report::SEQUENCE),
                "signed_at": signed_at, "due_at": due_at,
                "late": signed_at.zip(due_at).map(|(signed, due)| signed > due),
                "observed_at": r.int(OBSERVED_AT).map(UnixSeconds),
            })
        };
        self.reports_of(&event.reference, place).iter().map(row).collect()
    }

    fn signed_at(&self, report: &View) -> Option<UnixSeconds> {
        let op = report.fields.get(&command::report::SEQUENCE).and_then(crate::figure::winner)?;
        self.record.info(op).map(|i| i.entered_at.seconds())
    }

    /// Who told it: the issuer of the alert the event came from.
    fn told_by(&self, event: &EventView) -> Option<String> {
        let alert = event.view.reference_in(command::event::ALERT)?;
        let alert = self.view_of(&alert)?;
        let name = self.entry("alert").ok()?.field("sender_name")?;
        Some(alert.text(name.number)?.chars().take(120).collect())
    }

    /// The duty room of the level above.
    fn addressee_above(&self) -> Option<Ref> {
        let own = EntityId::from_code("organisation", "county.government");
        let own = self.view_of(&Ref::new("organisation", own))?;
        own.reference_in(14)
    }
}

/// The command that names the person who told a report, apart from what they told: what is private
/// is written encrypted. Takes those fields out of the report's own.
fn naming(report: &Ref, fields: &mut Map<String, Json>) -> Option<Command> {
    let mut args = Map::new();
    for name in ["told_by", "told_by_phone"] {
        let told = fields.remove(name).filter(|v| !v.is_null());
        args.extend(told.filter(|v| *v != json!("")).map(|told| (name.to_owned(), told)));
    }
    let verb = "name_source".to_owned();
    let entity = report.kind.clone();
    (!args.is_empty()).then_some(Command { entity, id: Some(report.id), verb, args, seen: None })
}
