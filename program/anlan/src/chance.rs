//! Chance: the operating system's, or a seed's in exercises, so that the same seed gives the same
//! bytes.

use kernel::hash_tagged;
use node::record::Chance;

/// The operating system's source of randomness.
pub struct SystemChance;

impl Chance for SystemChance {
    fn fill(&mut self, bytes: &mut [u8]) {
        // Without randomness no key and no id may be made: there is nothing sane to go on with.
        if let Err(e) = getrandom::fill(bytes) {
            tracing::error!(%e, "no randomness");
            std::process::abort();
        }
    }
}

/// Bytes that follow from a seed and a purpose.
pub struct SeededChance {
    seed: u64,
    purpose: String,
    counter: u64,
}

impl SeededChance {
    /// Bytes for one purpose of one seed.
    pub fn new(seed: u64, purpose: &str) -> Self {
        SeededChance { seed, purpose: purpose.to_owned(), counter: 0 }
    }
}

impl Chance for SeededChance {
    fn fill(&mut self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(32) {
            let block = hash_tagged(
                "anlan/exercise/chance/1\0",
                &[
                    &self.seed.to_be_bytes(),
                    self.purpose.as_bytes(),
                    &[0],
                    &self.counter.to_be_bytes(),
                ],
            );
            part.copy_from_slice(&block.0[..part.len()]);
            self.counter += 1;
        }
    }
}

/// A key that follows from a seed and a name.
pub fn seeded_key(seed: u64, name: &str) -> ledger::SecretKey {
    let mut bytes = [0; 32];
    SeededChance::new(seed, &format!("key/{name}")).fill(&mut bytes);
    ledger::SecretKey::from_bytes(&bytes)
}

/// Random bytes for a new key.
pub fn random_key() -> ledger::SecretKey {
    let mut bytes = [0; 32];
    SystemChance.fill(&mut bytes);
    ledger::SecretKey::from_bytes(&bytes)
}
