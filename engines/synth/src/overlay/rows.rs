//! The area's layers with the made-up units written into them, and the division table.

use datasets::{
    Batch, Cell, ColumnType, DatasetError, Ints, Lists, Longs, Meta, Reader, Table, Texts,
};

use super::OverlayError;
use super::area::{Area, point};
use super::units::Units;
use crate::layers;
use crate::make::AS_OF_ON;
use crate::model::{County, LayerFile, Site};

/// Who made what is made up.
const MADE_UP_BY: &str = "made up by Anlan (synth 1)";

/// All layers of a county over an area; the first `made` of its sites are made up.
pub(super) fn layers(
    area: &Area,
    units: &Units,
    county: &County,
    made: usize,
) -> Result<Vec<LayerFile>, OverlayError> {
    let mut files = Vec::new();
    let ground = area.layer("settlement")?.meta().clone();
    let about = Meta {
        layer: "division".to_owned(),
        version: "1".to_owned(),
        source: format!("{MADE_UP_BY}; {}", ground.source),
        as_of_on: AS_OF_ON.to_owned(),
        seed: Some(county.seed),
        ..ground
    };
    let bytes = layers::divisions(county)?.finish(&about)?;
    files.push(LayerFile { name: "division", bytes });
    for reader in area.readers() {
        let Some(layer) = datasets::layer(&reader.meta().layer) else { continue };
        let mut about = reader.meta().clone();
        about.source = format!("{}; units {MADE_UP_BY}", about.source);
        let mut table = Table::new(layer);
        match layer.name {
            "settlement" => {
                copy(reader, &mut table, |b, row| settlement(area, units, county, b, row))?
            }
            "road" => copy(reader, &mut table, |b, row| road(units, b, row))?,
            "building" => copy(reader, &mut table, |b, row| at_point(units, b, row))?,
            "site" => {
                copy(reader, &mut table, |b, row| at_point(units, b, row))?;
                for site in &county.sites[..made] {
                    push_site(units, &mut table, site)?;
                }
                about.seed = Some(county.seed);
            }
            _ => {
                about.source.clone_from(&reader.meta().source);
                copy(reader, &mut table, |_, _| Ok(Vec::new()))?;
            }
        }
        files.push(LayerFile { name: layer.name, bytes: table.finish(&about)? });
    }
    files.sort_by_key(|f| f.name);
    Ok(files)
}

type More<'a> = Vec<(&'static str, Cell<'a>)>;

fn in_place(place: kernel::PlaceCode) -> (&'static str, Cell<'static>) {
    ("place", Cell::Long(place.0 as i64))
}

fn settlement<'c>(
    area: &Area,
    units: &Units,
    county: &'c County,
    batch: &Batch,
    row: usize,
) -> Result<More<'c>, DatasetError> {
    let source_id = batch.texts("source_id")?.get(row).unwrap_or_default();
    let own = area.settlements.binary_search_by(|s| s.source_id.as_str().cmp(source_id));
    let Ok(own) = own else { return Ok(Vec::new()) };
    let village = &county.villages[units.village_of(own)];
    Ok(vec![in_place(village.code), ("watch", Cell::Text(&village.officer))])
}

fn at_point(units: &Units, batch: &Batch, row: usize) -> Result<More<'static>, DatasetError> {
    Ok(point(batch, row)?.map(|at| in_place(units.place(at))).into_iter().collect())
}

fn road(units: &Units, batch: &Batch, row: usize) -> Result<More<'static>, DatasetError> {
    let line = batch.lists("line")?.get(row).unwrap_or_default();
    let half = line.len() / 4 * 2;
    let middle = line.get(half..half + 2);
    let place = middle.map(|p| units.place(kernel::LonLat { lon_e7: p[0], lat_e7: p[1] }));
    Ok(place.map(in_place).into_iter().collect())
}

fn push_site(units: &Units, table: &mut Table, site: &Site) -> Result<(), DatasetError> {
    let mut row = layers::site_row(site);
    row.push(("road_node", site.road_node.map(|n| units.nodes.ids[n as usize]).into()));
    table.push(&site.id, &row)
}

/// A column of a batch.
enum Values<'a> {
    Ints(Ints<'a>),
    Longs(Longs<'a>),
    Texts(Texts<'a>),
    Lists(Lists<'a>),
}

impl<'a> Values<'a> {
    fn get(&self, row: usize) -> Cell<'a> {
        match self {
            Values::Ints(column) => column.get(row).into(),
            Values::Longs(column) => column.get(row).into(),
            Values::Texts(column) => column.get(row).into(),
            Values::Lists(column) => column.get(row).into(),
        }
    }
}

/// Copies all rows, with more cells that stand in the place of the row's own.
fn copy<'c>(
    reader: &Reader,
    table: &mut Table,
    more: impl Fn(&Batch, usize) -> Result<More<'c>, DatasetError>,
) -> Result<(), DatasetError> {
    let layer = datasets::layer(&reader.meta().layer);
    let columns = layer.map_or(&[][..], |l| l.columns);
    for batch in reader.batches() {
        let batch = batch?;
        let ids = batch.texts("source_id")?;
        let mut own = Vec::new();
        let given = columns.iter().filter(|c| !matches!(c.name, "id" | "source_id"));
        for column in given.filter(|c| reader.has_column(c.name)) {
            let values = match column.column_type {
                ColumnType::Int32 => Values::Ints(batch.ints(column.name)?),
                ColumnType::Int64 => Values::Longs(batch.longs(column.name)?),
                ColumnType::Text => Values::Texts(batch.texts(column.name)?),
                ColumnType::Line | ColumnType::Area => Values::Lists(batch.lists(column.name)?),
            };
            own.push((column.name, values));
        }
        for row in 0..batch.len() {
            let more = more(&batch, row)?;
            let kept = own.iter().filter(|(name, _)| more.iter().all(|(m, _)| m != name));
            let mut cells: Vec<(&str, Cell)> = kept.map(|(n, v)| (*n, v.get(row))).collect();
            cells.extend(more);
            table.push(ids.get(row).unwrap_or_default(), &cells)?;
        }
    }
    Ok(())
}
