//! Passwords: argon2id, stored as `argon2id$m$t$p$salt$hash` with hex parts.
//!
//! Source: OWASP ASVS 5.0 V6; reliability §7 (19 MiB, two passes, one lane, or more).

use node::record::Chance;

use argon2::{Algorithm, Argon2, Params, Version};

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The stored form of a password with a salt of 16 bytes; `None` where it cannot be computed.
pub fn store(password: &str, salt: &[u8; 16]) -> Option<String> {
    let hash = derive(password, salt, MEMORY_KIB, PASSES, LANES)?;
    Some(format!("argon2id${MEMORY_KIB}${PASSES}${LANES}${}${}", hex(salt), hex(&hash)))
}

/// The stored form with a random salt.
pub fn store_random(password: &str) -> String {
    let mut salt = [0; 16];
    crate::chance::SystemChance.fill(&mut salt);
    store(password, &salt).unwrap_or_default()
}

/// A set-up code that a person can type: 20 letters and digits in groups of five.
pub fn new_code() -> String {
    const SIGNS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut bytes = [0; 20];
    crate::chance::SystemChance.fill(&mut bytes);
    let signs: Vec<char> = bytes.iter().map(|b| SIGNS[usize::from(b % 32)] as char).collect();
    let groups: Vec<String> = signs.chunks(5).map(|c| c.iter().collect()).collect();
    groups.join("-")
}

/// A set-up code as it was printed, from what a person typed: case, blanks and hyphens do not
/// matter, nor do the letters that are taken for digits.
pub fn typed_code(text: &str) -> String {
    let plain = text.chars().take(200).filter(|c| c.is_alphanumeric());
    let signs: Vec<char> = plain
        .map(|c| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            c => c,
        })
        .collect();
    let groups: Vec<String> = signs.chunks(5).map(|c| c.iter().collect()).collect();
    groups.join("-")
}

/// Whether a password fits a stored form; takes its time on purpose.
pub fn fits(stored: &str, password: &str) -> bool {
    let parts: Vec<&str> = stored.split('$').collect();
    let ["argon2id", memory, passes, lanes, salt, hash] = parts[..] else { return false };
    let (Ok(memory), Ok(passes), Ok(lanes)) = (memory.parse(), passes.parse(), lanes.parse())
    else {
        return false;
    };
    let (Some(salt), Some(hash)) = (bytes(salt), bytes(hash)) else { return false };
    let Some(found) = derive(password, &salt, memory, passes, lanes) else { return false };
    // Every byte is compared, so that the time says nothing.
    found.len() == hash.len() && found.iter().zip(&hash).fold(0, |d, (a, b)| d | (a ^ b)) == 0
}

fn derive(password: &str, salt: &[u8], memory: u32, passes: u32, lanes: u32) -> Option<[u8; 32]> {
    let params = Params::new(memory.min(1 << 20), passes.min(16), lanes.min(8), Some(32)).ok()?;
    let mut out = [0; 32];
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon.hash_password_into(password.as_bytes(), salt, &mut out).ok()?;
    Some(out)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    if !hex.len().is_multiple_of(2) || !hex.is_ascii() {
        return None;
    }
    (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_up_code_is_the_same_however_it_is_typed() {
        let code = new_code();
        assert_eq!(typed_code(&code), code);
        assert_eq!(typed_code(&format!("  {} ", code.to_uppercase().replace('-', " "))), code);
        assert_eq!(typed_code("ABCDO-IL234"), "abcd0-11234");
        assert_ne!(typed_code(&code[1..]), code);
    }

    #[test]
    fn only_the_password_fits() {
        let stored = store("anlan-exercise-7", &[7; 16]).unwrap();
        assert!(fits(&stored, "anlan-exercise-7"));
        assert!(!fits(&stored, "anlan-exercise-8"));
        assert!(!fits("argon2id$x", "anlan-exercise-7"));
        assert!(!fits("", ""));
    }
}
