//! What every entity owes: numbers used once, tables that name what exists, words, samples, rights.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ledger::authority::Roles;
use ledger::entity::VERB;
use ledger::{Entry, Shape};

use super::ENTITIES;

mod samples;

/// Codes below 256 and the kind that owns each. Source: sync, §3.
const CODES: &[(u32, &str)] = &[
    (1, "casualty"),
    (2, "road"),
    (3, "site"),
    (4, "site"),
    (6, "situation"),
    (10, "task"),
    (11, "task"),
    (12, "team"),
    (20, "pool"),
    (21, "pool"),
    (23, "pool"),
    (24, "pool"),
    (26, "pool"),
    (31, "response"),
    (32, "alert"),
];

fn each(mut check: impl FnMut(&Entry, &str)) {
    for entry in ENTITIES {
        check(entry, entry.kind.name);
    }
}

#[test]
fn numbers_are_used_once() {
    let (mut kinds, mut names, mut codes) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    each(|entry, name| {
        assert!(kinds.insert(entry.kind.number), "{name}: kind {} twice", entry.kind.number);
        assert!(names.insert(name.to_owned()), "{name} twice");
        for op in entry.ops {
            assert!(codes.insert(op.code), "{name}: code {} twice", op.code);
            let own = u32::from(entry.kind.number) * 16;
            let listed = CODES.contains(&(op.code, name));
            let of_kind = op.code >= 256 && (own..own + 16).contains(&op.code);
            assert!(listed || of_kind, "{name}: code {} is not its own", op.code);
            assert_eq!(op.version, 1, "{name}");
        }
        let fields: BTreeSet<u8> = entry.fields.iter().map(|f| f.number).collect();
        assert_eq!(fields.len(), entry.fields.len(), "{name}: a field number twice");
        let verbs: BTreeSet<u8> = entry.verbs.iter().map(|v| v.number).collect();
        assert_eq!(verbs.len(), entry.verbs.len(), "{name}: a verb number twice");
        let states: BTreeSet<u8> = entry.states.iter().map(|s| s.0).collect();
        assert_eq!(states.len(), entry.states.len(), "{name}: a state number twice");
        assert!(!states.contains(&0) && !verbs.contains(&0), "{name}: numbers start at 1");
    });
}

#[test]
fn shared_fields_have_the_shared_numbers() {
    let shared = BTreeMap::from([
        (1, "happened_at"),
        (2, "position"),
        (3, "place"),
        (4, "state"),
        (9, "note"),
        (10, "observed_at"),
        (11, "radius_m"),
    ]);
    each(|entry, name| {
        for field in entry.fields {
            let is_shared = shared.values().any(|s| *s == field.name);
            if field.number < 12 || is_shared {
                assert_eq!(shared.get(&field.number), Some(&field.name), "{name}.{}", field.name);
            }
        }
        let has_state = entry.field_numbered(VERB).is_some();
        assert_eq!(has_state, !entry.states.is_empty(), "{name}: states and their field");
    });
}

#[test]
fn tables_name_what_exists_and_every_state_is_reached() {
    each(|entry, name| {
        let state = |s: &str| entry.states.iter().any(|x| x.1 == s);
        for verb in entry.verbs {
            assert!(verb.op < entry.ops.len(), "{name}.{}: no such op", verb.name);
            assert!(entry.edges.iter().any(|e| e.verb == verb.name), "{name}.{}", verb.name);
            for field in verb.needs.iter().chain(verb.may) {
                let found = entry.field(field).is_some_and(|f| f.number != VERB);
                assert!(found, "{name}.{}: no field {field}", verb.name);
            }
        }
        for edge in entry.edges {
            assert!(entry.verb(edge.verb).is_some(), "{name}: no verb {}", edge.verb);
            assert!(edge.from.into_iter().chain(edge.to).all(state), "{name}.{}", edge.verb);
            assert!(!edge.grant.is_empty() && !edge.source.is_empty(), "{name}.{}", edge.verb);
            let same = |e: &&ledger::Edge| e.verb == edge.verb && e.from == edge.from;
            assert_eq!(entry.edges.iter().filter(same).count(), 1, "{name}: two {}", edge.verb);
        }
        let mut reached = BTreeSet::from([None]);
        for _ in entry.edges {
            let steps = entry.edges.iter().filter(|e| reached.contains(&e.from) && e.to.is_some());
            reached.extend(steps.map(|e| e.to).collect::<Vec<_>>());
        }
        let lost = entry.states.iter().filter(|s| !reached.contains(&Some(s.1)));
        assert_eq!(lost.collect::<Vec<_>>(), Vec::<&(u8, &str)>::new(), "{name}: never reached");
        let brought: BTreeSet<&str> =
            entry.verbs.iter().flat_map(|v| v.needs.iter().chain(v.may)).copied().collect();
        for field in entry.fields.iter().filter(|f| f.number >= 12) {
            assert!(brought.contains(field.name), "{name}: no verb brings {}", field.name);
        }
    });
}

/// Every part and code list inside a shape.
fn inside(name: &str, shape: &Shape, parts: &mut BTreeSet<String>, codes: &mut BTreeSet<String>) {
    match shape {
        Shape::Code(list) => codes.extend(list.iter().map(|c| format!("code.{name}.{}", c.1))),
        Shape::List(inner, _) => inside(name, inner, parts, codes),
        Shape::Record(list) => {
            for (_, part, shape) in *list {
                parts.insert(format!("part.{part}"));
                inside(part, shape, parts, codes);
            }
        }
        _ => {}
    }
}

fn words_owed(entry: &Entry) -> BTreeSet<String> {
    let mut owed = BTreeSet::from(["entity.name".to_owned(), "entity.one".to_owned()]);
    owed.extend(entry.states.iter().map(|s| format!("state.{}", s.1)));
    owed.extend(entry.verbs.iter().map(|v| format!("verb.{}", v.name)));
    owed.extend(entry.fields.iter().map(|f| format!("field.{}", f.name)));
    let (mut parts, mut codes) = (BTreeSet::new(), BTreeSet::new());
    for field in entry.fields {
        inside(field.name, &field.shape, &mut parts, &mut codes);
    }
    owed.extend(parts);
    owed.extend(codes);
    owed.extend(refusals_of(entry).into_iter().map(|r| format!("refusal.{r}")));
    owed
}

/// Refusal codes written in the entity's folder, and in its context's shared files where it uses
/// them.
///
/// A code is what stands first in `Refusal::new`, or in a call that passes one on as its last
/// argument.
fn refusals_of(entry: &Entry) -> BTreeSet<String> {
    let context = root().join("contexts").join(entry.context).join("src");
    let read = |path: &Path| std::fs::read_to_string(path).expect("a source file");
    let folder = std::fs::read_dir(context.join(entry.kind.name)).expect("the entity's folder");
    let mut texts: Vec<String> = folder
        .map(|f| f.expect("a file").path())
        .filter(|p| p.extension().is_some_and(|e| e == "rs") && !p.ends_with("tests.rs"))
        .map(|p| read(&p))
        .collect();
    let shared = std::fs::read_dir(&context).expect("the context's folder");
    for path in shared.map(|f| f.expect("a file").path()).filter(|p| p.is_file()) {
        let module = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default().to_owned();
        let calls = ["check", "readiness_is_whole"];
        let uses = |t: &String| calls.iter().any(|c| t.contains(&format!("{module}::{c}")));
        if module != "lib" && texts.iter().any(uses) {
            texts.push(read(&path));
        }
    }
    let literal = |t: &str| Some(t.trim_start().strip_prefix('"')?.split('"').next()?.to_owned());
    let made =
        |t: &String| t.split("Refusal::new(").skip(1).filter_map(literal).collect::<Vec<_>>();
    let passed = |t: &String| {
        let calls = t.split("(view, cx, ").skip(1);
        calls.filter_map(literal).collect::<Vec<_>>()
    };
    texts.iter().flat_map(|t| [made(t), passed(t)].concat()).collect()
}

fn root() -> std::path::PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = here.ancestors().find(|p| p.join("contexts").is_dir() && p.join("tables").is_dir());
    found.expect("the checkout").to_owned()
}

fn words_there(entry: &Entry) -> BTreeMap<String, (String, String)> {
    fn walk(path: &str, table: &toml::Table, out: &mut BTreeMap<String, (String, String)>) {
        let word = |key: &str| table.get(key).and_then(toml::Value::as_str).map(str::to_owned);
        if let (Some(zh), Some(en)) = (word("zh"), word("en")) {
            out.insert(path.to_owned(), (zh, en));
            return;
        }
        for (key, value) in table {
            let inner = value.as_table().expect("a table of words");
            walk(format!("{path}.{key}").trim_start_matches('.'), inner, out);
        }
    }
    let mut out = BTreeMap::new();
    walk("", &entry.labels.parse().expect("labels.toml"), &mut out);
    out
}

#[test]
fn no_word_is_missing_and_none_too_many() {
    let mut faults = Vec::new();
    each(|entry, name| {
        let there: BTreeSet<String> = words_there(entry).into_keys().collect();
        let owed = words_owed(entry);
        faults.extend(owed.difference(&there).map(|w| format!("{name}: {w} is missing")));
        faults.extend(there.difference(&owed).map(|w| format!("{name}: {w} is too many")));
    });
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn words_are_short_and_speak_as_the_service_does() {
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let asks =
        |zh: &str| zh.split(['。', '\u{ff0c}', '\u{ff1b}']).any(|part| part.starts_with('请'));
    let mut faults = Vec::new();
    each(|entry, name| {
        for (path, (zh, en)) in words_there(entry) {
            let refusal = path.starts_with("refusal.");
            let whole = zh.ends_with('。') && en.ends_with('.');
            let short = zh.chars().filter(|c| is_han(*c)).count() <= 8 && en.chars().count() <= 22;
            let fits = if refusal { whole } else { short };
            let loud = zh.contains(['!', '\u{ff01}']) || en.contains('!') || asks(&zh);
            let in_its_script =
                !zh.contains([',', ';']) && zh.chars().any(is_han) && !en.chars().any(is_han);
            if !fits || loud || !in_its_script {
                faults.push(format!("{name}.{path}: {zh} / {en}"));
            }
        }
    });
    assert_eq!(faults, Vec::<String>::new());
}

/// A row of the table of posts.
struct Post {
    rank: u8,
    roles: Roles,
    acts: BTreeSet<String>,
}

struct Posts(BTreeMap<String, Post>);

fn posts(pack: &str) -> Posts {
    let path = root().join("tables").join(pack).join("directory/posts.toml");
    let text = std::fs::read_to_string(path).expect("the table of posts");
    let table: toml::Table = text.parse().expect("posts.toml");
    let texts = |row: &toml::Value, name: &str| -> BTreeSet<String> {
        let list = row.get(name).and_then(toml::Value::as_array).expect("a list");
        list.iter().map(|a| a.as_str().expect("a text").to_owned()).collect()
    };
    let post = |row: &toml::Value| Post {
        rank: row["rank"].as_integer().and_then(|r| u8::try_from(r).ok()).expect("a rank"),
        roles: Roles(texts(row, "roles").iter().map(|r| role(r).0).sum()),
        acts: texts(row, "acts"),
    };
    let rows = table.get("post").and_then(toml::Value::as_table).expect("posts");
    Posts(rows.iter().map(|(kind, row)| (kind.clone(), post(row))).collect())
}

fn role(name: &str) -> Roles {
    match name {
        "issue" => Roles::ISSUE,
        "owner" => Roles::OWNER,
        "road" => Roles::ROAD,
        "expert" => Roles::EXPERT,
        "response" => Roles::RESPONSE,
        _ => panic!("no role {name}"),
    }
}

impl Posts {
    fn may(&self, post: &str, act: &str) -> bool {
        self.0.get(post).is_some_and(|p| p.acts.contains(act) || p.acts.contains("*"))
    }
}

#[test]
fn ranks_are_those_of_the_house() {
    let cn = posts("cn");
    let ranks = [
        ("reporter", 10),
        ("township_duty", 20),
        ("onscene_commander", 30),
        ("county_duty", 40),
        ("county_verifier", 50),
        ("county_commander", 50),
        ("city_duty", 60),
        ("province_duty", 70),
        ("nation_duty", 80),
    ];
    for (post, rank) in ranks {
        assert_eq!(cn.0.get(post).map(|p| p.rank), Some(rank), "{post}");
    }
    let may = |act: &str| cn.0.iter().filter(|p| p.1.acts.contains(act)).collect::<Vec<_>>();
    for (post, row) in may("response.decide") {
        assert!(row.roles.has(Roles::RESPONSE), "{post} decides a level that would not hold");
    }
    for (post, row) in may("alert.issue") {
        assert!(row.rank >= 40, "{post} issues warnings");
    }
}

#[test]
fn somebody_may_do_every_act_and_no_post_has_an_act_that_is_none() {
    // Acts of `node` itself, beside the rows of state tables.
    let own = ["dispute.settle", "account.keep", "record.read", "bundle.carry", "exercise.play"];
    let mut acts: BTreeSet<String> = own.iter().map(|a| (*a).to_owned()).collect();
    let cn = posts("cn");
    each(|entry, name| {
        for edge in entry.edges {
            let held = cn.0.keys().any(|p| cn.may(p, edge.grant));
            assert!(held, "{name}.{}: nobody holds {}", edge.verb, edge.grant);
            acts.insert(edge.grant.to_owned());
        }
    });
    for pack in ["cn", "exercise"] {
        for (post, row) in posts(pack).0 {
            let unknown: Vec<_> = row.acts.difference(&acts).filter(|a| *a != "*").collect();
            assert!(unknown.is_empty(), "{pack} {post}: {unknown:?}");
        }
    }
}

#[test]
fn hazard_kinds_are_the_kernels() {
    let Shape::Code(codes) = ledger::shape::HAZARD_KINDS else { panic!("a list of codes") };
    let kernel: Vec<(u8, &str)> =
        kernel::HazardKind::ALL.iter().map(|k| (*k as u8, k.name())).collect();
    assert_eq!(codes, kernel);
}
