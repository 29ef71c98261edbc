//! The record as people read it: who wrote what, one op as it was signed, what is set aside.

use std::collections::BTreeMap;

use kernel::{OpId, Ref};
use ledger::entity::VERB;
use ledger::op_store::{OpState, StoredOp};
use ledger::shape::plain;
use ledger::{Actor, DataClass, Descriptor, Entry, View};
use serde_json::{Map, Value as Json, json};

use crate::desk::Desk;
use crate::error::Error;
use crate::telephone::Heard;
use crate::text::Text;

impl Desk {
    /// Every op about an entity, oldest first.
    ///
    /// # Errors
    /// No such kind or entity.
    pub fn history(&self, kind: &str, id: &str) -> Result<Json, Error> {
        let (_, view) = self.view(kind, id)?;
        let mut rows = self.record.read(|store| {
            let mut rows = Vec::new();
            for op in store.ops_about(&view.id)? {
                if let Some(row) = store.log(&op.op.header().log)? {
                    rows.push((op, row.log));
                }
            }
            Ok(rows)
        })?;
        rows.sort_by_key(|(op, _)| (op.op.header().t, op.op.header().log, op.op.header().seq));
        let rows: Vec<Json> = rows.iter().map(|(op, log)| self.row(op, log)).collect();
        Ok(json!({"ops": rows}))
    }

    /// Ops of the whole record, newest first, filtered, a page at a time.
    ///
    /// # Errors
    /// What the store says.
    pub fn ops(&self, filter: &BTreeMap<String, String>) -> Result<Json, Error> {
        let (limit, start) = crate::desk::page_of(filter)?;
        self.ops_filter_reads(filter)?;
        let mut found = self.record.read(|store| {
            let logs: BTreeMap<_, _> =
                store.logs()?.into_iter().map(|row| (row.log.id(), row.log)).collect();
            let mut found = Vec::new();
            store.each_op(&mut |op| {
                if let Some(log) = logs.get(&op.op.header().log) {
                    found.push((op, log.clone()));
                }
                true
            })?;
            Ok(found)
        })?;
        found.sort_by_key(|(op, _)| {
            std::cmp::Reverse((op.op.header().t, op.op.header().log, op.op.header().seq))
        });
        let rows = found.iter().filter(|(op, log)| self.fits(op, log, filter));
        let rows: Vec<&(StoredOp, Descriptor)> = rows.collect();
        let total = rows.len();
        let page = rows.into_iter().skip(start).take(limit);
        let items: Vec<Json> = page.map(|(op, log)| self.row(op, log)).collect();
        let next = (start + limit < total).then(|| (start + limit).to_string());
        Ok(json!({"items": items, "next": next, "total": total}))
    }

    /// Refuses a filter that nothing can match because it does not read: an empty list would say
    /// that nobody wrote anything.
    fn ops_filter_reads(&self, filter: &BTreeMap<String, String>) -> Result<(), Error> {
        const NAMES: &[&str] =
            &["kind", "entity", "account", "place", "state", "q", "limit", "cursor"];
        for (name, value) in filter {
            let reads = match name.as_str() {
                "kind" => self.entry(value).is_ok(),
                "entity" => value.parse::<Ref>().is_ok(),
                "place" => value.parse::<kernel::PlaceCode>().is_ok(),
                "state" => STATES.iter().any(|state| state_name(*state) == value),
                name => NAMES.contains(&name),
            };
            if !reads {
                let expected = match name.as_str() {
                    "entity" => "event:94494jh7hjjvtpws".to_owned(),
                    "place" => "990102100201".to_owned(),
                    "state" => STATES.iter().map(|s| state_name(*s)).collect::<Vec<_>>().join(", "),
                    "kind" => self.labels.keys().copied().collect::<Vec<_>>().join(", "),
                    _ => NAMES.join(", "),
                };
                return Err(Error::BadQuery { name: name.clone(), expected });
            }
        }
        Ok(())
    }

    fn fits(&self, op: &StoredOp, log: &Descriptor, filter: &BTreeMap<String, String>) -> bool {
        let info = || self.record.describe(op, log);
        filter.iter().all(|(name, wanted)| match name.as_str() {
            "kind" => self.kind_of(op).is_some_and(|e| e.kind.name == wanted),
            "entity" => self.entity_of(op).is_some_and(|r| r.to_string() == *wanted),
            "account" => info().account.as_deref() == Some(wanted),
            "place" => log.place.to_string() == *wanted,
            "state" => state_name(op.state) == wanted,
            "q" => self.row(op, log).to_string().contains(wanted.as_str()),
            _ => true,
        })
    }

    fn kind_of(&self, op: &StoredOp) -> Option<&'static Entry> {
        let header = op.op.header();
        if header.code() == ledger::entity::SETTLE_CODE {
            let body = self.record.body(&op.op)?;
            let number = body.get(&12)?.as_int()?;
            return self.record.registry.by_kind(u16::try_from(number).ok()?);
        }
        self.record.registry.by_type(header.op_type)
    }

    fn entity_of(&self, op: &StoredOp) -> Option<Ref> {
        Some(Ref::new(self.kind_of(op)?.kind.name, op.op.header().ent?))
    }

    /// One op as a row of a list.
    pub(crate) fn row(&self, op: &StoredOp, log: &Descriptor) -> Json {
        let info = self.record.describe(op, log);
        let entry = self.kind_of(op);
        let verb = entry.zip(info.verb).and_then(|(e, v)| e.verb_numbered(v));
        let header = op.op.header();
        let named = verb.map(|v| v.name);
        let heard = self.heard_in(op, entry);
        let heard_by = heard.as_ref().map(|heard| &heard.by);
        json!({
            "heard_by": heard_by, "id": op.op.id(), "log": header.log, "seq": header.seq,
            "kind": entry.map(|e| e.kind.name), "entity": self.entity_of(op),
            "verb": verb.map(|v| v.name), "account": info.account, "person": info.by,
            "place": info.place, "place_name": self.area.name(info.place),
            "happened_at": info.happened_at, "observed_at": info.observed_at,
            "entered_at": info.entered_at, "received_at": info.received_at,
            "clock_ahead": crate::record::is_clock_ahead(info.entered_at, info.received_at),
            "state": state_name(op.state),
            "title": self.title(op, entry, named, heard.as_ref()),
        })
    }

    /// Who heard what an op says and how, where it was decided elsewhere than at the console.
    fn heard_in(&self, op: &StoredOp, entry: Option<&Entry>) -> Option<Heard> {
        let entry = entry.filter(|e| crate::telephone::is_decided(e.kind.name))?;
        self.heard_by(entry.kind.name, &op.op.body().ok()?)
    }

    /// What an op says in a few words: the kind's name and the verb, and who heard it told.
    fn title(
        &self,
        op: &StoredOp,
        entry: Option<&Entry>,
        verb: Option<&str>,
        heard: Option<&Heard>,
    ) -> Text {
        let Some(entry) = entry else {
            let code = op.op.header().code();
            let name = ledger::op::Code::of(code).map_or("", |c| c.name);
            return Text::new(name, name);
        };
        let labels = &self.labels[entry.kind.name];
        let (kind, verb) = (
            labels.word("entity.name"),
            verb.map(|v| labels.word(&format!("verb.{v}"))).unwrap_or_default(),
        );
        let part = labels.word("part.heard_by");
        let told = |mode: &str, part: &str, who: &str| format!(" · {mode} · {part} {who}");
        let (zh, en) = heard.map_or_else(Default::default, |heard| {
            let (mode, who) = (labels.word(&format!("code.mode.{}", heard.mode)), &heard.by);
            (told(&mode.zh, &part.zh, &who.zh), told(&mode.en, &part.en, &who.en))
        });
        let join = |a: &str, b: &str, told: &str| format!("{a} {b}{told}").trim().to_owned();
        Text::new(join(&kind.zh, &verb.zh, &zh), join(&kind.en, &verb.en, &en))
    }

    /// One op as it was signed; a personal body only for whoever may read it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn op(&self, actor: &Actor, id: &str) -> Result<Json, Error> {
        let id: OpId = id.parse().map_err(|_| Error::NotFound(id.to_owned()))?;
        let (op, log) = self.record.stored(&id)?;
        let mut row = self.row(&op, &log);
        let header = op.op.header();
        let entry = self.kind_of(&op);
        let withheld = header.class >= DataClass::Personal && !self.reads_body(actor, &op);
        let body = if withheld { None } else { self.record.body(&op.op) };
        let shown = body.map(|body| {
            let of = |(key, value): (&u64, &ledger::Value)| {
                let number = u8::try_from(*key).unwrap_or(0);
                let field = entry.and_then(|e| e.field_numbered(number));
                match field.filter(|f| f.number != VERB) {
                    Some(field) => (field.name.to_owned(), field.shape.show(value)),
                    None => (key.to_string(), plain(value)),
                }
            };
            Json::Object(body.iter().map(of).collect::<Map<_, _>>())
        });
        row["header"] = json!({
            "log": header.log, "seq": header.seq, "prev": header.prev, "t": header.t.0.to_string(),
            "type": header.op_type, "clock": header.clk, "class": header.class,
            "on_behalf_of": header.obo, "body_hash": header.body_hash,
            "body_length": header.body_len,
        });
        row["header_hex"] = json!(hex(op.op.header_bytes()));
        row["body"] = shown.unwrap_or(Json::Null);
        row["withheld"] = json!(withheld);
        row["body_hex"] = json!(op.op.body_bytes().map(hex));
        row["signature_hex"] = json!(op.op.signature().map(ToString::to_string));
        row["signature_good"] = json!(op.op.signed_by(&log.author));
        row["author_key"] = json!(log.author);
        row["seen"] = json!(header.sup);
        Ok(row)
    }

    fn reads_body(&self, actor: &Actor, op: &StoredOp) -> bool {
        let view = self.entity_of(op).and_then(|r| self.view_of(&r));
        match view {
            Some(view) => crate::describe::may_read_personal(&view, Some(actor)),
            None => crate::check::may(actor, "directory.keep"),
        }
    }

    /// Every open dispute: what holds, what was set aside, and whether the actor may settle it.
    ///
    /// # Errors
    /// What the store says.
    pub fn disputes(&self, actor: &Actor) -> Result<Json, Error> {
        let views: Vec<_> = {
            let views = self.record.views();
            views.all().filter(|v| v.disputes() > 0).cloned().collect()
        };
        let mut items = Vec::new();
        for view in views {
            let entry = self.entry(view.kind.name)?;
            items.extend(self.disputes_of(entry, &view, actor));
        }
        Ok(json!({"items": items}))
    }

    /// Every log that one key wrote in two ways: whose it is, what it is about, and from where on
    /// neither way counts.
    ///
    /// # Errors
    /// What the store says.
    pub fn forked(&self) -> Result<Json, Error> {
        let item = |(log, seq): (ledger::Descriptor, u64)| {
            let (id, author) = (log.id(), log.author.key_id());
            let place = self.area.name(log.place);
            json!({"log": id, "author": author, "from_seq": seq, "place_name": place})
        };
        let items: Vec<Json> = self.record.forked()?.into_iter().map(item).collect();
        Ok(json!({"items": items}))
    }

    fn disputes_of(&self, entry: &Entry, view: &View, actor: &Actor) -> Vec<Json> {
        let shown = self.shown(entry, view, Some(actor));
        let of = |number: &u8| {
            let field = view.fields.get(number).filter(|f| !f.aside.is_empty())?;
            let declared = entry.field_numbered(*number)?;
            let side = &shown["fields"][declared.name];
            let holds = json!({
                "value": side["value"], "op": crate::figure::winner(field), "by": side["by"],
                "place": side["place"], "observed_at": side["observed_at"],
                "received_at": side["received_at"],
            });
            Some(json!({
                "ref": view.reference(), "kind": entry.kind.name,
                "kind_name": self.labels[entry.kind.name].word("entity.name"),
                "name": self.called(entry, view),
                "field": declared.name,
                "field_name": self.labels[entry.kind.name].word(&format!("field.{}",
                declared.name)),
                "holds": holds, "aside": side["aside"],
                "may_settle": actor.rank >= 40,
            }))
        };
        view.fields.keys().filter_map(of).collect()
    }

    /// What a thing is called: its own title, or where it lies.
    pub(crate) fn called(&self, entry: &Entry, view: &View) -> Text {
        if let Some(name) = crate::describe::name(entry, view) {
            return Text::new(name.clone(), name);
        }
        let place = view.int(ledger::entity::PLACE).and_then(|p| u64::try_from(p).ok());
        place.map(|p| self.area.name(kernel::PlaceCode(p))).unwrap_or_default()
    }
}

const STATES: &[OpState] =
    &[OpState::Held, OpState::Folded, OpState::Unknown, OpState::Quarantined, OpState::Invalid];

fn state_name(state: OpState) -> &'static str {
    match state {
        OpState::Held => "held",
        OpState::Folded => "folded",
        OpState::Unknown => "unknown",
        OpState::Quarantined => "quarantined",
        OpState::Invalid => "invalid",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
