//! The steps of the main job, one call a step.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use kernel::hash;
use serde_json::{Value as Json_, json};

use super::extract::{Body, RetryKey, Signed};
use super::once::{Act, once};
use super::problem::Problem;
use super::sign_in::signing;
use super::{Shared, ask};

type Answer = Result<Json<Json_>, Problem>;

macro_rules! read {
    ($(#[$doc:meta] $name:ident)*) => {
        $(#[$doc]
        pub async fn $name(
            State(app): State<Shared>,
            Signed(actor): Signed,
            Path(id): Path<String>,
        ) -> Answer {
            let now = app.clock.now();
            ask(app, move |desk| desk.$name(&actor, &id, now)).await.map(Json)
        })*
    };
}

read! {
    /// `GET /event/{id}/impact`
    impact
    /// `GET /event/{id}/level`
    level
    /// `GET /event/{id}/calls`
    calls
    /// `GET /event/{id}/tasks`
    tasks
    /// `GET /event/{id}/forces`
    forces
    /// `GET /event/{id}/needs`
    needs
    /// `GET /event/{id}/relief`
    relief
    /// `GET /event/{id}/replan`
    replan_shown
    /// `GET /event/{id}/map`
    map
    /// `GET /event/{id}/report`
    report
}

macro_rules! write {
    ($(#[$doc:meta] $name:ident)*) => {
        $(#[$doc]
        pub async fn $name(
            State(app): State<Shared>,
            headers: HeaderMap,
            Signed(actor): Signed,
            Path(id): Path<String>,
            RetryKey(key): RetryKey,
            Body(args): Body<Json_>,
        ) -> Answer {
            let now = app.clock.now();
            let request = hash(json!([stringify!($name), id, args]).to_string().as_bytes());
            let act = Act { account: actor.account.clone(), key: key.clone(), request };
            let (account, asks) =
                (actor.account.clone(), app.desk.step_asks_again(stringify!($name)));
            let work = move |desk: &node::Desk| desk.$name(&actor, &id, &args, &key, now);
            signing(&app, (&headers, &account, asks), once(app.clone(), act, work)).await.map(Json)
        })*
    };
}

write! {
    /// `POST /event/{id}/propose`
    propose
    /// `POST /event/{id}/approve`
    approve
    /// `POST /event/{id}/relief`
    draft_relief
    /// `POST /event/{id}/relief/issue`
    issue_relief
    /// `POST /event/{id}/replan`
    replan
    /// `POST /event/{id}/report/sign`
    sign_report
    /// `POST /danger/{id}/judge`
    judge
}

/// `GET /area`
pub async fn area(State(app): State<Shared>) -> Answer {
    ask(app, |desk| desk.area_summary()).await.map(Json)
}

/// `GET /area/places`
pub async fn places(State(app): State<Shared>) -> Answer {
    ask(app, |desk| desk.area_places()).await.map(Json)
}

/// `GET /area/roads`
pub async fn roads(
    State(app): State<Shared>,
    Signed(_): Signed,
    Query(filter): Query<BTreeMap<String, String>>,
) -> Answer {
    ask(app, move |desk| desk.area_roads(&filter)).await.map(Json)
}

/// `GET /contacts`
pub async fn contacts(State(app): State<Shared>, Signed(actor): Signed) -> Answer {
    ask(app, move |desk| desk.contacts(&actor)).await.map(Json)
}

/// `GET /mine`
pub async fn mine(State(app): State<Shared>, Signed(actor): Signed) -> Answer {
    let now = app.clock.now();
    ask(app, move |desk| desk.mine(&actor, now)).await.map(Json)
}
