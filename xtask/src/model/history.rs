//! A history of the model, its text labels made into ids and values.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{ClockQuality, EntityId, Hash32, LogId, OpId, PlaceCode, Prefix, Stamp, UnixMillis};
use ledger::authority::{
    CertFact, ClockFixFact, KeyFact, KeyHash, LogSet, PinFact, RevokeFact, Roles, Trust, key_id,
};
use ledger::entity::{Field, SETTLE_CODE, VERB};
use ledger::{Chained, DataClass, Entry, FoldOp, Value};
use serde_json::{Map, Value as Json};

use super::kinds::{CAUTION, JUDGED, registry};

/// Model times may lie a little before zero; stamps may not.
const SHIFT_S: i64 = 1 << 20;
/// Code of types that no program knows.
const UNKNOWN_CODE: u32 = 65_000;

/// A log of the model.
pub struct Log {
    pub id: LogId,
    pub key: KeyHash,
    pub place: PlaceCode,
}

/// A history as the ledger takes it.
pub struct History {
    pub roots: BTreeSet<KeyHash>,
    pub tree: BTreeMap<String, Option<String>>,
    pub logs: BTreeMap<String, Log>,
    /// Each op once, with what it says of keys.
    pub ops: Vec<(FoldOp, Option<KeyFact>)>,
    /// Whether an op has a signature of its own.
    pub signed: BTreeMap<OpId, bool>,
    pub entities: BTreeMap<String, EntityId>,
    /// Names of keys that stand as keepers.
    pub names: BTreeMap<Vec<u8>, String>,
}

/// A key by its name.
pub fn key(name: &str) -> KeyHash {
    kernel::hash(name.as_bytes())
}

/// A log by its name.
pub fn log_id(name: &str) -> LogId {
    let mut id = [0; 16];
    id.copy_from_slice(&kernel::hash(name.as_bytes()).0[..16]);
    LogId(id)
}

/// A place by its name, of at most four letters.
pub fn place(name: &str) -> PlaceCode {
    PlaceCode(name.bytes().take(4).fold(0, |n, b| n * 256 + u64::from(b)))
}

fn op_id(text: &str) -> OpId {
    let mut id = [0; 32];
    for (i, byte) in id.iter_mut().enumerate() {
        let digits = text.get(2 * i..2 * i + 2).unwrap_or("00");
        *byte = u8::from_str_radix(digits, 16).unwrap_or(0);
    }
    // An id that is no hex, such as a made-up one, is still one id.
    if text.len() == 32 { OpId(id) } else { OpId(kernel::hash(text.as_bytes()).0) }
}

fn text<'a>(json: &'a Json, name: &str) -> Result<&'a str, String> {
    json[name].as_str().ok_or_else(|| format!("{name} is no text in {json}"))
}

fn int(json: &Json, name: &str) -> Result<i64, String> {
    json[name].as_i64().ok_or_else(|| format!("{name} is no number in {json}"))
}

fn seq(json: &Json, name: &str) -> Result<u64, String> {
    u64::try_from(int(json, name)?).map_err(|e| e.to_string())
}

fn list<'a>(json: &'a Json, name: &str) -> &'a [Json] {
    json[name].as_array().map_or(&[], Vec::as_slice)
}

impl History {
    /// Reads a line: a history, or a corpus row that has one.
    pub fn read(line: &str) -> Result<History, String> {
        let json: Json = serde_json::from_str(line).map_err(|e| e.to_string())?;
        History::from_json(json.get("history").unwrap_or(&json))
    }

    /// Reads a history.
    pub fn from_json(json: &Json) -> Result<History, String> {
        let roots = list(json, "roots").iter().filter_map(Json::as_str).map(key).collect();
        let empty = Map::new();
        let tree = json["tree"].as_object().unwrap_or(&empty).iter();
        let tree = tree.map(|(p, up)| (p.clone(), up.as_str().map(str::to_owned))).collect();
        let mut logs = BTreeMap::new();
        for (name, log) in json["logs"].as_object().unwrap_or(&empty) {
            let (key, place) = (key(text(log, "key")?), place(text(log, "place")?));
            logs.insert(name.clone(), Log { id: log_id(name), key, place });
        }
        let mut history = History {
            roots,
            tree,
            logs,
            ops: Vec::new(),
            signed: BTreeMap::new(),
            entities: BTreeMap::new(),
            names: BTreeMap::new(),
        };
        for op in list(json, "ops") {
            history.take(op)?;
        }
        history.lie_in_logs();
        Ok(history)
    }

    fn take(&mut self, json: &Json) -> Result<(), String> {
        let id = op_id(text(json, "id")?);
        if self.signed.contains_key(&id) {
            return Ok(());
        }
        self.signed.insert(id, json["sig"].as_bool().unwrap_or(false));
        let kind = text(json, "type")?;
        let log = text(json, "log")?;
        let held = self.logs.get(log);
        let (author, place) = held.map_or_else(Default::default, |l| (l.key, l.place));
        let ent = json["ent"].as_str();
        if let Some(name) = ent {
            self.entities.insert(name.to_owned(), EntityId::from_code("model", name));
        }
        let prefix = |p: &Json| op_id(&format!("{:0<32}", p.as_str().unwrap_or(""))).prefix();
        let sup: Vec<Prefix> = list(json, "sup").iter().map(prefix).collect();
        let clk = ClockQuality::from_number(seq(json, "clk")?).ok_or("clk")?;
        let (code, fact) = match kind {
            "cert" => (40, cert(&json["body"])?),
            "revoke" => (41, revoke(&json["body"])?),
            "clock.fix" => (44, clock_fix(&json["body"])?),
            "receipt" => (50, receipt(&json["body"])?),
            "settle" => (SETTLE_CODE, None),
            kind => match registry().by_name(kind) {
                Some(entry) => (entry.ops[0].code, None),
                None => (UNKNOWN_CODE, None),
            },
        };
        let op = FoldOp {
            id,
            log: log_id(log),
            seq: seq(json, "seq")?,
            prev: json["prev"].as_str().map(op_id),
            t: Stamp::at(UnixMillis((int(json, "t")? + SHIFT_S) * 1000)),
            clk,
            ent: ent.map(|name| EntityId::from_code("model", name)),
            sup,
            header_type: code * 16 + 1,
            class: DataClass::Open,
            body: self.body(kind, &json["body"]),
            chained: Chained::Broken,
            critical: json["crit"].as_bool().unwrap_or(false),
            obo: json["obo"].as_str().map(|name| key_id(&key(name))),
            author,
            place,
        };
        self.ops.push((op, fact));
        Ok(())
    }

    /// How each op lies in its log.
    pub fn lie_in_logs(&mut self) {
        let set = self.log_set();
        for (op, _) in &mut self.ops {
            op.chained = set.chained(&op.id).unwrap_or(Chained::Broken);
        }
    }

    /// The logs with all ops.
    pub fn log_set(&self) -> LogSet {
        let mut set = LogSet::new();
        for log in self.logs.values() {
            set.log(log.id, log.key);
        }
        for (op, _) in &self.ops {
            set.insert(op, self.signed.get(&op.id).copied().unwrap_or(false));
        }
        set
    }

    fn body(&mut self, kind: &str, json: &Json) -> Option<BTreeMap<u64, Value>> {
        let object = json.as_object()?;
        let settle = kind == "settle";
        let entry = registry().by_name(if settle { json["kind"].as_str()? } else { kind });
        let mut fields = BTreeMap::new();
        let none = Map::new();
        for (name, value) in object.get("set").and_then(Json::as_object).unwrap_or(&none) {
            let field = entry.and_then(|e| Some((e, e.field(name)?)));
            let Some((entry, field)) = field.filter(|f| f.1.number != JUDGED) else { continue };
            if let Some(value) = self.value(entry, field, settle, value) {
                fields.insert(u64::from(field.number), value);
            }
        }
        if let Some(judged) = object.get("judged").and_then(Json::as_array) {
            let ids = judged.iter().filter_map(Json::as_str);
            let ids = ids.map(|id| Value::Bytes(op_id(id).0.to_vec())).collect();
            fields.insert(u64::from(JUDGED), Value::List(ids));
        }
        if settle {
            let number = entry.map_or(0, |e| u64::from(e.kind.number));
            return Some(BTreeMap::from([(12, number.into()), (13, Value::Map(fields))]));
        }
        Some(fields)
    }

    fn value(&mut self, entry: &Entry, field: &Field, settle: bool, json: &Json) -> Option<Value> {
        let texts = |json: &Json| -> Value {
            let texts = json.as_array().into_iter().flatten().filter_map(Json::as_str);
            Value::List(texts.map(Value::from).collect())
        };
        Some(match (entry.kind.name, field.name) {
            (_, "state") if field.number == VERB => {
                let word = json.as_str()?;
                let verb = entry.verbs.iter().find(|v| v.name == word).map(|v| v.number);
                let state = entry.states.iter().find(|s| s.1 == word).map(|s| s.0);
                Value::Int(if settle { state } else { verb }.unwrap_or(u8::MAX).into())
            }
            ("road", _) => {
                let code = CAUTION.iter().find(|c| Some(c.1) == json.as_str());
                code.map_or_else(|| plain(json), |c| Some(Value::Int(c.0.into())))?
            }
            (_, "keeper") => {
                let name = json.as_str()?;
                let hash: Hash32 = key(name);
                self.names.insert(hash.0.to_vec(), name.to_owned());
                Value::Bytes(hash.0.to_vec())
            }
            ("level", "level") => {
                let grade = json[0].as_i64().filter(|g| (0..=4).contains(g))?;
                Value::List(vec![grade.into(), texts(&json[1])])
            }
            ("doc", "tags") => {
                let both = [(1, texts(&json["add"])), (2, texts(&json["rem"]))];
                Value::Map(BTreeMap::from(both))
            }
            (_, "engaged") if json.is_array() => texts(json),
            _ => plain(json)?,
        })
    }
}

fn plain(json: &Json) -> Option<Value> {
    match json {
        Json::Null => Some(Value::Null),
        Json::Number(n) => n.as_i64().map(Value::from),
        Json::String(t) => Some(t.as_str().into()),
        _ => None,
    }
}

fn cert(body: &Json) -> Result<Option<KeyFact>, String> {
    if body.is_null() {
        return Ok(None);
    }
    Ok(Some(KeyFact::Cert(CertFact {
        subject: key(text(body, "subject")?),
        path: list(body, "path").iter().filter_map(Json::as_str).map(place).collect(),
        rank: u8::try_from(int(body, "rank")?).map_err(|e| e.to_string())?,
        roles: Roles::of(list(body, "roles").iter().filter_map(Json::as_str)),
        from_s: int(body, "from")? + SHIFT_S,
        to_s: int(body, "to")? + SHIFT_S,
    })))
}

fn revoke(body: &Json) -> Result<Option<KeyFact>, String> {
    if body.is_null() {
        return Ok(None);
    }
    let one = |t: &Json| -> Result<Trust, String> {
        Ok(Trust { log: log_id(text(t, "log")?), seq: seq(t, "seq")?, id: op_id(text(t, "id")?) })
    };
    let trust = list(body, "trust").iter().map(one).collect::<Result<_, _>>()?;
    Ok(Some(KeyFact::Revoke(RevokeFact { key: key(text(body, "key")?), trust })))
}

fn clock_fix(body: &Json) -> Result<Option<KeyFact>, String> {
    if body.is_null() {
        return Ok(None);
    }
    let (from, to) = (seq(body, "from")?, seq(body, "to")?);
    Ok(Some(KeyFact::ClockFix(vec![ClockFixFact { log: log_id(text(body, "log")?), from, to }])))
}

fn receipt(body: &Json) -> Result<Option<KeyFact>, String> {
    if body.is_null() {
        return Ok(None);
    }
    let (log, id) = (log_id(text(body, "log")?), op_id(text(body, "id")?));
    Ok(Some(KeyFact::Pins(vec![PinFact { log, id }])))
}
