//! The made-up place as dataset files.

use datasets::{Cell, DatasetError, Meta, Table};
use kernel::LonLat;

use crate::hazard::{self, Zone};
use crate::landcover;
use crate::make::{AS_OF_ON, Ground};
use crate::model::{County, LayerFile, Name, People, Site};
use crate::names::Names;
use crate::network::structure;
use crate::plan::class;
use crate::rng::{Rng, mix};
use crate::water;

type Rows = Result<Table, DatasetError>;

/// All layers. A row that does not fit its layer is a mistake in this crate, found by its tests.
pub(crate) fn layers(ground: &Ground, county: &County, names: &mut Names) -> Vec<LayerFile> {
    let shown = landcover::shown(ground);
    let reaches = water::reaches(&ground.relief, &shown, names);
    let wanted = if ground.numbers.has_main_roads { 7 } else { 1 };
    let lakes = water::lakes(&ground.relief, &ground.settled, &ground.plan.links, wanted, names);
    let made: [(&'static str, Rows); 10] = [
        ("division", divisions(county)),
        ("settlement", settlements(county)),
        ("building", buildings(ground)),
        ("road", roads(ground, county, names)),
        ("site", sites(county)),
        ("enterprise", enterprises(county)),
        ("river", rivers(ground, &reaches, &lakes)),
        ("hazard_zone", zones(ground, names)),
        ("coverage", coverage(ground)),
        ("land", landcover::land(ground, &shown)),
    ];
    let file = |(name, table): (&'static str, Rows)| {
        let meta = Meta::new(name, "1", "made up by Anlan (synth 1)", AS_OF_ON, "CC0-1.0")
            .with_seed(ground.seed);
        let bytes = table.and_then(|t| t.finish(&meta)).expect("rows fit the catalogue");
        LayerFile { name, bytes }
    };
    made.into_iter().map(file).collect()
}

fn point(at: LonLat) -> [(&'static str, Cell<'static>); 2] {
    [("lon", Cell::Int(at.lon_e7)), ("lat", Cell::Int(at.lat_e7))]
}

fn named(name: &Name) -> [(&'static str, Cell<'_>); 2] {
    [("name", Cell::Text(&name.zh)), ("name_en", Cell::Text(&name.en))]
}

/// A code of the catalogue by its name.
fn code(layer: &str, column: &str, name: &str) -> Cell<'static> {
    let found = datasets::layer(layer).and_then(|l| l.code(column, name));
    debug_assert!(found.is_some(), "{layer}.{column} has no code {name}");
    found.into()
}

/// An area or line, unknown where there is none.
fn shape(list: &[i32]) -> Cell<'_> {
    if list.is_empty() { Cell::Unknown } else { Cell::List(list) }
}

pub(crate) fn divisions(county: &County) -> Rows {
    let mut table = Table::of("division")?;
    for d in &county.divisions {
        let mut row = vec![
            ("code", Cell::Long(d.code.0 as i64)),
            ("parent", d.parent.map(|p| p.0 as i64).into()),
            ("level", Cell::Int(i32::from(d.level))),
            ("kind", code("division", "kind", d.kind)),
            ("valid_from_on", Cell::Text("2020-01-01")),
            ("area_m2", (d.area_m2 > 0).then_some(d.area_m2).into()),
            ("boundary", shape(&d.boundary)),
        ];
        row.extend(point(d.centre));
        row.extend(named(&d.name));
        table.push(&d.code.to_string(), &row)?;
    }
    Ok(table)
}

const MEN: [&str; 6] = ["men_0", "men_1_4", "men_5_14", "men_15_59", "men_60_79", "men_80"];
const WOMEN: [&str; 6] =
    ["women_0", "women_1_4", "women_5_14", "women_15_59", "women_60_79", "women_80"];

fn settlements(county: &County) -> Rows {
    let mut table = Table::of("settlement")?;
    for v in &county.villages {
        let int = |count: i64| Cell::Int(i32::try_from(count).unwrap_or(i32::MAX));
        let mut row = vec![
            ("place", Cell::Long(v.code.0 as i64)),
            ("basis", code("settlement", "basis", "counted")),
            ("households", v.households.into()),
            ("people_low", int(v.estimate.low)),
            ("people_mid", int(v.estimate.mid)),
            ("people_high", int(v.estimate.high)),
            ("watch", Cell::Text(&v.officer)),
        ];
        if let Some(people) = &v.people {
            row.extend(groups(people));
        }
        row.extend(point(v.centre));
        row.extend(named(&v.name));
        table.push(&v.code.to_string(), &row)?;
    }
    Ok(table)
}

/// Age bands and vulnerable groups.
fn groups(people: &People) -> Vec<(&'static str, Cell<'static>)> {
    let mut row = vec![
        ("infants_under_6_months", Cell::Int(people.infants_under_6_months)),
        ("infants_6_to_24_months", Cell::Int(people.infants_6_to_24_months)),
        ("pregnant_or_nursing", Cell::Int(people.pregnant_or_nursing)),
        ("bedridden", Cell::Int(people.bedridden)),
        ("living_alone_60", Cell::Int(people.living_alone_60)),
        ("disabled", Cell::Int(people.disabled)),
        ("chronically_ill", Cell::Int(people.chronically_ill)),
    ];
    row.extend(MEN.iter().zip(people.men).map(|(name, n)| (*name, Cell::Int(n))));
    row.extend(WOMEN.iter().zip(people.women).map(|(name, n)| (*name, Cell::Int(n))));
    row
}

fn buildings(ground: &Ground) -> Rows {
    let mut table = Table::of("building")?;
    let mut rng = Rng::of(ground.seed, "building rows");
    for (i, b) in ground.buildings.iter().enumerate() {
        let at = ground.grid.position(b.plot.x, b.plot.y);
        let footprint = b.footprint(ground.grid);
        // Some years were never written down.
        let year = (!rng.chance(30)).then_some(b.built_year);
        let row = [
            ("lon", Cell::Int(at.lon_e7)),
            ("lat", Cell::Int(at.lat_e7)),
            ("place", Cell::Long(ground.codes[b.village].0 as i64)),
            ("use", Cell::Int(b.usage as i32)),
            ("structure", Cell::Int(b.structure as i32)),
            ("storeys", Cell::Int(b.storeys)),
            ("built_year", year.into()),
            ("floor_area_m2", Cell::Int(b.floor_area_m2())),
            ("people_night", Cell::Int(b.people_night)),
            ("people_day", Cell::Int(b.people_day)),
            ("footprint", Cell::List(&footprint)),
        ];
        table.push(&format!("B{i:06}"), &row)?;
    }
    Ok(table)
}

/// Width in cm, speed in km/h, load in kg of a bridge, by class 1 to 9.
const WIDTH_CM: [i32; 9] = [2400, 1200, 900, 700, 600, 450, 700, 300, 120];
const SPEED_KM_H: [i32; 9] = [100, 70, 60, 50, 40, 30, 30, 15, 4];
const BRIDGE_KG: [i32; 9] = [55_000, 49_000, 49_000, 30_000, 20_000, 10_000, 20_000, 5_000, 300];

fn roads(ground: &Ground, county: &County, names: &mut Names) -> Rows {
    let mut table = Table::of("road")?;
    for s in &county.roads.segments {
        let line: Vec<i32> = s.line.iter().flat_map(|p| [p.lon_e7, p.lat_e7]).collect();
        let (i, chance) = (usize::from(s.class) - 1, mix(s.length_mm as u64 ^ 0x60ad) % 100);
        let is_bridge = s.structure == structure::BRIDGE;
        // Village roads and tracks were surveyed in part only.
        let surveyed = s.class <= class::TOWNSHIP || chance < 72;
        let load = is_bridge.then_some(BRIDGE_KG[i]).filter(|_| surveyed);
        let height = (s.structure == structure::TUNNEL).then_some(500);
        let surface = match s.class {
            ..=class::COUNTY => "asphalt",
            class::TOWNSHIP | class::VILLAGE | class::STREET => "concrete",
            _ => "earth",
        };
        let name = road_name(ground, county, s, names);
        let mut row = vec![
            ("from_node", Cell::Long(i64::from(s.from))),
            ("to_node", Cell::Long(i64::from(s.to))),
            ("line", Cell::List(&line)),
            ("class", Cell::Int(i32::from(s.class))),
            ("structure", Cell::Int(i32::from(s.structure))),
            ("oneway", Cell::Int(0)),
            ("length_mm", Cell::Int(s.length_mm as i32)),
            ("rise_m", s.rise_fall_m.map(|m| m.0).into()),
            ("fall_m", s.rise_fall_m.map(|m| m.1).into()),
            ("surface", code("road", "surface", surface)),
            ("width_cm", surveyed.then_some(WIDTH_CM[i]).into()),
            ("height_cm", height.into()),
            ("load_kg", load.into()),
            ("speed_km_h", Cell::Int(SPEED_KM_H[i])),
            ("place", s.village.map(|v| ground.codes[v].0 as i64).into()),
            ("road_number", (!s.number.is_empty()).then_some(s.number.as_str()).into()),
        ];
        if let Some(name) = &name {
            row.extend(named(name));
        }
        table.push(&s.source_id, &row)?;
    }
    Ok(table)
}

/// The name of a segment: its own for a bridge or tunnel of a road that has a number, else the
/// road's.
fn road_name(
    ground: &Ground,
    county: &County,
    s: &crate::network::RoadSegment,
    names: &Names,
) -> Option<Name> {
    let pattern = match s.structure {
        structure::BRIDGE => Some("bridge"),
        structure::TUNNEL => Some("tunnel"),
        _ => None,
    };
    if let (Some(pattern), Some(village)) = (pattern, s.village) {
        return Some(names.by(pattern, &[&ground.bare[village]]));
    }
    let (a, b) = s.ends?;
    (s.class <= class::TOWNSHIP && a < county.villages.len() && b < county.villages.len())
        .then(|| names.by("road", &[&ground.bare[a], &ground.bare[b]]))
}

fn sites(county: &County) -> Rows {
    let mut table = Table::of("site")?;
    for s in &county.sites {
        let mut row = site_row(s);
        row.push(("road_node", s.road_node.map(i64::from).into()));
        table.push(&s.id, &row)?;
    }
    Ok(table)
}

/// The cells of a site but for its road node.
pub(crate) fn site_row(s: &Site) -> Vec<(&'static str, Cell<'_>)> {
    let mut row = vec![
        ("place", Cell::Long(s.place.0 as i64)),
        ("kind", code("site", "kind", s.kind)),
        ("capacity", s.capacity.into()),
        ("area_m2", s.area_m2.into()),
        ("elevation_m", s.elevation_m.into()),
        ("phone", s.phone.as_deref().into()),
        ("post", s.post.as_deref().into()),
    ];
    row.extend(point(s.at));
    row.extend(named(&s.name));
    row
}

fn enterprises(county: &County) -> Rows {
    let mut table = Table::of("enterprise")?;
    for e in &county.enterprises {
        let major = e.dangers.iter().filter(|d| d.grade == "major").count() as i32;
        let worst = ["red", "orange", "yellow", "blue"]
            .into_iter()
            .find(|grade| e.risk_points.iter().any(|p| p.grade == *grade));
        let substances = e.substances.join(";");
        let mut row = vec![
            ("place", Cell::Long(e.place.0 as i64)),
            ("sector", code("enterprise", "sector", &e.sector)),
            ("hazardous_chemicals", Cell::Int(i32::from(e.is_hazchem))),
            ("major_hazard_class", e.major_hazard_class.into()),
            ("substances", Cell::Text(&substances)),
            ("risk", worst.map_or(Cell::Unknown, |g| code("enterprise", "risk", g))),
            ("risk_points", Cell::Int(e.risk_points.len() as i32)),
            ("open_dangers", Cell::Int(e.dangers.len() as i32)),
            ("open_major_dangers", Cell::Int(major)),
            ("staff", Cell::Int(e.staff)),
            ("phone", Cell::Text(&e.phone)),
            ("post", Cell::Text(&e.safety_manager)),
        ];
        row.extend(point(e.at));
        row.extend(named(&e.name));
        table.push(&e.id, &row)?;
    }
    Ok(table)
}

fn rivers(ground: &Ground, reaches: &[water::Reach], lakes: &[water::Lake]) -> Rows {
    let mut table = Table::of("river")?;
    for (i, reach) in reaches.iter().enumerate() {
        let line = landcover::rounded_line(ground, &reach.cells);
        let kind = if reach.is_river { "river" } else { "stream" };
        let mut row = vec![
            ("kind", code("river", "kind", kind)),
            ("stream_order", Cell::Int(reach.stream_order)),
            ("width_m", Cell::Int(reach.width_m)),
            ("catchment_km2", Cell::Int(reach.catchment_km2)),
            ("line", Cell::List(&line)),
        ];
        if let Some(name) = &reach.name {
            row.extend(named(name));
        }
        table.push(&format!("W{i:05}"), &row)?;
    }
    for (i, lake) in lakes.iter().enumerate() {
        let area = landcover::area_of(ground.grid, &lake.cells);
        let mut row =
            vec![("kind", code("river", "kind", "reservoir")), ("area", Cell::List(&area))];
        row.extend(named(&lake.name));
        table.push(&format!("K{i:03}"), &row)?;
    }
    Ok(table)
}

fn zones(ground: &Ground, names: &Names) -> Rows {
    let mut table = Table::of("hazard_zone")?;
    let near = landcover::near_houses(ground);
    let wanted = if ground.numbers.has_main_roads { 260 } else { 9 };
    let mut zones = hazard::floods(&ground.relief, &ground.settled);
    zones.extend(hazard::slopes(ground.seed, &ground.relief, &ground.settled, &near, wanted));
    zones.extend(hazard::fault(ground.seed, &ground.relief, &ground.settled));
    for (i, zone) in zones.iter().enumerate() {
        let name = zone_name(ground, zone, names);
        let mut row = vec![
            ("hazard", code("hazard_zone", "hazard", zone.hazard)),
            ("feature", code("hazard_zone", "feature", zone.feature)),
            ("place", Cell::Long(ground.place(zone.cell).0 as i64)),
            ("return_period_years", zone.return_period_years.into()),
            ("grade", Cell::Int(zone.grade)),
            ("depth_cm", zone.depth_cm.into()),
            ("people_threatened", zone.people_threatened.into()),
            ("line", shape(&zone.line)),
            ("area", shape(&zone.area)),
        ];
        row.extend(point(zone.at));
        row.extend(named(&name));
        table.push(&format!("Z{i:05}"), &row)?;
    }
    Ok(table)
}

fn zone_name(ground: &Ground, zone: &Zone, names: &Names) -> Name {
    let bare = ground.village(zone.cell).map_or_else(|| names.county(), |v| ground.bare[v].clone());
    let years = zone.return_period_years.unwrap_or(0).to_string();
    let years = Name { zh: years.clone(), en: years };
    let pattern = match zone.feature {
        "flood_zone" => "flood_zone",
        "debris_flow_gully" => "debris_flow",
        "fault" => "fault",
        _ => "landslide",
    };
    names.by(pattern, &[&bare, &years])
}

fn coverage(ground: &Ground) -> Rows {
    let mut table = Table::of("coverage")?;
    let stations = hazard::stations(ground.seed, &ground.relief, &ground.settled);
    for (i, station) in stations.iter().enumerate() {
        let at = ground.grid.centre(station.cell);
        let area = hazard::circle(at, f64::from(station.radius_m));
        let mut row = vec![
            ("place", Cell::Long(ground.place(station.cell).0 as i64)),
            ("service", code("coverage", "service", station.service)),
            ("operator", Cell::Text(station.operator)),
            ("radius_m", Cell::Int(station.radius_m)),
            ("backup_hours", station.backup_hours.into()),
            ("area", Cell::List(&area)),
        ];
        row.extend(point(at));
        table.push(&format!("C{i:05}"), &row)?;
    }
    Ok(table)
}
