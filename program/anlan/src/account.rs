//! Accounts of a folder: made for a post with the person's certificate, the node's own at the same
//! place, the entries in the record and the password's hash.
//!
//! `keys/accounts.json` comes last and whole: a cut before it leaves no account, and the same
//! again ends well.

use std::sync::{Mutex, PoisonError};

use kernel::UnixMillis;
use ledger::cert::KeyKind;
use ledger::{Actor, SecretKey};
use node::{Account, Appointment, Desk, Error};
use serde_json::Value as Json;

use crate::account_file;
use crate::chance::random_key;
use crate::folder::{Folder, FolderError};
use crate::found::{Certified, certify_by, key_id};
use crate::open::{has_root, root_or_node_key};

/// One account is made at a time: a name is looked up and taken in one go.
static TURN: Mutex<()> = Mutex::new(());

/// Makes an account as an act of the actor.
///
/// # Errors
/// What does not do in what was asked; what the folder or the record says.
pub fn add(
    folder: &Folder,
    desk: &Desk,
    actor: &Actor,
    (asked, password): (&Appointment, &str),
    now: UnixMillis,
) -> Result<Json, Error> {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    still_open(desk, actor)?;
    desk.may_appoint(actor, asked, password, has_root(folder))?;
    let key = random_key();
    let stored = crate::password::store_random(password);
    let account = desk.appointed(actor, asked, key_id(&key), stored);
    certify(folder, desk, &account, &key, now)?;
    desk.enter_account(actor, &account, &account.post, now)?;
    keep(folder, desk, &account)?;
    desk.admit(account);
    Ok(desk.account_shown(&asked.account))
}

/// Writes the person's certificate and, where it has less there, the node's.
///
/// # Errors
/// What the folder or the record says.
pub fn certify(
    folder: &Folder,
    desk: &Desk,
    account: &Account,
    key: &SecretKey,
    now: UnixMillis,
) -> Result<(), Error> {
    let issuer = root_or_node_key(folder).map_err(|e| Error::Store(format!("{e:?}")))?;
    let (info, worth) = (desk.info(), desk.worth(account));
    let reach = desk.reach(account.place, has_root(folder));
    let path = reach.as_ref().map_or_else(|| vec![account.place], |r| r.path.clone());
    let mut certs = Vec::new();
    if let Some(reach) = reach.filter(|r| !r.here) {
        certs.push(Certified {
            subject: desk.record.author().public(),
            kind: KeyKind::Node,
            path: path.clone(),
            rank: reach.rank,
            roles: reach.roles.names().into_iter().map(str::to_owned).collect(),
            node_number: None,
        });
    }
    certs.push(Certified {
        subject: key.public(),
        kind: KeyKind::Person,
        path,
        rank: worth.rank,
        roles: worth.roles,
        node_number: None,
    });
    certify_by(desk, &issuer, info.place, info.exercise, certs, now)
}

/// Gives an account another password; false where the present one is another, or the account is
/// closed. Where the new one is in place already nothing changes.
///
/// # Errors
/// `weak-password`; what the folder says.
pub fn change_password(
    folder: &Folder,
    desk: &Desk,
    name: &str,
    (old, new): (&str, &str),
) -> Result<bool, Error> {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(stored) = desk.password_of(name) else { return Ok(false) };
    if !crate::password::fits(&stored, old) {
        return Ok(crate::password::fits(&stored, new));
    }
    let mut account = desk.may_take(name, new)?;
    account.password = Some(crate::password::store_random(new));
    keep(folder, desk, &account)?;
    desk.admit(account);
    Ok(true)
}

/// Closes an account as an act of the actor; one that is closed stays so.
///
/// # Errors
/// What [`Desk::may_close`] says; what the folder or the record says.
pub fn close(
    folder: &Folder,
    desk: &Desk,
    actor: &Actor,
    (name, note): (&str, &str),
    now: UnixMillis,
) -> Result<Json, Error> {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    still_open(desk, actor)?;
    let mut account = desk.may_close(actor, name)?;
    if note.trim().is_empty() {
        let refusal = ledger::Refusal::new("missing-field", "house, decision 22");
        return Err(Error::refused("person", refusal.with("field", "note")));
    }
    desk.enter_leave(actor, &account, note, now)?;
    account.closed_at.get_or_insert(now);
    account.password = None;
    keep(folder, desk, &account)?;
    desk.admit(account);
    Ok(desk.account_shown(name))
}

/// Refuses an actor whose account was closed while it waited for its turn, so that of two who close
/// each other one stays.
fn still_open(desk: &Desk, actor: &Actor) -> Result<(), Error> {
    let people = desk.people();
    match people.accounts.get(&actor.account).and_then(|own| own.closed_at) {
        None => Ok(()),
        Some(_) => {
            let refusal = ledger::Refusal::new("no-right", "house, decision 10");
            Err(Error::refused("account", refusal.with("act", "account.keep")))
        }
    }
}

/// Puts the file of accounts with this one in place, whole or not at all.
///
/// # Errors
/// What the folder says.
pub fn keep(folder: &Folder, desk: &Desk, account: &Account) -> Result<(), Error> {
    let people = desk.people();
    let others = people.accounts.values().filter(|other| other.account != account.account);
    keep_all(folder, desk, others.chain([account]))
}

/// Writes the file of accounts anew, as this version writes it.
///
/// # Errors
/// What the folder says.
pub fn keep_all<'a>(
    folder: &Folder,
    desk: &Desk,
    accounts: impl IntoIterator<Item = &'a Account>,
) -> Result<(), Error> {
    let bytes = account_file::write(accounts, desk.record.author()).map_err(Error::Store)?;
    let failed = |e: FolderError| match e {
        FolderError::Full { .. } => Error::DiskFull,
        other => Error::Store(other.to_string()),
    };
    folder.write_private(account_file::FILE, &bytes).map_err(failed)
}

#[cfg(test)]
mod tests {
    use kernel::PlaceCode;

    use super::*;
    use crate::cli::scratch::Scratch;
    use crate::clock::WallClock;
    use crate::first::{Asked, SetUp};

    const PASSWORD: &str = "seven cats at the sea";

    #[test]
    fn of_two_who_close_each_other_one_stays() {
        let scratch = Scratch::empty().unwrap();
        let dir = scratch.dir().join("node");
        let (opened, code) = crate::cli::setup::make(&dir, PlaceCode::NOT_ASSIGNED, false).unwrap();
        let now = UnixMillis(WallClock::millis());
        let (account, person) = ("wang".to_owned(), "Wang".to_owned());
        let asked = Asked { code, account, person, password: PASSWORD.to_owned() };
        SetUp::of(opened.folder.clone()).make(&opened.desk, &asked, now).unwrap();
        let (folder, desk) = (&*opened.folder, &*opened.desk);
        let wang = desk.actor("wang").unwrap();
        let second = Appointment {
            account: "li".to_owned(),
            post: "administrator".to_owned(),
            person: "Li".to_owned(),
            place: None,
        };
        add(folder, desk, &wang, (&second, PASSWORD), now).unwrap();
        // Both were let in before either had the turn.
        let li = desk.actor("li").unwrap();
        close(folder, desk, &wang, ("li", "moved"), now).unwrap();
        let refused = close(folder, desk, &li, ("wang", "moved"), now);
        let Err(Error::Refused { refusal, .. }) = refused else { panic!("{refused:?}") };
        assert_eq!(refusal.code, "no-right");
        assert!(desk.actor("wang").is_some());
    }
}
