//! Tables together: packs in layers, versions by day, plans by place, and tables that need tables.
//!
//! It reads no folder: callers hand over paths and texts. A set with one fault is refused whole.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use kernel::{PlaceCode, Truth, UnixSeconds};

use crate::cases;
use crate::check;
use crate::evaluate::{Explanation, evaluate};
use crate::facts::EvaluationError;
use crate::fault::{FaultCode, TableFault, TableFaults};
use crate::propose::{Proposal, propose};
use crate::questions::{Questions, questions};
use crate::read;
use crate::table::{AdminLevel, CivilDate, ColumnKind, Table, TableOutput};
use crate::value::{Input, Inputs, Value};

/// The most files that a library takes.
const FILES_MAX: usize = 5_000;

/// Data of a pack that is no decision table: it is carried with the pack and read elsewhere.
const NOT_DECISIONS: &[&str] = &["/directory/posts.toml"];

/// One set of files; a later layer lies over the earlier ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layer {
    /// What it is called (`base`, `node`).
    pub name: String,
    /// Path (`<pack>/<context>/<name>.toml`) and text of each file.
    pub files: Vec<(String, String)>,
}

impl Layer {
    /// The packs that are part of the program.
    pub fn base() -> Layer {
        let files = crate::base_packs();
        let owned = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        Layer { name: "base".into(), files: files.iter().map(owned).collect() }
    }
}

/// Where a question is asked: the unit and those above it, nearest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The unit itself, then its parents.
    pub chain: Vec<(PlaceCode, AdminLevel)>,
    /// Whether this is an exercise; tables of exercises answer nowhere else.
    pub exercise: bool,
}

#[derive(Clone, Debug)]
struct Entry {
    layer: usize,
    path: String,
    table: Table,
}

/// Tables that were read, checked and found right together.
#[derive(Clone, Debug)]
pub struct Library {
    entries: Vec<Entry>,
    by_id: BTreeMap<String, Vec<usize>>,
}

impl Library {
    /// Reads layers of files, the first lowest.
    ///
    /// A later layer's version of a table stands over an earlier layer's of the same name; other
    /// versions stay, and where two are in force on a day the later layer's answers.
    ///
    /// # Errors
    /// Every fault in every file, sorted by path and line; worked cases that fail are faults too.
    pub fn load(layers: &[Layer]) -> Result<Library, TableFaults> {
        let mut faults = Vec::new();
        let mut entries: Vec<Entry> = Vec::new();
        if layers.iter().map(|l| l.files.len()).sum::<usize>() > FILES_MAX {
            let why = format!("over {FILES_MAX} files of tables");
            let what = "load fewer packs";
            return Err(TableFaults(vec![fault("", FaultCode::TooLarge, why, what)]));
        }
        for (layer, files) in layers.iter().enumerate() {
            for (path, text) in &files.files {
                let skipped = NOT_DECISIONS.iter().any(|end| path.ends_with(end));
                if skipped || path.ends_with(".cases.toml") {
                    continue;
                }
                match read::read(path, text) {
                    Ok(table) => add(&mut entries, layer, path, table, &mut faults),
                    Err(found) => faults.extend(found),
                }
            }
        }
        entries.sort_by(|a, b| (&a.path, a.layer).cmp(&(&b.path, b.layer)));
        let mut by_id: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, entry) in entries.iter().enumerate() {
            by_id.entry(entry.table.identity.id.clone()).or_default().push(place);
        }
        let library = Library { entries, by_id };
        // A file that could not be read would make its users look wrong, so these come after.
        if faults.is_empty() {
            library.check_versions(&mut faults);
            library.check_requirements(&mut faults);
        }
        if faults.is_empty() {
            library.check_cases(layers, &mut faults);
        }
        faults.sort();
        if faults.is_empty() { Ok(library) } else { Err(TableFaults(faults)) }
    }

    /// The packs that are part of the program, ready to use.
    ///
    /// # Errors
    /// None in a released program: the tests load the same files.
    pub fn base() -> Result<Library, TableFaults> {
        Library::load(&[Layer::base()])
    }

    /// Every table, in the order of their paths.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.entries.iter().map(|e| &e.table)
    }

    /// The version of a table that is in force on a day.
    ///
    /// # Errors
    /// No such table, or no version in force, naming the versions there are.
    pub fn in_force(&self, id: &str, on: CivilDate) -> Result<&Table, EvaluationError> {
        let unknown = || EvaluationError::UnknownTable { table: id.to_owned() };
        let versions = self.by_id.get(id).ok_or_else(unknown)?;
        let valid = versions.iter().map(|v| &self.entries[*v]).filter(|e| e.table.in_force(on));
        if let Some(entry) = valid.max_by_key(|e| e.layer) {
            return Ok(&entry.table);
        }
        let period = |v: &usize| {
            let table = &self.entries[*v].table;
            let day = |d: Option<CivilDate>| d.map_or("...".into(), |d| d.to_string());
            let (from, to) = (day(table.valid_from), day(table.valid_to));
            format!("{} ({from} to {to})", table.identity.version)
        };
        Err(EvaluationError::NotInForce {
            table: id.to_owned(),
            on: on.to_string(),
            versions: versions.iter().map(period).collect::<Vec<_>>().join(", "),
        })
    }

    /// The tables that answer a subject at a place on a day: the place's own first, then those of
    /// the units above it, then what holds everywhere.
    pub fn tables_for(&self, subject: &str, scope: &Scope, on: CivilDate) -> Vec<&Table> {
        let mut found: Vec<&Table> = Vec::new();
        let fits = |t: &&Table| {
            t.subject.as_deref() == Some(subject) && (!t.identity.exercise || scope.exercise)
        };
        let ids: BTreeSet<&str> =
            self.tables().filter(fits).map(|t| t.identity.id.as_str()).collect();
        let tables: Vec<&Table> =
            ids.iter().filter_map(|id| self.in_force(id, on).ok()).filter(fits).collect();
        for (place, level) in &scope.chain {
            let own = tables.iter().filter(|t| t.identity.place == Some(*place));
            found.extend(own);
            // A made-up plan without a code is that of every made-up unit of its rung.
            let made_up = tables.iter().filter(|t| {
                let identity = &t.identity;
                identity.exercise && identity.place.is_none() && identity.level == Some(*level)
            });
            if place.is_made_up() {
                found.extend(made_up);
            }
        }
        let everywhere = |t: &&&Table| {
            let identity = &t.identity;
            let nation = identity.level.is_none_or(|l| l == AdminLevel::Nation);
            identity.place.is_none() && nation && !found.iter().any(|f| f.identity == t.identity)
        };
        let rest: Vec<&Table> = tables.iter().filter(everywhere).copied().collect();
        found.extend(rest);
        found
    }

    /// Evaluates a table, and before it the tables whose results it needs.
    ///
    /// An input that the caller gives stands over the result of a table.
    ///
    /// # Errors
    /// As [`evaluate()`] and [`Library::in_force`].
    pub fn evaluate(
        &self,
        id: &str,
        inputs: &Inputs,
        on: CivilDate,
    ) -> Result<Explanation, EvaluationError> {
        let table = self.in_force(id, on)?;
        let (inputs, required) = self.with_required(table, inputs, on)?;
        let mut explanation = evaluate(table, &inputs, on)?;
        explanation.required = required;
        Ok(explanation)
    }

    /// Proposes a level by a table, and before it evaluates the tables whose results it needs.
    ///
    /// # Errors
    /// As [`propose()`] and [`Library::in_force`].
    pub fn propose(
        &self,
        id: &str,
        inputs: &Inputs,
        on: CivilDate,
    ) -> Result<Proposal, EvaluationError> {
        let table = self.in_force(id, on)?;
        let (inputs, required) = self.with_required(table, inputs, on)?;
        let mut proposal = propose(table, &inputs, on)?;
        proposal.required = required;
        Ok(proposal)
    }

    /// What still to ask for a table.
    ///
    /// # Errors
    /// As [`questions()`] and [`Library::in_force`].
    pub fn questions(
        &self,
        id: &str,
        inputs: &Inputs,
        on: CivilDate,
    ) -> Result<Questions, EvaluationError> {
        let table = self.in_force(id, on)?;
        let (inputs, _) = self.with_required(table, inputs, on)?;
        questions(table, &inputs, on)
    }

    fn with_required<'i>(
        &self,
        table: &Table,
        inputs: &'i Inputs,
        on: CivilDate,
    ) -> Result<(Cow<'i, Inputs>, Vec<Explanation>), EvaluationError> {
        let mut inputs = Cow::Borrowed(inputs);
        let mut required = Vec::new();
        for spec in &table.inputs {
            let Some(from) = &spec.from else { continue };
            if inputs.contains_key(&spec.name) {
                continue;
            }
            let answer = self.evaluate(&from.table, &inputs, on)?;
            inputs.to_mut().insert(spec.name.clone(), as_input(&answer, from));
            required.push(answer);
        }
        Ok((inputs, required))
    }

    /// All ids that a table needs, itself included.
    pub(crate) fn needs(&self, id: &str, found: &mut BTreeSet<String>) {
        if !found.insert(id.to_owned()) {
            return;
        }
        for place in self.by_id.get(id).into_iter().flatten() {
            for from in self.entries[*place].table.inputs.iter().filter_map(|i| i.from.as_ref()) {
                self.needs(&from.table, found);
            }
        }
    }

    fn check_versions(&self, faults: &mut Vec<TableFault>) {
        for versions in self.by_id.values() {
            for (nth, a) in versions.iter().enumerate() {
                for b in &versions[nth + 1..] {
                    let (a, b) = (&self.entries[*a], &self.entries[*b]);
                    let before = |x: &Table, y: &Table| {
                        x.valid_to.zip(y.valid_from).is_some_and(|(to, from)| to <= from)
                    };
                    let apart = before(&a.table, &b.table) || before(&b.table, &a.table);
                    if a.layer == b.layer && !apart {
                        let (x, y) = (&a.table.identity.version, &b.table.identity.version);
                        let why = format!("versions {x:?} and {y:?} are in force at once");
                        let what = "end one with valid_to where the other has valid_from";
                        faults.push(fault(&b.path, FaultCode::VersionsOverlap, why, what));
                    }
                }
            }
        }
    }

    fn check_requirements(&self, faults: &mut Vec<TableFault>) {
        for entry in &self.entries {
            for spec in &entry.table.inputs {
                let Some(from) = &spec.from else { continue };
                let targets = self.by_id.get(&from.table).into_iter().flatten();
                let mut output = targets
                    .map(|t| &self.entries[*t].table)
                    .map(|t| t.outputs.iter().find(|o| o.name == from.output))
                    .peekable();
                let right = output.peek().is_some()
                    && output.all(|o| {
                        o.is_some_and(|o| {
                            let words = |v: &Value| match v.as_text() {
                                Some(word) => spec.values.iter().any(|known| known == word),
                                None => true,
                            };
                            o.kind == spec.kind && o.unit == spec.unit && o.values.iter().all(words)
                        })
                    });
                if !right {
                    let (table, name) = (&from.table, &from.output);
                    let why = format!("input {:?} needs {table}#{name}", spec.name);
                    let what = "name a table that is loaded, and an output of the same kind, \
                                unit and words";
                    faults.push(fault(&entry.path, FaultCode::UnknownTable, why, what));
                }
            }
        }
        let ids: Vec<&String> = self.by_id.keys().collect();
        let place = |id: &str| ids.iter().position(|known| *known == id);
        let next: Vec<Vec<usize>> = self
            .by_id
            .values()
            .map(|versions| {
                let inputs = versions.iter().flat_map(|v| &self.entries[*v].table.inputs);
                inputs.filter_map(|i| place(&i.from.as_ref()?.table)).collect()
            })
            .collect();
        if let Some(circle) = check::find_circle(&next) {
            let names: Vec<&str> = circle.iter().map(|i| ids[*i].as_str()).collect();
            let why = format!("a table that needs itself: {}", names.join(" -> "));
            let first = self.by_id[ids[circle[0]]].first();
            let path = first.map_or("", |e| self.entries[*e].path.as_str());
            faults.push(fault(path, FaultCode::Cycle, why, "take out one of these requirements"));
        }
    }

    fn check_cases(&self, layers: &[Layer], faults: &mut Vec<TableFault>) {
        for (layer, files) in layers.iter().enumerate() {
            for (path, text) in files.files.iter().filter(|(p, _)| p.ends_with(".cases.toml")) {
                let beside = path.replace(".cases.toml", ".toml");
                let stands = files.files.iter().any(|(p, _)| *p == beside);
                if !stands {
                    let why = "cases without their table".to_owned();
                    let what = format!("put {beside} beside it");
                    faults.push(fault(path, FaultCode::BadPath, why, &what));
                }
                // Where a later layer stands over the table, its own cases speak for it.
                let live = |e: &&Entry| e.layer == layer && e.path == beside;
                if let Some(entry) = self.entries.iter().find(live) {
                    faults.extend(cases::run(self, &entry.table, path, text));
                }
            }
        }
    }
}

fn fault(path: &str, code: FaultCode, why: String, what: &str) -> TableFault {
    TableFault { path: path.to_owned(), line: 1, code, why, what_to_do: what.to_owned() }
}

fn add(
    entries: &mut Vec<Entry>,
    layer: usize,
    path: &str,
    table: Table,
    faults: &mut Vec<TableFault>,
) {
    let same = |e: &Entry| {
        let (a, b) = (&e.table.identity, &table.identity);
        a.id == b.id && a.version == b.version
    };
    if let Some(found) = entries.iter().position(same) {
        if entries[found].layer == layer {
            let why = format!("{} says the same table and version", entries[found].path);
            let what = "give it another version, or take one out";
            faults.push(fault(path, FaultCode::Duplicate, why, what));
            return;
        }
        entries.remove(found);
    }
    entries.push(Entry { layer, path: path.to_owned(), table });
}

/// The answer of one table as an input of another.
fn as_input(answer: &Explanation, from: &TableOutput) -> Input {
    let source = format!("table:{}@{}", answer.table.id, answer.table.version);
    let mut input = Input::unknown(&source);
    input.observed_at = oldest(answer);
    input.missing = answer.missing.iter().map(|m| m.input.clone()).collect();
    if let Some(aggregate) = &answer.decision.aggregate {
        input.absent = None;
        input.low = aggregate.low.clone();
        input.high = aggregate.high.clone();
        return input;
    }
    match answer.decision.truth {
        // No row holds: there is no grade, so conditions on the grade do not arise.
        Truth::NotMet => Input { missing: Vec::new(), ..Input::not_applicable(&source) },
        Truth::Met => {
            let outcome = answer.decision.must.first();
            input.value = outcome.and_then(|o| o.values.get(&from.output).cloned());
            input.absent = None;
            input.missing.clear();
            input
        }
        Truth::Undetermined => input,
    }
}

/// The oldest of the times of the cells that hold: an answer is as old as what it rests on.
fn oldest(answer: &Explanation) -> Option<UnixSeconds> {
    let met = answer.rows.iter().filter(|r| r.truth == Truth::Met);
    met.flat_map(|r| &r.cells).filter_map(|c| c.observed_at).min()
}

impl ColumnKind {
    /// Whether values are numbers.
    pub fn is_number(self) -> bool {
        matches!(self, ColumnKind::Int | ColumnKind::Decimal)
    }
}
