//! What a dataset file says about itself, kept as the Arrow schema's metadata.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::error::{DatasetError, Part};

/// The version of the file format that is written here.
pub const FORMAT_VERSION: u32 = 1;

/// The coordinate system of every position in a dataset: CGCS2000 degrees.
pub const CRS: &str = "EPSG:4490";

/// Where a dataset version comes from and under which terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// The layer's name, such as `building`.
    pub layer: String,
    /// The version of this layer, as its source counts it.
    pub version: String,
    /// Who made the rows, in words.
    pub source: String,
    /// The civil date the rows describe, as `2026-07-01`.
    pub as_of_on: String,
    /// The coordinate system; always `EPSG:4490`.
    pub crs: String,
    /// The licence, as an SPDX expression or in words.
    pub licence: String,
    /// The seed of a made-up place; `None` for data about a real one.
    pub seed: Option<u64>,
}

const PREFIX: &str = "anlan.";

impl Meta {
    /// A description in CGCS2000 without a seed.
    pub fn new(layer: &str, version: &str, source: &str, as_of_on: &str, licence: &str) -> Self {
        Meta {
            layer: layer.to_owned(),
            version: version.to_owned(),
            source: source.to_owned(),
            as_of_on: as_of_on.to_owned(),
            crs: CRS.to_owned(),
            licence: licence.to_owned(),
            seed: None,
        }
    }

    /// The same, of a made-up place with this seed.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    pub(crate) fn to_pairs(&self) -> HashMap<String, String> {
        let mut pairs = HashMap::new();
        let mut put = |key: &str, text: &str| pairs.insert(format!("{PREFIX}{key}"), text.into());
        put("dataset", &FORMAT_VERSION.to_string());
        put("layer", &self.layer);
        put("version", &self.version);
        put("source", &self.source);
        put("as_of_on", &self.as_of_on);
        put("crs", &self.crs);
        put("licence", &self.licence);
        if let Some(seed) = self.seed {
            put("seed", &seed.to_string());
        }
        pairs
    }

    pub(crate) fn from_pairs(pairs: &BTreeMap<String, String>) -> Result<Self, DatasetError> {
        let wrong = |what: String| DatasetError::damaged(Part::About, what);
        let get = |key: &str| {
            let key = format!("{PREFIX}{key}");
            pairs.get(&key).cloned().ok_or_else(|| wrong(format!("{key} is missing")))
        };
        let version = get("dataset")?;
        let found: u32 =
            version.parse().map_err(|_| wrong(format!("format version {version:?}")))?;
        if found > FORMAT_VERSION {
            return Err(DatasetError::Newer { found, known: FORMAT_VERSION });
        }
        let crs = get("crs")?;
        if crs != CRS {
            return Err(wrong(format!("coordinate system {crs:?}, only {CRS} is read")));
        }
        let seed = match pairs.get(&format!("{PREFIX}seed")) {
            None => None,
            Some(text) => Some(text.parse().map_err(|_| wrong(format!("seed {text:?}")))?),
        };
        Ok(Meta {
            layer: get("layer")?,
            version: get("version")?,
            source: get("source")?,
            as_of_on: get("as_of_on")?,
            crs,
            licence: get("licence")?,
            seed,
        })
    }
}
