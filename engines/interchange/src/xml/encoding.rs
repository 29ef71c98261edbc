//! From bytes to text: UTF-8, UTF-16 and ISO-8859-1, as the mark or the declaration says.

use super::XmlError;

/// The text of an XML document.
///
/// A byte order mark or the shape of the first characters decides for UTF-16; else the
/// declaration does, and without one it is UTF-8. The declaration stays in the text.
///
/// # Errors
/// An encoding that is not read here, or bytes that are not what it says.
pub fn decode(bytes: &[u8]) -> Result<String, XmlError> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [b'<', 0, ..] => utf16(bytes, u16::from_le_bytes),
        [0, b'<', ..] => utf16(bytes, u16::from_be_bytes),
        _ => match declared(bytes) {
            None => utf8(bytes),
            Some(name) => match name.to_ascii_lowercase().as_str() {
                "utf-8" | "utf8" | "us-ascii" | "ascii" => utf8(bytes),
                "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" => {
                    Ok(bytes.iter().map(|&byte| char::from(byte)).collect())
                }
                "utf-16" | "utf-16le" | "utf-16be" => {
                    Err(XmlError::NotText { encoding: "UTF-16", line: 1 })
                }
                _ => Err(XmlError::Encoding(name)),
            },
        },
    }
}

fn utf8(bytes: &[u8]) -> Result<String, XmlError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let before = &bytes[..error.valid_up_to()];
            let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
            Err(XmlError::NotText { encoding: "UTF-8", line })
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, XmlError> {
    let wrong = |line| XmlError::NotText { encoding: "UTF-16", line };
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(pairs.len());
    let mut line = 1;
    for next in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let next = next.map_err(|_| wrong(line))?;
        line += usize::from(next == '\n');
        text.push(next);
    }
    if rest.is_empty() { Ok(text) } else { Err(wrong(line)) }
}

/// The encoding that the declaration names, where the document begins with one.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(200)];
    if !head.starts_with(b"<?xml") {
        return None;
    }
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let head = String::from_utf8_lossy(&head[..end]).into_owned();
    let after = head.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|c| *c == '"' || *c == '\'')?;
    after[1..].split(quote).next().map(|name| name.trim().to_owned())
}
