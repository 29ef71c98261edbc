//! One row of a scenario file becomes one inject, or one for each place or road it is about.

use kernel::PlaceCode;

use super::file::{Alert, Figure, Row, Text, What};
use super::pick::{Picked, Picks};
use super::{Inject, InjectKind};
use crate::model::{County, Name};
use crate::network::structure;

/// One place or road that an inject is about.
#[derive(Clone, Copy)]
enum Subject {
    Nothing,
    Place(PlaceCode),
    Road(usize),
}

/// Makes injects of the rows of a file.
pub(super) struct Rows<'a> {
    pub(super) county: &'a County,
    pub(super) picks: &'a Picks<'a>,
    pub(super) id: &'a str,
}

impl Rows<'_> {
    /// The injects of one row: one, or one for each picked place or road.
    pub(super) fn injects(&self, row: &Row) -> Result<Vec<Inject>, String> {
        let subjects: Vec<Subject> = match (&row.each, row.county) {
            (Some(_), true) => return Err("each and county exclude each other".to_owned()),
            (Some(name), false) => match self.picks.get(name)? {
                Picked::Places(places) => places.iter().map(|p| Subject::Place(*p)).collect(),
                Picked::Roads(roads) => roads.iter().map(|r| Subject::Road(*r)).collect(),
            },
            (None, true) => vec![Subject::Place(self.county.place)],
            (None, false) => vec![Subject::Nothing],
        };
        let mut injects = Vec::new();
        for (n, subject) in subjects.iter().enumerate() {
            let at_s = row.at_s + row.every_s * n as i64;
            let by = self.author(row, *subject)?;
            let what = self.what(row, &subjects, n, at_s)?;
            injects.push(Inject { at_s, by, what });
        }
        Ok(injects)
    }

    fn author(&self, row: &Row, subject: Subject) -> Result<String, String> {
        let mut post = row.by.clone();
        if post == "@duty" {
            post = self.duty(subject)?;
            // A township that nobody hears cannot have written it.
            if let (Some(silent), Some(other)) = (&row.not_from, &row.else_by)
                && let Picked::Places(silent) = self.picks.get(silent)?
                && silent.iter().any(|s| self.duty(Subject::Place(*s)).is_ok_and(|d| d == post))
            {
                post.clone_from(other);
            }
        }
        match self.county.posts.iter().any(|p| p.id == post) {
            true => Ok(post),
            false => Err(format!("no post is called {post:?}")),
        }
    }

    /// The duty post of a place: the township's; for a village or road that of its township.
    fn duty(&self, subject: Subject) -> Result<String, String> {
        let place = match subject {
            Subject::Place(place) => place,
            Subject::Road(road) => self
                .road_place(road)
                .ok_or_else(|| format!("road {road} lies in no village, so nobody reports it"))?,
            Subject::Nothing => return Err("@duty needs a place".to_owned()),
        };
        let township = self.county.division(place).filter(|d| d.level == 5).and_then(|d| d.parent);
        let place = township.unwrap_or(place);
        let found = self.county.posts.iter().find(|p| p.place == place && p.id.ends_with(".duty"));
        found.map(|p| p.id.clone()).ok_or_else(|| format!("{place} has no duty post"))
    }

    fn road_place(&self, road: usize) -> Option<PlaceCode> {
        let village = self.county.roads.segments.get(road)?.village?;
        Some(self.county.villages.get(village)?.code)
    }

    fn name(&self, subject: Subject) -> Name {
        let place = match subject {
            Subject::Place(place) => Some(place),
            Subject::Road(road) => self.road_place(road),
            Subject::Nothing => None,
        };
        let found = place.and_then(|p| self.county.division(p));
        found.map_or_else(|| self.county.name.clone(), |d| d.name.clone())
    }

    fn what(
        &self,
        row: &Row,
        subjects: &[Subject],
        n: usize,
        at_s: i64,
    ) -> Result<InjectKind, String> {
        let subject = subjects[n];
        let name = self.name(subject);
        let say = |text: &Text| text.with(&name);
        let place = || match subject {
            Subject::Place(place) => Ok(place),
            _ => Err("it needs places".to_owned()),
        };
        let number = |figure: &Option<Figure>| self.number(figure, subjects, n);
        Ok(match &row.what {
            What::Alert(alert) => self.alert(alert, &name, at_s)?,
            What::CallAnswer { outcome, note } => InjectKind::CallAnswer {
                post: self.duty(subject)?,
                outcome: outcome.clone(),
                note: say(note),
            },
            What::RoadReport { status, seen_how, cause, seen_before_s, note } => {
                let Subject::Road(road) = subject else { return Err("it needs roads".to_owned()) };
                let segment = &self.county.roads.segments[road];
                let is_bridge = segment.structure == structure::BRIDGE;
                let by_kind = if is_bridge { "bridge_out" } else { "landslide" };
                InjectKind::RoadReport {
                    road: segment.source_id.clone(),
                    row: datasets::row_id("road", &segment.source_id),
                    place: self.road_place(road),
                    status: status.clone(),
                    seen_how: seen_how.clone(),
                    cause: cause.clone().unwrap_or_else(|| by_kind.to_owned()),
                    observed_at_s: at_s - seen_before_s,
                    note: say(note),
                }
            }
            What::Situation(figures) => InjectKind::Situation {
                place: place()?,
                moved: number(&figures.moved)?,
                villages_cut_off: number(&figures.villages_cut_off)?,
                houses_collapsed: number(&figures.houses_collapsed)?,
                houses_severe: number(&figures.houses_severe)?,
                needing_relief: number(&figures.needing_relief)?,
                note: say(&figures.note),
            },
            What::Casualty { dead, missing, injured, note } => InjectKind::Casualty {
                place: place()?,
                dead: *dead,
                missing: *missing,
                injured: *injured,
                note: say(note),
            },
            What::VillageContact { road, network, power, note } => InjectKind::VillageContact {
                place: place()?,
                road: *road,
                network: *network,
                power: *power,
                note: say(note),
            },
            What::TelecomCut { townships, lines, note } => InjectKind::TelecomCut {
                townships: self.picks.places(townships)?,
                lines: lines.clone(),
                note: say(note),
            },
        })
    }

    fn alert(&self, alert: &Alert, name: &Name, at_s: i64) -> Result<InjectKind, String> {
        Ok(InjectKind::Alert {
            identifier: format!("{}.{}.{at_s:06}", self.county.place, self.id),
            event: alert.event.clone(),
            colour: alert.colour.clone(),
            urgency: alert.urgency.clone(),
            severity: alert.severity.clone(),
            certainty: alert.certainty.clone(),
            response_types: alert.response_types.clone(),
            onset_at_s: at_s + alert.onset_s,
            expires_at_s: at_s + alert.expires_s,
            areas: self.picks.places(&alert.townships)?,
            headline: alert.headline.with(name),
            description: alert.description.with(name),
            instruction: alert.instruction.with(name),
        })
    }

    /// A figure of one of several places: its own number, its share, or a count of places in it.
    fn number(
        &self,
        figure: &Option<Figure>,
        subjects: &[Subject],
        n: usize,
    ) -> Result<Option<i64>, String> {
        match figure {
            None => Ok(None),
            Some(Figure::Number(number)) => Ok(Some(*number)),
            Some(Figure::Share { share, by }) => {
                let weight = |subject: &Subject| match subject {
                    Subject::Place(place) => self.picks.weight(*place, by).map(|w| w + 1),
                    _ => Ok(1),
                };
                let weights: Result<Vec<i64>, String> = subjects.iter().map(weight).collect();
                Ok(Some(crate::settle::share(*share, &weights?)[n]))
            }
            Some(Figure::CountOf { count_of }) => {
                let Subject::Place(place) = subjects[n] else {
                    return Err("count_of needs places".to_owned());
                };
                let inside = |p: &PlaceCode| self.lies_in(*p, place);
                let counted = self.picks.places(count_of)?;
                Ok(Some(counted.iter().filter(|p| inside(p)).count() as i64))
            }
        }
    }

    fn lies_in(&self, place: PlaceCode, above: PlaceCode) -> bool {
        let mut here = Some(place);
        while let Some(code) = here {
            if code == above {
                return true;
            }
            here = self.county.division(code).and_then(|d| d.parent);
        }
        false
    }
}
