//! A further account of a node: who may make it, for which post and place, and who its person is
//! in the record.
//!
//! Source: house, decision 10. Passwords come here only to be judged.

use kernel::{EntityId, KeyId, PlaceCode, Ref, UnixMillis};
use ledger::authority::Roles;
use ledger::entity::post_of;
use ledger::{Actor, Command};
use serde_json::{Value as Json, json};

use crate::accounts::{Account, Post};
use crate::check::{may, refuse};
use crate::desk::Desk;
use crate::error::Error;
use crate::first::{ACCOUNT, First, judge};
use crate::plan::new_command;
use crate::text::Text;

/// The act of making accounts.
pub const KEEP_ACCOUNTS: &str = "account.keep";

/// An account that is asked for.
#[derive(Clone, Debug)]
pub struct Appointment {
    /// Name to sign in with.
    pub account: String,
    /// Post kind in the table of posts.
    pub post: String,
    /// What the person is called.
    pub person: String,
    /// Unit in whose name the acts are; `None`: that of whoever asks.
    pub place: Option<PlaceCode>,
}

/// What this node has at a place: no certificate that it makes there gives more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Codes from the root's place down to the place.
    pub path: Vec<PlaceCode>,
    /// Rank.
    pub rank: u8,
    /// Roles.
    pub roles: Roles,
    /// Whether the node's own key is certified at this very place.
    pub here: bool,
}

impl Desk {
    /// What this node has at a place; `None` where no certificate of its key reaches. A node
    /// without a root of its own cannot certify itself for further places.
    pub fn reach(&self, place: PlaceCode, has_root: bool) -> Option<Reach> {
        let mut best: Option<Reach> = None;
        for cert in self.record.own_certificates() {
            let Some(end) = cert.path.last().copied() else { continue };
            let here = end == place;
            if !(here || has_root && self.area.is_under(place, end)) {
                continue;
            }
            let mut below = self.area.up(place);
            below.truncate(below.iter().position(|p| *p == end).unwrap_or(0));
            let path: Vec<PlaceCode> =
                cert.path.iter().copied().chain(below.into_iter().rev()).collect();
            let reach = Reach { path, rank: cert.rank, roles: cert.roles, here };
            let more = |b: &Reach| (reach.rank, reach.here) > (b.rank, b.here);
            if best.as_ref().is_none_or(more) {
                best = Some(reach);
            }
        }
        best
    }

    /// Whether an account may be made as asked.
    ///
    /// # Errors
    /// `no-right`; what [`First::check`] says; `account-taken`; `unknown-post` with the posts there
    /// are; `place-not-under`; `post-above-node`.
    pub fn may_appoint(
        &self,
        actor: &Actor,
        asked: &Appointment,
        password: &str,
        has_root: bool,
    ) -> Result<(), Error> {
        let no = |refusal| Err(Error::refused(ACCOUNT, refusal));
        if !may(actor, KEEP_ACCOUNTS) {
            return no(refuse("no-right").with("act", KEEP_ACCOUNTS));
        }
        First { account: asked.account.clone(), person: asked.person.clone() }.check(password)?;
        let called = self.area.name(asked.place.unwrap_or(actor.place));
        judge(password, &[&asked.account, &asked.person, &called.zh, &called.en])?;
        let people = self.people();
        let name = asked.account.to_lowercase();
        if people.accounts.keys().any(|taken| taken.to_lowercase() == name) {
            return no(refuse("account-taken").with("account", &asked.account));
        }
        let Some(post) = people.posts.get(&asked.post) else {
            let known: Vec<&str> = people.posts.keys().map(String::as_str).collect();
            let refusal = refuse("unknown-post").with("post", &asked.post);
            return no(refusal.with("expected", known.join(", ")));
        };
        let place = asked.place.unwrap_or(actor.place);
        // Whoever keeps accounts for a unit under the node gives no more than their own.
        let (own, beneath) = (self.info.place, actor.place != self.info.place);
        let own = if beneath { actor.place } else { own };
        let reach = self.reach(place, has_root).filter(|_| self.record.is_under(place, own));
        let Some(reach) = reach else {
            return no(refuse("place-not-under").with("place", place).with("own", own));
        };
        let limit = if beneath { reach.rank.min(actor.rank) } else { reach.rank };
        if post.rank > limit || !reach.roles.has(roles_of(post)) {
            let refusal = refuse("post-above-node").with("post", &asked.post);
            return no(refusal.with("rank", post.rank).with("limit", limit));
        }
        Ok(())
    }

    /// An account as whoever made it is told: never its password.
    pub fn account_shown(&self, account: &str) -> Json {
        let people = self.people();
        let Some(account) = people.accounts.get(account) else { return Json::Null };
        json!({
            "account": account.account, "post": account.post, "title": account.title,
            "person": account.person.zh, "place": account.place,
            "place_name": self.place_name(account.place),
        })
    }

    /// The account of an appointment that [`Desk::may_appoint`] let pass.
    pub fn appointed(
        &self,
        actor: &Actor,
        asked: &Appointment,
        key: KeyId,
        password: String,
    ) -> Account {
        let people = self.people();
        let post = people.posts.get(&asked.post);
        let title = post.map(|p| Text::new(p.zh.clone(), p.en.clone()));
        let (person, place) = (asked.person.trim(), asked.place.unwrap_or(actor.place));
        Account {
            account: asked.account.clone(),
            post: asked.post.clone(),
            also: Vec::new(),
            title: title.unwrap_or_else(|| Text::new(asked.post.clone(), asked.post.clone())),
            person: Text::new(person, person),
            person_ref: Some(entity("person", &asked.account)),
            organisation: Some(entity("organisation", &place.to_string())),
            place,
            phone: String::new(),
            key,
            password: Some(password),
            closed_at: None,
        }
    }

    /// Enters an account's organisation, post and person, as an act of the actor. What is there
    /// already is changed, so that a second try after a cut ends well.
    ///
    /// # Errors
    /// What the record says.
    pub fn enter_account(
        &self,
        actor: &Actor,
        account: &Account,
        post: &str,
        now: UnixMillis,
    ) -> Result<(), Error> {
        let is_there = |what: &Ref| self.view_of(what).is_some_and(|v| v.exists());
        let (name, place) = (self.place_name(account.place), account.place);
        let mut commands: Vec<Command> = Vec::new();
        if let Some(organisation) = account.organisation.as_ref().filter(|o| !is_there(o)) {
            let mut register = new_command(
                "organisation",
                "register",
                json!({
                    "name": name.zh, "name_en": name.en, "sort": "government",
                    "place": place, "source_id": place.to_string(),
                }),
            );
            register.id = Some(organisation.id);
            commands.push(register);
        }
        commands.push(self.post_command(account, post, is_there(&post_of(&account.account))));
        let person = entity("person", &account.account);
        let mut enrol = new_command(
            "person",
            if is_there(&person) { "assign" } else { "enrol" },
            json!({"organisation": account.organisation, "account": account.account,
                "posts": [post_of(&account.account)], "place": place}),
        );
        let mut describe = new_command("person", "describe", json!({"name": account.person.zh}));
        enrol.id = Some(person.id);
        describe.id = Some(person.id);
        commands.extend([enrol, describe]);
        self.submit(actor, commands, "", now).map(drop)
    }

    fn post_command(&self, account: &Account, kind: &str, there: bool) -> Command {
        let mut fields = json!({
            "title": account.title.zh, "title_en": account.title.en, "post_kind": kind,
            "place": account.place, "organisation": account.organisation,
        });
        if !there {
            fields["source_id"] = json!(account.account);
        }
        let mut command = new_command("post", if there { "change" } else { "establish" }, fields);
        command.id = Some(post_of(&account.account).id);
        command
    }

    /// The name of a unit; the node's own as the node is called.
    fn place_name(&self, place: PlaceCode) -> Text {
        if place == self.info.place { self.info.place_name.clone() } else { self.area.name(place) }
    }
}

/// The roles of a post's certificate.
pub fn roles_of(post: &Post) -> Roles {
    Roles::of(post.roles.iter().map(String::as_str))
}

/// What has a public code.
pub(crate) fn entity(kind: &str, code: &str) -> Ref {
    Ref::new(kind, EntityId::from_code(kind, code))
}
