//! The model's kinds as entities: fields with the ledger's rules, step tables as edges.

use std::collections::BTreeMap;

use kernel::Kind;
use ledger::entity::{Edge, Field, OpType, VERB, Verb, writes_by_shape};
use ledger::rule::{
    Casualty, Cautious, Engaged, Hazard, Keeper, KeptCount, Movement, Rank, ResponseLevel, Series,
    Set, Steps, Tally,
};
use ledger::{DataClass, Entry, Lane, Registry, Shape, Topic, Value};

/// Number of the hazard's list of judged raises, which is no field of the model's results.
pub const JUDGED: u8 = 30;

/// Road statuses, the least cautious first.
pub const CAUTION: &[(u8, &str)] = &[(0, "open"), (1, "one-lane"), (2, "foot"), (3, "closed")];

const COUNT: Shape = Shape::Int { min: 0, max: i64::MAX, unit: "" };
const NUMBER: Shape = Shape::Int { min: i64::MIN, max: i64::MAX, unit: "" };
const GRADE: Shape = Shape::Int { min: 0, max: 4, unit: "" };

const fn field(
    number: u8,
    name: &'static str,
    shape: Shape,
    rule: &'static dyn ledger::rule::Rule,
) -> Field {
    Field { number, name, shape, rule }
}

const fn op(number: u16) -> OpType {
    let (topic, lane, class) = (Topic::Incidents, Lane::Routine, DataClass::Open);
    OpType { code: number as u32 * 16, version: 1, topic, lane, class }
}

const fn verb(number: u8, name: &'static str) -> Verb {
    Verb { number, name, op: 0, needs: &[], may: &[] }
}

const fn edge(from: Option<&'static str>, verb: &'static str, to: &'static str) -> Edge {
    Edge { from, verb, to: Some(to), grant: "model", source: "bench/model/fold_model.py" }
}

/// `states: 1 "Issued"; verb 1 "issue": None => "Issued"` …
macro_rules! machine {
    ($name:ident, free $free:expr, states { $($number:literal $state:literal)* }
     steps { $($verb:literal $word:literal : $($from:expr),+ => $to:literal;)* }) => {
        mod $name {
            use super::*;
            pub const STATES: &[(u8, &str)] = &[$(($number, $state)),*];
            pub const VERBS: &[Verb] = &[$(verb($verb, $word)),*];
            pub const EDGES: &[Edge] = &[$($(edge($from, $word, $to)),+),*];
            pub const STEPS: Steps =
                Steps { states: STATES, verbs: VERBS, edges: EDGES, free: $free };
        }
    };
}

machine! { task, free None,
    states { 1 "Issued" 2 "Accepted" 3 "Declined" 4 "Unable" 5 "Done" 6 "Verified" 7 "Withdrawn" }
    steps {
        1 "issue": None => "Issued";
        2 "accept": Some("Issued") => "Accepted";
        3 "decline": Some("Issued") => "Declined";
        4 "unable": Some("Issued"), Some("Accepted") => "Unable";
        5 "done": Some("Accepted") => "Done";
        6 "verify": Some("Done") => "Verified";
        7 "withdraw": Some("Issued"), Some("Accepted"), Some("Declined"), Some("Unable")
            => "Withdrawn";
    }
}

machine! { danger, free None,
    states { 1 "Found" 2 "Recorded" 3 "Determined" 4 "Ordered" 5 "PlanApproved" 6 "InRectification"
        7 "SelfAccepted" 8 "ReviewRequested" 9 "Passed" 10 "SignedOff" 11 "Archived" 12 "Reopened"
        13 "ClosedDown" }
    steps {
        1 "find": None => "Found";
        2 "record": Some("Found"), Some("Reopened") => "Recorded";
        3 "determine": Some("Recorded") => "Determined";
        4 "order": Some("Determined") => "Ordered";
        5 "plan": Some("Ordered") => "PlanApproved";
        6 "start": Some("PlanApproved") => "InRectification";
        7 "self-accept": Some("InRectification") => "SelfAccepted";
        8 "ask-review": Some("SelfAccepted") => "ReviewRequested";
        9 "pass": Some("ReviewRequested") => "Passed";
        10 "fail": Some("ReviewRequested") => "InRectification";
        11 "sign-off": Some("Passed") => "SignedOff";
        12 "archive": Some("SignedOff") => "Archived";
        13 "reopen": Some("SignedOff"), Some("Archived") => "Reopened";
        14 "close-down": Some("Ordered"), Some("PlanApproved"), Some("InRectification")
            => "ClosedDown";
    }
}

machine! { level, free Some(&["monitor", "propose", "propose-end", "review"]),
    states { 1 "Monitoring" 2 "Proposed" 3 "Decided" 4 "Active" 5 "Adjusted" 6 "EndProposed"
        7 "Ended" 8 "Reviewed" }
    steps {
        1 "monitor": None => "Monitoring";
        2 "propose": Some("Monitoring") => "Proposed";
        3 "decide": Some("Monitoring"), Some("Proposed") => "Decided";
        4 "activate": Some("Decided") => "Active";
        5 "adjust": Some("Active"), Some("Adjusted") => "Adjusted";
        6 "propose-end": Some("Active"), Some("Adjusted") => "EndProposed";
        7 "end": Some("Active"), Some("Adjusted"), Some("EndProposed") => "Ended";
        8 "review": Some("Ended") => "Reviewed";
    }
}

machine! { report, free None,
    states { 1 "Signed" 2 "AcceptedByDuty" 3 "Incorporated" 4 "Returned" 5 "Superseded" }
    steps {
        1 "sign": None => "Signed";
        2 "accept": Some("Signed"), Some("Returned") => "AcceptedByDuty";
        3 "incorporate": Some("AcceptedByDuty") => "Incorporated";
        4 "return": Some("Signed"), Some("AcceptedByDuty") => "Returned";
        5 "supersede": Some("Signed"), Some("AcceptedByDuty"), Some("Returned") => "Superseded";
    }
}

mod none {
    use super::*;
    pub const STATES: &[(u8, &str)] = &[];
    pub const VERBS: &[Verb] = &[];
    pub const EDGES: &[Edge] = &[];
}

macro_rules! kinds {
    ($($name:ident $number:literal $machine:ident { $($field:expr),* $(,)? })*) => {
        /// All kinds, sorted by name.
        pub static KINDS: &[Entry] = &[$({
            const FIELDS: &[Field] = &[$($field),*];
            fn writes(body: &BTreeMap<u64, Value>) -> Vec<(u8, Value)> {
                writes_by_shape(FIELDS, body)
            }
            Entry {
                kind: Kind { number: $number, name: stringify!($name) },
                context: "model",
                ops: &[op($number)],
                states: $machine::STATES,
                verbs: $machine::VERBS,
                edges: $machine::EDGES,
                fields: FIELDS,
                labels: "",
                samples: "",
                writes,
                check: |_, _, _| Ok(()),
                public_code: |_| None,
            }
        }),*];
    };
}

kinds! {
    casualty 16 none {
        field(20, "dead", COUNT, &Casualty),
        field(21, "missing", COUNT, &Casualty),
        field(22, "injured", COUNT, &Casualty),
    }
    danger 17 danger {
        field(VERB, "state", Shape::Any, &danger::STEPS),
        field(20, "grade", Shape::Any, &Rank),
        field(21, "text", Shape::Any, &Rank),
    }
    doc 18 none {
        field(20, "a", Shape::Any, &Rank),
        field(21, "b", Shape::Any, &Rank),
        field(22, "c", Shape::Any, &Rank),
        field(23, "tags", Shape::Any, &Set),
        field(24, "n", NUMBER, &Tally),
        field(25, "notes", Shape::Any, &Series),
    }
    hazard 19 none {
        field(20, "level", GRADE, &Hazard),
        field(JUDGED, "judged", Shape::List(&Shape::Hash, 1_000), &Rank),
    }
    level 20 level {
        field(VERB, "state", Shape::Any, &level::STEPS),
        field(20, "level", Shape::Any, &ResponseLevel),
    }
    report 21 report {
        field(VERB, "state", Shape::Any, &report::STEPS),
        field(20, "text", Shape::Any, &Rank),
    }
    road 22 none {
        field(20, "status", Shape::Code(CAUTION), &Cautious),
    }
    site 23 none {
        field(20, "keeper", Shape::Hash, &Keeper),
        field(21, "count", COUNT, &KeptCount(20)),
        field(22, "move", NUMBER, &Movement(21)),
    }
    task 24 task {
        field(VERB, "state", Shape::Any, &task::STEPS),
        field(20, "title", Shape::Any, &Rank),
        field(21, "where", Shape::Any, &Rank),
    }
    team 25 none {
        field(20, "keeper", Shape::Hash, &Keeper),
        field(21, "engaged", Shape::Any, &Engaged(20)),
    }
}

/// The kinds as a program's registry.
pub fn registry() -> Registry {
    Registry(KINDS)
}
