use super::*;

fn faults_of(path: &str, text: &str) -> Vec<&'static str> {
    let source = Source { path: path.to_owned(), text: text.to_owned() };
    let mut faults = Vec::new();
    files::check(&source, &mut faults);
    if path.ends_with(".rs") {
        rust::check(&source, &mut faults);
    }
    faults.iter().map(|f| f.rule).collect()
}

#[test]
fn each_rule_finds_its_fault() {
    assert_eq!(faults_of("engines/x/src/a.rs", "fn a() {}\n"), ["no-module-doc"]);
    let wide = format!("//! x\n// {}\n", "x".repeat(120));
    assert_eq!(faults_of("engines/x/src/a.rs", &wide), ["wide-line"]);
    let words = "//! x\nconst A: &str = \"值班员\";\n";
    assert_eq!(faults_of("engines/x/src/a.rs", words), ["words-in-code"]);
    let long = format!("//! x\nfn a() {{\n{}}}\n", "    b();\n".repeat(80));
    assert_eq!(faults_of("engines/x/src/a.rs", &long), ["long-function"]);
    let file = format!("//! x\n{}", "// y\n".repeat(600));
    assert_eq!(faults_of("engines/x/src/a.rs", &file), ["long-file"]);
    let unfinished = format!("//! x\n// {}: later\n", concat!("TO", "DO"));
    assert_eq!(faults_of("engines/x/src/a.rs", &unfinished), ["unfinished"]);
    let trace = format!("see {}somebody/x\n", concat!("/home", "/"));
    assert_eq!(faults_of("README.md", &trace), ["machine-trace"]);
}

#[test]
fn tests_and_comments_may_hold_words() {
    let text =
        "//! x\n/// 值班员\nfn a() {}\n#[cfg(test)]\nmod tests { const A: &str = \"值\"; }\n";
    assert!(faults_of("engines/x/src/a.rs", text).is_empty());
}

#[test]
fn a_file_that_no_module_names_is_found() {
    let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let sources = [
        file("engines/x/src/lib.rs", "//! x\npub mod a;\n"),
        file("engines/x/src/a/mod.rs", "//! x\nmod b;\n"),
        file("engines/x/src/a/b.rs", "//! x\n"),
        file("engines/x/src/a/c.rs", "//! x\n"),
    ];
    let mut faults = Vec::new();
    rust::forgotten(&sources, &mut faults);
    let paths: Vec<_> = faults.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(paths, ["engines/x/src/a/c.rs"]);
}

#[test]
fn the_checkout_is_tidy() {
    let faults = check(&root()).unwrap();
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{} faults\n{}", lines.len(), lines.join("\n"));
}
