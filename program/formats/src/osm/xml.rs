//! The XML form, plain or gzipped, element by element.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use kernel::{LonLat, UnixSeconds};
use quick_xml::XmlVersion;
use quick_xml::errors::Error;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::source::{Member, Sink, buffered};
use super::{Limits, OsmError};

/// How much text one tag may take, so that a text without any `>` does not fill the memory.
const TAG_BYTES_MAX: u64 = 1 << 20;

/// A reader that stops at a size, and at a tag that never ends.
pub(super) struct Guard<R> {
    inner: R,
    total: u64,
    limit: u64,
    since_event: Rc<Cell<u64>>,
    over: Rc<Cell<bool>>,
}

impl<R> Guard<R> {
    pub(super) fn new(inner: R, limit: u64) -> Self {
        let (since_event, over) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(false)));
        Guard { inner, total: 0, limit, since_event, over }
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        self.total += count as u64;
        self.since_event.set(self.since_event.get() + count as u64);
        if self.total > self.limit || self.since_event.get() > TAG_BYTES_MAX {
            self.over.set(true);
            return Err(io::Error::other("over the limit"));
        }
        Ok(count)
    }
}

/// The element being read.
enum Open {
    Node(i64, Option<LonLat>),
    Way(i64, Vec<i64>),
    Relation(i64, Vec<(i64, String)>),
}

impl Open {
    fn label(&self) -> String {
        match self {
            Open::Node(id, _) => format!("node/{id}"),
            Open::Way(id, _) => format!("way/{id}"),
            Open::Relation(id, _) => format!("relation/{id}"),
        }
    }
}

struct State<'s> {
    sink: &'s mut dyn Sink,
    limits: &'s Limits,
    open: Option<Open>,
    tags: Vec<(String, String)>,
    after: String,
    depth: usize,
    root: bool,
}

pub(super) fn read<R: Read>(
    guard: Guard<R>,
    gzipped: bool,
    sink: &mut dyn Sink,
    limits: &Limits,
) -> Result<(), OsmError> {
    let (since_event, over, total) = (guard.since_event.clone(), guard.over.clone(), guard.limit);
    let mut reader = Reader::from_reader(buffered(guard));
    let after = "the start".to_owned();
    let mut state =
        State { sink, limits, open: None, tags: Vec::new(), after, depth: 0, root: false };
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        since_event.set(0);
        let offset = reader.buffer_position();
        let event = match reader.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(_) if over.get() => {
                return Err(OsmError::TooLarge {
                    what: "bytes of text or of one tag",
                    limit: total,
                });
            }
            Err(error) => return Err(syntax(error, reader.error_position(), gzipped, &state)),
        };
        match event {
            Event::Start(start) => {
                state.start(&start, offset)?;
                state.depth += 1;
                if state.depth > 8 {
                    return Err(state.wrong(offset, "elements too deep inside each other"));
                }
            }
            Event::Empty(start) => {
                state.start(&start, offset)?;
                state.end(start.name().into_inner())?;
            }
            Event::End(end) => {
                state.depth = state.depth.saturating_sub(1);
                state.end(end.name().into_inner())?;
            }
            Event::DocType(_) => return Err(OsmError::DocumentType { offset }),
            Event::Eof if state.depth > 0 || !state.root => {
                return Err(OsmError::Truncated { offset, after: state.after });
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn syntax(error: Error, offset: u64, gzipped: bool, state: &State<'_>) -> OsmError {
    let after = state.after.clone();
    match error {
        Error::Io(io) if io.kind() == io::ErrorKind::UnexpectedEof => {
            OsmError::Truncated { offset, after }
        }
        Error::Io(_) if gzipped => OsmError::Gzip { offset, after },
        Error::Syntax(_) => OsmError::Truncated { offset, after },
        error => state.wrong(offset, &error.to_string()),
    }
}

impl State<'_> {
    fn wrong(&self, offset: u64, reason: &str) -> OsmError {
        let reason = reason.chars().take(200).collect();
        OsmError::Xml { offset, after: self.after.clone(), reason }
    }

    fn start(&mut self, start: &BytesStart<'_>, offset: u64) -> Result<(), OsmError> {
        let name = start.name().into_inner().to_owned();
        if !self.root {
            if name != "osm" {
                return Err(OsmError::Root(name.chars().take(80).collect()));
            }
            self.root = true;
            return Ok(());
        }
        match (name.as_str(), &mut self.open) {
            ("node", None) => {
                self.open = Some(self.node(start, offset)?);
            }
            ("way", None) => {
                let [id, changed] = self.attributes(start, offset, ["id", "timestamp"])?;
                self.changed(changed);
                self.open = Some(Open::Way(number(&name, "id", id)?, Vec::new()));
            }
            ("relation", None) => {
                let [id, changed] = self.attributes(start, offset, ["id", "timestamp"])?;
                self.changed(changed);
                self.open = Some(Open::Relation(number(&name, "id", id)?, Vec::new()));
            }
            ("tag", Some(_)) => {
                let [key, value] = self.attributes(start, offset, ["k", "v"])?;
                if self.tags.len() as u64 >= self.limits.members {
                    return Err(OsmError::TooLarge {
                        what: "tags of one element",
                        limit: self.limits.members,
                    });
                }
                self.tags.push((key.unwrap_or_default(), value.unwrap_or_default()));
            }
            ("nd", Some(Open::Way(way, _))) => {
                let element = format!("way/{way}");
                let [node] = self.attributes(start, offset, ["ref"])?;
                let node = number(&element, "ref", node)?;
                if let Some(Open::Way(_, nodes)) = &mut self.open {
                    nodes.push(node);
                    within(nodes.len(), "nodes of one way", self.limits)?;
                }
            }
            ("member", Some(Open::Relation(relation, _))) => {
                let element = format!("relation/{relation}");
                let [kind, way, role] = self.attributes(start, offset, ["type", "ref", "role"])?;
                let way = number(&element, "ref", way)?;
                if let Some(Open::Relation(_, ways)) = &mut self.open {
                    if kind.as_deref() == Some("way") {
                        ways.push((way, role.unwrap_or_default()));
                    }
                    within(ways.len(), "members of one relation", self.limits)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn node(&mut self, start: &BytesStart<'_>, offset: u64) -> Result<Open, OsmError> {
        let names = ["id", "lon", "lat", "timestamp"];
        let [id, lon, lat, changed] = self.attributes(start, offset, names)?;
        self.changed(changed);
        let id = number("node", "id", id)?;
        let label = format!("node/{id}");
        // A deleted node of a change file has no position; it is no node of the map.
        let at = match (lon, lat) {
            (None, None) => None,
            (lon, lat) => {
                let degrees = |text: Option<String>, attribute| {
                    text.and_then(|text| text.trim().parse::<f64>().ok())
                        .ok_or(OsmError::Attribute { element: label.clone(), attribute })
                };
                LonLat::from_degrees(degrees(lon, "lon")?, degrees(lat, "lat")?)
            }
        };
        Ok(Open::Node(id, at))
    }

    /// A time that cannot be read says nothing; the map is none the worse for it.
    fn changed(&mut self, at: Option<String>) {
        if let Some(at) = at.and_then(|text| text.trim().parse::<UnixSeconds>().ok()) {
            self.sink.changed(at);
        }
    }

    fn attributes<const N: usize>(
        &self,
        start: &BytesStart<'_>,
        offset: u64,
        names: [&str; N],
    ) -> Result<[Option<String>; N], OsmError> {
        let mut found = [const { None }; N];
        for (number, attribute) in start.attributes().with_checks(false).enumerate() {
            if number >= 64 {
                return Err(self.wrong(offset, "more than 64 attributes"));
            }
            let attribute = attribute.map_err(|error| self.wrong(offset, &error.to_string()))?;
            let key = attribute.key.into_inner();
            if let Some(at) = names.iter().position(|name| *name == key) {
                let value = attribute
                    .normalized_value(XmlVersion::Implicit1_0)
                    .map_err(|error| self.wrong(offset, &error.to_string()))?;
                found[at] = Some(value.into_owned());
            }
        }
        Ok(found)
    }

    fn end(&mut self, name: &str) -> Result<(), OsmError> {
        if !matches!(name, "node" | "way" | "relation") {
            return Ok(());
        }
        let Some(open) = self.open.take() else { return Ok(()) };
        self.after = open.label();
        let owned = std::mem::take(&mut self.tags);
        let tags: Vec<(&str, &str)> =
            owned.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        match open {
            Open::Node(id, at) => self.sink.node(id, at, &tags),
            Open::Way(id, nodes) => self.sink.way(id, &nodes, &tags),
            Open::Relation(id, ways) => {
                let ways: Vec<Member<'_>> =
                    ways.iter().map(|(way, role)| Member { way: *way, role }).collect();
                self.sink.relation(id, &ways, &tags)
            }
        }
    }
}

fn within(count: usize, what: &'static str, limits: &Limits) -> Result<(), OsmError> {
    if count as u64 > limits.members {
        return Err(OsmError::TooLarge { what, limit: limits.members });
    }
    Ok(())
}

fn number(element: &str, attribute: &'static str, text: Option<String>) -> Result<i64, OsmError> {
    text.and_then(|text| text.trim().parse().ok())
        .ok_or_else(|| OsmError::Attribute { element: element.to_owned(), attribute })
}
