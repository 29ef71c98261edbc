//! What is asked of the writer, and what comes back.

use std::sync::{Arc, Mutex};

use kernel::{Hash32, KeyId, OpId, PlaceCode, Ref, UnixMillis, hash_tagged};
use ledger::seal::Unsealed;
use ledger::{Actor, Command, SecretKey};
use serde::{Deserialize, Serialize};

use super::lock;
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
    pub reply: ReplyTo,
    /// Whether it was told to lead.
    pub told_to_lead: bool,
}

/// Where a waiting submit is told what it waits for: from any thread, never waiting itself.
pub type ReplyTo = Arc<dyn Fn(Reply) + Send + Sync>;

/// What a waiting submit is told.
pub enum Reply {
    /// Its answer.
    Done(Result<Done, Error>),
    /// Nobody writes now: it writes the next group, its own job in it.
    Lead(Lead),
}

/// The duty to write groups, of one at a time. Whoever drops it, even by a panic, or is told of it
/// after going away, passes it on to the next that waits.
pub struct Lead(Arc<Mutex<Queue>>);

impl Drop for Lead {
    fn drop(&mut self) {
        let next = {
            let mut queue = lock(&self.0);
            let next = queue.waiting.iter_mut().find(|w| !w.told_to_lead);
            let reply = next.map(|w| {
                w.told_to_lead = true;
                w.reply.clone()
            });
            queue.led = reply.is_some();
            reply
        };
        if let Some(reply) = next {
            reply(Reply::Lead(Lead(self.0.clone())));
        }
    }
}

/// Jobs that wait for the next group. Waiting submits sleep until they are answered, so that what
/// comes during a sync is one group and not a queue of groups of one.
#[derive(Default)]
pub(super) struct Queue {
    pub waiting: Vec<Waiting>,
    /// Whether somebody writes groups.
    led: bool,
}

/// Puts a job to those that wait; the lead where nobody has it.
pub(super) fn enqueue(queue: &Arc<Mutex<Queue>>, job: Job, reply: ReplyTo) -> Option<Lead> {
    let mut held = lock(queue);
    held.waiting.push(Waiting { job: Box::new(job), reply, told_to_lead: false });
    let led = std::mem::replace(&mut held.led, true);
    if let Some(own) = held.waiting.last_mut().filter(|_| !led) {
        own.told_to_lead = true;
    }
    (!led).then(|| Lead(queue.clone()))
}

/// What one job wrote, before the group is safe.
pub(super) struct Prepared {
    pub done: Done,
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};

    use super::*;

    fn job() -> Job {
        let actor = Actor {
            account: "a".to_owned(),
            person: None,
            organisation: None,
            place: PlaceCode::NOT_ASSIGNED,
            rank: 0,
            roles: Vec::new(),
            acts: Vec::new(),
        };
        let principal = Principal { actor, obo: None };
        let (commands, bare, retry) = (Vec::new(), Vec::new(), String::new());
        let now = UnixMillis(0);
        Job { principal, commands, bare, word: None, retry, now, author: None }
    }

    fn wait(queue: &Arc<Mutex<Queue>>) -> (Option<Lead>, Receiver<Reply>) {
        let (tell, told) = channel();
        (enqueue(queue, job(), Arc::new(move |reply| drop(tell.send(reply)))), told)
    }

    fn told_to_lead(told: &Receiver<Reply>) -> Option<Lead> {
        match told.try_recv() {
            Ok(Reply::Lead(lead)) => Some(lead),
            _ => None,
        }
    }

    #[test]
    fn one_leads_and_passes_it_on_to_who_still_waits() {
        let queue = Arc::default();
        let (first, _) = wait(&queue);
        let (second, told_second) = wait(&queue);
        let (third, told_third) = wait(&queue);
        let (fourth, told_fourth) = wait(&queue);
        assert!(first.is_some() && second.is_none() && third.is_none() && fourth.is_none());
        drop(told_second);
        drop(first);
        let lead = told_to_lead(&told_third);
        assert!(lead.is_some(), "the second has gone");
        assert!(told_to_lead(&told_fourth).is_none(), "one leads at a time");
        drop(lead);
        let unread = told_fourth;
        drop(unread);
        let (next, _) = wait(&queue);
        assert!(
            next.is_some(),
            "who went with the lead unread has passed it on, and nobody held it"
        );
    }

    #[test]
    fn a_leader_that_panics_passes_it_on() {
        let queue = Arc::default();
        let (first, _) = wait(&queue);
        let (_, told) = wait(&queue);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _lead = first;
            panic!("in a group");
        }));
        assert!(panicked.is_err());
        assert!(told_to_lead(&told).is_some());
    }
}
