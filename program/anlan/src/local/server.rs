//! The side of the server: takes commands at the socket and does them on the open node.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};

use super::wire::{self, End, Head, read_call, write_end};
use super::{SERVED, SOCKET};
use crate::cli::{self, Caller, Failure, Printer};
use crate::http::Ending;
use crate::open::{Opened, Shared, share};
use crate::words::Lang;

/// How long a caller may take to send its call.
const READ_WITHIN: Duration = Duration::from_secs(5);
/// How long a caller may leave an answer unread.
const WRITE_WITHIN: Duration = Duration::from_secs(60);
/// Commands at once; others wait at the socket.
const AT_ONCE: u32 = 4;
/// How long a stop waits for commands that are at work.
const END_WITHIN: Duration = Duration::from_secs(5);

/// The open socket of a served folder; gone when dropped.
pub struct Socket {
    path: PathBuf,
    listener: tokio::net::UnixListener,
    _shared: Shared,
}

impl Drop for Socket {
    fn drop(&mut self) {
        // A file that stays is taken away by whoever serves the folder next.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Socket {
    /// Opens the socket of a folder that is held, so that whatever lies there is left over.
    ///
    /// # Errors
    /// The machine's words, such as that the path is too long for a socket.
    pub fn open(opened: &Opened) -> std::io::Result<Socket> {
        use std::os::unix::fs::PermissionsExt;
        let path = opened.folder.path(SOCKET);
        let room = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(room)?;
        // Before the socket is there, so that nobody else can come first.
        std::fs::set_permissions(room, std::fs::Permissions::from_mode(0o700))?;
        if path.symlink_metadata().is_ok() {
            std::fs::remove_file(&path)?;
        }
        let listener = tokio::net::UnixListener::bind(&path)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        Ok(Socket { path, listener, _shared: share(opened) })
    }

    /// Takes calls until serving ends, and lets those at work come to their end.
    pub async fn serve(self, mut ending: watch::Receiver<Ending>) {
        let places = Arc::new(Semaphore::new(AT_ONCE as usize));
        loop {
            let Ok(place) = places.clone().acquire_owned().await else { break };
            let caller = tokio::select! {
                caller = self.listener.accept() => caller,
                _ = ending.wait_for(|e| *e != Ending::Open) => break,
            };
            let Ok(Ok(caller)) = caller.map(|(stream, _)| stream.into_std()) else {
                // No more files can be opened, say: others are served meanwhile.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            tokio::task::spawn_blocking(move || {
                let _place = place;
                if let Err(why) = answer(caller) {
                    tracing::info!(%why, "local call");
                }
            });
        }
        let _ = tokio::time::timeout(END_WITHIN, places.acquire_many(AT_ONCE)).await;
    }
}

type Stream = std::os::unix::net::UnixStream;

/// Whoever called: what the command says goes to them.
struct Line {
    stream: Mutex<Stream>,
    input: Vec<u8>,
}

impl Line {
    fn with(&self, write: impl FnOnce(&mut Stream) -> std::io::Result<()>) -> std::io::Result<()> {
        let mut stream = self.stream.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        write(&mut stream)
    }
}

impl Caller for Line {
    fn write(&self, out: bool, text: &str) {
        // A caller that has gone changes nothing: the command goes on.
        let _ = self.with(|stream| wire::write_text(stream, out, text.as_bytes()));
    }

    fn input(&self) -> Vec<u8> {
        self.input.clone()
    }
}

fn answer(mut stream: Stream) -> std::io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(READ_WITHIN))?;
    stream.set_write_timeout(Some(WRITE_WITHIN))?;
    let (head, input) = read_call(&mut stream)?;
    let lang = Lang::choose(Some(&head.lang), |_| None);
    let line = Arc::new(Line { stream: Mutex::new(stream), input });
    let end = match run(&head, lang, &line) {
        Ok(()) => End { exit: 0, line: String::new(), problem: None },
        Err(failure) => {
            End { exit: failure.exit, line: failure.line(lang), problem: Some(failure.problem()) }
        }
    };
    line.with(|stream| {
        write_end(stream, &end)?;
        stream.flush()
    })
}

fn run(head: &Head, lang: Lang, line: &Arc<Line>) -> Result<(), Failure> {
    let name = std::iter::once("anlan".to_owned());
    let matches = cli::tree(lang).try_get_matches_from(name.chain(head.args.iter().cloned()));
    let matches = matches.map_err(|e| cli::wrong_use::told(&e, &head.args, lang))?;
    let (path, inner) = cli::chosen(&matches);
    if !SERVED.contains(&path.as_str()) {
        return Err(Failure::refused("not-while-served").with("what", path));
    }
    let caller: Arc<dyn Caller> = line.clone();
    let json = cli::args::flag(inner, "json");
    cli::dispatch(&path, inner, &Printer::for_caller(lang, json, caller))
}
