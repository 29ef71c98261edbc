//! An account of this node is closed, or gets another password: who may, and what the record then
//! says of the person. What was signed with it stays as it is.

use kernel::UnixMillis;
use ledger::Actor;
use serde_json::{Value as Json, json};

use crate::accounts::Account;
use crate::appoint::{KEEP_ACCOUNTS, entity};
use crate::check::{may, refuse};
use crate::desk::Desk;
use crate::error::Error;
use crate::first::{ACCOUNT, judge};
use crate::plan::new_command;

impl Desk {
    /// The account, where the actor may close it.
    ///
    /// # Errors
    /// `no-right`; [`Error::NotFound`]; `own-account`, so that somebody always keeps accounts;
    /// `place-not-under` where it is of a unit that is not the actor's.
    pub fn may_close(&self, actor: &Actor, account: &str) -> Result<Account, Error> {
        let no = |refusal| Err(Error::refused(ACCOUNT, refusal));
        if !may(actor, KEEP_ACCOUNTS) {
            return no(refuse("no-right").with("act", KEEP_ACCOUNTS));
        }
        let found = self.people().accounts.get(account).cloned();
        let found = found.ok_or_else(|| Error::NotFound(format!("{ACCOUNT} {account}")))?;
        if found.account == actor.account {
            return no(refuse("own-account"));
        }
        if !self.record.is_under(found.place, actor.place) {
            let refusal = refuse("place-not-under").with("place", found.place);
            return no(refusal.with("own", actor.place));
        }
        Ok(found)
    }

    /// Enters that whoever held an account has left, as an act of the actor. A person who is not
    /// entered, or has left already, needs no entry.
    ///
    /// # Errors
    /// What the record says.
    pub fn enter_leave(
        &self,
        actor: &Actor,
        account: &Account,
        note: &str,
        now: UnixMillis,
    ) -> Result<(), Error> {
        let person = account.person_ref.clone();
        let person = person.unwrap_or_else(|| entity("person", &account.account));
        let entry = self.entry("person")?;
        let active = |view: &ledger::View| entry.state_of(view) == Some("Active");
        if !self.view_of(&person).is_some_and(|view| active(&view)) {
            return Ok(());
        }
        let mut leave = new_command("person", "leave", json!({"note": note}));
        leave.id = Some(person.id);
        self.submit(actor, vec![leave], "", now).map(drop)
    }

    /// Whether a password will do for an account that is there.
    ///
    /// # Errors
    /// `weak-password`; [`Error::NotFound`].
    pub fn may_take(&self, account: &str, password: &str) -> Result<Account, Error> {
        let found = self.people().accounts.get(account).cloned();
        let found = found.ok_or_else(|| Error::NotFound(format!("{ACCOUNT} {account}")))?;
        let place = self.area.name(found.place);
        judge(password, &[account, &found.person.zh, &found.person.en, &place.zh, &place.en])?;
        Ok(found)
    }

    /// Every account of this node with its posts, rank and roles, and whether it is closed, for the
    /// folder's owner; no password, key or telephone.
    pub fn all_accounts(&self) -> Json {
        let people = self.people();
        let items = people.accounts.values().map(|a| {
            let posts: Vec<_> = people.posts_of(a).collect();
            let mut roles: Vec<&String> = posts.iter().flat_map(|p| &p.roles).collect();
            roles.sort_unstable();
            roles.dedup();
            json!({
                "account": a.account, "post": a.post, "also": a.also, "title": a.title,
                "person": a.person, "place": a.place, "place_name": self.area.name(a.place),
                "rank": posts.iter().map(|p| p.rank).max(), "roles": roles,
                "closed_at": a.closed_at,
            })
        });
        json!({"items": items.collect::<Vec<_>>()})
    }

    /// The accounts that an actor keeps, and the posts that one can be made for; nothing for
    /// whoever keeps none.
    pub fn kept_accounts(&self, actor: &Actor) -> Json {
        let (people, keeps) = (self.people(), may(actor, KEEP_ACCOUNTS));
        let here = |a: &&Account| keeps && self.record.is_under(a.place, actor.place);
        let items = people.accounts.values().filter(here).map(|a| {
            json!({
                "account": a.account, "post": a.post, "title": a.title, "person": a.person,
                "place": a.place, "place_name": self.area.name(a.place),
                "closed_at": a.closed_at, "own": a.account == actor.account,
            })
        });
        let posts = people.posts.iter().filter(|_| keeps).map(
            |(kind, post)| json!({"post": kind, "zh": post.zh, "en": post.en, "rank": post.rank}),
        );
        json!({"items": items.collect::<Vec<_>>(), "posts": posts.collect::<Vec<_>>()})
    }
}
