//! The side of the command line: hands a command to whoever serves its folder.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ArgMatches;

use super::SOCKET;
use super::wire::{End, Frame, Head, INPUT_MAX, read_frame, write_call};
use crate::cli::{Failure, args};
use crate::folder::{Folder, choose};
use crate::words::Lang;

/// How long the server may take to take the call.
const SEND_WITHIN: Duration = Duration::from_secs(10);
/// Arguments that are paths of files.
const PATHS: &[&str] = &["file", "out"];
/// Commands that take a folder and work on no node's, or hold it themselves.
const NO_NODE: &[&str] = &["serve", "init"];
/// Arguments that are given without a name.
const UNNAMED: &[&str] = &["file", "name", "what", "account"];

/// Does a command through the server of its folder; `None`: nobody serves it.
pub fn through_server(
    path: &str,
    names: &[&str],
    matches: &ArgMatches,
    lang: Lang,
) -> Option<Result<(), Failure>> {
    if !names.contains(&"dir") || NO_NODE.contains(&path) {
        return None;
    }
    let dir = choose(args::path(matches, "dir"));
    if !Folder::is_held(&dir) {
        return None;
    }
    let server = connect(&dir.join(SOCKET))?;
    Some(call(server, path, names, matches, &dir, lang))
}

#[cfg(unix)]
type Stream = std::os::unix::net::UnixStream;
#[cfg(not(unix))]
type Stream = std::net::TcpStream;

#[cfg(unix)]
fn connect(socket: &Path) -> Option<Stream> {
    let stream = Stream::connect(socket).ok()?;
    stream.set_write_timeout(Some(SEND_WITHIN)).ok()?;
    Some(stream)
}

#[cfg(not(unix))]
fn connect(_socket: &Path) -> Option<Stream> {
    None
}

fn call(
    mut server: Stream,
    path: &str,
    names: &[&str],
    matches: &ArgMatches,
    dir: &Path,
    lang: Lang,
) -> Result<(), Failure> {
    let head = Head { lang: lang.code().to_owned(), args: arguments(path, names, matches, dir)? };
    let mut input = Vec::new();
    let reads = args::text(matches, "file").is_some_and(|f| f == "-");
    if reads || args::flag(matches, "stdin") {
        let read = std::io::stdin().take(INPUT_MAX as u64).read_to_end(&mut input);
        read.map_err(|e| Failure::refused("file").with("file", "-").with("why", e))?;
    }
    let cut = |e: std::io::Error| Failure::fault("server-gone").with("why", e);
    let sent = write_call(&mut server, &head, &input);
    // A server that refuses answers before it has read all.
    let end = answer(&mut server).map_err(|e| cut(sent.err().unwrap_or(e)))?;
    match end.exit {
        0 => Ok(()),
        exit => {
            let as_api = end.problem.map(Box::new);
            Err(Failure { exit, as_api, ..Failure::refused("said").with("line", end.line) })
        }
    }
}

fn answer(server: &mut Stream) -> std::io::Result<End> {
    loop {
        // Whoever reads along may have gone; the command goes on to its end.
        match read_frame(server)? {
            Frame::Out(bytes) => drop(std::io::stdout().write_all(&bytes)),
            Frame::Said(bytes) => drop(std::io::stderr().write_all(&bytes)),
            Frame::End(end) => return Ok(end),
        }
    }
}

/// The arguments as they are meant, independent of where the caller stands.
fn arguments(
    path: &str,
    names: &[&str],
    matches: &ArgMatches,
    dir: &Path,
) -> Result<Vec<String>, Failure> {
    let mut all: Vec<String> = path.split(' ').map(str::to_owned).collect();
    all.push(format!("--dir={}", absolute(dir)?));
    let mut unnamed = Vec::new();
    for name in names.iter().filter(|n| **n != "dir") {
        if args::flag(matches, name) {
            all.push(format!("--{name}"));
            continue;
        }
        let Some(value) = matches.try_get_raw(name).ok().flatten().and_then(|mut v| v.next())
        else {
            continue;
        };
        let given = matches.value_source(name) == Some(clap::parser::ValueSource::CommandLine);
        if !given || matches.try_get_one::<bool>(name).is_ok() {
            continue;
        }
        let value = match PATHS.contains(name) && value != "-" {
            true => absolute(Path::new(value))?,
            false => text(value)?,
        };
        match UNNAMED.contains(name) {
            true => unnamed.push(value),
            false => all.push(format!("--{name}={value}")),
        }
    }
    all.push("--".to_owned());
    all.extend(unnamed);
    Ok(all)
}

fn absolute(path: &Path) -> Result<String, Failure> {
    let full: PathBuf = std::path::absolute(path).map_err(|e| unusable(path, &e))?;
    text(full.as_os_str())
}

fn text(value: &std::ffi::OsStr) -> Result<String, Failure> {
    let plain = value.to_str().map(str::to_owned);
    plain.ok_or_else(|| unusable(Path::new(value), &"UTF-8"))
}

fn unusable(path: &Path, why: &dyn std::fmt::Display) -> Failure {
    Failure::refused("file").with("file", path.display()).with("why", why)
}
