//! Writing elements with their texts escaped.

use super::read::is_allowed;
use super::{Element, Node};

/// A document being written: two spaces a level, one element a line.
pub(crate) struct Out {
    text: String,
    depth: usize,
    /// The first forbidden character met, with the element it was in.
    forbidden: Option<(String, u32)>,
}

impl Out {
    pub(crate) fn new() -> Self {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
        Out { text, depth: 0, forbidden: None }
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.text.push_str("  ");
        }
    }

    /// Opens an element; `attributes` are written as they stand.
    pub(crate) fn open(&mut self, name: &str, attributes: &str) {
        self.indent();
        self.text.push('<');
        self.text.push_str(name);
        self.text.push_str(attributes);
        self.text.push_str(">\n");
        self.depth += 1;
    }

    pub(crate) fn close(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.indent();
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push_str(">\n");
    }

    /// An element that holds one text.
    pub(crate) fn leaf(&mut self, name: &str, value: &str) {
        if let Some(c) = value.chars().find(|c| !is_allowed(*c)) {
            self.forbidden.get_or_insert_with(|| (name.to_owned(), u32::from(c)));
        }
        self.indent();
        self.text.push('<');
        self.text.push_str(name);
        self.text.push('>');
        escape(value, &mut self.text);
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push_str(">\n");
    }

    /// The document, or the element and the character that XML cannot hold.
    pub(crate) fn finish(self) -> Result<Vec<u8>, (String, u32)> {
        match self.forbidden {
            None => Ok(self.text.into_bytes()),
            Some(met) => Err(met),
        }
    }
}

/// A carriage return is written as a reference, since readers make a plain one a line feed.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
}

pub(super) fn element_to_xml(element: &Element) -> String {
    let mut out = String::new();
    push(element, None, &mut out);
    out
}

fn push(element: &Element, outside: Option<&str>, out: &mut String) {
    out.push('<');
    out.push_str(&element.name);
    let namespace = element.namespace.as_deref();
    if namespace != outside {
        out.push_str(" xmlns=\"");
        escape(namespace.unwrap_or_default(), out);
        out.push('"');
    }
    for (name, value) in &element.attributes {
        // A prefix would need its own declaration; the local name is what people look for.
        let local = name.rsplit(':').next().unwrap_or(name);
        out.push(' ');
        out.push_str(local);
        out.push_str("=\"");
        escape(value, out);
        out.push('"');
    }
    if element.children.is_empty() {
        out.push_str("/>");
        return;
    }
    out.push('>');
    for child in &element.children {
        match child {
            Node::Element(inner) => push(inner, namespace, out),
            Node::Text(text) => escape(text, out),
        }
    }
    out.push_str("</");
    out.push_str(&element.name);
    out.push('>');
}
