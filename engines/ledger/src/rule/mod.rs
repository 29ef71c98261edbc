//! How concurrent writes of a field are decided. No rule can reach a clock, another entity or the
//! order of arrival.

use crate::entity::{Edge, Verb};

/// Decides one field. See sync §4 and §8.
pub trait Rule: Sync {}

/// The default: the higher authority holds; at equal authority the value that stood.
pub struct Rank;
/// Steps of a state over a state table; body holds the verb's number, the value is the state's.
pub struct Steps {
    /// States with their numbers.
    pub states: &'static [(u8, &'static str)],
    /// Verbs with their numbers.
    pub verbs: &'static [Verb],
    /// The state table.
    pub edges: &'static [Edge],
    /// Verbs that any office may write; `None`: all. Others need the role `response` and the entity's place.
    pub free: Option<&'static [&'static str]>,
}
/// A set: items added and removed; a removal takes the adds it had seen.
pub struct Set;
/// A tally: numbers are added.
pub struct Tally;
/// A series: all writes stand, in order.
pub struct Series;
/// A keeper (one key), moved by handover or by the owner.
pub struct Keeper;
/// A count that holds only from the keeper in the field of this number.
pub struct KeptCount(
    /// Number of the keeper's field.
    pub u8,
);
/// Movements that adjust the kept count in the field of this number.
pub struct Movement(
    /// Number of the count's field.
    pub u8,
);
/// Casualty figures: one official figure by rank; lower figures are claims.
pub struct Casualty;
/// The most cautious holds; values are numbers, larger is more cautious; opening needs role `road`.
pub struct Cautious;
/// Hazard levels: the highest holds until an expert has judged it.
pub struct Hazard;
/// Response level with its area, lawful only from the office of the place in the entity's code.
pub struct ResponseLevel;
/// What a team is engaged in: the first accepted stands; the keeper is in the field of this number.
pub struct Engaged(
    /// Number of the keeper's field.
    pub u8,
);

impl Rule for Rank {}
impl Rule for Steps {}
impl Rule for Set {}
impl Rule for Tally {}
impl Rule for Series {}
impl Rule for Keeper {}
impl Rule for KeptCount {}
impl Rule for Movement {}
impl Rule for Casualty {}
impl Rule for Cautious {}
impl Rule for Hazard {}
impl Rule for ResponseLevel {}
impl Rule for Engaged {}
