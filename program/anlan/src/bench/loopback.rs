//! Durable ops a second as a desk meets them: HTTP over loopback with connections kept open, one
//! command a request. The API's limit of requests is off for this measurement alone.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::cli::Failure;
use crate::clock::WallClock;
use crate::first::SetUp;
use crate::http::{App, Ending, Guard, Sessions, router};
use crate::open::{Opened, node_failure};

/// A node served in this process.
pub struct Served {
    address: SocketAddr,
    cookie: String,
    event: String,
    _runtime: tokio::runtime::Runtime,
}

fn failed(why: impl std::fmt::Display) -> Failure {
    Failure::fault("panic").with("why", why)
}

impl Served {
    /// Serves the node on a free port, with one person signed in.
    pub fn start(opened: &Opened) -> Result<Served, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(failed)?;
        let event = opened.desk.event("open").map_err(node_failure)?.reference.to_string();
        let sessions = Arc::new(Sessions::default());
        let token = sessions.open("county.duty", WallClock::millis());
        let token = token.map_err(|_| failed("no session"))?;
        let app = Arc::new(App {
            desk: opened.desk.clone(),
            sessions,
            since: kernel::UnixMillis(WallClock::millis()),
            clock: opened.clock.clone(),
            listens: std::net::Ipv4Addr::LOCALHOST.into(),
            guard: Guard::without_limit(),
            answers: Default::default(),
            dir: opened.folder.dir().to_path_buf(),
            setup: SetUp::of(opened.folder.clone()),
            woken: tokio::sync::watch::channel(0).1,
            one_click: false,
            read_only: None,
            ending: tokio::sync::watch::Sender::new(Ending::Open),
            remake: Box::new(|| Ok(())),
        });
        let bound = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
        let listener = bound.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        runtime.spawn(async move { axum::serve(listener, router(app)).await });
        let cookie = format!("{}={token}", crate::http::COOKIE);
        Ok(Served { address, cookie, event, _runtime: runtime })
    }

    /// How many commands so many clients got answered in a while, and the seconds it took.
    pub fn submits(&self, clients: u64, until: Duration) -> Result<(u64, f64), Failure> {
        let (number, began) = (AtomicU64::new(0), Instant::now());
        let one = |_: u64| -> std::io::Result<u64> {
            let mut client = Client::connect(self)?;
            let mut done = 0;
            while began.elapsed() < until {
                client
                    .enter(&format!("http-{clients}-{}", number.fetch_add(1, Ordering::Relaxed)))?;
                done += 1;
            }
            Ok(done)
        };
        let one = &one;
        let done: std::io::Result<Vec<u64>> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..clients).map(|n| scope.spawn(move || one(n))).collect();
            let ended = || Err(std::io::Error::other("a client ended"));
            all.into_iter().map(|c| c.join().unwrap_or_else(|_| ended())).collect()
        });
        let seconds = began.elapsed().as_secs_f64();
        Ok((done.map_err(failed)?.into_iter().sum(), seconds))
    }
}

struct Client<'a> {
    stream: BufReader<TcpStream>,
    served: &'a Served,
}

impl<'a> Client<'a> {
    fn connect(served: &'a Served) -> std::io::Result<Client<'a>> {
        let stream = TcpStream::connect(served.address)?;
        stream.set_nodelay(true)?;
        Ok(Client { stream: BufReader::new(stream), served })
    }

    /// Enters a decision and reads the whole answer, which must be that it is safe.
    fn enter(&mut self, key: &str) -> std::io::Result<()> {
        let body = json!({"entity": "decision", "verb": "enter", "args":
            {"event": self.served.event, "sort": "instruction", "text": key}})
        .to_string();
        let request = format!(
            "POST /api/v1/commands HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\n\
             content-type: application/json\r\nidempotency-key: {key}\r\n\
             content-length: {}\r\n\r\n{body}",
            self.served.address,
            self.served.cookie,
            body.len(),
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let (mut status, mut length, mut line) = (String::new(), 0usize, String::new());
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let text = line.trim_end();
            if text.is_empty() {
                break;
            }
            if status.is_empty() {
                status = text.to_owned();
            }
            if let Some(value) = text.to_ascii_lowercase().strip_prefix("content-length: ") {
                length = value.parse().map_err(std::io::Error::other)?;
            }
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer)?;
        match status.contains(" 200 ") {
            true => Ok(()),
            false => Err(std::io::Error::other(String::from_utf8_lossy(&answer).into_owned())),
        }
    }
}
