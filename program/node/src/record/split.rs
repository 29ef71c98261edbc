//! Work on many things at once, on every processor there is. Results come in the order of the
//! things, so that how the work was split cannot be seen.

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

/// Fewer things are not worth another processor.
const AT_LEAST: usize = 64;

/// The result of each thing.
pub(super) fn each<T: Send, R: Send>(
    things: Vec<T>,
    work: impl Fn(T) -> R + Sync + Send,
) -> Vec<R> {
    things.into_par_iter().with_min_len(AT_LEAST).map(work).collect()
}

#[cfg(test)]
mod tests {
    use super::each;

    #[test]
    fn results_come_in_the_order_of_the_things() {
        for many in [0, 1, 63, 64, 1_001, 4_096] {
            let doubled = each((0..many).collect(), |n: u32| n * 2);
            assert_eq!(doubled, (0..many).map(|n| n * 2).collect::<Vec<_>>());
        }
    }
}
