//! Work on many things at once, on every processor there is. Results come in the order of the
//! things, so that how the work was split cannot be seen.

/// Below so many things a second thread costs more than it brings.
const WORTH_SPLITTING: usize = 512;

/// The result of each thing.
pub(super) fn each<T: Send, R: Send>(things: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    if threads == 1 || things.len() < WORTH_SPLITTING {
        return things.into_iter().map(work).collect();
    }
    let (size, mut parts) = (things.len().div_ceil(threads), Vec::with_capacity(threads));
    let mut things = things.into_iter();
    loop {
        let part: Vec<T> = things.by_ref().take(size).collect();
        if part.is_empty() {
            break;
        }
        parts.push(part);
    }
    let work = &work;
    std::thread::scope(|scope| {
        let one =
            |part: Vec<T>| scope.spawn(move || part.into_iter().map(work).collect::<Vec<R>>());
        let running: Vec<_> = parts.into_iter().map(one).collect();
        let ended = |r: std::thread::ScopedJoinHandle<'_, Vec<R>>| {
            r.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        running.into_iter().flat_map(ended).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::each;

    #[test]
    fn results_come_in_the_order_of_the_things() {
        for many in [0, 1, 511, 512, 1_001, 4_096] {
            let doubled = each((0..many).collect(), |n: u32| n * 2);
            assert_eq!(doubled, (0..many).map(|n| n * 2).collect::<Vec<_>>());
        }
    }
}
