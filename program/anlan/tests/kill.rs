//! The program is killed at any moment while people sign: what it answered is there afterwards.
//!
//! 200 times the real binary serves a folder, takes commands from a desk that does not stop, and is
//! killed at a moment that the seed picks: after an answer, in the middle of a submit, or while it
//! opens. The next process then has to have every answered op, give the first answer to each retry,
//! and a whole record in the end. Source: reliability §2, F1.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value as Json, json};

const BINARY: &str = env!("CARGO_BIN_EXE_anlan");
/// Source: reliability §2, F1.
const KILLS: u64 = 200;

/// A desk's answer to a command: the key it was sent with and what came back.
struct Answered {
    key: String,
    answer: Json,
}

struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(dir: &Path) -> Serving {
        let mut child = Command::new(BINARY)
            .args(["serve", "--port", "0", "--json", "--dir"])
            .arg(dir)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Json = serde_json::from_str(&line).expect("it opens again after a kill");
        Serving { address: said["address"].as_str().unwrap().to_owned(), child }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn sign_in(&self) -> Desk<'_> {
        let mut desk = Desk { serving: self, cookie: String::new() };
        let (head, _) = desk.ask("/session", "s", &json!({"account": "county.duty"})).unwrap();
        let cookie = head.lines().find_map(|l| l.strip_prefix("set-cookie: ")).unwrap();
        desk.cookie = cookie.split(';').next().unwrap().to_owned();
        desk
    }
}

struct Desk<'a> {
    serving: &'a Serving,
    cookie: String,
}

impl Desk<'_> {
    /// Sends a request and leaves the answer to whoever reads it.
    fn send(&self, path: &str, key: &str, body: &Json) -> std::io::Result<TcpStream> {
        let mut stream = TcpStream::connect(&self.serving.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let (body, host) = (body.to_string(), &self.serving.address);
        let head = format!(
            "POST /api/v1{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncookie: {}\r\n\
             content-type: application/json\r\nidempotency-key: {key}\r\n\
             content-length: {}\r\n\r\n",
            self.cookie,
            body.len(),
        );
        stream.write_all((head + &body).as_bytes())?;
        Ok(stream)
    }

    fn ask(&self, path: &str, key: &str, body: &Json) -> std::io::Result<(String, Json)> {
        let mut text = String::new();
        self.send(path, key, body)?.read_to_string(&mut text)?;
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
        Ok((head.to_owned(), serde_json::from_str(body).unwrap_or(Json::Null)))
    }
}

fn command(number: u64) -> Json {
    let args = json!({"title": format!("{number}"), "place": "990102100201"});
    json!({"entity": "danger", "verb": "find", "args": args})
}

/// The next number of a seed. Source: splitmix64.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn made(name: &str) -> PathBuf {
    let dir = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
    let made = Command::new(BINARY)
        .args(["exercise", "new", "--seed", "7", "--size", "village", "--out"])
        .arg(&dir)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    dir
}

/// Whether everything that was answered is what a retry is answered again.
fn all_there(desk: &Desk<'_>, answered: &[Answered]) {
    for one in answered {
        let number = one.key.rsplit('-').next().unwrap().parse().unwrap();
        let (_, again) = desk.ask("/commands", &one.key, &command(number)).unwrap();
        assert_eq!(again["ops"], one.answer["ops"], "{}", one.key);
        assert_eq!(again["replayed"], true, "{}", one.key);
    }
}

#[test]
fn what_was_answered_survives_two_hundred_kills() {
    let dir = made("anlan-kill");
    let (mut seed, mut number) = (7, 0);
    let mut answered: Vec<Answered> = Vec::new();
    let mut lost_answers = 0;
    for _ in 0..KILLS {
        let serving = Serving::start(&dir);
        let desk = serving.sign_in();
        let before = answered.split_off(answered.len().saturating_sub(8));
        all_there(&desk, &before);
        answered.extend(before);
        for _ in 0..next(&mut seed) % 4 {
            number += 1;
            let key = format!("kill-{number}");
            let (_, answer) = desk.ask("/commands", &key, &command(number)).unwrap();
            assert!(answer["ops"].is_array(), "{answer}");
            answered.push(Answered { key, answer });
        }
        // Two are on their way when it dies; whether they were written nobody here knows.
        let mut on_their_way = Vec::new();
        for _ in 0..2 {
            number += 1;
            let key = format!("kill-{number}");
            on_their_way.push((key.clone(), desk.send("/commands", &key, &command(number))));
        }
        for _ in 0..next(&mut seed) % 1_000_000 {
            std::hint::spin_loop();
        }
        serving.kill();
        for (key, stream) in on_their_way {
            let mut text = String::new();
            let _ = stream.and_then(|mut s| s.read_to_string(&mut text));
            let answer =
                text.split_once("\r\n\r\n").and_then(|(_, b)| serde_json::from_str(b).ok());
            match answer {
                Some(answer) => answered.push(Answered { key, answer }),
                None => lost_answers += 1,
            }
        }
    }
    let serving = Serving::start(&dir);
    // Each sign-in has its own allowance of requests.
    answered.chunks(150).for_each(|some| all_there(&serving.sign_in(), some));
    serving.kill();
    let verified = Command::new(BINARY).args(["verify", "--json", "--dir"]).arg(&dir).output();
    let verified = verified.unwrap();
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verified.status.success(), "{said}");
    println!(
        "{KILLS} kills: {} answered and there, {lost_answers} without an answer",
        answered.len()
    );
    assert!(lost_answers > 0, "no kill came in the middle of a submit");
    for beside in ["", "-township"] {
        let mut folder = dir.clone().into_os_string();
        folder.push(beside);
        let _ = std::fs::remove_dir_all(folder);
    }
}
