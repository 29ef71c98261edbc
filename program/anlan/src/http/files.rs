//! Files of the console (inside the binary), map tiles, and blobs by hash.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use serde_json::{Value as Json_, json};

use super::extract::{RetryKey, Signed, too_large};
use super::problem::Problem;
use super::{Shared, ask};

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

/// Most bytes of a file that a person brings; it is held in memory on its way to the disk.
pub const FILE_MAX: usize = 16 << 20;

/// `POST /blobs`: a photograph or a paper as it is; its hash is what a command then names.
pub async fn keep(
    State(app): State<Shared>,
    Signed(_): Signed,
    RetryKey(_): RetryKey,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Json_>, Problem> {
    let body = body.map_err(|_| too_large(FILE_MAX))?;
    ask(app, move |desk| {
        let (hash, media_type) = desk.keep_file(&body)?;
        Ok(json!({"hash": hash, "bytes": body.len(), "media_type": media_type}))
    })
    .await
    .map(Json)
}

/// `GET /blobs/{hash}`: the very bytes; pictures are shown, all else is offered as a file and never
/// run.
pub async fn blob(
    State(app): State<Shared>,
    Signed(_): Signed,
    Path(hash): Path<String>,
) -> Result<Response, Problem> {
    let none = || Problem::new(StatusCode::NOT_FOUND, "not-found").with("what", &hash);
    let key = hash.parse().map_err(|_| none())?;
    let bytes = app.desk.blob(&key).ok_or_else(none)?;
    let picture = node::media_type(&bytes).filter(|sort| sort.starts_with("image/"));
    let headers = [
        (header::CONTENT_TYPE, picture.unwrap_or("application/octet-stream")),
        (header::CONTENT_DISPOSITION, if picture.is_some() { "inline" } else { "attachment" }),
    ];
    Ok((headers, bytes).into_response())
}

/// A call that is not there.
pub async fn no_such_call(uri: Uri) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not-found").with("what", uri.path())
}
