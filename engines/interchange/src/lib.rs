//! Field standards as plain types: CAP alerts, EDXL distributions, GeoJSON areas.
//!
//! Bytes in, plain types out, and back. Outside text is never trusted: every reader has limits and
//! gives a typed error that names what is wrong. It opens no file and no connection, keeps no
//! original (who calls it keeps the bytes), and decides nothing about what an alert means here.

pub mod cap;
pub mod edxl;
pub mod geojson;
pub mod overlap;
pub mod ring;
pub mod xml;

#[cfg(test)]
mod robust_tests;
#[cfg(test)]
mod shared;
