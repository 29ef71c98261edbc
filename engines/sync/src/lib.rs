//! How records move between nodes when road, network and power are cut.
//!
//! This version carries a file by hand: [`bundle`]. It moves bytes and proves nothing by itself:
//! every op is checked against its author's signature by whoever takes it in. It knows no disk, no
//! network and no entity.

pub mod bundle;

pub use bundle::import::{Import, Incoming, Step};
pub use bundle::{Bundle, BundleError, BundleWriter, Head, export};
