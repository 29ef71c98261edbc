//! Plays a scenario: each inject is an act of its ordinary author, through the same checks as a
//! person's own act.

use kernel::{EntityId, PlaceCode, Ref, UnixMillis, UnixSeconds};
use ledger::Command;
use ledger::entity::post_of;
use serde_json::{Value as Json, json};
use synth::scenario::{Inject, InjectKind, Line, Scenario, Text as Words};

use crate::desk::Desk;
use crate::error::Error;
use crate::plan::new_command;

/// How playing went.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Played {
    /// Injects that were entered.
    pub injects: usize,
    /// Ops that were written.
    pub ops: usize,
    /// Injects that were refused: index, author, why.
    pub refused: Vec<(usize, String, String)>,
}

/// Seconds that a call takes until somebody answers or nobody does.
const CALL_S: i64 = 30;

impl Desk {
    /// Plays injects from one second to another, both inclusive.
    ///
    /// # Errors
    /// What the record says; a refused inject is no error and stands in the answer.
    pub fn play(&self, scenario: &Scenario, from_s: i64, to_s: i64) -> Result<Played, Error> {
        let mut played = Played::default();
        for (number, inject) in scenario.injects.iter().enumerate() {
            if inject.at_s < from_s || inject.at_s > to_s {
                continue;
            }
            let now = UnixSeconds(scenario.starts_at.0 + inject.at_s).millis();
            match self.play_one(scenario, inject, now) {
                Ok(ops) => {
                    played.injects += 1;
                    played.ops += ops;
                }
                Err(Error::Refused { kind, refusal }) => {
                    let why = format!("{kind}: {refusal}");
                    played.refused.push((number, inject.by.clone(), why));
                }
                Err(e) => return Err(e),
            }
        }
        Ok(played)
    }

    fn play_one(
        &self,
        scenario: &Scenario,
        inject: &Inject,
        now: UnixMillis,
    ) -> Result<usize, Error> {
        let actor = self.actor(&inject.by);
        let actor = actor.ok_or_else(|| Error::NotFound(format!("account {}", inject.by)))?;
        let mut written = 0;
        for command in self.commands_of(scenario, inject, now) {
            let done = self.submit(&actor, vec![command], "", now)?;
            written += done.ops.len();
            if let Some(alert) = done.first().filter(|r| r.kind == "alert") {
                written += self.event_of_alert(scenario, &inject.what, alert, now)?;
            }
        }
        Ok(written)
    }

    /// What an inject's author enters, in order.
    fn commands_of(&self, scenario: &Scenario, inject: &Inject, now: UnixMillis) -> Vec<Command> {
        let event = self.open_event();
        let one = |kind: &str, verb: &str, fields: Json| vec![new_command(kind, verb, fields)];
        match &inject.what {
            InjectKind::Alert { .. } => vec![self.alert_of(scenario, inject, now)],
            InjectKind::CallAnswer { post, outcome, note } => {
                self.call_of(post, outcome, note, now)
            }
            InjectKind::RoadReport {
                row,
                place,
                status,
                seen_how,
                cause,
                observed_at_s,
                note,
                ..
            } => {
                let fields = json!({
                    "status": status, "seen_how": known_way(seen_how),
                    "observed_at": UnixSeconds(scenario.starts_at.0 + observed_at_s),
                    "road": format!("road:{row}"), "place": place, "cause": known_cause(cause),
                    "event": event, "note": note.zh,
                });
                one("road_report", "report", fields)
            }
            InjectKind::Situation {
                place,
                moved,
                villages_cut_off,
                houses_collapsed,
                houses_severe,
                needing_relief,
                note,
            } => {
                let fields = json!({
                    "event": event, "place": place, "moved": moved,
                    "villages_cut_off": villages_cut_off, "houses_collapsed": houses_collapsed,
                    "houses_severe": houses_severe, "needing_relief": needing_relief,
                    "observed_at": now.seconds(), "note": note.zh,
                });
                one("situation", "count", fields)
            }
            InjectKind::Casualty { place, dead, missing, injured, note } => {
                let fields = json!({
                    "event": event, "place": place, "dead": dead, "missing": missing,
                    "injured": injured, "observed_at": now.seconds(), "note": note.zh,
                });
                one("casualty", "count", fields)
            }
            InjectKind::VillageContact { place, road, network, power, note } => {
                vec![self.contact(*place, *road, *network, *power, note, now)]
            }
            InjectKind::TelecomCut { townships, lines, note } => {
                let cut = |line: &str| lines.iter().any(|l| l == line).then_some(Line::Cut);
                let (road, network, power) = (cut("road"), cut("network"), cut("power"));
                let contact = |p: &PlaceCode| self.contact(*p, road, network, power, note, now);
                townships.iter().map(contact).collect()
            }
        }
    }

    fn open_event(&self) -> Option<Ref> {
        self.event("open").ok().map(|e| e.reference)
    }

    fn contact(
        &self,
        place: PlaceCode,
        road: Option<Line>,
        network: Option<Line>,
        power: Option<Line>,
        note: &Words,
        now: UnixMillis,
    ) -> Command {
        let cut = |line: Option<Line>| line.map(|l| l == Line::Cut);
        new_command(
            "situation",
            "count",
            json!({
                "event": self.open_event(), "place": place, "road_cut": cut(road),
                "network_cut": cut(network), "power_cut": cut(power),
                "happened_at": now.seconds(), "observed_at": now.seconds(), "note": note.zh,
            }),
        )
    }

    /// The office whose post enters an inject, as it is called.
    fn office_of(&self, account: &str) -> Option<String> {
        let organisation = self.actor(account)?.organisation?;
        crate::describe::name(self.entry("organisation").ok()?, &*self.view_of(&organisation)?)
    }

    fn alert_of(&self, scenario: &Scenario, inject: &Inject, now: UnixMillis) -> Command {
        let InjectKind::Alert {
            identifier,
            event,
            colour,
            urgency,
            severity,
            certainty,
            response_types,
            onset_at_s,
            expires_at_s,
            areas,
            headline,
            description,
            instruction,
        } = &inject.what
        else {
            return new_command("alert", "issue", Json::Null);
        };
        let at = |s: i64| UnixSeconds(scenario.starts_at.0 + s);
        let area = |place: &PlaceCode| {
            json!({"description": self.area.name(*place).zh,
                "geocodes": [{"name": "GB2260", "value": place.to_string()}]})
        };
        let info = |language: &str, pick: fn(&Words) -> &String| {
            json!({
                "language": language, "categories": ["Met"], "event": event,
                "response_types": response_types, "urgency": urgency, "severity": severity,
                "certainty": certainty, "onset_at": at(*onset_at_s),
                "expires_at": at(*expires_at_s), "headline": pick(headline),
                "description": pick(description), "instruction": pick(instruction),
                "areas": areas.iter().map(area).collect::<Vec<_>>(),
            })
        };
        new_command(
            "alert",
            "issue",
            json!({
                "identifier": identifier, "sender": "exercise@anlan.invalid",
                "sender_name": self.office_of(&inject.by),
                "sent_at": now.seconds(),
                "status": "Exercise", "message": "Alert", "scope": "Public", "colour": colour,
                "hazard_kind": scenario.hazard.name(), "signal": "weather_signal",
                "onset_at": at(*onset_at_s), "expires_at": at(*expires_at_s),
                "place": self.info.place, "places": areas,
                "infos": [info("zh-CN", |t| &t.zh), info("en", |t| &t.en)],
            }),
        )
    }

    /// The duty officer opens an event from a scenario's alert, or gives the open one the larger
    /// area.
    fn event_of_alert(
        &self,
        scenario: &Scenario,
        what: &InjectKind,
        alert: &Ref,
        now: UnixMillis,
    ) -> Result<usize, Error> {
        let InjectKind::Alert { areas, .. } = what else { return Ok(0) };
        let actor = self.actor("county.duty");
        let actor = actor.ok_or_else(|| Error::NotFound("account county.duty".to_owned()))?;
        let footprint = json!({"origin": "townships", "places": areas});
        let command = match self.open_event() {
            None => new_command(
                "event",
                "open",
                json!({
                    "title": scenario.title.zh, "title_en": scenario.title.en,
                    "hazard_kind": scenario.hazard.name(), "place": self.info.place, "alert": alert,
                    "footprint": footprint, "happened_at": now.seconds(),
                }),
            ),
            Some(event) => {
                let mut change = new_command(
                    "event",
                    "change",
                    json!({
                        "alert": alert, "footprint": footprint,
                    }),
                );
                change.id = Some(event.id);
                change
            }
        };
        Ok(self.submit(&actor, vec![command], "", now)?.ops.len())
    }

    /// What came of calling a post: the call that is open, or a new one, walked to its outcome.
    fn call_of(&self, post: &str, outcome: &str, note: &Words, now: UnixMillis) -> Vec<Command> {
        let callee = post_of(post);
        let Ok(entry) = self.entry("callout") else { return Vec::new() };
        let open = {
            let views = self.record.views();
            let calls =
                crate::episode::newest(views.find("callout", "callee", &callee.to_string()));
            let over = ["Acknowledged", "ActionReported", "Expired", "Escalated"];
            let live = |v: &&std::sync::Arc<ledger::View>| {
                entry.state_of(v).is_none_or(|state| !over.contains(&state))
            };
            calls.iter().find(live).map(|v| (v.id, entry.state_of(v)))
        };
        let event = self.event("open").ok();
        let alert = event.as_ref().and_then(|e| e.view.reference_in(command::event::ALERT));
        let told = event.as_ref().map(|e| self.read_out(e));
        let view = self.view_of(&callee);
        let number =
            view.as_ref().and_then(|v| v.text(directory::post::DUTY_PHONE)).map(str::to_owned);
        let place = view.as_ref().map(|v| crate::plan::place_of(v));
        let (id, mut commands, state) = match open {
            Some((id, state)) => (id, Vec::new(), state),
            None => {
                let code = format!("{callee}/{}", now.0);
                let id = EntityId::from_code("callout", &code);
                let mut queue = new_command(
                    "callout",
                    "queue",
                    json!({
                        "callee": callee, "event": event.map(|e| e.reference), "alert": alert,
                        "number": number, "place": place, "read_out": told,
                        "deadline_at": UnixSeconds(now.seconds().0 + 300),
                    }),
                );
                queue.id = Some(id);
                (id, vec![queue], Some("Queued"))
            }
        };
        let mut step = |verb: &str, fields: Json| {
            let mut command = new_command("callout", verb, fields);
            command.id = Some(id);
            commands.push(command);
        };
        if state != Some("Dialing") {
            step("dial", json!({"channel": "phone", "number": number}));
        }
        let observed = UnixSeconds(now.seconds().0 + CALL_S);
        match outcome {
            "heard" => {
                step("answer", json!({"answered_as": "holder", "observed_at": observed}));
                step(
                    "acknowledge",
                    json!({
                        "answered_as": "holder", "repeated": note.zh, "channel": "phone",
                    }),
                );
            }
            "channel_down" => step("channel_down", json!({"channel": "phone", "note": note.zh})),
            _ => step("no_answer", json!({"note": note.zh, "observed_at": observed})),
        }
        commands
    }
}

/// How a road was seen, as a road report names it.
fn known_way(seen_how: &str) -> &str {
    match seen_how {
        "official" | "telephone" => seen_how,
        "traversal" | "passed_through" => "passed_through",
        _ => "on_site",
    }
}

/// Causes that a road report knows; any other is said in its note.
fn known_cause(cause: &str) -> Option<&str> {
    let known = [
        "flooded",
        "landslide",
        "roadbed_gone",
        "bridge_out",
        "snow_ice",
        "trees_wires",
        "crash",
        "works",
        "other",
    ];
    known.contains(&cause).then_some(cause)
}
