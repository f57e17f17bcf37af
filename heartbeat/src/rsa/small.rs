//! The arithmetic of the public operation for firmware: Montgomery's method word by word, without tables and without a
//! library for numbers of every size, which is twenty times the code.
//!
//! Public data only: nothing here runs in constant time.

use super::RSA_LEN;

/// Words of a number.
const WORDS: usize = RSA_LEN / 4;

/// 2048 bits, least significant word first.
type Number = [u32; WORDS];

/// An odd modulus of 2048 bits, with what Montgomery's method needs of it.
#[derive(Clone)]
pub(super) struct Modulus {
    number: Number,
    /// `-1 / number` modulo 2^32.
    inverse: u32,
    /// `2^4096` modulo the number: brings a number into Montgomery's form.
    square: Number,
}

impl Modulus {
    /// `None` for an even one. The highest bit is set.
    pub(super) fn new(octets: &[u8; RSA_LEN]) -> Option<Self> {
        let number = words(octets);
        let low = number[0];
        if low & 1 == 0 {
            return None;
        }
        // Newton's method doubles the bits that are right; an odd number is its own inverse in three of them.
        let mut inverse = low;
        for _ in 0..4 {
            inverse = inverse.wrapping_mul(2_u32.wrapping_sub(low.wrapping_mul(inverse)));
        }
        let mut modulus = Self { number, inverse: inverse.wrapping_neg(), square: [0; WORDS] };
        // 2^4096 modulo the number, by doubling 1.
        let mut square = [0; WORDS];
        square[0] = 1;
        for _ in 0..2 * 8 * RSA_LEN {
            let mut carry = 0;
            for word in &mut square {
                (*word, carry) = (*word << 1 | carry, *word >> 31);
            }
            modulus.reduce(&mut square, carry);
        }
        modulus.square = square;
        Some(modulus)
    }

    /// Big-endian.
    pub(super) fn octets(&self) -> [u8; RSA_LEN] {
        octets(&self.number)
    }

    /// `base^exponent`, all big-endian; the base is below the modulus.
    pub(super) fn power(&self, base: &[u8; RSA_LEN], exponent: &[u8; RSA_LEN]) -> [u8; RSA_LEN] {
        let mut one = [0; WORDS];
        one[0] = 1;
        let base = self.product(&words(base), &self.square);
        let mut power = self.product(&one, &self.square);
        let mut begun = false;
        for octet in exponent {
            for bit in (0..8).rev() {
                if begun {
                    power = self.product(&power, &power);
                }
                if octet >> bit & 1 == 1 {
                    power = self.product(&power, &base);
                    begun = true;
                }
            }
        }
        octets(&self.product(&power, &one))
    }

    /// `a * b / 2^2048` modulo the number, for factors below it.
    #[inline(never)]
    fn product(&self, a: &Number, b: &Number) -> Number {
        let mut sum = [0; WORDS];
        // What is above the words of the sum: below 2^32 + 1 in front of each shift, 0 or 1 behind it.
        let mut above = 0;
        for &factor in a {
            above += accumulate(&mut sum, b, factor);
            // This multiple of the modulus makes the lowest word zero, which is shifted out.
            let multiple = sum[0].wrapping_mul(self.inverse);
            above += accumulate(&mut sum, &self.number, multiple);
            sum.rotate_left(1);
            let [low, high] = halves(above);
            sum[WORDS - 1] = low;
            above = high.into();
        }
        self.reduce(&mut sum, halves(above)[0]);
        sum
    }

    /// Takes the modulus off once if the sum, with `above` in front of it, is not below it.
    fn reduce(&self, sum: &mut Number, above: u32) {
        if above == 0 && sum.iter().rev().lt(self.number.iter().rev()) {
            return;
        }
        let mut borrow = false;
        for (word, taken) in sum.iter_mut().zip(&self.number) {
            let (less, first) = word.overflowing_sub(*taken);
            let (less, second) = less.overflowing_sub(borrow.into());
            (*word, borrow) = (less, first | second);
        }
    }
}

/// Adds a multiple of a number; the carry is what is above.
fn accumulate(sum: &mut Number, number: &Number, factor: u32) -> u64 {
    let mut carry = 0;
    for (word, other) in sum.iter_mut().zip(number) {
        // At most (2^32 - 1)^2 + 2 * (2^32 - 1), which is 2^64 - 1.
        let [low, high] = halves(u64::from(*other) * u64::from(factor) + u64::from(*word) + u64::from(carry));
        (*word, carry) = (low, high);
    }
    carry.into()
}

/// The low and the high word.
fn halves(number: u64) -> [u32; 2] {
    let [a, b, c, d, e, f, g, h] = number.to_le_bytes();
    [u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h])]
}

fn words(octets: &[u8; RSA_LEN]) -> Number {
    let mut number = [0; WORDS];
    let (chunks, _) = octets.as_chunks();
    number.iter_mut().zip(chunks.iter().rev()).for_each(|(word, chunk)| *word = u32::from_be_bytes(*chunk));
    number
}

fn octets(number: &Number) -> [u8; RSA_LEN] {
    let mut octets = [0; RSA_LEN];
    let (chunks, _) = octets.as_chunks_mut();
    chunks.iter_mut().zip(number.iter().rev()).for_each(|(chunk, word)| *chunk = word.to_be_bytes());
    octets
}

#[cfg(all(test, not(feature = "small")))]
mod tests {
    use super::*;
    use crate::rsa::large;

    fn sample(seed: u32) -> [u8; RSA_LEN] {
        let mut state = seed;
        core::array::from_fn(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
    }

    #[test]
    #[cfg_attr(miri, ignore = "too long for an interpreter")]
    fn both_arithmetics_agree() {
        for seed in 0..6 {
            let mut modulus = sample(seed);
            modulus[0] |= 0x80;
            modulus[RSA_LEN - 1] |= 1;
            if seed == 0 {
                modulus = [0xff; RSA_LEN];
            }
            let (here, there) = (Modulus::new(&modulus).unwrap(), large::Modulus::new(&modulus).unwrap());
            assert_eq!(here.octets(), modulus);
            let mut exponent = [0; RSA_LEN];
            exponent[RSA_LEN - 3..].copy_from_slice(&[1, 0, 1]);
            let mut all_but_one = modulus;
            all_but_one[RSA_LEN - 1] -= 1;
            let mut base = sample(seed + 100);
            base[0] &= 0x7f;
            for base in [base, all_but_one, [0; RSA_LEN]] {
                assert_eq!(here.power(&base, &exponent), there.power(&base, &exponent), "{seed}");
            }
            if seed == 1 {
                assert_eq!(here.power(&base, &sample(7)), there.power(&base, &sample(7)));
            }
        }
        assert!(Modulus::new(&[0x80; RSA_LEN]).is_none());
    }
}
