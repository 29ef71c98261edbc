//! `keys/accounts.json`: accounts with their posts and passwords' hashes; who holds them is a
//! person's name, class 2, and stands there sealed to the node.

use ledger::SecretKey;
use node::Account;
use serde_json::{Value as Json, json};

use crate::sealed::Sealed;

/// The file in a node's folder.
pub const FILE: &str = "keys/accounts.json";
/// What stands in the place of a person's name.
const SEALED: &str = "person_sealed";

/// What a file of accounts holds.
pub struct Held {
    /// The accounts.
    pub accounts: Vec<Account>,
    /// Whether names stand there in the clear, as earlier versions wrote them.
    pub in_clear: bool,
}

/// The bytes of a file of accounts.
///
/// # Errors
/// Why they cannot be put in writing.
pub fn write<'a>(
    accounts: impl IntoIterator<Item = &'a Account>,
    node: &SecretKey,
) -> Result<Vec<u8>, String> {
    let sealed = Sealed::of(node, "accounts");
    let row = |account: &Account| -> Result<Json, String> {
        let mut row = json!(account);
        let object = row.as_object_mut().ok_or("account")?;
        let person = object.remove("person").unwrap_or_default();
        // The account's name keeps two persons of one name from being seen to be so.
        let named = json!([account.account, person]).to_string();
        let bytes = sealed.seal(named.as_bytes()).ok_or("seal")?;
        let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
        object.insert(SEALED.to_owned(), json!(hex));
        Ok(row)
    };
    let rows = accounts.into_iter().map(row).collect::<Result<Vec<_>, _>>()?;
    serde_json::to_vec_pretty(&rows).map_err(|e| e.to_string())
}

/// Reads a file of accounts, of this or an earlier version.
///
/// # Errors
/// What does not read, with the account it is about.
pub fn read(bytes: &[u8], node: &SecretKey) -> Result<Held, String> {
    let sealed = Sealed::of(node, "accounts");
    let mut rows: Vec<Json> = serde_json::from_slice(bytes).map_err(|e| e.to_string())?;
    let mut in_clear = false;
    for row in &mut rows {
        let name = row["account"].clone();
        let Some(object) = row.as_object_mut() else { continue };
        match object.remove(SEALED) {
            None => in_clear = true,
            Some(hex) => {
                let opened = hex.as_str().and_then(unhex).and_then(|b| sealed.open(&b));
                let named: Option<Json> = opened.and_then(|b| serde_json::from_slice(&b).ok());
                let person = named.filter(|n| n[0] == name).map(|n| n[1].clone());
                let person = person.ok_or_else(|| format!("{name}: {SEALED}"))?;
                object.insert("person".to_owned(), person);
            }
        }
    }
    let accounts = serde_json::from_value(Json::Array(rows)).map_err(|e| e.to_string())?;
    Ok(Held { accounts, in_clear })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.len().is_multiple_of(2) && text.is_ascii();
    let byte = |i: usize| u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok();
    pairs.then(|| (0..text.len() / 2).map(byte).collect()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(name: &str, person: &str) -> Account {
        let text = |t: &str| node::Text::new(t, t);
        Account {
            account: name.to_owned(),
            post: "county.duty".to_owned(),
            also: Vec::new(),
            title: text("duty"),
            person: text(person),
            person_ref: None,
            organisation: None,
            place: "990102000000".parse().unwrap(),
            phone: String::new(),
            key: kernel::KeyId([1; 8]),
            password: None,
            closed_at: None,
        }
    }

    #[test]
    fn names_stand_sealed_and_open_with_the_nodes_key_alone() {
        let node = SecretKey::from_bytes(&[7; 32]);
        let all = [account("a", "Wang Li"), account("b", "Wang Li")];
        let bytes = write(&all, &node).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(!text.contains("Wang") && text.contains("county.duty"), "{text}");
        let held = read(&bytes, &node).unwrap();
        assert_eq!((held.accounts.as_slice(), held.in_clear), (&all[..], false));
        assert!(read(&bytes, &SecretKey::from_bytes(&[8; 32])).is_err());
        let rows: Vec<Json> = serde_json::from_slice(&bytes).unwrap();
        assert_ne!(rows[0][SEALED], rows[1][SEALED]);
        let swapped = text.replace("\"account\": \"a\"", "\"account\": \"c\"");
        assert!(read(swapped.as_bytes(), &node).is_err(), "a name belongs to its account");
    }

    #[test]
    fn a_file_of_an_earlier_version_reads_and_is_told_to_be_one() {
        let node = SecretKey::from_bytes(&[7; 32]);
        let all = vec![account("a", "Wang Li")];
        let held = read(&serde_json::to_vec(&all).unwrap(), &node).unwrap();
        assert_eq!((held.accounts, held.in_clear), (all, true));
    }
}
