//! Server-sent events: what changed, with an id to resume from.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use tokio_stream::Stream;

use super::Shared;
use super::extract::Signed;

/// `GET /stream`: every change from now on, or from `Last-Event-ID`; the clock each 10 s.
pub async fn changes(
    State(app): State<Shared>,
    Signed(_): Signed,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let last = headers.get("last-event-id").and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    let stream = async_stream(app, last);
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

fn async_stream(app: Shared, last: Option<u64>) -> impl Stream<Item = Result<Event, Infallible>> {
    let (sender, receiver) = tokio::sync::mpsc::channel(64);
    tokio::spawn(async move {
        let mut at = last.unwrap_or_else(|| app.desk.changes().latest());
        let mut woken = app.woken.clone();
        let mut ending = app.ending.subscribe();
        let mut ticks = tokio::time::interval(Duration::from_secs(10));
        loop {
            for change in app.desk.changes().after(at) {
                at = change.number;
                let data = serde_json::json!({
                    "kind": change.kind, "id": change.id, "op": change.op,
                });
                let event = Event::default().event("change").id(at.to_string());
                if sender.send(Ok(event.data(data.to_string()))).await.is_err() {
                    return;
                }
            }
            tokio::select! {
                _ = ending.changed() => return,
                changed = woken.changed() => if changed.is_err() { return },
                _ = ticks.tick() => {
                    let clock = serde_json::json!({
                        "now": app.clock.now(), "rate": app.clock.rate(),
                    });
                    let event = Event::default().event("clock").data(clock.to_string());
                    if sender.send(Ok(event)).await.is_err() {
                        return;
                    }
                }
            }
        }
    });
    tokio_stream::wrappers::ReceiverStream::new(receiver)
}
