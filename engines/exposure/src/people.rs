//! People in a footprint: a village's people by the share of its buildings that are hit.
//!
//! Where a village has buildings on the map, its people are taken to be where its buildings are:
//! the share of the people in them (of the buildings, where some have no figure) that is hit. Where
//! it has none, its point decides, and the band says so: perhaps nobody, perhaps all.

use std::collections::BTreeMap;

use datasets::{Batch, DatasetError, Meta, Reader, layer};
use kernel::Estimate;
use serde::{Deserialize, Serialize};

use crate::figure::{Figure, Share};
use crate::impact::{Maybe, code_name, hits};
use crate::index::{Hits, Index};

/// People hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// The dataset: its source and date.
    pub about: Meta,
    /// All people hit; villages without a figure are counted as unknown.
    pub total: Figure,
    /// Households hit.
    pub households: Figure,
    /// By group, named as the columns of the layer; groups overlap where the layer says so.
    pub groups: BTreeMap<String, Figure>,
    /// Villages of which any part is hit, by row id.
    pub settlements: Vec<SettlementHit>,
}

/// A village of which any part is hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettlementHit {
    /// Row id.
    pub id: String,
    /// Division code of the village; `None` is unknown.
    pub place: Option<i64>,
    /// Name, where it has one.
    pub name: Option<String>,
    /// Share that is hit, parts per million.
    pub share_ppm: i64,
    /// Whether that share comes from buildings, and not from the village's point alone.
    pub by_buildings: bool,
    /// People hit; `None` where nobody has counted or estimated them.
    pub people: Option<Estimate>,
    /// How the people were found.
    pub basis: String,
}

/// Buildings of a village, hit and all.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    hit: i64,
    all: i64,
    people_hit: i64,
    people_all: i64,
    without_people: i64,
}

/// Buildings by village.
#[derive(Clone, Debug, Default)]
pub(crate) struct BuildingShares(BTreeMap<i64, Tally>);

impl BuildingShares {
    /// Adds a batch of buildings.
    pub fn add(
        &mut self,
        reader: &Reader,
        batch: &Batch,
        hits: &Hits,
        people: &Maybe,
    ) -> Result<(), DatasetError> {
        if !reader.has_column("place") {
            return Ok(());
        }
        let places = batch.longs("place")?;
        let mut last: Option<(i64, Tally)> = None;
        for row in 0..batch.len() {
            let Some(place) = places.get(row) else { continue };
            // Rows of a village mostly lie together: look it up only when it changes.
            let (at, tally) = match last.take() {
                Some((at, tally)) if at == place => (at, tally),
                other => {
                    self.put(other);
                    (place, self.0.get(&place).copied().unwrap_or_default())
                }
            };
            last = Some((at, tally.with(hits.get(row), people.get(row))));
        }
        self.put(last);
        Ok(())
    }

    fn put(&mut self, entry: Option<(i64, Tally)>) {
        if let Some((place, tally)) = entry {
            self.0.insert(place, tally);
        }
    }

    /// The share of a village that is hit; `None` where it has no building on the map.
    fn share(&self, place: i64) -> Option<Share> {
        let tally = self.0.get(&place).filter(|t| t.all > 0)?;
        Some(match tally.without_people == 0 && tally.people_all > 0 {
            true => Share { part: tally.people_hit, whole: tally.people_all },
            false => Share { part: tally.hit, whole: tally.all },
        })
    }
}

impl Tally {
    fn with(mut self, hit: bool, people: Option<i32>) -> Tally {
        let people_known = i64::from(people.unwrap_or(0).max(0));
        self.all += 1;
        self.hit += i64::from(hit);
        self.people_all += people_known;
        self.people_hit += if hit { people_known } else { 0 };
        self.without_people += i64::from(people.is_none());
        self
    }
}

/// Columns of the layer that count a group of people.
fn group_columns(reader: &Reader) -> Vec<&'static str> {
    let Some(layer) = layer("settlement") else { return Vec::new() };
    let people = layer.columns.iter().filter(|c| c.unit == "persons");
    let groups = people.map(|c| c.name).filter(|name| !name.starts_with("people_"));
    groups.filter(|name| reader.has_column(name)).collect()
}

/// Works out the people hit.
pub(crate) fn people(
    index: &Index,
    reader: &Reader,
    shares: &BuildingShares,
) -> Result<People, DatasetError> {
    let groups = group_columns(reader);
    let mut out = People {
        about: reader.meta().clone(),
        total: Figure::default(),
        households: Figure::default(),
        groups: groups.iter().map(|g| (g.to_string(), Figure::default())).collect(),
        settlements: Vec::new(),
    };
    for batch in reader.batches() {
        let batch = batch?;
        let inside = hits(index, &batch)?;
        let column = |name| Maybe::of(reader, &batch, name);
        let (low, mid, high) =
            (column("people_low")?, column("people_mid")?, column("people_high")?);
        let (households, basis) = (column("households")?, column("basis")?);
        let places = reader.has_column("place").then(|| batch.longs("place")).transpose()?;
        let ids = batch.texts("id")?;
        let names = reader.has_column("name").then(|| batch.texts("name")).transpose()?;
        let columns: Vec<(&str, Maybe)> =
            groups.iter().map(|g| Ok((*g, column(g)?))).collect::<Result<_, DatasetError>>()?;
        for row in 0..batch.len() {
            let place = places.and_then(|p| p.get(row));
            let by_buildings = place.and_then(|p| shares.share(p));
            let Some(hit) = Hit::of(by_buildings, inside.get(row)) else { continue };
            let all = mid.get(row).map(|mid| {
                let low = low.get(row).unwrap_or(mid).min(mid);
                let high = high.get(row).unwrap_or(mid).max(mid);
                Estimate { low: low.into(), mid: mid.into(), high: high.into() }
            });
            let people = all.map(|all| hit.of_all(all));
            out.total.add(people);
            out.households.add(hit.of_figure(households.get(row), all));
            for (name, column) in &columns {
                if let Some(figure) = out.groups.get_mut(*name) {
                    figure.add(hit.of_figure(column.get(row), all));
                }
            }
            out.settlements.push(SettlementHit {
                id: ids.get(row).unwrap_or_default().to_string(),
                place,
                name: names.and_then(|n| n.get(row)).map(str::to_string),
                share_ppm: hit.share.ppm(),
                by_buildings: by_buildings.is_some(),
                people,
                basis: code_name("settlement", "basis", basis.get(row)),
            });
        }
    }
    out.settlements.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(out)
}

/// How much of a village is hit, and whether that is sure.
struct Hit {
    share: Share,
    sure: bool,
}

impl Hit {
    /// `None` where nothing of it is hit.
    fn of(by_buildings: Option<Share>, point_inside: bool) -> Option<Hit> {
        let whole = Share { part: 1, whole: 1 };
        match by_buildings {
            Some(share) if share.part > 0 => Some(Hit { share, sure: true }),
            Some(_) => None,
            None => point_inside.then_some(Hit { share: whole, sure: false }),
        }
    }

    fn of_all(&self, all: Estimate) -> Estimate {
        let hit = self.share.of(all);
        if self.sure { hit } else { Estimate { low: 0, ..hit } }
    }

    /// A group's figure has no band of its own: it gets the band of all people of the village.
    fn of_figure(&self, figure: Option<i32>, all: Option<Estimate>) -> Option<Estimate> {
        let mid = i64::from(figure?);
        let banded = match all.filter(|all| all.mid > 0) {
            Some(all) => {
                let (low, high) = (all.low.max(0), all.high);
                Estimate {
                    low: Share { part: low, whole: all.mid }.of(Estimate::exact(mid)).low,
                    mid,
                    high: Share { part: high, whole: all.mid }.of(Estimate::exact(mid)).high,
                }
            }
            None => Estimate::exact(mid),
        };
        Some(self.of_all(banded))
    }
}
