//! A session that is older than a signature may be, on a real node over HTTP: an approval asks for
//! the password again, and is done under the same key once it was given.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use kernel::{PlaceCode, UnixMillis};
use node::Appointment;
use serde_json::{Value as Json, json};

use super::{App, COOKIE, Ending, Guard, Sessions, router};
use crate::clock::WallClock;
use crate::first::{Asked, SetUp};
use crate::open::Opened;

const PASSWORD: &str = "seven cats at the sea";
/// One minute over what a sign-in is good for.
const AGED_MS: i64 = 11 * 60_000;

/// A real node with a duty officer and a commander.
fn made(dir: &std::path::Path) -> Opened {
    let place = PlaceCode::NOT_ASSIGNED;
    let (opened, code) = crate::cli::setup::make(dir, place, false).unwrap();
    let now = UnixMillis(WallClock::millis());
    let (account, person) = ("wang.duty".to_owned(), "Wang".to_owned());
    let asked = Asked { code, account, person, password: PASSWORD.to_owned() };
    SetUp::of(opened.folder.clone()).make(&opened.desk, &asked, now).unwrap();
    let head = Appointment {
        account: "li.head".to_owned(),
        post: "county_commander".to_owned(),
        person: "Li".to_owned(),
        place: None,
    };
    let keeper = opened.desk.actor("wang.duty").unwrap();
    crate::account::add(&opened.folder, &opened.desk, &keeper, (&head, PASSWORD), now).unwrap();
    opened
}

fn app(opened: &Opened) -> Arc<App> {
    Arc::new(App {
        desk: opened.desk.clone(),
        sessions: Sessions::default().into(),
        since: UnixMillis(WallClock::millis()),
        clock: opened.clock.clone(),
        listens: std::net::Ipv4Addr::LOCALHOST.into(),
        one_click: false,
        read_only: None,
        guard: Guard::without_limit(),
        answers: Default::default(),
        dir: opened.folder.dir().to_path_buf(),
        setup: SetUp::of(opened.folder.clone()),
        woken: tokio::sync::watch::channel(0).1,
        ending: tokio::sync::watch::Sender::new(Ending::Open),
        remake: Box::new(|| Ok(())),
    })
}

#[test]
fn who_was_let_in_by_a_password_that_is_changed_meanwhile_gets_no_session() {
    const NEXT: &str = "two otters under a bridge";
    let scratch = crate::cli::scratch::Scratch::empty().unwrap();
    let opened = made(&scratch.dir().join("node"));
    let app = app(&opened);
    let held = app.desk.password_of("li.head");
    let words = (PASSWORD, NEXT);
    assert!(crate::account::change_password(&opened.folder, &app.desk, "li.head", words).unwrap());
    let refused = super::sign_in::entered(&app, ("li.head", held.as_deref()), true);
    assert_eq!(refused.map_err(|p| p.code.to_string()).err(), Some("wrong-password".into()));
    let held = app.desk.password_of("li.head");
    assert!(super::sign_in::entered(&app, ("li.head", held.as_deref()), true).is_ok());
}

/// One request over a connection of its own: status and answer.
fn ask(to: SocketAddr, token: &str, method: &str, path: &str, body: (&str, &Json)) -> (u16, Json) {
    let (key, body) = (body.0, body.1.to_string());
    let mut stream = TcpStream::connect(to).unwrap();
    write!(
        stream,
        "{method} /api/v1{path} HTTP/1.1\r\nhost: {to}\r\nconnection: close\r\n\
         cookie: {COOKIE}={token}\r\ncontent-type: application/json\r\n\
         idempotency-key: {key}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split_ascii_whitespace().nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or(Json::Null))
}

#[test]
fn an_approval_in_an_aged_session_asks_for_the_password_and_is_done_once_it_was_given() {
    let name = format!("anlan-aged-{}", std::process::id());
    let dir = std::env::temp_dir().join(name);
    let opened = made(&dir);
    let app = app(&opened);
    let now = WallClock::millis();
    let duty = app.sessions.open("wang.duty", now).unwrap();
    let head = app.sessions.open("li.head", now - AGED_MS).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let to = listener.local_addr().unwrap();
    runtime.spawn(async move { axum::serve(listener, router(app)).await });

    let event = json!({"entity": "event", "verb": "open", "args":
        {"title": "t", "hazard_kind": "flood", "place": PlaceCode::NOT_ASSIGNED}});
    let (status, made) = ask(to, &duty, "POST", "/commands", ("open", &event));
    assert_eq!(status, 200, "{made}");
    let id = made["ref"].as_str().unwrap().trim_start_matches("event:").to_owned();
    let approve = |key: &str| {
        let body = json!({"level": 3, "basis": "the river is over the dyke"});
        ask(to, &head, "POST", &format!("/event/{id}/approve"), (key, &body))
    };
    let responses = || ask(to, &duty, "GET", "/response", ("", &Json::Null)).1["total"].clone();
    let code = |answer: (u16, Json)| (answer.0, answer.1["code"].clone());
    let old = (403, json!("needs-reauth"));

    assert_eq!(code(approve("one")), old);
    assert_eq!(responses(), 0, "nothing was written");
    let sign_in = |account: &str, password: &str| {
        let body = json!({"account": account, "password": password});
        ask(to, &head, "POST", "/session", ("", &body)).0
    };
    assert_eq!(sign_in("li.head", "not the password"), 401);
    assert_eq!(code(approve("one")), old, "a wrong password renews nothing");
    assert_eq!(sign_in("li.head", PASSWORD), 200);
    let (status, done) = approve("one");
    assert_eq!(status, 200, "{done}");
    assert_eq!(responses(), 1);
    assert_eq!(approve("one").1["response"], done["response"], "the same act");
    assert_eq!(responses(), 1);

    drop(runtime);
    drop(opened);
    std::fs::remove_dir_all(&dir).unwrap();
}
