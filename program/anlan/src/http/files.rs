//! Files of the console (inside the binary), map tiles, and blobs by hash.

use std::fs::File;
use std::io::{Read, Seek};

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use kernel::Hash32;
use rust_embed::RustEmbed;
use serde_json::{Value as Json_, json};
use tokio_stream::{Stream, StreamExt};

use super::Shared;
use super::extract::{RetryKey, Signed, too_large};
use super::problem::Problem;
use crate::blobs::BlobFiles;

/// The built console; a binary built without it says how to build it.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Console;

/// Any path that is no call: a file of the console, or its first page.
pub async fn console(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    let name = if Console::get(path).is_some() { path } else { "index.html" };
    let Some(file) = Console::get(name) else {
        return (StatusCode::OK, BARE).into_response();
    };
    let kind = file.metadata.mimetype().to_owned();
    let hashed = name.starts_with("assets/");
    let cache = if hashed { "public, max-age=31536000, immutable" } else { "no-store" };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache.to_owned())];
    (headers, Body::from(file.data.into_owned())).into_response()
}

const BARE: &str = "The console is not in this binary: run `make web`, then build again.\n";

/// `GET /tiles/{z}/{x}/{y}.mvt`
pub async fn tile(
    State(app): State<Shared>,
    Path((z, x, y)): Path<(u8, u32, String)>,
) -> Result<Response, Problem> {
    let none = || Problem::new(StatusCode::NOT_FOUND, "not-found").with("what", "tile");
    let y: u32 = y.trim_end_matches(".mvt").parse().map_err(|_| none())?;
    let desk = app.desk.clone();
    let bytes = tokio::task::spawn_blocking(move || desk.tile(z, x, y)).await;
    let bytes = bytes.ok().flatten().ok_or_else(none)?;
    let headers = [
        (header::CONTENT_TYPE, "application/vnd.mapbox-vector-tile"),
        (header::CACHE_CONTROL, "private, max-age=3600"),
    ];
    Ok((headers, bytes).into_response())
}

/// Most bytes of a file that a person brings. Source: limits of input, reliability §5.
pub const FILE_MAX: usize = 200 << 20;
/// Bytes by which a file's sort is known.
const HEAD: usize = 16;
/// Bytes of a file that are held in memory at once.
const PART: usize = 64 << 10;

/// `POST /blobs`: a photograph or a paper as it is; its hash is what a command then names.
pub async fn keep(
    State(app): State<Shared>,
    Signed(_): Signed,
    RetryKey(_): RetryKey,
    body: Body,
) -> Result<Json<Json_>, Problem> {
    let wrong = |e| super::problem_of(&app.desk, e);
    let mut file = BlobFiles::new(&app.dir.join("blobs")).incoming().map_err(wrong)?;
    let (mut parts, mut head) = (body.into_data_stream(), Vec::new());
    while let Some(part) = parts.next().await {
        let part = part.map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "bad-request"))?;
        if file.len + part.len() as u64 > FILE_MAX as u64 {
            return Err(too_large(FILE_MAX));
        }
        head.extend(part.iter().take(HEAD - head.len()));
        if head.len() == HEAD {
            node::taken_type(&head).map_err(wrong)?;
        }
        tokio::task::block_in_place(|| file.write(&part)).map_err(wrong)?;
    }
    let media_type = node::taken_type(&head).map_err(wrong)?;
    let kept = tokio::task::block_in_place(|| file.keep_as(media_type)).map_err(wrong)?;
    let hash = kept.ok_or_else(|| not_real(media_type))?;
    Ok(Json(json!({"hash": hash, "bytes": file.len, "media_type": media_type})))
}

/// Only the first bytes of a file are a picture's.
fn not_real(media_type: &str) -> Problem {
    let refused = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "picture-not-real");
    refused.with("found", media_type)
}

/// `GET /blobs/{hash}`: the very bytes; pictures are shown, all else is offered as a file and never
/// run.
pub async fn blob(
    State(app): State<Shared>,
    Signed(_): Signed,
    Path(hash): Path<String>,
) -> Result<Response, Problem> {
    let none = || Problem::new(StatusCode::NOT_FOUND, "not-found").with("what", &hash);
    let key: Hash32 = hash.parse().map_err(|_| none())?;
    let folder = app.dir.join("blobs");
    let opened = tokio::task::spawn_blocking(move || open(&folder, &key)).await;
    let (file, head, len) = opened.ok().flatten().ok_or_else(none)?;
    let picture = node::media_type(&head).filter(|sort| sort.starts_with("image/"));
    let headers = [
        (header::CONTENT_TYPE, picture.unwrap_or("application/octet-stream").to_owned()),
        (header::CONTENT_LENGTH, len.to_string()),
        (
            header::CONTENT_DISPOSITION,
            if picture.is_some() { "inline" } else { "attachment" }.to_owned(),
        ),
    ];
    Ok((headers, Body::from_stream(parts_of(file))).into_response())
}

/// A blob from its beginning, its first bytes and its length; `None` where it is not here or
/// damaged.
fn open(folder: &std::path::Path, key: &Hash32) -> Option<(File, Vec<u8>, u64)> {
    if !node::Blobs::has(&BlobFiles::new(folder), key) {
        return None;
    }
    let mut file = File::open(folder.join(key.to_string())).ok()?;
    let mut head = Vec::new();
    (&mut file).take(HEAD as u64).read_to_end(&mut head).ok()?;
    file.rewind().ok()?;
    let len = file.metadata().ok()?.len();
    Some((file, head, len))
}

/// A file part by part, as fast as it is taken.
fn parts_of(mut file: File) -> impl Stream<Item = std::io::Result<Bytes>> {
    let (sender, receiver) = tokio::sync::mpsc::channel(2);
    tokio::task::spawn_blocking(move || {
        loop {
            let mut part = vec![0; PART];
            let read = file.read(&mut part);
            let last = !matches!(read, Ok(1..));
            let part = read.map(|read| Bytes::copy_from_slice(&part[..read]));
            // Whoever asked may have gone.
            if matches!(&part, Ok(p) if p.is_empty()) || sender.blocking_send(part).is_err() || last
            {
                return;
            }
        }
    });
    tokio_stream::wrappers::ReceiverStream::new(receiver)
}

/// A call that is not there.
pub async fn no_such_call(uri: Uri) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not-found").with("what", uri.path())
}
