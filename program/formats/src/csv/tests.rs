use datasets::{Cell, Meta, Reader, Table};
use proptest::prelude::*;

use super::*;
use crate::rows::Rows;
use crate::shared;
use crate::spoil::{edits, spoil};

fn layer(name: &str) -> &'static datasets::Layer {
    datasets::layer(name).unwrap()
}

fn dataset(layer: &str, rows: &[(&str, Vec<(&str, Cell<'_>)>)]) -> Reader {
    let mut table = Table::of(layer).unwrap();
    for (id, cells) in rows {
        table.push(id, cells).unwrap();
    }
    let meta = Meta::new(layer, "1", "test", "2026-07-01", "CC0-1.0");
    Reader::open(table.finish(&meta).unwrap()).unwrap()
}

fn named(text: &str) -> Reader {
    let cells = vec![
        ("lon", Cell::Int(-95_000_001)),
        ("lat", Cell::Int(471_000_000)),
        ("kind", Cell::Int(2)),
        ("name", Cell::Text(text)),
    ];
    dataset("site", &[(text, cells)])
}

#[test]
fn datasets_go_out_and_come_in_the_same() {
    let ring = [0, 0, 100, 0, 100, 100, 0, 100, 0, 0];
    let hole = [10, 10, 20, 10, 20, 20, 10, 20, 10, 10];
    let (area, line) = ([ring, hole].concat(), [-1, 5, 95_000_000, 471_234_567]);
    let reader = dataset(
        "river",
        &[
            (
                "a",
                vec![
                    ("kind", Cell::Int(1)),
                    ("line", Cell::List(&line)),
                    ("width_m", Cell::Int(7)),
                ],
            ),
            (
                "b",
                vec![
                    ("kind", Cell::Int(3)),
                    ("area", Cell::List(&area)),
                    ("name", Cell::Text("x\n\"y\", z")),
                ],
            ),
        ],
    );
    let written = write(&reader).unwrap();
    let text = String::from_utf8(written.clone()).unwrap();
    assert!(text.starts_with("\u{feff}id,source_id,kind,"), "{text}");
    assert!(text.contains("\"LINESTRING (-0.0000001 0.0000005, 9.5 47.1234567)\""), "{text}");
    let imported = read_strictly(&written, layer("river")).unwrap();
    assert_eq!(imported.rows, Rows::of(&reader).unwrap());
    assert_eq!((imported.absent_columns.len(), imported.ignored_columns.len()), (0, 0));
    let again = imported.rows.to_dataset(reader.meta()).unwrap();
    assert_eq!(write(&Reader::open(again).unwrap()).unwrap(), written);
}

#[test]
fn no_text_goes_out_as_a_formula_and_each_comes_back_whole() {
    let wide = "\u{ff1d}1+1";
    for text in ["=1+1", "+49", "-x", "@a", "\tx", "\rx", "'x", "''=", "'=", wide, "a=b"] {
        let reader = named(text);
        let written = write(&reader).unwrap();
        let imported = read_strictly(&written, layer("site")).unwrap();
        assert_eq!(imported.rows, Rows::of(&reader).unwrap(), "{text:?}");
        let mut raw = ::csv::ReaderBuilder::new().from_reader(&written[3..]);
        for cell in raw.records().next().unwrap().unwrap().iter().filter(|c| c.contains('x')) {
            assert!(!cell.starts_with(is_formula_start), "{cell:?}");
        }
    }
}

#[test]
fn troublesome_texts_come_back_whole_or_are_refused_for_what_nobody_sees() {
    let Some(bytes) = shared::file("badinput/blns.json") else { return };
    let texts: Vec<String> = serde_json::from_slice(&bytes).unwrap();
    let (mut whole, mut refused) = (0, 0);
    for text in texts.iter().filter(|text| !text.is_empty()) {
        let reader = named(text);
        match read_strictly(&write(&reader).unwrap(), layer("site")) {
            Ok(imported) => {
                assert_eq!(imported.rows, Rows::of(&reader).unwrap(), "{text:?}");
                whole += 1;
            }
            Err(error) => {
                assert!(error.to_string().contains("control characters"), "{text:?}: {error}");
                assert!(!text.chars().all(|c| c.is_ascii_graphic()), "{text:?}");
                refused += 1;
            }
        }
    }
    assert!(refused > 0 && refused < whole / 10, "{whole} whole, {refused} refused");
}

#[test]
fn digits_dates_and_codes_are_read_as_people_write_them() {
    let text = "code;level;valid_from_on;lon;lat;extra\n\
        \u{ff19}\u{ff19}0101001001;village;2025\u{5e74}7\u{6708}1\u{65e5};104;30.5;x\n";
    let imported = read_strictly(text.as_bytes(), layer("division")).unwrap();
    assert_eq!(imported.ignored_columns, ["extra"]);
    let row = &imported.rows.rows[0];
    assert_eq!(row.source_id, "line/2");
    let value = |name| row.value(layer("division"), name).unwrap().clone();
    use crate::rows::Value::{Text, Whole};
    assert_eq!(value("code"), Whole(990_101_001_001));
    assert_eq!(value("level"), Whole(5));
    assert_eq!(value("valid_from_on"), Text("2025-07-01".to_owned()));
    assert_eq!((value("lon"), value("lat")), (Whole(1_040_000_000), Whole(305_000_000)));
}

#[test]
fn bad_lines_are_named_and_good_ones_stay() {
    let text = "source_id,kind,lon,lat,name\n\
        a,school,9.5,47.1,\"two\nlines\"\n\
        b,castle,9.5,47.1,x\n\
        c,school,9.5\n\
        d,,9.5,47.1,x\n\
        a,school,9.5,47.1,x\n\
        e,school,95,147.1,x\n\
        f,hospital,9.5,47.1,y\n";
    let imported = read(text.as_bytes(), layer("site")).unwrap();
    let found: Vec<_> =
        imported.rejected.iter().map(|line| (line.line, line.error.to_string())).collect();
    let want = [
        (4, "the column kind: \"castle\" is no code of the column"),
        (5, "3 cells, the first line has 5"),
        (6, "the column kind needs a value"),
        (7, "the source_id \"a\" stands in an earlier line"),
        (8, "the column lat: \"147.1\" is no number of degrees"),
    ];
    assert_eq!(found, want.map(|(line, text)| (line, text.to_owned())));
    assert_eq!(imported.rows.rows.len(), 2);
    let strict = read_strictly(text.as_bytes(), layer("site")).unwrap_err().to_string();
    assert!(strict.starts_with("5 lines were refused; the first, line 4:"), "{strict}");
}

#[test]
fn bad_shapes_are_refused_by_what_is_wrong() {
    for (shape, reason) in [
        ("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", "a ring that crosses or touches itself"),
        ("POLYGON ((0 0, 1 0, 1 1))", "a ring that is not closed"),
        ("POLYGON ((0 0, NaN 0, 1 1, 0 0))", "a position that is not finite"),
        ("POLYGON ((0 0, 190 0, 1 1, 0 0))", "a position that is not on the globe"),
        ("POLYGON ((0 0, 1 0, 1 1, 0 0)) x", "something after the geometry"),
        (
            "MULTIPOLYGON (((0 0, 2 0, 2 2, 0 2, 0 0)), ((1 0, 3 0, 3 2, 1 2, 1 0)))",
            "polygons that overlap",
        ),
        (
            "POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0), (5 5, 6 5, 6 6, 5 5))",
            "a hole that is not inside its outline",
        ),
        ("POINT (0 0)", "no POLYGON or MULTIPOLYGON"),
        ("POLYGON", "not well-known text"),
    ] {
        let text = format!("kind,area\nlake,\"{shape}\"\n");
        let imported = read(text.as_bytes(), layer("river")).unwrap();
        assert_eq!(imported.rejected[0].error.to_string(), format!("the column area: {reason}"));
    }
}

#[test]
fn other_files_are_refused_by_name() {
    let site = layer("site");
    assert_eq!(read(b"", site), Err(CsvError::NoHeader));
    assert_eq!(read(b"\n\n", site), Err(CsvError::NoHeader));
    assert_eq!(read(b"name\nx\n", site), Err(CsvError::MissingColumn("lon")));
    let twice = read(b"kind,lon,lat,kind\n", site);
    assert_eq!(twice, Err(CsvError::RepeatedColumn("kind".to_owned())));
    assert_eq!(
        read(b"kind,lon,lat\nschool,1,2\n\xd1\xa7\xd0", site),
        Err(CsvError::NotText { line: 3 })
    );
    assert_eq!(read(b"kind,lon,lat,name\nschool,1,2,\"cut o", site), Err(CsvError::OpenQuote));
    assert_eq!(read(b"PK\x03\x04", site), Err(CsvError::MissingColumn("lon")));
}

proptest! {
    #![proptest_config(crate::spoil::cases(500))]

    #[test]
    fn any_bytes_give_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes, layer("site"));
        let _ = read(&[b"kind,lon,lat,name\n".as_slice(), &bytes].concat(), layer("site"));
        let area = [b"kind,area,line\nlake,POLYGON ((".as_slice(), &bytes].concat();
        let _ = read(&area, layer("river"));
    }

    #[test]
    fn any_text_comes_back(text in "\\PC{1,30}") {
        let reader = named(&text);
        let imported = read_strictly(&write(&reader).unwrap(), layer("site")).unwrap();
        prop_assert_eq!(imported.rows, Rows::of(&reader).unwrap());
    }

    #[test]
    fn spoiled_tables_give_an_answer(edits in edits(&[b"\"", b"\n", b",", b"((", b"NaN", b"'"])) {
        let sound = b"source_id,kind,line,area\na,lake,,\"POLYGON ((0 0, 1 0, 1 1, 0 0))\"\n\
            b,river,\"LINESTRING (0 0, 1 1)\",\n";
        let _ = read(&spoil(sound.to_vec(), &edits), layer("river"));
    }
}
