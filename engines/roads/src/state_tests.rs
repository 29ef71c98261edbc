use kernel::{ClockQuality, UnixSeconds};

use crate::tests::{HOUR, NOW, report};
use crate::*;

fn passable(reports: &[Report], prior: Option<u32>) -> Passable {
    resolve(&reports.iter().collect::<Vec<_>>(), prior, NOW).passable
}

#[test]
fn one_closing_closes_and_opening_needs_more() {
    let arc = vec![ArcKey(2)];
    let citizen = |n, says, ago| report(n, arc.clone(), says, Source::Citizen, ago);
    let closed = citizen(1, Says::Closed, 5);
    assert_eq!(passable(&[], None), Passable::Open);
    assert_eq!(passable(&[], Some(9)), Passable::Unknown { p_open_q16: 9 });
    assert_eq!(passable(std::slice::from_ref(&closed), None), Passable::Closed);
    let one = citizen(2, Says::Open, 1);
    assert_eq!(passable(&[closed.clone(), one.clone()], None), Passable::Closed);
    let mut again = citizen(3, Says::Open, 2);
    assert_eq!(passable(&[closed.clone(), one.clone(), again.clone()], None), Passable::Open);
    again.author = one.author;
    assert_eq!(passable(&[closed.clone(), one.clone(), again], None), Passable::Closed);
    let drove = report(4, arc.clone(), Says::Open, Source::Traversal, 1);
    assert_eq!(passable(&[closed.clone(), drove.clone()], None), Passable::Open);
    // Driven before it was closed, or at a time nobody knows: it stays closed.
    let before = report(5, arc.clone(), Says::Open, Source::Traversal, 6);
    assert_eq!(passable(&[closed.clone(), before], None), Passable::Closed);
    let mut sometime = drove.clone();
    sometime.observed_at = None;
    assert_eq!(passable(&[closed.clone(), sometime], None), Passable::Closed);
    // A clock that may be hours off does not prove that it was after.
    let mut by_hand = drove.clone();
    by_hand.clock = ClockQuality::Unknown;
    by_hand.observed_at = Some(UnixSeconds(NOW.0 - 5 * HOUR + 1800));
    assert_eq!(passable(&[closed, by_hand], None), Passable::Closed);
}

#[test]
fn contradiction_and_age_make_it_unknown() {
    let arc = vec![ArcKey(2)];
    let half = Passable::Unknown { p_open_q16: P_CONTRADICTED_Q16 };
    let closed = report(1, arc.clone(), Says::Closed, Source::Official, 3);
    let mut soon = report(2, arc.clone(), Says::Open, Source::Official, 3);
    soon.observed_at = Some(UnixSeconds(NOW.0 - 3 * HOUR + 1800));
    assert_eq!(passable(&[closed, soon], None), half);
    let old = report(3, arc.clone(), Says::Closed, Source::Citizen, 24);
    assert_eq!(passable(std::slice::from_ref(&old), None), half);
    assert_eq!(passable(&[old], Some(100)), Passable::Unknown { p_open_q16: 100 });
    let mut ended = report(4, arc.clone(), Says::Closed, Source::Official, 3);
    ended.valid_until = Some(UnixSeconds(NOW.0 - 1));
    assert_eq!(passable(&[ended], None), Passable::Open);
    // Two live reports: the more cautious one is used, limit by limit.
    let slow = report(5, arc.clone(), Says::Slow { factor_q8: 512 }, Source::Official, 1);
    let limit = Says::Limited { load_kg: 5000, width_cm: 0, height_cm: 0 };
    let limit = report(6, arc, limit, Source::Official, 2);
    let state = resolve(&[&slow, &limit], None, NOW);
    assert_eq!((state.factor_q8, state.load_kg), (512, Some(5000)));
    assert_eq!(state.evidence.len(), 2);
}

#[test]
fn an_order_restricts_and_never_opens() {
    let arc = vec![ArcKey(2)];
    let closed = report(1, arc.clone(), Says::Closed, Source::Citizen, 1);
    let open = report(2, arc.clone(), Says::Open, Source::Order(50), 0);
    assert_eq!(passable(&[closed, open], None), Passable::Closed);
    let shut = report(3, arc.clone(), Says::Closed, Source::Order(50), 1);
    let drove = report(4, arc.clone(), Says::Open, Source::Traversal, 0);
    assert_eq!(passable(&[shut.clone(), drove], None), Passable::Closed);
    let slow = report(5, arc, Says::Slow { factor_q8: 300 }, Source::Order(60), 1);
    let state = resolve(&[&shut, &slow], None, NOW);
    assert_eq!((state.passable, state.factor_q8), (Passable::Open, 300));
}

#[test]
fn the_weight_of_a_report_halves_with_its_half_life() {
    let arc = vec![ArcKey(2)];
    let weight = |source, ago, hazard| {
        weight_q16(&report(1, arc.clone(), Says::Closed, source, ago), hazard, NOW)
    };
    assert_eq!(weight(Source::Official, 24, false), 32_768);
    assert_eq!(weight(Source::Traversal, 24, false), 16_384);
    assert_eq!(weight(Source::Citizen, 6, false), 39_322 / 2);
    assert_eq!(weight(Source::Official, 24, true), 65_536 >> 4);
    assert_eq!(weight(Source::Official, 1_000_000, false), 0);
    assert!(weight(Source::Official, 7, false) > weight(Source::Official, 9, false));
}
