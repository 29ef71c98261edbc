//! Whether a file that begins like a picture is one: its parts stand where its format puts them,
//! and it has a size. Nothing is decoded, and no more than the marks of its parts is read.
//!
//! Sources: ITU-T T.81 Annex B (JPEG); W3C PNG 3rd edition, §5; RFC 9649 (WebP).

use std::io::{Read, Seek, SeekFrom};

/// Most parts that are walked through before the picture itself must have come.
const PARTS_MAX: usize = 100_000;

/// Whether a file of this media type is whole enough to be shown; of another sort: true.
pub fn is_real(file: &mut (impl Read + Seek), media_type: &str) -> bool {
    if file.rewind().is_err() {
        return false;
    }
    let found = match media_type {
        "image/jpeg" => jpeg(file),
        "image/png" => png(file),
        "image/webp" => webp(file),
        _ => Some(()),
    };
    found.is_some()
}

fn take<const N: usize>(file: &mut impl Read) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn skip(file: &mut impl Seek, bytes: u64) -> Option<()> {
    file.seek(SeekFrom::Current(i64::try_from(bytes).ok()?)).ok().map(drop)
}

/// Marks with their lengths until the scan begins, the frame with its size before it, and a byte
/// of the scan.
fn jpeg(file: &mut (impl Read + Seek)) -> Option<()> {
    if take::<2>(file)? != [0xff, 0xd8] {
        return None;
    }
    let mut framed = false;
    for _ in 0..PARTS_MAX {
        let [before, mut mark] = take::<2>(file)?;
        // Any number of fill bytes may stand before a mark.
        while before == 0xff && mark == 0xff {
            [mark] = take::<1>(file)?;
        }
        let length = u64::from(u16::from_be_bytes(take::<2>(file)?)).checked_sub(2)?;
        match mark {
            _ if before != 0xff => return None,
            0xda => {
                skip(file, length)?;
                return take::<1>(file).filter(|_| framed).map(drop);
            }
            0xc4 | 0xc8 | 0xcc => skip(file, length)?,
            0xc0..=0xcf => {
                let [_, height, lower, width, narrower] = take::<5>(file)?;
                // A height of none is told after the scan; a width is not.
                let _ = (height, lower);
                framed = (width, narrower) != (0, 0);
                skip(file, length.checked_sub(5)?)?;
            }
            0xd0..=0xd9 | 0x00..=0x01 => return None,
            _ => skip(file, length)?,
        }
    }
    None
}

/// The header with its size, a piece of the picture, and the end.
fn png(file: &mut (impl Read + Seek)) -> Option<()> {
    if take::<8>(file)? != *b"\x89PNG\r\n\x1a\n" {
        return None;
    }
    let mut drawn = false;
    for number in 0..PARTS_MAX {
        let length = u32::from_be_bytes(take::<4>(file)?);
        let name = take::<4>(file)?;
        match (number, &name) {
            (0, b"IHDR") if length == 13 => {
                let sizes = [take::<4>(file)?, take::<4>(file)?];
                if sizes.contains(&[0; 4]) {
                    return None;
                }
                skip(file, 5)?;
            }
            (0, _) => return None,
            (_, b"IEND") => return take::<4>(file).filter(|_| drawn).map(drop),
            _ => {
                drawn |= &name == b"IDAT" && length > 0;
                skip(file, length.into())?;
            }
        }
        skip(file, 4)?;
    }
    None
}

/// The length of the whole, and a first part of a known sort that lies in it.
fn webp(file: &mut (impl Read + Seek)) -> Option<()> {
    let len = file.seek(SeekFrom::End(0)).ok()?;
    file.rewind().ok()?;
    let ([riff, size], name) = ([take::<4>(file)?, take::<4>(file)?], take::<4>(file)?);
    let (part, inside) = (take::<4>(file)?, take::<4>(file)?);
    let (size, inside) = (u32::from_le_bytes(size), u32::from_le_bytes(inside));
    let whole = u64::from(size) + 8 <= len && u64::from(inside) + 12 <= u64::from(size);
    let known = [b"VP8 ", b"VP8L", b"VP8X"].contains(&&part);
    (riff == *b"RIFF" && name == *b"WEBP" && known && inside >= 5 && whole).then_some(())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    const JPEG: &[u8] =
        b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00\
          \xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x2a\xff\xd9";
    const PNG: &[u8] =
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\
          \x00\x00\x00crc!\x00\x00\x00\x02IDATxxcrc!\x00\x00\x00\x00IENDcrc!";
    const WEBP: &[u8] = b"RIFF\x12\x00\x00\x00WEBPVP8L\x06\x00\x00\x00\x2f12345";

    fn real(bytes: &[u8], sort: &str) -> bool {
        is_real(&mut Cursor::new(bytes), sort)
    }

    #[test]
    fn a_picture_has_its_parts_and_a_cut_one_has_not() {
        for (bytes, sort, least) in [
            (JPEG, "image/jpeg", JPEG.len() - 2),
            (PNG, "image/png", PNG.len()),
            (WEBP, "image/webp", WEBP.len()),
        ] {
            assert!(real(bytes, sort), "{sort}");
            for end in 0..least {
                assert!(!real(&bytes[..end], sort), "{sort} cut at {end}");
            }
            let more = [bytes, b"a film behind it".as_slice()].concat();
            assert!(real(&more, sort), "{sort}: what a camera puts behind does no harm");
        }
    }

    #[test]
    fn the_first_bytes_alone_make_no_picture() {
        assert!(!real(b"\xff\xd8\xff", "image/jpeg"));
        assert!(!real(&[b"\xff\xd8\xff\xe0".as_slice(), &[7; 5_000]].concat(), "image/jpeg"));
        assert!(!real(&[b"\xff\xd8".as_slice(), &[0xff; 5_000]].concat(), "image/jpeg"));
        let no_width = [&JPEG[..15], b"\x00\x00", &JPEG[17..]].concat();
        assert_eq!(no_width.len(), JPEG.len());
        assert!(!real(&no_width, "image/jpeg"));
        let no_frame = [&JPEG[..8], &JPEG[21..]].concat();
        assert!(!real(&no_frame, "image/jpeg"));
        let no_size = [&PNG[..16], &[0; 4], &PNG[20..]].concat();
        assert!(!real(&no_size, "image/png"));
        assert!(!real(b"RIFF\x00\x00\x00\x00WEBP", "image/webp"));
        assert!(real(b"%PDF-1.7", "application/pdf"), "not a picture: not asked");
    }
}
