//! The program as a desk meets it: the real binary, served on loopback, asked over HTTP.

#[cfg(unix)]
mod accounts;
mod bad_input;
mod cap;
mod client;
mod contract;
mod danger;
mod decisions;
#[cfg(unix)]
mod local;
mod needs;
mod personal;
mod plans;

mod reach;
#[cfg(unix)]
mod readonly;
#[cfg(unix)]
mod repair;
mod report;
mod restart;
mod retry;
mod rights;
mod setup;
#[cfg(unix)]
mod stop;
mod telephone;
#[cfg(target_os = "linux")]
mod upload;
