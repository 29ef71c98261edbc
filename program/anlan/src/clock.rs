//! The node's clock: the wall, or an exercise's own time that can stand still or run faster.

use std::sync::Mutex;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use kernel::UnixMillis;

/// Where the time of ops comes from.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> UnixMillis;
    /// How fast it runs: 1 is real time, 0 stands.
    fn rate(&self) -> u32;
    /// Changes the rate; only an exercise's clock can.
    fn set_rate(&self, rate: u32) -> bool;
}

/// The machine's clock.
pub struct WallClock;

impl WallClock {
    /// Milliseconds since 1970 by the machine: for sessions and limits, never for ops.
    pub fn millis() -> i64 {
        WallClock.now().0
    }
}

impl Clock for WallClock {
    fn now(&self) -> UnixMillis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn rate(&self) -> u32 {
        1
    }

    fn set_rate(&self, _rate: u32) -> bool {
        false
    }
}

/// An exercise's clock. Source: house, decision 19: paused, ×1, ×10, ×60.
pub struct ExerciseClock(Mutex<Running>);

struct Running {
    base: UnixMillis,
    since: Instant,
    rate: u32,
}

impl ExerciseClock {
    /// A clock that starts at an instant and runs at ×1.
    pub fn starting(at: UnixMillis) -> Self {
        ExerciseClock(Mutex::new(Running { base: at, since: Instant::now(), rate: 1 }))
    }

    fn read(running: &Running) -> UnixMillis {
        let passed = i64::try_from(running.since.elapsed().as_millis()).unwrap_or(i64::MAX);
        UnixMillis(running.base.0.saturating_add(passed.saturating_mul(i64::from(running.rate))))
    }
}

impl Clock for ExerciseClock {
    fn now(&self) -> UnixMillis {
        let running = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Self::read(&running)
    }

    fn rate(&self) -> u32 {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).rate
    }

    fn set_rate(&self, rate: u32) -> bool {
        let mut running = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let now = Self::read(&running);
        *running = Running { base: now, since: Instant::now(), rate };
        true
    }
}
