//! Map tiles.
