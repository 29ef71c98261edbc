//! Sign-in with local accounts: argon2id, no network needed, reference tokens kept as hashes.

use std::collections::BTreeMap;
use std::sync::Mutex;

use axum::http::{HeaderMap, StatusCode, header};
use kernel::{Hash32, hash};

use super::problem::Problem;

/// Name of the cookie.
pub const COOKIE: &str = "anlan_session";
/// A session ends after so long without a request: a duty console, 12 h.
const IDLE_MS: i64 = 12 * 3_600_000;
/// A session ends after so long in any case.
const ABSOLUTE_MS: i64 = 24 * 3_600_000;
/// A sign-in or signature is good for so long for an approval. Source: house, decision 10.
const SIGNED_MS: i64 = 10 * 60_000;
/// Failed tries after which an account must wait.
const TRIES: u32 = 5;

/// One signed-in person.
#[derive(Clone, Debug)]
pub struct Session {
    /// The account.
    pub account: String,
    began_ms: i64,
    last_ms: i64,
    signed_ms: i64,
}

/// All sessions of this process.
#[derive(Default)]
pub struct Sessions {
    open: Mutex<BTreeMap<Hash32, Session>>,
    tries: Mutex<BTreeMap<String, (u32, i64)>>,
}

impl Sessions {
    /// Opens a session; the cookie's value.
    ///
    /// # Errors
    /// A problem where no token can be drawn.
    pub fn open(&self, account: &str, now_ms: i64) -> Result<String, Problem> {
        self.open_while(account, now_ms, || true)
    }

    /// Opens a session where what let the person in still holds once it is stored: whoever changes
    /// the password meanwhile either is seen here or finds the session and ends it.
    ///
    /// # Errors
    /// `wrong-password` where it holds no more; a problem where no token can be drawn.
    pub fn open_while(
        &self,
        account: &str,
        now_ms: i64,
        holds: impl FnOnce() -> bool,
    ) -> Result<String, Problem> {
        let mut bytes = [0u8; 32];
        let failed = |_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "store-failed");
        getrandom::fill(&mut bytes).map_err(failed)?;
        let token = Hash32(bytes).to_string();
        let (account, began_ms, last_ms, signed_ms) = (account.to_owned(), now_ms, now_ms, now_ms);
        let session = Session { account, began_ms, last_ms, signed_ms };
        let key = hash(token.as_bytes());
        lock(&self.open).insert(key, session);
        if holds() {
            return Ok(token);
        }
        lock(&self.open).remove(&key);
        Err(Problem::new(StatusCode::UNAUTHORIZED, "wrong-password"))
    }

    /// The session of a request, if it is signed in.
    pub fn of(&self, headers: &HeaderMap, now_ms: i64) -> Option<Session> {
        let key = hash(token(headers)?.as_bytes());
        let mut open = lock(&self.open);
        let session = open.get_mut(&key)?;
        let ended = now_ms - session.last_ms > IDLE_MS || now_ms - session.began_ms > ABSOLUTE_MS;
        if ended {
            open.remove(&key);
            return None;
        }
        session.last_ms = now_ms;
        Some(session.clone())
    }

    /// Whether the session of a request may approve or sign off now.
    ///
    /// # Errors
    /// `needs-reauth` where its last sign-in or signature is too old, or in the future.
    pub fn may_sign(&self, headers: &HeaderMap, now_ms: i64) -> Result<(), Problem> {
        let age = self.of(headers, now_ms).map(|session| now_ms - session.signed_ms);
        match age.is_some_and(|age| (0..=SIGNED_MS).contains(&age)) {
            true => Ok(()),
            false => Err(Problem::new(StatusCode::FORBIDDEN, "needs-reauth")),
        }
    }

    /// Notes that an account gave its password, or signed an approval, in the session of a request;
    /// whether that session is the account's.
    pub fn signed(&self, headers: &HeaderMap, account: &str, now_ms: i64) -> bool {
        if self.of(headers, now_ms).is_none_or(|session| session.account != account) {
            return false;
        }
        let key = token(headers).map(|token| hash(token.as_bytes()));
        let mut open = lock(&self.open);
        key.and_then(|key| open.get_mut(&key)).map(|s| s.signed_ms = now_ms).is_some()
    }

    /// Ends the session of a request.
    pub fn close(&self, headers: &HeaderMap) {
        if let Some(token) = token(headers) {
            lock(&self.open).remove(&hash(token.as_bytes()));
        }
    }

    /// Ends the sessions of an account but that of a request.
    pub fn close_others(&self, headers: &HeaderMap, account: &str) {
        let own = token(headers).map(|token| hash(token.as_bytes()));
        lock(&self.open).retain(|key, s| s.account != account || Some(*key) == own);
    }

    /// Whether an account may try a password now.
    ///
    /// # Errors
    /// `wait` with the seconds: never a lock for good that a stranger could cause.
    pub fn may_try(&self, account: &str, now_ms: i64) -> Result<(), Problem> {
        match lock(&self.tries).get(account) {
            Some((count, until)) if *count >= TRIES && *until > now_ms => {
                let seconds = (until - now_ms + 999) / 1000;
                let mut problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "wait");
                problem.retry_after_s = u64::try_from(seconds).ok();
                Err(problem.with("seconds", seconds))
            }
            _ => Ok(()),
        }
    }

    /// Notes how a try ended.
    pub fn tried(&self, account: &str, good: bool, now_ms: i64) {
        let mut tries = lock(&self.tries);
        if good {
            tries.remove(account);
            return;
        }
        if tries.len() > 10_000 {
            tries.retain(|_, (_, until)| *until > now_ms);
        }
        let entry = tries.entry(account.to_owned()).or_insert((0, 0));
        entry.0 = entry.0.saturating_add(1);
        let step = entry.0.saturating_sub(TRIES - 1).min(6);
        entry.1 = now_ms + (30_000i64 << step);
    }
}

fn token(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let pairs = cookies.split(';').filter_map(|c| c.trim().split_once('='));
    let (_, value) = pairs.into_iter().find(|(name, _)| *name == COOKIE)?;
    Some(value.to_owned())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(token: &str) -> HeaderMap {
        let cookie = format!("a=b; {COOKIE}={token}").parse().unwrap();
        HeaderMap::from_iter([(header::COOKIE, cookie)])
    }

    #[test]
    fn an_approval_needs_a_sign_in_or_signature_of_the_last_ten_minutes() {
        let (sessions, began) = (Sessions::default(), 1_000_000);
        let duty = with(&sessions.open("wang", began).unwrap());
        let code = |now| sessions.may_sign(&duty, now).map_err(|p| p.code.to_string());
        let old = || Err("needs-reauth".to_owned());
        assert_eq!(code(began), Ok(()));
        assert_eq!(code(began + SIGNED_MS), Ok(()));
        assert_eq!(code(began + SIGNED_MS + 1), old(), "reading on does not renew it");
        assert_eq!(code(began - 1), old(), "a clock that was set back");
        let again = began + SIGNED_MS + 5_000;
        assert!(!sessions.signed(&duty, "li", again), "another account's password");
        assert_eq!(code(again), old());
        assert!(sessions.signed(&duty, "wang", again));
        assert_eq!(code(again + SIGNED_MS), Ok(()));
        assert_eq!(code(again + SIGNED_MS + 1), old());
    }

    #[test]
    fn a_session_does_not_outlive_a_password_that_changes_while_it_opens() {
        let (sessions, began) = (Sessions::default(), 1_000_000);
        let refused = sessions.open_while("wang", began, || false).map_err(|p| p.code.to_string());
        assert_eq!(refused, Err("wrong-password".to_owned()));
        assert!(lock(&sessions.open).is_empty());
        // The change comes after the look: it finds the session.
        let late = || {
            sessions.close_others(&HeaderMap::new(), "wang");
            true
        };
        let token = sessions.open_while("wang", began, late).unwrap();
        assert!(sessions.of(&with(&token), began).is_none());
        let token = sessions.open_while("wang", began, || true).unwrap();
        assert!(sessions.of(&with(&token), began).is_some());
    }

    #[test]
    fn only_an_open_session_is_renewed() {
        let (sessions, began) = (Sessions::default(), 1_000_000);
        let duty = with(&sessions.open("wang", began).unwrap());
        assert!(!sessions.signed(&HeaderMap::new(), "wang", began));
        assert!(sessions.may_sign(&HeaderMap::new(), began).is_err());
        assert!(!sessions.signed(&with("0"), "wang", began));
        let late = began + IDLE_MS + 1;
        assert!(!sessions.signed(&duty, "wang", late), "ended by itself");
        let duty = with(&sessions.open("wang", began).unwrap());
        sessions.close(&duty);
        assert!(!sessions.signed(&duty, "wang", began));
    }
}
