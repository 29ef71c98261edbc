//! Small XML documents from strangers, as a tree, under limits.
//!
//! Field standards travel as XML, and XML brings tricks: entity bombs, outside documents, endless
//! nesting. This reader knows none of them: no document type, no entity but the five of XML, no
//! file, no connection. It keeps elements, attributes and text; comments and processing
//! instructions are passed over. It does not check a schema.

mod encoding;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use encoding::decode;
pub use read::parse;
pub(crate) use write::Out;

/// What an XML document from outside may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size of the document in bytes, as it came.
    pub bytes: usize,
    /// Elements inside each other.
    pub depth: usize,
    /// Attributes of one element, namespace declarations among them.
    pub attributes: usize,
    /// Elements in all.
    pub elements: usize,
}

impl Limits {
    /// The limits of an alert or an envelope of alerts: 8 MiB, 32 deep, 64 attributes,
    /// 100,000 elements.
    ///
    /// Source: house, limits on input (depth 32).
    pub const ALERT: Limits =
        Limits { bytes: 8 << 20, depth: 32, attributes: 64, elements: 100_000 };
}

/// Why a document could not be read. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// The document is larger than the limit.
    #[error("the document has {bytes} bytes, more than the {limit} allowed")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The declared encoding is not one of UTF-8, UTF-16 and ISO-8859-1.
    #[error("the encoding {0:?} is not read here (UTF-8, UTF-16 and ISO-8859-1 are)")]
    Encoding(String),
    /// The bytes are not what the encoding says.
    #[error("line {line}: these bytes are not {encoding}")]
    NotText {
        /// The encoding.
        encoding: &'static str,
        /// Where.
        line: usize,
    },
    /// A character that XML 1.0 forbids, as such or as a reference.
    #[error("line {line}: the character U+{code:04X} is not allowed in XML")]
    ForbiddenCharacter {
        /// The character's number.
        code: u32,
        /// Where.
        line: usize,
    },
    /// A document type declaration: refused before anything in it is looked at.
    #[error("line {line}: a document type declaration (DTD) is not allowed")]
    DocumentType {
        /// Where.
        line: usize,
    },
    /// An entity other than the five of XML.
    #[error("line {line}: the entity &{name}; is not defined")]
    Entity {
        /// Its name.
        name: String,
        /// Where.
        line: usize,
    },
    /// Elements inside each other beyond the limit.
    #[error("line {line}: more than {limit} elements inside each other")]
    TooDeep {
        /// The limit.
        limit: usize,
        /// Where.
        line: usize,
    },
    /// More attributes in one element than the limit.
    #[error("line {line}: the element {element} has more than {limit} attributes")]
    TooManyAttributes {
        /// The element.
        element: String,
        /// The limit.
        limit: usize,
        /// Where.
        line: usize,
    },
    /// More elements than the limit.
    #[error("line {line}: more than {limit} elements")]
    TooManyElements {
        /// The limit.
        limit: usize,
        /// Where.
        line: usize,
    },
    /// A prefix that stands for no namespace.
    #[error("line {line}: the prefix {prefix:?} stands for no namespace")]
    UnknownPrefix {
        /// The prefix.
        prefix: String,
        /// Where.
        line: usize,
    },
    /// The document ends inside an element.
    #[error("line {line}: the document is cut off inside the element {open}")]
    Truncated {
        /// The innermost element still open.
        open: String,
        /// Where it ends.
        line: usize,
    },
    /// There is no element at all.
    #[error("there is no XML element in the document")]
    Empty,
    /// Not well formed in another way.
    #[error("line {line}: not well-formed XML ({reason})")]
    Malformed {
        /// What is wrong, in the parser's words.
        reason: String,
        /// Where.
        line: usize,
    },
}

/// An element with what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Element {
    /// The namespace it is in; `None` where it is in none.
    pub namespace: Option<String>,
    /// The name without a prefix.
    pub name: String,
    /// Attributes by their written name, in order, namespace declarations left out.
    pub attributes: Vec<(String, String)>,
    /// Texts and elements, in order.
    pub children: Vec<Node>,
    /// The line it starts on.
    pub line: usize,
}

/// What an element holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// An element.
    Element(Element),
    /// A text, with references resolved and line ends made `\n`.
    Text(String),
}

impl Element {
    /// The elements inside, in order.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// All text directly inside, joined.
    pub fn text(&self) -> String {
        self.children.iter().fold(String::new(), |mut all, node| {
            if let Node::Text(text) = node {
                all.push_str(text);
            }
            all
        })
    }

    /// Whether it is this element of this namespace.
    pub fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace.as_deref() == Some(namespace) && self.name == name
    }

    /// The element as XML again, each namespace declared where it first differs from outside.
    pub fn to_xml(&self) -> String {
        write::element_to_xml(self)
    }
}
