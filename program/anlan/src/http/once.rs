//! A step that is asked for twice with one key is done once, and the first answer comes again.
//!
//! What a step writes follows from the record, so that the same request later would write
//! something else: the store's own row for a key would then only say that the key was used. A
//! step's answer is kept here, and sealed in a row of its own before it goes out, so that it comes
//! again after a restart too.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use kernel::{Hash32, UnixMillis};
use ledger::op_store::RetryRow;
use node::Desk;
use serde_json::{Value as Json_, json};

use super::problem::Problem;
use super::{Shared, ask};
use crate::sealed::Sealed;

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

impl Act {
    /// The key of its row in the store.
    fn row(&self) -> Hash32 {
        let parts: [&[u8]; 3] = [self.account.as_bytes(), &[0], self.key.as_bytes()];
        kernel::hash_tagged("anlan/step/1\0", &parts)
    }
}

/// What an answer that the store keeps may be read with: it may name persons.
fn sealed(desk: &Desk) -> Sealed {
    Sealed::of(desk.record.author(), "answers")
}

/// The answer that the store keeps for a key; [`node::Error::RetryReused`] where it was used for
/// another request.
fn kept_answer(desk: &Desk, key: &Hash32, request: &Hash32) -> Result<Option<Json_>, node::Error> {
    let Some(row) = desk.record.read(|store| store.retry(key))? else { return Ok(None) };
    if row.request != *request {
        return Err(node::Error::RetryReused);
    }
    let opened = sealed(desk).open(&row.answer);
    let answer = opened.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    answer.map(Some).ok_or_else(|| node::Error::Store("a kept answer does not read".to_owned()))
}

/// Keeps an answer in the store; what is no answer to come again is not kept.
fn keep_answer(
    desk: &Desk,
    (key, request): (Hash32, Hash32),
    answer: &Json_,
    at: UnixMillis,
) -> Result<(), node::Error> {
    if !answer.is_object() {
        return Ok(());
    }
    let sealed = sealed(desk).seal(answer.to_string().as_bytes());
    let answer = sealed.ok_or_else(|| node::Error::Store("an answer is too large".to_owned()))?;
    let mut batch = ledger::Batch::default();
    batch.retries.push(RetryRow { key, request, status: 200, answer, at });
    desk.record.append_meta(batch)
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

/// The answer that the store keeps for a key, or that of the work, which is then kept.
fn first_answer(
    desk: &Desk,
    (key, request): (Hash32, Hash32),
    now: UnixMillis,
    work: impl FnOnce(&Desk) -> Result<Json_, node::Error>,
) -> Result<Json_, node::Error> {
    if let Some(mut answer) = kept_answer(desk, &key, &request)? {
        answer["replayed"] = json!(true);
        return Ok(answer);
    }
    let answer = work(desk)?;
    keep_answer(desk, (key, request), &answer, now)?;
    Ok(answer)
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
    let (row, now) = ((act.row(), act.request), app.clock.now());
    let done = move |desk: &Desk| first_answer(desk, row, now, work);
    let answer = ask(app.clone(), done).await?;
    if answer.is_object() {
        app.answers.keep(act, answer.clone());
    }
    Ok(answer)
}
