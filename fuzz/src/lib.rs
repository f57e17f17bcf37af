//! What several targets need.

use passpoint::pkcs12::Random;

/// Random octets that are all zero, so that one input always does the same.
pub struct Zero;

impl Random for Zero {
    fn fill(&mut self, octets: &mut [u8]) {
        octets.fill(0);
    }
}
