//! From the truth of each row to the result: what must come out, and what still may.
//!
//! `must` only grows and `may` only shrinks as more becomes known; a result that is certain is
//! never taken back by a further fact.

use std::collections::BTreeMap;

use kernel::Truth;

use crate::cell::Fact;
use crate::decimal::Decimal;
use crate::table::{HitPolicy, Row, Table};
use crate::value::Value;

/// The truth of each row in force, in the order given.
pub(crate) fn truths(table: &Table, places: &[usize], facts: &[Fact]) -> Vec<Truth> {
    let own = |row: &Row| if row.otherwise { None } else { Some(row_truth(row, facts)) };
    let known: Vec<Option<Truth>> = places.iter().map(|p| own(&table.rows[*p])).collect();
    // An otherwise-row holds where every other row does not.
    let any = known.iter().flatten().fold(Truth::NotMet, |any, t| any.or(*t));
    known.into_iter().map(|t| t.unwrap_or(any.not())).collect()
}

fn row_truth(row: &Row, facts: &[Fact]) -> Truth {
    let mut plain = Truth::Met;
    let mut any = if row.alternatives == 0 { Truth::Met } else { Truth::NotMet };
    let mut current: Option<(usize, Truth)> = None;
    for cell in &row.cells {
        let truth = cell.cell.truth(&facts[cell.input], facts);
        match cell.alternative {
            None => plain = plain.and(truth),
            Some(number) => match &mut current {
                Some((same, so_far)) if *same == number => *so_far = so_far.and(truth),
                _ => {
                    any = any.or(current.map_or(Truth::NotMet, |c| c.1));
                    current = Some((number, truth));
                }
            },
        }
    }
    plain.and(any.or(current.map_or(Truth::NotMet, |c| c.1)))
}

/// Which rows' results are certain and which are possible; each inner list has equal results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decided {
    pub truth: Truth,
    pub must: Vec<Vec<usize>>,
    pub may: Vec<Vec<usize>>,
    pub conflict: bool,
    /// Undetermined rows that can still change the result.
    pub open: Vec<usize>,
}

/// Applies the hit policy. `places` are rows of the table, `truths` belongs to them.
pub(crate) fn decide(table: &Table, places: &[usize], truths: &[Truth]) -> Decided {
    let rows: Vec<(usize, Truth)> = places.iter().copied().zip(truths.iter().copied()).collect();
    if table.hit_policy.is_single() { single(table, rows) } else { collect(rows) }
}

fn collect(rows: Vec<(usize, Truth)>) -> Decided {
    let with = |truth: Truth| rows.iter().filter(move |r| r.1 == truth).map(|r| r.0);
    let open: Vec<usize> = with(Truth::Undetermined).collect();
    let must: Vec<Vec<usize>> = with(Truth::Met).map(|r| vec![r]).collect();
    let may = rows.iter().filter(|r| r.1 != Truth::NotMet).map(|r| vec![r.0]).collect();
    let truth = match (open.is_empty(), must.is_empty()) {
        (false, _) => Truth::Undetermined,
        (true, true) => Truth::NotMet,
        (true, false) => Truth::Met,
    };
    Decided { truth, must, may, conflict: false, open }
}

/// Rows that can still give the one result, strongest first where the policy has an order.
fn candidates(table: &Table, mut rows: Vec<(usize, Truth)>) -> Vec<(usize, Truth)> {
    rows.retain(|r| r.1 != Truth::NotMet);
    if table.hit_policy == HitPolicy::Priority {
        rows.sort_by(|a, b| table.rows[a.0].rank.cmp(&table.rows[b.0].rank));
    }
    let first_met = rows.iter().position(|r| r.1 == Truth::Met);
    match (table.hit_policy, first_met) {
        (HitPolicy::First, Some(end)) => rows.truncate(end + 1),
        // Of equal strength, the first in the table; rows that say the same stand beside it.
        (HitPolicy::Priority, Some(end)) => {
            let best = rows[end].0;
            let beside = rows.split_off(end);
            let same = |r: &(usize, Truth)| table.rows[r.0].values == table.rows[best].values;
            rows.extend(beside.into_iter().filter(|r| r.1 == Truth::Met && same(r)));
        }
        // Under unique a row that holds leaves every other one not met: their bands are apart.
        _ => {}
    }
    rows
}

fn single(table: &Table, rows: Vec<(usize, Truth)>) -> Decided {
    let left = candidates(table, rows);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (place, _) in &left {
        let same = |g: &&mut Vec<usize>| table.rows[g[0]].values == table.rows[*place].values;
        match groups.iter_mut().find(same) {
            Some(group) => group.push(*place),
            None => groups.push(vec![*place]),
        }
    }
    let met: Vec<usize> = left.iter().filter(|r| r.1 == Truth::Met).map(|r| r.0).collect();
    let differ = |p: &&usize| table.rows[**p].values != table.rows[met[0]].values;
    let conflict = !met.is_empty()
        && matches!(table.hit_policy, HitPolicy::Any | HitPolicy::Unique)
        && met.iter().any(|p| differ(&p));
    let certain = groups.len() == 1 && !met.is_empty();
    let truth = match (left.is_empty(), certain) {
        (true, _) => Truth::NotMet,
        (false, true) => Truth::Met,
        (false, false) => Truth::Undetermined,
    };
    let open = if certain {
        Vec::new()
    } else {
        left.iter().filter(|r| r.1 == Truth::Undetermined).map(|r| r.0).collect()
    };
    Decided {
        truth,
        must: if certain { groups.clone() } else { vec![] },
        may: groups,
        conflict,
        open,
    }
}

/// The bounds of an aggregate over the first output, or over the number of rows.
/// `None` at an end: no row, so no figure.
pub(crate) fn aggregate(
    table: &Table,
    places: &[usize],
    truths: &[Truth],
) -> Option<(Option<Decimal>, Option<Decimal>)> {
    let figure = |place: usize| {
        let first = table.outputs.first()?;
        match table.rows[place].values.get(&first.name)? {
            Value::Number(n) => Some(*n),
            _ => None,
        }
    };
    let mut sure: BTreeMap<usize, Decimal> = BTreeMap::new();
    let mut open: BTreeMap<usize, Decimal> = BTreeMap::new();
    for (place, truth) in places.iter().zip(truths) {
        let amount = match table.hit_policy {
            HitPolicy::CollectCount => Some(Decimal::ONE),
            _ => figure(*place),
        };
        match (truth, amount) {
            (Truth::Met, Some(n)) => drop(sure.insert(*place, n)),
            (Truth::Undetermined, Some(n)) => drop(open.insert(*place, n)),
            _ => {}
        }
    }
    let add = |start: Decimal, from: &mut dyn Iterator<Item = Decimal>| {
        from.fold(start, |sum, n| sum.plus(n))
    };
    let all = || sure.values().chain(open.values()).copied();
    match table.hit_policy {
        HitPolicy::CollectCount | HitPolicy::CollectSum => {
            if table.hit_policy == HitPolicy::CollectSum && sure.is_empty() && open.is_empty() {
                return Some((None, None));
            }
            let base = add(Decimal::ZERO, &mut sure.values().copied());
            let less = open.values().copied().filter(|n| *n < Decimal::ZERO);
            let more = open.values().copied().filter(|n| *n > Decimal::ZERO);
            Some((Some(add(base, &mut { less })), Some(add(base, &mut { more }))))
        }
        HitPolicy::CollectMin => Some((all().min(), sure.values().copied().min())),
        HitPolicy::CollectMax => Some((sure.values().copied().max(), all().max())),
        _ => None,
    }
}
