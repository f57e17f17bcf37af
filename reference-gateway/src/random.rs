//! Unpredictable octets from the system.

use std::fmt;
use zeroize::{Zeroize as _, Zeroizing};

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

/// The same, asked for many octets at once: for machines that want a few with everything that they do.
///
/// What was handed out is wiped.
pub struct PooledRandom {
    pool: Zeroizing<[u8; Self::SIZE]>,
    /// How much of it was handed out.
    used: usize,
}

impl PooledRandom {
    /// The system gives up to 256 octets in one piece, whatever interrupts.
    const SIZE: usize = 256;
}

impl Default for PooledRandom {
    fn default() -> Self {
        Self { pool: Zeroizing::new([0; Self::SIZE]), used: Self::SIZE }
    }
}

impl fmt::Debug for PooledRandom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PooledRandom")
    }
}

impl radius_codec::random::Random for PooledRandom {
    fn fill(&mut self, out: &mut [u8]) {
        if out.len() > Self::SIZE {
            return SystemRandom.octets(out);
        }
        if out.len() > Self::SIZE - self.used {
            SystemRandom.octets(&mut self.pool[..]);
            self.used = 0;
        }
        let end = self.used + out.len();
        if let Some(octets) = self.pool.get_mut(self.used..end) {
            out.copy_from_slice(octets);
            octets.zeroize();
        }
        self.used = end;
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

#[cfg(test)]
mod tests {
    use super::*;
    use radius_codec::random::Random as _;
    use std::collections::HashSet;

    #[test]
    fn nothing_is_handed_out_twice_or_left_behind() {
        let mut random = PooledRandom::default();
        let mut seen = HashSet::new();
        for size in (8..40).cycle().take(500).chain([256, 257, 1000]) {
            let mut out = vec![0; size];
            random.fill(&mut out);
            assert!(out.windows(8).step_by(8).all(|piece| seen.insert(piece.to_vec())));
            assert!(random.pool.iter().take(random.used).all(|octet| *octet == 0));
        }
    }
}
