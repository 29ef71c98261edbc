//! Every call of the API in one table: the router and the contract `GET /openapi.json` are made of
//! it, so that neither can have a call that the other lacks.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{delete, get, post};

use super::{
    Shared, accounts, contract, entities, exercise, files, imports, record, setup, sign_in, steps,
    stream,
};

/// What a call takes beside its path.
pub enum Takes {
    /// Nothing.
    Nothing,
    /// A filter in the query.
    Query(&'static [&'static str]),
    /// JSON of its own.
    Body,
    /// A command of the registry.
    Command,
    /// A file as it is, up to so many bytes.
    File(usize),
}

/// One call.
pub struct Call {
    /// Its method, lower case.
    pub method: &'static str,
    /// Its path under the API's own.
    pub path: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// What it answers, for the contract.
    pub summary: &'static str,
}

macro_rules! calls {
    ($($method:ident $path:literal $handler:path, $takes:expr, $summary:literal;)*) => {
        /// Every call.
        pub const CALLS: &[Call] = &[$(Call {
            method: stringify!($method), path: $path, takes: $takes, summary: $summary,
        }),*];

        /// The calls as routes.
        pub fn routes() -> Router<Shared> {
            Router::new()$(.route($path, $method($handler).layer(DefaultBodyLimit::max(
                match $takes {
                    Takes::File(most) => most,
                    _ => super::JSON_MAX,
                },
            ))))*
        }
    };
}

use Takes::{Body, Command, File, Nothing, Query};

/// The filters of lists.
const LIST: Takes = Query(&["state", "place", "event", "q", "cursor", "limit"]);
const ROADS: Takes = Query(&["near", "place", "row"]);
const OPS: Takes = Query(&["kind", "entity", "account", "place", "q", "cursor", "limit"]);

calls! {
    get "/openapi.json" contract::show, Nothing, "this contract";
    get "/session" sign_in::show, Nothing, "who is signed in, and who this node is";
    post "/session" sign_in::open, Body, "sign in";
    delete "/session" sign_in::close, Nothing, "sign out";
    post "/setup" setup::make, Body, "the first account, by the set-up code";
    post "/accounts" accounts::add, Body, "a further account, by whoever keeps accounts";
    get "/accounts" accounts::list, Nothing, "the accounts that the signed-in person keeps";
    post "/accounts/password" accounts::password, Body, "another password for oneself";
    post "/accounts/{account}/close" accounts::close, Body, "closes an account; its acts stay";
    get "/kinds" entities::kinds, Nothing, "kinds with states, verbs, edges, fields and words";
    post "/commands" entities::command, Command, "one command, signed and answered when it is safe";
    get "/ops" record::ops, OPS, "signed ops, newest first";
    get "/ops/{id}" record::op, Nothing, "an op as it was signed";
    get "/verify" record::verify, Nothing, "every signature, chain, head and checkpoint";
    get "/logs/forked" record::forked, Nothing, "logs that one key wrote in two places";
    get "/disputes" record::disputes, Nothing, "what waits for a person to settle";
    post "/blobs" files::keep, File(files::FILE_MAX), "a photograph or a paper as it is";
    get "/blobs/{hash}" files::blob, Nothing, "the very bytes of a file";
    get "/area" steps::area, Nothing, "the working area with its layers";
    get "/area/places" steps::places, Nothing, "the units of the division table";
    get "/area/roads" steps::roads, ROADS, "roads of a place, near a spot, or one";
    get "/contacts" steps::contacts, Nothing, "the posts of this node with their duty telephones";
    get "/tiles/{z}/{x}/{y}" files::tile, Nothing, "a vector tile of the base map";
    get "/mine" steps::mine, Nothing, "what waits for the signed-in post";
    get "/stream" stream::changes, Nothing, "changes as server-sent events";
    get "/exercise" exercise::show, Nothing, "the exercise: seed, clock, next steps";
    post "/exercise/clock" exercise::clock, Body, "the rate of the exercise's clock";
    post "/exercise/restart" exercise::restart, Nothing, "the exercise from its beginning";
    post "/imports/cap" imports::cap, File(imports::CAP_MAX), "a CAP 1.2 alert or an envelope";
    get "/event/{id}/impact" steps::impact, Nothing, "what the event hits";
    get "/event/{id}/level" steps::level, Nothing, "the proposed response level and why";
    post "/event/{id}/propose" steps::propose, Body, "puts the proposal before who may decide";
    post "/event/{id}/approve" steps::approve, Body, "decides the level; tasks and calls go out";
    get "/event/{id}/calls" steps::calls, Nothing, "who was called and who has truly answered";
    get "/event/{id}/tasks" steps::tasks, Nothing, "tasks with their clocks";
    get "/event/{id}/forces" steps::forces, Nothing, "forces by time on the roads as they are";
    get "/event/{id}/needs" steps::needs, Nothing, "needs by group from norms";
    get "/event/{id}/relief" steps::relief, Nothing, "the relief plan in force or last drafted";
    post "/event/{id}/relief" steps::draft_relief, Body, "a relief plan, drafted and checked";
    post "/event/{id}/relief/issue" steps::issue_relief, Body, "a plan's delivery orders go out";
    get "/event/{id}/replan" steps::replan_shown, Nothing, "what the last replan changes";
    post "/event/{id}/replan" steps::replan, Body, "the plan on the roads as they are now";
    get "/event/{id}/map" steps::map, Nothing, "the event's layers as GeoJSON";
    get "/event/{id}/report" steps::report, Nothing, "the report in hand";
    post "/event/{id}/report/sign" steps::sign_report, Body, "signs a report, counts its figures";
    post "/danger/{id}/judge" steps::judge, Body, "judges a danger by the loaded criteria";
    get "/{kind}" entities::list, LIST, "entities of a kind, newest first";
    get "/{kind}/{id}" entities::one, Nothing, "one entity";
    get "/{kind}/{id}/why" entities::why, Nothing, "the history of an entity";
}
