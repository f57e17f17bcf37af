//! The server's RSA private key: reading it, and the bare private operation (spec: heartbeat 5.3).

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{NonZero, Odd, U1024, U2048};
use heartbeat::rsa::{RSA_LEN, RsaKeyError, RsaPublicKey, RsaSigner};
use pkcs1::RsaPrivateKeyRef;
use pkcs1::der::SecretDocument;
use pkcs1::der::asn1::UintRef;
use pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};
use zeroize::Zeroize as _;

/// rsaEncryption (RFC 8017 appendix A.1).
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// Octets of each prime.
const PRIME_LEN: usize = RSA_LEN / 2;

/// A private key of 2048 bits. Signs by the Chinese remainder theorem, in constant time. Whoever uses it has to check
/// each signature before it leaves, as sealing an answer does: a fault in the computation would give the key away.
pub struct PrivateKey {
    public: RsaPublicKey,
    p: Prime,
    q: Prime,
    /// The inverse of q modulo p.
    coefficient: FixedMontyForm<{ U1024::LIMBS }>,
}

/// One prime and its share of the private exponent.
struct Prime {
    params: FixedMontyParams<{ U1024::LIMBS }>,
    exponent: U1024,
}

/// Why a file is no usable private key. Says nothing of the key itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PrivateKeyError {
    /// Neither PEM nor DER of a private key.
    #[error("no RSA private key in PKCS#1 or PKCS#8, PEM or DER, without a passphrase")]
    NoKey,
    /// Its public half is of no use.
    #[error("{0}")]
    Public(#[from] RsaKeyError),
    /// The parts do not belong together.
    #[error("the parts of the key do not belong together")]
    Parts,
}

impl PrivateKey {
    /// Reads PKCS#1 or PKCS#8, PEM or DER told apart by content.
    ///
    /// # Errors
    /// [`PrivateKeyError`] for anything else, and for keys the protocol cannot use.
    pub fn from_file(file: &[u8]) -> Result<Self, PrivateKeyError> {
        let document;
        let der = match std::str::from_utf8(file) {
            Ok(text) => {
                let (_, decoded) = SecretDocument::from_pem(text).map_err(|_| PrivateKeyError::NoKey)?;
                document = decoded;
                document.as_bytes()
            }
            Err(_) => file,
        };
        if let Ok(key) = RsaPrivateKeyRef::try_from(der) {
            return Self::from_parts(&key);
        }
        let info = PrivateKeyInfoRef::try_from(der).map_err(|_| PrivateKeyError::NoKey)?;
        if info.algorithm.oid != RSA_ENCRYPTION {
            return Err(PrivateKeyError::NoKey);
        }
        let key =
            RsaPrivateKeyRef::try_from(info.private_key.as_bytes()).map_err(|_| PrivateKeyError::NoKey)?;
        Self::from_parts(&key)
    }

    fn from_parts(key: &RsaPrivateKeyRef<'_>) -> Result<Self, PrivateKeyError> {
        let public = RsaPublicKey::from_integers(key.modulus.as_bytes(), key.public_exponent.as_bytes())?;
        let p = Prime::new(key.prime1, key.exponent1)?;
        let q = Prime::new(key.prime2, key.exponent2)?;
        let coefficient = FixedMontyForm::new(&half(key.coefficient)?, &p.params);
        let mut key = Self { public, p, q, coefficient };
        // A key that signs this wrong signs everything wrong.
        let mut probe = [0; RSA_LEN];
        probe[RSA_LEN - 1] = 2;
        let recovered = key.sign(&probe).and_then(|signature| key.public.recover(&signature));
        if recovered == Some(probe) { Ok(key) } else { Err(PrivateKeyError::Parts) }
    }
}

impl RsaSigner for PrivateKey {
    fn public_key(&self) -> &RsaPublicKey {
        &self.public
    }

    fn sign(&mut self, block: &[u8; RSA_LEN]) -> Option<[u8; RSA_LEN]> {
        let message = U2048::from_be_slice(block);
        let (by_p, by_q) = (self.p.power(&message), self.q.power(&message).retrieve());
        // Garner: by_q + q * ((by_p - by_q) * coefficient mod p).
        let difference = by_p - FixedMontyForm::new(&by_q.rem(self.p.prime().as_nz_ref()), &self.p.params);
        let times = (difference * self.coefficient).retrieve();
        let product: U2048 = self.q.prime().as_ref().concatenating_mul(&times);
        let signature = product.wrapping_add(&by_q.resize());
        let mut octets = [0; RSA_LEN];
        octets.copy_from_slice(signature.to_be_bytes().as_ref());
        Some(octets)
    }
}

impl Prime {
    fn new(prime: UintRef<'_>, exponent: UintRef<'_>) -> Result<Self, PrivateKeyError> {
        let prime: Option<Odd<U1024>> = Odd::new(half(prime)?).into();
        let params = FixedMontyParams::new(prime.ok_or(PrivateKeyError::Parts)?);
        Ok(Self { params, exponent: half(exponent)? })
    }

    const fn prime(&self) -> &Odd<U1024> {
        self.params.modulus()
    }

    /// The message to the power of this prime's exponent.
    fn power(&self, message: &U2048) -> FixedMontyForm<{ U1024::LIMBS }> {
        let prime: &NonZero<U1024> = self.prime().as_nz_ref();
        FixedMontyForm::new(&message.rem(prime), &self.params).pow(&self.exponent)
    }
}

impl Drop for PrivateKey {
    fn drop(&mut self) {
        for prime in [&mut self.p, &mut self.q] {
            prime.exponent.zeroize();
            prime.params.zeroize();
        }
        self.coefficient.zeroize();
    }
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateKey([secret])")
    }
}

fn half(integer: UintRef<'_>) -> Result<U1024, PrivateKeyError> {
    let octets = integer.as_bytes();
    let room = PRIME_LEN.checked_sub(octets.len()).ok_or(PrivateKeyError::Parts)?;
    let mut padded = zeroize::Zeroizing::new([0; PRIME_LEN]);
    padded.iter_mut().skip(room).zip(octets).for_each(|(to, from)| *to = *from);
    Ok(U1024::from_be_slice(&padded[..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> Vec<u8> {
        std::fs::read(format!("{}/../tests/vectors/heartbeat/keys/{name}", env!("CARGO_MANIFEST_DIR")))
            .unwrap()
    }

    // spec: heartbeat 5.3
    #[test]
    fn what_is_signed_is_recovered_with_the_public_key() {
        let public = RsaPublicKey::from_file(&file("rsa_a.spki.pem")).unwrap();
        let mut key = PrivateKey::from_file(&file("rsa_a.pkcs1.pem")).unwrap();
        assert_eq!(*key.public_key(), public);
        for first in [0x00, 0x01, 0x7f] {
            let mut block = [0x5a; RSA_LEN];
            block[0] = first;
            assert_eq!(public.recover(&key.sign(&block).unwrap()), Some(block));
        }
    }

    #[test]
    fn what_is_no_private_key_is_refused() {
        assert_eq!(PrivateKey::from_file(&file("rsa_a.spki.pem")).unwrap_err(), PrivateKeyError::NoKey);
        assert_eq!(PrivateKey::from_file(b"").unwrap_err(), PrivateKeyError::NoKey);
        assert_eq!(PrivateKey::from_file(&[0xff; 900]).unwrap_err(), PrivateKeyError::NoKey);
    }
}
