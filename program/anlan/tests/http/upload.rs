//! A large file comes in and goes out part by part: it is never held in memory whole.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::json;

use crate::client::Node;

/// What a person may bring at most. Source: limits of input, reliability §5.
const MOST: usize = 200 << 20;
/// How much more memory the program may hold for it, KiB.
const GROWS_KIB: u64 = 48 << 10;

/// How a photograph begins: a frame of one point, then its scan.
const HEAD: &[u8] = b"\xff\xd8\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00\
      \xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00";

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
    picture[..HEAD.len()].copy_from_slice(HEAD);
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

#[test]
fn a_picture_of_which_only_the_first_bytes_are_one_is_refused() {
    let node = Node::new();
    let duty = node.person("county.duty");
    for bytes in [
        b"\xff\xd8\xff".as_slice(),
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x00\x00\x00\x00WEBP",
    ] {
        let headers = [("content-type", "image/jpeg"), ("idempotency-key", "short")];
        let refused = duty.ask("POST", "/blobs", &headers, bytes).refused(422, "picture-not-real");
        assert!(refused["details"]["found"].as_str().unwrap().starts_with("image/"), "{refused}");
        let blob = format!("/blobs/{}", kernel::hash(bytes));
        duty.get(&blob).refused(404, "not-found");
    }
    let left = std::fs::read_dir(node.dir().join("blobs")).unwrap();
    let unfinished = |e: &std::fs::DirEntry| e.path().extension().is_some_and(|x| x == "new");
    assert_eq!(left.map(Result::unwrap).filter(unfinished).count(), 0, "nothing half is left");
    duty.ask(
        "POST",
        "/blobs",
        &[("content-type", "image/jpeg"), ("idempotency-key", "whole")],
        &[HEAD, b"\x2a\xff\xd9"].concat(),
    )
    .good();
}
