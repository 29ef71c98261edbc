//! Acts for which the password is asked again where the last sign-in or signature is old:
//! approvals, sign-offs, and making accounts. The one list of them.
//!
//! Source: house, decision 10.

use ledger::Command;

use crate::desk::Desk;

/// Approvals and sign-offs as kind and verb.
const ACTS: &[(&str, &str)] = &[
    ("danger", "approve_plan"),
    ("danger", "pass"),
    ("danger", "second_pass"),
    ("danger", "sign_off"),
    ("plan", "put_in_force"),
    ("plan", "replace"),
    ("relief_plan", "put_in_force"),
    ("relief_plan", "replace"),
    ("response", "activate"),
    ("response", "adjust"),
    ("response", "decide"),
    ("response", "decline"),
    ("response", "end"),
];

/// Steps of the main job that write one of these, and the call that makes accounts.
const STEPS: &[&str] = &["accounts", "approve", "issue_relief"];

impl Desk {
    /// Whether a command asks for the password again; in an exercise none does.
    pub fn command_asks_again(&self, command: &Command) -> bool {
        let act = (command.entity.as_str(), command.verb.as_str());
        !self.info.exercise && ACTS.contains(&act)
    }

    /// Whether a step asks for the password again; in an exercise none does.
    pub fn step_asks_again(&self, step: &str) -> bool {
        !self.info.exercise && STEPS.contains(&step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_of_the_list_is_one_of_the_registry() {
        for (kind, verb) in ACTS {
            let entry = crate::ENTITIES.iter().find(|e| e.kind.name == *kind);
            let entry = entry.unwrap_or_else(|| panic!("{kind}"));
            assert!(entry.verb(verb).is_some(), "{kind} {verb}");
        }
    }

    #[test]
    fn whatever_the_posts_that_decide_alone_may_do_is_in_the_list() {
        let alone = ["danger.sign_off", "plan.approve", "relief_plan.approve", "response.decide"];
        for entry in crate::ENTITIES {
            for edge in entry.edges.iter().filter(|e| alone.contains(&e.grant)) {
                let listed = ACTS.contains(&(entry.kind.name, edge.verb));
                // To put a danger that is signed off away decides nothing more.
                assert!(listed || edge.verb == "archive", "{} {}", entry.kind.name, edge.verb);
            }
        }
    }
}
