//! plancheck
