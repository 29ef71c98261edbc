//! Directory: who is there, in which post, and who is on duty.
//!
//! Duty belongs to a post, not to a person: telephones that matter stand at the post and stay
//! readable; a person's name and private telephone are personal data, written as ops of their own.
//! What a post may do here is no field of these but the table `directory/posts.toml`.

pub mod duty_shift;
pub mod organisation;
pub mod person;
pub mod post;

pub use duty_shift::DutyShift;
pub use organisation::Organisation;
pub use person::Person;
pub use post::Post;

#[cfg(test)]
#[path = "../../desk.rs"]
mod desk;
