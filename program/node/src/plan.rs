//! What the plan sets off at a level: its tasks by department and its calls, read from its tables.
//!
//! The tables are data of the place (`tables/<pack>/…`); nothing here knows a department or a
//! clock.

use std::collections::BTreeMap;

use kernel::{EntityId, PlaceCode, Ref, Truth, UnixMillis, UnixSeconds};
use ledger::{Command, View};
use rules::{CivilDate, Input, Inputs, RowExplanation};
use serde_json::{Value as Json, json};

use crate::area::level as rung;
use crate::desk::Desk;
use crate::episode::Given;
use crate::level::EventView;

/// A task that the plan gives at a level.
#[derive(Clone, Debug)]
pub struct PlannedTask {
    /// Department code in the plan.
    pub department: String,
    /// Whether it is a request to a body that the county does not command.
    pub request: bool,
    /// Minutes from the decision to the deadline.
    pub deadline_min: i64,
    /// Minutes from the decision to the answer.
    pub answer_within_min: i64,
    /// `life_safety`, `urgent`, `normal`.
    pub priority: String,
    /// What to do, and the clause it comes from.
    pub label: rules::Label,
    /// The clause.
    pub clause: String,
    /// The row of the table.
    pub row: String,
    /// Table and hash.
    pub table: (String, String),
}

/// A call that the plan asks for at a level.
#[derive(Clone, Debug)]
pub struct PlannedCall {
    /// The post's entity.
    pub callee: Ref,
    /// Minutes within which it must be reached.
    pub reach_within_min: i64,
    /// The clause.
    pub clause: String,
}

impl Desk {
    /// Rows of the place's tables on a subject that hold at a level: `(table id, hash, row)`.
    fn rows_at(
        &self,
        event: &EventView,
        subject: &str,
        level: i64,
    ) -> Vec<(String, String, RowExplanation)> {
        let day = CivilDate::in_china(event.at);
        let inputs = Inputs::from([("level".to_owned(), Input::known(level, "response", None))]);
        let subject = format!("{subject}/{}", event.hazard);
        let tables = self.tables.tables_for(&subject, &self.scope(self.info.place), day);
        let Some(table) = tables.first() else { return Vec::new() };
        let id = table.identity.id.clone();
        let Ok(answer) = self.tables.evaluate(&id, &inputs, day) else { return Vec::new() };
        let hash = answer.table.hash.to_string();
        let holds = |row: &RowExplanation| row.truth == Truth::Met;
        answer.rows.into_iter().filter(holds).map(|row| (id.clone(), hash.clone(), row)).collect()
    }

    /// The tasks of the plan at a level, in the plan's order.
    pub fn planned_tasks(&self, event: &EventView, level: i64) -> Vec<PlannedTask> {
        let task = |(table, hash, row): (String, String, RowExplanation)| PlannedTask {
            department: text(&row, "department"),
            request: flag(&row, "request"),
            deadline_min: number(&row, "deadline"),
            answer_within_min: number(&row, "answer_within"),
            priority: text(&row, "priority"),
            clause: row.source.clause.clone(),
            label: row.label.clone(),
            row: row.row.clone(),
            table: (table, hash),
        };
        self.rows_at(event, "tasks", level).into_iter().map(task).collect()
    }

    /// The calls of the plan at a level: one a post, the shortest clock where two rows name it.
    pub fn planned_calls(&self, event: &EventView, level: i64) -> Vec<PlannedCall> {
        let mut calls: BTreeMap<Ref, PlannedCall> = BTreeMap::new();
        let covered = self.covered_townships(event);
        for (_, _, row) in self.rows_at(event, "call_list", level) {
            let (kind, scope) = (text(&row, "post"), text(&row, "scope"));
            let within = number(&row, "reach_within");
            for post in self.posts_of(&kind) {
                let place = place_of(&post);
                if !self.in_scope(&scope, place, &covered) {
                    continue;
                }
                let callee = post.reference();
                let clause = row.source.clause.clone();
                let new = PlannedCall { callee: callee.clone(), reach_within_min: within, clause };
                let old = calls.entry(callee).or_insert_with(|| new.clone());
                if new.reach_within_min < old.reach_within_min {
                    *old = new;
                }
            }
        }
        calls.into_values().collect()
    }

    /// Posts of a kind that can be called: none that was abolished, and none whose account is
    /// closed where somebody else holds the post at the same place. A post that nobody holds and
    /// nobody else stands for is called all the same: its duty telephone rings, and that nobody
    /// answers there is what the officer has to see.
    fn posts_of(&self, kind: &str) -> Vec<std::sync::Arc<View>> {
        let Ok(entry) = self.entry("post") else { return Vec::new() };
        let mut posts = self.record.views().find("post", "post_kind", kind);
        posts.retain(|post| entry.state_of(post) == Some("Active"));
        let people = self.people();
        let held = |post: &View| {
            let account = entry.field("source_id").and_then(|f| post.text(f.number));
            let account = account.and_then(|a| people.accounts.get(a));
            account.is_none_or(|a| a.closed_at.is_none())
        };
        let manned: std::collections::BTreeSet<PlaceCode> =
            posts.iter().filter(|p| held(p)).map(|p| place_of(p)).collect();
        posts.retain(|post| held(post) || !manned.contains(&place_of(post)));
        posts
    }

    fn in_scope(&self, scope: &str, place: PlaceCode, covered: &[PlaceCode]) -> bool {
        match scope {
            "covered_townships" => covered.contains(&place),
            "covered_villages" | "covered_enterprises" => {
                covered.iter().any(|t| self.area.is_under(place, *t))
            }
            "above" => self.area.is_under(self.info.place, place),
            _ => true,
        }
    }

    /// Townships that the event covers: those of its alert, of its footprint, or under its place.
    pub fn covered_townships(&self, event: &EventView) -> Vec<PlaceCode> {
        let mut covered: Vec<PlaceCode> = self
            .townships_in(event)
            .into_iter()
            .filter(|p| self.area.is_under(*p, self.info.place))
            .collect();
        if covered.is_empty() && !self.is_outside(event) {
            let of_level = self.area.divisions().filter(|d| d.level == rung::TOWNSHIP);
            covered =
                of_level.map(|d| d.code).filter(|p| self.area.is_under(*p, event.place)).collect();
        }
        covered.sort();
        covered.dedup();
        covered
    }

    fn townships_in(&self, event: &EventView) -> Vec<PlaceCode> {
        let Ok(entry) = self.entry("event") else { return Vec::new() };
        let shown = entry.field("footprint").zip(event.view.get(command::event::FOOTPRINT));
        let named = shown.map(|(f, v)| f.shape.show(v)["places"].clone());
        let codes = named.as_ref().and_then(Json::as_array).cloned().unwrap_or_default();
        let named: Vec<PlaceCode> = codes.iter().filter_map(|c| c.as_str()?.parse().ok()).collect();
        if !named.is_empty() {
            return named;
        }
        let codes = self.list_of_alert(event, "places");
        codes.iter().filter_map(|c| c.as_str()?.parse().ok()).collect()
    }

    /// A list that the event's alert says, such as its places; empty where there is none.
    fn list_of_alert(&self, event: &EventView, name: &str) -> Vec<Json> {
        let entry = self.entry("alert").ok();
        let alert = event.view.reference_in(command::event::ALERT).and_then(|r| self.view_of(&r));
        let shown = entry.zip(alert).and_then(|(entry, alert)| {
            let field = entry.field(name)?;
            Some(field.shape.show(alert.get(field.number)?))
        });
        shown.as_ref().and_then(Json::as_array).cloned().unwrap_or_default()
    }

    /// How much an approval at a level would set off, beyond what was set off already.
    pub(crate) fn consequences(
        &self,
        event: &EventView,
        level: Option<i64>,
        given: &Given,
    ) -> Json {
        let Some(level) = level else { return json!({"tasks": 0, "bodies": 0, "calls": 0}) };
        let mut tasks = self.planned_tasks(event, level);
        tasks.retain(|task| !given.measures.contains(&task.row));
        let bodies: std::collections::BTreeSet<&str> =
            tasks.iter().map(|t| t.department.as_str()).collect();
        let calls = self.planned_calls(event, level);
        let calls = calls.iter().filter(|c| given.wants_call(&c.callee, level)).count();
        json!({"tasks": tasks.len(), "bodies": bodies.len(), "calls": calls})
    }

    /// [`Desk::consequences`] of each level, the most severe first.
    pub(crate) fn consequences_by_level(&self, event: &EventView, given: &Given) -> Vec<Json> {
        (1..=4).map(|level| self.consequences(event, Some(level), given)).collect()
    }

    /// The command that issues a planned task.
    pub(crate) fn task_command(
        &self,
        event: &EventView,
        response: &Ref,
        task: &PlannedTask,
        now: UnixMillis,
    ) -> Command {
        let at = |minutes: i64| UnixSeconds(now.seconds().0 + minutes * 60);
        let addressee = self.department_post(&task.department);
        let fields = json!({
            "title": task.label.zh, "title_en": task.label.en, "addressee": addressee,
            "department": task.department, "deadline_at": at(task.deadline_min),
            "answer_by": at(task.answer_within_min), "event": event.reference,
            "response": response, "clause": task.clause, "request": task.request,
            "priority": task.priority, "measure": task.row, "table": task.table.0,
            "table_hash": task.table.1, "place": self.info.place,
        });
        new_command("task", "issue", fields)
    }

    /// The duty post of a department of the plan.
    pub fn department_post(&self, department: &str) -> Ref {
        let candidates = [
            format!("department.{department}.duty"),
            format!("{department}.duty"),
            department.replace('_', "."),
        ];
        let known = candidates.iter().map(|id| EntityId::from_code("post", id));
        let views = self.record.views();
        let found = known.clone().find(|id| views.get("post", id).is_some());
        let first = EntityId::from_code("post", &candidates[0]);
        Ref::new("post", found.unwrap_or(first))
    }

    /// What is read out to who is called, and repeated by them: the alert's headline and what it
    /// asks people to do, else the event's title. Source: domain, §5.4.
    pub(crate) fn read_out(&self, event: &EventView) -> String {
        let title = event.view.text(command::event::TITLE).unwrap_or_default().to_owned();
        let infos = self.list_of_alert(event, "infos");
        let chinese = |i: &&Json| i["language"].as_str().is_none_or(|l| l.starts_with("zh"));
        let info = infos.iter().find(chinese).or(infos.first());
        let said = |name: &str| Some(info?[name].as_str()?.trim()).filter(|t| !t.is_empty());
        let told: Vec<&str> =
            [said("headline"), said("instruction")].into_iter().flatten().collect();
        let told = if told.is_empty() { title } else { told.join(" ") };
        told.chars().take(500).collect()
    }

    /// The command that queues a planned call.
    pub(crate) fn call_command(
        &self,
        event: &EventView,
        call: &PlannedCall,
        before: Option<&View>,
        now: UnixMillis,
    ) -> Command {
        let round = before.map(|b| b.int(warning::callout::ROUND).unwrap_or(1) + 1);
        let view = self.view_of(&call.callee);
        let number =
            view.as_ref().and_then(|v| v.text(directory::post::DUTY_PHONE)).map(str::to_owned);
        let place = view.as_ref().map(|v| place_of(v));
        let fields = json!({
            "read_out": self.read_out(event), "callee": call.callee, "event": event.reference,
            "alert": event.view.reference_in(command::event::ALERT),
            "number": number, "place": place, "clock": call.clause, "round": round,
            "previous": before.map(View::reference),
            "deadline_at": UnixSeconds(now.seconds().0 + call.reach_within_min * 60),
        });
        new_command("callout", "queue", fields)
    }
}

/// A command on a new thing, unknown fields left out.
pub(crate) fn new_command(entity: &str, verb: &str, fields: Json) -> Command {
    Command {
        entity: entity.to_owned(),
        id: None,
        verb: verb.to_owned(),
        args: Desk::args(fields),
        seen: None,
    }
}

pub(crate) fn place_of(view: &View) -> PlaceCode {
    let place = view.int(ledger::entity::PLACE).and_then(|p| u64::try_from(p).ok());
    place.map_or(PlaceCode::NOT_ASSIGNED, PlaceCode)
}

fn text(row: &RowExplanation, name: &str) -> String {
    row.values.get(name).and_then(rules::Value::as_text).unwrap_or_default().to_owned()
}

fn flag(row: &RowExplanation, name: &str) -> bool {
    row.values.get(name).and_then(rules::Value::as_bool).unwrap_or(false)
}

fn number(row: &RowExplanation, name: &str) -> i64 {
    row.values.get(name).and_then(rules::Value::as_i64).unwrap_or(0)
}
