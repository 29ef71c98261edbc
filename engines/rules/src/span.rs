//! Sets of numbers: intervals whose ends are in or out, and their unions.
//!
//! The same sets serve a condition (`[3..10)`), what is known of a figure (`[3..∞)`) and the search
//! for overlaps and gaps, so that there is one place where an edge is decided.

use std::cmp::Ordering;
use std::fmt;

use crate::decimal::Decimal;

/// One end of an interval: the number, and whether it belongs to the interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    pub at: Decimal,
    pub inclusive: bool,
}

/// An interval; a missing end is infinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub low: Option<End>,
    pub high: Option<End>,
}

impl Span {
    pub const ALL: Span = Span { low: None, high: None };

    pub fn point(at: Decimal) -> Span {
        let end = Some(End { at, inclusive: true });
        Span { low: end, high: end }
    }

    pub fn closed(low: Option<Decimal>, high: Option<Decimal>) -> Span {
        let end = |at| End { at, inclusive: true };
        Span { low: low.map(end), high: high.map(end) }
    }

    /// Whole numbers only: open ends move to the next whole number inside.
    pub fn whole(self) -> Span {
        let low = self.low.map(|e| {
            let up = e.at.ceil();
            let open = !e.inclusive && up == e.at;
            End { at: if open { up.plus(Decimal::ONE) } else { up }, inclusive: true }
        });
        let high = self.high.map(|e| {
            let down = e.at.floor();
            let open = !e.inclusive && down == e.at;
            let at = if open { down.plus(Decimal::from(-1)) } else { down };
            End { at, inclusive: true }
        });
        Span { low, high }
    }

    pub fn is_empty(&self) -> bool {
        match (self.low, self.high) {
            (Some(l), Some(h)) => match l.at.cmp(&h.at) {
                Ordering::Less => false,
                Ordering::Equal => !(l.inclusive && h.inclusive),
                Ordering::Greater => true,
            },
            _ => false,
        }
    }

    pub fn and(&self, other: &Span) -> Span {
        let low = if low_order(&self.low, &other.low).is_ge() { self.low } else { other.low };
        let high = if high_order(&self.high, &other.high).is_le() { self.high } else { other.high };
        Span { low, high }
    }

    fn holds(&self, other: &Span) -> bool {
        low_order(&self.low, &other.low).is_le() && high_order(&self.high, &other.high).is_ge()
    }

    /// What lies below and above.
    fn outside(&self) -> [Option<Span>; 2] {
        let flip = |e: End| Some(End { at: e.at, inclusive: !e.inclusive });
        [
            self.low.map(|e| Span { low: None, high: flip(e) }),
            self.high.map(|e| Span { low: flip(e), high: None }),
        ]
    }
}

/// Orders lower ends: −∞ first, and an end that is in before the same end that is out.
fn low_order(a: &Option<End>, b: &Option<End>) -> Ordering {
    match (a, b) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(a), Some(b)) => a.at.cmp(&b.at).then(b.inclusive.cmp(&a.inclusive)),
    }
}

/// Orders upper ends: an end that is out before the same end that is in, and ∞ last.
fn high_order(a: &Option<End>, b: &Option<End>) -> Ordering {
    match (a, b) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(a), Some(b)) => a.at.cmp(&b.at).then(a.inclusive.cmp(&b.inclusive)),
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.low, self.high) {
            (None, None) => f.write_str("-"),
            (Some(l), Some(h)) if l.at == h.at => write!(f, "{}", l.at),
            (Some(l), None) => write!(f, "{} {}", if l.inclusive { ">=" } else { ">" }, l.at),
            (None, Some(h)) => write!(f, "{} {}", if h.inclusive { "<=" } else { "<" }, h.at),
            (Some(l), Some(h)) => {
                let (open, close) =
                    (if l.inclusive { '[' } else { '(' }, if h.inclusive { ']' } else { ')' });
                write!(f, "{open}{}..{}{close}", l.at, h.at)
            }
        }
    }
}

/// A union of intervals: sorted, apart, none empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NumberSet {
    spans: Vec<Span>,
    whole: bool,
}

impl NumberSet {
    pub fn new(spans: Vec<Span>, whole: bool) -> NumberSet {
        let fit = |s: Span| if whole { s.whole() } else { s };
        let mut spans: Vec<Span> = spans.into_iter().map(fit).filter(|s| !s.is_empty()).collect();
        spans.sort_by(|a, b| low_order(&a.low, &b.low).then(high_order(&a.high, &b.high)));
        let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
        for span in spans {
            match joined.last_mut() {
                Some(last) if touches(last, &span, whole) => {
                    if high_order(&span.high, &last.high).is_gt() {
                        last.high = span.high;
                    }
                }
                _ => joined.push(span),
            }
        }
        NumberSet { spans: joined, whole }
    }

    pub fn all(whole: bool) -> NumberSet {
        NumberSet { spans: vec![Span::ALL], whole }
    }

    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Whether every number of the interval is in the set.
    pub fn holds(&self, span: &Span) -> bool {
        self.spans.iter().any(|s| s.holds(span))
    }

    /// Whether some number of the interval is in the set.
    pub fn meets(&self, span: &Span) -> bool {
        self.spans.iter().any(|s| !s.and(span).is_empty())
    }

    pub fn and(&self, other: &NumberSet) -> NumberSet {
        let pairs = self.spans.iter().flat_map(|a| other.spans.iter().map(move |b| a.and(b)));
        NumberSet::new(pairs.collect(), self.whole)
    }

    pub fn not(&self) -> NumberSet {
        let mut rest = vec![Span::ALL];
        for span in &self.spans {
            let outside = span.outside();
            let cut = |r: &Span| {
                let r = *r;
                outside.into_iter().flatten().map(move |o| r.and(&o)).filter(|s| !s.is_empty())
            };
            rest = rest.iter().flat_map(cut).collect();
        }
        NumberSet::new(rest, self.whole)
    }
}

/// Whether the second interval begins inside or right at the end of the first.
fn touches(first: &Span, second: &Span, whole: bool) -> bool {
    let (Some(end), Some(start)) = (first.high, second.low) else { return true };
    let reach = if whole { end.at.plus(Decimal::ONE) } else { end.at };
    match start.at.cmp(&reach) {
        Ordering::Less => true,
        Ordering::Equal => whole || start.inclusive || end.inclusive,
        Ordering::Greater => false,
    }
}

impl fmt::Display for NumberSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, span) in self.spans.iter().enumerate() {
            if place > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{span}")?;
        }
        Ok(())
    }
}
