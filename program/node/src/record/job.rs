//! What is asked of the writer, and what comes back.

use std::sync::mpsc::Sender;

use kernel::{Hash32, KeyId, OpId, PlaceCode, Ref, UnixMillis, hash_tagged};
use ledger::seal::Unsealed;
use ledger::{Actor, Command, SecretKey};
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Who is answered for a retry, and for whom the node signs.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The actor.
    pub actor: Actor,
    /// The person's key, named in `obo`; `None`: the node's own act.
    pub obo: Option<KeyId>,
}

/// Commands of a submit that are another's decision, heard by who entered them: checked and signed
/// as that person's.
#[derive(Clone, Debug)]
pub struct Word {
    /// Who decided.
    pub principal: Principal,
    /// Which commands, by their place in the submit.
    pub commands: Vec<usize>,
}

/// One submit: commands that are written all or not at all.
#[derive(Clone, Debug)]
pub struct Job {
    /// Who.
    pub principal: Principal,
    /// What, in order.
    pub commands: Vec<Command>,
    /// Ops about no entity (certificates) and ready-made ones (stock rights), sealed after the
    /// commands.
    pub bare: Vec<Unsealed>,
    /// The commands among them that are another's decision; `None`: all are the principal's.
    pub word: Option<Word>,
    /// The client's key for retries; empty: none.
    pub retry: String,
    /// Time of entry.
    pub now: UnixMillis,
    /// The key that signs; `None`: the node's. Only the local root signs beside the node.
    pub author: Option<SecretKey>,
}

impl Job {
    /// Whose act the command at a place in the submit is.
    pub(super) fn principal_of(&self, command: usize) -> &Principal {
        let word = self.word.as_ref().filter(|w| w.commands.contains(&command));
        word.map_or(&self.principal, |w| &w.principal)
    }

    /// The row's key for a retry: H(principal ‖ key). `None` where the client gave none.
    pub fn retry_key(&self) -> Option<Hash32> {
        let account = self.principal.actor.account.as_bytes();
        let key = self.retry.as_bytes();
        let hashed = || hash_tagged("anlan/retry/1\0", &[account, &[0], key]);
        (!key.is_empty()).then(hashed)
    }

    /// Hash of what is asked, so that a key used for another request is found.
    pub fn request(&self) -> Hash32 {
        let text = serde_json::to_vec(&self.commands).unwrap_or_default();
        hash_tagged("anlan/request/1\0", &[&text])
    }
}

/// An op as written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Its id.
    pub id: OpId,
    /// The entity, where it is about one.
    pub entity: Option<Ref>,
    /// In whose name.
    pub place: PlaceCode,
    /// Its log.
    pub log: kernel::LogId,
    /// Its number in the log.
    pub seq: u32,
}

/// A submit that is safe on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The entity of each command, in order.
    pub entities: Vec<Ref>,
    /// All ops.
    pub ops: Vec<Written>,
    /// Whether this is the first answer again.
    #[serde(default)]
    pub replayed: bool,
}

impl Done {
    /// The first command's entity.
    pub fn first(&self) -> Option<&Ref> {
        self.entities.first()
    }
}

/// A job with the place where its answer goes.
pub(super) struct Waiting {
    /// Apart, so that the queue stays small and its room serves one group after another.
    pub job: Box<Job>,
    pub reply: Sender<Reply>,
}

/// What a waiting submit is told.
pub(super) enum Reply {
    /// Its answer.
    Done(Result<Done, Error>),
    /// Nobody writes now: it writes the next group, its own job in it.
    Lead,
}

/// Jobs that wait for the next group. Waiting submits sleep until they are answered, so that what
/// comes during a sync is one group and not a queue of groups of one.
#[derive(Default)]
pub(super) struct Queue {
    pub waiting: Vec<Waiting>,
    /// Whether somebody writes groups.
    pub led: bool,
}

/// What one job wrote, before the group is safe.
pub(super) struct Prepared {
    pub done: Done,
}
