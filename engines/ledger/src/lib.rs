//! The record: signed ops that are never changed, and the one fold that turns them into states.
//!
//! Knows bytes, hashes, signatures, order and authority. Knows no entity by name, no disk, no clock
//! and no network: what entities there are is declared to it ([`entity`]), where ops are kept is
//! behind `OpStore`, and time and randomness are arguments.

pub mod authority;
pub mod cert;
pub mod checkpoint;
pub mod crypt;
pub mod entity;
pub mod fault;
pub mod fold;
pub mod key;
pub mod log;
pub mod op;
pub mod op_store;
pub mod rule;
pub mod seal;
pub mod sentinel;
pub mod shape;
pub mod value;
pub mod verify;
pub mod view;

pub use authority::{Authority, Standing, Verdict};
pub use entity::{
    Actor, Command, Ctx, DataClass, Draft, Edge, Entity, Entry, Field, Lane, Lookup, OpType,
    Refusal, Topic, Verb,
};
pub use fold::{
    Chained, EntityFold, FoldOp, Pushed, Registry, disputes, effective_level, fold_entity,
};
pub use key::{Checker, PublicKey, SecretKey, Signature};
pub use log::{Descriptor, LogError};
pub use op::{Dep, Header, Op, OpError};
pub use op_store::{Batch, OpRead, OpStore, StoreError};
pub use shape::{Shape, ShapeError};
pub use value::{Value, ValueError};
pub use view::{Aside, FieldState, FieldView, View};
