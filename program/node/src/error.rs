//! Why the node did not do what was asked: an expected no, or something that failed.

use ledger::Refusal;

/// What a use case gives instead of its answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An expected no, in the words of the kind it is about.
    #[error("{kind}: {refusal}")]
    Refused {
        /// Kind's folder name.
        kind: String,
        /// What, why, and what would make it allowed.
        refusal: Refusal,
    },
    /// A part of a query that cannot be understood: its name and what it may be.
    #[error("{name}: {expected}")]
    BadQuery {
        /// The part's name.
        name: String,
        /// What it may be.
        expected: String,
    },
    /// No such thing.
    #[error("not found: {0}")]
    NotFound(String),
    /// A retry key that was used for another request.
    #[error("retry key reused")]
    RetryReused,
    /// A file that cannot be taken in.
    #[error("{what} at {at}: {why}")]
    BadFile {
        /// The file or the thing in it.
        what: String,
        /// Where in it.
        at: String,
        /// Why.
        why: String,
    },
    /// No room on the disk; nothing half-done was kept.
    #[error("disk full")]
    DiskFull,
    /// The folder cannot be written: what is there is shown, and nothing is taken.
    #[error("read-only: {0}")]
    ReadOnly(String),
    /// The record could not be read or written.
    #[error("store: {0}")]
    Store(String),
    /// A plan that did not pass the check.
    #[error("plan rejected: {0}")]
    PlanRejected(String),
}

impl Error {
    /// A refusal about a kind.
    pub fn refused(kind: &str, refusal: Refusal) -> Self {
        Error::Refused { kind: kind.to_owned(), refusal }
    }
}
