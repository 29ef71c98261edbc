//! What the map shows over the base tiles: one GeoJSON collection a layer, every mark with its age.

use kernel::{LonLat, PlaceCode, UnixMillis};
use ledger::shape::position;
use ledger::{Actor, View};
use serde_json::{Value as Json, json};

use crate::desk::Desk;
use crate::error::Error;

fn feature(geometry: Json, properties: Json) -> Json {
    json!({"type": "Feature", "geometry": geometry, "properties": properties})
}

fn point(at: LonLat) -> Json {
    json!({"type": "Point", "coordinates": [at.lon(), at.lat()]})
}

fn collection(features: Vec<Json>) -> Json {
    json!({"type": "FeatureCollection", "features": features})
}

impl Desk {
    /// `GET /event/{id}/map`.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn map(&self, _actor: &Actor, id: &str, _now: UnixMillis) -> Result<Json, Error> {
        let event = self.event(id)?;
        let footprint = self.footprint(&event)?.map(|(_, coordinates)| {
            feature(
                json!({"type": "MultiPolygon", "coordinates": coordinates}),
                json!({"ref": event.reference, "kind": "footprint"}),
            )
        });
        let mut cut = self.cut_off(&event.reference, self.info.place);
        cut.retain(|v| v.road == Some(true));
        cut.extend(self.cut_off_townships(&event.reference, self.info.place));
        let cut_off = cut.iter().filter_map(|v| {
            let at = self.position_of(v.place)?;
            let name = self.area.name(v.place);
            Some(feature(
                point(at),
                json!({
                    "ref": format!("situation:{}", v.situation), "kind": "cut_off", "name": name,
                    "road": v.road, "network": v.network, "power": v.power,
                    "observed_at": v.observed_at,
                }),
            ))
        });
        let (hit_sites, shelters, landings) = self.site_marks();
        let layer = |features: Vec<Json>| collection(features);
        Ok(json!({
            "footprint": layer(footprint.into_iter().collect()),
            "alerts": layer(self.alert_marks(&event)),
            "road_states": layer(self.road_marks()),
            "cut_off": layer(cut_off.collect()),
            "sites": layer(hit_sites), "shelters": layer(shelters), "landings": layer(landings),
            "enterprises": layer(self.enterprise_marks()),
            "teams": layer(self.team_marks()),
            "villages": layer(Vec::new()),
        }))
    }

    /// Where a unit of the table lies.
    pub(crate) fn position_of(&self, place: PlaceCode) -> Option<LonLat> {
        let settlement = self.area.built.settlements.get(&place).map(|s| s.at);
        settlement.or_else(|| self.area.division(place).map(|d| d.centre))
    }

    fn alert_marks(&self, event: &crate::level::EventView) -> Vec<Json> {
        // An alert that drew its area is shown as it drew it, and no unit's border for it.
        let field = self.entry("event").ok().and_then(|e| e.field("footprint"));
        let shown = field.zip(event.view.get(command::event::FOOTPRINT));
        let shown = shown.map(|(f, v)| f.shape.show(v)).unwrap_or_default();
        if shown["origin"] == "alert" && shown["area"].is_array() {
            return vec![feature(
                json!({"type": "MultiPolygon", "coordinates": shown["area"]}),
                json!({"ref": event.reference, "kind": "alert_area"}),
            )];
        }
        let covered = self.covered_townships(event);
        let mark = |place: &PlaceCode| {
            let area = self.area.built.boundaries.get(place)?;
            Some(feature(
                json!({"type": "Polygon", "coordinates": crate::impact::outline(area)}),
                json!({"ref": event.reference, "kind": "alert_area",
                "name": self.area.name(*place)}),
            ))
        };
        covered.iter().filter_map(mark).collect()
    }

    /// Roads that somebody reported, with the state the report gives.
    fn road_marks(&self) -> Vec<Json> {
        let Ok(entry) = self.entry("road_report") else { return Vec::new() };
        let views = self.record.views().find("road_report", "state", "Live");
        let mark = |view: &std::sync::Arc<View>| {
            let row = view.reference_in(command::road_report::ROAD)?;
            let net = self.area.built.roads.as_ref()?;
            let key = roads::ArcKey::of(row.id, roads::Direction::Along);
            let arc = net.graph.arc(key)?;
            let line = net.graph.line(net.graph.arcs()[arc as usize].segment);
            let points: Vec<Json> = line
                .chunks_exact(2)
                .map(|p| json!([f64::from(p[0]) / 1e7, f64::from(p[1]) / 1e7]))
                .collect();
            let shown = |name: &str| {
                let field = entry.field(name)?;
                Some(field.shape.show(view.get(field.number)?))
            };
            Some(feature(
                json!({"type": "LineString", "coordinates": points}),
                json!({
                    "ref": view.reference(), "kind": "road_state", "state": shown("status"),
                    "seen_how": shown("seen_how"), "cause": shown("cause"),
                    "observed_at": view.int(ledger::entity::OBSERVED_AT).map(kernel::UnixSeconds),
                }),
            ))
        };
        views.iter().filter_map(mark).collect()
    }

    fn site_marks(&self) -> (Vec<Json>, Vec<Json>, Vec<Json>) {
        let (mut sites, mut shelters, mut landings) = (Vec::new(), Vec::new(), Vec::new());
        for site in &self.area.built.sites {
            let kind = match site.kind {
                1 => "school",
                2 | 3 => "hospital",
                4 => "shelter",
                5 => "depot",
                6 | 7 => "landing",
                _ => continue,
            };
            let id = kernel::EntityId::from_code("site", &site.source_id);
            let mark = feature(
                point(site.at),
                json!({"ref": format!("site:{id}"), "kind": kind, "name": site.name,
                    "capacity": site.capacity}),
            );
            match kind {
                "shelter" => shelters.push(mark),
                "landing" => landings.push(mark),
                _ => sites.push(mark),
            }
        }
        (sites, shelters, landings)
    }

    fn enterprise_marks(&self) -> Vec<Json> {
        let mark = |e: &crate::ground::EnterpriseRow| {
            feature(
                point(e.at),
                json!({"ref": format!("enterprise:{}", e.id), "kind": "enterprise",
                    "name": e.name, "hazchem": e.hazchem}),
            )
        };
        self.area.built.enterprises.iter().map(mark).collect()
    }

    fn team_marks(&self) -> Vec<Json> {
        let views = self.record.views();
        let Ok(entry) = self.entry("team") else { return Vec::new() };
        let mark = |view: &std::sync::Arc<View>| {
            let at = position(view.get(ledger::entity::POSITION)?)?;
            Some(feature(
                point(at),
                json!({"ref": view.reference(), "kind": "team", "name": self.called(entry, view),
                    "state": entry.state_of(view)}),
            ))
        };
        views.of_kind("team").filter_map(mark).collect()
    }
}
