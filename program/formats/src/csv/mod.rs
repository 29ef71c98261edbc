//! CSV tables: rows of our layers, in and out.
//!
//! The first line names the columns as the layer does. Codes stand by name or number, positions
//! in degrees, lines and areas as well-known text, dates as people write them. Every line that
//! does not fit is refused with its number and its reason; the good ones stay. Texts that a
//! spreadsheet would take for a formula go out behind an apostrophe, and come in without it.

mod read;
#[cfg(test)]
mod tests;
mod wkt;
mod write;

pub use read::{CsvError, Imported, LineError, RejectedLine, read, read_strictly};
pub use write::write;

/// The most bytes of a file. Source: house, limits on input (an upload).
pub const BYTES_MAX: usize = 200 << 20;

/// The most rows of a file. Source: house, limits on input.
pub const ROWS_MAX: usize = 2_000_000;

/// Whether a spreadsheet takes a cell that begins like this for a formula.
fn is_formula_start(c: char) -> bool {
    // The full-width forms of = + - @ are taken for them by spreadsheets of East Asia.
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n')
        || matches!(c, '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}')
}
