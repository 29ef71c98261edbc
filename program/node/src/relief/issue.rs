//! Issuing a plan: orders with a promise of each lot, kept ones left as they are, all in one
//! submit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kernel::{EntityId, OpId, Ref, UnixMillis, UnixSeconds};
use ledger::{Actor, Command, View};
use logistics::Plan;
use serde_json::{Value as Json, json};

use crate::check::refuse;
use crate::desk::Desk;
use crate::error::Error;
use crate::plan::new_command;

/// One need by one vehicle: what a driver is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// Need's id in the problem.
    pub need: String,
    /// Vehicle.
    pub vehicle: String,
    /// Packs by lot.
    pub lots: BTreeMap<String, i64>,
    /// When service starts there first, seconds from the plan's start.
    pub start_s: i64,
    /// Depot it is loaded at.
    pub depot: String,
}

/// The orders of a plan, by need and vehicle.
pub fn orders(plan: &Plan) -> BTreeMap<(String, String), Order> {
    let mut orders: BTreeMap<(String, String), Order> = BTreeMap::new();
    for route in &plan.routes {
        let mut depot = String::new();
        for stop in &route.stops {
            for unload in &stop.unload {
                let key = (unload.need.clone(), route.vehicle.clone());
                let order = orders.entry(key).or_insert_with(|| Order {
                    need: unload.need.clone(),
                    vehicle: route.vehicle.clone(),
                    start_s: stop.start,
                    depot: depot.clone(),
                    ..Order::default()
                });
                *order.lots.entry(unload.lot.clone()).or_insert(0) += unload.packs;
            }
            if !stop.load.is_empty() {
                depot.clone_from(&stop.place);
            }
        }
    }
    orders
}

/// The id of an order of a plan.
fn order_id(plan: &Ref, order: &Order) -> EntityId {
    EntityId::from_code("delivery_order", &format!("{plan}/{}/{}", order.need, order.vehicle))
}

impl Desk {
    /// `POST /event/{id}/relief/issue {plan}`: puts a checked plan in force and issues its orders;
    /// orders of the plan before it that stay the same keep their id and promise.
    ///
    /// # Errors
    /// A refusal where the plan is not checked or a lot may not be promised any more, where roads
    /// changed so that it cannot be driven, or where it does not follow the plan in force.
    pub fn issue_relief(
        &self,
        actor: &Actor,
        id: &str,
        args: &Json,
        retry: &str,
        now: UnixMillis,
    ) -> Result<Json, Error> {
        crate::check::only("relief_plan", args, &["plan"])?;
        let event = self.event(id)?;
        let named = args["plan"].as_str().and_then(|p| p.parse::<Ref>().ok());
        let missing =
            || Error::refused("relief_plan", refuse("missing-field").with("field", "plan"));
        let plan_ref = named.ok_or_else(missing)?;
        let view = self.view_of(&plan_ref).ok_or_else(|| Error::NotFound(plan_ref.to_string()))?;
        let files = self.relief_files(&view);
        let (problem, plan) = files.ok_or_else(|| Error::NotFound("plan.json".to_owned()))?;
        let report = super::check(&problem, &plan);
        if !report.accepted {
            return Err(Error::PlanRejected("relief_plan".to_owned()));
        }
        let mut commands = Vec::new();
        let before = self.plan_in_force(&event).ok();
        let refused = |code: &str| Err(Error::refused("relief_plan", refuse(code)));
        let follows = self.entry("relief_plan")?.field("follows").map(|f| f.number);
        let follows = follows.and_then(|number| view.reference_in(number));
        if let Some((old, ..)) = before.as_ref().filter(|(old, ..)| *old != plan_ref)
            && follows.as_ref() != Some(old)
        {
            return refused("another-plan-in-force");
        }
        // Whoever drives goes by the roads of this moment, not by those of the draft.
        let roads_now = self.problem_now(&event, &problem, now)?;
        if roads_now != problem && !super::check(&roads_now, &plan).accepted {
            return refused("roads-changed");
        }
        let kept = self.withdraw_gone(before.as_ref().map(|b| &b.0), &plan, &mut commands)?;
        let own = ledger::entity::post_of(&actor.account);
        let mut force = new_command("relief_plan", "put_in_force", json!({"approved_by": own}));
        force.id = Some(plan_ref.id);
        if let Some((old, _, _)) = &before {
            let mut replace =
                new_command("relief_plan", "replace", json!({"replaced_by": plan_ref}));
            replace.id = Some(old.id);
            commands.push(replace);
        }
        commands.push(force);
        let mut issued = Vec::new();
        for (key, order) in orders(&plan) {
            if kept.contains_key(&key) {
                continue;
            }
            issued.push(order_id(&plan_ref, &order));
            commands.extend(self.order_commands(&event, &plan_ref, &problem, &order, now)?);
        }
        self.submit(actor, commands, retry, now)?;
        let issued: Vec<Ref> =
            issued.into_iter().map(|id| Ref::new("delivery_order", id)).collect();
        Ok(json!({"plan": plan_ref, "orders": issued, "kept": kept.len()}))
    }

    /// The order that a plan has for a need and a vehicle: its own, or one kept from before it.
    fn order_of(&self, plan: &Ref, order: &Order) -> Option<Arc<View>> {
        let follows = self.entry("relief_plan").ok()?.field("follows")?.number;
        let mut seen = BTreeSet::new();
        let mut plan = Some(plan.clone());
        while let Some(at) = plan.filter(|p| seen.insert(p.clone())) {
            let id = order_id(&at, order);
            if let Some(view) = self.view_of(&Ref::new("delivery_order", id)) {
                return Some(view);
            }
            plan = self.view_of(&at)?.reference_in(follows);
        }
        None
    }

    /// Orders of a plan that are not withdrawn, those kept from plans before it among them.
    pub(super) fn live_orders(&self, reference: &Ref, plan: &Plan) -> usize {
        let Ok(entry) = self.entry("delivery_order") else { return 0 };
        let found = orders(plan);
        let views = found.values().filter_map(|order| self.order_of(reference, order));
        views.filter(|v| entry.state_of(v) != Some("Withdrawn")).count()
    }

    /// Withdraws orders of the old plan that the new one does not have; those that stay are named.
    fn withdraw_gone(
        &self,
        old: Option<&Ref>,
        plan: &Plan,
        commands: &mut Vec<Command>,
    ) -> Result<BTreeMap<(String, String), Ref>, Error> {
        let mut kept = BTreeMap::new();
        let Some(old) = old else { return Ok(kept) };
        let entry = self.entry("delivery_order")?;
        let new = orders(plan);
        let files = self.view_of(old).and_then(|v| self.relief_files(&v));
        let before = files.map(|(_, plan)| orders(&plan)).unwrap_or_default();
        for (key, order) in before {
            let Some(view) = self.order_of(old, &order) else { continue };
            let (id, reference) = (view.id, view.reference());
            let same = new.get(&key).is_some_and(|n| n.lots == order.lots);
            let state = entry.state_of(&view).unwrap_or_default();
            if same || matches!(state, "Loaded" | "UnderWay" | "HandedOver" | "Verified") {
                kept.insert(key, reference);
                continue;
            }
            if !matches!(state, "Issued" | "Accepted" | "Declined" | "Unable") {
                continue;
            }
            let mut withdraw =
                new_command("delivery_order", "withdraw", json!({"reason": old.to_string()}));
            withdraw.id = Some(id);
            commands.push(withdraw);
            commands.extend(self.promises_back(&reference));
        }
        Ok(kept)
    }

    /// Takes back every promise that was made for an order.
    fn promises_back(&self, order: &Ref) -> Vec<Command> {
        let views = self.record.views();
        let mut commands = Vec::new();
        for pool in views.of_kind("pool") {
            let balance = relief::pool::balance(pool);
            let Some(epoch) = balance.epoch else { continue };
            for spend in &balance.spends {
                if spend.task.as_ref() != Some(order) || spend.open() <= 0 {
                    continue;
                }
                let mut back = new_command(
                    "pool",
                    "take_back",
                    json!({
                        "back": {"epoch": hash_of(&epoch), "packs": spend.open(),
                        "spend": hash_of(&spend.op)},
                    }),
                );
                back.id = Some(pool.id);
                commands.push(back);
            }
        }
        commands
    }

    fn order_commands(
        &self,
        event: &crate::level::EventView,
        plan: &Ref,
        problem: &logistics::Problem,
        order: &Order,
        now: UnixMillis,
    ) -> Result<Vec<Command>, Error> {
        let need = problem.needs.iter().find(|n| n.id == order.need);
        let need = need.ok_or_else(|| Error::NotFound(order.need.clone()))?;
        let vehicle = problem.vehicles.iter().find(|v| v.id == order.vehicle);
        let id = order_id(plan, order);
        let reference = Ref::new("delivery_order", id);
        let vehicle_view = order.vehicle.parse().ok().map(|id| Ref::new("equipment", id));
        let team = vehicle_view
            .and_then(|v| self.view_of(&v))
            .and_then(|v| v.reference_in(forces::equipment::TEAM));
        let lots: Vec<Json> = order
            .lots
            .iter()
            .map(|(lot, packs)| json!({"lot": format!("lot:{lot}"), "packs": packs}))
            .collect();
        let packs: i64 = order.lots.values().sum();
        let mut issue = new_command(
            "delivery_order",
            "issue",
            json!({
                "vehicle": format!("equipment:{}", order.vehicle), "lots": lots, "packs": packs,
                "place": need.place, "event": event.reference, "relief_plan": plan,
                "item": need.commodity, "profile": vehicle.map(|v| v.matrix.clone()),
                "arrive_at": UnixSeconds(now.seconds().0 + order.start_s), "addressee": team,
                "from_site": (!order.depot.is_empty()).then(|| format!("site:{}", order.depot)),
            }),
        );
        issue.id = Some(id);
        let mut commands = vec![issue];
        let views = self.record.views();
        for (lot, packs) in &order.lots {
            let lot: EntityId = lot.parse().map_err(|_| Error::NotFound(lot.clone()))?;
            let pool = views.get("pool", &lot).ok_or_else(|| Error::NotFound(lot.to_string()))?;
            let epoch = relief::pool::balance(pool).epoch;
            let epoch = epoch.ok_or_else(|| Error::NotFound(lot.to_string()))?;
            let mut spend = new_command(
                "pool",
                "spend",
                json!({
                    "spend": {"epoch": hash_of(&epoch), "packs": packs, "task": reference},
                }),
            );
            spend.id = Some(lot);
            commands.push(spend);
        }
        Ok(commands)
    }
}

fn hash_of(op: &OpId) -> String {
    op.to_string()
}
