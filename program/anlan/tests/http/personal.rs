//! Private details of a person: nowhere on the disk in the clear, and on a screen only for whoever
//! may read them.

use std::path::Path;

use serde_json::{Value as Json, json};

use crate::client::{Node, Person};

/// The person entity of an account, as somebody sees it.
fn person_of(reader: &Person<'_>, account: &str) -> Json {
    let all = reader.read("/person?limit=1000");
    let mut items = all["items"].as_array().unwrap().iter();
    let found = items.find(|p| p["fields"]["account"]["value"] == account);
    let id = found.unwrap()["id"].as_str().unwrap();
    reader.read(&format!("/person/{id}"))
}

/// Whether some file of a folder holds these bytes.
fn holds(dir: &Path, secret: &str) -> bool {
    std::fs::read_dir(dir).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with("store.sqlite")
            && std::fs::read(&path)
                .unwrap()
                .windows(secret.len())
                .any(|bytes| bytes == secret.as_bytes())
    })
}

#[test]
fn a_private_name_is_on_no_disk_and_withheld_from_other_posts() {
    let (name, phone) = ("安澜甲乙丙", "13900004477");
    let node = Node::new();
    let admin = node.person("county.admin");
    let id = person_of(&admin, "township.1.duty")["id"].as_str().unwrap().to_owned();
    let args = json!({"name": name, "private_phone": phone, "note": "他怕狗-7731"});
    let written = admin.command("person", Some(&id), "describe", args).good();
    let op = written["ops"][0]["id"].as_str().unwrap().to_owned();
    for reader in ["county.admin", "township.1.duty"] {
        let seen = node.person(reader).read(&format!("/person/{id}"));
        assert_eq!(seen["fields"]["private_phone"]["value"], phone, "{reader}");
        assert_eq!(seen["name"], name, "{reader}");
        let body = node.person(reader).read(&format!("/ops/{op}"));
        assert_eq!(body["body"]["name"], name, "{reader}");
    }
    let other = node.person("village.1.2.officer");
    let seen = other.read(&format!("/person/{id}"));
    for field in ["name", "private_phone", "note"] {
        assert_eq!(seen["fields"][field]["status"], "withheld", "{field}");
        assert_eq!(seen["fields"][field]["value"], Json::Null, "{field}");
    }
    assert_eq!(seen["fields"]["account"]["value"], "township.1.duty", "the open part stays");
    let body = other.read(&format!("/ops/{op}"));
    assert_eq!((&body["body"], &body["withheld"]), (&Json::Null, &json!(true)));
    for path in ["/person?limit=1000", "/ops?kind=person&limit=1000", "/disputes"] {
        let text = other.get(path).text();
        assert!(!text.contains(name) && !text.contains(phone), "{path}");
    }
    assert_eq!(
        other.read("/person?name=%E5%AE%89%E6%BE%9C%E7%94%B2%E4%B9%99%E4%B8%99")["total"],
        0
    );
    let dir = node.leave();
    for secret in [name, phone, "他怕狗-7731"] {
        assert!(!holds(&dir, secret), "{secret} is on the disk");
    }
    assert!(holds(&dir, "township.1.duty"), "what is open is found so");
    std::fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn who_told_a_report_is_encrypted_and_the_report_stays_open() {
    let (name, phone) = ("安澜戊己庚", "13900007788");
    let node = Node::new();
    let duty = node.person("county.duty");
    let body = json!({"what": "龙潭村进水-5512", "told_by": name, "told_by_phone": phone});
    let signed = duty.post_again("/event/open/report/sign", &body, "report-1").good();
    let again = duty.post_again("/event/open/report/sign", &body, "report-1").good();
    assert_eq!((&again["replayed"], &again["ref"]), (&json!(true), &signed["ref"]));
    let path = format!("/report/{}", signed["ref"].as_str().unwrap().trim_start_matches("report:"));
    let keeper = node.person("county.admin").read(&path);
    assert_eq!(keeper["fields"]["told_by"]["value"], name);
    assert_eq!(keeper["fields"]["told_by_phone"]["value"], phone);
    let other = node.person("township.1.duty").read(&path);
    assert_eq!(other["fields"]["told_by"]["status"], "withheld");
    assert_eq!(other["fields"]["what"]["value"], "龙潭村进水-5512", "what was told stays open");
    let open = json!({"event": other["fields"]["event"]["value"], "sort": "zero", "sequence": 9,
        "previous": signed["ref"], "what": "x", "told_by": name});
    duty.command("report", None, "draft", open).refused(422, "unknown-field");
    let dir = node.leave();
    for secret in [name, phone] {
        assert!(!holds(&dir, secret), "{secret} is on the disk");
    }
    assert!(holds(&dir, "龙潭村进水-5512"), "what is open is found so");
    std::fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn what_settles_a_private_name_is_as_private_as_the_name() {
    let names = ["安澜子丑寅", "安澜卯辰巳", "安澜午未申"];
    let node = Node::new();
    let admin = node.person("county.admin");
    let id = person_of(&admin, "township.1.duty")["id"].as_str().unwrap().to_owned();
    let seen = admin.read(&format!("/person/{id}"))["heads"].clone();
    let head = node.person("township.1.head");
    for (keeper, name) in [&admin, &head].into_iter().zip(&names[..2]) {
        // Neither has seen the other.
        let describe = json!({"entity": "person", "id": id, "verb": "describe",
            "args": {"name": name}, "seen": seen});
        keeper.post("/commands", &describe).good();
    }
    let before = admin.read(&format!("/person/{id}"));
    assert_eq!(before["disputes"], 1, "{before}");
    let verifier = node.person("county.verifier");
    let settle = json!({"name": names[2], "note": "the card was seen"});
    let written = verifier.command("person", Some(&id), "settle", settle).good();
    let after = admin.read(&format!("/person/{id}"));
    assert_eq!((&after["disputes"], &after["name"]), (&json!(0), &json!(names[2])), "{after}");
    let op = written["ops"][0]["id"].as_str().unwrap();
    let other = node.person("village.1.2.officer");
    let body = other.read(&format!("/ops/{op}"));
    assert_eq!((&body["body"], &body["withheld"]), (&Json::Null, &json!(true)));
    assert_eq!(other.read(&format!("/person/{id}"))["fields"]["name"]["status"], "withheld");
    let dir = node.leave();
    for name in names {
        assert!(!holds(&dir, name), "{name} is on the disk");
    }
    std::fs::remove_dir_all(&dir).unwrap();
}
