//! Commands on a folder that is served: the command line hands them to the process that holds the
//! folder, over the socket `run/anlan.sock`, which only the folder's owner can open.
//!
//! The caller sends its arguments, with paths made absolute, and what stands on standard input; the
//! server runs the same command on its open node and sends back what the command says and answers
//! and how it ends. Whoever holds `lock` is the only writer. Source: house, decision 14.

mod caller;
#[cfg(unix)]
mod server;
mod wire;

pub use caller::through_server;
#[cfg(unix)]
pub use server::Socket;

/// The socket in a node's folder.
pub const SOCKET: &str = "run/anlan.sock";

/// Commands that can be done while the folder is served: they work on the open node.
const SERVED: &[&str] = &[
    "account add",
    "account close",
    "account list",
    "account password",
    "import cap",
    "import csv",
    "import gpkg",
    "import osm",
    "impact",
    "level",
    "relief plan",
    "show",
    "submit",
    "verify",
    "bundle export",
    "bundle import",
    "export case",
    "export csv",
    "export geojson",
];
