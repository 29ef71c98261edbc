//! Rows from the elements of a file: first which ways relations need, then everything.

use std::collections::{BTreeMap, BTreeSet};

use interchange::overlap::{self, AreaError};
use interchange::ring::{self, twice_area};
use kernel::{LonLat, UnixSeconds};

use super::shape::{join, point_of};
use super::source::{Member, Sink};
use super::tags::{self, Tags, Value};
use super::{
    Building, Extract, Limits, OsmError, Place, PlaceClass, ProblemKind, Road, Site, Water,
};
use crate::rows::polygons;

/// The ways that relations of interest are made of.
pub(super) struct Wanted {
    ways: BTreeSet<i64>,
    limit: u64,
}

impl Wanted {
    pub(super) fn new(limits: &Limits) -> Self {
        Wanted { ways: BTreeSet::new(), limit: limits.ways }
    }
}

impl Sink for Wanted {
    fn node(&mut self, _: i64, _: Option<LonLat>, _: &[(&str, &str)]) -> Result<(), OsmError> {
        Ok(())
    }

    fn way(&mut self, _: i64, _: &[i64], _: &[(&str, &str)]) -> Result<(), OsmError> {
        Ok(())
    }

    fn relation(
        &mut self,
        _: i64,
        ways: &[Member<'_>],
        tags: &[(&str, &str)],
    ) -> Result<(), OsmError> {
        if is_area_relation(Tags(tags)) {
            self.ways.extend(ways.iter().map(|member| member.way));
        }
        if self.ways.len() as u64 > self.limit {
            return Err(OsmError::TooLarge { what: "ways", limit: self.limit });
        }
        Ok(())
    }
}

fn is_area_relation(tags: Tags<'_>) -> bool {
    tags.get("type") == Some("multipolygon") && Kind::of(tags).is_some()
}

/// What an area is, by its tags; one outline may be two things, as a school and its building.
struct Kind {
    building: bool,
    site: Option<&'static str>,
    water: Option<&'static str>,
}

impl Kind {
    fn of(tags: Tags<'_>) -> Option<Kind> {
        let building = tags.is_on("building");
        let (site, water) = (tags::site_kind(tags), tags::water_area(tags));
        (building || site.is_some() || water.is_some()).then_some(Kind { building, site, water })
    }
}

/// An element of interest until all nodes are known.
struct Pending {
    element: String,
    id: i64,
    tags: Vec<(String, String)>,
    shape: Shape,
}

enum Shape {
    Way(Vec<i64>),
    /// Ways of the outline and of holes.
    Relation(Vec<i64>),
}

/// Takes everything of use, and makes rows of it at the end.
pub(super) struct Collector {
    wanted: Wanted,
    limits: Limits,
    nodes: Vec<(i64, LonLat)>,
    members: BTreeMap<i64, Vec<i64>>,
    pending: Vec<Pending>,
    seen: BTreeSet<(bool, i64)>,
    extract: Extract,
}

impl Collector {
    pub(super) fn new(wanted: Wanted, limits: &Limits) -> Self {
        Collector {
            wanted,
            limits: *limits,
            nodes: Vec::new(),
            members: BTreeMap::new(),
            pending: Vec::new(),
            seen: BTreeSet::new(),
            extract: Extract::default(),
        }
    }

    fn problem(&mut self, kind: ProblemKind, element: &str, detail: &str) {
        self.extract.problems.add(kind, element, detail);
    }

    fn read<T>(&mut self, element: &str, key: &str, tags: Tags<'_>, value: Value<T>) -> Option<T> {
        match value {
            Value::Known(value) => Some(value),
            Value::Absent => None,
            Value::Unreadable => {
                let detail = format!("{key}={}", tags.get(key).unwrap_or_default());
                self.problem(ProblemKind::UnreadableValue, element, &detail);
                None
            }
        }
    }

    /// The rows of what was taken.
    pub(super) fn finish(mut self) -> Extract {
        self.nodes.sort_unstable_by_key(|(id, _)| *id);
        self.nodes.dedup_by_key(|(id, _)| *id);
        for pending in std::mem::take(&mut self.pending) {
            let tags: Vec<(&str, &str)> =
                pending.tags.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            let (element, tags) = (pending.element.as_str(), Tags(&tags));
            match pending.shape {
                Shape::Way(nodes) => self.finish_way(element, pending.id, &nodes, tags),
                Shape::Relation(ways) => self.finish_relation(element, &ways, tags),
            }
        }
        self.extract
    }

    fn position(&self, node: i64) -> Option<LonLat> {
        let at = self.nodes.binary_search_by_key(&node, |(id, _)| *id).ok()?;
        Some(self.nodes[at].1)
    }

    /// The stretches of a way whose nodes are all known.
    fn stretches(&mut self, element: &str, nodes: &[i64]) -> Vec<(Vec<i64>, Vec<LonLat>)> {
        let mut all = vec![(Vec::new(), Vec::new())];
        let mut missing = 0;
        for node in nodes {
            match (self.position(*node), all.last_mut()) {
                // A node twice in a row is one place.
                (Some(_), Some(last)) if last.0.last() == Some(node) => {}
                (Some(at), Some(last)) => {
                    last.0.push(*node);
                    last.1.push(at);
                }
                (Some(_), None) => {}
                (None, _) => {
                    missing += 1;
                    all.push((Vec::new(), Vec::new()));
                }
            }
        }
        if missing > 0 {
            let detail = format!("{missing} of {}", nodes.len());
            self.problem(ProblemKind::MissingNodes, element, &detail);
        }
        all.retain(|(nodes, _)| nodes.len() >= 2);
        if all.is_empty() && missing == 0 {
            self.problem(ProblemKind::TooShort, element, &format!("{} nodes", nodes.len()));
        }
        all
    }

    fn finish_way(&mut self, element: &str, id: i64, nodes: &[i64], tags: Tags<'_>) {
        let class = tags.get("highway").and_then(tags::road_class);
        let ferry = tags.get("route") == Some("ferry");
        let running = tags::running_water(tags);
        // A square or platform drawn as an area is no road to drive along its edge.
        let is_area = tags.is_on("area");
        if (class.is_some() || ferry) && !is_area {
            self.roads(element, id, nodes, class, tags);
        } else if let Some(kind) = running {
            for (part, (_, line)) in self.stretches(element, nodes).into_iter().enumerate() {
                let source_id =
                    if part == 0 { element.to_owned() } else { format!("{element}.{part}") };
                self.water(source_id, kind, line, Vec::new(), tags);
            }
        }
        if Kind::of(tags).is_some() {
            if nodes.len() < 4 || nodes.first() != nodes.last() {
                self.problem(ProblemKind::NotClosed, element, "outline");
            } else {
                self.area(element, &[nodes.to_vec()], tags);
            }
        }
    }

    fn roads(
        &mut self,
        element: &str,
        id: i64,
        nodes: &[i64],
        class: Option<&'static str>,
        tags: Tags<'_>,
    ) {
        let conditional = tags.conditional();
        if let Some(text) = &conditional {
            self.problem(ProblemKind::Conditional, element, text);
        }
        let speed = tags::speed_km_h(tags.get("maxspeed"));
        let speed_km_h = self.read(element, "maxspeed", tags, speed);
        let width = tags::length_cm(tags.get("width"));
        let width_cm = self.read(element, "width", tags, width);
        let height = tags::length_cm(tags.get("maxheight"));
        let height_cm = self.read(element, "maxheight", tags, height);
        let load = tags::mass_kg(tags.get("maxweight"));
        let load_kg = self.read(element, "maxweight", tags, load);
        let one_way = tags::one_way(tags);
        for (part, (mut nodes, mut line)) in self.stretches(element, nodes).into_iter().enumerate()
        {
            if one_way == Some(false) {
                nodes.reverse();
                line.reverse();
            }
            self.extract.roads.push(Road {
                way: id,
                part: part as u32,
                nodes,
                line,
                class: class.unwrap_or("street"),
                structure: if class.is_some() { tags::road_structure(tags) } else { "ferry" },
                oneway: one_way.is_some(),
                name: tags.text("name"),
                name_en: tags.text("name:en"),
                road_number: tags.text("ref"),
                surface: tags::surface(tags),
                width_cm,
                height_cm,
                load_kg,
                speed_km_h,
                conditional: conditional.clone(),
            });
        }
    }

    fn finish_relation(&mut self, element: &str, ways: &[i64], tags: Tags<'_>) {
        let known: Vec<Vec<i64>> =
            ways.iter().filter_map(|way| self.members.get(way).cloned()).collect();
        if known.len() < ways.len() {
            let detail = format!("{} of {} ways", ways.len() - known.len(), ways.len());
            self.problem(ProblemKind::MissingMembers, element, &detail);
        }
        let (rings, open) = join(&known);
        if open > 0 {
            self.problem(ProblemKind::NotClosed, element, &format!("{open} ways"));
        }
        if !rings.is_empty() {
            self.area(element, &rings, tags);
        }
    }

    fn area(&mut self, element: &str, outlines: &[Vec<i64>], tags: Tags<'_>) {
        let mut rings = Vec::new();
        let mut any = None;
        for nodes in outlines {
            let points: Vec<LonLat> = nodes.iter().filter_map(|n| self.position(*n)).collect();
            any = any.or(points.first().copied());
            if points.len() < nodes.len() {
                let detail = format!("{} of {}", nodes.len() - points.len(), nodes.len());
                self.problem(ProblemKind::MissingNodes, element, &detail);
                continue;
            }
            match ring::check(&points) {
                Ok(()) => rings.push(points),
                Err(error) => {
                    self.problem(ProblemKind::UnsoundOutline, element, &error.to_string());
                }
            }
        }
        let rings = match in_order(&rings) {
            Ok(rings) => rings,
            Err(error) => {
                self.problem(ProblemKind::UnsoundOutline, element, &error.to_string());
                Vec::new()
            }
        };
        // Without a sound outline the thing is still there: it is kept as a point.
        let Some(point) = point_of(&rings).or(any) else { return };
        let Some(kind) = Kind::of(tags) else { return };
        if let Some(site) = kind.site {
            self.site(element, point, site, tags);
        }
        if let Some(water) = kind.water
            && !rings.is_empty()
        {
            self.water(element.to_owned(), water, Vec::new(), rings.clone(), tags);
        }
        if kind.building {
            self.building(element, point, rings, tags);
        }
    }

    fn building(&mut self, element: &str, point: LonLat, rings: Vec<Vec<LonLat>>, tags: Tags<'_>) {
        let levels = tags::whole(tags.get("building:levels"));
        let storeys = self.read(element, "building:levels", tags, levels);
        self.extract.buildings.push(Building {
            source_id: element.to_owned(),
            point,
            rings,
            name: tags.text("name"),
            usage: tags::building_usage(tags),
            storeys,
            built_year: tags::year(tags.get("start_date")),
        });
    }

    fn site(&mut self, element: &str, point: LonLat, kind: &'static str, tags: Tags<'_>) {
        let key = if tags.has("beds") { "beds" } else { "capacity" };
        let capacity = tags::whole(tags.get(key));
        let capacity = self.read(element, key, tags, capacity);
        self.extract.sites.push(Site {
            source_id: element.to_owned(),
            point,
            kind,
            name: tags.text("name"),
            name_en: tags.text("name:en"),
            capacity,
        });
    }

    fn water(
        &mut self,
        source_id: String,
        kind: &'static str,
        line: Vec<LonLat>,
        rings: Vec<Vec<LonLat>>,
        tags: Tags<'_>,
    ) {
        let width = tags::length_cm(tags.get("width"));
        let width_m = self.read(&source_id, "width", tags, width).map(|cm| (cm + 50) / 100);
        self.extract.waters.push(Water {
            source_id,
            kind,
            name: tags.text("name"),
            name_en: tags.text("name:en"),
            line,
            rings,
            width_m: width_m.filter(|width| *width > 0),
        });
    }

    /// Whether an element comes for the first time.
    fn is_new(&mut self, relation: bool, id: i64, element: &str) -> bool {
        let new = self.seen.insert((relation, id));
        if !new {
            self.problem(ProblemKind::Repeated, element, "kept once");
        }
        new
    }
}

/// The rings by polygon, the largest first, each outline before its holes.
fn in_order(rings: &[Vec<LonLat>]) -> Result<Vec<Vec<LonLat>>, AreaError> {
    if rings.len() < 2 {
        return Ok(rings.to_vec());
    }
    let flat: Vec<i32> =
        rings.iter().flatten().flat_map(|point| [point.lon_e7, point.lat_e7]).collect();
    let mut polygons = polygons(&flat);
    polygons.sort_by_key(|polygon| std::cmp::Reverse(twice_area(&polygon.exterior).abs()));
    overlap::check_area(&polygons)?;
    Ok(polygons.iter().flat_map(|polygon| polygon.rings().cloned()).collect())
}

fn owned(tags: &[(&str, &str)]) -> Vec<(String, String)> {
    tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

impl Sink for Collector {
    fn changed(&mut self, at: UnixSeconds) {
        let newest = &mut self.extract.counts.newest;
        *newest = (*newest).max(Some(at));
    }

    fn node(&mut self, id: i64, at: Option<LonLat>, tags: &[(&str, &str)]) -> Result<(), OsmError> {
        self.extract.counts.nodes += 1;
        if self.extract.counts.nodes > self.limits.nodes {
            return Err(OsmError::TooLarge { what: "nodes", limit: self.limits.nodes });
        }
        let element = format!("node/{id}");
        let Some(at) = at else {
            self.problem(ProblemKind::OffGlobe, &element, "node");
            return Ok(());
        };
        self.nodes.push((id, at));
        let tags = Tags(tags);
        if let Some(place) = tags.get("place") {
            self.extract.counts.place_nodes += 1;
            let population = tags::whole(tags.get("population"));
            let population = self.read(&element, "population", tags, population);
            self.extract.places.push(Place {
                source_id: element.clone(),
                point: at,
                place: place.chars().take(255).collect(),
                class: PlaceClass::of(place),
                name: tags.text("name"),
                name_en: tags.text("name:en"),
                population_tag: population.map(i64::from),
            });
        }
        if let Some(kind) = tags::site_kind(tags) {
            self.site(&element, at, kind, tags);
        }
        if tags.is_on("building") {
            self.building(&element, at, Vec::new(), tags);
        }
        Ok(())
    }

    fn way(&mut self, id: i64, nodes: &[i64], tags: &[(&str, &str)]) -> Result<(), OsmError> {
        let counts = &mut self.extract.counts;
        counts.ways += 1;
        if counts.ways > self.limits.ways {
            return Err(OsmError::TooLarge { what: "ways", limit: self.limits.ways });
        }
        let of = Tags(tags);
        if of.has("highway") {
            counts.highway_ways += 1;
            counts.bridges += u64::from(of.is_on("bridge"));
            counts.tunnels += u64::from(of.is_on("tunnel"));
        }
        counts.building_ways += u64::from(of.has("building"));
        counts.waterway_ways += u64::from(of.has("waterway"));
        let road = of.get("highway").and_then(tags::road_class).is_some()
            || of.get("route") == Some("ferry");
        let used = road || tags::running_water(of).is_some() || Kind::of(of).is_some();
        let wanted = self.wanted.ways.contains(&id);
        if !used && !wanted {
            return Ok(());
        }
        let element = format!("way/{id}");
        if !self.is_new(false, id, &element) {
            return Ok(());
        }
        if wanted {
            self.members.insert(id, nodes.to_vec());
        }
        if used {
            let shape = Shape::Way(nodes.to_vec());
            self.pending.push(Pending { element, id, tags: owned(tags), shape });
        }
        Ok(())
    }

    fn relation(
        &mut self,
        id: i64,
        ways: &[Member<'_>],
        tags: &[(&str, &str)],
    ) -> Result<(), OsmError> {
        self.extract.counts.relations += 1;
        if self.extract.counts.relations > self.limits.ways {
            return Err(OsmError::TooLarge { what: "relations", limit: self.limits.ways });
        }
        let element = format!("relation/{id}");
        if !is_area_relation(Tags(tags)) || !self.is_new(true, id, &element) {
            return Ok(());
        }
        // Outlines first, so that the first ring of an area is one.
        let part = |inner: bool| {
            let of_part = ways.iter().filter(move |member| (member.role == "inner") == inner);
            of_part.map(|member| member.way)
        };
        let shape = Shape::Relation(part(false).chain(part(true)).collect());
        self.pending.push(Pending { element, id, tags: owned(tags), shape });
        Ok(())
    }
}
