//! A made-up county as commands: its organisations, posts, people, sites, forces, stock, plans and
//! open dangers, entered by the county's administrator before the scenario starts.

use datasets::Reader;
use kernel::{EntityId, Hash32, LonLat, PlaceCode, Ref};
use ledger::Command;
use ledger::entity::post_of;
use serde_json::{Value as Json, json};
use synth::County;

use crate::plan::new_command;

/// Post kind in the table of posts for a made-up post.
pub fn post_kind(post: &synth::Post) -> &'static str {
    let id = post.id.as_str();
    match (post.role, id) {
        ("admin", _) => "administrator",
        ("commander", _) => "county_commander",
        ("verifier", _) => "county_verifier",
        ("deputy", _) => "county_deputy",
        ("inspector", _) => "inspector",
        ("keeper", _) => "depot_keeper",
        ("leader", _) => "team_leader",
        ("safety_manager", _) => "safety_manager",
        ("reporter", _) => "reporter",
        ("township", _) if id.ends_with(".head") => "township_head",
        ("township", _) => "township_duty",
        ("department", _) if id.ends_with(".head") => "department_head",
        ("department", _) => "department_duty",
        ("liaison", "military.duty") => "military_duty",
        ("liaison", _) => "province_air",
        (_, "province.duty") => "province_duty",
        (_, "city.duty") => "city_duty",
        _ => "county_duty",
    }
}

/// Rights of a made-up post: those of its kind, but the meteorological bureau also
/// issues signals and the transport bureau opens roads.
pub fn rights_of(post: &synth::Post) -> &'static str {
    match post.id.as_str() {
        "department.meteorology.duty" => "meteorology_duty",
        "department.natural_resources.duty" => "natural_resources_duty",
        "department.transport.duty" => "road_authority",
        _ => post_kind(post),
    }
}

fn organisation_ref(id: &str) -> Ref {
    Ref::new("organisation", EntityId::from_code("organisation", id))
}

fn site_ref(id: &str) -> Ref {
    Ref::new("site", EntityId::from_code("site", id))
}

fn position(at: LonLat) -> Json {
    json!([at.lon(), at.lat()])
}

/// All commands of the set-up, in an order in which each refers only to what is there.
///
/// `keeper` is the node's key: it keeps the teams until phones sign for themselves.
pub fn set_up(county: &County, tables: &rules::Library, keeper: &Hash32) -> Vec<Command> {
    let mut all = Vec::new();
    // An enterprise is one body, with its posts: it is registered by what is known of it as one.
    let bodies = county.organisations.iter().filter(|o| o.kind != "enterprise");
    all.extend(bodies.map(organisation));
    all.extend(county.enterprises.iter().map(enterprise));
    all.extend(county.posts.iter().map(post));
    for post in &county.posts {
        all.extend(person(post));
    }
    all.extend(county.layers.iter().filter_map(|l| dataset(county, l)));
    all.extend(county.sites.iter().filter_map(site));
    all.extend(county.teams.iter().map(|t| team(county, t, keeper)));
    for team in &county.teams {
        all.extend(team.equipment.iter().map(|e| equipment(team, e)));
    }
    all.extend(county.vehicles.iter().map(vehicle));
    all.extend(county.lots.iter().filter_map(|l| lot(county, l)));
    all.extend(plans(county, tables));
    all
}

fn organisation(o: &synth::Organisation) -> Command {
    let sort = match o.kind {
        "government" => "government",
        "duty_room" | "group" => "command_headquarters",
        "department" => "department",
        "military" => "militia",
        "committee" => "village_committee",
        "depot" => "depot",
        "team" => "rescue_team",
        _ => "other",
    };
    let department = o.id.strip_prefix("department.");
    new_command(
        "organisation",
        "register",
        json!({
            "name": o.name.zh, "name_en": o.name.en, "sort": sort, "place": o.place,
            "parent": o.parent.as_deref().map(organisation_ref), "duty_phone": o.duty_phone,
            "source_id": o.id, "department": department,
            "own_chain_only": (o.kind == "military").then_some(true),
        }),
    )
}

fn post(p: &synth::Post) -> Command {
    let deputy_of = match p.id.as_str() {
        "county.deputy" => Some("county.commander".to_owned()),
        id => id
            .strip_suffix(".duty")
            .filter(|s| s.starts_with("township."))
            .map(|s| format!("{s}.head")),
    };
    new_command(
        "post",
        "establish",
        json!({
            "title": p.title.zh, "title_en": p.title.en, "post_kind": post_kind(p),
            "place": p.place,
            "organisation": organisation_ref(&p.organisation), "duty_phone": p.duty_phone,
            "source_id": p.id, "deputy_of": deputy_of.map(|d| post_of(&d)),
        }),
    )
}

/// A person in two ops: who holds the post, and apart from it, encrypted, who that is.
fn person(p: &synth::Post) -> [Command; 2] {
    let id = EntityId::from_code("person", &p.id);
    let mut enrol = new_command(
        "person",
        "enrol",
        json!({
            "organisation": organisation_ref(&p.organisation), "posts": [post_of(&p.id)],
            "account": p.id, "place": p.place,
        }),
    );
    let mut describe = new_command(
        "person",
        "describe",
        json!({
            "name": p.person.name.zh, "private_phone": p.person.phone,
        }),
    );
    (enrol.id, describe.id) = (Some(id), Some(id));
    [enrol, describe]
}

fn dataset(county: &County, layer: &synth::LayerFile) -> Option<Command> {
    let reader = Reader::open(layer.bytes.clone()).ok()?;
    let meta = reader.meta();
    let mut version = json!({
        "hash": kernel::hash(&layer.bytes), "rows": reader.rows(), "bytes": layer.bytes.len(),
        "source": meta.source, "collected_at": format!("{}T00:00:00+08:00", meta.as_of_on),
        "crs": meta.crs, "licence": meta.licence, "label": meta.version,
        "made_up": meta.seed.is_some(),
    });
    if let Some(estimated) = is_estimated(&reader) {
        version["estimated"] = json!(estimated);
    }
    let fields = json!({"layer": layer.name, "place": county.place, "version": version});
    let mut command = new_command("dataset", "publish", fields);
    command.id = Some(EntityId::from_code("dataset", &format!("{}/{}", county.place, layer.name)));
    Some(command)
}

/// Whether any settlement's people are an estimate; `None` where a layer says nothing of it.
fn is_estimated(reader: &Reader) -> Option<bool> {
    let estimated = datasets::layer("settlement")?.code("basis", "estimated");
    if reader.meta().layer != "settlement" {
        return None;
    }
    let mut batches = reader.batches();
    Some(batches.any(|batch| {
        let batch = batch.ok();
        let column = batch.as_ref().and_then(|b| b.ints("basis").ok());
        column.is_some_and(|c| {
            (0..reader.rows()).any(|r| c.get(r).is_some_and(|v| Some(v) == estimated))
        })
    }))
}

fn site(s: &synth::Site) -> Option<Command> {
    let sort = match s.kind {
        "shelter" | "hospital" | "clinic" | "school" | "depot" | "landing_zone"
        | "landing_stage" => s.kind,
        _ => return None,
    };
    Some(new_command(
        "site",
        "list",
        json!({
            "name": s.name.zh, "name_en": s.name.en, "sort": sort, "place": s.place,
            "position": position(s.at), "capacity": s.capacity, "phone": s.phone,
            "keeper_post": s.post.as_deref().map(post_of), "source_id": s.id, "area_m2": s.area_m2,
        }),
    ))
}

fn enterprise(e: &synth::Enterprise) -> Command {
    new_command(
        "organisation",
        "register",
        json!({
            "name": e.name.zh, "name_en": e.name.en, "sort": "enterprise", "place": e.place,
            "duty_phone": e.phone, "source_id": format!("enterprise.{}", e.id),
            "position": position(e.at),
        }),
    )
}

fn capabilities(kinds: &[String]) -> Vec<&'static str> {
    let one = |kind: &String| match kind.as_str() {
        "collapse_search_and_rescue" => Some("collapse_rescue"),
        "mountain" => Some("mountain_rescue"),
        "water_surface" => Some("water_surface"),
        "swift_water" => Some("swift_water"),
        "flood_pumping" => Some("flood_pumping"),
        "dyke_closing" => Some("dyke_closing"),
        "chemical" => Some("chemical"),
        "height_rope" => Some("rope"),
        "medical" => Some("medical"),
        "psychosocial" => Some("psychosocial"),
        "communications" => Some("comms"),
        "uav_communications" => Some("drone_comms"),
        "power_supply" => Some("power_supply"),
        "road_opening" => Some("road_opening"),
        "bridge" => Some("bridge"),
        "sheltering" => Some("sheltering"),
        "rotor_aviation" | "aviation_rescue" | "helicopter" => Some("rotor_aviation"),
        "transport" => Some("transport"),
        "water_purification" => Some("water_purification"),
        "catering" => Some("catering"),
        "sanitation" => Some("sanitation"),
        _ => None,
    };
    kinds.iter().filter_map(one).collect()
}

fn team(county: &County, t: &synth::Team, keeper: &Hash32) -> Command {
    let class = match t.class.as_str() {
        "ncfrt" => "national_fire_rescue",
        "military" => "military",
        "social" => "social",
        "grassroots" => "grassroots",
        "expert" => "expert",
        _ => "professional",
    };
    let addressee = county.posts.iter().find(|p| p.id == t.addressee);
    let addressee_organisation = addressee.map(|p| organisation_ref(&p.organisation));
    let commanded_by = match t.county_commands {
        true => Some(organisation_ref("county.duty_room")),
        false => addressee_organisation,
    };
    new_command(
        "team",
        "register",
        json!({
            "name": t.name.zh, "name_en": t.name.en, "class": class, "place": t.place,
            "position": position(t.at), "organisation": organisation_ref(&format!("team.{}", t.id)),
            "capabilities": capabilities(&t.kinds), "people": t.people,
            "commanded_by": commanded_by, "base": t.base.as_deref().map(site_ref),
            "night": t.works_at_night, "self_supply_h": t.self_supply_hours,
            "leave_in_min": t.leave_minutes, "leader_post": post_of(&t.leader), "tier": t.tier,
            "source_id": t.id, "keeper": keeper,
        }),
    )
}

fn equipment(team: &synth::Team, e: &synth::Equipment) -> Command {
    let class = match e.class.as_str() {
        "air" => "air",
        "water_rescue" => "water",
        "search_and_rescue" => "search",
        "communications" => "comms",
        "engineering" => "engineering",
        _ => "life_support",
    };
    let status = match e.units_ready {
        Some(ready) if ready == e.units => "ready",
        Some(0) => "out",
        Some(_) => "degraded",
        None => "unknown",
    };
    let readiness = json!({
        "status": status, "checked_at": format!("{}T00:00:00+08:00", e.tested_on),
        "degraded": (status == "degraded").then(|| format!("{}/{}", e.units_ready.unwrap_or(0),
        e.units)),
    });
    new_command(
        "equipment",
        "register",
        json!({
            "name": e.item, "name_en": e.item, "class": class, "place": team.place,
            "units": e.units,
            "team": Ref::new("team", EntityId::from_code("team", &team.id)),
            "position": position(team.at), "readiness": readiness, "source_id": e.id,
        }),
    )
}

fn vehicle(v: &synth::Vehicle) -> Command {
    let profile = match v.profile.as_str() {
        "foot" | "motorcycle" | "four_by_four" | "light_truck" | "heavy_truck" | "boat"
        | "helicopter" => Some(v.profile.as_str()),
        _ => None,
    };
    let class = match v.kind.as_str() {
        "boat" => "water",
        "helicopter" => "air",
        _ => "transport",
    };
    let owner = match v.county_commands {
        true => organisation_ref("county.duty_room"),
        false => organisation_ref(v.addressee.rsplit_once('.').map_or("", |(o, _)| o)),
    };
    new_command(
        "equipment",
        "register",
        json!({
            "name": v.name.zh, "name_en": v.name.en, "class": class, "place": PlaceCode::default(),
            "profile": profile, "units": 1, "position": position(v.at), "owner": owner,
            "base": v.base.as_deref().map(site_ref),
            "team": v.team.as_ref().map(|t| Ref::new("team", EntityId::from_code("team", t))),
            "limits": {"load_kg": v.payload_g / 1000, "volume_l": v.volume_ml / 1000},
            "source_id": v.id,
        }),
    )
}

fn lot(county: &County, l: &synth::Lot) -> Option<Command> {
    let item = county.items.iter().find(|i| i.key == l.item)?;
    let depot = county.sites.iter().find(|s| s.id == l.depot)?;
    let mut command = new_command(
        "lot",
        "receive",
        json!({
            "item": l.item, "depot": site_ref(&l.depot), "place": depot.place,
            "pack_g": item.pack_g, "pack_l": (item.pack_ml / 1000).max(1),
            "name": item.name.zh, "name_en": item.name.en,
            "expires_at": format!("{}T00:00:00+08:00", l.expires_on), "origin": "reserve",
            "earmark": l.earmark.map(|p| p.to_string()), "label": l.id,
        }),
    );
    command.id = Some(lot_id(&l.id));
    Some(command)
}

/// The id of a made-up lot and of its pool.
pub fn lot_id(id: &str) -> EntityId {
    EntityId::from_code("lot", id)
}

/// Opens the pool of each lot with what lies there; entered by the depot's owner.
pub fn pools(county: &County) -> Vec<Command> {
    let open = |l: &synth::Lot| {
        let mut command = new_command(
            "pool",
            "open",
            json!({
                "opening": {"sort": "goods", "base": l.packs},
            }),
        );
        command.id = Some(lot_id(&l.id));
        command
    };
    county.lots.iter().map(open).collect()
}

/// The county's plans: their tables by hash, in force before the scenario starts.
fn plans(county: &County, tables: &rules::Library) -> Vec<Command> {
    let own = tables.tables().filter(|t| t.identity.exercise && t.hazard.is_some());
    let mut by_hazard: std::collections::BTreeMap<&str, Vec<&rules::Table>> = Default::default();
    for table in own.filter(|t| t.identity.level == Some(rules::AdminLevel::County)) {
        let hazard = table.hazard.map_or("other", kernel::HazardKind::name);
        by_hazard.entry(hazard).or_default().push(table);
    }
    let mut commands = Vec::new();
    for (hazard, tables) in by_hazard {
        let id = EntityId::from_code("plan", &format!("{}/{hazard}", county.place));
        let named = |t: &&rules::Table| {
            json!({"name": t.identity.id, "hash": t.identity.hash,
        "version": t.identity.version})
        };
        let named: Vec<Json> = tables.iter().map(named).collect();
        let title = tables.first().map(|t| t.identity.title.clone()).unwrap_or_default();
        let mut draft = new_command(
            "plan",
            "draft",
            json!({
                "title": title.zh, "title_en": title.en, "hazard_kind": hazard,
                "place": county.place,
                "tables": named, "two_people": true,
            }),
        );
        let mut force = new_command(
            "plan",
            "put_in_force",
            json!({
                "tables": named, "approved_by": post_of("county.commander"),
                "in_force_from": format!("{}T00:00:00+08:00", county.as_of_on),
            }),
        );
        (draft.id, force.id) = (Some(id), Some(id));
        commands.extend([draft, force]);
    }
    commands
}

/// The open hidden dangers, found by whoever found them; judged afterwards where they were.
pub fn dangers(county: &County) -> Vec<Command> {
    let mut commands = Vec::new();
    for enterprise in &county.enterprises {
        for danger in &enterprise.dangers {
            let id = EntityId::from_code("danger", &danger.id);
            let found_at = format!("{}T08:00:00+08:00", danger.found_on);
            let mut find = new_command(
                "danger",
                "find",
                json!({
                    "title": danger.found.zh, "title_en": danger.found.en,
                    "place": enterprise.place,
                    "at": organisation_ref(&format!("enterprise.{}", enterprise.id)),
                    "description": danger.found.zh, "position": position(enterprise.at),
                    "observed_at": found_at, "label": danger.id,
                }),
            );
            find.id = Some(id);
            commands.push(find);
        }
    }
    commands
}
