//! The first person of a node: an administrator who is also its duty officer.
//!
//! Source: house, decision 17. Passwords come here only to be judged; what is kept is their hash,
//! made by the program.

use std::collections::BTreeSet;

use kernel::{KeyId, PlaceCode, UnixMillis};
use ledger::Refusal;

use crate::accounts::{Account, Post};
use crate::appoint::entity;
use crate::check::refuse;
use crate::desk::Desk;
use crate::error::Error;
use crate::text::Text;

/// Fewest and most characters of a password. Source: OWASP ASVS 5.0, 6.2.1 and 6.2.9.
const PASSWORD_CHARS: (usize, usize) = (12, 128);
/// Fewest different characters of a password.
const PASSWORD_VARIETY: usize = 5;
/// Most characters of an account's name.
const ACCOUNT_CHARS: usize = 40;
/// Most characters of a person's name.
const PERSON_CHARS: usize = 60;
/// What the names and the password are about, where no entity is.
pub(crate) const ACCOUNT: &str = "account";
/// The post that keeps accounts.
const ADMINISTRATOR: &str = "administrator";

/// What the first person gives.
#[derive(Clone, Debug)]
pub struct First {
    /// Name to sign in with.
    pub account: String,
    /// What the person is called.
    pub person: String,
}

/// What a person's signature is to be worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worth {
    /// Rank. Source: house, decision 10.
    pub rank: u8,
    /// Roles.
    pub roles: Vec<String>,
}

impl First {
    /// Whether names and password will do.
    ///
    /// # Errors
    /// `bad-account-name`, `person-missing`, `weak-password` with what is expected.
    pub fn check(&self, password: &str) -> Result<(), Error> {
        let no = |refusal: Refusal| Err(Error::refused(ACCOUNT, refusal));
        let sign = |c: char| c.is_alphanumeric() || "._-".contains(c);
        let name = self.account.as_str();
        if name.is_empty() || name.chars().count() > ACCOUNT_CHARS || !name.chars().all(sign) {
            return no(refuse("bad-account-name").with("limit", ACCOUNT_CHARS));
        }
        let (person, chars) = (self.person.trim(), self.person.chars().count());
        if person.is_empty() || chars > PERSON_CHARS || person.chars().any(char::is_control) {
            return no(refuse("person-missing").with("limit", PERSON_CHARS));
        }
        judge(password, &[name])
    }
}

/// Whether a password will do: long enough, not a few signs again and again, no run along the keys,
/// and not made of what anybody would try first, such as the account's or the place's name.
///
/// # Errors
/// `weak-password` with how long it must be.
pub fn judge(password: &str, known: &[&str]) -> Result<(), Error> {
    if is_strong(password) && !crate::guess::is_guessed(password, known) {
        return Ok(());
    }
    let weak = Refusal::new("weak-password", "OWASP ASVS 5.0, 6.2");
    let weak = weak.with("least", PASSWORD_CHARS.0).with("most", PASSWORD_CHARS.1);
    Err(Error::refused(ACCOUNT, weak))
}

/// Long enough, not a few signs again and again, no run along the keys.
fn is_strong(password: &str) -> bool {
    let plain = password.to_lowercase();
    let chars: Vec<char> = plain.chars().collect();
    let different: BTreeSet<&char> = chars.iter().collect();
    let step = |w: &[char]| (w[1] as i64 - w[0] as i64).abs() <= 1;
    let steps = chars.windows(2).filter(|w| step(w)).count();
    (PASSWORD_CHARS.0..=PASSWORD_CHARS.1).contains(&chars.len())
        && different.len() >= PASSWORD_VARIETY
        && steps * 2 < chars.len()
}

/// The post kind of whoever is on duty at a unit of this code.
pub fn duty_post(place: PlaceCode) -> &'static str {
    match place.0 {
        0 => "nation_duty",
        code if code % 1_000 != 0 => "village_head",
        code if code % 1_000_000 != 0 => "township_duty",
        code if code % 100_000_000 != 0 => "county_duty",
        code if code % 10_000_000_000 != 0 => "city_duty",
        _ => "province_duty",
    }
}

impl Desk {
    /// Whether anybody has an account here.
    pub fn has_accounts(&self) -> bool {
        !self.people().accounts.is_empty()
    }

    /// The account of the first person with the administrator's and the duty officer's post.
    pub fn first_account(&self, first: &First, key: KeyId, password: String) -> Account {
        let (people, duty) = (self.people(), duty_post(self.info.place));
        let titles: Vec<Text> = [ADMINISTRATOR, duty]
            .iter()
            .filter_map(|kind| people.posts.get(*kind))
            .map(|post| Text::new(post.zh.clone(), post.en.clone()))
            .collect();
        let joined = |of: fn(&Text) -> &str| titles.iter().map(of).collect::<Vec<_>>().join(" / ");
        let person = first.person.trim();
        Account {
            account: first.account.clone(),
            post: ADMINISTRATOR.to_owned(),
            also: vec![duty.to_owned()],
            title: Text::new(joined(|t| &t.zh), joined(|t| &t.en)),
            person: Text::new(person, person),
            person_ref: Some(entity("person", &first.account)),
            organisation: Some(entity("organisation", &self.info.place.to_string())),
            place: self.info.place,
            phone: String::new(),
            key,
            password: Some(password),
            closed_at: None,
        }
    }

    /// What an account's certificate says: its posts' highest rank and all their roles.
    pub fn worth(&self, account: &Account) -> Worth {
        let people = self.people();
        let posts: Vec<&Post> = people.posts_of(account).collect();
        let roles: BTreeSet<&String> = posts.iter().flat_map(|p| &p.roles).collect();
        Worth {
            rank: posts.iter().map(|p| p.rank).max().unwrap_or(0),
            roles: roles.into_iter().cloned().collect(),
        }
    }

    /// Takes an account in: from here on its person may sign in.
    pub fn admit(&self, account: Account) {
        let mut people = self.accounts.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        people.accounts.insert(account.account.clone(), account);
        drop(people);
        self.tell_record();
    }

    /// Enters who the first person is, on which post and for which organisation they act, as their
    /// own act.
    ///
    /// # Errors
    /// What the record says.
    pub fn enter_first(&self, account: &Account, now: UnixMillis) -> Result<(), Error> {
        let none = || Error::NotFound(account.account.clone());
        let actor = self.actor(&account.account).ok_or_else(none)?;
        self.enter_account(&actor, account, duty_post(account.place), now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_and_mixed_and_not_the_name() {
        for weak in [
            "",
            "kurz",
            "aaaaaaaaaaaaaaaa",
            "abababababab1",
            "abcdefghijklmnop",
            "123456789012345",
            "wang.duty-2026-wang.duty",
            &"x7!".repeat(60),
        ] {
            assert!(judge(weak, &["wang.duty"]).is_err(), "{weak}");
        }
        for strong in ["correct horse battery", "七楼的猫昨晚又去看海啦哈", "N0t-a-Flood+1998"]
        {
            assert!(judge(strong, &["wang.duty"]).is_ok(), "{strong}");
        }
    }

    #[test]
    fn the_duty_post_is_that_of_the_units_level() {
        let of = |code| duty_post(PlaceCode(code));
        assert_eq!(of(999_999_000_000), "county_duty");
        assert_eq!(of(990_102_100_000), "township_duty");
        assert_eq!(of(990_100_000_000), "city_duty");
        assert_eq!(of(990_000_000_000), "province_duty");
        assert_eq!(of(990_102_100_201), "village_head");
    }

    #[test]
    fn both_posts_are_in_the_table_and_their_rights_add_up() {
        let posts = crate::accounts::posts(false).unwrap();
        for code in [0, 999_999_000_000, 990_102_100_000, 990_100_000_000, 990_000_000_000] {
            assert!(posts.contains_key(duty_post(PlaceCode(code))), "{code}");
        }
        let key = KeyId([7; 8]);
        let account = Account {
            account: "a".to_owned(),
            post: ADMINISTRATOR.to_owned(),
            also: vec!["city_duty".to_owned()],
            title: Text::new("", ""),
            person: Text::new("", ""),
            person_ref: None,
            organisation: None,
            place: PlaceCode(0),
            phone: String::new(),
            key,
            password: None,
            closed_at: None,
        };
        let accounts = [("a".to_owned(), account)].into();
        let people = crate::accounts::Accounts { accounts, posts };
        let actor = people.actor("a").unwrap();
        assert_eq!(actor.rank, 60);
        for act in ["account.keep", "alert.issue", "event.keep"] {
            assert_eq!(actor.acts.iter().filter(|a| *a == act).count(), 1, "{act}");
            assert_eq!(people.who_may(act).len(), 1, "{act}");
        }
        assert_eq!(actor.roles, ["issue", "owner"]);
    }
}
