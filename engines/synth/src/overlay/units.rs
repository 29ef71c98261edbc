//! Which settlement is a township's seat, which belongs to which, and what ground is whose.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use datasets::Bounds;
use kernel::{LonLat, Near, PlaceCode, geodesic_mm};

use super::OverlayError;
use super::area::{Area, Road};
use crate::frame::{town_code, village_code};
use crate::grid::{CELL_M2, Grid};
use crate::make::{COUNTY, PREFECTURE, PROVINCE};
use crate::model::{Division, Village};
use crate::names::Names;
use crate::network::{RoadNetwork, RoadNode, RoadSegment};
use crate::outline;
use crate::plan::class;
use crate::settle::by_distance;

/// Settlements to a township, as long as there are no more than a county's eighteen.
const TO_A_TOWNSHIP: usize = 4;
const TOWNSHIPS: usize = 18;
/// Settlements to a township beyond that.
const TO_A_TOWNSHIP_MAX: usize = 16;
/// Cells of the grid at most: beyond, cells grow.
const CELLS_MAX: i64 = 400_000;
/// Ground is the county's within so many cells of a house or a road.
const REACH: i64 = 5;
/// A settlement further than this from any road of the network has none.
const ROAD_MM_MAX: i64 = 2_000_000;
/// Within this a road that leads from place to place is preferred to any street.
const THROUGH_MM_MAX: i64 = 1_000_000;
/// Carried by a ferry, numbered as in the dataset: no road that can be closed.
const FERRY: u8 = 4;

/// A township.
pub(super) struct Town {
    pub code: PlaceCode,
    /// The settlement that is its seat.
    pub settlement: usize,
}

/// A village or community.
pub(super) struct Spot {
    pub code: PlaceCode,
    pub settlement: usize,
    pub town: usize,
    pub urban: bool,
}

/// The units of an area.
pub(super) struct Units {
    pub towns: Vec<Town>,
    /// Ordered by township, the seat first, then by people.
    pub spots: Vec<Spot>,
    /// The village of each settlement.
    spot_of: Vec<usize>,
    near: Near<usize>,
    /// Nodes of the network that vehicles reach, by number in the network.
    pub nodes: Nodes,
    /// Buildings of each village.
    buildings: Vec<i32>,
    grid: Grid,
    scale: i64,
    /// Cells of each village.
    cells: Vec<Vec<usize>>,
}

/// The nodes of the road layer with their numbers in the network.
pub(super) struct Nodes {
    /// Name in the layer, by number.
    pub ids: Vec<i64>,
    at: Vec<LonLat>,
    number: BTreeMap<i64, u32>,
    /// The nodes of the largest part that vehicles get around in.
    reached: Near<u32>,
    /// Those of them on roads that lead from place to place.
    through: Near<u32>,
}

impl Units {
    pub(super) fn of(area: &Area) -> Result<Units, OverlayError> {
        let all = &area.settlements;
        let count = all.len().div_ceil(TO_A_TOWNSHIP).min(TOWNSHIPS);
        let count = count.max(all.len() / TO_A_TOWNSHIP_MAX);
        let mut order: Vec<usize> = (0..all.len()).collect();
        order.sort_by_key(|i| (Reverse(all[*i].people.mid), *i));
        let seats: Vec<usize> = order.iter().take(count).copied().collect();
        let to_seat = Near::new(seats.iter().map(|s| all[*s].at).zip(0..).collect());
        let mut own: Vec<Vec<usize>> = seats.iter().map(|s| vec![*s]).collect();
        for settlement in order.iter().skip(count) {
            let town = to_seat.nearest(all[*settlement].at).map_or(0, |(town, _)| town);
            own[town].push(*settlement);
        }
        let (mut towns, mut spots, mut spot_of) = (Vec::new(), Vec::new(), vec![0; all.len()]);
        for (t, own) in own.iter().enumerate() {
            let code = town_code(COUNTY, t, count);
            towns.push(Town { code, settlement: own[0] });
            for (n, settlement) in own.iter().enumerate() {
                let (urban, serial) = if n == 0 { (true, 1) } else { (false, n as u64) };
                // A township's codes end at 999: 799 villages.
                if serial > 799 {
                    return Err(OverlayError::TooMany(all.len()));
                }
                spot_of[*settlement] = spots.len();
                let code = village_code(code, urban, serial);
                spots.push(Spot { code, settlement: *settlement, town: t, urban });
            }
        }
        let near = Near::new(all.iter().map(|s| s.at).zip(0..).collect());
        let (grid, scale) = grid(area);
        let mut units = Units {
            towns,
            buildings: vec![0; spots.len()],
            cells: vec![Vec::new(); spots.len()],
            spots,
            spot_of,
            near,
            nodes: Nodes::of(area),
            grid,
            scale,
        };
        for at in &area.buildings {
            let spot = units.spot(*at);
            units.buildings[spot] += 1;
        }
        units.divide(area);
        Ok(units)
    }

    /// The village that a position belongs to: that of the nearest settlement.
    pub(super) fn spot(&self, at: LonLat) -> usize {
        self.near.nearest(at).map_or(0, |(settlement, _)| self.spot_of[settlement])
    }

    /// The village of a settlement.
    pub(super) fn village_of(&self, settlement: usize) -> usize {
        self.spot_of[settlement]
    }

    /// The code of the village that a position belongs to.
    pub(super) fn place(&self, at: LonLat) -> PlaceCode {
        self.spots[self.spot(at)].code
    }

    /// Gives each village the cells near houses and roads that are nearest to it.
    fn divide(&mut self, area: &Area) {
        let mut used = vec![false; self.grid.cells()];
        let settled = area.settlements.iter().map(|s| s.at);
        let on_roads = area.roads.iter().filter(|r| is_for_vehicles(r)).flat_map(|r| {
            let ends = [r.line.first(), r.line.last()];
            ends.into_iter().flatten().copied()
        });
        for at in area.buildings.iter().copied().chain(settled).chain(on_roads) {
            if let Some(cell) = self.grid.cell_of(at) {
                used[cell] = true;
            }
        }
        let mut land = used.clone();
        let reach = (REACH / self.scale).max(1) as i32;
        for cell in (0..used.len()).filter(|c| used[*c]) {
            for near in by_distance(self.grid, cell, reach) {
                land[near] = true;
            }
        }
        for cell in (0..land.len()).filter(|c| land[*c]) {
            let spot = self.spot(self.grid.centre(cell));
            self.cells[spot].push(cell);
        }
    }

    pub(super) fn villages(&self, area: &Area, names: &Names) -> Vec<Village> {
        let village = |(i, spot): (usize, &Spot)| {
            let settlement = &area.settlements[spot.settlement];
            Village {
                code: spot.code,
                township: self.towns[spot.town].code,
                name: names.by(kind_of(spot), &[&settlement.name]),
                is_community: spot.urban,
                centre: settlement.at,
                households: None,
                estimate: settlement.people,
                people: None,
                buildings: self.buildings[i],
                road_node: self.nodes.near(settlement.at),
                flood_20_years_people: None,
                officer: String::new(),
            }
        };
        self.spots.iter().enumerate().map(village).collect()
    }

    /// The division table, ordered by code.
    pub(super) fn divisions(&self, area: &Area, names: &Names) -> Vec<Division> {
        let seat = area.settlements[self.towns[0].settlement].at;
        let all: Vec<usize> = self.cells.iter().flatten().copied().collect();
        let upper = [
            (PROVINCE, None, 1, names.province(), Vec::new()),
            (PREFECTURE, Some(PROVINCE), 2, names.prefecture(), Vec::new()),
            (COUNTY, Some(PREFECTURE), 3, names.county(), all),
        ];
        let mut table: Vec<Division> = upper
            .into_iter()
            .map(|(code, parent, level, name, cells)| Division {
                code,
                parent,
                level,
                kind: "administrative_area",
                name,
                centre: seat,
                boundary: self.boundary(&cells),
                area_m2: self.area_m2(&cells),
            })
            .collect();
        for (t, town) in self.towns.iter().enumerate() {
            let bare = &area.settlements[town.settlement];
            let kind = if town.code.0 % 1_000_000 < 200_000 { "town" } else { "township" };
            let own = (0..self.spots.len()).filter(|s| self.spots[*s].town == t);
            let cells: Vec<usize> = own.flat_map(|s| self.cells[s].iter().copied()).collect();
            table.push(Division {
                code: town.code,
                parent: Some(COUNTY),
                level: 4,
                kind,
                name: names.by(kind, &[&bare.name]),
                centre: bare.at,
                boundary: self.boundary(&cells),
                area_m2: self.area_m2(&cells),
            });
        }
        for (spot, cells) in self.spots.iter().zip(&self.cells) {
            let settlement = &area.settlements[spot.settlement];
            table.push(Division {
                code: spot.code,
                parent: Some(self.towns[spot.town].code),
                level: 5,
                kind: kind_of(spot),
                name: names.by(kind_of(spot), &[&settlement.name]),
                centre: settlement.at,
                boundary: self.boundary(cells),
                area_m2: self.area_m2(cells),
            });
        }
        table.sort_by_key(|d| d.code);
        table
    }

    fn boundary(&self, cells: &[usize]) -> Vec<i32> {
        let mut inside = vec![false; if cells.is_empty() { 0 } else { self.grid.cells() }];
        cells.iter().for_each(|c| inside[*c] = true);
        outline::area(self.grid, &outline::outlines(self.grid, cells, |c| inside[c]))
    }

    fn area_m2(&self, cells: &[usize]) -> i64 {
        cells.len() as i64 * CELL_M2 * self.scale * self.scale
    }

    /// The roads as a graph, each in the village that its middle lies in.
    pub(super) fn roads(&self, area: &Area) -> RoadNetwork {
        let node = |at: &LonLat| RoadNode { at: *at, elevation_m: None };
        let nodes = self.nodes.at.iter().map(node).collect();
        let segment = |r: &Road| {
            let number = |id: i64| self.nodes.number.get(&id).copied();
            Some(RoadSegment {
                source_id: r.source_id.clone(),
                from: number(r.nodes.0)?,
                to: number(r.nodes.1)?,
                class: r.class,
                structure: r.structure,
                line: r.line.clone(),
                length_mm: r.length_mm,
                rise_fall_m: None,
                number: r.number.clone(),
                ends: None,
                village: middle(r).map(|at| self.spot(at)),
            })
        };
        let kept = area.roads.iter().filter(|r| r.structure != FERRY);
        RoadNetwork { nodes, segments: kept.filter_map(segment).collect() }
    }
}

/// The position half way along a road's course.
pub(super) fn middle(road: &Road) -> Option<LonLat> {
    road.line.get(road.line.len() / 2).copied()
}

fn kind_of(spot: &Spot) -> &'static str {
    if spot.urban { "community" } else { "village" }
}

fn is_for_vehicles(road: &Road) -> bool {
    road.class < class::PATH && road.structure != FERRY
}

/// A grid over everything where people live or drive, and how many times larger than usual its
/// cells are.
fn grid(area: &Area) -> (Grid, i64) {
    let settled = area.settlements.iter().map(|s| s.at);
    let points = area.buildings.iter().copied().chain(settled);
    let bounds = points.map(Bounds::of).reduce(Bounds::with);
    let bounds = bounds.unwrap_or(Bounds { west: 0, south: 0, east: 0, north: 0 });
    let middle = bounds.centre();
    let beside = LonLat { lon_e7: middle.lon_e7 + 100_000, lat_e7: middle.lat_e7 };
    let width_mm = geodesic_mm(middle, beside).max(1);
    let cell = |scale: i64| {
        let lon = 110_000 * scale * 100_000 / width_mm;
        (lon.clamp(1, 100_000_000) as i32, 9_900 * scale as i32)
    };
    let size = |scale: i64| {
        let (lon, lat) = cell(scale);
        let wide = (i64::from(bounds.east) - i64::from(bounds.west)) / i64::from(lon) + 16;
        let high = (i64::from(bounds.north) - i64::from(bounds.south)) / i64::from(lat) + 16;
        (wide, high)
    };
    let mut scale = 1;
    while size(scale).0 * size(scale).1 > CELLS_MAX {
        scale += 1;
    }
    let ((width, height), cell_e7) = (size(scale), cell(scale));
    let corner =
        LonLat { lon_e7: bounds.west - 8 * cell_e7.0, lat_e7: bounds.south - 8 * cell_e7.1 };
    (Grid { width: width as usize, height: height as usize, corner, cell_e7 }, scale)
}

impl Nodes {
    fn of(area: &Area) -> Nodes {
        let (mut ids, mut at, mut number) = (Vec::new(), Vec::new(), BTreeMap::new());
        for road in &area.roads {
            let ends = [(road.nodes.0, road.line.first()), (road.nodes.1, road.line.last())];
            for (id, point) in ends {
                let Some(point) = point else { continue };
                number.entry(id).or_insert_with(|| {
                    ids.push(id);
                    at.push(*point);
                    ids.len() as u32 - 1
                });
            }
        }
        let reached = largest_part(area, &number, ids.len());
        let leading = area.roads.iter().filter(|r| r.class <= class::VILLAGE);
        let on_them: BTreeSet<i64> = leading.flat_map(|r| [r.nodes.0, r.nodes.1]).collect();
        let placed = |n: &u32| (at[*n as usize], *n);
        let through = reached.iter().filter(|n| on_them.contains(&ids[**n as usize]));
        let through = Near::new(through.map(placed).collect());
        let reached = Near::new(reached.iter().map(placed).collect());
        Nodes { ids, at, number, reached, through }
    }

    /// The node by which vehicles reach a settlement: the nearest on a road that leads from place
    /// to place, since a yard's or a side street's loss cuts no village off; else the nearest of
    /// any; `None` where none is near.
    pub(super) fn near(&self, at: LonLat) -> Option<u32> {
        let within = |near: &Near<u32>, most: i64| {
            near.nearest(at).filter(|(_, mm)| *mm <= most).map(|(node, _)| node)
        };
        within(&self.through, THROUGH_MM_MAX).or_else(|| within(&self.reached, ROAD_MM_MAX))
    }

    /// Where a node lies.
    pub(super) fn at(&self, node: u32) -> LonLat {
        self.at[node as usize]
    }

    /// The number of a node of the layer.
    pub(super) fn number(&self, id: i64) -> Option<u32> {
        self.number.get(&id).copied()
    }

    /// The nodes that vehicles reach.
    pub(super) fn reached(&self) -> impl Iterator<Item = u32> {
        self.reached.iter().map(|(_, node)| node)
    }
}

/// The nodes of the largest part of the network that vehicles get around in.
fn largest_part(area: &Area, number: &BTreeMap<i64, u32>, count: usize) -> Vec<u32> {
    let mut near: Vec<Vec<u32>> = vec![Vec::new(); count];
    for road in area.roads.iter().filter(|r| is_for_vehicles(r)) {
        let ends = number.get(&road.nodes.0).zip(number.get(&road.nodes.1));
        let Some((from, to)) = ends else { continue };
        near[*from as usize].push(*to);
        near[*to as usize].push(*from);
    }
    let mut seen = vec![false; count];
    let mut largest = Vec::new();
    for start in 0..count {
        if seen[start] || near[start].is_empty() {
            continue;
        }
        seen[start] = true;
        let (mut part, mut next) = (vec![start as u32], 0);
        while next < part.len() {
            for other in &near[part[next] as usize] {
                if !seen[*other as usize] {
                    seen[*other as usize] = true;
                    part.push(*other);
                }
            }
            next += 1;
        }
        if part.len() > largest.len() {
            largest = part;
        }
    }
    largest
}
