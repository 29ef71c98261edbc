//! Needs that people entered: what an office validated is planned for beside what norms give, never
//! twice, and what cannot be planned is named with the reason.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{PlaceCode, Ref, UnixMillis, UnixSeconds};
use ledger::{Entry, View};
use logistics::{NeedLine, Problem};
use rules::CivilDate;
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::desk::Desk;
use crate::error::Error;
use crate::level::EventView;
use crate::plan::place_of;

/// A need that somebody entered for an event.
#[derive(Clone, Debug, Serialize)]
pub struct Asked {
    /// The need, which is also its id in the problem.
    #[serde(rename = "ref")]
    pub reference: Ref,
    /// Where.
    pub place: PlaceCode,
    /// Item.
    pub commodity: String,
    /// Whom it is for, as entered, else as the packs' table says.
    pub group: String,
    /// People it is for; `None`: nobody said.
    pub people: Option<i64>,
    /// Its state; `None`: undetermined.
    pub state: Option<&'static str>,
    /// Packs asked for; `None`: nobody said.
    pub asked: Option<i64>,
    /// Packs that norms give to the same people already.
    pub by_norm: i64,
    /// Packs that are planned for beyond those.
    pub packs: i64,
    /// Why it is not planned for.
    pub reason: Option<&'static str>,
    /// Who said last how many.
    pub by: Option<String>,
    /// When that was seen.
    pub observed_at: Option<UnixSeconds>,
    /// When it was entered.
    pub entered_at: Option<UnixMillis>,
}

impl Desk {
    /// The needs that people entered for an event, met and withdrawn ones left out, by their ids.
    ///
    /// What an office validated is counted as far as it exceeds what norms give of the same item to
    /// the same people: to its place, a place under it, or one that it lies under. So the larger
    /// of both is planned for, and neither twice.
    pub(super) fn asked(&self, event: &EventView, norms: &[NeedLine]) -> Vec<Asked> {
        let Ok(entry) = self.entry("need") else { return Vec::new() };
        let mut views = self.record.views().find("need", "event", &event.reference.to_string());
        views.extend(self.of_no_event(event));
        views.retain(|v| !matches!(entry.state_of(v), Some("Met" | "Withdrawn")));
        views.sort_by_key(|v| v.id);
        let mut left: BTreeMap<&str, i64> =
            norms.iter().map(|l| (l.id.as_str(), l.packs)).collect();
        let mut all = Vec::new();
        for view in views {
            let mut asked = self.one_asked(entry, &view, event);
            if asked.reason.is_none() {
                let want = asked.asked.unwrap_or(0);
                for line in norms.iter().filter(|l| l.commodity == asked.commodity) {
                    if !self.same_people(line, asked.place) {
                        continue;
                    }
                    let Some(packs) = left.get_mut(line.id.as_str()) else { continue };
                    let taken = (*packs).min(want - asked.by_norm);
                    *packs -= taken;
                    asked.by_norm += taken;
                }
                asked.packs = want - asked.by_norm;
            }
            all.push(asked);
        }
        all
    }

    /// Needs that name no event, of places that this one covers: shown, and planned for once they
    /// name it.
    fn of_no_event(&self, event: &EventView) -> Vec<std::sync::Arc<View>> {
        let covered = self.covered_townships(event);
        let within = |place| covered.iter().any(|t| self.area.is_under(place, *t));
        let views = self.record.views();
        let all = views.of_kind("need").filter(|v| v.reference_in(relief::need::EVENT).is_none());
        all.filter(|v| within(place_of(v))).cloned().collect()
    }

    /// Whether a norm's line is surely for people of a place: of it, or of one under it.
    fn same_people(&self, line: &NeedLine, place: PlaceCode) -> bool {
        line.place.parse().is_ok_and(|at| self.area.is_under(at, place))
    }

    fn one_asked(&self, entry: &'static Entry, view: &View, event: &EventView) -> Asked {
        let day = CivilDate::in_china(event.at);
        let place = place_of(view);
        let commodity = view.text(relief::need::ITEM).unwrap_or_default().to_owned();
        let field = entry.field("group");
        let group = field.and_then(|f| Some(f.shape.show(view.get(f.number)?)));
        let pack = self.pack_of(&commodity, day);
        let group = group.and_then(|g| g.as_str().map(str::to_owned));
        let group = group.or_else(|| pack.as_ref().map(|p| p.1.clone()));
        let op = view.fields.get(&relief::need::PACKS_KEY).and_then(crate::figure::winner);
        let info = op.and_then(|op| self.record.info(op));
        let packs = view.int(relief::need::PACKS_KEY);
        let state = entry.state_of(view);
        let reason = match state {
            Some("Validated") if view.reference_in(relief::need::EVENT).is_none() => {
                Some("no-event")
            }
            Some("Validated") if pack.is_none() => Some("no-pack-here"),
            Some("Validated") if packs.is_none() => Some("figure-undetermined"),
            Some("Validated") => None,
            Some(_) => Some("not-validated"),
            None => Some("state-undetermined"),
        };
        Asked {
            reference: view.reference(),
            place,
            commodity,
            group: group.unwrap_or_else(|| "all".to_owned()),
            people: view.int(relief::need::PEOPLE),
            state,
            asked: packs,
            by_norm: 0,
            packs: 0,
            reason,
            by: info.as_ref().map(|i| i.by.clone()),
            observed_at: view.int(ledger::entity::OBSERVED_AT).map(UnixSeconds),
            entered_at: info.map(|i| i.entered_at),
        }
    }

    /// A need as the problem holds it; people that nobody said are those of the place.
    pub(super) fn asked_need(&self, asked: &Asked) -> logistics::Need {
        let settled = self.area.built.settlements.get(&asked.place).map(|s| s.people.mid);
        logistics::Need {
            commodity: asked.commodity.clone(),
            deprived_min: 0,
            group: asked.group.clone(),
            id: asked.reference.to_string(),
            max_splits: None,
            packs: asked.packs,
            people: asked.people.or(settled).unwrap_or(1).max(1),
            place: asked.place.to_string(),
        }
    }

    /// What people need and a plan's problem does not hold, each with the reason.
    ///
    /// # Errors
    /// A norm that makes no sense.
    pub(super) fn left_out(
        &self,
        event: &EventView,
        problem: &Problem,
        now: UnixMillis,
    ) -> Result<Vec<Json>, Error> {
        let lines = self.need_lines(event, now)?;
        let asked = self.asked(event, &lines);
        let planned: BTreeSet<&str> = problem.needs.iter().map(|n| n.id.as_str()).collect();
        let stock = self.items_in_stock();
        let mut out = Vec::new();
        let mut add = |id: &str, place: &str, item: &str, packs: i64, why: Option<&'static str>| {
            if planned.contains(id) {
                return;
            }
            let at = place.parse::<PlaceCode>().ok();
            let reason = why.unwrap_or(match at.and_then(|p| self.position_of(p)) {
                None => "no-position",
                Some(_) if !stock.contains(item) => "no-stock-here",
                Some(_) => "after-this-plan",
            });
            out.push(json!({
                "need": id, "place": place, "name": at.map(|p| self.area.name(p)),
                "commodity": item, "packs": packs, "reason": {"code": reason},
            }));
        };
        for line in lines.iter().filter(|l| l.packs > 0) {
            add(&line.id, &line.place, &line.commodity, line.packs, None);
        }
        for one in asked.iter().filter(|a| a.state == Some("Validated")) {
            let (id, place) = (one.reference.to_string(), one.place.to_string());
            let packs = if one.reason.is_some() { one.asked.unwrap_or(0) } else { one.packs };
            if one.reason.is_some() || packs > 0 {
                add(&id, &place, &one.commodity, packs, one.reason);
            }
        }
        Ok(out)
    }

    /// Adds to a shown plan what it leaves out.
    ///
    /// # Errors
    /// A norm that makes no sense.
    pub(super) fn with_left_out(
        &self,
        event: &EventView,
        problem: &Problem,
        shown: &mut Json,
        now: UnixMillis,
    ) -> Result<(), Error> {
        let left = self.left_out(event, problem, now)?;
        if let Some(unserved) = shown["unserved"].as_array_mut() {
            unserved.extend(left);
        }
        Ok(())
    }

    /// Items of which a lot lies in stock here.
    fn items_in_stock(&self) -> BTreeSet<String> {
        let Ok(entry) = self.entry("lot") else { return BTreeSet::new() };
        let Some(item) = entry.field("item") else { return BTreeSet::new() };
        let lots = self.record.views().find("lot", "state", "InStock");
        lots.iter().filter_map(|v| Some(v.text(item.number)?.to_owned())).collect()
    }
}
