//! Reading a bundle: by its index where that is whole, else by the marks of its segments.
//!
//! Nothing is believed: lengths are held against limits before anything is read, and a segment that
//! does not hash to what its head says is named and skipped.

use std::io::{Read, Seek, SeekFrom};

use kernel::{Hash32, LogId, OpId, hash};
use ledger::{Descriptor, Signature};
use minicbor::Decoder;
use minicbor::data::Type;

use super::{
    BUNDLE_MAX, BundleError, Damage, END_MARK, Entry, HEAD_MAX, Head, INDEX_MARK, MAGIC, RATIO_MAX,
    Run, SEGMENT_HEAD, SEGMENT_MARK, SEGMENT_MAX, SEGMENTS_MAX, Segment, TRAILER, signed_message,
};

/// Whether the maker's signature binds the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// Index and head are the maker's.
    Good,
    /// The signature is not the maker's.
    Bad,
    /// The index is not there: the file is cut.
    Missing,
}

/// A bundle open for reading.
pub struct Bundle<R> {
    from: R,
    len: u64,
    head: Head,
    signed: Signed,
    index: Option<Vec<Entry>>,
    at: u64,
    next: usize,
    told: bool,
}

impl<R: Read + Seek> Bundle<R> {
    /// Reads head, index and signature.
    ///
    /// # Errors
    /// [`BundleError`] where it is no bundle, of a later version, over a limit, or without a head.
    pub fn open(mut from: R) -> Result<Self, BundleError> {
        let len = from.seek(SeekFrom::End(0))?;
        if len > BUNDLE_MAX {
            return Err(BundleError::TooLarge { what: "the bundle", limit: BUNDLE_MAX });
        }
        from.seek(SeekFrom::Start(0))?;
        let mut magic = [0; 6];
        from.read_exact(&mut magic).map_err(|_| BundleError::NotBundle)?;
        if magic != *MAGIC {
            let later = magic[..4] == MAGIC[..4] && magic[4].is_ascii_digit() && magic[5] == b'\n';
            return Err(match later {
                true => BundleError::Newer(char::from(magic[4])),
                false => BundleError::NotBundle,
            });
        }
        let cut = |_| BundleError::BadHead("the file is cut inside it".to_owned());
        let mut head_len = [0; 4];
        from.read_exact(&mut head_len).map_err(cut)?;
        let head_len = u32::from_be_bytes(head_len) as usize;
        if head_len > HEAD_MAX {
            return Err(BundleError::BadHead(format!("{head_len} bytes long")));
        }
        let mut bytes = vec![0; head_len];
        from.read_exact(&mut bytes).map_err(cut)?;
        let mut check = [0; 32];
        from.read_exact(&mut check).map_err(cut)?;
        if hash(&bytes).0 != check {
            return Err(BundleError::BadHead("its hash is not the one written".to_owned()));
        }
        let head = Head::decode(&bytes)?;
        let at = (MAGIC.len() + 4 + head_len + 32) as u64;
        let (index, signed) = match read_index(&mut from, len, at) {
            Some((index, raw, signature)) => {
                let message = signed_message(&bytes, &raw);
                let checker = head.maker.checker();
                let good = checker.is_some_and(|c| c.verify_bytes(&message, &signature));
                (Some(index), if good { Signed::Good } else { Signed::Bad })
            }
            None => (None, Signed::Missing),
        };
        Ok(Bundle { from, len, head, signed, index, at, next: 0, told: false })
    }

    /// What the head says.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Whether the maker's signature binds the file.
    pub fn signed(&self) -> Signed {
        self.signed
    }

    /// Number of the segment that was read last, from 1.
    pub fn at_segment(&self) -> usize {
        self.next
    }

    /// Number of segments by the index, where that is there.
    pub fn segments(&self) -> Option<usize> {
        self.index.as_ref().map(Vec::len)
    }

    /// The next segment, or what is wrong with it; `None` at the end.
    ///
    /// # Errors
    /// [`BundleError::Io`] where the file itself cannot be read.
    pub fn next_segment(&mut self) -> Result<Option<Result<Segment, Damage>>, BundleError> {
        if !self.told && self.signed != Signed::Good {
            self.told = true;
            let what = match self.signed {
                Signed::Bad => "the maker's signature is not good",
                _ => "the index is not there: the file is cut or damaged at its end",
            };
            let (segment, offset, what) = (0, self.len, what.to_owned());
            return Ok(Some(Err(Damage { segment, offset, what })));
        }
        match self.index.take() {
            Some(index) => {
                let entry = index.get(self.next).copied();
                self.index = Some(index);
                let Some(entry) = entry else { return Ok(None) };
                self.next += 1;
                self.read_at(entry).map(Some)
            }
            None => self.next_by_marks(),
        }
    }

    fn damage(&self, offset: u64, what: &str) -> Damage {
        Damage { segment: self.next, offset, what: what.to_owned() }
    }

    /// The segment that an index line names.
    fn read_at(&mut self, entry: Entry) -> Result<Result<Segment, Damage>, BundleError> {
        let offset = entry.offset;
        let end = offset.saturating_add(SEGMENT_HEAD as u64 + u64::from(entry.len));
        if end > self.len {
            return Ok(Err(self.damage(offset, "the file ends inside it")));
        }
        self.from.seek(SeekFrom::Start(offset))?;
        let mut head = [0; SEGMENT_HEAD];
        self.from.read_exact(&mut head)?;
        if parse_head(&head, offset) != Some(entry) {
            return Ok(Err(self.damage(offset, "its head is not the one in the index")));
        }
        self.body(entry)
    }

    /// The next mark, where there is no index.
    fn next_by_marks(&mut self) -> Result<Option<Result<Segment, Damage>>, BundleError> {
        let offset = self.at;
        if offset + SEGMENT_HEAD as u64 > self.len {
            return Ok(None);
        }
        self.from.seek(SeekFrom::Start(offset))?;
        let mut head = [0; SEGMENT_HEAD];
        self.from.read_exact(&mut head)?;
        if head[..4] == *INDEX_MARK {
            return Ok(None);
        }
        self.next += 1;
        let Some(entry) = parse_head(&head, offset) else {
            self.at = self.find_mark(offset + 1)?;
            return Ok(Some(Err(self.damage(offset, "its head is damaged"))));
        };
        let end = offset + SEGMENT_HEAD as u64 + u64::from(entry.len);
        if end > self.len {
            self.at = self.find_mark(offset + 1)?;
            return Ok(Some(Err(self.damage(offset, "the file ends inside it"))));
        }
        let read = self.body(entry)?;
        // Where it is bad its length may be what is damaged: the next mark may lie inside.
        self.at = if read.is_ok() { end } else { self.find_mark(offset + 1)? };
        Ok(Some(read))
    }

    /// Offset of the next mark of a segment or of the index from `at` on.
    fn find_mark(&mut self, mut at: u64) -> Result<u64, BundleError> {
        let mut window = vec![0; 64 * 1024];
        while at + 4 <= self.len {
            self.from.seek(SeekFrom::Start(at))?;
            let most = usize::try_from(self.len - at).unwrap_or(usize::MAX).min(window.len());
            let part = &mut window[..most];
            self.from.read_exact(part)?;
            let mark = |w: &[u8]| w == SEGMENT_MARK || w == INDEX_MARK;
            if let Some(found) = part.windows(4).position(mark) {
                return Ok(at + found as u64);
            }
            at += (most - 3) as u64;
        }
        Ok(self.len)
    }

    fn body(&mut self, entry: Entry) -> Result<Result<Segment, Damage>, BundleError> {
        let mut stored = vec![0; entry.len as usize];
        self.from.seek(SeekFrom::Start(entry.offset + SEGMENT_HEAD as u64))?;
        self.from.read_exact(&mut stored)?;
        Ok(open_segment(&entry, &stored).map_err(|what| self.damage(entry.offset, &what)))
    }
}

fn parse_head(head: &[u8; SEGMENT_HEAD], offset: u64) -> Option<Entry> {
    let (mark, rest) = head.split_at(4);
    let number = |at: usize| Some(u32::from_be_bytes(rest.get(at..at + 4)?.try_into().ok()?));
    let entry = Entry {
        offset,
        kind: rest[0],
        method: rest[1],
        raw_len: number(2)?,
        len: number(6)?,
        hash: Hash32::from_slice(&rest[10..])?,
    };
    let fits = entry.raw_len as usize <= SEGMENT_MAX && entry.len as usize <= SEGMENT_MAX;
    (mark == SEGMENT_MARK && fits).then_some(entry)
}

fn open_segment(entry: &Entry, stored: &[u8]) -> Result<Segment, String> {
    if hash(stored) != entry.hash {
        return Err("its bytes do not have the hash that was written".to_owned());
    }
    let raw_len = entry.raw_len as usize;
    let raw = match entry.method {
        0 => stored.to_vec(),
        1 if raw_len > stored.len().saturating_mul(RATIO_MAX) => {
            return Err(format!("bomb: more than {RATIO_MAX} times its stored size"));
        }
        1 => zstd::bulk::decompress(stored, raw_len).map_err(|e| format!("zstd: {e}"))?,
        other => return Err(format!("unknown method {other}")),
    };
    if raw.len() != raw_len {
        return Err("it does not have the length that was written".to_owned());
    }
    let parsed = match entry.kind {
        1 => read_logs(&raw)?,
        2 => read_ops(&raw).map_err(|e| format!("runs: {e}"))?,
        3 => read_blob(&raw).map_err(|e| format!("blob: {e}"))?,
        other => Segment::Unknown(other),
    };
    Ok(parsed)
}

type Cbor<T> = Result<T, minicbor::decode::Error>;

fn count(d: &mut Decoder<'_>) -> Cbor<usize> {
    let wrong = || minicbor::decode::Error::message("a list without a length");
    let count = d.array()?.ok_or_else(wrong)?;
    // An item takes a byte at least, so that no length can ask for more memory than there are
    // bytes.
    let left = d.input().len() - d.position();
    match usize::try_from(count) {
        Ok(count) if count <= left => Ok(count),
        _ => Err(minicbor::decode::Error::message("a list longer than its bytes")),
    }
}

fn ended(d: &Decoder<'_>) -> Cbor<()> {
    if d.position() == d.input().len() {
        return Ok(());
    }
    Err(minicbor::decode::Error::message("bytes after the end"))
}

fn array<const N: usize>(d: &mut Decoder<'_>) -> Cbor<[u8; N]> {
    let wrong = |_| minicbor::decode::Error::message("wrong number of bytes");
    d.bytes()?.try_into().map_err(wrong)
}

fn read_logs(raw: &[u8]) -> Result<Segment, String> {
    let mut d = Decoder::new(raw);
    let cbor = |e: minicbor::decode::Error| format!("descriptors: {e}");
    let mut logs = Vec::new();
    for _ in 0..count(&mut d).map_err(cbor)? {
        let bytes = d.bytes().map_err(cbor)?;
        logs.push(Descriptor::decode(bytes).map_err(|e| e.to_string())?);
    }
    ended(&d).map_err(cbor)?;
    Ok(Segment::Logs(logs))
}

fn read_ops(raw: &[u8]) -> Cbor<Segment> {
    let mut d = Decoder::new(raw);
    let mut runs = Vec::new();
    for _ in 0..count(&mut d)? {
        if d.array()? != Some(4) {
            return Err(minicbor::decode::Error::message("a run has four parts"));
        }
        let log = LogId(array(&mut d)?);
        let first = d.u32()?;
        let prev = match d.datatype()? {
            Type::Null => d.null().map(|()| None)?,
            _ => Some(OpId(array(&mut d)?)),
        };
        let mut frames = Vec::new();
        for _ in 0..count(&mut d)? {
            frames.push(d.bytes()?.to_vec());
        }
        runs.push(Run { log, first, prev, frames });
    }
    ended(&d)?;
    Ok(Segment::Ops(runs))
}

fn read_blob(raw: &[u8]) -> Cbor<Segment> {
    let mut d = Decoder::new(raw);
    if d.array()? != Some(4) {
        return Err(minicbor::decode::Error::message("a piece has four parts"));
    }
    let hash = Hash32(array(&mut d)?);
    let (len, offset) = (d.u64()?, d.u64()?);
    let bytes = d.bytes()?.to_vec();
    ended(&d)?;
    if offset.checked_add(bytes.len() as u64).is_none_or(|end| end > len) {
        return Err(minicbor::decode::Error::message("a piece beyond the blob's end"));
    }
    Ok(Segment::Blob { hash, len, offset, bytes })
}

type Index = (Vec<Entry>, Vec<u8>, Signature);

/// The index at the end of the file; `None` where any of it is damaged.
fn read_index<R: Read + Seek>(from: &mut R, len: u64, first: u64) -> Option<Index> {
    let trailer_at = len.checked_sub(TRAILER as u64).filter(|at| *at >= first)?;
    from.seek(SeekFrom::Start(trailer_at)).ok()?;
    let mut trailer = [0; TRAILER];
    from.read_exact(&mut trailer).ok()?;
    let (at, mark) = trailer.split_at(8);
    let at = u64::from_be_bytes(at.try_into().ok()?);
    if mark != END_MARK || at < first || at > trailer_at {
        return None;
    }
    let size = usize::try_from(trailer_at - at).ok()?;
    if size > 8 + 64 + SEGMENTS_MAX * 64 {
        return None;
    }
    from.seek(SeekFrom::Start(at)).ok()?;
    let mut bytes = vec![0; size];
    from.read_exact(&mut bytes).ok()?;
    let rest = bytes.strip_prefix(INDEX_MARK.as_slice())?;
    let (index_len, rest) = rest.split_at_checked(4)?;
    let index_len = u32::from_be_bytes(index_len.try_into().ok()?) as usize;
    let (raw, signature) = rest.split_at_checked(index_len)?;
    let signature = Signature::from_slice(signature)?;
    let mut d = Decoder::new(raw);
    let mut index = Vec::new();
    for _ in 0..count(&mut d).ok()? {
        index.push(index_line(&mut d)?);
    }
    ended(&d).ok()?;
    Some((index, raw.to_vec(), signature))
}

fn index_line(d: &mut Decoder<'_>) -> Option<Entry> {
    if d.array().ok()? != Some(6) {
        return None;
    }
    let entry = Entry {
        offset: d.u64().ok()?,
        kind: d.u8().ok()?,
        method: d.u8().ok()?,
        raw_len: d.u32().ok()?,
        len: d.u32().ok()?,
        hash: Hash32(array(d).ok()?),
    };
    let fits = entry.raw_len as usize <= SEGMENT_MAX && entry.len as usize <= SEGMENT_MAX;
    fits.then_some(entry)
}
