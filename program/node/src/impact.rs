//! What an event hits: people by group, buildings, sites, enterprises with their open dangers,
//! roads.
//!
//! People are counted where they sleep: a settlement's people and groups in the share of its housed
//! people whose building lies inside the footprint; of its buildings, where nobody knows who sleeps
//! in them; and where it has none on the map its point decides, and the band says so. A building is
//! counted once however many polygons overlap. What no layer knows is unknown, never zero.

use std::collections::BTreeMap;

use exposure::{Footprint, Index, Points};
use kernel::{Estimate, LonLat, PlaceCode, UnixMillis, UnixSeconds};
use ledger::Actor;
use serde_json::{Value as Json, json};

use crate::area::bad;
use crate::count::{DEAD, INJURED, MISSING, MOVED};
use crate::danger::organisation_of;
use crate::desk::Desk;
use crate::error::Error;
use crate::figure::{Figure, FigureStatus, Source};
use crate::ground::{GROUPS, Housed, Settlement};
use crate::level::EventView;
use crate::text::Text;

/// Names of site kinds in the catalogue, by number.
const SITE_KINDS: &[(i32, &str)] = &[
    (1, "school"),
    (2, "hospital"),
    (3, "clinic"),
    (4, "shelter"),
    (5, "depot"),
    (6, "landing_zone"),
    (10, "care_home"),
];
/// Names of structures in the catalogue, by number.
const STRUCTURES: &[&str] =
    &["unknown", "earth", "wood", "brick_wood", "brick_concrete", "reinforced_concrete", "steel"];
/// From what age on a road report, a headcount or a survey figure counts as stale, seconds.
/// Source: screens §2.
pub const STALE_ROAD_S: i64 = 2 * 3600;
/// See [`STALE_ROAD_S`].
pub const STALE_COUNT_S: i64 = 6 * 3600;
/// See [`STALE_ROAD_S`].
pub const STALE_SURVEY_S: i64 = 5 * 366 * 86_400;

/// The share of a settlement of which only its middle is known to lie inside.
const PERHAPS: (i64, i64) = (1, 0);

/// Everything that is counted inside a footprint.
#[derive(Clone, Debug, Default)]
pub struct Hit {
    /// Buildings inside with their people, by place.
    pub housed: BTreeMap<PlaceCode, Housed>,
    /// Places without a building on the map whose middle lies inside.
    pub by_point: Vec<PlaceCode>,
    /// Buildings inside.
    pub buildings: i64,
    /// Buildings inside by structure.
    pub structures: BTreeMap<usize, i64>,
    /// Metres of road inside.
    pub road_m: i64,
    /// Bridges inside.
    pub bridges: i64,
}

impl Desk {
    /// The footprint of an event: as drawn, or the boundaries of the townships it names. `None`:
    /// unknown, which is not nowhere.
    ///
    /// # Errors
    /// A refusal where the outline is none.
    pub fn footprint(&self, event: &EventView) -> Result<Option<(Footprint, Json)>, Error> {
        let entry = self.entry("event")?;
        let shown = entry.field("footprint").zip(event.view.get(command::event::FOOTPRINT));
        let Some((field, value)) = shown else { return Ok(None) };
        let shown = field.shape.show(value);
        let mut footprint = Footprint::new();
        let mut coordinates = Vec::new();
        for polygon in shown["area"].as_array().into_iter().flatten() {
            let rings: Vec<Vec<LonLat>> = rings(polygon);
            footprint.push(&rings).map_err(|e| bad("footprint", e))?;
            coordinates.push(polygon.clone());
        }
        if coordinates.is_empty() {
            for place in shown["places"].as_array().into_iter().flatten() {
                let place = place.as_str().and_then(|p| p.parse::<PlaceCode>().ok());
                let Some(area) = place.and_then(|p| self.area.built.boundaries.get(&p)) else {
                    continue;
                };
                footprint.push_area(area).map_err(|e| bad("boundary", e))?;
                coordinates.push(outline(area));
            }
        }
        Ok((!footprint.is_empty()).then_some((footprint, Json::Array(coordinates))))
    }

    /// Counts what lies inside.
    ///
    /// # Errors
    /// [`Error::BadFile`] names a damaged layer.
    pub fn hit(&self, footprint: &Footprint) -> Result<Hit, Error> {
        let index = Index::new(footprint);
        let mut hit = Hit::default();
        if let Some(version) = self.area.layer("building") {
            for batch in version.reader.batches() {
                let batch = batch.map_err(|e| bad("building", e))?;
                buildings(&batch, &index, &mut hit).map_err(|e| bad("building", e))?;
            }
        }
        let unbuilt = |s: &&Settlement| !self.area.built.housed.contains_key(&s.place);
        for settlement in self.area.built.settlements.values().filter(unbuilt) {
            if index.holds(settlement.at.lon_e7, settlement.at.lat_e7) {
                hit.by_point.push(settlement.place);
            }
        }
        if let Some(net) = &self.area.built.roads {
            for (number, segment) in net.graph.segments().iter().enumerate() {
                let line = net.graph.line(u32::try_from(number).unwrap_or(0));
                let share = exposure::share_inside(&index, line);
                if share > 0.0 {
                    hit.road_m += (f64::from(segment.length_mm) * share / 1000.0) as i64;
                    hit.bridges += i64::from(segment.carrier == roads::Carrier::Bridge);
                }
            }
        }
        Ok(hit)
    }

    /// `GET /event/{id}/impact`.
    ///
    /// # Errors
    /// [`Error::NotFound`], or a damaged layer.
    pub fn impact(&self, actor: &Actor, id: &str, now: UnixMillis) -> Result<Json, Error> {
        let event = self.event(id)?;
        let counted = self.counted_impact(&event)?;
        let mut answer = (*counted).clone();
        self.with_dangers(&mut answer);
        let live = self.live_figures(&event, now);
        if let (Some(all), Some(live)) = (answer.as_object_mut(), live.as_object()) {
            all.extend(live.clone());
        }
        let entry = self.entry("event")?;
        answer["event"] = self.shown(entry, &event.view, Some(actor));
        Ok(answer)
    }

    /// What follows from footprint and layers alone: computed once a footprint.
    pub(crate) fn counted_impact(&self, event: &EventView) -> Result<std::sync::Arc<Json>, Error> {
        let field = event.view.fields.get(&command::event::FOOTPRINT);
        let heads = field.map(|f| format!("{:?}", f.winners)).unwrap_or_default();
        self.derived.of(&format!("impact/{}/{heads}", event.reference), 0, || {
            let found = self.footprint(event)?;
            let Some((footprint, coordinates)) = found else {
                return Ok(self.impact_of(None, &Hit::default(), None));
            };
            let hit = self.hit(&footprint)?;
            let index = Index::new(&footprint);
            let mut impact = self.impact_of(Some(coordinates), &hit, Some(&index));
            if !self.is_in_area(&impact["footprint"]) {
                // Nobody here knows who lives there: that is not nobody.
                let outline = impact["footprint"].take();
                impact = self.impact_of(None, &Hit::default(), None);
                impact["footprint"] = outline;
                impact["outside"] = json!(true);
            }
            Ok(impact)
        })
    }

    fn impact_of(&self, coordinates: Option<Json>, hit: &Hit, index: Option<&Index>) -> Json {
        let known = coordinates.is_some();
        let groups = self.people_hit(hit);
        let figure = |unit: &str, layer: &str, value: Estimate| {
            self.layer_figure(unit, layer, known.then_some(value))
        };
        let sites = SITE_KINDS.iter().map(|(number, key)| {
            let inside = self.area.built.sites.iter().filter(|s| {
                s.kind == *number && index.is_some_and(|i| i.holds(s.at.lon_e7, s.at.lat_e7))
            });
            let list: Vec<Json> = inside
                .map(|s| {
                    json!({"ref": format!("site:{}", kernel::EntityId::from_code("site",
                    &s.source_id)),
                        "name": s.name, "position": [s.at.lon(), s.at.lat()],
                        "capacity": s.capacity})
                })
                .collect();
            let count = Estimate::exact(i64::try_from(list.len()).unwrap_or(0));
            json!({"key": key, "figure": figure("site", "site", count), "list": list})
        });
        let sites: Vec<Json> = sites.collect();
        let structures = hit.structures.iter().map(|(number, count)| {
            json!({"key": STRUCTURES.get(*number).copied().unwrap_or("unknown"),
                "figure": figure("building", "building", Estimate::exact(*count))})
        });
        let structures: Vec<Json> = structures.collect();
        let villages = self.villages_hit(hit);
        let village_count = Estimate::exact(i64::try_from(villages.len()).unwrap_or(0));
        let as_of = self.area.layer("settlement").map(|v| v.reader.meta().as_of_on.clone());
        json!({
            "footprint": coordinates, "dataset_as_of": as_of,
            "people": figure("person", "settlement", groups.0),
            "groups": groups.1.iter().map(|(key, value)| {
                json!({"key": key, "figure": match value {
                    Some(value) => figure("person", "settlement", *value),
                    None => self.layer_figure("person", "settlement", None),
                }})
            }).collect::<Vec<_>>(),
            "buildings": figure("building", "building", Estimate::exact(hit.buildings)),
            "structures": structures, "sites": sites,
            "road_m": figure("m", "road", Estimate::exact(hit.road_m)),
            "bridges": figure("bridge", "road", Estimate::exact(hit.bridges)),
            "villages": figure("village", "settlement", village_count),
            "village_list": villages,
            "enterprise_rows": self.enterprises_hit(index),
        })
    }

    /// A figure from a layer; `None` is unknown.
    pub(crate) fn layer_figure(&self, unit: &str, layer: &str, value: Option<Estimate>) -> Figure {
        let version = self.area.layer(layer);
        let hash = version.map(|v| v.hash.to_string()).unwrap_or_default();
        let name = version.map(|v| v.reader.meta().source.clone()).unwrap_or_default();
        let source = Source {
            kind: "dataset".to_owned(),
            reference: format!("dataset:{layer}@{}", hash.chars().take(12).collect::<String>()),
            name: Text::new(name.clone(), name),
            op: None,
            by: None,
        };
        let as_of: Option<UnixSeconds> = version
            .and_then(|v| format!("{}T00:00:00+08:00", v.reader.meta().as_of_on).parse().ok());
        let mut figure = match (version, value) {
            (Some(_), Some(value)) => Figure::estimate(unit, value, source, as_of),
            _ => Figure::unknown(unit, source),
        };
        figure.age_limit_s = Some(STALE_SURVEY_S);
        figure
    }

    /// People inside, all and by group: each settlement in the share of its housed people inside.
    pub fn people_hit(&self, hit: &Hit) -> (Estimate, Vec<(&'static str, Option<Estimate>)>) {
        let mut all = Estimate::exact(0);
        let mut groups: Vec<(&'static str, Option<Estimate>)> =
            GROUPS.iter().map(|(key, _)| (*key, Some(Estimate::exact(0)))).collect();
        for (settlement, share) in self.settlements_hit(hit) {
            // Where only the middle is known all are perhaps inside.
            let (inside, whole) = if share == PERHAPS { (1, 1) } else { share };
            let part = |n: i64| (n * inside + whole / 2) / whole.max(1);
            let people = settlement.people;
            all = all.plus(people_of(settlement, share));
            for (at, group) in groups.iter_mut().enumerate() {
                let count = settlement.groups.get(at).copied().flatten();
                let permille =
                    if people.mid > 0 { (people.high - people.mid) * 1000 / people.mid } else { 0 };
                group.1 = group
                    .1
                    .zip(count)
                    .map(|(sum, n)| sum.plus(Estimate::within_permille(part(n), permille)));
            }
        }
        (all, groups)
    }

    /// The settlements of which any part is hit, with that part as a fraction; `(1, 0)` stands for
    /// perhaps all, perhaps nobody.
    fn settlements_hit<'a>(
        &'a self,
        hit: &'a Hit,
    ) -> impl Iterator<Item = (&'a Settlement, (i64, i64))> {
        let ground = &self.area.built;
        let built = hit.housed.iter().filter_map(|(place, inside)| {
            let (part, whole) = ground.housed.get(place)?.share(inside);
            Some((ground.settlements.get(place)?, (part, whole)))
        });
        let by_point = hit.by_point.iter().filter_map(|p| ground.settlements.get(p));
        built.chain(by_point.map(|s| (s, PERHAPS)))
    }

    /// Townships in which a building, or the middle of a village without any on the map, lies
    /// inside.
    ///
    /// # Errors
    /// [`Error::BadFile`] names a damaged layer.
    pub fn townships_hit(&self, footprint: &Footprint) -> Result<Vec<PlaceCode>, Error> {
        let hit = self.hit(footprint)?;
        let places = hit.housed.keys().chain(&hit.by_point);
        let found = places.flat_map(|p| self.townships_of(*p, self.info.place));
        Ok(found.collect::<std::collections::BTreeSet<_>>().into_iter().collect())
    }

    fn villages_hit(&self, hit: &Hit) -> Vec<Json> {
        let mut rows: Vec<(i64, Json)> = Vec::new();
        for (settlement, share) in self.settlements_hit(hit) {
            let (place, people) = (settlement.place, people_of(settlement, share).mid);
            rows.push((
                -people,
                json!({
                    "place": place, "name": settlement.name.zh, "pinyin": settlement.name.en,
                    "people": people, "position": [settlement.at.lon(), settlement.at.lat()],
                }),
            ));
        }
        rows.sort_by_key(|(order, row)| (*order, row["place"].to_string()));
        rows.into_iter().map(|(_, row)| row).collect()
    }

    fn enterprises_hit(&self, index: Option<&Index>) -> Vec<Json> {
        let inside = self
            .area
            .built
            .enterprises
            .iter()
            .filter(|e| index.is_some_and(|i| i.holds(e.at.lon_e7, e.at.lat_e7)));
        inside
            .map(|e| {
                json!({"ref": organisation_of(&e.source_id), "source_id": e.source_id,
                    "name": e.name, "position": [e.at.lon(), e.at.lat()], "hazchem": e.hazchem,
                    "told_major": e.open_major})
            })
            .collect()
    }

    /// The enterprises inside with their open dangers, which change without the footprint. What
    /// waits for an answer counts as major; the lower bound is what certainly is. While one is not
    /// judged at all, how many are major is not known.
    fn with_dangers(&self, answer: &mut Json) {
        // Where no enterprises are known, neither are the dangers at them.
        let known =
            !answer["buildings"]["value"].is_null() && self.area.layer("enterprise").is_some();
        let open = self.open_major();
        let rows = answer.as_object_mut().and_then(|a| a.remove("enterprise_rows"));
        let mut rows = rows.and_then(|r| r.as_array().cloned()).unwrap_or_default();
        let (mut low, mut high, mut unjudged) = (0, 0, 0);
        for row in &mut rows {
            let found = row["ref"].as_str().and_then(|r| open.get(r)).copied().unwrap_or_default();
            // Of what the data tell, the register may not know all.
            let kept = found.major + found.undetermined + found.unjudged + found.closed;
            let more = (row["told_major"].as_i64().unwrap_or(0) - kept).max(0);
            row["open_major"] = json!(found.major + found.undetermined + more);
            row["open_undetermined"] = json!(found.undetermined);
            row["open_unjudged"] = json!(found.unjudged);
            low += found.major + more;
            high += found.major + found.undetermined + more;
            unjudged += found.unjudged;
        }
        rows.sort_by_key(|r| std::cmp::Reverse(r["open_major"].as_i64()));
        let count = known.then(|| Estimate::exact(i64::try_from(rows.len()).unwrap_or(0)));
        answer["enterprises"] = json!(self.layer_figure("enterprise", "enterprise", count));
        let name = self.labels.get("danger").map(|l| l.word("entity.name")).unwrap_or_default();
        let judged = known.then_some(high).filter(|_| unjudged == 0);
        let mut dangers = Figure::derived("danger", judged, "danger", name);
        if known && unjudged > 0 {
            dangers.status = FigureStatus::Unknown;
        }
        (dangers.low, dangers.high) = (known.then_some(low), known.then_some(high + unjudged));
        answer["unjudged_dangers"] = json!(known.then_some(unjudged));
        answer["open_major_dangers"] = json!(dangers);
        answer["enterprise_list"] = json!(rows);
    }

    /// What people report and what changes without the footprint: cut-off villages, casualties,
    /// people moved, the warning, enterprises with their open major dangers.
    fn live_figures(&self, event: &EventView, now: UnixMillis) -> Json {
        let place = self.impact_place(event);
        let (dead, missing) = (
            self.counted(DEAD, &event.reference, place),
            self.counted(MISSING, &event.reference, place),
        );
        let both = dead.clone().plus(missing.clone());
        let name = |kind: &str, field: &str| {
            self.labels.get(kind).map(|l| l.word(&format!("field.{field}"))).unwrap_or_default()
        };
        let count = |c: &crate::count::Counted, kind: &str, field: &str| {
            self.figure(c, "person", name(kind, field), STALE_COUNT_S)
        };
        let moved = self.counted(MOVED, &event.reference, place);
        let injured = self.counted(INJURED, &event.reference, place);
        let (townships, alert, _) = self.red_signal(event, place, now);
        // A signal over townships here says nothing of an event that lies elsewhere.
        let signal = alert.filter(|_| !self.lies_elsewhere(event)).map(|alert| {
            json!({"level": "red", "hazard": event.hazard, "townships": townships, "ref": alert})
        });
        json!({
            "casualties": {
                "dead": count(&dead, "casualty", "dead"),
                "missing": count(&missing, "casualty", "missing"),
                "injured": count(&injured, "casualty", "injured"),
                "dead_missing": count(&both, "casualty", "dead"),
            },
            "moved": count(&moved, "situation", "moved"),
            "cut_off": self.cut_off_rows(event),
            "warning": signal.or_else(|| self.own_warning(event, now)),
        })
    }

    /// The warning that an event came from, while it is in force: whatever its kind and colour.
    fn own_warning(&self, event: &EventView, now: UnixMillis) -> Option<Json> {
        let entry = self.entry("alert").ok()?;
        let alert = event.view.reference_in(command::event::ALERT)?;
        let view = self.view_of(&alert)?;
        let shown = |name: &str| {
            let field = entry.field(name)?;
            Some(field.shape.show(view.get(field.number)?))
        };
        let ends = shown("expires_at").and_then(|at| at.as_str()?.parse::<UnixSeconds>().ok());
        let stands = matches!(entry.state_of(&view), Some("Active" | "Updated"));
        let colour = shown("colour").filter(|colour| colour.is_string())?;
        (stands && ends.is_none_or(|ends| ends > now.seconds())).then(|| {
            json!({"level": colour, "hazard": shown("hazard_kind"), "townships": null,
                "ref": alert})
        })
    }

    /// The place whose figures stand beside what an event hits: the node's own, and where the event
    /// is of a unit above, that unit, since the footprint is not cut to the node's place either.
    pub(crate) fn impact_place(&self, event: &EventView) -> kernel::PlaceCode {
        match self.area.is_under(self.info.place, event.place) {
            true => event.place,
            false => self.info.place,
        }
    }

    /// A map tile; `None` where there is none.
    pub fn tile(&self, z: u8, x: u32, y: u32) -> Option<Vec<u8>> {
        self.area.built.tile(z, x, y)
    }
}

fn buildings(
    batch: &datasets::Batch,
    index: &Index,
    hit: &mut Hit,
) -> Result<(), datasets::DatasetError> {
    let (lon, lat, place) = (batch.ints("lon")?, batch.ints("lat")?, batch.longs("place")?);
    let (structure, people) = (batch.ints("structure")?, batch.ints("people_night")?);
    let hits = index.hits(Points { lon: lon.values(), lat: lat.values() });
    for row in hits.rows() {
        hit.buildings += 1;
        let structure = structure.get(row).and_then(|s| usize::try_from(s).ok()).unwrap_or(0);
        *hit.structures.entry(structure).or_insert(0) += 1;
        let code = place.get(row).and_then(|p| u64::try_from(p).ok()).map(PlaceCode);
        if let Some(code) = code {
            hit.housed.entry(code).or_default().add(people.get(row));
        }
    }
    Ok(())
}

/// The people of a settlement of whom this part is hit.
fn people_of(settlement: &Settlement, (inside, whole): (i64, i64)) -> Estimate {
    let people = settlement.people;
    if (inside, whole) == PERHAPS {
        return Estimate { low: 0, ..people };
    }
    let part = |n: i64| (n * inside + whole / 2) / whole.max(1);
    Estimate { low: part(people.low), mid: part(people.mid), high: part(people.high) }
}

pub(crate) fn rings(polygon: &Json) -> Vec<Vec<LonLat>> {
    let point = |p: &Json| LonLat::from_degrees(p[0].as_f64()?, p[1].as_f64()?);
    let ring = |r: &Json| r.as_array().into_iter().flatten().filter_map(point).collect();
    polygon.as_array().into_iter().flatten().map(ring).collect()
}

/// A boundary of the division layer as a polygon's coordinates.
pub(crate) fn outline(area: &[i32]) -> Json {
    let ring = |r: &[i32]| {
        let points =
            r.chunks_exact(2).map(|p| json!([f64::from(p[0]) / 1e7, f64::from(p[1]) / 1e7]));
        Json::Array(points.collect())
    };
    Json::Array(datasets::rings(area).into_iter().map(ring).collect())
}
