//! What is drawn at which zoom.

use super::MapSource;
use super::draw::{BARE, Canvas, Tag};
use crate::error::DatasetError;
use crate::read::Batch;
use crate::{Bounds, catalogue};

type Done = Result<(), DatasetError>;

/// Buildings of one tile at most; the largest are kept.
const BUILDINGS_MAX: usize = 3_600;

pub(super) fn draw(source: &MapSource, canvas: &mut Canvas) -> Done {
    county(source, canvas)?;
    cover(source, canvas)?;
    contours(source, canvas)?;
    water(source, canvas)?;
    boundaries(source, canvas)?;
    buildings(source, canvas)?;
    roads(source, canvas)?;
    places(source, canvas)?;
    sites(source, canvas)
}

/// Calls `each` with every batch of the layer that may lie in the tile.
fn batches(
    source: &MapSource,
    canvas: &mut Canvas,
    layer: &str,
    columns: &[&str],
    mut each: impl FnMut(&mut Canvas, &Batch) -> Done,
) -> Done {
    let bounds = canvas.at.bounds();
    for reader in source.of(layer) {
        for i in reader.overlapping(&bounds) {
            each(canvas, &reader.batch_of(i, columns)?)?;
        }
    }
    Ok(())
}

fn touches(canvas: &Canvas, list: &[i32]) -> bool {
    Bounds::of_line(list).is_some_and(|b| b.overlaps(&canvas.at.bounds()))
}

fn code(layer: &str, column: &str, name: &str) -> i32 {
    catalogue::layer(layer).and_then(|l| l.code(column, name)).unwrap_or(-1)
}

fn county(source: &MapSource, canvas: &mut Canvas) -> Done {
    canvas.begin("county");
    batches(source, canvas, "division", &["level", "boundary"], |canvas, batch| {
        let (levels, areas) = (batch.ints("level")?, batch.lists("boundary")?);
        for row in 0..batch.len() {
            if levels.get(row) == Some(3)
                && let Some(area) = areas.get(row)
                && touches(canvas, area)
            {
                canvas.area(area, 0, &[])?;
            }
        }
        Ok(())
    })?;
    canvas.end()
}

fn cover(source: &MapSource, canvas: &mut Canvas) -> Done {
    let z = canvas.at.z;
    if z < 9 || canvas.thinning == BARE {
        return Ok(());
    }
    // What is smaller than a few pixels is not seen.
    let least = if z >= 13 { 40 } else { 260 } * i64::from(1 + canvas.thinning);
    let contour = code("land", "kind", "contour");
    canvas.begin("cover");
    batches(source, canvas, "land", &["kind", "area"], |canvas, batch| {
        let (kinds, areas) = (batch.ints("kind")?, batch.lists("area")?);
        for row in 0..batch.len() {
            let kind = kinds.get(row).filter(|k| *k != contour);
            if let (Some(kind), Some(area)) = (kind, areas.get(row))
                && touches(canvas, area)
            {
                canvas.area(area, least, &[Tag::Code("land", "kind", Some(kind))])?;
            }
        }
        Ok(())
    })?;
    canvas.end()
}

fn contours(source: &MapSource, canvas: &mut Canvas) -> Done {
    let z = canvas.at.z;
    if z < 11 || canvas.thinning > 1 {
        return Ok(());
    }
    let every = if z < 13 { 200 } else { 100 };
    canvas.begin("contour");
    batches(source, canvas, "land", &["elevation_m", "line"], |canvas, batch| {
        let (heights, lines) = (batch.ints("elevation_m")?, batch.lists("line")?);
        for row in 0..batch.len() {
            let height = heights.get(row).filter(|h| h % every == 0);
            if let (Some(height), Some(line)) = (height, lines.get(row))
                && touches(canvas, line)
            {
                canvas.line(line, &[Tag::Int("elevation_m", Some(i64::from(height)))])?;
            }
        }
        Ok(())
    })?;
    canvas.end()
}

fn water(source: &MapSource, canvas: &mut Canvas) -> Done {
    let z = canvas.at.z;
    let order_min = match z {
        0..=8 => 4,
        9..=10 => 3,
        11 => 2,
        _ => 1,
    };
    let columns = ["kind", "stream_order", "width_m", "name", "name_en", "line", "area"];
    for is_area in [false, true] {
        canvas.begin(if is_area { "water_area" } else { "water" });
        batches(source, canvas, "river", &columns, |canvas, batch| {
            let (kinds, orders) = (batch.ints("kind")?, batch.ints("stream_order")?);
            let (names, english) = (batch.texts("name")?, batch.texts("name_en")?);
            let (widths, lists) =
                (batch.ints("width_m")?, batch.lists(if is_area { "area" } else { "line" })?);
            for row in 0..batch.len() {
                let Some(list) = lists.get(row).filter(|l| touches(canvas, l)) else { continue };
                let tags = [
                    Tag::Code("river", "kind", kinds.get(row)),
                    Tag::Int("width_m", widths.get(row).map(i64::from)),
                    Tag::Text("name", names.get(row)),
                    Tag::Text("name_en", english.get(row)),
                ];
                if is_area {
                    canvas.area(list, 12, &tags)?;
                } else if orders.get(row).unwrap_or(2) >= order_min {
                    canvas.line(list, &tags)?;
                }
            }
            Ok(())
        })?;
        canvas.end()?;
    }
    Ok(())
}

fn boundaries(source: &MapSource, canvas: &mut Canvas) -> Done {
    let deepest = match canvas.at.z {
        0..=8 => 3,
        9..=11 => 4,
        _ => 5,
    };
    canvas.begin("boundary");
    batches(source, canvas, "division", &["level", "boundary"], |canvas, batch| {
        let (levels, areas) = (batch.ints("level")?, batch.lists("boundary")?);
        for row in 0..batch.len() {
            let Some(level) = levels.get(row).filter(|l| (3..=deepest).contains(l)) else {
                continue;
            };
            let Some(area) = areas.get(row).filter(|a| touches(canvas, a)) else { continue };
            for ring in crate::rings(area) {
                canvas.line(ring, &[Tag::Int("level", Some(i64::from(level)))])?;
            }
        }
        Ok(())
    })?;
    canvas.end()
}

fn buildings(source: &MapSource, canvas: &mut Canvas) -> Done {
    let z = canvas.at.z;
    if z < 13 || canvas.thinning == BARE {
        return Ok(());
    }
    let area_min = if z == 13 { 300 } else { 0 };
    let bounds = canvas.at.bounds();
    // Floor area and outline of each; the outlines are copied, as batches come and go.
    let mut found: Vec<(i32, i32, Vec<i32>)> = Vec::new();
    let columns = ["lon", "lat", "use", "floor_area_m2", "footprint"];
    batches(source, canvas, "building", &columns, |_, batch| {
        let (lons, lats) = (batch.ints("lon")?, batch.ints("lat")?);
        let (uses, sizes) = (batch.ints("use")?, batch.ints("floor_area_m2")?);
        let outlines = batch.lists("footprint")?;
        for row in 0..batch.len() {
            let (Some(lon), Some(lat)) = (lons.get(row), lats.get(row)) else { continue };
            let Some(outline) = outlines.get(row) else { continue };
            let size = sizes.get(row).unwrap_or(100);
            let point = Bounds { west: lon, south: lat, east: lon, north: lat };
            if size >= area_min && point.overlaps(&bounds) {
                found.push((size, uses.get(row).unwrap_or(0), outline.to_vec()));
            }
        }
        Ok(())
    })?;
    let most = BUILDINGS_MAX >> canvas.thinning.min(8);
    if found.len() > most {
        found.sort_by_key(|(size, _, _)| std::cmp::Reverse(*size));
        found.truncate(most);
    }
    canvas.begin("building");
    for (_, usage, outline) in &found {
        canvas.area(outline, 0, &[Tag::Code("building", "use", Some(*usage))])?;
    }
    canvas.end()
}

fn roads(source: &MapSource, canvas: &mut Canvas) -> Done {
    let z = canvas.at.z;
    let mut class_max = match z {
        0..=8 => 2,
        9 => 3,
        10 => 4,
        11 => 5,
        12 => 6,
        _ => 9,
    };
    if canvas.thinning > 0 {
        class_max = (class_max - canvas.thinning.min(6) as i32).max(3);
    }
    let columns = ["id", "class", "structure", "name", "name_en", "road_number", "line"];
    canvas.begin("road");
    batches(source, canvas, "road", &columns, |canvas, batch| {
        let (classes, carried) = (batch.ints("class")?, batch.ints("structure")?);
        let (names, english) = (batch.texts("name")?, batch.texts("name_en")?);
        let (numbers, ids) = (batch.texts("road_number")?, batch.texts("id")?);
        let lines = batch.lists("line")?;
        for row in 0..batch.len() {
            let Some(class) = classes.get(row).filter(|c| *c <= class_max) else { continue };
            let Some(line) = lines.get(row).filter(|l| touches(canvas, l)) else { continue };
            let near = z >= 13;
            let tags = [
                Tag::Code("road", "class", Some(class)),
                Tag::Code("road", "structure", carried.get(row).filter(|s| *s != 0)),
                Tag::Text("road_number", numbers.get(row)),
                Tag::Text("name", names.get(row).filter(|_| near)),
                Tag::Text("name_en", english.get(row).filter(|_| near)),
                // The row, so that a road on the map can be picked.
                Tag::Text("id", ids.get(row).filter(|_| near)),
            ];
            canvas.line(line, &tags)?;
        }
        Ok(())
    })?;
    canvas.end()
}

fn places(source: &MapSource, canvas: &mut Canvas) -> Done {
    let z = canvas.at.z;
    let levels_drawn = match z {
        0..=7 => 3..=3,
        8..=10 => 3..=4,
        _ => 4..=5,
    };
    canvas.begin("place");
    let columns = ["code", "level", "name", "name_en", "lon", "lat"];
    batches(source, canvas, "division", &columns, |canvas, batch| {
        let (codes, levels) = (batch.longs("code")?, batch.ints("level")?);
        let (names, english) = (batch.texts("name")?, batch.texts("name_en")?);
        let (lons, lats) = (batch.ints("lon")?, batch.ints("lat")?);
        for row in 0..batch.len() {
            let Some(level) = levels.get(row).filter(|l| levels_drawn.contains(l)) else {
                continue;
            };
            let (Some(lon), Some(lat)) = (lons.get(row), lats.get(row)) else { continue };
            let place = codes.get(row).map(|c| format!("{c:012}"));
            let tags = [
                Tag::Int("level", Some(i64::from(level))),
                Tag::Text("code", place.as_deref()),
                Tag::Text("name", names.get(row)),
                Tag::Text("name_en", english.get(row)),
            ];
            canvas.point(lon, lat, &tags)?;
        }
        Ok(())
    })?;
    canvas.end()
}

fn sites(source: &MapSource, canvas: &mut Canvas) -> Done {
    let z = canvas.at.z;
    if z < 12 {
        return Ok(());
    }
    // On a wider map only what many depend on.
    let wide: Vec<i32> = ["hospital", "depot", "fire_station", "landing_zone"]
        .iter()
        .map(|kind| code("site", "kind", kind))
        .collect();
    canvas.begin("site");
    let columns = ["id", "kind", "name", "name_en", "lon", "lat"];
    batches(source, canvas, "site", &columns, |canvas, batch| {
        let (ids, kinds) = (batch.texts("id")?, batch.ints("kind")?);
        let (names, english) = (batch.texts("name")?, batch.texts("name_en")?);
        let (lons, lats) = (batch.ints("lon")?, batch.ints("lat")?);
        for row in 0..batch.len() {
            let Some(kind) = kinds.get(row).filter(|k| z >= 13 || wide.contains(k)) else {
                continue;
            };
            let (Some(lon), Some(lat)) = (lons.get(row), lats.get(row)) else { continue };
            let tags = [
                Tag::Code("site", "kind", Some(kind)),
                Tag::Text("id", ids.get(row)),
                Tag::Text("name", names.get(row)),
                Tag::Text("name_en", english.get(row)),
            ];
            canvas.point(lon, lat, &tags)?;
        }
        Ok(())
    })?;
    canvas.end()
}
