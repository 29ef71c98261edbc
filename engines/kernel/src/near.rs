//! The nearest of many positions.

use crate::{LonLat, geodesic_mm};

/// Positions with what stands there, from south to north.
pub struct Near<T> {
    sorted: Vec<(LonLat, T)>,
}

impl<T: Copy + Ord> Near<T> {
    /// From positions with what stands there.
    pub fn new(mut all: Vec<(LonLat, T)>) -> Self {
        all.sort_unstable_by_key(|(at, what)| (at.lat_e7, at.lon_e7, *what));
        Near { sorted: all }
    }

    /// All positions with what stands there, from south to north.
    pub fn iter(&self) -> impl Iterator<Item = (LonLat, T)> {
        self.sorted.iter().copied()
    }

    /// What stands nearest, with its distance in millimetres; the southernmost of equals.
    ///
    /// Looks outward from the position's latitude, until nothing further along could be nearer.
    pub fn nearest(&self, at: LonLat) -> Option<(T, i64)> {
        let start = self.sorted.partition_point(|(point, _)| point.lat_e7 < at.lat_e7);
        let mut best: Option<(i64, usize)> = None;
        let mut look = |number: usize| {
            let point = self.sorted[number].0;
            let north = geodesic_mm(LonLat { lon_e7: at.lon_e7, lat_e7: point.lat_e7 }, at);
            if best.is_some_and(|(mm, _)| north > mm) {
                return false;
            }
            let mm = geodesic_mm(at, point);
            if best.is_none_or(|least| (mm, number) < least) {
                best = Some((mm, number));
            }
            true
        };
        for number in (0..start).rev() {
            if !look(number) {
                break;
            }
        }
        for number in start..self.sorted.len() {
            if !look(number) {
                break;
            }
        }
        best.map(|(mm, number)| (self.sorted[number].1, mm))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_that_of_looking_at_all() {
        let mut state = 3_u64;
        let mut next = |below: i32| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as i32 % below
        };
        let mut place =
            || LonLat { lon_e7: 95_000_000 + next(900_000), lat_e7: 471_000_000 + next(900_000) };
        let all: Vec<(LonLat, usize)> = (0..300).map(|number| (place(), number)).collect();
        let near = Near::new(all.clone());
        for _ in 0..2_000 {
            let at = place();
            let least = all.iter().map(|(point, _)| geodesic_mm(at, *point)).min();
            assert_eq!(near.nearest(at).map(|(_, mm)| mm), least);
        }
        assert_eq!(Near::<usize>::new(Vec::new()).nearest(place()), None);
    }
}
