//! Folders with real damage, and what `anlan repair` makes of them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::client::{Node, number};
use crate::local::{Ran, anlan};

/// A stopped exercise of village size; removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        let node = Node::new();
        let duty = node.person("county.duty");
        let key = format!("repair-{}", number());
        let headers = [("content-type", "application/xml"), ("idempotency-key", key.as_str())];
        let alert = crate::local::ALERT.as_bytes();
        duty.ask("POST", "/imports/cap?event=false", &headers, alert).good();
        Folder(node.leave())
    }

    fn run(&self, args: &[&str]) -> Ran {
        anlan(&self.0, &self.0, args, "")
    }

    fn verified(&self) -> Json {
        self.run(&["verify", "--json"]).good()
    }

    /// The steps of a repair that must end well.
    fn repaired(&self) -> Vec<Json> {
        let ran = self.run(&["repair", "--json"]);
        let answer = ran.good();
        assert_eq!(answer["good"], true);
        assert!(ran.said.contains("The folder verifies"), "{ran:?}");
        assert!(!ran.said.contains('?'), "every step has its words: {ran:?}");
        answer["steps"].as_array().unwrap().clone()
    }

    /// Writes what waits beside the store into it.
    fn written_back(&self) {
        self.run(&["level"]);
    }

    /// Where the page of the store begins that holds some op's header.
    fn page_of_an_op(&self) -> usize {
        let node = Node::of(&self.0);
        let duty = node.person("county.duty");
        let ops = duty.read("/ops?limit=1000");
        let id = ops["items"][500]["id"].as_str().unwrap().to_owned();
        let hex = duty.read(&format!("/ops/{id}"))["header_hex"].as_str().unwrap().to_owned();
        node.leave();
        self.written_back();
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        let header: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect();
        let bytes = fs::read(self.0.join("store.sqlite")).unwrap();
        let found = bytes.windows(header.len()).position(|part| part == header);
        found.expect("the header is in the file") / 4096 * 4096
    }

    fn files(&self, inside: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.0.join(inside)).unwrap();
        let mut files: Vec<_> = entries.map(|e| e.unwrap().path()).collect();
        files.sort();
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        for beside in ["", "-township"] {
            let mut dir = self.0.as_os_str().to_owned();
            dir.push(beside);
            let _ = fs::remove_dir_all(dir);
        }
    }
}

fn change(file: &Path, how: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = fs::read(file).unwrap();
    how(&mut bytes);
    fs::write(file, &bytes).unwrap();
    bytes
}

fn whats(steps: &[Json]) -> Vec<&str> {
    steps.iter().map(|s| s["what"].as_str().unwrap()).collect()
}

#[test]
fn files_that_are_not_what_their_names_say_are_put_aside_and_named() {
    let folder = Folder::new();
    assert_eq!(whats(&folder.repaired()), [""; 0], "nothing to mend");
    let before = folder.verified();
    let blob = folder.files("blobs").remove(0);
    let bad = change(&blob, |bytes| bytes[3] ^= 1);
    let dataset = folder.0.join("datasets/building.arrow");
    let flipped = change(&dataset, |bytes| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
    });
    let cut = folder.0.join("datasets/road.arrow");
    change(&cut, |bytes| bytes.truncate(100));
    fs::write(folder.0.join("blobs/aa.new"), b"half").unwrap();
    fs::write(folder.0.join("keys/accounts.new"), b"[").unwrap();
    let steps = folder.repaired();
    assert_eq!(whats(&steps), ["unfinished", "unfinished", "blob", "dataset", "dataset"]);
    for (step, file) in steps[2..].iter().zip([&blob, &cut, &dataset]) {
        assert_eq!(step["file"], file.to_str().unwrap(), "named");
        assert!(!file.exists() && Path::new(step["to"].as_str().unwrap()).exists(), "{step}");
    }
    assert_eq!(fs::read(steps[2]["to"].as_str().unwrap()).unwrap(), bad, "never deleted");
    assert_eq!(fs::read(steps[4]["to"].as_str().unwrap()).unwrap(), flipped);
    assert_eq!(whats(&folder.repaired()), [""; 0], "a second time does nothing");
    let after = folder.verified();
    assert_eq!((&after["heads"], &after["views"]), (&before["heads"], &before["views"]));
}

#[test]
fn a_layer_that_was_named_and_not_put_in_force_is_put_in_force() {
    let folder = Folder::new();
    let (file, next) = (folder.0.join("datasets/site.arrow"), folder.0.join("datasets/site.next"));
    let named = fs::read(&file).unwrap();
    fs::rename(&file, &next).unwrap();
    fs::copy(folder.0.join("datasets/road.arrow"), &file).unwrap();
    fs::write(folder.0.join("datasets/road.next"), b"half").unwrap();
    assert_eq!(whats(&folder.repaired()), ["dataset", "finished", "unfinished"]);
    assert!(fs::read(&file).unwrap() == named && !next.exists());
    assert_eq!(whats(&folder.repaired()), [""; 0]);
}

#[test]
fn a_torn_sentinel_is_put_right_and_nothing_is_lost() {
    let folder = Folder::new();
    let before = folder.verified();
    let newest = folder.files("sentinel").pop().unwrap();
    change(&newest, |bytes| {
        let end = bytes.iter().rposition(|b| *b != 0).unwrap();
        bytes[end + 1..end + 9].fill(0x5a);
    });
    let ran = folder.run(&["verify", "--json"]);
    assert!(ran.out.contains("torn-tail"), "{ran:?}");
    assert!(whats(&folder.repaired()).contains(&"torn-tail"));
    assert_eq!(whats(&folder.repaired()), [""; 0]);
    assert_eq!(folder.verified()["heads"], before["heads"]);
}

#[test]
fn a_store_with_a_bad_page_is_kept_aside_and_what_reads_is_taken_over() {
    let folder = Folder::new();
    let before = folder.verified()["ops"].as_u64().unwrap();
    let store = folder.0.join("store.sqlite");
    let at = folder.page_of_an_op();
    change(&store, |bytes| bytes[at..at + 4096].fill(0xa5));
    let before_look = fs::read(&store).unwrap();
    let ran = folder.run(&["verify"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.said.contains("anlan repair mends"), "{ran:?}");
    assert!(fs::read(&store).unwrap() == before_look, "verify changes nothing");
    let ran = folder.run(&["repair", "--json"]);
    let answer: Json = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e} {ran:?}"));
    let steps = answer["steps"].as_array().unwrap().clone();
    let step = |what: &str| steps.iter().find(|s| s["what"] == what).cloned();
    let aside = step("aside").unwrap_or_else(|| panic!("{steps:?}"));
    let old = fs::read(aside["to"].as_str().unwrap()).unwrap();
    assert!(old[at..at + 4096].iter().all(|b| *b == 0xa5), "the damaged file stays");
    let kept = aside["kept"].as_u64().unwrap();
    let cut = steps.iter().filter(|s| s["what"] == "cut");
    let lost: u64 = cut.map(|s| s["to"].as_u64().unwrap() + 1 - s["from"].as_u64().unwrap()).sum();
    assert_eq!(kept + lost, before, "{ran:?}");
    assert!(kept > 0);
    assert!(step("lost").is_none(), "what was taken over is not called lost: {steps:?}");
    let good = answer["good"].as_bool().unwrap();
    assert_eq!(ran.code == Some(0), good, "exits well only where the folder verifies: {ran:?}");
    let again = folder.run(&["repair", "--json"]);
    assert_eq!(again.code, ran.code, "{again:?}");
    assert!(!again.out.contains("\"aside\""), "a second time takes nothing over: {again:?}");
    if good {
        let node = Node::of(&folder.0);
        node.person("county.duty").read("/event");
        node.leave();
    }
}

#[test]
fn a_folder_that_was_put_back_goes_on_in_new_epochs() {
    let folder = Folder::new();
    let ran = folder.run(&["repair", "--restored", "--json"]);
    let answer = ran.good();
    let steps = answer["steps"].as_array().unwrap();
    assert!(whats(steps).contains(&"new-generation"), "{steps:?}");
    assert_eq!(whats(&folder.repaired()), [""; 0]);
}

#[test]
fn a_loss_that_any_command_finds_is_told_and_kept_until_a_repair() {
    let folder = Folder::new();
    folder.written_back();
    change(&folder.0.join("store.sqlite"), |bytes| bytes[..100].fill(0));
    let ran = folder.run(&["level"]);
    assert!(ran.said.contains("is kept as"), "the first that opens it says so: {ran:?}");
    for _ in 0..2 {
        let ran = folder.run(&["verify", "--json"]);
        let report: Json = serde_json::from_str(&ran.out).unwrap();
        assert_eq!((ran.code, &report["good"]), (Some(1), &Json::Bool(false)), "{ran:?}");
        assert!(report["found"].to_string().contains("LOST"), "{report}");
        folder.run(&["level"]);
    }
    let ran = folder.run(&["repair", "--json"]);
    let answer: Json = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e} {ran:?}"));
    let steps = answer["steps"].as_array().unwrap().clone();
    assert!(whats(&steps).contains(&"known"), "{steps:?}");
    assert!(whats(&steps).contains(&"aside"), "the store set aside is read again: {steps:?}");
    assert_eq!(answer["verify"]["found"], serde_json::json!([]), "{answer}");
}

#[test]
fn a_rule_table_that_cannot_be_read_is_refused_and_none_judges_in_its_place() {
    let folder = Folder::new();
    let table = folder.0.join("tables/command/own.toml");
    fs::create_dir_all(table.parent().unwrap()).unwrap();
    for bytes in [b"id = \"\xff\xfe\"".to_vec(), vec![b'#'; (1 << 20) + 1]] {
        fs::write(&table, bytes).unwrap();
        let ran = folder.run(&["level"]);
        assert_eq!(ran.code, Some(1), "{}", ran.said);
        assert!(ran.said.contains("own.toml") && ran.said.contains("UTF-8"), "{}", ran.said);
    }
    fs::remove_file(&table).unwrap();
    assert_eq!(folder.run(&["level"]).code, Some(0));
}

#[test]
fn a_table_that_is_a_pipe_or_leads_to_a_device_is_refused_and_not_read() {
    let folder = Folder::new();
    let tables = folder.0.join("tables");
    std::os::unix::fs::symlink("/dev/zero", tables.join("endless.toml")).unwrap();
    let refused = |name: &str| {
        let ran = folder.run(&["level"]);
        assert_eq!(ran.code, Some(1), "{}", ran.said);
        assert!(ran.said.contains(name) && ran.said.contains("no plain file"), "{}", ran.said);
    };
    refused("endless.toml");
    fs::remove_file(tables.join("endless.toml")).unwrap();
    let pipe = tables.join("pipe.toml");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    refused("pipe.toml");
    fs::remove_file(pipe).unwrap();
    assert_eq!(folder.run(&["level"]).code, Some(0));
}

#[test]
fn a_dataset_file_that_is_gone_is_named_until_a_repair_took_it_as_known() {
    let folder = Folder::new();
    let file = folder.0.join("datasets/division.arrow");
    let whole = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    let ran = folder.run(&["verify", "--json"]);
    let report: Json = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &report["good"]), (Some(1), &Json::Bool(false)), "{ran:?}");
    assert_eq!(report["datasets"], serde_json::json!([file]), "{report}");
    let ran = folder.run(&["level"]);
    assert!(ran.said.contains("division.arrow is gone"), "{}", ran.said);
    assert_eq!(whats(&folder.repaired()), ["gone"]);
    assert_eq!(whats(&folder.repaired()), [""; 0]);
    fs::write(&file, whole).unwrap();
    assert_eq!(folder.verified()["good"], true);
}

#[test]
fn a_dataset_that_the_record_does_not_name_is_not_used_and_is_named() {
    let folder = Folder::new();
    assert_eq!(folder.verified()["datasets"], serde_json::json!([]));
    let file = folder.0.join("datasets/division.arrow");
    change(&file, |bytes| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
    });
    let ran = folder.run(&["verify", "--json"]);
    let report: Json = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &report["good"]), (Some(1), &Json::Bool(false)), "{ran:?}");
    assert_eq!(report["datasets"], serde_json::json!([file]), "{report}");
    assert!(ran.said.contains("division.arrow"), "{}", ran.said);
    let ran = folder.run(&["level", "--json"]);
    assert!(ran.said.contains("division.arrow"), "{}", ran.said);
    let level: Json = serde_json::from_str(&ran.out).unwrap();
    let mut rows = level["above"].as_array().unwrap().clone();
    rows.push(level["proposal"].clone());
    let rows = rows.iter().filter_map(|p| p["rows"].as_array()).flatten();
    let cells: Vec<&Json> = rows.flat_map(|r| r["cells"].as_array().unwrap()).collect();
    let red = cells.iter().find(|c| c["input"] == "red_signal_townships");
    assert_eq!(red.unwrap()["figure"]["status"], "unknown", "never none");
    assert_eq!(whats(&folder.repaired()), ["dataset"]);
}

#[test]
fn a_dataset_under_another_layers_name_is_not_used_and_is_named() {
    let folder = Folder::new();
    let (site, road) = (folder.0.join("datasets/site.arrow"), folder.0.join("datasets/road.arrow"));
    fs::copy(road, &site).unwrap();
    let ran = folder.run(&["verify", "--json"]);
    let report: Json = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &report["good"]), (Some(1), &Json::Bool(false)), "{ran:?}");
    assert_eq!(report["datasets"], serde_json::json!([site]), "{report}");
    assert!(folder.run(&["level"]).said.contains("site.arrow"), "told at each opening");
}
