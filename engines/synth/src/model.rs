//! What a made-up place consists of, as plain values.

use kernel::{Estimate, LonLat, PlaceCode};
use serde::Serialize;

use crate::network::RoadNetwork;
use crate::size::Size;

/// A name as written and in Latin letters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Name {
    /// As written at the place.
    pub zh: String,
    /// In Latin letters or in English.
    pub en: String,
}

/// A unit of the division table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Division {
    /// Its code; begins with 99.
    pub code: PlaceCode,
    /// The unit above; `None` at the top.
    pub parent: Option<PlaceCode>,
    /// 1 province, 2 prefecture, 3 county, 4 township, 5 village.
    pub level: u8,
    /// Kind as named in the dataset's catalogue: `town`, `township`, `community`, `village` ...
    pub kind: &'static str,
    /// Its name.
    pub name: Name,
    /// Where its seat lies.
    pub centre: LonLat,
    /// Its boundary as closed rings, lon, lat, ... in 1e-7 degree; empty above the county.
    pub boundary: Vec<i32>,
    /// Land area, square metres; 0 above the county.
    pub area_m2: i64,
}

/// People by age band: under 1, 1–4, 5–14, 15–59, 60–79, 80 and over.
pub type AgeBands = [i32; 6];

/// The people of a village. The bands add up to the total; vulnerable groups overlap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct People {
    /// Boys and men by age.
    pub men: AgeBands,
    /// Girls and women by age.
    pub women: AgeBands,
    /// Infants under 6 months.
    pub infants_under_6_months: i32,
    /// Infants of 6 to under 24 months.
    pub infants_6_to_24_months: i32,
    /// Women pregnant or nursing.
    pub pregnant_or_nursing: i32,
    /// People who must be carried.
    pub bedridden: i32,
    /// People of 60 and over who live alone.
    pub living_alone_60: i32,
    /// People with a certified disability.
    pub disabled: i32,
    /// People who depend on daily medicine, dialysis or oxygen.
    pub chronically_ill: i32,
}

impl People {
    /// All of them.
    pub fn total(&self) -> i64 {
        self.men.iter().chain(&self.women).map(|n| i64::from(*n)).sum()
    }
}

/// A village or community with its people.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Village {
    /// Its division code.
    pub code: PlaceCode,
    /// The township's division code.
    pub township: PlaceCode,
    /// Its name.
    pub name: Name,
    /// A community of a town rather than a village.
    pub is_community: bool,
    /// Where its centre lies.
    pub centre: LonLat,
    /// Households, where they are known.
    pub households: Option<i32>,
    /// How many people live there, with what that may be off by.
    pub estimate: Estimate,
    /// Its people by age and need; `None` where nobody has counted them.
    pub people: Option<People>,
    /// Buildings.
    pub buildings: i32,
    /// Node of the road network at its centre; `None` where no road leads.
    pub road_node: Option<u32>,
    /// People whose building a flood of 20 years reaches; `None` where no flood zone is known.
    pub flood_20_years_people: Option<i64>,
    /// Post id of its disaster information officer.
    pub officer: String,
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Organisation {
    /// Its id, such as `department.water`; the public code that its entity id is made from.
    pub id: String,
    /// Its name.
    pub name: Name,
    /// `duty_room`, `government`, `department`, `military`, `committee`, `team`, `enterprise` ...
    pub kind: &'static str,
    /// The unit it acts at.
    pub place: PlaceCode,
    /// The organisation it answers to.
    pub parent: Option<String>,
    /// Duty telephone (class 1); made up.
    pub duty_phone: String,
}

/// A person who holds a post. Personal (class 2) from the first op.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Person {
    /// The person's name.
    pub name: Name,
    /// The person's own telephone; made up.
    pub phone: String,
}

/// A post and who holds it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Post {
    /// Its id and account name, such as `county.duty`.
    pub id: String,
    /// What it is called.
    pub title: Name,
    /// The organisation's id.
    pub organisation: String,
    /// The unit it acts at.
    pub place: PlaceCode,
    /// Its role: `duty`, `commander`, `verifier`, `department`, `township`, `reporter`, `keeper`,
    /// `leader`, `safety_manager`, `inspector`, `liaison`, `admin`.
    pub role: &'static str,
    /// What its signature is worth in a fold. Source: house, decision 10.
    pub rank: u8,
    /// Duty telephone (class 1); made up.
    pub duty_phone: String,
    /// Who holds it.
    pub person: Person,
}

/// A place that serves in an emergency.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Site {
    /// Its id in the dataset, such as `S00012`.
    pub id: String,
    /// Kind as named in the dataset's catalogue.
    pub kind: &'static str,
    /// Its name.
    pub name: Name,
    /// The village it lies in.
    pub place: PlaceCode,
    /// Where it lies.
    pub at: LonLat,
    /// Height above sea level, metres, where that is known.
    pub elevation_m: Option<i32>,
    /// People it holds, where that is known.
    pub capacity: Option<i32>,
    /// Usable area, square metres, where that is known.
    pub area_m2: Option<i32>,
    /// Node of the road network where it is reached; `None` where none is near.
    pub road_node: Option<u32>,
    /// Duty telephone, where it has one; made up.
    pub phone: Option<String>,
    /// Post id of who is responsible.
    pub post: Option<String>,
}

/// A relief item: what a pack of it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Item {
    /// Its key, such as `water`.
    pub key: String,
    /// Its name.
    pub name: Name,
    /// Mass of a pack, grams.
    pub pack_g: i64,
    /// Room a pack takes, millilitres.
    pub pack_ml: i64,
}

/// A stock lot: some packs of one item with one expiry, owner and earmark.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lot {
    /// Its id, such as `L00042`.
    pub id: String,
    /// Site id of the depot.
    pub depot: String,
    /// Key of the item.
    pub item: String,
    /// Packs in it.
    pub packs: i64,
    /// Civil date of expiry.
    pub expires_on: String,
    /// The unit that owns it.
    pub owner: PlaceCode,
    /// Village or group it is given for, where it is.
    pub earmark: Option<PlaceCode>,
}

/// A piece of equipment of a team.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Equipment {
    /// Its id, such as `fire_company_1.assault_boat`.
    pub id: String,
    /// `air`, `water_rescue`, `search_and_rescue`, `communications`, `engineering`, `life_support`.
    pub class: String,
    /// What it is.
    pub item: String,
    /// How many there are.
    pub units: i32,
    /// How many were ready at the last test; `None` where the test is too old to tell.
    pub units_ready: Option<i32>,
    /// Civil date of the last test.
    pub tested_on: String,
}

/// A team.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Team {
    /// Its id, such as `fire_company_1`.
    pub id: String,
    /// Its name.
    pub name: Name,
    /// `ncfrt`, `professional`, `military`, `social`, `grassroots`.
    pub class: String,
    /// What it can do.
    pub kinds: Vec<String>,
    /// Size tier, 1 the most capable.
    pub tier: u8,
    /// People in it.
    pub people: i32,
    /// Hours it feeds and supplies itself.
    pub self_supply_hours: i32,
    /// Minutes from the call to leaving.
    pub leave_minutes: i32,
    /// Whether it works at night.
    pub works_at_night: bool,
    /// Site id of its base; `None` outside the county.
    pub base: Option<String>,
    /// Where its base lies.
    pub at: LonLat,
    /// The unit it belongs to.
    pub place: PlaceCode,
    /// Whether the county's headquarters may order it; else it is asked through `addressee`.
    pub county_commands: bool,
    /// Post id of who orders it, or of whom a request goes to.
    pub addressee: String,
    /// Post id of its leader.
    pub leader: String,
    /// What it has.
    pub equipment: Vec<Equipment>,
}

/// Vehicles of one kind at one place that can carry relief.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Vehicle {
    /// Its id, such as `V0042`.
    pub id: String,
    /// `heavy_truck`, `light_truck`, `four_by_four`, `motorcycle`, `boat`, `helicopter`, `porters`.
    pub kind: String,
    /// Its name.
    pub name: Name,
    /// Road profile: the kind, or `foot` for porters.
    pub profile: String,
    /// What it carries, grams.
    pub payload_g: i64,
    /// Room it has, millilitres.
    pub volume_ml: i64,
    /// Cruising speed, kilometres an hour.
    pub speed_km_h: i32,
    /// Site id where it stands; `None` outside the county.
    pub base: Option<String>,
    /// Where it stands.
    pub at: LonLat,
    /// Team it belongs to, where it does; then the team's command holds for it too.
    pub team: Option<String>,
    /// Whether the county's headquarters may order it.
    pub county_commands: bool,
    /// Post id of whom a request goes to, or of who orders it.
    pub addressee: String,
}

/// A place in an enterprise where something can go wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RiskPoint {
    /// Its id, such as `E0007.2`.
    pub id: String,
    /// Its name.
    pub name: Name,
    /// `red`, `orange`, `yellow`, `blue`.
    pub grade: String,
}

/// A hidden danger that is open when the scenario starts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Danger {
    /// Its id, such as `E0007.d1`.
    pub id: String,
    /// Id of the risk point it was found at.
    pub risk_point: String,
    /// `general`, `major`, or `undetermined` where an answer is missing.
    pub grade: String,
    /// The row of the criteria that was named, such as `CH-12`; empty where none was.
    pub criterion: String,
    /// What was found.
    pub found: Name,
    /// Civil date on which it was found.
    pub found_on: String,
    /// Post id of who found it.
    pub found_by: String,
}

/// An enterprise that can do harm.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Enterprise {
    /// Its id in the dataset, such as `E0007`.
    pub id: String,
    /// Its name.
    pub name: Name,
    /// Sector as named in the dataset's catalogue.
    pub sector: String,
    /// The village it lies in.
    pub place: PlaceCode,
    /// Where it lies.
    pub at: LonLat,
    /// People employed.
    pub staff: i32,
    /// Whether it holds hazardous chemicals.
    pub is_hazchem: bool,
    /// Class 1 to 4 of its worst major hazard installation, where it has one.
    pub major_hazard_class: Option<i32>,
    /// Substances held.
    pub substances: Vec<String>,
    /// Post id of its safety manager.
    pub safety_manager: String,
    /// Duty telephone; made up.
    pub phone: String,
    /// Its risk points.
    pub risk_points: Vec<RiskPoint>,
    /// Its open hidden dangers.
    pub dangers: Vec<Danger>,
}

/// One dataset of a made-up place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerFile {
    /// The layer's name.
    pub name: &'static str,
    /// The bytes of the dataset file.
    pub bytes: Vec<u8>,
}

/// How much of everything there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// People.
    pub people: i64,
    /// Not fewer people than this.
    pub people_low: i64,
    /// Not more people than this.
    pub people_high: i64,
    /// Townships.
    pub townships: usize,
    /// Villages and communities.
    pub villages: usize,
    /// Buildings.
    pub buildings: usize,
    /// Road segments.
    pub road_segments: usize,
    /// Directed arcs of the road graph.
    pub road_arcs: usize,
    /// Road length, kilometres.
    pub road_km: i64,
    /// Bridges.
    pub bridges: usize,
    /// Tunnels.
    pub tunnels: usize,
    /// Land area, square kilometres.
    pub area_km2: i64,
    /// Sites.
    pub sites: usize,
    /// Enterprises.
    pub enterprises: usize,
    /// Open hidden dangers.
    pub open_dangers: usize,
    /// Teams.
    pub teams: usize,
    /// Stock lots.
    pub lots: usize,
    /// Posts.
    pub posts: usize,
    /// People whose building a flood of 20 years reaches; `None` where no flood zone is known.
    pub flood_20_years_people: Option<i64>,
}

/// A made-up village or county, whole, or one laid over a real area. It follows from the seed and
/// the size, or the area's layers, alone.
#[derive(Clone, Debug, Serialize)]
pub struct County {
    /// The seed it was made from.
    pub seed: u64,
    /// Its size; `None` where it is laid over a real area.
    pub size: Option<Size>,
    /// The civil date that all of it describes.
    pub as_of_on: String,
    /// The county's division code.
    pub place: PlaceCode,
    /// The county's name.
    pub name: Name,
    /// The division table, from the province down.
    pub divisions: Vec<Division>,
    /// Villages and communities in the order of their codes' townships.
    pub villages: Vec<Village>,
    /// Organisations.
    pub organisations: Vec<Organisation>,
    /// Posts.
    pub posts: Vec<Post>,
    /// Sites; a depot is one of them.
    pub sites: Vec<Site>,
    /// Relief items.
    pub items: Vec<Item>,
    /// Stock lots.
    pub lots: Vec<Lot>,
    /// Teams with their equipment.
    pub teams: Vec<Team>,
    /// Vehicles that can carry relief.
    pub vehicles: Vec<Vehicle>,
    /// Enterprises with risk points and open dangers.
    pub enterprises: Vec<Enterprise>,
    /// How much of everything there is.
    pub figures: Figures,
    /// The road network as a graph; the layer `road` holds the same.
    #[serde(skip)]
    pub roads: RoadNetwork,
    /// The datasets: division, settlement, building, road, site, enterprise, river, hazard_zone,
    /// coverage, land.
    #[serde(skip)]
    pub layers: Vec<LayerFile>,
}

impl County {
    /// The bytes of a layer.
    pub fn layer(&self, name: &str) -> Option<&[u8]> {
        self.layers.iter().find(|l| l.name == name).map(|l| l.bytes.as_slice())
    }

    /// The unit with this code.
    pub fn division(&self, code: PlaceCode) -> Option<&Division> {
        self.divisions.iter().find(|d| d.code == code)
    }

    /// The townships, in order of their codes.
    pub fn townships(&self) -> impl Iterator<Item = &Division> {
        self.divisions.iter().filter(|d| d.level == 4)
    }
}
