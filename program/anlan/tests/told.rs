//! Commands without `--json` answer in sentences of the language, never in JSON.

mod cli;

use std::path::Path;
use std::process::Output;

use cli::{Folder, answer, run};

/// Runs in one language; what stands on both outputs.
fn told(lang: &str, args: &[&str], paths: &[(&str, &Path)]) -> (Output, String) {
    let output = run(&[args, &["--lang", lang]].concat(), paths);
    let text = [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).concat();
    assert!(!text.contains('{') && !text.contains('}'), "{args:?}: {text}");
    assert!(!text.contains(": ?") && !text.trim().is_empty(), "{args:?}: {text}");
    (output, text)
}

/// Both languages, and the words that must stand in each.
fn says(args: &[&str], paths: &[(&str, &Path)], zh: &str, en: &str) {
    for (lang, words) in [("zh", zh), ("en", en)] {
        let (output, text) = told(lang, args, paths);
        assert!(output.status.success(), "{args:?}: {text}");
        assert!(text.contains(words), "{args:?}: {words} is not in {text}");
    }
}

fn county(folder: &Folder) -> std::path::PathBuf {
    let dir = folder.at("county");
    let args = ["exercise", "new", "--size", "village", "--seed", "7"];
    assert!(run(&args, &[("--out", &dir)]).status.success());
    dir
}

#[test]
fn every_command_without_json_answers_in_sentences() {
    let folder = Folder::new("told");
    let dir = county(&folder);
    let at: &[(&str, &Path)] = &[("--dir", &dir)];
    says(&["level"], at, "建议二级响应", "level 2 is proposed");
    says(&["level"], at, "[待定] 一级", "[undetermined] level 1");
    says(&["impact"], at, "死亡:未知", "Dead: unknown");
    says(&["impact"], at, "断路断网断电村:3", "Cut-off villages: 3");
    says(&["relief", "plan"], at, "核验通过", "accepted");
    says(&["verify"], at, "记录完整", "The record is whole");
    says(&["rebuild"], at, "与原来一致", "the same as before");
    says(&["repair"], at, "没有需要修的", "Nothing had to be mended");
    says(&["show", "event"], at, "共 1 项", "1 in all");
    says(&["show", "team"], at, "team:", "team:");
    says(&["exercise", "main-job"], at, "已批准二级", "Approved: level 2");
    says(&["exercise", "play", "--until", "end"], at, "情景推演了", "injects of the scenario");
    let alert =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide/samples/rhine-flood.cap.xml");
    let cap = ["import", "cap", alert.to_str().unwrap()];
    says(&cap, at, "已收入", "taken in");
    let (out, layer) = (folder.at("out"), folder.at("sites.csv"));
    says(&["export", "case"], &[("--dir", &dir), ("--out", &out)], "problem.json", "plan.json");
    let csv = ["export", "csv", "--layer", "site"];
    let done = told("zh", &csv, &[("--dir", &dir), ("--out", &layer)]);
    assert!(done.0.status.success() && done.1.contains('行'), "{}", done.1);
    let bundle = folder.at("carried.anlb");
    let done = told("zh", &["bundle", "export"], &[("--dir", &dir), ("--out", &bundle)]);
    assert!(done.0.status.success() && done.1.contains("条记录"), "{}", done.1);
    let file = bundle.to_str().unwrap();
    says(&["bundle", "inspect", file], &[], "条记录", "ops of");
    says(&["bundle", "import", file], at, "已有", "known");
    let add = ["account", "add", "night", "--post", "county_duty", "--person", "Li", "--as"];
    let (output, text) = told("zh", &[&add[..], &["county.admin"]].concat(), at);
    assert!(output.status.success() && text.contains("口令"), "{text}");
}

#[test]
fn what_is_shown_has_the_words_of_its_kind() {
    let folder = Folder::new("told-show");
    let dir = county(&folder);
    let all = answer(&["show", "event", "--json"], &[("--dir", &dir)]);
    let event = all["items"][0]["ref"].as_str().unwrap();
    says(&["show", event], &[("--dir", &dir)], "事件名称", "Typhoon rain");
}

#[test]
fn a_file_that_is_not_there_or_none_at_all_is_named() {
    let folder = Folder::new("told-files");
    let dir = county(&folder);
    let at: &[(&str, &Path)] = &[("--dir", &dir)];
    let nowhere = folder.at("nowhere.xml");
    let nowhere = nowhere.to_str().unwrap();
    let terms = ["--layer", "site", "--source", "x", "--as-of", "2026-01-01", "--licence", "x"];
    let layer = |kind: &'static str, file: &'static str| {
        [&["import", kind, file, "--crs", "EPSG:4490"], &terms[..]].concat()
    };
    let mut all: Vec<(Vec<&str>, &str)> = vec![
        (vec!["import", "cap", nowhere], nowhere),
        (vec!["import", "cap", "/dev/zero"], "/dev/zero"),
        (vec!["submit", nowhere, "--as", "county.duty"], nowhere),
        (vec!["bundle", "inspect", "/dev/zero"], "/dev/zero"),
        (layer("csv", "/dev/zero"), "/dev/zero"),
    ];
    let without_crs = layer("gpkg", "/dev/zero");
    all.push((
        without_crs.into_iter().filter(|a| *a != "--crs" && *a != "EPSG:4490").collect(),
        "/dev/zero",
    ));
    for (args, file) in all {
        let paths: &[(&str, &Path)] = if args[0] == "bundle" { &[] } else { at };
        let (output, text) = told("zh", &args, paths);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {text}");
        assert!(text.contains(file) && !text.contains(":0"), "{args:?}: {text}");
        assert_eq!(text.lines().count(), 1, "{text}");
    }
}

#[test]
fn wrong_use_is_told_in_the_language_and_as_a_problem_for_programs() {
    for (lang, words) in
        [("zh", "没有选项 --dri,可用:--dir"), ("en", "There is no option --dri; there are: --dir")]
    {
        let (output, text) = told(lang, &["verify", "--dri"], &[]);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(words), "{text}");
        assert!(!text.contains("error:"), "{text}");
    }
    let output = run(&["verify", "--json", "--dri"], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let problem: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(problem["code"], "unknown-option");
    assert_eq!(problem["exit"], 2);
    assert!(problem["title"]["zh"].as_str().unwrap().starts_with("没有选项 --dri"));
}

#[test]
fn accounts_are_listed_and_a_carried_file_is_told_in_words_on_standard_output() {
    let folder = Folder::new("listed");
    let dir = county(&folder);
    let at: &[(&str, &Path)] = &[("--dir", &dir)];
    let list = answer(&["account", "list", "--json"], at);
    let items = list["items"].as_array().unwrap();
    let duty = items.iter().find(|a| a["account"] == "county.duty").unwrap();
    assert_eq!(duty["closed_at"], serde_json::Value::Null);
    assert_eq!(duty["rank"], 40);
    assert!(!list.to_string().contains("argon2") && !list.to_string().contains("\"phone\""));
    let (output, _) = told("zh", &["account", "list"], at);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("county.duty") && text.contains("可登录"), "{text}");
    let note = ["account", "close", "county.duty", "--note", "x", "--as", "nobody", "--json"];
    let refused = run(&note, at);
    assert_eq!(refused.status.code(), Some(1));
    let problem: serde_json::Value = serde_json::from_slice(&refused.stderr).unwrap();
    assert_eq!(problem["code"], "account");
    let file = folder.at("county.anlb");
    assert!(run(&["bundle", "export"], &[("--dir", &dir), ("--out", &file)]).status.success());
    let (output, _) = told("zh", &["bundle", "inspect", file.to_str().unwrap()], &[]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("演练的携带文件") && text.contains("文件完整"), "{text}");
}
