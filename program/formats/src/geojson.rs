//! Datasets as GeoJSON, for those who open them elsewhere.

use datasets::{DatasetError, Reader};
use interchange::geojson::{FeatureWriter, Geometry, Property};

use crate::rows::{Rows, Value, columns, polygons, positions, shown};

/// The rows of a dataset as a FeatureCollection: codes by name, positions in CGCS2000 degrees
/// (which GeoJSON takes for WGS 84, some centimetres apart). A row with a line or an area has
/// that as its geometry, else its point; nothing that is not known is left out, it is null.
///
/// # Errors
/// A dataset that cannot be read.
pub fn write(reader: &Reader) -> Result<Vec<u8>, DatasetError> {
    use datasets::ColumnType::{Area, Line};
    let rows = Rows::of(reader)?;
    let layer = rows.layer;
    let mut writer = FeatureWriter::new();
    for row in &rows.rows {
        let line = row.list(layer, Line).map(|list| Geometry::Line(positions(list)));
        let area = row.list(layer, Area).map(|list| Geometry::Area(polygons(list)));
        let geometry = area.or(line).or_else(|| row.point(layer).map(Geometry::Point));
        let texts: Vec<Option<String>> = columns(layer)
            .iter()
            .zip(&row.values)
            .map(|(column, value)| shown(column, value))
            .collect();
        let mut properties = vec![("source_id", Property::Text(&row.source_id))];
        for ((column, value), text) in columns(layer).iter().zip(&row.values).zip(&texts) {
            let is_shape = matches!(column.column_type, Line | Area);
            if is_shape || matches!(column.name, "lon" | "lat") {
                continue;
            }
            let property = match (value, text) {
                (Value::Whole(whole), _) if column.codes.is_empty() => Property::Whole(*whole),
                (_, Some(text)) => Property::Text(text),
                (_, None) => Property::Unknown,
            };
            properties.push((column.name, property));
        }
        let id = datasets::row_id(layer.name, &row.source_id).to_string();
        writer.push(&id, geometry.as_ref(), &properties);
    }
    Ok(writer.finish())
}

#[cfg(test)]
mod tests {
    use datasets::{Cell, Meta, Table};

    use super::*;

    #[test]
    fn rows_become_features_with_names_for_codes() {
        let mut table = Table::of("building").unwrap();
        let ring = [0, 0, 100, 0, 100, 100, 0, 100, 0, 0];
        let cells = [
            ("lon", Cell::Int(50)),
            ("lat", Cell::Int(50)),
            ("use", Cell::Int(5)),
            ("storeys", Cell::Int(3)),
            ("footprint", Cell::List(&ring)),
        ];
        table.push("way/1", &cells).unwrap();
        table.push("way/2", &cells[..2]).unwrap();
        let meta = Meta::new("building", "1", "test", "2026-07-01", "CC0-1.0");
        let reader = Reader::open(table.finish(&meta).unwrap()).unwrap();
        let written = write(&reader).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&written).unwrap();
        let features = value["features"].as_array().unwrap();
        assert_eq!(features[0]["properties"]["use"], "school");
        assert_eq!(features[0]["properties"]["storeys"], 3);
        assert_eq!(features[0]["geometry"]["type"], "MultiPolygon");
        assert_eq!(features[1]["geometry"]["type"], "Point");
        assert!(features[1]["properties"]["storeys"].is_null());
        let areas = interchange::geojson::parse_area(&written).unwrap();
        assert_eq!((areas.polygons.len(), areas.left_out["Point"]), (1, 1));
    }
}
