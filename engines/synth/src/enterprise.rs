//! Enterprises with their risk points and the hidden dangers that are open.

use serde::Deserialize;

use crate::make::Ground;
use crate::model::{Danger, Enterprise, Name, RiskPoint};
use crate::names::{Names, fill};
use crate::rng::Rng;
use crate::settle::by_distance;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EnterprisesFile {
    sector: Vec<Sector>,
    danger: Vec<Found>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sector {
    sector: String,
    weight: u32,
    name: [String; 2],
    hazardous: bool,
    staff: [i32; 2],
    substances: Vec<String>,
    /// Name zh, name en, grade.
    points: Vec<[String; 3]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Found {
    /// Sectors it is found in; empty: any.
    sectors: Vec<String>,
    grade: String,
    criterion: String,
    found: [String; 2],
}

pub(crate) fn enterprises(ground: &Ground, names: &mut Names) -> Vec<Enterprise> {
    let file: EnterprisesFile = toml::from_str(include_str!("../data/enterprises.toml"))
        .expect("data/enterprises.toml is well formed");
    let mut rng = Rng::of(ground.seed, "enterprise");
    let weights: Vec<u32> = file.sector.iter().map(|s| s.weight).collect();
    let people: Vec<u32> = ground.settled.spots.iter().map(|s| s.people as u32).collect();
    let mut all = Vec::new();
    for n in 0..ground.numbers.enterprises {
        // The first ones make sure that every place has some chemicals and something with a dam.
        let sector = &file.sector[if n < 3 { n } else { rng.weighted(&weights) }];
        let village = rng.weighted(&people);
        let id = format!("E{:04}", n + 1);
        let cell = spot(ground, village, &mut rng);
        let (x, y) = ground.grid.xy(cell);
        let points: Vec<RiskPoint> = sector
            .points
            .iter()
            .enumerate()
            .map(|(i, [zh, en, grade])| RiskPoint {
                id: format!("{id}.{}", i + 1),
                name: Name { zh: zh.clone(), en: en.clone() },
                grade: grade.clone(),
            })
            .collect();
        let bare = names.place();
        all.push(Enterprise {
            name: fill(&sector.name, &[&bare]),
            sector: sector.sector.clone(),
            place: ground.codes[village],
            at: ground.grid.position(f64::from(x) + rng.unit(), f64::from(y) + rng.unit()),
            staff: rng.range(sector.staff[0], sector.staff[1]),
            is_hazchem: sector.hazardous,
            major_hazard_class: major_hazard(sector, &mut rng),
            substances: substances(sector, &mut rng),
            safety_manager: format!("enterprise.{}.safety", n + 1),
            phone: names.phone(),
            dangers: dangers(&file, sector, &id, &points, n == 0, &mut rng),
            risk_points: points,
            id,
        });
    }
    all
}

/// Ground for a works: beside the houses, not in a stream.
fn spot(ground: &Ground, village: usize, rng: &mut Rng) -> usize {
    let middle = ground.settled.spots[village].cell;
    let fit: Vec<usize> = by_distance(ground.grid, middle, 12)
        .into_iter()
        .filter(|c| ground.village(*c) == Some(village))
        .filter(|c| !ground.relief.is_stream(*c) && ground.relief.slope[*c] < 0.2)
        .skip(12)
        .collect();
    if fit.is_empty() { middle } else { *rng.pick(&fit) }
}

fn major_hazard(sector: &Sector, rng: &mut Rng) -> Option<i32> {
    (sector.sector == "hazardous_chemicals" && rng.chance(700)).then(|| rng.range(1, 4))
}

fn substances(sector: &Sector, rng: &mut Rng) -> Vec<String> {
    let mut held: Vec<String> =
        sector.substances.iter().filter(|_| rng.chance(600)).cloned().collect();
    if held.is_empty() {
        held.extend(sector.substances.first().cloned());
    }
    held
}

fn dangers(
    file: &EnterprisesFile,
    sector: &Sector,
    id: &str,
    points: &[RiskPoint],
    always: bool,
    rng: &mut Rng,
) -> Vec<Danger> {
    let fit: Vec<&Found> = file
        .danger
        .iter()
        .filter(|d| d.sectors.is_empty() || d.sectors.contains(&sector.sector))
        .collect();
    let count = rng.weighted(&[50, 30, 14, 6]);
    let mut dangers = Vec::new();
    for n in 0..count.max(usize::from(always)) {
        let found = if always && n == 0 { fit[0] } else { *rng.pick(&fit) };
        // What only some sectors have is found where their risk is worst, which is listed first.
        let point = if found.sectors.is_empty() { rng.pick(points) } else { &points[0] };
        dangers.push(Danger {
            id: format!("{id}.d{}", n + 1),
            risk_point: point.id.clone(),
            grade: found.grade.clone(),
            criterion: found.criterion.clone(),
            found: Name { zh: found.found[0].clone(), en: found.found[1].clone() },
            found_on: format!("2026-{:02}-{:02}", rng.range(3, 6), rng.range(1, 28)),
            found_by: format!("inspector.{}", rng.range(1, 4)),
        });
    }
    dangers
}
