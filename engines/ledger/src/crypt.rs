//! Bodies of class 2 and 3: encrypted with a data key per subject or register, wrapped to nodes.
//!
//! A stored body is `nonce 24 ‖ XChaCha20-Poly1305(body)`, bound to data key, entity and op type,
//! not to log and seq, so that an officer can adopt an op by writing the same stored body again. A
//! data key is wrapped to a node's Ed25519 key through X25519 (RFC 7748, both keys in their
//! Montgomery form), so that any node whose certificate is known can be given one. Erasing the data
//! key erases all its bodies. Randomness is an argument. Source: sync §11.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use kernel::{EntityId, KeyId, hash_tagged};
use zeroize::Zeroize;

use crate::key::{PublicKey, SecretKey};
use crate::op::BODY_MAX;

/// Bytes that encryption adds to a body: nonce and tag.
pub const OVERHEAD: usize = 40;
/// Length of a wrapped data key: the one-time public key, the data key, a tag.
pub const WRAPPED_LEN: usize = 80;

/// What kept a body or data key from being opened or closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CryptError {
    /// Altered, cut, or meant for another key, entity or type.
    #[error("the encrypted {0} cannot be opened with this key")]
    CannotOpen(&'static str),
    /// Longer than a stored body may be.
    #[error("op-too-large: an encrypted body holds at most {} bytes", BODY_MAX - OVERHEAD)]
    TooLarge,
    /// The node's public key is no usable point.
    #[error("the node's key cannot be used to wrap a data key")]
    BadNodeKey,
}

/// The key that bodies about one subject or register are encrypted with.
#[derive(Clone, PartialEq, Eq)]
pub struct DataKey([u8; 32]);

impl DataKey {
    /// A data key of 32 random bytes.
    pub fn new(random: [u8; 32]) -> Self {
        DataKey(random)
    }

    /// Its id, as header key 14 names it: the first 8 bytes of `H("anlan/datakey/1\0" ‖ key)`.
    pub fn id(&self) -> KeyId {
        let full = hash_tagged("anlan/datakey/1\0", &[&self.0]);
        let mut id = [0; 8];
        id.copy_from_slice(&full.0[..8]);
        KeyId(id)
    }
}

impl Drop for DataKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DataKey {}", self.id())
    }
}

/// Encrypts a plain body into its stored form.
///
/// # Errors
/// [`CryptError::TooLarge`] over the limit of a stored body.
pub fn encrypt_body(
    key: &DataKey,
    nonce: [u8; 24],
    ent: Option<&EntityId>,
    op_type: u32,
    plain: &[u8],
) -> Result<Vec<u8>, CryptError> {
    if plain.len() + OVERHEAD > BODY_MAX {
        return Err(CryptError::TooLarge);
    }
    let aad = bound_to(key, ent, op_type);
    let cipher = XChaCha20Poly1305::new(&key.0.into());
    let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &aad });
    let mut stored = nonce.to_vec();
    stored.extend(sealed.map_err(|_| CryptError::TooLarge)?);
    Ok(stored)
}

/// Opens a stored body.
///
/// # Errors
/// [`CryptError::CannotOpen`] where it was altered or belongs to another key, entity or type.
pub fn decrypt_body(
    key: &DataKey,
    ent: Option<&EntityId>,
    op_type: u32,
    stored: &[u8],
) -> Result<Vec<u8>, CryptError> {
    let cannot = CryptError::CannotOpen("body");
    let (nonce, sealed) = stored.split_at_checked(24).ok_or(cannot)?;
    let nonce: [u8; 24] = nonce.try_into().map_err(|_| cannot)?;
    let aad = bound_to(key, ent, op_type);
    let cipher = XChaCha20Poly1305::new(&key.0.into());
    let payload = Payload { msg: sealed, aad: &aad };
    cipher.decrypt(&XNonce::from(nonce), payload).map_err(|_| cannot)
}

fn bound_to(key: &DataKey, ent: Option<&EntityId>, op_type: u32) -> Vec<u8> {
    let mut aad = b"anlan/body/1\0".to_vec();
    aad.extend_from_slice(&key.id().0);
    aad.extend_from_slice(ent.map_or(&[][..], |e| &e.0));
    aad.extend_from_slice(&op_type.to_be_bytes());
    aad
}

/// Wraps a data key so that only `node` can open it; `random` makes the one-time key.
///
/// # Errors
/// [`CryptError::BadNodeKey`] where the key is no usable point.
pub fn wrap(key: &DataKey, node: &PublicKey, random: [u8; 32]) -> Result<Vec<u8>, CryptError> {
    let target = node.checker().ok_or(CryptError::BadNodeKey)?;
    let once = SecretKey::from_bytes(&random);
    let once_public = once.public();
    let shared = target.agree(once.scalar());
    let cipher = wrapping_cipher(shared, &once_public, node).ok_or(CryptError::BadNodeKey)?;
    let payload = Payload { msg: &key.0, aad: &key.id().0 };
    let sealed = cipher.encrypt(&XNonce::from([0; 24]), payload);
    let mut wrapped = once_public.0.to_vec();
    wrapped.extend(sealed.map_err(|_| CryptError::BadNodeKey)?);
    Ok(wrapped)
}

/// Opens a data key that was wrapped to this node.
///
/// # Errors
/// [`CryptError::CannotOpen`] where it was altered or wrapped to another node.
pub fn unwrap(node: &SecretKey, id: &KeyId, wrapped: &[u8]) -> Result<DataKey, CryptError> {
    let cannot = CryptError::CannotOpen("data key");
    let (once_public, sealed) = wrapped.split_at_checked(32).ok_or(cannot)?;
    let once_public = PublicKey::from_slice(once_public).ok_or(cannot)?;
    let shared = once_public.checker().ok_or(cannot)?.agree(node.scalar());
    let cipher = wrapping_cipher(shared, &once_public, &node.public()).ok_or(cannot)?;
    let payload = Payload { msg: sealed, aad: &id.0 };
    let plain = cipher.decrypt(&XNonce::from([0; 24]), payload).map_err(|_| cannot)?;
    let key = DataKey(plain.try_into().map_err(|_| cannot)?);
    if key.id() == *id { Ok(key) } else { Err(cannot) }
}

/// The key is used once, so that the nonce can be zero. A shared secret of zero is refused.
fn wrapping_cipher(
    shared: [u8; 32],
    once_public: &PublicKey,
    node: &PublicKey,
) -> Option<XChaCha20Poly1305> {
    if shared == [0; 32] {
        return None;
    }
    let key = hash_tagged("anlan/wrap/1\0", &[&shared, &once_public.0, &node.0]);
    Some(XChaCha20Poly1305::new(&key.0.into()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ENT: EntityId = EntityId([3; 10]);

    proptest! {
        #[test]
        fn bodies_open_only_with_their_key_entity_and_type(
            plain in prop::collection::vec(any::<u8>(), 0..300),
            nonce in any::<[u8; 24]>(),
            at in any::<prop::sample::Index>(),
        ) {
            let key = DataKey::new([1; 32]);
            let mut stored = encrypt_body(&key, nonce, Some(&ENT), 33, &plain).unwrap();
            prop_assert_eq!(stored.len(), plain.len() + OVERHEAD);
            prop_assert_eq!(decrypt_body(&key, Some(&ENT), 33, &stored).unwrap(), plain);
            let other = DataKey::new([2; 32]);
            prop_assert!(decrypt_body(&other, Some(&ENT), 33, &stored).is_err());
            prop_assert!(decrypt_body(&key, None, 33, &stored).is_err());
            prop_assert!(decrypt_body(&key, Some(&ENT), 34, &stored).is_err());
            let at = at.index(stored.len());
            stored[at] ^= 1;
            prop_assert!(decrypt_body(&key, Some(&ENT), 33, &stored).is_err());
            prop_assert!(decrypt_body(&key, Some(&ENT), 33, &stored[..at]).is_err());
        }

        #[test]
        fn data_keys_open_only_at_their_node(
            secret in any::<[u8; 32]>(),
            once in any::<[u8; 32]>(),
        ) {
            let (key, node) = (DataKey::new(secret), SecretKey::from_bytes(&[5; 32]));
            let wrapped = wrap(&key, &node.public(), once).unwrap();
            prop_assert_eq!(wrapped.len(), WRAPPED_LEN);
            prop_assert_eq!(&unwrap(&node, &key.id(), &wrapped).unwrap(), &key);
            let other = SecretKey::from_bytes(&[6; 32]);
            prop_assert!(unwrap(&other, &key.id(), &wrapped).is_err());
            prop_assert!(unwrap(&node, &KeyId([0; 8]), &wrapped).is_err());
            prop_assert!(unwrap(&node, &key.id(), &wrapped[..79]).is_err());
            let zero_point = [[0; 32].as_slice(), &wrapped[32..]].concat();
            prop_assert!(unwrap(&node, &key.id(), &zero_point).is_err());
        }
    }

    #[test]
    fn a_body_over_the_limit_is_refused() {
        let key = DataKey::new([1; 32]);
        let full = vec![0; BODY_MAX - OVERHEAD];
        assert_eq!(encrypt_body(&key, [0; 24], None, 1, &full).unwrap().len(), BODY_MAX);
        let over = vec![0; BODY_MAX - OVERHEAD + 1];
        assert_eq!(encrypt_body(&key, [0; 24], None, 1, &over), Err(CryptError::TooLarge));
    }
}
