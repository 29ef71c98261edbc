//! What a served node does by itself: a checkpoint each hour, and the store tidied, so that what
//! was signed can be proved complete up to then.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::clock::Clock;

/// How long states may lie behind their ops in the store.
const STATES_EVERY: Duration = Duration::from_secs(2);
/// Source: reliability, checkpoints.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(3600);

/// Keeps the record up each hour, for as long as it is served.
pub async fn hourly(desk: Arc<node::Desk>, clock: Arc<dyn Clock>) {
    let (tell, hours) = mpsc::channel(1);
    let ticking = async move {
        let mut hourly = tokio::time::interval(CHECKPOINT_EVERY);
        hourly.tick().await;
        loop {
            hourly.tick().await;
            if tell.send(()).await.is_err() {
                return;
            }
        }
    };
    tokio::join!(ticking, states(desk.clone()), keep_up(desk, clock, hours));
}

/// Writes the states that lie behind their ops.
async fn states(desk: Arc<node::Desk>) {
    let mut often = tokio::time::interval(STATES_EVERY);
    loop {
        often.tick().await;
        let desk = desk.clone();
        let _ = tokio::task::spawn_blocking(move || desk.record.write_behind()).await;
    }
}

/// Keeps the record up each time that an hour is said to be over; ends when nobody says so any
/// more.
async fn keep_up(desk: Arc<node::Desk>, clock: Arc<dyn Clock>, mut hours: mpsc::Receiver<()>) {
    while hours.recv().await.is_some() {
        let (desk, now) = (desk.clone(), clock.now());
        // A store that fails stops the program by itself; one that is only read takes nothing.
        let _ = tokio::task::spawn_blocking(move || {
            desk.record.checkpoint(desk.info().place, now)?;
            desk.record.tidy()
        })
        .await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check_record::check;
    use crate::cli::Printer;
    use crate::cli::exercise::{Recipe, make};
    use crate::cli::scratch::Scratch;
    use crate::words::Lang;

    /// The folder as a kill leaves it: as it lies on the disk while the node is at work.
    fn copy(from: &std::path::Path, to: &std::path::Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let (path, to) = (entry.path(), to.join(entry.file_name()));
            match entry.file_type().unwrap().is_dir() {
                true => copy(&path, &to),
                false => drop(std::fs::copy(&path, &to).unwrap()),
            }
        }
    }

    #[test]
    fn states_that_a_kill_left_behind_are_written_at_the_next_start() {
        let scratch = Scratch::empty().unwrap();
        let (dir, killed) = (scratch.dir().join("county"), scratch.dir().join("killed"));
        let recipe =
            Recipe { seed: 7, size: "village".to_owned(), scenario: "typhoon-rain".to_owned() };
        make(&dir, &recipe, &Printer::new(Lang::En, false)).unwrap();
        let opened = crate::open::node(&dir).unwrap();
        let duty = opened.desk.actor("county.duty").unwrap();
        let found = serde_json::json!({"entity": "danger", "verb": "find",
            "args": {"title": "a crack", "place": "990102100201"}});
        let found = vec![serde_json::from_value(found).unwrap()];
        let done = opened.desk.submit(&duty, found, "", opened.clock.now()).unwrap();
        let danger = done.first().unwrap().clone();
        let view = opened.desk.record.views().get("danger", &danger.id).unwrap().clone();
        copy(&dir, &killed);
        let kept = |dir: &std::path::Path| {
            let reader = store::sqlite::Reader::open(dir).unwrap();
            let row = ledger::OpRead::state(&reader, view.kind.number, &danger.id).unwrap();
            (row.map(|r| r.bytes), ledger::OpRead::facets(&reader, view.kind.number, &danger.id))
        };
        assert_eq!(kept(&killed).0, None, "the op is safe, its state is not there yet");
        drop(crate::open::node(&killed).unwrap());
        let (bytes, facets) = kept(&killed);
        assert_eq!(bytes, Some(view.encode_kept()));
        assert!(facets.unwrap().contains(&("state".to_owned(), "Found".to_owned())));
        drop(opened);
        assert_eq!(kept(&dir).0, Some(view.encode_kept()), "and so at an end that is no kill");
    }

    #[test]
    fn an_hour_that_is_over_leaves_a_checkpoint_that_covers_what_was_written() {
        let scratch = Scratch::empty().unwrap();
        let (dir, printer) = (scratch.dir().join("county"), Printer::new(Lang::En, false));
        let scenario = "typhoon-rain".to_owned();
        let recipe = Recipe { seed: 7, size: "village".to_owned(), scenario };
        make(&dir, &recipe, &printer).unwrap();
        let opened = crate::open::node(&dir).unwrap();
        let covered = || {
            let key = opened.desk.record.author().public();
            let report = check(&dir, &key, Some(&opened.desk.record), &mut |_| {}).unwrap();
            assert_eq!(report["good"], true);
            let seqs = report["covered"].as_array().unwrap().iter().map(|c| c["seq"].as_u64());
            seqs.max().flatten()
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (duty, mut before) = (opened.desk.actor("county.duty").unwrap(), covered());
        for title in ["first", "second"] {
            let found = serde_json::json!({"entity": "danger", "verb": "find",
                "args": {"title": title, "place": "990102100201"}});
            let found = vec![serde_json::from_value(found).unwrap()];
            opened.desk.submit(&duty, found, "", opened.clock.now()).unwrap();
            let (tell, hours) = mpsc::channel(1);
            tell.try_send(()).unwrap();
            drop(tell);
            runtime.block_on(keep_up(opened.desk.clone(), opened.clock.clone(), hours));
            let after = covered();
            assert!(after > before, "{before:?} {after:?}");
            before = after;
        }
        assert_eq!(CHECKPOINT_EVERY, Duration::from_secs(60 * 60));
    }
}
