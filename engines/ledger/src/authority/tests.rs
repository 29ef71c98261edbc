//! Keys from the root down, in any order of arrival.

use super::*;
use crate::entity::DataClass;
use crate::fold::Chained;
use kernel::{ClockQuality, LogId, OpId, PlaceCode, Stamp, UnixSeconds};
use std::collections::BTreeMap;

const COUNTY: PlaceCode = PlaceCode(990_102_000_000);
const TOWN: PlaceCode = PlaceCode(990_102_103_000);
const DAY_S: i64 = 86_400;
const CERT: u32 = 40 * 16 + 1;
const REPORT: u32 = 16 * 16 + 1;

fn key(name: &str) -> KeyHash {
    kernel::hash(name.as_bytes())
}

#[derive(Default)]
struct Desk {
    seqs: BTreeMap<LogId, (u64, Option<OpId>)>,
    logs: LogSet,
}

impl Desk {
    fn op(&mut self, name: &str, place: PlaceCode, header_type: u32, day: i64) -> FoldOp {
        let mut id = [0; 16];
        id.copy_from_slice(&kernel::hash(format!("{name}{place}").as_bytes()).0[..16]);
        let (seq, prev) = self.seqs.get(&LogId(id)).copied().unwrap_or_default();
        let op_id =
            OpId(kernel::hash(format!("{name}{place}{seq}{day}{header_type}").as_bytes()).0);
        let mut op = FoldOp {
            id: op_id,
            log: LogId(id),
            seq,
            prev,
            t: Stamp::at(UnixSeconds(day * DAY_S + seq as i64).millis()),
            clk: ClockQuality::SyncedDay,
            ent: None,
            sup: Vec::new(),
            header_type,
            class: DataClass::Open,
            body: None,
            chained: Chained::Broken,
            critical: false,
            obo: None,
            author: key(name),
            place,
        };
        self.logs.log(op.log, op.author);
        self.logs.insert(&op, true);
        op.chained = self.logs.chained(&op.id).unwrap();
        self.seqs.insert(op.log, (seq + 1, Some(op_id)));
        op
    }

    fn cert(
        &mut self,
        by: &str,
        at: PlaceCode,
        whom: &str,
        path: &[PlaceCode],
    ) -> (FoldOp, Option<KeyFact>) {
        let op = self.op(by, at, CERT, 1);
        let fact = KeyFact::Cert(CertFact {
            subject: key(whom),
            path: path.to_vec(),
            rank: 40,
            roles: Roles::ISSUE.or(Roles::OWNER),
            from_s: 0,
            to_s: 90 * DAY_S,
        });
        (op, Some(fact))
    }
}

fn authority() -> Authority {
    Authority::new([key("root")], [CERT, REPORT, 41 * 16 + 1, 50 * 16 + 1].into())
}

fn both(ops: &[(FoldOp, Option<KeyFact>)]) -> impl Iterator<Item = (&FoldOp, Option<KeyFact>)> {
    ops.iter().map(|(op, fact)| (op, fact.clone()))
}

#[test]
fn a_chain_of_certificates_counts_in_any_order_of_arrival() {
    let mut desk = Desk::default();
    let county = desk.cert("root", COUNTY, "county", &[COUNTY]);
    let town = desk.cert("county", COUNTY, "town", &[COUNTY, TOWN]);
    let report = desk.op("town", TOWN, REPORT, 2);
    for order in [[&county, &town], [&town, &county]] {
        let mut authority = authority();
        let mut keys = BTreeSet::new();
        for (op, fact) in order {
            keys.extend(authority.admit(op, fact.clone(), &desk.logs).keys);
        }
        assert_eq!(keys, [key("county"), key("town")].into());
        let standing = authority.standing(&report, &desk.logs);
        assert_eq!((standing.verdict, standing.rank), (Verdict::Folded, 40));
    }
}

#[test]
fn a_certificate_for_a_place_not_under_its_issuer_is_quarantined() {
    let mut desk = Desk::default();
    let county = desk.cert("root", COUNTY, "county", &[COUNTY]);
    let other = desk.cert("county", COUNTY, "town", &[PlaceCode(990_103_000_000)]);
    let mut authority = authority();
    authority.admit_all(both(&[county, other.clone()]), &desk.logs);
    let standing = authority.standing(&other.0, &desk.logs);
    assert_eq!(standing.verdict, Verdict::Quarantined(Ground::NotIssuer));
}

#[test]
fn a_certificate_works_thirty_days_more_and_is_marked() {
    let mut desk = Desk::default();
    let county = desk.cert("root", COUNTY, "county", &[COUNTY]);
    let mut authority = authority();
    authority.admit_all(both(&[county]), &desk.logs);
    let late = desk.op("county", COUNTY, REPORT, 100);
    let standing = authority.standing(&late, &desk.logs);
    assert_eq!(standing.verdict, Verdict::Folded);
    assert_eq!(standing.marks.names(), ["stale-cert"]);
    let later = desk.op("county", COUNTY, REPORT, 121);
    let standing = authority.standing(&later, &desk.logs);
    assert_eq!(standing.verdict, Verdict::Quarantined(Ground::CertificateTime));
}

#[test]
fn a_revocation_names_the_logs_to_judge_again() {
    let mut desk = Desk::default();
    let county = desk.cert("root", COUNTY, "county", &[COUNTY]);
    let kept = desk.op("county", COUNTY, REPORT, 2);
    let lost = desk.op("county", COUNTY, REPORT, 3);
    let mut authority = authority();
    authority.admit_all(both(&[county]), &desk.logs);
    assert_eq!(authority.standing(&lost, &desk.logs).verdict, Verdict::Folded);
    let op = desk.op("root", COUNTY, 41 * 16 + 1, 4);
    let trust = vec![Trust { log: kept.log, seq: kept.seq, id: kept.id }];
    let fact = KeyFact::Revoke(RevokeFact { key: key("county"), trust });
    let change = authority.admit(&op, Some(fact), &desk.logs);
    assert!(change.logs.contains(&lost.log), "{change:?}");
    assert_eq!(authority.standing(&kept, &desk.logs).verdict, Verdict::Folded);
    let verdict = authority.standing(&lost, &desk.logs).verdict;
    assert_eq!(verdict, Verdict::Quarantined(Ground::Revoked));
}

#[test]
fn a_store_s_log_needs_no_certificate_for_its_place() {
    let mut desk = Desk::default();
    let county = desk.cert("root", COUNTY, "county", &[COUNTY]);
    let mut authority = Authority::new([key("root")], [CERT, 23 * 16 + 1, REPORT].into());
    authority.admit_all(both(&[county]), &desk.logs);
    let spend = desk.op("county", TOWN, 23 * 16 + 1, 2);
    assert_eq!(authority.standing(&spend, &desk.logs).verdict, Verdict::Folded);
    let report = desk.op("county", TOWN, REPORT, 2);
    let verdict = authority.standing(&report, &desk.logs).verdict;
    assert_eq!(verdict, Verdict::Quarantined(Ground::NoCertificate));
}

#[test]
fn a_late_signature_vouches_for_what_came_before() {
    let mut desk = Desk::default();
    let first = desk.op("town", TOWN, REPORT, 1);
    let second = desk.op("town", TOWN, REPORT, 2);
    let mut logs = LogSet::new();
    logs.log(first.log, first.author);
    assert_eq!(logs.insert(&second, true), [second.id]);
    assert_eq!(logs.chained(&second.id), Some(Chained::Broken));
    let mut both = [first.id, second.id];
    both.sort();
    assert_eq!(logs.insert(&first, false), both);
    assert_eq!(logs.chained(&first.id), Some(Chained::Verified));
}
