//! Where unpredictable octets come from: the caller.

/// A source of unpredictable octets. Authenticators and salts are made of them, so it has to be a good one.
///
/// Every `FnMut(&mut [u8])` is one.
pub trait Random {
    /// Fills `out` with unpredictable octets.
    fn fill(&mut self, out: &mut [u8]);
}

impl<F: FnMut(&mut [u8])> Random for F {
    fn fill(&mut self, out: &mut [u8]) {
        self(out);
    }
}

/// Unpredictable octets of a fixed number.
pub(crate) fn octets<const N: usize>(random: &mut dyn Random) -> [u8; N] {
    let mut out = [0; N];
    random.fill(&mut out);
    out
}
