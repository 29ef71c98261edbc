//! Makes the golden vectors: the two ops printed in the format page and 200 more from a seed.

use std::collections::BTreeMap;

use kernel::{ClockQuality, EntityId, Hash32, KeyId, LogId, OpId, PlaceCode, Prefix, Stamp};
use ledger::cert::Position;
use ledger::crypt::{DataKey, decrypt_body, encrypt_body, unwrap, wrap};
use ledger::op_store::Generation;
use ledger::sentinel::{FileHead, Promise, Record};
use ledger::{DataClass, Dep, Descriptor, Header, Op, SecretKey, Value, checkpoint};
use serde_json::{Value as Json, json};

mod bodies;

pub use bodies::{certs, refused};

/// Lists of vectors by name.
pub type File = Vec<(&'static str, Vec<Json>)>;

/// A small generator: the same on every machine.
pub struct Random(pub u64);

impl Random {
    /// The next 64 bits (splitmix64).
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// So many bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next() as u8)
    }

    fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u64) as usize].clone()
    }

    fn maybe(&mut self) -> bool {
        self.below(2) == 1
    }
}

/// Hex digits of bytes.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The private key of the printed vectors: bytes 00 to 1f.
pub fn printed_key() -> SecretKey {
    SecretKey::from_bytes(&std::array::from_fn(|i| i as u8))
}

fn header(log: LogId, seq: u32, prev: Option<OpId>, t: u64, op_type: u32) -> Header {
    Header {
        log,
        seq,
        prev,
        t: Stamp(t),
        op_type,
        ent: None,
        sup: Vec::new(),
        body_hash: Hash32::default(),
        body_len: 0,
        clk: ClockQuality::SyncedDay,
        class: DataClass::Open,
        key: None,
        obo: None,
        dep: Vec::new(),
        other: BTreeMap::new(),
    }
}

fn log_json(secret: &SecretKey, log: &Descriptor) -> Json {
    json!({
        "private": hex(&secret.to_bytes()), "public": log.author.to_string(), "place": log.place.0,
        "topic": log.topic as u8, "lane": log.lane as u8, "epoch": log.epoch,
        "descriptor": hex(&log.encode()), "id": log.id().to_string(),
    })
}

fn op_json(op: &Op) -> Json {
    let h = op.header();
    let dep: Vec<Json> = h.dep.iter().map(|d| json!([d.log.to_string(), d.seq])).collect();
    let other = Value::Map(h.other.clone()).encode();
    json!({
        "log": h.log.to_string(), "seq": h.seq, "prev": h.prev.map(|p| p.to_string()), "t": h.t.0,
        "type": h.op_type, "ent": h.ent.map(|e| hex(&e.0)),
        "sup": h.sup.iter().map(Prefix::to_string).collect::<Vec<_>>(),
        "clk": h.clk as u8, "cls": h.class as u8, "key": h.key.map(|k| k.to_string()),
        "obo": h.obo.map(|k| k.to_string()), "dep": dep, "other": hex(&other),
        "body": hex(op.body_bytes().unwrap()), "header": hex(op.header_bytes()),
        "id": op.id().to_string(), "sig": op.signature().unwrap().to_string(),
        "frame": hex(&op.to_frame(true)), "run_frame": hex(&op.to_frame(false)),
        "withheld_frame": hex(&op.clone().without_body().to_frame(true)),
    })
}

fn printed() -> (Descriptor, Vec<Op>) {
    let key = printed_key();
    let log = Descriptor {
        author: key.public(),
        place: PlaceCode(510_184_000_000),
        topic: ledger::Topic::Incidents,
        lane: ledger::Lane::LifeSafety,
        epoch: 0,
    };
    let ent = EntityId([0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99]);
    let body = |at: i64, status: i64| {
        Value::Map(BTreeMap::from([
            (1, Value::from(at)),
            (2, Value::List(vec![Value::from(0x009e_3018i64), Value::from(0x002e_bcd8i64)])),
            (3, Value::from(510_184_000_000i64)),
            (4, Value::from(status)),
            (5, Value::from("G318")),
        ]))
        .encode()
    };
    let mut first = header(log.id(), 0, None, 0x0192_3b13_b5dc_0000, 0x21);
    first.ent = Some(ent);
    let first = Op::sign(first, body(1_727_568_000, 3), &key).unwrap();
    let mut second = header(log.id(), 1, Some(first.id()), 0x0192_3b4a_a280_0000, 0x21);
    second.ent = Some(ent);
    second.sup = vec![first.id().prefix()];
    second.clk = ClockQuality::FreeRunning;
    let second = Op::sign(second, body(1_727_571_600, 1), &key).unwrap();
    (log, vec![first, second])
}

/// Logs with their ops: the printed ones, and 200 ops in 20 logs with every header key.
pub fn ops() -> File {
    let (log, ops) = printed();
    let mut logs = vec![log_json(&printed_key(), &log)];
    let mut lines: Vec<Json> = ops.iter().map(op_json).collect();
    let mut random = Random(7);
    let mut earlier: Vec<(LogId, u32, OpId)> = Vec::new();
    for number in 0..20u32 {
        let secret = SecretKey::from_bytes(&random.bytes());
        let log = Descriptor {
            author: secret.public(),
            place: PlaceCode(random.pick(&[0, 23, 24, 990_101_000_000, 990_101_001_002_003])),
            topic: ledger::log::topic_numbered(random.below(12) + 1).unwrap(),
            lane: ledger::log::lane_numbered(random.below(4)).unwrap(),
            epoch: random.pick(&[0, 1, 23, 24, 255, 256, 65_536, u32::MAX]),
        };
        logs.push(log_json(&secret, &log));
        let (mut prev, mut t) = (None, 1_784_000_000_000u64 << 16);
        for seq in 0..10u32 {
            t += random.below(1 << 30) + 1;
            let op_type = random.pick(&[17, 33, 641, 4097, 65_535]);
            let mut header = header(log.id(), seq, prev, t, op_type);
            fill(&mut header, &mut random, &earlier);
            let body = match header.key {
                Some(_) => (0..60).map(|_| random.next() as u8).collect(),
                None => bodies::body(&mut random).encode(),
            };
            let op = Op::sign(header, body, &secret).unwrap();
            prev = Some(op.id());
            earlier.push((log.id(), seq, op.id()));
            lines.push(op_json(&op));
        }
        assert_eq!(lines.len() as u32, 2 + 10 * (number + 1));
    }
    let at = |(log, seq, id): &(LogId, u32, OpId)| Position { log: *log, seq: *seq, id: *id };
    let heads: Vec<Position> = earlier.iter().filter(|p| p.1 == 9).map(at).collect();
    let listed: Vec<Json> =
        heads.iter().map(|p| json!([p.log.to_string(), p.seq, p.id.to_string()])).collect();
    let root = checkpoint::root(&heads).to_string();
    let rows: Vec<Json> = vec![json!({ "heads": listed, "root": root })];
    vec![("logs", logs), ("ops", lines), ("checkpoints", rows)]
}

/// Optional header keys, each there or not.
fn fill(header: &mut Header, random: &mut Random, earlier: &[(LogId, u32, OpId)]) {
    let known = |random: &mut Random| {
        let at = random.below(earlier.len().max(1) as u64) as usize;
        earlier.get(at).copied().unwrap_or_default()
    };
    if random.maybe() {
        header.ent = Some(EntityId(random.bytes()));
        let count = random.pick(&[0, 0, 1, 2, 16]);
        header.sup = (0..count).map(|_| known(random).2.prefix()).collect();
    }
    header.clk = ClockQuality::from_number(random.below(5)).unwrap();
    use DataClass::{Internal, Open, Personal, Sensitive};
    header.class = random.pick(&[Open, Open, Internal, Personal, Sensitive]);
    if header.class >= Personal {
        header.key = Some(KeyId(random.bytes()));
    }
    if random.maybe() {
        header.obo = Some(KeyId(random.bytes()));
    }
    let count = random.pick(&[0, 0, 1, 4]);
    for _ in 0..count {
        let (log, seq, _) = known(random);
        header.dep.push(Dep { log, seq });
    }
    if random.below(4) == 0 {
        header.other.insert(17 + random.below(15), Value::from("kept"));
    }
    if random.below(10) == 0 {
        header.other.insert(32 + random.below(1000), Value::Null);
    }
}

/// Encrypted bodies and wrapped data keys.
pub fn crypt() -> File {
    let mut random = Random(11);
    let (mut bodies, mut wraps) = (Vec::new(), Vec::new());
    for number in 0..20u32 {
        let secret: [u8; 32] = random.bytes();
        let key = DataKey::new(secret);
        let nonce: [u8; 24] = random.bytes();
        let ent = random.maybe().then(|| EntityId(random.bytes()));
        let op_type = 1 + number * 16;
        let plain = bodies::body(&mut random).encode();
        let stored = encrypt_body(&key, nonce, ent.as_ref(), op_type, &plain).unwrap();
        assert_eq!(decrypt_body(&key, ent.as_ref(), op_type, &stored).unwrap(), plain);
        bodies.push(json!({
            "data_key": hex(&secret), "key_id": key.id().to_string(), "nonce": hex(&nonce),
            "ent": ent.map(|e| hex(&e.0)), "type": op_type, "plain": hex(&plain),
            "stored": hex(&stored),
        }));
        let (node, once): ([u8; 32], [u8; 32]) = (random.bytes(), random.bytes());
        let node_key = SecretKey::from_bytes(&node);
        let wrapped = wrap(&key, &node_key.public(), once).unwrap();
        assert_eq!(unwrap(&node_key, &key.id(), &wrapped).unwrap(), key);
        wraps.push(json!({
            "data_key": hex(&secret), "key_id": key.id().to_string(), "node_private": hex(&node),
            "node_public": node_key.public().to_string(), "once_private": hex(&once),
            "wrapped": hex(&wrapped),
        }));
    }
    vec![("bodies", bodies), ("wraps", wraps)]
}

/// Sentinel files: a head, records, and the file that follows.
pub fn sentinel() -> File {
    let mut random = Random(13);
    let node = printed_key().public();
    let (mut files, mut before) = (Vec::new(), [0; 16]);
    let mut group = 0;
    for _ in 0..3 {
        let generation = Generation([1, 2, 3, 4, 5, 6, 7, 8]);
        let head = FileHead { node, generation, before };
        let mut bytes = head.encode().to_vec();
        let mut check = head.check();
        let mut records = Vec::new();
        for _ in 0..5 {
            group += 1;
            let ops: Vec<Promise> = (0..random.below(4) + 1)
                .map(|_| Promise {
                    log8: random.bytes(),
                    seq: random.next() as u32,
                    id8: Prefix(random.bytes()),
                })
                .collect();
            let named: Vec<Json> =
                ops.iter().map(|op| json!([hex(&op.log8), op.seq, op.id8.to_string()])).collect();
            records.push(json!({ "group": group, "ops": named }));
            let (record, next) = Record { group, ops }.encode(&check);
            bytes.extend(record);
            check = next;
        }
        before = check;
        files.push(json!({
            "node": node.to_string(), "generation": generation.to_string(), "records": records,
            "bytes": hex(&bytes),
        }));
    }
    vec![("files", files)]
}
