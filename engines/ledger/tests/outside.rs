//! The outside world's test vectors: Wycheproof's Ed25519 and XChaCha20-Poly1305, RFC 8949's CBOR.
//!
//! They lie in `../shared/data/crypto` beside the checkout, or under `$ANLAN_SHARED`; where they
//! are not, the tests say so and pass.

use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ledger::{PublicKey, Signature, Value};
use serde_json::Value as Json;

fn outside(name: &str) -> Option<Json> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_path_buf();
    let beside = || root.join("../shared");
    let shared = std::env::var_os("ANLAN_SHARED").map_or_else(beside, PathBuf::from);
    let path = shared.join("data/crypto").join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(_) => {
            println!("skipped: {} is not there", path.display());
            None
        }
    }
}

fn unhex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2), "odd hex");
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
}

fn field(test: &Json, name: &str) -> Vec<u8> {
    unhex(test[name].as_str().unwrap())
}

fn tests(groups: &Json) -> Vec<(&Json, &Json)> {
    let groups = groups["testGroups"].as_array().unwrap().iter();
    groups.flat_map(|g| g["tests"].as_array().unwrap().iter().map(move |t| (g, t))).collect()
}

#[test]
fn wycheproof_ed25519_signatures_are_judged_as_they_say() {
    let Some(file) = outside("wycheproof/ed25519_test.json") else { return };
    let mut judged = (0, 0);
    for (group, test) in tests(&file) {
        let key = PublicKey::from_slice(&field(&group["publicKey"], "pk"));
        let good = key.and_then(|key| key.checker()).is_some_and(|checker| {
            let signature = Signature::from_slice(&field(test, "sig"));
            signature.is_some_and(|sig| checker.verify_bytes(&field(test, "msg"), &sig))
        });
        let valid = test["result"] == "valid";
        assert_eq!(good, valid, "{}: {}", test["tcId"], test["comment"]);
        judged = if valid { (judged.0 + 1, judged.1) } else { (judged.0, judged.1 + 1) };
    }
    assert!(judged.0 > 50 && judged.1 > 50, "{judged:?}");
}

#[test]
fn wycheproof_xchacha20_poly1305_is_judged_as_it_says() {
    let Some(file) = outside("wycheproof/xchacha20_poly1305_test.json") else { return };
    let mut judged = 0;
    for (_, test) in tests(&file) {
        let valid = test["result"] == "valid";
        let nonce: Result<[u8; 24], _> = field(test, "iv").try_into();
        let key: [u8; 32] = field(test, "key").try_into().unwrap();
        let opened = nonce.ok().and_then(|nonce| {
            let sealed = [field(test, "ct"), field(test, "tag")].concat();
            let payload = Payload { msg: &sealed, aad: &field(test, "aad") };
            let cipher = XChaCha20Poly1305::new(&key.into());
            cipher.decrypt(&XNonce::from(nonce), payload).ok()
        });
        assert_eq!(opened.is_some(), valid, "{}: {}", test["tcId"], test["comment"]);
        if let Some(opened) = opened {
            assert_eq!(opened, field(test, "msg"));
        }
        judged += 1;
    }
    assert!(judged > 200, "{judged}");
}

#[test]
fn cbor_that_is_not_well_formed_is_refused() {
    let Some(file) = outside("cbor/not-well-formed.json") else { return };
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() > 50);
    for case in cases {
        let bytes = field(case, "hex");
        assert!(Value::decode(&bytes).is_err(), "{}: {}", case["hex"], case["why"]);
    }
}

#[test]
fn cbor_of_the_rfc_reads_back_where_ops_may_hold_it() {
    let Some(file) = outside("cbor/appendix_a.json") else { return };
    let mut read = 0;
    for case in file.as_array().unwrap() {
        let bytes = field(case, "hex");
        if let Ok(value) = Value::decode(&bytes) {
            assert_eq!(value.encode(), bytes);
            assert_eq!(case["roundtrip"], true, "{}: only the one form is read", case["hex"]);
            if let Some(number) = case["decoded"].as_i64() {
                assert_eq!(value, Value::from(number));
            }
            if let Some(text) = case["decoded"].as_str() {
                assert_eq!(value.as_text(), Some(text));
            }
            read += 1;
        }
    }
    assert!(read > 30, "{read}");
}
