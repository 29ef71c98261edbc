//! Where connections come in. Once serving ends nobody is let in any more: who comes then waits for
//! the next round at the same address instead of being let in and hung up on.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch::Receiver;

use super::Ending;

/// Connections that came while serving ended.
pub type Waiting = Arc<Mutex<Vec<(std::net::TcpStream, SocketAddr)>>>;

/// A listener that stops letting in when serving ends.
pub struct Door {
    /// Where connections come from.
    pub listener: TcpListener,
    /// How serving ends.
    pub ending: Receiver<Ending>,
    /// Who came too late for this round.
    pub waiting: Waiting,
}

/// From where a connection came.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

impl Connected<IncomingStream<'_, Door>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        Peer(*stream.remote_addr())
    }
}

impl Door {
    fn first_waiting(&self) -> Option<(TcpStream, SocketAddr)> {
        let (stream, from) = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
        Some((TcpStream::from_std(stream).ok()?, from))
    }
}

impl Listener for Door {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            let is_open = |ending: &Ending| *ending == Ending::Open;
            if !is_open(&self.ending.borrow()) {
                std::future::pending::<()>().await;
            }
            if let Some(came) = self.first_waiting() {
                return came;
            }
            let (stream, from) = tokio::select! {
                biased;
                _ = self.ending.wait_for(|ending| !is_open(ending)) => continue,
                came = Listener::accept(&mut self.listener) => came,
            };
            if is_open(&self.ending.borrow()) {
                return (stream, from);
            }
            if let Ok(stream) = stream.into_std() {
                self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push((stream, from));
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}
