//! What engines build once from the layers: the road graph, villages, sites.

use crate::area::Area;
use crate::error::Error;

/// Built once when an area is opened.
#[derive(Default)]
pub struct Ground {}

impl Ground {
    /// Builds from an area's layers.
    ///
    /// # Errors
    /// [`Error::BadFile`] names the layer.
    pub fn build(_area: &Area) -> Result<Ground, Error> {
        Ok(Ground {})
    }
}
