//! A served node and people who talk to it; HTTP/1.1 as small as the tests need it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value as Json, json};

static NUMBER: AtomicU64 = AtomicU64::new(0);

/// A number that nobody in this process had before.
pub fn number() -> u64 {
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

/// A served node; stopped and removed at the end of its test.
pub struct Node {
    child: Child,
    address: String,
    dir: PathBuf,
}

impl Node {
    /// Makes the village of seed 7 and serves it on a free port.
    pub fn new() -> Node {
        Node::sized("village")
    }

    /// Makes the exercise of seed 7 at a size and serves it on a free port.
    pub fn sized(size: &str) -> Node {
        let binary = env!("CARGO_BIN_EXE_anlan");
        let name = format!("anlan-http-{}-{}", std::process::id(), number());
        let dir = std::env::temp_dir().join(name);
        let made = Command::new(binary)
            .args(["exercise", "new", "--seed", "7", "--size", size, "--json", "--out"])
            .arg(&dir)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Node::serve(dir)
    }

    /// Makes a node of its own with `init` and serves it: its set-up code too.
    pub fn init(more: &[&str]) -> (Node, String) {
        let name = format!("anlan-init-{}-{}", std::process::id(), number());
        let dir = std::env::temp_dir().join(name);
        let made = Command::new(env!("CARGO_BIN_EXE_anlan"))
            .args(["init", "--json", "--dir"])
            .arg(&dir)
            .args(more)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let said: Json = serde_json::from_slice(&made.stdout).unwrap();
        (Node::serve(dir), said["setup_code"].as_str().unwrap().to_owned())
    }

    fn serve(dir: PathBuf) -> Node {
        let mut command = Command::new(env!("CARGO_BIN_EXE_anlan"));
        command.args(["serve", "--port", "0", "--json", "--dir"]).arg(&dir).stderr(Stdio::null());
        Node::start(dir, command)
    }

    /// Serves a folder that is stopped.
    pub fn of(dir: &Path) -> Node {
        Node::serve(dir.to_owned())
    }

    /// Serves a folder that is stopped with a command of the test's own.
    pub fn start(dir: PathBuf, mut command: Command) -> Node {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Json = serde_json::from_str(&line).unwrap();
        let address = said["address"].as_str().unwrap().to_owned();
        Node { child, address, dir }
    }

    /// The process.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Stops it; its folder stays and is the test's.
    pub fn leave(mut self) -> PathBuf {
        self.stop();
        std::mem::take(&mut self.dir)
    }

    /// Its folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Somebody who has not signed in.
    pub fn stranger(&self) -> Person<'_> {
        Person { node: self, cookie: String::new() }
    }

    /// Somebody who has signed in before.
    pub fn person_of(&self, cookie: &str) -> Person<'_> {
        Person { node: self, cookie: cookie.to_owned() }
    }

    /// Ends the program in the middle of whatever it does.
    pub fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Stops it and serves the same folder again.
    pub fn again(mut self) -> Node {
        self.stop();
        Node::serve(std::mem::take(&mut self.dir))
    }

    /// Somebody signed in with a password.
    pub fn person_with(&self, account: &str, password: &str) -> Person<'_> {
        let mut person = self.stranger();
        let answer = person.post("/session", &json!({"account": account, "password": password}));
        assert_eq!(answer.status, 200, "{account}: {}", answer.text());
        person.cookie = answer.cookie.clone();
        person
    }

    /// Somebody signed in by one click.
    pub fn person(&self, account: &str) -> Person<'_> {
        let mut person = self.stranger();
        let answer = person.post("/session", &json!({"account": account}));
        assert_eq!(answer.status, 200, "{account}: {}", answer.text());
        person.cookie = answer.cookie.clone();
        person
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.stop();
        if self.dir.as_os_str().is_empty() {
            return;
        }
        for beside in ["", "-township", "-old-1", "-old-1-township"] {
            let mut dir = self.dir.as_os_str().to_owned();
            dir.push(beside);
            let _ = std::fs::remove_dir_all(dir);
        }
    }
}

/// Who asks.
pub struct Person<'n> {
    node: &'n Node,
    cookie: String,
}

impl Person<'_> {
    /// Their session.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    /// An open stream of changes, its first event read.
    pub fn listen(&self) -> TcpStream {
        let mut stream = TcpStream::connect(&self.node.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let (host, cookie) = (&self.node.address, &self.cookie);
        let head =
            format!("GET /api/v1/stream HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut seen = String::new();
        while !seen.contains("event: clock") {
            let mut bytes = [0; 256];
            let read = stream.read(&mut bytes).unwrap();
            assert!(read > 0, "{seen}");
            seen.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
        stream
    }

    /// What `GET` answers, which must be well.
    pub fn read(&self, path: &str) -> Json {
        self.get(path).good()
    }

    /// A new act.
    pub fn post(&self, path: &str, body: &Json) -> Answer {
        self.post_again(path, body, &format!("act-{}", number()))
    }

    /// An act under a key.
    pub fn post_again(&self, path: &str, body: &Json, key: &str) -> Answer {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        self.ask("POST", path, &headers, body.to_string().as_bytes())
    }

    /// A command.
    pub fn command(&self, entity: &str, id: Option<&str>, verb: &str, args: Json) -> Answer {
        let id = id.map(|r| r.rsplit(':').next().unwrap_or(r));
        self.post("/commands", &json!({"entity": entity, "id": id, "verb": verb, "args": args}))
    }

    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.ask_declaring(method, path, headers, body, body.len())
    }

    /// Asks with a body that says it is of another length than it is.
    pub fn ask_declaring(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
        length: usize,
    ) -> Answer {
        let mut head = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\
             content-length: {length}\r\n",
            self.node.address,
        );
        if !self.cookie.is_empty() {
            head.push_str(&format!("cookie: {}\r\n", self.cookie));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let mut stream = TcpStream::connect(&self.node.address).unwrap();
        // What never answers fails its test instead of holding all.
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        // A server that refuses a body may stop reading it.
        let _ = stream.write_all(body);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Answer::of(&bytes)
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub kind: String,
    pub cookie: String,
    pub policy: String,
    pub body: Vec<u8>,
}

impl Answer {
    fn of(bytes: &[u8]) -> Answer {
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(bytes)));
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap();
        let header = |name: &str| {
            let mut pairs = head.lines().filter_map(|line| line.split_once(": "));
            let found = pairs.find(|(n, _)| n.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.to_owned()).unwrap_or_default()
        };
        let cookie = header("set-cookie").split(';').next().unwrap_or_default().to_owned();
        let (kind, policy) = (header("content-type"), header("content-security-policy"));
        Answer { status, kind, cookie, policy, body: bytes[end + 4..].to_vec() }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    /// The answer of a call that must do what it was asked.
    pub fn good(&self) -> Json {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()
    }

    /// The problem of a call that must be refused so.
    pub fn refused(&self, status: u16, code: &str) -> Json {
        let problem = self.problem();
        assert_eq!((self.status, problem["code"].as_str()), (status, Some(code)), "{problem}");
        problem
    }

    /// A refusal of any sort: worded in both languages, and nobody's fault but the request's.
    pub fn problem(&self) -> Json {
        assert_eq!(self.kind, "application/problem+json", "{} {}", self.status, self.text());
        assert!((400..500).contains(&self.status), "{} {}", self.status, self.text());
        let problem = self.json();
        for lang in ["zh", "en"] {
            let title = problem["title"][lang].as_str().unwrap_or_default();
            assert!(!title.is_empty() && !title.contains("problem."), "{problem}");
        }
        problem
    }
}

/// A folder of `shared`, beside the checkout or where `ANLAN_SHARED` says; `None` is said aloud.
pub fn shared(folder: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3);
    let beside = || root.map(|r| r.join("shared"));
    let shared = std::env::var_os("ANLAN_SHARED").map(PathBuf::from).or_else(beside);
    let found = shared.map(|s| s.join(folder)).filter(|f| f.exists());
    if found.is_none() {
        println!("skipped: no ../shared/{folder} beside the checkout and no ANLAN_SHARED");
    }
    found
}
