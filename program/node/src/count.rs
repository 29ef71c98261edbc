//! Figures of an event over a place: what was reported, where nobody has, and what that comes to.
//!
//! A place's figure stands for its subtree: where a unit has its own figure its parts are not
//! added.
//! A sum of which parts are missing is a lower bound, never the figure.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{EntityId, OpId, PlaceCode, Ref, UnixMillis, UnixSeconds};
use ledger::entity::PLACE;
use ledger::{Value, View};

use crate::area::level;
use crate::beside::Beside;
use crate::desk::Desk;
use crate::figure::{Figure, FigureStatus, Source, status_of, winner};
use crate::text::Text;

/// A figure over a subtree.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// The figure; `None`: unknown, or known only from below.
    pub value: Option<i64>,
    /// What is known from below, where parts are missing.
    pub low: Option<i64>,
    /// Ops the figure rests on.
    pub ops: Vec<OpId>,
    /// Entities the figure rests on.
    pub refs: Vec<Ref>,
    /// The oldest observation among them.
    pub observed_at: Option<UnixSeconds>,
    /// The latest receipt among them.
    pub received_at: Option<UnixMillis>,
    /// Who wrote it, where it is one.
    pub by: Option<String>,
    /// Whether a head is set aside.
    pub disputed: bool,
    /// Units that have said nothing.
    pub missing: Vec<PlaceCode>,
    /// What its parts say, where it is the place's own figure and they say something else.
    pub beside: Option<Box<Beside>>,
}

/// Which figure: kind of entity and field.
#[derive(Clone, Copy, Debug)]
pub struct Which {
    /// Kind's folder name: `casualty`, `situation`.
    pub kind: &'static str,
    /// Number of the field.
    pub field: u8,
    /// Field that names the event.
    pub event: u8,
}

/// The dead. Source: domain §6.4, A03.
pub const DEAD: Which = casualty(command::casualty::DEAD);
/// The missing. Source: domain §6.4, A04.
pub const MISSING: Which = casualty(command::casualty::MISSING);
/// The injured.
pub const INJURED: Which = casualty(command::casualty::INJURED);
/// People moved. Source: domain §6.4, A07.
pub const MOVED: Which = situation(command::situation::MOVED);
/// Villages cut off, as an office counts them.
pub const CUT_OFF: Which = situation(command::situation::VILLAGES_CUT_OFF);

const fn casualty(field: u8) -> Which {
    Which { kind: "casualty", field, event: command::casualty::EVENT }
}

const fn situation(field: u8) -> Which {
    Which { kind: "situation", field, event: command::situation::EVENT }
}

impl Desk {
    /// The figure of an event over the subtree of a place.
    pub fn counted(&self, which: Which, event: &Ref, place: PlaceCode) -> Counted {
        let views = self.figures_of(which, event);
        let mut counted = self.subtree(which, &views, place);
        if views.get(&place).is_some_and(|v| self.own(which, v).is_some()) {
            counted.beside = self.beside(which, &views, place, &counted);
        }
        counted
    }

    pub(crate) fn figures_of(&self, which: Which, event: &Ref) -> BTreeMap<PlaceCode, Arc<View>> {
        let views = self.record.views().find(which.kind, "event", &event.to_string());
        let place = |v: &View| v.int(PLACE).and_then(|p| u64::try_from(p).ok()).map(PlaceCode);
        views.into_iter().filter_map(|v| Some((place(&v)?, v))).collect()
    }

    fn subtree(
        &self,
        which: Which,
        views: &BTreeMap<PlaceCode, Arc<View>>,
        place: PlaceCode,
    ) -> Counted {
        if let Some(own) = views.get(&place).and_then(|v| self.own(which, v)) {
            return own;
        }
        let mut sum = Counted::default();
        let (mut parts, mut known) = (0, 0);
        for child in self.area.children(place) {
            parts += 1;
            let has = views.keys().any(|p| self.area.is_under(*p, child.code));
            let part =
                if has { self.subtree(which, views, child.code) } else { Counted::default() };
            match part.value.or(part.low) {
                Some(value) => {
                    sum.low = Some(sum.low.unwrap_or(0) + value);
                    known += usize::from(part.value.is_some());
                    sum.take(part);
                }
                None => sum.missing.push(child.code),
            }
        }
        if parts > 0 && known == parts {
            sum.value = sum.low;
        }
        sum
    }

    pub(crate) fn own(&self, which: Which, view: &View) -> Option<Counted> {
        let (value, status) = status_of(view, which.field);
        let disputed = status == FigureStatus::Disputed;
        if value.is_none() && !disputed {
            return None;
        }
        let op = winner(view.fields.get(&which.field)?).copied();
        let info = op.and_then(|op| self.record.info(&op)).unwrap_or_default();
        Some(Counted {
            value,
            low: value,
            ops: op.into_iter().collect(),
            refs: vec![view.reference()],
            observed_at: info.observed_at.or(Some(info.entered_at.seconds())),
            received_at: Some(info.received_at),
            by: Some(info.by),
            disputed,
            missing: Vec::new(),
            beside: None,
        })
    }

    /// The figure as screens show it.
    pub fn figure(&self, counted: &Counted, unit: &str, name: Text, age_limit_s: i64) -> Figure {
        let source = Source {
            kind: "op".to_owned(),
            reference: counted.refs.first().map(ToString::to_string).unwrap_or_default(),
            name,
            op: counted.ops.first().map(ToString::to_string),
            by: counted.by.clone(),
        };
        let mut figure = Figure::unknown(unit, source);
        figure.value = counted.value.or(counted.low);
        figure.low = counted.low;
        figure.high = counted.value;
        figure.observed_at = counted.observed_at;
        figure.received_at = counted.received_at;
        figure.age_limit_s = Some(age_limit_s);
        figure.beside.clone_from(&counted.beside);
        figure.status = match (counted.value, counted.low) {
            _ if counted.disputed => FigureStatus::Disputed,
            (Some(_), _) => FigureStatus::Known,
            (None, Some(_)) => FigureStatus::Estimated,
            (None, None) => FigureStatus::Unknown,
        };
        figure
    }

    /// Villages of which somebody said that the road, the network or the power is cut.
    pub fn cut_off(&self, event: &Ref, place: PlaceCode) -> Vec<CutOff> {
        self.cut_off_at(event, place, level::VILLAGE)
    }

    /// Townships of which somebody said so. They are no villages: no figure adds the two.
    pub fn cut_off_townships(&self, event: &Ref, place: PlaceCode) -> Vec<CutOff> {
        let mut all = self.cut_off_at(event, place, level::TOWNSHIP);
        all.retain(|t| [t.road, t.network, t.power].contains(&Some(true)));
        all
    }

    fn cut_off_at(&self, event: &Ref, place: PlaceCode, rung: i32) -> Vec<CutOff> {
        let views = self.figures_of(CUT_OFF, event);
        let village = |p: &PlaceCode| {
            self.area.division(*p).is_some_and(|d| d.level == rung) && self.area.is_under(*p, place)
        };
        let flag = |v: &View, n: u8| match v.get(n) {
            Some(Value::Bool(b)) => Some(*b),
            _ => None,
        };
        views
            .iter()
            .filter(|(p, _)| village(p))
            .map(|(place, view)| {
                let road = flag(view, command::situation::ROAD_CUT);
                let op = view.fields.get(&command::situation::ROAD_CUT).and_then(winner).copied();
                let info = op.and_then(|op| self.record.info(&op)).unwrap_or_default();
                CutOff {
                    place: *place,
                    situation: view.id,
                    op,
                    road,
                    network: flag(view, command::situation::NETWORK_CUT),
                    power: flag(view, command::situation::POWER_CUT),
                    since: info.happened_at.or(info.observed_at),
                    observed_at: info.observed_at.or(Some(info.entered_at.seconds())),
                }
            })
            .collect()
    }
}

impl Counted {
    /// Takes what a part rests on; its figure is added by the caller.
    fn take(&mut self, part: Counted) {
        self.ops.extend(part.ops);
        self.refs.extend(part.refs);
        self.missing.extend(part.missing);
        self.disputed |= part.disputed;
        self.by = self.by.take().or(part.by);
        self.observed_at = match (self.observed_at, part.observed_at) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.received_at = self.received_at.max(part.received_at);
    }

    /// The sum of two figures: unknown as soon as one is.
    pub fn plus(mut self, other: Counted) -> Counted {
        let value = self.value.zip(other.value).map(|(a, b)| a + b);
        let low = match (self.low, other.low) {
            (None, None) => None,
            (a, b) => Some(a.unwrap_or(0) + b.unwrap_or(0)),
        };
        self.take(other);
        // Each of the two shows what its own parts say.
        self.beside = None;
        self.value = value;
        self.low = low;
        self
    }
}

/// What is known of a village that is cut off in some way.
#[derive(Clone, Debug)]
pub struct CutOff {
    /// The village or township.
    pub place: PlaceCode,
    /// Its situation entity.
    pub situation: EntityId,
    /// The op that says so.
    pub op: Option<OpId>,
    /// No passable road; `None`: nobody said.
    pub road: Option<bool>,
    /// No network.
    pub network: Option<bool>,
    /// No power.
    pub power: Option<bool>,
    /// Since when, by who said so.
    pub since: Option<UnixSeconds>,
    /// When that was learned.
    pub observed_at: Option<UnixSeconds>,
}
