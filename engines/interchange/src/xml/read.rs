//! From text to a tree.

use quick_xml::XmlVersion;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use super::{Element, Limits, Node, XmlError};

/// The root element of an XML document.
///
/// # Errors
/// Anything not well formed, beyond the limits, or refused as dangerous; see [`XmlError`].
pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Element, XmlError> {
    if bytes.len() > limits.bytes {
        return Err(XmlError::TooLarge { bytes: bytes.len(), limit: limits.bytes });
    }
    let text = super::decode(bytes)?;
    no_forbidden_character(&text)?;
    Tree { text: &text, limits, lines: Lines::default(), elements: 0, open: Vec::new(), root: None }
        .build()
}

/// Whether XML 1.0 allows the character.
pub(super) fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{FFFD}' | '\u{10000}'..)
}

fn no_forbidden_character(text: &str) -> Result<(), XmlError> {
    match text.char_indices().find(|(_, c)| !is_allowed(*c)) {
        None => Ok(()),
        Some((at, c)) => {
            let line = 1 + text[..at].matches('\n').count();
            Err(XmlError::ForbiddenCharacter { code: u32::from(c), line })
        }
    }
}

/// Line numbers for positions that only grow, so that the text is counted once.
#[derive(Default)]
struct Lines {
    at: usize,
    line: usize,
}

impl Lines {
    fn at(&mut self, text: &str, position: u64) -> usize {
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(text.len());
        if position > self.at {
            let passed = &text.as_bytes()[self.at..position];
            self.line += passed.iter().filter(|&&byte| byte == b'\n').count();
            self.at = position;
        }
        self.line + 1
    }
}

struct Tree<'t> {
    text: &'t str,
    limits: &'t Limits,
    lines: Lines,
    elements: usize,
    open: Vec<Element>,
    root: Option<Element>,
}

impl Tree<'_> {
    fn build(mut self) -> Result<Element, XmlError> {
        let mut reader = NsReader::from_str(self.text);
        loop {
            let before = reader.buffer_position();
            let (namespace, event) = match reader.read_resolved_event() {
                Ok((namespace, event)) => (namespace_of(namespace), event),
                Err(error) => {
                    let line = self.lines.at(self.text, reader.error_position());
                    return Err(self.syntax(error, line));
                }
            };
            let line = self.lines.at(self.text, before);
            match event {
                Event::Start(start) => {
                    let element = self.start(&start, namespace, line)?;
                    self.open.push(element);
                }
                Event::Empty(start) => {
                    let element = self.start(&start, namespace, line)?;
                    self.close(element, line)?;
                }
                Event::End(_) => match self.open.pop() {
                    Some(element) => self.close(element, line)?,
                    None => return Err(malformed("an end without a start", line)),
                },
                Event::Text(text) => self.add_text(&text.xml10_content(), line)?,
                Event::CData(text) => self.add_text(&text.xml10_content(), line)?,
                Event::GeneralRef(name) => {
                    let text = resolve(&name, line)?;
                    self.add_text(&text, line)?;
                }
                Event::DocType(_) => return Err(XmlError::DocumentType { line }),
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
                Event::Eof => break,
            }
        }
        let line = self.lines.at(self.text, self.text.len() as u64);
        match (self.open.pop(), self.root) {
            (Some(open), _) => Err(XmlError::Truncated { open: open.name, line }),
            (None, Some(root)) => Ok(root),
            (None, None) => Err(XmlError::Empty),
        }
    }

    fn syntax(&self, error: Error, line: usize) -> XmlError {
        match (error, self.open.last()) {
            (Error::Syntax(_), Some(open)) => XmlError::Truncated { open: open.name.clone(), line },
            (Error::IllFormed(IllFormedError::MissingEndTag(open)), _) => {
                XmlError::Truncated { open, line }
            }
            (error, _) => malformed(&error.to_string(), line),
        }
    }

    fn start(
        &mut self,
        start: &BytesStart<'_>,
        namespace: Result<Option<String>, String>,
        line: usize,
    ) -> Result<Element, XmlError> {
        let namespace =
            namespace.map_err(|prefix| XmlError::UnknownPrefix { prefix: short(&prefix), line })?;
        if self.open.len() >= self.limits.depth {
            return Err(XmlError::TooDeep { limit: self.limits.depth, line });
        }
        self.elements += 1;
        if self.elements > self.limits.elements {
            return Err(XmlError::TooManyElements { limit: self.limits.elements, line });
        }
        let name = start.local_name().into_inner().to_owned();
        let limit = self.limits.attributes;
        if start.attributes().with_checks(false).take(limit + 1).count() > limit {
            return Err(XmlError::TooManyAttributes { element: short(&name), limit, line });
        }
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| malformed(&error.to_string(), line))?;
            let key = attribute.key.into_inner();
            if key == "xmlns" || key.starts_with("xmlns:") {
                continue;
            }
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| malformed(&error.to_string(), line))?;
            no_forbidden_character(&value).map_err(|error| match error {
                XmlError::ForbiddenCharacter { code, .. } => {
                    XmlError::ForbiddenCharacter { code, line }
                }
                other => other,
            })?;
            attributes.push((key.to_owned(), value.into_owned()));
        }
        Ok(Element { namespace, name, attributes, children: Vec::new(), line })
    }

    fn close(&mut self, element: Element, line: usize) -> Result<(), XmlError> {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(element)),
            None if self.root.is_some() => {
                return Err(malformed("a second root element", line));
            }
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn add_text(&mut self, text: &str, line: usize) -> Result<(), XmlError> {
        let Some(open) = self.open.last_mut() else {
            let blank = text.chars().all(|c| matches!(c, ' ' | '\t' | '\r' | '\n'));
            return if blank { Ok(()) } else { Err(malformed("text outside the root", line)) };
        };
        match open.children.last_mut() {
            Some(Node::Text(before)) => before.push_str(text),
            _ if text.is_empty() => {}
            _ => open.children.push(Node::Text(text.to_owned())),
        }
        Ok(())
    }
}

fn namespace_of(resolved: ResolveResult<'_>) -> Result<Option<String>, String> {
    match resolved {
        ResolveResult::Bound(namespace) => Ok(Some(namespace.into_inner().to_owned())),
        ResolveResult::Unbound => Ok(None),
        ResolveResult::Unknown(prefix) => Err(prefix),
    }
}

fn resolve(name: &BytesRef<'_>, line: usize) -> Result<String, XmlError> {
    let number = name.resolve_char_ref().map_err(|error| malformed(&error.to_string(), line))?;
    if let Some(c) = number {
        return match is_allowed(c) {
            true => Ok(c.to_string()),
            false => Err(XmlError::ForbiddenCharacter { code: u32::from(c), line }),
        };
    }
    match name.xml10_content().as_ref() {
        "lt" => Ok("<".to_owned()),
        "gt" => Ok(">".to_owned()),
        "amp" => Ok("&".to_owned()),
        "apos" => Ok("'".to_owned()),
        "quot" => Ok("\"".to_owned()),
        other => Err(XmlError::Entity { name: short(other), line }),
    }
}

fn malformed(reason: &str, line: usize) -> XmlError {
    XmlError::Malformed { reason: reason.chars().take(200).collect(), line }
}

fn short(text: &str) -> String {
    text.chars().take(80).collect()
}
