//! Accounts of this node: one a post, with the person who holds it and what the post may do.
//!
//! Which acts a post has is a table (`tables/<pack>/directory/posts.toml`); passwords and sessions
//! are the program's business. What an op is worth is decided by certificates, never here.

use std::collections::BTreeMap;

use kernel::{KeyId, PlaceCode, Ref, UnixMillis};
use ledger::Actor;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::text::Text;

/// An account of a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Name to sign in with, such as `county.duty`.
    pub account: String,
    /// Post kind in the table of posts.
    pub post: String,
    /// Kinds of further posts that the same person holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// Title for people.
    pub title: Text,
    /// The person who holds it.
    pub person: Text,
    /// The person's entity.
    pub person_ref: Option<Ref>,
    /// The organisation acted for.
    pub organisation: Option<Ref>,
    /// Unit in whose name the acts are.
    pub place: PlaceCode,
    /// Duty telephone (class 1).
    pub phone: String,
    /// The person's key, as certificates and `obo` name it.
    pub key: KeyId,
    /// Password hash (PHC string, argon2id); `None`: cannot sign in.
    pub password: Option<String>,
    /// When it was closed: it may do nothing and cannot sign in, and what it signed stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<UnixMillis>,
}

/// A row of the table of posts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Its title in Chinese.
    #[serde(default)]
    pub zh: String,
    /// Its title in English.
    #[serde(default)]
    pub en: String,
    /// Rank of its certificate. Source: house, decision 10.
    pub rank: u8,
    /// Roles of its certificate.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Acts it may do.
    #[serde(default)]
    pub acts: Vec<String>,
}

/// All accounts of a node and the table of posts.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    /// By account name.
    pub accounts: BTreeMap<String, Account>,
    /// By post kind.
    pub posts: BTreeMap<String, Post>,
}

impl Accounts {
    /// The actor of an account; `None` where there is none, or it is closed. A post without a row
    /// may do nothing; who holds several has the highest rank and all roles and acts of them.
    pub fn actor(&self, name: &str) -> Option<Actor> {
        let account = self.accounts.get(name).filter(|a| a.closed_at.is_none())?;
        let mut actor = Actor {
            account: account.account.clone(),
            person: account.person_ref.clone(),
            organisation: account.organisation.clone(),
            place: account.place,
            rank: 0,
            roles: Vec::new(),
            acts: Vec::new(),
        };
        for post in self.posts_of(account) {
            actor.rank = actor.rank.max(post.rank);
            let more = |have: &[String], of: &[String]| -> Vec<String> {
                of.iter().filter(|one| !have.contains(one)).cloned().collect()
            };
            actor.roles.extend(more(&actor.roles, &post.roles));
            actor.acts.extend(more(&actor.acts, &post.acts));
        }
        Some(actor)
    }

    /// The rows of an account's posts.
    pub(crate) fn posts_of<'a>(&'a self, account: &'a Account) -> impl Iterator<Item = &'a Post> {
        let kinds = std::iter::once(&account.post).chain(&account.also);
        kinds.filter_map(|kind| self.posts.get(kind))
    }

    /// Accounts whose post may do an act.
    pub fn who_may(&self, act: &str) -> Vec<&Account> {
        let may =
            |a: &&Account| self.posts_of(a).any(|p| p.acts.iter().any(|x| x == act || x == "*"));
        self.accounts.values().filter(|a| a.closed_at.is_none()).filter(may).collect()
    }

    /// The account whose person's key this is.
    pub fn by_key(&self, key: &KeyId) -> Option<&Account> {
        self.accounts.values().find(|a| a.key == *key)
    }
}

/// The table of posts: the national pack's, and over it the exercise's in exercises.
///
/// # Errors
/// [`Error::BadFile`] names the file and what is wrong in it.
pub fn posts(exercise: bool) -> Result<BTreeMap<String, Post>, Error> {
    let mut posts = BTreeMap::new();
    for (path, text) in rules::base_packs() {
        let ours = path.ends_with("directory/posts.toml");
        if !ours || (path.starts_with("exercise/") && !exercise) {
            continue;
        }
        let bad = |e: toml::de::Error| Error::BadFile {
            what: (*path).to_owned(),
            at: "post".to_owned(),
            why: e.to_string(),
        };
        let file: PostsFile = toml::from_str(text).map_err(bad)?;
        posts.extend(file.post);
    }
    Ok(posts)
}

#[derive(Deserialize)]
struct PostsFile {
    post: BTreeMap<String, Post>,
}
