//! Picks places and roads of a county by what they are.

use std::collections::{BTreeMap, BTreeSet};

use kernel::PlaceCode;

use super::ScenarioError;
use super::file::{Pick, Select};
use super::graph::RoadGraph;
use crate::model::{County, Village};
use crate::network::structure;

/// What a pick found.
pub(super) enum Picked {
    Places(Vec<PlaceCode>),
    /// Segments of the road network.
    Roads(Vec<usize>),
}

/// The picks made so far, by name.
pub(super) struct Picks<'a> {
    county: &'a County,
    graph: RoadGraph<'a>,
    made: BTreeMap<String, Picked>,
}

impl<'a> Picks<'a> {
    pub(super) fn new(county: &'a County) -> Self {
        Picks { county, graph: RoadGraph::new(county), made: BTreeMap::new() }
    }

    pub(super) fn get(&self, name: &str) -> Result<&Picked, String> {
        self.made.get(name).ok_or_else(|| format!("nothing was picked as {name:?}"))
    }

    pub(super) fn places(&self, name: &str) -> Result<Vec<PlaceCode>, String> {
        match self.get(name)? {
            Picked::Places(places) => Ok(places.clone()),
            Picked::Roads(_) => Err(format!("{name:?} are roads, not places")),
        }
    }

    fn roads(&self, name: &str) -> Result<Vec<usize>, String> {
        match self.get(name)? {
            Picked::Roads(roads) => Ok(roads.clone()),
            Picked::Places(_) => Err(format!("{name:?} are places, not roads")),
        }
    }

    pub(super) fn make(&mut self, pick: &Pick) -> Result<(), ScenarioError> {
        let wrong = |what: String| ScenarioError::Pick { pick: pick.name.clone(), what };
        if self.made.contains_key(&pick.name) {
            return Err(wrong("this name is taken".to_owned()));
        }
        let found = match pick.select {
            Select::Townships | Select::Villages => {
                Picked::Places(self.ranked(pick).map_err(wrong)?)
            }
            Select::Cut => {
                let least = if pick.or_fewer { 1 } else { pick.count };
                let mut counts = (least..=pick.count).rev();
                let found = counts.find_map(|count| self.cut(pick, count).transpose());
                let (roads, villages) = match found.transpose().map_err(wrong)? {
                    Some(found) => found,
                    None if pick.or_fewer => Default::default(),
                    None => {
                        let what = "no roads here cut off exactly {} villages";
                        return Err(wrong(what.replace("{}", &pick.count.to_string())));
                    }
                };
                self.made.insert(format!("{}.villages", pick.name), Picked::Places(villages));
                Picked::Roads(roads)
            }
            Select::Detour => match self.detour(pick).map_err(wrong)? {
                Some(road) => Picked::Roads(vec![road]),
                None if pick.or_fewer => Picked::Roads(Vec::new()),
                None => return Err(wrong("no road here makes a difference".to_owned())),
            },
        };
        self.made.insert(pick.name.clone(), found);
        Ok(())
    }

    /// What places are ranked by.
    pub(super) fn weight(&self, place: PlaceCode, by: &str) -> Result<i64, String> {
        let own =
            |v: &&Village| v.code == place || v.township == place || place == self.county.place;
        let villages = || self.county.villages.iter().filter(own);
        Ok(match by {
            "flood_people" => villages()
                .map(|v| v.flood_20_years_people)
                .sum::<Option<i64>>()
                .ok_or("no flood zone is known here")?,
            "people" => villages().map(|v| v.estimate.mid).sum(),
            "hill_people" => villages().filter(|v| !v.is_community).map(|v| v.estimate.mid).sum(),
            "remoteness" => {
                let Some(seat) = self.county.division(self.county.place) else { return Ok(0) };
                let Some(own) = self.county.division(place) else { return Ok(0) };
                kernel::geodesic_mm(seat.centre, own.centre)
            }
            _ => return Err(format!("places cannot be ranked by {by:?}")),
        })
    }

    fn ranked(&self, pick: &Pick) -> Result<Vec<PlaceCode>, String> {
        let level = if pick.select == Select::Townships { 4 } else { 5 };
        let within = pick.within.as_deref().map(|w| self.places(w)).transpose()?;
        let mut except = BTreeSet::new();
        for name in &pick.except {
            for place in self.places(name)? {
                except.insert(place);
                except.extend(self.county.division(place).and_then(|d| d.parent));
            }
        }
        let mut fit = Vec::new();
        for d in self.county.divisions.iter().filter(|d| d.level == level) {
            let inside = within
                .as_ref()
                .is_none_or(|w| w.contains(&d.code) || d.parent.is_some_and(|p| w.contains(&p)));
            if inside && !except.contains(&d.code) {
                let weight = self.weight(d.code, pick.by.as_deref().unwrap_or("people"))?;
                fit.push((std::cmp::Reverse(weight), d.code));
            }
        }
        fit.sort_unstable();
        // What is left over is counted from all of `within`, the excepted ones included.
        let all = within.map_or(fit.len(), |w| if level == 4 { w.len() } else { fit.len() });
        let count = pick.count.min(all.saturating_sub(pick.leave));
        Ok(fit.into_iter().take(count).map(|(_, code)| code).collect())
    }

    /// Roads that together cut off exactly `count` villages: bridges within the places first, then
    /// bridges anywhere, then other roads, then all the roads of a village at once; `None` where
    /// there are none.
    fn cut(&self, pick: &Pick, count: usize) -> Result<Option<Cut>, String> {
        let only_ways = self.graph.only_ways();
        let within = pick.within.as_deref().map(|w| self.places(w)).transpose()?;
        let wanted = carried(pick.structure.as_deref())?;
        let near = |v: &usize| {
            let township = self.county.villages[*v].township;
            within.as_ref().is_none_or(|w| w.contains(&township))
        };
        let single = |here: bool, any: bool| -> Vec<Closing> {
            only_ways
                .iter()
                .filter(|(_, cut)| cut.len() <= count && (!here || cut.iter().all(near)))
                .filter(|(road, _)| any || self.is_carried(**road, wanted))
                .map(|(road, cut)| self.closing(vec![*road], cut.clone()))
                .collect()
        };
        let sets = [(true, false), (false, false), (true, true), (false, true)]
            .into_iter()
            .map(|(here, any)| (single(here, any), pick.roads_max))
            .chain(std::iter::once_with(|| (self.all_roads(count), count)));
        for (mut fit, closings_max) in sets {
            fit.retain(|c| self.is_plain(c));
            fit.sort_unstable();
            // One road a village reads best on the map; fewer roads where that cannot be.
            for closings in (1..=closings_max.min(count)).rev() {
                let found = combine(&fit, closings, count, 0, &BTreeSet::new());
                let Some(found) = found else { continue };
                let closed: BTreeSet<usize> = found.iter().copied().collect();
                let cut = self.graph.cut_off(&closed);
                if cut.len() == count {
                    let codes = cut.iter().map(|v| self.county.villages[*v].code).collect();
                    return Ok(Some((closed.into_iter().collect(), codes)));
                }
            }
        }
        Ok(None)
    }

    /// Whether somebody reports these roads, and only villages are cut off: a town has stores and
    /// posts of its own.
    fn is_plain(&self, closing: &Closing) -> bool {
        let reported = |r: &usize| self.county.roads.segments[*r].village.is_some();
        let is_village = |v: &usize| !self.county.villages[*v].is_community;
        closing.roads.iter().all(reported) && closing.cut.iter().all(is_village)
    }

    fn closing(&self, roads: Vec<usize>, cut: Vec<usize>) -> Closing {
        let people = |v: &usize| self.county.villages[*v].estimate.mid;
        let people = std::cmp::Reverse(cut.iter().map(people).sum());
        Closing { people, roads, cut }
    }

    /// For each village all roads at its middle, where closing them cuts off few enough.
    fn all_roads(&self, count: usize) -> Vec<Closing> {
        let mut found = Vec::new();
        for node in self.county.villages.iter().filter_map(|v| v.road_node) {
            let roads: Vec<usize> = (0..self.county.roads.segments.len())
                .filter(|r| {
                    let s = &self.county.roads.segments[*r];
                    s.is_for_vehicles() && (s.from == node || s.to == node)
                })
                .collect();
            let cut = self.graph.cut_off(&roads.iter().copied().collect());
            if cut.len() <= count {
                found.push(self.closing(roads, cut));
            }
        }
        found
    }

    fn is_carried(&self, road: usize, wanted: Option<u8>) -> bool {
        wanted.is_none_or(|w| self.county.roads.segments[road].structure == w)
    }

    /// The road whose closing lengthens the ways to the places most, by people, and cuts nobody
    /// off; where there is none, one that cuts off fewest; `None` where none makes a difference.
    fn detour(&self, pick: &Pick) -> Result<Option<usize>, String> {
        let before: BTreeSet<usize> = match &pick.after {
            Some(name) => self.roads(name)?.into_iter().collect(),
            None => BTreeSet::new(),
        };
        let within = pick.within.as_deref().map(|w| self.places(w)).transpose()?;
        let wanted = carried(pick.structure.as_deref())?;
        let (times, came) = self.graph.tree(&before);
        let villages: Vec<&Village> = self
            .county
            .villages
            .iter()
            .filter(|v| within.as_ref().is_none_or(|w| w.contains(&v.township)))
            .collect();
        let mut used = BTreeSet::new();
        for village in &villages {
            let mut node = village.road_node;
            while let Some(segment) = node.and_then(|n| came[n as usize]) {
                let s = &self.county.roads.segments[segment as usize];
                node = Some(if Some(s.from) == node { s.to } else { s.from });
                used.insert(segment as usize);
            }
        }
        let cut_before = self.graph.unreached(&times).len();
        for any in [false, true] {
            let mut best: Option<(i64, i128, std::cmp::Reverse<usize>)> = None;
            for road in used.iter().filter(|r| any || self.is_carried(**r, wanted)) {
                if self.county.roads.segments[*road].village.is_none() {
                    continue;
                }
                let mut closed = before.clone();
                closed.insert(*road);
                let after = self.graph.times(&closed);
                let cut = self.graph.unreached(&after).len() - cut_before;
                let longer = |v: &&Village| {
                    let node = v.road_node.map(|n| n as usize)?;
                    let more = after[node].checked_sub(times[node])?;
                    (after[node] != u64::MAX).then(|| i128::from(more) * i128::from(v.estimate.mid))
                };
                let total: i128 = villages.iter().filter_map(longer).sum();
                let value = (-(cut as i64), total, std::cmp::Reverse(*road));
                if (cut > 0 || total > 0) && best.is_none_or(|b| value > b) {
                    best = Some(value);
                }
            }
            if let Some((_, _, std::cmp::Reverse(road))) = best {
                return Ok(Some(road));
            }
        }
        Ok(None)
    }
}

/// Roads to close, and the villages that they cut off.
type Cut = (Vec<usize>, Vec<PlaceCode>);

/// Roads to close, and the villages that are cut off then; most people first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Closing {
    people: std::cmp::Reverse<i64>,
    roads: Vec<usize>,
    cut: Vec<usize>,
}

/// The roads of the first `closings` of these, in order, that cut off `count` villages, none twice.
fn combine(
    fit: &[Closing],
    closings: usize,
    count: usize,
    from: usize,
    cut: &BTreeSet<usize>,
) -> Option<Vec<usize>> {
    if closings == 0 {
        return (cut.len() == count).then(Vec::new);
    }
    for (i, closing) in fit.iter().enumerate().skip(from) {
        // Each one still to come cuts off at least one more.
        let fits = cut.len() + closing.cut.len() + closings - 1 <= count;
        if !fits || closing.cut.iter().any(|v| cut.contains(v)) {
            continue;
        }
        let more: BTreeSet<usize> = cut.iter().chain(closing.cut.iter()).copied().collect();
        if let Some(mut rest) = combine(fit, closings - 1, count, i + 1, &more) {
            rest.extend_from_slice(&closing.roads);
            return Some(rest);
        }
    }
    None
}

fn carried(name: Option<&str>) -> Result<Option<u8>, String> {
    match name {
        None | Some("any") => Ok(None),
        Some("bridge") => Ok(Some(structure::BRIDGE)),
        Some("ground") => Ok(Some(structure::GROUND)),
        Some("tunnel") => Ok(Some(structure::TUNNEL)),
        Some(other) => Err(format!("no structure is called {other:?}")),
    }
}
