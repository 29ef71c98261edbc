//! What the road is like: a pure function of the live reports and the time asked, in no order.
//!
//! Withdrawn and corrected reports are settled before and do not come here. `observed_at` is a
//! figure of the report, judged with its clock; it decides nothing about which report stands.
//! Source: house, relief design §1, items 1 to 5.

use kernel::{ClockQuality, EntityId, UnixSeconds};
use serde::{Deserialize, Serialize};

use crate::graph::ArcKey;
use crate::profile::Modes;

/// How a report was seen, or who orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A vehicle went through (or could not).
    Traversal,
    /// An official looked.
    Official,
    /// Anybody else.
    Citizen,
    /// A command: closed, slow, limited. It restricts and never opens. The rank is its authority's.
    Order(u16),
}

/// What a report says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// Nothing is in the way.
    Open,
    /// Passable at a slower pace: time × factor / 256.
    Slow {
        /// 256 is the ordinary time.
        factor_q8: u32,
    },
    /// Passable up to limits; 0 is no limit said.
    Limited {
        /// Gross mass, kilograms.
        load_kg: u32,
        /// Width, centimetres.
        width_cm: u32,
        /// Height, centimetres.
        height_cm: u32,
    },
    /// Not passable.
    Closed,
}

/// A live road report, matched to arcs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Its id: the evidence shown.
    pub id: EntityId,
    /// Arcs it is about, both directions where both are meant.
    pub arcs: Vec<ArcKey>,
    /// Whom it is about.
    pub modes: Modes,
    /// What it says.
    pub says: Says,
    /// How it was seen.
    pub source: Source,
    /// Who saw it: two reports of one author are one voice.
    pub author: EntityId,
    /// When it was seen; `None` is unknown.
    pub observed_at: Option<UnixSeconds>,
    /// How good the clock was that said so.
    pub clock: ClockQuality,
    /// After this it says nothing more; `None` is no end.
    pub valid_until: Option<UnixSeconds>,
}

/// Whether one gets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passable {
    /// Yes.
    Open,
    /// Nobody knows; the chance that it is open, of 65,536.
    Unknown {
        /// Of 65,536.
        p_open_q16: u32,
    },
    /// No.
    Closed,
}

/// The state of an arc for a mode at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Whether one gets through.
    pub passable: Passable,
    /// Time × factor / 256; 256 is the ordinary time.
    pub factor_q8: u32,
    /// Gross mass allowed, kilograms; `None` where no report limits it.
    pub load_kg: Option<u32>,
    /// Width allowed, centimetres.
    pub width_cm: Option<u32>,
    /// Height allowed, centimetres.
    pub height_cm: Option<u32>,
    /// Reports that make it so, by id.
    pub evidence: Vec<EntityId>,
    /// The latest time at which any of them was seen; `None` where none has a time.
    pub as_of: Option<UnixSeconds>,
}

/// Chance that a road is open where a closing and an opening contradict each other, or the last
/// word about it has gone stale. Source: house.
pub const P_CONTRADICTED_Q16: u32 = 32_768;
/// Below this weight a report is stale. Source: house, relief design §1, 0.2.
const STALE_Q16: u64 = 13_107;
/// An opening this soon after a closing contradicts it rather than ends it. Source: §1 item 4.
const CONTRADICTION_S: i64 = 3600;

impl State {
    /// Open with nothing reported.
    pub fn open() -> State {
        State {
            passable: Passable::Open,
            factor_q8: 256,
            load_kg: None,
            width_cm: None,
            height_cm: None,
            evidence: Vec::new(),
            as_of: None,
        }
    }

    /// The more cautious of two, limit by limit.
    pub fn and(mut self, other: State) -> State {
        self.passable = match (self.passable, other.passable) {
            (Passable::Unknown { p_open_q16: a }, Passable::Unknown { p_open_q16: b }) => {
                Passable::Unknown { p_open_q16: a.min(b) }
            }
            (a, b) => a.max(b),
        };
        let least = |a: Option<u32>, b: Option<u32>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.factor_q8 = self.factor_q8.max(other.factor_q8);
        self.load_kg = least(self.load_kg, other.load_kg);
        self.width_cm = least(self.width_cm, other.width_cm);
        self.height_cm = least(self.height_cm, other.height_cm);
        self.evidence.extend(other.evidence);
        self.evidence.sort_unstable();
        self.evidence.dedup();
        self.as_of = self.as_of.max(other.as_of);
        self
    }

    fn said(report: &Report, says: Says) -> State {
        let mut state =
            State { evidence: vec![report.id], as_of: report.observed_at, ..State::open() };
        let limit = |figure: u32| (figure > 0).then_some(figure);
        match says {
            Says::Open => {}
            Says::Slow { factor_q8 } => state.factor_q8 = factor_q8.max(256),
            Says::Limited { load_kg, width_cm, height_cm } => {
                state.load_kg = limit(load_kg);
                state.width_cm = limit(width_cm);
                state.height_cm = limit(height_cm);
            }
            Says::Closed => state.passable = Passable::Closed,
        }
        state
    }

    fn unknown(report: &Report) -> State {
        let passable = Passable::Unknown { p_open_q16: P_CONTRADICTED_Q16 };
        State { passable, ..State::said(report, Says::Open) }
    }
}

/// The state of one arc for one mode: `reports` are those about it, `prior` the chance that it is
/// open where an active hazard lies over it, `t` the time asked.
pub fn resolve(reports: &[&Report], prior: Option<u32>, t: UnixSeconds) -> State {
    let live: Vec<&Report> =
        reports.iter().copied().filter(|r| r.valid_until.is_none_or(|end| t <= end)).collect();
    let evidence = observed(&live, prior, t);
    orders(&live, t).into_iter().fold(evidence, State::and)
}

/// Orders in force of the highest authority: they only restrict.
fn orders(live: &[&Report], t: UnixSeconds) -> Vec<State> {
    let begun = |r: &&&Report| r.observed_at.is_none_or(|from| from <= t);
    let rank = |r: &&Report| match r.source {
        Source::Order(rank) => Some(rank),
        _ => None,
    };
    let highest = live.iter().filter(begun).filter_map(rank).max();
    live.iter()
        .filter(begun)
        .filter(|r| highest.is_some() && rank(r) == highest)
        .map(|r| State::said(r, r.says))
        .collect()
}

/// What observations say.
fn observed(live: &[&Report], prior: Option<u32>, t: UnixSeconds) -> State {
    let seen: Vec<&Report> =
        live.iter().copied().filter(|r| !matches!(r.source, Source::Order(_))).collect();
    let mut told = false;
    let mut state = State::open();
    for report in seen.iter().filter(|r| r.says != Says::Open) {
        let stale = weight_q16(report, prior.is_some(), t) < STALE_Q16;
        let this = match lifted(report, &seen, prior.is_some(), t) {
            Lift::Clearly => continue,
            Lift::Contradicted => State::unknown(report),
            Lift::Not if stale => State::unknown(report),
            Lift::Not => State::said(report, report.says),
        };
        told |= !stale;
        state = state.and(this);
    }
    let fresh = |r: &&&Report| weight_q16(r, prior.is_some(), t) >= STALE_Q16;
    for report in seen.iter().filter(|r| r.says == Says::Open).filter(fresh) {
        told = true;
        state = state.and(State::said(report, Says::Open));
    }
    match prior {
        // Nobody said anything that still counts, and a hazard lies over it.
        Some(p_open_q16) if !told => {
            state.and(State { passable: Passable::Unknown { p_open_q16 }, ..State::open() })
        }
        _ => state,
    }
}

enum Lift {
    Not,
    Contradicted,
    Clearly,
}

/// Whether later reports end a restriction: a traversal or an official that saw less of it, or two
/// others who do not know of each other; and clearly so, or within the hour and about as strong.
fn lifted(report: &Report, seen: &[&Report], hazard: bool, t: UnixSeconds) -> Lift {
    // A restriction seen at an unknown time may have been seen just now: nothing is after it.
    let Some(closed) = report.observed_at else { return Lift::Not };
    let closed_late = closed.0.saturating_add(uncertainty_s(report.clock));
    let weight = weight_q16(report, hazard, t);
    let (mut any, mut clear) = (Voices::default(), Voices::default());
    for other in seen.iter().filter(|o| answers(o, report)) {
        let Some(opened) = other.observed_at.filter(|o| o.0 <= t.0) else { continue };
        let opened_early = opened.0.saturating_sub(uncertainty_s(other.clock));
        let theirs = weight_q16(other, hazard, t);
        if opened_early <= closed_late || theirs < STALE_Q16 {
            continue;
        }
        any.add(other);
        if opened_early - closed_late >= CONTRADICTION_S || theirs > 2 * weight {
            clear.add(other);
        }
    }
    match (clear.suffice(), any.suffice()) {
        (true, _) => Lift::Clearly,
        (false, true) => Lift::Contradicted,
        (false, false) => Lift::Not,
    }
}

/// Whether a report speaks against a restriction: any passage against a closing, openness against a
/// slow road; against a limit only an official, because a light vehicle proves nothing about it.
fn answers(other: &Report, restriction: &Report) -> bool {
    match restriction.says {
        Says::Open => false,
        Says::Slow { .. } => other.says == Says::Open,
        Says::Limited { .. } => other.says == Says::Open && other.source == Source::Official,
        Says::Closed => other.says != Says::Closed,
    }
}

#[derive(Default)]
struct Voices {
    trusted: bool,
    authors: Vec<EntityId>,
}

impl Voices {
    fn add(&mut self, report: &Report) {
        self.trusted |= matches!(report.source, Source::Traversal | Source::Official);
        if !self.authors.contains(&report.author) {
            self.authors.push(report.author);
        }
    }

    fn suffice(&self) -> bool {
        self.trusted || self.authors.len() >= 2
    }
}

/// How far a clock may be off, seconds. Source: house.
fn uncertainty_s(clock: ClockQuality) -> i64 {
    match clock {
        ClockQuality::SyncedDay => 0,
        ClockQuality::SyncedMonth => 60,
        ClockQuality::SetByHand => 600,
        ClockQuality::FreeRunning | ClockQuality::Unknown => 3600,
    }
}

/// 2^(-n/16) of 65,536 for n = 0..15.
const SIXTEENTHS_Q16: [u64; 16] = [
    65_536, 62_757, 60_096, 57_548, 55_109, 52_772, 50_535, 48_393, 46_341, 44_376, 42_495, 40_693,
    38_968, 37_316, 35_734, 34_219,
];

/// Trust in the source × 2^(-age / half-life), of 65,536.
///
/// Half-lives: traversal 12 h, official 24 h, others 6 h; a quarter of that inside an active
/// hazard. A report seen at an unknown time has its full weight: stale it would reopen a road.
pub fn weight_q16(report: &Report, hazard: bool, t: UnixSeconds) -> u64 {
    let (trust, half_life_s) = match report.source {
        Source::Traversal => (65_536, 12 * 3600),
        Source::Official => (65_536, 24 * 3600),
        Source::Citizen => (39_322, 6 * 3600),
        Source::Order(_) => return 65_536,
    };
    let half_life_s: i64 = if hazard { half_life_s / 4 } else { half_life_s };
    let age_s = report.observed_at.map_or(0, |at| t.0.saturating_sub(at.0).max(0));
    let sixteenths = age_s.saturating_mul(16) / half_life_s;
    let (halves, rest) = (sixteenths / 16, (sixteenths % 16) as usize);
    if halves >= 32 {
        return 0;
    }
    ((trust * SIXTEENTHS_Q16[rest]) >> 16) >> halves
}
