//! A footprint over the county's layers: people, buildings, sites, enterprises, roads.

use std::collections::BTreeMap;

use datasets::{Batch, Bounds, DatasetError, Ints, Meta, Reader, layer};
use serde::{Deserialize, Serialize};

use crate::figure::{ByCode, Figure, UNKNOWN};
use crate::index::{Hits, Index, Points};
use crate::lines::share_inside;
use crate::people::{BuildingShares, People, people};

/// The layers at hand; what is not there is unknown and stays `None` in the [`Impact`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Layers<'a> {
    /// Villages with their people.
    pub settlement: Option<&'a Reader>,
    /// Buildings.
    pub building: Option<&'a Reader>,
    /// Schools, hospitals, shelters and others.
    pub site: Option<&'a Reader>,
    /// Enterprises.
    pub enterprise: Option<&'a Reader>,
    /// Roads.
    pub road: Option<&'a Reader>,
}

/// What a footprint hits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impact {
    /// People, by village and group.
    pub people: Option<People>,
    /// Buildings.
    pub buildings: Option<Buildings>,
    /// Sites.
    pub sites: Option<Sites>,
    /// Enterprises.
    pub enterprises: Option<Enterprises>,
    /// Roads.
    pub roads: Option<Roads>,
}

/// Buildings hit: each once, by its point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buildings {
    /// The dataset: its source and date.
    pub about: Meta,
    /// How many.
    pub count: u64,
    /// By use.
    pub by_use: ByCode,
    /// By structure.
    pub by_structure: ByCode,
    /// People in them on an ordinary night.
    pub people_night: Figure,
    /// People in them on an ordinary working day.
    pub people_day: Figure,
    /// Floor area, square metres.
    pub floor_area_m2: Figure,
}

/// A site that is hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteHit {
    /// Row id.
    pub id: String,
    /// Kind.
    pub kind: String,
    /// Name, where it has one.
    pub name: Option<String>,
    /// People it holds; `None` is unknown.
    pub capacity: Option<i32>,
}

/// Sites hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sites {
    /// The dataset.
    pub about: Meta,
    /// How many.
    pub count: u64,
    /// By kind.
    pub by_kind: ByCode,
    /// People they hold, by kind.
    pub capacity: BTreeMap<String, Figure>,
    /// All of them, by id.
    pub hits: Vec<SiteHit>,
}

/// An enterprise that is hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnterpriseHit {
    /// Row id.
    pub id: String,
    /// Sector.
    pub sector: String,
    /// Name, where it has one.
    pub name: Option<String>,
    /// Whether it holds hazardous chemicals; `None` is unknown.
    pub hazardous_chemicals: Option<bool>,
    /// Risk grade; `None` is unknown.
    pub risk: Option<String>,
    /// Open hidden dangers as of the dataset's date; `None` is unknown.
    pub open_dangers: Option<i32>,
    /// Open major ones among them; `None` is unknown.
    pub open_major_dangers: Option<i32>,
    /// People employed; `None` is unknown.
    pub staff: Option<i32>,
}

/// Enterprises hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enterprises {
    /// The dataset.
    pub about: Meta,
    /// How many.
    pub count: u64,
    /// By sector.
    pub by_sector: ByCode,
    /// Known to hold hazardous chemicals.
    pub with_hazardous_chemicals: u64,
    /// Open hidden dangers.
    pub open_dangers: Figure,
    /// Open major hidden dangers.
    pub open_major_dangers: Figure,
    /// People employed.
    pub staff: Figure,
    /// All of them, by id.
    pub hits: Vec<EnterpriseHit>,
}

/// Roads hit, as far as they lie inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roads {
    /// The dataset.
    pub about: Meta,
    /// Segments of which any part lies inside.
    pub segments: u64,
    /// Length inside, millimetres.
    pub length_mm: i64,
    /// Length inside by class, millimetres.
    pub length_mm_by_class: BTreeMap<String, i64>,
    /// Row ids of bridges of which any part lies inside, ascending.
    pub bridges: Vec<String>,
    /// Row ids of tunnels of which any part lies inside, ascending.
    pub tunnels: Vec<String>,
}

/// Works out what a footprint hits.
///
/// # Errors
/// A dataset that cannot be read, or lacks a column that its layer must have.
pub fn impact(index: &Index, layers: &Layers) -> Result<Impact, DatasetError> {
    let mut shares = BuildingShares::default();
    let buildings = match layers.building {
        Some(reader) => Some(buildings(index, reader, &mut shares)?),
        None => None,
    };
    Ok(Impact {
        people: layers.settlement.map(|r| people(index, r, &shares)).transpose()?,
        buildings,
        sites: layers.site.map(|r| sites(index, r)).transpose()?,
        enterprises: layers.enterprise.map(|r| enterprises(index, r)).transpose()?,
        roads: layers.road.map(|r| roads(index, r)).transpose()?,
    })
}

/// A column that a file may lack: then every row is unknown.
pub(crate) struct Maybe<'a>(Option<Ints<'a>>);

impl<'a> Maybe<'a> {
    pub fn of(reader: &Reader, batch: &'a Batch, name: &str) -> Result<Self, DatasetError> {
        Ok(Maybe(reader.has_column(name).then(|| batch.ints(name)).transpose()?))
    }

    pub fn get(&self, row: usize) -> Option<i32> {
        self.0.and_then(|column| column.get(row))
    }
}

/// The name of a code of a layer's column.
pub(crate) fn code_name(of: &str, column: &str, code: Option<i32>) -> String {
    let name = || layer(of)?.column(column)?.code_name(code?);
    name().unwrap_or(UNKNOWN).to_string()
}

pub(crate) fn hits(index: &Index, batch: &Batch) -> Result<Hits, DatasetError> {
    let (lon, lat) = (batch.ints("lon")?, batch.ints("lat")?);
    Ok(index.hits(Points { lon: lon.values(), lat: lat.values() }))
}

/// The batches that may hold something inside.
fn near(index: &Index, reader: &Reader) -> Vec<usize> {
    let Some(e) = index.extent() else { return Vec::new() };
    let bounds = Bounds { west: e.west, south: e.south, east: e.east, north: e.north };
    reader.overlapping(&bounds)
}

fn buildings(
    index: &Index,
    reader: &Reader,
    shares: &mut BuildingShares,
) -> Result<Buildings, DatasetError> {
    let mut out = Buildings {
        about: reader.meta().clone(),
        count: 0,
        by_use: ByCode::new(),
        by_structure: ByCode::new(),
        people_night: Figure::default(),
        people_day: Figure::default(),
        floor_area_m2: Figure::default(),
    };
    let (mut uses, mut structures) = (BTreeMap::new(), BTreeMap::new());
    // All batches: a village's share needs its buildings outside, too.
    for batch in reader.batches() {
        let batch = batch?;
        let hits = hits(index, &batch)?;
        let column = |name| Maybe::of(reader, &batch, name);
        let (night, day, floor) =
            (column("people_night")?, column("people_day")?, column("floor_area_m2")?);
        let (use_code, structure) = (column("use")?, column("structure")?);
        shares.add(reader, &batch, &hits, &night)?;
        for row in hits.rows() {
            *uses.entry(use_code.get(row)).or_insert(0u64) += 1;
            *structures.entry(structure.get(row)).or_insert(0u64) += 1;
            out.people_night.add_exact(night.get(row));
            out.people_day.add_exact(day.get(row));
            out.floor_area_m2.add_exact(floor.get(row));
        }
        out.count += hits.count();
    }
    for (code, count) in uses {
        *out.by_use.entry(code_name("building", "use", code)).or_insert(0) += count;
    }
    for (code, count) in structures {
        *out.by_structure.entry(code_name("building", "structure", code)).or_insert(0) += count;
    }
    Ok(out)
}

fn text(reader: &Reader, batch: &Batch, name: &str, row: usize) -> Option<String> {
    if !reader.has_column(name) {
        return None;
    }
    batch.texts(name).ok()?.get(row).map(str::to_string)
}

fn sites(index: &Index, reader: &Reader) -> Result<Sites, DatasetError> {
    let mut out = Sites {
        about: reader.meta().clone(),
        count: 0,
        by_kind: ByCode::new(),
        capacity: BTreeMap::new(),
        hits: Vec::new(),
    };
    for at in near(index, reader) {
        let batch = reader.batch(at)?;
        let ids = batch.texts("id")?;
        let (kinds, capacity) =
            (Maybe::of(reader, &batch, "kind")?, Maybe::of(reader, &batch, "capacity")?);
        for row in hits(index, &batch)?.rows() {
            let kind = code_name("site", "kind", kinds.get(row));
            *out.by_kind.entry(kind.clone()).or_insert(0) += 1;
            out.capacity.entry(kind.clone()).or_default().add_exact(capacity.get(row));
            out.count += 1;
            out.hits.push(SiteHit {
                id: ids.get(row).unwrap_or_default().to_string(),
                kind,
                name: text(reader, &batch, "name", row),
                capacity: capacity.get(row),
            });
        }
    }
    out.hits.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(out)
}

fn enterprises(index: &Index, reader: &Reader) -> Result<Enterprises, DatasetError> {
    let mut out = Enterprises {
        about: reader.meta().clone(),
        count: 0,
        by_sector: ByCode::new(),
        with_hazardous_chemicals: 0,
        open_dangers: Figure::default(),
        open_major_dangers: Figure::default(),
        staff: Figure::default(),
        hits: Vec::new(),
    };
    for at in near(index, reader) {
        let batch = reader.batch(at)?;
        let ids = batch.texts("id")?;
        let column = |name| Maybe::of(reader, &batch, name);
        let (sector, chemicals, risk) =
            (column("sector")?, column("hazardous_chemicals")?, column("risk")?);
        let (open, major, staff) =
            (column("open_dangers")?, column("open_major_dangers")?, column("staff")?);
        for row in hits(index, &batch)?.rows() {
            let hit = EnterpriseHit {
                id: ids.get(row).unwrap_or_default().to_string(),
                sector: code_name("enterprise", "sector", sector.get(row)),
                name: text(reader, &batch, "name", row),
                hazardous_chemicals: chemicals.get(row).map(|yes| yes == 1),
                risk: risk.get(row).map(|code| code_name("enterprise", "risk", Some(code))),
                open_dangers: open.get(row),
                open_major_dangers: major.get(row),
                staff: staff.get(row),
            };
            *out.by_sector.entry(hit.sector.clone()).or_insert(0) += 1;
            out.with_hazardous_chemicals += u64::from(hit.hazardous_chemicals == Some(true));
            out.open_dangers.add_exact(hit.open_dangers);
            out.open_major_dangers.add_exact(hit.open_major_dangers);
            out.staff.add_exact(hit.staff);
            out.count += 1;
            out.hits.push(hit);
        }
    }
    out.hits.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(out)
}

fn roads(index: &Index, reader: &Reader) -> Result<Roads, DatasetError> {
    let mut out = Roads {
        about: reader.meta().clone(),
        segments: 0,
        length_mm: 0,
        length_mm_by_class: BTreeMap::new(),
        bridges: Vec::new(),
        tunnels: Vec::new(),
    };
    for at in near(index, reader) {
        let batch = reader.batch(at)?;
        let (ids, lines) = (batch.texts("id")?, batch.lists("line")?);
        let (class, structure) = (batch.ints("class")?, batch.ints("structure")?);
        let length = batch.ints("length_mm")?;
        for row in 0..batch.len() {
            let Some(line) = lines.get(row) else { continue };
            let share = share_inside(index, line);
            if share <= 0.0 {
                continue;
            }
            // The drawing tells the share, the map the length over the ground.
            let inside = (share * f64::from(length.get(row).unwrap_or(0)) + 0.5) as i64;
            let class = code_name("road", "class", class.get(row));
            *out.length_mm_by_class.entry(class).or_insert(0) += inside;
            out.length_mm += inside;
            out.segments += 1;
            let id = ids.get(row).unwrap_or_default().to_string();
            match code_name("road", "structure", structure.get(row)).as_str() {
                "bridge" => out.bridges.push(id),
                "tunnel" => out.tunnels.push(id),
                _ => {}
            }
        }
    }
    out.bridges.sort_unstable();
    out.tunnels.sort_unstable();
    Ok(out)
}
