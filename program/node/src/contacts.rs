//! Who can be reached: the posts of this node with their duty telephones.

use ledger::{Actor, View};
use serde_json::{Value as Json, json};

use crate::check::may;
use crate::desk::Desk;
use crate::error::Error;

impl Desk {
    /// The posts that stand, with title, place and duty telephone, by place and title. Who holds a
    /// post is told to whoever calls or keeps the directory, and to the holder; to others it is
    /// withheld. Telephones of posts are internal, private ones are never here.
    ///
    /// # Errors
    /// No such kind.
    pub fn contacts(&self, actor: &Actor) -> Result<Json, Error> {
        let entry = self.entry("post")?;
        let source = entry.field("source_id").map(|f| f.number);
        let views: Vec<_> = self.record.views().of_kind("post").cloned().collect();
        let calls = may(actor, "callout.call") || may(actor, "directory.keep");
        let row = |view: &std::sync::Arc<View>| {
            let (title, person, place) = self.post_words(&view.reference());
            let account = source.and_then(|number| view.text(number));
            let told = calls || account == Some(actor.account.as_str());
            let name = self.area.name(place);
            let sorted = (place, title.zh.clone(), view.id);
            (
                sorted,
                json!({
                    "ref": view.reference(), "post": title, "place": place, "place_name": name,
                    "person": told.then_some(person).filter(|p| !p.zh.is_empty()),
                    "person_withheld": !told,
                    "phone": view.text(directory::post::DUTY_PHONE),
                }),
            )
        };
        let stands = |v: &&std::sync::Arc<View>| entry.state_of(v) != Some("Abolished");
        let mut rows: Vec<_> = views.iter().filter(stands).map(row).collect();
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(json!({"items": rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>()}))
    }
}
