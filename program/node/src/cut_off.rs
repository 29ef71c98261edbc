//! Villages and townships without road, network or power, as the board shows them.

use serde_json::{Value as Json, json};

use crate::count::{Counted, CutOff};
use crate::desk::Desk;
use crate::impact::STALE_ROAD_S;
use crate::level::EventView;
use crate::text::Text;

impl Desk {
    /// Villages whose road is cut, and townships of which something is: each with its figure.
    pub(crate) fn cut_off_rows(&self, event: &EventView) -> Json {
        let place = self.impact_place(event);
        let mut villages = self.cut_off(&event.reference, place);
        villages.retain(|v| v.road == Some(true));
        let townships = self.cut_off_townships(&event.reference, place);
        let labels = self.labels.get("situation");
        let word = |key: &str| labels.map(|l| l.word(key)).unwrap_or_default();
        json!({
            "figure": self.cut_off_figure(&villages, "village", word("field.villages_cut_off")),
            "list": self.cut_off_list(&villages),
            "townships": {
                "figure": self.cut_off_figure(&townships, "township", word("entity.name")),
                "list": self.cut_off_list(&townships),
            },
        })
    }

    fn cut_off_list(&self, places: &[CutOff]) -> Vec<Json> {
        let state = |flag: Option<bool>| match flag {
            Some(true) => "cut",
            Some(false) => "open",
            None => "unknown",
        };
        let row = |v: &CutOff| {
            let settlement = self.area.built.settlements.get(&v.place);
            let division = self.area.division(v.place);
            let at = settlement.map(|s| s.at).or(division.map(|d| d.centre));
            let name = self.area.name(v.place);
            json!({
                "place": v.place, "name": name.zh, "pinyin": name.en,
                "people": settlement.map(|s| s.people.mid),
                "position": at.map(|p| [p.lon(), p.lat()]), "since": v.since,
                "road": state(v.road), "network": state(v.network), "power": state(v.power),
                "last_word_at": v.observed_at, "ref": format!("situation:{}", v.situation),
            })
        };
        places.iter().map(row).collect()
    }

    /// How many there are; nobody having spoken of any is not none.
    fn cut_off_figure(&self, places: &[CutOff], unit: &str, name: Text) -> Json {
        let many = (!places.is_empty()).then(|| i64::try_from(places.len()).unwrap_or(0));
        let counted = Counted {
            value: many,
            low: many,
            ops: places.iter().filter_map(|v| v.op).collect(),
            refs: places.iter().map(|v| kernel::Ref::new("situation", v.situation)).collect(),
            observed_at: places.iter().filter_map(|v| v.observed_at).min(),
            ..Default::default()
        };
        json!(self.figure(&counted, unit, name, STALE_ROAD_S))
    }
}
