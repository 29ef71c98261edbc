use ledger::{DataClass, Entity};
use serde_json::json;

use super::Person;
use crate::desk::{Desk, view};

#[test]
fn names_and_private_telephones_are_only_in_personal_ops() {
    let personal = ["name", "private_phone", "languages", "address"];
    for verb in Person::VERBS {
        let class = Person::OPS[verb.op].class;
        for field in verb.needs.iter().chain(verb.may) {
            let is_personal = personal.contains(field);
            assert_eq!(is_personal, class == DataClass::Personal, "{} brings {field}", verb.name);
        }
    }
}

#[test]
fn rare_characters_are_names_and_blanks_are_not() {
    let seen = view::<Person>(1, Some("Active"), &[]);
    let desk = Desk::of("county.admin");
    assert_eq!(desk.refusal::<Person>(&seen, "describe", json!({"name": "𬱖𠅤"})), "");
    assert_eq!(desk.refusal::<Person>(&seen, "describe", json!({"name": " "})), "name-missing");
}

#[test]
fn a_post_is_held_once() {
    let seen = view::<Person>(1, Some("Active"), &[]);
    let args = json!({"posts": ["post:0000000000000011", "post:0000000000000011"]});
    let desk = Desk::of("county.admin");
    assert_eq!(desk.refusal::<Person>(&seen, "assign", args), "post-named-twice");
}
