//! Roads as they are: live reports resolved on the graph, times by profile, for forces and relief.

use std::collections::BTreeMap;

use kernel::{ClockQuality, EntityId, LonLat, UnixSeconds};
use ledger::View;
use roads::{
    ArcKey, Direction, Graph, Metric, Modes, Overlay, Policy, Profile, Report, Says, Snap,
    SnapIndex, Source, Towards, sweep,
};

use crate::desk::Desk;

/// A time factor of twice the ordinary time, of 256.
const ONE_LANE_Q8: u32 = 512;

impl Desk {
    /// The live road reports as the road engine takes them.
    pub(crate) fn road_reports(&self) -> Vec<Report> {
        let Ok(entry) = self.entry("road_report") else { return Vec::new() };
        let views = self.record.views().find("road_report", "state", "Live");
        let shown = |view: &View, number: u8| {
            let field = entry.field_numbered(number)?;
            Some(field.shape.show(view.get(number)?))
        };
        let report = |view: &std::sync::Arc<View>| {
            let row = view.reference_in(command::road_report::ROAD)?;
            let status = shown(view, command::road_report::STATUS)?;
            let (says, modes) = match status.as_str()? {
                "closed" => (Says::Closed, Modes::EVERY),
                "foot" => (Says::Closed, Modes::WHEELS),
                "one_lane" => (Says::Slow { factor_q8: ONE_LANE_Q8 }, Modes::EVERY),
                "open" => (Says::Open, Modes::EVERY),
                // Somebody looked and could not tell: no vehicle is sent there on that word.
                _ => (Says::Closed, Modes::WHEELS),
            };
            let seen = shown(view, command::road_report::SEEN_HOW);
            let source = match seen.as_ref().and_then(|s| s.as_str()) {
                Some("passed_through") => Source::Traversal,
                Some("on_site" | "official" | "drone" | "camera") => Source::Official,
                _ => Source::Citizen,
            };
            let op = view.fields.get(&command::road_report::STATUS).and_then(crate::figure::winner);
            let by = op.and_then(|op| self.record.info(op)).map(|i| i.by).unwrap_or_default();
            Some(Report {
                id: view.id,
                arcs: [Direction::Along, Direction::Against].map(|d| ArcKey::of(row.id, d)).into(),
                modes,
                says,
                source,
                author: EntityId::from_code("author", &by),
                observed_at: view.int(ledger::entity::OBSERVED_AT).map(UnixSeconds),
                clock: ClockQuality::SyncedDay,
                valid_until: view.int(command::road_report::VALID_UNTIL).map(UnixSeconds),
            })
        };
        views.iter().filter_map(report).collect()
    }

    /// Runs on the road graph as it is at a time; `None` where no roads are known.
    pub(crate) fn on_roads<T>(
        &self,
        at: UnixSeconds,
        work: impl FnOnce(&Overlay<'_>, &SnapIndex<'_>) -> T,
    ) -> Option<T> {
        let graph: &Graph = &self.area.built.roads.as_ref()?.graph;
        let reports = self.road_reports();
        let overlay = Overlay::at(graph, &reports, &BTreeMap::new(), at);
        let index = SnapIndex::new(graph);
        Some(work(&overlay, &index))
    }
}

/// Times from one place to others for a profile, seconds; `None` is no way.
pub(crate) fn seconds_between(metric: &Metric<'_>, snaps: &[Vec<Snap>]) -> Vec<Vec<Option<i64>>> {
    roads::matrix(metric, snaps, snaps).seconds()
}

/// The quickest way from one position to another: seconds and the line of the way.
pub(crate) fn way(
    overlay: &Overlay<'_>,
    index: &SnapIndex<'_>,
    profile: &Profile,
    policy: Policy,
    from: LonLat,
    to: LonLat,
) -> Option<(i64, Vec<i32>)> {
    let (start, end) = (index.snap(from, profile)?, index.snap(to, profile)?);
    let metric = Metric::full(overlay, profile, policy);
    let reached = sweep(&metric, &[start], Towards::All);
    let ms = reached.ms(&metric, &end);
    if ms >= roads::INF_MS {
        return None;
    }
    let keys = reached.path(&metric, &end).unwrap_or_default();
    let graph = overlay.graph();
    let mut line: Vec<i32> = Vec::new();
    for key in keys {
        let Some(arc) = graph.arc(key) else { continue };
        let points = graph.line(graph.arcs()[arc as usize].segment);
        match key.direction() {
            Direction::Along => line.extend_from_slice(points),
            Direction::Against => {
                line.extend(points.chunks_exact(2).rev().flat_map(|p| [p[0], p[1]]));
            }
        }
    }
    Some((i64::from(ms.div_ceil(1000)), line))
}
