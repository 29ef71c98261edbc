use serde_json::json;

use super::Post;
use crate::desk::{Desk, view};

#[test]
fn deputies_never_point_at_each_other() {
    let head = view::<Post>(1, Some("Active"), &[("title", json!("龙潭镇镇长"))]);
    let of_head = json!(head.reference().to_string());
    let deputy = view::<Post>(2, Some("Active"), &[("deputy_of", of_head)]);
    let to = json!({"deputy_of": deputy.reference().to_string()});
    let desk = Desk::of("county.admin").knows(deputy);
    assert_eq!(desk.refusal::<Post>(&head, "change", to), "deputies-in-a-circle");
    let own = json!({"deputy_of": head.reference().to_string()});
    assert_eq!(desk.refusal::<Post>(&head, "change", own), "deputies-in-a-circle");
}

#[test]
fn a_deputy_of_somebody_is_fine() {
    let head = view::<Post>(1, Some("Active"), &[("title", json!("龙潭镇镇长"))]);
    let deputy = view::<Post>(2, Some("Active"), &[("title", json!("龙潭镇副镇长"))]);
    let to = json!({"deputy_of": head.reference().to_string()});
    let desk = Desk::of("county.admin").knows(head);
    assert_eq!(desk.refusal::<Post>(&deputy, "change", to), "");
}
