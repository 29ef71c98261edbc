//! What people need: who is to be supplied, and how many packs by norm.

use std::collections::BTreeMap;

use kernel::{Estimate, PlaceCode, Truth, UnixMillis, UnixSeconds};
use ledger::Actor;
use logistics::{NeedLine, Norm, PeopleAt, Per};
use rules::{CivilDate, Input, Inputs, RowExplanation, Value};
use serde_json::{Value as Json, json};

use super::asked::Asked;
use crate::count::Which;
use crate::desk::Desk;
use crate::error::Error;
use crate::figure::Figure;
use crate::impact::STALE_COUNT_S;
use crate::level::EventView;

/// People who need relief, as an office counts them. Source: domain §6.4.
const NEEDING_RELIEF: Which =
    Which { kind: "situation", field: 25, event: command::situation::EVENT };
/// Share of people who are women or girls of 15 to 59 where only a total is known, permille.
const WOMEN_PERMILLE: i64 = 300;
/// Share of people who are infants under 24 months where only a total is known, permille.
const INFANTS_PERMILLE: i64 = 20;

/// People at a place who are to be supplied.
#[derive(Clone, Debug)]
pub struct Recipients {
    /// The place.
    pub place: PlaceCode,
    /// All of them.
    pub people: Estimate,
    /// Infants under 24 months.
    pub infants: Estimate,
    /// Women and girls of 15 to 59.
    pub women: Estimate,
    /// Minutes since they could last get anything; 0 where not known.
    pub deprived_min: i64,
    /// Whether infants are a share of the people, and no count.
    pub infants_shared: bool,
    /// What says so.
    pub source: String,
    /// When it was observed that they are to be supplied.
    pub observed_at: Option<UnixSeconds>,
    /// All of them with source and time: of the survey, or of the office that counted.
    pub figure: Figure,
    /// Where an office counted them: the count, and how many of them live in villages that are
    /// cut off and supplied there.
    pub counted: Option<(i64, i64)>,
}

impl Recipients {
    /// Whether a group of them is an estimate: a band, or a share of the people.
    fn is_estimated(&self, group: &str) -> bool {
        match group {
            "infants" => self.infants_shared || self.infants.low < self.infants.high,
            "women" => true,
            _ => self.people.low < self.people.high,
        }
    }
}

impl Desk {
    /// Who is to be supplied: all people of villages that are cut off, and where an office counted
    /// people who need relief, those of them who live elsewhere. A place's figure stands for its
    /// subtree, so nobody is supplied twice.
    pub fn recipients(&self, event: &EventView, now: UnixMillis) -> Vec<Recipients> {
        let mut all = Vec::new();
        let cut = self.cut_off(&event.reference, self.info.place);
        for village in cut.iter().filter(|v| v.road == Some(true)) {
            let Some(settlement) = self.area.built.settlements.get(&village.place) else {
                continue;
            };
            let group = |key: &str| {
                let at = crate::ground::GROUPS.iter().position(|(k, _)| *k == key);
                at.and_then(|i| settlement.groups.get(i).copied().flatten())
            };
            let young = group("infants_under_6_months").zip(group("infants_6_to_24_months"));
            let people = settlement.people;
            let share = |permille: i64| part(people, permille);
            let since = village.since.map_or(0, |s| (now.seconds().0 - s.0).max(0) / 60);
            all.push(Recipients {
                place: village.place,
                people,
                infants: young.map_or(share(INFANTS_PERMILLE), |(a, b)| Estimate::exact(a + b)),
                infants_shared: young.is_none(),
                women: share(WOMEN_PERMILLE),
                deprived_min: since,
                source: format!("situation:{}", village.situation),
                observed_at: village.observed_at,
                figure: self.layer_figure("person", "settlement", Some(people)),
                counted: None,
            });
        }
        for place in self.covered_townships(event) {
            let counted = self.counted(NEEDING_RELIEF, &event.reference, place);
            let Some(count) = counted.value.filter(|p| *p > 0) else { continue };
            let there = |r: &&Recipients| self.area.is_under(r.place, place);
            let cut_off: i64 = all.iter().filter(there).map(|r: &Recipients| r.people.mid).sum();
            let in_villages = cut_off.min(count);
            if in_villages == count {
                continue;
            }
            let people = Estimate::exact(count - in_villages);
            let named = crate::text::Text::default();
            let figure = self.figure(&counted, "person", named, STALE_COUNT_S);
            all.push(Recipients {
                place,
                people,
                infants: part(people, INFANTS_PERMILLE),
                infants_shared: true,
                women: part(people, WOMEN_PERMILLE),
                deprived_min: 0,
                source: counted.refs.first().map(ToString::to_string).unwrap_or_default(),
                observed_at: counted.observed_at,
                figure,
                counted: Some((count, in_villages)),
            });
        }
        all
    }

    /// Norms in packs: the kits' rows that hold, in the packs of the stock that is here.
    pub fn norms(&self, event: &EventView) -> Vec<Norm> {
        self.norm_rows(event).into_iter().map(|(norm, _)| norm).collect()
    }

    /// The norms, each with its row as people read it.
    fn norm_rows(&self, event: &EventView) -> Vec<(Norm, Json)> {
        let day = CivilDate::in_china(event.at);
        let winter = matches!(month(event.at.0), 12 | 1 | 2);
        let mut norms = Vec::new();
        for (group, kit_group) in
            [("all", "other"), ("infants", "infant"), ("women", "woman_or_girl")]
        {
            let inputs = Inputs::from([
                ("need_day".to_owned(), Input::known(1, "plan", None)),
                (
                    "season".to_owned(),
                    Input::known(if winter { "winter" } else { "other" }, "plan", None),
                ),
                ("group".to_owned(), Input::known(kit_group, "plan", None)),
            ]);
            let Ok(kits) = self.tables.evaluate("cn/relief/kits", &inputs, day) else { continue };
            let met = kits.rows.iter().filter(|r| r.truth == Truth::Met);
            norms.extend(met.filter_map(|row| {
                let item = row.values.get("item").and_then(Value::as_text).unwrap_or_default();
                let (holds, pack_group) = self.pack_of(item, day)?;
                (pack_group == group).then(|| norm_of(row, &kits.table, group, holds))
            }));
        }
        norms
    }

    /// What a pack of an item holds, and for whom it is; `None`: not in packs here.
    pub(super) fn pack_of(&self, item: &str, day: CivilDate) -> Option<(i64, String)> {
        let row = self.pack_row(item, day)?;
        let holds = row.get("holds_milli").and_then(Value::as_i64)?;
        let group = row.get("group").and_then(Value::as_text)?;
        Some((holds, group.to_owned()))
    }

    /// The tier of an item; 2 where the table does not say.
    pub(super) fn tier_of(&self, item: &str, day: CivilDate) -> i64 {
        self.pack_row(item, day).and_then(|r| r.get("tier").and_then(Value::as_i64)).unwrap_or(2)
    }

    fn pack_row(
        &self,
        item: &str,
        day: CivilDate,
    ) -> Option<std::sync::Arc<BTreeMap<String, Value>>> {
        let inputs = Inputs::from([("item".to_owned(), Input::known(item, "stock", None))]);
        let tables = self.tables.tables_for("norm/packs", &self.scope(self.info.place), day);
        let id = &tables.first()?.identity.id;
        let answer = self.tables.evaluate(id, &inputs, day).ok()?;
        Some(answer.decision.must.first()?.values.clone())
    }

    /// Needs by norm at this time, packs that are promised or there taken off.
    ///
    /// # Errors
    /// A norm or a figure that makes no sense.
    pub fn need_lines(&self, event: &EventView, now: UnixMillis) -> Result<Vec<NeedLine>, Error> {
        let mut people = Vec::new();
        for r in self.recipients(event, now) {
            for (group, count) in [("all", r.people), ("infants", r.infants), ("women", r.women)] {
                people.push(PeopleAt {
                    place: r.place.to_string(),
                    group: group.to_owned(),
                    people: Some(count),
                    deprived_min: r.deprived_min,
                });
            }
        }
        let norms = self.norms(event);
        let needs = logistics::needs(&people, &norms, &[], super::DAYS);
        needs.map(|n| n.lines).map_err(|e| crate::area::bad("norms", e))
    }

    /// `GET /event/{id}/needs`: what norms give, what people asked for beside it, and why each
    /// line is as large as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`], or a norm that makes no sense.
    pub fn needs(&self, _actor: &Actor, id: &str, now: UnixMillis) -> Result<Json, Error> {
        let event = self.event(id)?;
        let lines = self.need_lines(&event, now)?;
        let asked = self.asked(&event, &lines);
        let mut totals: BTreeMap<&str, i64> = BTreeMap::new();
        for line in &lines {
            *totals.entry(&line.commodity).or_insert(0) += line.packs;
        }
        for one in asked.iter().filter(|a| a.packs > 0) {
            *totals.entry(&one.commodity).or_insert(0) += one.packs;
        }
        let totals = totals.iter().map(|(item, packs)| json!({"commodity": item, "packs": packs}));
        let totals: Vec<Json> = totals.collect();
        let rows = self.norm_rows(&event);
        let recipients = self.recipients(&event, now);
        let of: BTreeMap<String, &Recipients> =
            recipients.iter().map(|r| (r.place.to_string(), r)).collect();
        let by_norm =
            lines.iter().map(|line| self.shown_line(line, &rows, of.get(&line.place).copied()));
        let beside = asked.iter().filter(|a| a.packs > 0).map(|a| self.shown_asked(a));
        let shown: Vec<Json> = by_norm.chain(beside).collect();
        let asked: Vec<Json> = asked
            .iter()
            .map(|one| {
                let mut row = json!(one);
                row["name"] = json!(self.area.name(one.place));
                row
            })
            .collect();
        Ok(json!({"lines": shown, "totals": totals, "asked": asked}))
    }

    fn shown_line(&self, line: &NeedLine, rows: &[(Norm, Json)], of: Option<&Recipients>) -> Json {
        let place = line.place.parse().unwrap_or(PlaceCode::NOT_ASSIGNED);
        let mine = |(norm, _): &&(Norm, Json)| {
            (&norm.row, &norm.group, &norm.commodity) == (&line.row, &line.group, &line.commodity)
        };
        let why = rows.iter().find(mine).map(|(_, why)| {
            let mut why = why.clone();
            why["people"] = json!(line.people);
            why["packs"] = json!(line.gross_packs);
            if let Some((count, in_villages)) = of.and_then(|r| r.counted) {
                (why["counted"], why["in_villages"]) = (json!(count), json!(in_villages));
            }
            why
        });
        json!({
            "id": line.id, "place": line.place, "name": self.area.name(place),
            "group": line.group, "commodity": line.commodity, "people": line.people,
            "packs": line.packs, "packs_high": line.packs_high, "row": line.row, "why": why,
            "of": of.map(|r| json!({
                "code": if r.counted.is_some() { "counted" } else { "cut_off" }, "ref": r.source,
                "observed_at": r.observed_at, "people": r.figure,
                "estimated": r.is_estimated(&line.group),
            })),
        })
    }

    fn shown_asked(&self, one: &Asked) -> Json {
        json!({
            "id": one.reference, "place": one.place, "name": self.area.name(one.place),
            "group": one.group, "commodity": one.commodity, "people": one.people,
            "packs": one.packs, "packs_high": one.packs, "row": null,
            "why": {
                "kind": "need", "ref": one.reference, "asked": one.asked, "by_norm": one.by_norm,
                "packs": one.packs, "by": one.by, "observed_at": one.observed_at,
                "entered_at": one.entered_at,
            },
        })
    }
}

/// A row of the kits as a norm, and as people read it: so much of what, for whom, how long, in
/// packs of how much.
fn norm_of(
    row: &RowExplanation,
    table: &rules::Identity,
    group: &str,
    pack_milli: i64,
) -> (Norm, Json) {
    let item = row.values.get("item").and_then(Value::as_text).unwrap_or_default();
    let (amount, unit) = match row.values.get("amount") {
        Some(Value::Quantity(q)) => (q.amount.to_string(), q.unit.clone()),
        _ => ("0".to_owned(), String::new()),
    };
    let per = row.values.get("per").and_then(Value::as_text).unwrap_or_default();
    let norm = Norm {
        row: row.row.clone(),
        group: group.to_owned(),
        commodity: item.to_owned(),
        amount_milli: milli(&amount).unwrap_or(0),
        people: if per == "household" { 3 } else { 1 },
        per: if per == "person_day" { Per::Day } else { Per::Once },
        pack_milli,
    };
    let unit = unit.split('/').next().unwrap_or_default();
    let days = (norm.per == Per::Day).then_some(super::DAYS);
    let why = json!({
        "kind": "norm", "row": row.row, "table": table.id, "version": table.version,
        "title": table.title,
        "clause": row.source.clause, "mark": row.mark, "label": row.label, "amount": amount,
        "unit": unit, "per": per, "shared_by": norm.people, "days": days,
        "pack": whole(pack_milli),
    });
    (norm, why)
}

fn part(people: Estimate, permille: i64) -> Estimate {
    let of = |n: i64| (n * permille + 999) / 1000;
    Estimate { low: of(people.low), mid: of(people.mid), high: of(people.high) }
}

/// Thousandths as a decimal text.
fn whole(milli: i64) -> String {
    let text = format!("{}.{:03}", milli / 1000, milli % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A decimal text in thousandths.
fn milli(text: &str) -> Option<i64> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let fraction: String = rest.chars().chain("000".chars()).take(3).collect();
    Some(whole.parse::<i64>().ok()? * 1000 + fraction.parse::<i64>().ok()?)
}

/// The month in China at an instant.
fn month(seconds: i64) -> u8 {
    let text = CivilDate::in_china(kernel::UnixSeconds(seconds)).to_string();
    text.get(5..7).and_then(|m| m.parse().ok()).unwrap_or(0)
}
