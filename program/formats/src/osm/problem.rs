//! What in an extract could not be used.

use std::collections::BTreeMap;

/// The kinds of problem. Names are read for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// Nodes of a way are not in the file.
    MissingNodes,
    /// Members of a relation are not in the file.
    MissingMembers,
    /// An outline is not closed.
    NotClosed,
    /// An outline crosses or touches itself, or is too short.
    UnsoundOutline,
    /// A position is not on the globe.
    OffGlobe,
    /// A value of a tag cannot be read.
    UnreadableValue,
    /// A restriction that depends on time or vehicle: kept as text, not judged.
    Conditional,
    /// A way of fewer than two nodes.
    TooShort,
    /// The same element stands twice; the first is kept.
    Repeated,
}

impl ProblemKind {
    /// The kind's lasting name.
    pub fn name(self) -> &'static str {
        match self {
            ProblemKind::MissingNodes => "missing-nodes",
            ProblemKind::MissingMembers => "missing-members",
            ProblemKind::NotClosed => "not-closed",
            ProblemKind::UnsoundOutline => "unsound-outline",
            ProblemKind::OffGlobe => "off-globe",
            ProblemKind::UnreadableValue => "unreadable-value",
            ProblemKind::Conditional => "conditional-restriction",
            ProblemKind::TooShort => "too-short",
            ProblemKind::Repeated => "repeated",
        }
    }
}

/// One thing that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What.
    pub kind: ProblemKind,
    /// The element, as `way/17`.
    pub element: String,
    /// What was found.
    pub detail: String,
}

/// The list of problems: all are counted, the first of each kind are named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// How many of each kind.
    pub counts: BTreeMap<ProblemKind, u64>,
    /// Up to [`Problems::NAMED`] of each kind, in the order of the file.
    pub named: Vec<Problem>,
}

impl Problems {
    /// How many of one kind are named.
    pub const NAMED: u64 = 50;

    pub(super) fn add(&mut self, kind: ProblemKind, element: &str, detail: &str) {
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        if *count <= Problems::NAMED {
            let detail = detail.chars().take(100).collect();
            self.named.push(Problem { kind, element: element.to_owned(), detail });
        }
    }

    /// How many in all.
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }
}
