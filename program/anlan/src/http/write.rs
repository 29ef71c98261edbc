//! A job of the record from an async handler: nobody holds a thread while waiting for its group,
//! and whoever leads writes on the thread that it has.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use node::Error;
use node::record::{Done, Job, Lead, Record, Reply};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::block_in_place;

/// Writes a job; the answer comes when it is safe on disk.
///
/// # Errors
/// The refusal of the first command that is refused, or what failed.
pub async fn write(record: &Record, job: Job) -> Result<Done, Error> {
    let (tell, mut told) = unbounded_channel();
    let mut lead = record.post(job, Arc::new(move |reply| drop(tell.send(reply))));
    loop {
        if let Some(lead) = lead.take()
            && let Some(done) = block_in_place(|| led(record, lead, &mut told))
        {
            return done;
        }
        match told.recv().await {
            Some(Reply::Done(done)) => return done,
            Some(Reply::Lead(to)) => lead = Some(to),
            None => return Err(ended()),
        }
    }
}

/// Leads until the own answer is there; `None` where it is still to come.
fn led(
    record: &Record,
    lead: Lead,
    told: &mut UnboundedReceiver<Reply>,
) -> Option<Result<Done, Error>> {
    let mut done = None;
    let wrote = catch_unwind(AssertUnwindSafe(|| {
        record.lead(lead, &mut || {
            if let Ok(Reply::Done(answer)) = told.try_recv() {
                done = Some(answer);
            }
            done.is_some()
        });
    }));
    match wrote {
        Ok(()) => done,
        Err(_) => Some(Err(ended())),
    }
}

fn ended() -> Error {
    Error::Store("the writer ended".to_owned())
}
