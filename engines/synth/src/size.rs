//! How large a made-up place is.

use serde::{Deserialize, Serialize};

use crate::grid::Grid;

/// What is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// One township with eight villages and a county office above it: small, for quick tests.
    Village,
    /// A county: 18 townships, 300 villages and communities, 420,000 people.
    County,
}

impl std::str::FromStr for Size {
    type Err = SizeError;
    fn from_str(text: &str) -> Result<Self, SizeError> {
        match text {
            "village" => Ok(Size::Village),
            "county" => Ok(Size::County),
            _ => Err(SizeError(text.chars().take(40).collect())),
        }
    }
}

/// A text that names no size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a size is village or county, found {0:?}")]
pub struct SizeError(pub String);

/// The numbers behind a size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers {
    pub(crate) grid: Grid,
    /// Townships, the seat's included.
    pub(crate) townships: usize,
    /// Villages and communities.
    pub(crate) villages: usize,
    /// Communities of the county seat's town.
    pub(crate) seat_communities: usize,
    pub(crate) people: i64,
    /// Share of the grid that the county covers, in thousandths.
    pub(crate) land_permille: u32,
    /// Provincial and national roads, expressway and tunnels.
    pub(crate) has_main_roads: bool,
    pub(crate) enterprises: usize,
}

impl Size {
    pub(crate) fn numbers(self) -> Numbers {
        match self {
            Size::Village => Numbers {
                grid: Grid::made_up(112, 104),
                townships: 1,
                villages: 8,
                seat_communities: 1,
                people: 9_600,
                land_permille: 660,
                has_main_roads: false,
                enterprises: 6,
            },
            Size::County => Numbers {
                grid: Grid::made_up(528, 456),
                townships: 18,
                villages: 300,
                seat_communities: 12,
                people: 420_000,
                land_permille: 700,
                has_main_roads: true,
                enterprises: 260,
            },
        }
    }
}
