//! What is written here is judged by the schema of OASIS, by a program that is not ours.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::*;
use crate::shared;

const LXML: &str = "import sys\nfrom lxml import etree\n\
    schema = etree.XMLSchema(etree.parse(sys.argv[1]))\n\
    schema.assertValid(etree.fromstring(sys.stdin.buffer.read()))\n";

/// A validator at hand, with its arguments; `None` with a printed line where there is none.
fn validator() -> Option<(&'static str, Vec<String>)> {
    let schema = shared::folder()?.join("data/cap/schema/cap12.xsd").display().to_string();
    let works = |program: &str, args: &[&str]| {
        let mut run = Command::new(program);
        run.args(args).stdout(Stdio::null()).stderr(Stdio::null());
        run.status().is_ok_and(|status| status.success())
    };
    if works("xmllint", &["--version"]) {
        let args = ["--nonet", "--noout", "--schema", &schema, "-"];
        return Some(("xmllint", args.iter().map(|arg| (*arg).to_owned()).collect()));
    }
    if works("python3", &["-c", "import lxml"]) {
        return Some(("python3", vec!["-c".to_owned(), LXML.to_owned(), schema]));
    }
    println!("skipped: neither xmllint nor python3 with lxml is at hand to check the schema");
    None
}

fn is_valid(validator: &(&str, Vec<String>), document: &[u8]) -> bool {
    let mut child = Command::new(validator.0)
        .args(&validator.1)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(document).unwrap();
    child.wait().unwrap().success()
}

#[test]
fn what_is_written_is_valid_cap() {
    let Some(validator) = validator() else { return };
    let invalid = shared::file("cap/google/invalid.cap").unwrap();
    assert!(!is_valid(&validator, &invalid), "the validator must be able to refuse");
    for name in super::tests::SOUND {
        let bytes = shared::file(&format!("cap/{name}")).unwrap();
        let written = write(&parse(&bytes).unwrap().alert).unwrap();
        assert!(is_valid(&validator, &written), "{name}");
    }
    let envelope = shared::file("cap/google/bushfire_valid.edxlde").unwrap();
    for received in crate::edxl::parse(&envelope).unwrap().alerts {
        assert!(is_valid(&validator, &write(&received.unwrap().alert).unwrap()));
    }
    let own = shared::own("docs/guide/samples/rhine-flood.cap.xml");
    assert!(is_valid(&validator, &own));
    assert!(is_valid(&validator, &write(&parse(&own).unwrap().alert).unwrap()));
}

#[test]
fn addresses_and_times_are_judged_as_the_schema_does() {
    let Some(validator) = validator() else { return };
    let sample = shared::own("docs/guide/samples/rhine-flood.cap.xml");
    let received = parse(&sample).unwrap();
    let web = [
        "a b",
        "",
        "http://[",
        "%zz",
        "http://x/%zz",
        "::",
        "{}|^",
        "#a#b",
        "http://a:b:c",
        "//",
        "http://x:y/",
        "1:2",
        "http://x:80/?q=%e4%b8%ad#f",
        "mailto:a@x.org",
        "http://a@b:1/",
    ];
    for text in web {
        let mut alert = received.alert.clone();
        alert.info[0].web = Some(text.to_owned());
        // Without our check the document says what the schema says.
        let valid = {
            let plain = String::from_utf8(write(&received.alert).unwrap()).unwrap();
            let put = format!("<web>{text}</web>\n    <contact>");
            is_valid(&validator, plain.replacen("<contact>", &put, 1).as_bytes())
        };
        assert_eq!(write(&alert).is_ok(), valid, "{text:?}");
    }
    for text in ["2016-12-31T23:59:60-00:00", "2026-06-01T08:00:00+15:00", "2026-06-01T08:00:00Z"] {
        let mut alert = received.alert.clone();
        alert.sent = CapTime::from_text(text).unwrap();
        assert!(!alert.sent.is_in_form());
        assert!(is_valid(&validator, &write(&alert).unwrap()), "{text}");
    }
}
