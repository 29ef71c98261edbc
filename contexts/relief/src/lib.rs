//! Relief: what there is, who needs what, the plan that joins them, and each delivery on its way.
//!
//! Stock is promised by rights that cannot be promised twice: a lot says what the goods are, a pool
//! of the same id how many there are and to whom they are promised. Shares and tours are computed
//! elsewhere; a plan here is named by the hashes of its problem and its answer.

pub mod delivery_order;
pub mod lot;
pub mod need;
pub mod pool;
pub mod relief_plan;

pub use delivery_order::DeliveryOrder;
pub use lot::Lot;
pub use need::Need;
pub use pool::Pool;
pub use relief_plan::ReliefPlan;

use ledger::Shape;

/// A count of packs: every commodity is counted in whole packs.
const PACKS: Shape = Shape::Int { min: 0, max: 1_000_000_000, unit: "pack" };

#[cfg(test)]
#[path = "../../desk.rs"]
mod desk;
