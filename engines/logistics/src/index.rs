//! The problem with its ids resolved once; refuses what cannot be planned.

use std::collections::BTreeMap;

use crate::problem::{Commodity, Lot, Matrix, Need, Place, Problem, Vehicle};

/// Largest figure in a problem; sums of a route stay far inside 64 bits.
pub const FIGURE_MAX: i64 = 1_000_000_000_000;

/// Why a problem cannot be planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProblemError {
    /// Two things of one sort with the same id.
    #[error("duplicate {sort} id {id}")]
    Duplicate {
        /// Sort of thing.
        sort: &'static str,
        /// The id.
        id: String,
    },
    /// Something named that is not there.
    #[error("{of} names the {sort} {id}, which the problem does not have")]
    Missing {
        /// Who names it.
        of: String,
        /// Sort of thing.
        sort: &'static str,
        /// The id.
        id: String,
    },
    /// A matrix that is not square in the order of the places.
    #[error("matrix {name} is not {size} x {size}")]
    Matrix {
        /// Name of the matrix.
        name: String,
        /// Number of places.
        size: usize,
    },
    /// A figure outside what the rule allows.
    #[error("{of}: {what} is {found}")]
    Figure {
        /// Whose figure.
        of: String,
        /// Which figure.
        what: &'static str,
        /// The figure.
        found: i64,
    },
}

/// A problem that can be looked up by number.
pub struct Index<'a> {
    pub problem: &'a Problem,
    pub places: BTreeMap<&'a str, usize>,
    pub needs: BTreeMap<&'a str, usize>,
    pub vehicles: BTreeMap<&'a str, usize>,
    pub lots: Vec<&'a Lot>,
    /// Place of each lot.
    pub lot_place: Vec<usize>,
    pub lot_ids: BTreeMap<&'a str, usize>,
    pub commodities: BTreeMap<&'a str, usize>,
    /// Depots, in order of the places.
    pub depots: Vec<usize>,
    /// Lots by depot and commodity, soonest to expire first.
    pub stock: BTreeMap<(usize, usize), Vec<usize>>,
    /// Place and commodity of each need.
    pub need_at: Vec<(usize, usize)>,
    /// Commodity of each lot.
    pub lot_goods: Vec<usize>,
    /// Where each vehicle must end.
    pub vehicle_end: Vec<Option<usize>>,
    vehicle_matrix: Vec<&'a Matrix>,
}

type Ids<'a> = BTreeMap<&'a str, usize>;

fn unique<'a>(
    sort: &'static str,
    ids: impl Iterator<Item = &'a str>,
) -> Result<Ids<'a>, ProblemError> {
    let mut map = BTreeMap::new();
    for (at, id) in ids.enumerate() {
        if map.insert(id, at).is_some() {
            return Err(ProblemError::Duplicate { sort, id: id.to_string() });
        }
    }
    Ok(map)
}

fn find(ids: &Ids, of: &str, sort: &'static str, id: &str) -> Result<usize, ProblemError> {
    ids.get(id).copied().ok_or_else(|| {
        let (of, id) = (of.to_string(), id.to_string());
        ProblemError::Missing { of, sort, id }
    })
}

fn figure(of: &str, what: &'static str, found: i64, least: i64) -> Result<(), ProblemError> {
    if (least..=FIGURE_MAX).contains(&found) {
        return Ok(());
    }
    Err(ProblemError::Figure { of: of.to_string(), what, found })
}

/// A limit that may be absent.
fn maybe(of: &str, what: &'static str, found: Option<i64>) -> Result<(), ProblemError> {
    figure(of, what, found.unwrap_or(0), -FIGURE_MAX)
}

impl<'a> Index<'a> {
    /// Resolves and checks.
    ///
    /// # Errors
    /// [`ProblemError`] that names what cannot be planned.
    pub fn new(problem: &'a Problem) -> Result<Self, ProblemError> {
        let places = unique("place", problem.places.iter().map(|p| p.id.as_str()))?;
        let commodities = unique("commodity", problem.commodities.iter().map(|c| c.id.as_str()))?;
        let (mut lots, mut lot_place) = (Vec::new(), Vec::new());
        for (at, place) in problem.places.iter().enumerate() {
            lots.extend(&place.lots);
            lot_place.extend(place.lots.iter().map(|_| at));
        }
        let mut index = Index {
            problem,
            needs: unique("need", problem.needs.iter().map(|n| n.id.as_str()))?,
            vehicles: unique("vehicle", problem.vehicles.iter().map(|v| v.id.as_str()))?,
            lot_ids: unique("lot", lots.iter().map(|l| l.id.as_str()))?,
            depots: (0..problem.places.len())
                .filter(|at| problem.places[*at].kind == "depot")
                .collect(),
            stock: BTreeMap::new(),
            need_at: Vec::new(),
            lot_goods: Vec::new(),
            vehicle_end: Vec::new(),
            vehicle_matrix: Vec::new(),
            places,
            lots,
            lot_place,
            commodities,
        };
        index.check()?;
        index.resolve()?;
        index.sort_stock();
        Ok(index)
    }

    /// Numbers in the place of ids, for what is asked often.
    fn resolve(&mut self) -> Result<(), ProblemError> {
        for n in &self.problem.needs {
            let place = find(&self.places, &n.id, "place", &n.place)?;
            let goods = find(&self.commodities, &n.id, "commodity", &n.commodity)?;
            self.need_at.push((place, goods));
        }
        for lot in &self.lots {
            let goods = find(&self.commodities, &lot.id, "commodity", &lot.commodity)?;
            self.lot_goods.push(goods);
        }
        for v in &self.problem.vehicles {
            let end = v.end.as_ref().map(|end| find(&self.places, &v.id, "place", end));
            self.vehicle_end.push(end.transpose()?);
            let missing = || {
                let (of, id) = (v.id.clone(), v.matrix.clone());
                ProblemError::Missing { of, sort: "matrix", id }
            };
            self.vehicle_matrix.push(self.problem.matrices.get(&v.matrix).ok_or_else(missing)?);
        }
        Ok(())
    }

    fn sort_stock(&mut self) {
        for at in 0..self.lots.len() {
            self.stock.entry((self.lot_place[at], self.lot_goods[at])).or_default().push(at);
        }
        let lots = &self.lots;
        for list in self.stock.values_mut() {
            list.sort_by_key(|at| (lots[*at].expires_s.unwrap_or(FIGURE_MAX), &lots[*at].id));
        }
    }

    fn check(&self) -> Result<(), ProblemError> {
        let problem = self.problem;
        figure("problem", "horizon_s", problem.horizon_s, 0)?;
        maybe("problem", "max_changed_percent", problem.max_changed_percent)?;
        let size = problem.places.len();
        for (name, matrix) in &problem.matrices {
            if matrix.len() != size || matrix.iter().any(|row| row.len() != size) {
                return Err(ProblemError::Matrix { name: name.clone(), size });
            }
            for way in matrix.iter().flatten().flatten() {
                figure(name, "way", *way, 0)?;
            }
        }
        for c in &problem.commodities {
            figure(&c.id, "pack_g", c.pack_g, 1)?;
            figure(&c.id, "pack_l", c.pack_l, 1)?;
            figure(&c.id, "min_life_s", c.min_life_s, 0)?;
            figure(&c.id, "tier", c.tier, -FIGURE_MAX)?;
        }
        for p in &problem.places {
            figure(&p.id, "fixed_s", p.service.fixed_s, 0)?;
            figure(&p.id, "per_pack_s", p.service.per_pack_s, 0)?;
            maybe(&p.id, "max_class", p.max_class)?;
            maybe(&p.id, "max_vehicles_at_once", p.max_vehicles_at_once)?;
            for (from, to) in p.windows.iter().flatten() {
                figure(&p.id, "window", *from, -FIGURE_MAX)?;
                figure(&p.id, "window", *to, -FIGURE_MAX)?;
            }
            for lot in &p.lots {
                figure(&lot.id, "packs", lot.packs, 0)?;
                figure(&lot.id, "from_s", lot.from_s, -FIGURE_MAX)?;
                figure(&lot.id, "expires_s", lot.expires_s.unwrap_or(0), -FIGURE_MAX)?;
            }
        }
        for n in &problem.needs {
            figure(&n.id, "packs", n.packs, 1)?;
            figure(&n.id, "people", n.people, 0)?;
            figure(&n.id, "deprived_min", n.deprived_min, -FIGURE_MAX)?;
            maybe(&n.id, "max_splits", n.max_splits)?;
        }
        problem.vehicles.iter().try_for_each(|v| self.check_vehicle(v))
    }

    fn check_vehicle(&self, v: &Vehicle) -> Result<(), ProblemError> {
        find(&self.places, &v.id, "place", &v.start)?;
        for goods in &v.aboard {
            find(&self.lot_ids, &v.id, "lot", &goods.lot)?;
            figure(&v.id, "packs aboard", goods.packs, 1)?;
        }
        figure(&v.id, "capacity_g", v.capacity_g, 0)?;
        figure(&v.id, "capacity_l", v.capacity_l, 0)?;
        figure(&v.id, "class", v.class, -FIGURE_MAX)?;
        maybe(&v.id, "max_drive_s", v.max_drive_s)?;
        maybe(&v.id, "max_trips", v.max_trips)?;
        figure(&v.id, "shift", v.shift.0, -FIGURE_MAX)?;
        figure(&v.id, "shift", v.shift.1, -FIGURE_MAX)
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

    /// Travel times of a vehicle.
    pub fn matrix(&self, vehicle: usize) -> &'a Matrix {
        self.vehicle_matrix[vehicle]
    }

    /// The goods of a need.
    pub fn need_goods(&self, need: usize) -> &'a Commodity {
        &self.problem.commodities[self.need_at[need].1]
    }

    /// The goods of a lot.
    pub fn goods(&self, lot: usize) -> &'a Commodity {
        &self.problem.commodities[self.lot_goods[lot]]
    }

    /// Seconds a stop takes at which so many packs move.
    pub fn service_s(&self, place: usize, packs: i64) -> i64 {
        let service = self.place(place).service;
        match packs {
            0 => 0,
            // Far beyond any horizon is as good as for ever; keeps sums inside 64 bits.
            _ => service
                .fixed_s
                .saturating_add(service.per_pack_s.saturating_mul(packs))
                .min(1000 * FIGURE_MAX),
        }
    }

    /// The first second from `t` on at which a service of `takes` seconds fits a window.
    pub fn service_start(&self, place: usize, t: i64, takes: i64) -> Option<i64> {
        let whole = [(0, self.problem.horizon_s)];
        let windows = self.place(place).windows.as_deref().unwrap_or(&whole);
        windows.iter().find_map(|&(from, to)| {
            let start = t.max(from);
            (start.saturating_add(takes) <= to).then_some(start)
        })
    }
}
