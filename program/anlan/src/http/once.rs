//! A step that is asked for twice with one key is done once, and the first answer comes again.
//!
//! What a step writes follows from the record, so that the same request later would write something
//! else: the store's own row for a key would then only say that the key was used. Answers of this
//! process are kept here; after a restart the store still refuses to write a second time.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use kernel::Hash32;
use node::Desk;
use serde_json::{Value as Json_, json};

use super::problem::Problem;
use super::{Shared, ask};

/// Most answers that are kept.
const KEPT: usize = 2_000;
/// Acts whose keys differ wait for each other only where they share one of so many locks.
const LANES: usize = 64;

/// What is asked: by whom, with which key, and the hash of the request.
pub struct Act {
    /// The account.
    pub account: String,
    /// The client's key for retries.
    pub key: String,
    /// Hash of what is asked.
    pub request: Hash32,
}

/// Answers of steps by account and key.
pub struct Answers {
    kept: Mutex<Kept>,
    lanes: Vec<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct Kept {
    by_key: BTreeMap<(String, String), (Hash32, Json_)>,
    order: VecDeque<(String, String)>,
}

impl Default for Answers {
    fn default() -> Self {
        let lanes = (0..LANES).map(|_| tokio::sync::Mutex::new(())).collect();
        Answers { kept: Mutex::default(), lanes }
    }
}

impl Answers {
    /// The answer that was given before.
    ///
    /// # Errors
    /// A problem where the key was used for another request.
    fn again(&self, act: &Act) -> Result<Option<Json_>, Problem> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.by_key.get(&(act.account.clone(), act.key.clone())) {
            None => Ok(None),
            Some((request, _)) if *request != act.request => {
                Err(Problem::new(StatusCode::CONFLICT, "retry-key-reused"))
            }
            Some((_, answer)) => {
                let mut answer = answer.clone();
                answer["replayed"] = json!(true);
                Ok(Some(answer))
            }
        }
    }

    fn keep(&self, act: Act, answer: Json_) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (act.account, act.key);
        kept.order.push_back(key.clone());
        kept.by_key.insert(key, (act.request, answer));
        if kept.order.len() > KEPT
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.by_key.remove(&oldest);
        }
    }
}

/// Does a step, or gives the answer that was given to the same request before.
///
/// # Errors
/// The step's refusal; a problem where the key was used for another request.
pub async fn once<F>(app: Shared, act: Act, work: F) -> Result<Json_, Problem>
where
    F: FnOnce(&Desk) -> Result<Json_, node::Error> + Send + 'static,
{
    let lane =
        act.key.bytes().fold(0usize, |sum, b| sum.wrapping_mul(31).wrapping_add(usize::from(b)));
    let _turn = app.answers.lanes[lane % LANES].lock().await;
    if let Some(answer) = app.answers.again(&act)? {
        return Ok(answer);
    }
    let answer = ask(app.clone(), work).await?;
    if answer.is_object() {
        app.answers.keep(act, answer.clone());
    }
    Ok(answer)
}
