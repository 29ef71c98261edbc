//! Roads by name, for whoever reports one: those of a place, those near a spot, or one by its row.

use std::collections::BTreeMap;

use datasets::{Batch, DatasetError};
use kernel::{EntityId, LonLat, PlaceCode};
use roads::{ArcKey, Direction, SNAP_LIMIT_MM, SnapIndex};
use serde_json::{Value as Json, json};

use crate::area::bad;
use crate::desk::Desk;
use crate::error::Error;
use crate::text::Text;

/// Most roads that one answer names: more are not chosen among by reading.
const MOST: usize = 2_000;

/// What roads are sorted by: distance in millimetres, number, name, place.
type Order = (u32, String, String, String);

/// What is asked of the road layer.
enum Asked {
    /// Roads of a unit and of those under it.
    Of(PlaceCode),
    /// Roads within the snap limit of a spot, by row with the distance in millimetres.
    Near(BTreeMap<EntityId, u32>),
    /// One row.
    Row(EntityId),
}

impl Desk {
    /// Roads of the layer in force with what they are called: of a unit (`place`; else the node's
    /// own), within 2 km of a spot (`near`: longitude, latitude in degrees), nearest first with
    /// metres, or one (`row`). An empty list says that none is known there, never that there is
    /// none.
    ///
    /// # Errors
    /// [`Error::BadQuery`] where what is given does not read,
    /// [`Error::BadFile`] where the layer does not read.
    pub fn area_roads(&self, filter: &BTreeMap<String, String>) -> Result<Json, Error> {
        let asked = self.asked_of_roads(filter)?;
        let Some(version) = self.area.layer("road") else {
            return Ok(json!({"items": [], "total": 0}));
        };
        let mut found = Vec::new();
        for batch in version.reader.batches() {
            let batch = batch.map_err(|e| bad("road", e))?;
            self.roads_of(&batch, &asked, &mut found).map_err(|e| bad("road", e))?;
        }
        found.sort_by(|a, b| a.0.cmp(&b.0));
        let total = found.len();
        let items: Vec<Json> = found.into_iter().take(MOST).map(|(_, road)| road).collect();
        Ok(json!({"items": items, "total": total}))
    }

    fn asked_of_roads(&self, filter: &BTreeMap<String, String>) -> Result<Asked, Error> {
        let bad = |name: &str, expected: &str| Error::BadQuery {
            name: name.to_owned(),
            expected: expected.to_owned(),
        };
        if let Some(near) = filter.get("near") {
            let at = spot(near).ok_or_else(|| bad("near", "lon,lat"))?;
            return Ok(Asked::Near(self.near(at)));
        }
        if let Some(row) = filter.get("row") {
            let id = row.trim_start_matches("road:").parse();
            return Ok(Asked::Row(id.map_err(|_| bad("row", "road:id"))?));
        }
        let Some(place) = filter.get("place") else { return Ok(Asked::Of(self.info.place)) };
        place.parse().map(Asked::Of).map_err(|_| bad("place", "990102100201"))
    }

    /// Rows within the snap limit of a spot, with their distance in millimetres.
    fn near(&self, at: LonLat) -> BTreeMap<EntityId, u32> {
        let Some(net) = self.area.built.roads.as_ref() else { return BTreeMap::new() };
        let near = SnapIndex::new(&net.graph).near(at, SNAP_LIMIT_MM);
        let segments = net.graph.segments();
        near.iter().filter_map(|(s, mm)| Some((segments.get(*s as usize)?.id, *mm))).collect()
    }

    /// The rows of a batch that were asked for, each with what it is sorted by.
    fn roads_of(
        &self,
        batch: &Batch,
        asked: &Asked,
        found: &mut Vec<(Order, Json)>,
    ) -> Result<(), DatasetError> {
        let (ids, places) = (batch.texts("id")?, batch.longs("place")?);
        let (names, english) = (batch.texts("name")?, batch.texts("name_en")?);
        let numbers = batch.texts("road_number")?;
        let (classes, carriers) = (batch.ints("class")?, batch.ints("structure")?);
        let lengths = batch.ints("length_mm")?;
        for row in 0..batch.len() {
            let Some(id) = ids.get(row).and_then(|i| i.parse::<EntityId>().ok()) else { continue };
            let place = places.get(row).and_then(|p| u64::try_from(p).ok()).map(PlaceCode);
            let distance_mm = match asked {
                Asked::Near(near) => near.get(&id).copied(),
                Asked::Row(one) => (*one == id).then_some(0),
                Asked::Of(unit) => place.filter(|p| self.area.is_under(*p, *unit)).map(|_| 0),
            };
            let Some(distance_mm) = distance_mm else { continue };
            let name = names.get(row).unwrap_or("");
            let number = numbers.get(row).filter(|n| !n.is_empty());
            let where_ = place.map(|p| self.area.name(p));
            let sorted = (
                distance_mm,
                number.unwrap_or("~").to_owned(),
                name.to_owned(),
                where_.as_ref().map(|w| w.zh.clone()).unwrap_or_default(),
            );
            let near = matches!(asked, Asked::Near(_)).then_some(distance_mm / 1_000);
            found.push((
                sorted,
                json!({
                    "ref": format!("road:{id}"), "number": number,
                    "name": (!name.is_empty()).then(|| {
                        Text::name(name, english.get(row).unwrap_or(""))
                    }),
                    "class": classes.get(row), "structure": carriers.get(row),
                    "length_m": lengths.get(row).map(|mm| mm / 1_000),
                    "place": place, "place_name": where_, "distance_m": near,
                    "middle": self.middle_of(id),
                }),
            ));
        }
        Ok(())
    }

    /// The middle vertex of a road's line, longitude and latitude in degrees.
    fn middle_of(&self, id: EntityId) -> Option<[f64; 2]> {
        let graph = &self.area.built.roads.as_ref()?.graph;
        let arc = graph.arc(ArcKey::of(id, Direction::Along))?;
        let line = graph.line(graph.arcs().get(arc as usize)?.segment);
        let point = line.chunks_exact(2).nth(line.len() / 4)?;
        Some([f64::from(point[0]) / 1e7, f64::from(point[1]) / 1e7])
    }
}

/// "109.49,28.89" -> a spot on the earth.
fn spot(text: &str) -> Option<LonLat> {
    let (lon, lat) = text.split_once(',')?;
    let degrees = |text: &str, most: f64| {
        let value = text.trim().parse::<f64>().ok()?;
        // Within the check, seven digits fit 32 bits.
        (value.abs() <= most).then_some((value * 1e7).round() as i32)
    };
    Some(LonLat { lon_e7: degrees(lon, 180.0)?, lat_e7: degrees(lat, 90.0)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spot_is_two_numbers_on_the_earth() {
        let at = spot("109.49225, 28.8907").unwrap();
        assert_eq!((at.lon_e7, at.lat_e7), (1_094_922_500, 288_907_000));
        for text in ["", "1", "181,0", "0,91", "NaN,0", "1,2,3", "a,b"] {
            assert!(spot(text).is_none(), "{text}");
        }
    }
}
