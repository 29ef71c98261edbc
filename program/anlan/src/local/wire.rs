//! What goes over the local socket. A call: `ANL1`, length of its head (u32, big-endian), the head
//! as JSON, length of the input, the input. An answer: frames of one byte for what it is, length
//! and bytes; the last one says how the command ended.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

const MAGIC: &[u8; 4] = b"ANL1";
/// Most bytes of a call's head.
const HEAD_MAX: usize = 64 << 10;
/// Most bytes of a call's input: of a file of commands, and one more, so that too long is seen.
pub const INPUT_MAX: usize = (4 << 20) + 1;
/// Most bytes of one frame of an answer.
const FRAME_MAX: usize = 64 << 10;

/// The head of a call.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// `zh` or `en`.
    pub lang: String,
    /// The arguments without the program's name.
    pub args: Vec<String>,
}

/// How a command ended.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// Exit code.
    pub exit: u8,
    /// The line that says why it is not 0.
    pub line: String,
    /// The same as a problem for programs.
    #[serde(default)]
    pub problem: Option<serde_json::Value>,
}

/// A part of an answer.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    /// Bytes for standard output.
    Out(Vec<u8>),
    /// Bytes for standard error.
    Said(Vec<u8>),
    /// The end.
    End(End),
}

fn bad(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// Writes a call.
pub fn write_call(to: &mut impl Write, head: &Head, input: &[u8]) -> io::Result<()> {
    let head = serde_json::to_vec(head)?;
    if head.len() > HEAD_MAX || input.len() > INPUT_MAX {
        return Err(bad("the call is too long"));
    }
    to.write_all(MAGIC)?;
    write_bytes(to, &head)?;
    write_bytes(to, input)?;
    to.flush()
}

/// Reads a call; anything else is an error and never more than the limits is read.
pub fn read_call(from: &mut impl Read) -> io::Result<(Head, Vec<u8>)> {
    let mut magic = [0; 4];
    from.read_exact(&mut magic)?;
    if magic != *MAGIC {
        return Err(bad("no call of this program"));
    }
    let head = read_bytes(from, HEAD_MAX)?;
    let head = serde_json::from_slice(&head)?;
    Ok((head, read_bytes(from, INPUT_MAX)?))
}

/// Writes a text as frames.
pub fn write_text(to: &mut impl Write, out: bool, text: &[u8]) -> io::Result<()> {
    for part in text.chunks(FRAME_MAX) {
        to.write_all(if out { b"o" } else { b"s" })?;
        write_bytes(to, part)?;
    }
    to.flush()
}

/// Writes the end.
pub fn write_end(to: &mut impl Write, end: &End) -> io::Result<()> {
    to.write_all(b"e")?;
    write_bytes(to, &serde_json::to_vec(end)?)?;
    to.flush()
}

/// Reads the next frame of an answer.
pub fn read_frame(from: &mut impl Read) -> io::Result<Frame> {
    let mut what = [0];
    from.read_exact(&mut what)?;
    let bytes = read_bytes(from, FRAME_MAX)?;
    match what[0] {
        b'o' => Ok(Frame::Out(bytes)),
        b's' => Ok(Frame::Said(bytes)),
        b'e' => Ok(Frame::End(serde_json::from_slice(&bytes)?)),
        _ => Err(bad("no frame of this program")),
    }
}

fn write_bytes(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| bad("too long"))?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(bytes)
}

fn read_bytes(from: &mut impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length) as usize;
    if length > most {
        return Err(bad("longer than its limit"));
    }
    let mut bytes = Vec::new();
    from.take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call() -> Vec<u8> {
        let head = Head { lang: "zh".to_owned(), args: vec!["level".to_owned()] };
        let mut bytes = Vec::new();
        write_call(&mut bytes, &head, b"{}").unwrap();
        bytes
    }

    #[test]
    fn a_call_and_an_answer_come_as_they_were_sent() {
        let (head, input) = read_call(&mut &call()[..]).unwrap();
        assert_eq!((head.args, input), (vec!["level".to_owned()], b"{}".to_vec()));
        let (mut bytes, long) = (Vec::new(), vec![7; FRAME_MAX + 1]);
        write_text(&mut bytes, true, &long).unwrap();
        let end = End { exit: 1, line: "x".to_owned(), problem: None };
        write_end(&mut bytes, &end).unwrap();
        let mut from = &bytes[..];
        assert_eq!(read_frame(&mut from).unwrap(), Frame::Out(long[..FRAME_MAX].to_vec()));
        assert_eq!(read_frame(&mut from).unwrap(), Frame::Out(vec![7]));
        assert_eq!(read_frame(&mut from).unwrap(), Frame::End(end));
    }

    #[test]
    fn cut_long_and_strange_bytes_are_errors() {
        let good = call();
        for end in 0..good.len() {
            assert!(read_call(&mut &good[..end]).is_err(), "cut at {end}");
        }
        for at in 0..good.len() - 6 {
            let mut changed = good.clone();
            changed[at] ^= 0xff;
            assert!(read_call(&mut &changed[..]).is_err(), "changed at {at}");
        }
        let mut long = MAGIC.to_vec();
        long.extend(u32::MAX.to_be_bytes());
        assert!(read_call(&mut &long[..]).is_err());
    }
}
