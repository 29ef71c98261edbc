//! What a lot asks of a command beyond shapes and steps.

use kernel::Ref;
use ledger::{Command, Ctx, Entity, Refusal, View};
use serde_json::Value as Json;

use crate::{Pool, pool};

/// Refuses to strike goods that are there or promised, and donated goods without the donor's wish.
pub fn check(view: &View, command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
    let text = |name: &str| command.args.get(name).and_then(Json::as_str);
    match command.verb.as_str() {
        "receive" if text("origin") == Some("donated") && text("donor_wish").is_none() => {
            Err(Refusal::new("donor-wish-missing", "DRR art. 24"))
        }
        "strike" => {
            let own = Ref::new(Pool::KIND.name, view.id);
            let left = pool::balance(&cx.lookup.view(&own)).on_hand();
            match left {
                0 => Ok(()),
                packs => Err(Refusal::new("lot-goods-there", "domain, §10.6").with("packs", packs)),
            }
        }
        _ => Ok(()),
    }
}
