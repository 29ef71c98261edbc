use datasets::{Cell, Meta, Reader, Table};

use crate::{Carrier, Class, Graph};

#[test]
fn a_graph_comes_from_a_dataset() {
    let mut table = Table::of("road").unwrap();
    let line = [1_100_000_000, 300_000_000, 1_100_100_000, 300_000_000];
    let cells: Vec<(&str, Cell)> = vec![
        ("from_node", 5i64.into()),
        ("to_node", 9i64.into()),
        ("line", Cell::List(&line)),
        ("class", 4.into()),
        ("structure", 1.into()),
        ("oneway", 0.into()),
        ("length_mm", 963_000.into()),
        ("rise_m", 12.into()),
        ("fall_m", Cell::Unknown),
        ("width_cm", 0.into()),
        ("load_kg", 20_000.into()),
    ];
    table.push("way/1", &cells).unwrap();
    let bytes = table.finish(&Meta::new("road", "1", "test", "2026-07-01", "CC0")).unwrap();
    let graph = Graph::from_dataset(&Reader::open(bytes).unwrap()).unwrap();
    assert_eq!((graph.node_count(), graph.arcs().len()), (2, 2));
    let segment = &graph.segments()[0];
    assert_eq!((segment.class, segment.carrier), (Class::County, Carrier::Bridge));
    assert_eq!((segment.width_cm, segment.load_kg), (None, Some(20_000)));
    assert_eq!(segment.id, datasets::row_id("road", "way/1"));
    let arc = graph.arcs()[segment.along as usize];
    assert_eq!((graph.node_id(arc.tail), arc.climb_m), (5, Some(12)));
}
