//! What a plan officer and a table author would check.

mod base;
