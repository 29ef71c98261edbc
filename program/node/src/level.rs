//! Which response level the plans call for, and why; and what approving it would set off.

use std::collections::BTreeSet;

use kernel::{PlaceCode, Ref, UnixMillis, UnixSeconds};
use ledger::{Actor, View};
use rules::{CivilDate, Input, Inputs, Proposal, RowExplanation, Scope};
use serde_json::{Value as Json, json};

use crate::area::level as rung;
use crate::count::{Counted, DEAD, MISSING, MOVED};
use crate::desk::Desk;
use crate::error::Error;
use crate::text::Text;

/// An event as the steps need it.
#[derive(Clone, Debug)]
pub struct EventView {
    /// Its reference.
    pub reference: Ref,
    /// Unit it lies in.
    pub place: PlaceCode,
    /// Kind of hazard, ASCII name.
    pub hazard: String,
    /// The instant whose day picks the versions of tables.
    pub at: UnixSeconds,
    /// The view.
    pub view: std::sync::Arc<View>,
}

impl EventView {
    /// What it is called.
    pub fn title(&self) -> Text {
        let zh = self.view.text(command::event::TITLE).unwrap_or_default();
        Text::new(zh, self.view.text(command::event::TITLE_EN).unwrap_or(zh))
    }
}

/// What plans say of an event, each with the unit whose plan it is.
#[derive(Clone, Debug, Default)]
pub struct Proposals {
    /// The node's own plan, where it has one.
    pub own: Option<(PlaceCode, Proposal)>,
    /// The plans above it, the nearest first.
    pub above: Vec<(PlaceCode, Proposal)>,
}

impl Desk {
    /// The event of an id; `open` or an empty id: the newest that is open.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn event(&self, id: &str) -> Result<EventView, Error> {
        let (entry, view) = if id.is_empty() || id == "open" {
            let entry = self.entry("event")?;
            let views = self.record.views();
            let mut open = views.find("event", "state", "Open");
            open.extend(views.find("event", "state", "Reopened"));
            let newest = open.into_iter().max_by_key(|v| {
                v.heads.iter().filter_map(|op| self.record.info(op)).map(|i| i.entered_at).max()
            });
            (entry, newest.ok_or_else(|| Error::NotFound("event".to_owned()))?)
        } else {
            self.view("event", id)?
        };
        let place = view.int(ledger::entity::PLACE).and_then(|p| u64::try_from(p).ok());
        let shape = entry.field("hazard_kind").map(|f| f.shape);
        let hazard = shape
            .zip(view.get(command::event::HAZARD_KIND))
            .and_then(|(shape, value)| shape.show(value).as_str().map(str::to_owned));
        let entered = view.heads.iter().filter_map(|op| self.record.info(op));
        let first = entered.map(|i| i.entered_at.seconds()).min();
        let happened = view.int(ledger::entity::HAPPENED_AT).map(UnixSeconds);
        Ok(EventView {
            reference: view.reference(),
            place: place.map_or(self.info.place, PlaceCode),
            hazard: hazard.unwrap_or_else(|| "other".to_owned()),
            at: happened.or(first).unwrap_or_default(),
            view,
        })
    }

    /// How many events are open.
    pub fn open_events(&self) -> usize {
        let views = self.record.views();
        ["Open", "Reopened"].iter().map(|state| views.find("event", "state", state).len()).sum()
    }

    /// The inputs of the level tables, as they are known now.
    pub fn level_inputs(&self, event: &EventView, place: PlaceCode, now: UnixMillis) -> Inputs {
        let mut inputs = Inputs::new();
        let mut put = |name: &str, input: Input| drop(inputs.insert(name.to_owned(), input));
        let (dead, missing) = (
            self.counted(DEAD, &event.reference, place),
            self.counted(MISSING, &event.reference, place),
        );
        put("dead", self.as_input(&dead));
        put("missing", self.as_input(&missing));
        put("moved", self.as_input(&self.counted(MOVED, &event.reference, place)));
        // A signal over townships here says nothing of an event that lies elsewhere.
        let elsewhere = self.lies_elsewhere(event);
        let (townships, alert, sent) = match elsewhere {
            true => (None, None, None),
            false => self.red_signal(event, place, now),
        };
        let source = alert.map_or_else(|| "alert".to_owned(), |alert| alert.to_string());
        put(
            "red_signal_townships",
            match townships {
                Some(townships) => Input::known(townships, &source, sent),
                None => Input::unknown(&source),
            },
        );
        put("cut_off_villages", self.cut_off_input(event, place));
        inputs
    }

    fn as_input(&self, counted: &Counted) -> Input {
        let source = counted.refs.first().map(ToString::to_string).unwrap_or_default();
        let mut input = match (counted.value, counted.low) {
            (Some(value), _) => Input::known(value, &source, counted.observed_at),
            (None, Some(low)) => Input::at_least(low, &source, counted.observed_at),
            (None, None) => Input::unknown(&source),
        };
        input.missing = counted.missing.iter().map(ToString::to_string).collect();
        input
    }

    /// Villages said to be cut off; those of which nobody spoke are not "not cut off".
    fn cut_off_input(&self, event: &EventView, place: PlaceCode) -> Input {
        let office = self.counted(crate::count::CUT_OFF, &event.reference, place);
        if office.value.is_some() {
            return self.as_input(&office);
        }
        let villages = self.cut_off(&event.reference, place);
        let cut: Vec<_> = villages.iter().filter(|v| v.road == Some(true)).collect();
        let Some(first) = cut.first() else { return Input::unknown("situation") };
        let source = Ref::new("situation", first.situation).to_string();
        let oldest = cut.iter().filter_map(|v| v.observed_at).min();
        let count = i64::try_from(cut.len()).unwrap_or(i64::MAX);
        Input { value: Some(count.into()), ..Input::at_least(count, &source, oldest) }
    }

    /// Townships under a red rainstorm signal in force now (`None`: not known, since there is no
    /// division table to count them by), the alert, and when it was sent. An alert that has
    /// expired is in force no longer, whatever its state, and a red warning of a flood is no
    /// rainstorm signal. Source: house, decision 8; domain, §5.2.
    pub fn red_signal(
        &self,
        event: &EventView,
        place: PlaceCode,
        now: UnixMillis,
    ) -> (Option<i64>, Option<Ref>, Option<UnixSeconds>) {
        let Ok(entry) = self.entry("alert") else { return (None, None, None) };
        let mut townships = BTreeSet::new();
        let (mut alert, mut sent) = (None, None);
        let views = self.record.views();
        for view in views.of_kind("alert") {
            let shown = |name: &str| {
                let field = entry.field(name)?;
                Some(field.shape.show(view.get(field.number)?))
            };
            let live = matches!(entry.state_of(view), Some("Active" | "Updated"));
            let ends: Option<UnixSeconds> =
                shown("expires_at").and_then(|t| t.as_str()?.parse().ok());
            let live = live && ends.is_none_or(|ends| ends > now.seconds());
            let red = shown("colour").is_some_and(|c| c == "red");
            let same = shown("hazard_kind").is_none_or(|h| h == json!(event.hazard));
            let ours = match shown("status").as_ref().and_then(Json::as_str) {
                Some("Actual") => !self.info.exercise,
                Some("Exercise") => self.info.exercise,
                _ => false,
            };
            let rain = shown("infos").is_none_or(|infos| speaks_of_rain(&infos));
            if !(live && red && same && ours && rain) {
                continue;
            }
            let places = shown("places").and_then(|p| p.as_array().cloned()).unwrap_or_default();
            for code in places.iter().filter_map(|p| p.as_str()?.parse::<PlaceCode>().ok()) {
                townships.extend(self.townships_of(code, place));
            }
            alert = Some(view.reference());
            sent = shown("sent_at").and_then(|t| t.as_str()?.parse().ok());
        }
        let counts = self.area.divisions().any(|d| d.level == rung::TOWNSHIP);
        let count = i64::try_from(townships.len()).unwrap_or(i64::MAX);
        (counts.then_some(count), alert, sent)
    }

    /// The townships that a code stands for, within a place.
    pub(crate) fn townships_of(&self, code: PlaceCode, within: PlaceCode) -> Vec<PlaceCode> {
        let Some(division) = self.area.division(code) else { return Vec::new() };
        let found: Vec<PlaceCode> = if division.level == rung::TOWNSHIP {
            vec![code]
        } else if division.level > rung::TOWNSHIP {
            division.parent.into_iter().collect()
        } else {
            let of_level = self.area.divisions().filter(|d| d.level == rung::TOWNSHIP);
            of_level.map(|d| d.code).filter(|p| self.area.is_under(*p, code)).collect()
        };
        found.into_iter().filter(|p| self.area.is_under(*p, within)).collect()
    }

    /// Where a table is asked for: the place and the units above it.
    pub fn scope(&self, place: PlaceCode) -> Scope {
        use rules::AdminLevel::{City, County, Nation, Province, Township, Village};
        let of = |p: PlaceCode| {
            let level = match self.area.division(p).map(|d| d.level) {
                Some(0) => Nation,
                Some(1) => Province,
                Some(2) => City,
                Some(4) => Township,
                Some(5) => Village,
                _ => County,
            };
            (p, level)
        };
        let chain = self.area.up(place).into_iter().map(of).collect();
        Scope { chain, exercise: self.info.exercise }
    }

    /// What the own plan proposes, and the plans above it. A plan of the nation gives no other
    /// place a level: without a plan of its own a place has no proposal. Source: house, decision
    /// 23.
    pub fn proposals(&self, event: &EventView, now: UnixMillis) -> Proposals {
        let day = CivilDate::in_china(event.at);
        let subject = format!("response_level/{}", event.hazard);
        let mut found = Proposals::default();
        let up = self.area.up(self.info.place);
        let scope = self.scope(self.info.place);
        let here = scope.chain.first().map(|(_, level)| *level);
        let nation = Some(rules::AdminLevel::Nation);
        for table in self.tables.tables_for(&subject, &scope, day) {
            let rung = crate::level::rung_of(table);
            let at = up.iter().find(|p| self.area.division(**p).map(|d| d.level) == rung);
            let at = at.copied().unwrap_or(self.info.place);
            let inputs = self.level_inputs(event, at, now);
            let Ok(proposal) = self.tables.propose(&table.identity.id, &inputs, day) else {
                continue;
            };
            let of_nation = table.identity.level.or(nation) == nation;
            let first = found.own.is_none() && found.above.is_empty();
            // A plan of a unit above is decided there, whatever is known here.
            match first && at == self.info.place && (!of_nation || here == nation) {
                true => found.own = Some((at, proposal)),
                false => found.above.push((at, proposal)),
            }
        }
        found
    }

    /// `GET /event/{id}/level`.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn level(&self, actor: &Actor, id: &str, now: UnixMillis) -> Result<Json, Error> {
        let event = self.event(id)?;
        let proposals = self.proposals(&event, now);
        let shown = |(at, proposal): &(PlaceCode, Proposal)| self.shown_proposal(*at, proposal);
        let own = proposals.own.as_ref().map(shown);
        let above: Vec<Json> = proposals.above.iter().map(shown).collect();
        let response = self.response_of(&event);
        let given = self.given(&event);
        let people = self.people();
        let approvers = people.who_may("response.decide");
        let row = |a: &&crate::accounts::Account| {
            json!({
                "account": a.account, "person": a.person, "post": a.title, "phone": a.phone,
                "ref": ledger::entity::post_of(&a.account),
            })
        };
        let proposed = own.as_ref().and_then(|p| p["level"].as_i64());
        let here = approvers.iter().filter(|a| a.place == self.info.place);
        Ok(json!({
            "response": response.0, "hazard": event.hazard, "place": event.place,
            "in_force": response.1, "outside": self.is_outside(&event), "proposal": own,
            "above": above, "in_force_above": self.responses_above(&event),
            "consequences": self.consequences(&event, proposed, &given),
            "consequences_by_level": self.consequences_by_level(&event, &given),
            "may_approve": crate::check::may(actor, "response.decide")
                && self.area.is_under(self.info.place, actor.place),
            "may_enter_heard": crate::check::may(actor, crate::telephone::PROPOSE)
                && self.area.is_under(self.info.place, actor.place),
            "approvers": here.map(row).collect::<Vec<_>>(),
        }))
    }

    /// Levels in force for the event's hazard at the units above this node, the nearest first.
    pub(crate) fn responses_above(&self, event: &EventView) -> Vec<Json> {
        let level = |place: PlaceCode| {
            let id = kernel::EntityId::from_code("response", &format!("{place}/{}", event.hazard));
            let view = self.view_of(&Ref::new("response", id))?;
            let state = self.entry("response").ok()?.state_of(&view)?;
            let level = command::response::level(&view)?.level;
            let holds = command::response::holds(state);
            holds.then(|| json!({"place": place, "name": self.area.name(place), "level": level}))
        };
        let up = self.area.up(self.info.place);
        up.into_iter().filter(|place| *place != self.info.place).filter_map(level).collect()
    }

    /// The response of an event's place and hazard, and what is in force there.
    pub fn response_of(&self, event: &EventView) -> (Ref, Json) {
        let code = format!("{}/{}", self.info.place, event.hazard);
        let id = kernel::EntityId::from_code("response", &code);
        let reference = Ref::new("response", id);
        let Some(view) = self.view_of(&reference) else { return (reference, Json::Null) };
        let Ok(entry) = self.entry("response") else { return (reference, Json::Null) };
        let level = command::response::level(&view);
        let op = view.fields.get(&command::response::LEVEL).and_then(crate::figure::winner);
        let info = op.and_then(|op| self.record.info(op));
        let of_event = view.reference_in(command::response::EVENT);
        let of_event = of_event.and_then(|e| self.event(&e.id.to_string()).ok());
        let approval = view.get(command::response::APPROVAL);
        let body = approval.map(|a| [(u64::from(command::response::APPROVAL), a.clone())]);
        let heard = body.and_then(|body| self.heard_by("response", &body.into()));
        // What was decided by telephone was decided before it was entered.
        let shape = entry.field("approval").map(|f| f.shape);
        let approval = shape.zip(approval).map(|(shape, value)| shape.show(value));
        let approved_at = approval.map(|a| a["approved_at"].clone());
        // A reason stands for the step that gave it: that of an ending is none for the next start.
        let reason = view.fields.get(&command::response::BASIS).and_then(crate::figure::winner);
        let basis = view.text(command::response::BASIS).filter(|_| reason == op);
        let in_force = json!({
            "event": of_event.as_ref().map(|e| &e.reference),
            "event_name": of_event.as_ref().map(EventView::title),
            "of_this_event": of_event.as_ref().map(|e| e.reference == event.reference),
            "heard_by": heard.map(|heard| heard.by), "level": level.map(|l| l.level),
            "state": entry.state_of(&view), "heads": view.heads,
            "proposed": self.waiting_proposal(&view),
            "by": info.as_ref().map(|i| i.by.clone()),
            "at": info.as_ref().map(|i| i.entered_at), "approved_at": approved_at,
            "basis": basis,
        });
        (reference, in_force)
    }

    fn shown_proposal(&self, place: PlaceCode, proposal: &Proposal) -> Json {
        let level_of =
            |row: &RowExplanation| row.values.get("level").and_then(rules::Value::as_i64);
        // What is missing of a figure: places by name, all else as the table names it.
        let named = |part: &String| match part.parse::<PlaceCode>() {
            Ok(place) => self.area.name(place),
            Err(_) => Text::new(part.clone(), part.clone()),
        };
        let cell = |c: &rules::CellExplanation| {
            json!({
                "input": c.input, "name": c.label, "condition": c.condition, "unit": c.unit,
                "truth": c.truth, "missing": c.missing.iter().map(named).collect::<Vec<_>>(),
                "missing_parts": c.missing_parts,
                "figure": self.cell_figure(c),
            })
        };
        let row = |r: &RowExplanation, counted: bool| {
            json!({
                "row": r.row, "level": level_of(r), "clause": r.source.clause, "text": r.label,
                "truth": r.truth, "counted": counted, "mark": r.mark,
                "cells": r.cells.iter().map(cell).collect::<Vec<_>>(),
                "missing": r.cells.iter().filter(|c| c.truth == kernel::Truth::Undetermined)
                    .map(|c| c.label.clone()).collect::<Vec<_>>(),
                "source": r.source,
            })
        };
        let counted = proposal.rows.iter().map(|r| row(r, true));
        let below = proposal.rows_below.iter().map(|r| row(r, false));
        json!({
            "table": proposal.table.id, "version": proposal.table.version,
            "hash": proposal.table.hash, "name": proposal.table.title, "place": place,
            "place_name": self.area.name(place), "on": proposal.on,
            "level": proposal.level, "met": proposal.met, "not_met": proposal.not_met,
            "undetermined": proposal.undetermined,
            "if_undetermined": proposal.level_if_undetermined_met,
            "rows": counted.chain(below).collect::<Vec<_>>(),
            "missing": proposal.missing,
        })
    }

    fn cell_figure(&self, cell: &rules::CellExplanation) -> Json {
        let int = |v: &Option<rules::Value>| v.as_ref().and_then(rules::Value::as_i64);
        let status = match (int(&cell.value), int(&cell.low)) {
            (Some(_), _) => "known",
            (None, Some(_)) => "estimated",
            (None, None) => "unknown",
        };
        json!({
            "value": int(&cell.value).or(int(&cell.low)), "low": int(&cell.low),
            "high": int(&cell.high), "unit": cell.unit, "status": status,
            "source": {"kind": "op", "ref": cell.source, "name": cell.label, "op": null,
            "by": null},
            "observed_at": cell.observed_at, "received_at": null, "age_limit_s": 7200,
        })
    }
}

/// The level of the division table whose plan a table is.
fn rung_of(table: &rules::Table) -> Option<i32> {
    use rules::AdminLevel::{City, County, Nation, Province, Township, Village};
    Some(match table.identity.level? {
        Nation => 0,
        Province => 1,
        City => 2,
        County => 3,
        Township => 4,
        Village => 5,
    })
}

/// Words of a rainstorm signal in an alert's `event`. Source: domain, §5.2.
const RAIN: &[&str] = &["rain", "\u{66b4}\u{96e8}"];

/// Whether an alert's parts name its event as a rainstorm, in any of its languages.
fn speaks_of_rain(infos: &Json) -> bool {
    let names = |info: &Json| {
        let event = info["event"].as_str().unwrap_or_default().to_ascii_lowercase();
        RAIN.iter().any(|word| event.contains(word))
    };
    let infos = infos.as_array().map(Vec::as_slice).unwrap_or_default();
    infos.is_empty() || infos.iter().any(names)
}
