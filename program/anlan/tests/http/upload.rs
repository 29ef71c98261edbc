//! A large file comes in and goes out part by part: it is never held in memory whole.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::json;

use crate::client::Node;

/// What a person may bring at most. Source: limits of input, reliability §5.
const MOST: usize = 200 << 20;
/// How much more memory the program may hold for it, KiB.
const GROWS_KIB: u64 = 48 << 10;

/// A line of what the system says of a process's memory, KiB.
fn memory(node: &mut Node, line: &str) -> u64 {
    let path = format!("/proc/{}/status", node.child().id());
    let status = std::fs::read_to_string(path).unwrap();
    let found = status.lines().find_map(|l| l.strip_prefix(line)).unwrap();
    found.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap()
}

#[test]
fn the_largest_file_comes_in_and_goes_out_within_little_memory() {
    let mut node = Node::new();
    let mut picture = vec![7; MOST];
    picture[..4].copy_from_slice(b"\xff\xd8\xff\xe0");
    let duty = node.person("county.duty");
    let headers = [("content-type", "image/jpeg"), ("idempotency-key", "large")];
    // What is opened on the first request is not this file's.
    duty.ask("POST", "/blobs", &headers, &picture[..1 << 20]).good();
    let cookie = duty.cookie().to_owned();
    let before = memory(&mut node, "VmRSS:");
    let duty = node.person_of(&cookie);
    let kept = duty.ask("POST", "/blobs", &headers, &picture).good();
    assert_eq!(kept["bytes"], MOST);
    assert_eq!(kept["hash"], json!(kernel::hash(&picture)));
    let path = format!("/blobs/{}", kept["hash"].as_str().unwrap());
    let back = duty.get(&path);
    assert!(back.status == 200 && back.body == picture, "the very bytes");
    let after = memory(&mut node, "VmHWM:");
    assert!(after < before + GROWS_KIB, "{before} KiB, then {after} KiB");
    picture.push(7);
    let duty = node.person_of(&cookie);
    duty.ask("POST", "/blobs", &headers, &picture).refused(413, "body-too-large");
    let left = std::fs::read_dir(node.dir().join("blobs")).unwrap();
    let unfinished = |e: &std::fs::DirEntry| e.path().extension().is_some_and(|x| x == "new");
    assert_eq!(left.map(Result::unwrap).filter(unfinished).count(), 0, "nothing half is left");
}

#[test]
fn a_file_of_no_sort_that_is_taken_is_refused_at_its_first_bytes() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let mut stream = TcpStream::connect(node.address()).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(60))).unwrap();
    let head = format!(
        "POST /api/v1/blobs HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\nidempotency-key: k\r\n\
         connection: close\r\ncontent-length: {MOST}\r\n\r\n",
        node.address(),
        duty.cookie(),
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(b"<svg onload=alert(1)> and the rest never comes").unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(answer.contains("file-type-not-taken"), "{answer}");
}
