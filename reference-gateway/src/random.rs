//! Unpredictable octets from the system.

/// The system's source of random octets.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl SystemRandom {
    /// Fills `out`.
    ///
    /// # Panics
    /// When the system has no random source: going on with guessable octets would be worse.
    pub fn octets(self, out: &mut [u8]) {
        getrandom::fill(out).expect("the system has a random source");
    }
}

impl radius_codec::random::Random for SystemRandom {
    fn fill(&mut self, out: &mut [u8]) {
        self.octets(out);
    }
}

impl heartbeat::Random for SystemRandom {
    fn fill(&mut self, octets: &mut [u8]) {
        Self::octets(*self, octets);
    }
}

impl passpoint::pkcs12::Random for SystemRandom {
    fn fill(&mut self, octets: &mut [u8]) {
        self.octets(octets);
    }
}
