//! Files that people bring as evidence: photographs and papers, kept by hash and never changed.
//!
//! A command that names a file is refused unless the file is here: a hash alone proves nothing. Ops
//! from elsewhere are not asked; their files come with the bundle or later.

use kernel::Hash32;
use ledger::{Command, Refusal, Shape, Value};

use crate::check::refuse;
use crate::desk::Desk;
use crate::error::Error;

/// Sorts of file that are taken, by their first bytes. Source: limits of input, reliability §5.
const TAKEN: &[(&str, &[u8], &[u8])] = &[
    ("image/jpeg", b"\xff\xd8\xff", b""),
    ("image/png", b"\x89PNG\r\n\x1a\n", b""),
    ("image/webp", b"RIFF", b"WEBP"),
    ("application/pdf", b"%PDF-", b""),
];
/// Bytes between a file's first mark and its second: the length in a RIFF header.
const SECOND_MARK_AT: usize = 8;

/// What a file is by its content, never by its name; `None`: of no sort that is taken.
pub fn media_type(bytes: &[u8]) -> Option<&'static str> {
    let is = |(_, first, second): &&(&str, &[u8], &[u8])| {
        let rest = bytes.get(SECOND_MARK_AT..).unwrap_or_default();
        bytes.starts_with(first) && (second.is_empty() || rest.starts_with(second))
    };
    TAKEN.iter().find(is).map(|t| t.0)
}

/// The sorts of file that are taken, for the sentence of a refusal.
pub fn media_types() -> String {
    TAKEN.iter().map(|t| t.0).collect::<Vec<_>>().join(", ")
}

/// What a file is, by its first bytes.
///
/// # Errors
/// A refusal where it is of no sort that is taken.
pub fn taken_type(head: &[u8]) -> Result<&'static str, Error> {
    media_type(head).ok_or_else(|| {
        let refusal = refuse("file-type-not-taken").with("expected", media_types());
        Error::refused("file", refusal)
    })
}

impl Desk {
    /// Refuses a command that names a file which is not here.
    pub(crate) fn files_are_here(&self, command: &Command) -> Result<(), Error> {
        let Some(entry) = self.record.registry.by_name(&command.entity) else { return Ok(()) };
        for (name, json) in &command.args {
            let Some(field) = entry.field(name) else { continue };
            let Ok(value) = field.shape.read(name, json) else { continue };
            let mut named = Vec::new();
            files(&field.shape, &value, &mut named);
            if let Some(hash) = named.into_iter().find(|hash| !self.blobs.has(hash)) {
                let refusal: Refusal =
                    refuse("file-not-here").with("field", name).with("hash", hash);
                return Err(Error::refused(&command.entity, refusal));
            }
        }
        Ok(())
    }
}

/// The files that a value names.
fn files(shape: &Shape, value: &Value, named: &mut Vec<Hash32>) {
    match (shape, value) {
        (Shape::Blob, Value::Bytes(bytes)) => {
            named.extend(<[u8; 32]>::try_from(bytes.as_slice()).map(Hash32));
        }
        (Shape::List(inner, _), Value::List(items)) => {
            items.iter().for_each(|item| files(inner, item, named));
        }
        (Shape::Record(parts), Value::Map(map)) => {
            for (number, _, shape) in *parts {
                if let Some(value) = map.get(&u64::from(*number)) {
                    files(shape, value, named);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::media_type;

    #[test]
    fn a_file_is_what_its_content_says() {
        assert_eq!(media_type(b"\xff\xd8\xff\xe0 and so on"), Some("image/jpeg"));
        assert_eq!(media_type(b"RIFF\x10\0\0\0WEBPVP8 "), Some("image/webp"));
        assert_eq!(media_type(b"RIFF\x10\0\0\0WAVEfmt "), None, "a sound");
        assert_eq!(media_type(b"<svg onload=alert(1)>"), None, "it could run");
        assert_eq!(media_type(b""), None);
    }
}
