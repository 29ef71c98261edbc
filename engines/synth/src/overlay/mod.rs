//! A made-up county's offices laid over a real area: divisions, posts, forces, depots with lots,
//! shelters.
//!
//! The area comes as dataset layers from outside, as an import left them: settlements with their
//! people, roads, buildings, sites, waters. Nothing about the ground is made up here: no relief, no
//! flood zone, no age band; what the layers do not say stays unknown. What is made up (codes begin
//! with 99, telephone numbers with three zeros) follows from the seed and the layers' bytes alone.

mod area;
mod rows;
mod sites;
#[cfg(test)]
mod tests;
mod units;

use datasets::{DatasetError, Reader};

use crate::forces;
use crate::frame::{Frame, Town, Unit};
use crate::make::{AS_OF_ON, COUNTY, whole};
use crate::model::{County, Figures, Name, Village};
use crate::names::Names;
use crate::network::structure;
use crate::posts;
use area::Area;
use units::Units;

/// Settlements of an area at most: beyond, it is no county.
pub const SETTLEMENTS_MAX: usize = 1_500;
/// From how many people on a county keeps full fleets.
const LARGE_FROM: i64 = 100_000;

/// Why an area cannot be laid out.
#[derive(Debug, thiserror::Error)]
pub enum OverlayError {
    /// A layer is missing.
    #[error("the area has no layer {0}")]
    Missing(&'static str),
    /// Nobody lives there, as far as the layers say.
    #[error("the area has no settlement with people")]
    Empty,
    /// More settlements than a county has.
    #[error("the area has {0} settlements, at most {SETTLEMENTS_MAX}: cut out a smaller one")]
    TooMany(usize),
    /// A layer that cannot be read or written.
    #[error("{0}")]
    Dataset(#[from] DatasetError),
}

/// Lays a county's offices over an area. The same seed and layers give the same value and bytes.
///
/// # Errors
/// A layer that is missing or damaged, an area without people or of more than a county's size.
pub fn overlay(seed: u64, layers: &[Reader]) -> Result<County, OverlayError> {
    let area = Area::read(layers)?;
    let units = Units::of(&area)?;
    let mut names = Names::new(seed);
    let mut villages = units.villages(&area, &names);
    let divisions = units.divisions(&area, &names);
    let frame = frame(seed, &area, &units, &villages);
    let (sites, made_from) = sites::sites(&area, &units, &frame, &villages, &mut names);
    let forces = forces::forces(&frame, &sites, &mut names);
    let staff = posts::staff(&frame, &villages, &sites, &[], &forces, &mut names);
    for (village, officer) in villages.iter_mut().zip(&staff.officers) {
        village.officer.clone_from(officer);
    }
    let mut county = County {
        seed,
        size: None,
        as_of_on: AS_OF_ON.to_owned(),
        place: COUNTY,
        name: names.county(),
        divisions,
        villages,
        organisations: staff.organisations,
        posts: staff.posts,
        sites,
        items: forces.items,
        lots: forces.lots,
        teams: forces.teams,
        vehicles: forces.vehicles,
        enterprises: Vec::new(),
        figures: Figures::default(),
        roads: units.roads(&area),
        layers: Vec::new(),
    };
    county.layers = rows::layers(&area, &units, &county, made_from)?;
    county.figures = figures(&area, &county);
    Ok(county)
}

fn frame(seed: u64, area: &Area, units: &Units, villages: &[Village]) -> Frame {
    let people = whole(villages).mid;
    let town = |t: usize| Town {
        code: units.towns[t].code,
        bare: area.settlements[units.towns[t].settlement].name.clone(),
        seat: area.settlements[units.towns[t].settlement].at,
    };
    let spot = |s: &units::Spot| Unit { code: s.code, township: s.town, urban: s.urban };
    Frame {
        seed,
        county: COUNTY,
        is_large: people >= LARGE_FROM,
        people,
        towns: (0..units.towns.len()).map(town).collect(),
        spots: units.spots.iter().map(spot).collect(),
    }
}

fn figures(area: &Area, county: &County) -> Figures {
    let people = whole(&county.villages);
    let carried = |what: u8| area.roads.iter().filter(|r| r.structure == what).count();
    Figures {
        people: people.mid,
        people_low: people.low,
        people_high: people.high,
        townships: county.townships().count(),
        villages: county.villages.len(),
        buildings: area.buildings.len(),
        road_segments: area.roads.len(),
        road_arcs: area.roads.iter().map(|r| if r.oneway { 1 } else { 2 }).sum(),
        road_km: area.roads.iter().map(|r| r.length_mm).sum::<i64>() / 1_000_000,
        bridges: carried(structure::BRIDGE),
        tunnels: carried(structure::TUNNEL),
        area_km2: county.division(COUNTY).map_or(0, |d| d.area_m2 / 1_000_000),
        sites: county.sites.len(),
        enterprises: 0,
        open_dangers: 0,
        teams: county.teams.len(),
        lots: county.lots.len(),
        posts: county.posts.len(),
        flood_20_years_people: None,
    }
}
