//! What changed, numbered, for whoever reads along; a reader that was away resumes by number.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kernel::{EntityId, OpId};

/// How many changes are kept for those who resume; who was away longer reads everything again.
const KEPT: usize = 4_096;

/// One change of one entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Rises by one.
    pub number: u64,
    /// Kind's folder name.
    pub kind: &'static str,
    /// The entity.
    pub id: EntityId,
    /// The op that changed it.
    pub op: OpId,
}

/// Called after each group of changes.
pub type Waker = Box<dyn Fn(u64) + Send + Sync>;

/// The changes of this process.
#[derive(Default)]
pub struct Changes {
    kept: Mutex<VecDeque<Change>>,
    waker: Mutex<Option<Waker>>,
}

impl Changes {
    /// Sets who is woken.
    pub fn set_waker(&self, waker: Waker) {
        *lock(&self.waker) = Some(waker);
    }

    /// Adds a group that is safe on disk and wakes.
    pub fn add(&self, changes: impl IntoIterator<Item = (&'static str, EntityId, OpId)>) {
        let mut kept = lock(&self.kept);
        let mut number = kept.back().map_or(0, |c| c.number);
        for (kind, id, op) in changes {
            number += 1;
            kept.push_back(Change { number, kind, id, op });
            if kept.len() > KEPT {
                kept.pop_front();
            }
        }
        drop(kept);
        if let Some(waker) = lock(&self.waker).as_ref() {
            waker(number);
        }
    }

    /// The number of the latest.
    pub fn latest(&self) -> u64 {
        lock(&self.kept).back().map_or(0, |c| c.number)
    }

    /// All after a number, oldest first.
    pub fn after(&self, number: u64) -> Vec<Change> {
        lock(&self.kept).iter().filter(|c| c.number > number).cloned().collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
