//! Rows of an extract as dataset files.

use std::collections::BTreeMap;

use datasets::{Cell, DatasetError, Layer, Meta, Table, layer};
use kernel::{LonLat, Near};

use super::{Extract, Settlement, segments};

/// What the files say about themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The version of the files.
    pub version: String,
    /// Who made the data; for OpenStreetMap the attribution that its licence asks for.
    pub source: String,
    /// The civil date the data describe, as `2024-03-04`.
    pub as_of_on: String,
    /// The licence.
    pub licence: String,
}

impl About {
    /// OpenStreetMap data as of a civil date.
    pub fn open_street_map(version: &str, as_of_on: &str) -> Self {
        About {
            version: version.to_owned(),
            source: "© OpenStreetMap contributors".to_owned(),
            as_of_on: as_of_on.to_owned(),
            licence: "ODbL-1.0".to_owned(),
        }
    }
}

/// The dataset files of an extract by layer: `building`, `river`, `road`, `settlement`, `site`.
/// A layer without rows has a file too, so that "none" is told from "not imported".
///
/// # Errors
/// A row that its layer refuses.
pub fn layers(
    extract: &Extract,
    settlements: &[Settlement<'_>],
    about: &About,
) -> Result<BTreeMap<&'static str, Vec<u8>>, DatasetError> {
    let mut files = BTreeMap::new();
    for (name, table) in [
        ("building", buildings(extract)?),
        ("river", rivers(extract)?),
        ("road", roads(extract)?),
        ("settlement", people(settlements)?),
        ("site", sites(extract)?),
    ] {
        let mut meta =
            Meta::new(name, &about.version, &about.source, &about.as_of_on, &about.licence);
        if name == "settlement" {
            meta.source = format!("{}; {}", about.source, super::people::METHOD);
        }
        files.insert(name, table.finish(&meta)?);
    }
    Ok(files)
}

fn known(name: &str) -> Result<&'static Layer, DatasetError> {
    layer(name).ok_or_else(|| DatasetError::NoLayer(name.to_owned()))
}

fn code(layer: &Layer, column: &str, name: &str) -> Cell<'static> {
    layer.code(column, name).map_or(Cell::Unknown, Cell::Int)
}

fn flat<'p>(points: impl IntoIterator<Item = &'p LonLat>) -> Vec<i32> {
    points.into_iter().flat_map(|point| [point.lon_e7, point.lat_e7]).collect()
}

fn buildings(extract: &Extract) -> Result<Table, DatasetError> {
    let layer = known("building")?;
    let mut table = Table::new(layer);
    for row in &extract.buildings {
        let outline = flat(row.rings.iter().flatten());
        let footprint = (!outline.is_empty()).then_some(outline.as_slice());
        table.push(
            &row.source_id,
            &[
                ("lon", row.point.lon_e7.into()),
                ("lat", row.point.lat_e7.into()),
                ("name", row.name.as_deref().into()),
                ("use", row.usage.map_or(Cell::Unknown, |usage| code(layer, "use", usage))),
                ("storeys", row.storeys.into()),
                ("built_year", row.built_year.into()),
                ("footprint", footprint.into()),
            ],
        )?;
    }
    Ok(table)
}

fn roads(extract: &Extract) -> Result<Table, DatasetError> {
    let layer = known("road")?;
    let mut table = Table::new(layer);
    for segment in segments(&extract.roads) {
        let road = segment.road;
        let line = flat(segment.line);
        let length_mm = i32::try_from(segment.length_mm).unwrap_or(i32::MAX);
        table.push(
            &segment.source_id,
            &[
                ("from_node", segment.from_node.into()),
                ("to_node", segment.to_node.into()),
                ("line", line.as_slice().into()),
                ("class", code(layer, "class", road.class)),
                ("structure", code(layer, "structure", road.structure)),
                ("oneway", Cell::Int(i32::from(road.oneway))),
                ("length_mm", length_mm.into()),
                ("surface", road.surface.map_or(Cell::Unknown, |s| code(layer, "surface", s))),
                ("width_cm", road.width_cm.into()),
                ("height_cm", road.height_cm.into()),
                ("load_kg", road.load_kg.into()),
                ("speed_km_h", road.speed_km_h.into()),
                ("name", road.name.as_deref().into()),
                ("name_en", road.name_en.as_deref().into()),
                ("road_number", road.road_number.as_deref().into()),
            ],
        )?;
    }
    Ok(table)
}

/// A site further than this from any road that vehicles use has no road node.
const ROAD_MM_MAX: i64 = 500_000;

fn sites(extract: &Extract) -> Result<Table, DatasetError> {
    let layer = known("site")?;
    let drivable = segments(&extract.roads)
        .into_iter()
        .filter(|segment| segment.road.class != "path" && segment.road.structure != "ferry")
        .flat_map(|segment| {
            let line = segment.line;
            [(line.first(), segment.from_node), (line.last(), segment.to_node)]
        })
        .filter_map(|(at, node)| at.map(|at| (*at, node)));
    let near = Near::new(drivable.collect());
    let mut table = Table::new(layer);
    for row in &extract.sites {
        let node = near.nearest(row.point).filter(|(_, mm)| *mm <= ROAD_MM_MAX).map(|(n, _)| n);
        table.push(
            &row.source_id,
            &[
                ("lon", row.point.lon_e7.into()),
                ("lat", row.point.lat_e7.into()),
                ("kind", code(layer, "kind", row.kind)),
                ("name", row.name.as_deref().into()),
                ("name_en", row.name_en.as_deref().into()),
                ("capacity", row.capacity.into()),
                ("road_node", node.into()),
            ],
        )?;
    }
    Ok(table)
}

fn rivers(extract: &Extract) -> Result<Table, DatasetError> {
    let layer = known("river")?;
    let mut table = Table::new(layer);
    for row in &extract.waters {
        let (line, area) = (flat(&row.line), flat(row.rings.iter().flatten()));
        table.push(
            &row.source_id,
            &[
                ("kind", code(layer, "kind", row.kind)),
                ("name", row.name.as_deref().into()),
                ("name_en", row.name_en.as_deref().into()),
                ("width_m", row.width_m.into()),
                ("line", (!line.is_empty()).then_some(line.as_slice()).into()),
                ("area", (!area.is_empty()).then_some(area.as_slice()).into()),
            ],
        )?;
    }
    Ok(table)
}

fn people(settlements: &[Settlement<'_>]) -> Result<Table, DatasetError> {
    let layer = known("settlement")?;
    let mut table = Table::new(layer);
    let int = |count: i64| Cell::Int(i32::try_from(count).unwrap_or(i32::MAX));
    for row in settlements {
        table.push(
            &row.place.source_id,
            &[
                ("lon", row.place.point.lon_e7.into()),
                ("lat", row.place.point.lat_e7.into()),
                ("name", row.place.name.as_deref().into()),
                ("name_en", row.place.name_en.as_deref().into()),
                ("basis", code(layer, "basis", "estimated")),
                ("people_low", int(row.people.low)),
                ("people_mid", int(row.people.mid)),
                ("people_high", int(row.people.high)),
            ],
        )?;
    }
    Ok(table)
}
