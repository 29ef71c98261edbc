//! Faults put in on purpose, so that a test can show that the proofs would see them.
//!
//! Without the cargo feature `faults` every question is answered no at compile time and nothing of
//! this is left. Only the tests of `xtask model` turn the feature on.

/// A fault of the fold or of authority: what a plausible mistake would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Fault {
    ValueByIdOrder,
    ArrivalOrder,
    StoodOverAllHeads,
    SeenIsEnough,
    AllOrSome,
    RoadByRank,
    HazardSeenIsJudged,
    CasualtyNewest,
    StepsInFoldedOrder,
    BrokenEdgeCoveredByAStep,
    OrderThroughQuarantine,
    NoOrderThroughUnknown,
    PrefixFirstMatch,
    PrefixAmongFoldedOnly,
    CycleKept,
    UnlistedLogTrusted,
    AnybodyRevokes,
    ForkNotFrozen,
    NodesRankForAPerson,
    PersonsRankByANode,
    AnybodysClockFix,
    ForkUndoesARevocation,
    PinsIgnored,
    UnsignedTwinForks,
    LateKeeperIgnored,
    CertificateReplacedStays,
    PurgedOpReplacesNothing,
    LostHead,
}

impl Fault {
    /// All of them.
    pub const ALL: [Fault; 28] = [
        Fault::ValueByIdOrder,
        Fault::ArrivalOrder,
        Fault::StoodOverAllHeads,
        Fault::SeenIsEnough,
        Fault::AllOrSome,
        Fault::RoadByRank,
        Fault::HazardSeenIsJudged,
        Fault::CasualtyNewest,
        Fault::StepsInFoldedOrder,
        Fault::BrokenEdgeCoveredByAStep,
        Fault::OrderThroughQuarantine,
        Fault::NoOrderThroughUnknown,
        Fault::PrefixFirstMatch,
        Fault::PrefixAmongFoldedOnly,
        Fault::CycleKept,
        Fault::UnlistedLogTrusted,
        Fault::AnybodyRevokes,
        Fault::ForkNotFrozen,
        Fault::NodesRankForAPerson,
        Fault::PersonsRankByANode,
        Fault::AnybodysClockFix,
        Fault::ForkUndoesARevocation,
        Fault::PinsIgnored,
        Fault::UnsignedTwinForks,
        Fault::LateKeeperIgnored,
        Fault::CertificateReplacedStays,
        Fault::PurgedOpReplacesNothing,
        Fault::LostHead,
    ];
}

#[cfg(feature = "faults")]
mod held {
    use super::Fault;
    use std::cell::Cell;

    thread_local! {
        static NOW: Cell<Option<Fault>> = const { Cell::new(None) };
    }

    /// Runs `work` with the fault put in, on this thread only.
    pub fn with<T>(fault: Fault, work: impl FnOnce() -> T) -> T {
        struct Reset;
        impl Drop for Reset {
            fn drop(&mut self) {
                NOW.set(None);
            }
        }
        NOW.set(Some(fault));
        let _reset = Reset;
        work()
    }

    pub(crate) fn on(fault: Fault) -> bool {
        NOW.get() == Some(fault)
    }
}

#[cfg(feature = "faults")]
pub(crate) use held::on;
#[cfg(feature = "faults")]
pub use held::with;

#[cfg(not(feature = "faults"))]
pub(crate) const fn on(_fault: Fault) -> bool {
    false
}
