//! Checkpoints: one root over where all logs of an author stood, so that a dropped tail or a
//! dropped log is missed by anyone who holds a later op or the exported file.
//!
//! The op (code 62) lists logs with their head seq, and a root that binds the heads' ids. When one
//! is due is the node's business; here it is made and held against what a store has. Source: sync
//! §14.

use kernel::{Hash32, LogId, OpId, hash_tagged};
use serde::Serialize;

use crate::cert::{CHECKPOINT, Checkpoint, Position};
use crate::seal::Unsealed;

/// Domain tag of a checkpoint's root.
pub const ROOT_TAG: &str = "anlan/checkpoint/1\0";
/// Most logs of one author that fit into a checkpoint.
pub const LOGS_MAX: usize = 3_200;

/// The root over positions: `H(tag ‖ (log 16 ‖ seq u32 big-endian ‖ head id 32)…)`, sorted by log.
pub fn root(positions: &[Position]) -> Hash32 {
    let mut sorted = positions.to_vec();
    sorted.sort();
    let mut bytes = Vec::with_capacity(sorted.len() * 52);
    for at in &sorted {
        bytes.extend_from_slice(&at.log.0);
        bytes.extend_from_slice(&at.seq.to_be_bytes());
        bytes.extend_from_slice(&at.id.0);
    }
    hash_tagged(ROOT_TAG, &[&bytes])
}

/// A checkpoint of these heads, ready to be sealed; `None` where they are too many or none.
pub fn checkpoint(heads: &[Position]) -> Option<Unsealed> {
    if heads.is_empty() || heads.len() > LOGS_MAX {
        return None;
    }
    let mut listed: Vec<(LogId, u32)> = heads.iter().map(|at| (at.log, at.seq)).collect();
    listed.sort();
    let body = Checkpoint { root: root(heads), heads: listed };
    Some(Unsealed::bare(CHECKPOINT, &body))
}

/// What a store lacks of what a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Missing {
    /// A log is not there, or ends before the checkpoint's position.
    Dropped {
        /// Which log.
        log: LogId,
        /// Where it stood.
        seq: u32,
    },
    /// All positions are there, but with other ops.
    OtherOps,
}

/// Holds a checkpoint against what is there.
///
/// # Errors
/// [`Missing`] names the first log that was dropped or cut.
pub fn holds(
    checkpoint: &Checkpoint,
    id_at: &mut dyn FnMut(&LogId, u32) -> Option<OpId>,
) -> Result<(), Missing> {
    let mut positions = Vec::with_capacity(checkpoint.heads.len());
    for (log, seq) in &checkpoint.heads {
        let (log, seq) = (*log, *seq);
        let id = id_at(&log, seq).ok_or(Missing::Dropped { log, seq })?;
        positions.push(Position { log, seq, id });
    }
    if root(&positions) == checkpoint.root { Ok(()) } else { Err(Missing::OtherOps) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cert::Body;

    fn heads() -> Vec<Position> {
        let at = |i: u8| Position { log: LogId([i; 16]), seq: u32::from(i), id: OpId([i; 32]) };
        vec![at(3), at(1), at(2)]
    }

    #[test]
    fn a_checkpoint_misses_a_dropped_log_tail_and_another_op() {
        let sealed = checkpoint(&heads()).unwrap();
        let body = Checkpoint::from_map(&sealed.body).unwrap();
        let find = |log: &LogId, seq: u32| {
            heads().iter().find(|p| p.log == *log && p.seq == seq).map(|p| p.id)
        };
        assert_eq!(holds(&body, &mut |log, seq| find(log, seq)), Ok(()));
        let gone = LogId([2; 16]);
        let without = holds(&body, &mut |log, seq| find(log, seq).filter(|_| *log != gone));
        assert_eq!(without, Err(Missing::Dropped { log: gone, seq: 2 }));
        let other = holds(&body, &mut |_, _| Some(OpId([9; 32])));
        assert_eq!(other, Err(Missing::OtherOps));
        assert_eq!(checkpoint(&[]), None);
    }

    #[test]
    fn the_most_logs_fit_into_one_body() {
        let at = |i: u16| {
            let mut log = [0; 16];
            log[..2].copy_from_slice(&i.to_be_bytes());
            Position { log: LogId(log), seq: u32::MAX, id: OpId([1; 32]) }
        };
        let heads: Vec<Position> = (0..LOGS_MAX as u16).map(at).collect();
        let body = checkpoint(&heads).unwrap().body;
        assert!(crate::op::body_bytes(&body).len() <= crate::op::BODY_MAX);
    }
}
