//! A plan as the board shows it: shares, routes, reasons, what a new road report changes.

use std::collections::BTreeMap;

use kernel::PlaceCode;
use serde_json::{Value as Json, json};

use super::Drafted;
use crate::desk::Desk;

/// Lowest share with its place, packs brought, packs not brought.
pub(super) fn totals(drafted: &Drafted) -> (Option<(String, i64)>, i64, i64) {
    let lowest = drafted.why.iter().min_by_key(|w| (w.share_ppm, w.need.clone())).map(|w| {
        let need = drafted.problem.needs.iter().find(|n| n.id == w.need);
        (need.map(|n| n.place.clone()).unwrap_or_default(), w.share_ppm)
    });
    let brought: i64 =
        super::issue::orders(&drafted.plan).values().flat_map(|o| o.lots.values()).sum();
    let unmet: i64 = drafted.plan.unserved.iter().map(|u| u.packs).sum();
    (lowest, brought, unmet)
}

impl Desk {
    fn stop_name(&self, id: &str) -> crate::text::Text {
        match id.parse::<PlaceCode>() {
            Ok(place) => self.area.name(place),
            Err(_) => self.named("site", id),
        }
    }

    fn named(&self, kind: &str, id: &str) -> crate::text::Text {
        let Ok((entry, view)) = self.view(kind, id) else { return Default::default() };
        let english = entry.field("name_en").and_then(|f| view.text(f.number));
        let name = self.called(entry, &view);
        crate::text::Text::new(name.zh.clone(), english.unwrap_or(&name.zh).to_owned())
    }

    /// A drafted plan for people.
    pub(crate) fn shown_plan(&self, drafted: &Drafted) -> Json {
        let Drafted { problem, plan, why, report } = drafted;
        let need_of: BTreeMap<&str, &logistics::Need> =
            problem.needs.iter().map(|n| (n.id.as_str(), n)).collect();
        let item_of = |lot: &str| {
            let lots = problem.places.iter().flat_map(|p| &p.lots);
            lots.into_iter().find(|l| l.id == lot).map(|l| l.commodity.clone())
        };
        let (lowest_share, brought, unmet) = totals(drafted);
        let mut lowest: Vec<&logistics::Why> = why.iter().filter(|w| w.binds.is_some()).collect();
        lowest.sort_by_key(|w| (w.share_ppm, w.turn));
        let lowest = lowest.into_iter().take(12).map(|w| {
            let need = need_of.get(w.need.as_str());
            let place = need.map(|n| n.place.as_str()).unwrap_or_default();
            json!({
                "place": place, "name": self.stop_name(place), "share_ppm": w.share_ppm,
                "commodity": need.map(|n| &n.commodity), "group": need.map(|n| &n.group),
                "why": {"code": w.binds, "packs_needed": w.packs_needed,
                    "packs_brought": w.packs_brought, "tried": w.tried},
            })
        });
        let routes = plan.routes.iter().map(|route| {
            let vehicle = problem.vehicles.iter().find(|v| v.id == route.vehicle);
            let stops = route.stops.iter().map(|s| {
                let load =
                    s.load.iter().map(|l| json!({"item": item_of(&l.lot), "packs": l.packs}));
                let unload = s
                    .unload
                    .iter()
                    .map(|u| json!({"item": item_of(&u.lot), "packs": u.packs, "need": u.need}));
                json!({
                    "place": s.place, "name": self.stop_name(&s.place), "arrive": s.arrive,
                    "start": s.start, "depart": s.depart,
                    "load": load.collect::<Vec<_>>(), "unload": unload.collect::<Vec<_>>(),
                })
            });
            json!({
                "vehicle": route.vehicle, "name": self.named("equipment", &route.vehicle),
                "way": vehicle.map(|v| way_of(&v.matrix)), "profile": vehicle.map(|v| &v.matrix),
                "stops": stops.collect::<Vec<_>>(),
            })
        });
        let unserved = plan.unserved.iter().map(|u| {
            let need = need_of.get(u.need.as_str());
            let place = need.map(|n| n.place.as_str()).unwrap_or_default();
            json!({
                "place": place, "name": self.stop_name(place),
                "commodity": need.map(|n| &n.commodity), "packs": u.packs,
                "reason": {"code": u.reason.replace(' ', "_")},
            })
        });
        json!({
            "checked": {"accepted": report.accepted, "violations": report.violations,
                "metrics": report.metrics},
            "lowest_share_ppm": lowest_share.as_ref().map(|(_, ppm)| ppm),
            "lowest_place": lowest_share.as_ref().map(|(place, _)| self.stop_name(place)),
            "lowest": lowest.collect::<Vec<_>>(), "routes": routes.collect::<Vec<_>>(),
            "unserved": unserved.collect::<Vec<_>>(),
            "orders": super::issue::orders(plan).len(), "packs": brought, "packs_unmet": unmet,
            "needs": problem.needs.len(),
            "starts_at": problem.name.rsplit_once('@').map(|(_, t)| t),
        })
    }

    /// What a new plan changes against the one before it.
    pub(super) fn show_diff(&self, shown: &mut Json, diff: &logistics::Diff, drafted: &Drafted) {
        let place_of = |need: &str| {
            let found = drafted.problem.needs.iter().find(|n| n.id == need);
            found.map(|n| n.place.clone()).unwrap_or_default()
        };
        let gain = |(need, before, after): &(String, i64, i64)| {
            let place = place_of(need);
            json!({"place": place, "name": self.stop_name(&place), "need": need,
                "before": before, "after": after, "packs": after - before})
        };
        let changes: Vec<Json> = diff
            .changes
            .iter()
            .map(|c| {
                let place = place_of(&c.need);
                json!({
                    "order": format!("{}/{}", c.need, c.vehicle), "place": place,
                    "name": self.stop_name(&place), "vehicle": self.named("equipment", &c.vehicle),
                    "from": c.before, "to": c.after, "forced": c.cause.is_some(), "cause": c.cause,
                })
            })
            .collect();
        let forced = diff.changes.iter().filter(|c| c.cause.is_some()).count();
        let gone = diff.changes.iter().filter(|c| c.after.is_none()).count();
        shown["kept"] = json!(diff.kept);
        shown["changed"] = json!(diff.changes.len());
        shown["forced"] = json!(forced);
        shown["gone"] = json!(gone);
        shown["changes"] = json!(changes);
        shown["gains"] = diff.gains.iter().map(gain).collect();
        shown["losses"] = diff.losses.iter().map(gain).collect();
    }
}

/// The sort of way of a matrix.
fn way_of(matrix: &str) -> &'static str {
    match matrix {
        "boat" => "water",
        "helicopter" => "air",
        "foot" => "foot",
        _ => "road",
    }
}
