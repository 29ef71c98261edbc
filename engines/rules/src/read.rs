//! Reads one table file: its head, its columns, then its rows; every fault with its line.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kernel::{HazardKind, PlaceCode};
use toml::de::DeValue;

use crate::cell::{self, CellFault, Column, WORDS_MAX};
use crate::check;
use crate::doc::{self, Section};
use crate::fault::{FaultCode, Faults, TableFault, TableFaults, nearest};
use crate::read_rows;
use crate::table::{
    AdminLevel, CivilDate, ColumnKind, HitPolicy, Identity, InputSpec, Label, Mark, OutputSpec,
    Table, TableOutput,
};
use crate::value::Value;

const HEAD: &[&str] = &[
    "format",
    "version",
    "title",
    "subject",
    "hazard",
    "level",
    "place",
    "exercise",
    "hit_policy",
    "valid_from",
    "valid_to",
    "source",
    "mark",
    "instruments",
    "input",
    "output",
    "domain",
    "row",
];

/// The most inputs of a table; sums of sums are followed to their parts without fear of depth.
const INPUTS_MAX: usize = 200;
/// The most rows of a table.
const ROWS_MAX: usize = 2_000;

/// What a file's rows take from its head where they say nothing themselves.
pub(crate) struct Defaults<'d> {
    pub source: Option<&'d str>,
    pub mark: Option<Mark>,
    pub exercise: bool,
}

impl Table {
    /// Reads a table from its file's path (`<pack>/<context>/<name>[@version].toml`) and text.
    ///
    /// # Errors
    /// Every fault found, each with line and what to do; never a table that is only partly right.
    pub fn read(path: &str, text: &str) -> Result<Table, TableFaults> {
        read(path, text).map_err(TableFaults)
    }
}

/// The id and, where the file name gives one, the version: `cn/command/x@2016.toml`.
pub(crate) fn id_of_path(path: &str) -> Option<(String, Option<String>)> {
    let stem = path.strip_suffix(".cases.toml").or_else(|| path.strip_suffix(".toml"))?;
    let parts: Vec<&str> = stem.split('/').collect();
    let [pack, context, file] = parts.as_slice() else { return None };
    let (name, version) = match file.split_once('@') {
        Some((name, version)) => (name, Some(version)),
        None => (*file, None),
    };
    let plain = |s: &str| {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        !s.is_empty() && s.len() <= 64 && s.bytes().all(fits)
    };
    let fits = plain(pack) && plain(context) && plain(name) && version.is_none_or(plain);
    fits.then(|| (format!("{pack}/{context}/{name}"), version.map(str::to_owned)))
}

pub(crate) fn read(path: &str, text: &str) -> Result<Table, Vec<TableFault>> {
    let mut faults = Faults::new(path, text);
    let Some((id, file_version)) = id_of_path(path) else {
        let why = format!("{path:?} does not say which table it is");
        let what = "name it <pack>/<context>/<name>.toml, or <name>@<version>.toml";
        faults.add(1, FaultCode::BadPath, why, what.into());
        return Err(faults.list);
    };
    let Some(root) = doc::parse(text, &mut faults) else { return Err(faults.list) };
    let root = Section::whole(&root, "the table");
    root.only(HEAD, &mut faults);
    let table = read_whole(&root, id, file_version, text, &mut faults);
    match table {
        Some(table) if faults.list.is_empty() => Ok(table),
        _ => {
            faults.list.sort();
            faults.list.dedup();
            Err(faults.list)
        }
    }
}

fn read_whole(
    root: &Section,
    id: String,
    file_version: Option<String>,
    text: &str,
    faults: &mut Faults,
) -> Option<Table> {
    if root.whole_number("format", faults) != Some(1) {
        let why = "the table does not say format = 1".into();
        faults.add(1, FaultCode::BadValue, why, "write format = 1".into());
    }
    let identity = read_identity(root, id, file_version, text, faults);
    let defaults = Defaults {
        source: root.text("source", faults),
        mark: read_word(root, "mark", faults),
        exercise: identity.as_ref().is_some_and(|i| i.exercise),
    };
    let (valid_from, valid_to) = read_period(root, faults);
    let instruments = read_instruments(root, faults);
    let inputs = read_inputs(root, faults);
    let outputs = read_outputs(root, faults);
    if !root.has("hit_policy") {
        root.missing("hit_policy", faults);
    }
    let hit_policy: HitPolicy = read_word(root, "hit_policy", faults)?;
    check_policy(root, hit_policy, &outputs, faults);
    let mut table = Table {
        identity: identity?,
        subject: root.text("subject", faults).map(str::to_owned),
        hazard: read_word::<HazardKind>(root, "hazard", faults),
        valid_from,
        valid_to,
        hit_policy,
        instruments,
        inputs,
        outputs,
        rows: Vec::new(),
    };
    table.rows = read_rows::read(root, &table, &defaults, faults);
    too_many(root, "row", table.rows.len(), ROWS_MAX, faults);
    // After another fault an input may only look unused.
    if faults.list.is_empty() {
        check::unused_inputs(root, &table, faults);
    }
    let domain = check::read_domain(root, &table, faults);
    if faults.list.is_empty() {
        check::overlaps_and_gaps(root, &table, domain, faults);
    }
    Some(table)
}

fn read_identity(
    root: &Section,
    id: String,
    file_version: Option<String>,
    text: &str,
    faults: &mut Faults,
) -> Option<Identity> {
    let version = root.needed_text("version", faults);
    if let (Some(said), Some(named)) = (version, &file_version)
        && said != named
    {
        let why = format!("the file name says version {named:?}, the table says {said:?}");
        faults.add(1, FaultCode::BadPath, why, "make both the same".into());
    }
    let exercise = root.flag("exercise", faults);
    let level: Option<AdminLevel> = read_word(root, "level", faults);
    let place = root.get("place", faults).and_then(|at| match at.value.as_str()?.parse() {
        Ok(place) => Some((place, at.line)),
        Err(fault) => {
            let why = format!("{fault}");
            faults.add(at.line, FaultCode::BadPlace, why, "write the unit's code in quotes".into());
            None
        }
    });
    check_place(root, exercise, level, place, faults);
    let title = read_label(root, "title", faults);
    if title.is_empty() {
        root.missing("title", faults);
    }
    Some(Identity {
        id,
        version: version?.to_owned(),
        hash: kernel::hash(text.as_bytes()),
        title,
        exercise,
        level,
        place: place.map(|(place, _)| place),
    })
}

/// A plan below the nation's names whose it is; only an exercise's may hold at any made-up place.
fn check_place(
    root: &Section,
    exercise: bool,
    level: Option<AdminLevel>,
    place: Option<(PlaceCode, usize)>,
    faults: &mut Faults,
) {
    match place {
        Some((place, line)) if place.is_made_up() != exercise => {
            let why = format!("place {place} and exercise = {exercise} do not go together");
            let what = "codes that begin with 99 are for exercises, and only they";
            faults.add(line, FaultCode::BadPlace, why, what.into());
        }
        None if !exercise && level.is_some_and(|l| l != AdminLevel::Nation) => {
            let why = "a plan below the nation's does not say whose it is".into();
            let what = "add place = \"<12-digit code>\"".into();
            faults.add(root.line(faults), FaultCode::BadPlace, why, what);
        }
        _ => {}
    }
}

/// Reads a word of a fixed list (a serde enum), naming the nearest where it is none.
pub(crate) fn read_word<T: serde::de::DeserializeOwned>(
    section: &Section,
    key: &str,
    faults: &mut Faults,
) -> Option<T> {
    let word = section.text(key, faults)?;
    match serde_json::from_value(serde_json::Value::String(word.to_owned())) {
        Ok(read) => Some(read),
        Err(error) => {
            let line = section.get(key, faults).map_or(1, |at| at.line);
            let why = format!("{key} of {}: {error}", section.what);
            let message = error.to_string();
            let known = message.split('`').skip(3).step_by(2);
            let what = format!("did you mean {:?}?", nearest(word, known));
            faults.add(line, FaultCode::BadValue, why, what);
            None
        }
    }
}

pub(crate) fn read_label(section: &Section, key: &str, faults: &mut Faults) -> Label {
    match section.section(key, "a label", faults) {
        Some(label) => read_label_here(&label, faults),
        None => Label::default(),
    }
}

/// The keys `zh` and `en` of a section; where there is one, there must be the other.
pub(crate) fn read_label_here(section: &Section, faults: &mut Faults) -> Label {
    let zh = section.text("zh", faults).unwrap_or("");
    let en = section.text("en", faults).unwrap_or("");
    if zh.is_empty() != en.is_empty() {
        section.missing(if zh.is_empty() { "zh" } else { "en" }, faults);
    }
    Label { zh: zh.into(), en: en.into() }
}

pub(crate) fn read_period(
    section: &Section,
    faults: &mut Faults,
) -> (Option<CivilDate>, Option<CivilDate>) {
    let mut day = |key: &str| -> Option<CivilDate> {
        let at = section.get(key, faults)?;
        match doc::literal(at.value).unwrap_or_default().parse() {
            Ok(day) => Some(day),
            Err(fault) => {
                let why = format!("{key} of {}: {fault}", section.what);
                faults.add(at.line, FaultCode::BadDate, why, "write \"2026-07-23\"".into());
                None
            }
        }
    };
    let (from, to) = (day("valid_from"), day("valid_to"));
    if let (Some(from), Some(to)) = (from, to)
        && to <= from
    {
        let why = format!("{} is in force from {from} to {to}, which is never", section.what);
        let what = "valid_to is the first day no longer in force".into();
        faults.add(section.line(faults), FaultCode::BadDate, why, what);
    }
    (from, to)
}

fn read_instruments(root: &Section, faults: &mut Faults) -> BTreeMap<String, Label> {
    let Some(section) = root.section("instruments", "instruments", faults) else {
        root.missing("[instruments]", faults);
        return BTreeMap::new();
    };
    let mut found = BTreeMap::new();
    for (key, at) in section.entries(faults) {
        let label = read_label(&section, key, faults);
        if label.zh.is_empty() {
            let why = format!("instrument {key} has no name");
            let what = format!("write {key} = {{ zh = \"...\", en = \"...\" }}");
            faults.add(at.line, FaultCode::MissingKey, why, what);
        }
        found.insert(key.to_owned(), label);
    }
    found
}

fn read_name(section: &Section, seen: &mut BTreeSet<String>, faults: &mut Faults) -> String {
    let name = section.needed_text("name", faults).unwrap_or("").to_owned();
    if !name.is_empty() && !seen.insert(name.clone()) {
        let why = format!("{} {name:?} is declared twice", section.what);
        faults.add(section.line(faults), FaultCode::Duplicate, why, "give it another name".into());
    }
    name
}

fn read_inputs(root: &Section, faults: &mut Faults) -> Vec<InputSpec> {
    let keys =
        ["name", "kind", "unit", "values", "labels", "sum_of", "from", "window_days", "zh", "en"];
    let mut seen = BTreeSet::new();
    let mut inputs = Vec::new();
    for section in root.sections("input", "an input", faults) {
        section.only(&keys, faults);
        let name = read_name(&section, &mut seen, faults);
        if !section.has("kind") {
            section.missing("kind", faults);
        }
        let kind = read_word(&section, "kind", faults).unwrap_or(ColumnKind::Int);
        let values = section.texts("values", faults);
        let column = input_column(&section, kind, &values, faults);
        inputs.push(InputSpec {
            name,
            label: read_label_here(&section, faults),
            kind,
            unit: section.text("unit", faults).map(str::to_owned),
            labels: read_labels(&section, &values, faults),
            values,
            sum_of: section.texts("sum_of", faults),
            from: read_from(&section, faults),
            window_days: section.whole_number("window_days", faults),
            column,
            parts: Vec::new(),
        });
    }
    too_many(root, "input", inputs.len(), INPUTS_MAX, faults);
    check::resolve_sums(root, &mut inputs, faults);
    inputs
}

fn input_column(
    section: &Section,
    kind: ColumnKind,
    values: &[String],
    faults: &mut Faults,
) -> Column {
    let line = section.line(faults);
    match kind {
        ColumnKind::Bool => Column::yes_no(),
        ColumnKind::Text => {
            let distinct: BTreeSet<&String> = values.iter().collect();
            if values.is_empty() || values.len() > WORDS_MAX || distinct.len() < values.len() {
                let why = format!("a text input lists 1 to {WORDS_MAX} different words");
                faults.add(line, FaultCode::BadValue, why, "add values = [\"...\"]".into());
            }
            Column::Words { words: values.to_vec() }
        }
        ColumnKind::Quantity => {
            let why = "an input has one unit for all its values".into();
            let what = "use kind = \"int\" or \"decimal\" with unit = \"...\"".into();
            faults.add(line, FaultCode::BadValue, why, what);
            Column::Numbers { whole: false, unit: None }
        }
        ColumnKind::Int | ColumnKind::Decimal => {
            let unit = section.text("unit", faults).and_then(|text| {
                let line = section.get("unit", faults).map_or(1, |at| at.line);
                keep(cell::parse_unit(text), line, faults)
            });
            Column::Numbers { whole: kind == ColumnKind::Int, unit }
        }
    }
}

/// The value, or `None` with the fault added at a line.
pub(crate) fn keep<T>(read: Result<T, CellFault>, line: usize, faults: &mut Faults) -> Option<T> {
    match read {
        Ok(value) => Some(value),
        Err(fault) => {
            faults.add(line, fault.code, fault.why, fault.what_to_do);
            None
        }
    }
}

fn too_many(root: &Section, key: &str, found: usize, most: usize, faults: &mut Faults) {
    if found > most {
        let line = root.get(key, faults).map_or(1, |at| at.line);
        let why = format!("a table has up to {most} times [[{key}]], this has {found}");
        faults.add(line, FaultCode::TooLarge, why, "split it into several tables".into());
    }
}

fn read_from(section: &Section, faults: &mut Faults) -> Option<TableOutput> {
    let text = section.text("from", faults)?;
    match text.split_once('#') {
        Some((table, output)) if table.split('/').count() == 3 && !output.is_empty() => {
            Some(TableOutput { table: table.to_owned(), output: output.to_owned() })
        }
        _ => {
            let line = section.get("from", faults).map_or(1, |at| at.line);
            let why = format!("{text:?} is not the output of a table");
            let what = "write from = \"<pack>/<context>/<name>#<output>\"".into();
            faults.add(line, FaultCode::BadValue, why, what);
            None
        }
    }
}

fn read_outputs(root: &Section, faults: &mut Faults) -> Vec<OutputSpec> {
    let keys = ["name", "kind", "unit", "values", "labels", "zh", "en"];
    let mut seen = BTreeSet::new();
    let mut outputs = Vec::new();
    for section in root.sections("output", "an output", faults) {
        section.only(&keys, faults);
        let name = read_name(&section, &mut seen, faults);
        if !section.has("kind") {
            section.missing("kind", faults);
        }
        let kind = read_word(&section, "kind", faults).unwrap_or(ColumnKind::Text);
        let mut output = OutputSpec {
            name,
            label: read_label_here(&section, faults),
            kind,
            unit: section.text("unit", faults).map(str::to_owned),
            values: Vec::new(),
            labels: Arc::default(),
        };
        if let Some(unit) = &output.unit {
            let line = section.get("unit", faults).map_or(1, |at| at.line);
            keep(cell::parse_unit(unit), line, faults);
        }
        output.values = read_output_values(&section, &output, faults);
        let words = output.values.iter().filter_map(|v| v.as_text().map(str::to_owned));
        output.labels = read_labels(&section, &words.collect::<Vec<_>>(), faults);
        outputs.push(output);
    }
    if outputs.is_empty() {
        root.missing("[[output]]", faults);
    }
    outputs
}

/// What the words of a column are called: for none of them or for every one.
fn read_labels(
    section: &Section,
    words: &[String],
    faults: &mut Faults,
) -> Arc<BTreeMap<String, Label>> {
    let Some(labels) = section.section("labels", "labels", faults) else { return Arc::default() };
    let known: Vec<&str> = words.iter().map(String::as_str).collect();
    labels.only(&known, faults);
    for word in &known {
        if !labels.has(word) {
            labels.missing(word, faults);
        }
    }
    Arc::new(known.iter().map(|w| ((*w).to_owned(), read_label(&labels, w, faults))).collect())
}

fn read_output_values(section: &Section, output: &OutputSpec, faults: &mut Faults) -> Vec<Value> {
    let Some(at) = section.get("values", faults) else { return Vec::new() };
    let DeValue::Array(items) = at.value else {
        let why = format!("values of output {:?} is no list", output.name);
        faults.add(at.line, FaultCode::WrongType, why, "write values = [...]".into());
        return Vec::new();
    };
    let read = |item: &toml::Spanned<DeValue>| {
        keep(read_rows::output_value(item.get_ref(), output), at.line, faults)
    };
    items.iter().filter_map(read).collect()
}

fn check_policy(root: &Section, policy: HitPolicy, outputs: &[OutputSpec], faults: &mut Faults) {
    let Some(first) = outputs.first() else { return };
    let line = root.get("hit_policy", faults).map_or(1, |at| at.line);
    let number = matches!(first.kind, ColumnKind::Int | ColumnKind::Decimal);
    let (why, what) = match policy {
        HitPolicy::Priority if first.values.is_empty() => (
            format!("priority needs an order, and output {:?} lists no values", first.name),
            "add values = [...] to the output, strongest first",
        ),
        HitPolicy::CollectSum | HitPolicy::CollectMin | HitPolicy::CollectMax if !number => (
            format!("output {:?} is added or compared, and is no number", first.name),
            "put a number output first",
        ),
        _ => return,
    };
    faults.add(line, FaultCode::BadValue, why, what.into());
}
