//! Being told to stop, by Ctrl+C or the service manager: heard from the first moment of serving to
//! the last, also between two rounds of it, when nobody else listens.

use tokio::sync::watch;

use super::Failure;

fn fault(why: impl std::fmt::Display) -> Failure {
    Failure::fault("panic").with("why", why)
}

/// True from the moment at which the program was told to stop.
///
/// # Errors
/// What the machine says.
pub fn told() -> Result<watch::Receiver<bool>, Failure> {
    let (tell, told) = watch::channel(false);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(fault)?;
    let (ready, listens) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        runtime.block_on(async move {
            let heard = listen();
            let _ = ready.send(heard.as_ref().err().map(ToString::to_string));
            if let Ok(heard) = heard {
                heard.await;
                tell.send_replace(true);
                // Whoever serves may ask at any later time.
                tell.closed().await;
            }
        });
    });
    match listens.recv().map_err(fault)? {
        Some(why) => Err(fault(why)),
        None => Ok(told),
    }
}

/// Ends at the first signal; listens from the moment at which it is made.
#[cfg(unix)]
fn listen() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn listen() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
