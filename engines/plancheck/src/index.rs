//! The problem with its ids resolved once, and what must hold before any plan can be judged.

use std::collections::{BTreeMap, BTreeSet};

use crate::read::{Commodity, Lot, Need, Place, Problem, Unreadable, Vehicle, Whole};

/// A lot and the index of the place it lies at.
pub struct LotAt<'a> {
    pub lot: &'a Lot,
    pub place: usize,
}

/// A problem that can be looked up by id.
pub struct Index<'a> {
    pub problem: &'a Problem,
    pub places: BTreeMap<&'a str, usize>,
    pub needs: BTreeMap<&'a str, usize>,
    pub vehicles: BTreeMap<&'a str, usize>,
    pub lots: Vec<LotAt<'a>>,
    pub lot_ids: BTreeMap<&'a str, usize>,
    pub commodities: BTreeMap<&'a str, usize>,
    pub forbidden: BTreeSet<BTreeSet<&'a str>>,
}

fn unique<'a>(
    sort: &'static str,
    ids: impl Iterator<Item = &'a str>,
) -> Result<BTreeMap<&'a str, usize>, Unreadable> {
    let mut map = BTreeMap::new();
    for (at, id) in ids.enumerate() {
        if map.insert(id, at).is_some() {
            return Err(Unreadable::Duplicate { sort, id: id.to_string() });
        }
    }
    Ok(map)
}

impl<'a> Index<'a> {
    /// Resolves the ids.
    pub fn new(problem: &'a Problem) -> Result<Self, Unreadable> {
        let lots: Vec<LotAt> = problem
            .places
            .iter()
            .enumerate()
            .flat_map(|(place, p)| p.lots.iter().map(move |lot| LotAt { lot, place }))
            .collect();
        let lot_ids = unique("lot", lots.iter().map(|l| l.lot.id.as_str()))?;
        let size = problem.places.len();
        for (name, matrix) in &problem.matrices {
            if matrix.len() != size || matrix.iter().any(|row| row.len() != size) {
                return Err(Unreadable::Matrix { name: name.clone(), size });
            }
        }
        for need in &problem.needs {
            let fault = |what| Unreadable::Figure { sort: "need", id: need.id.clone(), what };
            if need.packs.0 <= 0 {
                return Err(fault("packs must be above 0"));
            }
            if need.people.0 < 0 {
                return Err(fault("people must not be below 0"));
            }
        }
        Ok(Index {
            problem,
            places: unique("place", problem.places.iter().map(|p| p.id.as_str()))?,
            needs: unique("need", problem.needs.iter().map(|n| n.id.as_str()))?,
            vehicles: unique("vehicle", problem.vehicles.iter().map(|v| v.id.as_str()))?,
            lots,
            lot_ids,
            commodities: unique("commodity", problem.commodities.iter().map(|c| c.id.as_str()))?,
            forbidden: problem
                .forbidden_together
                .iter()
                .map(|pair| pair.iter().map(String::as_str).collect())
                .collect(),
        })
    }

    pub fn place(&self, at: usize) -> &'a Place {
        &self.problem.places[at]
    }

    pub fn need(&self, at: usize) -> &'a Need {
        &self.problem.needs[at]
    }

    pub fn vehicle(&self, at: usize) -> &'a Vehicle {
        &self.problem.vehicles[at]
    }

    pub fn matrix(&self, name: &str) -> Result<&'a [Vec<Option<Whole>>], Unreadable> {
        let missing = || Unreadable::Missing { sort: "matrix", id: name.to_string() };
        self.problem.matrices.get(name).map(Vec::as_slice).ok_or_else(missing)
    }

    pub fn commodity(&self, id: &str) -> Result<&'a Commodity, Unreadable> {
        let missing = || Unreadable::Missing { sort: "commodity", id: id.to_string() };
        self.commodities.get(id).map(|at| &self.problem.commodities[*at]).ok_or_else(missing)
    }

    pub fn lot_at(&self, id: &str) -> Result<usize, Unreadable> {
        let missing = || Unreadable::Missing { sort: "lot", id: id.to_string() };
        self.lot_ids.get(id).copied().ok_or_else(missing)
    }
}
