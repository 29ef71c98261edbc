//! A folder that an earlier version wrote: it says what it holds in the clear, until a repair.

use ledger::op_store::EntityRow;

use crate::account_file;
use crate::check_record::check;
use crate::cli::exercise::{Recipe, make};
use crate::cli::scratch::Scratch;
use crate::cli::{Printer, chosen, dispatch, tree};
use crate::in_clear::InClear;
use crate::open::{Opened, node};
use crate::words::Lang;

/// Writes a folder's states and accounts as earlier versions did; how many states.
fn written_by_an_earlier_version(opened: &Opened) -> usize {
    let mut batch = ledger::Batch::default();
    for view in opened.desk.record.views().of_kind("person") {
        let (kind, ent, bytes) = (view.kind.number, view.id, view.encode());
        assert_ne!(bytes, view.encode_kept(), "it holds something personal");
        batch.states.push(EntityRow { kind, ent, fold_version: 2, bytes });
    }
    batch.meta.push(("states_sealed".to_owned(), None));
    opened.desk.record.append_meta(batch.clone()).unwrap();
    let accounts: Vec<node::Account> = opened.desk.people().accounts.values().cloned().collect();
    let bytes = serde_json::to_vec(&accounts).unwrap();
    opened.folder.write_private(account_file::FILE, &bytes).unwrap();
    batch.states.len()
}

#[test]
fn what_lies_in_the_clear_is_told_at_opening_and_by_verify_until_a_repair() {
    let scratch = Scratch::empty().unwrap();
    let (dir, printer) = (scratch.dir().join("county"), Printer::new(Lang::En, true));
    let scenario = "typhoon-rain".to_owned();
    make(&dir, &Recipe { seed: 7, size: "village".to_owned(), scenario }, &printer).unwrap();
    let found = |in_clear: &InClear| (in_clear.names, in_clear.states);
    let opened = node(&dir).unwrap();
    assert_eq!(found(&opened.in_clear), (false, 0));
    let states = written_by_an_earlier_version(&opened);
    assert!(states > 0);
    drop(opened);
    let opened = node(&dir).unwrap();
    assert_eq!(found(&opened.in_clear), (true, states));
    assert!(opened.desk.actor("county.duty").is_some(), "it works as it did");
    let key = opened.desk.record.author().public();
    let report = check(&dir, &key, Some(&opened.desk.record), &mut |_| {}).unwrap();
    assert_eq!(report["in_clear"], serde_json::json!({"names": true, "states": states}));
    drop(opened);
    let args = ["anlan", "repair", "--json", "--dir", dir.to_str().unwrap()];
    let matches = tree(Lang::En).try_get_matches_from(args).unwrap();
    let (path, inner) = chosen(&matches);
    dispatch(&path, inner, &printer).unwrap();
    let opened = node(&dir).unwrap();
    assert_eq!(found(&opened.in_clear), (false, 0));
    let kept = std::fs::read_to_string(dir.join(account_file::FILE)).unwrap();
    let people = opened.desk.people();
    assert!(people.accounts.values().all(|a| !kept.contains(&a.person.zh)), "{kept}");
}
