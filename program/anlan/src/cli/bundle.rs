//! `anlan bundle export|inspect|import`: the record carried by hand as one file.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;

use clap::ArgMatches;
use node::{CarryError, Damaged};
use serde_json::json;

use super::{Failure, Printer, args, files, told};
use crate::folder::choose;
use crate::open::{node_failure, work};

/// Bytes written between two lines of progress.
const SAY_EVERY: u64 = 16 << 20;
/// Segments read between two lines of progress.
const SAY_EVERY_SEGMENTS: usize = 16;

/// `anlan bundle export --dir D --out FILE`.
pub fn export(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let missing = || Failure::usage("missing").with("what", "--out");
    let out = args::path(matches, "out").ok_or_else(missing)?;
    if out.exists() {
        return Err(Failure::refused("exists").with("what", out.display()));
    }
    let opened = work(&choose(args::path(matches, "dir")), printer)?;
    let beside = out.with_extension("new");
    let unwritable =
        |e: std::io::Error| Failure::fault("file").with("file", beside.display()).with("why", e);
    let file = BufWriter::new(File::create(&beside).map_err(unwritable)?);
    let said = Said { to: file, printer, written: 0, said: 0 };
    let carried = opened.desk.carry_out(said, opened.clock.now());
    let kept = carried.map_err(|e| failure(&out, e)).and_then(|(said, carried)| {
        let file = said.to.into_inner().map_err(|e| unwritable(e.into_error()))?;
        file.sync_all().map_err(unwritable)?;
        fs::rename(&beside, &out).map_err(unwritable)?;
        Ok(carried)
    });
    let carried = kept.inspect_err(|_| drop(fs::remove_file(&beside)))?;
    printer.tell(
        "carried-out",
        &[
            ("file", &out.display().to_string()),
            ("logs", &carried.logs.to_string()),
            ("ops", &carried.ops.to_string()),
            ("withheld", &carried.withheld.to_string()),
            ("blobs", &carried.blobs.to_string()),
            ("bytes", &carried.bytes.to_string()),
        ],
    );
    printer.json(&json!({"file": out, "carried": carried}));
    match carried.blobs_damaged.first() {
        None => Ok(()),
        Some(hash) => Err(Failure::refused("blob").with("file", out.display()).with("hash", hash)),
    }
}

/// `anlan bundle inspect FILE`.
pub fn inspect(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let name = args::text(matches, "file").unwrap_or_default();
    let path = Path::new(&name);
    let found = node::inspect(open_file(path)?, &mut |segment| say_segment(printer, segment));
    let found = found.map_err(|e| failure(path, e))?;
    let answer = json!({"file": name, "whole": found.damaged.is_empty(), "holds": found});
    printer.answer(&answer, told::inspected);
    whole(path, &found.damaged, "bundle-damaged")
}

/// `anlan bundle import --dir D FILE`.
pub fn import(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let name = args::text(matches, "file").unwrap_or_default();
    let path = Path::new(&name);
    let file = open_file(path)?;
    let opened = work(&choose(args::path(matches, "dir")), printer)?;
    let progress = &mut |segment| say_segment(printer, segment);
    let came = opened.desk.carry_in(file, opened.clock.now(), progress);
    let came = came.map_err(|e| failure(path, e))?;
    printer.tell(
        "carried-in",
        &[
            ("file", &name),
            ("new", &came.new.to_string()),
            ("known", &came.known.to_string()),
            ("quarantined", &came.quarantined.len().to_string()),
            ("aside", &came.aside.len().to_string()),
            ("blobs", &came.blobs_new.to_string()),
        ],
    );
    if came.clock_ahead > 0 {
        printer.tell("clock-ahead", &[("ops", &came.clock_ahead.to_string())]);
    }
    printer.json(&json!({"file": name, "whole": came.is_whole(), "came": came}));
    whole(path, &came.damaged, "bundle-rest-taken")?;
    let forked: std::collections::BTreeSet<_> =
        came.aside.iter().filter(|(_, _, why)| why == "fork").map(|(log, ..)| *log).collect();
    if !forked.is_empty() {
        let logs: Vec<String> = forked.iter().map(ToString::to_string).collect();
        return Err(Failure::refused("bundle-forked")
            .with("file", &name)
            .with("count", logs.len())
            .with("logs", logs.join(", ")));
    }
    match came.is_whole() {
        true => Ok(()),
        false => Err(Failure::refused("bundle-not-all")
            .with("file", &name)
            .with("refused", came.refused.len())
            .with("waiting", came.waiting.len())
            .with("blobs", came.blobs_damaged.len())),
    }
}

/// Names the first damaged segment, where there is one.
fn whole(path: &Path, damaged: &[Damaged], key: &'static str) -> Result<(), Failure> {
    let Some(first) = damaged.iter().find(|d| d.segment > 0).or(damaged.first()) else {
        return Ok(());
    };
    Err(Failure::refused(key)
        .with("file", path.display())
        .with("segment", first.segment)
        .with("offset", first.offset)
        .with("why", &first.why)
        .with("count", damaged.len()))
}

fn open_file(path: &Path) -> Result<BufReader<File>, Failure> {
    Ok(BufReader::new(files::open(path, u64::MAX)?))
}

fn say_segment(printer: &Printer, segment: usize) {
    if segment > 0 && segment.is_multiple_of(SAY_EVERY_SEGMENTS) {
        printer.say("carrying-in", &[("segment", &segment.to_string())]);
    }
}

/// Why a file could not be carried, as a failure of the command line.
pub fn failure(path: &Path, e: CarryError) -> Failure {
    match e {
        e if e.is_no_bundle() => Failure::refused("bundle-none").with("file", path.display()),
        e if e.is_newer() => Failure::refused("bundle-newer").with("file", path.display()),
        e if e.is_other_sort() => Failure::refused("sort").with("what", path.display()),
        CarryError::Node(e) => node_failure(e),
        CarryError::Bundle(e) => {
            Failure::refused("file").with("file", path.display()).with("why", e)
        }
    }
}

/// A writer that tells how much it has written.
struct Said<'a, W> {
    to: W,
    printer: &'a Printer,
    written: u64,
    said: u64,
}

impl<W: Write> Write for Said<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.written += written as u64;
        if self.written >= self.said + SAY_EVERY {
            self.said = self.written;
            self.printer.say("carrying-out", &[("bytes", &self.written.to_string())]);
        }
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}
