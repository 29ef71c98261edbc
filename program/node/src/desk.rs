//! One open node: the record, the people, the working area, the tables. Every use case starts here.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock, RwLockReadGuard};

use kernel::{EntityId, Hash32, PlaceCode, Ref, UnixMillis};
use ledger::{Actor, Command, Entry, Refusal, View};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::accounts::{Account, Accounts};
use crate::changes::Changes;
use crate::check::refuse;
use crate::describe;
use crate::error::Error;
use crate::labels::Labels;
use crate::reach::{self, Act, Known};
use crate::record::{Done, Job, Principal, Record};
use crate::text::Text;

/// Who this node is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// Its place.
    pub place: PlaceCode,
    /// Name of its place.
    pub place_name: Text,
    /// Whether it is an exercise node: never mixes with real ones.
    pub exercise: bool,
    /// Seed of a made-up county.
    pub seed: Option<u64>,
    /// Name of the scenario.
    pub scenario: Option<Text>,
    /// When the exercise's scenario starts.
    pub starts_at: Option<UnixMillis>,
    /// Version of the program.
    pub version: String,
}

/// Where blobs lie: by hash, whole or not at all.
pub trait Blobs: Send + Sync {
    /// The bytes, where they are here.
    fn get(&self, hash: &Hash32) -> Option<Vec<u8>>;
    /// Whether they are here, whole; a large file is not held in memory for it.
    fn has(&self, hash: &Hash32) -> bool {
        self.get(hash).is_some()
    }
    /// Keeps bytes under their hash.
    ///
    /// # Errors
    /// [`Error::DiskFull`], [`Error::Store`].
    fn put(&self, bytes: &[u8]) -> Result<Hash32, Error>;
    /// The hashes of all that lie here, sorted.
    ///
    /// # Errors
    /// [`Error::Store`].
    fn all(&self) -> Result<Vec<Hash32>, Error>;
}

/// One open node.
pub struct Desk {
    /// The record.
    pub record: Record,
    pub(crate) info: Info,
    pub(crate) accounts: RwLock<Accounts>,
    pub(crate) labels: BTreeMap<&'static str, Labels>,
    pub(crate) blobs: Box<dyn Blobs>,
    pub(crate) area: Arc<crate::area::Area>,
    pub(crate) tables: rules::Library,
    pub(crate) derived: crate::derived::Derived,
}

/// What a desk is opened with.
pub struct Parts {
    /// The record.
    pub record: Record,
    /// Who this node is.
    pub info: Info,
    /// People and posts.
    pub accounts: Accounts,
    /// Blobs.
    pub blobs: Box<dyn Blobs>,
    /// Datasets of the working area.
    pub area: crate::area::Area,
    /// Rule tables.
    pub tables: rules::Library,
}

/// Most rows of a page.
const PAGE_MAX: usize = 1_000;
/// Furthest row that a cursor may name.
const CURSOR_MAX: usize = u32::MAX as usize;

/// `limit` and `cursor` of a list.
///
/// # Errors
/// [`Error::BadQuery`] where one is no number, or beyond what it may be.
pub(crate) fn page_of(filter: &BTreeMap<String, String>) -> Result<(usize, usize), Error> {
    let number = |name: &str, least: usize, most: usize, otherwise: usize| {
        let Some(text) = filter.get(name) else { return Ok(otherwise) };
        let found = text.parse::<usize>().ok().filter(|n| (least..=most).contains(n));
        found.ok_or_else(|| Error::BadQuery {
            name: name.to_owned(),
            expected: format!("{least}..{most}"),
        })
    };
    let limit = number("limit", 1, CURSOR_MAX, 100)?.min(PAGE_MAX);
    Ok((limit, number("cursor", 0, CURSOR_MAX, 0)?))
}

impl Desk {
    /// Opens a desk.
    pub fn open(parts: Parts) -> Desk {
        let Parts { record, info, accounts, blobs, area, tables } = parts;
        let labels = record.registry.0.iter().map(|e| (e.kind.name, Labels::of(e))).collect();
        let area = Arc::new(area);
        let derived = crate::derived::Derived::default();
        let accounts = RwLock::new(accounts);
        let desk = Desk { record, info, accounts, labels, blobs, area, tables, derived };
        desk.tell_record();
        desk
    }

    /// Tells the record the division table and the people as they are.
    pub(crate) fn tell_record(&self) {
        let divisions = self.area.clone();
        let row = |a: &Account| (a.key, (a.account.clone(), a.person.zh.clone()));
        let people: BTreeMap<_, _> = self.people().accounts.values().map(row).collect();
        self.record.tell(
            Box::new(move |place, above| divisions.is_under(place, above)),
            Box::new(move |key| people.get(key).cloned()),
        );
    }

    /// The rule tables.
    pub fn tables(&self) -> &rules::Library {
        &self.tables
    }

    /// Who this node is.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// What changed.
    pub fn changes(&self) -> &Changes {
        &self.record.changes
    }

    /// The people.
    pub fn people(&self) -> RwLockReadGuard<'_, Accounts> {
        self.accounts.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Names of a few people whose post may do an act, those of the node's own place first.
    pub fn who_may(&self, act: &str) -> Text {
        let people = self.people();
        let few = self.few_who_may(&people, act);
        let (zh, en): (Vec<_>, Vec<_>) =
            few.iter().map(|a| (a.person.zh.as_str(), a.person.en.as_str())).unzip();
        Text::new(zh.join(" / "), en.join(" / "))
    }

    /// Accounts of a few people whose post may do an act, as a refusal names them.
    pub(crate) fn accounts_who_may(&self, act: &str) -> String {
        let people = self.people();
        let few = self.few_who_may(&people, act);
        few.iter().map(|a| a.account.as_str()).collect::<Vec<_>>().join(" / ")
    }

    fn few_who_may<'a>(&self, people: &'a Accounts, act: &str) -> Vec<&'a Account> {
        let mut who = people.who_may(act);
        // Whose unit lies below may do it there, and not here.
        let here = |a: &&Account| self.area.is_under(self.info.place, a.place);
        if who.iter().any(here) {
            who.retain(here);
        }
        who.sort_by_key(|a| (a.place != self.info.place, a.account.clone()));
        who.truncate(3);
        who
    }

    /// The actor of an account.
    pub fn actor(&self, account: &str) -> Option<Actor> {
        self.people().actor(account)
    }

    /// The stored password of an account.
    pub fn password_of(&self, account: &str) -> Option<String> {
        let people = self.people();
        let account = people.accounts.get(account).filter(|a| a.closed_at.is_none())?;
        account.password.clone()
    }

    /// The words of an entity's refusal.
    pub fn refusal_words(&self, kind: &str, code: &str) -> Option<Text> {
        self.labels.get(kind)?.get(&format!("refusal.{code}")).cloned()
    }

    /// A word of a kind, such as `field.title`; `None` where nobody has one.
    pub fn label(&self, kind: &str, path: &str) -> Option<Text> {
        self.labels.get(kind)?.get(path).cloned()
    }

    /// The entity's line.
    ///
    /// # Errors
    /// A refusal where there is no such kind.
    pub fn entry(&self, kind: &str) -> Result<&'static Entry, Error> {
        let none = || Error::refused(kind, refuse("unknown-kind").with("kind", kind));
        self.record.registry.by_name(kind).ok_or_else(none)
    }

    /// The view of an entity.
    ///
    /// # Errors
    /// [`Error::NotFound`] where nobody wrote about it.
    pub fn view(&self, kind: &str, id: &str) -> Result<(&'static Entry, Arc<View>), Error> {
        let entry = self.entry(kind)?;
        let none = || Error::NotFound(format!("{kind}:{id}"));
        let id: EntityId = id.parse().map_err(|_| none())?;
        let view = self.record.views().get(kind, &id).cloned().ok_or_else(none)?;
        Ok((entry, view))
    }

    /// The view behind a reference.
    pub fn view_of(&self, what: &Ref) -> Option<Arc<View>> {
        self.record.views().get(&what.kind, &what.id).cloned()
    }

    /// All kinds, for forms and lists.
    pub fn kinds(&self) -> Json {
        let of = |e: &Entry| describe::kind(e, &self.labels[e.kind.name]);
        json!({"kinds": self.record.registry.0.iter().map(of).collect::<Vec<_>>()})
    }

    /// One entity.
    ///
    /// # Errors
    /// [`Error::NotFound`], or no such kind.
    pub fn entity(&self, actor: &Actor, kind: &str, id: &str) -> Result<Json, Error> {
        let (entry, view) = self.view(kind, id)?;
        Ok(self.shown(entry, &view, Some(actor)))
    }

    /// An entity as the API shows it, with who else may do what the actor may not.
    pub fn shown(&self, entry: &Entry, view: &View, actor: Option<&Actor>) -> Json {
        let mut shown = describe::entity(entry, view, &self.record, actor);
        if let Some(actor) = actor {
            self.deny_beyond_reach(entry, view, actor, &mut shown);
        }
        if let Some(acts) = shown["acts"].as_array_mut() {
            let people = self.people();
            for act in acts.iter_mut().filter(|a| a["allowed"] == json!(false)) {
                let grant = act["grant"].as_str().unwrap_or_default();
                let mut who = people.who_may(grant);
                if let Some(body) = reach::own_body(entry.kind.name, grant, view) {
                    who.retain(|a| a.organisation.as_ref() == Some(&body));
                }
                act["who"] = who.iter().take(5).map(|a| json!(a.account)).collect();
            }
        }
        shown
    }

    /// Steps that the post may take elsewhere or about what is addressed to it, and not here.
    fn deny_beyond_reach(&self, entry: &Entry, view: &View, actor: &Actor, shown: &mut Json) {
        let Some(acts) = shown["acts"].as_array_mut() else { return };
        for shown in acts.iter_mut().filter(|act| act["allowed"] == json!(true)) {
            let (verb, grant) = (shown["verb"].clone(), shown["grant"].clone());
            let act = Act {
                actor,
                kind: entry.kind.name,
                verb: verb.as_str().unwrap_or_default(),
                grant: grant.as_str().unwrap_or_default(),
                view,
                addressee: reach::addressee_of(entry),
                place: None,
                event: reach::event_of(entry, view),
                heard: false,
            };
            if let Err(refusal) = self.in_reach(&act) {
                shown["allowed"] = json!(false);
                shown["refusal"] = json!(refusal.code);
            }
        }
    }

    /// Whether an act lies within the actor's unit, or answers what is addressed to it.
    ///
    /// # Errors
    /// The refusal.
    pub(crate) fn in_reach(&self, act: &Act<'_>) -> Result<(), Refusal> {
        let view = |what: &Ref| {
            let none = || View::empty(kernel::Kind { number: 0, name: "" }, what.id);
            self.view_of(what).map_or_else(none, |v| (*v).clone())
        };
        let is_under = |place, above| self.area.is_under(place, above);
        reach::reach(act, &Known { is_under: &is_under, view: &view })
    }

    /// Entities of a kind, newest first, by facets, a page at a time.
    ///
    /// # Errors
    /// No such kind, or a cursor that is none.
    pub fn list(
        &self,
        actor: &Actor,
        kind: &str,
        filter: &BTreeMap<String, String>,
    ) -> Result<Json, Error> {
        let entry = self.entry(kind)?;
        let (limit, start) = page_of(filter)?;
        let views = self.record.views();
        let asked: Vec<(&String, &String)> = filter
            .iter()
            .filter(|(name, _)| !["limit", "cursor", "q"].contains(&name.as_str()))
            .collect();
        asked.iter().try_for_each(|(name, value)| readable(entry, name, value))?;
        let mut found: Vec<Arc<View>> = match asked.first() {
            Some((name, value)) => views.find(kind, name, value),
            None => views.of_kind(kind).cloned().collect(),
        };
        drop(views);
        let fits = |v: &Arc<View>| {
            let facets = crate::record::facets(entry, v);
            asked.iter().all(|(n, x)| facets.iter().any(|(fn_, fv)| fn_ == *n && fv == *x))
        };
        found.retain(fits);
        // What only ops that do not count speak of is in quarantine, and no thing of this kind.
        found.retain(|v| !v.heads.is_empty());
        let newest = |v: &Arc<View>| {
            let entered = v.heads.iter().filter_map(|op| self.record.info(op));
            std::cmp::Reverse(entered.map(|i| i.entered_at).max())
        };
        found.sort_by_cached_key(|v| (newest(v), v.id));
        let total = found.len();
        let page = found.iter().skip(start).take(limit);
        let items: Vec<Json> = page.map(|v| self.shown(entry, v, Some(actor))).collect();
        let next = (start + limit < total).then(|| (start + limit).to_string());
        Ok(json!({"items": items, "next": next, "total": total}))
    }

    /// One command as a job for the record; nothing is written by it.
    ///
    /// # Errors
    /// The refusal where only the program writes it, or of [`Desk::job`].
    pub fn command(
        &self,
        actor: &Actor,
        mut command: Command,
        retry: &str,
        now: UnixMillis,
    ) -> Result<Job, Error> {
        self.heard_by_the_caller(actor, &mut command);
        self.by_hand(std::slice::from_ref(&command))?;
        self.job(actor, vec![command], retry, now)
    }

    /// What one written command is answered.
    pub fn commanded(done: &Done) -> Json {
        json!({"ref": done.first(), "ops": done.ops, "replayed": done.replayed})
    }

    /// Refuses commands that only the program itself writes.
    ///
    /// # Errors
    /// The refusal of the first.
    pub fn by_hand(&self, commands: &[Command]) -> Result<(), Error> {
        commands.iter().try_for_each(|c| {
            reach::by_hand(&c.entity, &c.verb).map_err(|refusal| Error::refused(&c.entity, refusal))
        })
    }

    /// Writes commands, all or none.
    ///
    /// # Errors
    /// The refusal of the first that is refused, or what failed.
    pub fn submit(
        &self,
        actor: &Actor,
        commands: Vec<Command>,
        retry: &str,
        now: UnixMillis,
    ) -> Result<Done, Error> {
        self.record.submit(self.job(actor, commands, retry, now)?)
    }

    /// Commands as a job for the record, checked as far as they can be before their turn comes.
    ///
    /// # Errors
    /// The refusal of the first that is refused.
    pub fn job(
        &self,
        actor: &Actor,
        mut commands: Vec<Command>,
        retry: &str,
        now: UnixMillis,
    ) -> Result<Job, Error> {
        let word = self.on_whose_word(actor, &mut commands, now)?;
        commands.iter().try_for_each(|command| self.files_are_here(command))?;
        self.names_what_is_here(&commands)?;
        self.counts_its_parts(&commands)?;
        let obo = self.people().accounts.get(&actor.account).map(|a| a.key);
        let principal = Principal { actor: actor.clone(), obo };
        let bare = Vec::new();
        let retry = retry.to_owned();
        Ok(Job { principal, commands, bare, word, retry, now, author: None })
    }

    /// The session's answer: who is signed in, who this node is, who may sign in by one click.
    pub fn session(&self, account: Option<&str>) -> Json {
        let people = self.people();
        let info = &self.info;
        let row = |a: &Account| {
            json!({
                "account": a.account, "post": a.title, "person": a.person,
                "place": a.place, "place_name": self.area.name(a.place),
            })
        };
        let accounts: Vec<Json> = match info.exercise {
            true => {
                let open = |a: &&Account| a.password.is_some() && a.closed_at.is_none();
                people.accounts.values().filter(open).map(row).collect()
            }
            false => Vec::new(),
        };
        let mut answer = json!({
            "signed_in": false, "accounts": accounts,
            "node": {
                "place": info.place, "place_name": info.place_name, "exercise": info.exercise,
                "seed": info.seed, "scenario": info.scenario, "version": info.version,
            },
        });
        let signed = account.and_then(|a| people.accounts.get(a).zip(people.actor(a)));
        if let Some((account, actor)) = signed {
            answer["signed_in"] = json!(true);
            answer["account"] = json!(account.account);
            answer["post"] = json!(account.title);
            answer["person"] = json!(account.person);
            answer["place"] = json!(account.place);
            answer["place_name"] = json!(self.area.name(account.place));
            answer["rank"] = json!(actor.rank);
            answer["organisation"] = json!(actor.organisation);
            answer["acts"] = json!(actor.acts);
        }
        answer
    }

    /// The bytes of a blob.
    pub fn blob(&self, hash: &Hash32) -> Option<Vec<u8>> {
        self.blobs.get(hash)
    }

    /// Fields of a command.
    pub fn args(fields: Json) -> Map<String, Json> {
        match fields {
            Json::Object(map) => map.into_iter().filter(|(_, v)| !v.is_null()).collect(),
            _ => Map::new(),
        }
    }
}

/// Refuses a filter that nothing can match because it does not read: an empty list would say that
/// there is none.
fn readable(entry: &Entry, name: &str, value: &str) -> Result<(), Error> {
    let no = |expected: String| Err(Error::BadQuery { name: name.to_owned(), expected });
    let Some(field) = entry.field(name) else {
        return no(entry.fields.iter().map(|f| f.name).collect::<Vec<_>>().join(", "));
    };
    let codes = |all: &[(u8, &str)]| all.iter().map(|(_, c)| *c).collect::<Vec<_>>().join(", ");
    match field.shape {
        _ if name == "state" => match entry.states.iter().any(|(_, s)| *s == value) {
            true => Ok(()),
            false => no(codes(entry.states)),
        },
        ledger::Shape::Code(all) if !all.iter().any(|(_, c)| *c == value) => no(codes(all)),
        ledger::Shape::Instant if value.parse::<kernel::UnixSeconds>().is_err() => {
            no("2026-07-23T02:31:00Z".to_owned())
        }
        ledger::Shape::Int { .. } if value.parse::<i64>().is_err() => no("0, 1, 2 …".to_owned()),
        ledger::Shape::Place if value.parse::<PlaceCode>().is_err() => {
            no("990102100201".to_owned())
        }
        ledger::Shape::Ref(_) if value.parse::<Ref>().is_err() => {
            no("event:94494jh7hjjvtpws".to_owned())
        }
        _ => Ok(()),
    }
}
