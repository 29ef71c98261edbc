//! Organisations, posts and who holds them, with made-up telephone numbers.

use std::collections::BTreeMap;

use kernel::PlaceCode;
use serde::Deserialize;

use crate::forces::Forces;
use crate::frame::Frame;
use crate::model::{Enterprise, Name, Organisation, Post, Site, Village};
use crate::names::{Names, fill};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganisationsFile {
    county: BTreeMap<String, [String; 2]>,
    department: Vec<Department>,
    title: BTreeMap<String, [String; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Department {
    key: String,
    name: [String; 2],
}

/// What a signature is worth. Source: house, decision 10.
mod rank {
    pub(super) const REPORTER: u8 = 10;
    pub(super) const TOWNSHIP: u8 = 20;
    pub(super) const COUNTY: u8 = 40;
    pub(super) const COMMANDER: u8 = 50;
    pub(super) const CITY: u8 = 60;
    pub(super) const PROVINCE: u8 = 70;
}

/// All organisations and posts; `officers` has each village's information officer, in order.
pub(crate) struct Staff {
    pub(crate) organisations: Vec<Organisation>,
    pub(crate) posts: Vec<Post>,
    pub(crate) officers: Vec<String>,
}

struct Hiring<'a> {
    names: &'a mut Names,
    file: OrganisationsFile,
    staff: Staff,
}

pub(crate) fn staff(
    frame: &Frame,
    villages: &[Village],
    sites: &[Site],
    enterprises: &[Enterprise],
    forces: &Forces,
    names: &mut Names,
) -> Staff {
    let file: OrganisationsFile = toml::from_str(include_str!("../data/organisations.toml"))
        .expect("data/organisations.toml is well formed");
    let staff = Staff { organisations: Vec::new(), posts: Vec::new(), officers: Vec::new() };
    let mut hiring = Hiring { names, file, staff };
    hiring.above(frame);
    hiring.county(frame);
    hiring.departments(frame);
    hiring.townships(frame);
    hiring.villages(frame, villages);
    hiring.depots(sites);
    hiring.teams(forces);
    hiring.enterprises(enterprises);
    hiring.staff
}

impl Hiring<'_> {
    fn organisation(
        &mut self,
        id: &str,
        name: Name,
        kind: &'static str,
        place: PlaceCode,
        parent: Option<&str>,
    ) {
        let duty_phone = self.names.phone();
        let parent = parent.map(str::to_owned);
        let id = id.to_owned();
        self.staff.organisations.push(Organisation { id, name, kind, place, parent, duty_phone });
    }

    /// Adds a post of the organisation that was added last; it answers that one's telephone.
    fn post(&mut self, id: &str, title: Name, role: &'static str, rank: u8) {
        let Some(own) = self.staff.organisations.last() else { return };
        let (organisation, place) = (own.id.clone(), own.place);
        let duty_phone = own.duty_phone.clone();
        let person = self.names.person();
        let id = id.to_owned();
        self.staff.posts.push(Post {
            id,
            title,
            organisation,
            place,
            role,
            rank,
            duty_phone,
            person,
        });
    }

    fn title(&self, key: &str, values: &[&Name]) -> Name {
        let plain = [key.to_owned(), key.to_owned()];
        fill(self.file.title.get(key).unwrap_or(&plain), values)
    }

    fn named(&self, key: &str, values: &[&Name]) -> Name {
        let plain = [key.to_owned(), key.to_owned()];
        fill(self.file.county.get(key).unwrap_or(&plain), values)
    }

    fn above(&mut self, frame: &Frame) {
        let (province, city) = (self.names.province(), self.names.prefecture());
        let county = frame.county;
        let unit = |digits: u64| PlaceCode(county.0 / digits * digits);
        let name = self.named("province_duty", &[&province]);
        self.organisation("province.duty_room", name, "duty_room", unit(10_000_000_000), None);
        let title = self.title("province_duty", &[]);
        self.post("province.duty", title, "duty", rank::PROVINCE);
        let title = self.title("province_air", &[]);
        self.post("province.air", title, "liaison", rank::PROVINCE);
        let name = self.named("city_duty", &[&city]);
        let above = Some("province.duty_room");
        self.organisation("city.duty_room", name, "duty_room", unit(100_000_000), above);
        let title = self.title("city_duty", &[]);
        self.post("city.duty", title, "duty", rank::CITY);
    }

    fn county(&mut self, frame: &Frame) {
        let (name, place) = (self.names.county(), frame.county);
        let own = self.named("government", &[&name]);
        self.organisation("county.government", own, "government", place, Some("city.duty_room"));
        let title = self.title("county_commander", &[]);
        self.post("county.commander", title, "commander", rank::COMMANDER);
        let above = Some("county.government");
        let own = self.named("duty", &[&name]);
        self.organisation("county.duty_room", own, "duty_room", place, above);
        for (id, role) in [("duty", "duty"), ("deputy", "deputy"), ("admin", "admin")] {
            let title = self.title(&format!("county_{id}"), &[]);
            self.post(&format!("county.{id}"), title, role, rank::COUNTY);
        }
        let own = self.named("verification", &[&name]);
        self.organisation("county.verification", own, "group", place, above);
        let title = self.title("county_verifier", &[]);
        self.post("county.verifier", title, "verifier", rank::COMMANDER);
        let own = self.named("inspection", &[&name]);
        self.organisation("county.inspection", own.clone(), "team", place, above);
        for n in 1..=4 {
            let serial = Name { zh: n.to_string(), en: n.to_string() };
            let title = self.title("inspector", &[&own, &serial]);
            self.post(&format!("inspector.{n}"), title, "inspector", rank::COUNTY);
        }
        // The county asks these and never orders them. Source: domain reference, section 2.4 (F3).
        let own = self.named("military", &[&name]);
        self.organisation("military", own, "military", place, None);
        let title = self.title("military_duty", &[]);
        self.post("military.duty", title, "liaison", rank::REPORTER);
    }

    fn departments(&mut self, frame: &Frame) {
        let county = self.names.county();
        let rows: Vec<(String, Name)> = self
            .file
            .department
            .iter()
            .map(|d| (d.key.clone(), fill(&d.name, &[&county])))
            .collect();
        for (key, name) in rows {
            let id = format!("department.{key}");
            let above = Some("county.government");
            self.organisation(&id, name.clone(), "department", frame.county, above);
            for what in ["duty", "head"] {
                let title = self.title(&format!("department_{what}"), &[&name]);
                self.post(&format!("{id}.{what}"), title, "department", rank::COUNTY);
            }
        }
    }

    fn townships(&mut self, frame: &Frame) {
        for (t, town) in frame.towns.iter().enumerate() {
            let name = self.names.by(town.kind(), &[&town.bare]);
            let id = format!("township.{}", t + 1);
            let own = self.named("government", &[&name]);
            self.organisation(&id, own, "government", town.code, Some("county.government"));
            for what in ["duty", "head"] {
                let title = self.title(&format!("township_{what}"), &[&name]);
                self.post(&format!("{id}.{what}"), title, "township", rank::TOWNSHIP);
            }
        }
    }

    fn villages(&mut self, frame: &Frame, villages: &[Village]) {
        let mut serial = vec![0; frame.towns.len()];
        for (village, spot) in villages.iter().zip(&frame.spots) {
            serial[spot.township] += 1;
            let id = format!("village.{}.{}", spot.township + 1, serial[spot.township]);
            let pattern = if spot.urban { "residents_committee" } else { "village_committee" };
            let name = self.names.by(pattern, &[&village.name]);
            let above = format!("township.{}", spot.township + 1);
            self.organisation(&id, name, "committee", village.code, Some(&above));
            let title = self.title("village_officer", &[&village.name]);
            let officer = format!("{id}.officer");
            self.post(&officer, title, "reporter", rank::REPORTER);
            self.staff.officers.push(officer);
        }
    }

    fn depots(&mut self, sites: &[Site]) {
        for (i, depot) in sites.iter().filter(|s| s.kind == "depot").enumerate() {
            let id = format!("depot.{i}");
            let above =
                if i == 0 { "department.emergency".to_owned() } else { format!("township.{i}") };
            self.organisation(&id, depot.name.clone(), "depot", depot.place, Some(&above));
            let title = self.title("depot_keeper", &[&depot.name]);
            let worth = if i == 0 { rank::COUNTY } else { rank::TOWNSHIP };
            self.post(&format!("{id}.keeper"), title, "keeper", worth);
        }
    }

    fn teams(&mut self, forces: &Forces) {
        for team in &forces.teams {
            let id = format!("team.{}", team.id);
            self.organisation(&id, team.name.clone(), "team", team.place, None);
            let title = self.title("team_leader", &[&team.name]);
            self.post(&team.leader, title, "leader", rank::REPORTER);
        }
    }

    fn enterprises(&mut self, enterprises: &[Enterprise]) {
        for enterprise in enterprises {
            let id = format!("enterprise.{}", enterprise.id);
            self.organisation(&id, enterprise.name.clone(), "enterprise", enterprise.place, None);
            let title = self.title("safety_manager", &[&enterprise.name]);
            self.post(&enterprise.safety_manager, title, "safety_manager", rank::REPORTER);
        }
    }
}
