//! The codecs of [`super`]: struct to body map and back.

use std::collections::BTreeMap;

use kernel::{Hash32, KeyId, LogId, OpId, PlaceCode, Ref, UnixSeconds};

use super::*;
use crate::entity::NOTE;
use crate::log::{lane_numbered, topic_numbered};
use crate::value::Value;

type Map = BTreeMap<u64, Value>;

/// Writes a body map, leaving out what is unknown.
struct Out(Map);

impl Out {
    fn new() -> Self {
        Out(Map::new())
    }

    fn put(mut self, key: u8, value: impl Into<Value>) -> Self {
        self.0.insert(key.into(), value.into());
        self
    }

    fn maybe(self, key: u8, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.put(key, value),
            None => self,
        }
    }
}

fn bytes(b: &[u8]) -> Value {
    Value::Bytes(b.to_vec())
}

fn list<T>(items: &[T], each: impl Fn(&T) -> Value) -> Value {
    Value::List(items.iter().map(each).collect())
}

fn position(p: &Position) -> Value {
    Value::List(vec![bytes(&p.log.0), Value::Int(p.seq.into()), bytes(&p.id.0)])
}

fn places(path: &[PlaceCode]) -> Value {
    list(path, |p| Value::from(p.0))
}

fn texts(list: &[String]) -> Value {
    Value::List(list.iter().map(|t| Value::from(t.as_str())).collect())
}

fn int(number: impl Into<i64>) -> Value {
    Value::from(number.into())
}

/// Reads a body map, naming the key that is wrong.
struct In<'m> {
    map: &'m Map,
    body: &'static str,
}

type Read<T> = Result<T, BodyError>;

impl<'m> In<'m> {
    fn of<B: Body>(map: &'m Map) -> Self {
        In { map, body: B::NAME }
    }

    fn wrong(&self, key: u8) -> BodyError {
        BodyError { body: self.body, key }
    }

    fn get<T>(&self, key: u8, read: impl Fn(&Value) -> Option<T>) -> Read<T> {
        self.map.get(&key.into()).and_then(read).ok_or_else(|| self.wrong(key))
    }

    fn maybe<T>(&self, key: u8, read: impl Fn(&Value) -> Option<T>) -> Read<Option<T>> {
        match self.map.get(&key.into()) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| self.wrong(key)),
        }
    }

    fn list<T>(&self, key: u8, most: usize, each: impl Fn(&Value) -> Option<T>) -> Read<Vec<T>> {
        let items = |value: &Value| {
            let items = value.as_list().filter(|l| l.len() <= most)?;
            items.iter().map(&each).collect()
        };
        self.get(key, items)
    }

    fn key(&self, key: u8) -> Read<PublicKey> {
        self.get(key, |v| PublicKey::from_slice(v.as_bytes()?))
    }

    fn op(&self, key: u8) -> Read<OpId> {
        self.get(key, |v| OpId::from_slice(v.as_bytes()?))
    }

    fn second(&self, key: u8) -> Read<UnixSeconds> {
        self.get(key, |v| v.as_int().map(UnixSeconds))
    }

    fn path(&self, key: u8) -> Read<Vec<PlaceCode>> {
        self.list(key, LIST_MAX, place)
    }

    fn reason(&self) -> Read<Option<String>> {
        let text =
            |v: &Value| v.as_text().filter(|t| t.chars().count() <= REASON_MAX).map(str::to_owned);
        self.maybe(NOTE, text)
    }

    fn person(&self, key: u8) -> Read<Option<Ref>> {
        self.maybe(key, |v| v.as_text()?.parse().ok())
    }
}

fn place(value: &Value) -> Option<PlaceCode> {
    u64::try_from(value.as_int()?).ok().map(PlaceCode)
}

fn small(value: &Value) -> Option<u8> {
    u8::try_from(value.as_int()?).ok()
}

fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(b) => Some(*b),
        _ => None,
    }
}

fn seq(value: &Value) -> Option<u32> {
    u32::try_from(value.as_int()?).ok()
}

fn text(value: &Value) -> Option<String> {
    value.as_text().map(str::to_owned)
}

fn read_position(value: &Value) -> Option<Position> {
    let [log, at, id] = value.as_list()? else { return None };
    Some(Position {
        log: LogId::from_slice(log.as_bytes()?)?,
        seq: seq(at)?,
        id: OpId::from_slice(id.as_bytes()?)?,
    })
}

impl Body for Cert {
    const CODE: u32 = code::CERT;
    const NAME: &'static str = "cert";

    fn to_map(&self) -> Map {
        Out::new()
            .put(12, bytes(&self.subject.0))
            .put(13, int(self.kind as u8))
            .put(14, places(&self.path))
            .put(15, texts(&self.roles))
            .put(16, int(self.rank))
            .maybe(17, self.node_number.map(int))
            .put(18, self.exercise)
            .put(19, self.from.0)
            .put(20, self.to.0)
            .0
    }

    fn from_map(map: &Map) -> Read<Self> {
        let from = In::of::<Self>(map);
        Ok(Cert {
            subject: from.key(12)?,
            kind: from.get(13, |v| KeyKind::from_number(v.as_int()?))?,
            path: from.path(14)?,
            roles: from.list(15, LIST_MAX, text)?,
            rank: from.get(16, small)?,
            node_number: from.maybe(17, small)?,
            exercise: from.get(18, flag)?,
            from: from.second(19)?,
            to: from.second(20)?,
        })
    }
}

impl Body for Revoke {
    const CODE: u32 = code::REVOKE;
    const NAME: &'static str = "revoke";

    fn to_map(&self) -> Map {
        Out::new()
            .put(12, bytes(&self.key.0))
            .put(13, list(&self.trust, position))
            .maybe(NOTE, self.reason.as_deref())
            .0
    }

    fn from_map(map: &Map) -> Read<Self> {
        let from = In::of::<Self>(map);
        Ok(Revoke {
            key: from.key(12)?,
            trust: from.list(13, LIST_MAX, read_position)?,
            reason: from.reason()?,
        })
    }
}

impl Body for Grant {
    const CODE: u32 = code::GRANT;
    const NAME: &'static str = "grant";

    fn to_map(&self) -> Map {
        Out::new()
            .put(12, bytes(&self.reader.0))
            .put(13, places(&self.places))
            .put(14, list(&self.topics, |t| int(*t as u8)))
            .put(15, list(&self.lanes, |l| int(*l as u8)))
            .put(16, int(self.class_max))
            .put(17, self.until.0)
            .0
    }

    fn from_map(map: &Map) -> Read<Self> {
        let from = In::of::<Self>(map);
        Ok(Grant {
            reader: from.key(12)?,
            places: from.path(13)?,
            topics: from.list(14, 64, |v| topic_numbered(v.as_int()?.try_into().ok()?))?,
            lanes: from.list(15, 64, |v| lane_numbered(v.as_int()?.try_into().ok()?))?,
            class_max: from.get(16, small)?,
            until: from.second(17)?,
        })
    }
}

impl Body for Duty {
    const CODE: u32 = code::DUTY;
    const NAME: &'static str = "duty";

    fn to_map(&self) -> Map {
        Out::new()
            .put(12, bytes(&self.subject.0))
            .put(13, places(&self.path))
            .put(14, texts(&self.roles))
            .put(15, int(self.rank))
            .put(16, self.from.0)
            .put(17, self.to.0)
            .put(18, self.handed_over)
            .0
    }

    fn from_map(map: &Map) -> Read<Self> {
        let from = In::of::<Self>(map);
        Ok(Duty {
            subject: from.key(12)?,
            path: from.path(13)?,
            roles: from.list(14, LIST_MAX, text)?,
            rank: from.get(15, small)?,
            from: from.second(16)?,
            to: from.second(17)?,
            handed_over: from.get(18, flag)?,
        })
    }
}

impl Body for ClockFix {
    const CODE: u32 = code::CLOCK_FIX;
    const NAME: &'static str = "clock.fix";

    fn to_map(&self) -> Map {
        let range = |r: &SeqRange| Value::List(vec![bytes(&r.log.0), int(r.from), int(r.to)]);
        Out::new()
            .put(12, list(&self.ranges, range))
            .put(13, self.offset_ms)
            .put(14, self.uncertainty_ms)
            .0
    }

    fn from_map(map: &Map) -> Read<Self> {
        let from = In::of::<Self>(map);
        let range = |value: &Value| {
            let [log, first, last] = value.as_list()? else { return None };
            let log = LogId::from_slice(log.as_bytes()?)?;
            Some(SeqRange { log, from: seq(first)?, to: seq(last)? })
        };
        Ok(ClockFix {
            ranges: from.list(12, LIST_MAX, range)?,
            offset_ms: from.get(13, Value::as_int)?,
            uncertainty_ms: from.get(14, |v| v.as_int()?.try_into().ok())?,
        })
    }
}

impl Body for KeyWrap {
    const CODE: u32 = code::KEY_WRAP;
    const NAME: &'static str = "key.wrap";

    fn to_map(&self) -> Map {
        Out::new()
            .put(12, bytes(&self.data_key.0))
            .put(13, bytes(&self.node.0))
            .put(14, bytes(&self.wrapped))
            .0
    }

    fn from_map(map: &Map) -> Read<Self> {
        let from = In::of::<Self>(map);
        Ok(KeyWrap {
            data_key: from.get(12, |v| KeyId::from_slice(v.as_bytes()?))?,
            node: from.key(13)?,
            wrapped: from.get(14, |v| v.as_bytes().map(<[u8]>::to_vec))?,
        })
    }
}

impl Body for ReceiptNode {
    const CODE: u32 = code::RECEIPT_NODE;
    const NAME: &'static str = "rcpt.node";

    fn to_map(&self) -> Map {
        Out::new().put(12, list(&self.held, position)).0
    }

    fn from_map(map: &Map) -> Read<Self> {
        let held = In::of::<Self>(map).list(12, LIST_MAX, read_position)?;
        Ok(ReceiptNode { held })
    }
}

impl Body for ReceiptRead {
    const CODE: u32 = code::RECEIPT_READ;
    const NAME: &'static str = "rcpt.read";

    fn to_map(&self) -> Map {
        let person = self.person.as_ref().map(|p| Value::Text(p.to_string()));
        Out::new().put(12, bytes(&self.op.0)).maybe(13, person).0
    }

    fn from_map(map: &Map) -> Read<Self> {
        let from = In::of::<Self>(map);
        Ok(ReceiptRead { op: from.op(12)?, person: from.person(13)? })
    }
}

impl Body for ReceiptAnswer {
    const CODE: u32 = code::RECEIPT_ANSWER;
    const NAME: &'static str = "rcpt.answer";

    fn to_map(&self) -> Map {
        Out::new()
            .put(12, bytes(&self.op.0))
            .put(13, int(self.answer as u8))
            .maybe(14, self.person.as_ref().map(|p| Value::Text(p.to_string())))
            .maybe(NOTE, self.reason.as_deref())
            .0
    }

    fn from_map(map: &Map) -> Read<Self> {
        let from = In::of::<Self>(map);
        let answer = |v: &Value| {
            [Answer::Accepted, Answer::Declined, Answer::Unable]
                .into_iter()
                .find(|a| Some(*a as i64) == v.as_int())
        };
        Ok(ReceiptAnswer {
            op: from.op(12)?,
            answer: from.get(13, answer)?,
            person: from.person(14)?,
            reason: from.reason()?,
        })
    }
}

impl Body for Settle {
    const CODE: u32 = code::SETTLE;
    const NAME: &'static str = "settle";

    fn to_map(&self) -> Map {
        Out::new()
            .put(12, int(self.kind))
            .put(13, Value::Map(self.fields.clone()))
            .maybe(NOTE, self.reason.as_deref())
            .0
    }

    fn from_map(map: &Map) -> Read<Self> {
        let from = In::of::<Self>(map);
        Ok(Settle {
            kind: from.get(12, |v| v.as_int()?.try_into().ok())?,
            fields: from.get(13, |v| v.as_map().cloned())?,
            reason: from.reason()?,
        })
    }
}

impl Body for Checkpoint {
    const CODE: u32 = code::CHECKPOINT;
    const NAME: &'static str = "checkpoint";

    fn to_map(&self) -> Map {
        let mut heads = Vec::with_capacity(self.heads.len() * 20);
        for (log, seq) in &self.heads {
            heads.extend_from_slice(&log.0);
            heads.extend_from_slice(&seq.to_be_bytes());
        }
        Out::new().put(12, bytes(&self.root.0)).put(13, Value::Bytes(heads)).0
    }

    fn from_map(map: &Map) -> Read<Self> {
        let from = In::of::<Self>(map);
        let heads = |value: &Value| {
            let bytes = value.as_bytes().filter(|b| b.len() % 20 == 0)?;
            let mut heads = Vec::with_capacity(bytes.len() / 20);
            for row in bytes.chunks_exact(20) {
                let (log, seq) = row.split_at(16);
                let seq = u32::from_be_bytes(seq.try_into().ok()?);
                heads.push((LogId::from_slice(log)?, seq));
            }
            heads.windows(2).all(|w| w[0].0 < w[1].0).then_some(heads)
        };
        Ok(Checkpoint {
            root: from.get(12, |v| Hash32::from_slice(v.as_bytes()?))?,
            heads: from.get(13, heads)?,
        })
    }
}
