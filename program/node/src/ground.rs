//! What engines build once from the layers: settlements, sites, enterprises, boundaries, the road
//! graph, and the readers the base map is drawn from.

use std::collections::BTreeMap;

use datasets::catalogue::layer;
use datasets::tiles::MapSource;
use datasets::{Batch, DatasetError, Reader};
use kernel::{EntityId, Estimate, LonLat, PlaceCode};
use roads::Graph;

use crate::area::{Area, bad};
use crate::error::Error;
use crate::text::Text;

/// Groups of people that the settlement layer counts, by column and key of the answer.
pub const GROUPS: &[(&str, &[&str])] = &[
    ("under_1", &["men_0", "women_0"]),
    ("under_5", &["men_0", "women_0", "men_1_4", "women_1_4"]),
    ("over_60", &["men_60_79", "women_60_79", "men_80", "women_80"]),
    ("over_80", &["men_80", "women_80"]),
    ("infants_under_6_months", &["infants_under_6_months"]),
    ("infants_6_to_24_months", &["infants_6_to_24_months"]),
    ("pregnant_or_nursing", &["pregnant_or_nursing"]),
    ("bedridden", &["bedridden"]),
    ("living_alone", &["living_alone_60"]),
    ("disabled", &["disabled"]),
    ("chronically_ill", &["chronically_ill"]),
];

/// A village or community with its people.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// Its division code.
    pub place: PlaceCode,
    /// Its name.
    pub name: Text,
    /// Its centre.
    pub at: LonLat,
    /// People.
    pub people: Estimate,
    /// People of each of [`GROUPS`]; `None`: not counted.
    pub groups: Vec<Option<i64>>,
}

/// A site.
#[derive(Clone, Debug)]
pub struct SiteRow {
    /// Id at the source.
    pub source_id: String,
    /// Kind's number in the catalogue.
    pub kind: i32,
    /// Its name.
    pub name: Text,
    /// Where it lies.
    pub at: LonLat,
    /// People it holds.
    pub capacity: Option<i32>,
}

/// Columns of the layer of enterprises that criteria ask under the same name.
const ENTERPRISE_FACTS: &[&str] = &["major_hazard_class"];

/// An enterprise.
#[derive(Clone, Debug)]
pub struct EnterpriseRow {
    /// Row id.
    pub id: EntityId,
    /// Id at the source.
    pub source_id: String,
    /// Its name.
    pub name: Text,
    /// Where it lies.
    pub at: LonLat,
    /// Whether it holds hazardous chemicals; `None`: not known.
    pub hazchem: Option<bool>,
    /// Open major dangers, as the data tell.
    pub open_major: Option<i64>,
    /// Sector of supervision; `None`: not known.
    pub sector: Option<&'static str>,
    /// What criteria may ask of it, by column; what is not known is left out.
    pub facts: BTreeMap<&'static str, i64>,
}

/// Buildings of a place, with the people in them at night.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Housed {
    /// Buildings.
    pub buildings: i64,
    /// People in those whose people are known.
    pub people: i64,
    /// Buildings of which nobody knows how many sleep there.
    pub unknown: i64,
}

impl Housed {
    /// Adds a building.
    pub fn add(&mut self, people: Option<i32>) {
        self.buildings += 1;
        self.people += i64::from(people.unwrap_or(0).max(0));
        self.unknown += i64::from(people.is_none());
    }

    /// Which part of these is `inside`, as a fraction: by people, or by buildings where the people
    /// of any are unknown.
    pub fn share(&self, inside: &Housed) -> (i64, i64) {
        match self.unknown == 0 && self.people > 0 {
            true => (inside.people, self.people),
            false => (inside.buildings, self.buildings),
        }
    }
}

/// Built once when an area is opened.
#[derive(Default)]
pub struct Ground {
    /// Settlements by place.
    pub settlements: BTreeMap<PlaceCode, Settlement>,
    /// Sites.
    pub sites: Vec<SiteRow>,
    /// Enterprises.
    pub enterprises: Vec<EnterpriseRow>,
    /// Boundaries of units, lon, lat … in 1e-7 degree, rings closed.
    pub boundaries: BTreeMap<PlaceCode, Vec<i32>>,
    /// What the building layer knows of each place.
    pub housed: BTreeMap<PlaceCode, Housed>,
    /// The road graph.
    pub roads: Option<RoadNet>,
    map: MapSource,
}

/// The road graph.
pub struct RoadNet {
    /// The graph.
    pub graph: Graph,
}

/// Readers of the layers, opened a second time: a reader shares the bytes and copies none.
fn readers(area: &Area) -> Vec<Reader> {
    area.layers().map(|(_, v)| v.reader.clone()).collect()
}

impl Ground {
    /// Builds from an area's layers.
    ///
    /// # Errors
    /// [`Error::BadFile`] names the layer.
    pub fn build(area: &Area) -> Result<Ground, Error> {
        let mut ground = Ground { map: MapSource::new(readers(area)), ..Ground::default() };
        let each = |layer: &str, take: &mut dyn FnMut(&Batch) -> Result<(), DatasetError>| {
            let Some(version) = area.layer(layer) else { return Ok(()) };
            for batch in version.reader.batches() {
                let batch = batch.map_err(|e| bad(layer, e))?;
                take(&batch).map_err(|e| bad(layer, e))?;
            }
            Ok::<(), Error>(())
        };
        each("settlement", &mut |b| settlements(b, &mut ground.settlements))?;
        each("site", &mut |b| sites(b, &mut ground.sites))?;
        each("enterprise", &mut |b| enterprises(b, &mut ground.enterprises))?;
        each("division", &mut |b| boundaries(b, &mut ground.boundaries))?;
        each("building", &mut |b| housed(b, &mut ground.housed))?;
        if let Some(version) = area.layer("road") {
            let graph = Graph::from_dataset(&version.reader).map_err(|e| bad("road", e))?;
            ground.roads = Some(RoadNet { graph });
        }
        Ok(ground)
    }

    /// A map tile; `None` where there is none.
    pub fn tile(&self, z: u8, x: u32, y: u32) -> Option<Vec<u8>> {
        self.map.tile(z, x, y).ok()
    }
}

fn code(value: Option<i64>) -> PlaceCode {
    value.and_then(|v| u64::try_from(v).ok()).map_or(PlaceCode::NOT_ASSIGNED, PlaceCode)
}

fn settlements(
    batch: &Batch,
    all: &mut BTreeMap<PlaceCode, Settlement>,
) -> Result<(), DatasetError> {
    let (lon, lat, place) = (batch.ints("lon")?, batch.ints("lat")?, batch.longs("place")?);
    let (name, english) = (batch.texts("name")?, batch.texts("name_en")?);
    let band = [batch.ints("people_low")?, batch.ints("people_mid")?, batch.ints("people_high")?];
    let mut columns = Vec::new();
    for (_, names) in GROUPS {
        let group: Result<Vec<_>, _> = names.iter().map(|n| batch.ints(n)).collect();
        columns.push(group?);
    }
    for row in 0..batch.len() {
        let at = LonLat { lon_e7: lon.get(row).unwrap_or(0), lat_e7: lat.get(row).unwrap_or(0) };
        let [low, mid, high] = band.each_ref().map(|c| c.get(row).map(i64::from));
        let Some(mid) = mid else { continue };
        let people = Estimate { low: low.unwrap_or(mid), mid, high: high.unwrap_or(mid) };
        let groups = columns
            .iter()
            .map(|columns| columns.iter().map(|c| c.get(row).map(i64::from)).sum::<Option<i64>>());
        let place = code(place.get(row));
        let name = Text::name(name.get(row).unwrap_or(""), english.get(row).unwrap_or(""));
        all.insert(place, Settlement { place, name, at, people, groups: groups.collect() });
    }
    Ok(())
}

fn sites(batch: &Batch, all: &mut Vec<SiteRow>) -> Result<(), DatasetError> {
    let (lon, lat, source) = (batch.ints("lon")?, batch.ints("lat")?, batch.texts("source_id")?);
    let (name, english) = (batch.texts("name")?, batch.texts("name_en")?);
    let (kind, capacity) = (batch.ints("kind")?, batch.ints("capacity")?);
    for row in 0..batch.len() {
        all.push(SiteRow {
            source_id: source.get(row).unwrap_or("").to_owned(),
            kind: kind.get(row).unwrap_or(0),
            name: Text::name(name.get(row).unwrap_or(""), english.get(row).unwrap_or("")),
            at: LonLat { lon_e7: lon.get(row).unwrap_or(0), lat_e7: lat.get(row).unwrap_or(0) },
            capacity: capacity.get(row),
        });
    }
    Ok(())
}

fn enterprises(batch: &Batch, all: &mut Vec<EnterpriseRow>) -> Result<(), DatasetError> {
    let (lon, lat) = (batch.ints("lon")?, batch.ints("lat")?);
    let (id, source) = (batch.texts("id")?, batch.texts("source_id")?);
    let (name, english) = (batch.texts("name")?, batch.texts("name_en")?);
    let (hazchem, sector) = (batch.ints("hazardous_chemicals")?, batch.ints("sector")?);
    let major = batch.ints("open_major_dangers")?;
    let sectors = layer("enterprise").and_then(|l| l.column("sector"));
    let mut asked = Vec::new();
    for name in ENTERPRISE_FACTS {
        asked.push((*name, batch.ints(name)?));
    }
    for row in 0..batch.len() {
        let Some(id) = id.get(row).and_then(|i| i.parse().ok()) else { continue };
        all.push(EnterpriseRow {
            id,
            source_id: source.get(row).unwrap_or("").to_owned(),
            name: Text::name(name.get(row).unwrap_or(""), english.get(row).unwrap_or("")),
            at: LonLat { lon_e7: lon.get(row).unwrap_or(0), lat_e7: lat.get(row).unwrap_or(0) },
            hazchem: hazchem.get(row).map(|v| v == 1),
            open_major: major.get(row).map(i64::from),
            sector: sectors.zip(sector.get(row)).and_then(|(c, code)| c.code_name(code)),
            facts: asked.iter().filter_map(|(n, c)| Some((*n, c.get(row)?.into()))).collect(),
        });
    }
    Ok(())
}

fn boundaries(batch: &Batch, all: &mut BTreeMap<PlaceCode, Vec<i32>>) -> Result<(), DatasetError> {
    let (codes, lines) = (batch.longs("code")?, batch.lists("boundary")?);
    for row in 0..batch.len() {
        if let Some(line) = lines.get(row).filter(|l| l.len() >= 8) {
            all.insert(code(codes.get(row)), line.to_vec());
        }
    }
    Ok(())
}

fn housed(batch: &Batch, all: &mut BTreeMap<PlaceCode, Housed>) -> Result<(), DatasetError> {
    let (place, people) = (batch.longs("place")?, batch.ints("people_night")?);
    for row in 0..batch.len() {
        all.entry(code(place.get(row))).or_default().add(people.get(row));
    }
    Ok(())
}
