//! What a reader elsewhere relies on: nothing lost, unknown stays unknown, damage is named.

use super::*;

fn meta(layer: &str) -> Meta {
    Meta::new(layer, "1", "house test", "2026-07-01", "CC0-1.0").with_seed(7)
}

/// `count` buildings on a lattice; every third has no known year.
fn buildings(count: i32) -> Vec<u8> {
    let mut table = Table::of("building").unwrap();
    for i in 0..count {
        let (lon, lat) = (1_080_000_000 + (i % 100) * 9_000, 300_000_000 + (i / 100) * 9_000);
        let ring = [lon, lat, lon + 900, lat, lon + 900, lat + 900, lon, lat];
        let year = (i % 3 != 0).then_some(1950 + i % 70);
        let cells = [
            ("lon", Cell::Int(lon)),
            ("lat", Cell::Int(lat)),
            ("place", Cell::Long(990_102_100_201)),
            ("name", if i % 2 == 0 { Cell::Text("龙潭小学") } else { Cell::Unknown }),
            ("structure", Cell::Int(1 + i % 6)),
            ("built_year", year.into()),
            ("footprint", Cell::List(&ring)),
        ];
        table.push(&format!("B{i:06}"), &cells).unwrap();
    }
    table.finish(&meta("building")).unwrap()
}

#[test]
fn what_goes_in_comes_out_and_unknown_stays_unknown() {
    let reader = Reader::open(buildings(10_000)).unwrap();
    assert_eq!((reader.rows(), reader.batch_count()), (10_000, 3));
    assert_eq!(reader.meta(), &meta("building"));
    let (mut rows, mut unknown) = (0, 0);
    for batch in reader.batches() {
        let batch = batch.unwrap();
        let (ids, years) = (batch.texts("source_id").unwrap(), batch.ints("built_year").unwrap());
        let (lists, lons) = (batch.lists("footprint").unwrap(), batch.ints("lon").unwrap());
        for row in 0..batch.len() {
            let i: i32 = ids.get(row).unwrap()[1..].parse().unwrap();
            assert_eq!(years.get(row), (i % 3 != 0).then_some(1950 + i % 70));
            assert_eq!(lists.get(row).unwrap()[0], lons.values()[row]);
            let id = row_id("building", ids.get(row).unwrap()).to_string();
            assert_eq!(batch.texts("id").unwrap().get(row), Some(id.as_str()));
            unknown += usize::from(years.get(row).is_none());
        }
        assert_eq!(batch.texts("name").unwrap().get(batch.len()), None);
        rows += batch.len();
    }
    assert_eq!((rows, unknown), (10_000, 3_334));
}

#[test]
fn the_same_rows_give_the_same_bytes_in_whatever_order_they_came() {
    let rows: Vec<i32> = (0..500).collect();
    let write = |order: &[i32]| {
        let mut table = Table::of("site").unwrap();
        for i in order {
            let (lon, lat) = (Cell::Int(i * 37 % 400), Cell::Int(i * 91 % 300));
            table
                .push(&format!("S{i}"), &[("lon", lon), ("lat", lat), ("kind", 1.into())])
                .unwrap();
        }
        table.finish(&meta("site")).unwrap()
    };
    let backwards: Vec<i32> = rows.iter().rev().copied().collect();
    assert_eq!(write(&rows), write(&backwards));
}

#[test]
fn values_are_read_in_place() {
    let bytes = buildings(5_000);
    let place = bytes.as_ptr() as usize..bytes.as_ptr() as usize + bytes.len();
    let reader = Reader::open(bytes).unwrap();
    let batch = reader.batch(1).unwrap();
    for at in [
        batch.ints("lon").unwrap().values().as_ptr() as usize,
        batch.longs("place").unwrap().values().as_ptr() as usize,
        batch.lists("footprint").unwrap().get(3).unwrap().as_ptr() as usize,
        batch.texts("name").unwrap().get(0).unwrap_or("").as_ptr() as usize,
    ] {
        assert!(place.contains(&at) || at < 16);
    }
}

#[test]
fn bounds_name_the_batches_that_matter() {
    let reader = Reader::open(buildings(10_000)).unwrap();
    let extent = reader.extent().unwrap();
    assert_eq!(reader.overlapping(&extent).len(), reader.batch_count());
    let far = Bounds { west: 0, south: 0, east: 10, north: 10 };
    assert!(reader.overlapping(&far).is_empty());
    for i in 0..reader.batch_count() {
        let (batch, bounds) = (reader.batch(i).unwrap(), reader.bounds(i).unwrap());
        let (lon, lat) = (batch.ints("lon").unwrap(), batch.ints("lat").unwrap());
        for row in 0..batch.len() {
            let point = LonLat { lon_e7: lon.values()[row], lat_e7: lat.values()[row] };
            assert!(bounds.overlaps(&Bounds::of(point)));
        }
    }
}

#[test]
fn a_row_is_found_by_its_lasting_id() {
    let reader = Reader::open(buildings(5_000)).unwrap();
    let (batch, row) = reader.find(row_id("building", "B004321")).unwrap().unwrap();
    let found = reader.batch_of(batch, &["source_id"]).unwrap();
    assert_eq!(found.texts("source_id").unwrap().get(row), Some("B004321"));
    assert!(found.ints("lon").is_err(), "columns not asked for are not there");
    assert_eq!(reader.find(row_id("building", "B999999")).unwrap(), None);
}

#[test]
fn near_rows_lie_near_each_other_on_the_curve() {
    let steps: Vec<u64> = (0..4)
        .flat_map(|x| (0..4).map(move |y| (x, y)))
        .map(|(x, y)| hilbert_key(LonLat { lon_e7: x - 1_800_000_000, lat_e7: y - 900_000_000 }))
        .collect();
    let mut sorted = steps.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..16).collect::<Vec<u64>>(), "a 4 x 4 corner is the curve's first 16");
    let mut by_key: Vec<(u64, usize)> = steps.into_iter().zip(0..).collect();
    by_key.sort_unstable();
    for pair in by_key.windows(2) {
        let (a, b) = (pair[0].1, pair[1].1);
        assert_eq!((a / 4).abs_diff(b / 4) + (a % 4).abs_diff(b % 4), 1, "steps go to a neighbour");
    }
}

#[test]
fn rows_that_do_not_fit_are_refused_with_the_column() {
    let mut table = Table::of("site").unwrap();
    let point = [("lon", Cell::Int(1)), ("lat", Cell::Int(1)), ("kind", Cell::Int(1))];
    let mut refuse = |more: (&str, Cell), word: &str| {
        let cells: Vec<(&str, Cell)> = point.iter().copied().chain([more]).collect();
        let said = table.push("S1", &cells).unwrap_err().to_string();
        assert!(said.contains(word), "{said}");
        assert!(table.is_empty());
    };
    refuse(("colour", Cell::Int(1)), "colour");
    refuse(("lon", Cell::Int(1)), "twice");
    refuse(("name", Cell::Int(1)), "name");
    refuse(("id", Cell::Text("x")), "id");
    let mut table = Table::of("site").unwrap();
    assert!(table.push("S1", &point[..2]).unwrap_err().to_string().contains("kind"));
    let off = [("lon", Cell::Int(1)), ("lat", Cell::Int(900_000_001)), ("kind", Cell::Int(1))];
    assert!(table.push("S1", &off).unwrap_err().to_string().contains("globe"));
    table.push("S1", &point).unwrap();
    table.push("S1", &point).unwrap();
    assert!(table.finish(&meta("site")).unwrap_err().to_string().contains("twice"));
}

#[test]
fn a_file_cut_short_anywhere_is_an_error_that_names_its_part() {
    let whole = buildings(300);
    for length in (0..whole.len()).step_by(97) {
        let error = Reader::open(whole[..length].to_vec()).unwrap_err();
        assert!(matches!(error, DatasetError::Damaged { .. }), "{error}");
    }
    let wrong = Reader::open(b"PK\x03\x04 a workbook, not a dataset".to_vec()).unwrap_err();
    assert_eq!(wrong.to_string().split(':').next(), Some("dataset start of the file"));
}

#[test]
fn no_single_changed_byte_can_stop_the_program() {
    let whole = buildings(40);
    let mut named = 0;
    for at in 0..whole.len() {
        for change in [0x01, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= change;
            let Ok(reader) = Reader::open(bytes) else {
                named += 1;
                continue;
            };
            for batch in reader.batches() {
                let Ok(batch) = batch else {
                    named += 1;
                    continue;
                };
                for row in 0..batch.len() {
                    let _ = batch.lists("footprint").map(|l| l.get(row).map(<[i32]>::len));
                    let _ = batch.texts("name").map(|t| t.get(row).map(str::len));
                }
            }
        }
    }
    assert!(named > 1000, "{named} changes were found");
}

#[test]
fn a_newer_format_is_refused_in_words() {
    let mut bytes = buildings(1);
    let key = b"anlan.dataset";
    let places: Vec<usize> =
        (0..bytes.len() - key.len()).filter(|i| &bytes[*i..*i + key.len()] == key).collect();
    let last = *places.last().unwrap();
    let one = (last.saturating_sub(40)..last)
        .rev()
        .find(|i| bytes[*i] == b'1')
        .or_else(|| (last + key.len()..last + 60).find(|i| bytes[*i] == b'1'));
    bytes[one.unwrap()] = b'9';
    assert_eq!(Reader::open(bytes).unwrap_err(), DatasetError::Newer { found: 9, known: 1 });
}

#[test]
fn an_empty_layer_is_a_file_too() {
    let bytes = Table::of("road").unwrap().finish(&meta("road")).unwrap();
    let reader = Reader::open(bytes).unwrap();
    assert_eq!((reader.rows(), reader.batch_count(), reader.extent()), (0, 0, None));
}

#[test]
fn rings_are_told_apart_by_their_closing_position() {
    let area = [0, 0, 9, 0, 9, 9, 0, 0, 1, 1, 2, 1, 2, 2, 1, 1];
    assert_eq!(rings(&area), vec![&area[..8], &area[8..]]);
    assert_eq!(rings(&area[..6]), vec![&area[..6]], "an unclosed ring is not lost");
    assert!(rings(&[]).is_empty() && rings(&[1]).is_empty());
}

#[test]
fn the_document_is_in_step_with_the_catalogue() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/formats/dataset.md");
    let mut page = String::new();
    let mut file = std::fs::OpenOptions::new().read(true).open(path).expect("the document");
    std::io::Read::read_to_string(&mut file, &mut page).unwrap();
    assert!(
        page == document(),
        "stale: cargo run -q -p datasets --example print_document > docs/formats/dataset.md"
    );
}

#[test]
fn the_catalogue_holds_together() {
    for layer in catalogue::LAYERS {
        let names: Vec<&str> = layer.columns.iter().map(|c| c.name).collect();
        assert_eq!(&names[..2], ["id", "source_id"], "{}", layer.name);
        for column in layer.columns {
            assert_eq!(names.iter().filter(|n| **n == column.name).count(), 1, "{}", column.name);
            assert!(column.meaning.ends_with('.'), "{}", column.name);
            for (code, name) in column.codes {
                assert_eq!(column.code(name), Some(*code));
                assert_eq!(column.code_name(*code), Some(*name));
            }
        }
    }
    let hazards = layer("hazard_zone").unwrap().column("hazard").unwrap();
    for kind in kernel::HazardKind::ALL {
        assert_eq!(hazards.code(kind.name()), Some(*kind as i32));
    }
}
