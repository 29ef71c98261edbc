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
