//! The list of type codes below 256, with topic and lane of the logs they lie in.
//!
//! Codes of entity kinds from 16 on are `kind × 16 + n` and stand beside their entity. A code is
//! never reused. Source: sync §3.

use crate::entity::Lane::{Command, LifeSafety, Relief, Routine};
use crate::entity::{DataClass, Lane, OpType, Topic};

/// One line of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// Type code.
    pub number: u32,
    /// Name in English, for the format page.
    pub name: &'static str,
    /// Topic of its log; `None`: that of what it is about.
    pub topic: Option<Topic>,
    /// Lane of its log; `None`: that of what it is about.
    pub lane: Option<Lane>,
}

/// Type code numbers by name.
#[allow(missing_docs)]
pub mod code {
    pub const CASUALTY: u32 = 1;
    pub const ROAD: u32 = 2;
    pub const HEADCOUNT: u32 = 3;
    pub const MOVEMENT: u32 = 4;
    pub const HAZARD_RAISED: u32 = 5;
    pub const SITUATION: u32 = 6;
    pub const SOS: u32 = 7;
    pub const HAZARD: u32 = 8;
    pub const TASK: u32 = 10;
    pub const TASK_ANSWER: u32 = 11;
    pub const TEAM_STATE: u32 = 12;
    pub const POOL_OPEN: u32 = 20;
    pub const POOL_IN: u32 = 21;
    pub const RIGHT_MOVE: u32 = 22;
    pub const RIGHT_SPEND: u32 = 23;
    pub const RIGHT_BACK: u32 = 24;
    pub const RIGHT_SEAL: u32 = 25;
    pub const POOL_OUT: u32 = 26;
    pub const SPEND_UNBACKED: u32 = 27;
    pub const ORDER: u32 = 30;
    pub const RESPONSE_LEVEL: u32 = 31;
    pub const WARNING: u32 = 32;
    pub const EVACUATION_ORDER: u32 = 33;
    pub const CERT: u32 = 40;
    pub const REVOKE: u32 = 41;
    pub const GRANT: u32 = 42;
    pub const DUTY: u32 = 43;
    pub const CLOCK_FIX: u32 = 44;
    pub const PURGE_ORDER: u32 = 45;
    pub const PURGE_DONE: u32 = 46;
    pub const KEY_WRAP: u32 = 47;
    pub const RECEIPT_NODE: u32 = 50;
    pub const RECEIPT_READ: u32 = 51;
    pub const RECEIPT_ANSWER: u32 = 52;
    pub const SETTLE: u32 = 60;
    pub const SHORT_COPY: u32 = 61;
    pub const CHECKPOINT: u32 = 62;
    pub const AUDIT: u32 = 63;
    pub const HAZARD_INSPECTION: u32 = 70;
    pub const REGISTER_ENTRY: u32 = 71;
    pub const DOCUMENT: u32 = 72;
}

const fn row(number: u32, name: &'static str, topic: Topic, lane: Lane) -> Code {
    Code { number, name, topic: Some(topic), lane: Some(lane) }
}

const fn follows(number: u32, name: &'static str) -> Code {
    Code { number, name, topic: None, lane: None }
}

/// All codes below 256, in order.
pub const CODES: &[Code] = &[
    row(code::CASUALTY, "casualty", Topic::Incidents, LifeSafety),
    row(code::ROAD, "road", Topic::Incidents, LifeSafety),
    row(code::HEADCOUNT, "headcount", Topic::Registers, Relief),
    row(code::MOVEMENT, "movement", Topic::Registers, Relief),
    row(code::HAZARD_RAISED, "hazard raised", Topic::Hazards, LifeSafety),
    row(code::SITUATION, "situation", Topic::Incidents, Command),
    row(code::SOS, "SOS", Topic::Incidents, LifeSafety),
    row(code::HAZARD, "hazard otherwise", Topic::Hazards, Routine),
    row(code::TASK, "task", Topic::Tasks, Command),
    row(code::TASK_ANSWER, "task answer", Topic::Tasks, Command),
    row(code::TEAM_STATE, "team state", Topic::Teams, Command),
    row(code::POOL_OPEN, "pool.open", Topic::Stock, Relief),
    row(code::POOL_IN, "pool.in", Topic::Stock, Relief),
    row(code::RIGHT_MOVE, "right.move", Topic::Stock, Relief),
    row(code::RIGHT_SPEND, "right.spend", Topic::Stock, Relief),
    row(code::RIGHT_BACK, "right.back", Topic::Stock, Relief),
    row(code::RIGHT_SEAL, "right.seal", Topic::Stock, Relief),
    row(code::POOL_OUT, "pool.out", Topic::Stock, Relief),
    row(code::SPEND_UNBACKED, "spend.unbacked", Topic::Stock, Relief),
    row(code::ORDER, "order", Topic::Orders, Command),
    row(code::RESPONSE_LEVEL, "response level", Topic::Orders, Command),
    row(code::WARNING, "warning", Topic::Warnings, LifeSafety),
    row(code::EVACUATION_ORDER, "evacuation order", Topic::Orders, LifeSafety),
    row(code::CERT, "cert", Topic::Keys, Command),
    row(code::REVOKE, "revoke", Topic::Keys, Command),
    row(code::GRANT, "grant", Topic::Keys, Command),
    row(code::DUTY, "duty", Topic::Keys, Command),
    row(code::CLOCK_FIX, "clock.fix", Topic::Keys, Command),
    row(code::PURGE_ORDER, "purge.order", Topic::Keys, Command),
    row(code::PURGE_DONE, "purge.done", Topic::Keys, Routine),
    row(code::KEY_WRAP, "key.wrap", Topic::Keys, Command),
    follows(code::RECEIPT_NODE, "rcpt.node"),
    follows(code::RECEIPT_READ, "rcpt.read"),
    follows(code::RECEIPT_ANSWER, "rcpt.answer"),
    follows(code::SETTLE, "settle"),
    follows(code::SHORT_COPY, "short.copy"),
    row(code::CHECKPOINT, "checkpoint", Topic::Audit, Routine),
    row(code::AUDIT, "audit", Topic::Audit, Routine),
    row(code::HAZARD_INSPECTION, "hazard inspection", Topic::Hazards, Routine),
    row(code::REGISTER_ENTRY, "register entry", Topic::Registers, Relief),
    row(code::DOCUMENT, "document", Topic::Documents, Routine),
];

impl Code {
    /// The line of a code.
    pub fn of(number: u32) -> Option<&'static Code> {
        CODES.iter().find(|c| c.number == number)
    }

    /// Version 1 of the code as an op type, where topic and lane are its own.
    pub const fn op_type(&self, class: DataClass) -> Option<OpType> {
        match (self.topic, self.lane) {
            (Some(topic), Some(lane)) => {
                Some(OpType { code: self.number, version: 1, topic, lane, class })
            }
            _ => None,
        }
    }
}
