//! The arithmetic of the public operation, with `crypto-bigint`.

use super::{RSA_LEN, short};
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U2048};

const LIMBS: usize = U2048::LIMBS;

/// An odd modulus of 2048 bits, with what Montgomery's method needs of it.
#[derive(Clone)]
pub(super) struct Modulus(FixedMontyParams<LIMBS>);

impl Modulus {
    /// `None` for an even one.
    pub(super) fn new(octets: &[u8; RSA_LEN]) -> Option<Self> {
        let modulus: Option<Odd<U2048>> = Odd::new(U2048::from_be_slice(octets)).into();
        modulus.map(|modulus| Self(FixedMontyParams::new_vartime(modulus)))
    }

    /// Big-endian.
    pub(super) fn octets(&self) -> [u8; RSA_LEN] {
        octets(self.0.modulus().as_ref())
    }

    /// `base^exponent`, all big-endian; the base is below the modulus. Public data: nothing here needs constant time.
    pub(super) fn power(&self, base: &[u8; RSA_LEN], exponent: &[u8; RSA_LEN]) -> [u8; RSA_LEN] {
        let base = FixedMontyForm::new(&U2048::from_be_slice(base), &self.0);
        let power = match short(exponent) {
            Some(exponent) => power(base, exponent),
            None => base.pow_vartime(&U2048::from_be_slice(exponent)),
        };
        octets(&power.retrieve())
    }
}

/// A power with a short exponent, bit by bit: 17 multiplications for 65537, where a windowed method first fills its
/// table. `exponent` is not 0.
fn power(base: FixedMontyForm<LIMBS>, exponent: u64) -> FixedMontyForm<LIMBS> {
    let bits = u64::BITS - exponent.leading_zeros();
    (0..bits.saturating_sub(1)).rev().fold(base, |power, bit| {
        let squared = power.square();
        if exponent >> bit & 1 == 1 { squared.mul(&base) } else { squared }
    })
}

fn octets(integer: &U2048) -> [u8; RSA_LEN] {
    let mut octets = [0; RSA_LEN];
    octets.copy_from_slice(integer.to_be_bytes().as_ref());
    octets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "too long for an interpreter")]
    fn both_ways_to_a_power_agree() {
        let mut octets = [0xa7; RSA_LEN];
        octets[0] = 0xff;
        let modulus = Modulus::new(&octets).unwrap();
        let base = FixedMontyForm::new(&U2048::from_be_slice(&[0x5a; RSA_LEN]), &modulus.0);
        let exponent = 0x9d31_5501_000f;
        let windowed = base.pow_vartime(&U2048::from_u64(exponent));
        assert_eq!(power(base, exponent).retrieve(), windowed.retrieve());
    }
}
