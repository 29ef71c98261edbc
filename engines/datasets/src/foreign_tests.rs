//! Arrow files that others made: what is not a dataset of the layer it names is refused by name.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{Field, Schema};

use super::*;

/// A file with these columns that says it is of this layer.
fn file(layer: &str, columns: Vec<(&str, ArrayRef)>, drop_key: &str, bounds: &str) -> Vec<u8> {
    let about = [
        ("dataset", "1"),
        ("layer", layer),
        ("version", "1"),
        ("source", "elsewhere"),
        ("as_of_on", "2026-07-01"),
        ("crs", if drop_key == "wrong crs" { "EPSG:4326" } else { "EPSG:4490" }),
        ("licence", "CC0-1.0"),
    ];
    let metadata: HashMap<String, String> = about
        .into_iter()
        .filter(|(key, _)| *key != drop_key)
        .map(|(key, text)| (format!("anlan.{key}"), text.to_owned()))
        .collect();
    let fields: Vec<Field> =
        columns.iter().map(|(n, a)| Field::new(*n, a.data_type().clone(), true)).collect();
    let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
    let arrays: Vec<ArrayRef> = columns.into_iter().map(|(_, a)| a).collect();
    let batch = RecordBatch::try_new(schema.clone(), arrays).unwrap();
    let mut writer = FileWriter::try_new(Vec::new(), &schema).unwrap();
    writer.write(&batch).unwrap();
    if !bounds.is_empty() {
        writer.write_metadata("anlan.bounds", bounds);
    }
    writer.into_inner().unwrap()
}

fn texts() -> ArrayRef {
    Arc::new(StringArray::from(vec!["a", "b"]))
}

fn ints() -> ArrayRef {
    Arc::new(Int32Array::from(vec![1, 2]))
}

fn site_columns() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("id", texts()),
        ("source_id", texts()),
        ("lon", ints()),
        ("lat", ints()),
        ("kind", ints()),
    ]
}

fn said(bytes: Vec<u8>) -> String {
    Reader::open(bytes).unwrap_err().to_string()
}

#[test]
fn a_file_of_another_maker_opens_where_it_keeps_to_the_format() {
    let reader = Reader::open(file("site", site_columns(), "", "1,1,2,2")).unwrap();
    assert_eq!((reader.rows(), reader.meta().source.as_str()), (2, "elsewhere"));
    let batch = reader.batch(0).unwrap();
    assert_eq!(batch.ints("kind").unwrap().get(1), Some(2));
    assert!(batch.ints("capacity").is_err(), "an optional column that is not there");
    // A layer that the catalogue does not know is read by whoever knows it.
    let own = file("survey_2024", vec![("id", texts()), ("depth_cm", ints())], "", "-");
    assert_eq!(Reader::open(own).unwrap().meta().layer, "survey_2024");
}

#[test]
fn a_missing_or_wrong_column_is_named() {
    let mut columns = site_columns();
    columns.pop();
    assert!(said(file("site", columns, "", "-")).contains("column kind: the file lacks it"));
    let mut columns = site_columns();
    columns[4].1 = Arc::new(Int64Array::from(vec![1, 2]));
    assert!(said(file("site", columns, "", "-")).contains("column kind: needs Int32"));
    let mut columns = site_columns();
    columns.push(("depth", Arc::new(Float64Array::from(vec![0.5, 1.5]))));
    assert!(said(file("site", columns, "", "-")).contains("column depth"));
}

#[test]
fn what_a_file_must_say_about_itself_is_asked_for() {
    for key in ["dataset", "layer", "version", "source", "as_of_on", "crs", "licence"] {
        let said = said(file("site", site_columns(), key, "-"));
        assert!(said.contains(&format!("anlan.{key} is missing")), "{said}");
    }
    let said = said(file("site", site_columns(), "wrong crs", "-"));
    assert!(said.contains("EPSG:4326") && said.contains("EPSG:4490"), "{said}");
}

#[test]
fn bounds_must_be_there_and_count_the_batches() {
    assert!(said(file("site", site_columns(), "", "")).contains("anlan.bounds is missing"));
    assert!(said(file("site", site_columns(), "", "-;-")).contains("2 bounds for 1 batches"));
    assert!(said(file("site", site_columns(), "", "1,2,3")).contains("west,south,east,north"));
}

#[test]
fn a_plain_arrow_file_is_not_a_dataset() {
    let schema = Arc::new(Schema::new(vec![Field::new("x", arrow_schema::DataType::Int32, true)]));
    let batch = RecordBatch::try_new(schema.clone(), vec![ints()]).unwrap();
    let mut writer = FileWriter::try_new(Vec::new(), &schema).unwrap();
    writer.write(&batch).unwrap();
    assert!(said(writer.into_inner().unwrap()).contains("anlan.dataset is missing"));
}
