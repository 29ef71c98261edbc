//! Worked cases beside a table: what a person expects for given inputs, run whenever it is loaded.
//!
//! A table whose own cases fail is refused, so that an edit which changes an answer is seen.

use std::collections::BTreeSet;

use kernel::Truth;
use toml::de::DeValue;

use crate::doc::{self, At, Section};
use crate::evaluate::Explanation;
use crate::fault::{FaultCode, Faults, TableFault, nearest};
use crate::library::Library;
use crate::propose::Proposal;
use crate::read::{read_period, read_word};
use crate::read_rows::output_value;
use crate::table::{CivilDate, InputSpec, Table};
use crate::value::{Input, Inputs, Quantity, Value};

const KEYS: &[&str] = &[
    "name",
    "valid_from",
    "given",
    "result",
    "truth",
    "met",
    "not_met",
    "undetermined",
    "missing",
    "low",
    "high",
    "level",
    "level_if",
    "counts",
];
const EXPECTED: &[&str] = &[
    "result",
    "truth",
    "met",
    "not_met",
    "undetermined",
    "missing",
    "low",
    "high",
    "level",
    "level_if",
    "counts",
];

/// Runs the cases of a table; every case that cannot be read or gives another result is a fault.
pub(crate) fn run(library: &Library, table: &Table, path: &str, text: &str) -> Vec<TableFault> {
    let mut faults = Faults::new(path, text);
    let Some(root) = doc::parse(text, &mut faults) else { return faults.list };
    let root = Section::whole(&root, "the case file");
    root.only(&["case"], &mut faults);
    let cases = root.sections("case", "a case", &mut faults);
    if cases.is_empty() {
        root.missing("[[case]]", &mut faults);
    }
    for case in cases {
        case.only(KEYS, &mut faults);
        let name = case.needed_text("name", &mut faults).unwrap_or("");
        if !EXPECTED.iter().any(|key| case.has(key)) {
            let why = format!("case {name:?} expects nothing, so it cannot fail");
            let what = format!("add one of {}", EXPECTED.join(", "));
            faults.add(case.line(&faults), FaultCode::MissingKey, why, what);
            continue;
        }
        let Some(on) = case_day(&case, table, &mut faults) else { continue };
        let given = read_given(library, table, &case, &mut faults);
        run_one(library, table, &case, name, &given, on, &mut faults);
    }
    faults.list
}

/// The day of a case: its own, else the table's first, else one long after.
fn case_day(case: &Section, table: &Table, faults: &mut Faults) -> Option<CivilDate> {
    let before = faults.list.len();
    let (own, _) = read_period(case, faults);
    if faults.list.len() > before {
        return None;
    }
    own.or(table.valid_from).or_else(|| "2026-07-23".parse().ok())
}

fn read_given(library: &Library, table: &Table, case: &Section, faults: &mut Faults) -> Inputs {
    let mut needed = BTreeSet::new();
    library.needs(&table.identity.id, &mut needed);
    let specs: Vec<&InputSpec> = library
        .tables()
        .filter(|t| needed.contains(&t.identity.id))
        .flat_map(|t| &t.inputs)
        .chain(&table.inputs)
        .collect();
    let mut inputs = Inputs::new();
    let Some(given) = case.section("given", "given", faults) else {
        if !case.has("given") {
            case.missing("given", faults);
        }
        return inputs;
    };
    for (name, at) in given.entries(faults) {
        let Some(spec) = specs.iter().find(|s| s.name == name) else {
            let near = nearest(name, specs.iter().map(|s| s.name.as_str()));
            let why = format!("{name:?} is no input of the table");
            faults.add(at.line, FaultCode::UnknownInput, why, format!("did you mean {near:?}?"));
            continue;
        };
        match read_input(spec, &at) {
            Some(input) => drop(inputs.insert(name.to_owned(), input)),
            None => {
                let why = format!("{name} cannot be read as an input");
                let what = "write a value, or { low = 3 }, or { absent = \"not_applicable\" }";
                faults.add(at.line, FaultCode::WrongType, why, what.into());
            }
        }
    }
    inputs
}

fn read_input(spec: &InputSpec, at: &At) -> Option<Input> {
    let DeValue::Table(parts) = at.value else {
        return Some(Input::known(read_value(spec, at.value)?, "case", None));
    };
    let mut input = Input { source: "case".into(), ..Input::default() };
    for (key, value) in parts.iter() {
        let value = value.get_ref();
        match key.get_ref().as_ref() {
            "value" => input.value = Some(read_value(spec, value)?),
            "low" => input.low = Some(read_value(spec, value)?),
            "high" => input.high = Some(read_value(spec, value)?),
            "absent" => {
                let word = serde_json::Value::String(value.as_str()?.to_owned());
                input.absent = Some(serde_json::from_value(word).ok()?);
            }
            _ => return None,
        }
    }
    Some(input)
}

fn read_value(spec: &InputSpec, value: &DeValue) -> Option<Value> {
    match value {
        DeValue::Boolean(flag) => Some(Value::Bool(*flag)),
        DeValue::String(text) if spec.kind.is_number() => {
            let (amount, unit) = text.split_once(' ')?;
            let amount = amount.parse().ok()?;
            Some(Value::Quantity(Quantity { amount, unit: unit.trim().to_owned() }))
        }
        DeValue::String(text) => Some(Value::Text(text.to_string())),
        number => Some(Value::Number(doc::literal(number)?.parse().ok()?)),
    }
}

fn run_one(
    library: &Library,
    table: &Table,
    case: &Section,
    name: &str,
    given: &Inputs,
    on: CivilDate,
    faults: &mut Faults,
) {
    let id = &table.identity.id;
    let answer = match library.evaluate(id, given, on) {
        Ok(answer) => answer,
        Err(error) => {
            let why = format!("case {name:?} cannot be evaluated: {error}");
            let what = "mend the case's inputs or its valid_from".into();
            faults.add(case.line(faults), FaultCode::CaseFailed, why, what);
            return;
        }
    };
    let mut differences = compare(table, case, &answer, faults);
    if ["level", "level_if", "counts"].iter().any(|key| case.has(key)) {
        match library.propose(id, given, on) {
            Ok(proposal) => differences.extend(compare_level(case, &proposal, faults)),
            Err(error) => differences.push(error.to_string()),
        }
    }
    if !differences.is_empty() {
        let why = format!("case {name:?}: {}", differences.join("; "));
        let what = "mend the table, or the case where the rule has changed".into();
        faults.add(case.line(faults), FaultCode::CaseFailed, why, what);
    }
}

/// What differs between the expected and the given answer, in words.
fn compare(
    table: &Table,
    case: &Section,
    answer: &Explanation,
    faults: &mut Faults,
) -> Vec<String> {
    let mut differences = Vec::new();
    let mut differ = |what: &str, expected: String, found: String| {
        if expected != found {
            differences.push(format!("{what} is {found}, expected {expected}"));
        }
    };
    if let Some(truth) = read_word::<Truth>(case, "truth", faults) {
        differ("truth", format!("{truth:?}"), format!("{:?}", answer.decision.truth));
    }
    for (key, truth) in
        [("met", Truth::Met), ("not_met", Truth::NotMet), ("undetermined", Truth::Undetermined)]
    {
        if case.has(key) {
            let expected: BTreeSet<String> = case.texts(key, faults).into_iter().collect();
            let rows = answer.rows.iter().filter(|r| r.truth == truth);
            let found: BTreeSet<String> = rows.map(|r| r.row.clone()).collect();
            differ(key, format!("{expected:?}"), format!("{found:?}"));
        }
    }
    if case.has("missing") {
        let expected: BTreeSet<String> = case.texts("missing", faults).into_iter().collect();
        let found: BTreeSet<String> = answer.missing.iter().map(|m| m.input.clone()).collect();
        differ("missing", format!("{expected:?}"), format!("{found:?}"));
    }
    if let Some(result) = case.section("result", "result", faults) {
        for (output, at) in result.entries(faults) {
            let spec = table.outputs.iter().find(|o| o.name == output);
            let expected = spec.and_then(|s| output_value(at.value, s).ok());
            let found = answer.decision.must.first().and_then(|o| o.values.get(output));
            let say = |v: Option<&Value>| v.map_or("nothing".into(), |v| v.to_string());
            match &expected {
                Some(value) => differ(output, say(Some(value)), say(found)),
                None => differ(output, "a value that the output can have".into(), say(found)),
            }
        }
    }
    for key in ["low", "high"] {
        if let Some(at) = case.get(key, faults) {
            let bounds = answer.decision.aggregate.as_ref();
            let bound =
                bounds.and_then(|b| if key == "low" { b.low.as_ref() } else { b.high.as_ref() });
            let found = bound.map_or("nothing".into(), |v| v.to_string());
            differ(key, doc::literal(at.value).unwrap_or_default(), found);
        }
    }
    differences
}

fn compare_level(case: &Section, proposal: &Proposal, faults: &mut Faults) -> Vec<String> {
    let mut differences = Vec::new();
    let say = |level: Option<i64>| level.map_or("none".into(), |l| l.to_string());
    for (key, found) in
        [("level", say(proposal.level)), ("level_if", say(proposal.level_if_undetermined_met))]
    {
        if let Some(at) = case.get(key, faults) {
            let expected = doc::literal(at.value).unwrap_or_default();
            if expected != found {
                differences.push(format!("{key} is {found}, expected {expected}"));
            }
        }
    }
    if case.has("counts") {
        let expected = case.texts("counts", faults).join(", ");
        let counts = [proposal.met, proposal.not_met, proposal.undetermined];
        let found = counts.map(|c| c.to_string()).join(", ");
        if expected != found {
            let what = "met, not met, undetermined";
            differences.push(format!("{what} are {found}, expected {expected}"));
        }
    }
    differences
}
