//! Conditions of a table's cells: read once into sets, then asked three-valued questions.
//!
//! The notation is that of DMN 1.5 unary tests (S-FEEL): `-`, `3`, `>= 3`, `[3..5)`, `]3..5[`,
//! `"red", "orange"`, `not(...)`, and `< other_input`. A number may carry a unit, which is turned
//! into the column's exactly or refused.

use kernel::Truth;

use crate::decimal::Decimal;
use crate::fault::{FaultCode, nearest};
use crate::span::{End, NumberSet, Span};
use crate::unit::Unit;

/// What a column of conditions holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// Numbers, whole or not, in a unit.
    Numbers { whole: bool, unit: Option<Unit> },
    /// One of a list of words; a yes-or-no column has the words `false` and `true`.
    Words { words: Vec<String> },
}

/// The most words that a column may list.
pub(crate) const WORDS_MAX: usize = 128;

impl Column {
    pub fn yes_no() -> Column {
        Column::Words { words: vec!["false".into(), "true".into()] }
    }

    /// The cell that every value meets.
    pub fn everything(&self) -> CellSet {
        match self {
            Column::Numbers { whole, .. } => CellSet::Numbers(NumberSet::all(*whole)),
            Column::Words { words } => CellSet::Words(mask_of(words.len())),
        }
    }

    /// The unit's lower bound where it counts things, else nothing.
    pub fn floor(&self) -> Option<Decimal> {
        match self {
            Column::Numbers { unit: Some(unit), .. } if unit.is_count() => Some(Decimal::ZERO),
            _ => None,
        }
    }

    pub fn is_whole(&self) -> bool {
        matches!(self, Column::Numbers { whole: true, .. })
    }
}

fn mask_of(words: usize) -> u128 {
    if words >= WORDS_MAX { u128::MAX } else { (1u128 << words) - 1 }
}

/// A set of values of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CellSet {
    Numbers(NumberSet),
    /// One bit for each word of the column.
    Words(u128),
}

impl CellSet {
    pub fn is_empty(&self) -> bool {
        match self {
            CellSet::Numbers(set) => set.is_empty(),
            CellSet::Words(mask) => *mask == 0,
        }
    }

    pub fn and(&self, other: &CellSet) -> CellSet {
        match (self, other) {
            (CellSet::Numbers(a), CellSet::Numbers(b)) => CellSet::Numbers(a.and(b)),
            (CellSet::Words(a), CellSet::Words(b)) => CellSet::Words(a & b),
            _ => CellSet::Words(0),
        }
    }

    pub fn not(&self, column: &Column) -> CellSet {
        match (self, column) {
            (CellSet::Numbers(set), _) => CellSet::Numbers(set.not()),
            (CellSet::Words(mask), Column::Words { words }) => {
                CellSet::Words(mask_of(words.len()) & !mask)
            }
            (CellSet::Words(_), _) => CellSet::Words(0),
        }
    }
}

/// How two inputs are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Below,
    AtMost,
    Above,
    AtLeast,
}

/// A condition on one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// `-`: holds whatever the value, even where the question does not arise.
    Any,
    In(CellSet),
    /// Compares with another input of the table, by its place in the list of inputs.
    Compare(Order, usize),
}

/// What is known of an input when a row is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    /// Somewhere in this closed interval; −∞ to ∞ is wholly unknown.
    Numbers(Span),
    /// One of these words; all of them is wholly unknown.
    Words(u128),
    NotApplicable,
}

impl Cell {
    /// Whether the condition holds for everything, nothing, or only a part of what may be.
    pub fn truth(&self, fact: &Fact, all: &[Fact]) -> Truth {
        match (self, fact) {
            (Cell::Any, _) => Truth::Met,
            (_, Fact::NotApplicable) => Truth::NotMet,
            (Cell::In(CellSet::Numbers(set)), Fact::Numbers(span)) => {
                graded(set.holds(span), set.meets(span))
            }
            (Cell::In(CellSet::Words(mask)), Fact::Words(may)) => {
                graded(may & !mask == 0, may & mask != 0)
            }
            (Cell::Compare(order, other), Fact::Numbers(span)) => match all.get(*other) {
                Some(Fact::Numbers(with)) => compare(*order, span, with),
                _ => Truth::NotMet,
            },
            _ => Truth::Undetermined,
        }
    }
}

fn graded(holds_for_all: bool, holds_for_some: bool) -> Truth {
    match (holds_for_all, holds_for_some) {
        (true, _) => Truth::Met,
        (false, true) => Truth::Undetermined,
        (false, false) => Truth::NotMet,
    }
}

fn compare(order: Order, a: &Span, b: &Span) -> Truth {
    let at = |end: Option<End>| end.map(|e| e.at);
    let (al, ah, bl, bh) = (at(a.low), at(a.high), at(b.low), at(b.high));
    type Test = fn(&Decimal, &Decimal) -> bool;
    let sure = |x: Option<Decimal>, y: Option<Decimal>, test: Test| {
        x.zip(y).is_some_and(|(x, y)| test(&x, &y))
    };
    let (met, not) = match order {
        Order::Below => (sure(ah, bl, Decimal::lt), sure(al, bh, Decimal::ge)),
        Order::AtMost => (sure(ah, bl, Decimal::le), sure(al, bh, Decimal::gt)),
        Order::Above => (sure(al, bh, Decimal::gt), sure(ah, bl, Decimal::le)),
        Order::AtLeast => (sure(al, bh, Decimal::ge), sure(ah, bl, Decimal::lt)),
    };
    graded(met, !not)
}

/// Why a cell cannot be read, and what its author does about it.
#[derive(Debug)]
pub(crate) struct CellFault {
    pub code: FaultCode,
    pub why: String,
    pub what_to_do: String,
}

fn bad<T>(why: String, what_to_do: &str) -> Result<T, CellFault> {
    Err(CellFault { code: FaultCode::BadCell, why, what_to_do: what_to_do.to_owned() })
}

const HOW: &str = "write -, a value, >= 3, [3..5), \"a\", \"b\" or not(...)";

/// Reads the text of one cell. `columns` gives each input's name and column in order.
pub(crate) fn parse(
    text: &str,
    column: &Column,
    columns: &[(String, Column)],
) -> Result<Cell, CellFault> {
    let text = text.trim();
    if text == "-" {
        return Ok(Cell::Any);
    }
    if text.is_empty() || text.len() > 1000 {
        return bad(format!("a condition needs 1 to 1000 characters, found {}", text.len()), HOW);
    }
    if let Some(inner) = text.strip_prefix("not").map(str::trim_start)
        && let Some(inner) = inner.strip_prefix('(').and_then(|t| t.strip_suffix(')'))
    {
        return Ok(Cell::In(parse_union(inner, column)?.not(column)));
    }
    if let Some((order, other)) = compared_input(text, columns) {
        let same_unit = match (column, &columns[other].1) {
            (Column::Numbers { unit: a, .. }, Column::Numbers { unit: b, .. }) => a == b,
            _ => return bad(format!("{text} compares what is not a number"), HOW),
        };
        if !same_unit {
            return Err(CellFault {
                code: FaultCode::UnitMismatch,
                why: format!("{text} compares two inputs of different units"),
                what_to_do: "declare both inputs in one unit".into(),
            });
        }
        return Ok(Cell::Compare(order, other));
    }
    Ok(Cell::In(parse_union(text, column)?))
}

fn split_order(text: &str) -> Option<(Order, &str)> {
    let rules =
        [("<=", Order::AtMost), (">=", Order::AtLeast), ("<", Order::Below), (">", Order::Above)];
    rules.iter().find_map(|(sign, order)| Some((*order, text.strip_prefix(sign)?.trim())))
}

fn compared_input(text: &str, columns: &[(String, Column)]) -> Option<(Order, usize)> {
    let (order, name) = split_order(text)?;
    Some((order, columns.iter().position(|(column, _)| column == name)?))
}

fn parse_union(text: &str, column: &Column) -> Result<CellSet, CellFault> {
    let mut parts = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    match column {
        Column::Numbers { whole, unit } => {
            let spans = parts.iter().map(|part| parse_span(part, unit.as_ref()));
            let set = NumberSet::new(spans.collect::<Result<_, _>>()?, *whole);
            if set.is_empty() {
                return bad(format!("{text} holds for no value"), "put the lower end first");
            }
            Ok(CellSet::Numbers(set))
        }
        Column::Words { words } => {
            let mut mask = 0u128;
            for part in parts {
                mask |= 1u128 << word_place(part, words)?;
            }
            Ok(CellSet::Words(mask))
        }
    }
}

fn word_place(part: &str, words: &[String]) -> Result<usize, CellFault> {
    let word = part.strip_prefix('"').and_then(|p| p.strip_suffix('"')).unwrap_or(part);
    words.iter().position(|w| w == word).ok_or_else(|| CellFault {
        code: FaultCode::BadValue,
        why: format!("{word:?} is not one of the column's words ({})", words.join(", ")),
        what_to_do: format!("did you mean {:?}?", nearest(word, words.iter().map(String::as_str))),
    })
}

fn parse_span(part: &str, unit: Option<&Unit>) -> Result<Span, CellFault> {
    if let Some((order, number)) = split_order(part) {
        let at = parse_number(number, unit)?;
        let inclusive = matches!(order, Order::AtMost | Order::AtLeast);
        let end = Some(End { at, inclusive });
        return Ok(match order {
            Order::Below | Order::AtMost => Span { low: None, high: end },
            Order::Above | Order::AtLeast => Span { low: end, high: None },
        });
    }
    let Some((low, high)) = part.split_once("..") else {
        return Ok(Span::point(parse_number(part.strip_prefix('=').unwrap_or(part), unit)?));
    };
    let (low, high) = (low.trim(), high.trim());
    let open = |c: Option<char>, inside: char, outside: [char; 2]| match c {
        Some(c) if c == inside => Ok(true),
        Some(c) if outside.contains(&c) => Ok(false),
        _ => bad(format!("{part} is not an interval"), "write [3..5], [3..5), (3..5] or (3..5)"),
    };
    let low_in = open(low.chars().next(), '[', ['(', ']'])?;
    let high_in = open(high.chars().next_back(), ']', [')', '['])?;
    let low = End { at: parse_number(&low[1..], unit)?, inclusive: low_in };
    let high = End { at: parse_number(&high[..high.len() - 1], unit)?, inclusive: high_in };
    Ok(Span { low: Some(low), high: Some(high) })
}

/// Reads a number with an optional unit, and turns it into the column's unit.
pub(crate) fn parse_number(text: &str, unit: Option<&Unit>) -> Result<Decimal, CellFault> {
    let text = text.trim();
    let (number, named) = match text.split_once(' ') {
        Some((number, named)) => (number, Some(named.trim())),
        None => (text, None),
    };
    let value: Decimal = match number.parse() {
        Ok(value) => value,
        Err(fault) => return bad(format!("{fault}"), HOW),
    };
    let Some(named) = named else { return Ok(value) };
    let from = parse_unit(named)?;
    let mismatch = |why: String| CellFault {
        code: FaultCode::UnitMismatch,
        why,
        what_to_do: "write the number in the column's unit".into(),
    };
    let Some(unit) = unit else {
        return Err(mismatch(format!("{text} has a unit, but its column has none")));
    };
    let ratio = from.ratio_to(unit);
    let ratio = ratio.ok_or_else(|| mismatch(format!("{text} is no measure in {unit}")))?;
    match value.scaled(ratio) {
        Some((down, up)) if down == up => Ok(down),
        _ => Err(mismatch(format!("{text} is not exact in {unit}"))),
    }
}

pub(crate) fn parse_unit(text: &str) -> Result<Unit, CellFault> {
    Unit::parse(text).map_err(|unknown| CellFault {
        code: FaultCode::UnknownUnit,
        why: format!("{:?} is not a registered unit", unknown.found),
        what_to_do: format!("did you mean {:?}?", unknown.nearest),
    })
}
