//! The record itself: ops, one op as it was signed, the check of the whole, disputes.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde_json::Value as Json_;

use super::extract::Signed;
use super::problem::Problem;
use super::{Shared, ask};

type Answer = Result<Json<Json_>, Problem>;

/// `GET /ops`
pub async fn ops(
    State(app): State<Shared>,
    Signed(_): Signed,
    Query(filter): Query<BTreeMap<String, String>>,
) -> Answer {
    ask(app, move |desk| desk.ops(&filter)).await.map(Json)
}

/// `GET /ops/{id}`
pub async fn op(
    State(app): State<Shared>,
    Signed(actor): Signed,
    Path(id): Path<String>,
) -> Answer {
    ask(app, move |desk| desk.op(&actor, &id)).await.map(Json)
}

/// `GET /verify`
pub async fn verify(State(app): State<Shared>, Signed(_): Signed) -> Answer {
    let dir = app.dir.clone();
    let work = move |desk: &node::Desk| {
        let key = desk.record.author().public();
        crate::check_record::check(&dir, &key, Some(&desk.record), &mut |_| ())
            .map_err(|e| node::Error::Store(format!("{e:?}")))
    };
    ask(app, work).await.map(Json)
}

/// `GET /disputes`
pub async fn disputes(State(app): State<Shared>, Signed(actor): Signed) -> Answer {
    ask(app, move |desk| desk.disputes(&actor)).await.map(Json)
}

/// `GET /logs/forked`
pub async fn forked(State(app): State<Shared>, Signed(_): Signed) -> Answer {
    ask(app, move |desk| desk.forked()).await.map(Json)
}
