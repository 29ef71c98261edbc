//! The technology compatibility kit of DMN as an oracle of conditions and hit policies.
//!
//! Reads `../shared/data/dmn` beside the checkout, or `$ANLAN_SHARED/data/dmn`; skipped where
//! absent.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{day, head};
use crate::{Explanation, Inputs, Table, Value, evaluate};

#[test]
fn the_cases_of_the_compatibility_kit_hold() {
    let Some(folder) = folder() else {
        println!("skipped: no shared/data/dmn beside the checkout or in $ANLAN_SHARED");
        return;
    };
    let mut cases = 0;
    let mut folders: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.is_dir())
        .collect();
    folders.sort();
    assert_eq!(folders.len(), 8);
    for folder in folders {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let model = Node::read(&folder.join(format!("{name}.dmn")));
        let tests = Node::read(&folder.join(format!("{name}-test-01.xml")));
        cases += check(&name, &model, &tests);
    }
    assert_eq!(cases, 24);
}

fn folder() -> Option<PathBuf> {
    // Tests may look at the machine; the engine itself may not.
    #[allow(clippy::disallowed_methods)]
    let named = std::env::var("ANLAN_SHARED").ok().map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = named.unwrap_or(beside).join("data/dmn");
    folder.is_dir().then_some(folder)
}

/// An XML element: enough of a tree for these files.
#[derive(Default)]
struct Node {
    name: String,
    attributes: BTreeMap<String, String>,
    text: String,
    children: Vec<Node>,
}

impl Node {
    fn read(path: &Path) -> Node {
        let text = std::fs::read_to_string(path).unwrap();
        let mut reader = Reader::from_str(&text);
        let mut stack = vec![Node::default()];
        loop {
            match reader.read_event().unwrap() {
                Event::Start(e) => stack.push(Node::begin(&e)),
                Event::Empty(e) => {
                    let node = Node::begin(&e);
                    stack.last_mut().unwrap().children.push(node);
                }
                Event::End(_) => {
                    let node = stack.pop().unwrap();
                    stack.last_mut().unwrap().children.push(node);
                }
                Event::Text(t) => stack.last_mut().unwrap().text += t.trim(),
                Event::GeneralRef(r) => {
                    stack.last_mut().unwrap().text += match &*r {
                        "lt" => "<",
                        "gt" => ">",
                        "quot" => "\"",
                        other => panic!("entity {other}"),
                    }
                }
                Event::Eof => return stack.pop().unwrap(),
                _ => {}
            }
        }
    }

    fn begin(e: &quick_xml::events::BytesStart) -> Node {
        let local = |name: &str| name.rsplit(':').next().unwrap().to_owned();
        let attribute = |a: quick_xml::events::attributes::Attribute| {
            (local(a.key.as_ref()), a.value.into_owned())
        };
        Node {
            name: local(e.name().as_ref()),
            attributes: e.attributes().map(|a| attribute(a.unwrap())).collect(),
            ..Node::default()
        }
    }

    fn all<'n>(&'n self, name: &str, found: &mut Vec<&'n Node>) {
        for child in &self.children {
            if child.name == name {
                found.push(child);
            }
            child.all(name, found);
        }
    }

    fn every(&self, name: &str) -> Vec<&Node> {
        let mut found = Vec::new();
        self.all(name, &mut found);
        found
    }

    fn texts(&self) -> String {
        self.every("text").iter().map(|t| t.text.clone()).collect()
    }
}

/// The words in quotes of a cell.
fn words(cell: &str) -> Vec<String> {
    cell.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

struct Column {
    name: String,
    kind: &'static str,
    words: Vec<String>,
}

/// What a column holds, told from its cells and its list of values.
fn column(name: String, listed: &str, cells: &[&str]) -> Column {
    let mut known = words(listed);
    let more: BTreeSet<String> = cells.iter().flat_map(|c| words(c)).collect();
    known.extend(more.into_iter().filter(|w| !listed.contains(&format!("\"{w}\""))));
    let kind = if !known.is_empty() {
        "text"
    } else if cells.iter().any(|c| *c == "true" || *c == "false") {
        "bool"
    } else {
        "decimal"
    };
    Column { name, kind, words: known }
}

impl Column {
    fn toml(&self, section: &str) -> String {
        let values = if self.words.is_empty() {
            String::new()
        } else {
            format!("values = {:?}\n", self.words)
        };
        format!("[[{section}]]\nname = {:?}\nkind = \"{}\"\n{values}", self.name, self.kind)
    }
}

fn as_table(model: &Node) -> (Table, Vec<String>) {
    let decision = model.every("decisionTable")[0];
    let rules = decision.every("rule");
    let cells = |kind: &str, nth: usize| -> Vec<String> {
        rules.iter().map(|r| r.every(kind)[nth].texts()).collect()
    };
    let values = |n: &Node, kind: &str| n.every(kind).iter().map(|v| v.texts()).collect::<String>();
    let mut columns = Vec::new();
    for (nth, input) in decision.every("input").iter().enumerate() {
        let name = input.every("inputExpression")[0].texts();
        let own = cells("inputEntry", nth);
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        columns.push(column(name, &values(input, "inputValues"), &own));
    }
    let mut outputs = Vec::new();
    for (nth, output) in decision.every("output").iter().enumerate() {
        let name = output.attributes.get("name").cloned().unwrap_or_default();
        let own = cells("outputEntry", nth);
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        let name = if name.is_empty() { "result".to_owned() } else { name };
        outputs.push(column(name, &values(output, "outputValues"), &own));
    }
    let policy = match decision.attributes.get("hitPolicy").map(String::as_str) {
        None | Some("UNIQUE") => "unique",
        Some("ANY") => "any",
        Some("FIRST") => "first",
        Some("PRIORITY") => "priority",
        Some("RULE ORDER") => "rule_order",
        Some("COLLECT") if decision.attributes.contains_key("aggregation") => "collect_sum",
        Some("COLLECT") => "collect",
        other => panic!("{other:?}"),
    };
    let mut text = head(policy);
    columns.iter().for_each(|c| text += &c.toml("input"));
    outputs.iter().for_each(|c| text += &c.toml("output"));
    for (nth, rule) in rules.iter().enumerate() {
        let pairs = |columns: &[Column], kind: &str| -> String {
            let entries = rule.every(kind);
            let pair = |(c, e): (&Column, &&Node)| match c.kind {
                // A result is a plain value; a condition keeps its notation.
                _ if kind == "outputEntry" => format!("{:?} = {}", c.name, e.texts()),
                _ => format!("{:?} = {:?}", c.name, e.texts()),
            };
            columns.iter().zip(&entries).map(pair).collect::<Vec<_>>().join(", ")
        };
        let (when, then) = (pairs(&columns, "inputEntry"), pairs(&outputs, "outputEntry"));
        text += &super::row(&format!("R{nth}"), &when, &then);
    }
    (super::read(&text), outputs.into_iter().map(|o| o.name).collect())
}

fn value(node: &Node) -> Value {
    match node.attributes.get("type").map(String::as_str) {
        Some("xsd:boolean") => Value::Bool(node.text == "true"),
        Some("xsd:decimal") => Value::Number(node.text.parse().unwrap()),
        _ => Value::from(node.text.as_str()),
    }
}

fn check(name: &str, model: &Node, tests: &Node) -> usize {
    let (table, outputs) = as_table(model);
    let cases = tests.every("testCase");
    for case in &cases {
        let mut given = Inputs::new();
        for input in case.every("inputNode") {
            let known = crate::Input::known(value(input.every("value")[0]), "kit", None);
            given.insert(input.attributes["name"].clone(), known);
        }
        let answer = evaluate(&table, &given, day("2026-07-23")).unwrap();
        let expected = case.every("expected")[0];
        let what = format!("{name} case {}", case.attributes["id"]);
        compare(&what, &answer, &outputs, expected);
    }
    cases.len()
}

fn compare(what: &str, answer: &Explanation, outputs: &[String], expected: &Node) {
    let items = expected.every("item");
    let items = if items.is_empty() { vec![expected] } else { items };
    let expected: Vec<BTreeMap<String, Value>> = items
        .iter()
        .map(|item| {
            let parts = item.every("component");
            if parts.is_empty() {
                return BTreeMap::from([(outputs[0].clone(), value(item.every("value")[0]))]);
            }
            let part = |p: &&Node| (p.attributes["name"].clone(), value(p.every("value")[0]));
            parts.iter().map(part).collect()
        })
        .collect();
    if let Some(sum) = &answer.decision.aggregate {
        assert_eq!(sum.low, sum.high, "{what}");
        assert_eq!(sum.low.as_ref(), expected[0].get(&outputs[0]), "{what}");
        return;
    }
    let found: Vec<BTreeMap<String, Value>> =
        answer.decision.must.iter().map(|o| (*o.values).clone()).collect();
    assert_eq!(found, expected, "{what}");
}
