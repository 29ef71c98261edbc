//! A table with a mistake is refused, and its author is told where and what to do.

use super::{head, row};
use crate::{FaultCode, Layer, Library, Table, TableFault};

const COLUMNS: &str = "input = [{ name = \"deaths\", kind = \"int\", unit = \"person\" }]\n\
     output = [{ name = \"grade\", kind = \"int\", values = [1, 2, 3, 4] }]\n";

fn faults(text: &str) -> Vec<TableFault> {
    Table::read("cn/command/test.toml", text).unwrap_err().0
}

/// The only fault of a text: its code and line, and that it says what to do.
fn only(text: &str) -> (FaultCode, usize, String) {
    let found = faults(text);
    assert_eq!(found.len(), 1, "{found:#?}");
    let fault = &found[0];
    assert!(!fault.what_to_do.is_empty());
    assert_eq!(fault.path, "cn/command/test.toml");
    (fault.code, fault.line, format!("{}; {}", fault.why, fault.what_to_do))
}

fn good() -> String {
    head("priority") + COLUMNS + &row("R1", "deaths = \">= 30\"", "grade = 1")
}

#[test]
fn a_good_table_has_no_fault() {
    assert!(Table::read("cn/command/test.toml", &good()).is_ok());
}

#[test]
fn each_mistake_in_the_text_has_its_code_and_line() {
    use FaultCode::*;
    for (from, to, code, line, says) in [
        ("when = ", "wen = ", UnknownKey, 13, "did you mean \"when\"?"),
        ("deaths = \"", "deths = \"", UnknownInput, 13, "did you mean \"deaths\"?"),
        ("grade = 1", "grad = 1", UnknownOutput, 14, "did you mean \"grade\"?"),
        ("grade = 1", "grade = 5", BadValue, 14, "is not one of the values"),
        ("grade = 1", "grade = \"x\"", BadCell, 14, "a number needs"),
        ("\"person\"", "\"persons\"", UnknownUnit, 8, "did you mean \"person\"?"),
        (">= 30", ">= 30 mm", UnitMismatch, 13, "is no measure in person"),
        (">= 30", ">= 30 peple", UnknownUnit, 13, "did you mean \"person\"?"),
        (">= 30", "=> 30", BadCell, 13, "a number needs"),
        (">= 30", "[5..3)", BadCell, 13, "holds for no value"),
        (">= 30", "[3,5)", BadCell, 13, "a number needs"),
        ("clause = \"1\"", "clause = \"\"", NoSource, 10, "does not say where it comes from"),
        ("source = \"T\"", "source = \"U\"", UnknownInstrument, 10, "did you mean \"T\"?"),
        ("mark = \"house\"", "mark = \"hous\"", BadValue, 6, "did you mean \"house\"?"),
        ("\"priority\"", "\"prority\"", BadValue, 4, "did you mean \"priority\"?"),
        ("kind = \"int\", unit", "kind = \"integer\", unit", BadValue, 8, "did you mean"),
        ("format = 1", "format = 2", BadValue, 1, "write format = 1"),
        ("version = \"1\"", "version = \"1", TomlSyntax, 2, "not TOML"),
        ("zh = \"试\", en = \"Test\" }\nhit", "zh = \"试\" }\nhit", MissingKey, 3, "add en = ..."),
        (
            "id = \"R1\"",
            "id = \"R1\"\nvalid_from = \"2024-13-01\"",
            BadDate,
            12,
            "write \"2026-07-23\"",
        ),
        ("id = \"R1\"", "id = \"R1\"\nbinding = \"shall\"", BadValue, 12, "did you mean"),
        ("id = \"R1\"", "id = \"R1\"\nconfirm = \"yes\"", WrongType, 12, "write true or false"),
        ("format = 1", "format = 1\nplace = \"1\"", BadPlace, 2, "write the unit's code"),
        ("format = 1", "format = 1\nlevel = \"county\"", BadPlace, 1, "whose it is"),
        ("format = 1", "format = 1\nplace = \"990102000000\"", BadPlace, 2, "do not go together"),
    ] {
        let broken = good().replacen(from, to, 1);
        assert_ne!(broken, good(), "{from} is not in the text");
        let first = faults(&broken).into_iter().find(|f| f.code == code);
        let fault = first.unwrap_or_else(|| panic!("{to}: {:#?}", faults(&broken)));
        assert_eq!(fault.line, line, "{to}: {fault}");
        assert!(fault.to_string().contains(says), "{to}: {fault}");
        assert!(fault.to_string().starts_with("cn/command/test.toml:"));
    }
}

#[test]
fn the_words_of_a_column_are_named_all_or_none() {
    let columns = |labels: &str| {
        "input = [{ name = \"c\", kind = \"text\", values = [\"red\", \"blue\"], ".to_owned()
            + labels
            + " }]\noutput = [{ name = \"grade\", kind = \"int\" }]\n"
            + &row("R1", "c = \"red\"", "grade = 1")
    };
    let name = |word: &str| format!("{word} = {{ zh = \"红\", en = \"Red\" }}");
    let whole = format!("labels = {{ {}, {} }}", name("red"), name("blue"));
    let table = super::read(&(head("any") + &columns(&whole)));
    assert_eq!(&*table.inputs[0].labels["red"].en, "Red");
    let half = format!("labels = {{ {} }}", name("red"));
    assert_eq!(only(&(head("any") + &columns(&half))).0, FaultCode::MissingKey);
    let other = format!("labels = {{ {}, {}, {} }}", name("red"), name("blue"), name("rde"));
    assert_eq!(only(&(head("any") + &columns(&other))).0, FaultCode::UnknownKey);
}

#[test]
fn every_mistake_of_a_file_is_told_at_once() {
    let broken = good().replace("when = ", "wen = ").replace("\"person\"", "\"persons\"");
    let codes: Vec<FaultCode> = faults(&broken).iter().map(|f| f.code).collect();
    assert!(codes.contains(&FaultCode::UnknownKey) && codes.contains(&FaultCode::UnknownUnit));
}

#[test]
fn a_row_marked_for_exercises_stands_only_in_an_exercise() {
    let marked = good().replace("mark = \"house\"", "mark = \"exercise\"");
    assert_eq!(only(&marked).0, FaultCode::ExerciseMark);
    let unmarked = good().replace("format = 1", "format = 1\nexercise = true");
    assert_eq!(only(&unmarked).0, FaultCode::ExerciseMark);
}

#[test]
fn overlap_is_a_fault_only_under_unique() {
    let rows = row("R1", "deaths = \">= 30\"", "grade = 1")
        + &row("R2", "deaths = \"[10..30]\"", "grade = 2");
    let (code, line, says) = only(&(head("unique") + COLUMNS + &rows));
    assert_eq!((code, line), (FaultCode::Overlap, 15));
    assert!(says.contains("deaths is 30"), "{says}");
    for policy in ["any", "first", "priority", "collect", "rule_order"] {
        assert!(Table::read("cn/command/test.toml", &(head(policy) + COLUMNS + &rows)).is_ok());
    }
    let apart = rows.replace("[10..30]", "[10..30)");
    assert!(Table::read("cn/command/test.toml", &(head("unique") + COLUMNS + &apart)).is_ok());
}

#[test]
fn bands_of_different_days_do_not_overlap() {
    let rows = row("R1", "deaths = 1", "grade = 1")
        .replace("clause", "valid_to = \"2024-01-20\"\nclause")
        + &row("R2", "deaths = 1", "grade = 2")
            .replace("clause", "valid_from = \"2024-01-20\"\nclause");
    assert!(Table::read("cn/command/test.toml", &(head("unique") + COLUMNS + &rows)).is_ok());
    let a_day_long = rows.replace("valid_from = \"2024-01-20\"", "valid_from = \"2024-01-19\"");
    assert_eq!(only(&(head("unique") + COLUMNS + &a_day_long)).0, FaultCode::Overlap);
}

#[test]
fn a_gap_is_a_fault_only_in_a_declared_domain_without_an_otherwise_row() {
    let rows = row("R1", "deaths = \">= 30\"", "grade = 1")
        + &row("R2", "deaths = \"[10..29]\"", "grade = 2");
    let plain = head("unique") + COLUMNS + &rows;
    assert!(Table::read("cn/command/test.toml", &plain).is_ok());
    let whole = head("unique") + COLUMNS + "domain = { deaths = \">= 10\" }\n" + &rows;
    assert!(Table::read("cn/command/test.toml", &whole).is_ok(), "29 and 30 are neighbours");
    let open = head("unique") + COLUMNS + "domain = { deaths = \">= 8\" }\n" + &rows;
    let (code, line, says) = only(&open);
    assert_eq!((code, line), (FaultCode::Gap, 10));
    assert!(says.contains("deaths is [8..9]"), "{says}");
    let rest = "[[row]]\nid = \"R0\"\nclause = \"1\"\notherwise = true\nthen = { grade = 4 }\n";
    assert!(Table::read("cn/command/test.toml", &(open + rest)).is_ok());
}

#[test]
fn gaps_are_found_between_several_inputs() {
    let columns = "input = [{ name = \"a\", kind = \"bool\" }, \
         { name = \"c\", kind = \"text\", values = [\"red\", \"blue\"] }]\n\
         output = [{ name = \"o\", kind = \"int\" }]\ndomain = {}\n";
    let rows = row("R1", "a = true, c = \"red\"", "o = 1")
        + &row("R2", "a = false", "o = 2")
        + &row("R3", "a = true, c = \"blue\"", "o = 3");
    assert!(Table::read("cn/command/test.toml", &(head("unique") + columns + &rows)).is_ok());
    let without = row("R1", "a = true, c = \"red\"", "o = 1") + &row("R2", "a = false", "o = 2");
    let (code, _, says) = only(&(head("unique") + columns + &without));
    assert_eq!(code, FaultCode::Gap);
    assert!(says.contains("a is true and c is blue"), "{says}");
    let corner = row("R1", "a = true, c = \"red\"", "o = 1")
        + &row("R2", "a = true, c = \"blue\"", "o = 2")
        + &row("R3", "a = false, c = \"red\"", "o = 3");
    let (_, _, says) = only(&(head("unique") + columns + &corner));
    assert!(says.contains("a is false and c is blue"), "{says}");
}

#[test]
fn sums_and_tables_in_a_circle_are_refused() {
    let columns = "input = [{ name = \"a\", kind = \"int\", sum_of = [\"b\"] }, \
         { name = \"b\", kind = \"int\", sum_of = [\"a\"] }]\n\
         output = [{ name = \"o\", kind = \"int\" }]\n";
    let (code, _, says) = only(&(head("any") + columns + &row("R1", "a = 1", "o = 1")));
    assert_eq!(code, FaultCode::Cycle);
    assert!(says.contains("a -> b -> a"), "{says}");

    let needs = |other: &str| {
        head("any")
            + &format!(
                "input = [{{ name = \"a\", kind = \"int\", from = \"cn/command/{other}#o\" }}]\n"
            )
            + "output = [{ name = \"o\", kind = \"int\" }]\n"
            + &row("R1", "a = 1", "o = 1")
    };
    let load = |files: &[(&str, String)]| {
        let files = files.iter().map(|(p, t)| ((*p).to_owned(), t.clone())).collect();
        Library::load(&[Layer { name: "test".into(), files }]).unwrap_err().0
    };
    let circle = load(&[("cn/command/x.toml", needs("y")), ("cn/command/y.toml", needs("x"))]);
    assert_eq!(circle[0].code, FaultCode::Cycle);
    assert!(circle[0].why.contains("cn/command/x -> cn/command/y -> cn/command/x"));
    let lost = load(&[("cn/command/x.toml", needs("z"))]);
    assert_eq!(lost[0].code, FaultCode::UnknownTable);
}

#[test]
fn a_case_that_fails_or_cannot_fail_refuses_its_table() {
    let load = |cases: &str| {
        let files = vec![
            ("cn/command/test.toml".to_owned(), good()),
            ("cn/command/test.cases.toml".to_owned(), cases.to_owned()),
        ];
        Library::load(&[Layer { name: "test".into(), files }]).map_err(|f| f.0)
    };
    let case = |body: &str| format!("[[case]]\nname = \"c\"\n{body}\n");
    assert!(load(&case("given = { deaths = 30 }\nresult = { grade = 1 }")).is_ok());
    for (body, code, says) in [
        (
            "given = { deaths = 29 }\nresult = { grade = 1 }",
            FaultCode::CaseFailed,
            "grade is nothing",
        ),
        ("given = { deaths = 30 }\ntruth = \"not_met\"", FaultCode::CaseFailed, "truth is Met"),
        ("given = { deaths = 30 }\nmet = []", FaultCode::CaseFailed, "met is"),
        ("given = {}\nmissing = []", FaultCode::CaseFailed, "missing is"),
        ("given = { deaths = 30 }\nlevel = 2", FaultCode::CaseFailed, "level is 1, expected 2"),
        ("given = { deaths = 30 }\ncounts = [0, 1, 0]", FaultCode::CaseFailed, "are 1, 0, 0"),
        ("given = { deths = 30 }\nresult = { grade = 1 }", FaultCode::UnknownInput, "\"deaths\""),
        ("given = { deaths = 30 }", FaultCode::MissingKey, "cannot fail"),
        ("given = { deaths = -1 }\ntruth = \"met\"", FaultCode::CaseFailed, "below zero"),
        ("given = { deaths = 30 }\nresut = 1", FaultCode::UnknownKey, "did you mean \"result\"?"),
    ] {
        let found = load(&case(body)).unwrap_err();
        assert!(
            found.iter().any(|f| f.code == code && f.to_string().contains(says)),
            "{body}: {found:#?}"
        );
    }
    let alone =
        vec![("cn/command/test.cases.toml".to_owned(), case("given = {}\ntruth = \"met\""))];
    let found = Library::load(&[Layer { name: "test".into(), files: alone }]).unwrap_err();
    assert_eq!(found.0[0].code, FaultCode::BadPath);
}

#[test]
fn paths_limits_and_odd_texts_are_refused_in_words() {
    for path in ["x.toml", "cn/x.toml", "cn/command/X.toml", "cn/command/../x.toml", "cn/command/x"]
    {
        let found = Table::read(path, &good()).unwrap_err().0;
        assert_eq!(found[0].code, FaultCode::BadPath, "{path}");
    }
    let long = format!("{}\n# {}", good(), "x".repeat(1 << 20));
    assert_eq!(only(&long).0, FaultCode::TooLarge);
    for text in ["", "\0", "[[row]]", "row = 1", "input = [1]", "[[input]]\nname = 1", "title = 1"]
    {
        assert!(Table::read("cn/command/test.toml", text).is_err(), "{text:?}");
    }
    let deep = format!("x = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(Table::read("cn/command/test.toml", &deep).is_err());
    let renamed = Table::read("cn/command/test@2.toml", &good()).unwrap_err().0;
    assert!(renamed[0].why.contains("version"), "{renamed:#?}");
}
