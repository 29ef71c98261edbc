//! A decision on a response level that was given elsewhere (by telephone, on paper, in a meeting):
//! entered by who heard or received it, signed for who decided; a telephone's is logged as a call.
//!
//! It is the decision of who gave it, so the node names that person in `obo` and the fold weighs it
//! by that person's certificate; the body names who heard it. Whatever else the same submit holds
//! stays in the name of who entered it. Source: house, decision 10; `docs/decisions/0004`.

use std::sync::Arc;

use command::response;
use kernel::{EntityId, Ref, UnixMillis, UnixSeconds};
use ledger::entity::post_of;
use ledger::{Actor, Command, Refusal, View};
use serde_json::{Value as Json, json};

use crate::accounts::Account;
use crate::check::may;
use crate::desk::Desk;
use crate::error::Error;
use crate::plan::new_command;
use crate::record::{Principal, Word, is_clock_ahead};
use crate::text::Text;

const SOURCE: &str = "house, decision 10";
/// The act of who decides a level.
pub(crate) const DECIDE: &str = "response.decide";
/// The act of who puts a level before whoever decides, and so may enter what was decided.
pub(crate) const PROPOSE: &str = "response.propose";
/// Hours after which an approval given elsewhere is no longer entered. `[assumed]`: a duty
/// room's shift is at most a day (domain, §6).
const OLDEST_H: i64 = 24;
/// Times told by telephone or written on paper are told to the minute.
const TOLD_TO_S: i64 = 60;

/// Whether decisions of a kind may be told by telephone.
pub(crate) fn is_decided(kind: &str) -> bool {
    kind == "response"
}

/// How an approval was given, by its code; `None` where a command brings none.
fn mode(command: &Command) -> Option<&str> {
    let approval = command.args.get("approval").filter(|_| is_decided(&command.entity))?;
    approval.get("mode").and_then(Json::as_str)
}

/// Whether an approval was given elsewhere than at the console.
fn is_elsewhere(mode: &str) -> bool {
    mode != "console"
}

/// A person named in an approval.
fn named(command: &Command, part: &str) -> Option<Ref> {
    command.args.get("approval")?.get(part)?.as_str()?.parse().ok()
}

/// Whether the one named is who acts.
fn is_own(actor: &Actor, who: &Ref) -> bool {
    *who == post_of(&actor.account) || Some(who) == actor.person.as_ref()
}

fn no(code: &str) -> Refusal {
    Refusal::new(code, SOURCE)
}

/// How a decision came that was given elsewhere.
pub(crate) struct Heard {
    /// Code of the mode: `telephone`, `paper`, `meeting`.
    pub mode: String,
    /// Who heard or received it.
    pub by: Text,
}

impl Desk {
    /// For whom the decisions of a submit are signed that were given elsewhere; `None` where there
    /// are none. The log of a telephone call is added to the commands.
    ///
    /// # Errors
    /// The refusal: an approval that names another than who pressed it, or one given elsewhere that
    /// may not be entered so.
    pub(crate) fn on_whose_word(
        &self,
        actor: &Actor,
        commands: &mut Vec<Command>,
        now: UnixMillis,
    ) -> Result<Option<Word>, Error> {
        let refused = |refusal| Error::refused("response", refusal);
        commands.iter().try_for_each(|c| self.pressed_by_self(actor, c)).map_err(refused)?;
        commands.iter().try_for_each(|c| self.lately_given(c, now)).map_err(refused)?;
        let heard = |(n, c): (usize, &Command)| self.is_anothers(actor, c).then_some(n);
        let heard: Vec<usize> = commands.iter().enumerate().filter_map(heard).collect();
        let Some(first) = heard.first().map(|n| commands[*n].clone()) else { return Ok(None) };
        let mut decider = None;
        for n in &heard {
            decider = Some(self.decider(actor, &commands[*n]).map_err(refused)?);
            if named(&commands[*n], "approved_by") != named(&first, "approved_by") {
                return Err(refused(no("telephone-approval-of-two")));
            }
        }
        let Some(decider) = decider else { return Ok(None) };
        let acts_as = self.actor(&decider.account).unwrap_or_else(|| actor.clone());
        if mode(&first) == Some("telephone") {
            commands.push(self.heard_call(&first, &decider));
        }
        let principal = Principal { actor: acts_as, obo: Some(decider.key) };
        Ok(Some(Word { principal, commands: heard }))
    }

    /// What is approved at the console is approved by who sits there.
    fn pressed_by_self(&self, actor: &Actor, command: &Command) -> Result<(), Refusal> {
        let by = named(command, "approved_by").filter(|_| mode(command) == Some("console"));
        match by.is_none_or(|by| is_own(actor, &by)) {
            true => Ok(()),
            false => Err(no("approved-by-another")),
        }
    }

    /// Whether a command brings what another decided: any telephone call, and a paper or a meeting
    /// that names another than who enters it.
    fn is_anothers(&self, actor: &Actor, command: &Command) -> bool {
        match mode(command) {
            None | Some("console") => false,
            Some("telephone") => true,
            Some(_) => !named(command, "approved_by").is_some_and(|by| is_own(actor, &by)),
        }
    }

    /// Who gave an approval elsewhere, where it may be entered: an account here that decides levels
    /// at the place, not the one who enters it, heard by the one who enters it.
    fn decider(&self, actor: &Actor, command: &Command) -> Result<Account, Refusal> {
        let place = command.args.get("place").and_then(|p| p.as_str()?.parse().ok());
        let place = place.unwrap_or(self.info.place);
        if !may(actor, PROPOSE) {
            return Err(no("no-right").with("act", PROPOSE));
        }
        if !self.area.is_under(place, actor.place) {
            return Err(no("not-your-place").with("act", PROPOSE).with("place", place));
        }
        let own = [Some(post_of(&actor.account)), actor.person.clone()];
        let heard = named(command, "heard_by");
        if heard.is_none() {
            return Err(no("telephone-approval-incomplete"));
        }
        if !own.contains(&heard) {
            return Err(no("telephone-approval-heard-by-another"));
        }
        let by = named(command, "approved_by").ok_or_else(|| no("approval-incomplete"))?;
        if own.contains(&Some(by.clone())) {
            return Err(no("telephone-approval-heard-by-self"));
        }
        let decider = self.account_of(&by).ok_or_else(|| {
            no("telephone-approver-unknown")
                .with("who", &by)
                .with("may", self.accounts_who_may(DECIDE))
        })?;
        let who = decider.account.clone();
        let acts_as = self.actor(&decider.account);
        if !acts_as.is_some_and(|a| may(&a, DECIDE)) {
            let may = self.accounts_who_may(DECIDE);
            return Err(no("telephone-approver-may-not").with("who", who).with("may", may));
        }
        if !self.area.is_under(place, decider.place) {
            return Err(no("telephone-approver-elsewhere").with("who", who).with("place", place));
        }
        Ok(decider)
    }

    /// An approval given elsewhere lies in the past, not so far that it should have been entered
    /// long ago, and not before what it decides about was there.
    fn lately_given(&self, command: &Command, now: UnixMillis) -> Result<(), Refusal> {
        if !mode(command).is_some_and(is_elsewhere) {
            return Ok(());
        }
        let at = command.args.get("approval").and_then(|a| a["approved_at"].as_str());
        let at: Option<UnixSeconds> = at.and_then(|at| at.parse().ok());
        let at = at.ok_or_else(|| no("telephone-approval-without-time"))?;
        if is_clock_ahead(UnixMillis(at.0.saturating_mul(1_000)), now) {
            return Err(no("telephone-approval-not-yet").with("at", at));
        }
        if now.seconds().0 - at.0 > OLDEST_H * 3_600 {
            return Err(no("telephone-approval-too-old").with("at", at).with("hours", OLDEST_H));
        }
        let before =
            |since: &UnixSeconds| at.0.div_euclid(TOLD_TO_S) < since.0.div_euclid(TOLD_TO_S);
        let Some(view) = self.response_in(command) else { return Ok(()) };
        if let Some(since) = self.proposed_at(&view, &command.verb).filter(before) {
            return Err(no("approval-before-proposal").with("at", at).with("since", since));
        }
        if let Some(since) = self.decided_at(&view, &command.verb).filter(before) {
            return Err(no("approval-before-level").with("at", at).with("since", since));
        }
        Ok(())
    }

    /// The response that a command is about, as it stands.
    fn response_in(&self, command: &Command) -> Option<Arc<View>> {
        let code = || {
            let entry = self.entry("response").ok()?;
            let code = (entry.public_code)(&command.args)?;
            Some(EntityId::from_code("response", &code))
        };
        self.view_of(&Ref::new("response", command.id.or_else(code)?))
    }

    /// When what a step answers was put forward: the proposal of a level, or of the end.
    fn proposed_at(&self, view: &View, verb: &str) -> Option<UnixSeconds> {
        let state = self.entry("response").ok()?.state_of(view);
        let field = match verb {
            "end" if state == Some("EndProposed") => ledger::entity::VERB,
            "decide" | "decline" if state == Some("Proposed") => response::PROPOSAL,
            "adjust" => response::PROPOSAL,
            _ => return None,
        };
        self.written_at(view, field)
    }

    /// When the level was decided that a step changes or ends: as its approval says, else as
    /// entered.
    fn decided_at(&self, view: &View, verb: &str) -> Option<UnixSeconds> {
        if !matches!(verb, "adjust" | "end") {
            return None;
        }
        let approval = view.get(response::APPROVAL).map(response::show_approval);
        let said: Option<UnixSeconds> =
            approval.and_then(|a| a["approved_at"].as_str()?.parse().ok());
        // What was said of the time may be wrong; it was not after the entry.
        said.into_iter().chain(self.written_at(view, response::LEVEL)).min()
    }

    /// When the value of a field was entered.
    fn written_at(&self, view: &View, field: u8) -> Option<UnixSeconds> {
        let winners = &view.fields.get(&field)?.winners;
        let entered = winners.iter().filter_map(|op| Some(self.record.info(op)?.entered_at));
        entered.map(|at| at.seconds()).max()
    }

    /// The account of a post or person that is named.
    fn account_of(&self, who: &Ref) -> Option<Account> {
        let people = self.people();
        let is = |a: &&Account| post_of(&a.account) == *who || a.person_ref.as_ref() == Some(who);
        people.accounts.values().find(is).cloned()
    }

    /// The call in the duty room's log: who rang, when, and what was decided.
    fn heard_call(&self, command: &Command, decider: &Account) -> Command {
        let words = |path: String| {
            let labels = self.labels.get("response");
            labels.and_then(|l| l.get(&path)).map(|t| t.zh.clone()).unwrap_or_default()
        };
        let text = |name: &str| command.args.get(name).and_then(Json::as_str).map(str::to_owned);
        let level = command.args.get("level").and_then(|l| l.get("level")).and_then(Json::as_str);
        let said = [
            Some(words(format!("verb.{}", command.verb))),
            level.map(|level| words(format!("code.level.{level}"))),
            text("matter").or_else(|| text("basis")),
        ];
        let said: Vec<String> = said.into_iter().flatten().filter(|s| !s.is_empty()).collect();
        let what: String = said.join(" ").chars().take(1_000).collect();
        let approval = command.args.get("approval").cloned().unwrap_or_default();
        let fields = json!({
            "what": what, "observed_at": approval["approved_at"],
            "caller_post": post_of(&decider.account), "event": command.args.get("event"),
            "place": command.args.get("place"), "hazard_kind": command.args.get("hazard_kind"),
        });
        new_command("phone_log", "log", fields)
    }

    /// How a decision was given elsewhere and who heard or received it, as an op's body names them;
    /// `None` where it was given at the console.
    pub(crate) fn heard_by(
        &self,
        kind: &str,
        body: &std::collections::BTreeMap<u64, ledger::Value>,
    ) -> Option<Heard> {
        let approval = body.get(&u64::from(response::APPROVAL))?;
        let approval = Some(approval).filter(|_| is_decided(kind))?;
        let shown = response::show_approval(approval);
        let mode = shown["mode"].as_str().filter(|mode| is_elsewhere(mode))?.to_owned();
        let who: Ref = shown["heard_by"].as_str()?.parse().ok()?;
        let account = self.account_of(&who).map(|a| a.person);
        let by = account.unwrap_or_else(|| Text::new(who.to_string(), who.to_string()));
        Some(Heard { mode, by })
    }
}
