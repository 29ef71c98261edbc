//! What no single line shows: sums in a circle, unused inputs, overlaps under hit policy unique,
//! and gaps in a declared domain.

use std::collections::{BTreeMap, BTreeSet};

use crate::cell::{Cell, CellSet, Column};
use crate::doc::Section;
use crate::fault::{FaultCode, Faults, nearest};
use crate::read::keep;
use crate::read_rows::plain_set;
use crate::table::{CivilDate, HitPolicy, InputSpec, Row, Table};

/// The most pieces that the search for gaps keeps; beyond that the author is told.
const PIECES_MAX: usize = 20_000;

/// Finds the parts of each sum, and refuses unknown parts, other units and circles.
pub(crate) fn resolve_sums(root: &Section, inputs: &mut [InputSpec], faults: &mut Faults) {
    let line = root.get("input", faults).map_or(1, |at| at.line);
    let names: Vec<String> = inputs.iter().map(|i| i.name.clone()).collect();
    for place in 0..inputs.len() {
        for part in inputs[place].sum_of.clone() {
            let Some(found) = names.iter().position(|n| *n == part) else {
                let why = format!("{:?} sums {part:?}, which is no input", names[place]);
                let near = nearest(&part, names.iter().map(String::as_str));
                faults.add(line, FaultCode::UnknownInput, why, format!("did you mean {near:?}?"));
                continue;
            };
            let numbers = matches!(inputs[place].column, Column::Numbers { .. });
            if !numbers || inputs[found].column != inputs[place].column {
                let why = format!("{:?} sums {part:?} of another kind or unit", names[place]);
                let what = "give the sum and its parts one kind and one unit".into();
                faults.add(line, FaultCode::UnitMismatch, why, what);
            }
            inputs[place].parts.push(found);
        }
    }
    let parts: Vec<Vec<usize>> = inputs.iter().map(|i| i.parts.clone()).collect();
    if let Some(circle) = find_circle(&parts) {
        let path: Vec<&str> = circle.iter().map(|i| names[*i].as_str()).collect();
        let why = format!("a sum that contains itself: {}", path.join(" -> "));
        faults.add(line, FaultCode::Cycle, why, "take one of them out of sum_of".into());
        inputs.iter_mut().for_each(|i| i.parts.clear());
    }
}

/// A circle in a graph given as lists of successors, first node repeated at the end.
pub(crate) fn find_circle(next: &[Vec<usize>]) -> Option<Vec<usize>> {
    // 0 not seen, 1 on the path, 2 done. The path is explicit: no depth exhausts the stack.
    let mut state = vec![0u8; next.len()];
    for start in 0..next.len() {
        if state[start] != 0 {
            continue;
        }
        let mut path = vec![(start, 0usize)];
        state[start] = 1;
        while let Some(top) = path.last_mut() {
            let (node, turn) = (top.0, top.1);
            top.1 += 1;
            match next[node].get(turn) {
                None => {
                    state[node] = 2;
                    path.pop();
                }
                Some(to) if state[*to] == 1 => {
                    let nodes = path.iter().map(|p| p.0);
                    let mut circle: Vec<usize> = nodes.skip_while(|n| n != to).collect();
                    circle.push(*to);
                    return Some(circle);
                }
                Some(to) if state[*to] == 0 => {
                    state[*to] = 1;
                    path.push((*to, 0));
                }
                Some(_) => {}
            }
        }
    }
    None
}

/// An input that no condition, comparison or sum uses is mostly a typing error.
pub(crate) fn unused_inputs(root: &Section, table: &Table, faults: &mut Faults) {
    let mut used: BTreeSet<usize> = BTreeSet::new();
    for cell in table.rows.iter().flat_map(|row| &row.cells) {
        used.insert(cell.input);
        if let Cell::Compare(_, other) = cell.cell {
            used.insert(other);
        }
    }
    used.extend(table.inputs.iter().flat_map(|i| &i.parts));
    for (place, input) in table.inputs.iter().enumerate() {
        if !used.contains(&place) {
            let line = root.get("input", faults).map_or(1, |at| at.line);
            let why = format!("no row uses input {:?}", input.name);
            faults.add(line, FaultCode::UnusedInput, why, "use it or take it out".into());
        }
    }
}

/// The declared domain: a set for each input, everything where it says nothing.
pub(crate) fn read_domain(
    root: &Section,
    table: &Table,
    faults: &mut Faults,
) -> Option<Vec<CellSet>> {
    let section = root.section("domain", "domain", faults)?;
    let columns: Vec<(String, Column)> =
        table.inputs.iter().map(|i| (i.name.clone(), i.column.clone())).collect();
    let mut domain: Vec<CellSet> = columns.iter().map(|(_, c)| c.everything()).collect();
    for (name, at) in section.entries(faults) {
        match columns.iter().position(|(known, _)| known == name) {
            Some(place) => {
                let read = plain_set(&at, &columns[place].1, &columns);
                if let Some(set) = keep(read, at.line, faults) {
                    domain[place] = set;
                }
            }
            None => {
                let why = format!("the domain names {name:?}, which is no input");
                let near = nearest(name, columns.iter().map(|(known, _)| known.as_str()));
                let what = format!("did you mean {near:?}?");
                faults.add(at.line, FaultCode::UnknownInput, why, what);
            }
        }
    }
    Some(domain)
}

/// The sets of inputs for which a row holds: one box for each alternative. `None` in a dimension
/// is everything; `open` says that a comparison of two inputs makes the box too large.
struct Boxes {
    boxes: Vec<Vec<CellSet>>,
    open: bool,
}

fn boxes(row: &Row, table: &Table) -> Boxes {
    let everything: Vec<CellSet> = table.inputs.iter().map(|i| i.column.everything()).collect();
    let mut open = false;
    let mut all = Vec::new();
    for alternative in 0..row.alternatives.max(1) {
        let mut sides = everything.clone();
        for cell in &row.cells {
            if cell.alternative.is_none_or(|a| a == alternative) {
                match &cell.cell {
                    Cell::Any => {}
                    Cell::In(set) => sides[cell.input] = sides[cell.input].and(set),
                    Cell::Compare(..) => open = true,
                }
            }
        }
        all.push(sides);
    }
    Boxes { boxes: all, open }
}

/// Checks every period between two changes of the rows in force.
pub(crate) fn overlaps_and_gaps(
    root: &Section,
    table: &Table,
    domain: Option<Vec<CellSet>>,
    faults: &mut Faults,
) {
    let unique = table.hit_policy == HitPolicy::Unique;
    if !unique && domain.is_none() {
        return;
    }
    let all: BTreeMap<usize, Boxes> =
        table.rows.iter().enumerate().map(|(place, row)| (place, boxes(row, table))).collect();
    let days = table.rows.iter().flat_map(|r| [r.valid_from, r.valid_to]).flatten();
    let mut starts: BTreeSet<Option<CivilDate>> = days.map(Some).collect();
    starts.insert(None);
    let mut told = BTreeSet::new();
    for start in starts {
        let in_force = |row: &Row| match start {
            Some(day) => row.in_force(day),
            None => row.valid_from.is_none(),
        };
        let places: Vec<usize> = (0..table.rows.len())
            .filter(|p| in_force(&table.rows[*p]) && !table.rows[*p].otherwise)
            .collect();
        if unique {
            report_overlaps(table, &places, &all, &mut told, faults);
        }
        let otherwise = table.rows.iter().any(|r| r.otherwise && in_force(r));
        // Before the first row is in force there is no table to have a gap.
        if let (Some(domain), false, false) = (&domain, otherwise, places.is_empty()) {
            report_gap(root, table, domain, &places, &all, faults);
        }
    }
}

fn report_overlaps(
    table: &Table,
    places: &[usize],
    all: &BTreeMap<usize, Boxes>,
    told: &mut BTreeSet<(usize, usize)>,
    faults: &mut Faults,
) {
    for (nth, a) in places.iter().enumerate() {
        for b in &places[nth + 1..] {
            let both = all[a].boxes.iter().flat_map(|x| all[b].boxes.iter().map(move |y| (x, y)));
            let meet = |(x, y): (&Vec<CellSet>, &Vec<CellSet>)| {
                let sides: Vec<CellSet> = x.iter().zip(y).map(|(s, t)| s.and(t)).collect();
                sides.iter().all(|s| !s.is_empty()).then_some(sides)
            };
            let Some(point) = both.filter_map(meet).next() else { continue };
            if told.insert((*a, *b)) {
                let (first, second) = (&table.rows[*a], &table.rows[*b]);
                let why = format!(
                    "rows {:?} and {:?} both hold where {}",
                    first.id,
                    second.id,
                    describe(&point, table)
                );
                let what = "draw the bands apart, or use another hit_policy".into();
                faults.add(second.line, FaultCode::Overlap, why, what);
            }
        }
    }
}

fn report_gap(
    root: &Section,
    table: &Table,
    domain: &[CellSet],
    places: &[usize],
    all: &BTreeMap<usize, Boxes>,
    faults: &mut Faults,
) {
    let line = root.get("domain", faults).map_or(1, |at| at.line);
    let mut rest = vec![domain.to_vec()];
    for boxes in places.iter().map(|p| &all[p]).filter(|b| !b.open) {
        for cut in &boxes.boxes {
            rest = rest.iter().flat_map(|piece| subtract(piece, cut, table)).collect();
            if rest.len() > PIECES_MAX {
                let why = format!("the domain falls into over {PIECES_MAX} pieces");
                let what = "declare a domain over fewer inputs, or add an otherwise-row".into();
                faults.add(line, FaultCode::TooLarge, why, what);
                return;
            }
        }
    }
    if let Some(piece) = rest.first() {
        let why = format!("no row answers where {}", describe(piece, table));
        let what = "add a row, an otherwise-row, or make the domain smaller".into();
        faults.add(line, FaultCode::Gap, why, what);
    }
}

/// What of a box lies outside another: at most one piece for each dimension.
fn subtract(piece: &[CellSet], cut: &[CellSet], table: &Table) -> Vec<Vec<CellSet>> {
    let common: Vec<CellSet> = piece.iter().zip(cut).map(|(p, c)| p.and(c)).collect();
    if common.iter().any(CellSet::is_empty) {
        return vec![piece.to_vec()];
    }
    let mut left = Vec::new();
    for side in 0..piece.len() {
        let outside = piece[side].and(&cut[side].not(&table.inputs[side].column));
        if !outside.is_empty() {
            let mut part = common[..side].to_vec();
            part.push(outside);
            part.extend_from_slice(&piece[side + 1..]);
            left.push(part);
        }
    }
    left
}

fn describe(sides: &[CellSet], table: &Table) -> String {
    let mut said = Vec::new();
    for (side, input) in sides.iter().zip(&table.inputs) {
        if *side == input.column.everything() {
            continue;
        }
        let text = match (side, &input.column) {
            (CellSet::Words(mask), Column::Words { words }) => {
                let named = words.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1);
                named.map(|(_, w)| w.as_str()).collect::<Vec<_>>().join(", ")
            }
            (CellSet::Numbers(set), _) => set.to_string(),
            (CellSet::Words(_), _) => String::new(),
        };
        said.push(format!("{} is {text}", input.name));
    }
    if said.is_empty() { "the inputs are anything".into() } else { said.join(" and ") }
}
