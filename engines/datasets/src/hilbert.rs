//! The Hilbert curve over the globe: near rows get near keys.
//!
//! References: D. Hilbert, Über die stetige Abbildung einer Linie auf ein Flächenstück, 1891; the
//! bit-wise form follows J. Skilling, Programming the Hilbert curve, 2004, for two dimensions.

use kernel::LonLat;

/// The place of a position on a Hilbert curve of 32 steps a side, over 1e-7 degree cells.
pub fn hilbert_key(point: LonLat) -> u64 {
    let mut x = (i64::from(point.lon_e7) + 1_800_000_000).clamp(0, i64::from(u32::MAX)) as u32;
    let mut y = (i64::from(point.lat_e7) + 900_000_000).clamp(0, i64::from(u32::MAX)) as u32;
    let mut key = 0u64;
    let mut bit = 1u32 << 31;
    while bit > 0 {
        let (rx, ry) = (u64::from(x & bit > 0), u64::from(y & bit > 0));
        key = (key << 2) | ((3 * rx) ^ ry);
        if ry == 0 {
            if rx == 1 {
                x = !x;
                y = !y;
            }
            std::mem::swap(&mut x, &mut y);
        }
        bit >>= 1;
    }
    key
}
