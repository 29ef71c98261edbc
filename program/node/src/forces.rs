//! Which forces can be there, ranked by time on the roads as they are; what each lacks is named.

use kernel::{LonLat, PlaceCode, Ref, UnixMillis, UnixSeconds};
use ledger::shape::position;
use ledger::{Actor, Entry, View};
use roads::{Policy, Profile};
use serde_json::{Value as Json, json};

use crate::desk::Desk;
use crate::error::Error;
use crate::ground::Settlement;
use crate::level::EventView;
use crate::relief::transport::way;

/// Straight-line cruise of a helicopter, km/h. Source: domain §10.7.
const HELICOPTER_KM_H: i64 = 230;
/// Assault boat on flood water, km/h. Source: domain §10.7.
const BOAT_KM_H: i64 = 20;

/// The ways of a team: from its base to where roads end, and on from there.
struct Ways {
    /// Base and staging point.
    both: Option<(LonLat, LonLat)>,
    /// Where people are.
    target: Option<LonLat>,
    /// On roads known to be open: seconds and line.
    sure: Option<(i64, Vec<i32>)>,
    /// On roads of unknown state.
    doubtful: Option<(i64, Vec<i32>)>,
    /// On foot.
    foot: Option<(i64, Vec<i32>)>,
}

/// Hours of the day in China, from and to, between which a force that does not work at night may be
/// under way `[assumed]`: no plan here says it.
const DAY_H: (i64, i64) = (6, 20);

/// Whether it is night in China.
fn is_night(at: UnixSeconds) -> bool {
    let hour = (at.0 + 8 * 3600).rem_euclid(86_400) / 3600;
    !(DAY_H.0..DAY_H.1).contains(&hour)
}

impl Desk {
    /// Where forces are wanted: the place with the most people cut off (else the most people
    /// covered), and the nearest settlement to it that is not cut off, where roads end.
    pub(crate) fn wanted_at(&self, event: &EventView) -> Option<(LonLat, LonLat)> {
        let cut = self.cut_off(&event.reference, self.info.place);
        let cut: Vec<PlaceCode> =
            cut.iter().filter(|v| v.road == Some(true)).map(|v| v.place).collect();
        let covered = self.covered_townships(event);
        let settlements = &self.area.built.settlements;
        let most = |places: &mut dyn Iterator<Item = &Settlement>| {
            places.max_by_key(|s| (s.people.mid, s.at.lon_e7)).map(|s| s.at)
        };
        let inside = |s: &&Settlement| covered.iter().any(|t| self.area.is_under(s.place, *t));
        let target = most(&mut cut.iter().filter_map(|p| settlements.get(p)))
            .or_else(|| most(&mut settlements.values().filter(inside)))?;
        let open = settlements.values().filter(|s| !cut.contains(&s.place));
        let near = open.min_by_key(|s| (kernel::geodesic_mm(s.at, target), s.place));
        Some((target, near.map_or(target, |s| s.at)))
    }

    /// `GET /event/{id}/forces`.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn forces(&self, actor: &Actor, id: &str, now: UnixMillis) -> Result<Json, Error> {
        let event = self.event(id)?;
        let entry = self.entry("team")?;
        let wanted = self.wanted_at(&event);
        let (target, staging) = (wanted.map(|w| w.0), wanted.map(|w| w.1));
        let teams: Vec<_> = self.record.views().find("team", "state", "Active");
        let rows = self.on_roads(now.seconds(), |overlay, index| {
            teams
                .iter()
                .map(|view| {
                    let at = view.get(ledger::entity::POSITION).and_then(position);
                    let both = at.zip(staging);
                    let sure = both.and_then(|(from, to)| {
                        way(overlay, index, &Profile::FOUR_BY_FOUR, Policy::Sure, from, to)
                    });
                    let doubtful = match (&sure, both) {
                        (None, Some((from, to))) => {
                            way(overlay, index, &Profile::FOUR_BY_FOUR, Policy::Hopeful, from, to)
                        }
                        _ => None,
                    };
                    let foot = match (&sure, both) {
                        (None, Some((from, to))) => {
                            way(overlay, index, &Profile::FOOT, Policy::Sure, from, to)
                        }
                        _ => None,
                    };
                    (view.clone(), both, sure, doubtful, foot)
                })
                .collect::<Vec<_>>()
        });
        let mut shown: Vec<(i64, Json)> = Vec::new();
        for (view, both, sure, doubtful, foot) in rows.unwrap_or_default() {
            let ways = Ways { both, target, sure, doubtful, foot };
            let row = self.force_row(entry, &view, ways, actor, now.seconds());
            shown.push((row["eta_s"].as_i64().unwrap_or(i64::MAX), row));
        }
        shown.sort_by_key(|(eta, row)| (*eta, row["ref"].to_string()));
        let point = |p: Option<LonLat>| p.map(|p| json!([p.lon(), p.lat()]));
        let items: Vec<Json> = shown.into_iter().map(|(_, row)| row).collect();
        let reachable = items.iter().filter(|r| !r["eta_s"].is_null()).count();
        Ok(json!({
            "items": items, "target": point(target), "staging": point(staging),
            "can_be_there": reachable,
        }))
    }

    fn force_row(
        &self,
        entry: &Entry,
        view: &View,
        ways: Ways,
        actor: &Actor,
        now: UnixSeconds,
    ) -> Json {
        let Ways { both, target, sure, doubtful, foot } = ways;
        let value = |name: &str| {
            let field = entry.field(name).and_then(|f| Some((f, view.get(f.number)?)));
            field.map_or(Json::Null, |(f, v)| f.shape.show(v))
        };
        let leave_s = value("leave_in_min").as_i64().map(|m| m * 60);
        let capability = value("capabilities");
        let has = |name: &str| capability.as_array().is_some_and(|c| c.iter().any(|x| x == name));
        let straight = both.zip(target).map(|((from, _), to)| (from, to));
        let air = straight.filter(|_| has("rotor_aviation")).map(|(from, to)| {
            let metres = kernel::geodesic_mm(from, to) / 1000;
            metres * 3600 / (HELICOPTER_KM_H * 1000) + i64::from(roads::LANDING_MS / 1000)
        });
        let (travel, line, kind) = match (&air, &sure, &foot) {
            (Some(seconds), _, _) => (Some(*seconds), None, Some("air")),
            (None, Some((seconds, line)), _) => (Some(*seconds), Some(line), Some("road")),
            (None, None, Some((seconds, line))) => (Some(*seconds), Some(line), Some("foot")),
            _ => (None, None, None),
        };
        let eta = travel.zip(leave_s).map(|(t, l)| t + l);
        let by_boat = has("water_surface") || has("swift_water");
        let onward = both.zip(target).filter(|_| by_boat && kind == Some("road"));
        let onward_s = onward.map(|((_, from), to)| {
            kernel::geodesic_mm(from, to) / 1000 * 3600 / (BOAT_KM_H * 1000)
        });
        let duty_room = kernel::EntityId::from_code("organisation", "county.duty_room");
        let county = Ref::new("organisation", duty_room);
        let commanded_by = view.reference_in(forces::team::COMMANDED_BY);
        let here = commanded_by.as_ref() == Some(&county);
        let mut limits = Vec::new();
        if travel.is_none() {
            limits.push(json!({"code": "no_way"}));
        }
        if leave_s.is_none() {
            limits.push(json!({"code": "leave_time_unknown"}));
        }
        let on_the_way = [leave_s, eta.or(leave_s)];
        let by_night = on_the_way.iter().any(|s| is_night(UnixSeconds(now.0 + s.unwrap_or(0))));
        if value("night") == json!(false) && by_night {
            limits.push(json!({"code": "not_at_night"}));
        }
        let points = line.map(|line| {
            let pair = |p: &[i32]| json!([f64::from(p[0]) / 1e7, f64::from(p[1]) / 1e7]);
            line.chunks_exact(2).map(pair).collect::<Vec<Json>>()
        });
        let route_m = line.map(|line| roads::length_mm(line) / 1000);
        let english = value("name_en");
        let name = self.called(entry, view);
        let english = english.as_str().unwrap_or(&name.zh).to_owned();
        json!({
            "ref": view.reference(), "name": crate::text::Text::new(name.zh, english),
            "class": value("class"), "capability": capability, "people": value("people"),
            "way": kind, "eta_s": eta, "leave_s": leave_s, "travel_s": travel,
            "onward": onward_s.map(|_| "water"), "onward_s": onward_s,
            "eta_doubtful_s": doubtful.map(|(s, _)| s), "route_m": route_m, "route": points,
            "readiness": value("readiness"), "engaged": value("engaged"),
            "commanded_here": here,
            "request_to": (!here).then(|| commanded_by.map(|o| self.organisation_words(&o))),
            "leader": value("leader_post"), "limits": limits,
            "may_order": crate::check::may(actor, "task.issue"),
        })
    }

    pub(crate) fn organisation_words(&self, organisation: &Ref) -> Json {
        let Some(view) = self.view_of(organisation) else { return Json::Null };
        let Ok(entry) = self.entry("organisation") else { return Json::Null };
        let english = entry.field("name_en").and_then(|f| view.text(f.number));
        let name = self.called(entry, &view);
        let english = english.unwrap_or(&name.zh).to_owned();
        json!({"ref": organisation, "name": crate::text::Text::new(name.zh, english),
            "phone": view.text(directory::organisation::DUTY_PHONE)})
    }
}
