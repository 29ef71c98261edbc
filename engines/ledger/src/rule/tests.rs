//! The examples of sync §8, as a duty officer would tell them.

use std::collections::BTreeMap;

use crate::authority::{Roles, Standing};
use crate::entity::SETTLE_CODE;
use crate::fold::tests::{THING, author, fold, op};
use crate::fold::{FoldOp, disputes};
use crate::value::Value;
use crate::view::{FieldState, View};

const DEAD: u8 = 21;
const ROAD: u8 = 22;
const SLOPE: u8 = 23;
const JUDGED: u8 = 24;
const KEEPER: u8 = 25;
const PEOPLE: u8 = 26;
const MOVED: u8 = 27;
const LEVEL: u8 = 28;
const ENGAGED: u8 = 29;
const TAGS: u8 = 30;
const TEXT: u8 = 20;

/// Ops one after another, each with what its author had seen.
#[derive(Default)]
struct Told {
    ops: Vec<(FoldOp, Standing)>,
    seqs: BTreeMap<u8, u64>,
}

impl Told {
    /// `who` (log and key), rank, roles, what they saw (indices), field and value.
    fn says(
        &mut self,
        who: u8,
        rank: u8,
        roles: Roles,
        seen: &[usize],
        field: u8,
        value: Value,
    ) -> usize {
        let body = BTreeMap::from([(u64::from(field), value)]);
        self.brings(who, rank, roles, seen, 400 * 16 + 1, body)
    }

    fn settles(&mut self, who: u8, rank: u8, seen: &[usize], field: u8, value: Value) -> usize {
        let fields = Value::Map(BTreeMap::from([(u64::from(field), value)]));
        let kind = Value::from(u64::from(THING.kind.number));
        let body = BTreeMap::from([(12, kind), (13, fields)]);
        self.brings(who, rank, Roles::NONE, seen, SETTLE_CODE * 16 + 1, body)
    }

    fn brings(
        &mut self,
        who: u8,
        rank: u8,
        roles: Roles,
        seen: &[usize],
        header: u32,
        body: BTreeMap<u64, Value>,
    ) -> usize {
        let seq = self.seqs.entry(who).or_default();
        let sup = seen.iter().map(|i| self.ops[*i].0.id.prefix()).collect();
        let n = self.ops.len() as u8;
        let op = op(n, who, *seq, sup, header, body);
        *seq += 1;
        self.ops.push((op, Standing::folded(rank, roles)));
        usize::from(n)
    }

    fn view(&self) -> View {
        fold(&self.ops)
    }

    /// Value of a whole-number field, and the reasons of what is set aside in it.
    fn stands(&self, field: u8) -> (Option<i64>, Vec<&'static str>) {
        let view = self.view();
        let rows = disputes(&view).into_iter().filter(|d| d.field == field);
        let mut reasons: Vec<&str> = rows.map(|d| d.reason).collect();
        reasons.sort_unstable();
        (view.int(field), reasons)
    }
}

fn n(n: i64) -> Value {
    n.into()
}

fn key(who: u8) -> Value {
    Value::Bytes(author(who).0.to_vec())
}

const NONE: Roles = Roles::NONE;

#[test]
fn the_county_s_verified_figure_stays_and_a_late_claim_waits() {
    let mut t = Told::default();
    let team = t.says(1, 10, NONE, &[], DEAD, n(3));
    let town = t.says(2, 20, NONE, &[team], DEAD, n(5));
    t.says(4, 50, NONE, &[town], DEAD, n(4));
    t.says(5, 10, NONE, &[], DEAD, n(7));
    assert_eq!(t.stands(DEAD), (Some(4), vec!["after-verification"]));
    t.says(7, 10, NONE, &[2], DEAD, n(6));
    assert_eq!(t.stands(DEAD), (Some(4), vec!["after-verification", "claim"]));
}

#[test]
fn a_road_is_as_open_as_the_most_cautious_of_two_nets_until_an_engineer_has_seen_both() {
    let mut t = Told::default();
    let police = t.says(1, 20, Roles::ROAD, &[], ROAD, n(1));
    let village = t.says(2, 10, NONE, &[], ROAD, n(3));
    assert_eq!(t.stands(ROAD), (Some(3), vec!["less-cautious"]));
    t.says(4, 10, NONE, &[police, village], ROAD, n(0));
    assert_eq!(t.stands(ROAD), (Some(3), vec!["less-cautious", "no-right-to-open"]));
    t.says(5, 30, Roles::ROAD, &[0, 1, 2], ROAD, n(1));
    assert_eq!(t.stands(ROAD), (Some(1), vec![]));
}

#[test]
fn a_headcount_is_the_keeper_s_and_movements_adjust_it() {
    let mut t = Told::default();
    let owner = t.says(1, 20, Roles::OWNER, &[], KEEPER, key(2));
    let count = t.says(2, 10, NONE, &[owner], PEOPLE, n(4));
    t.says(4, 10, NONE, &[count], PEOPLE, n(9));
    assert_eq!(t.stands(PEOPLE), (Some(4), vec!["not-keeper"]));
    t.says(4, 10, NONE, &[count], MOVED, n(3));
    t.says(5, 10, NONE, &[owner], MOVED, n(2));
    assert_eq!(t.stands(MOVED), (Some(7), vec!["unsure"]));
    t.says(2, 10, NONE, &[2, 3, 4], PEOPLE, n(8));
    assert_eq!(t.stands(PEOPLE), (Some(8), vec![]));
    assert_eq!(t.stands(MOVED), (Some(8), vec![]));
}

#[test]
fn the_first_task_a_team_accepted_stands_till_done() {
    let task = |verb: &str, task: &str| Value::List(vec![verb.into(), task.into()]);
    let mut t = Told::default();
    let owner = t.says(1, 20, Roles::OWNER, &[], KEEPER, key(2));
    let first = t.says(2, 10, NONE, &[owner], ENGAGED, task("accept", "task:88"));
    let second = t.says(2, 10, NONE, &[first], ENGAGED, task("accept", "task:99"));
    let view = t.view();
    assert_eq!(view.text(ENGAGED), Some("task:88"));
    assert_eq!(disputes(&view)[0].reason, "team-engaged");
    let other = t.says(4, 10, NONE, &[owner], ENGAGED, task("accept", "task:77"));
    assert_eq!(t.stands(ENGAGED).1, ["not-keeper", "team-engaged"]);
    t.says(2, 10, NONE, &[first, second, other], ENGAGED, task("done", "task:88"));
    assert_eq!(t.view().get(ENGAGED), Some(&Value::Null));
}

#[test]
fn the_most_severe_level_of_an_office_and_its_backup_holds() {
    let level = |grade: i64, place: i64| Value::List(vec![n(grade), Value::List(vec![n(place)])]);
    let said = |level: Value| {
        let place = Value::from(crate::fold::tests::HERE.0);
        BTreeMap::from([(3, place), (12, n(1)), (u64::from(LEVEL), level)])
    };
    let header = 400 * 16 + 1;
    let mut t = Told::default();
    let office = t.brings(1, 40, Roles::RESPONSE, &[], header, said(level(3, 7)));
    t.brings(2, 40, Roles::RESPONSE, &[], header, said(level(2, 7)));
    t.brings(4, 40, Roles::RESPONSE, &[], header, said(level(3, 8)));
    let both = Value::List(vec![n(3), Value::List(vec![n(7), n(8)])]);
    assert_eq!(t.view().get(LEVEL), Some(&both));
    assert_eq!(t.stands(LEVEL).1, ["less-severe"]);
    t.brings(5, 90, NONE, &[office], header, said(level(0, 7)));
    assert_eq!(t.stands(LEVEL).1, ["less-severe", "not-lawful"]);
}

#[test]
fn an_expert_lowers_what_it_judged_and_an_unseen_raise_beats_it() {
    let mut t = Told::default();
    let raise = t.says(1, 10, NONE, &[], SLOPE, n(3));
    let id = Value::Bytes(t.ops[raise].0.id.0.to_vec());
    let judged =
        BTreeMap::from([(u64::from(SLOPE), n(2)), (u64::from(JUDGED), Value::List(vec![id]))]);
    t.brings(2, 30, Roles::EXPERT, &[raise], 400 * 16 + 1, judged);
    assert_eq!(t.stands(SLOPE), (Some(2), vec![]));
    t.says(4, 10, NONE, &[raise], SLOPE, n(4));
    assert_eq!(t.stands(SLOPE), (Some(4), vec!["unseen-raise"]));
    t.says(5, 80, NONE, &[0, 1, 2], SLOPE, n(0));
    assert_eq!(t.stands(SLOPE), (Some(4), vec!["not-expert", "unseen-raise"]));
}

#[test]
fn at_equal_rank_the_value_that_stood_holds_until_one_with_that_rank_settles() {
    let mut t = Told::default();
    let stood = t.says(1, 40, NONE, &[], TEXT, n(1));
    let one = t.says(1, 40, NONE, &[stood], TEXT, n(2));
    let other = t.says(2, 40, NONE, &[stood], TEXT, n(3));
    assert_eq!(t.stands(TEXT), (Some(1), vec!["concurrent", "concurrent"]));
    t.settles(4, 10, &[one, other], TEXT, n(2));
    assert_eq!(t.stands(TEXT).0, Some(1), "a reporter settles nothing between offices");
    t.settles(5, 40, &[one, other, 3], TEXT, n(2));
    assert_eq!(t.stands(TEXT), (Some(2), vec![]));
}

#[test]
fn where_nothing_stood_the_value_is_unknown() {
    let mut t = Told::default();
    t.says(1, 40, NONE, &[], TEXT, n(2));
    t.says(2, 40, NONE, &[], TEXT, n(3));
    assert_eq!(t.view().fields[&TEXT].state, FieldState::Undetermined);
    assert_eq!(t.view().disputes(), 2);
}

#[test]
fn a_removal_takes_the_adds_it_had_seen() {
    let change =
        |key: u64, item: &str| Value::Map(BTreeMap::from([(key, Value::List(vec![item.into()]))]));
    let mut t = Told::default();
    let add = t.says(1, 10, NONE, &[], TAGS, change(1, "flood"));
    t.says(2, 10, NONE, &[add], TAGS, change(2, "flood"));
    assert_eq!(t.view().get(TAGS), Some(&Value::List(vec![])));
    t.says(4, 10, NONE, &[add], TAGS, change(1, "flood"));
    assert_eq!(t.view().get(TAGS), Some(&Value::List(vec!["flood".into()])));
}
