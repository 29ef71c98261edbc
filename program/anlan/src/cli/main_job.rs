//! `anlan exercise main-job`: the whole chain without a screen, as the exercise's accounts.
//!
//! Impact, proposal, decision, tasks, calls, forces, relief plan; then the scenario goes on to its
//! next road report and the plan is made again. In exercise folders only, on a copy unless told to
//! write. What each step comes to is the use case's own answer, in short; nothing is computed here.

#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::Instant;

use clap::ArgMatches;
use kernel::UnixMillis;
use ledger::Actor;
use serde_json::{Map, Value as Json, json};
use synth::scenario::{InjectKind, Scenario};

use super::exercise::scenario_of;
use super::scratch::Scratch;
use super::steps::{accepted, reader};
use super::{Failure, Printer, args, told};
use crate::folder::{Folder, choose};
use crate::open::{Opened, exercise_now, folder_failure, node, node_failure};

/// Who proposes and drafts.
const DUTY: &str = "county.duty";
/// Who decides and issues.
const COMMANDER: &str = "county.commander";
/// Forces that are named in the short answer.
const FORCES_SHOWN: usize = 5;

/// `anlan exercise main-job`.
pub fn main_job(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let dir = choose(args::path(matches, "dir"));
    exercise_only(&dir)?;
    let write = args::flag(matches, "write");
    let scratch = if write { None } else { Some(Scratch::copy_of(&dir)?) };
    if scratch.is_some() {
        printer.say("copied", &[("dir", &dir.display().to_string())]);
    }
    let began = Instant::now();
    let opened = node(scratch.as_ref().map_or(&*dir, Scratch::dir))?;
    let open_ms = ms(began);
    let mut answer = run(&opened, printer)?;
    answer["dir"] = json!(dir);
    answer["written"] = json!(write);
    answer["open_ms"] = json!(open_ms);
    printer.answer(&answer, told::main_job);
    Ok(())
}

/// Refuses a folder that is no exercise.
///
/// # Errors
/// The refusal, or what is wrong with the folder.
pub fn exercise_only(dir: &Path) -> Result<(), Failure> {
    let settings = Folder::settings(dir).map_err(folder_failure)?;
    match settings.exercise {
        true => Ok(()),
        false => Err(Failure::refused("exercise-only").with("dir", dir.display())),
    }
}

/// Milliseconds since, to a tenth.
pub fn ms(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 10_000.0).round() / 10.0
}

/// Runs the chain in an open folder; the answer has every step with its time.
///
/// # Errors
/// The first step that did not do what it says.
pub fn run(opened: &Opened, printer: &Printer) -> Result<Json, Failure> {
    let mut job = Job::new(opened, printer)?;
    job.step("impact", Job::impact)?;
    job.step("level", Job::level)?;
    job.step("decide", Job::decide)?;
    job.step("tasks", Job::tasks)?;
    job.step("calls", Job::calls)?;
    job.step("forces", Job::forces)?;
    job.step("relief", Job::relief)?;
    let mut spent = ms(job.began);
    let (report, from_s) = job.next_report()?;
    job.began = Instant::now();
    job.step("replan", |job| job.replan(&report, from_s))?;
    spent += ms(job.began);
    let now = job.now;
    opened.desk.record.append_meta(exercise_now(now)).map_err(node_failure)?;
    let mut answer = Json::Object(job.answer);
    answer["total_ms"] = json!((spent * 10.0).round() / 10.0);
    Ok(answer)
}

struct Job<'a> {
    opened: &'a Opened,
    printer: &'a Printer,
    event: String,
    now: UnixMillis,
    began: Instant,
    answer: Map<String, Json>,
}

/// The scenario and its first road report after a moment, where there is one.
struct Later {
    scenario: Scenario,
    report: Option<(i64, Json)>,
}

impl<'a> Job<'a> {
    fn new(opened: &'a Opened, printer: &'a Printer) -> Result<Self, Failure> {
        let event = opened.desk.event("open").map_err(node_failure)?.reference;
        let info = opened.desk.info();
        let mut answer = Map::new();
        answer.insert("seed".to_owned(), json!(info.seed));
        answer.insert("event".to_owned(), json!(event));
        answer.insert("inputs".to_owned(), opened.desk.inputs());
        let (event, now) = (event.id.to_string(), opened.clock.now());
        Ok(Job { opened, printer, event, now, began: Instant::now(), answer })
    }

    /// Runs a step, keeps its answer with its time, and says so.
    fn step(
        &mut self,
        name: &str,
        work: impl FnOnce(&mut Self) -> Result<Json, Failure>,
    ) -> Result<(), Failure> {
        let began = Instant::now();
        let mut answer = work(self)?;
        let elapsed = ms(began);
        answer["elapsed_ms"] = json!(elapsed);
        self.answer.insert(name.to_owned(), answer);
        self.printer.say("step", &[("step", name), ("ms", &elapsed.to_string())]);
        Ok(())
    }

    fn actor(&self, account: &str) -> Result<Actor, Failure> {
        let none = || Failure::refused("account").with("account", account);
        self.opened.desk.actor(account).ok_or_else(none)
    }

    fn impact(&mut self) -> Result<Json, Failure> {
        let all = self.opened.desk.impact(&reader(self.opened), &self.event, self.now);
        let all = all.map_err(node_failure)?;
        let value = |figure: &Json| figure["value"].clone();
        let sites = all["sites"].as_array().into_iter().flatten();
        let sites: Map<String, Json> = sites
            .filter_map(|s| Some((s["key"].as_str()?.to_owned(), value(&s["figure"]))))
            .collect();
        let groups = all["groups"].as_array().into_iter().flatten();
        let groups: Map<String, Json> = groups
            .filter_map(|g| Some((g["key"].as_str()?.to_owned(), value(&g["figure"]))))
            .collect();
        let count = |list: &Json| json!(list.as_array().map(Vec::len));
        Ok(json!({
            "people": value(&all["people"]), "groups": groups,
            "buildings": value(&all["buildings"]), "villages": value(&all["villages"]),
            "road_m": value(&all["road_m"]), "bridges": value(&all["bridges"]), "sites": sites,
            "enterprises": value(&all["enterprises"]),
            "villages_cut_off": count(&all["cut_off"]["list"]),
            "cut_off": all["cut_off"]["list"].as_array().into_iter().flatten()
                .map(|v| v["place"].clone()).collect::<Vec<_>>(),
            "dead_missing": value(&all["casualties"]["dead_missing"]),
            "moved": value(&all["moved"]),
        }))
    }

    fn level(&mut self) -> Result<Json, Failure> {
        let desk = &self.opened.desk;
        let all = desk.level(&reader(self.opened), &self.event, self.now).map_err(node_failure)?;
        let proposal = &all["proposal"];
        let rows = proposal["rows"].as_array().into_iter().flatten();
        let rows: Vec<Json> = rows
            .filter(|r| r["counted"] == json!(true))
            .map(|r| {
                json!({"row": r["row"], "level": r["level"], "truth": r["truth"],
                "clause": r["clause"], "missing": r["missing"]})
            })
            .collect();
        Ok(json!({
            "level": proposal["level"], "met": proposal["met"], "not_met": proposal["not_met"],
            "undetermined": proposal["undetermined"],
            "if_undetermined": proposal["if_undetermined"], "rows": rows,
            "table": proposal["table"], "version": proposal["version"], "hash": proposal["hash"],
            "above": all["above"].as_array().into_iter().flatten()
                .map(|p| json!({"table": p["table"], "level": p["level"]})).collect::<Vec<_>>(),
            "consequences": all["consequences"],
        }))
    }

    /// The duty officer proposes, the commander decides: what the plan sets off is issued with it.
    fn decide(&mut self) -> Result<Json, Failure> {
        let desk = &self.opened.desk;
        let (duty, commander) = (self.actor(DUTY)?, self.actor(COMMANDER)?);
        let proposed = desk.propose(&duty, &self.event, &Json::Null, "", self.now);
        let proposed = proposed.map_err(node_failure)?;
        let level = self.answer["level"]["level"].clone();
        let args = json!({"level": level});
        let decided = desk.approve(&commander, &self.event, &args, "", self.now);
        let decided = decided.map_err(node_failure)?;
        let count = |list: &Json| json!(list.as_array().map(Vec::len));
        Ok(json!({
            "response": proposed["response"], "level": decided["level"],
            "proposed_by": DUTY, "decided_by": COMMANDER,
            "tasks": count(&decided["tasks"]), "calls": count(&decided["calls"]),
        }))
    }

    fn tasks(&mut self) -> Result<Json, Failure> {
        let all = self.opened.desk.tasks(&self.actor(DUTY)?, &self.event, self.now);
        let all = all.map_err(node_failure)?;
        let items: Vec<&Json> = all["items"].as_array().into_iter().flatten().collect();
        let bodies: std::collections::BTreeSet<&str> =
            items.iter().filter_map(|t| t["department"].as_str()).collect();
        let requests = items.iter().filter(|t| t["fields"]["request"]["value"] == json!(true));
        let first = items.iter().filter_map(|t| t["deadline"].as_str()).min();
        Ok(json!({
            "total": all["total"], "open": all["open"], "late": all["late"],
            "bodies": bodies, "requests": requests.count(), "first_deadline": first,
        }))
    }

    fn calls(&mut self) -> Result<Json, Failure> {
        let all = self.opened.desk.calls(&self.actor(DUTY)?, &self.event, self.now);
        let all = all.map_err(node_failure)?;
        let cells = all["cells"].as_array().into_iter().flatten();
        let is_silent =
            |c: &&Json| matches!(c["state"].as_str(), Some("NoAnswer" | "WrongPerson" | "Refused"));
        let silent: Vec<Json> = cells.filter(is_silent).map(|c| c["place"].clone()).collect();
        Ok(json!({
            "total": all["total"], "acknowledged": all["acknowledged"], "acted": all["acted"],
            "silent": all["silent"], "cut": all["cut"], "silent_at": silent,
        }))
    }

    fn forces(&mut self) -> Result<Json, Failure> {
        let all = self.opened.desk.forces(&self.actor(DUTY)?, &self.event, self.now);
        let all = all.map_err(node_failure)?;
        let items: Vec<&Json> = all["items"].as_array().into_iter().flatten().collect();
        let own = items.iter().filter(|f| f["commanded_here"] == json!(true)).count();
        let first = items.iter().take(FORCES_SHOWN).map(|f| {
            json!({"ref": f["ref"], "name": f["name"], "way": f["way"], "eta_s": f["eta_s"],
                "commanded_here": f["commanded_here"]})
        });
        Ok(json!({
            "total": items.len(), "can_be_there": all["can_be_there"], "commanded_here": own,
            "target": all["target"], "first": first.collect::<Vec<_>>(),
        }))
    }

    /// Drafted by the duty officer and checked; then put in force and issued by the commander.
    fn relief(&mut self) -> Result<Json, Failure> {
        let desk = &self.opened.desk;
        let (duty, commander) = (self.actor(DUTY)?, self.actor(COMMANDER)?);
        let drafted = desk.draft_relief(&duty, &self.event, &Json::Null, "", self.now);
        let drafted = drafted.map_err(node_failure)?;
        accepted(&drafted["checked"])?;
        let checked_ms = ms(self.began);
        self.answer.insert("to_checked_plan_ms".to_owned(), json!(checked_ms));
        let verdict = drafted["checked"]["accepted"].to_string();
        let details = [("accepted", verdict.as_str()), ("ms", &checked_ms.to_string())];
        self.printer.tell("plan-checked", &details);
        let args = json!({"plan": drafted["plan"]});
        let issued = desk.issue_relief(&commander, &self.event, &args, "", self.now);
        let issued = issued.map_err(node_failure)?;
        let mut short = plan_in_short(&drafted);
        short["issued"] = json!(issued["orders"].as_array().map(Vec::len));
        short["issued_by"] = json!(COMMANDER);
        Ok(short)
    }

    /// The scenario as this folder's county has it, with its next road report; `None` where the
    /// folder was made from no county.
    fn next_report(&self) -> Result<(Option<Later>, i64), Failure> {
        let Some(made_of) = &self.opened.folder.settings.county else { return Ok((None, 0)) };
        let county = crate::area::county_of(self.opened.folder.dir(), made_of)?;
        let scenario = scenario_of(&county, &made_of.scenario)?;
        let from_s = self.now.seconds().0 - scenario.starts_at.0;
        let road = |at_s: i64, what: &InjectKind| match what {
            InjectKind::RoadReport { road, row, place, status, cause, .. } => {
                let row = format!("road:{row}");
                Some((
                    at_s,
                    json!({"road": row, "source_id": road, "place": place,
                    "status": status, "cause": cause}),
                ))
            }
            _ => None,
        };
        let later = scenario.injects.iter().filter(|i| i.at_s > from_s);
        let report = later.filter_map(|i| road(i.at_s, &i.what)).next();
        Ok((Some(Later { scenario, report }), from_s))
    }

    /// Plays up to the road report, and plans again on the roads as they are then.
    fn replan(&mut self, later: &Option<Later>, from_s: i64) -> Result<Json, Failure> {
        let desk = &self.opened.desk;
        let (mut played, mut road) = (Json::Null, Json::Null);
        if let Some((later, (at_s, report))) =
            later.as_ref().and_then(|l| Some((l, l.report.as_ref()?)))
        {
            let done = desk.play(&later.scenario, from_s + 1, *at_s).map_err(node_failure)?;
            if let Some((_, by, why)) = done.refused.first() {
                return Err(Failure::refused("injects").with("why", format!("{by}: {why}")));
            }
            let at = kernel::UnixSeconds(later.scenario.starts_at.0 + at_s);
            self.now = self.now.max(at.millis());
            (played, road) = (json!(done.injects), report.clone());
        }
        let duty = self.actor(DUTY)?;
        let again = desk.replan(&duty, &self.event, &Json::Null, "", self.now);
        let again = again.map_err(node_failure)?;
        accepted(&again["checked"])?;
        let mut short = plan_in_short(&again);
        for key in ["previous", "kept", "changed", "forced", "gone"] {
            short[key] = again[key].clone();
        }
        let count = |list: &Json| json!(list.as_array().map(Vec::len));
        short["gains"] = count(&again["gains"]);
        short["losses"] = count(&again["losses"]);
        short["road_report"] = road;
        short["injects_played"] = played;
        short["at"] = json!(self.now);
        Ok(short)
    }
}

fn plan_in_short(plan: &Json) -> Json {
    let count = |list: &Json| json!(list.as_array().map(Vec::len));
    let checked = &plan["checked"];
    json!({
        "plan": plan["plan"], "state": plan["state"], "accepted": checked["accepted"],
        "violations": count(&checked["violations"]), "metrics": checked["metrics"],
        "needs": plan["needs"], "routes": count(&plan["routes"]), "orders": plan["orders"],
        "packs": plan["packs"], "packs_unmet": plan["packs_unmet"],
        "unserved": count(&plan["unserved"]), "lowest_share_ppm": plan["lowest_share_ppm"],
        "lowest_place": plan["lowest_place"],
    })
}
