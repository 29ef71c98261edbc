//! Judging a hidden danger by the loaded criteria: the few questions that matter, then the grade.
//!
//! Answers add up: each judgement keeps those before it, and an answer of null takes one back. What
//! the answers do not settle is undetermined, with the list of what is missing; it counts as major
//! until it is judged. Criteria are tables; nothing here knows one of them.

use std::collections::BTreeMap;

use kernel::{EntityId, Ref, UnixMillis, UnixSeconds};
use ledger::{Actor, Command, Entry, Refusal, View};
use prevention::danger::{AT, Grade, JUDGEMENT, grade};
use rules::{CivilDate, Explanation, Input, Inputs, Questions, Table, Value};
use serde_json::{Map, Value as Json, json};

use crate::check::refuse;
use crate::danger_ask::{HANDFUL, next};
use crate::danger_sector::{said_unknown, without_criteria};
use crate::desk::Desk;
use crate::error::Error;
use crate::plan::new_command;
use crate::record::Done;

/// States in which a danger is open no more.
const CLOSED: &[&str] = &["SignedOff", "Archived"];
/// What a judgement takes.
const ARGS: &[&str] = &["answers", "sector", "controls", "draft", "seen"];
const KIND: &str = "danger";
const SOURCE: &str = "domain, §8.7";

/// Open dangers at one enterprise or site that are or may be major.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenMajor {
    /// Those that meet a criterion.
    pub major: i64,
    /// Those whose judgement waits for an answer.
    pub undetermined: i64,
    /// Those that nobody has judged: major or not, nobody knows.
    pub unjudged: i64,
    /// Those that were closed: known here, and open no more.
    pub closed: i64,
}

/// One answer: the value, and when it was given.
type Answers = BTreeMap<String, (Value, Option<UnixSeconds>)>;

impl Desk {
    /// `POST /danger/{id}/judge {answers, sector?, controls?, draft?, seen?}`: judges with these
    /// answers and those given before, null for what is not known. Without answers, and as a
    /// `draft`, it only says what it would come to and what to ask next, and writes nothing. Where
    /// nobody knows the sector, or no criteria of it are loaded, it is undetermined, which is
    /// written where `draft` is false. `seen` are the danger's heads that the signer saw.
    ///
    /// # Errors
    /// A refusal where answers come for a sector without criteria, an answer is none, or the actor
    /// may not judge.
    pub fn judge(
        &self,
        actor: &Actor,
        id: &str,
        args: &Json,
        retry: &str,
        now: UnixMillis,
    ) -> Result<Json, Error> {
        let (entry, view) = self.view(KIND, id)?;
        let given = given(args)?;
        let sector = self.sector_of(&view, args)?;
        let day = CivilDate::in_china(now.seconds());
        let scope = self.scope(self.info.place);
        let of = |s: &String| self.tables.tables_for(&format!("criteria/{s}"), &scope, day);
        let tables = sector.as_ref().map(of).unwrap_or_default();
        let Some(table) = tables.first().copied() else {
            return self.judge_without_criteria(actor, &view, sector.as_deref(), args, retry, now);
        };
        let mut answers = answered(entry, &view);
        for (name, answer) in &given {
            take(table, &mut answers, name, answer, now.seconds())?;
        }
        let known = self.add_known(&view, table, &mut answers, &given, day)?;
        let inputs = inputs(&view, &answers);
        let (questions, explained) = self.weighed(table, &inputs, day)?;
        let judgement = judgement(&explained, &questions, &answers);
        let unknown = given.iter().filter(|(_, v)| v.is_null()).map(|(n, _)| n.as_str()).collect();
        let ask = next(&questions.ask, &unknown);
        let mut answer = json!({
            "danger": view.reference(), "heads": view.heads,
            "table": table.identity, "sector": sector,
            "judgement": judgement, "settled": questions.settled,
            "ask": ask.into_iter().take(HANDFUL).collect::<Vec<_>>(),
            "open": questions.ask.len(), "known": known,
            "rows": held(&explained), "sectors": self.sectors(day), "ops": [], "replayed": false,
        });
        let draft = args.get("draft") == Some(&Json::Bool(true));
        if !given.is_empty() && !draft {
            let commands = commands(entry, &view, sector.as_deref(), judgement, args)?;
            said(&mut answer, &self.submit(actor, commands, retry, now)?);
        }
        Ok(answer)
    }

    /// Undetermined for want of the sector or of its criteria.
    fn judge_without_criteria(
        &self,
        actor: &Actor,
        view: &View,
        sector: Option<&str>,
        args: &Json,
        retry: &str,
        now: UnixMillis,
    ) -> Result<Json, Error> {
        let given = given(args)?;
        if !given.is_empty() {
            let sector = sector.unwrap_or_default();
            return Err(refused(Refusal::new("no-criteria", SOURCE).with("sector", sector)));
        }
        let day = CivilDate::in_china(now.seconds());
        let judgement = without_criteria(sector);
        let mut answer = json!({
            "danger": view.reference(), "heads": view.heads, "table": null, "sector": sector,
            "judgement": judgement,
            "settled": sector.is_some() || said_unknown(args), "ask": [], "open": 0, "known": [],
            "rows": [], "sectors": self.sectors(day), "ops": [], "replayed": false,
        });
        if args.get("draft") == Some(&Json::Bool(false)) {
            let commands = commands(self.entry(KIND)?, view, sector, judgement, args)?;
            said(&mut answer, &self.submit(actor, commands, retry, now)?);
        }
        Ok(answer)
    }

    /// What to ask and what holds, with these answers.
    fn weighed(
        &self,
        table: &Table,
        inputs: &Inputs,
        day: CivilDate,
    ) -> Result<(Questions, Explanation), Error> {
        let unfit =
            |e: rules::EvaluationError| refused(Refusal::new("bad-answer", SOURCE).with("why", e));
        let id = &table.identity.id;
        let questions = self.tables.questions(id, inputs, day).map_err(unfit)?;
        let explained = self.tables.evaluate(id, inputs, day).map_err(unfit)?;
        Ok((questions, explained))
    }

    /// Takes in what the enterprise's data say and nobody answered, as far as it changes what is
    /// asked or what holds; what was taken, for people.
    fn add_known(
        &self,
        view: &View,
        table: &Table,
        answers: &mut Answers,
        given: &Map<String, Json>,
        day: CivilDate,
    ) -> Result<Vec<Json>, Error> {
        let mut taken = Vec::new();
        for fact in self.known_facts(view, table) {
            let said = answers.contains_key(fact.input) || given.contains_key(fact.input);
            let (before, _) = self.weighed(table, &inputs(view, answers), day)?;
            let waits = next(&before.ask, &Default::default());
            if said || !waits.iter().any(|q| q.input == fact.input) {
                continue;
            }
            let label = table.input(fact.input).map(|i| i.label.clone());
            taken.push(json!({
                "input": fact.input, "label": label, "value": fact.value,
                "source": "dataset:enterprise", "as_of": fact.as_of,
            }));
            answers.insert(fact.input.to_owned(), (fact.value, fact.as_of));
        }
        Ok(taken)
    }

    /// Open dangers, by what they are at: those that count as major and those that nobody judged.
    pub(crate) fn open_major(&self) -> BTreeMap<String, OpenMajor> {
        let mut all: BTreeMap<String, OpenMajor> = BTreeMap::new();
        let Ok(entry) = self.entry(KIND) else { return all };
        for view in self.record.views().of_kind(KIND) {
            let closed = entry.state_of(view).is_some_and(|s| CLOSED.contains(&s));
            let Some(at) = view.reference_in(AT) else { continue };
            let count = all.entry(at.to_string()).or_default();
            if closed {
                count.closed += 1;
                continue;
            }
            match grade(view) {
                Some(Grade::Major) => count.major += 1,
                Some(Grade::Undetermined) => count.undetermined += 1,
                Some(Grade::General) => {}
                None => count.unjudged += 1,
            }
        }
        all
    }
}

/// The organisation that a row of the layer of enterprises is.
pub(crate) fn organisation_of(source_id: &str) -> String {
    let id = EntityId::from_code("organisation", &format!("enterprise.{source_id}"));
    Ref::new("organisation", id).to_string()
}

/// Answers as a table takes them.
fn inputs(view: &View, answers: &Answers) -> Inputs {
    let source = view.reference().to_string();
    let one = |(name, (value, at)): (&String, &(Value, Option<UnixSeconds>))| {
        (name.clone(), Input::known(value.clone(), &source, *at))
    };
    answers.iter().map(one).collect()
}

/// What was written stands in the answer.
fn said(answer: &mut Json, done: &Done) {
    answer["ops"] = json!(done.ops);
    answer["replayed"] = json!(done.replayed);
}

fn refused(refusal: Refusal) -> Error {
    Error::refused(KIND, refusal)
}

/// The answers of a request; what else it may hold is refused by name.
fn given(args: &Json) -> Result<Map<String, Json>, Error> {
    let shape = |field: &str, expected: &str| {
        refused(refuse("wrong-type").with("field", field).with("expected", expected))
    };
    let all = args.as_object().ok_or_else(|| shape("body", "{answers}"))?;
    if let Some(name) = all.keys().find(|k| !ARGS.contains(&k.as_str())) {
        let unknown = refuse("unknown-field").with("field", name);
        return Err(refused(unknown.with("expected", ARGS.join(", "))));
    }
    match all.get("answers") {
        None | Some(Json::Null) => Ok(Map::new()),
        Some(Json::Object(answers)) => Ok(answers.clone()),
        Some(_) => Err(shape("answers", "{name: value}")),
    }
}

/// Takes an answer in, or back where it is null.
fn take(
    table: &Table,
    answers: &mut Answers,
    name: &str,
    answer: &Json,
    now: UnixSeconds,
) -> Result<(), Error> {
    if table.input(name).is_none() {
        let names: Vec<&str> = table.inputs.iter().map(|i| i.name.as_str()).collect();
        let unknown = refuse("unknown-field").with("field", name);
        return Err(refused(unknown.with("expected", names.join(", "))));
    }
    if answer.is_null() {
        answers.remove(name);
        return Ok(());
    }
    let value: Value = serde_json::from_value(answer.clone()).map_err(|e| {
        refused(Refusal::new("bad-answer", SOURCE).with("why", format!("{name}: {e}")))
    })?;
    answers.insert(name.to_owned(), (value, Some(now)));
    Ok(())
}

/// The answers that the present judgement rests on.
fn answered(entry: &Entry, view: &View) -> Answers {
    let shown = entry.field("judgement").zip(view.get(JUDGEMENT));
    let shown = shown.map(|(field, value)| field.shape.show(value)).unwrap_or_default();
    let inputs = shown["inputs"].as_array().cloned().unwrap_or_default();
    let answer = |input: &Json| {
        let text = input["answer"].as_str()?;
        let value = serde_json::from_str(text).unwrap_or_else(|_| Value::Text(text.to_owned()));
        let seen_at = input["seen_at"].as_str().and_then(|t| t.parse().ok());
        Some((input["name"].as_str()?.to_owned(), (value, seen_at)))
    };
    inputs.iter().filter_map(answer).collect()
}

/// An answer as a judgement keeps it: words as they are, all else as JSON.
fn answer_text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}

/// The rows that hold for certain, with their clause and what they say.
fn held(explained: &Explanation) -> Json {
    let rows: Vec<&String> = explained.decision.must.iter().flat_map(|o| &o.rows).collect();
    let held = explained.rows.iter().filter(|r| rows.contains(&&r.row));
    held.map(|r| {
        json!({"row": r.row, "text": r.label, "clause": r.source.clause, "source": r.source,
            "mark": r.mark, "confirm": r.confirm})
    })
    .collect()
}

/// Grade, clause, version and inputs as one value.
fn judgement(explained: &Explanation, questions: &Questions, answers: &Answers) -> Json {
    let class = |o: &rules::Outcome| {
        o.values.get("danger_class").and_then(Value::as_text).map(str::to_owned)
    };
    let certain = explained.decision.must.first().and_then(class);
    let rows: Vec<String> = explained.decision.must.iter().flat_map(|o| o.rows.clone()).collect();
    let clauses: Vec<&str> = explained
        .rows
        .iter()
        .filter(|r| rows.contains(&r.row))
        .map(|r| r.source.clause.as_str())
        .collect();
    let inputs: Vec<Json> = answers
        .iter()
        .map(|(name, (value, at))| {
            json!({"name": name, "answer": answer_text(value), "seen_at": at})
        })
        .collect();
    // What decides next is missing; what only matters after it is not listed beside it.
    let missing = next(&questions.ask, &Default::default());
    let missing: Vec<&str> = missing.iter().map(|m| m.input.as_str()).collect();
    let mut judgement = json!({
        "grade": certain.as_deref().unwrap_or("undetermined"),
        "table": explained.table.id, "version": explained.table.version,
        "table_hash": explained.table.hash, "inputs": inputs,
    });
    match certain {
        Some(_) => {
            judgement["criterion"] = json!(rows.join(", "));
            judgement["clause"] = json!(clauses.join("; "));
        }
        None => judgement["missing"] = json!(missing),
    }
    judgement
}

/// Recorded first where it was only found; then judged.
fn commands(
    entry: &Entry,
    view: &View,
    sector: Option<&str>,
    judgement: Json,
    args: &Json,
) -> Result<Vec<Command>, Error> {
    let mut commands = Vec::new();
    if matches!(entry.state_of(view), Some("Found" | "Reopened")) {
        commands.push(new_command(KIND, "record", json!({"sector": sector})));
    }
    let mut fields = json!({"judgement": judgement, "controls": args.get("controls")});
    if args.get("sector").is_some_and(Json::is_string) {
        // What is not known is written as no sector.
        fields["sector"] = json!(sector);
    }
    commands.push(new_command(KIND, "determine", fields));
    for command in &mut commands {
        command.id = Some(view.id);
    }
    if let (Some(first), Some(seen)) = (commands.first_mut(), args.get("seen")) {
        first.seen = serde_json::from_value(seen.clone()).map_err(|_| {
            refused(refuse("wrong-type").with("field", "seen").with("expected", "[op id]"))
        })?;
    }
    Ok(commands)
}
