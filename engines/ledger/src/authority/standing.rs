//! How an op stands: whether it is folded, and what its signature was worth.

use super::facts::Roles;

/// Why an op is not simply folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// The chain to the first op of its log is not here.
    Chain,
    /// Neither it nor a later op chained to it has a good signature yet.
    Unsigned,
    /// Its stamp does not rise over the earlier ones of its log.
    TimeNotRising,
    /// Its author, or the person it names, has no certificate for the log's place.
    NoCertificate,
    /// No certificate covers its stamp.
    CertificateTime,
    /// A certificate from a key that may not issue it.
    NotIssuer,
    /// A certificate of a key that is not below its issuer.
    NotAbove,
    /// After the last op that a revocation trusts.
    Revoked,
    /// In the frozen part of a forked log.
    Fork,
    /// Has a header key ≥ 32 that this program does not know.
    CriticalKey,
    /// Of a type that this program does not know.
    Type,
}

impl Ground {
    /// Stable code for lists and screens.
    pub const fn code(self) -> &'static str {
        match self {
            Ground::Chain => "chain",
            Ground::Unsigned => "unsigned",
            Ground::TimeNotRising => "t-not-rising",
            Ground::NoCertificate => "no-certificate",
            Ground::CertificateTime => "certificate-time",
            Ground::NotIssuer => "not-issuer",
            Ground::NotAbove => "not-above",
            Ground::Revoked => "revoked",
            Ground::Fork => "fork",
            Ground::CriticalKey => "critical-key",
            Ground::Type => "type",
        }
    }
}

/// What becomes of an op.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It counts.
    Folded,
    /// Kept, not yet verified.
    Held(Ground),
    /// Verified and against the form of its log: that op alone counts for nothing.
    Invalid(Ground),
    /// Kept and shown for review, not folded.
    Quarantined(Ground),
    /// Needs a newer program.
    Unknown(Ground),
}

impl Verdict {
    /// The number of the `op` table. Source: sync §5.
    pub const fn number(self) -> u8 {
        match self {
            Verdict::Held(_) => 0,
            Verdict::Folded => 1,
            Verdict::Unknown(_) => 2,
            Verdict::Quarantined(_) => 3,
            Verdict::Invalid(_) => 4,
        }
    }

    /// Why, where it is not simply folded.
    pub const fn ground(self) -> Option<Ground> {
        match self {
            Verdict::Folded => None,
            Verdict::Held(g)
            | Verdict::Invalid(g)
            | Verdict::Quarantined(g)
            | Verdict::Unknown(g) => Some(g),
        }
    }
}

/// What is said beside an op without deciding anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Marks(pub u8);

const MARK_NAMES: [(&str, Marks); 3] = [
    ("clk", Marks::CLOCK),
    ("doubtful-clock", Marks::DOUBTFUL_CLOCK),
    ("stale-cert", Marks::STALE_CERT),
];

impl Marks {
    /// Its clock was unknown, running free, set by hand, or corrected since.
    pub const CLOCK: Marks = Marks(1);
    /// No certificate covers its stamp and the clock was doubtful: folded at its least worth.
    pub const DOUBTFUL_CLOCK: Marks = Marks(2);
    /// Its certificate had run out, at most 30 days before.
    pub const STALE_CERT: Marks = Marks(4);

    /// Whether `other` is among them.
    pub const fn has(self, other: Marks) -> bool {
        self.0 & other.0 == other.0
    }

    pub(super) fn add(&mut self, other: Marks) {
        self.0 |= other.0;
    }

    /// Their names, sorted.
    pub fn names(self) -> Vec<&'static str> {
        MARK_NAMES.iter().filter(|m| self.has(m.1)).map(|m| m.0).collect()
    }
}

/// How an op stands: a function of the set of ops alone, so equal on every node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What becomes of it.
    pub verdict: Verdict,
    /// What its signature was worth; 0 where it is worth nothing.
    pub rank: u8,
    /// Roles its signature carried.
    pub roles: Roles,
    /// What is said beside it.
    pub marks: Marks,
}

impl Standing {
    /// Counts, with this rank and these roles.
    pub const fn folded(rank: u8, roles: Roles) -> Self {
        Standing { verdict: Verdict::Folded, rank, roles, marks: Marks(0) }
    }

    /// Does not count.
    pub const fn not_folded(verdict: Verdict) -> Self {
        Standing { verdict, rank: 0, roles: Roles::NONE, marks: Marks(0) }
    }

    /// Whether it carries order in a fold: folded, or of an unknown type (its header is readable).
    pub fn carries_order(&self) -> bool {
        match self.verdict {
            Verdict::Folded => true,
            Verdict::Unknown(Ground::Type) => {
                !crate::fault::on(crate::fault::Fault::NoOrderThroughUnknown)
            }
            Verdict::Quarantined(Ground::Revoked) => {
                crate::fault::on(crate::fault::Fault::OrderThroughQuarantine)
            }
            _ => false,
        }
    }

    /// Whether the op, or a later one chained to it, has a good signature and a whole chain.
    pub const fn verified(&self) -> bool {
        !matches!(self.verdict, Verdict::Held(_))
    }
}
