//! The layers of an area as values: what an import left, read once.

use std::collections::BTreeMap;

use datasets::{Batch, DatasetError, Reader};
use kernel::{Estimate, LonLat};

use super::{Name, OverlayError, SETTLEMENTS_MAX};

/// A settlement with its people.
pub(super) struct Settlement {
    pub source_id: String,
    pub at: LonLat,
    pub name: Name,
    pub people: Estimate,
}

/// A road between two nodes.
pub(super) struct Road {
    pub source_id: String,
    /// Nodes as the layer names them.
    pub nodes: (i64, i64),
    pub line: Vec<LonLat>,
    pub class: u8,
    pub structure: u8,
    pub oneway: bool,
    pub length_mm: i64,
    pub number: String,
}

/// A site that the area has.
pub(super) struct Site {
    pub source_id: String,
    pub kind: &'static str,
    pub name: Name,
    pub at: LonLat,
    pub capacity: Option<i32>,
    pub road_node: Option<i64>,
}

/// The layers of an area.
pub(super) struct Area {
    /// Ordered by source id.
    pub settlements: Vec<Settlement>,
    pub roads: Vec<Road>,
    pub buildings: Vec<LonLat>,
    pub sites: Vec<Site>,
    readers: BTreeMap<String, Reader>,
}

impl Area {
    pub(super) fn read(layers: &[Reader]) -> Result<Area, OverlayError> {
        let mut area = Area {
            settlements: Vec::new(),
            roads: Vec::new(),
            buildings: Vec::new(),
            sites: Vec::new(),
            readers: layers.iter().map(|r| (r.meta().layer.clone(), r.clone())).collect(),
        };
        each(area.layer("settlement")?, |b| settlements(b, &mut area.settlements))?;
        each(area.layer("road")?, |b| roads(b, &mut area.roads))?;
        each(area.layer("building")?, |b| buildings(b, &mut area.buildings))?;
        each(area.layer("site")?, |b| sites(b, &mut area.sites))?;
        area.settlements.sort_by(|a, b| a.source_id.cmp(&b.source_id));
        match area.settlements.len() {
            0 => Err(OverlayError::Empty),
            n if n > SETTLEMENTS_MAX => Err(OverlayError::TooMany(n)),
            _ => Ok(area),
        }
    }

    /// A layer that every area has.
    pub(super) fn layer(&self, name: &'static str) -> Result<Reader, OverlayError> {
        self.readers.get(name).cloned().ok_or(OverlayError::Missing(name))
    }

    /// The layers, by name.
    pub(super) fn readers(&self) -> impl Iterator<Item = &Reader> {
        self.readers.values()
    }
}

fn each(
    reader: Reader,
    mut take: impl FnMut(&Batch) -> Result<(), DatasetError>,
) -> Result<(), DatasetError> {
    for batch in reader.batches() {
        take(&batch?)?;
    }
    Ok(())
}

/// A name as written and in Latin letters; where one is missing the other stands for it, and the
/// row's own id where both are.
fn named(zh: Option<&str>, en: Option<&str>, source_id: &str) -> Name {
    let written = zh.or(en).filter(|n| !n.is_empty()).unwrap_or(source_id);
    Name { zh: written.to_owned(), en: en.filter(|n| !n.is_empty()).unwrap_or(written).to_owned() }
}

fn settlements(batch: &Batch, all: &mut Vec<Settlement>) -> Result<(), DatasetError> {
    let (source, lon, lat) = (batch.texts("source_id")?, batch.ints("lon")?, batch.ints("lat")?);
    let (name, english) = (batch.texts("name")?, batch.texts("name_en")?);
    let band = [batch.ints("people_low")?, batch.ints("people_mid")?, batch.ints("people_high")?];
    for row in 0..batch.len() {
        let [low, mid, high] = band.each_ref().map(|c| c.get(row).map(i64::from));
        // Where nobody counted or estimated, nobody can be planned for.
        let (Some(lon_e7), Some(lat_e7), Some(mid)) = (lon.get(row), lat.get(row), mid) else {
            continue;
        };
        let source_id = source.get(row).unwrap_or_default().to_owned();
        all.push(Settlement {
            at: LonLat { lon_e7, lat_e7 },
            name: named(name.get(row), english.get(row), &source_id),
            people: Estimate { low: low.unwrap_or(mid), mid, high: high.unwrap_or(mid) },
            source_id,
        });
    }
    Ok(())
}

fn roads(batch: &Batch, all: &mut Vec<Road>) -> Result<(), DatasetError> {
    let (source, lines) = (batch.texts("source_id")?, batch.lists("line")?);
    let (from, to) = (batch.longs("from_node")?, batch.longs("to_node")?);
    let (class, structure) = (batch.ints("class")?, batch.ints("structure")?);
    let (oneway, length) = (batch.ints("oneway")?, batch.ints("length_mm")?);
    let number = batch.texts("road_number")?;
    let small = |value: Option<i32>| value.and_then(|v| u8::try_from(v).ok()).unwrap_or(0);
    for row in 0..batch.len() {
        let (Some(from), Some(to)) = (from.get(row), to.get(row)) else { continue };
        let line = lines.get(row).unwrap_or_default().chunks_exact(2);
        all.push(Road {
            source_id: source.get(row).unwrap_or_default().to_owned(),
            nodes: (from, to),
            line: line.map(|p| LonLat { lon_e7: p[0], lat_e7: p[1] }).collect(),
            class: small(class.get(row)),
            structure: small(structure.get(row)),
            oneway: oneway.get(row) == Some(1),
            length_mm: i64::from(length.get(row).unwrap_or(0)),
            number: number.get(row).unwrap_or_default().to_owned(),
        });
    }
    Ok(())
}

fn buildings(batch: &Batch, all: &mut Vec<LonLat>) -> Result<(), DatasetError> {
    for row in 0..batch.len() {
        all.extend(point(batch, row)?);
    }
    Ok(())
}

/// The point of a row.
pub(super) fn point(batch: &Batch, row: usize) -> Result<Option<LonLat>, DatasetError> {
    let (lon, lat) = (batch.ints("lon")?, batch.ints("lat")?);
    let both = lon.get(row).zip(lat.get(row));
    Ok(both.map(|(lon_e7, lat_e7)| LonLat { lon_e7, lat_e7 }))
}

fn sites(batch: &Batch, all: &mut Vec<Site>) -> Result<(), DatasetError> {
    let (source, kind) = (batch.texts("source_id")?, batch.ints("kind")?);
    let (name, english) = (batch.texts("name")?, batch.texts("name_en")?);
    let (capacity, node) = (batch.ints("capacity")?, batch.longs("road_node")?);
    let known = datasets::layer("site").and_then(|l| l.column("kind"));
    for row in 0..batch.len() {
        let at = point(batch, row)?;
        let kind = kind.get(row).and_then(|code| known?.code_name(code));
        let (Some(at), Some(kind)) = (at, kind) else { continue };
        let source_id = source.get(row).unwrap_or_default().to_owned();
        all.push(Site {
            kind,
            name: named(name.get(row), english.get(row), &source_id),
            at,
            capacity: capacity.get(row),
            road_node: node.get(row),
            source_id,
        });
    }
    Ok(())
}
