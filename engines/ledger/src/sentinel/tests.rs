//! Records chain, torn tails and damage are told apart, and no bytes make the reader panic.

use proptest::prelude::*;

use super::*;

fn head() -> FileHead {
    FileHead { node: PublicKey([7; 32]), generation: Generation([1; 8]), before: [0; 16] }
}

fn promise(i: u32) -> Promise {
    Promise { log8: [9; 8], seq: i, id8: Prefix([i as u8; 8]) }
}

fn file(groups: &[usize]) -> (Vec<u8>, Vec<usize>) {
    let mut bytes = head().encode().to_vec();
    let (mut check, mut ends, mut seq) = (head().check(), vec![HEAD_LEN], 0);
    for (group, ops) in groups.iter().enumerate() {
        let ops = (0..*ops).map(|_| {
            seq += 1;
            promise(seq)
        });
        let record = Record { group: group as u64 + 1, ops: ops.collect() };
        let (out, next) = record.encode(&check);
        bytes.extend(out);
        check = next;
        ends.push(bytes.len());
    }
    bytes.resize(bytes.len() + 4096, 0);
    (bytes, ends)
}

#[test]
fn records_read_back_in_order() {
    let (bytes, ends) = file(&[1, 3, 64]);
    let found = scan(&bytes).unwrap();
    assert_eq!(found.head, head());
    assert_eq!(found.records.len(), 3);
    assert_eq!(found.records[2].ops.len(), 64);
    assert_eq!((found.end, found.ending), (ends[3], Ending::Clean));
}

#[test]
fn a_torn_record_is_cut_and_its_claim_is_told() {
    let (mut bytes, ends) = file(&[1, 3, 2]);
    for byte in &mut bytes[ends[3] - 10..] {
        *byte = 0;
    }
    let found = scan(&bytes).unwrap();
    assert_eq!((found.records.len(), found.end), (2, ends[2]));
    let Ending::Torn { claim: Some(claim) } = found.ending else { panic!("{:?}", found.ending) };
    assert_eq!((claim.group, claim.ops.len()), (3, 2));
}

#[test]
fn a_bad_record_with_good_ones_after_is_damage() {
    let (bytes, ends) = file(&[1, 3, 2, 5]);
    for at in ends[1]..ends[2] {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x10;
        let found = scan(&bytes).unwrap();
        assert_eq!(found.records.len(), 1, "byte {at}");
        let Ending::Damaged { after } = found.ending else { panic!("byte {at}") };
        assert!(after.last().is_some_and(|r| r.group == 4), "byte {at}");
    }
}

#[test]
fn other_files_are_refused() {
    assert_eq!(scan(b"ANS"), Err(SentinelError::Short(3)));
    let mut later = file(&[]).0;
    later[3] = b'2';
    assert_eq!(scan(&later), Err(SentinelError::NotSentinel(*b"ANS2")));
    assert!(matches!(scan(&vec![0; FILE_LEN_MAX + 1]), Err(SentinelError::Long(_))));
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
    ) {
        let _ = scan(&bytes);
        let _ = scan(&[MAGIC.as_slice(), &bytes].concat());
        let (mut whole, _) = file(&[2, 1, 4]);
        for (at, byte) in cuts {
            let at = at.index(whole.len());
            whole[at] = byte;
        }
        let _ = scan(&whole);
    }

    #[test]
    fn every_flipped_bit_is_found(at in HEAD_LEN..400usize, bit in 0u8..8) {
        let (mut bytes, ends) = file(&[2, 1, 4, 3, 2]);
        let at = at.min(ends[5] - 1);
        bytes[at] ^= 1 << bit;
        let found = scan(&bytes).unwrap();
        prop_assert!(found.records.len() < 5);
        prop_assert!(found.ending != Ending::Clean);
    }
}
