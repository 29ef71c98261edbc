//! What was computed lately from the same inputs: an answer is computed once a change.
//!
//! Keyed by the number of the last change and what was asked; it is never a source of truth.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value as Json;

/// Answers of long computations by question and state of the record.
#[derive(Default)]
pub struct Derived {
    kept: Mutex<BTreeMap<String, (u64, Arc<Json>)>>,
}

impl Derived {
    /// The answer to a question at a state of the record: kept, or computed now.
    ///
    /// # Errors
    /// What the computation says.
    pub fn of<E>(
        &self,
        question: &str,
        at: u64,
        compute: impl FnOnce() -> Result<Json, E>,
    ) -> Result<Arc<Json>, E> {
        if let Some((kept_at, answer)) = self.lock().get(question)
            && *kept_at == at
        {
            return Ok(answer.clone());
        }
        let answer = Arc::new(compute()?);
        let mut kept = self.lock();
        if kept.len() > 256 {
            kept.clear();
        }
        kept.insert(question.to_owned(), (at, answer.clone()));
        Ok(answer)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, (u64, Arc<Json>)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
