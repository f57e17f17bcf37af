//! Randomness, which the caller brings.

/// A cryptographic generator. Any `FnMut(&mut [u8])` that fills its octets is one.
pub trait Random {
    /// Fills all of `octets`.
    fn fill(&mut self, octets: &mut [u8]);

    /// Some random octets.
    fn octets<const N: usize>(&mut self) -> [u8; N]
    where
        Self: Sized,
    {
        let mut octets = [0; N];
        self.fill(&mut octets);
        octets
    }

    /// A number from 0 up to, not including, `bound`; 0 when that is 0.
    fn below(&mut self, bound: u64) -> u64
    where
        Self: Sized,
    {
        // The high half of the product is below `bound`; the bias is under 2^-32 for all bounds used here.
        let product = u128::from(u64::from_be_bytes(self.octets())) * u128::from(bound);
        u64::try_from(product >> 64).unwrap_or(0)
    }
}

impl<F: FnMut(&mut [u8])> Random for F {
    fn fill(&mut self, octets: &mut [u8]) {
        self(octets);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_stays_below() {
        let mut ones = |octets: &mut [u8]| octets.fill(0xff);
        assert_eq!((ones.below(60), ones.below(1), ones.below(0)), (59, 0, 0));
        let mut zeros = |octets: &mut [u8]| octets.fill(0);
        assert_eq!(zeros.below(60), 0);
    }
}
