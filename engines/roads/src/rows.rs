//! Takes a graph from the dataset layer `road`, and a water graph from the layer `river`.

use std::collections::BTreeMap;

use datasets::{Batch, Reader};
use kernel::{EntityId, LonLat, geodesic_mm};

use crate::graph::{Carrier, Class, Graph, GraphBuilder, RoadRow, RoadsError};

impl Graph {
    /// The graph of a dataset of the layer `road`.
    ///
    /// # Errors
    /// A dataset that cannot be read, or a row that is no road.
    pub fn from_dataset(reader: &Reader) -> Result<Graph, RoadsError> {
        let mut builder = GraphBuilder::new();
        for batch in reader.batches() {
            push_batch(&mut builder, &batch?)?;
        }
        builder.build()
    }

    /// A graph of waters that boats use, from lines of lon, lat, lon, lat ... in 1e-7 degree, each
    /// with its id. Lines join where they have a position in common; both ways are open.
    ///
    /// # Errors
    /// A line without two positions.
    pub fn from_waters<'a>(
        lines: impl IntoIterator<Item = (EntityId, &'a [i32])>,
    ) -> Result<Graph, RoadsError> {
        let lines: Vec<(EntityId, &[i32])> = lines.into_iter().collect();
        let mut used: BTreeMap<(i32, i32), u32> = BTreeMap::new();
        for (_, line) in &lines {
            for (at, p) in line.chunks_exact(2).enumerate() {
                // Ends are nodes; so is every position that two lines share.
                let end = at == 0 || (at + 1) * 2 >= line.len();
                *used.entry((p[0], p[1])).or_insert(0) += if end { 2 } else { 1 };
            }
        }
        let number: BTreeMap<(i32, i32), i64> =
            used.keys().enumerate().map(|(at, p)| (*p, at as i64)).collect();
        let mut builder = GraphBuilder::new();
        for (id, line) in &lines {
            if line.len() < 4 {
                return Err(RoadsError::NoLine(*id));
            }
            let (mut from, mut piece) = (0, 0u32);
            for at in (2..line.len() - 1).step_by(2) {
                if used[&(line[at], line[at + 1])] < 2 {
                    continue;
                }
                let part = &line[from..at + 2];
                let ends = [number[&(part[0], part[1])], number[&(line[at], line[at + 1])]];
                builder.push(&water_row(piece_id(*id, piece), ends, part))?;
                (from, piece) = (at, piece + 1);
            }
        }
        builder.build()
    }
}

/// The id of a piece of a line; the first piece has the line's own.
fn piece_id(id: EntityId, piece: u32) -> EntityId {
    match piece {
        0 => id,
        _ => EntityId::from_code("water", &format!("{id}/{piece}")),
    }
}

fn water_row(id: EntityId, ends: [i64; 2], line: &[i32]) -> RoadRow<'_> {
    RoadRow {
        id,
        from_node: ends[0],
        to_node: ends[1],
        line,
        class: Class::Water,
        carrier: Carrier::Ground,
        oneway: false,
        length_mm: u32::try_from(length_mm(line)).unwrap_or(u32::MAX),
        rise_m: None,
        fall_m: None,
        width_cm: None,
        height_cm: None,
        load_kg: None,
        speed_km_h: None,
    }
}

/// Length of a line over the ground, millimetres.
pub fn length_mm(line: &[i32]) -> i64 {
    let at = |i: usize| LonLat { lon_e7: line[i], lat_e7: line[i + 1] };
    (2..line.len().saturating_sub(1)).step_by(2).map(|i| geodesic_mm(at(i - 2), at(i))).sum()
}

fn push_batch(builder: &mut GraphBuilder, batch: &Batch) -> Result<(), RoadsError> {
    let ids = batch.texts("id")?;
    let (from, to, lines) =
        (batch.longs("from_node")?, batch.longs("to_node")?, batch.lists("line")?);
    let (class, carrier) = (batch.ints("class")?, batch.ints("structure")?);
    let (oneway, length) = (batch.ints("oneway")?, batch.ints("length_mm")?);
    let (rise, fall) = (batch.ints("rise_m")?, batch.ints("fall_m")?);
    let (width, height) = (batch.ints("width_cm")?, batch.ints("height_cm")?);
    let (load, speed) = (batch.ints("load_kg")?, batch.ints("speed_km_h")?);
    for row in 0..batch.len() {
        let missing = |what: &str| RoadsError::Row {
            row: batch.first_row() + row,
            what: format!("{what} is missing"),
        };
        let id: EntityId = ids.get(row).ok_or_else(|| missing("id"))?.parse().map_err(
            |wrong: kernel::IdError| RoadsError::Row {
                row: batch.first_row() + row,
                what: wrong.to_string(),
            },
        )?;
        let code = |what: &'static str, value: Option<i32>| {
            value.ok_or_else(|| missing(what)).map(|code| (what, code))
        };
        let unknown = |(what, code): (&'static str, i32)| RoadsError::Code { id, what, code };
        let class = code("class", class.get(row))?;
        let carrier = code("structure", carrier.get(row))?;
        let length = length.get(row).ok_or_else(|| missing("length_mm"))?;
        let positive = |value: Option<i32>| value.and_then(|v| u32::try_from(v).ok());
        builder.push(&RoadRow {
            id,
            from_node: from.get(row).ok_or_else(|| missing("from_node"))?,
            to_node: to.get(row).ok_or_else(|| missing("to_node"))?,
            line: lines.get(row).ok_or_else(|| missing("line"))?,
            class: Class::from_number(class.1).ok_or_else(|| unknown(class))?,
            carrier: Carrier::from_number(carrier.1).ok_or_else(|| unknown(carrier))?,
            oneway: oneway.get(row).ok_or_else(|| missing("oneway"))? == 1,
            length_mm: u32::try_from(length).map_err(|_| missing("a length above 0"))?,
            rise_m: positive(rise.get(row)),
            fall_m: positive(fall.get(row)),
            width_cm: positive(width.get(row)),
            height_cm: positive(height.get(row)),
            load_kg: positive(load.get(row)),
            speed_km_h: positive(speed.get(row)),
        })?;
    }
    Ok(())
}
