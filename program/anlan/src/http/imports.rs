//! Files taken in over HTTP.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Query, State};
use serde_json::Value as Json_;

use super::extract::{RetryKey, Signed, too_large};
use super::problem::Problem;
use super::{Shared, ask};

/// Most bytes of an alert file.
pub const CAP_MAX: usize = 16 << 20;

/// `POST /imports/cap?event=true`: a CAP 1.2 alert or an EDXL-DE envelope as it is.
pub async fn cap(
    State(app): State<Shared>,
    Signed(actor): Signed,
    RetryKey(key): RetryKey,
    Query(query): Query<BTreeMap<String, String>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Json_>, Problem> {
    let body = body.map_err(|_| too_large(CAP_MAX))?;
    let now = app.clock.now();
    let event = query.get("event").is_some_and(|v| v == "true");
    ask(app, move |desk| desk.import_cap(&actor, &body, event, &key, now)).await.map(Json)
}
