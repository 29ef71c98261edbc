//! Ways to spoil a sound file, for tests that ask whether every spoiled one gets an answer.

use proptest::prelude::*;

/// So many cases, and no file written when one fails.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..Default::default() }
}

/// One way to spoil a file.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    Cut(usize),
    Remove(usize, usize),
    Put(usize, Vec<u8>),
    Set(usize, u8),
    Repeat(usize, usize),
}

/// Up to some edits; `telling` are bytes that mean something in the format.
pub(crate) fn edits(telling: &'static [&'static [u8]]) -> impl Strategy<Value = Vec<Edit>> {
    let put = prop_oneof![
        prop::sample::select(telling).prop_map(<[u8]>::to_vec),
        prop::collection::vec(any::<u8>(), 0..6),
    ];
    let edit = prop_oneof![
        1 => any::<usize>().prop_map(Edit::Cut),
        2 => (any::<usize>(), 0_usize..60).prop_map(|(at, len)| Edit::Remove(at, len)),
        3 => (any::<usize>(), put).prop_map(|(at, bytes)| Edit::Put(at, bytes)),
        4 => (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Edit::Set(at, byte)),
        1 => (any::<usize>(), 0_usize..200).prop_map(|(at, len)| Edit::Repeat(at, len)),
    ];
    prop::collection::vec(edit, 1..6)
}

/// The file with the edits made.
pub(crate) fn spoil(mut bytes: Vec<u8>, edits: &[Edit]) -> Vec<u8> {
    for edit in edits {
        let size = bytes.len().max(1);
        match edit {
            Edit::Cut(at) => bytes.truncate(at % size),
            Edit::Remove(at, len) => {
                let from = (at % size).min(bytes.len());
                bytes.drain(from..(from + len).min(bytes.len()));
            }
            Edit::Put(at, more) => {
                let at = (at % size).min(bytes.len());
                bytes.splice(at..at, more.iter().copied());
            }
            Edit::Set(at, byte) => {
                if let Some(place) = bytes.get_mut(at % size) {
                    *place = *byte;
                }
            }
            Edit::Repeat(at, len) => {
                let from = (at % size).min(bytes.len());
                let part = bytes[from..(from + len).min(bytes.len())].to_vec();
                bytes.splice(from..from, part);
            }
        }
    }
    bytes
}
