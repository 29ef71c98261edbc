//! Why an alert was refused, or cannot be written.

use crate::xml::XmlError;

/// Why bytes are no alert that can be taken in. `within` names the place, as `info[1].area[0]`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CapError {
    /// The XML itself.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// Another version of CAP.
    #[error("the alert is in CAP version {version}; only version 1.2 is read")]
    Version {
        /// The version that its namespace names.
        version: String,
    },
    /// The root is an `alert`, but in another namespace or in none.
    #[error("the alert is in the namespace {namespace:?}, not in that of CAP 1.2")]
    Namespace {
        /// The namespace found; empty where there is none.
        namespace: String,
    },
    /// The root is something else.
    #[error("the document is no CAP alert: its root is the element {root:?}")]
    NotAnAlert {
        /// The root element.
        root: String,
    },
    /// A mandatory element is not there, or an identifying one is empty.
    #[error("{within}: the mandatory element {element} is missing")]
    Missing {
        /// The element.
        element: &'static str,
        /// Where.
        within: String,
    },
    /// An element that may stand once stands again.
    #[error("{within}: the element {element} stands more than once")]
    Repeated {
        /// The element.
        element: &'static str,
        /// Where.
        within: String,
    },
    /// A value that its code list or type does not have.
    #[error("{within}: {value:?} is no value of the element {element}")]
    Value {
        /// The element.
        element: &'static str,
        /// The value found, cut short.
        value: String,
        /// Where.
        within: String,
    },
    /// An element inside one that holds text only.
    #[error("{within}: the element {inside} inside {element}, which holds text only")]
    ElementInText {
        /// The element that should hold text.
        element: &'static str,
        /// What is inside.
        inside: String,
        /// Where.
        within: String,
    },
}

/// Why an alert cannot be written as CAP 1.2.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// A text holds a character that XML cannot carry.
    #[error("{element}: the character U+{code:04X} cannot be written in XML")]
    Character {
        /// The element.
        element: String,
        /// The character's number.
        code: u32,
    },
    /// A value that the schema would refuse.
    #[error("{element}: {value:?} is no value that CAP 1.2 allows")]
    Value {
        /// The element.
        element: &'static str,
        /// The value, cut short.
        value: String,
    },
    /// A mandatory part is empty.
    #[error("the mandatory element {element} is missing")]
    Missing {
        /// The element.
        element: &'static str,
    },
}
